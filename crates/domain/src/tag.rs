//! The keywords Langhals writes, and the prefix that marks them as its own.

use std::fmt;

use crate::Class;

/// A tag as the people at the Posteingang see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tag {
    /// The class is an application.
    Antrag,
    /// The class is an inquiry.
    Rueckfrage,
    /// The class is other.
    Sonstiges,
    /// Below the threshold: a person decides.
    Unsicher,
    /// High priority.
    Hoch,
    /// Low priority.
    Niedrig,
    /// A deadline was found.
    Frist,
    /// The text cannot be read.
    Verschluesselt,
}

impl Tag {
    /// Every tag; class tags first.
    pub const ALL: [Self; 8] = [
        Self::Antrag,
        Self::Rueckfrage,
        Self::Sonstiges,
        Self::Unsicher,
        Self::Hoch,
        Self::Niedrig,
        Self::Frist,
        Self::Verschluesselt,
    ];

    /// The keyword without its prefix.
    pub fn name(self) -> &'static str {
        match self {
            Self::Antrag => "antrag",
            Self::Rueckfrage => "rueckfrage",
            Self::Sonstiges => "sonstiges",
            Self::Unsicher => "unsicher",
            Self::Hoch => "hoch",
            Self::Niedrig => "niedrig",
            Self::Frist => "frist",
            Self::Verschluesselt => "verschluesselt",
        }
    }

    /// The tag of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|tag| tag.name().eq_ignore_ascii_case(name))
    }

    /// What people read in their mail client.
    pub fn title(self) -> &'static str {
        match self {
            Self::Antrag => "Antrag",
            Self::Rueckfrage => "Rückfrage",
            Self::Sonstiges => "Sonstiges",
            Self::Unsicher => "Bitte sichten",
            Self::Hoch => "Eilig",
            Self::Niedrig => "Nachrangig",
            Self::Frist => "Frist",
            Self::Verschluesselt => "Verschlüsselt",
        }
    }

    /// The tag that says this class.
    pub fn of_class(class: Class) -> Self {
        match class {
            Class::Application => Self::Antrag,
            Class::Inquiry => Self::Rueckfrage,
            Class::Other => Self::Sonstiges,
        }
    }

    /// The class that this tag says, if it says one.
    pub fn class(self) -> Option<Class> {
        match self {
            Self::Antrag => Some(Class::Application),
            Self::Rueckfrage => Some(Class::Inquiry),
            Self::Sonstiges => Some(Class::Other),
            Self::Unsicher | Self::Hoch | Self::Niedrig | Self::Frist | Self::Verschluesselt => None,
        }
    }

    /// Whether a message carries exactly one of these: a class tag, or `Unsicher` instead.
    pub fn settles_class(self) -> bool {
        self.class().is_some() || self == Self::Unsicher
    }
}

/// The prefix of every keyword that Langhals may write, e.g. `triage-`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TagPrefix(String);

/// Why a text cannot be a tag prefix.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidPrefix;

impl fmt::Display for InvalidPrefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "a tag prefix is 2 to 15 characters, lower-case letters, digits and \"-\", begins with a letter, and ends in \"-\"",
        )
    }
}

impl std::error::Error for InvalidPrefix {}

impl TagPrefix {
    /// The longest keyword stays at 30 characters, which every server seen so far keeps.
    const LONGEST: usize = 15;

    /// Takes a prefix that can be part of an IMAP keyword (RFC 3501 `atom`) everywhere.
    ///
    /// # Errors
    /// [`InvalidPrefix`], whose text says what is allowed.
    pub fn new(prefix: &str) -> Result<Self, InvalidPrefix> {
        let letters = prefix.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        let begins = prefix.bytes().next().is_some_and(|b| b.is_ascii_lowercase());
        let fits = (2..=Self::LONGEST).contains(&prefix.len());
        if letters && begins && fits && prefix.ends_with('-') {
            Ok(Self(prefix.to_owned()))
        } else {
            Err(InvalidPrefix)
        }
    }

    /// The prefix itself.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The IMAP keyword of a tag.
    pub fn keyword(&self, tag: Tag) -> String {
        format!("{}{}", self.0, tag.name())
    }

    /// The tag behind a keyword, compared without case; `None` for everybody else's keywords.
    pub fn tag(&self, keyword: &str) -> Option<Tag> {
        let head = keyword.get(..self.0.len())?;
        if !head.eq_ignore_ascii_case(&self.0) {
            return None;
        }
        Tag::from_name(keyword.get(self.0.len()..)?)
    }
}

impl Default for TagPrefix {
    fn default() -> Self {
        Self("triage-".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keywords_lead_back_to_tags_without_case() {
        let prefix = TagPrefix::default();
        for tag in Tag::ALL {
            assert_eq!(prefix.tag(&prefix.keyword(tag).to_uppercase()), Some(tag));
            assert!(prefix.keyword(tag).len() <= 30);
        }
        assert_eq!(prefix.tag("$label1"), None);
        assert_eq!(prefix.tag("triage-"), None);
        assert_eq!(prefix.tag("größe-antrag"), None);
    }

    #[test]
    fn the_longest_prefix_keeps_keywords_within_30_characters() {
        let prefix = TagPrefix::new("abcdefghijklmn-").unwrap();
        assert!(Tag::ALL.iter().all(|tag| prefix.keyword(*tag).len() <= 30));
    }

    #[test]
    fn a_prefix_is_refused_where_an_atom_would_break() {
        for bad in ["", "-", "a b-", "Triage-", "triage", "\\triage-", "$x-", "trïage-", "abcdefghijklmno-"]
        {
            assert_eq!(TagPrefix::new(bad), Err(InvalidPrefix), "{bad}");
        }
    }
}
