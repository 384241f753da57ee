//! Who listens to the stream: how many there may be, and how they are sent home.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

use super::problem::{Kind, Problem};
use crate::Page;

/// Streams that may be open at once, of one token.
const MOST_OF_ONE: usize = 50;

/// Streams that may be open at once, of all.
const MOST_OF_ALL: usize = 500;

/// Streams that are open, by the names of their tokens.
#[derive(Debug, Default)]
pub(super) struct Listeners {
    open: Mutex<BTreeMap<String, usize>>,
    closed: watch::Sender<bool>,
}

impl Listeners {
    /// Sends everybody home.
    pub(super) fn close(&self) {
        self.closed.send_replace(true);
    }

    /// Resolves when everybody is sent home.
    pub(super) fn closing(&self) -> watch::Receiver<bool> {
        self.closed.subscribe()
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, usize>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One open stream; the place is free again when it is dropped.
#[derive(Debug)]
pub(super) struct Seat {
    page: Arc<Page>,
    token: String,
}

impl Seat {
    /// A place for one more listener with this token.
    pub(super) fn take(page: &Arc<Page>, token: &str) -> Result<Self, Problem> {
        let mut open = page.machines.listeners.lock();
        let all: usize = open.values().sum();
        let mine = open.entry(token.to_owned()).or_default();
        if *mine >= MOST_OF_ONE || all >= MOST_OF_ALL {
            let most =
                format!("at most {MOST_OF_ONE} with one token and {MOST_OF_ALL} in all; close some first");
            return Err(Problem::new(Kind::TooManyStreams, most));
        }
        *mine += 1;
        Ok(Self { page: Arc::clone(page), token: token.to_owned() })
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut open = self.page.machines.listeners.lock();
        let left = open.get(&self.token).copied().unwrap_or_default().saturating_sub(1);
        if left == 0 {
            open.remove(&self.token);
        } else {
            open.insert(self.token.clone(), left);
        }
    }
}
