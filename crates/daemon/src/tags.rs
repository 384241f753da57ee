//! Who writes tags and who keeps the book: the real ones, and those of a dry run on the same path.
//!
//! ```text
//!   set      one STORE for all messages of a batch that get the same tags, where nobody changed them since they were listed
//!   verify   read every message's flags back; an OK alone proves nothing
//! ```

use std::collections::BTreeMap;

use domain::{ModSeq, Tag, TagPrefix, Uid};
use jiff::Timestamp;
use mailbox::{Connection, FlagState};
use store::{Ledger, LedgerError, Outcome};

use crate::batch::{Batch, ours};

/// How often a class tag is tried again because somebody touched the message meanwhile.
const MEANWHILE_ATTEMPTS: usize = 5;

/// Why a batch could not travel to its end. Its intents stay and are taken up again.
#[derive(Debug, thiserror::Error)]
pub enum TravelError {
    /// The book could not be written.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// The mailbox failed.
    #[error(transparent)]
    Mailbox(#[from] mailbox::Error),
}

/// Writes tags on messages and reads them back.
pub(crate) trait Tags {
    /// Sets the batch's tags; cases that a person has decided meanwhile are left to them.
    fn set(&mut self, batch: &mut Batch) -> impl Future<Output = Result<(), mailbox::Error>> + Send;

    /// Finds out what became of every case still open.
    fn verify(&mut self, batch: &mut Batch) -> impl Future<Output = Result<(), mailbox::Error>> + Send;
}

/// Keeps the book: intents before anything is written, outcomes after they were read back.
pub(crate) trait Books {
    fn intend(&self, batch: &Batch) -> Result<(), LedgerError>;
    fn settle(&self, batch: &Batch) -> Result<(), LedgerError>;
}

/// Keywords in a mailbox.
pub(crate) struct Keywords<'c> {
    pub connection: &'c mut Connection,
    pub prefix: &'c TagPrefix,
    /// What the server said when it refused a keyword.
    pub refused: Option<String>,
}

impl Tags for Keywords<'_> {
    async fn set(&mut self, batch: &mut Batch) -> Result<(), mailbox::Error> {
        for (tags, uids) in batch.by_tags() {
            self.set_together(batch, &tags, uids).await?;
        }
        Ok(())
    }

    async fn verify(&mut self, batch: &mut Batch) -> Result<(), mailbox::Error> {
        let uids: Vec<Uid> = batch.cases.iter().filter(|case| !case.deferred).map(|case| case.uid).collect();
        let now = self.tags_now(&uids).await?;
        for case in batch.cases.iter_mut().filter(|case| !case.deferred) {
            let wanted = case.tags();
            let tags = now.get(&case.uid).map(|(tags, _)| tags.as_slice());
            let outcome = tags.map_or(Outcome::Gone, |tags| read_back(&wanted, tags));
            case.outcome.get_or_insert(outcome);
            case.there =
                wanted.into_iter().filter(|tag| tags.is_some_and(|there| there.contains(tag))).collect();
        }
        Ok(())
    }
}

impl Keywords<'_> {
    /// Sets tags on messages unless somebody changed them since they were listed (RFC 7162, UNCHANGEDSINCE).
    /// Where the change was no class tag, it is tried again on what the message is now.
    async fn set_together(
        &mut self,
        batch: &mut Batch,
        tags: &[Tag],
        mut uids: Vec<Uid>,
    ) -> Result<(), mailbox::Error> {
        let mut since = batch.listed_at();
        for _ in 0..MEANWHILE_ATTEMPTS {
            let changed = self.store(batch, tags, &uids, since).await?;
            if changed.is_empty() {
                return Ok(());
            }
            let now = self.tags_now(&changed).await?;
            let decided =
                |uid: &Uid| now.get(uid).is_some_and(|(tags, _)| tags.iter().any(|tag| tag.settles_class()));
            let (theirs, again): (Vec<Uid>, Vec<Uid>) = changed.into_iter().partition(decided);
            batch.decide(&theirs, Outcome::Person);
            since = again.iter().filter_map(|uid| now.get(uid)?.1).max();
            uids = again;
        }
        // Somebody touches these messages all the time: their intents stand and are taken up next time.
        batch.defer(&uids);
        Ok(())
    }

    /// One STORE, or as many as a server with a limit wants. Returns what was left alone because
    /// it had changed. Where a keyword of several is refused, the others are set without it.
    async fn store(
        &mut self,
        batch: &mut Batch,
        tags: &[Tag],
        uids: &[Uid],
        since: Option<ModSeq>,
    ) -> Result<Vec<Uid>, mailbox::Error> {
        let keywords: Vec<String> = tags.iter().map(|tag| self.prefix.keyword(*tag)).collect();
        let keywords: Vec<&str> = keywords.iter().map(String::as_str).collect();
        let mut left = uids.to_vec();
        let mut modified = Vec::new();
        while !left.is_empty() {
            let stored = match self.connection.add_keywords(&left, &keywords, since).await {
                Ok(stored) => stored,
                // What will pass is tried again from the intents; else reading back tells what took effect.
                Err(error) if error.is_temporary() => return Err(error),
                Err(mailbox::Error::Refused { .. }) if tags.len() > 1 => {
                    modified.extend(self.store_singly(batch, tags, &left, since).await?);
                    break;
                }
                Err(mailbox::Error::Refused { text, .. }) => {
                    self.refused = Some(text);
                    break;
                }
                Err(error) => return Err(error),
            };
            modified.extend(stored.modified);
            if !stored.incomplete {
                break;
            }
            let lacking = self.lacking(tags, &left, &modified).await?;
            if lacking.len() == left.len() {
                batch.defer(&lacking);
                break;
            }
            left = lacking;
        }
        Ok(modified)
    }

    /// Each tag by a STORE of its own, the class first and alone guarded: our own change would meet the guard of the next.
    async fn store_singly(
        &mut self,
        batch: &mut Batch,
        tags: &[Tag],
        uids: &[Uid],
        since: Option<ModSeq>,
    ) -> Result<Vec<Uid>, mailbox::Error> {
        let (mut since, mut modified) = (since, Vec::new());
        let mut left = uids.to_vec();
        for tag in tags {
            modified.extend(Box::pin(self.store(batch, &[*tag], &left, since)).await?);
            left.retain(|uid| !modified.contains(uid));
            since = None;
        }
        Ok(modified)
    }

    /// Which of `uids` are there and lack one of the tags, `except` those known to have changed.
    async fn lacking(
        &mut self,
        tags: &[Tag],
        uids: &[Uid],
        except: &[Uid],
    ) -> Result<Vec<Uid>, mailbox::Error> {
        let now = self.tags_now(uids).await?;
        let lacks = |(uid, (there, _)): (Uid, (Vec<Tag>, Option<ModSeq>))| {
            let lacks = tags.iter().any(|tag| !there.contains(tag));
            (lacks && !except.contains(&uid)).then_some(uid)
        };
        Ok(now.into_iter().filter_map(lacks).collect())
    }

    async fn tags_now(
        &mut self,
        uids: &[Uid],
    ) -> Result<BTreeMap<Uid, (Vec<Tag>, Option<ModSeq>)>, mailbox::Error> {
        let states = self.connection.flags(uids).await?;
        let tags = |state: FlagState| (state.uid, (ours(self.prefix, &state.flags), state.modseq));
        Ok(states.into_iter().map(tags).collect())
    }
}

/// What the tags that are there say about those that were wanted.
fn read_back(wanted: &[Tag], there: &[Tag]) -> Outcome {
    let class_wanted = wanted.iter().find(|tag| tag.settles_class());
    if wanted.iter().all(|tag| there.contains(tag)) {
        Outcome::Applied
    } else if there.iter().any(|tag| tag.settles_class() && Some(tag) != class_wanted) {
        Outcome::Person
    } else {
        Outcome::NotKept
    }
}

/// No tags: the queue alone shows what is suggested.
pub(crate) struct QueueOnly;

impl Tags for QueueOnly {
    async fn set(&mut self, _: &mut Batch) -> Result<(), mailbox::Error> {
        Ok(())
    }

    async fn verify(&mut self, batch: &mut Batch) -> Result<(), mailbox::Error> {
        let open = batch.open();
        batch.decide(&open, Outcome::QueueOnly);
        Ok(())
    }
}

/// `\Flagged` on what is of high priority, for mailboxes that keep no keywords.
pub(crate) struct Flagged<'c> {
    pub connection: &'c mut Connection,
}

impl Tags for Flagged<'_> {
    async fn set(&mut self, batch: &mut Batch) -> Result<(), mailbox::Error> {
        let urgent = batch.wanting(Tag::Hoch);
        match self.connection.add_keywords(&urgent, &[FLAGGED], None).await {
            // Reading back tells what took effect.
            Err(error @ mailbox::Error::Refused { .. }) if !error.is_temporary() => Ok(()),
            other => other.map(drop),
        }
    }

    async fn verify(&mut self, batch: &mut Batch) -> Result<(), mailbox::Error> {
        let states = self.connection.flags(&batch.open()).await?;
        let now: BTreeMap<Uid, bool> =
            states.into_iter().map(|state| (state.uid, state.flags.contains(FLAGGED))).collect();
        for case in batch.cases.iter_mut().filter(|case| case.is_open()) {
            let urgent = case.tags().contains(&Tag::Hoch);
            case.outcome = Some(match now.get(&case.uid) {
                None => Outcome::Gone,
                Some(true) if urgent => Outcome::Flagged,
                Some(false) if urgent => Outcome::NotKept,
                Some(_) => Outcome::QueueOnly,
            });
        }
        Ok(())
    }
}

const FLAGGED: &str = "\\Flagged";

/// The ledger at a moment in time.
pub(crate) struct Ledgered<'l> {
    pub ledger: &'l Ledger,
    pub at: Timestamp,
}

impl Books for Ledgered<'_> {
    fn intend(&self, batch: &Batch) -> Result<(), LedgerError> {
        let intents = batch.intents();
        tokio::task::block_in_place(|| self.ledger.intend(&batch.folder, batch.validity, &intents, self.at))
    }

    fn settle(&self, batch: &Batch) -> Result<(), LedgerError> {
        let settlements = batch.settlements();
        let settle =
            || self.ledger.settle(&batch.folder, batch.validity, &settlements, batch.advance, self.at);
        tokio::task::block_in_place(settle)
    }
}

/// A dry run: nothing is written, neither in the mailbox nor in the book.
pub(crate) struct Nothing;

impl Books for Nothing {
    fn intend(&self, _: &Batch) -> Result<(), LedgerError> {
        Ok(())
    }

    fn settle(&self, _: &Batch) -> Result<(), LedgerError> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(wanted: &[Tag], there: &[Tag], outcome: Outcome) {
        assert_eq!(read_back(wanted, there), outcome);
    }

    #[test]
    fn reading_back_tells_applied_from_not_kept_from_a_persons_tag() {
        use Tag::{Antrag, Frist, Hoch, Rueckfrage, Unsicher};
        check(&[Antrag, Hoch], &[Hoch, Antrag], Outcome::Applied);
        check(&[Antrag], &[Antrag, Rueckfrage], Outcome::Applied);
        check(&[Antrag, Hoch], &[Antrag], Outcome::NotKept);
        check(&[Antrag], &[], Outcome::NotKept);
        check(&[Antrag], &[Rueckfrage], Outcome::Person);
        check(&[Unsicher, Frist], &[Antrag, Frist], Outcome::Person);
    }
}
