//! What came before a mail: looked up in the book, and among the mails that this run has judged already.
//!
//! ```text
//!   ledger (run) ─┐
//!   log (preview) ┼─▶ then the mails judged so far, in the order in which they came ─▶ history of the next
//!   nothing       ┘
//! ```

use std::cell::RefCell;
use std::fmt;
use std::sync::Arc;

use domain::{Class, History};
use jiff::Timestamp;
use store::{Ledger, LedgerError, Mark, Replay, SoFar, Suggestion};

use crate::desk::{Desk, Draft, Judged};

/// Where what came before is written down.
#[derive(Clone)]
pub enum Remembered {
    /// In the daemon's book.
    Ledger(Arc<Ledger>),
    /// In the decision log, read beside the daemon.
    Log(Arc<Replay>),
    /// Nowhere: files have no past but each other.
    Nowhere,
}

/// What came before the mails of one mailbox.
#[derive(Debug)]
pub struct Past {
    book: Remembered,
    mailbox: String,
    so_far: SoFar,
    /// How many it had judged when its batch began.
    before: u64,
    /// Why the book could not be read, where that is so.
    failed: RefCell<Option<LedgerError>>,
}

impl Past {
    /// The past of a mailbox's mails.
    pub fn new(book: Remembered, mailbox: &str) -> Self {
        Self {
            book,
            mailbox: mailbox.to_owned(),
            so_far: SoFar::default(),
            before: 0,
            failed: RefCell::default(),
        }
    }

    /// The past of mails that belong to no mailbox: those judged before them.
    pub fn of_files() -> Self {
        Self::new(Remembered::Nowhere, "")
    }

    /// Judges one mail after all those before it.
    pub fn judge(&mut self, desk: &Desk, mail: &Mail<'_>) -> Judged {
        let draft = desk.draft(mail.bytes, mail.partial, mail.arrived);
        self.decide(desk, draft, mail.fingerprint, mail.arrived, mail.now).0
    }

    /// Decides a mail that was drafted, in the light of all those before it, and remembers it for those after it.
    pub(crate) fn decide(
        &mut self,
        desk: &Desk,
        draft: Draft,
        fingerprint: &str,
        arrived: Timestamp,
        now: Timestamp,
    ) -> (Judged, Suggestion) {
        let mark = draft.mark.clone();
        let history =
            mark.as_ref().map_or_else(History::default, |mark| self.history(fingerprint, mark, now));
        let (judged, suggestion) = desk.judge(draft, history, arrived);
        if let Some(mark) = &mark {
            let application = !judged.decision.unsure && judged.decision.class.best() == Class::Application;
            self.so_far.note(fingerprint, mark, application, now);
        }
        (judged, suggestion)
    }

    fn history(&self, fingerprint: &str, mark: &Mark, now: Timestamp) -> History {
        let mailbox = &self.mailbox;
        match &self.book {
            Remembered::Nowhere => self.so_far.history(fingerprint, mark),
            Remembered::Log(replay) => replay.history(mailbox, fingerprint, mark, &self.so_far),
            Remembered::Ledger(ledger) => {
                let history = ledger.history(mailbox, fingerprint, mark, &self.so_far, now);
                history.unwrap_or_else(|error| {
                    self.failed.borrow_mut().get_or_insert(error);
                    History::default()
                })
            }
        }
    }

    /// For the next batch, while the last one is not written down yet: those before that one are.
    pub(crate) fn turned(mut self) -> Self {
        self.so_far.forget_before(self.before);
        self.before = self.so_far.noted();
        self
    }

    /// Whether the book could be read each time; what was judged without it must not be used.
    ///
    /// # Errors
    /// [`LedgerError`], the first one.
    pub(crate) fn intact(&self) -> Result<(), LedgerError> {
        self.failed.take().map_or(Ok(()), Err)
    }
}

/// A mail as it comes to the desk.
#[derive(Clone, Copy, Debug)]
pub struct Mail<'m> {
    /// Its bytes.
    pub bytes: &'m [u8],
    /// Whether there are more of them.
    pub partial: bool,
    /// When it arrived.
    pub arrived: Timestamp,
    /// Tells it from every other: a [`domain::Fingerprint`] in hex, or where its file lies.
    pub fingerprint: &'m str,
    /// The time.
    pub now: Timestamp,
}

impl fmt::Debug for Remembered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Ledger(_) => "Ledger",
            Self::Log(_) => "Log",
            Self::Nowhere => "Nowhere",
        })
    }
}
