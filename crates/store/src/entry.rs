//! What is known of one message, as the fold of its events: one pure function for index and replay.

use domain::{Folder, Uid, UidValidity};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::event::{Closing, Event, Line, Outcome, Suggestion};

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
    /// Why it could not be judged, where that is so.
    pub set_aside: Option<String>,
    /// How it left the queue; `None` while it waits.
    pub closed: Option<Closing>,
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
}

/// Where an entry is kept: ordered by mailbox, folder, generation, UID.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Key {
    pub folder: Folder,
    pub validity: UidValidity,
    pub uid: Uid,
}

/// What a log line does to the index. Folding the whole log gives the whole index.
pub(crate) enum Change {
    /// Sets or changes these entries.
    Entries(Vec<Key>),
    /// Moves the folder's cursor.
    Cursor(u32),
    /// Voids everything known of the folder: it starts anew.
    Rebase,
}

/// Which entries a line touches.
pub(crate) fn change(line: &Line) -> Change {
    let key = |uid: u32| Key { folder: line.folder(), validity: UidValidity(line.validity), uid: Uid(uid) };
    match &line.event {
        Event::Intended { uid, .. } | Event::Seen { uid, .. } | Event::SetAside { uid, .. } => {
            Change::Entries(vec![key(*uid)])
        }
        Event::Settled { uids, .. } | Event::Closed { uids, .. } | Event::Reopened { uids } => {
            Change::Entries(uids.iter().map(|uid| key(*uid)).collect())
        }
        Event::Advanced { next_uid } => Change::Cursor(*next_uid),
        Event::Rebased => Change::Rebase,
    }
}

/// The entry after a line; `None` where nothing is known of the message, or need be any more.
pub(crate) fn fold(before: Option<Entry>, line: &Line) -> Option<Entry> {
    match &line.event {
        Event::Intended { fingerprint, arrived, modseq, attempt, suggestion, .. } => Some(Entry {
            fingerprint: fingerprint.clone(),
            arrived: *arrived,
            decided: line.at,
            suggestion: suggestion.clone(),
            stage: Stage::Intended { modseq: *modseq, attempt: *attempt },
            set_aside: before.and_then(|entry| entry.set_aside),
            closed: None,
        }),
        Event::Seen { fingerprint, arrived, tags, .. } => Some(Entry {
            fingerprint: fingerprint.clone(),
            arrived: *arrived,
            decided: line.at,
            suggestion: Suggestion::from_tags(
                &tags.iter().filter_map(|name| domain::Tag::from_name(name)).collect::<Vec<_>>(),
            ),
            stage: Stage::Seen,
            set_aside: None,
            closed: None,
        }),
        // A message that is gone never comes back under this UID: nothing needs to be known of it.
        Event::Settled { outcome: Outcome::Gone, .. } | Event::Closed { how: Closing::Gone, .. } => None,
        Event::Settled { outcome, .. } => {
            before.map(|entry| Entry { stage: Stage::Settled(*outcome), ..entry })
        }
        Event::SetAside { why, .. } => before.map(|entry| Entry { set_aside: Some(why.clone()), ..entry }),
        Event::Closed { how, .. } => before.map(|entry| Entry { closed: Some(*how), ..entry }),
        Event::Reopened { .. } => before.map(|entry| Entry { closed: None, ..entry }),
        Event::Advanced { .. } | Event::Rebased => before,
    }
}
