//! The reading room: single messages, read and corrected for people at the page.
//!
//! ```text
//!   letterheads ─▶ at hand? ─▶ EXAMINE ─▶ sender and subject of all at once ─▶ at hand for a while, in memory alone
//!   explain     ─▶ EXAMINE ─▶ the mail, judged anew after what came before it
//!   correct     ─▶ SELECT ─▶ +FLAGS the class ─▶ read back ─▶ -FLAGS the others ─▶ the book: a person has decided
//! ```
//!
//! It has one connection a mailbox beside those of the watch, opened when somebody needs it and closed after a minute
//! without use. Before anything else UIDVALIDITY must be what it was: else the UID means another message.

mod correction;
mod place;
mod shelf;

pub use shelf::LONGEST as LETTERHEADS_STAY;

use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use domain::{Address, Class, Folder, Reason, Tag, TagPrefix, UidValidity};
use mailbox::{Access, Connection, RawMessage};
use store::{Entry, Key, Ledger, LedgerError};
use tokio::time::{Instant, timeout};

use self::place::Place;
use self::shelf::Shelf;
use crate::clock::Clock;
use crate::desk::Judged;
use crate::letters::Broken;
use crate::look::{self, LookError};
use crate::office::Office;
use crate::past::{Past, Remembered};
use crate::tags::TravelError;
use crate::takeover::Desks;

/// Whoever looks at the queue waits no longer than this for senders and subjects.
const PATIENCE: Duration = Duration::from_millis(1_500);
/// Anything else takes no longer than this.
const LIMIT: Duration = Duration::from_secs(20);
/// So many senders and subjects at once: as many as the API hands out.
const MOST: usize = 500;

/// Reads single messages, and writes a person's word. Clones share connections and what is at hand.
#[derive(Clone, Debug)]
pub struct ReadingRoom {
    desks: Desks,
    prefix: TagPrefix,
    ledger: Arc<Ledger>,
    clock: Clock,
    places: BTreeMap<String, Arc<Place>>,
    at_hand: Arc<Mutex<Shelf>>,
}

/// Sender and subject of a message. Holds content: it lives in memory only.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Letterhead {
    /// Name and address.
    pub from: String,
    /// Subject.
    pub subject: String,
}

impl std::fmt::Debug for Letterhead {
    /// Never the content.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Letterhead { .. }")
    }
}

/// A message as it is judged now. Holds content: it lives in memory only.
#[derive(Clone, Debug)]
pub struct Explained {
    /// The judgement.
    pub judged: Judged,
    /// The tags of ours that it carries.
    pub present: Vec<Tag>,
    /// Every reason, those of the class among them.
    pub reasons: Vec<Reason>,
}

/// Why a message cannot be read or corrected.
#[derive(Debug, thiserror::Error)]
pub enum ReadingError {
    /// It is not there, or its UID means another one.
    #[error(
        "the message is not in {folder} any more: it was moved or deleted, or the server numbers the folder anew"
    )]
    Gone {
        /// Where it was.
        folder: Folder,
    },
    /// No answer in time.
    #[error("{mailbox} does not answer within {} s: try again in a while; the health page says how its connection is", LIMIT.as_secs())]
    TooSlow {
        /// Which mailbox.
        mailbox: String,
    },
    /// Its tags are about to be written.
    #[error("{folder}: the tags of this message are being written just now: try again in a moment")]
    BeingWritten {
        /// Which folder.
        folder: Folder,
    },
    /// It cannot be done in this folder.
    #[error("{folder}: {why}")]
    Impossible {
        /// Which folder.
        folder: Folder,
        /// Why, and what to do.
        why: String,
    },
    /// The server said OK and did not do it.
    #[error(
        "{folder}: the server answered OK and did not keep the tag; allow keywords on the server, or set write = \"none\""
    )]
    NotKept {
        /// Which folder.
        folder: Folder,
    },
    /// The mailbox failed.
    #[error(transparent)]
    Mailbox(#[from] mailbox::Error),
    /// The book could not be read or written.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// A task of our own broke.
    #[error(transparent)]
    Broken(#[from] Broken),
}

impl From<LookError> for ReadingError {
    fn from(error: LookError) -> Self {
        match error {
            LookError::Mailbox(error) | LookError::Travel(TravelError::Mailbox(error)) => {
                Self::Mailbox(error)
            }
            LookError::Travel(TravelError::Ledger(error)) => Self::Ledger(error),
            LookError::NoMessage { folder, .. } => Self::Gone { folder },
            LookError::Broken(error) => Self::Broken(error),
        }
    }
}

impl ReadingRoom {
    /// The reading room of an office, with its desks, its book and its doors.
    pub fn new(office: &Office) -> Self {
        let Office { desks, prefix, ledger, clock, posts, doors, .. } = office.clone();
        let place = |post: &crate::Post| {
            (post.account.name.clone(), Arc::new(Place::new(post.clone(), doors.clone())))
        };
        let places = posts.iter().map(place).collect();
        Self { desks, prefix, ledger, clock, places, at_hand: Arc::default() }
    }

    /// Sender and subject of these messages, as far as they can be had soon. What takes longer is at hand the next time.
    pub async fn letterheads(&self, mut keys: Vec<Key>) -> BTreeMap<Key, Letterhead> {
        keys.truncate(MOST);
        let mut missing: BTreeMap<String, Vec<Key>> = BTreeMap::new();
        for key in self.shelf().lacks(&keys, Instant::now()) {
            missing.entry(key.folder.mailbox.clone()).or_default().push(key);
        }
        let fetch = |(mailbox, keys): (String, Vec<Key>)| {
            let (room, place) = (self.clone(), Arc::clone(self.places.get(&mailbox)?));
            Some(tokio::spawn(async move { room.fetch(&place, keys).await }))
        };
        let tasks: Vec<_> = missing.into_iter().filter_map(fetch).collect();
        let all = async {
            for task in tasks {
                // One that broke has brought nothing.
                let _ = task.await;
            }
        };
        // Who is not done by then goes on, for the next time.
        let _ = timeout(PATIENCE, all).await;
        self.shelf().find(&keys, Instant::now())
    }

    /// One message as it is judged now, after what came before it. Goes on to its end where nobody waits for it any
    /// more: a command that is cut off costs the connection.
    ///
    /// # Errors
    /// [`ReadingError`], with what to do.
    pub async fn explain(&self, key: &Key) -> Result<Explained, ReadingError> {
        let (room, key) = (self.clone(), key.clone());
        let explaining = async move {
            let place = room.place(&key)?;
            within(&key, async {
                let mut seat = place.sit().await;
                let mut explained = room.explained(seat.connection().await?, place, &key).await;
                if seat.is_lost() {
                    explained = room.explained(seat.connection().await?, place, &key).await;
                }
                explained
            })
            .await
        };
        tokio::spawn(explaining).await.map_err(|_| Broken)?
    }

    /// Writes the tag of the class that a person chose, takes away the one that was there, and notes that they decided.
    /// Goes on to its end where nobody waits for it any more.
    ///
    /// # Errors
    /// [`ReadingError`], with what to do.
    pub async fn correct(&self, key: Key, class: Class) -> Result<(), ReadingError> {
        let room = self.clone();
        let correcting = async move {
            let place = room.place(&key)?;
            within(&key, async {
                let mut seat = place.sit().await;
                let mut corrected = room.corrected(seat.connection().await?, place, &key, class).await;
                if seat.is_lost() {
                    corrected = room.corrected(seat.connection().await?, place, &key, class).await;
                }
                corrected
            })
            .await
        };
        tokio::spawn(correcting).await.map_err(|_| Broken)?
    }

    async fn explained(
        &self,
        connection: &mut Connection,
        place: &Place,
        key: &Key,
    ) -> Result<Explained, ReadingError> {
        self.known(key)?;
        place.open(connection, key, Access::ReadOnly).await?;
        let desk = self.desks.now();
        let past = Past::new(Remembered::Ledger(Arc::clone(&self.ledger)), &key.folder.mailbox);
        let found = look::one(&desk, connection, key.uid, past, (self.clock)()).await?;
        let (judged, present) = found.ok_or_else(|| gone(key))?;
        let reasons = desk.reasons(&judged);
        Ok(Explained { judged, present, reasons })
    }

    /// Fetches senders and subjects of one mailbox and keeps them at hand.
    async fn fetch(&self, place: &Arc<Place>, keys: Vec<Key>) {
        let Some(first) = keys.first().cloned() else { return };
        let fetched = within(&first, async {
            let mut seat = place.sit().await;
            if seat.rests() {
                return Ok(());
            }
            // Somebody else may have fetched them while this one waited.
            let keys = self.shelf().lacks(&keys, Instant::now());
            let mut fetched = self.gather(seat.connection().await?, place, &keys).await;
            if seat.is_lost() {
                fetched = self.gather(seat.connection().await?, place, &keys).await;
            }
            fetched
        })
        .await;
        if let Err(error) = fetched {
            tracing::debug!(name: "reading.letterheads", mailbox = %first.folder.mailbox, %error);
        }
    }

    async fn gather(
        &self,
        connection: &mut Connection,
        place: &Place,
        keys: &[Key],
    ) -> Result<(), ReadingError> {
        let mut folders: BTreeMap<(&Folder, UidValidity), Vec<&Key>> = BTreeMap::new();
        for key in keys {
            folders.entry((&key.folder, key.validity)).or_default().push(key);
        }
        let mut failed = Ok(());
        for keys in folders.into_values() {
            let read = self.read(connection, place, &keys).await;
            if !connection.is_sound() {
                return read;
            }
            // One folder's failure is not the others'.
            failed = failed.and(read);
        }
        failed
    }

    /// Senders and subjects of messages of one folder.
    async fn read(
        &self,
        connection: &mut Connection,
        place: &Place,
        keys: &[&Key],
    ) -> Result<(), ReadingError> {
        let Some(first) = keys.first() else { return Ok(()) };
        place.open(connection, first, Access::ReadOnly).await?;
        let uids: Vec<_> = keys.iter().map(|key| key.uid).collect();
        let raw = connection.letterheads(&uids).await?;
        let decode = move || raw.iter().map(|raw| (raw.uid, letterhead(raw))).collect::<Vec<_>>();
        let decoded = tokio::task::spawn_blocking(decode).await.map_err(|_| Broken)?;
        let key = |uid| Key { folder: first.folder.clone(), validity: first.validity, uid };
        self.keep(decoded.into_iter().map(|(uid, letterhead)| (key(uid), letterhead)));
        Ok(())
    }

    fn keep(&self, letterheads: impl Iterator<Item = (Key, Letterhead)>) {
        let mut shelf = self.shelf();
        for (key, letterhead) in letterheads {
            shelf.put(key, letterhead, Instant::now());
        }
        if shelf.wants_sweeping() {
            tokio::spawn(shelf::sweep(Arc::downgrade(&self.at_hand)));
        }
    }

    /// Only what the book knows is read and written: the page is no window on the rest of a mailbox.
    fn known(&self, key: &Key) -> Result<Entry, ReadingError> {
        let (uids, now) = (BTreeSet::from([key.uid]), (self.clock)());
        // Work with the ledger waits for the disk: others go on meanwhile.
        let read = || self.ledger.entries(&key.folder, key.validity, &uids, now);
        let mut known = tokio::task::block_in_place(read)?;
        known.remove(&key.uid).ok_or_else(|| gone(key))
    }

    fn place(&self, key: &Key) -> Result<&Arc<Place>, ReadingError> {
        self.places.get(&key.folder.mailbox).ok_or_else(|| gone(key))
    }

    fn shelf(&self) -> MutexGuard<'_, Shelf> {
        self.at_hand.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn gone(key: &Key) -> ReadingError {
    ReadingError::Gone { folder: key.folder.clone() }
}

async fn within<T>(
    key: &Key,
    work: impl Future<Output = Result<T, ReadingError>>,
) -> Result<T, ReadingError> {
    let too_slow = || ReadingError::TooSlow { mailbox: key.folder.mailbox.clone() };
    timeout(LIMIT, work).await.unwrap_or_else(|_| Err(too_slow()))
}

/// A header on which the parser fails is one without sender and subject.
fn letterhead(raw: &RawMessage) -> Letterhead {
    let parse = || {
        let (message, _) = parse::message(&raw.bytes);
        Letterhead {
            from: message.from.as_ref().map(Address::in_full).unwrap_or_default(),
            subject: message.subject,
        }
    };
    let Letterhead { from, subject } = catch_unwind(AssertUnwindSafe(parse)).unwrap_or_default();
    Letterhead { from: cut(&from), subject: cut(&subject) }
}

/// More is not kept at hand: nobody reads so much in a list.
fn cut(text: &str) -> String {
    const LONGEST: usize = 1_000;
    text.chars().take(LONGEST).collect()
}
