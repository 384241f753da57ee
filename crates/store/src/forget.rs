//! Forgetting messages: which lines of the decision log concern them, and what is left of the log without those.
//!
//! ```text
//!   asked for: hash of a Message-ID, fingerprints, places
//!      │  trace: one message has several names (copies, a size that the server guessed anew)
//!      ▼
//!   fingerprints and Message-ID hashes ─▶ pare each line: stays · loses a UID or a hash · goes
//! ```
//!
//! A log without a message folds into the book without that message; everything else is told as before.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};

use domain::{Uid, UidValidity};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::decision_log::{LogError, day_names};
use crate::entry::{Key, apply};
use crate::event::{Erased, Event, ForgottenBy, Line};
use crate::frame::{frame, framed};
use crate::index::IndexError;
use crate::ledger::{LedgerError, OpenError};
use crate::memory::Memory;
use crate::pages::lines_of;
use crate::replay::Replay;
use crate::rewrite::Fate;
use crate::thread::{Mark, Print};

/// Why something cannot be forgotten. Everything is as it was then, unless the sentence says otherwise.
#[derive(Debug, thiserror::Error)]
pub enum ForgetError {
    /// The state directory cannot be used.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The log cannot be read.
    #[error(transparent)]
    Log(#[from] LogError),
    /// What is damaged may hold what is to be forgotten.
    #[error(
        "the decision log {path} is damaged: nothing was erased. Restart langhals, which sets the damage aside, and ask again"
    )]
    Damaged {
        /// The day's file.
        path: PathBuf,
    },
    /// The disk refused.
    #[error(
        "cannot write the decision log of {path} anew: {source}. Free as much space as it takes, or mend its permissions, and \
         ask again: whatever was done until then is whole, and asking twice does no harm"
    )]
    Disk {
        /// The state directory.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// It is erased; the index failed afterwards.
    #[error("it is erased, and the index is made anew at the next start: {0}")]
    Index(#[from] IndexError),
    /// The running langhals could not do it.
    #[error("the running langhals says: {0}")]
    Refused(String),
    /// The running langhals does not answer.
    #[error(
        "the running langhals has not answered within {minutes} minutes: it is asked still, and does it once it can. See its log; \
         `langhals forget` may be asked again at any time"
    )]
    Silent {
        /// How long it was waited for.
        minutes: u64,
    },
}

impl From<LedgerError> for ForgetError {
    fn from(error: LedgerError) -> Self {
        match error {
            LedgerError::Log(error) => Self::Log(error),
            LedgerError::Index(error) => Self::Index(error),
        }
    }
}

/// Messages that are to be forgotten, by whatever they are known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Messages {
    pub(crate) by: ForgottenBy,
    pub(crate) ids: BTreeSet<Print>,
    pub(crate) prints: BTreeSet<String>,
    pub(crate) places: BTreeSet<Key>,
}

impl Messages {
    /// The message of this Message-ID, in every mailbox.
    pub fn of_message_id(message_id: &str) -> Self {
        let message_id = message_id.trim().trim_start_matches('<').trim_end_matches('>');
        let ids = BTreeSet::from([Print::of_id(message_id)]);
        Self { by: ForgottenBy::MessageId, ids, ..Self::of_sender() }
    }

    /// None yet: what was found of a sender's is added one by one.
    pub fn of_sender() -> Self {
        let by = ForgottenBy::Sender;
        Self { by, ids: BTreeSet::new(), prints: BTreeSet::new(), places: BTreeSet::new() }
    }

    /// Adds a message that was found in a mailbox.
    pub fn add(&mut self, message_id: Option<&str>, fingerprint: String, place: Key) {
        self.ids.extend(message_id.map(Print::of_id));
        self.prints.insert(fingerprint);
        self.places.insert(place);
    }

    /// How many were found.
    pub fn len(&self) -> usize {
        self.places.len().max(self.ids.len())
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// By what the messages are known in the log, and how many there are.
#[derive(Debug)]
pub(crate) struct Trace {
    prints: BTreeSet<String>,
    own: BTreeSet<Print>,
    erased: Erased,
}

impl Trace {
    /// Follows the messages through the whole log.
    pub(crate) fn follow(folder: &Path, messages: &Messages) -> Result<Self, ForgetError> {
        let (mut replay, mut names) = (Replay::default(), Names::default());
        let mut told = BTreeSet::new();
        for day in day_names(folder)? {
            for (_, line) in lines_of(folder, &day)? {
                names.note(&replay.shelf, &line);
                told.extend(print_of(&line.event).map(str::to_owned));
                replay.fold(&line);
            }
        }
        let at = |place: &Key| replay.shelf.entries.get(place).map(|entry| entry.fingerprint.clone());
        let mut prints = messages.prints.clone();
        prints.extend(messages.places.iter().filter_map(at));
        let (prints, own) = names.all_of(prints, messages.ids.clone());
        let is_one = |print: &String| prints.contains(print);
        let mut erased = Erased { messages: prints.intersection(&told).count() as u64, ..Erased::default() };
        let waits: BTreeSet<&String> = replay
            .shelf
            .entries
            .values()
            .filter(|entry| entry.waits())
            .map(|entry| &entry.fingerprint)
            .collect();
        erased.waiting = waits.into_iter().filter(|print| is_one(print)).count() as u64;
        let corrections = replay.corrections();
        erased.corrections =
            corrections.iter().filter(|correction| is_one(&correction.fingerprint)).count() as u64;
        Ok(Self { prints, own, erased })
    }

    /// The log without the messages, day by day, and what that erases. The newest day says at its end how much it was.
    pub(crate) fn pare(
        &self,
        folder: &Path,
        by: ForgottenBy,
        at: Timestamp,
        each: &mut dyn FnMut(&str, Fate) -> Result<(), ForgetError>,
    ) -> Result<Erased, ForgetError> {
        let mut knife = Knife { trace: self, shelf: Memory::default(), keys: BTreeSet::new() };
        let mut erased = self.erased;
        let days = day_names(folder)?;
        let mut before: Option<Lengths> = None;
        for (number, day) in days.iter().enumerate() {
            let lines = lines_of(folder, day)?;
            let old: usize = lines.iter().map(|(bytes, _)| bytes.len()).sum();
            let mut pared = Pared::default();
            for (bytes, line) in lines {
                pared.take(bytes, line, &mut knife, before.as_ref());
            }
            pared.count_carried();
            erased.lines += pared.touched;
            let is_last = number + 1 == days.len();
            if is_last && !erased.is_nothing() {
                let forgotten = Event::Forgotten { by, erased };
                pared.lines.push((frame(&Line::of_the_log(at, forgotten)), None));
                pared.is_changed = true;
            }
            let bytes: Vec<u8> = pared.lines.iter().flat_map(|(bytes, _)| bytes.iter().copied()).collect();
            before = Some(Lengths { day: day.clone(), old: old as u64, new: bytes.len() as u64 });
            each(day, if pared.is_changed { Fate::Becomes(bytes) } else { Fate::Stays })?;
        }
        Ok(erased)
    }
}

/// How long the day before was, and is.
struct Lengths {
    day: String,
    old: u64,
    new: u64,
}

/// A day without what goes; the head of a log that was shortened beside its bytes.
#[derive(Default)]
struct Pared {
    lines: Vec<(Vec<u8>, Option<Line>)>,
    touched: u64,
    is_changed: bool,
}

impl Pared {
    fn take(&mut self, bytes: Vec<u8>, line: Line, knife: &mut Knife<'_>, before: Option<&Lengths>) {
        let mut after = line.clone();
        let cut = knife.cut(&mut after);
        let Ok(()) = apply(&mut knife.shelf, &line);
        match cut {
            Cut::Nothing => {
                if let Some(line) = continued(&line, before) {
                    self.is_changed = true;
                    self.lines.push((as_long_as(&bytes, &line), None));
                } else {
                    let head = matches!(line.event, Event::Shortened { .. }).then_some(line);
                    self.lines.push((bytes, head));
                }
            }
            Cut::Part => self.lines.push((frame(&after), None)),
            Cut::All => {}
        }
        if cut != Cut::Nothing {
            self.touched += 1;
            self.is_changed = true;
        }
    }

    /// The first line of a shortened log says how many lines it carries.
    fn count_carried(&mut self) {
        let carried = self.lines.len().saturating_sub(1) as u64;
        let is_changed = self.is_changed;
        if let Some((bytes, Some(head))) = self.lines.first_mut().filter(|_| is_changed)
            && let Event::Shortened { lines } = &mut head.event
        {
            // Where a clock stepped back, more than it carries stands behind it.
            *lines = (*lines).min(carried);
            *bytes = frame(head);
        }
    }
}

/// Where a day says where the log stood before: it stands elsewhere now.
fn continued(line: &Line, before: Option<&Lengths>) -> Option<Line> {
    let Event::Continued { after } = &line.event else { return None };
    let before = before.filter(|before| before.day == after.file && before.old != before.new)?;
    let offset = if after.offset == before.old { before.new } else { after.offset.min(before.new) };
    let mut after = after.clone();
    after.offset = offset;
    Some(Line { event: Event::Continued { after }, ..line.clone() })
}

/// A line in as many bytes as it had: everything behind it keeps its place, and bookmarks stay.
fn as_long_as(bytes: &[u8], line: &Line) -> Vec<u8> {
    let mut json = serde_json::to_string(line).unwrap_or_default();
    let mut new = framed(&json);
    if new.len() < bytes.len() {
        // Between the last two braces, where JSON allows it: at its end it would not count for the checksum.
        let spaces = " ".repeat(bytes.len() - new.len());
        json.insert_str(json.len().saturating_sub(1), &spaces);
        new = framed(&json);
    }
    new
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Cut {
    Nothing,
    Part,
    All,
}

/// What is cut out of each line, in the order of the log.
struct Knife<'t> {
    trace: &'t Trace,
    /// The book as it stood before the line.
    shelf: Memory,
    /// Places under which such a message was ever known.
    keys: BTreeSet<Key>,
}

impl Knife<'_> {
    fn cut(&mut self, line: &mut Line) -> Cut {
        let here = place_in(line);
        let prints = &self.trace.prints;
        if let Some(print) = print_of(&line.event) {
            if prints.contains(print) {
                self.keys.extend(uid_of(&line.event).map(here));
                return Cut::All;
            }
            let own = &self.trace.own;
            return match &mut line.event {
                Event::Intended { thread: Some(mark), .. }
                | Event::Seen { thread: Some(mark), .. }
                | Event::Remembered { mark, .. } => {
                    if mark.strip(own) {
                        Cut::Part
                    } else {
                        Cut::Nothing
                    }
                }
                _ => Cut::Nothing,
            };
        }
        let concerned = |uid: &u32| {
            let key = here(*uid);
            match self.shelf.entries.get(&key) {
                Some(entry) => prints.contains(&entry.fingerprint),
                None => self.keys.contains(&key),
            }
        };
        match &mut line.event {
            Event::SetAside { uid, .. } | Event::Noticed { uid, .. } if concerned(uid) => Cut::All,
            Event::Settled { uids, .. }
            | Event::Closed { uids, .. }
            | Event::Reopened { uids }
            | Event::Noted { uids, .. } => {
                let all = uids.len();
                uids.retain(|uid| !concerned(uid));
                match uids.len() {
                    left if left == all => Cut::Nothing,
                    0 => Cut::All,
                    _ => Cut::Part,
                }
            }
            _ => Cut::Nothing,
        }
    }
}

/// The key of a UID in a line.
pub(crate) fn place_in(line: &Line) -> impl Fn(u32) -> Key + use<> {
    let (folder, validity) = (line.folder(), UidValidity(line.validity));
    move |uid| Key { folder: folder.clone(), validity, uid: Uid(uid) }
}

/// The fingerprint of the one message that a line is about.
pub(crate) fn print_of(event: &Event) -> Option<&str> {
    match event {
        Event::Intended { fingerprint, .. }
        | Event::Seen { fingerprint, .. }
        | Event::Corrected { fingerprint, .. }
        | Event::Adopted { fingerprint, .. }
        | Event::Remembered { fingerprint, .. }
        | Event::Taught { fingerprint, .. } => Some(fingerprint),
        Event::Carried { entry, .. } => Some(&entry.fingerprint),
        _ => None,
    }
}

/// Where that message lies then.
fn uid_of(event: &Event) -> Option<u32> {
    match event {
        Event::Intended { uid, .. }
        | Event::Seen { uid, .. }
        | Event::Corrected { uid, .. }
        | Event::Adopted { uid, .. }
        | Event::Carried { uid, departed: false, .. } => Some(*uid),
        _ => None,
    }
}

fn mark_of(event: &Event) -> Option<&Mark> {
    match event {
        Event::Intended { thread, .. } | Event::Seen { thread, .. } => thread.as_ref(),
        Event::Remembered { mark, .. } => Some(mark),
        _ => None,
    }
}

/// Under which names the log knows one message.
#[derive(Default)]
struct Names {
    ids: BTreeSet<(String, Print)>,
    /// Two fingerprints at one place, one after the other: a server guessed the size anew.
    same: BTreeSet<(String, String)>,
}

impl Names {
    fn note(&mut self, shelf: &Memory, line: &Line) {
        let Some(print) = print_of(&line.event) else { return };
        let own = mark_of(&line.event).and_then(Mark::own);
        self.ids.extend(own.map(|own| (print.to_owned(), own)));
        let known = uid_of(&line.event).map(place_in(line)).and_then(|key| shelf.entries.get(&key));
        if let Some(entry) = known.filter(|entry| entry.fingerprint != print) {
            self.same.insert((entry.fingerprint.clone(), print.to_owned()));
        }
    }

    /// Every name of the messages that are known by some of them.
    fn all_of(
        &self,
        mut prints: BTreeSet<String>,
        mut own: BTreeSet<Print>,
    ) -> (BTreeSet<String>, BTreeSet<Print>) {
        loop {
            let known = prints.len() + own.len();
            for (print, id) in &self.ids {
                if prints.contains(print) || own.contains(id) {
                    prints.insert(print.clone());
                    own.insert(*id);
                }
            }
            for (one, other) in &self.same {
                if prints.contains(one) || prints.contains(other) {
                    prints.extend([one.clone(), other.clone()]);
                }
            }
            if prints.len() + own.len() == known {
                return (prints, own);
            }
        }
    }
}
