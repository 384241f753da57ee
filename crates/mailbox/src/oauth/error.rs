//! Why there is no access token, in sentences for the operator. None of them carries a secret, nor
//! anything of a token server's answer but the error code of the standard.

use std::path::PathBuf;

use crate::error::{Error, Peer};
use crate::{Distrust, SecretError};

/// Why there is no access token.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TokenError {
    /// A secret that belongs to the request could not be read.
    #[error(transparent)]
    Secret(#[from] SecretError),
    /// Nobody there, or the connection broke.
    #[error(
        "cannot reach the token server {endpoint}: {reason}; check token_url, the DNS of this machine, and any firewall between"
    )]
    Unreachable {
        /// Which token server.
        endpoint: Peer,
        /// What happened.
        reason: String,
    },
    /// It took too long.
    #[error(
        "the token server {endpoint} gave no whole answer within {seconds} s; check token_url, or ask who runs it"
    )]
    Slow {
        /// Which token server.
        endpoint: Peer,
        /// How long was waited.
        seconds: u64,
    },
    /// Its certificate is not trusted.
    #[error("the certificate of the token server {endpoint} {problem}")]
    Certificate {
        /// Which token server.
        endpoint: Peer,
        /// What is wrong with it, and what to do.
        problem: String,
    },
    /// TLS failed for another reason, or there is nobody to trust.
    #[error(
        "no TLS with the token server {endpoint}: {reason}; check token_url and ca_file of [mailbox.oauth]"
    )]
    Tls {
        /// Which token server.
        endpoint: Peer,
        /// What is wrong.
        reason: String,
    },
    /// It wants us to go elsewhere, perhaps with our secret.
    #[error(
        "the token server {endpoint} answers with a redirect, which is never followed: set token_url to the final address"
    )]
    Redirect {
        /// Which token server.
        endpoint: Peer,
    },
    /// It failed without saying why in the way of the standard.
    #[error(
        "the token server {endpoint} answers with HTTP status {status}; check token_url, or ask who runs it"
    )]
    Status {
        /// Which token server.
        endpoint: Peer,
        /// The status.
        status: u16,
    },
    /// The answer is no answer of a token server.
    #[error("the token server {endpoint} answers {what}; check token_url, or ask who runs it")]
    Nonsense {
        /// Which token server.
        endpoint: Peer,
        /// How the answer is wrong.
        what: &'static str,
    },
    /// It refuses in the way of the standard (RFC 6749, 5.2).
    #[error("the token server {endpoint} refused ({code}): {}", advice(.code, .refresh_token.as_ref()))]
    Refused {
        /// Which token server.
        endpoint: Peer,
        /// The standard's error code, e.g. `invalid_client`.
        code: String,
        /// Where the refresh token stands, if it was asked with one.
        refresh_token: Option<PathBuf>,
    },
    /// The program is about to end.
    #[error("the request to the token server was interrupted")]
    Interrupted,
}

fn advice(code: &str, refresh_token: Option<&PathBuf>) -> String {
    match (code, refresh_token) {
        ("invalid_client", _) => "check client_id and client_secret_file or client_secret_command".to_owned(),
        ("invalid_grant", Some(file)) => format!(
            "the refresh token has expired or was withdrawn; sign in anew and write the new refresh token to {}",
            file.display()
        ),
        ("unauthorized_client" | "unsupported_grant_type" | "invalid_grant", _) => {
            "this client may not get tokens this way; check grant, and permit it on the token server"
                .to_owned()
        }
        ("invalid_scope", _) => "check scopes".to_owned(),
        ("invalid_request", _) => "check token_url, client_id and scopes".to_owned(),
        (code, _) if is_passing(code) => "it will be asked again; nothing needs to be done".to_owned(),
        _ => "ask who runs it".to_owned(),
    }
}

fn is_passing(code: &str) -> bool {
    matches!(code, "temporarily_unavailable" | "server_error" | "slow_down")
}

impl TokenError {
    /// Whether the same may succeed later without anybody changing anything.
    pub fn is_temporary(&self) -> bool {
        match self {
            Self::Secret(reason) => reason.is_temporary(),
            Self::Unreachable { .. } | Self::Slow { .. } | Self::Interrupted => true,
            Self::Status { status, .. } => matches!(status, 408 | 429 | 500..),
            Self::Refused { code, .. } => is_passing(code),
            _ => false,
        }
    }

    /// The mail server's sentences would name the wrong keys.
    pub(super) fn of_connecting(error: Error, endpoint: Peer) -> Self {
        let unreachable = |reason: String| Self::Unreachable { endpoint: endpoint.clone(), reason };
        match error {
            Error::Resolve { .. } => unreachable("its name does not resolve".to_owned()),
            Error::PlainRefused { .. } => {
                unreachable("its name does not lead to this machine, and token_url has no https".to_owned())
            }
            Error::Connect { reason, .. } => unreachable(reason.to_string()),
            Error::ConnectTimeout { .. } | Error::Timeout { .. } => unreachable("no answer".to_owned()),
            Error::Certificate { problem, .. } => Self::Certificate { endpoint, problem: remedy(&problem) },
            Error::Tls { reason, .. } | Error::Trust { reason, .. } => Self::Tls { endpoint, reason },
            _ => unreachable("the connection was lost".to_owned()),
        }
    }
}

fn remedy(problem: &Distrust) -> String {
    match problem {
        Distrust::Expired { .. } => "expired: it must be renewed there".to_owned(),
        Distrust::NotYetValid => "is not valid yet: check the clock of this machine".to_owned(),
        Distrust::UnknownIssuer => {
            "is signed by nobody this machine trusts: set ca_file of [mailbox.oauth] to the authority's certificate"
                .to_owned()
        }
        Distrust::WrongName { .. } => {
            "is not for this host name: set token_url to a name in the certificate".to_owned()
        }
        Distrust::Revoked => "was revoked: it must be renewed there".to_owned(),
        Distrust::Unusable { reason } => format!("is not usable ({reason}): it must be renewed there"),
        Distrust::OtherFingerprint { .. } => "is not the pinned one".to_owned(),
    }
}
