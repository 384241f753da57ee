//! Moving messages into the folder of their class, where the operator chose so: nothing is lost, nothing doubled.
//!
//! ```text
//!   set      MOVE (RFC 6851), else COPY; the folder is made where it is missing
//!   verify   look for each message in the folder of its class, where the server said (COPYUID) or by its
//!            fingerprint; only then remove the original of a copy (UID EXPUNGE, RFC 4315)
//!   crash    what was cut off is looked for in the folder of its class before anything is moved again
//! ```

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use domain::{Class, Label as _, Tag, Uid, UidValidity};
use mailbox::{Access, Connection, Error};
use store::{Key, Outcome};

use crate::batch::{Batch, Case};
use crate::known;
use crate::letters::{BATCH, Caution, Listing};
use crate::post::ClassFolder;
use crate::tags::Tags;

/// The class folders of a watched folder, under their names on the server.
#[derive(Clone, Debug)]
pub(crate) struct Filing {
    pub folders: [ClassFolder; 3],
    pub delimiter: Option<char>,
}

impl Filing {
    pub fn of(&self, class: Class) -> &ClassFolder {
        &self.folders[class.index()]
    }

    pub fn on_server(&self, class: Class) -> String {
        self.of(class).on_server(self.delimiter)
    }
}

/// Moves into class folders.
pub(crate) struct Folders<'c> {
    connection: &'c mut Connection,
    /// The watched folder's name.
    source: &'c str,
    filing: &'c Filing,
    /// What the server said when it refused to move.
    pub refused: Option<String>,
    /// The next UID of each class folder before anything was moved into it.
    before: BTreeMap<Class, Uid>,
    /// Where the server says that it put them.
    told: BTreeMap<Uid, (UidValidity, Uid)>,
}

impl Tags for Folders<'_> {
    async fn set(&mut self, batch: &mut Batch) -> Result<(), Error> {
        for class in Class::ALL {
            let uids = to_move(batch, class);
            if uids.is_empty() {
                continue;
            }
            let target = self.filing.on_server(class);
            let next = next_uid(self.connection, &target).await;
            let Some(next) = self.unless_refused(next)? else { continue };
            self.before.insert(class, next);
            for chunk in uids.chunks(BATCH) {
                let moved = self.move_over(chunk, &target).await;
                self.unless_refused(moved)?;
            }
        }
        Ok(())
    }

    async fn verify(&mut self, batch: &mut Batch) -> Result<(), Error> {
        let mut arrivals = BTreeMap::new();
        for (class, first) in self.before.clone() {
            let found = arrived(self.connection, self.filing, class, first, &batch.folder.mailbox).await?;
            arrivals.insert(class, found);
        }
        self.connection.select(self.source, Access::ReadWrite).await?;
        let here = self.here(batch).await?;
        self.pair(batch, &mut arrivals, &here);
        let kept = self.remove_originals(batch, &here).await?;
        for case in batch.cases.iter_mut().filter(|case| case.is_open()) {
            let (here, class) = (here.contains(&case.uid), class_of(case));
            case.outcome = match (&case.moved, class) {
                (Some(_), _) if kept.contains(&case.uid) => {
                    case.moved = None;
                    Some(Outcome::NotKept)
                }
                (Some(_), Some(class)) => {
                    case.there = vec![Tag::of_class(class)];
                    Some(Outcome::Moved)
                }
                (None, _) if !here => Some(Outcome::Gone),
                (_, None) => Some(Outcome::QueueOnly),
                // It was not moved, twice or with a reason: it is not tried for ever.
                (None, Some(_)) if self.refused.is_some() || case.attempt > 1 => Some(Outcome::NotKept),
                // Nobody said why: its intent stands, and is taken up next time.
                (None, Some(_)) => None,
            };
            case.deferred = case.outcome.is_none();
        }
        Ok(())
    }
}

impl<'c> Folders<'c> {
    pub fn new(connection: &'c mut Connection, source: &'c str, filing: &'c Filing) -> Self {
        Self { connection, source, filing, refused: None, before: BTreeMap::new(), told: BTreeMap::new() }
    }

    async fn move_over(&mut self, uids: &[Uid], target: &str) -> Result<(), Error> {
        let told = if self.connection.server().offers("MOVE") {
            self.connection.move_to(uids, target).await?
        } else {
            // The originals go only once the copies have been seen.
            self.connection.copy_to(uids, target).await?
        };
        self.told.extend(told.into_iter().map(|copied| (copied.from, (copied.validity, copied.to))));
        Ok(())
    }

    /// A refusal that will not pass is noted, and reading back tells what took effect all the same.
    fn unless_refused<T>(&mut self, done: Result<T, Error>) -> Result<Option<T>, Error> {
        match done {
            Ok(value) => Ok(Some(value)),
            Err(error) if error.is_temporary() => Err(error),
            Err(Error::Refused { text, .. }) => {
                self.refused = Some(text);
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    async fn here(&mut self, batch: &Batch) -> Result<BTreeSet<Uid>, Error> {
        let uids: Vec<Uid> = batch.cases.iter().map(|case| case.uid).collect();
        Ok(self.connection.flags(&uids).await?.into_iter().map(|state| state.uid).collect())
    }

    /// Finds each message in the folder of its class: where the server said it is, else by its fingerprint,
    /// those first that are gone from here.
    fn pair(&self, batch: &mut Batch, arrivals: &mut BTreeMap<Class, Arrivals>, here: &BTreeSet<Uid>) {
        let atomic = self.connection.server().offers("MOVE");
        let mut cases: Vec<&mut Case> = batch.cases.iter_mut().filter(|case| case.is_open()).collect();
        cases.sort_by_key(|case| (here.contains(&case.uid), case.uid));
        for case in cases.into_iter().filter(|case| case.moved.is_none()) {
            // A MOVE leaves nothing behind: one that is here was not moved, whatever its like did.
            if atomic && here.contains(&case.uid) {
                continue;
            }
            let Some(found) = class_of(case).and_then(|class| arrivals.get_mut(&class)) else { continue };
            let told = self.told.get(&case.uid).and_then(|(validity, uid)| found.at(*validity, *uid));
            case.moved = told.or_else(|| found.take(&case.fingerprint));
        }
    }

    /// Removes originals whose copies were seen. Says which could not be removed.
    async fn remove_originals(
        &mut self,
        batch: &Batch,
        here: &BTreeSet<Uid>,
    ) -> Result<BTreeSet<Uid>, Error> {
        let doubled = batch.cases.iter().filter(|case| case.moved.is_some() && here.contains(&case.uid));
        let doubled: Vec<Uid> = doubled.map(|case| case.uid).collect();
        if doubled.is_empty() {
            return Ok(BTreeSet::new());
        }
        let removed = self.connection.expunge(&doubled).await;
        self.unless_refused(removed)?;
        let left = self.connection.flags(&doubled).await?;
        Ok(left.into_iter().map(|state| state.uid).collect())
    }
}

/// What lies in a class folder from some UID on.
#[derive(Debug, Default)]
pub(crate) struct Arrivals {
    prints: BTreeMap<String, VecDeque<Key>>,
}

impl Arrivals {
    /// The oldest message of this fingerprint; handed out once.
    pub fn take(&mut self, fingerprint: &str) -> Option<Key> {
        self.prints.get_mut(fingerprint)?.pop_front()
    }

    /// The message at this place, if it is there; it is not handed out again.
    fn at(&mut self, validity: UidValidity, uid: Uid) -> Option<Key> {
        self.prints.values_mut().find_map(|keys| {
            let at = keys.iter().position(|key| key.validity == validity && key.uid == uid)?;
            keys.remove(at)
        })
    }

    /// Forgets messages that are known to be others.
    pub fn without<'k>(mut self, known: impl Iterator<Item = &'k Key>) -> Self {
        known.for_each(|key| drop(self.at(key.validity, key.uid)));
        self
    }
}

fn class_of(case: &Case) -> Option<Class> {
    case.tags().iter().find_map(|tag| tag.class())
}

fn wants(case: &Case, class: Class) -> bool {
    case.is_open() && case.moved.is_none() && class_of(case) == Some(class)
}

fn to_move(batch: &Batch, class: Class) -> Vec<Uid> {
    batch.cases.iter().filter(|case| wants(case, class)).map(|case| case.uid).collect()
}

/// The next UID of a class folder, which is made where it is missing.
async fn next_uid(connection: &mut Connection, target: &str) -> Result<Uid, Error> {
    let status = match connection.status(target).await {
        Err(Error::FolderMissing { .. }) => {
            connection.create(target).await?;
            connection.status(target).await?
        }
        other => other?,
    };
    // A server that does not tell leaves the whole folder to be looked through.
    Ok(status.uid_next.unwrap_or(Uid(1)))
}

/// What lies in a class folder from a UID on. Leaves that folder open.
pub(crate) async fn arrived(
    connection: &mut Connection,
    filing: &Filing,
    class: Class,
    first: Uid,
    mailbox: &str,
) -> Result<Arrivals, Error> {
    let selected = connection.select(&filing.on_server(class), Access::ReadOnly).await?;
    let mut found = Arrivals::default();
    let mut listing = Listing::new(first, selected.uid_next);
    while let Some(listed) = listing.next(connection, &mut Caution::default()).await? {
        for chunk in listed.chunks(BATCH) {
            for (uid, print) in known::fingerprints(connection, chunk).await? {
                let folder =
                    domain::Folder { mailbox: mailbox.to_owned(), name: filing.of(class).name.clone() };
                let key = Key { folder, validity: selected.uid_validity, uid };
                found.prints.entry(print).or_default().push_back(key);
            }
        }
    }
    Ok(found)
}
