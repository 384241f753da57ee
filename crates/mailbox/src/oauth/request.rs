//! What is asked of a token server, and what its answer says (RFC 6749, 4.4, 5 and 6), by the oauth2 crate.

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use oauth2::basic::{BasicClient, BasicErrorResponse, BasicTokenResponse, BasicTokenType};
use oauth2::{
    AsyncHttpClient, ClientId, ClientSecret, EndpointNotSet, EndpointSet, HttpRequest, HttpResponse,
    RefreshToken, RequestTokenError, Scope, TokenResponse as _,
};
use zeroize::Zeroizing;

use super::refresh::Refresh;
use super::{Grant, OAuthSettings, TokenError, http};
use crate::{Secret, SecretError};

type Client = BasicClient<EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointSet>;
type Failure = RequestTokenError<TokenError, BasicErrorResponse>;

/// How the oauth2 crate gets its requests over the wire.
struct Post(Arc<OAuthSettings>);

impl AsyncHttpClient<'_> for Post {
    type Error = TokenError;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, TokenError>> + Send>>;

    fn call(&self, request: HttpRequest) -> Self::Future {
        let settings = self.0.clone();
        Box::pin(async move { http::exchange(&settings, request).await })
    }
}

/// A new access token, and how long it lives where the server says so.
pub(super) async fn token(
    settings: &Arc<OAuthSettings>,
    refresh: &mut Refresh,
) -> Result<(Secret, Option<Duration>), TokenError> {
    let client = client(settings).await?;
    match &settings.grant {
        Grant::ClientCredentials => {
            let request = client.exchange_client_credentials().add_scopes(scopes(settings));
            let answer = request.request_async(&Post(settings.clone())).await;
            access_token(settings, &answer.map_err(|error| explain(settings, &error))?)
        }
        Grant::RefreshToken(file) => {
            let mut used = refresh.read(file).await?;
            let mut answer = refreshed(settings, &client, &used).await;
            if matches!(&answer, Err(TokenError::Refused { code, .. }) if code == "invalid_grant") {
                // Another langhals, or a person, may have replaced it in the meantime.
                let again = refresh.read(file).await?;
                if again.expose() != used.expose() {
                    used = again;
                    answer = refreshed(settings, &client, &used).await;
                }
            }
            let answer = answer?;
            let new = answer.refresh_token().map(|new| Zeroizing::new(new.secret().clone().into_bytes()));
            match new.filter(|new| !new.is_empty()) {
                Some(new) => refresh.replace(file, used, Secret::named(new, "refresh_token")?).await,
                None => refresh.save(file, used).await,
            }
            access_token(settings, &answer)
        }
    }
}

async fn client(settings: &OAuthSettings) -> Result<Client, TokenError> {
    let id = ClientId::new(settings.client_id.clone());
    let client = BasicClient::new(id).set_token_uri(settings.token_url.url.clone());
    Ok(match &settings.client_secret {
        Some(source) => {
            let secret = source.read("client_secret").await?;
            client.set_client_secret(ClientSecret::new(as_text(&secret, "client_secret")?))
        }
        None => client,
    })
}

async fn refreshed(
    settings: &Arc<OAuthSettings>,
    client: &Client,
    used: &Secret,
) -> Result<BasicTokenResponse, TokenError> {
    let token = RefreshToken::new(as_text(used, "refresh_token")?);
    let request = client.exchange_refresh_token(&token).add_scopes(scopes(settings));
    let answer = request.request_async(&Post(settings.clone())).await;
    answer.map_err(|error| explain(settings, &error))
}

fn scopes(settings: &OAuthSettings) -> impl Iterator<Item = Scope> {
    settings.scopes.iter().cloned().map(Scope::new)
}

fn as_text(secret: &Secret, name: &'static str) -> Result<String, SecretError> {
    let unusable = |_| SecretError::Unusable { secret: name };
    String::from_utf8(secret.expose().to_vec()).map_err(unusable)
}

fn access_token(
    settings: &OAuthSettings,
    answer: &BasicTokenResponse,
) -> Result<(Secret, Option<Duration>), TokenError> {
    let nonsense = |what| TokenError::Nonsense { endpoint: settings.token_url.peer(), what };
    if *answer.token_type() != BasicTokenType::Bearer {
        return Err(nonsense("with a token of another type than bearer, which mail servers do not take"));
    }
    let token = answer.access_token().secret();
    // What goes between the control characters of SASL must hold none (RFC 6750, 2.1).
    if token.is_empty() || !token.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(nonsense("with an access token that is none"));
    }
    let secret = Secret::named(Zeroizing::new(token.clone().into_bytes()), "access_token")?;
    Ok((secret, answer.expires_in()))
}

/// The answer itself is never shown: it may hold tokens.
fn explain(settings: &OAuthSettings, error: &Failure) -> TokenError {
    let endpoint = settings.token_url.peer();
    match error {
        RequestTokenError::Request(error) => error.clone(),
        RequestTokenError::ServerResponse(response) => {
            let code = response.error().as_ref();
            let is_plain = code.len() <= 40 && code.chars().all(|c| c.is_ascii_lowercase() || c == '_');
            let code = if is_plain { code } else { "no code of the standard" }.to_owned();
            let refresh_token = match &settings.grant {
                Grant::RefreshToken(file) => Some(file.clone()),
                Grant::ClientCredentials => None,
            };
            TokenError::Refused { endpoint, code, refresh_token }
        }
        _ => TokenError::Nonsense { endpoint, what: "without a token or an error in JSON" },
    }
}
