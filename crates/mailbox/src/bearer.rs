//! Signing in with an access token: `XOAUTH2` (Google, Microsoft) and `OAUTHBEARER` (RFC 7628).
//!
//! ```text
//!   C: AUTHENTICATE XOAUTH2 dXNlcj1…      with SASL-IR; else the token follows after a "+"
//!   S: + eyJzdGF0dXMiOiI0MDAi…            only where it refuses: {"status":"400", …}
//!   C:                                    acknowledged, so that the tagged NO comes
//!   S: L2 NO …
//! ```

use std::collections::BTreeSet;

use async_imap::imap_proto::{Response, Status};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use zeroize::Zeroizing;

use crate::command::Command;
use crate::error::{Error, is_passing};
use crate::sign_in::unquoting;
use crate::wire::{Taken, Wire};
use crate::{Account, Mechanism, Secret};

/// A mechanism as it goes over the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sasl {
    XOAuth2,
    OAuthBearer,
}

/// Signs in with the token, by the mechanism that is wanted and offered.
pub(crate) async fn authenticate(
    wire: &mut Wire,
    account: &Account,
    mechanism: Mechanism,
    token: &Secret,
    known: &BTreeSet<String>,
) -> Result<(), Error> {
    let sasl = choose(mechanism, known).map_err(|wanted| Error::BearerUnavailable {
        server: wire.server.clone(),
        wanted,
        offers: offered(known),
    })?;
    let response = Zeroizing::new(sasl.response(account, token));
    let at_once = known.contains("SASL-IR");
    let command = Command::authenticate_bearer(sasl.name(), &response, at_once, sasl.acknowledgement());
    let mut status = String::new();
    let mut take = |heard: &Response<'_>| {
        if let Response::Continue(challenge) = heard {
            status = status_of(challenge.information.as_deref().unwrap_or_default()).unwrap_or_default();
        }
        Taken::Mine
    };
    let closing = wire.exchange(command, &mut take).await?;
    if closing.status == Status::Ok {
        return Ok(());
    }
    Err(Error::TokenRefused {
        server: wire.server.clone(),
        user: account.user.clone(),
        status,
        temporary: is_passing(&closing.code),
        text: unquoting(token, closing.text),
    })
}

/// The standard's mechanism before the older one; else what was looked for.
fn choose(mechanism: Mechanism, known: &BTreeSet<String>) -> Result<Sasl, &'static str> {
    let offers = |sasl: &Sasl| known.contains(&format!("AUTH={}", sasl.name()));
    let (wanted, candidates): (_, &[Sasl]) = match mechanism {
        Mechanism::Auto => ("OAUTHBEARER or XOAUTH2", &[Sasl::OAuthBearer, Sasl::XOAuth2]),
        Mechanism::XOAuth2 => ("XOAUTH2", &[Sasl::XOAuth2]),
        Mechanism::OAuthBearer => ("OAUTHBEARER", &[Sasl::OAuthBearer]),
    };
    candidates.iter().copied().find(offers).ok_or(wanted)
}

fn offered(known: &BTreeSet<String>) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_".contains(c);
    let names = known.iter().filter_map(|name| name.strip_prefix("AUTH="));
    let names: Vec<&str> = names.filter(|name| name.len() <= 20 && name.chars().all(is_plain)).collect();
    if names.is_empty() { "nothing but LOGIN".to_owned() } else { names.join(", ") }
}

impl Sasl {
    fn name(self) -> &'static str {
        match self {
            Self::XOAuth2 => "XOAUTH2",
            Self::OAuthBearer => "OAUTHBEARER",
        }
    }

    fn response(self, account: &Account, token: &Secret) -> Vec<u8> {
        let head = match self {
            Self::XOAuth2 => format!("user={}\x01auth=Bearer ", account.user),
            Self::OAuthBearer => {
                // A comma would end the name, an equals sign begins an escape (RFC 5801, 4).
                let user = account.user.replace('=', "=3D").replace(',', "=2C");
                format!("n,a={user},\x01host={}\x01port={}\x01auth=Bearer ", account.host, account.port)
            }
        };
        [head.as_bytes(), token.expose(), b"\x01\x01"].concat()
    }

    /// What a server wants to hear after it said why it refuses.
    fn acknowledgement(self) -> &'static str {
        match self {
            Self::XOAuth2 => "",
            Self::OAuthBearer => "AQ==",
        }
    }
}

/// Nothing of a challenge is passed on but its status, and that only where it looks like one.
fn status_of(challenge: &str) -> Option<String> {
    let json = BASE64_STANDARD.decode(challenge.trim()).ok()?;
    let fields: serde_json::Value = serde_json::from_slice(&json).ok()?;
    let status = fields.get("status")?.as_str()?;
    let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    (status.len() <= 30 && status.chars().all(is_plain)).then(|| status.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{SecretSource, Timeouts, Tls};

    fn response(sasl: Sasl, user: &str) -> String {
        let account = Account {
            name: "post".into(),
            host: "imap.example".into(),
            port: 993,
            tls: Tls::None,
            user: user.into(),
            credential: SecretSource::Command(Vec::new()).into(),
            timeouts: Timeouts::default(),
        };
        let token = Secret::new(b"ya29.x".to_vec()).unwrap();
        String::from_utf8(sasl.response(&account, &token)).unwrap().replace('\x01', "^")
    }

    #[test]
    fn responses_are_those_of_the_specifications() {
        assert_eq!(response(Sasl::XOAuth2, "a@b.example"), "user=a@b.example^auth=Bearer ya29.x^^");
        assert_eq!(
            response(Sasl::OAuthBearer, "a,b=c@d.example"),
            "n,a=a=2Cb=3Dc@d.example,^host=imap.example^port=993^auth=Bearer ya29.x^^"
        );
    }

    #[test]
    fn the_standard_is_preferred_and_a_wish_is_a_wish() {
        let known = |names: &[&str]| names.iter().map(ToString::to_string).collect::<BTreeSet<_>>();
        let both = known(&["AUTH=XOAUTH2", "AUTH=OAUTHBEARER", "IDLE"]);
        let old = known(&["AUTH=XOAUTH2", "AUTH=PLAIN"]);
        assert_eq!(choose(Mechanism::Auto, &both), Ok(Sasl::OAuthBearer));
        assert_eq!(choose(Mechanism::Auto, &old), Ok(Sasl::XOAuth2));
        assert_eq!(choose(Mechanism::XOAuth2, &both), Ok(Sasl::XOAuth2));
        assert_eq!(choose(Mechanism::OAuthBearer, &old), Err("OAUTHBEARER"));
        assert_eq!(offered(&old), "PLAIN, XOAUTH2");
    }

    #[test]
    fn only_a_plain_status_is_passed_on() {
        let status = |json: &str| status_of(&BASE64_STANDARD.encode(json));
        assert_eq!(status(r#"{"status":"400","schemes":"Bearer"}"#).as_deref(), Some("400"));
        assert_eq!(status(r#"{"status":"invalid_token"}"#).as_deref(), Some("invalid_token"));
        for other in [r#"{"status":"Bearer ya29"}"#, r#"{"status":400}"#, "{}", "", "\u{0}"] {
            assert_eq!(status(other), None, "{other}");
        }
        assert_eq!(status_of("no base64"), None);
    }
}
