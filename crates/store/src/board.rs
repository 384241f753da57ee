//! How each folder's connection is right now: in memory only, for page, metrics and log.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use domain::Folder;
use jiff::Timestamp;
use tokio::sync::watch;

use crate::drift::Drift;
use crate::speed::{Settled, Sorted};

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

/// Capabilities of a server that change how well a mailbox is looked after (RFC 3501 and its extensions).
pub const CAPABILITIES: [&str; 6] = ["IDLE", "NOTIFY", "CONDSTORE", "QRESYNC", "MOVE", "UIDPLUS"];

/// A server, as it said of itself when it was last reached.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ServerHealth {
    /// Its host and port, as configured.
    pub host: String,
    /// What it calls itself, where it does (RFC 2971).
    pub name: Option<String>,
    /// Which of [`CAPABILITIES`] it offers.
    pub offers: BTreeSet<&'static str>,
}

/// How suggestions get into a folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Marking {
    /// As keywords: they stick.
    Keywords,
    /// Messages are moved into the folder of their class.
    Folders,
    /// `\Flagged` stands for high priority.
    Flagged,
    /// Not at all: the queue alone shows them.
    QueueOnly,
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
    /// When the newest message that it is known to hold arrived.
    pub newest: Option<Timestamp>,
    /// Its server, once it was reached.
    pub server: Option<ServerHealth>,
    /// How suggestions get into it, once it was opened.
    pub marking: Option<Marking>,
    /// How often it had to be connected again since the program started.
    pub reconnects: u64,
    /// It is down, and nothing gets better before somebody does something.
    pub needs_help: bool,
    /// Everything in it was looked through once since the program started.
    pub looked_through: bool,
}

impl Health {
    /// Of a folder of which nothing else is known yet.
    pub fn new(connection: Connection, since: Timestamp) -> Self {
        Self {
            connection,
            since,
            warning: None,
            sorted: 0,
            backlog: 0,
            newest: None,
            server: None,
            marking: None,
            reconnects: 0,
            needs_help: false,
            looked_through: false,
        }
    }
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
    /// When the program began.
    begun: OnceLock<Timestamp>,
    /// By mailbox.
    sorted: Mutex<BTreeMap<String, Sorted>>,
    drift: Mutex<Vec<Drift>>,
    changes: watch::Sender<u64>,
}

impl Board {
    /// Begins: these folders are to be looked after.
    pub fn begin(&self, folders: impl IntoIterator<Item = Folder>, at: Timestamp) {
        let _ = self.begun.set(at);
        for folder in folders {
            self.settled(&folder, &[], at);
            self.set(&folder, Connection::Connecting, at);
        }
    }

    /// Notes how a folder's connection is now.
    pub fn set(&self, folder: &Folder, connection: Connection, at: Timestamp) {
        let mut folders = self.lock();
        let health = folders.entry(folder.clone()).or_insert_with(|| Health::new(connection.clone(), at));
        // Only what was attended to without a failure is watched.
        health.looked_through |= connection == Connection::Watching;
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

    /// Notes that the folder's server was reached, and what it said of itself.
    pub fn reached(&self, folder: &Folder, server: ServerHealth) {
        if let Some(health) = self.lock().get_mut(folder) {
            health.reconnects += u64::from(health.server.is_some());
            health.server = Some(server);
            health.needs_help = false;
        }
    }

    /// Notes how suggestions get into the folder.
    pub fn mark(&self, folder: &Folder, marking: Marking) {
        if let Some(health) = self.lock().get_mut(folder) {
            health.marking = Some(marking);
        }
    }

    /// Notes when a message arrived that lies in the folder.
    pub fn arrived(&self, folder: &Folder, at: Option<Timestamp>) {
        if let Some(health) = self.lock().get_mut(folder) {
            health.newest = health.newest.max(at);
        }
    }

    /// Notes whether the folder stays down until somebody does something.
    pub fn ask_for_help(&self, folder: &Folder, needed: bool) {
        if let Some(health) = self.lock().get_mut(folder) {
            health.needs_help = needed;
        }
    }

    /// Notes how many messages may wait to be sorted; [`Board::sorted`] takes its messages off.
    pub fn backlog(&self, folder: &Folder, messages: u64) {
        if let Some(health) = self.lock().get_mut(folder) {
            health.backlog = messages;
        }
    }

    /// Counts sorted messages.
    pub fn sorted(&self, folder: &Folder, messages: usize) {
        if let Some(health) = self.lock().get_mut(folder) {
            health.sorted += messages as u64;
            health.backlog = health.backlog.saturating_sub(messages as u64);
        }
    }

    /// Counts messages that were judged for the first time, and times them.
    pub fn settled(&self, folder: &Folder, messages: &[Settled], now: Timestamp) {
        let mut sorted = self.sorted.lock().unwrap_or_else(PoisonError::into_inner);
        let sorted = sorted.entry(folder.mailbox.clone()).or_default();
        for message in messages {
            sorted.add(message, self.begun.get().copied(), now);
        }
    }

    /// What was sorted since the program started, by mailbox.
    pub fn all_sorted(&self) -> BTreeMap<String, Sorted> {
        self.sorted.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Notes what was found out about drift.
    pub fn set_drift(&self, drift: Vec<Drift>) {
        *self.drift.lock().unwrap_or_else(PoisonError::into_inner) = drift;
        self.tell();
    }

    /// What was found out about drift last; nothing before the first look.
    pub fn drift(&self) -> Vec<Drift> {
        self.drift.lock().unwrap_or_else(PoisonError::into_inner).clone()
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
