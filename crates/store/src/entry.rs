//! What is known of one message, as the fold of its events: one pure function for index and replay.

use domain::{Class, Folder, Label as _, Opinion, Priority, Said, Tag, Uid, UidValidity};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::event::{Closing, Event, Line, Outcome, Place, Suggested, Suggestion, tags};
use crate::promotion::Switch;
use crate::references::ReferencePrint;
use crate::thread::Member;

/// What is known of one message.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// See [`domain::Fingerprint`], in hex.
    pub fingerprint: String,
    /// When it arrived in the mailbox.
    pub arrived: Timestamp,
    /// When it was decided.
    pub decided: Timestamp,
    /// What was suggested, or what its own tags said.
    pub suggestion: Suggestion,
    /// How far its journey is.
    pub stage: Stage,
    /// Names of the tags of ours that it is known to carry, by our doing or a person's.
    pub held: Vec<String>,
    /// What its tags were seen to say instead, and since when.
    pub noticed: Option<Noticed>,
    /// Whether a person has decided about it: then their word stands.
    pub person: bool,
    /// Whether its tags are a person's word that the mailbox cannot keep: they are known here alone.
    #[serde(default)]
    pub unwritten: bool,
    /// Where it was taken over from, where that was another folder.
    pub origin: Option<Key>,
    /// Whether the server's numbering was lost since: tags that differ now may be its doing.
    pub renumbered: bool,
    /// Why it could not be judged, where that is so.
    pub set_aside: Option<String>,
    /// How it left the queue; `None` while it waits.
    pub closed: Option<Closing>,
    /// By which file numbers it is found. The index is the fold of the log all the same: lines without them fold
    /// into entries without them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub references: Vec<ReferencePrint>,
}

/// Tags that say something else than is known, not yet accepted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Noticed {
    /// Names of the tags of ours that are there.
    pub tags: Vec<String>,
    /// Since when.
    pub at: Timestamp,
}

/// How far a message's journey is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Tags are about to be written, or were when the program stopped.
    Intended {
        /// Its MODSEQ before the write.
        modseq: Option<u64>,
        /// How often it was tried.
        attempt: u8,
    },
    /// It is known what became of them.
    Settled(Outcome),
    /// It came with tags of ours.
    Seen,
}

impl Entry {
    /// Whether somebody still has to deal with it.
    pub fn waits(&self) -> bool {
        self.closed.is_none()
    }

    /// The tags of ours that it is known to carry.
    pub fn held(&self) -> Vec<Tag> {
        tags(&self.held)
    }

    /// The tags of ours that the mailbox is known to show.
    pub fn shown(&self) -> Vec<Tag> {
        if self.unwritten { Vec::new() } else { self.held() }
    }

    /// Tags that were seen and are not accepted yet, and since when.
    pub fn noticed(&self) -> Option<(Vec<Tag>, Timestamp)> {
        self.noticed.as_ref().map(|noticed| (tags(&noticed.tags), noticed.at))
    }

    /// The class that a person chose, where one did.
    pub fn chosen_class(&self) -> Option<Class> {
        match Opinion::of(&self.held()).class {
            Said::One(class) if self.person => Some(class),
            _ => None,
        }
    }

    /// The priority that counts: a person's, else what was suggested.
    pub fn priority(&self) -> Priority {
        self.chosen_priority().unwrap_or_else(|| self.suggestion.priority().best())
    }

    /// The priority that a person chose or let stand.
    pub fn chosen_priority(&self) -> Option<Priority> {
        match Opinion::of(&self.held()).priority {
            Said::One(priority) if self.person && !self.held.is_empty() => Some(priority),
            _ => None,
        }
    }

    pub(crate) fn suggested(&self) -> Suggested {
        Suggested {
            class: self.suggestion.class().best().name().to_owned(),
            priority: self.suggestion.priority().best().name().to_owned(),
            unsure: self.suggestion.unsure,
            model: self.suggestion.model.clone(),
        }
    }
}

/// Where an entry is kept: ordered by mailbox, folder, generation, UID.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(from = "KeyParts", into = "KeyParts")]
pub struct Key {
    /// Its folder.
    pub folder: Folder,
    /// The folder's generation.
    pub validity: UidValidity,
    /// Which message.
    pub uid: Uid,
}

/// A key as it is kept.
#[derive(Serialize, Deserialize)]
struct KeyParts(String, String, u32, u32);

impl From<KeyParts> for Key {
    fn from(KeyParts(mailbox, name, validity, uid): KeyParts) -> Self {
        Self { folder: Folder { mailbox, name }, validity: UidValidity(validity), uid: Uid(uid) }
    }
}

impl From<Key> for KeyParts {
    fn from(key: Key) -> Self {
        Self(key.folder.mailbox, key.folder.name, key.validity.0, key.uid.0)
    }
}

impl Key {
    pub(crate) fn at(mailbox: &str, place: &Place) -> Self {
        let folder = Folder { mailbox: mailbox.to_owned(), name: place.folder.clone() };
        Self { folder, validity: UidValidity(place.validity), uid: Uid(place.uid) }
    }
}

/// What the log's lines are folded into: the index, or memory.
///
/// Live entries lie under their keys. An entry whose message left its folder, or whose folder was numbered
/// anew, is kept under its fingerprint until it is found again or expires.
pub(crate) trait Shelf {
    type Error;
    fn entry(&mut self, key: &Key) -> Result<Option<Entry>, Self::Error>;
    fn put(&mut self, key: &Key, entry: Option<Entry>) -> Result<(), Self::Error>;
    fn folder(&mut self, folder: &Folder) -> Result<Vec<(Key, Entry)>, Self::Error>;
    fn departed(&mut self, mailbox: &str, fingerprint: &str) -> Result<Option<Entry>, Self::Error>;
    fn depart(&mut self, mailbox: &str, fingerprint: &str, entry: Option<Entry>) -> Result<(), Self::Error>;
    fn expire(&mut self, mailbox: &str, before: Timestamp) -> Result<(), Self::Error>;
    /// What is remembered of a message for its thread.
    fn member(&mut self, mailbox: &str, fingerprint: &str) -> Result<Option<Member>, Self::Error>;
    fn enroll(&mut self, mailbox: &str, fingerprint: &str, member: Member) -> Result<(), Self::Error>;
    /// The number of the next message that is noted; each is given once.
    fn next_number(&mut self) -> Result<u64, Self::Error>;
    /// Forgets members that were first noted before a time.
    fn forget_threads(&mut self, mailbox: &str, before: Timestamp) -> Result<(), Self::Error>;
    fn move_cursor(&mut self, folder: &Folder, to: Move) -> Result<(), Self::Error>;
    /// Another model judges from here on.
    fn switch(&mut self, switch: &Switch) -> Result<(), Self::Error>;
    /// Every folder is looked through from its beginning.
    fn void_cursors(&mut self) -> Result<(), Self::Error>;
}

/// What happens to a folder's cursor.
pub(crate) enum Move {
    /// Everything below is decided.
    To(UidValidity, u32),
    /// All flags were looked at, as of this MODSEQ.
    Reviewed(UidValidity, Option<u64>),
    /// It is void.
    Void,
}

/// Folds one line of the log. Folding the whole log, each line once and in order, gives the whole book.
pub(crate) fn apply<S: Shelf>(shelf: &mut S, line: &Line) -> Result<(), S::Error> {
    let (folder, validity) = (line.folder(), UidValidity(line.validity));
    let key = |uid: u32| Key { folder: folder.clone(), validity, uid: Uid(uid) };
    match &line.event {
        Event::Advanced { next_uid } => shelf.move_cursor(&folder, Move::To(validity, *next_uid)),
        Event::Reviewed { modseq } => shelf.move_cursor(&folder, Move::Reviewed(validity, *modseq)),
        Event::Expired { before, threads } => {
            shelf.expire(&line.mailbox, *before)?;
            threads.map_or(Ok(()), |before| shelf.forget_threads(&line.mailbox, before))
        }
        Event::Lost { .. } => shelf.void_cursors(),
        Event::ModelSwitched { switch } => shelf.switch(switch),
        Event::Continued { .. }
        | Event::Shortened { .. }
        | Event::Taught { .. }
        | Event::Forgotten { .. } => Ok(()),
        Event::Carried { entry, departed: true, .. } => {
            shelf.depart(&line.mailbox, &entry.fingerprint, Some((**entry).clone()))
        }
        Event::Carried { uid, entry, .. } => shelf.put(&key(*uid), Some((**entry).clone())),
        Event::Remembered { fingerprint, mark, application } => {
            let (mark, application) = (mark.clone(), *application);
            let member = Member { number: shelf.next_number()?, at: line.at, mark, application };
            shelf.enroll(&line.mailbox, fingerprint, member)
        }
        Event::Rebased => {
            for (key, entry) in shelf.folder(&folder)? {
                shelf.put(&key, None)?;
                // It is kept from now on for as long as what leaves today.
                let entry = Entry { renumbered: true, noticed: None, decided: line.at, ..entry };
                shelf.depart(&line.mailbox, &entry.fingerprint.clone(), Some(entry))?;
            }
            shelf.move_cursor(&folder, Move::Void)
        }
        Event::Adopted { uid, fingerprint, from } => {
            let origin = from.as_ref().map(|place| Key::at(&line.mailbox, place));
            let elsewhere = match &origin {
                Some(origin) => shelf.entry(origin)?,
                None => None,
            };
            let known = match elsewhere {
                Some(entry) => Some(entry),
                None => shelf.departed(&line.mailbox, fingerprint)?,
            };
            let Some(entry) = known else { return Ok(()) };
            shelf.put(&key(*uid), Some(Entry { closed: None, noticed: None, origin, ..entry }))?;
            shelf.depart(&line.mailbox, fingerprint, None)
        }
        Event::Intended { uid, .. } | Event::Seen { uid, .. } | Event::Corrected { uid, .. } => {
            fold_at(shelf, &key(*uid), line)?;
            remember(shelf, line)
        }
        Event::SetAside { uid, .. } | Event::Noticed { uid, .. } => fold_at(shelf, &key(*uid), line),
        Event::Settled { uids, .. }
        | Event::Closed { uids, .. }
        | Event::Reopened { uids }
        | Event::Noted { uids, .. } => uids.iter().try_for_each(|uid| fold_at(shelf, &key(*uid), line)),
    }
}

fn fold_at<S: Shelf>(shelf: &mut S, key: &Key, line: &Line) -> Result<(), S::Error> {
    let before = shelf.entry(key)?;
    // A message that is gone never comes back under this UID, but it may turn up elsewhere.
    if let Event::Settled { outcome: Outcome::Gone, .. } | Event::Closed { how: Closing::Gone, .. } =
        &line.event
    {
        let Some(entry) = before else { return Ok(()) };
        shelf.put(key, None)?;
        let entry = Entry { decided: line.at, ..entry };
        return shelf.depart(&line.mailbox, &entry.fingerprint.clone(), Some(entry));
    }
    match fold(before, line) {
        Some(after) => shelf.put(key, Some(after)),
        None => Ok(()),
    }
}

/// What a line says for the memory of threads. A message that was noted before keeps its place in the order.
fn remember<S: Shelf>(shelf: &mut S, line: &Line) -> Result<(), S::Error> {
    let (fingerprint, mark, application) = match &line.event {
        Event::Intended { fingerprint, thread, suggestion, .. } => {
            (fingerprint, thread.as_ref(), Some(suggestion.is_application()))
        }
        Event::Seen { fingerprint, thread, tags: names, .. } => {
            (fingerprint, thread.as_ref(), application_by(names))
        }
        Event::Corrected { fingerprint, tags: names, .. } => (fingerprint, None, application_by(names)),
        _ => return Ok(()),
    };
    let known = shelf.member(&line.mailbox, fingerprint)?;
    let before = known.as_ref().map(|member| &member.mark);
    // Of what came with tags only the Message-ID is read.
    let mark = if matches!(line.event, Event::Seen { .. }) { before.or(mark) } else { mark.or(before) };
    let Some(mark) = mark.cloned() else { return Ok(()) };
    let (number, at) = match &known {
        Some(member) => (member.number, member.at),
        None => (shelf.next_number()?, line.at),
    };
    let application = application.or(known.as_ref().map(|member| member.application)).unwrap_or(false);
    let member = Member { number, at, mark, application };
    if known.as_ref() == Some(&member) { Ok(()) } else { shelf.enroll(&line.mailbox, fingerprint, member) }
}

/// What tags say about whether it is an application; `None` where they say nothing, or several things.
fn application_by(names: &[String]) -> Option<bool> {
    match Opinion::of(&tags(names)).class {
        Said::One(class) => Some(class == Class::Application),
        Said::Nothing | Said::Several => None,
    }
}

/// The entry after a line that concerns it alone; `None` where nothing is known of the message.
fn fold(before: Option<Entry>, line: &Line) -> Option<Entry> {
    match &line.event {
        Event::Intended { fingerprint, arrived, modseq, attempt, suggestion, references, .. } => {
            Some(Entry {
                fingerprint: fingerprint.clone(),
                arrived: *arrived,
                decided: line.at,
                suggestion: suggestion.clone(),
                stage: Stage::Intended { modseq: *modseq, attempt: *attempt },
                held: Vec::new(),
                noticed: None,
                person: false,
                unwritten: false,
                origin: None,
                renumbered: false,
                set_aside: before.as_ref().and_then(|entry| entry.set_aside.clone()),
                closed: None,
                // What is written again is not read again.
                references: match before {
                    Some(before) if references.is_empty() => before.references,
                    _ => references.clone(),
                },
            })
        }
        Event::Seen { fingerprint, arrived, tags: names, .. } => Some(Entry {
            fingerprint: fingerprint.clone(),
            arrived: *arrived,
            decided: line.at,
            suggestion: Suggestion::from_tags(&tags(names)),
            stage: Stage::Seen,
            held: names.clone(),
            noticed: None,
            person: false,
            unwritten: false,
            origin: None,
            renumbered: false,
            set_aside: None,
            closed: None,
            references: Vec::new(),
        }),
        // What is known here alone is not taken back by its not being in the mailbox.
        Event::Settled { outcome: outcome @ (Outcome::QueueOnly | Outcome::Flagged), .. }
            if before.as_ref().is_some_and(|entry| entry.person && entry.unwritten) =>
        {
            before.map(|entry| Entry { stage: Stage::Settled(*outcome), ..entry })
        }
        Event::Settled { outcome, held, .. } => before.map(|entry| Entry {
            stage: Stage::Settled(*outcome),
            held: if *outcome == Outcome::Applied { entry.suggestion.tags.clone() } else { held.clone() },
            person: *outcome == Outcome::Person,
            unwritten: false,
            ..entry
        }),
        Event::SetAside { why, .. } => before.map(|entry| Entry { set_aside: Some(why.clone()), ..entry }),
        Event::Closed { how, .. } => before.map(|entry| Entry { closed: Some(*how), ..entry }),
        Event::Reopened { .. } => before.map(|entry| Entry { closed: None, ..entry }),
        Event::Noticed { tags, .. } => before.map(|entry| Entry {
            noticed: (*tags != entry.held).then(|| Noticed { tags: tags.clone(), at: line.at }),
            ..entry
        }),
        Event::Corrected { tags, unwritten, .. } => before.map(|entry| Entry {
            held: tags.clone(),
            noticed: None,
            person: true,
            unwritten: *unwritten,
            renumbered: false,
            ..entry
        }),
        Event::Noted { tags, .. } => before.map(|entry| {
            // What no mailbox could keep is not taken back by its not being there.
            let unwritten = entry.unwritten && tags.is_empty();
            let held = if unwritten { entry.held } else { tags.clone() };
            Entry { held, unwritten, noticed: None, renumbered: false, ..entry }
        }),
        Event::Advanced { .. }
        | Event::Reviewed { .. }
        | Event::Expired { .. }
        | Event::Continued { .. }
        | Event::Lost { .. }
        | Event::Shortened { .. }
        | Event::Carried { .. }
        | Event::Remembered { .. }
        | Event::Taught { .. }
        | Event::Forgotten { .. }
        | Event::ModelSwitched { .. }
        | Event::Rebased
        | Event::Adopted { .. } => before,
    }
}
