//! The overview: the figures of the log and of what waits, kept up to date.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::{BTreeMap, BTreeSet};

use domain::{Class, Distribution, Folder, Lesson, MaxAge, Priority, Tag, Uid, UidValidity};
use jiff::civil::{Date, date};
use jiff::{SignedDuration, Timestamp};
use langhals_store::{AgeBand, Closing, Corrections, Finding, Intent, Ledger, Suggestion};

const VALIDITY: UidValidity = UidValidity(42);

fn now() -> Timestamp {
    "2026-11-21T08:00:00Z".parse().unwrap()
}

fn folder(mailbox: &str) -> Folder {
    Folder { mailbox: mailbox.into(), name: "INBOX".into() }
}

fn days(days: i64) -> SignedDuration {
    SignedDuration::from_hours(24 * days)
}

fn intent(uid: u32, age: i64, unsure: bool, deadline: Option<Date>) -> Intent {
    Intent {
        uid: Uid(uid),
        fingerprint: format!("{uid:032x}"),
        arrived: now() - days(age),
        modseq: None,
        attempt: 1,
        suggestion: Suggestion {
            class: [1.0, 0.0, 0.0],
            priority: Distribution::certain(Priority::Normal).probabilities(),
            unsure,
            deadline,
            deadline_rule: None,
            flags: vec![],
            tags: vec![Tag::Antrag.name().into()],
            model: "standard".into(),
            shadow: false,
            others: BTreeMap::new(),
        },
        set_aside: None,
        thread: None,
        references: vec![],
    }
}

#[test]
fn the_overview_tells_what_arrived_what_was_corrected_and_what_waits() {
    let dir = tempfile::tempdir().unwrap();
    let ledger = Ledger::open(dir.path(), now()).unwrap();
    let tally = |allowed: Option<&BTreeSet<String>>| ledger.tally(allowed, now(), MaxAge::default()).unwrap();
    let soon = Some(date(2026, 11, 24));
    let (post, amt) = (folder("post"), folder("amt"));
    let batch = [
        intent(1, 0, false, soon),
        intent(2, 0, true, None),
        intent(3, 20, false, soon),
        intent(4, 2, false, None),
    ];
    ledger.intend(&post, VALIDITY, &batch, now()).unwrap();
    ledger.intend(&amt, VALIDITY, &[intent(5, 0, false, Some(date(2026, 12, 31)))], now()).unwrap();
    let first = tally(None);
    let today = date(2026, 11, 21);
    assert_eq!(first.arrived[&today]["post"].sorted, BTreeMap::from([(Class::Application, 1)]));
    assert_eq!(first.arrived[&today]["post"].unsure, 1);
    assert_eq!(first.arrived[&date(2026, 11, 1)]["post"].total(), 1);
    assert_eq!(
        first.waiting,
        BTreeMap::from([
            ((Priority::High, AgeBand::Older), 1),
            ((Priority::Normal, AgeBand::UnderOneDay), 3),
            ((Priority::Normal, AgeBand::UnderThreeDays), 1),
        ])
    );
    assert_eq!(first.untouched["post"].key.uid, Uid(3));
    assert_eq!(first.deadlines.len(), 14);
    assert_eq!(first.deadlines[&date(2026, 11, 24)], 2);
    assert_eq!(first.deadlines.values().sum::<u64>(), 2);

    // What happens after the first look is told at the next.
    let lesson = Lesson { class: Some(Class::Inquiry), priority: None };
    let findings = [
        (Uid(3), Finding::Corrected(vec![Tag::Rueckfrage], lesson)),
        (Uid(4), Finding::Closed(Closing::Answered)),
    ];
    ledger.record(&post, VALIDITY, &findings, None, now()).unwrap();
    ledger.intend(&post, VALIDITY, &[intent(6, 0, false, None)], now()).unwrap();
    let second = tally(None);
    let corrected = Corrections { class: 1, ..Corrections::default() };
    assert_eq!(second.corrected[&date(2026, 11, 16)]["post"], corrected);
    assert_eq!(second.arrived[&today]["post"].total(), 3);
    assert_ne!(second.untouched["post"].key.uid, Uid(3));
    assert_eq!(second.waiting.values().sum::<u64>(), 5);

    let allowed = BTreeSet::from(["amt".to_owned()]);
    let seen = tally(Some(&allowed));
    assert_eq!(seen.waiting.values().sum::<u64>(), 1);
    assert!(seen.corrected.is_empty());
    assert_eq!(seen.arrived.into_keys().collect::<Vec<_>>(), [today]);
    assert_eq!(seen.untouched.into_keys().collect::<Vec<_>>(), ["amt"]);

    drop(ledger);
    let again = Ledger::open(dir.path(), now()).unwrap();
    assert_eq!(again.tally(None, now(), MaxAge::default()).unwrap(), second);
}

#[test]
fn age_is_told_in_bands() {
    use AgeBand::{Older, UnderOneDay, UnderOneWeek, UnderThreeDays, UnderTwoWeeks};
    let check = |age, band| {
        assert_eq!(AgeBand::of(now() - SignedDuration::from_hours(age), now()), band, "{age} hours");
    };
    check(-5, UnderOneDay);
    check(0, UnderOneDay);
    check(23, UnderOneDay);
    check(24, UnderThreeDays);
    check(71, UnderThreeDays);
    check(72, UnderOneWeek);
    check(167, UnderOneWeek);
    check(168, UnderTwoWeeks);
    check(335, UnderTwoWeeks);
    check(336, Older);
}
