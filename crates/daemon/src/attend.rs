//! Attending to one folder, once: take up what was left open, sort what is new, see what people did.
//!
//! ```text
//!   select ─▶ generation ─▶ recover ─▶ catch up: list ─▶ fetch ─▶ judge ─▶ travel ─▶ … ─▶ review
//! ```
//!
//! Everything here may be repeated at any time with the same outcome (invariant 6).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use domain::{Folder, ModSeq, Tag, Uid, UidValidity};
use jiff::Timestamp;
use mailbox::{Access, Connection, Flags, Selected, Summary};
use store::{Board, Closing, Cursor, Ledger, LedgerError, Pending};

use crate::batch::{Batch, Case, ours, unread_fingerprint};
use crate::clock::Clock;
use crate::desk::Desk;
use crate::journey::travel;
use crate::letters::{self, BATCH, Broken, Listing};
use crate::post::{WriteBack, WriteMode};
use crate::tags::{Keywords, Ledgered, QueueOnly, TravelError};

/// Why a folder could not be attended to.
#[derive(Debug, thiserror::Error)]
pub enum AttendError {
    /// The mailbox failed.
    #[error(transparent)]
    Mailbox(#[from] mailbox::Error),
    /// The book could not be written or read.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// The operator wants keywords and the folder keeps none.
    #[error("{0}")]
    NoKeywords(String),
    /// A task of our own broke.
    #[error(transparent)]
    Broken(#[from] Broken),
}

impl From<TravelError> for AttendError {
    fn from(error: TravelError) -> Self {
        match error {
            TravelError::Ledger(error) => Self::Ledger(error),
            TravelError::Mailbox(error) => Self::Mailbox(error),
        }
    }
}

impl AttendError {
    /// Whether trying again may help without anybody doing something.
    pub fn is_temporary(&self) -> bool {
        match self {
            Self::Mailbox(error) => error.is_temporary(),
            Self::Ledger(_) | Self::Broken(_) => true,
            Self::NoKeywords(_) => false,
        }
    }
}

/// What is needed to attend to a folder.
#[derive(Clone, Debug)]
pub(crate) struct Attendant {
    pub folder: Folder,
    pub write: WriteMode,
    pub desk: Arc<Desk>,
    pub ledger: Arc<Ledger>,
    pub board: Arc<Board>,
    pub clock: Clock,
    /// HIGHESTMODSEQ and EXISTS when people's doings were last looked at.
    pub reviewed: Option<(ModSeq, u32)>,
}

impl Attendant {
    /// Once through the folder. Returns how many messages were sorted.
    pub async fn attend(&mut self, connection: &mut Connection) -> Result<usize, AttendError> {
        let selected = connection.select(&self.folder.name, Access::ReadWrite).await?;
        let cursor = self.generation(&selected)?;
        let write = self.write_back(&selected)?;

        let mut round = Round { attendant: self, connection, write, validity: selected.uid_validity };
        let recovered = round.recover().await?;
        let sorted = round.catch_up(cursor.next, selected.uid_next).await?;
        let state = selected.highest_modseq.map(|modseq| (modseq, selected.exists));
        if recovered + sorted > 0 || state.is_none() || state != round.attendant.reviewed {
            round.review().await?;
        }
        self.reviewed = state;
        Ok(recovered + sorted)
    }

    /// The folder's cursor in its present generation; a new generation starts at the beginning,
    /// where messages that carry our tags are only noted.
    fn generation(&self, selected: &Selected) -> Result<Cursor, LedgerError> {
        let validity = selected.uid_validity;
        let known = self.ledger.cursor(&self.folder, self.now())?;
        let sound = known.filter(|cursor| cursor.validity == validity && cursor.next <= selected.uid_next);
        if let Some(cursor) = sound {
            return Ok(cursor);
        }
        if let Some(cursor) = known {
            tracing::warn!(
                name: "mailbox.rebased", folder = %self.folder,
                validity_before = cursor.validity.0, validity_now = validity.0,
                next_before = cursor.next.0, next_now = selected.uid_next.0,
                "the server numbers this folder anew: it is looked through again, nothing is tagged twice"
            );
        }
        self.ledger.rebase(&self.folder, validity, self.now())?;
        Ok(Cursor { validity, next: Uid(1) })
    }

    fn write_back(&self, selected: &Selected) -> Result<WriteBack, AttendError> {
        let write = self.write.in_folder(selected, &self.desk.prefix);
        match &write {
            WriteBack::Impossible(why) => {
                return Err(AttendError::NoKeywords(format!("{}: {why}", self.folder)));
            }
            WriteBack::Fallback(why) => self.warn(why),
            WriteBack::Keywords | WriteBack::QueueOnly => self.board.warn(&self.folder, None),
        }
        Ok(write)
    }

    /// Says something once, until it changes.
    fn warn(&self, why: &str) {
        let said = self.board.all().get(&self.folder).and_then(|health| health.warning.clone());
        if said.as_deref() != Some(why) {
            tracing::warn!(name: "mailbox.write_back", folder = %self.folder, why);
            self.board.warn(&self.folder, Some(why.to_owned()));
        }
    }

    fn now(&self) -> Timestamp {
        (self.clock)()
    }
}

/// One time through a selected folder.
struct Round<'r> {
    attendant: &'r Attendant,
    connection: &'r mut Connection,
    write: WriteBack,
    validity: UidValidity,
}

impl Round<'_> {
    /// Finds out what became of intents that were cut off, and carries them to their end.
    async fn recover(&mut self) -> Result<usize, AttendError> {
        let Attendant { ledger, folder, .. } = self.attendant;
        let pending = ledger.pending(folder, self.validity, self.attendant.now())?;
        let resumed = pending.len();
        let mut pending = pending.into_iter().peekable();
        while pending.peek().is_some() {
            let chunk: Vec<Pending> = pending.by_ref().take(BATCH).collect();
            let batch = self.resumed(chunk).await?;
            self.travel(batch).await?;
        }
        if resumed > 0 {
            tracing::info!(name: "mailbox.recovered", folder = %folder, messages = resumed, "took up what was cut off");
        }
        Ok(resumed)
    }

    /// An intent whose message has none of our tags and was changed since counts as undone by a person
    /// only after a second attempt: the first may have been cut off before it took effect.
    async fn resumed(&mut self, pending: Vec<Pending>) -> Result<Batch, AttendError> {
        let uids: Vec<Uid> = pending.iter().map(|pending| pending.uid).collect();
        let states = self.connection.flags(&uids).await?;
        let now: BTreeMap<Uid, _> = states.into_iter().map(|state| (state.uid, state)).collect();
        let prefix = &self.attendant.desk.prefix;
        let mut cases = Vec::with_capacity(pending.len());
        for pending in pending {
            let state = now.get(&pending.uid);
            let tags = state.map(|state| ours(prefix, &state.flags)).unwrap_or_default();
            let touched = state.is_some_and(|state| state.modseq > pending.modseq && state.modseq.is_some());
            let undone = touched && tags.is_empty() && !matches!(self.write, WriteBack::QueueOnly);
            let given_up = undone && pending.attempt > 1;
            let attempt = if undone { 2 } else { pending.attempt };
            let modseq = state.and_then(|state| state.modseq).or(pending.modseq);
            let mut case = Case::resumed(Pending { modseq, ..pending }, attempt);
            let theirs = tags.iter().any(|tag| tag.settles_class() && !case.tags().contains(tag));
            if theirs || given_up {
                case.outcome = Some(store::Outcome::Person);
            }
            cases.push(case);
        }
        Ok(Batch { folder: self.attendant.folder.clone(), validity: self.validity, cases, advance: None })
    }

    /// Sorts everything from `first` up to the folder's next UID.
    async fn catch_up(&mut self, first: Uid, next: Uid) -> Result<usize, AttendError> {
        let Attendant { ledger, folder, board, .. } = self.attendant;
        let known = ledger.known(folder, self.validity, first, self.attendant.now())?;
        let mut sorted = 0;
        let mut listing = Listing::new(first, next);
        while let Some(mut listed) = listing.next(self.connection).await? {
            board.backlog(folder, u64::from(next.0 - first.0) - sorted as u64);
            listed.retain(|summary| !known.contains(&summary.uid));
            sorted += self.sort(listed).await?;
        }
        if first < next {
            ledger.settle(folder, self.validity, &[], Some(next), self.attendant.now())?;
        }
        board.backlog(folder, 0);
        Ok(sorted)
    }

    /// Sorts listed messages: those with our tags are only noted, the rest goes on its journey in batches.
    async fn sort(&mut self, listed: Vec<Summary>) -> Result<usize, AttendError> {
        let (tagged, fresh): (Vec<Summary>, Vec<Summary>) =
            listed.into_iter().partition(|summary| !self.tags_of(&summary.flags).is_empty());
        self.note_seen(&tagged)?;
        let mut sorted = 0;
        for summaries in letters::batches(fresh) {
            let advance = summaries.last().map(|summary| Uid(summary.uid.0.saturating_add(1)));
            let raw = letters::fetch(self.connection, &summaries).await?;
            let Attendant { desk, folder, clock, .. } = self.attendant;
            let cases = letters::judge(desk, summaries, raw, clock()).await?;
            let folder = folder.clone();
            let batch = Batch { folder, validity: self.validity, cases, advance };
            sorted += self.travel(batch).await?;
        }
        Ok(sorted)
    }

    fn note_seen(&self, tagged: &[Summary]) -> Result<(), LedgerError> {
        let Attendant { ledger, folder, .. } = self.attendant;
        let now = self.attendant.now();
        let note = |summary: &Summary| {
            let arrived = summary.arrived.unwrap_or(now);
            (summary.uid, unread_fingerprint(summary), arrived, self.tags_of(&summary.flags))
        };
        ledger.seen(folder, self.validity, &tagged.iter().map(note).collect::<Vec<_>>(), now)
    }

    async fn travel(&mut self, batch: Batch) -> Result<usize, AttendError> {
        let Attendant { ledger, folder, board, desk, .. } = self.attendant;
        let books = Ledgered { ledger, at: self.attendant.now() };
        let batch = match self.write {
            WriteBack::Keywords => {
                let mut tags =
                    Keywords { connection: &mut *self.connection, prefix: &desk.prefix, refused: None };
                let batch = travel(batch, &books, &mut tags).await?;
                let refused = tags.refused;
                self.note_not_kept(&batch, refused.as_deref());
                batch
            }
            WriteBack::QueueOnly | WriteBack::Fallback(_) | WriteBack::Impossible(_) => {
                travel(batch, &books, &mut QueueOnly).await?
            }
        };
        board.sorted(folder, batch.cases.len());
        let set_aside = batch.cases.iter().filter(|case| case.set_aside.is_some()).count();
        tracing::debug!(name: "journey.settled", folder = %folder, messages = batch.cases.len(), set_aside);
        Ok(batch.cases.len())
    }

    fn note_not_kept(&self, batch: &Batch, refused: Option<&str>) {
        let lost = batch.cases.iter().filter(|case| case.outcome == Some(store::Outcome::NotKept)).count();
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
    }

    /// Sees what people did with known messages: answered, deleted or moved ones leave the queue.
    async fn review(&mut self) -> Result<(), AttendError> {
        let Attendant { ledger, folder, .. } = self.attendant;
        let known: BTreeSet<Uid> = ledger.known(folder, self.validity, Uid(0), self.attendant.now())?;
        let mut present = BTreeMap::new();
        for chunk in known.iter().copied().collect::<Vec<_>>().chunks(BATCH) {
            for state in self.connection.flags(chunk).await? {
                present.insert(state.uid, closing(&state.flags));
            }
        }
        ledger.observe(folder, self.validity, &present, self.attendant.now())?;
        Ok(())
    }

    fn tags_of(&self, flags: &Flags) -> Vec<Tag> {
        ours(&self.attendant.desk.prefix, flags)
    }
}

fn closing(flags: &Flags) -> Option<Closing> {
    if flags.contains("\\Deleted") {
        Some(Closing::Gone)
    } else if flags.contains("\\Answered") {
        Some(Closing::Answered)
    } else {
        None
    }
}
