//! Signing in at the authority's identity provider: OpenID Connect with authorization code, PKCE, state and nonce.
//!
//! ```text
//!   /anmelden/oidc ─303─▶ provider ─303─▶ /anmelden/oidc/antwort ─▶ code for tokens ─▶ ID token checked ─▶ groups ─▶ roles
//!        └ a sealed cookie binds both ends to one browser; nothing is kept here in between
//! ```

mod flow;
mod provider;
mod routes;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use openidconnect::url::Url;
use openidconnect::{HttpRequest, HttpResponse, IssuerUrl};
use serde_json::Value;

use self::provider::Provider;
pub(super) use self::routes::{begin, finish, signed_out_at};
use super::Password;
use crate::asks::Answer;
use crate::visitor::{Grant, Rights};

/// `[web.oidc]` of the configuration, with the groups.
#[derive(Clone)]
pub struct OidcSettings {
    /// The provider's name for itself, exactly.
    pub issuer: Issuer,
    /// Who we are there.
    pub client_id: String,
    /// In which claim the groups stand; with dots, in which part of which.
    pub groups_claim: String,
    /// What is asked for besides `openid`.
    pub scopes: Vec<String>,
    /// What the members of each group may.
    pub groups: BTreeMap<String, Vec<Grant>>,
    /// How requests get there.
    pub wire: Arc<dyn Wire>,
}

/// What asking an identity provider needs of others: this crate has no network of its own.
pub trait Wire: Send + Sync {
    /// One request over TLS, or to this machine; redirects are not followed.
    fn send(&self, request: HttpRequest) -> Answer<'_, HttpResponse>;

    /// What proves who we are there; nothing for public clients.
    fn client_secret(&self) -> Answer<'_, Option<Password>>;
}

/// The address of an identity provider: https, or this machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issuer(IssuerUrl);

/// Why an address is refused; reads on after the key's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IssuerError {
    /// It is no address of the web.
    #[error(
        "is no web address: give it as the provider writes it, e.g. \"https://login.amt.example/realms/amt\""
    )]
    NoAddress,
    /// It would send secrets in the clear.
    #[error("would send secrets in the clear: use https (http is for loopback only)")]
    InTheClear,
    /// It holds what belongs elsewhere.
    #[error("must hold no user, password, \"?\" or \"#\"")]
    Unfit,
}

impl Issuer {
    /// Checks an address.
    ///
    /// # Errors
    /// [`IssuerError`], whose text says what would be right.
    pub fn parse(text: &str) -> Result<Self, IssuerError> {
        let issuer = IssuerUrl::new(text.to_owned()).map_err(|_| IssuerError::NoAddress)?;
        let url = issuer.url();
        if !matches!(url.scheme(), "https" | "http") || !url.has_host() {
            Err(IssuerError::NoAddress)
        } else if !is_safe(url) {
            Err(IssuerError::InTheClear)
        } else if !url.username().is_empty()
            || url.password().is_some()
            || url.query().is_some()
            || url.fragment().is_some()
        {
            Err(IssuerError::Unfit)
        } else {
            Ok(Self(issuer))
        }
    }

    /// Scheme, host and port.
    pub(super) fn origin(&self) -> String {
        self.0.url().origin().ascii_serialization()
    }
}

/// Whether a browser or a secret may be sent there.
fn is_safe(url: &Url) -> bool {
    url.scheme() == "https" || url.scheme() == "http" && url.host_str().is_some_and(super::is_loopback)
}

impl fmt::Debug for OidcSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OidcSettings")
            .field("issuer", &self.issuer)
            .field("client_id", &self.client_id)
            .finish_non_exhaustive()
    }
}

/// The identity provider, as it is known so far.
pub(super) struct Oidc {
    settings: OidcSettings,
    /// Where it sends browsers back to.
    redirect: String,
    provider: Provider,
}

impl Oidc {
    pub(super) fn new(settings: OidcSettings, origin: &str) -> Self {
        Self { redirect: format!("{origin}/anmelden/oidc/antwort"), provider: Provider::default(), settings }
    }

    pub(super) fn origin(&self) -> String {
        self.settings.issuer.origin()
    }

    /// What somebody may whose claims name these groups.
    fn rights(&self, claims: &BTreeMap<String, Value>) -> Rights {
        let mut grants = Vec::new();
        for group in groups(claims, &self.settings.groups_claim) {
            for grant in self.settings.groups.get(group).into_iter().flatten() {
                if !grants.contains(grant) {
                    grants.push(grant.clone());
                }
            }
        }
        Rights { grants }
    }
}

/// The groups in this claim: a list, or one alone. A name with dots may lead into claims, as with Keycloak's
/// `realm_access.roles`.
fn groups<'c>(claims: &'c BTreeMap<String, Value>, name: &str) -> Vec<&'c str> {
    let inside = || {
        let mut parts = name.split('.');
        let first = claims.get(parts.next()?)?;
        parts.try_fold(first, |value, part| value.get(part))
    };
    match claims.get(name).or_else(inside) {
        Some(Value::Array(groups)) => groups.iter().filter_map(Value::as_str).collect(),
        Some(Value::String(group)) => vec![group.as_str()],
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_https_and_this_machine_may_be_an_issuer() {
        for (text, checked) in [
            ("https://login.amt.example/realms/amt", Ok("https://login.amt.example")),
            ("http://127.0.0.1:3000", Ok("http://127.0.0.1:3000")),
            ("http://login.amt.example", Err(IssuerError::InTheClear)),
            ("https://a:b@login.amt.example", Err(IssuerError::Unfit)),
            ("https://login.amt.example/?a", Err(IssuerError::Unfit)),
            ("ldap://login.amt.example", Err(IssuerError::NoAddress)),
            ("login.amt.example", Err(IssuerError::NoAddress)),
        ] {
            let issuer = Issuer::parse(text);
            assert_eq!(issuer.map(|issuer| issuer.origin()), checked.map(str::to_owned), "{text}");
        }
    }

    #[test]
    fn groups_stand_in_a_list_alone_or_inside_another_claim() {
        let claims = json!({
            "groups": ["a", 1, "b"], "one": "c", "realm_access": { "roles": ["d"] }, "x.y": ["e"], "none": { }
        });
        let claims: BTreeMap<String, Value> = serde_json::from_value(claims).unwrap();
        for (name, found) in [
            ("groups", vec!["a", "b"]),
            ("one", vec!["c"]),
            ("realm_access.roles", vec!["d"]),
            ("x.y", vec!["e"]),
            ("none", vec![]),
            ("missing", vec![]),
            ("groups.roles", vec![]),
            ("", vec![]),
        ] {
            assert_eq!(groups(&claims, name), found, "{name}");
        }
    }
}
