//! The ledger: one concrete book with narrow methods; every one that changes something is durable when it returns.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{DirBuilder, File, TryLockError};
use std::io;
use std::ops::RangeInclusive;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, RwLock};
use std::time::Duration;

use domain::{Folder, History, Label as _, Lesson, MaxAge, ModSeq, Tag, Uid, UidValidity};
use jiff::Timestamp;
use tokio::sync::watch;

use crate::bulletin::Bulletin;
use crate::decision_log::{DecisionLog, LogError, Position};
use crate::disk;
use crate::entry::{Entry, Key, Stage};
use crate::event::{
    Closing, Event, Finding, Intent, Line, Outcome, Place, Settlement, Suggestion, Tagged, names,
};
use crate::frame::frame;
use crate::front::Front;
use crate::index::{Index, IndexError, Reached};
use crate::mend::{MendError, mend, stamp};
use crate::overview::Figures;
use crate::queue::{Row, queue_of};
use crate::references::{self, ReferenceKey, ReferencePrint};
use crate::rewrite;
use crate::survey::Survey;
use crate::thread::Mark;
use crate::threads::SoFar;

/// Lines folded into the index at once while it follows the log.
const FOLLOW_AT_ONCE: usize = 2_000;
/// How often the lock is tried, and how long is waited between.
const LOCK_TRIES: u32 = 5;
const LOCK_PAUSE: Duration = Duration::from_millis(100);

/// Why the state cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Another daemon has it.
    #[error(
        "another langhals already runs on the state directory {path}: stop it first, or give this one its own [state] dir"
    )]
    InUse {
        /// The state directory.
        path: PathBuf,
    },
    /// The disk refused.
    #[error(
        "cannot use the state directory {path}: {source}. Create it, or give the user of langhals the right to write there"
    )]
    Directory {
        /// The state directory.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The log cannot be read or written.
    #[error(transparent)]
    Log(#[from] LogError),
    /// The index cannot be used, and a fresh one cannot be made either.
    #[error(transparent)]
    Index(IndexError),
}

/// Why something cannot be written down. Nothing is lost: it is tried again from the last durable point.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// The log cannot be written or read.
    #[error(transparent)]
    Log(#[from] LogError),
    /// The index failed; it is rebuilt from the log at the next attempt.
    #[error("{0}. It is rebuilt from the decision log")]
    Index(#[from] IndexError),
}

impl From<LedgerError> for OpenError {
    fn from(error: LedgerError) -> Self {
        match error {
            LedgerError::Log(error) => Self::Log(error),
            LedgerError::Index(error) => Self::Index(error),
        }
    }
}

/// What an index holds that was made anew.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rebuilt {
    /// Where the one before lies now.
    pub aside: Option<PathBuf>,
    /// Days of the log.
    pub days: usize,
    /// Its lines.
    pub lines: u64,
    /// Messages that are known.
    pub messages: usize,
    /// Those of them that wait.
    pub waiting: usize,
    /// Folders of which it is known how far they are.
    pub folders: usize,
}

/// Up to where a folder is decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// The folder's generation.
    pub validity: UidValidity,
    /// The first UID that may be undecided.
    pub next: Uid,
    /// HIGHESTMODSEQ when the flags of all known messages were last looked at.
    pub modseq: Option<ModSeq>,
}

/// A message that is known by its fingerprint.
#[derive(Clone, Debug, PartialEq)]
pub struct Recognised {
    /// What is known of it.
    pub entry: Entry,
    /// Where else it lies; `None` where it left, or its folder was numbered anew.
    pub from: Option<Key>,
}

/// A message that is taken over under a new place.
#[derive(Clone, Debug, PartialEq)]
pub struct Adoption {
    /// Where it lies now.
    pub uid: Uid,
    /// A [`domain::Fingerprint`] in hex.
    pub fingerprint: String,
    /// Where else it lay or lies.
    pub from: Option<Key>,
}

/// An intent of which it is not known what became of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Pending {
    /// Which message.
    pub uid: Uid,
    /// A [`domain::Fingerprint`] in hex.
    pub fingerprint: String,
    /// When it arrived.
    pub arrived: Timestamp,
    /// Its MODSEQ before the write.
    pub modseq: Option<ModSeq>,
    /// How often it was tried.
    pub attempt: u8,
    /// What was suggested.
    pub suggestion: Suggestion,
}

/// The ledger of one state directory. Shared by all mailbox tasks; the lock is held for one durable write.
#[derive(Debug)]
pub struct Ledger {
    dir: PathBuf,
    books: Mutex<Books>,
    /// What waits, for readers that wait for nobody's disk. Taken after `books` where both are needed.
    pub(crate) front: RwLock<Option<Front>>,
    /// The latest news, and who is woken by them.
    pub(crate) bulletin: Mutex<Bulletin>,
    pub(crate) changed: watch::Sender<u64>,
    /// What the log tells for the overview.
    pub(crate) figures: Mutex<Figures>,
    /// `None` where it cannot be used.
    reference_key: OnceLock<Option<ReferenceKey>>,
    /// Held as long as the ledger lives: a second daemon is refused.
    _lock: File,
}

#[derive(Debug)]
pub(crate) struct Books {
    pub(crate) log: DecisionLog,
    pub(crate) index: Option<Arc<Index>>,
}

impl Ledger {
    /// Opens the state directory, making it where it is missing, and follows the log to its end.
    /// Damaged lines of the log are set aside under `log/bad-<time>`. A damaged index, or one that is not the
    /// fold of the log, is put aside as `state.bad-<time>` and rebuilt from the log.
    ///
    /// # Errors
    /// [`OpenError`], with what to do.
    pub fn open(dir: &Path, at: Timestamp) -> Result<Self, OpenError> {
        let exists = |name: &str| dir.join(name).symlink_metadata().is_ok();
        let is_bare = exists("lock") && !["log", "state", rewrite::BEFORE].into_iter().any(exists);
        let lock = lock(dir)?;
        if is_bare {
            tracing::warn!(
                name: "store.begun",
                path = %dir.display(),
                "the state directory was used before, and holds neither decision log nor index: both begin anew; \
                 what carries its tags in the mailboxes keeps them"
            );
        }
        Self::open_held(dir, lock, at)
    }

    /// Opens the state directory with an index made anew from the log; the one that is there is put aside.
    ///
    /// # Errors
    /// [`OpenError`], with what to do.
    pub fn rebuild(dir: &Path, at: Timestamp) -> Result<Rebuilt, OpenError> {
        let missing = io::Error::from(io::ErrorKind::NotFound);
        if !dir.is_dir() {
            return Err(OpenError::Directory { path: dir.to_owned(), source: missing });
        }
        let lock = lock(dir)?;
        let log = dir.join("log");
        Survey::take(&log)?.refuse_newer(&log)?;
        let aside = Index::put_aside(&dir.join("state"), &stamp(at)).map_err(OpenError::Index)?;
        let ledger = Self::open_held(dir, lock, at)?;
        let survey = Survey::take(&log)?;
        let told = ledger.read(at, Index::contents)?;
        Ok(Rebuilt {
            aside,
            days: survey.days.len(),
            lines: survey.lines(),
            messages: told.entries.len(),
            waiting: told.entries.values().filter(|entry| entry.waits()).count(),
            folders: told.cursors.len(),
        })
    }

    fn open_held(dir: &Path, lock: File, at: Timestamp) -> Result<Self, OpenError> {
        rewrite::clear(dir).map_err(|source| OpenError::Directory { path: dir.to_owned(), source })?;
        mend(dir, at).map_err(|error| match error {
            MendError::Log(error) => OpenError::Log(error),
            MendError::Index(error) => OpenError::Index(error),
        })?;
        let log = DecisionLog::open(&dir.join("log"))?;
        let books = Books { log, index: None };
        let ledger = Self {
            dir: dir.to_owned(),
            books: Mutex::new(books),
            front: RwLock::default(),
            bulletin: Mutex::default(),
            changed: watch::Sender::default(),
            figures: Mutex::default(),
            reference_key: OnceLock::new(),
            _lock: lock,
        };
        ledger.followed(&mut ledger.lock(), at)?;
        Ok(ledger)
    }

    /// Up to where a folder is decided.
    ///
    /// # Errors
    /// [`LedgerError`]; nothing has changed then.
    pub fn cursor(&self, folder: &Folder, at: Timestamp) -> Result<Option<Cursor>, LedgerError> {
        self.read(at, |index| index.cursor(folder)).map(|cursor| {
            cursor.map(|(validity, Reached { next, modseq })| Cursor {
                validity,
                next: Uid(next),
                modseq: modseq.map(ModSeq),
            })
        })
    }

    /// Notes that the server numbers a folder anew (a new UIDVALIDITY, UIDs that start over, or an index
    /// that it lost): its messages are remembered by fingerprint alone, until they are found again.
    ///
    /// # Errors
    /// [`LedgerError`]; nothing has changed then.
    pub fn rebase(&self, folder: &Folder, validity: UidValidity, at: Timestamp) -> Result<(), LedgerError> {
        let lines = [Event::Rebased, Event::Advanced { next_uid: 1 }];
        self.write(folder, validity, lines.to_vec(), at)
    }

    /// Notes what is about to be written, and what could not be judged. One durable write.
    ///
    /// # Errors
    /// [`LedgerError`]; nothing may be tagged then.
    pub fn intend(
        &self,
        folder: &Folder,
        validity: UidValidity,
        intents: &[Intent],
        at: Timestamp,
    ) -> Result<(), LedgerError> {
        self.write(folder, validity, self.intended(intents), at)
    }

    /// Notes what is to be written once more, but for messages that are no longer known as they were `seen`: a
    /// person decided meanwhile on the page, and theirs stands. Returns those.
    ///
    /// # Errors
    /// [`LedgerError`]; nothing has changed then.
    pub fn intend_as_seen(
        &self,
        folder: &Folder,
        validity: UidValidity,
        intents: &[Intent],
        seen: &BTreeMap<Uid, &Entry>,
        at: Timestamp,
    ) -> Result<BTreeSet<Uid>, LedgerError> {
        let mut books = self.lock();
        let uids = intents.iter().map(|intent| intent.uid);
        let overtaken = self.overtaken(&mut books, (folder, validity), uids, seen, at)?;
        let mut intents = intents.to_vec();
        intents.retain(|intent| !overtaken.contains(&intent.uid));
        let line = |event| Line::new(at, folder, validity, event);
        let lines: Vec<Line> = self.intended(&intents).into_iter().map(line).collect();
        self.append_in(&mut books, &lines, at)?;
        Ok(overtaken)
    }

    fn intended(&self, intents: &[Intent]) -> Vec<Event> {
        let mut events = Vec::with_capacity(intents.len());
        for intent in intents {
            events.push(Event::Intended {
                uid: intent.uid.0,
                fingerprint: intent.fingerprint.clone(),
                arrived: intent.arrived,
                modseq: intent.modseq.map(|modseq| modseq.0),
                attempt: intent.attempt,
                suggestion: intent.suggestion.clone(),
                thread: intent.thread.clone(),
                references: self.prints(&intent.references),
            });
            if let Some(why) = intent.set_aside {
                events.push(Event::SetAside { uid: intent.uid.0, why: why.to_owned() });
            }
        }
        events
    }

    /// Notes messages that came with tags of ours.
    ///
    /// # Errors
    /// [`LedgerError`]; nothing has changed then.
    pub fn seen(
        &self,
        folder: &Folder,
        validity: UidValidity,
        messages: &[Tagged],
        at: Timestamp,
    ) -> Result<(), LedgerError> {
        let event = |tagged: &Tagged| Event::Seen {
            uid: tagged.uid.0,
            fingerprint: tagged.fingerprint.clone(),
            arrived: tagged.arrived,
            tags: names(&tagged.tags),
            thread: tagged.thread.clone(),
        };
        self.write(folder, validity, messages.iter().map(event).collect(), at)
    }

    /// Notes what became of intents and moves the cursor last, in one durable write. What was moved is known
    /// under its new place from then on.
    ///
    /// # Errors
    /// [`LedgerError`]; the intents stay pending then.
    pub fn settle(
        &self,
        folder: &Folder,
        validity: UidValidity,
        settlements: &[Settlement],
        advance: Option<Uid>,
        at: Timestamp,
    ) -> Result<(), LedgerError> {
        let mut groups: BTreeMap<String, (Outcome, Vec<String>, Vec<u32>)> = BTreeMap::new();
        for Settlement { uid, outcome, held, .. } in settlements {
            // What was applied is what was suggested.
            let held = if *outcome == Outcome::Applied { Vec::new() } else { names(held) };
            let group = groups.entry(format!("{outcome:?} {held:?}")).or_insert((*outcome, held, Vec::new()));
            group.2.push(uid.0);
        }
        let settled =
            groups.into_values().map(|(outcome, held, uids)| Event::Settled { uids, outcome, held });
        let mut lines: Vec<Line> = settled.map(|event| Line::new(at, folder, validity, event)).collect();
        lines.extend(self.removals(folder, validity, settlements, at)?);
        lines.extend(
            advance.map(|next| Line::new(at, folder, validity, Event::Advanced { next_uid: next.0 })),
        );
        self.append(&lines, at)
    }

    /// The lines that say where moved messages lie now, but for those found there by somebody else already.
    fn removals(
        &self,
        folder: &Folder,
        validity: UidValidity,
        settlements: &[Settlement],
        at: Timestamp,
    ) -> Result<Vec<Line>, LedgerError> {
        let mut lines = Vec::new();
        let mut gone = Vec::new();
        for Settlement { uid, moved, .. } in settlements {
            let Some(to) = moved else { continue };
            gone.push(uid.0);
            let here = Key { folder: folder.clone(), validity, uid: *uid };
            let known = self.read(at, |index| Ok((index.entry(&here)?, index.entry(to)?)))?;
            if let (Some(entry), None) = known {
                let from = Some(Place { folder: folder.name.clone(), validity: validity.0, uid: uid.0 });
                let event = Event::Adopted { uid: to.uid.0, fingerprint: entry.fingerprint, from };
                lines.push(Line::new(at, &to.folder, to.validity, event));
            }
        }
        if !gone.is_empty() {
            lines.push(Line::new(at, folder, validity, Event::Closed { uids: gone, how: Closing::Gone }));
        }
        Ok(lines)
    }

    /// Where in a folder messages of these fingerprints lie that were taken over from another place.
    ///
    /// # Errors
    /// [`LedgerError`]; nothing has changed then.
    pub fn taken_over(
        &self,
        folder: &Folder,
        fingerprints: &[String],
        at: Timestamp,
    ) -> Result<BTreeMap<Key, Key>, LedgerError> {
        self.read(at, |index| {
            let mut found = BTreeMap::new();
            for fingerprint in fingerprints {
                let places = index.places(&folder.mailbox, fingerprint)?;
                for place in places.into_iter().filter(|place| place.folder == *folder) {
                    if let Some(origin) = index.entry(&place)?.and_then(|entry| entry.origin) {
                        found.insert(origin, place);
                    }
                }
            }
            Ok(found)
        })
    }

    /// What is known of messages by their fingerprints: first where else they lie, then what left.
    ///
    /// # Errors
    /// [`LedgerError`]; nothing has changed then.
    pub fn recognise(
        &self,
        folder: &Folder,
        validity: UidValidity,
        fingerprints: &[String],
        at: Timestamp,
    ) -> Result<BTreeMap<String, Recognised>, LedgerError> {
        self.read(at, |index| {
            let mut known = BTreeMap::new();
            for fingerprint in fingerprints {
                let elsewhere = |key: &Key| key.folder != *folder || key.validity != validity;
                let from = index.places(&folder.mailbox, fingerprint)?.into_iter().find(elsewhere);
                let entry = match &from {
                    Some(key) => index.entry(key)?,
                    None => index.departed(&folder.mailbox, fingerprint)?,
                };
                if let Some(entry) = entry {
                    known.insert(fingerprint.clone(), Recognised { entry, from });
                }
            }
            Ok(known)
        })
    }

    /// Whether anything is remembered of messages that left this mailbox.
    ///
    /// # Errors
    /// [`LedgerError`]; nothing has changed then.
    pub fn remembers(&self, mailbox: &str, at: Timestamp) -> Result<bool, LedgerError> {
        self.read(at, |index| index.remembers(mailbox))
    }

    /// Takes recognised messages over under their new places.
    ///
    /// # Errors
    /// [`LedgerError`]; nothing has changed then.
    pub fn adopt(
        &self,
        folder: &Folder,
        validity: UidValidity,
        adoptions: &[Adoption],
        at: Timestamp,
    ) -> Result<(), LedgerError> {
        let event = |adoption: &Adoption| Event::Adopted {
            uid: adoption.uid.0,
            fingerprint: adoption.fingerprint.clone(),
            from: adoption.from.as_ref().map(|key| Place {
                folder: key.folder.name.clone(),
                validity: key.validity.0,
                uid: key.uid.0,
            }),
        };
        self.write(folder, validity, adoptions.iter().map(event).collect(), at)
    }

    /// Intents of a folder of which it is not known what became of them.
    ///
    /// # Errors
    /// [`LedgerError`]; nothing has changed then.
    pub fn pending(
        &self,
        folder: &Folder,
        validity: UidValidity,
        at: Timestamp,
    ) -> Result<Vec<Pending>, LedgerError> {
        let entries = self.ahead(at, |front| front.open(folder, validity))?;
        let pending = entries.into_iter().filter_map(|(uid, entry)| {
            let Stage::Intended { modseq, attempt } = entry.stage else { return None };
            let Entry { fingerprint, arrived, suggestion, .. } = entry;
            let modseq = modseq.map(ModSeq);
            Some(Pending { uid, fingerprint, arrived, modseq, attempt, suggestion })
        });
        Ok(pending.collect())
    }

    /// The UIDs from `first` on of which something is known already.
    ///
    /// # Errors
    /// [`LedgerError`]; nothing has changed then.
    pub fn known(
        &self,
        folder: &Folder,
        validity: UidValidity,
        first: Uid,
        at: Timestamp,
    ) -> Result<BTreeSet<Uid>, LedgerError> {
        let mut known = BTreeSet::new();
        self.read(at, |index| {
            index.entries_from(folder, validity, first, &mut |uid, _| {
                known.insert(uid);
            })
        })?;
        Ok(known)
    }

    /// The UIDs in a range of which something is known.
    ///
    /// # Errors
    /// [`LedgerError`]; nothing has changed then.
    pub fn known_in(
        &self,
        folder: &Folder,
        validity: UidValidity,
        range: RangeInclusive<u32>,
        at: Timestamp,
    ) -> Result<Vec<Uid>, LedgerError> {
        self.read(at, |index| index.uids(folder, validity, range.clone()))
    }

    /// What is known of these messages.
    ///
    /// # Errors
    /// [`LedgerError`]; nothing has changed then.
    pub fn entries(
        &self,
        folder: &Folder,
        validity: UidValidity,
        uids: &BTreeSet<Uid>,
        at: Timestamp,
    ) -> Result<BTreeMap<Uid, Entry>, LedgerError> {
        self.read(at, |index| {
            let mut entries = BTreeMap::new();
            for uid in uids {
                let key = Key { folder: folder.clone(), validity, uid: *uid };
                entries.extend(index.entry(&key)?.map(|entry| (*uid, entry)));
            }
            Ok(entries)
        })
    }

    /// The fingerprints of the newest known messages of a folder's generation, at most so many, without
    /// those that could not be read.
    ///
    /// # Errors
    /// [`LedgerError`]; nothing has changed then.
    pub fn newest(
        &self,
        folder: &Folder,
        validity: UidValidity,
        most: usize,
        at: Timestamp,
    ) -> Result<Vec<(Uid, String)>, LedgerError> {
        self.read(at, |index| {
            let newest = index.newest(folder, validity, most)?.into_iter();
            Ok(newest
                .filter(|(_, entry)| entry.set_aside.is_none())
                .map(|(uid, entry)| (uid, entry.fingerprint))
                .collect())
        })
    }

    /// What is known of every message of a folder's generation.
    ///
    /// # Errors
    /// [`LedgerError`]; nothing has changed then.
    pub fn folder(
        &self,
        folder: &Folder,
        validity: UidValidity,
        at: Timestamp,
    ) -> Result<BTreeMap<Uid, Entry>, LedgerError> {
        self.read(at, |index| {
            let mut entries = BTreeMap::new();
            index.entries_from(folder, validity, Uid(0), &mut |uid, entry| {
                entries.insert(uid, entry);
            })?;
            Ok(entries)
        })
    }

    /// Notes what was found out about known messages, and up to which HIGHESTMODSEQ all were looked at,
    /// in one durable write.
    ///
    /// # Errors
    /// [`LedgerError`]; nothing has changed then.
    pub fn record(
        &self,
        folder: &Folder,
        validity: UidValidity,
        findings: &[(Uid, Finding)],
        reviewed: Option<ModSeq>,
        at: Timestamp,
    ) -> Result<(), LedgerError> {
        let mut books = self.lock();
        self.record_in(&mut books, (folder, validity), findings, reviewed, at)
    }

    /// The same, but for what was found out about the tags of messages that are no longer known as they were `seen`:
    /// a person decided meanwhile on the page, and theirs stands. Returns those; they are to be looked at again.
    ///
    /// # Errors
    /// [`LedgerError`]; nothing has changed then.
    pub fn record_as_seen(
        &self,
        folder: &Folder,
        validity: UidValidity,
        findings: &[(Uid, Finding)],
        seen: &BTreeMap<Uid, &Entry>,
        reviewed: Option<ModSeq>,
        at: Timestamp,
    ) -> Result<BTreeSet<Uid>, LedgerError> {
        let mut books = self.lock();
        let uids = findings.iter().filter(|(_, finding)| finding.is_of_tags()).map(|(uid, _)| *uid);
        let overtaken = self.overtaken(&mut books, (folder, validity), uids, seen, at)?;
        let mut findings = findings.to_vec();
        findings.retain(|(uid, finding)| !(finding.is_of_tags() && overtaken.contains(uid)));
        self.record_in(&mut books, (folder, validity), &findings, reviewed, at)?;
        Ok(overtaken)
    }

    /// Those of the messages that are known otherwise than they were seen. Whether they are closed says nothing of
    /// their tags.
    fn overtaken(
        &self,
        books: &mut Books,
        (folder, validity): (&Folder, UidValidity),
        uids: impl Iterator<Item = Uid>,
        seen: &BTreeMap<Uid, &Entry>,
        at: Timestamp,
    ) -> Result<BTreeSet<Uid>, LedgerError> {
        let mut overtaken = BTreeSet::new();
        for uid in uids {
            let key = Key { folder: folder.clone(), validity, uid };
            let now = self.read_in(books, at, |index| index.entry(&key))?;
            let as_seen = match (now, seen.get(&uid)) {
                (Some(now), Some(seen)) => Entry { closed: seen.closed, ..now } == **seen,
                _ => false,
            };
            if !as_seen {
                overtaken.insert(uid);
            }
        }
        Ok(overtaken)
    }

    /// Notes what a person said of one message on the page, in view of what is known of it: between that look and
    /// the note nobody else writes. Returns whether the message is known.
    ///
    /// # Errors
    /// [`LedgerError`]; nothing has changed then.
    pub fn rule(
        &self,
        key: &Key,
        ruling: impl FnOnce(&Entry) -> Option<Finding>,
        at: Timestamp,
    ) -> Result<bool, LedgerError> {
        let mut books = self.lock();
        let Some(entry) = self.read_in(&mut books, at, |index| index.entry(key))? else { return Ok(false) };
        let findings: Vec<(Uid, Finding)> =
            ruling(&entry).map(|finding| (key.uid, finding)).into_iter().collect();
        self.record_in(&mut books, (&key.folder, key.validity), &findings, None, at)?;
        Ok(true)
    }

    fn record_in(
        &self,
        books: &mut Books,
        (folder, validity): (&Folder, UidValidity),
        findings: &[(Uid, Finding)],
        reviewed: Option<ModSeq>,
        at: Timestamp,
    ) -> Result<(), LedgerError> {
        let mut events = Vec::new();
        let mut grouped = Grouped::default();
        for (uid, finding) in findings {
            match finding {
                Finding::Closed(how) => grouped.closed.entry(*how).or_default().push(uid.0),
                Finding::Reopened => grouped.reopened.push(uid.0),
                Finding::Noted(tags) => grouped.noted.entry(names(tags)).or_default().push(uid.0),
                Finding::Noticed(tags) => events.push(Event::Noticed { uid: uid.0, tags: names(tags) }),
                Finding::Corrected(tags, lesson) | Finding::Chosen(tags, lesson) => {
                    let key = Key { folder: folder.clone(), validity, uid: *uid };
                    let entry = self.read_in(books, at, |index| index.entry(&key))?;
                    let unwritten = matches!(finding, Finding::Chosen(..));
                    // Whoever saw the change, page or review, was first: it counts once.
                    let entry = entry.filter(|entry| !says_so(entry, tags, unwritten));
                    events.extend(entry.map(|entry| corrected(*uid, &entry, tags, *lesson, unwritten)));
                }
            }
        }
        events.extend(grouped.events());
        events.extend(reviewed.map(|modseq| Event::Reviewed { modseq: Some(modseq.0) }));
        let line = |event| Line::new(at, folder, validity, event);
        self.append_in(books, &events.into_iter().map(line).collect::<Vec<_>>(), at)
    }

    /// What came before a mail of a mailbox, by the book and then by what was judged `so_far`; where the mail
    /// was noted itself, what came before it then.
    ///
    /// # Errors
    /// [`LedgerError`]; nothing has changed then.
    pub fn history(
        &self,
        mailbox: &str,
        fingerprint: &str,
        mark: &Mark,
        so_far: &SoFar,
        at: Timestamp,
    ) -> Result<History, LedgerError> {
        self.read(at, |index| so_far.history_after(&index.members_of(mailbox), fingerprint, mark))
    }

    /// Forgets messages of a mailbox that left it before a time, and the threads of those that were first noted
    /// before `threads`.
    ///
    /// # Errors
    /// [`LedgerError`]; nothing has changed then.
    pub fn expire(
        &self,
        folder: &Folder,
        before: Timestamp,
        threads: Timestamp,
        at: Timestamp,
    ) -> Result<(), LedgerError> {
        let mailbox = &folder.mailbox;
        let is_any = self.read(at, |index| {
            Ok(index.left_before(mailbox, before)? || index.noted_before(mailbox, threads)?)
        })?;
        if !is_any {
            return Ok(());
        }
        self.write(folder, UidValidity(0), vec![Event::Expired { before, threads: Some(threads) }], at)
    }

    /// What waits, most urgent first; age counts from `max_age` on.
    ///
    /// # Errors
    /// [`LedgerError`]; nothing has changed then.
    pub fn queue(&self, at: Timestamp, max_age: MaxAge) -> Result<Vec<Row>, LedgerError> {
        let mut rows = Vec::new();
        self.read(at, |index| {
            rows.clear();
            index.entries(&mut |key, entry| rows.push(Row::new(key, entry, at, max_age)))
        })?;
        Ok(queue_of(rows))
    }

    /// Where the state lies.
    pub(crate) fn dir(&self) -> &Path {
        &self.dir
    }

    /// Makes the index durable; the log always is.
    ///
    /// # Errors
    /// [`LedgerError`]; the index then follows the log again at the next start.
    pub fn checkpoint(&self, at: Timestamp) -> Result<(), LedgerError> {
        self.read(at, Index::checkpoint)
    }

    fn write(
        &self,
        folder: &Folder,
        validity: UidValidity,
        events: Vec<Event>,
        at: Timestamp,
    ) -> Result<(), LedgerError> {
        let lines: Vec<Line> =
            events.into_iter().map(|event| Line::new(at, folder, validity, event)).collect();
        self.append(&lines, at)
    }

    pub(crate) fn append(&self, lines: &[Line], at: Timestamp) -> Result<(), LedgerError> {
        if lines.is_empty() {
            return Ok(());
        }
        self.append_in(&mut self.lock(), lines, at)
    }

    pub(crate) fn append_in(
        &self,
        books: &mut Books,
        lines: &[Line],
        at: Timestamp,
    ) -> Result<(), LedgerError> {
        let Some(first) = lines.first() else { return Ok(()) };
        self.followed(books, at)?;
        let frames: Vec<Vec<u8>> = lines.iter().map(frame).collect();
        let end = match books.log.append_framed(&frames, first.at) {
            Ok(end) => end,
            Err(error) => {
                // Where the log ends now only the log itself can tell.
                self.let_go(books);
                return Err(error.into());
            }
        };
        // The log has it: should the index fail now, it follows the log before it is read again.
        let follow = |index: &Arc<Index>| index.attempt(|index| index.follow(lines, &end));
        match books.index.as_ref().map(follow) {
            Some(Ok(touched)) => self.update(&touched),
            Some(Err(error)) => self.distrust(books, &error),
            None => {}
        }
        self.tell(lines, &frames, &end);
        Ok(())
    }

    pub(crate) fn read<T>(
        &self,
        at: Timestamp,
        read: impl FnMut(&Index) -> Result<T, IndexError>,
    ) -> Result<T, LedgerError> {
        self.read_in(&mut self.lock(), at, read)
    }

    fn read_in<T>(
        &self,
        books: &mut Books,
        at: Timestamp,
        mut read: impl FnMut(&Index) -> Result<T, IndexError>,
    ) -> Result<T, LedgerError> {
        match self.followed(books, at)?.attempt(&mut read) {
            Ok(value) => Ok(value),
            Err(error) => {
                self.distrust(books, &error);
                Ok(self.followed(books, at)?.attempt(read)?)
            }
        }
    }

    /// The index, opened and at the log's end; rebuilt where it cannot be. What waits is filled from it.
    pub(crate) fn followed<'b>(&self, books: &'b mut Books, at: Timestamp) -> Result<&'b Index, LedgerError> {
        if books.index.is_none() {
            let path = self.dir.join("state");
            let opened = match self.open_filled(&mut books.log, &path, at) {
                Err(LedgerError::Index(
                    error @ (IndexError::Damaged { .. } | IndexError::OtherFormat { .. }),
                )) => {
                    put_aside(&path, &error, at)?;
                    self.open_filled(&mut books.log, &path, at)
                }
                opened => opened,
            };
            books.index = Some(opened?);
        }
        let lost = || IndexError::Damaged { path: self.dir.clone(), how: "is not open".to_owned() };
        books.index.as_deref().ok_or_else(|| lost().into())
    }

    fn open_filled(
        &self,
        log: &mut DecisionLog,
        path: &Path,
        at: Timestamp,
    ) -> Result<Arc<Index>, LedgerError> {
        let index = Arc::new(open_index(log, path, at)?);
        self.fill(&index)?;
        self.tell_from(&index.attempt(Index::position)?)?;
        Ok(index)
    }

    /// Lets go of an index that failed: it is opened, and follows the log, before it is read again.
    pub(crate) fn distrust(&self, books: &mut Books, error: &IndexError) {
        tracing::warn!(name: "store.index", %error, "the index failed; it follows the log anew");
        self.let_go(books);
    }

    /// Nobody may hold what is opened again.
    pub(crate) fn let_go(&self, books: &mut Books) {
        self.empty();
        books.index = None;
    }

    fn prints(&self, references: &[String]) -> Vec<ReferencePrint> {
        let key = if references.is_empty() { None } else { self.reference_key() };
        key.map_or_else(Vec::new, |key| key.prints(references))
    }

    /// The key under which file numbers are kept. Without it mail goes its way all the same.
    pub(crate) fn reference_key(&self) -> Option<&ReferenceKey> {
        let made = || {
            let key = ReferenceKey::of(&self.dir);
            key.inspect_err(|error| {
                tracing::warn!(
                    name: "store.references",
                    %error,
                    path = %self.dir.join(references::FILE).display(),
                    "the key of the file numbers cannot be used: until the next start no message is found by its \
                     number. Mend the file's permissions; where it is damaged, remove it, and a new one is made"
                );
            })
            .ok()
        };
        self.reference_key.get_or_init(made).as_ref()
    }

    pub(crate) fn log_folder(&self) -> PathBuf {
        self.dir.join("log")
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, Books> {
        self.books.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Findings that many messages share are one line.
#[derive(Default)]
struct Grouped {
    closed: BTreeMap<Closing, Vec<u32>>,
    reopened: Vec<u32>,
    noted: BTreeMap<Vec<String>, Vec<u32>>,
}

impl Grouped {
    fn events(self) -> impl Iterator<Item = Event> {
        let reopened = (!self.reopened.is_empty()).then_some(Event::Reopened { uids: self.reopened });
        let noted = self.noted.into_iter().map(|(tags, uids)| Event::Noted { uids, tags });
        // Closing comes last: what is gone keeps what was learnt of it before.
        let closed = self.closed.into_iter().map(|(how, uids)| Event::Closed { uids, how });
        reopened.into_iter().chain(noted).chain(closed)
    }
}

/// Whether it is known already that a person decided for these tags.
fn says_so(entry: &Entry, tags: &[Tag], unwritten: bool) -> bool {
    let stands = entry.person && entry.noticed.is_none() && !entry.renumbered;
    stands && entry.unwritten == unwritten && entry.held() == tags
}

fn corrected(uid: Uid, entry: &Entry, tags: &[Tag], lesson: Lesson, unwritten: bool) -> Event {
    Event::Corrected {
        uid: uid.0,
        fingerprint: entry.fingerprint.clone(),
        tags: names(tags),
        class: lesson.class.map(|class| class.name().to_owned()),
        priority: lesson.priority.map(|priority| priority.name().to_owned()),
        suggested: entry.suggested(),
        unwritten,
    }
}

impl Drop for Ledger {
    fn drop(&mut self) {
        let checkpoint = |index: &Arc<Index>| index.attempt(Index::checkpoint);
        if let Some(Err(error)) = self.lock().index.as_ref().map(checkpoint) {
            tracing::warn!(name: "store.index", %error, "the index is not on disk; it follows the log at the next start");
        }
    }
}

/// Makes the state directory where it is missing, and takes it; a second one is refused.
pub(crate) fn lock(dir: &Path) -> Result<File, OpenError> {
    let wrong = |source| OpenError::Directory { path: dir.to_owned(), source };
    DirBuilder::new().recursive(true).mode(0o700).create(dir).map_err(wrong)?;
    disk::sync_folder_of(dir).map_err(wrong)?;
    let file = File::create(dir.join("lock")).map_err(wrong)?;
    // `langhals state check` takes it for a moment, to see whether anybody has it.
    for _ in 0..LOCK_TRIES {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::WouldBlock) => std::thread::sleep(LOCK_PAUSE),
            Err(TryLockError::Error(source)) => return Err(wrong(source)),
        }
    }
    Err(OpenError::InUse { path: dir.to_owned() })
}

/// Folds what the log has beyond the index's position into it.
pub(crate) fn follow_log(log: &DecisionLog, index: Index, from: &Position) -> Result<Index, LedgerError> {
    let mut lines = Vec::new();
    let mut followed = Ok(());
    let replayed = log.replay(from, &mut |line, end| {
        lines.push(line);
        if lines.len() == FOLLOW_AT_ONCE {
            let chunk = std::mem::take(&mut lines);
            if followed.is_ok() {
                followed = index.attempt(|index| index.follow(&chunk, &end).map(drop));
            }
        }
    })?;
    followed?;
    if replayed.broken > 0 {
        tracing::warn!(
            name: "store.log",
            broken = replayed.broken,
            "damaged lines in the decision log were passed over: their messages are looked at anew where they carry no tag"
        );
    }
    index.attempt(|index| index.follow(&lines, &replayed.end))?;
    Ok(index)
}

/// Opens the index and follows the log to its end; an index that is new is told what the log lacks.
fn open_index(log: &mut DecisionLog, path: &Path, at: Timestamp) -> Result<Index, LedgerError> {
    let index = Index::open(path)?;
    let position = index.attempt(Index::position)?;
    if !log.reaches(&position) {
        let how = "knows more than the decision log, part of which is lost".to_owned();
        return Err(IndexError::Damaged { path: path.to_owned(), how }.into());
    }
    let index = follow_log(log, index, &position)?;
    if position != Position::default() || index.attempt(Index::position)? == position {
        return Ok(index);
    }
    tracing::warn!(name: "store.index", "the index was made anew from the decision log");
    if let Some(day) = log.missing_head()? {
        let lines = [Line::of_the_log(at, Event::Lost { files: vec![day.clone()] })];
        let end = log.append(&lines)?;
        index.attempt(|index| index.follow(&lines, &end))?;
        tracing::warn!(
            name: "store.log",
            day,
            "the decision log once went back to this day: what was decided up to then is looked up in the mailboxes"
        );
    }
    Ok(index)
}

fn put_aside(path: &Path, error: &IndexError, at: Timestamp) -> Result<(), IndexError> {
    let aside = Index::put_aside(path, &stamp(at))?;
    let aside = aside.unwrap_or_default();
    if let IndexError::OtherFormat { .. } = error {
        tracing::warn!(
            name: "store.index",
            %error,
            aside = %aside.display(),
            "the index is of another version's format, as after an update: it was put aside and is rebuilt from the \
             decision log, this once"
        );
        return Ok(());
    }
    tracing::error!(
        name: "store.index",
        %error,
        aside = %aside.display(),
        "the index was damaged: it was put aside and is rebuilt from the decision log"
    );
    Ok(())
}
