//! What every page has around it: title, navigation, the time it tells, who made it.

use jiff::Timestamp;
use store::ModelHealth;

use crate::{Page, german};

/// Where in the navigation a page stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// What waits.
    Queue,
    /// How Langhals is.
    Health,
    /// Neither.
    Elsewhere,
}

/// What every page has around it.
#[derive(Clone, Debug)]
pub(crate) struct Frame {
    pub(crate) place: Place,
    /// When the page was made.
    pub(crate) now: Timestamp,
    pub(crate) version: &'static str,
    pub(crate) model: ModelHealth,
}

impl Frame {
    pub(crate) fn new(page: &Page, place: Place, now: Timestamp) -> Self {
        Self { place, now, version: page.version, model: page.board.model() }
    }

    pub(crate) fn is_queue(&self) -> bool {
        self.place == Place::Queue
    }

    pub(crate) fn is_health(&self) -> bool {
        self.place == Place::Health
    }

    pub(crate) fn time(&self) -> String {
        german::moment(self.now)
    }
}
