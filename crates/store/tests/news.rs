//! The news: told once and in order, from memory as from the log, and read on from any place without loss.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;
use std::fs;

use domain::{Class, Distribution, Flag, Folder, Lesson, Priority, Tag, Uid, UidValidity};
use jiff::{SignedDuration, Timestamp};
use langhals_store::{
    Adoption, Bookmark, Closing, Finding, Intent, Key, Ledger, News, NewsError, NewsKind, Outcome,
    Settlement, Suggested, Suggestion,
};

const VALIDITY: UidValidity = UidValidity(42);

fn now() -> Timestamp {
    "2026-11-21T08:00:00Z".parse().unwrap()
}

fn inbox() -> Folder {
    Folder { mailbox: "poststelle".into(), name: "INBOX".into() }
}

fn intent(uid: u32, attempt: u8) -> Intent {
    Intent {
        uid: Uid(uid),
        fingerprint: format!("{uid:032x}"),
        arrived: now(),
        modseq: None,
        attempt,
        suggestion: Suggestion {
            class: [0.75, 0.25, 0.0],
            priority: Distribution::certain(Priority::High).probabilities(),
            unsure: false,
            deadline: None,
            deadline_rule: None,
            flags: vec![Flag::Gericht.name().into()],
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

fn decided() -> NewsKind {
    NewsKind::Decided {
        class: Class::Application,
        confidence: 0.75,
        priority: Priority::High,
        unsure: false,
        deadline: None,
        flags: vec![Flag::Gericht],
        tags: vec![Tag::Antrag],
    }
}

fn intend(ledger: &Ledger, uids: impl IntoIterator<Item = u32>, at: Timestamp) {
    let intents: Vec<Intent> = uids.into_iter().map(|uid| intent(uid, 1)).collect();
    ledger.intend(&inbox(), VALIDITY, &intents, at).unwrap();
}

fn settled(uid: u32, outcome: Outcome, held: Vec<Tag>) -> Settlement {
    Settlement { uid: Uid(uid), outcome, held, moved: None }
}

/// Everything after a bookmark, so many at a time.
fn follow(ledger: &Ledger, after: &Bookmark, at_once: usize) -> (Vec<News>, Bookmark) {
    let (mut all, mut stands) = (Vec::new(), after.clone());
    loop {
        let (news, then) = ledger.read_news(&stands, at_once).unwrap();
        stands = then;
        if news.is_empty() {
            return (all, stands);
        }
        assert!(news.len() <= at_once);
        assert_eq!(news.last().unwrap().id.parse::<Bookmark>().unwrap(), stands);
        all.extend(news);
    }
}

fn kinds(news: &[News]) -> Vec<(u32, NewsKind)> {
    news.iter().map(|news| (news.uid, news.what.clone())).collect()
}

#[test]
fn what_happens_to_messages_is_told_once_and_in_order() {
    let dir = tempfile::tempdir().unwrap();
    let ledger = Ledger::open(dir.path(), now()).unwrap();
    let begin = ledger.latest();
    ledger.rebase(&inbox(), VALIDITY, now()).unwrap();
    intend(&ledger, [1, 2, 3, 4], now());
    ledger.intend(&inbox(), VALIDITY, &[intent(4, 2)], now()).unwrap();
    let settlements = [
        settled(1, Outcome::Applied, vec![]),
        settled(2, Outcome::Person, vec![Tag::Rueckfrage, Tag::Hoch]),
        settled(3, Outcome::Gone, vec![]),
    ];
    ledger.settle(&inbox(), VALIDITY, &settlements, Some(Uid(5)), now()).unwrap();
    let lesson = Lesson { class: Some(Class::Other), priority: None };
    let record =
        |uid, finding| ledger.record(&inbox(), VALIDITY, &[(Uid(uid), finding)], None, now()).unwrap();
    record(1, Finding::Corrected(vec![Tag::Sonstiges], lesson));
    record(1, Finding::Closed(Closing::Answered));
    record(1, Finding::Reopened);
    record(2, Finding::Noted(vec![]));
    record(2, Finding::Closed(Closing::Gone));
    let adoption = Adoption { uid: Uid(9), fingerprint: format!("{:032x}", 2), from: None };
    ledger.adopt(&inbox(), VALIDITY, &[adoption], now()).unwrap();
    let (news, end) = ledger.read_news(&begin, 100).unwrap();
    let corrected = |class, priority, suggested| NewsKind::Corrected { class, priority, suggested };
    let suggested = Suggested {
        class: "application".into(),
        priority: "high".into(),
        unsure: false,
        model: "standard".into(),
    };
    assert_eq!(
        kinds(&news),
        [
            (0, NewsKind::Renumbered),
            (1, decided()),
            (2, decided()),
            (3, decided()),
            (4, decided()),
            (3, NewsKind::Gone),
            (2, corrected(Some(Class::Inquiry), Some(Priority::High), None)),
            (1, corrected(Some(Class::Other), None, Some(suggested))),
            (1, NewsKind::Closed { how: Closing::Answered }),
            (1, NewsKind::Reopened),
            (2, NewsKind::Gone),
            (9, NewsKind::Moved { from: None }),
        ]
        .into_iter()
        .collect::<Vec<_>>()
    );
    assert_eq!(end, ledger.latest());
    assert_eq!(news[1].mailbox, "poststelle");
    assert_eq!(news[1].validity, 42);
}

#[test]
fn a_message_that_langhals_moves_is_told_under_its_new_place() {
    let dir = tempfile::tempdir().unwrap();
    let ledger = Ledger::open(dir.path(), now()).unwrap();
    intend(&ledger, [1], now());
    let begin = ledger.latest();
    let filed = Folder { name: "INBOX/Antrag".into(), ..inbox() };
    let to = Key { folder: filed, validity: UidValidity(7), uid: Uid(3) };
    let moved = Settlement { moved: Some(to), ..settled(1, Outcome::Moved, vec![Tag::Antrag]) };
    ledger.settle(&inbox(), VALIDITY, &[moved], None, now()).unwrap();
    let (news, _) = ledger.read_news(&begin, 100).unwrap();
    let from = Key { folder: inbox(), validity: VALIDITY, uid: Uid(1) };
    assert_eq!(kinds(&news), [(3, NewsKind::Moved { from: Some(from) }), (1, NewsKind::Gone)]);
    assert_eq!((news[0].folder.as_str(), news[0].validity), ("INBOX/Antrag", 7));
}

#[test]
fn memory_and_log_tell_the_same_in_any_portion() {
    let dir = tempfile::tempdir().unwrap();
    let ledger = Ledger::open(dir.path(), now()).unwrap();
    let begin = ledger.latest();
    let day = SignedDuration::from_hours(24);
    intend(&ledger, 1..30, now() - day);
    let gone: Vec<_> = (1..20).map(|uid| (Uid(uid), Finding::Closed(Closing::Gone))).collect();
    ledger.record(&inbox(), VALIDITY, &gone, None, now()).unwrap();
    let (all, end) = follow(&ledger, &begin, 1_000);
    assert_eq!(all.len(), 29 + 19);
    drop(ledger);
    let ledger = Ledger::open(dir.path(), now()).unwrap();
    assert_eq!(ledger.latest(), end);
    for at_once in [1, 7, 1_000] {
        assert_eq!(follow(&ledger, &begin, at_once).0, all);
    }
    for (at, news) in all.iter().enumerate() {
        let stands: Bookmark = news.id.parse().unwrap();
        assert_eq!(follow(&ledger, &stands, 5).0, all[at + 1..]);
    }
}

#[test]
fn more_news_than_memory_holds_come_from_the_log() {
    let dir = tempfile::tempdir().unwrap();
    let ledger = Ledger::open(dir.path(), now()).unwrap();
    let begin = ledger.latest();
    for batch in 0..3 {
        intend(&ledger, batch * 600..(batch + 1) * 600, now());
    }
    let (news, end) = follow(&ledger, &begin, 250);
    let uids: Vec<u32> = news.iter().map(|news| news.uid).collect();
    assert_eq!(uids, (0..1_800).collect::<Vec<_>>());
    assert_eq!(end, ledger.latest());
}

#[test]
fn a_place_that_the_log_has_not_is_said_so() {
    let dir = tempfile::tempdir().unwrap();
    let ledger = Ledger::open(dir.path(), now()).unwrap();
    let day = SignedDuration::from_hours(24);
    intend(&ledger, [1], now() - day);
    let yesterday = ledger.latest();
    intend(&ledger, [2], now());
    let today = ledger.latest();
    drop(ledger);
    let forgotten = |ledger: &Ledger, bookmark: &Bookmark| {
        matches!(ledger.read_news(bookmark, 10), Err(NewsError::Forgotten))
    };
    fs::remove_file(dir.path().join("log/2026-11-20.log")).unwrap();
    let ledger = Ledger::open(dir.path(), now()).unwrap();
    assert!(forgotten(&ledger, &yesterday));
    assert!(!forgotten(&ledger, &today));
    let text = today.to_string();
    let parts: Vec<&str> = text.split('.').collect();
    let elsewhere = [
        [parts[0], parts[1], "00000001", parts[3]].join("."),
        [parts[0], "1", parts[2], parts[3]].join("."),
        [parts[0], "999999999", parts[2], parts[3]].join("."),
        ["2031-01-01", parts[1], parts[2], parts[3]].join("."),
    ];
    for text in elsewhere {
        assert!(forgotten(&ledger, &text.parse().unwrap()), "{text}");
    }
    for text in ["", "1", "../../etc/passwd.1.2.3", "2026-11-21", "2026-11-21.x.0.0", "2026-11-21.1.2.3.4"] {
        assert!(text.parse::<Bookmark>().is_err(), "{text}");
    }
}

#[test]
fn who_waits_is_woken_by_each_durable_write() {
    let dir = tempfile::tempdir().unwrap();
    let ledger = Ledger::open(dir.path(), now()).unwrap();
    let mut changes = ledger.changes();
    assert!(!changes.has_changed().unwrap());
    intend(&ledger, [1], now());
    assert!(changes.has_changed().unwrap());
    let before = *changes.borrow_and_update();
    intend(&ledger, [2], now());
    assert!(*changes.borrow_and_update() > before);
}
