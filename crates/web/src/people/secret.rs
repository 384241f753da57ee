//! Random numbers, what is derived of them, and comparing without telling how much was right.

use std::fmt;
use std::io;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::digest::{SHA256, digest};
use ring::hmac;
use ring::rand::{SecureRandom as _, SystemRandom};
use subtle::ConstantTimeEq as _;

/// 256 bits: nobody guesses them, and nobody meets another's.
const BYTES: usize = 32;

/// A key of this process only: what it has sealed is worth nothing after a restart.
pub(crate) struct Seal(hmac::Key);

impl Seal {
    pub(crate) fn new() -> io::Result<Self> {
        let key = hmac::Key::generate(hmac::HMAC_SHA256, &SystemRandom::new());
        key.map(Self).map_err(|_| no_random_numbers())
    }

    /// What only this process can derive of `text`; each `purpose` has its own.
    pub(crate) fn of(&self, purpose: &str, text: &str) -> String {
        let mut context = hmac::Context::with_key(&self.0);
        // No purpose holds a NUL, so that no two of them run together.
        for part in [purpose, "\0", text] {
            context.update(part.as_bytes());
        }
        URL_SAFE_NO_PAD.encode(context.sign())
    }
}

impl fmt::Debug for Seal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Seal(…)")
    }
}

/// A text nobody guesses, of characters that go into cookies, forms and addresses.
pub(crate) fn random() -> io::Result<String> {
    Ok(URL_SAFE_NO_PAD.encode(random_bytes::<BYTES>()?))
}

pub(crate) fn random_bytes<const N: usize>() -> io::Result<[u8; N]> {
    let mut bytes = [0; N];
    SystemRandom::new().fill(&mut bytes).map_err(|_| no_random_numbers())?;
    Ok(bytes)
}

fn no_random_numbers() -> io::Error {
    io::Error::other("the operating system gives no random numbers: without them nobody can sign in")
}

/// A fingerprint that stands for a text without telling it.
pub(crate) type Mark = [u8; 32];

pub(crate) fn mark(text: &str) -> Mark {
    let mut mark = Mark::default();
    mark.copy_from_slice(digest(&SHA256, text.as_bytes()).as_ref());
    mark
}

/// Whether two secrets are the same; how long it takes does not tell where they differ. Nothing is no secret.
pub(crate) fn same(one: &str, other: &str) -> bool {
    !one.is_empty() && bool::from(one.as_bytes().ct_eq(other.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_depends_on_key_purpose_and_text() {
        let seal = Seal::new().unwrap();
        assert_eq!(seal.of("form", "a"), seal.of("form", "a"));
        let all = [seal.of("form", "a"), seal.of("form", "b"), seal.of("flow", "a"), random().unwrap()];
        let other = Seal::new().unwrap().of("form", "a");
        for (at, one) in all.iter().enumerate() {
            assert_eq!(one.len(), 43);
            assert!(!same(one, &other) && !all.iter().skip(at + 1).any(|another| same(one, another)));
        }
    }

    #[test]
    fn nothing_is_the_same_as_nothing() {
        assert!(same("a", "a") && !same("a", "ab") && !same("", ""));
    }
}
