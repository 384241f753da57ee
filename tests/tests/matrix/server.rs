//! What can happen to the server: it restarts, loses its index, numbers a folder anew, gives old UIDs to other mails.

use std::sync::mpsc;
use std::time::Duration;

use langhals_tests::langhals::wait_for;
use langhals_tests::{Act, After, At, Kind};

use crate::cell::{Cell, MAILS, STORE};
use crate::cells;

/// The server goes away in the middle of the daemon's work and comes back.
fn restart(kind: Kind) {
    let Some(mut cell) = Cell::start(kind, "restart") else { return };
    let (tell, told) = mpsc::channel();
    let tell = move || {
        let _ = tell.send(());
        After::Continue
    };
    let nth = cell.random.usize(1..=3);
    cell.proxy.arm_at(STORE, nth, At::Sent, Act::Call(Box::new(tell)));
    let running = cell.langhals.spawn().unwrap();
    told.recv_timeout(Duration::from_mins(1)).unwrap();
    cell.server.restart().unwrap();
    wait_for("all tags", Duration::from_mins(2), || Ok((cell.flags(true) == cell.expected).then_some(())))
        .unwrap();
    assert!(running.stop().unwrap().success());
    // It may have been stopped before it had written down what it did.
    cell.runs_until_it_succeeds();
    cell.ends_right();
}

/// A server in memory comes back empty, and gives the old UIDs under the old UIDVALIDITY to other mails.
fn restart_with_other_mails(kind: Kind) {
    let Some(mut cell) = Cell::start(kind, "restart") else { return };
    cell.runs_until_it_succeeds();
    cell.ends_right();
    let before: Vec<u32> = cell.uids().into_values().collect();
    cell.server.restart().unwrap();
    cell.post(MAILS..2 * MAILS);
    let mut now: Vec<u32> = cell.uids().into_values().collect();
    now.sort_unstable();
    assert!(now.iter().all(|uid| before.contains(uid)), "{now:?}");
    cell.runs_until_it_succeeds();
    cell.ends_right();
}

/// Everything but the mails is lost between two runs, after a person has corrected one.
fn index_loss(kind: Kind) {
    let Some(mut cell) = Cell::start(kind, "index loss") else { return };
    cell.runs_until_it_succeeds();
    let corrected = cell.corrects_one();
    let taught = cell.corrections();
    assert_eq!(taught.len(), 1);
    cell.server.lose_indexes(1).unwrap();
    cell.looks_anew();
    // Where the server lost the person's tag as well, nobody puts another in its place.
    if cell.flags(true)[&corrected].is_empty() {
        cell.expected.get_mut(&corrected).unwrap().clear();
    }
    cell.runs_until_it_succeeds();
    cell.ends_right();
    assert_eq!(cell.corrections(), taught, "something else was learnt");
}

/// The folder is made anew with the same mails in another order: other UIDs, another UIDVALIDITY.
fn uid_validity(kind: Kind) {
    let (folder, other) =
        if kind == Kind::Courier { ("INBOX.Eingang", "INBOX.Neu") } else { ("Eingang", "Neu") };
    let Some(mut cell) = Cell::start_in(kind, "uid validity", folder) else { return };
    cell.runs_until_it_succeeds();
    if kind.keeps_keywords() {
        cell.corrects_one();
    }
    let taught = cell.corrections();
    assert_eq!(taught.len(), usize::from(kind.keeps_keywords()));

    let mut witness = cell.witness();
    let before = witness.select(folder).unwrap();
    let uids: Vec<String> = cell.uids().into_values().rev().map(|uid| uid.to_string()).collect();
    witness.create(other).unwrap();
    for uid in uids {
        witness.command(&format!("UID COPY {uid} \"{other}\"")).unwrap();
    }
    witness.select("INBOX").unwrap();
    witness.delete(folder).unwrap();
    witness.command(&format!("RENAME \"{other}\" \"{folder}\"")).unwrap();
    // Hoodiecrow's is always 1, and Cyrus counts in seconds: there the same UIDs mean other mails.
    let is_new = witness.select(folder).unwrap().uid_validity != before.uid_validity;
    assert!(is_new || matches!(kind, Kind::Hoodiecrow | Kind::Cyrus));

    cell.runs_until_it_succeeds();
    cell.ends_right();
    assert_eq!(cell.corrections(), taught, "something else was learnt");
}

cells! {
    dovecot_maildir_restart: restart(Maildir);
    dovecot_mdbox_restart: restart(Mdbox);
    cyrus_restart: restart(Cyrus);
    courier_restart: restart(Courier);
    hoodiecrow_restart: restart_with_other_mails(Hoodiecrow);
    dovecot_maildir_index_loss: index_loss(Maildir);
    dovecot_mdbox_index_loss: index_loss(Mdbox);
    cyrus_index_loss: index_loss(Cyrus);
    courier_index_loss: index_loss(Courier);
    dovecot_maildir_uid_validity: uid_validity(Maildir);
    dovecot_mdbox_uid_validity: uid_validity(Mdbox);
    cyrus_uid_validity: uid_validity(Cyrus);
    courier_uid_validity: uid_validity(Courier);
    pymap_uid_validity: uid_validity(Pymap);
    hoodiecrow_uid_validity: uid_validity(Hoodiecrow);
}
