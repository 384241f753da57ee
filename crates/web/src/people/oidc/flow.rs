//! What binds the way to the identity provider and the way back to one browser: a sealed cookie. State, nonce and
//! PKCE verifier are derived of it, so that nothing is kept here that strangers could fill up.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;

use crate::people::secret::{self, Seal};

/// Whoever takes longer begins anew.
pub(super) const LIFE_SECONDS: u32 = 600;

/// One way there and back.
pub(super) struct Flow {
    secret: String,
    begun: i64,
    /// Where to go after the sign-in.
    pub(super) wanted: String,
}

impl Flow {
    pub(super) fn begin(wanted: &str, now: Timestamp) -> std::io::Result<Self> {
        Ok(Self { secret: secret::random()?, begun: now.as_second(), wanted: wanted.to_owned() })
    }

    /// What the cookie holds.
    pub(super) fn cookie(&self, seal: &Seal) -> String {
        let text = self.text();
        let sealed = seal.of("flow", &text);
        format!("{text}.{sealed}")
    }

    /// The flow of a cookie, if it is ours and not too old.
    pub(super) fn of(cookie: &str, seal: &Seal, now: Timestamp) -> Option<Self> {
        let (text, sealed) = cookie.rsplit_once('.')?;
        if !secret::same(&seal.of("flow", text), sealed) {
            return None;
        }
        let mut parts = text.split('.');
        let (secret, begun, wanted) = (parts.next()?, parts.next()?.parse().ok()?, parts.next()?);
        let wanted = String::from_utf8(URL_SAFE_NO_PAD.decode(wanted).ok()?).ok()?;
        let age = now.as_second().checked_sub(begun)?;
        let young = (0..=i64::from(LIFE_SECONDS)).contains(&age);
        young.then(|| Self { secret: secret.to_owned(), begun, wanted })
    }

    pub(super) fn state(&self, seal: &Seal) -> String {
        seal.of("state", &self.secret)
    }

    pub(super) fn nonce(&self, seal: &Seal) -> String {
        seal.of("nonce", &self.secret)
    }

    /// 43 characters, as RFC 7636 wants at least.
    pub(super) fn verifier(&self, seal: &Seal) -> String {
        seal.of("pkce", &self.secret)
    }

    fn text(&self) -> String {
        format!("{}.{}.{}", self.secret, self.begun, URL_SAFE_NO_PAD.encode(&self.wanted))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(seconds).unwrap()
    }

    #[test]
    fn only_a_young_cookie_of_this_process_comes_back() {
        let (seal, other) = (Seal::new().unwrap(), Seal::new().unwrap());
        let flow = Flow::begin("/?seite=2", at(100)).unwrap();
        let cookie = flow.cookie(&seal);
        let back = Flow::of(&cookie, &seal, at(700)).unwrap();
        assert_eq!((back.wanted.as_str(), back.state(&seal)), ("/?seite=2", flow.state(&seal)));
        assert!(Flow::of(&cookie, &seal, at(701)).is_none() && Flow::of(&cookie, &seal, at(99)).is_none());
        assert!(Flow::of(&cookie, &other, at(100)).is_none());
        for broken in ["", ".", "a.b.c.d", cookie.get(1..).unwrap(), &cookie.replace("100", "101")] {
            assert!(Flow::of(broken, &seal, at(100)).is_none(), "{broken}");
        }
    }

    #[test]
    fn state_nonce_and_verifier_do_not_tell_each_other() {
        let seal = Seal::new().unwrap();
        let flow = Flow::begin("/", at(0)).unwrap();
        let all = [flow.state(&seal), flow.nonce(&seal), flow.verifier(&seal)];
        assert!(all[0] != all[1] && all[1] != all[2] && all[0] != all[2]);
        assert!(all.iter().all(|one| one.len() == 43 && !flow.cookie(&seal).contains(one.as_str())));
    }
}
