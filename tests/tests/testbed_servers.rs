//! The mail servers of the test bed are real: each takes mail and keeps, refuses or forgets what its kind does.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "what a test needs and does not get is a failure"
)]

use std::collections::BTreeSet;

use langhals_tests::client::Append;
use langhals_tests::{Cyrus, Dovecot, Format, Kind, Options, Server, Witness};

const MAIL: &[u8] = b"From: a@example.org\r\nSubject: x\r\n\r\nHallo.\r\n";

#[track_caller]
fn logged_in(server: &dyn Server, kind: Kind) -> Witness {
    server.witness(1).unwrap_or_else(|error| panic!("{kind:?}: {error:#}"))
}

fn started(kind: Kind) -> Option<Box<dyn Server>> {
    match kind.start() {
        Ok(server) => Some(server),
        Err(error) => {
            eprintln!("skipped: {kind:?} cannot be had here: {error:#}");
            None
        }
    }
}

/// Puts a mail into INBOX and leaves it selected; the mail's UID.
fn post(witness: &mut Witness) -> u32 {
    witness.append("INBOX", &Append::new(MAIL)).unwrap();
    let uid = *witness.flags("INBOX").unwrap().last_key_value().unwrap().0;
    witness.select("INBOX").unwrap();
    uid
}

#[track_caller]
fn keeps_what_it_says(kind: Kind) {
    let Some(mut server) = started(kind) else { return };
    let mut witness = server.witness(1).unwrap();
    let uid = post(&mut witness);
    let before = witness.select("INBOX").unwrap();
    assert_eq!((before.takes_keywords, before.read_only), (kind.keeps_keywords(), false));
    let answer = witness.store(&uid.to_string(), "+FLAGS (triage-antrag)");
    assert!(answer.is_ok(), "{answer:?}");
    let flags = witness.flags("INBOX").unwrap();
    assert_eq!(flags[&uid].contains("triage-antrag"), kind.keeps_keywords(), "{flags:?}");
    assert!(!flags[&uid].contains(r"\Seen"));

    drop(witness);
    server.restart().unwrap();
    let mut witness = server.witness(1).unwrap();
    let after = witness.select("INBOX").unwrap();
    assert_eq!(after.exists == before.exists, kind.keeps_mail(), "{before:?}, {after:?}");
    if kind.keeps_mail() {
        assert_eq!(after.uid_validity, before.uid_validity);
        assert!(witness.flags("INBOX").unwrap()[&uid].contains("triage-antrag"));
    }
}

#[test]
fn dovecot_on_maildir_keeps_keywords_over_a_restart() {
    keeps_what_it_says(Kind::Maildir);
}

#[test]
fn dovecot_on_mdbox_keeps_keywords_over_a_restart() {
    keeps_what_it_says(Kind::Mdbox);
}

#[test]
fn cyrus_keeps_keywords_over_a_restart() {
    keeps_what_it_says(Kind::Cyrus);
}

#[test]
fn courier_keeps_keywords_over_a_restart() {
    keeps_what_it_says(Kind::Courier);
}

#[test]
fn pymap_drops_keywords_and_forgets_all() {
    keeps_what_it_says(Kind::Pymap);
}

#[test]
fn hoodiecrow_keeps_keywords_and_forgets_all() {
    keeps_what_it_says(Kind::Hoodiecrow);
}

#[test]
fn capabilities_are_those_of_the_kind() {
    let all = ["CONDSTORE", "QRESYNC", "NOTIFY", "MOVE", "IDLE"];
    for (kind, expected) in [
        (Kind::Maildir, &all[..]),
        (Kind::Mdbox, &all),
        (Kind::Cyrus, &["CONDSTORE", "QRESYNC", "MOVE", "IDLE"]),
        (Kind::Courier, &["IDLE"]),
        (Kind::Pymap, &["MOVE", "IDLE"]),
        (Kind::Hoodiecrow, &["CONDSTORE", "MOVE", "IDLE"]),
    ] {
        let Some(server) = started(kind) else { continue };
        let said = logged_in(&*server, kind).command("CAPABILITY").unwrap();
        let said: BTreeSet<String> = said
            .iter()
            .flat_map(|line| line.line().split(' ').map(str::to_owned).collect::<Vec<_>>())
            .collect();
        let of_interest: Vec<&str> = all.into_iter().filter(|&word| said.contains(word)).collect();
        assert_eq!(of_interest, expected, "{kind:?}: {said:?}");
    }
}

#[test]
fn a_store_that_cannot_be_done_is_answered_in_the_kinds_own_way() {
    // Whether a STORE to an EXAMINEd folder is answered OK, and whether it takes effect all the same.
    for (kind, is_ok, sticks) in [
        (Kind::Maildir, true, false),
        (Kind::Mdbox, true, false),
        (Kind::Cyrus, false, false),
        (Kind::Courier, true, true),
        (Kind::Pymap, false, false),
        (Kind::Hoodiecrow, true, true),
    ] {
        let Some(server) = started(kind) else { continue };
        let mut witness = logged_in(&*server, kind);
        let uid = post(&mut witness);
        let missing = witness.store("99999", "+FLAGS (triage-antrag)");
        assert!(missing.is_ok(), "{kind:?}: {missing:?}");
        witness.command("EXAMINE INBOX").unwrap();
        let answer = witness.store(&uid.to_string(), "+FLAGS (triage-antrag)");
        let flags = witness.flags("INBOX").unwrap();
        assert_eq!((answer.is_ok(), flags[&uid].contains("triage-antrag")), (is_ok, sticks), "{kind:?}");
    }
}

#[test]
fn cyrus_takes_a_hundred_keywords_a_mailbox_and_then_none() {
    let server = match Cyrus::start(1) {
        Ok(server) => server,
        Err(error) => return eprintln!("skipped: Cyrus cannot be had here: {error:#}"),
    };
    let mut witness = server.witness(1).unwrap();
    let uid = post(&mut witness).to_string();
    for n in 1..=100 {
        witness.store(&uid, &format!("+FLAGS.SILENT (wort-{n})")).unwrap();
    }
    let refused = witness.store(&uid, "+FLAGS.SILENT (wort-101)").unwrap_err();
    assert!(refused.to_string().contains("NO"), "{refused}");
    // Taking one away frees no place: "for ever".
    witness.store(&uid, "-FLAGS.SILENT (wort-1)").unwrap();
    assert!(witness.store(&uid, "+FLAGS.SILENT (wort-101)").is_err());
    witness.store(&uid, "+FLAGS.SILENT (wort-1)").unwrap();
}

#[test]
fn a_maildir_keeps_uids_and_keywords_when_its_index_is_lost() {
    let mut server = Dovecot::start(Options::default()).unwrap();
    let mut witness = server.witness(1).unwrap();
    post(&mut witness);
    let uid = post(&mut witness);
    witness.expunge("1").unwrap();
    witness.store(&uid.to_string(), "+FLAGS (triage-antrag)").unwrap();
    let before = witness.select("INBOX").unwrap();

    server.lose_indexes(1).unwrap();
    let mut witness = server.witness(1).unwrap();
    assert_eq!(witness.select("INBOX").unwrap(), before);
    assert!(witness.flags("INBOX").unwrap()[&uid].contains("triage-antrag"));

    server.new_uid_validity(1).unwrap();
    let mut witness = server.witness(1).unwrap();
    let after = witness.select("INBOX").unwrap();
    assert!(after.uid_validity > before.uid_validity, "{before:?}, {after:?}");
    assert!(witness.flags("INBOX").unwrap()[&1].contains("triage-antrag"), "the mail has a new UID");
}

#[test]
fn an_mdbox_loses_its_flags_with_its_index() {
    let mut server = Dovecot::start(Options { format: Format::Mdbox, ..Options::default() }).unwrap();
    let mut witness = server.witness(1).unwrap();
    let uid = post(&mut witness);
    witness.store(&uid.to_string(), "+FLAGS (triage-antrag)").unwrap();
    let before = witness.select("INBOX").unwrap();
    server.lose_indexes(1).unwrap();
    let mut witness = server.witness(1).unwrap();
    let after = witness.select("INBOX").unwrap();
    assert_eq!(after.exists, before.exists);
    assert!(after.uid_validity > before.uid_validity, "{before:?}, {after:?}");
    assert!(!witness.flags("INBOX").unwrap()[&1].contains("triage-antrag"));
}
