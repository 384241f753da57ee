//! The flags and keywords of a message: a set that does not care about upper and lower case.

use std::fmt;

/// Flags and keywords (RFC 3501, 2.3.2), compared without case, in one allocation:
/// a server that lists millions of them cannot make us need more memory than it sent.
#[derive(Clone, Default)]
pub struct Flags(Box<str>);

impl Flags {
    /// Whether the flag is set, e.g. `contains("\\Seen")`.
    pub fn contains(&self, flag: &str) -> bool {
        self.iter().any(|one| one.eq_ignore_ascii_case(flag))
    }

    /// Every flag once, as the server writes it, in alphabetical order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.split(' ').filter(|flag| !flag.is_empty())
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.iter().count()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<'a> FromIterator<&'a str> for Flags {
    fn from_iter<I: IntoIterator<Item = &'a str>>(flags: I) -> Self {
        let mut all: Vec<&str> = flags.into_iter().filter(|flag| !flag.is_empty()).collect();
        all.sort_by(|a, b| without_case(a).cmp(without_case(b)));
        all.dedup_by(|a, b| a.eq_ignore_ascii_case(b));
        Self(all.join(" ").into())
    }
}

impl PartialEq for Flags {
    fn eq(&self, other: &Self) -> bool {
        self.0.eq_ignore_ascii_case(&other.0)
    }
}

impl Eq for Flags {}

impl fmt::Debug for Flags {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "({})", self.0)
    }
}

fn without_case(flag: &str) -> impl Iterator<Item = u8> {
    flag.bytes().map(|byte| byte.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_are_a_set_without_case() {
        let flags: Flags = ["\\seen", "Triage-Antrag", "\\Seen", "a"].into_iter().collect();
        assert!(flags.contains("\\Seen") && flags.contains("TRIAGE-ANTRAG"));
        assert!(!flags.contains("Triage") && !flags.contains(""));
        assert_eq!(flags.len(), 3);
        assert_eq!(flags, ["A", "triage-antrag", "\\SEEN"].into_iter().collect());
        assert_ne!(flags, ["a", "triage-antrag"].into_iter().collect());
        assert!(Flags::default().is_empty());
    }
}
