//! The ledger's front: what readers of the queue are told, beside whoever writes. They never wait for an fsync.
//!
//! ```text
//!   append   log (fsync) ─▶ index ─▶ what waits       the front is locked for the last step alone
//!   look     what waits ─▶ entries of the rows shown  under the front's lock; the books are not touched
//! ```

use std::collections::BTreeSet;
use std::sync::{Arc, PoisonError, RwLockReadGuard, RwLockWriteGuard};

use domain::{Folder, MaxAge, Uid, UidValidity};
use jiff::Timestamp;

use crate::berlin::day;
use crate::entry::{Entry, Key};
use crate::index::{Index, IndexError, Touched};
use crate::ledger::{Ledger, LedgerError};
use crate::look::{Extract, Query};
use crate::queue::Row;
use crate::references::ReferenceKey;
use crate::waiting::Waiting;

/// What readers look at. It is there as long as the index is sound.
#[derive(Debug)]
pub(crate) struct Front {
    index: Arc<Index>,
    pub waiting: Waiting,
}

impl Front {
    fn look(
        &self,
        query: &Query,
        key: Option<&ReferenceKey>,
        at: Timestamp,
        max_age: MaxAge,
    ) -> Result<Extract, IndexError> {
        let found = query.find(&self.waiting, key, day(at));
        let entries = self.index.attempt(|index| {
            found.keys.iter().map(|key| index.entry(key)).collect::<Result<Vec<Option<Entry>>, _>>()
        })?;
        let rows = found.keys.into_iter().zip(entries);
        // The index is written first: what has just left it waits in memory for a moment more.
        let rows = rows.filter_map(|(key, entry)| Some((key, entry.filter(Entry::waits)?)));
        let rows = rows.map(|(key, entry)| Row::new(key, entry, at, max_age)).collect();
        Ok(Extract { rows, matching: found.matching, counts: found.counts })
    }

    /// What is known of the messages of a folder that an intent is open for.
    pub(crate) fn open(
        &self,
        folder: &Folder,
        validity: UidValidity,
    ) -> Result<Vec<(Uid, Entry)>, IndexError> {
        let keys = self.waiting.open(folder, validity);
        self.index.attempt(|index| {
            let entry = |key: &Key| Ok(index.entry(key)?.map(|entry| (key.uid, entry)));
            keys.iter().filter_map(|key| entry(key).transpose()).collect()
        })
    }
}

impl Ledger {
    /// One page of what waits, with the counts beside it. Costs what it shows, however much waits: without filters
    /// only the page is read; with filters, or sorted otherwise, each message's slim record is looked at once.
    ///
    /// # Errors
    /// [`LedgerError`]; nothing has changed then.
    pub fn look(&self, query: &Query, at: Timestamp, max_age: MaxAge) -> Result<Extract, LedgerError> {
        let key = query.reference.as_ref().and_then(|_| self.reference_key());
        self.turned(at, max_age, &|front| front.look(query, key, at, max_age))
    }

    /// Where the messages of one such page lie, from memory alone: to find a place again among all that waits.
    ///
    /// # Errors
    /// [`LedgerError`]; nothing has changed then.
    pub fn places(&self, query: &Query, at: Timestamp, max_age: MaxAge) -> Result<Vec<Key>, LedgerError> {
        let key = query.reference.as_ref().and_then(|_| self.reference_key());
        self.turned(at, max_age, &|front| Ok(query.find(&front.waiting, key, day(at)).keys))
    }

    /// What is known of one message, whether it waits or not.
    ///
    /// # Errors
    /// [`LedgerError`]; nothing has changed then.
    pub fn entry(&self, key: &Key, at: Timestamp) -> Result<Option<Entry>, LedgerError> {
        self.ahead(at, |front| front.index.attempt(|index| index.entry(key)))
    }

    /// What waits and could not be judged, who arrived first first, at most so many.
    ///
    /// # Errors
    /// [`LedgerError`]; nothing has changed then.
    pub fn set_aside(
        &self,
        allowed: Option<&BTreeSet<String>>,
        most: usize,
        at: Timestamp,
        max_age: MaxAge,
    ) -> Result<Vec<Row>, LedgerError> {
        self.ahead(at, |front| {
            let may_see = |mailbox: &str| allowed.is_none_or(|allowed| allowed.contains(mailbox));
            let trays = front.waiting.trays().filter(|(mailbox, _)| may_see(mailbox));
            let ranks = trays.flat_map(|(_, tray)| &tray.order).filter(|(_, slim)| slim.set_aside);
            let mut keys: Vec<(Timestamp, Key)> =
                ranks.map(|(rank, _)| (rank.arrived(), rank.key())).collect();
            keys.sort();
            keys.truncate(most);
            let rows = front.index.attempt(|index| {
                let row = |(_, key): &(Timestamp, Key)| {
                    let entry = index.entry(key)?.filter(Entry::waits);
                    Ok(entry.map(|entry| Row::new(key.clone(), entry, at, max_age)))
                };
                keys.iter().map(row).collect::<Result<Vec<Option<Row>>, _>>()
            })?;
            Ok(rows.into_iter().flatten().collect())
        })
    }

    /// Reads from the front in the order of a moment: what has waited too long since the last look is brought to
    /// its place first. Where that fails, the index is opened anew, once.
    pub(crate) fn turned<T>(
        &self,
        at: Timestamp,
        max_age: MaxAge,
        read: &dyn Fn(&Front) -> Result<T, IndexError>,
    ) -> Result<T, LedgerError> {
        let is_turned = |front: &Front| front.waiting.is_turned_to(at, max_age);
        let as_it_is = |front: &Front| is_turned(front).then(|| read(front)).transpose();
        if let Some(value) = self.ahead(at, as_it_is)? {
            return Ok(value);
        }
        let turn = |front: &mut Front| {
            front.waiting.turn_to(at, max_age);
            read(front)
        };
        let failed = match self.front_mut().as_mut().map(turn) {
            Some(Ok(value)) => return Ok(value),
            Some(Err(error)) => Some(error),
            None => None,
        };
        self.reopen(failed.as_ref(), at)?;
        let turned = self.front_mut().as_mut().map(turn);
        Ok(turned.unwrap_or_else(|| Err(lost()))?)
    }

    /// Reads from the front; where it is not there, or fails, the index is opened anew first.
    pub(crate) fn ahead<T>(
        &self,
        at: Timestamp,
        mut read: impl FnMut(&Front) -> Result<T, IndexError>,
    ) -> Result<T, LedgerError> {
        let failed = match self.front().as_ref().map(&mut read) {
            Some(Ok(value)) => return Ok(value),
            Some(Err(error)) => Some(error),
            None => None,
        };
        self.reopen(failed.as_ref(), at)?;
        let read = self.front().as_ref().map(read);
        Ok(read.unwrap_or_else(|| Err(lost()))?)
    }

    fn reopen(&self, failed: Option<&IndexError>, at: Timestamp) -> Result<(), LedgerError> {
        let mut books = self.lock();
        if let Some(error) = failed {
            self.distrust(&mut books, error);
        }
        self.followed(&mut books, at).map(drop)
    }

    /// Fills the front from an index that was opened.
    pub(crate) fn fill(&self, index: &Arc<Index>) -> Result<(), IndexError> {
        let mut waiting = Waiting::default();
        index.attempt(|index| index.entries(&mut |key, entry| waiting.put(&key, Some(&entry))))?;
        *self.front_mut() = Some(Front { index: Arc::clone(index), waiting });
        Ok(())
    }

    /// What was folded into the index.
    pub(crate) fn update(&self, touched: &Touched) {
        if let Some(front) = self.front_mut().as_mut() {
            for (key, entry) in touched {
                front.waiting.put(key, entry.as_ref());
            }
        }
    }

    /// Nothing is told until the index is opened again.
    pub(crate) fn empty(&self) {
        *self.front_mut() = None;
    }

    fn front(&self) -> RwLockReadGuard<'_, Option<Front>> {
        self.front.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn front_mut(&self) -> RwLockWriteGuard<'_, Option<Front>> {
        self.front.write().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Another one has let go of the index since it was opened.
fn lost() -> IndexError {
    IndexError::Damaged { path: std::path::PathBuf::new(), how: "is not open".to_owned() }
}
