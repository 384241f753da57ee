//! Each mailbox's server: where it is, what it calls itself, and what it can do; for operators.

use std::collections::{BTreeMap, BTreeSet};

use domain::Folder;
use store::{CAPABILITIES, Health, ServerHealth};

use crate::stranger;
use crate::words::Language;

/// Longer names are cut.
const NAME: usize = 60;

/// One server, as it is to some mailboxes.
pub(super) struct ServerLine {
    pub mailboxes: Vec<String>,
    pub host: String,
    pub name: Option<String>,
    /// Each capability that matters, and whether it is offered.
    pub offers: Vec<(&'static str, bool)>,
    /// What the missing ones cost.
    pub misses: Vec<String>,
}

/// Servers that were reached; mailboxes for which one said the same stand together.
pub(super) fn all(board: &BTreeMap<Folder, Health>, words: Language) -> Vec<ServerLine> {
    let mut lines: Vec<(&ServerHealth, BTreeSet<&str>)> = Vec::new();
    for (folder, health) in board {
        let Some(server) = &health.server else { continue };
        match lines.iter_mut().find(|(known, _)| *known == server) {
            Some((_, mailboxes)) => mailboxes.extend([folder.mailbox.as_str()]),
            None => lines.push((server, BTreeSet::from([folder.mailbox.as_str()]))),
        }
    }
    let line = |(server, mailboxes): (&ServerHealth, BTreeSet<&str>)| ServerLine {
        mailboxes: mailboxes.into_iter().map(|name| stranger::shown(name, NAME)).collect(),
        host: stranger::shown(&server.host, 2 * NAME),
        name: server.name.as_ref().map(|name| stranger::shown(name, NAME)),
        offers: CAPABILITIES.map(|capability| (capability, server.offers.contains(capability))).to_vec(),
        misses: misses(server, words),
    };
    lines.into_iter().map(line).collect()
}

/// What it costs that something is missing; nothing is lost by any of it.
fn misses(server: &ServerHealth, words: Language) -> Vec<String> {
    let offers = |capability| server.offers.contains(capability);
    let costs = [
        (offers("IDLE"), "misses-idle"),
        (offers("NOTIFY"), "misses-notify"),
        (offers("CONDSTORE") || offers("QRESYNC"), "misses-condstore"),
        (offers("MOVE") || offers("UIDPLUS"), "misses-move"),
    ];
    costs.into_iter().filter(|(offered, _)| !offered).map(|(_, name)| words.say(name)).collect()
}
