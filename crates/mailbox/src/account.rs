//! What is needed to reach one mailbox, as the configuration gives it.

use std::path::PathBuf;
use std::time::Duration;

use crate::transport::Target;
use crate::{OAuth, SecretSource};

/// A `[[mailbox]]` of the configuration: where it is, how it is protected, who signs in.
#[derive(Clone, Debug)]
pub struct Account {
    /// `name` in the configuration.
    pub name: String,
    /// Host name or address of the server.
    pub host: String,
    /// Usually 993 (implicit TLS) or 143 (STARTTLS).
    pub port: u16,
    /// How the connection is protected.
    pub tls: Tls,
    /// Who signs in.
    pub user: String,
    /// By what.
    pub credential: Credential,
    /// How long the server may take.
    pub timeouts: Timeouts,
}

impl Account {
    pub(crate) fn target(&self) -> Target<'_> {
        let plain = matches!(self.tls, Tls::None);
        Target { host: &self.host, port: self.port, plain, limit: self.timeouts.connect }
    }
}

/// By what an account signs in.
#[derive(Clone, Debug)]
pub enum Credential {
    /// A password, read anew at every connect.
    Password(SecretSource),
    /// An access token of a token server, renewed in time; clones of the account share it.
    OAuth(OAuth),
}

impl From<SecretSource> for Credential {
    fn from(source: SecretSource) -> Self {
        Self::Password(source)
    }
}

impl From<OAuth> for Credential {
    fn from(oauth: OAuth) -> Self {
        Self::OAuth(oauth)
    }
}

/// How the connection is protected (RFC 8314).
#[derive(Clone, Debug)]
pub enum Tls {
    /// TLS from the first byte.
    Implicit(Trust),
    /// TLS after the STARTTLS command; refused if the server does not offer it.
    StartTls(Trust),
    /// None; [`connect`](crate::connect) refuses it for any host but loopback.
    None,
}

/// Whom to believe that the server is the server.
#[derive(Clone, Debug)]
pub enum Trust {
    /// The certificate authorities of the operating system.
    System,
    /// The certificates in this PEM file, and no others.
    CaFile(PathBuf),
    /// Exactly this certificate: SHA-256 of its DER form. Name, chain and dates are then not checked.
    Fingerprint([u8; 32]),
}

/// How long the server may take. None of them is extended by bytes that trickle in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timeouts {
    /// Name resolution and TCP together, then again the TLS handshake.
    pub connect: Duration,
    /// In every such period there must be a whole response or a kibibyte a second.
    pub progress: Duration,
    /// A whole command, from its first byte to its tagged reply.
    pub command: Duration,
    /// The end of an IDLE, and signing out.
    pub done: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(20),
            progress: Duration::from_mins(1),
            command: Duration::from_mins(10),
            done: Duration::from_secs(15),
        }
    }
}
