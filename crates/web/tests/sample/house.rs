//! What the board knows of a house: its servers, what they offer, what came last.

use std::collections::BTreeSet;

use domain::Folder;
use jiff::SignedDuration;
use langhals_web::Page;
use store::{CAPABILITIES, Connection, Marking, ServerHealth};

use super::{folder, now};

/// A server that offers this, and calls itself so.
pub fn server(host: &str, name: Option<&str>, offers: &[&str]) -> ServerHealth {
    let offers = CAPABILITIES.into_iter().filter(|capability| offers.contains(capability));
    ServerHealth {
        host: host.to_owned(),
        name: name.map(str::to_owned),
        offers: offers.collect::<BTreeSet<_>>(),
    }
}

/// What the daemon would have noted of the folders that are on the board.
pub fn furnish(page: &Page) {
    let dovecot = server("imap.amt.example:993", Some("Dovecot 2.4"), &CAPABILITIES);
    let plain = server("mail.stadt.example:143", None, &["IDLE", "UIDPLUS"]);
    for (at, (folder, health)) in page.board.all().into_iter().enumerate() {
        page.board.reached(&folder, if folder.mailbox == "bauamt" { plain.clone() } else { dovecot.clone() });
        if folder.mailbox == "sozialamt" {
            page.board.reached(&folder, dovecot.clone());
        }
        let marking = if health.warning.is_some() { Marking::QueueOnly } else { Marking::Keywords };
        page.board.mark(&folder, marking);
        page.board.arrived(&folder, Some(now() - SignedDuration::from_mins(7 + 53 * at as i64)));
        if health.connection == Connection::Sorting {
            page.board.backlog(&folder, 1_240);
        }
    }
}

/// Many mailboxes.
pub fn street(mailboxes: u32) -> Vec<Folder> {
    (1..=mailboxes).map(|number| folder(&format!("amt-{number:02}"), "INBOX")).collect()
}
