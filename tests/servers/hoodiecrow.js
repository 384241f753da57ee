// An in-memory IMAP server on loopback (npm: hoodiecrow-imap); run by src/hoodiecrow.rs with PORT USER PASSWORD.
const [port, user, password] = process.argv.slice(1);
const plugins = [
  'ID', 'SASL-IR', 'AUTH-PLAIN', 'NAMESPACE', 'IDLE', 'ENABLE', 'CONDSTORE', 'LITERALPLUS', 'UNSELECT',
  'SPECIAL-USE', 'CREATE-SPECIAL-USE', 'MOVE', 'UIDPLUS',
];
const storage = { INBOX: { messages: [], allowPermanentFlags: true }, '': { separator: '/', folders: {} } };
const server = require('hoodiecrow-imap')({ plugins, storage, users: { [user]: { password } } });
server.listen(Number(port), '127.0.0.1');
