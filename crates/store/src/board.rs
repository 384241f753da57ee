//! How each folder's connection is right now: in memory only, for page, metrics and log.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use domain::Folder;
use jiff::Timestamp;
use tokio::sync::watch;

/// How a folder's connection is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Connection {
    /// On its way to the server.
    Connecting,
    /// Working through what waits.
    Sorting,
    /// Everything is sorted; waiting for news.
    Watching,
    /// Lost; tried again at the time given. The sentence says why and what to do.
    Down {
        /// For the operator, without content.
        sentence: String,
        /// When it is tried again.
        again: Timestamp,
    },
}

/// What is known of a folder right now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Health {
    /// Its connection.
    pub connection: Connection,
    /// Since when.
    pub since: Timestamp,
    /// Something an operator should know although it works, e.g. that no tags are kept.
    pub warning: Option<String>,
    /// Messages sorted since the program started.
    pub sorted: u64,
    /// About how many waited to be sorted when it was last looked at; never less than they were.
    pub backlog: u64,
}

/// What is known of the model in use right now.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ModelHealth {
    /// The model in use.
    pub id: String,
    /// Why it writes no tags, where that is so.
    pub shadow: Option<String>,
    /// Why another one, that was promoted, is not in use; and what to do.
    pub refused: Option<String>,
}

/// The health of every folder, and of the model.
#[derive(Debug, Default)]
pub struct Board {
    folders: Mutex<BTreeMap<Folder, Health>>,
    model: Mutex<ModelHealth>,
    changes: watch::Sender<u64>,
}

impl Board {
    /// Notes how a folder's connection is now.
    pub fn set(&self, folder: &Folder, connection: Connection, at: Timestamp) {
        let mut folders = self.lock();
        let health = folders.entry(folder.clone()).or_insert_with(|| Health {
            connection: connection.clone(),
            since: at,
            warning: None,
            sorted: 0,
            backlog: 0,
        });
        if health.connection != connection {
            health.connection = connection;
            health.since = at;
        }
        drop(folders);
        self.tell();
    }

    /// Notes what an operator should know of a folder, or that it no longer holds.
    pub fn warn(&self, folder: &Folder, warning: Option<String>) {
        if let Some(health) = self.lock().get_mut(folder) {
            health.warning = warning;
        }
        self.tell();
    }

    /// Notes how many messages may wait to be sorted.
    pub fn backlog(&self, folder: &Folder, messages: u64) {
        if let Some(health) = self.lock().get_mut(folder) {
            health.backlog = messages;
        }
    }

    /// Counts sorted messages.
    pub fn sorted(&self, folder: &Folder, messages: usize) {
        if let Some(health) = self.lock().get_mut(folder) {
            health.sorted += messages as u64;
        }
    }

    /// Notes how the model in use is.
    pub fn set_model(&self, model: ModelHealth) {
        *self.model.lock().unwrap_or_else(PoisonError::into_inner) = model;
        self.tell();
    }

    /// A number that grows with every change of a connection, a warning or the model.
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }

    fn tell(&self) {
        self.changes.send_modify(|number| *number += 1);
    }

    /// How the model in use is.
    pub fn model(&self) -> ModelHealth {
        self.model.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Everything, by folder.
    pub fn all(&self) -> BTreeMap<Folder, Health> {
        self.lock().clone()
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<Folder, Health>> {
        self.folders.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
