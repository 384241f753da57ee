//! What is forgotten leaves no trace in any file; everything else is told as before, by index, by log, and rebuilt.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use domain::{Class, Distribution, Folder, Lesson, MaxAge, Message, Priority, Tag, Uid, UidValidity};
use jiff::{SignedDuration, Timestamp};
use langhals_store::{
    Adoption, Closing, Demand, Entry, Erased, Finding, ForgottenBy, Intent, Keeping, Key, Ledger, Mark,
    Messages, NewsError, Outcome, Replay, Row, Settlement, SoFar, Suggestion, checkup, would_erase,
};
use proptest::prelude::*;

const VALIDITY: UidValidity = UidValidity(42);

fn on(day: i64) -> Timestamp {
    let first: Timestamp = "2026-11-01T08:00:00Z".parse().unwrap();
    first + SignedDuration::from_hours(24 * day)
}

fn inbox() -> Folder {
    Folder { mailbox: "poststelle".into(), name: "INBOX".into() }
}

fn archive() -> Folder {
    Folder { name: "Archiv".into(), ..inbox() }
}

/// A fingerprint whose bytes occur nowhere else.
fn print(uid: u32) -> String {
    format!("{:032x}", 0xdead_beef_0000_0000_1234_5678_0000_0000_u128 + u128::from(uid))
}

fn id(uid: u32) -> String {
    format!("{uid}@amt.example")
}

/// Each answers the one with a third of its number.
fn mark(uid: u32) -> Mark {
    let message = Message {
        message_id: Some(id(uid)),
        thread: vec![id(uid / 3)],
        text: format!("Wann wird mein Antrag Nummer {uid} beschieden, den ich im Mai gestellt habe?"),
        ..Message::default()
    };
    Mark::of(&message).unwrap()
}

fn intent(uid: u32, at: Timestamp) -> Intent {
    Intent {
        uid: Uid(uid),
        fingerprint: print(uid),
        arrived: at,
        modseq: None,
        attempt: 1,
        suggestion: Suggestion {
            class: Distribution::certain(Class::Application).probabilities(),
            priority: Distribution::certain(Priority::Normal).probabilities(),
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
        thread: Some(mark(uid)),
        references: vec![format!("Az. 44/{uid}-NW")],
    }
}

fn sort(ledger: &Ledger, uids: &[u32], at: Timestamp) {
    let intents: Vec<Intent> = uids.iter().map(|uid| intent(*uid, at)).collect();
    ledger.intend(&inbox(), VALIDITY, &intents, at).unwrap();
    let settled =
        |uid: &u32| Settlement { uid: Uid(*uid), outcome: Outcome::Applied, held: vec![], moved: None };
    let settlements: Vec<Settlement> = uids.iter().map(settled).collect();
    let next = uids.iter().max().map(|uid| Uid(uid + 1));
    ledger.settle(&inbox(), VALIDITY, &settlements, next, at).unwrap();
}

fn find(ledger: &Ledger, uids: &[u32], finding: &Finding, at: Timestamp) {
    let findings: Vec<_> = uids.iter().map(|uid| (Uid(*uid), finding.clone())).collect();
    ledger.record(&inbox(), VALIDITY, &findings, None, at).unwrap();
}

fn inquiry() -> Finding {
    Finding::Corrected(vec![Tag::Rueckfrage], Lesson { class: Some(Class::Inquiry), priority: None })
}

fn key(folder: Folder, uid: u32) -> Key {
    Key { folder, validity: VALIDITY, uid: Uid(uid) }
}

/// Twelve messages in four days; of 5 everything is known that can be known of a message.
fn full(dir: &Path) -> Ledger {
    let ledger = Ledger::open(dir, on(0)).unwrap();
    ledger.rebase(&inbox(), VALIDITY, on(0)).unwrap();
    for day in 0..4_u32 {
        sort(&ledger, &[1, 2, 3].map(|uid| day * 3 + uid), on(day.into()));
    }
    find(&ledger, &[5, 6], &Finding::Noticed(vec![Tag::Rueckfrage]), on(4));
    find(&ledger, &[5, 6], &inquiry(), on(4));
    find(&ledger, &[5, 6, 7], &Finding::Closed(Closing::Answered), on(4));
    find(&ledger, &[5], &Finding::Reopened, on(5));
    let adoption = Adoption { uid: Uid(105), fingerprint: print(5), from: Some(key(inbox(), 5)) };
    ledger.adopt(&archive(), VALIDITY, &[adoption], on(5)).unwrap();
    find(&ledger, &[5, 8], &Finding::Closed(Closing::Gone), on(5));
    find(&ledger, &[5], &Finding::Noted(vec![]), on(6));
    ledger
}

fn files(dir: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let (mut files, mut folders) = (Vec::new(), vec![dir.to_owned()]);
    while let Some(folder) = folders.pop() {
        for path in fs::read_dir(folder).unwrap().flatten().map(|entry| entry.path()) {
            if path.is_dir() {
                folders.push(path);
            } else {
                files.push((path.clone(), fs::read(path).unwrap()));
            }
        }
    }
    files
}

/// In every form in which something of 32 hexadecimal digits may lie in a file.
fn traces(hex: &str) -> [Vec<u8>; 3] {
    let number = u128::from_str_radix(hex, 16).unwrap();
    [hex.as_bytes().to_vec(), number.to_be_bytes().to_vec(), number.to_le_bytes().to_vec()]
}

fn hex_in(json: &serde_json::Value) -> Vec<String> {
    match json {
        serde_json::Value::String(text) => vec![text.clone()],
        serde_json::Value::Array(all) => all.iter().flat_map(hex_in).collect(),
        serde_json::Value::Object(all) => all.values().flat_map(hex_in).collect(),
        _ => Vec::new(),
    }
}

/// Everything that is a trace of a message: fingerprint, Message-ID, text, file number.
fn all_traces(entry: &Entry, uid: u32) -> Vec<Vec<u8>> {
    let mark = serde_json::to_value(mark(uid)).unwrap();
    let own = ["own", "text"].iter().flat_map(|field| hex_in(&mark[*field]));
    let references = hex_in(&serde_json::to_value(&entry.references).unwrap());
    assert!(!references.is_empty());
    let hexes = own.chain(references).chain([print(uid)]);
    hexes.flat_map(|hex| traces(&hex)).collect()
}

fn has(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

/// Lines of the log that name a message of INBOX by its UID.
fn lines_with(dir: &Path, uid: u32) -> usize {
    let days = files(&dir.join("log")).into_iter();
    let days = days.filter(|(path, _)| path.parent() == Some(&dir.join("log")));
    let text: String = days.map(|(_, bytes)| String::from_utf8(bytes).unwrap()).collect();
    let line = |line: &str| {
        let (_checksum, json) = line.split_once(' ').unwrap();
        serde_json::from_str::<serde_json::Value>(json).unwrap()
    };
    let names = |line: &serde_json::Value| {
        line["folder"] == "INBOX"
            && (line["uid"] == uid || line["uids"].as_array().is_some_and(|uids| uids.contains(&uid.into())))
    };
    text.lines().map(line).filter(names).count()
}

fn queue(ledger: &Ledger) -> Vec<Row> {
    ledger.queue(on(9), MaxAge::default()).unwrap()
}

/// Opens it, and demands that index, log and a rebuilt index tell the same, and that nothing is found wrong.
#[track_caller]
fn rows_everywhere(dir: &Path) -> Vec<Row> {
    let rows = queue(&Ledger::open(dir, on(9)).unwrap());
    assert_eq!(Replay::read(dir).unwrap().queue(on(9), MaxAge::default()), rows);
    let scratch = tempfile::tempdir().unwrap();
    let wrong: Vec<String> = checkup(dir, scratch.path())
        .into_iter()
        .filter(|said| !said.good && !said.sentence.starts_with("permissions"))
        .map(|said| said.sentence)
        .collect();
    assert_eq!(wrong, Vec::<String>::new());
    Ledger::rebuild(dir, on(9)).unwrap();
    assert_eq!(queue(&Ledger::open(dir, on(9)).unwrap()), rows, "rebuilt");
    rows
}

#[test]
fn a_forgotten_message_leaves_no_trace_and_all_others_stay() {
    let dir = tempfile::tempdir().unwrap();
    let ledger = full(dir.path());
    let entry = ledger.entry(&key(archive(), 105), on(6)).unwrap().unwrap();
    let found = all_traces(&entry, 5);
    ledger.checkpoint(on(6)).unwrap();
    fs::create_dir(dir.path().join("state.bad-20261101T000000Z")).unwrap();
    fs::write(dir.path().join("state.bad-20261101T000000Z/db"), print(5)).unwrap();
    fs::create_dir(dir.path().join("log/bad-20261101T000000Z")).unwrap();
    fs::write(dir.path().join("log/bad-20261101T000000Z/2026-11-01.log"), print(5)).unwrap();
    for trace in &found {
        let is_hex = trace.len() == 32;
        assert!(
            !is_hex || files(dir.path()).iter().any(|(_, bytes)| has(bytes, trace)),
            "the test would prove nothing"
        );
    }
    assert!(lines_with(dir.path(), 5) > 5);
    let mut expected = queue(&ledger);
    expected.retain(|row| row.entry.fingerprint != print(5));
    let demand = Demand::Messages(Messages::of_message_id(&format!("<{}>", id(5))));
    let said = would_erase(dir.path(), &demand, on(6)).unwrap();
    let erased = ledger.erase(&demand, on(6)).unwrap();
    assert_eq!(erased, said, "a dry run says what is done then");
    let Erased { messages, waiting, corrections, set_aside, .. } = erased;
    assert_eq!((messages, waiting, corrections, set_aside), (1, 1, 1, 2));
    assert_eq!(queue(&ledger), expected);
    ledger.checkpoint(on(6)).unwrap();
    for (path, bytes) in files(dir.path()) {
        for trace in &found {
            assert!(!has(&bytes, trace), "{} in {}", String::from_utf8_lossy(trace), path.display());
        }
    }
    assert_eq!(lines_with(dir.path(), 5), 0);
    assert_eq!(
        ledger.erase(&demand, on(6)).unwrap(),
        Erased::default(),
        "there is nothing to be forgotten twice"
    );
    // Life goes on in the same ledger.
    sort(&ledger, &[13], on(6));
    assert_eq!(queue(&ledger).len(), expected.len() + 1);
    drop(ledger);
    assert_eq!(rows_everywhere(dir.path()).len(), expected.len() + 1);
    assert_eq!(Replay::read(dir.path()).unwrap().corrections().len(), 1, "that of message 6");
}

#[test]
fn whoever_answered_a_forgotten_mail_is_still_known_by_everything_else() {
    let dir = tempfile::tempdir().unwrap();
    let ledger = full(dir.path());
    let earlier = |ledger: &Ledger, uid| {
        ledger.history("poststelle", &print(uid), &mark(uid), &SoFar::default(), on(6)).unwrap().earlier
    };
    // 9, 10 and 11 answer 3, and 3 belongs to a thread with all others.
    assert_eq!([9, 10, 11].map(|uid| earlier(&ledger, uid)), [8, 9, 10]);
    ledger.erase(&Demand::Messages(Messages::of_message_id(&id(3))), on(6)).unwrap();
    assert_eq!([9, 10, 11].map(|uid| earlier(&ledger, uid)), [0, 0, 0], "the thread was known by it alone");
    assert_eq!(earlier(&ledger, 6), 4, "1, 2, 4 and 5 are still a thread");
}

#[test]
fn a_sender_s_mails_are_forgotten_by_fingerprint_place_and_id() {
    let dir = tempfile::tempdir().unwrap();
    let ledger = full(dir.path());
    let mut messages = Messages::of_sender();
    assert!(messages.is_empty());
    messages.add(Some(&id(1)), "0".repeat(32), key(inbox(), 1_000));
    messages.add(None, print(2), key(inbox(), 1_001));
    messages.add(None, "1".repeat(32), key(inbox(), 3));
    messages.add(None, "2".repeat(32), key(inbox(), 1_002));
    let erased = ledger.erase(&Demand::Messages(messages), on(6)).unwrap();
    assert_eq!((erased.messages, erased.waiting), (3, 3));
    drop(ledger);
    assert!(rows_everywhere(dir.path()).iter().all(|row| row.uid.0 > 3));
}

#[test]
fn bookmarks_before_the_first_change_stay_and_others_are_known_to_be_lost() {
    let dir = tempfile::tempdir().unwrap();
    let ledger = full(dir.path());
    let all = ledger.read_news(&"0".parse().unwrap(), 1_000).unwrap().0;
    let early = all.iter().find(|news| news.uid == 2).unwrap().id.parse().unwrap();
    let own = all.iter().find(|news| news.uid == 5).unwrap().id.parse().unwrap();
    ledger.erase(&Demand::Messages(Messages::of_message_id(&id(5))), on(6)).unwrap();
    let (after, _) = ledger.read_news(&early, 1_000).unwrap();
    assert!(after.iter().any(|news| news.uid == 12) && after.iter().all(|news| news.uid != 5));
    assert!(matches!(ledger.read_news(&own, 1_000), Err(NewsError::Forgotten)));
    let latest = ledger.latest();
    sort(&ledger, &[14], on(6));
    assert_eq!(ledger.read_news(&latest, 10).unwrap().0.len(), 1);
}

#[test]
fn a_damaged_log_is_left_alone_and_said() {
    let dir = tempfile::tempdir().unwrap();
    let ledger = full(dir.path());
    let path = dir.path().join("log/2026-11-02.log");
    let mut bytes = fs::read(&path).unwrap();
    bytes[40] ^= 1;
    fs::write(&path, &bytes).unwrap();
    let before = files(&dir.path().join("log"));
    let said = ledger.erase(&Demand::Messages(Messages::of_message_id(&id(5))), on(6)).unwrap_err();
    assert!(said.to_string().contains("is damaged: nothing was erased"), "{said}");
    assert_eq!(files(&dir.path().join("log")), before);
}

#[test]
fn what_is_old_goes_and_what_waits_stays() {
    let dir = tempfile::tempdir().unwrap();
    let ledger = full(dir.path());
    find(&ledger, &[1], &Finding::Closed(Closing::Answered), on(7));
    find(&ledger, &[4], &Finding::Closed(Closing::Answered), on(13));
    let before = queue(&ledger);
    let erased = ledger.erase(&Demand::Older(Keeping::of_days(5), ForgottenBy::Age), on(15)).unwrap();
    // 1, 6, 7 and 8 were done too long ago, and with 6 its correction goes; the others wait, or something happened.
    assert_eq!((erased.messages, erased.waiting, erased.corrections), (4, 0, 1));
    assert_eq!(queue(&ledger), before);
    assert_eq!(ledger.entry(&key(inbox(), 1), on(15)).unwrap(), None);
    assert!(ledger.entry(&key(inbox(), 4), on(15)).unwrap().is_some(), "answered two days ago");
    let days = files(&dir.path().join("log"));
    assert!(days.iter().all(|(_, bytes)| !has(bytes, print(1).as_bytes())));
    drop(ledger);
    assert_eq!(rows_everywhere(dir.path()), before);
}

#[test]
fn bookmarks_of_the_days_that_stay_outlive_the_others() {
    let dir = tempfile::tempdir().unwrap();
    let ledger = full(dir.path());
    sort(&ledger, &[13, 14], on(8));
    let all = ledger.read_news(&"0".parse().unwrap(), 1_000).unwrap().0;
    let place = |uid| all.iter().find(|news| news.uid == uid).unwrap().id.parse().unwrap();
    ledger.erase(&Demand::Older(Keeping::of_days(3), ForgottenBy::Retention), on(9)).unwrap();
    assert_eq!(ledger.read_news(&place(13), 1_000).unwrap().0.len(), 1);
    assert!(matches!(ledger.read_news(&place(2), 1_000), Err(NewsError::Forgotten)));
}

#[test]
fn nothing_happens_where_nothing_is_old() {
    let dir = tempfile::tempdir().unwrap();
    let ledger = full(dir.path());
    let before = files(&dir.path().join("log"));
    let keeping = Keeping { days: 9, corrections: 9 };
    assert_eq!(ledger.retain(&keeping, std::time::Duration::MAX, on(6)).unwrap(), Erased::default());
    // A year later by a clock that nobody believes yet.
    assert_eq!(ledger.retain(&keeping, std::time::Duration::ZERO, on(371)).unwrap(), Erased::default());
    assert_eq!(files(&dir.path().join("log")), before);
    assert!(!ledger.retain(&keeping, std::time::Duration::MAX, on(371)).unwrap().is_nothing());
}

/// A thing that happens on a day; `None` is the night.
type Step = Option<(u32, u8)>;

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![1 => Just(None), 4 => (1..30_u32, 0..9_u8).prop_map(Some)]
}

/// The same in a ledger that forgets and in one that does not, where both know the same of the message.
fn take(ledgers: &[&Ledger; 2], uid: u32, what: u8, at: Timestamp) {
    let place = key(inbox(), uid);
    let [known, known_too] = ledgers.map(|ledger| ledger.entry(&place, at).unwrap());
    let prints = [print(uid)];
    let [found, found_too] =
        ledgers.map(|ledger| ledger.recognise(&archive(), VALIDITY, &prints, at).unwrap());
    for ledger in ledgers {
        match what {
            0 | 1 => sort(ledger, &[uid], at),
            7 if found == found_too => {
                let from = found.get(&print(uid)).and_then(|known| known.from.clone());
                let adoption = Adoption { uid: Uid(uid + 100), fingerprint: print(uid), from };
                ledger.adopt(&archive(), VALIDITY, &[adoption], at).unwrap();
            }
            8 => ledger.rebase(&archive(), VALIDITY, at).unwrap(),
            _ if known != known_too => {}
            2 => find(ledger, &[uid], &Finding::Closed(Closing::Answered), at),
            3 => find(ledger, &[uid], &Finding::Closed(Closing::Gone), at),
            4 => find(ledger, &[uid], &Finding::Reopened, at),
            5 => find(ledger, &[uid], &inquiry(), at),
            6 => find(ledger, &[uid], &Finding::Noticed(vec![Tag::Sonstiges]), at),
            _ => {}
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    /// Whatever happens over the days, the queue is that of a ledger that keeps everything; so are the corrections
    /// that are young enough, and nothing is told of days that are gone.
    #[test]
    fn retention_over_many_days_loses_nothing_that_waits(steps in prop::collection::vec(step(), 20..120)) {
        let dirs = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
        let [brief, whole] = [&dirs[0], &dirs[1]].map(|dir| {
            // The same file numbers have the same prints in both.
            fs::write(dir.path().join("reference.key"), format!("{}\n", "0a".repeat(32))).unwrap();
            fs::set_permissions(dir.path().join("reference.key"), Permissions::from_mode(0o600)).unwrap();
            Ledger::open(dir.path(), on(0)).unwrap()
        });
        let keeping = Keeping { days: 3, corrections: 6 };
        let mut day = 0;
        for step in steps {
            let at = on(day);
            let Some((uid, what)) = step else {
                day += 1;
                brief.retain(&keeping, std::time::Duration::MAX, on(day)).unwrap();
                let at = on(day);
                prop_assert_eq!(
                    brief.queue(at, MaxAge::default()).unwrap(),
                    whole.queue(at, MaxAge::default()).unwrap()
                );
                let [told, all] = [&dirs[0], &dirs[1]].map(|dir| Replay::read(dir.path()).unwrap());
                let since = on(day - 6);
                let young: Vec<_> = all.corrections().into_iter().filter(|one| one.at >= since).collect();
                let kept: Vec<_> = told.corrections().into_iter().filter(|one| one.at >= since).collect();
                prop_assert_eq!(young, kept);
                prop_assert_eq!(
                    told.queue(at, MaxAge::default()),
                    brief.queue(at, MaxAge::default()).unwrap()
                );
                continue;
            };
            take(&[&brief, &whole], uid, what, at);
        }
        let days = fs::read_dir(dirs[0].path().join("log")).unwrap().count();
        prop_assert!(days <= 5, "{} days", days);
        let rows = brief.queue(on(9), MaxAge::default()).unwrap();
        drop(brief);
        prop_assert_eq!(rows_everywhere(dirs[0].path()), rows);
    }

    /// Whichever messages are forgotten, whenever: the others are told as before.
    #[test]
    fn forgetting_some_changes_nothing_of_the_others(
        steps in prop::collection::vec(step(), 10..60),
        forgotten in prop::collection::btree_set(1..30_u32, 1..8),
        age in prop::option::of(1..4_u32),
    ) {
        let dir = tempfile::tempdir().unwrap();
        let ledger = Ledger::open(dir.path(), on(0)).unwrap();
        let mut day = 0;
        for step in steps {
            match step {
                Some((uid, what)) => take(&[&ledger, &ledger], uid, what, on(day)),
                None => day += 1,
            }
        }
        if let Some(age) = age {
            ledger.erase(&Demand::Older(Keeping::of_days(age), ForgottenBy::Age), on(day)).unwrap();
        }
        let prints: BTreeSet<String> = forgotten.iter().map(|uid| print(*uid)).collect();
        let mut expected = queue(&ledger);
        expected.retain(|row| !prints.contains(&row.entry.fingerprint));
        let replay = Replay::read(dir.path()).unwrap();
        let taught: Vec<_> = replay.corrections().into_iter().filter(|one| !prints.contains(&one.fingerprint)).collect();
        let mut messages = Messages::of_sender();
        for uid in &forgotten {
            messages.add(None, print(*uid), key(inbox(), 10_000));
        }
        ledger.erase(&Demand::Messages(messages), on(day)).unwrap();
        prop_assert_eq!(queue(&ledger), expected.clone());
        let after = Replay::read(dir.path()).unwrap();
        prop_assert_eq!(after.corrections(), taught);
        drop(ledger);
        for (path, bytes) in files(dir.path()) {
            for print in &prints {
                prop_assert!(!has(&bytes, print.as_bytes()), "{} in {}", print, path.display());
            }
        }
        prop_assert_eq!(rows_everywhere(dir.path()), expected);
    }
}
