// An OpenID Connect provider on loopback: oidc-provider with one client and the users it is told.
// Arguments: its port, the page's origin, the client's secret, users with their groups as JSON.
// Started by tests/src/oidc.rs; new signing keys at each start.
const { createServer } = require('node:http');
const { generateKeyPairSync, randomBytes } = require('node:crypto');
const { pathToFileURL } = require('node:url');

const [port, page, secret, json] = process.argv.slice(1);
const users = JSON.parse(json);
const issuer = `http://127.0.0.1:${port}`;
const key = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' });

const html = (title, body) =>
  `<!DOCTYPE html><html lang="de"><meta charset="utf-8"><title>${title}</title><main><h1>${title}</h1>${body}</main></html>`;
const loginForm = html(
  'Anmeldedienst',
  '<form method="post"><label>Dienstkonto <input name="login" required autofocus></label> <button>Anmelden</button></form>',
);

async function grantAll(ctx) {
  const grant = new ctx.oidc.provider.Grant({
    clientId: ctx.oidc.client.clientId,
    accountId: ctx.oidc.session.accountId,
  });
  grant.addOIDCScope('openid profile groups');
  await grant.save();
  return grant;
}

const configuration = {
  clients: [
    {
      client_id: 'langhals',
      client_secret: secret,
      redirect_uris: [`${page}/anmelden/oidc/antwort`],
      post_logout_redirect_uris: [`${page}/anmelden`],
      grant_types: ['authorization_code'],
      response_types: ['code'],
    },
  ],
  claims: { openid: ['sub'], profile: ['name', 'preferred_username'], groups: ['groups'] },
  cookies: { keys: [randomBytes(16).toString('hex')] },
  jwks: { keys: [{ ...key, use: 'sig', alg: 'RS256', kid: randomBytes(8).toString('hex') }] },
  findAccount: (_, id) =>
    users[id] && {
      accountId: id,
      claims: () => ({ sub: id, name: id, preferred_username: id, groups: users[id] }),
    },
  loadExistingGrant: grantAll,
  interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
  features: {
    devInteractions: { enabled: false },
    rpInitiatedLogout: {
      enabled: true,
      logoutSource: (ctx, form) => {
        ctx.body = html(
          'Abmelden?',
          `${form}<button type="submit" form="op.logoutForm" value="yes" name="logout">Abmelden</button>`,
        );
      },
    },
  },
};

async function interact(provider, request, response) {
  if (request.method !== 'POST') {
    response.setHeader('Content-Type', 'text/html; charset=utf-8');
    response.end(loginForm);
    return;
  }
  let body = '';
  for await (const chunk of request) body += chunk;
  const login = new URLSearchParams(body).get('login');
  const result = users[login] ? { login: { accountId: login } } : { error: 'access_denied' };
  await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
}

(async () => {
  const { Provider } = await import(pathToFileURL(`${process.env.NODE_PATH}/oidc-provider/lib/index.js`));
  const provider = new Provider(issuer, configuration);
  const answer = provider.callback();
  createServer((request, response) => {
    if (!request.url.startsWith('/interaction/')) return answer(request, response);
    interact(provider, request, response).catch((error) => {
      response.statusCode = 500;
      response.end(String(error));
    });
  }).listen(Number(port), '127.0.0.1');
})();
