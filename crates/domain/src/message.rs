//! One mail as the core sees it: decoded, bounded, without what the sender did not write now.

use std::fmt;

use jiff::Timestamp;

/// A mail after parsing. Produced only by `parse`, which is total: every field
/// has a sensible empty value, and what went wrong is listed as [`Defect`]s.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Message {
    /// `Message-ID` without angle brackets (RFC 5322, 3.6.4).
    pub message_id: Option<String>,
    /// `In-Reply-To` and `References`, without angle brackets, oldest first, without repeats.
    pub thread: Vec<String>,
    /// First `From:` address.
    pub from: Option<Address>,
    /// First `Reply-To:` address, where it differs from `from`.
    pub reply_to: Option<Address>,
    /// `To:` and `Cc:` addresses, at most 50.
    pub recipients: Vec<Address>,
    /// How many of `recipients`, from the first on, stand in `To:`; the others get a copy.
    pub addressed: usize,
    /// Decoded subject, without line breaks or control characters.
    pub subject: String,
    /// Date of the topmost `Received:` header (RFC 5321, 4.4).
    pub received: Option<Timestamp>,
    /// `Date:` header.
    pub sent: Option<Timestamp>,
    /// What the sender wrote *now*: without quotes, signature, disclaimer and without
    /// forwarded history, unless the new text hands that over. Lines end in `\n`.
    /// Empty where the text cannot be read ([`Protection::Encrypted`]).
    pub text: String,
    /// The sender's signature block that was cut off `text`, where one was found.
    pub signature: String,
    /// Attachments in order, at most 100, without small inline pictures such as logos.
    pub attachments: Vec<Attachment>,
    /// How many small pictures within the text `attachments` leaves out, at most 100.
    pub pictures: usize,
    /// About how many octets of attachments were left on the server, all together.
    pub left_out: usize,
    /// Where the links of the text lead, at most 20, without repeats; enclosed mails have none.
    pub links: Vec<Link>,
    /// Whether the text could be read, and whether a signature wrapped it.
    pub protection: Protection,
    /// What the headers say about how this mail came to be.
    pub circumstances: Circumstances,
    /// What the house's own server found out about the sender.
    pub authentication: Authentication,
}

/// A mail address with the name shown beside it; either part may be empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Address {
    /// Decoded display name.
    pub name: String,
    /// `local@domain` as written.
    pub email: String,
}

impl Address {
    /// `Name <address>`, or what there is of it.
    pub fn in_full(&self) -> String {
        let Self { name, email } = self;
        match (name.is_empty(), email.is_empty()) {
            (true, _) => email.clone(),
            (false, true) => name.clone(),
            (false, false) => format!("{name} <{email}>"),
        }
    }
}

/// A part that the sender attached: name, type and size alone. Where a mail has no text of its own, an attached text counts
/// as its text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Attachment {
    /// Decoded file name; empty where none was given.
    pub name: String,
    /// Media type in lower case, e.g. `application/pdf` (RFC 2045, 5).
    pub media_type: String,
    /// Decoded size in bytes; 0 where it was left on the server, and its size is not known.
    pub size: usize,
}

/// A link of the text: the host that it shows and the host that it leads to, in lower case.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Link {
    /// The host that is read; empty where the link shows other words.
    pub shown: String,
    /// The host that a click leads to.
    pub target: String,
}

/// The topmost `Authentication-Results` (RFC 8601). Headers further down may be the sender's own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Authentication {
    /// Whether the sender's domain allows the server that delivered (RFC 7208).
    pub spf: Check,
    /// Whether a signature of a domain holds (RFC 6376).
    pub dkim: Check,
    /// Whether either belongs to the address in `From:` (RFC 7489).
    pub dmarc: Check,
}

/// What one check of the sender came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Check {
    /// Not made, or undecided.
    #[default]
    Unknown,
    /// `pass`.
    Passed,
    /// `fail`.
    Failed,
}

/// How the text was wrapped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Protection {
    /// Plain MIME.
    #[default]
    Open,
    /// Signed, clear or opaque (S/MIME or PGP); readable without keys. The signature was *not* verified.
    Signed,
    /// Encrypted (S/MIME enveloped-data, multipart/encrypted, inline PGP): only the headers are known.
    Encrypted,
}

/// What the headers say about how a mail came to be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "independent facts of the header, not a state")]
pub struct Circumstances {
    /// `List-Id`, `List-Unsubscribe` or `Precedence: list|bulk|junk`.
    pub bulk: bool,
    /// `Auto-Submitted` other than `no` (RFC 3834), an empty `Return-Path`, or a delivery report.
    pub automatic: bool,
    /// Answers an earlier mail (`In-Reply-To`, or the subject says so).
    pub reply: bool,
    /// Passes an earlier mail on, and the new text hands it over.
    pub handed_over: bool,
    /// Passes an earlier mail on without handing it over, or as a copy for information.
    pub forwarded: bool,
    /// `Sensitivity: Personal`, `Private` or `Company-Confidential` (RFC 2156, 5.3.4).
    pub private: bool,
}

/// Something about a mail's bytes that was wrong or was cut, and how it was mended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Defect {
    /// Not recognisable as a mail at all: no header was found.
    NoHeaders,
    /// No `From:`, or none that could be read.
    NoSender,
    /// No `Date:` and no `Received:` that could be read.
    NoDate,
    /// Header bytes outside ASCII without encoding (RFC 2047 asks for it).
    RawHeader,
    /// A charset was wrong or unknown; the better of UTF-8 and windows-1252 was taken.
    Charset,
    /// Nested deeper than is read.
    TooDeep,
    /// More parts than are read.
    TooManyParts,
    /// A text longer than is read; cut.
    TextCut,
    /// A header longer than is read; cut.
    HeaderCut,
    /// The message was not fetched whole.
    Partial,
    /// A signed container that could not be opened.
    BrokenSigned,
    /// No readable text although the mail is not encrypted.
    NoText,
    /// The parser itself failed on this mail; only what could be saved is there.
    Unreadable,
}

impl Defect {
    /// Every defect.
    pub const ALL: [Self; 13] = [
        Self::NoHeaders,
        Self::NoSender,
        Self::NoDate,
        Self::RawHeader,
        Self::Charset,
        Self::TooDeep,
        Self::TooManyParts,
        Self::TextCut,
        Self::HeaderCut,
        Self::Partial,
        Self::BrokenSigned,
        Self::NoText,
        Self::Unreadable,
    ];

    /// Stable name, used in JSON and log.
    pub fn name(self) -> &'static str {
        match self {
            Self::NoHeaders => "no-headers",
            Self::NoSender => "no-sender",
            Self::NoDate => "no-date",
            Self::RawHeader => "raw-header",
            Self::Charset => "charset",
            Self::TooDeep => "too-deep",
            Self::TooManyParts => "too-many-parts",
            Self::TextCut => "text-cut",
            Self::HeaderCut => "header-cut",
            Self::Partial => "partial",
            Self::BrokenSigned => "broken-signed",
            Self::NoText => "no-text",
            Self::Unreadable => "unreadable",
        }
    }
}

impl fmt::Display for Defect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
