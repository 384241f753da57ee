//! What can go wrong with a mailbox, in sentences for the operator: what happened, and what to do.
//!
//! No variant carries a secret or a byte of mail. What a server says in its own NO, BAD or BYE is kept,
//! cut to 120 printable ASCII characters.

use std::fmt;
use std::sync::Arc;

use crate::guard::Breach;
use crate::{Distrust, SecretError, TokenError};

/// The other end, as `host:port` of the configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Peer(Arc<str>);

impl Peer {
    pub(crate) fn new(host: &str, port: u16) -> Self {
        Self(format!("{host}:{port}").into())
    }
}

impl fmt::Display for Peer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Why something could not be done with a mailbox.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The host name leads nowhere.
    #[error(
        "cannot find the server {server}: its name does not resolve; check host, and the DNS of this machine"
    )]
    Resolve {
        /// Which server.
        server: Peer,
    },
    /// TCP failed on every address.
    #[error("cannot connect to {server}: {reason}; check host and port, and any firewall between")]
    Connect {
        /// Which server.
        server: Peer,
        /// What the operating system says.
        reason: std::io::ErrorKind,
    },
    /// Nobody answered in time.
    #[error(
        "cannot connect to {server}: no answer within {seconds} s; check host and port, and any firewall between"
    )]
    ConnectTimeout {
        /// Which server.
        server: Peer,
        /// How long was waited.
        seconds: u64,
    },
    /// The server's certificate is not trusted.
    #[error("the certificate of {server} {problem}")]
    Certificate {
        /// Which server.
        server: Peer,
        /// What is wrong with it, and what to do.
        problem: Distrust,
    },
    /// TLS failed for another reason than the certificate.
    #[error(
        "no TLS with {server}: {reason}; the server must offer TLS 1.2 or 1.3 on this port (993: tls = \"implicit\", 143: \"starttls\")"
    )]
    Tls {
        /// Which server.
        server: Peer,
        /// What rustls says.
        reason: String,
    },
    /// The file of certificate authorities is unusable, or the system has none.
    #[error("cannot trust anybody for {server}: {reason}")]
    Trust {
        /// Which server.
        server: Peer,
        /// Which file, and what is wrong with it.
        reason: String,
    },
    /// The configuration would send a password in the clear.
    #[error(
        "will not send a password to {server} in the clear: set tls = \"implicit\" or \"starttls\" (\"none\" is for loopback only)"
    )]
    PlainRefused {
        /// Which server.
        server: Peer,
    },
    /// STARTTLS was wanted and is not to be had, or somebody tampers with it.
    #[error("no STARTTLS with {server}: {reason}; use tls = \"implicit\" on port 993 if the server has it")]
    StartTls {
        /// Which server.
        server: Peer,
        /// What is wrong.
        reason: &'static str,
    },
    /// The server greeted with BYE, or is no IMAP server.
    #[error("{server} does not let us in{}", said(.text))]
    Greeting {
        /// Which server.
        server: Peer,
        /// What it said.
        text: String,
    },
    /// Wrong user or password, or the server cannot check it now.
    #[error("{server} refused user {user}{}; check user and password_file", said(.text))]
    LoginRefused {
        /// Which server.
        server: Peer,
        /// Who was refused.
        user: String,
        /// What the server said.
        text: String,
        /// Whether the server said that this will pass (RFC 5530, UNAVAILABLE).
        temporary: bool,
    },
    /// The server offers neither LOGIN nor AUTH=PLAIN.
    #[error("{server} takes no password (LOGINDISABLED and no AUTH=PLAIN): enable one of them on the server")]
    LoginUnavailable {
        /// Which server.
        server: Peer,
    },
    /// The server does not take the access token, or not for this user.
    #[error(
        "{server} refused user {user} with an access token{}{}; check user, scopes, and that the client may use this mailbox",
        with_status(.status),
        said(.text)
    )]
    TokenRefused {
        /// Which server.
        server: Peer,
        /// Who was refused.
        user: String,
        /// The status of its challenge, e.g. `invalid_token` (RFC 7628, 3.2.2); empty where there was none.
        status: String,
        /// What the server said.
        text: String,
        /// Whether the server said that this will pass (RFC 5530, UNAVAILABLE).
        temporary: bool,
    },
    /// The server offers no mechanism that takes access tokens, or not the one of the configuration.
    #[error(
        "{server} does not offer to sign in by {wanted} (it offers {offers}): enable that on the server, or use password_file"
    )]
    BearerUnavailable {
        /// Which server.
        server: Peer,
        /// What was looked for.
        wanted: &'static str,
        /// What it offers instead.
        offers: String,
    },
    /// There is no access token.
    #[error("no access token for {server}: {reason}")]
    Token {
        /// Which mail server.
        server: Peer,
        /// Why, and what to do.
        reason: TokenError,
    },
    /// The password could not be read.
    #[error("no password for {server}: {reason}")]
    Secret {
        /// Which server.
        server: Peer,
        /// Why, and what to do.
        reason: SecretError,
    },
    /// The connection ended, or was given up earlier.
    #[error("the connection to {server} was lost during {during}{}", said(.farewell))]
    Lost {
        /// Which server.
        server: Peer,
        /// Which command was under way.
        during: &'static str,
        /// What the server said with its BYE, if it did.
        farewell: String,
    },
    /// The server took too long, or sent too slowly.
    #[error("{server} made no progress during {during} and was given up")]
    Timeout {
        /// Which server.
        server: Peer,
        /// Which command was under way.
        during: &'static str,
    },
    /// A tagged NO or BAD.
    #[error("{server} refused {command}{}", said(.text))]
    Refused {
        /// Which server.
        server: Peer,
        /// The command without its arguments.
        command: &'static str,
        /// The response code in upper case, e.g. `OVERQUOTA` (RFC 5530); empty where none was given.
        code: String,
        /// What the server said.
        text: String,
    },
    /// The folder of the configuration is not on the server.
    #[error("{server} has no folder \"{folder}\": check folders, and that this user may read it")]
    FolderMissing {
        /// Which server.
        server: Peer,
        /// The folder as configured.
        folder: String,
    },
    /// A change was asked for in a folder that is open for reading only.
    #[error("the folder is read-only on {server}: give the user the right to set flags there")]
    ReadOnly {
        /// Which server.
        server: Peer,
    },
    /// This server, or this folder, cannot do what was asked for.
    #[error("{server} cannot do {what} here")]
    Unsupported {
        /// Which server.
        server: Peer,
        /// The missing extension.
        what: &'static str,
    },
    /// The caller asked for something that cannot be said in IMAP.
    #[error("\"{keyword}\" cannot be an IMAP keyword")]
    Keyword {
        /// The text.
        keyword: String,
    },
    /// A cap of the guard was passed: the server is broken or hostile.
    #[error("{server} sent {breach} during {during}; the connection was cut")]
    Limit {
        /// Which server.
        server: Peer,
        /// Which cap.
        breach: Breach,
        /// Which command was under way.
        during: &'static str,
    },
    /// The reply breaks a rule that our state depends on.
    #[error("{server} answered {during} {what}; nothing was done")]
    Protocol {
        /// Which server.
        server: Peer,
        /// Which command was under way.
        during: &'static str,
        /// How the answer is wrong, e.g. "without UIDVALIDITY".
        what: &'static str,
    },
    /// The reply could not be understood at all.
    #[error("{server} sent something that is not IMAP during {during}; the connection was cut")]
    Malformed {
        /// Which server.
        server: Peer,
        /// Which command was under way.
        during: &'static str,
    },
}

impl Error {
    /// Whether the same may succeed later without anybody changing anything.
    pub fn is_temporary(&self) -> bool {
        match self {
            Self::Resolve { .. }
            | Self::Connect { .. }
            | Self::ConnectTimeout { .. }
            | Self::Greeting { .. }
            | Self::Lost { .. }
            | Self::Timeout { .. } => true,
            Self::LoginRefused { temporary, .. } | Self::TokenRefused { temporary, .. } => *temporary,
            Self::Token { reason, .. } => reason.is_temporary(),
            Self::Secret { reason, .. } => reason.is_temporary(),
            Self::Refused { code, .. } => is_passing(code),
            _ => false,
        }
    }
}

/// Whether a response code says that the trouble will pass (RFC 5530, 3). A full quota or a limit does not:
/// somebody must do something about it.
pub(crate) fn is_passing(code: &str) -> bool {
    matches!(code, "UNAVAILABLE" | "INUSE" | "SERVERBUG" | "EXPUNGEISSUED")
}

/// A server's own words, cut and made harmless.
pub(crate) fn quotable(text: &str) -> String {
    text.chars().filter(|c| c.is_ascii_graphic() || *c == ' ').take(120).collect::<String>().trim().to_owned()
}

fn with_status(status: &str) -> String {
    if status.is_empty() { String::new() } else { format!(" (status {status})") }
}

fn said(text: &str) -> String {
    if text.is_empty() { String::new() } else { format!(" (it said: {text})") }
}
