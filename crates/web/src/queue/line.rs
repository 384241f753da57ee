//! One waiting message, as a line of the queue.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use domain::{Class, Flag, Priority, Tag};
use jiff::civil::Date;
use store::{Key, Outcome, Row, Stage};

use crate::asks::Letterhead;
use crate::frame::Frame;
use crate::words::{self, Language};
use crate::{message, names, stranger};

/// Longer subjects are read in the mail program.
const SUBJECT: usize = 160;
const SENDER: usize = 80;

/// One waiting message.
pub(super) struct Line {
    pub priority: Priority,
    pub priority_title: String,
    pub deadline: Option<Deadline>,
    pub waited: String,
    pub arrived: String,
    /// The class that holds, or that it is to be looked at.
    pub class: String,
    pub unsure: bool,
    /// Formal traps, the weightiest first; whether one is a danger.
    pub flags: Vec<(String, bool)>,
    /// What is to be known about the class: how sure, and what became of the tag.
    pub remarks: Vec<String>,
    pub mailbox: String,
    pub folder: String,
    pub uid: u32,
    /// Whether this reader may see what it says.
    pub readable: bool,
    /// Sender and subject, where they could be had.
    pub letterhead: Option<Letterhead>,
    /// The message's own page.
    pub address: String,
    /// Names the line within the page, so that it is known again when the page is refreshed.
    pub anchor: String,
}

/// A date by which something must happen, seen from today.
pub(super) struct Deadline {
    pub date: String,
    pub machine: Date,
    pub left: String,
    days: i64,
}

impl Deadline {
    pub fn pressing(&self) -> bool {
        self.days <= 0
    }
}

impl Line {
    pub fn new(row: &Row, letterhead: Option<&Letterhead>, frame: &Frame) -> Self {
        let (entry, words) = (&row.entry, frame.words);
        let today = words::day(frame.now);
        Self {
            priority: row.priority(),
            priority_title: names::priority(words, row.priority()),
            deadline: entry.suggestion.deadline.map(|date| {
                let days = words::days_until(today, date);
                Deadline { date: words.date(date), machine: date, left: words.left(days), days }
            }),
            waited: words.waited(entry.arrived, frame.now),
            arrived: words.moment(entry.arrived),
            class: class(row, words),
            unsure: unsure(row),
            flags: flags(row).map(|flag| (names::flag(words, flag), flag == Flag::Gefahr)).collect(),
            remarks: remarks(row, frame),
            mailbox: stranger::shown(&row.folder.mailbox, SENDER),
            folder: stranger::shown(&row.folder.name, SENDER),
            uid: row.uid.0,
            readable: frame.visitor.rights.reads(&row.folder.mailbox),
            letterhead: letterhead.map(|letterhead| Letterhead {
                from: stranger::shown(&letterhead.from, SENDER),
                subject: stranger::shown(&letterhead.subject, SUBJECT),
            }),
            address: message::address(&row.folder, row.validity, row.uid),
            anchor: anchor(&entry.fingerprint, &key(row)),
        }
    }
}

/// Of every row another: copies of a message have its fingerprint too.
fn anchor(fingerprint: &str, key: &Key) -> String {
    let mut folder = DefaultHasher::new();
    (&key.folder.mailbox, &key.folder.name).hash(&mut folder);
    let print: String = fingerprint.chars().take(16).filter(char::is_ascii_alphanumeric).collect();
    format!("{print}-{}-{}-{:08x}", key.validity.0, key.uid.0, folder.finish() as u32)
}

/// Where a row's message lies.
pub(super) fn key(row: &Row) -> Key {
    Key { folder: row.folder.clone(), validity: row.validity, uid: row.uid }
}

/// Whether a person still has to say which class it is.
fn unsure(row: &Row) -> bool {
    row.entry.suggestion.unsure && !row.entry.person
}

/// The flags that this version knows.
fn flags(row: &Row) -> impl Iterator<Item = Flag> {
    row.entry.suggestion.flags.iter().filter_map(|name| Flag::from_name(name))
}

fn suggested(row: &Row) -> Class {
    row.entry.suggestion.class().best()
}

fn class(row: &Row, words: Language) -> String {
    if let Some(class) = row.entry.chosen_class() {
        names::class(words, class)
    } else if row.entry.person {
        words.say("class-by-hand")
    } else if unsure(row) {
        names::tag(words, Tag::Unsicher)
    } else {
        names::class(words, suggested(row))
    }
}

fn remarks(row: &Row, frame: &Frame) -> Vec<String> {
    let (entry, words) = (&row.entry, frame.words);
    let tag = match entry.stage {
        Stage::Intended { .. } => Some("remark-writing"),
        _ if entry.person => Some("remark-by-hand"),
        Stage::Settled(Outcome::NotKept) => Some("remark-not-kept"),
        Stage::Settled(Outcome::QueueOnly) if entry.suggestion.shadow => Some("remark-shadow"),
        Stage::Settled(Outcome::QueueOnly) => Some("remark-queue-only"),
        Stage::Settled(Outcome::Moved) => Some("remark-moved"),
        Stage::Settled(Outcome::Person | Outcome::Flagged | Outcome::Applied | Outcome::Gone)
        | Stage::Seen => None,
    };
    let unjudged = entry.set_aside.is_some().then_some("remark-set-aside");
    let encrypted = entry.suggestion.tags().contains(&Tag::Verschluesselt).then_some("remark-encrypted");
    let aged = row.aged.then_some("remark-aged");
    let rest = [aged, unjudged, encrypted, tag].into_iter().flatten().map(|name| words.say(name));
    std::iter::once(confidence(row, words)).chain(rest).collect()
}

/// How sure the model is, or that it was not asked.
fn confidence(row: &Row, words: Language) -> String {
    let sure = words.percent(row.entry.suggestion.class().confidence());
    let best = names::class(words, suggested(row));
    let values = [("class", best.into()), ("sure", sure.into())];
    if row.entry.stage == Stage::Seen {
        words.say("remark-seen")
    } else if row.entry.person {
        words.fill("remark-suggested", &values)
    } else if unsure(row) {
        words.fill("remark-unsure", &values)
    } else {
        words.fill("remark-sure", &values)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use domain::{Folder, Uid, UidValidity};

    use super::*;

    #[test]
    fn copies_of_a_message_have_anchors_of_their_own() {
        let key = |mailbox: &str, name: &str, validity, uid| Key {
            folder: Folder { mailbox: mailbox.to_owned(), name: name.to_owned() },
            validity: UidValidity(validity),
            uid: Uid(uid),
        };
        let keys = [
            key("a", "INBOX", 1, 1),
            key("b", "INBOX", 1, 1),
            key("a", "Bürgerbüro \"&", 1, 1),
            key("a", "INBOX", 2, 1),
            key("a", "INBOX", 1, 2),
        ];
        let anchors: BTreeSet<String> = keys.iter().map(|key| anchor("0123456789abcdef01", key)).collect();
        assert_eq!(anchors.len(), keys.len());
        let plain = |c: char| c.is_ascii_alphanumeric() || c == '-';
        assert!(anchors.iter().all(|anchor| anchor.chars().all(plain)), "{anchors:?}");
    }
}
