//! What the board knows of a house: its servers, what they offer, what came last.

use std::collections::BTreeSet;

use domain::{Class, Folder, Lesson, Priority, Tag, Uid};
use jiff::{SignedDuration, Timestamp};
use langhals_web::Page;
use store::{CAPABILITIES, Closing, Connection, Finding, Intent, Marking, ServerHealth};

use super::{VALIDITY, folder, intent, now};

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
    for (at, (folder, health)) in (0..).zip(page.board.all()) {
        page.board.reached(&folder, if folder.mailbox == "bauamt" { plain.clone() } else { dovecot.clone() });
        if folder.mailbox == "sozialamt" {
            page.board.reached(&folder, dovecot.clone());
        }
        let marking = if health.warning.is_some() { Marking::QueueOnly } else { Marking::Keywords };
        page.board.mark(&folder, marking);
        page.board.arrived(&folder, Some(now() - SignedDuration::from_mins(7 + 53 * at)));
        if health.connection == Connection::Sorting {
            page.board.backlog(&folder, 1_240);
        }
    }
}

/// Many mailboxes.
pub fn street(mailboxes: u32) -> Vec<Folder> {
    (1..=mailboxes).map(|number| folder(&format!("amt-{number:02}"), "INBOX")).collect()
}

/// What came and was dealt with in the weeks before, and what people decided otherwise then.
pub fn weeks_before(page: &Page, folders: &[Folder]) {
    for day in (2..84_u32).rev() {
        let at = now() - SignedDuration::from_hours(24 * i64::from(day));
        let weekend = [0, 6].contains(&(day % 7));
        let count = if weekend { 3 } else { 11 + day * 7 % 9 };
        let folder = &folders[day as usize % folders.len()];
        let intents: Vec<Intent> = (0..count).map(|number| before(day, number, at)).collect();
        page.ledger.intend(folder, VALIDITY, &intents, at).unwrap();
        let findings: Vec<(Uid, Finding)> = intents
            .iter()
            .enumerate()
            .flat_map(|(number, intent)| decided(number + day as usize).map(|finding| (intent.uid, finding)))
            .collect();
        page.ledger.record(folder, VALIDITY, &findings, None, at).unwrap();
    }
}

fn before(day: u32, number: u32, at: Timestamp) -> Intent {
    let arrived = at - SignedDuration::from_mins(i64::from(number) * 11);
    Intent { arrived, set_aside: None, ..intent(5_000 + day * 100 + number, None) }
}

/// Some decide otherwise; in the end each is answered.
fn decided(nth: usize) -> impl Iterator<Item = Finding> {
    let lesson = match nth % 23 {
        0 | 7 => Some(Lesson { class: Some(Class::Inquiry), priority: None }),
        1 => Some(Lesson { class: None, priority: Some(Priority::High) }),
        _ => None,
    };
    let corrected = lesson.map(|lesson| Finding::Corrected(vec![Tag::Rueckfrage], lesson));
    corrected.into_iter().chain([Finding::Closed(Closing::Answered)])
}
