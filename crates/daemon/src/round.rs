//! One time through a selected folder: sort what is new.
//!
//! ```text
//!   list ─▶ known by its fingerprint? ─▶ taken over
//!            │ no
//!            ├▶ tags of ours? ─▶ noted as seen
//!            └▶ fetch ─▶ judge ─▶ travel (intend, tag, verify, settle) ─▶ … ─▶ review
//! ```
//!
//! A batch is judged while the one before it travels and the one after it is fetched, so that neither the server nor the
//! desk waits for the other:
//!
//! ```text
//!   line   fetch 1 │ fetch 2 │ travel 1 │ fetch 3 │ travel 2 │ …
//!   desk           │ judge 1 │ judge 2 ───────────│ judge 3 …
//! ```

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use domain::{Tag, Uid, UidValidity};
use mailbox::{Access, Connection, Flags, Summary};
use store::{LedgerError, Marking, Outcome, Tagged};
use tokio::task::JoinHandle;
use tokio::time::Instant;

use crate::attend::{AttendError, Attendant, NotKept, Role};
use crate::batch::{Batch, Case, ours};
use crate::filing::{Filing, Folders};
use crate::journey::travel;
use crate::known::{Known, Strangers};
use crate::letters::{self, BATCH, Fetched, Listing};
use crate::past::{Past, Remembered};
use crate::tags::{Flagged, Keywords, Ledgered, QueueOnly};

/// How suggestions get into the folder of a round.
#[derive(Clone, Debug)]
pub(crate) enum Writing {
    Keywords,
    Folders(Filing),
    Flagged,
    QueueOnly,
    /// Nothing is judged here: what lies here was sorted elsewhere, or by people.
    Nothing,
}

impl Writing {
    /// As the board shows it; nothing where nothing is judged.
    pub fn marking(&self) -> Option<Marking> {
        match self {
            Self::Keywords => Some(Marking::Keywords),
            Self::Folders(_) => Some(Marking::Folders),
            Self::Flagged => Some(Marking::Flagged),
            Self::QueueOnly => Some(Marking::QueueOnly),
            Self::Nothing => None,
        }
    }
}

/// A batch as it was fetched.
struct Bundle {
    summaries: Vec<Summary>,
    fetched: BTreeMap<Uid, Fetched>,
}

/// A batch that is being judged.
struct OnDesk {
    judging: JoinHandle<Result<(Vec<Case>, Past), letters::Broken>>,
    /// Everything below this is decided once the batch is settled.
    advance: Option<Uid>,
}

/// One time through a selected folder.
pub(crate) struct Round<'r> {
    pub attendant: &'r mut Attendant,
    pub connection: &'r mut Connection,
    pub write: Writing,
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
        while let Some(mut listed) = listing.next(self.connection, &mut self.attendant.caution).await? {
            let waiting = u64::from(next.0.saturating_sub(first.0)).saturating_sub(sorted as u64);
            let newest = listed.iter().filter_map(|summary| summary.arrived).max();
            self.attendant.board.backlog(&folder, waiting);
            self.attendant.board.arrived(&folder, newest);
            listed.retain(|summary| !known.contains(&summary.uid));
            sorted += self.sort(listed).await?;
        }
        if first < next {
            self.attendant.book(|ledger, now| ledger.settle(&folder, validity, &[], Some(next), now))?;
        }
        self.attendant.board.backlog(&folder, 0);
        Ok(sorted)
    }

    /// Sorts listed messages: known ones are taken over, those with our tags are only noted, the rest goes
    /// on its journey in batches.
    async fn sort(&mut self, listed: Vec<Summary>) -> Result<usize, AttendError> {
        let Strangers { tagged, fresh } = self.strangers(listed).await?;
        self.note_seen(&tagged)?;
        let mut rest = VecDeque::from(fresh);
        let (mut sorted, mut on_desk, mut past) = (0, None, None);
        loop {
            let bundle = self.fetch_next(&mut rest, on_desk.is_some()).await?;
            let mut judged = None;
            if let Some(on_desk) = on_desk.take() {
                let (batch, its_past) = self.taken_from(on_desk).await?;
                (judged, past) = (Some(batch), Some(its_past.turned()));
            }
            if bundle.is_none() && judged.is_none() {
                return Ok(sorted);
            }
            on_desk = bundle.map(|bundle| self.lay_on_desk(bundle, past.take()));
            if let Some(batch) = judged {
                sorted += self.travel(batch).await?;
            }
        }
    }

    /// Fetches the next batch; none where nothing is left, or where the next one may break the connection and
    /// another one would be lost with it.
    async fn fetch_next(
        &mut self,
        rest: &mut VecDeque<Summary>,
        is_another_on_desk: bool,
    ) -> Result<Option<Bundle>, AttendError> {
        let Some(first) = rest.front().map(|summary| summary.uid) else { return Ok(None) };
        let Attendant { caution, octets, .. } = &*self.attendant;
        if is_another_on_desk && caution.is_suspicious(first) {
            return Ok(None);
        }
        // Two batches are in memory at once.
        let summaries = letters::next_batch(rest, caution.most(first, BATCH), octets / 2);
        let fetched = self.fetch(first, &summaries).await?;
        Ok(Some(Bundle { summaries, fetched }))
    }

    /// Has a batch judged, while the line is free for others.
    fn lay_on_desk(&self, bundle: Bundle, past: Option<Past>) -> OnDesk {
        let Attendant { desks, clock, ledger, folder, .. } = &*self.attendant;
        let book = || Past::new(Remembered::Ledger(Arc::clone(ledger)), &folder.mailbox);
        let past = past.unwrap_or_else(book);
        let Bundle { summaries, fetched } = bundle;
        let advance = summaries.last().map(|summary| Uid(summary.uid.0.saturating_add(1)));
        // The whole batch by one model, whatever is promoted meanwhile.
        let (desk, now) = (desks.now(), clock());
        let judging = async move { letters::judge(&desk, past, summaries, fetched, now).await };
        OnDesk { judging: tokio::spawn(judging), advance }
    }

    /// The judged batch, and what it adds to the past.
    async fn taken_from(&mut self, on_desk: OnDesk) -> Result<(Batch, Past), AttendError> {
        let (cases, past) = on_desk.judging.await.map_err(|_| letters::Broken)??;
        past.intact()?;
        let (folder, validity) = (self.attendant.folder.clone(), self.validity);
        Ok((Batch { folder, validity, cases, advance: on_desk.advance }, past))
    }

    /// The folder's next UID after messages were moved from it; none came unheard otherwise.
    pub async fn next_after_filing(&mut self) -> Result<Uid, AttendError> {
        if !matches!(self.write, Writing::Folders(_)) {
            return Ok(Uid(0));
        }
        Ok(self.connection.select(&self.attendant.folder.name, Access::ReadWrite).await?.uid_next)
    }

    fn note_seen(&self, tagged: &[(Summary, Known)]) -> Result<(), LedgerError> {
        let now = (self.attendant.clock)();
        let note = |(summary, known): &(Summary, Known)| Tagged {
            uid: summary.uid,
            fingerprint: known.fingerprint.clone(),
            arrived: summary.arrived.unwrap_or(now),
            tags: self.tags_of(&summary.flags),
            thread: known.thread.clone(),
        };
        let notes: Vec<Tagged> = tagged.iter().map(note).collect();
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
            caution.give_up();
            return Ok(BTreeMap::from([(first, Fetched::Nothing("unfetchable"))]));
        }
        let reading = caution.reading(first);
        caution.begin(first, summaries.last().map_or(first, |summary| summary.uid), summaries.len());
        let fetched = letters::fetch(self.connection, summaries, reading).await?;
        caution.fetched();
        Ok(fetched)
    }

    /// The shell's part of the journey, with the tags that this folder can keep.
    pub async fn travel(&mut self, mut batch: Batch) -> Result<usize, AttendError> {
        batch.keep_shadows_unwritten();
        let Attendant { ledger, folder, board, prefix, clock, .. } = &*self.attendant;
        let books = Ledgered { ledger, at: clock() };
        let connection = &mut *self.connection;
        let (batch, refused) = match &self.write {
            Writing::Keywords => {
                let mut tags = Keywords { connection, prefix, refused: None };
                (travel(batch, &books, &mut tags).await?, tags.refused)
            }
            Writing::Folders(filing) => {
                let source = &folder.name;
                let mut tags = Folders::new(connection, source, filing);
                (travel(batch, &books, &mut tags).await?, tags.refused)
            }
            Writing::Flagged => (travel(batch, &books, &mut Flagged { connection }).await?, None),
            Writing::QueueOnly | Writing::Nothing => (travel(batch, &books, &mut QueueOnly).await?, None),
        };
        board.sorted(folder, batch.cases.len());
        board.settled(folder, &batch.settled(), clock());
        self.note_not_kept(&batch, refused.as_deref());
        let set_aside = batch.cases.iter().filter(|case| case.set_aside.is_some()).count();
        let messages = batch.cases.len();
        tracing::debug!(name: "journey.settled", folder = %batch.folder, messages, set_aside);
        Ok(messages)
    }

    fn note_not_kept(&mut self, batch: &Batch, refused: Option<&str>) {
        let lost = |case: &&Case| case.outcome == Some(Outcome::NotKept);
        let count = batch.cases.iter().filter(lost).count();
        let kept_any = batch.cases.iter().any(|case| !case.there.is_empty());
        if count == 0 {
            // It keeps them again: nothing need be said any more.
            self.attendant.not_kept = self.attendant.not_kept.take().filter(|_| !kept_any);
            return;
        }
        let why = match (refused, &self.write) {
            (Some(text), Writing::Keywords) => format!(
                "the server refused a keyword ({text}): it may have reached its limit of keywords in this folder \
                 (Cyrus keeps 100 for ever, Dovecot's maildir 26); remove unused ones. \
                 The queue shows the messages that carry no tag; they are tagged once the server allows it"
            ),
            (Some(text), _) => format!(
                "the server refused to move messages ({text}): mend its rights or quota. The queue shows them"
            ),
            (None, _) => "the server answered OK and did not keep tags: allow keywords on the server, \
                 or set write = \"none\". The queue shows the messages that carry none"
                .to_owned(),
        };
        let nothing = (refused.is_none() && !kept_any && count > 1).then(Instant::now);
        tracing::warn!(name: "mailbox.not_kept", folder = %self.attendant.folder, messages = count);
        self.attendant.warn(&why);
        self.attendant.not_kept = Some(NotKept { why, nothing });
    }

    /// What a message's flags, or the folder it lies in, say of it.
    pub fn tags_of(&self, flags: &Flags) -> Vec<Tag> {
        match &self.attendant.role {
            Role::Watched(_) => ours(&self.attendant.prefix, flags),
            Role::Class(folder) => vec![Tag::of_class(folder.class)],
        }
    }
}
