//! Attending to one folder, once: take up what was left open, sort what is new, see what people did.
//!
//! ```text
//!   select ─▶ generation ─▶ recover ─▶ catch up: list ─▶ fetch ─▶ judge ─▶ travel ─▶ … ─▶ review
//! ```
//!
//! Everything here may be repeated at any time with the same outcome (invariant 6).

use std::sync::Arc;

use domain::{Folder, ModSeq, Uid};
use jiff::Timestamp;
use mailbox::{Access, Connection, Selected};
use store::{Board, Cursor, Ledger, LedgerError};

use crate::clock::Clock;
use crate::desk::Desk;
use crate::letters::{Broken, Caution};
use crate::post::{WriteBack, WriteMode};
use crate::round::Round;
use crate::tags::TravelError;

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
    /// What broke the connection while it was fetched.
    pub caution: Caution,
    /// What the server did not keep, as long as nobody mended it.
    pub not_kept: Option<String>,
    /// HIGHESTMODSEQ and EXISTS when people's doings were last looked at.
    pub reviewed: Option<(ModSeq, u32)>,
}

impl Attendant {
    /// Once through the folder. Returns how many messages were sorted.
    pub async fn attend(&mut self, connection: &mut Connection) -> Result<usize, AttendError> {
        let selected = connection.select(&self.folder.name, Access::ReadWrite).await?;
        let cursor = self.generation(&selected)?;
        let write = self.write_back(&selected)?;
        self.caution.resume();

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
        let known = self.book(|ledger, now| ledger.cursor(&self.folder, now))?;
        // A bound that the server did not tell falls when the newest message goes: that says nothing.
        let bounded = |cursor: &Cursor| cursor.next <= selected.uid_next || !selected.uid_next_told;
        let sound = known.filter(|cursor| cursor.validity == validity && bounded(cursor));
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
        self.book(|ledger, now| ledger.rebase(&self.folder, validity, now))?;
        Ok(Cursor { validity, next: Uid(1) })
    }

    fn write_back(&self, selected: &Selected) -> Result<WriteBack, AttendError> {
        let write = self.write.in_folder(selected, &self.desk.prefix);
        match &write {
            WriteBack::Impossible(why) => {
                return Err(AttendError::NoKeywords(format!("{}: {why}", self.folder)));
            }
            WriteBack::Fallback(why) => self.warn(why),
            WriteBack::Keywords => self.board.warn(&self.folder, self.not_kept.clone()),
            WriteBack::QueueOnly => self.board.warn(&self.folder, None),
        }
        Ok(write)
    }

    /// Says something once, until it changes.
    pub fn warn(&self, why: &str) {
        let said = self.board.all().get(&self.folder).and_then(|health| health.warning.clone());
        if said.as_deref() != Some(why) {
            tracing::warn!(name: "mailbox.write_back", folder = %self.folder, why);
            self.board.warn(&self.folder, Some(why.to_owned()));
        }
    }

    /// Work with the ledger waits for the disk: other folders' tasks go on meanwhile.
    pub fn book<T>(&self, work: impl FnOnce(&Ledger, Timestamp) -> T) -> T {
        let now = (self.clock)();
        tokio::task::block_in_place(|| work(&self.ledger, now))
    }
}
