//! Moving messages into the folder of their class, where the operator chose so: nothing is lost, nothing doubled.
//!
//! ```text
//!   set      MOVE (RFC 6851), else COPY; the folder is made where it is missing
//!   verify   look for each message by its fingerprint in the folder of its class; only then remove an
//!            original that is still there (UID EXPUNGE, RFC 4315)
//!   crash    what was cut off is looked for in the folder of its class before anything is moved again
//! ```

use std::collections::{BTreeMap, VecDeque};

use domain::{Class, Label as _, ModSeq, Tag, Uid};
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
    pub connection: &'c mut Connection,
    /// The watched folder's name.
    pub source: &'c str,
    pub filing: &'c Filing,
    /// What the server said when it refused to move.
    pub refused: Option<String>,
    /// The next UID of each class folder before anything was moved into it.
    pub before: BTreeMap<Class, Uid>,
}

impl Tags for Folders<'_> {
    async fn set(&mut self, batch: &mut Batch) -> Result<(), Error> {
        for class in Class::ALL {
            let uids = to_move(batch, class);
            if uids.is_empty() {
                continue;
            }
            let target = self.filing.on_server(class);
            let next = next_uid(self.connection, &target).await?;
            self.before.insert(class, next);
            for chunk in uids.chunks(BATCH) {
                match self.move_over(chunk, &target).await {
                    Ok(()) => {}
                    Err(error) if error.is_temporary() => return Err(error),
                    Err(Error::Refused { text, .. }) => self.refused = Some(text),
                    Err(error) => return Err(error),
                }
            }
        }
        Ok(())
    }

    async fn verify(&mut self, batch: &mut Batch) -> Result<(), Error> {
        for class in Class::ALL {
            let Some(first) = self.before.get(&class).copied() else { continue };
            let mut found =
                arrived(self.connection, self.filing, class, first, &batch.folder.mailbox).await?;
            for case in batch.cases.iter_mut().filter(|case| wants(case, class)) {
                case.moved = found.get_mut(&case.fingerprint).and_then(VecDeque::pop_front);
            }
        }
        self.connection.select(self.source, Access::ReadWrite).await?;
        let mut there = self.there(batch).await?;
        let doubled: Vec<Uid> =
            batch.cases.iter().filter(|case| case.moved.is_some()).map(|case| case.uid).collect();
        let doubled: Vec<Uid> = doubled.into_iter().filter(|uid| there.contains_key(uid)).collect();
        if !doubled.is_empty() && self.connection.server().offers("UIDPLUS") {
            self.connection.expunge(&doubled).await?;
            there = self.there(batch).await?;
        }
        let refused = self.refused.is_some();
        for case in batch.cases.iter_mut().filter(|case| case.is_open()) {
            let here = there.contains_key(&case.uid);
            let class = class_of(case);
            case.outcome = match (&case.moved, class, here) {
                (Some(_), Some(class), _) => {
                    case.there = vec![Tag::of_class(class)];
                    Some(Outcome::Moved)
                }
                (None, _, false) => Some(Outcome::Gone),
                (_, None, true) => Some(Outcome::QueueOnly),
                (None, Some(_), true) if refused => Some(Outcome::NotKept),
                // It was not moved and nobody said why: its intent stands, and is taken up next time.
                _ => None,
            };
            case.deferred = case.outcome.is_none();
        }
        Ok(())
    }
}

impl Folders<'_> {
    async fn move_over(&mut self, uids: &[Uid], target: &str) -> Result<(), Error> {
        if self.connection.server().offers("MOVE") {
            self.connection.move_to(uids, target).await?;
        } else {
            // The originals go only once the copies have been seen.
            self.connection.copy_to(uids, target).await?;
        }
        Ok(())
    }

    async fn there(&mut self, batch: &Batch) -> Result<BTreeMap<Uid, Option<ModSeq>>, Error> {
        let uids: Vec<Uid> = batch.cases.iter().map(|case| case.uid).collect();
        let states = self.connection.flags(&uids).await?;
        Ok(states.into_iter().map(|state| (state.uid, state.modseq)).collect())
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

/// What lies in a class folder from a UID on, by fingerprint, oldest first. Leaves that folder open.
pub(crate) async fn arrived(
    connection: &mut Connection,
    filing: &Filing,
    class: Class,
    first: Uid,
    mailbox: &str,
) -> Result<BTreeMap<String, VecDeque<Key>>, Error> {
    let selected = connection.select(&filing.on_server(class), Access::ReadOnly).await?;
    let mut found: BTreeMap<String, VecDeque<Key>> = BTreeMap::new();
    let mut listing = Listing::new(first, selected.uid_next);
    while let Some(listed) = listing.next(connection, &mut Caution::default()).await? {
        for chunk in listed.chunks(BATCH) {
            for (uid, print) in known::fingerprints(connection, chunk).await? {
                let folder =
                    domain::Folder { mailbox: mailbox.to_owned(), name: filing.of(class).name.clone() };
                let key = Key { folder, validity: selected.uid_validity, uid };
                found.entry(print).or_default().push_back(key);
            }
        }
    }
    Ok(found)
}
