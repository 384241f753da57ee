//! The index over the decision log, in sled: opened guarded, followed from the log, rebuilt when anything is wrong with it.
//!
//! ```text
//!   tree "ledger"   p                                   how far the log is in here
//!                   s                                   the sum of all other values: sled may lose some and not say so
//!                   k                                   how the model in use came into use
//!                   c mailbox \0 folder \0 validity     the folder's cursor
//!                   m mailbox \0 folder \0 validity uid an entry
//!                   f mailbox \0 print \0 folder \0 validity uid  where a message of that fingerprint lies
//!                   d mailbox \0 print \0               the entry of a message that left
//!                   n                                   how many messages were noted for their threads
//!                   t mailbox \0 print \0               what is remembered of a message for its thread
//!                   h mailbox \0 hash number print      in which order messages with that hash were noted
//!   value           version (1 byte) · CRC-32 (4) · JSON
//! ```
//!
//! Changes and the position they came from are one batch: the index is always the fold of a prefix of the log.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File, TryLockError};
use std::io;
use std::ops::RangeInclusive;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::time::Duration;

use domain::{Folder, Uid, UidValidity};
use jiff::Timestamp;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::decision_log::Position;
use crate::disk;
use crate::entry::{Entry, Key, Move, Shelf, apply};
use crate::event::Line;
use crate::memory::Memory;
use crate::promotion::Switch;
use crate::thread::{MOST, Member, Print, Recall};

/// How an index that was put aside is called, before the time.
pub(crate) const ASIDE: &str = "state.bad-";
pub(crate) const VERSION: u8 = 4;
const MODEL: &[u8] = b"k";
const NOTED: &[u8] = b"n";
/// EMFILE: std has no name for it.
const TOO_MANY_FILES: i32 = 24;
const CACHE_BYTES: u64 = 64 * 1024 * 1024;
/// Opening replays sled's own log; what takes longer than this, and than its octets at the pace of a slow disk, hangs.
const OPEN_LIMIT: Duration = Duration::from_mins(2);
/// A large index is read at ten times this on a busy machine.
const OCTETS_A_SECOND: u64 = 2 * 1024 * 1024;
const OPEN_TRIES: u32 = 50;
const OPEN_PAUSE: Duration = Duration::from_millis(50);
/// sled's words for a lock that is held; it gives them no kind of their own.
const HELD: &str = "could not acquire lock";

/// Why the index cannot be used. A damaged one is rebuilt from the log, and so is one of another format.
#[derive(Debug, thiserror::Error)]
pub enum IndexError {
    /// The system refused: no space, no right, too many files. The index itself is sound.
    #[error("the index in {path} cannot be used: {source}. Free space, or mend the permissions of {path}")]
    Refused {
        /// Its folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// It is sound, and another version of Langhals made it.
    #[error("the index in {path} is of format {found}, this Langhals keeps format {VERSION}")]
    OtherFormat {
        /// Its folder.
        path: PathBuf,
        /// Its format.
        found: u8,
    },
    /// sled, a checksum or a panic says so.
    #[error("the index in {path} {how}")]
    Damaged {
        /// Its folder.
        path: PathBuf,
        /// In what way; without content, as the index holds none.
        how: String,
    },
}

/// How long an index of so many octets may take to open.
fn open_limit(octets: u64) -> Duration {
    OPEN_LIMIT + Duration::from_secs(octets / OCTETS_A_SECOND)
}

/// Of a folder's files, as far as they can be seen.
fn octets(folder: &Path) -> u64 {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let of = |entry: fs::DirEntry| match entry.metadata() {
        Ok(of) if of.is_dir() => octets(&entry.path()),
        Ok(of) => of.len(),
        Err(_) => 0,
    };
    entries.map(of).sum()
}

/// The open index.
#[derive(Debug)]
pub(crate) struct Index {
    path: PathBuf,
    db: sled::Db,
    tree: sled::Tree,
}

impl Index {
    /// Opens the index. One that this program has just let go of may be held for a moment by threads of sled.
    pub(crate) fn open(path: &Path) -> Result<Self, IndexError> {
        for _ in 0..OPEN_TRIES {
            match Self::open_once(path) {
                Err(IndexError::Refused { source, .. }) if source.kind() == io::ErrorKind::WouldBlock => {
                    std::thread::sleep(OPEN_PAUSE);
                }
                opened => return opened,
            }
        }
        let how = "is still held by a thread that does not let go".to_owned();
        Err(IndexError::Damaged { path: path.to_owned(), how })
    }

    /// In a thread of its own: sled may panic or hang on damaged files.
    fn open_once(path: &Path) -> Result<Self, IndexError> {
        let (done, opened) = mpsc::channel();
        let at = path.to_owned();
        std::thread::spawn(move || {
            // Nobody listens any more after the time limit; the database is closed again then.
            let _ = done.send(guarded(&at, || Self::open_and_verify(&at)));
        });
        let hangs = IndexError::Damaged { path: path.to_owned(), how: "does not open in time".to_owned() };
        opened.recv_timeout(open_limit(octets(path))).unwrap_or(Err(hangs))
    }

    fn open_and_verify(path: &Path) -> Result<Self, IndexError> {
        let config = sled::Config::new().path(path).cache_capacity(CACHE_BYTES).mode(sled::Mode::LowSpace);
        let db = config.open().map_err(|error| wrong(path, &error))?;
        let tree = db.open_tree("ledger").map_err(|error| wrong(path, &error))?;
        let index = Self { path: path.to_owned(), db, tree };
        index.verify()?;
        Ok(index)
    }

    /// Works with the index so that a panic in sled is an error like any other.
    pub(crate) fn attempt<T>(
        &self,
        act: impl FnOnce(&Self) -> Result<T, IndexError>,
    ) -> Result<T, IndexError> {
        guarded(&self.path, || act(self))
    }

    /// Waits until nobody has an index open: threads of sled may hold one for a moment after it was let go of.
    pub(crate) fn wait_until_closed(path: &Path) {
        for _ in 0..OPEN_TRIES {
            // Without the file, or without locks, there is nothing to wait for.
            match File::open(path.join("db")).map(|file| file.try_lock()) {
                Ok(Err(TryLockError::WouldBlock)) => std::thread::sleep(OPEN_PAUSE),
                _ => return,
            }
        }
    }

    /// Puts an index out of the way, to be looked at, in place of the one before, and says where.
    /// `None` where there is none.
    pub(crate) fn put_aside(path: &Path, stamp: &str) -> Result<Option<PathBuf>, IndexError> {
        let refused = |source| IndexError::Refused { path: path.to_owned(), source };
        if path.symlink_metadata().is_err_and(|error| error.kind() == io::ErrorKind::NotFound) {
            return Ok(None);
        }
        let dir = path.parent().unwrap_or(Path::new("."));
        for older in fs::read_dir(dir).map_err(refused)?.flatten() {
            if older.file_name().to_string_lossy().starts_with(ASIDE) {
                // Only the newest is kept: a second copy could fill the disk.
                remove(&older.path()).map_err(refused)?;
            }
        }
        let aside = path.with_file_name(format!("{ASIDE}{stamp}"));
        fs::rename(path, &aside).and_then(|()| disk::sync_folder_of(path)).map_err(refused)?;
        Ok(Some(aside))
    }

    /// How far the log is in here.
    pub(crate) fn position(&self) -> Result<Position, IndexError> {
        Ok(self.get(b"p")?.unwrap_or_default())
    }

    /// Follows the log: all changes of these lines, and where they end, at once. Says which entries it touched.
    pub(crate) fn follow(&self, lines: &[Line], end: &Position) -> Result<Touched, IndexError> {
        let mut overlay = Overlay::over(self);
        for line in lines {
            apply(&mut overlay, line)?;
        }
        let Overlay { mut changes, touched, known, .. } = overlay;
        changes.set(b"p".to_vec(), Some(self.encode(end)?));
        let sum = self.sum_after(&changes, known.into_inner())?;
        changes.set(b"s".to_vec(), Some(self.encode(&sum)?));
        fault::point("index.apply");
        self.tree.apply_batch(changes.into_batch()).map_err(|error| self.wrong(&error))?;
        fault::point("index.applied");
        Ok(touched)
    }

    /// How the model in use came into use.
    pub(crate) fn model(&self) -> Result<Option<Switch>, IndexError> {
        self.get(MODEL)
    }

    /// The folder's generation and cursor, where there is one.
    pub(crate) fn cursor(&self, folder: &Folder) -> Result<Option<(UidValidity, Reached)>, IndexError> {
        let prefix = folder_prefix(b'c', folder);
        let mut cursor = None;
        for item in self.tree.scan_prefix(&prefix) {
            let (key, value) = item.map_err(|error| self.wrong(&error))?;
            let validity = key.get(prefix.len()..).and_then(be_u32).ok_or_else(|| self.damaged())?;
            cursor = Some((UidValidity(validity), self.decode(&value)?));
        }
        Ok(cursor)
    }

    /// One entry.
    pub(crate) fn entry(&self, key: &Key) -> Result<Option<Entry>, IndexError> {
        self.get(&message_key(key))
    }

    /// Where live messages of this fingerprint lie.
    pub(crate) fn places(&self, mailbox: &str, fingerprint: &str) -> Result<Vec<Key>, IndexError> {
        let prefix = print_prefix(b'f', mailbox, fingerprint);
        let keys = self.keys(&prefix)?;
        let place = |key: Vec<u8>| {
            let rest = key.get(prefix.len()..)?;
            let (name, numbers) = rest.split_at_checked(rest.len().checked_sub(9)?)?;
            let folder = Folder { mailbox: mailbox.to_owned(), name: String::from_utf8(name.to_vec()).ok()? };
            let (validity, uid) = numbers.get(1..)?.split_at_checked(4)?;
            Some(Key { folder, validity: UidValidity(be_u32(validity)?), uid: Uid(be_u32(uid)?) })
        };
        keys.into_iter().map(|key| place(key).ok_or_else(|| self.damaged())).collect()
    }

    /// What is remembered of a message that left.
    pub(crate) fn departed(&self, mailbox: &str, fingerprint: &str) -> Result<Option<Entry>, IndexError> {
        self.get(&print_prefix(b'd', mailbox, fingerprint))
    }

    /// Whether anything is remembered of messages that left this mailbox.
    pub(crate) fn remembers(&self, mailbox: &str) -> Result<bool, IndexError> {
        let prefix = [b"d", mailbox.as_bytes(), b"\0"].concat();
        let first = self.tree.scan_prefix(prefix).keys().next().transpose();
        Ok(first.map_err(|error| self.wrong(&error))?.is_some())
    }

    /// Every entry of a folder's generation from a UID on, in order.
    pub(crate) fn entries_from(
        &self,
        folder: &Folder,
        validity: UidValidity,
        first: Uid,
        each: &mut dyn FnMut(Uid, Entry),
    ) -> Result<(), IndexError> {
        let prefix = [folder_prefix(b'm', folder).as_slice(), &validity.0.to_be_bytes()].concat();
        let [from, last] = [first.0, u32::MAX].map(|uid| [prefix.as_slice(), &uid.to_be_bytes()].concat());
        for item in self.tree.range(from..=last) {
            let (key, value) = item.map_err(|error| self.wrong(&error))?;
            let uid = key.get(prefix.len()..).and_then(be_u32).ok_or_else(|| self.damaged())?;
            each(Uid(uid), self.decode(&value)?);
        }
        Ok(())
    }

    /// Whether something is remembered of a message that left a mailbox before a time.
    pub(crate) fn left_before(&self, mailbox: &str, before: Timestamp) -> Result<bool, IndexError> {
        for item in self.tree.scan_prefix([b"d", mailbox.as_bytes(), b"\0"].concat()) {
            let (_, value) = item.map_err(|error| self.wrong(&error))?;
            if self.decode::<Entry>(&value)?.decided < before {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether something is remembered for its thread since before a time.
    pub(crate) fn noted_before(&self, mailbox: &str, before: Timestamp) -> Result<bool, IndexError> {
        for item in self.tree.scan_prefix([b"t", mailbox.as_bytes(), b"\0"].concat()) {
            let (_, value) = item.map_err(|error| self.wrong(&error))?;
            if self.decode::<Member>(&value)?.at < before {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// What is remembered of a mailbox's threads.
    pub(crate) fn members_of<'i>(&'i self, mailbox: &'i str) -> Members<'i> {
        Members { index: self, mailbox }
    }

    /// The UIDs of a folder's generation in a range of which there is an entry.
    pub(crate) fn uids(
        &self,
        folder: &Folder,
        validity: UidValidity,
        range: RangeInclusive<u32>,
    ) -> Result<Vec<Uid>, IndexError> {
        let prefix = [folder_prefix(b'm', folder).as_slice(), &validity.0.to_be_bytes()].concat();
        let [from, last] =
            [*range.start(), *range.end()].map(|uid| [prefix.as_slice(), &uid.to_be_bytes()].concat());
        let uid = |key: sled::Result<sled::IVec>| {
            let key = key.map_err(|error| self.wrong(&error))?;
            key.get(prefix.len()..).and_then(be_u32).map(Uid).ok_or_else(|| self.damaged())
        };
        self.tree.range(from..=last).keys().map(uid).collect()
    }

    /// The entries with the highest UIDs, at most so many.
    pub(crate) fn newest(
        &self,
        folder: &Folder,
        validity: UidValidity,
        most: usize,
    ) -> Result<Vec<(Uid, Entry)>, IndexError> {
        let prefix = [folder_prefix(b'm', folder).as_slice(), &validity.0.to_be_bytes()].concat();
        let mut newest = Vec::new();
        for item in self.tree.scan_prefix(&prefix).rev().take(most) {
            let (key, value) = item.map_err(|error| self.wrong(&error))?;
            let uid = key.get(prefix.len()..).and_then(be_u32).ok_or_else(|| self.damaged())?;
            newest.push((Uid(uid), self.decode(&value)?));
        }
        Ok(newest)
    }

    /// Every entry there is.
    pub(crate) fn entries(&self, each: &mut dyn FnMut(Key, Entry)) -> Result<(), IndexError> {
        for item in self.tree.scan_prefix(b"m") {
            let (key, value) = item.map_err(|error| self.wrong(&error))?;
            each(read_message_key(&key).ok_or_else(|| self.damaged())?, self.decode(&value)?);
        }
        Ok(())
    }

    /// Everything there is, as the fold of the log would put it into memory.
    pub(crate) fn contents(&self) -> Result<Memory, IndexError> {
        let mut memory = Memory::default();
        for item in &self.tree {
            let (key, value) = item.map_err(|error| self.wrong(&error))?;
            match key.first() {
                Some(b'm') => {
                    let key = read_message_key(&key).ok_or_else(|| self.damaged())?;
                    memory.entries.insert(key, self.decode(&value)?);
                }
                Some(b'd') => {
                    let known = read_print_key(&key).ok_or_else(|| self.damaged())?;
                    memory.departed.insert(known, self.decode(&value)?);
                }
                Some(b'c') => {
                    let cursor = read_cursor_key(&key).ok_or_else(|| self.damaged())?;
                    memory.cursors.insert(cursor, self.decode(&value)?);
                }
                Some(b'k') => memory.model = Some(self.decode(&value)?),
                Some(b'n') => memory.threads.noted = self.decode(&value)?,
                Some(b't') => {
                    let (mailbox, print) = read_print_key(&key).ok_or_else(|| self.damaged())?;
                    memory.threads.enroll(&mailbox, &print, self.decode(&value)?);
                }
                _ => {}
            }
        }
        Ok(memory)
    }

    /// Makes everything durable: sled's own flush is not an fsync on Linux.
    pub(crate) fn checkpoint(&self) -> Result<(), IndexError> {
        fault::point("index.flush");
        self.db.flush().map_err(|error| self.wrong(&error))?;
        fault::point("index.flushed");
        let synced = File::open(self.path.join("db")).and_then(|file| file.sync_data());
        synced.map_err(|source| IndexError::Refused { path: self.path.clone(), source })
    }

    /// Reads every value once: one that is damaged or lost is found at start, not when it matters.
    fn verify(&self) -> Result<(), IndexError> {
        self.position()?;
        let mut sum = Sum::default();
        for item in &self.tree {
            let (key, value) = item.map_err(|error| self.wrong(&error))?;
            if *key == *b"s" {
                continue;
            }
            sum.add(&key, &value);
            match key.first() {
                Some(b'm' | b'd') => drop(self.decode::<Entry>(&value)?),
                Some(b'c') => drop(self.decode::<Reached>(&value)?),
                Some(b'k') => drop(self.decode::<Switch>(&value)?),
                Some(b't') => drop(self.decode::<Member>(&value)?),
                Some(b'n') => drop(self.decode::<u64>(&value)?),
                Some(b'p' | b'f' | b'h') => {}
                _ => return Err(self.damaged()),
            }
        }
        if sum == self.sum()? { Ok(()) } else { Err(self.damaged()) }
    }

    fn sum(&self) -> Result<Sum, IndexError> {
        Ok(self.get(b"s")?.unwrap_or_default())
    }

    /// What the sum will be once these changes are made; of what is `known` the tree need not be asked again.
    fn sum_after(&self, changes: &Changes, mut known: Raws) -> Result<Sum, IndexError> {
        let mut sum = self.sum()?;
        for (key, value) in &changes.0 {
            let before = known.remove(key).map_or_else(|| self.raw(key), Ok)?;
            if let Some(before) = before {
                sum.take(key, &before);
            }
            if let Some(after) = value {
                sum.add(key, after);
            }
        }
        Ok(sum)
    }

    fn get<T: DeserializeOwned>(&self, key: &[u8]) -> Result<Option<T>, IndexError> {
        self.raw(key)?.map(|value| self.decode(&value)).transpose()
    }

    fn raw(&self, key: &[u8]) -> Result<Option<Vec<u8>>, IndexError> {
        let value = self.tree.get(key).map_err(|error| self.wrong(&error))?;
        Ok(value.map(|value| value.to_vec()))
    }

    fn keys(&self, prefix: &[u8]) -> Result<Vec<Vec<u8>>, IndexError> {
        let keys = self.tree.scan_prefix(prefix).keys();
        keys.map(|key| key.map(|key| key.to_vec()).map_err(|error| self.wrong(&error))).collect()
    }

    fn encode<T: Serialize>(&self, value: &T) -> Result<Vec<u8>, IndexError> {
        let json = serde_json::to_vec(value).map_err(|_| self.damaged())?;
        Ok([&[VERSION][..], &crc32fast::hash(&json).to_be_bytes(), &json].concat())
    }

    fn decode<T: DeserializeOwned>(&self, bytes: &[u8]) -> Result<T, IndexError> {
        let value =
            bytes.split_at_checked(5).filter(|(head, json)| head[1..] == crc32fast::hash(json).to_be_bytes());
        let (head, json) = value.ok_or_else(|| self.damaged())?;
        if head[0] != VERSION {
            return Err(IndexError::OtherFormat { path: self.path.clone(), found: head[0] });
        }
        serde_json::from_slice(json).map_err(|_| self.damaged())
    }

    fn wrong(&self, error: &sled::Error) -> IndexError {
        wrong(&self.path, error)
    }

    fn damaged(&self) -> IndexError {
        IndexError::Damaged { path: self.path.clone(), how: "is damaged".to_owned() }
    }
}

/// Whatever lies there: a damaged index may be a file.
fn remove(path: &Path) -> io::Result<()> {
    if path.symlink_metadata()?.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) }
}

/// sled may panic on damaged files; that must not end anything else.
fn guarded<T>(path: &Path, act: impl FnOnce() -> Result<T, IndexError>) -> Result<T, IndexError> {
    let panicked = || IndexError::Damaged { path: path.to_owned(), how: "panicked".to_owned() };
    catch_unwind(AssertUnwindSafe(act)).unwrap_or_else(|_| Err(panicked()))
}

fn wrong(path: &Path, error: &sled::Error) -> IndexError {
    use io::ErrorKind::{PermissionDenied, QuotaExceeded, ReadOnlyFilesystem, StorageFull, WouldBlock};
    match error {
        sled::Error::Io(error) if error.to_string().contains(HELD) => {
            IndexError::Refused { path: path.to_owned(), source: WouldBlock.into() }
        }
        sled::Error::Io(error)
            if error.raw_os_error() == Some(TOO_MANY_FILES)
                || matches!(
                    error.kind(),
                    PermissionDenied | QuotaExceeded | ReadOnlyFilesystem | StorageFull | WouldBlock
                ) =>
        {
            IndexError::Refused { path: path.to_owned(), source: io::Error::from(error.kind()) }
        }
        other => IndexError::Damaged { path: path.to_owned(), how: format!("failed: {other}") },
    }
}

/// How far a folder is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Reached {
    /// The first UID that may be undecided.
    pub next: u32,
    /// HIGHESTMODSEQ when all flags were last looked at.
    pub modseq: Option<u64>,
}

/// A sum over keys and values in any order, so that a change costs only itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Sum(u64, u64);

impl Sum {
    fn add(&mut self, key: &[u8], value: &[u8]) {
        let [a, b] = digest(key, value);
        *self = Self(self.0.wrapping_add(a), self.1.wrapping_add(b));
    }

    fn take(&mut self, key: &[u8], value: &[u8]) {
        let [a, b] = digest(key, value);
        *self = Self(self.0.wrapping_sub(a), self.1.wrapping_sub(b));
    }
}

fn digest(key: &[u8], value: &[u8]) -> [u64; 2] {
    let hash = Sha256::new().chain_update((key.len() as u64).to_be_bytes()).chain_update(key);
    let hash = hash.chain_update(value).finalize();
    let number =
        |from: usize| hash.iter().skip(from).take(8).fold(0, |number, byte| number << 8 | u64::from(*byte));
    [number(0), number(8)]
}

/// What a number of lines does to the tree, before it is done at once; `None` removes.
#[derive(Default)]
struct Changes(BTreeMap<Vec<u8>, Option<Vec<u8>>>);

impl Changes {
    fn set(&mut self, key: Vec<u8>, value: Option<Vec<u8>>) {
        self.0.insert(key, value);
    }

    fn into_batch(self) -> sled::Batch {
        let mut batch = sled::Batch::default();
        for (key, value) in self.0 {
            match value {
                Some(value) => batch.insert(key, value),
                None => batch.remove(key),
            }
        }
        batch
    }
}

/// Entries as they are now; `None` for those that are no more.
pub(crate) type Touched = BTreeMap<Key, Option<Entry>>;

/// Values as they stand in the tree; none where there is no such key.
type Raws = BTreeMap<Vec<u8>, Option<Vec<u8>>>;

/// The tree as it will stand after the changes so far.
struct Overlay<'i> {
    index: &'i Index,
    changes: Changes,
    touched: Touched,
    /// What was read of the tree: most keys are asked for several times.
    known: RefCell<Raws>,
}

impl<'i> Overlay<'i> {
    fn over(index: &'i Index) -> Self {
        Self { index, changes: Changes::default(), touched: Touched::new(), known: RefCell::default() }
    }

    fn get<T: DeserializeOwned>(&self, key: &[u8]) -> Result<Option<T>, IndexError> {
        let decoded =
            |value: &Option<Vec<u8>>| value.as_deref().map(|value| self.index.decode(value)).transpose();
        if let Some(changed) = self.changes.0.get(key) {
            return decoded(changed);
        }
        if let Some(known) = self.known.borrow().get(key) {
            return decoded(known);
        }
        let value = self.index.raw(key)?;
        let found = decoded(&value);
        self.known.borrow_mut().insert(key.to_vec(), value);
        found
    }

    fn set<T: Serialize>(&mut self, key: Vec<u8>, value: Option<&T>) -> Result<(), IndexError> {
        let value = value.map(|value| self.index.encode(value)).transpose()?;
        self.changes.set(key, value);
        Ok(())
    }

    /// Every key under a prefix that will be there.
    fn keys(&self, prefix: &[u8]) -> Result<Vec<Vec<u8>>, IndexError> {
        let mut keys: BTreeSet<Vec<u8>> = self.index.keys(prefix)?.into_iter().collect();
        let changed = self.changes.0.range(prefix.to_vec()..).take_while(|(key, _)| key.starts_with(prefix));
        for (key, value) in changed {
            if value.is_some() {
                keys.insert(key.clone())
            } else {
                keys.remove(key)
            };
        }
        Ok(keys.into_iter().collect())
    }
}

impl Shelf for Overlay<'_> {
    type Error = IndexError;

    fn entry(&mut self, key: &Key) -> Result<Option<Entry>, IndexError> {
        self.get(&message_key(key))
    }

    fn put(&mut self, key: &Key, entry: Option<Entry>) -> Result<(), IndexError> {
        if let Some(before) = self.entry(key)? {
            self.changes.set(place_key(key, &before.fingerprint), None);
        }
        if let Some(after) = &entry {
            self.changes.set(place_key(key, &after.fingerprint), Some(Vec::new()));
        }
        self.set(message_key(key), entry.as_ref())?;
        self.touched.insert(key.clone(), entry);
        Ok(())
    }

    fn folder(&mut self, folder: &Folder) -> Result<Vec<(Key, Entry)>, IndexError> {
        let mut entries = Vec::new();
        for bytes in self.keys(&folder_prefix(b'm', folder))? {
            let key = read_message_key(&bytes).ok_or_else(|| self.index.damaged())?;
            entries.extend(self.get(&bytes)?.map(|entry| (key, entry)));
        }
        Ok(entries)
    }

    fn departed(&mut self, mailbox: &str, fingerprint: &str) -> Result<Option<Entry>, IndexError> {
        self.get(&print_prefix(b'd', mailbox, fingerprint))
    }

    fn depart(&mut self, mailbox: &str, fingerprint: &str, entry: Option<Entry>) -> Result<(), IndexError> {
        self.set(print_prefix(b'd', mailbox, fingerprint), entry.as_ref())
    }

    fn expire(&mut self, mailbox: &str, before: Timestamp) -> Result<(), IndexError> {
        for key in self.keys(&[b"d", mailbox.as_bytes(), b"\0"].concat())? {
            if self.get::<Entry>(&key)?.is_some_and(|entry| entry.decided < before) {
                self.changes.set(key, None);
            }
        }
        Ok(())
    }

    fn member(&mut self, mailbox: &str, fingerprint: &str) -> Result<Option<Member>, IndexError> {
        self.get(&print_prefix(b't', mailbox, fingerprint))
    }

    fn enroll(&mut self, mailbox: &str, fingerprint: &str, member: Member) -> Result<(), IndexError> {
        if let Some(before) = self.member(mailbox, fingerprint)? {
            for hash in before.mark.hashes() {
                self.changes.set(hash_key(mailbox, hash, before.number, fingerprint), None);
            }
        }
        for hash in member.mark.hashes() {
            self.changes.set(hash_key(mailbox, hash, member.number, fingerprint), Some(Vec::new()));
        }
        self.set(print_prefix(b't', mailbox, fingerprint), Some(&member))
    }

    fn next_number(&mut self) -> Result<u64, IndexError> {
        let number = self.get::<u64>(NOTED)?.unwrap_or(0) + 1;
        self.set(NOTED.to_vec(), Some(&number))?;
        Ok(number)
    }

    fn forget_threads(&mut self, mailbox: &str, before: Timestamp) -> Result<(), IndexError> {
        for key in self.keys(&[b"t", mailbox.as_bytes(), b"\0"].concat())? {
            let Some(member) = self.get::<Member>(&key)?.filter(|member| member.at < before) else {
                continue;
            };
            let (_, print) = read_print_key(&key).ok_or_else(|| self.index.damaged())?;
            for hash in member.mark.hashes() {
                self.changes.set(hash_key(mailbox, hash, member.number, &print), None);
            }
            self.changes.set(key, None);
        }
        Ok(())
    }

    fn move_cursor(&mut self, folder: &Folder, to: Move) -> Result<(), IndexError> {
        let (Move::To(validity, _) | Move::Reviewed(validity, _)) = to else {
            for key in self.keys(&folder_prefix(b'c', folder))? {
                self.changes.set(key, None);
            }
            return Ok(());
        };
        let key = cursor_key(folder, validity);
        let mut reached = self.get(&key)?.unwrap_or(Reached { next: 1, modseq: None });
        match to {
            Move::To(_, next) => reached.next = next,
            Move::Reviewed(_, modseq) => reached.modseq = modseq,
            Move::Void => {}
        }
        self.set(key, Some(&reached))
    }

    fn switch(&mut self, switch: &Switch) -> Result<(), IndexError> {
        self.set(MODEL.to_vec(), Some(switch))
    }

    fn void_cursors(&mut self) -> Result<(), IndexError> {
        for key in self.keys(b"c")? {
            self.changes.set(key, None);
        }
        Ok(())
    }
}

/// The members of one mailbox.
pub(crate) struct Members<'i> {
    index: &'i Index,
    mailbox: &'i str,
}

impl Recall for Members<'_> {
    type Error = IndexError;

    fn member(&self, fingerprint: &str) -> Result<Option<Member>, IndexError> {
        self.index.get(&print_prefix(b't', self.mailbox, fingerprint))
    }

    fn with_hash(&self, hash: Print, before: u64) -> Result<Vec<(String, Member)>, IndexError> {
        let [from, to] = [0, before].map(|number| hash_key(self.mailbox, hash, number, ""));
        let mut members = Vec::new();
        for key in self.index.tree.range(from..to).keys().take(MOST) {
            let key = key.map_err(|error| self.index.wrong(&error))?;
            let member = read_hash_key(&key, self.mailbox).map(|print| Ok((self.member(&print)?, print)));
            let (member, print) = member.ok_or_else(|| self.index.damaged())??;
            members.push((print, member.ok_or_else(|| self.index.damaged())?));
        }
        Ok(members)
    }
}

fn hash_key(mailbox: &str, Print(hash): Print, number: u64, fingerprint: &str) -> Vec<u8> {
    let prefix = [b"h", mailbox.as_bytes(), b"\0"].concat();
    [prefix.as_slice(), &hash.to_be_bytes(), &number.to_be_bytes(), fingerprint.as_bytes()].concat()
}

/// The fingerprint in such a key.
fn read_hash_key(key: &[u8], mailbox: &str) -> Option<String> {
    let names = 1 + mailbox.len() + 1 + size_of::<u128>() + size_of::<u64>();
    String::from_utf8(key.get(names..)?.to_vec()).ok()
}

fn folder_prefix(kind: u8, folder: &Folder) -> Vec<u8> {
    [&[kind][..], folder.mailbox.as_bytes(), b"\0", folder.name.as_bytes(), b"\0"].concat()
}

fn cursor_key(folder: &Folder, validity: UidValidity) -> Vec<u8> {
    [folder_prefix(b'c', folder).as_slice(), &validity.0.to_be_bytes()].concat()
}

fn message_key(key: &Key) -> Vec<u8> {
    let prefix = folder_prefix(b'm', &key.folder);
    [prefix.as_slice(), &key.validity.0.to_be_bytes(), &key.uid.0.to_be_bytes()].concat()
}

fn print_prefix(kind: u8, mailbox: &str, fingerprint: &str) -> Vec<u8> {
    [&[kind][..], mailbox.as_bytes(), b"\0", fingerprint.as_bytes(), b"\0"].concat()
}

fn place_key(key: &Key, fingerprint: &str) -> Vec<u8> {
    let prefix = print_prefix(b'f', &key.folder.mailbox, fingerprint);
    let name = key.folder.name.as_bytes();
    [prefix.as_slice(), name, b"\0", &key.validity.0.to_be_bytes(), &key.uid.0.to_be_bytes()].concat()
}

fn read_message_key(bytes: &[u8]) -> Option<Key> {
    let mut names = bytes.get(1..)?.splitn(3, |byte| *byte == 0);
    let mailbox = String::from_utf8(names.next()?.to_vec()).ok()?;
    let name = String::from_utf8(names.next()?.to_vec()).ok()?;
    let (validity, uid) = names.next()?.split_at_checked(4)?;
    Some(Key {
        folder: Folder { mailbox, name },
        validity: UidValidity(be_u32(validity)?),
        uid: Uid(be_u32(uid)?),
    })
}

fn read_print_key(bytes: &[u8]) -> Option<(String, String)> {
    let mut names = bytes.get(1..)?.split(|byte| *byte == 0);
    let mut next = || String::from_utf8(names.next()?.to_vec()).ok();
    Some((next()?, next()?))
}

fn read_cursor_key(bytes: &[u8]) -> Option<(Folder, UidValidity)> {
    let mut names = bytes.get(1..)?.splitn(3, |byte| *byte == 0);
    let mut next = || String::from_utf8(names.next()?.to_vec()).ok();
    let folder = Folder { mailbox: next()?, name: next()? };
    Some((folder, UidValidity(be_u32(names.next()?)?)))
}

fn be_u32(bytes: &[u8]) -> Option<u32> {
    bytes.try_into().ok().map(u32::from_be_bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::Event;

    #[test]
    fn a_large_index_may_take_longer_to_open() {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join("blobs")).unwrap();
        fs::write(dir.path().join("blobs/1"), [0; 700]).unwrap();
        fs::write(dir.path().join("db"), [0; 77]).unwrap();
        assert_eq!(octets(dir.path()), 777);
        assert_eq!(open_limit(777), OPEN_LIMIT);
        // A million messages.
        assert!(open_limit(4_400_000_000) > Duration::from_mins(30));
        assert_eq!(octets(&dir.path().join("missing")), 0);
    }

    #[test]
    fn a_value_that_sled_lost_is_noticed() {
        let dir = tempfile::tempdir().unwrap();
        let index = Index::open(&dir.path().join("state")).unwrap();
        let folder = Folder { mailbox: "poststelle".into(), name: "INBOX".into() };
        let at = "2026-11-21T10:00:00Z".parse().unwrap();
        for next_uid in [1, 7] {
            let line = Line::new(at, &folder, UidValidity(42), Event::Advanced { next_uid });
            let end = Position { file: "2026-11-21.log".to_owned(), offset: u64::from(next_uid) };
            index.follow(&[line], &end).unwrap();
            index.verify().unwrap();
        }
        index.tree.remove(cursor_key(&folder, UidValidity(42))).unwrap();
        assert!(matches!(index.verify(), Err(IndexError::Damaged { .. })));
    }
}
