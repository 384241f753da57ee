//! What waits in each mailbox, in figures, for metrics.

use std::collections::BTreeMap;

use domain::{MaxAge, Priority};
use jiff::Timestamp;

use crate::ledger::{Ledger, LedgerError};
use crate::waiting::Tray;

/// What waits in one mailbox.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InTray {
    /// By priority as it counts now; without those of which nothing waits.
    pub waiting: BTreeMap<Priority, Standing>,
    /// How many of them could not be judged.
    pub set_aside: u64,
}

/// Messages of one priority.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// How many.
    pub messages: u64,
    /// When the oldest arrived.
    pub oldest: Timestamp,
}

impl InTray {
    fn of(tray: &Tray) -> Self {
        let mut figures = Self::default();
        for (rank, slim) in &tray.order {
            let standing = Standing { messages: 0, oldest: rank.arrived() };
            let standing = figures.waiting.entry(rank.priority()).or_insert(standing);
            standing.messages += 1;
            standing.oldest = standing.oldest.min(rank.arrived());
            figures.set_aside += u64::from(slim.set_aside);
        }
        figures
    }
}

impl Ledger {
    /// What waits in each mailbox of which anything waits, or did.
    ///
    /// # Errors
    /// [`LedgerError`]; nothing has changed then.
    pub fn trays(&self, at: Timestamp, max_age: MaxAge) -> Result<BTreeMap<String, InTray>, LedgerError> {
        self.turned(at, max_age, &|front| {
            Ok(front.waiting.trays().map(|(mailbox, tray)| (mailbox.to_owned(), InTray::of(tray))).collect())
        })
    }

    /// Whether the ledger can be read; an index that was lost is opened anew first.
    ///
    /// # Errors
    /// [`LedgerError`] where it cannot.
    pub fn is_open(&self, at: Timestamp) -> Result<(), LedgerError> {
        self.ahead(at, |_| Ok(()))
    }
}
