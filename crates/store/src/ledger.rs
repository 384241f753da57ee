//! The ledger: one concrete book with narrow methods; every one that changes something is durable when it returns.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use domain::{Folder, ModSeq, Tag, Uid, UidValidity};
use jiff::Timestamp;

use crate::decision_log::{DecisionLog, LogError, Position};
use crate::disk;
use crate::entry::{Change, Entry, Key, Stage, change, fold};
use crate::event::{Closing, Event, Intent, Line, Outcome, Suggestion};
use crate::index::{Index, IndexError};
use crate::queue::{Row, queue_of};

/// Lines folded into the index at once while it follows the log.
const FOLLOW_AT_ONCE: usize = 2_000;

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

/// Up to where a folder is decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// The folder's generation.
    pub validity: UidValidity,
    /// The first UID that may be undecided.
    pub next: Uid,
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
    /// Held as long as the ledger lives: a second daemon is refused.
    _lock: File,
}

#[derive(Debug)]
struct Books {
    log: DecisionLog,
    index: Option<Index>,
}

impl Ledger {
    /// Opens the state directory, making it where it is missing, and follows the log to its end.
    /// A damaged index is put aside as `state.bad-<time>` and rebuilt from the log.
    ///
    /// # Errors
    /// [`OpenError`], with what to do.
    pub fn open(dir: &Path, at: Timestamp) -> Result<Self, OpenError> {
        let lock = lock(dir)?;
        let log = DecisionLog::open(&dir.join("log"))?;
        let books = Books { log, index: None };
        let ledger = Self { dir: dir.to_owned(), books: Mutex::new(books), _lock: lock };
        ledger.followed(&mut ledger.lock(), at).map_err(|error| match error {
            LedgerError::Log(error) => OpenError::Log(error),
            LedgerError::Index(error) => OpenError::Index(error),
        })?;
        Ok(ledger)
    }

    /// Up to where a folder is decided.
    ///
    /// # Errors
    /// [`LedgerError`]; nothing has changed then.
    pub fn cursor(&self, folder: &Folder, at: Timestamp) -> Result<Option<Cursor>, LedgerError> {
        self.read(at, |index| index.cursor(folder))
            .map(|cursor| cursor.map(|(validity, next)| Cursor { validity, next: Uid(next) }))
    }

    /// Notes that the server numbers a folder anew (a new UIDVALIDITY, or UIDs that start over):
    /// nothing known of it holds any more.
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
        let mut events = Vec::with_capacity(intents.len());
        for intent in intents {
            events.push(Event::Intended {
                uid: intent.uid.0,
                fingerprint: intent.fingerprint.clone(),
                arrived: intent.arrived,
                modseq: intent.modseq.map(|modseq| modseq.0),
                attempt: intent.attempt,
                suggestion: intent.suggestion.clone(),
            });
            if let Some(why) = intent.set_aside {
                events.push(Event::SetAside { uid: intent.uid.0, why: why.to_owned() });
            }
        }
        self.write(folder, validity, events, at)
    }

    /// Notes messages that came with tags of ours.
    ///
    /// # Errors
    /// [`LedgerError`]; nothing has changed then.
    pub fn seen(
        &self,
        folder: &Folder,
        validity: UidValidity,
        messages: &[(Uid, String, Timestamp, Vec<Tag>)],
        at: Timestamp,
    ) -> Result<(), LedgerError> {
        let event = |(uid, fingerprint, arrived, tags): &(Uid, String, Timestamp, Vec<Tag>)| Event::Seen {
            uid: uid.0,
            fingerprint: fingerprint.clone(),
            arrived: *arrived,
            tags: tags.iter().map(|tag| tag.name().to_owned()).collect(),
        };
        self.write(folder, validity, messages.iter().map(event).collect(), at)
    }

    /// Notes what became of intents and moves the cursor last, in one durable write.
    ///
    /// # Errors
    /// [`LedgerError`]; the intents stay pending then.
    pub fn settle(
        &self,
        folder: &Folder,
        validity: UidValidity,
        outcomes: &[(Uid, Outcome)],
        advance: Option<Uid>,
        at: Timestamp,
    ) -> Result<(), LedgerError> {
        let mut by_outcome: BTreeMap<String, (Outcome, Vec<u32>)> = BTreeMap::new();
        for (uid, outcome) in outcomes {
            let group = by_outcome.entry(format!("{outcome:?}")).or_insert((*outcome, Vec::new()));
            group.1.push(uid.0);
        }
        let settled = by_outcome.into_values().map(|(outcome, uids)| Event::Settled { uids, outcome });
        let advanced = advance.map(|next| Event::Advanced { next_uid: next.0 });
        self.write(folder, validity, settled.chain(advanced).collect(), at)
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
        let mut pending = Vec::new();
        self.read(at, |index| {
            pending.clear();
            index.entries_from(folder, validity, Uid(0), &mut |uid, entry| {
                if let Stage::Intended { modseq, attempt } = entry.stage {
                    let Entry { fingerprint, arrived, suggestion, .. } = entry;
                    let modseq = modseq.map(ModSeq);
                    pending.push(Pending { uid, fingerprint, arrived, modseq, attempt, suggestion });
                }
            })
        })?;
        Ok(pending)
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

    /// Takes in what the flags of known messages say now; a known message that is not among
    /// them is gone. Returns how many left the queue or came back.
    ///
    /// # Errors
    /// [`LedgerError`]; nothing has changed then.
    pub fn observe(
        &self,
        folder: &Folder,
        validity: UidValidity,
        present: &BTreeMap<Uid, Option<Closing>>,
        at: Timestamp,
    ) -> Result<usize, LedgerError> {
        let mut closed: BTreeMap<Closing, Vec<u32>> = BTreeMap::new();
        let mut reopened = Vec::new();
        self.read(at, |index| {
            (closed, reopened) = (BTreeMap::new(), Vec::new());
            index.entries_from(folder, validity, Uid(0), &mut |uid, entry| {
                let now = present.get(&uid).copied().unwrap_or(Some(Closing::Gone));
                match now {
                    _ if now == entry.closed => {}
                    Some(how) => closed.entry(how).or_default().push(uid.0),
                    None => reopened.push(uid.0),
                }
            })
        })?;
        let changes = closed.values().map(Vec::len).sum::<usize>() + reopened.len();
        let mut events: Vec<Event> =
            closed.into_iter().map(|(how, uids)| Event::Closed { uids, how }).collect();
        if !reopened.is_empty() {
            events.push(Event::Reopened { uids: reopened });
        }
        self.write(folder, validity, events, at)?;
        Ok(changes)
    }

    /// What waits, most urgent first.
    ///
    /// # Errors
    /// [`LedgerError`]; nothing has changed then.
    pub fn queue(&self, at: Timestamp) -> Result<Vec<Row>, LedgerError> {
        let mut rows = Vec::new();
        self.read(at, |index| {
            rows.clear();
            index.entries(&mut |key, entry| rows.push(Row::new(key, entry)))
        })?;
        Ok(queue_of(rows))
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
        if events.is_empty() {
            return Ok(());
        }
        let lines: Vec<Line> =
            events.into_iter().map(|event| Line::new(at, folder, validity, event)).collect();
        let mut books = self.lock();
        self.followed(&mut books, at)?;
        let end = books.log.append(&lines)?;
        // The log has it: should the index fail now, it follows the log before it is read again.
        let follow = |index: &Index| index.attempt(|index| index.follow(&lines, &end));
        if let Some(Err(error)) = books.index.as_ref().map(follow) {
            books.distrust(&error);
        }
        Ok(())
    }

    fn read<T>(
        &self,
        at: Timestamp,
        mut read: impl FnMut(&Index) -> Result<T, IndexError>,
    ) -> Result<T, LedgerError> {
        let mut books = self.lock();
        match self.followed(&mut books, at)?.attempt(&mut read) {
            Ok(value) => Ok(value),
            Err(error) => {
                books.distrust(&error);
                Ok(self.followed(&mut books, at)?.attempt(read)?)
            }
        }
    }

    /// The index, opened and at the log's end; rebuilt where it cannot be.
    fn followed<'b>(&self, books: &'b mut Books, at: Timestamp) -> Result<&'b Index, LedgerError> {
        if books.index.is_none() {
            let path = self.dir.join("state");
            let index = match Index::open(&path).and_then(|index| Ok((index.position()?, index))) {
                Ok((position, index)) => follow_log(&books.log, index, &position)?,
                Err(error @ IndexError::Damaged { .. }) => rebuild(&books.log, &path, &error, at)?,
                Err(error @ IndexError::Refused { .. }) => return Err(error.into()),
            };
            books.index = Some(index);
        }
        let lost = || IndexError::Damaged { path: self.dir.clone(), how: "is not open".to_owned() };
        books.index.as_ref().ok_or_else(|| lost().into())
    }

    fn lock(&self) -> MutexGuard<'_, Books> {
        self.books.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Books {
    /// Lets go of an index that failed: it is opened, and follows the log, before it is read again.
    fn distrust(&mut self, error: &IndexError) {
        tracing::warn!(name: "store.index", %error, "the index failed; it follows the log anew");
        self.index = None;
    }
}

impl Drop for Ledger {
    fn drop(&mut self) {
        let checkpoint = |index: &Index| index.attempt(Index::checkpoint);
        if let Some(Err(error)) = self.lock().index.as_ref().map(checkpoint) {
            tracing::warn!(name: "store.index", %error, "the index is not on disk; it follows the log at the next start");
        }
    }
}

/// The ledger as the decision log alone tells it: for reading beside a running daemon, which holds the index.
#[derive(Debug)]
pub struct Replay {
    entries: BTreeMap<Key, Entry>,
    /// Damaged lines that were passed over.
    pub broken: usize,
}

impl Replay {
    /// Reads the whole log of a state directory. A missing one is empty.
    ///
    /// # Errors
    /// [`LogError`], with what to do.
    pub fn read(dir: &Path) -> Result<Self, LogError> {
        let folder = dir.join("log");
        let mut entries = BTreeMap::new();
        if !folder.exists() {
            return Ok(Self { entries, broken: 0 });
        }
        let log = DecisionLog::open(&folder)?;
        let replayed = log.replay(&Position::default(), &mut |line| fold_line(&mut entries, &line))?;
        Ok(Self { entries, broken: replayed.broken })
    }

    /// The UIDs of a folder's generation of which something is known.
    pub fn decided(&self, folder: &Folder, validity: UidValidity) -> BTreeSet<Uid> {
        let here = |key: &&Key| key.folder == *folder && key.validity == validity;
        self.entries.keys().filter(here).map(|key| key.uid).collect()
    }

    /// What waits, most urgent first.
    pub fn queue(self) -> Vec<Row> {
        queue_of(self.entries.into_iter().map(|(key, entry)| Row::new(key, entry)))
    }
}

fn fold_line(entries: &mut BTreeMap<Key, Entry>, line: &Line) {
    match change(line) {
        Change::Entries(keys) => {
            for key in keys {
                if let Some(after) = fold(entries.remove(&key), line) {
                    entries.insert(key, after);
                }
            }
        }
        Change::Rebase => {
            let folder = line.folder();
            entries.retain(|key, _| key.folder != folder);
        }
        Change::Cursor(_) => {}
    }
}

fn lock(dir: &Path) -> Result<File, OpenError> {
    let wrong = |source| OpenError::Directory { path: dir.to_owned(), source };
    fs::create_dir_all(dir).map_err(wrong)?;
    disk::sync_folder_of(dir).map_err(wrong)?;
    let file = File::create(dir.join("lock")).map_err(wrong)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(OpenError::InUse { path: dir.to_owned() }),
        Err(TryLockError::Error(source)) => Err(wrong(source)),
    }
}

/// Folds what the log has beyond the index's position into it.
fn follow_log(log: &DecisionLog, index: Index, from: &Position) -> Result<Index, LedgerError> {
    let mut lines = Vec::new();
    let mut followed = Ok(());
    let replayed = log.replay(from, &mut |line| {
        lines.push(line);
        if lines.len() == FOLLOW_AT_ONCE {
            let chunk = std::mem::take(&mut lines);
            if followed.is_ok() {
                // Mid-way the old position stands: folding a line twice gives the same entry.
                followed = index.attempt(|index| index.follow(&chunk, from));
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

fn rebuild(log: &DecisionLog, path: &Path, error: &IndexError, at: Timestamp) -> Result<Index, LedgerError> {
    let stamp = at.strftime("%Y%m%dT%H%M%SZ").to_string();
    match Index::put_aside(path, &stamp) {
        Ok(aside) => tracing::error!(
            name: "store.index",
            %error,
            aside = %aside.display(),
            "the index was damaged: it was put aside and is rebuilt from the decision log"
        ),
        Err(source) => tracing::error!(name: "store.index", %error, %source, "the index cannot be put aside"),
    }
    follow_log(log, Index::open(path)?, &Position::default())
}
