//! One time through a selected folder: sort what is new, see what people did.
//!
//! ```text
//!   list ─▶ tags of ours? ─▶ noted as seen
//!            │ no
//!            └▶ fetch ─▶ judge ─▶ travel (intend, tag, verify, settle) ─▶ next batch … ─▶ review
//! ```

use std::collections::{BTreeMap, VecDeque};

use domain::{Tag, Uid, UidValidity};
use mailbox::{Connection, Flags, Summary};
use store::{Closing, LedgerError, Outcome};

use crate::attend::{AttendError, Attendant};
use crate::batch::{Batch, ours, unread_fingerprint};
use crate::journey::travel;
use crate::letters::{self, BATCH, Fetched, Listing};
use crate::post::WriteBack;
use crate::tags::{Keywords, Ledgered, QueueOnly};

/// One time through a selected folder.
pub(crate) struct Round<'r> {
    pub attendant: &'r mut Attendant,
    pub connection: &'r mut Connection,
    pub write: WriteBack,
    pub validity: UidValidity,
}

impl Round<'_> {
    /// Sorts everything from `first` up to the folder's next UID.
    pub async fn catch_up(&mut self, first: Uid, next: Uid) -> Result<usize, AttendError> {
        let validity = self.validity;
        let folder = self.attendant.folder.clone();
        let known = self.attendant.book(|ledger, now| ledger.known(&folder, validity, first, now))?;
        let mut sorted = 0;
        let mut listing = Listing::new(first, next);
        while let Some(mut listed) = listing.next(self.connection).await? {
            let waiting = u64::from(next.0.saturating_sub(first.0)).saturating_sub(sorted as u64);
            self.attendant.board.backlog(&folder, waiting);
            listed.retain(|summary| !known.contains(&summary.uid));
            sorted += self.sort(listed).await?;
        }
        if first < next {
            self.attendant.book(|ledger, now| ledger.settle(&folder, validity, &[], Some(next), now))?;
        }
        self.attendant.board.backlog(&folder, 0);
        Ok(sorted)
    }

    /// Sorts listed messages: those with our tags are only noted, the rest goes on its journey in batches.
    async fn sort(&mut self, listed: Vec<Summary>) -> Result<usize, AttendError> {
        let (tagged, fresh): (Vec<Summary>, Vec<Summary>) =
            listed.into_iter().partition(|summary| !self.tags_of(&summary.flags).is_empty());
        self.note_seen(&tagged)?;
        let mut rest = VecDeque::from(fresh);
        let mut sorted = 0;
        while let Some(first) = rest.front().map(|summary| summary.uid) {
            let summaries = letters::next_batch(&mut rest, self.attendant.caution.size(first));
            let advance = summaries.last().map(|summary| Uid(summary.uid.0.saturating_add(1)));
            let fetched = self.fetch(first, &summaries).await?;
            let Attendant { desk, folder, clock, .. } = &*self.attendant;
            let cases = letters::judge(desk, summaries, fetched, clock()).await?;
            let batch = Batch { folder: folder.clone(), validity: self.validity, cases, advance };
            sorted += self.travel(batch).await?;
        }
        Ok(sorted)
    }

    fn note_seen(&self, tagged: &[Summary]) -> Result<(), LedgerError> {
        let now = (self.attendant.clock)();
        let note = |summary: &Summary| {
            let arrived = summary.arrived.unwrap_or(now);
            (summary.uid, unread_fingerprint(summary), arrived, self.tags_of(&summary.flags))
        };
        let notes: Vec<_> = tagged.iter().map(note).collect();
        self.attendant.book(|ledger, now| ledger.seen(&self.attendant.folder, self.validity, &notes, now))
    }

    /// Fetches a batch, and remembers it as under way: should it break the connection, the next round
    /// tries less at once, until the mail that does so is found and set aside.
    async fn fetch(
        &mut self,
        first: Uid,
        summaries: &[Summary],
    ) -> Result<BTreeMap<Uid, Fetched>, AttendError> {
        let Attendant { caution, folder, .. } = &mut *self.attendant;
        if caution.is_given_up(first) {
            tracing::error!(
                name: "mailbox.set_aside", folder = %folder, uid = first.0,
                "a message broke the connection each time it was fetched: it is set aside as \"Bitte sichten\"; look at it in the mail client"
            );
            return Ok(BTreeMap::from([(first, Fetched::Nothing("unfetchable"))]));
        }
        caution.begin(summaries.last().map_or(first, |summary| summary.uid), summaries.len());
        let fetched = letters::fetch(self.connection, summaries).await?;
        caution.done();
        Ok(fetched)
    }

    /// The shell's part of the journey, with the tags that this folder can keep.
    pub async fn travel(&mut self, batch: Batch) -> Result<usize, AttendError> {
        let Attendant { ledger, folder, board, desk, clock, .. } = &*self.attendant;
        let books = Ledgered { ledger, at: clock() };
        let batch = match self.write {
            WriteBack::Keywords => {
                let connection = &mut *self.connection;
                let mut tags = Keywords { connection, prefix: &desk.prefix, refused: None };
                let batch = travel(batch, &books, &mut tags).await?;
                let refused = tags.refused;
                board.sorted(folder, batch.cases.len());
                self.note_not_kept(&batch, refused.as_deref());
                batch
            }
            WriteBack::QueueOnly | WriteBack::Fallback(_) | WriteBack::Impossible(_) => {
                let batch = travel(batch, &books, &mut QueueOnly).await?;
                board.sorted(folder, batch.cases.len());
                batch
            }
        };
        let set_aside = batch.cases.iter().filter(|case| case.set_aside.is_some()).count();
        let messages = batch.cases.len();
        tracing::debug!(name: "journey.settled", folder = %batch.folder, messages, set_aside);
        Ok(messages)
    }

    fn note_not_kept(&mut self, batch: &Batch, refused: Option<&str>) {
        let lost = batch.cases.iter().filter(|case| case.outcome == Some(Outcome::NotKept)).count();
        if lost == 0 {
            return;
        }
        let why = match refused {
            Some(text) => format!(
                "the server refused a keyword ({text}): it may have reached its limit of keywords; remove unused ones. \
                 The queue shows {lost} messages that carry no tag"
            ),
            None => format!(
                "the server answered OK and did not keep the tags of {lost} messages: allow keywords on the server, \
                 or set write = \"none\". The queue shows them"
            ),
        };
        self.attendant.warn(&why);
        self.attendant.not_kept = Some(why);
    }

    /// Sees what people did with known messages: answered, deleted or moved ones leave the queue.
    pub async fn review(&mut self) -> Result<(), AttendError> {
        let (folder, validity) = (self.attendant.folder.clone(), self.validity);
        let known = self.attendant.book(|ledger, now| ledger.known(&folder, validity, Uid(0), now))?;
        let mut present = BTreeMap::new();
        for chunk in known.into_iter().collect::<Vec<_>>().chunks(BATCH) {
            for state in self.connection.flags(chunk).await? {
                present.insert(state.uid, closing(&state.flags));
            }
        }
        self.attendant.book(|ledger, now| ledger.observe(&folder, validity, &present, now))?;
        Ok(())
    }

    fn tags_of(&self, flags: &Flags) -> Vec<Tag> {
        ours(&self.attendant.desk.prefix, flags)
    }
}

fn closing(flags: &Flags) -> Option<Closing> {
    if flags.contains("\\Deleted") {
        Some(Closing::Deleted)
    } else if flags.contains("\\Answered") {
        Some(Closing::Answered)
    } else {
        None
    }
}
