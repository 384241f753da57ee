//! A message is found by its file number, and no file of the state tells any number.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use domain::{Class, Folder, Lesson, MaxAge, Tag, Uid, UidValidity};
use jiff::Timestamp;
use langhals_store::{Adoption, Finding, Intent, Ledger, Query, Suggestion, export, import};

const VALIDITY: UidValidity = UidValidity(42);
/// As it stands in a mail; nothing else holds its digits.
const WRITTEN: &str = "Az. 3 K 10233201/22.NW";
const MARKED: &str = "10233201";

fn now() -> Timestamp {
    "2026-11-21T08:00:00Z".parse().unwrap()
}

fn inbox() -> Folder {
    Folder { mailbox: "poststelle".into(), name: "INBOX".into() }
}

fn intent(uid: u32, references: &[&str]) -> Intent {
    Intent {
        uid: Uid(uid),
        fingerprint: format!("{uid:032x}"),
        arrived: now(),
        modseq: None,
        attempt: 1,
        suggestion: Suggestion {
            class: [1.0, 0.0, 0.0],
            priority: [1.0, 0.0, 0.0],
            unsure: false,
            deadline: None,
            deadline_rule: None,
            flags: vec![],
            tags: vec![Tag::Antrag.name().into()],
            model: "standard".into(),
            shadow: false,
            others: BTreeMap::new(),
        },
        set_aside: None,
        thread: None,
        references: references.iter().map(|reference| (*reference).to_owned()).collect(),
    }
}

#[track_caller]
fn check(ledger: &Ledger, sought: &str, expected: &[u32]) {
    let query = Query { reference: Some(sought.to_owned()), ..Query::default() };
    let found = ledger.look(&query, now(), MaxAge::default()).unwrap();
    let uids: Vec<u32> = found.rows.iter().map(|row| row.uid.0).collect();
    assert_eq!((uids.as_slice(), found.matching), (expected, expected.len() as u64), "{sought}");
}

/// Every file below a folder.
fn files(dir: &Path, each: &mut dyn FnMut(&Path, &[u8])) {
    for entry in fs::read_dir(dir).unwrap().map(Result::unwrap) {
        if entry.path().is_dir() {
            files(&entry.path(), each);
        } else {
            each(&entry.path(), &fs::read(entry.path()).unwrap());
        }
    }
}

#[test]
fn a_message_is_found_by_its_number_however_it_is_written() {
    let dir = tempfile::tempdir().unwrap();
    let ledger = Ledger::open(dir.path(), now()).unwrap();
    check(&ledger, "3 K 10233201/22.NW", &[]);
    let batch = [intent(1, &[WRITTEN, "44/1-118"]), intent(2, &["44/1-118"]), intent(3, &[])];
    ledger.intend(&inbox(), VALIDITY, &batch, now()).unwrap();
    for sought in ["az 3 k 10233201/22 nw", WRITTEN, "3K10233201/22 NW"] {
        check(&ledger, sought, &[1]);
    }
    check(&ledger, "44/1 118", &[1, 2]);
    for sought in ["3 K 10233201/22", "10233201", "", "Az.", "…"] {
        check(&ledger, sought, &[]);
    }
}

#[test]
fn a_number_is_kept_through_all_that_happens_to_its_message() {
    let dir = tempfile::tempdir().unwrap();
    let ledger = Ledger::open(dir.path(), now()).unwrap();
    ledger.intend(&inbox(), VALIDITY, &[intent(1, &[WRITTEN])], now()).unwrap();
    // Written again, from what is known of it.
    ledger.intend(&inbox(), VALIDITY, &[intent(1, &[])], now()).unwrap();
    let lesson = Lesson { class: Some(Class::Inquiry), priority: None };
    let corrected = (Uid(1), Finding::Corrected(vec![Tag::Rueckfrage], lesson));
    ledger.record(&inbox(), VALIDITY, &[corrected], None, now()).unwrap();
    check(&ledger, WRITTEN, &[1]);
    ledger.rebase(&inbox(), UidValidity(43), now()).unwrap();
    check(&ledger, WRITTEN, &[]);
    let adoption = Adoption { uid: Uid(9), fingerprint: format!("{:032x}", 1), from: None };
    ledger.adopt(&inbox(), UidValidity(43), &[adoption], now()).unwrap();
    check(&ledger, WRITTEN, &[9]);
    drop(ledger);
    Ledger::rebuild(dir.path(), now()).unwrap();
    check(&Ledger::open(dir.path(), now()).unwrap(), WRITTEN, &[9]);
}

#[test]
fn no_file_tells_a_number() {
    let dir = tempfile::tempdir().unwrap();
    let ledger = Ledger::open(dir.path(), now()).unwrap();
    ledger.intend(&inbox(), VALIDITY, &[intent(1, &[WRITTEN])], now()).unwrap();
    drop(ledger);
    let mut looked_at = 0;
    files(dir.path(), &mut |path, bytes| {
        looked_at += 1;
        let text = String::from_utf8_lossy(bytes).to_lowercase();
        for told in [MARKED, "3k10233201", "22nw", "22.nw"] {
            assert!(!text.contains(told), "{} tells {told}", path.display());
        }
    });
    assert!(looked_at > 3);
}

#[test]
fn an_export_is_searched_only_with_the_key_beside_it() {
    let (from, to, file) =
        (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let ledger = Ledger::open(from.path(), now()).unwrap();
    ledger.intend(&inbox(), VALIDITY, &[intent(1, &[WRITTEN])], now()).unwrap();
    drop(ledger);
    let exported = file.path().join("state.export");
    export(from.path(), &exported, now()).unwrap();
    fs::copy(from.path().join("reference.key"), to.path().join("reference.key")).unwrap();
    import(to.path(), &exported).unwrap();
    check(&Ledger::open(to.path(), now()).unwrap(), WRITTEN, &[1]);

    let without = tempfile::tempdir().unwrap();
    import(without.path(), &exported).unwrap();
    let ledger = Ledger::open(without.path(), now()).unwrap();
    check(&ledger, WRITTEN, &[]);
    assert_eq!(ledger.queue(now(), MaxAge::default()).unwrap().len(), 1);
    ledger.intend(&inbox(), VALIDITY, &[intent(2, &[WRITTEN])], now()).unwrap();
    check(&ledger, WRITTEN, &[2]);
}

#[test]
fn mail_is_noted_also_where_the_key_cannot_be_used() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("reference.key"), "damaged").unwrap();
    let ledger = Ledger::open(dir.path(), now()).unwrap();
    ledger.intend(&inbox(), VALIDITY, &[intent(1, &[WRITTEN])], now()).unwrap();
    assert_eq!(ledger.queue(now(), MaxAge::default()).unwrap().len(), 1);
    check(&ledger, WRITTEN, &[]);
}
