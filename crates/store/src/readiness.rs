//! Whether everything works: a model judges, the ledger can be read, and every mailbox is connected and was looked
//! through. One function, for whoever asks.

use std::collections::BTreeMap;
use std::fmt;

use jiff::Timestamp;

use crate::board::{Board, Connection, Health};
use crate::ledger::Ledger;

/// Why not everything works. It names mailboxes as the configuration does, and nothing else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unready {
    /// No model judges yet.
    Model,
    /// The ledger cannot be read.
    Ledger,
    /// No mailbox is looked after yet.
    Mailboxes,
    /// This mailbox is not connected.
    Disconnected(String),
    /// This mailbox was not looked through yet.
    NotLookedThrough(String),
}

impl fmt::Display for Unready {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Model => f.write_str("no model judges yet"),
            Self::Ledger => f.write_str("the state cannot be read; the log says why"),
            Self::Mailboxes => f.write_str("no mailbox is looked after yet"),
            Self::Disconnected(mailbox) => write!(f, "mailbox {mailbox} is not connected; the log says why"),
            Self::NotLookedThrough(mailbox) => write!(f, "mailbox {mailbox} was not looked through yet"),
        }
    }
}

/// Everything that does not work right now.
pub fn unready(board: &Board, ledger: &Ledger, at: Timestamp) -> Vec<Unready> {
    let mut reasons = unready_by(board);
    if ledger.is_open(at).is_err() {
        reasons.insert(0, Unready::Ledger);
    }
    reasons
}

fn unready_by(board: &Board) -> Vec<Unready> {
    let mut mailboxes: BTreeMap<String, Vec<Health>> = BTreeMap::new();
    for (folder, health) in board.all() {
        mailboxes.entry(folder.mailbox).or_default().push(health);
    }
    let mut reasons = Vec::new();
    if board.model().id.is_empty() {
        reasons.push(Unready::Model);
    }
    if mailboxes.is_empty() {
        reasons.push(Unready::Mailboxes);
    }
    reasons.extend(mailboxes.into_iter().filter_map(|(mailbox, folders)| lack(mailbox, &folders)));
    reasons
}

fn lack(mailbox: String, folders: &[Health]) -> Option<Unready> {
    if folders.iter().any(|health| !health.connection.is_up()) {
        return Some(Unready::Disconnected(mailbox));
    }
    let all = folders.iter().all(|health| health.looked_through);
    (!all).then_some(Unready::NotLookedThrough(mailbox))
}

impl Connection {
    /// Whether there is one right now.
    pub fn is_up(&self) -> bool {
        match self {
            Self::Sorting | Self::Watching => true,
            Self::Connecting | Self::Down { .. } => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use domain::Folder;

    use super::*;
    use crate::board::ModelHealth;

    #[test]
    fn a_house_is_ready_once_every_mailbox_was_looked_through_and_as_long_as_it_is_connected() {
        let (board, at) = (Board::default(), "2026-11-22T08:00:00Z".parse().unwrap());
        let folder = |mailbox: &str| Folder { mailbox: mailbox.into(), name: "INBOX".into() };
        let said = || unready_by(&board).iter().map(ToString::to_string).collect::<Vec<_>>().join(" | ");
        assert_eq!(said(), "no model judges yet | no mailbox is looked after yet");
        board.set_model(ModelHealth { id: "m".into(), ..ModelHealth::default() });
        board.begin([folder("amt"), folder("post")], at);
        let down = |mailbox| format!("mailbox {mailbox} is not connected; the log says why");
        assert_eq!(said(), format!("{} | {}", down("amt"), down("post")));
        board.set(&folder("amt"), Connection::Sorting, at);
        board.set(&folder("post"), Connection::Watching, at);
        assert_eq!(said(), "mailbox amt was not looked through yet");
        board.set(&folder("amt"), Connection::Watching, at);
        assert_eq!(said(), "");
        board.set(&folder("amt"), Connection::Sorting, at);
        assert_eq!(said(), "", "sorting what has just come is no lack");
        board.set(&folder("post"), Connection::Down { sentence: "geheim".into(), again: at }, at);
        assert_eq!(said(), down("post"));
        board.set(&folder("post"), Connection::Connecting, at);
        assert_eq!(said(), down("post"));
    }
}
