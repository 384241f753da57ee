//! Looking at what waits tells what the whole queue tells: filtered, sorted, counted, at any time.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;
use std::fs;

use domain::{
    Class, Distribution, Flag, Folder, Label as _, Lesson, MaxAge, Priority, Tag, Uid, UidValidity,
};
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp, ToSpan as _};
use langhals_store::{
    Adoption, Closing, Counts, Finding, Intent, Key, Ledger, Outcome, Query, Row, Settlement, Sort,
    Suggestion, Tagged,
};
use proptest::prelude::*;
use proptest::sample::select;

const VALIDITY: UidValidity = UidValidity(42);
const FOLDERS: [(&str, &str); 4] =
    [("poststelle", "INBOX"), ("poststelle", "INBOX/Amt"), ("bauamt", "INBOX"), ("sozialamt", "INBOX")];

fn now() -> Timestamp {
    "2026-11-21T08:00:00Z".parse().unwrap()
}

fn today() -> Date {
    jiff::civil::date(2026, 11, 21)
}

fn folder(which: usize) -> Folder {
    let (mailbox, name) = FOLDERS[which % FOLDERS.len()];
    Folder { mailbox: mailbox.into(), name: name.into() }
}

fn days(days: i64) -> SignedDuration {
    SignedDuration::from_hours(24 * days)
}

/// A message whose every property follows from its number.
fn intent(number: u32) -> Intent {
    let pick = |of: u32, most: u32| (number.wrapping_mul(2_654_435_761) >> of) % most;
    let priority = [Priority::High, Priority::Normal, Priority::Low, Priority::Normal][pick(3, 4) as usize];
    let mut class = [0.1; 3];
    class[pick(5, 3) as usize] = 0.1 + f64::from(pick(7, 9)) / 10.0;
    let deadline = (pick(9, 3) == 0).then(|| today() + (i64::from(pick(11, 20)) - 6).days());
    let flags = Flag::ALL.into_iter().skip(pick(13, 20) as usize).take(2);
    Intent {
        uid: Uid(number),
        fingerprint: format!("{number:032x}"),
        arrived: now() - days(i64::from(pick(15, 30))) - SignedDuration::from_mins(i64::from(pick(17, 3))),
        modseq: None,
        attempt: 1,
        suggestion: Suggestion {
            class,
            priority: Distribution::certain(priority).probabilities(),
            unsure: pick(19, 3) == 0,
            deadline,
            deadline_rule: None,
            flags: flags.map(|flag| flag.name().to_owned()).collect(),
            tags: vec![Tag::Antrag.name().into()],
            model: "standard".into(),
            shadow: false,
            others: BTreeMap::new(),
        },
        set_aside: None,
        thread: None,
        references: (pick(21, 2) == 0).then(|| format!("Az. 44/{}-NW", pick(23, 4))).into_iter().collect(),
    }
}

/// What is looked at, told from the whole queue.
fn expected(rows: &[Row], query: &Query) -> (Vec<Row>, u64, Counts) {
    let class = |row: &Row| row.entry.chosen_class().unwrap_or(row.entry.suggestion.class().best());
    let unsure = |row: &Row| row.entry.suggestion.unsure && !row.entry.person;
    let has = |row: &Row, flag: Flag| row.entry.suggestion.flags.iter().any(|name| name == flag.name());
    let deadline = |row: &Row| row.entry.suggestion.deadline;
    let names = |row: &Row, sought: &str| {
        let number = u32::from_str_radix(&row.entry.fingerprint, 16).unwrap();
        !row.entry.references.is_empty() && intent(number).references == [sought]
    };
    let allowed = |row: &&Row| query.allowed.as_ref().is_none_or(|all| all.contains(&row.folder.mailbox));
    let mut counts = Counts::default();
    for row in rows.iter().filter(allowed) {
        let left = deadline(row).map(|date| (date - today()).get_days());
        counts.waiting += 1;
        counts.urgent += u64::from(row.priority() == Priority::High);
        counts.near += u64::from(left.is_some_and(|days| (0..=7).contains(&days)));
        counts.overdue += u64::from(left.is_some_and(|days| days < 0));
        counts.unsure += u64::from(unsure(row));
        *counts.by_mailbox.entry(row.folder.mailbox.clone()).or_default() += 1;
        *counts.by_class.entry(class(row)).or_default() += 1;
        *counts.by_priority.entry(row.priority()).or_default() += 1;
        for flag in Flag::ALL.into_iter().filter(|flag| has(row, *flag)) {
            *counts.by_flag.entry(flag).or_default() += 1;
        }
    }
    let wanted = |row: &&Row| {
        query.mailbox.as_ref().is_none_or(|mailbox| *mailbox == row.folder.mailbox)
            && query.class.is_none_or(|wanted| class(row) == wanted)
            && query.priority.is_none_or(|wanted| row.priority() == wanted)
            && (!query.unsure || unsure(row))
            && query.flag.is_none_or(|flag| has(row, flag))
            && query.reference.as_ref().is_none_or(|sought| names(row, sought))
            && (!query.overdue || deadline(row).is_some_and(|date| date < today()))
    };
    let mut found: Vec<Row> = rows.iter().filter(allowed).filter(wanted).cloned().collect();
    let matching = found.len() as u64;
    let confidence = |row: &Row| (row.entry.suggestion.class().confidence() * 10_000.0).round() as i64;
    let waited = |row: &Row| row.entry.arrived;
    let turn = query.descending;
    match query.sort {
        Sort::Urgency if turn => found.reverse(),
        Sort::Urgency => {}
        Sort::Deadline => found.sort_by_key(|row| {
            let left = deadline(row).map(|date| (date - today()).get_days());
            left.map_or(i32::MAX, |days| if turn { -days } else { days })
        }),
        Sort::Waiting if turn => found.sort_by_key(|row| std::cmp::Reverse(waited(row))),
        Sort::Waiting => found.sort_by_key(waited),
        Sort::Class if turn => found.sort_by_key(|row| std::cmp::Reverse(class(row))),
        Sort::Class => found.sort_by_key(class),
        Sort::Mailbox if turn => found.sort_by_key(|row| std::cmp::Reverse(row.folder.clone())),
        Sort::Mailbox => found.sort_by_key(|row| row.folder.clone()),
        Sort::Confidence => {
            found.sort_by_key(|row| if turn { -confidence(row) } else { confidence(row) });
        }
    }
    (found.into_iter().skip(query.offset).take(query.limit).collect(), matching, counts)
}

#[track_caller]
fn check(ledger: &Ledger, query: &Query, at: Timestamp, max_age: MaxAge) {
    let rows = ledger.queue(at, max_age).unwrap();
    let extract = ledger.look(query, at, max_age).unwrap();
    let (shown, matching, counts) = expected(&rows, query);
    assert_eq!(extract.counts, counts, "{query:?}");
    assert_eq!(extract.matching, matching, "{query:?}");
    assert_eq!(extract.rows, shown, "{query:?}");
}

#[derive(Clone, Debug)]
enum Step {
    Intend(Vec<u32>),
    Seen(u32),
    Settle(u32, Outcome),
    Move(u32),
    Find(u32, Found),
    Adopt(u32),
    Rebase,
    Expire,
    Reopen,
    LoseIndex,
}

#[derive(Clone, Copy, Debug)]
enum Found {
    Class,
    Priority,
    Nothing,
    Noted,
    Closed(Closing),
    Reopened,
}

fn step() -> impl Strategy<Value = (usize, Step)> {
    use Found::{Class, Closed, Noted, Nothing, Priority, Reopened};
    let uid = 1..40_u32;
    let outcomes = select(vec![Outcome::Applied, Outcome::Person, Outcome::Gone, Outcome::QueueOnly]);
    let found = select(vec![
        Class,
        Priority,
        Nothing,
        Noted,
        Reopened,
        Closed(Closing::Answered),
        Closed(Closing::Deleted),
        Closed(Closing::Gone),
    ]);
    let step = prop_oneof![
        6 => prop::collection::vec(uid.clone(), 1..12).prop_map(Step::Intend),
        1 => uid.clone().prop_map(Step::Seen),
        3 => (uid.clone(), outcomes).prop_map(|(uid, outcome)| Step::Settle(uid, outcome)),
        1 => uid.clone().prop_map(Step::Move),
        4 => (uid.clone(), found).prop_map(|(uid, found)| Step::Find(uid, found)),
        2 => uid.prop_map(Step::Adopt),
        1 => Just(Step::Rebase),
        1 => Just(Step::Expire),
        1 => Just(Step::Reopen),
        1 => Just(Step::LoseIndex),
    ];
    (0..FOLDERS.len(), step)
}

fn query() -> impl Strategy<Value = Query> {
    let mailbox = || select(vec!["poststelle", "bauamt", "sozialamt", "kantine"]).prop_map(str::to_owned);
    let sorts = [Sort::Urgency, Sort::Deadline, Sort::Waiting, Sort::Class, Sort::Mailbox, Sort::Confidence];
    let rare = prop::bool::weighted(0.2);
    let seen = (prop::option::of(prop::collection::btree_set(mailbox(), 0..3)), prop::option::of(mailbox()));
    let kinds = (
        prop::option::weighted(0.2, select(&Class::ALL[..])),
        prop::option::weighted(0.2, select(&Priority::ALL[..])),
        prop::option::weighted(0.2, select(&Flag::ALL[..])),
        prop::option::weighted(0.2, (0..5_u32).prop_map(|number| format!("Az. 44/{number}-NW"))),
    );
    let page = (select(sorts.to_vec()), any::<bool>(), 0..4_usize, select(vec![0, 3, 10, usize::MAX]));
    (seen, kinds, rare, rare, page).prop_map(|(seen, kinds, unsure, overdue, page)| Query {
        allowed: seen.0,
        mailbox: seen.1,
        class: kinds.0,
        priority: kinds.1,
        flag: kinds.2,
        reference: kinds.3,
        unsure,
        overdue,
        sort: page.0,
        descending: page.1,
        offset: page.2,
        limit: page.3,
    })
}

fn take(ledger: &Ledger, which: usize, step: &Step) {
    let here = folder(which);
    let settle = |uid, outcome, moved| {
        let settlement = Settlement { uid: Uid(uid), outcome, held: vec![Tag::Rueckfrage], moved };
        ledger.settle(&here, VALIDITY, &[settlement], None, now()).unwrap();
    };
    match step {
        Step::Intend(uids) => {
            let intents: Vec<Intent> = uids.iter().map(|uid| intent(*uid)).collect();
            ledger.intend(&here, VALIDITY, &intents, now()).unwrap();
        }
        Step::Seen(uid) => {
            let Intent { uid, fingerprint, arrived, .. } = intent(*uid);
            let seen =
                Tagged { uid, fingerprint, arrived, tags: vec![Tag::Antrag, Tag::Niedrig], thread: None };
            ledger.seen(&here, VALIDITY, &[seen], now()).unwrap();
        }
        Step::Settle(uid, outcome) => settle(*uid, *outcome, None),
        Step::Move(uid) => {
            let to = Key { folder: folder(which + 1), validity: VALIDITY, uid: Uid(uid + 100) };
            settle(*uid, Outcome::Moved, (to.folder.mailbox == here.mailbox).then_some(to));
        }
        Step::Find(uid, found) => {
            let lesson = |class, priority| Lesson { class, priority };
            let finding = match found {
                Found::Class => Finding::Corrected(vec![Tag::Rueckfrage], lesson(Some(Class::Inquiry), None)),
                Found::Priority => {
                    Finding::Corrected(vec![Tag::Antrag, Tag::Hoch], lesson(None, Some(Priority::High)))
                }
                Found::Nothing => Finding::Corrected(vec![], lesson(None, None)),
                Found::Noted => Finding::Noted(vec![Tag::Niedrig]),
                Found::Closed(how) => Finding::Closed(*how),
                Found::Reopened => Finding::Reopened,
            };
            ledger.record(&here, VALIDITY, &[(Uid(*uid), finding)], None, now()).unwrap();
        }
        Step::Adopt(uid) => {
            let adoption =
                Adoption { uid: Uid(uid + 200), fingerprint: intent(*uid).fingerprint, from: None };
            ledger.adopt(&here, VALIDITY, &[adoption], now()).unwrap();
        }
        Step::Rebase => ledger.rebase(&here, VALIDITY, now()).unwrap(),
        Step::Expire => ledger.expire(&here, now() + days(1), now() + days(1), now()).unwrap(),
        Step::Reopen | Step::LoseIndex => {}
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn a_look_is_the_queue_filtered_and_sorted(
        steps in prop::collection::vec(step(), 1..30),
        queries in prop::collection::vec((query(), -20..20_i64, prop::option::of(0..20_i64)), 8..12),
    ) {
        let dir = tempfile::tempdir().unwrap();
        let mut ledger = Ledger::open(dir.path(), now()).unwrap();
        let mut asked = queries.iter().cycle();
        for (which, step) in &steps {
            take(&ledger, *which, step);
            if matches!(step, Step::Reopen | Step::LoseIndex) {
                drop(ledger);
                if matches!(step, Step::LoseIndex) {
                    fs::remove_dir_all(dir.path().join("state")).unwrap();
                }
                ledger = Ledger::open(dir.path(), now()).unwrap();
            }
            let (query, _, age) = asked.next().unwrap();
            check(&ledger, query, now(), MaxAge(age.map(days)));
        }
        // Time passes and steps back; whatever is asked, the order is that of the moment.
        for (_, later, age) in &queries {
            let at = now() + days(*later);
            let rows = ledger.queue(at, MaxAge(age.map(days))).unwrap();
            let all = Query { limit: usize::MAX, ..Query::default() };
            prop_assert_eq!(ledger.look(&all, at, MaxAge(age.map(days))).unwrap().rows, rows);
        }
    }
}

#[test]
fn what_grows_old_moves_up_at_its_moment() {
    let dir = tempfile::tempdir().unwrap();
    let ledger = Ledger::open(dir.path(), now()).unwrap();
    let plain = |uid, age| Intent {
        arrived: now() - days(age),
        suggestion: Suggestion {
            priority: Distribution::certain(Priority::Normal).probabilities(),
            deadline: Some(today() + (20 - age).days()),
            ..intent(uid).suggestion
        },
        ..intent(uid)
    };
    ledger.intend(&folder(0), VALIDITY, &[plain(1, 13), plain(2, 3)], now()).unwrap();
    let order = |at| {
        let extract = ledger.look(&Query::default(), at, MaxAge::default()).unwrap();
        let rows = extract.rows.iter().map(|row| (row.uid.0, row.aged)).collect::<Vec<_>>();
        (rows, extract.counts.urgent)
    };
    assert_eq!(order(now()), (vec![(1, false), (2, false)], 0));
    let second = SignedDuration::from_secs(1);
    assert_eq!(order(now() + days(1) - second).1, 0);
    assert_eq!(order(now() + days(1)), (vec![(1, true), (2, false)], 1));
    assert_eq!(order(now() + days(11)), (vec![(1, true), (2, true)], 2));
    assert_eq!(order(now()).1, 0);
}

#[test]
fn an_entry_is_found_by_its_place() {
    let dir = tempfile::tempdir().unwrap();
    let ledger = Ledger::open(dir.path(), now()).unwrap();
    ledger.intend(&folder(0), VALIDITY, &[intent(1)], now()).unwrap();
    let key = |uid| Key { folder: folder(0), validity: VALIDITY, uid: Uid(uid) };
    assert_eq!(ledger.entry(&key(1), now()).unwrap().unwrap().fingerprint, intent(1).fingerprint);
    assert_eq!(ledger.entry(&key(2), now()).unwrap(), None);
}
