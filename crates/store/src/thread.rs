//! Threads: what came before a mail, by hashes of Message-IDs and texts alone. Pure: the search is the same over
//! the index, over memory, and over both.
//!
//! ```text
//!   mail ─▶ mark: its own Message-ID, those that it answers, its text        (hashes; in the log)
//!   marks of a mailbox, in the order in which they were first noted ─▶ history of a mail: what stands before it
//! ```
//!
//! A mail that is seen again (copied, moved, numbered anew, judged again) is known by its fingerprint and by its
//! Message-ID: it keeps its place in the order, and never counts itself.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use domain::{History, Message};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// So many of the Message-IDs that a mail answers are kept from either end: the matter, and the last exchange.
const ANCESTORS_AT_EACH_END: usize = 5;
/// Shorter texts ("Anbei die Unterlagen.") say nothing about which mail it is.
const LEAST_LETTERS: usize = 40;
/// More contacts in one matter need not be told apart; so many members are looked at for one hash.
pub(crate) const MOST: usize = 50;
/// So many hashes are followed from mail to mail.
const MOST_HASHES: usize = 300;

/// A hash of a Message-ID or a text: the first 16 bytes of a SHA-256, in hex where it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub(crate) struct Print(pub u128);

impl Print {
    /// The hash of something, which never meets the hash of another kind of thing.
    pub(crate) fn of(kind: &str, content: &[u8]) -> Self {
        let hash = Sha256::new().chain_update("langhals ").chain_update(kind).chain_update([0]);
        let hash = hash.chain_update(content).finalize();
        Self(hash.iter().take(16).fold(0, |number, byte| number << 8 | u128::from(*byte)))
    }

    pub(crate) fn of_id(message_id: &str) -> Self {
        Self::of("message-id", message_id.trim().as_bytes())
    }
}

impl From<Print> for String {
    fn from(Print(number): Print) -> Self {
        format!("{number:032x}")
    }
}

impl TryFrom<String> for Print {
    type Error = std::num::ParseIntError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        u128::from_str_radix(&text, 16).map(Self)
    }
}

/// What is kept of a mail to know its thread again, and its text: hashes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// Its own Message-ID.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    own: Option<Print>,
    /// Those that it answers: the first and the last ones. None for what a machine sent: nobody wrote again.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    before: Vec<Print>,
    /// Its text and its attachments' names and sizes, where the text is long enough to tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    text: Option<Print>,
    /// A machine or a list sent it: it is no contact.
    #[serde(default, skip_serializing_if = "is_false")]
    machine: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
fn is_false(value: &bool) -> bool {
    !value
}

impl Mark {
    /// The mark of a mail; `None` where there is nothing to know it by.
    pub fn of(message: &Message) -> Option<Self> {
        let machine = message.circumstances.automatic || message.circumstances.bulk;
        let mut before = Vec::new();
        if !machine {
            let ids = &message.thread;
            let late = ids.len().saturating_sub(ANCESTORS_AT_EACH_END).max(ANCESTORS_AT_EACH_END);
            let kept = ids.iter().take(ANCESTORS_AT_EACH_END).chain(ids.iter().skip(late));
            before.extend(kept.map(|id| Print::of_id(id)));
        }
        let own = message.message_id.as_deref().map(Print::of_id);
        let mark = Self { own, before, text: text(message), machine };
        let known_by_something = mark.hashes().next().is_some();
        known_by_something.then_some(mark)
    }

    /// The mark of a mail of which only the Message-ID is read.
    pub fn of_message_id(message_id: &str) -> Self {
        Self { own: Some(Print::of_id(message_id)), ..Self::default() }
    }

    /// Its own Message-ID's hash.
    pub(crate) fn own(&self) -> Option<Print> {
        self.own
    }

    /// Drops from what it answers what is to be forgotten, and says whether there was anything.
    pub(crate) fn strip(&mut self, forgotten: &BTreeSet<Print>) -> bool {
        let kept = self.before.len();
        self.before.retain(|hash| !forgotten.contains(hash));
        self.before.len() < kept
    }

    /// By which hashes it is found.
    pub(crate) fn hashes(&self) -> impl Iterator<Item = Print> {
        self.links().chain(self.text)
    }

    fn links(&self) -> impl Iterator<Item = Print> {
        self.own.into_iter().chain(self.before.iter().copied())
    }
}

/// The hash of what a sender wrote, without spaces, marks and capitals. The same words with other attachments
/// are another mail: somebody forgot one the first time.
fn text(message: &Message) -> Option<Print> {
    let mut content = String::with_capacity(message.text.len());
    let mut letters = 0;
    for letter in message.text.chars().filter(|letter| letter.is_alphanumeric()) {
        letters += usize::from(letter.is_alphabetic());
        content.extend(letter.to_lowercase());
    }
    for attachment in &message.attachments {
        // Writing into a String cannot fail.
        let _ = write!(content, "\0{}\0{}", attachment.name, attachment.size);
    }
    if message.left_out > 0 {
        let _ = write!(content, "\0{}", message.left_out);
    }
    (letters >= LEAST_LETTERS).then(|| Print::of("text", content.as_bytes()))
}

/// A mail in the memory of threads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Member {
    /// Its place in the order in which mails were first noted.
    pub number: u64,
    /// When that was.
    pub at: Timestamp,
    /// By what it is found.
    pub mark: Mark,
    /// It is an application: by a person's word, else as it was surely suggested.
    pub application: bool,
}

/// Where members are looked up, of one mailbox.
pub(crate) trait Recall {
    type Error;
    /// What is remembered of the mail of this fingerprint.
    fn member(&self, fingerprint: &str) -> Result<Option<Member>, Self::Error>;
    /// The earliest members with this hash that stand before a number, at most [`MOST`].
    fn with_hash(&self, hash: Print, before: u64) -> Result<Vec<(String, Member)>, Self::Error>;
}

/// What came before a mail; where it is remembered itself, what came before it then.
pub(crate) fn history<R: Recall>(book: &R, fingerprint: &str, mark: &Mark) -> Result<History, R::Error> {
    let is_same = |other: &str, member: &Member| {
        other == fingerprint || mark.own.is_some() && member.mark.own == mark.own
    };
    let mut number = book.member(fingerprint)?.map_or(u64::MAX, |member| member.number);
    if let Some(own) = mark.own {
        let same = book.with_hash(own, number)?.into_iter().find(|(other, member)| is_same(other, member));
        number = same.map_or(number, |(_, member)| member.number);
    }
    let mut history = History::default();
    if let Some(text) = mark.text {
        let earlier = book.with_hash(text, number)?;
        history.repeated = earlier.iter().any(|(other, member)| !is_same(other, member));
    }
    if mark.machine {
        return Ok(history);
    }
    let mut thread: BTreeMap<Identity, bool> = BTreeMap::new();
    let mut hashes: BTreeSet<Print> = mark.links().collect();
    let mut next: Vec<Print> = hashes.iter().copied().collect();
    while let Some(hash) = next.pop().filter(|_| thread.len() < MOST) {
        for (other, member) in book.with_hash(hash, number)? {
            if member.mark.machine || is_same(&other, &member) {
                continue;
            }
            let identity = member.mark.own.map_or(Identity::Fingerprint(other), Identity::MessageId);
            *thread.entry(identity).or_default() |= member.application;
            let more = member.mark.links().filter(|link| hashes.len() < MOST_HASHES && hashes.insert(*link));
            next.extend(more.collect::<Vec<_>>());
        }
    }
    history.earlier = u32::try_from(thread.len().min(MOST)).unwrap_or(u32::MAX);
    history.applied = thread.values().any(|application| *application);
    Ok(history)
}

/// By what one mail is told from another: copies of one share it.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Identity {
    MessageId(Print),
    Fingerprint(String),
}
