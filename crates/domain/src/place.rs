//! Where a message lies, and what it is recognised by.

use std::fmt;

macro_rules! number {
    ($(#[$doc:meta])* $name:ident($inner:ty)) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub $inner);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

number! {
    /// A message's unique identifier in a folder, as long as its UIDVALIDITY stands (RFC 3501, 2.3.1.1).
    Uid(u32)
}
number! {
    /// A folder's generation: when it changes, every UID known so far means nothing.
    UidValidity(u32)
}
number! {
    /// A modification sequence (RFC 7162); grows with every change of flags.
    ModSeq(u64)
}

/// A folder of a configured mailbox. Both names come from the operator, not from mail.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Folder {
    /// `name` of the `[[mailbox]]` in the configuration.
    pub mailbox: String,
    /// Folder name in UTF-8, as in the configuration.
    pub name: String,
}

impl fmt::Display for Folder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.mailbox, self.name)
    }
}

/// Recognises a message across folders and UIDVALIDITY changes without holding its content:
/// the first 16 bytes of a SHA-256 over Message-ID, size and arrival.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fingerprint(pub [u8; 16]);

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// A model's identifier: the name of its folder under `models/`.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ModelId(pub String);

impl fmt::Display for ModelId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
