//! Passwords: Argon2id with the parameters that OWASP recommends (19 MiB, 2 passes), and never shown or logged.

use std::fmt;
use std::io;

use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use argon2::{Argon2, PasswordHash};
use serde::{Deserialize, Deserializer};
use zeroize::{ZeroizeOnDrop, Zeroizing};

use super::secret;

/// Fewer characters are guessed offline too soon (BSI, NIST SP 800-63B).
const SHORTEST: usize = 12;
/// More is nobody's password.
const LONGEST: usize = 1024;

/// What unknown names are compared with, so that they take as long as known ones. Nothing fits it.
const DECOY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5IGlzIGhlcmU$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// A password as it was typed. Shows itself to nobody, and is overwritten when it is no longer needed.
#[derive(Clone, Default)]
pub struct Password(Zeroizing<String>);

impl ZeroizeOnDrop for Password {}

/// Why a password is not taken for an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UnfitPassword {
    /// It is guessed too soon.
    #[error("the password has fewer than {SHORTEST} characters: choose a longer one, e.g. some words")]
    Short,
    /// It is no password.
    #[error("the password has more than {LONGEST} bytes: choose a shorter one")]
    Long,
}

impl Password {
    /// A password as it was typed; fit or not.
    pub fn new(typed: String) -> Self {
        Self(Zeroizing::new(typed))
    }

    /// Whether it may become an account's.
    ///
    /// # Errors
    /// [`UnfitPassword`], whose text says what would be right.
    pub fn check(&self) -> Result<(), UnfitPassword> {
        if self.0.len() > LONGEST {
            Err(UnfitPassword::Long)
        } else if self.0.chars().count() < SHORTEST {
            Err(UnfitPassword::Short)
        } else {
            Ok(())
        }
    }

    pub(crate) fn expose(&self) -> &str {
        &self.0
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// As it is kept: a PHC string with salt and parameters.
    pub(crate) fn hashed(&self) -> io::Result<String> {
        let salt: [u8; 16] = secret::random_bytes()?;
        let hash: Result<PasswordHash, _> =
            Argon2::default().hash_password_with_salt(self.0.as_bytes(), &salt);
        hash.map(|hash| hash.to_string()).map_err(|error| io::Error::other(error.to_string()))
    }

    /// Whether it is the one that was kept; takes its time, also where there is none.
    pub(crate) fn fits(&self, kept: Option<&str>) -> bool {
        let usable = self.0.len() <= LONGEST;
        let typed = if usable { self.0.as_bytes() } else { b"" };
        let fits = Argon2::default().verify_password(typed, kept.unwrap_or(DECOY)).is_ok();
        fits && usable && kept.is_some()
    }
}

/// Whether it is a PHC string of ours.
pub(crate) fn is_hash(text: &str) -> bool {
    PasswordHash::new(text).is_ok_and(|hash| hash.algorithm.as_str() == "argon2id" && hash.hash.is_some())
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(…)")
    }
}

impl<'de> Deserialize<'de> for Password {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::new)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(text: &str) -> Password {
        Password::new(text.to_owned())
    }

    #[test]
    fn only_the_same_password_fits() {
        let kept = typed("korrekt Pferd Batterie").hashed().unwrap();
        assert!(kept.starts_with("$argon2id$v=19$m=19456,t=2,p=1$") && is_hash(&kept));
        assert_ne!(kept, typed("korrekt Pferd Batterie").hashed().unwrap());
        assert!(typed("korrekt Pferd Batterie").fits(Some(&kept)));
        for wrong in ["", "korrekt Pferd Batterie ", "Korrekt Pferd Batterie", &"x".repeat(5000)] {
            assert!(!typed(wrong).fits(Some(&kept)) && !typed(wrong).fits(None), "{wrong:.30}");
        }
        assert!(is_hash(DECOY) && !is_hash("geheim") && !is_hash("$argon2i$v=19$m=8,t=1,p=1$c2FsdHNhbHQ"));
    }

    #[test]
    fn a_password_is_overwritten_when_it_goes() {
        fn is_overwritten<T: ZeroizeOnDrop>() {}
        is_overwritten::<Password>();
    }

    #[test]
    fn short_and_endless_ones_are_refused_and_none_is_shown() {
        assert_eq!(typed("elf Zeichen").check(), Err(UnfitPassword::Short));
        assert_eq!(typed(&"x".repeat(1025)).check(), Err(UnfitPassword::Long));
        assert_eq!(typed("zwölf Zeichen").check(), Ok(()));
        assert_eq!(format!("{:?}", typed("geheim")), "Password(…)");
    }
}
