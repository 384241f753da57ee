//! People decide: their tags win, their flags stay, what they have dealt with leaves the queue.
#![allow(clippy::unwrap_used, reason = "what a test needs and does not get is a failure")]

use std::collections::BTreeSet;

use langhals_tests::client::Append;
use langhals_tests::langhals::{Langhals, Reach};
use langhals_tests::samples::sample_mailbox;
use langhals_tests::{Dovecot, Options, Witness};

fn office(samples: usize) -> (Dovecot, Witness, Langhals) {
    let server = Dovecot::start(Options::default()).unwrap();
    let mut witness = server.witness(1).unwrap();
    let samples = sample_mailbox(samples).unwrap();
    witness
        .append_all("INBOX", &samples.iter().map(|(_, bytes)| Append::new(bytes)).collect::<Vec<_>>())
        .unwrap();
    let mut langhals = Langhals::new().unwrap();
    langhals.mailbox("post", &server, 1, Reach::Tls, "folders = [\"INBOX\", \"Eingang\"]").unwrap();
    witness.create("Eingang").unwrap();
    (server, witness, langhals)
}

fn queued_in(langhals: &Langhals, folder: &str) -> BTreeSet<u64> {
    let said = langhals.run(&["queue", "--format", "json"]).unwrap();
    let row = |line: &str| serde_json::from_str::<serde_json::Value>(line).unwrap();
    let rows = String::from_utf8_lossy(&said.stdout).lines().map(row).collect::<Vec<_>>();
    rows.iter().filter(|row| row["folder"] == folder).map(|row| row["uid"].as_u64().unwrap()).collect()
}

#[test]
fn what_carries_a_persons_tag_or_flags_keeps_exactly_them() {
    let (_server, mut witness, langhals) = office(4);
    witness.select("INBOX").unwrap();
    witness.store("1", r"+FLAGS (TRIAGE-Antrag $label1 \Seen)").unwrap();
    witness.store("2", r"+FLAGS ($label2 Wichtig \Flagged \Seen)").unwrap();
    langhals.run_once().unwrap();
    let flags = witness.flags("INBOX").unwrap();
    let without_recent = |uid: u32| {
        flags[&uid]
            .iter()
            .filter(|flag| *flag != r"\Recent")
            .map(|flag| flag.to_lowercase())
            .collect::<BTreeSet<_>>()
    };
    assert_eq!(without_recent(1), BTreeSet::from(["triage-antrag", "$label1", r"\seen"].map(str::to_owned)));
    let second = without_recent(2);
    assert!(
        ["$label2", "wichtig", r"\flagged", r"\seen"].iter().all(|flag| second.contains(*flag)),
        "{second:?}"
    );
    assert!(second.iter().any(|flag| flag.starts_with("triage-")), "{second:?}");
}

#[test]
fn a_tag_that_a_person_changes_afterwards_is_never_changed_back() {
    let (_server, mut witness, langhals) = office(3);
    langhals.run_once().unwrap();
    witness.select("INBOX").unwrap();
    witness
        .store("1:3", "-FLAGS (triage-antrag triage-rueckfrage triage-sonstiges triage-unsicher)")
        .unwrap();
    witness.store("1", "+FLAGS (triage-rueckfrage)").unwrap();
    let before = witness.flags("INBOX").unwrap();
    langhals.run_once().unwrap();
    assert_eq!(witness.flags("INBOX").unwrap(), before);
}

#[test]
fn what_is_answered_deleted_or_moved_leaves_the_queue_and_may_come_back() {
    let (_server, mut witness, langhals) = office(5);
    langhals.run_once().unwrap();
    assert_eq!(queued_in(&langhals, "INBOX"), BTreeSet::from([1, 2, 3, 4, 5]));
    witness.select("INBOX").unwrap();
    witness.store("1", r"+FLAGS (\Answered)").unwrap();
    witness.store("2", r"+FLAGS (\Deleted)").unwrap();
    witness.expunge("2").unwrap();
    witness.move_to("3", "Eingang").unwrap();
    langhals.run_once().unwrap();
    assert_eq!(queued_in(&langhals, "INBOX"), BTreeSet::from([4, 5]));
    assert_eq!(queued_in(&langhals, "Eingang"), BTreeSet::from([1]), "moved by a person: it waits there");
    witness.select("INBOX").unwrap();
    witness.store("1", r"-FLAGS (\Answered)").unwrap();
    langhals.run_once().unwrap();
    assert_eq!(queued_in(&langhals, "INBOX"), BTreeSet::from([1, 4, 5]));
}

#[test]
fn a_folder_that_is_made_anew_is_sorted_anew_and_what_has_tags_keeps_them() {
    let (_server, mut witness, langhals) = office(1);
    let samples = sample_mailbox(6).unwrap();
    let tagged = Append { flags: vec!["triage-sonstiges"], ..Append::new(&samples[0].1) };
    let fresh: Vec<Append<'_>> = samples[1..].iter().map(|(_, bytes)| Append::new(bytes)).collect();
    witness.append_all("Eingang", &fresh).unwrap();
    langhals.run_once().unwrap();

    witness.delete("Eingang").unwrap();
    witness.create("Eingang").unwrap();
    witness.append("Eingang", &tagged).unwrap();
    witness.append_all("Eingang", &fresh).unwrap();
    let said = langhals.run_once().unwrap();
    assert_eq!(String::from_utf8_lossy(&said.stdout), "5 messages sorted\n");
    let flags = witness.flags("Eingang").unwrap();
    let ours = |uid: u32| flags[&uid].iter().filter(|flag| flag.starts_with("triage-")).count();
    assert_eq!(ours(1), 1);
    assert!((2..=6).all(|uid| ours(uid) >= 1));
}
