//! The ledger's promises: durable before acting, one owner, rebuilt from the log, the same by index and by replay.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use domain::{Class, Distribution, Folder, Lesson, MaxAge, ModSeq, Priority, Tag, Uid, UidValidity};
use jiff::Timestamp;
use langhals_store::{
    Adoption, Closing, Entry, Finding, Intent, Key, Ledger, Mark, Outcome, Replay, Row, Settlement, SoFar,
    Suggestion,
};
use proptest::prelude::*;

const VALIDITY: UidValidity = UidValidity(42);

fn at() -> Timestamp {
    "2026-11-21T08:00:00Z".parse().unwrap()
}

fn inbox() -> Folder {
    Folder { mailbox: "poststelle".into(), name: "INBOX".into() }
}

fn intent(uid: u32) -> Intent {
    let class = Distribution::certain(Class::Application).probabilities();
    let priority = if uid.is_multiple_of(3) { Priority::High } else { Priority::Normal };
    Intent {
        uid: Uid(uid),
        fingerprint: format!("{uid:032x}"),
        arrived: at(),
        modseq: Some(ModSeq(u64::from(uid))),
        attempt: 1,
        suggestion: Suggestion {
            class,
            priority: Distribution::certain(priority).probabilities(),
            unsure: false,
            deadline: None,
            deadline_rule: None,
            flags: vec![],
            tags: vec![Tag::Antrag.name().into()],
            model: "standard".into(),
            shadow: false,
            others: std::collections::BTreeMap::new(),
        },
        set_aside: None,
        thread: mark(uid),
        references: vec![],
    }
}

/// Messages 3 and 4 answer 1, 6 and 7 answer 2, and so on; every fifth has the text of all others like it.
fn mark(uid: u32) -> Option<Mark> {
    Mark::of(&domain::Message {
        message_id: Some(format!("{uid}@amt.example")),
        thread: vec![format!("{}@amt.example", uid / 3)],
        text: "Wann wird mein Antrag beschieden, den ich im Mai gestellt habe? ".repeat(uid as usize % 5),
        ..domain::Message::default()
    })
}

fn intents(uids: impl IntoIterator<Item = u32>) -> Vec<Intent> {
    uids.into_iter().map(intent).collect()
}

fn uids(rows: &[Row]) -> Vec<u32> {
    rows.iter().map(|row| row.uid.0).collect()
}

fn settled(uid: u32, outcome: Outcome) -> Settlement {
    Settlement { uid: Uid(uid), outcome, held: vec![], moved: None }
}

fn applied(uids: impl IntoIterator<Item = u32>) -> Vec<Settlement> {
    uids.into_iter().map(|uid| settled(uid, Outcome::Applied)).collect()
}

fn found(ledger: &Ledger, findings: &[(u32, Finding)]) {
    let findings: Vec<_> = findings.iter().map(|(uid, finding)| (Uid(*uid), finding.clone())).collect();
    ledger.record(&inbox(), VALIDITY, &findings, None, at()).unwrap();
}

/// What anybody can see of a ledger, from the index and from the log alone.
fn seen(dir: &Path) -> (Vec<Row>, Vec<u32>, Option<Uid>) {
    let ledger = Ledger::open(dir, at()).unwrap();
    let rows = ledger.queue(at(), MaxAge::default()).unwrap();
    let pending = ledger.pending(&inbox(), VALIDITY, at()).unwrap();
    let cursor = ledger.cursor(&inbox(), at()).unwrap();
    assert_eq!(Replay::read(dir).unwrap().queue(at(), MaxAge::default()), rows);
    (rows, pending.iter().map(|pending| pending.uid.0).collect(), cursor.map(|cursor| cursor.next))
}

#[test]
fn an_intent_is_pending_until_it_is_settled_also_across_a_restart() {
    let dir = tempfile::tempdir().unwrap();
    let ledger = Ledger::open(dir.path(), at()).unwrap();
    ledger.rebase(&inbox(), VALIDITY, at()).unwrap();
    ledger.intend(&inbox(), VALIDITY, &intents([1, 2, 3]), at()).unwrap();
    drop(ledger);
    assert_eq!(seen(dir.path()).1, [1, 2, 3]);

    let ledger = Ledger::open(dir.path(), at()).unwrap();
    ledger.settle(&inbox(), VALIDITY, &applied([1, 2]), None, at()).unwrap();
    ledger.settle(&inbox(), VALIDITY, &[settled(3, Outcome::Gone)], Some(Uid(4)), at()).unwrap();
    drop(ledger);
    let (rows, pending, cursor) = seen(dir.path());
    assert_eq!((uids(&rows), pending, cursor), (vec![1, 2], vec![], Some(Uid(4))));
}

#[test]
fn the_most_urgent_comes_first() {
    let dir = tempfile::tempdir().unwrap();
    let ledger = Ledger::open(dir.path(), at()).unwrap();
    let mut batch = intents([1, 2, 3, 4]);
    batch[1].suggestion.deadline = Some("2026-11-30".parse().unwrap());
    batch[3].suggestion.deadline = Some("2026-11-25".parse().unwrap());
    ledger.intend(&inbox(), VALIDITY, &batch, at()).unwrap();
    assert_eq!(uids(&ledger.queue(at(), MaxAge::default()).unwrap()), [3, 4, 2, 1]);
}

#[test]
fn what_has_waited_too_long_counts_as_urgent_unless_a_person_said_how_soon() {
    let dir = tempfile::tempdir().unwrap();
    let ledger = Ledger::open(dir.path(), at()).unwrap();
    let day = jiff::SignedDuration::from_hours(24);
    let mut batch = intents([1, 2, 3, 4]);
    batch[0].arrived = at() - day * 15;
    batch[1].arrived = at() - day * 13;
    batch[3].arrived = at() - day * 20;
    ledger.intend(&inbox(), VALIDITY, &batch, at()).unwrap();
    let lesson = Lesson { class: Some(Class::Inquiry), priority: None };
    found(&ledger, &[(4, Finding::Corrected(vec![Tag::Rueckfrage], lesson))]);
    let order = |max_age| {
        let rows = ledger.queue(at(), max_age).unwrap();
        assert_eq!(Replay::read(dir.path()).unwrap().queue(at(), max_age), rows);
        let aged = rows.iter().filter(|row| row.aged).map(|row| row.uid.0).collect::<Vec<_>>();
        (uids(&rows), aged)
    };
    // By itself 3 alone is urgent; among equals the older comes first.
    assert_eq!(order(MaxAge(None)), (vec![3, 4, 1, 2], vec![]));
    assert_eq!(order(MaxAge::default()), (vec![1, 3, 4, 2], vec![1]));
    assert_eq!(order(MaxAge(Some(day * 13))), (vec![1, 2, 3, 4], vec![1, 2]));
}

#[test]
fn what_seemed_to_need_nobody_rises_by_age_without_becoming_urgent() {
    let dir = tempfile::tempdir().unwrap();
    let ledger = Ledger::open(dir.path(), at()).unwrap();
    let mut batch = intents([1]);
    batch[0].suggestion.priority = [0.0, 0.1, 0.9];
    batch[0].arrived = at() - jiff::SignedDuration::from_hours(24 * 40);
    ledger.intend(&inbox(), VALIDITY, &batch, at()).unwrap();
    let row = ledger.queue(at(), MaxAge::default()).unwrap().remove(0);
    assert_eq!((row.priority(), row.aged), (Priority::Normal, true));
}

#[test]
fn what_people_did_in_the_mailbox_closes_and_reopens() {
    let dir = tempfile::tempdir().unwrap();
    let ledger = Ledger::open(dir.path(), at()).unwrap();
    ledger.intend(&inbox(), VALIDITY, &intents([1, 2, 4]), at()).unwrap();
    found(&ledger, &[(2, Finding::Closed(Closing::Answered)), (4, Finding::Closed(Closing::Gone))]);
    assert_eq!(uids(&ledger.queue(at(), MaxAge::default()).unwrap()), [1]);
    found(&ledger, &[(2, Finding::Reopened), (4, Finding::Reopened)]);
    assert_eq!(
        uids(&ledger.queue(at(), MaxAge::default()).unwrap()),
        [1, 2],
        "what is gone does not come back under its UID"
    );
}

/// A message's fingerprint as [`intent`] makes it.
fn print(uid: u32) -> String {
    format!("{uid:032x}")
}

fn adoption(uid: u32, of: u32) -> Adoption {
    Adoption { uid: Uid(uid), fingerprint: print(of), from: None }
}

#[test]
fn a_message_that_left_or_was_numbered_anew_is_known_again_by_its_fingerprint() {
    let dir = tempfile::tempdir().unwrap();
    let ledger = Ledger::open(dir.path(), at()).unwrap();
    ledger.intend(&inbox(), VALIDITY, &intents([1, 2, 3]), at()).unwrap();
    ledger.settle(&inbox(), VALIDITY, &applied([1, 2]), Some(Uid(4)), at()).unwrap();
    let decided =
        Finding::Corrected(vec![Tag::Rueckfrage], Lesson { class: Some(Class::Inquiry), priority: None });
    found(&ledger, &[(2, decided), (1, Finding::Closed(Closing::Gone))]);
    let new = UidValidity(43);
    ledger.rebase(&inbox(), new, at()).unwrap();
    assert!(ledger.remembers("poststelle", at()).unwrap());
    let prints: Vec<String> = (1..=4).map(print).collect();
    let known = ledger.recognise(&inbox(), new, &prints, at()).unwrap();
    assert_eq!(known.keys().cloned().collect::<Vec<_>>(), prints[..3]);
    assert!(!known[&print(1)].entry.renumbered && known[&print(2)].entry.renumbered);

    ledger.adopt(&inbox(), new, &[adoption(7, 2), adoption(8, 3)], at()).unwrap();
    let entries = ledger.folder(&inbox(), new, at()).unwrap();
    assert_eq!(entries.keys().copied().collect::<Vec<_>>(), [Uid(7), Uid(8)]);
    assert!(entries[&Uid(7)].person && entries[&Uid(7)].held() == [Tag::Rueckfrage]);
    assert_eq!(ledger.pending(&inbox(), new, at()).unwrap().len(), 1, "what was cut off stays so");
    let replay = Replay::read(dir.path()).unwrap();
    let corrections: Vec<_> = replay.corrections().iter().map(|one| (one.uid, one.class)).collect();
    assert_eq!(corrections, [(Uid(7), Some(Class::Inquiry))], "a lesson follows its message");
    ledger.expire(&inbox(), at() + jiff::SignedDuration::from_hours(1), at(), at()).unwrap();
    assert!(!ledger.remembers("poststelle", at()).unwrap());
}

#[test]
fn a_message_is_recognised_where_else_it_lies() {
    let dir = tempfile::tempdir().unwrap();
    let ledger = Ledger::open(dir.path(), at()).unwrap();
    ledger.intend(&inbox(), VALIDITY, &intents([1]), at()).unwrap();
    ledger.settle(&inbox(), VALIDITY, &applied([1]), None, at()).unwrap();
    let class_folder = Folder { mailbox: "poststelle".into(), name: "INBOX/Antrag".into() };
    let known = ledger.recognise(&class_folder, VALIDITY, &[print(1)], at()).unwrap();
    let from = known[&print(1)].from.clone().unwrap();
    assert_eq!((from.folder.clone(), from.uid), (inbox(), Uid(1)));
    let moved = Adoption { uid: Uid(9), fingerprint: print(1), from: Some(from) };
    ledger.adopt(&class_folder, VALIDITY, &[moved], at()).unwrap();
    found(&ledger, &[(1, Finding::Closed(Closing::Gone))]);
    let rows = ledger.queue(at(), MaxAge::default()).unwrap();
    assert_eq!((rows.len(), rows[0].folder.clone(), rows[0].uid), (1, class_folder, Uid(9)));
}

#[test]
fn a_lesson_is_one_a_message_and_question_and_is_taken_back_with_the_class() {
    let dir = tempfile::tempdir().unwrap();
    let ledger = Ledger::open(dir.path(), at()).unwrap();
    ledger.intend(&inbox(), VALIDITY, &intents([1]), at()).unwrap();
    ledger.settle(&inbox(), VALIDITY, &applied([1]), None, at()).unwrap();
    let class = |class| Lesson { class: Some(class), priority: None };
    found(&ledger, &[(1, Finding::Corrected(vec![Tag::Rueckfrage], class(Class::Inquiry)))]);
    found(&ledger, &[(1, Finding::Corrected(vec![Tag::Sonstiges], class(Class::Other)))]);
    let high = Lesson { class: None, priority: Some(Priority::High) };
    found(&ledger, &[(1, Finding::Corrected(vec![Tag::Sonstiges, Tag::Hoch], high))]);
    let replay = Replay::read(dir.path()).unwrap();
    let lessons: Vec<_> = replay.corrections().iter().map(|one| (one.class, one.priority)).collect();
    assert_eq!(lessons, [(Some(Class::Other), Some(Priority::High))]);
    assert_eq!(replay.corrections()[0].suggested.class, "application");
    found(&ledger, &[(1, Finding::Corrected(vec![], Lesson::default()))]);
    assert_eq!(Replay::read(dir.path()).unwrap().corrections(), Vec::<&langhals_store::Correction>::new());
}

/// Lines of the log that say that a person decided.
fn decisions(dir: &Path) -> usize {
    let day = fs::read_to_string(dir.join("log/2026-11-21.log")).unwrap();
    day.lines().filter(|line| line.contains("\"corrected\"")).count()
}

/// Two messages as the review saw them, before somebody at the page decided about the first.
fn overtaken(dir: &Path) -> (Ledger, BTreeMap<Uid, Entry>) {
    let ledger = Ledger::open(dir, at()).unwrap();
    ledger.intend(&inbox(), VALIDITY, &intents(1..=2), at()).unwrap();
    ledger.settle(&inbox(), VALIDITY, &applied(1..=2), Some(Uid(3)), at()).unwrap();
    let seen = ledger.folder(&inbox(), VALIDITY, at()).unwrap();
    let lesson = Lesson { class: Some(Class::Inquiry), priority: None };
    let key = Key { folder: inbox(), validity: VALIDITY, uid: Uid(1) };
    let decided = Finding::Corrected(vec![Tag::Rueckfrage], lesson);
    assert!(ledger.rule(&key, |_| Some(decided), at()).unwrap());
    (ledger, seen)
}

fn chosen(ledger: &Ledger) -> Vec<Option<Class>> {
    ledger.folder(&inbox(), VALIDITY, at()).unwrap().values().map(Entry::chosen_class).collect()
}

#[test]
fn what_a_review_saw_before_a_person_decided_changes_nothing_of_it() {
    let dir = tempfile::tempdir().unwrap();
    let (ledger, seen) = overtaken(dir.path());
    let seen = seen.iter().map(|(uid, entry)| (*uid, entry)).collect();
    let lesson = Lesson { class: Some(Class::Other), priority: None };
    let old =
        [Finding::Noted(vec![]), Finding::Noticed(vec![]), Finding::Corrected(vec![Tag::Sonstiges], lesson)];
    for finding in old {
        let findings = [(Uid(1), finding), (Uid(1), Finding::Closed(Closing::Answered))];
        let left = ledger.record_as_seen(&inbox(), VALIDITY, &findings, &seen, None, at()).unwrap();
        assert_eq!(left.into_iter().collect::<Vec<_>>(), [Uid(1)]);
    }
    assert_eq!((chosen(&ledger), decisions(dir.path())), (vec![Some(Class::Inquiry), None], 1));
    let entries = ledger.folder(&inbox(), VALIDITY, at()).unwrap();
    assert_eq!(entries[&Uid(1)].closed, Some(Closing::Answered), "that it is answered is noted all the same");
    assert_eq!(entries[&Uid(1)].noticed, None);

    let findings = [(Uid(2), Finding::Corrected(vec![Tag::Sonstiges], lesson))];
    assert!(ledger.record_as_seen(&inbox(), VALIDITY, &findings, &seen, None, at()).unwrap().is_empty());
    assert_eq!(chosen(&ledger), [Some(Class::Inquiry), Some(Class::Other)]);
}

#[test]
fn what_a_person_decided_meanwhile_is_not_written_again() {
    let dir = tempfile::tempdir().unwrap();
    let (ledger, seen) = overtaken(dir.path());
    let seen = seen.iter().map(|(uid, entry)| (*uid, entry)).collect();
    // One that is closed since carries the same tags.
    found(&ledger, &[(2, Finding::Closed(Closing::Answered))]);
    let left = ledger.intend_as_seen(&inbox(), VALIDITY, &intents(1..=2), &seen, at()).unwrap();
    assert_eq!(left.into_iter().collect::<Vec<_>>(), [Uid(1)]);
    let pending = ledger.pending(&inbox(), VALIDITY, at()).unwrap();
    assert_eq!(pending.iter().map(|pending| pending.uid.0).collect::<Vec<_>>(), [2]);
    assert_eq!(chosen(&ledger), [Some(Class::Inquiry), None]);
}

#[test]
fn what_was_chosen_at_the_page_outlives_what_becomes_of_an_intent() {
    let lesson = Lesson { class: Some(Class::Inquiry), priority: None };
    let key = Key { folder: inbox(), validity: VALIDITY, uid: Uid(1) };
    for outcome in [Outcome::QueueOnly, Outcome::Flagged] {
        let dir = tempfile::tempdir().unwrap();
        let ledger = Ledger::open(dir.path(), at()).unwrap();
        ledger.intend(&inbox(), VALIDITY, &intents([1]), at()).unwrap();
        let finding = Finding::Chosen(vec![Tag::Rueckfrage], lesson);
        assert!(ledger.rule(&key, |_| Some(finding), at()).unwrap());
        ledger.settle(&inbox(), VALIDITY, &[settled(1, outcome)], Some(Uid(2)), at()).unwrap();
        assert_eq!(chosen(&ledger), [Some(Class::Inquiry)]);
        drop(ledger);
        assert!(seen(dir.path()).1.is_empty(), "nothing is pending any more");
    }
}

#[test]
fn what_a_person_decided_is_noted_once_whoever_saw_it_first() {
    let dir = tempfile::tempdir().unwrap();
    let ledger = Ledger::open(dir.path(), at()).unwrap();
    ledger.intend(&inbox(), VALIDITY, &intents(1..=2), at()).unwrap();
    ledger.settle(&inbox(), VALIDITY, &applied(1..=2), Some(Uid(3)), at()).unwrap();
    let key = |uid| Key { folder: inbox(), validity: VALIDITY, uid: Uid(uid) };
    let lesson = Lesson { class: Some(Class::Inquiry), priority: None };
    let corrected = Finding::Corrected(vec![Tag::Rueckfrage], lesson);
    assert!(ledger.rule(&key(1), |_| Some(corrected.clone()), at()).unwrap());
    found(&ledger, &[(1, corrected.clone())]);
    assert_eq!(decisions(dir.path()), 1);
    let chosen = Finding::Chosen(vec![Tag::Rueckfrage], lesson);
    for _ in 0..2 {
        assert!(ledger.rule(&key(2), |_| Some(chosen.clone()), at()).unwrap());
    }
    assert_eq!(decisions(dir.path()), 2);
    let rows = ledger.queue(at(), MaxAge::default()).unwrap();
    let unwritten: Vec<bool> = rows.iter().map(|row| row.entry.unwritten).collect();
    assert_eq!(unwritten, [false, true]);
    // Its not being in the mailbox takes nothing back; a tag that is there does.
    found(&ledger, &[(2, Finding::Noted(vec![]))]);
    assert_eq!(ledger.queue(at(), MaxAge::default()).unwrap()[1].entry.chosen_class(), Some(Class::Inquiry));
    found(&ledger, &[(2, Finding::Noted(vec![Tag::Antrag]))]);
    assert_eq!(
        ledger.queue(at(), MaxAge::default()).unwrap()[1].entry.chosen_class(),
        Some(Class::Application)
    );
    assert!(!ledger.rule(&key(9), |_| Some(corrected.clone()), at()).unwrap(), "nobody knows it");
    drop(ledger);
    let taught = Replay::read(dir.path()).unwrap();
    let classes: Vec<Option<Class>> = taught.corrections().iter().map(|one| one.class).collect();
    assert_eq!(classes, [Some(Class::Inquiry); 2]);
}

#[test]
fn a_new_generation_voids_what_was_known_of_the_old_one_only_in_its_folder() {
    let dir = tempfile::tempdir().unwrap();
    let ledger = Ledger::open(dir.path(), at()).unwrap();
    let other = Folder { mailbox: "poststelle".into(), name: "INBOX2".into() };
    ledger.intend(&inbox(), VALIDITY, &intents([1]), at()).unwrap();
    ledger.intend(&other, VALIDITY, &intents([7]), at()).unwrap();
    ledger.rebase(&inbox(), UidValidity(43), at()).unwrap();
    assert_eq!(uids(&ledger.queue(at(), MaxAge::default()).unwrap()), [7]);
    let cursor = ledger.cursor(&inbox(), at()).unwrap().unwrap();
    assert_eq!((cursor.validity, cursor.next), (UidValidity(43), Uid(1)));
    drop(ledger);
    assert_eq!(uids(&Replay::read(dir.path()).unwrap().queue(at(), MaxAge::default())), [7]);
}

#[test]
fn a_second_ledger_on_the_same_directory_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let _first = Ledger::open(dir.path(), at()).unwrap();
    let error = Ledger::open(dir.path(), at()).unwrap_err().to_string();
    assert!(error.contains("another langhals"), "{error}");
}

#[test]
fn a_lost_or_damaged_index_is_rebuilt_from_the_log() {
    let dir = tempfile::tempdir().unwrap();
    let ledger = Ledger::open(dir.path(), at()).unwrap();
    ledger.intend(&inbox(), VALIDITY, &intents(1..=50), at()).unwrap();
    ledger.settle(&inbox(), VALIDITY, &applied(1..=40), Some(Uid(41)), at()).unwrap();
    drop(ledger);
    let whole = seen(dir.path());

    fs::remove_dir_all(dir.path().join("state")).unwrap();
    assert_eq!(seen(dir.path()), whole);

    for file in ["db", "conf"] {
        let path = dir.path().join("state").join(file);
        let bytes = vec![0xA5; fs::metadata(&path).unwrap().len().try_into().unwrap()];
        fs::write(&path, bytes).unwrap();
        assert_eq!(seen(dir.path()), whole, "{file}");
    }
}

#[test]
fn a_folder_that_is_numbered_anew_starts_at_the_beginning_also_after_a_rebuild() {
    let dir = tempfile::tempdir().unwrap();
    let ledger = Ledger::open(dir.path(), at()).unwrap();
    ledger.intend(&inbox(), VALIDITY, &intents([1, 2]), at()).unwrap();
    ledger.settle(&inbox(), VALIDITY, &applied([1, 2]), Some(Uid(3)), at()).unwrap();
    for validity in [VALIDITY, UidValidity(7)] {
        ledger.rebase(&inbox(), validity, at()).unwrap();
        assert_eq!(ledger.known(&inbox(), validity, Uid(0), at()).unwrap().len(), 0);
    }
    drop(ledger);
    fs::remove_dir_all(dir.path().join("state")).unwrap();
    let ledger = Ledger::open(dir.path(), at()).unwrap();
    let cursor = ledger.cursor(&inbox(), at()).unwrap().unwrap();
    assert_eq!((cursor.validity, cursor.next), (UidValidity(7), Uid(1)));
}

/// sled notices some of these only when it reads a page, and panics; others it repairs or never reads.
#[test]
fn bytes_flipped_anywhere_in_the_index_change_nothing_that_is_told() {
    let dir = tempfile::tempdir().unwrap();
    let ledger = Ledger::open(dir.path(), at()).unwrap();
    ledger.intend(&inbox(), VALIDITY, &intents(1..=200), at()).unwrap();
    ledger.settle(&inbox(), VALIDITY, &applied(1..=150), Some(Uid(151)), at()).unwrap();
    drop(ledger);
    let whole = seen(dir.path());
    let path = dir.path().join("state").join("db");
    let length = usize::try_from(fs::metadata(&path).unwrap().len()).unwrap();
    for part in 0..12 {
        let mut bytes = fs::read(&path).unwrap();
        let from = (bytes.len() * part / 12).min(length);
        for byte in bytes.iter_mut().skip(from).take(400).step_by(7) {
            *byte ^= 0x10;
        }
        fs::write(&path, bytes).unwrap();
        assert_eq!(seen(dir.path()), whole, "flipped from byte {from}");
    }
    let aside = fs::read_dir(dir.path()).unwrap().flatten();
    let aside = aside.filter(|entry| entry.file_name().to_string_lossy().starts_with("state.bad-"));
    assert!(aside.count() <= 1, "only the newest damaged index is kept");
}

#[derive(Clone, Debug)]
enum Step {
    Intend(u32),
    Settle(u32),
    Observe(Vec<u32>),
    Adopt(u32),
    Correct(u32),
    Expire(i64),
    Rebase(u32),
    Reopen,
    LoseIndex,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (1..40_u32).prop_map(Step::Intend),
        4 => (1..40_u32).prop_map(Step::Settle),
        2 => prop::collection::vec(1..40_u32, 0..20).prop_map(Step::Observe),
        2 => (1..40_u32).prop_map(Step::Adopt),
        1 => (1..40_u32).prop_map(Step::Correct),
        1 => (-1..2_i64).prop_map(Step::Expire),
        1 => (42..44_u32).prop_map(Step::Rebase),
        1 => Just(Step::Reopen),
        1 => Just(Step::LoseIndex),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Making a message older never puts it behind one that it stood before.
    #[test]
    fn an_older_message_never_comes_later(
        ages in prop::collection::vec((0..40_i64, 0..3_usize, prop::option::of(0..20_i32)), 2..12),
        which in any::<prop::sample::Index>(),
        older in 1..40_i64,
    ) {
        let place = |extra: i64| {
            let dir = tempfile::tempdir().unwrap();
            let ledger = Ledger::open(dir.path(), at()).unwrap();
            let at_place = which.index(ages.len());
            let batch: Vec<Intent> = (1..).zip(&ages).enumerate().map(|(index, (uid, (days, priority, deadline)))| {
                let days = days + if index == at_place { extra } else { 0 };
                let mut intent = intent(uid);
                let priority = [Priority::High, Priority::Normal, Priority::Low][*priority];
                intent.suggestion.priority = Distribution::certain(priority).probabilities();
                intent.suggestion.deadline =
                    deadline.map(|days| jiff::civil::date(2026, 11, 21) + jiff::Span::new().days(days));
                intent.arrived = at() - jiff::SignedDuration::from_hours(24 * days);
                intent
            }).collect();
            ledger.intend(&inbox(), VALIDITY, &batch, at()).unwrap();
            let rows = ledger.queue(at(), MaxAge::default()).unwrap();
            let uid = u32::try_from(at_place).unwrap() + 1;
            rows.iter().position(|row| row.uid.0 == uid)
        };
        prop_assert!(place(older) <= place(0));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    /// However often it is reopened or loses its index, the ledger tells what the log tells.
    #[test]
    fn the_index_is_the_fold_of_the_log(steps in prop::collection::vec(step(), 1..25)) {
        let dir = tempfile::tempdir().unwrap();
        let mut ledger = Ledger::open(dir.path(), at()).unwrap();
        for step in steps {
            match step {
                Step::Intend(uid) => ledger.intend(&inbox(), VALIDITY, &intents([uid]), at()).unwrap(),
                Step::Settle(uid) => ledger.settle(&inbox(), VALIDITY, &applied([uid]), Some(Uid(uid)), at()).unwrap(),
                Step::Observe(uids) => {
                    let gone = |uid| (uid, Finding::Closed(Closing::Gone));
                    found(&ledger, &uids.into_iter().map(gone).collect::<Vec<_>>());
                }
                Step::Adopt(uid) => ledger.adopt(&inbox(), VALIDITY, &[adoption(uid, uid)], at()).unwrap(),
                Step::Correct(uid) => {
                    let lesson = Lesson { class: Some(Class::Inquiry), priority: None };
                    found(&ledger, &[(uid, Finding::Corrected(vec![Tag::Rueckfrage], lesson))]);
                }
                Step::Expire(seconds) => {
                    let before = at() + jiff::SignedDuration::from_secs(seconds);
                    ledger.expire(&inbox(), before, before, at()).unwrap();
                }
                Step::Rebase(validity) => ledger.rebase(&inbox(), UidValidity(validity), at()).unwrap(),
                Step::Reopen => {
                    drop(ledger);
                    ledger = Ledger::open(dir.path(), at()).unwrap();
                }
                Step::LoseIndex => {
                    drop(ledger);
                    fs::remove_dir_all(dir.path().join("state")).unwrap();
                    ledger = Ledger::open(dir.path(), at()).unwrap();
                }
            }
            let replay = Replay::read(dir.path()).unwrap();
            for uid in 1..40 {
                let (print, mark, fresh) = (format!("{uid:032x}"), mark(uid).unwrap(), SoFar::default());
                let by_log = replay.history("poststelle", &print, &mark, &fresh);
                let by_index = ledger.history("poststelle", &print, &mark, &fresh, at()).unwrap();
                prop_assert_eq!(by_log, by_index);
            }
            prop_assert_eq!(replay.queue(at(), MaxAge::default()), ledger.queue(at(), MaxAge::default()).unwrap());
        }
    }
}
