//! Each mailbox in a line: what waits there, since when, and how its connection is.

use std::collections::{BTreeMap, BTreeSet};

use domain::Folder;
use form_urlencoded::Serializer;
use jiff::Timestamp;
use store::{Connection, Health};

use super::tallied::Tallied;
use crate::frame::Frame;
use crate::stranger;

/// Longer names are cut.
const NAME: usize = 60;

/// One mailbox.
pub(super) struct MailboxLine {
    pub name: String,
    /// The queue of this mailbox, who waits longest first.
    pub address: String,
    pub waiting: String,
    /// Since when its oldest message waits, and how long that is.
    pub oldest: Option<(String, String)>,
    /// When its newest message arrived.
    pub newest: Option<String>,
    /// Messages that are not sorted yet.
    pub backlog: String,
    pub state: State,
}

/// The worst that is so in any of its folders.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum State {
    /// Nothing is known of it yet.
    Unknown,
    Watching,
    /// It works, and there is something to know.
    Hint,
    Busy,
    Down,
}

impl State {
    fn of(health: &Health) -> Self {
        match health.connection {
            Connection::Down { .. } => Self::Down,
            Connection::Connecting | Connection::Sorting => Self::Busy,
            Connection::Watching if health.warning.is_some() => Self::Hint,
            Connection::Watching => Self::Watching,
        }
    }
}

/// Of every mailbox that is seen, or of which something waits.
pub(super) fn all(frame: &Frame, tallied: &Tallied, board: &BTreeMap<Folder, Health>) -> Vec<MailboxLine> {
    let watched = board.keys().map(|folder| folder.mailbox.as_str());
    let names: BTreeSet<&str> = watched.chain(tallied.mailboxes.keys().map(String::as_str)).collect();
    names.into_iter().map(|name| line(frame, tallied, board, name)).collect()
}

fn line(frame: &Frame, tallied: &Tallied, board: &BTreeMap<Folder, Health>, name: &str) -> MailboxLine {
    let words = frame.words;
    let folders = || board.iter().filter(|(folder, _)| folder.mailbox == name).map(|(_, health)| health);
    let tray = tallied.mailboxes.get(name);
    let since = |at: Timestamp| (words.moment(at), words.waited(at, frame.now));
    MailboxLine {
        name: stranger::shown(name, NAME),
        address: longest_first(name),
        waiting: words.number(tray.map_or(0, |tray| tray.waiting)),
        oldest: tray.and_then(|tray| tray.oldest).map(since),
        newest: folders().filter_map(|health| health.newest).max().map(|at| words.moment(at)),
        backlog: words.number(folders().map(|health| health.backlog).sum()),
        state: folders().map(State::of).max().unwrap_or(State::Unknown),
    }
}

/// The queue of a mailbox, who waits longest first.
pub(super) fn longest_first(mailbox: &str) -> String {
    let mut query = Serializer::new(String::new());
    query.append_pair("postfach", mailbox).append_pair("sortierung", "wartezeit");
    format!("/?{}", query.finish())
}
