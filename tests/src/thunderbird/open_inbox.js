// An account, as the assistant would make it, and its INBOX with all messages.
const [account, messages] = args;
const { MailServices } = ChromeUtils.importESModule("resource:///modules/MailServices.sys.mjs");
const server = MailServices.accounts.createIncomingServer(account.user, "127.0.0.1", "imap");
server.port = account.port;
server.socketType = Ci.nsMsgSocketType.plain;
server.authMethod = Ci.nsMsgAuthMethod.passwordCleartext;
server.password = account.password;
server.prettyName = "Poststelle";
const identity = MailServices.accounts.createIdentity();
identity.email = "poststelle@stadt.example.org";
identity.fullName = "Poststelle";
const made = MailServices.accounts.createAccount();
made.incomingServer = server;
made.addIdentity(identity);
MailServices.accounts.defaultAccount = made;

const find = () => server.rootFolder.getFolderWithFlags(Ci.nsMsgFolderFlags.Inbox);
if (!find()) {
  server.performExpand(window.msgWindow);
}
const inbox = await until("the folder INBOX", find);
document.getElementById("tabmail").currentAbout3Pane.displayFolder(inbox.URI);
inbox.updateFolder(window.msgWindow);
const all = () => [...inbox.messages];
await until("all messages", () => all().length >= messages && all().every(one => one.mime2DecodedSubject !== null));
resolve(all().length);
