//! Whatever happens to the files of a state: never a panic, nothing told but the fold of the whole lines, something
//! said, and no second copy that fills the disk.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fmt::Debug;
use std::fs::{self, OpenOptions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use domain::{Class, Distribution, Folder, MaxAge, Priority, Tag, Uid, UidValidity};
use jiff::Timestamp;
use langhals_store::{Intent, Ledger, Outcome, Replay, Row, Settlement, Suggestion};
use tracing::field::{Field, Visit};
use tracing::span;

const VALIDITY: UidValidity = UidValidity(42);
const DAYS: [&str; 3] = ["2026-11-19", "2026-11-20", "2026-11-21"];
const DAILY: u32 = 10;

fn on(day: &str) -> Timestamp {
    format!("{day}T08:00:00Z").parse().unwrap()
}

fn now() -> Timestamp {
    on("2026-11-22")
}

fn inbox() -> Folder {
    Folder { mailbox: "poststelle".into(), name: "INBOX".into() }
}

fn intent(uid: u32, at: Timestamp) -> Intent {
    Intent {
        uid: Uid(uid),
        fingerprint: format!("{uid:032x}"),
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
            others: std::collections::BTreeMap::new(),
        },
        set_aside: None,
        thread: None,
        references: vec![],
    }
}

fn sort(ledger: &Ledger, uids: std::ops::Range<u32>, at: Timestamp) {
    let intents: Vec<Intent> = uids.clone().map(|uid| intent(uid, at)).collect();
    ledger.intend(&inbox(), VALIDITY, &intents, at).unwrap();
    let settled = |uid| Settlement { uid: Uid(uid), outcome: Outcome::Applied, held: vec![], moved: None };
    let settlements: Vec<Settlement> = uids.clone().map(settled).collect();
    ledger.settle(&inbox(), VALIDITY, &settlements, Some(Uid(uids.end)), at).unwrap();
}

/// Three days with ten messages each.
fn three_days() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    let ledger = Ledger::open(dir.path(), on(DAYS[0])).unwrap();
    ledger.rebase(&inbox(), VALIDITY, on(DAYS[0])).unwrap();
    for (number, day) in (0..).zip(DAYS) {
        sort(&ledger, number * DAILY + 1..(number + 1) * DAILY + 1, on(day));
    }
    drop(ledger);
    dir
}

fn day_file(dir: &Path, day: usize) -> PathBuf {
    dir.join("log").join(format!("{}.log", DAYS[day]))
}

/// Everything that was said, as text.
#[derive(Clone, Default)]
struct Ear(Arc<Mutex<Vec<String>>>);

impl Visit for Ear {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.0.lock().unwrap().push(format!("{field}={value:?}"));
    }
}

impl tracing::Subscriber for Ear {
    fn enabled(&self, metadata: &tracing::Metadata<'_>) -> bool {
        metadata.target().starts_with("langhals_store") && *metadata.level() <= tracing::Level::WARN
    }
    fn new_span(&self, _: &span::Attributes<'_>) -> span::Id {
        span::Id::from_u64(1)
    }
    fn record(&self, _: &span::Id, _: &span::Record<'_>) {}
    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}
    fn event(&self, event: &tracing::Event<'_>) {
        event.record(&mut self.clone());
    }
    fn enter(&self, _: &span::Id) {}
    fn exit(&self, _: &span::Id) {}
}

/// What is told by the index, what was said on the way, and up to where the folder is decided.
struct Told {
    rows: Vec<Row>,
    said: String,
    cursor: Option<u32>,
}

impl Told {
    fn uids(&self) -> Vec<u32> {
        let mut uids: Vec<u32> = self.rows.iter().map(|row| row.uid.0).collect();
        uids.sort_unstable();
        uids
    }
}

/// Opens what is left, and demands what must hold of any damage.
#[track_caller]
fn opened(dir: &Path) -> Told {
    let ear = Ear::default();
    let told = tracing::subscriber::with_default(ear.clone(), || {
        let ledger = Ledger::open(dir, now()).unwrap();
        let rows = ledger.queue(now(), MaxAge::default()).unwrap();
        let cursor = ledger.cursor(&inbox(), now()).unwrap().map(|cursor| cursor.next.0);
        (rows, cursor)
    });
    let replay = Replay::read(dir).unwrap();
    assert_eq!(replay.broken, 0, "damaged lines stay in the log");
    assert_eq!(replay.queue(now(), MaxAge::default()), told.0, "the index is not the fold of the log");
    assert!(left(dir, "state.bad-").len() <= 1, "more than one index was put aside");
    let said = ear.0.lock().unwrap().join("\n");
    // A second start finds nothing any more.
    let again = Ear::default();
    let second = tracing::subscriber::with_default(again.clone(), || Ledger::open(dir, now()).unwrap());
    assert_eq!(*again.0.lock().unwrap(), Vec::<String>::new());
    // What comes now is kept.
    sort(&second, 900..901, now());
    drop(second);
    let last =
        Replay::read(dir).unwrap().queue(now(), MaxAge::default()).iter().any(|row| row.uid == Uid(900));
    assert!(last, "a new line is buried");
    Told { rows: told.0, said, cursor: told.1 }
}

fn left(dir: &Path, prefix: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(dir).unwrap().flatten().map(|entry| entry.path());
    entries.filter(|path| path.file_name().unwrap().to_string_lossy().starts_with(prefix)).collect()
}

fn bytes_in(path: &Path) -> u64 {
    if path.is_dir() {
        fs::read_dir(path).unwrap().flatten().map(|entry| bytes_in(&entry.path())).sum()
    } else {
        fs::metadata(path).unwrap().len()
    }
}

/// What a damage to the log must come to: which messages are still known, where the folder goes on (`None`:
/// from its beginning), and a word that must have been said.
struct Case {
    name: &'static str,
    damage: fn(&Path),
    known: std::ops::RangeInclusive<u32>,
    but: std::ops::RangeInclusive<u32>,
    cursor: Option<u32>,
    said: &'static str,
}

#[expect(clippy::reversed_empty_ranges, reason = "nothing is missing")]
const NONE: std::ops::RangeInclusive<u32> = 1..=0;

fn zeroed(path: &Path, from: u64) {
    let length = fs::metadata(path).unwrap().len();
    let file = OpenOptions::new().write(true).open(path).unwrap();
    file.set_len(from).unwrap();
    file.set_len(length).unwrap();
}

fn cut(path: &Path, to: u64) {
    OpenOptions::new().write(true).open(path).unwrap().set_len(to).unwrap();
}

fn length(path: &Path) -> u64 {
    fs::metadata(path).unwrap().len()
}

const LOG: [Case; 10] = [
    Case {
        name: "a day in the middle is missing",
        damage: |dir| fs::remove_file(day_file(dir, 1)).unwrap(),
        known: 1..=30,
        but: 11..=20,
        cursor: None,
        said: "2026-11-20.log",
    },
    Case {
        name: "the last day is missing",
        damage: |dir| fs::remove_file(day_file(dir, 2)).unwrap(),
        known: 1..=20,
        but: NONE,
        cursor: Some(21),
        said: "knows more than the decision log",
    },
    Case {
        name: "the whole log is missing",
        damage: |dir| fs::remove_dir_all(dir.join("log")).unwrap(),
        known: NONE,
        but: NONE,
        cursor: None,
        said: "knows more than the decision log",
    },
    Case {
        name: "the last day has a zeroed tail",
        damage: |dir| zeroed(&day_file(dir, 2), length(&day_file(dir, 2)) / 2),
        known: 1..=25,
        but: NONE,
        cursor: Some(21),
        said: "torn_bytes",
    },
    Case {
        name: "a day in the middle is zeroed",
        damage: |dir| zeroed(&day_file(dir, 1), 0),
        known: 1..=30,
        but: 11..=20,
        cursor: None,
        said: "part of the decision log is lost",
    },
    Case {
        name: "the last day is zeroed",
        damage: |dir| zeroed(&day_file(dir, 2), 0),
        known: 1..=20,
        but: NONE,
        cursor: Some(21),
        said: "torn_bytes",
    },
    Case {
        name: "a day in the middle is torn",
        damage: |dir| cut(&day_file(dir, 1), length(&day_file(dir, 1)) / 2),
        known: 1..=30,
        but: 16..=20,
        cursor: None,
        said: "part of the decision log is lost",
    },
    Case {
        name: "a day in the middle ends early, at the end of a line",
        damage: |dir| {
            let text = fs::read_to_string(day_file(dir, 1)).unwrap();
            let lines: Vec<&str> = text.split_inclusive('\n').take(4).collect();
            fs::write(day_file(dir, 1), lines.concat()).unwrap();
        },
        known: 1..=30,
        but: 14..=20,
        cursor: None,
        said: "part of the decision log is lost",
    },
    Case {
        name: "a day is a folder",
        damage: |dir| {
            fs::remove_file(day_file(dir, 1)).unwrap();
            fs::create_dir(day_file(dir, 1)).unwrap();
            fs::write(day_file(dir, 1).join("x"), "x").unwrap();
        },
        known: 1..=30,
        but: 11..=20,
        cursor: None,
        said: "part of the decision log is lost",
    },
    Case {
        name: "a day has foreign bytes",
        damage: |dir| fs::write(day_file(dir, 1), b"\x7fELF\x02\x01\0\n\xff\xfe\n\n\nPK\x03\x04").unwrap(),
        known: 1..=30,
        but: 11..=20,
        cursor: None,
        said: "part of the decision log is lost",
    },
];

#[test]
fn whatever_happens_to_the_log_is_set_aside_said_and_looked_up() {
    for Case { name, damage, known, but, cursor, said } in LOG {
        for index in ["kept", "lost"] {
            let dir = three_days();
            let before = bytes_in(&dir.path().join("log"));
            damage(dir.path());
            if index == "lost" {
                fs::remove_dir_all(dir.path().join("state")).unwrap();
            }
            let told = opened(dir.path());
            let expected: Vec<u32> = known.clone().filter(|uid| !but.contains(uid)).collect();
            assert_eq!(told.uids(), expected, "{name}, index {index}");
            assert_eq!(told.cursor, cursor, "{name}, index {index}");
            assert!(!told.said.is_empty(), "{name}, index {index}: nothing was said");
            if index == "kept" {
                assert!(told.said.contains(said), "{name}: {}", told.said);
            }
            assert!(bytes_in(&dir.path().join("log")) < before + 2_000, "{name}: a copy is kept");
        }
    }
}

#[test]
fn days_that_were_deleted_at_the_beginning_are_no_damage_until_the_index_is_lost() {
    let dir = three_days();
    fs::remove_file(day_file(dir.path(), 0)).unwrap();
    let ledger = Ledger::open(dir.path(), now()).unwrap();
    assert_eq!(ledger.queue(now(), MaxAge::default()).unwrap().len(), 30);
    drop(ledger);
    fs::remove_dir_all(dir.path().join("state")).unwrap();
    let told = opened(dir.path());
    assert_eq!((told.uids(), told.cursor), ((11..=30).collect(), None));
    assert!(told.said.contains("looked up in the mailboxes"), "{}", told.said);
}

#[test]
fn bits_flipped_anywhere_in_the_log_cost_their_lines_and_nothing_else() {
    let whole = three_days();
    let day = fs::read(day_file(whole.path(), 1)).unwrap();
    let mut random = 20_261_121_u64;
    for _ in 0..40 {
        let dir = three_days();
        let mut bytes = day.clone();
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let at = usize::try_from(random >> 33).unwrap() % bytes.len();
        bytes[at] ^= 1 << (random >> 20 & 7);
        fs::write(day_file(dir.path(), 1), &bytes).unwrap();
        let told = opened(dir.path());
        assert!(told.rows.len() >= 28, "byte {at}: {}", told.rows.len());
        assert!(told.said.contains("part of the decision log is lost"), "byte {at}: {}", told.said);
        assert_eq!(told.cursor, None, "byte {at}");
        let kept = left(&dir.path().join("log"), "bad-");
        assert_eq!(kept.len(), 1, "byte {at}");
        assert!(bytes_in(&kept[0]) < 2_000, "byte {at}: more than the damaged lines is set aside");
    }
}

#[test]
fn what_does_not_belong_to_the_log_is_left_alone() {
    let dir = three_days();
    for name in ["notes.log", "zzzz-99-99.log", "2026-11-20.log.swp", "2026-11-20.draft"] {
        fs::write(dir.path().join("log").join(name), "somebody's").unwrap();
    }
    let told = opened(dir.path());
    assert_eq!((told.rows.len(), told.said), (30, String::new()));
    assert_eq!(fs::read(dir.path().join("log/notes.log")).unwrap(), b"somebody's");
}

fn is_root(dir: &Path) -> bool {
    let probe = dir.join("probe");
    fs::write(&probe, "x").unwrap();
    fs::set_permissions(&probe, fs::Permissions::from_mode(0o000)).unwrap();
    let is_root = fs::read(&probe).is_ok();
    fs::remove_file(&probe).unwrap();
    is_root
}

#[test]
fn what_may_not_be_read_or_written_is_refused_with_a_sentence_and_stays_as_it_is() {
    let dir = three_days();
    if is_root(dir.path()) {
        return;
    }
    for path in [day_file(dir.path(), 1), dir.path().join("state/db"), dir.path().join("state")] {
        let before = fs::metadata(&path).unwrap().permissions();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o000)).unwrap();
        let error = Ledger::open(dir.path(), now()).unwrap_err().to_string();
        fs::set_permissions(&path, before).unwrap();
        assert!(error.contains("ermission"), "{error}");
        assert_eq!(opened(dir.path()).said, "", "{}", path.display());
    }
}

/// Something that happens to a file.
type Damage = fn(&Path);

/// Every file of sled.
fn index_files(dir: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![dir.join("state")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap().flatten() {
            if entry.path().is_dir() { &mut folders } else { &mut files }.push(entry.path());
        }
    }
    files.sort();
    files
}

fn all_is_told(dir: &Path, what: &str) -> String {
    let told = opened(dir);
    assert_eq!((told.uids(), told.cursor), ((1..=30).collect(), Some(31)), "{what}");
    told.said
}

#[test]
fn whatever_happens_to_a_file_of_the_index_costs_nothing() {
    let damages: [(&str, Damage); 4] = [
        ("missing", |path| fs::remove_file(path).unwrap()),
        ("empty", |path| cut(path, 0)),
        ("cut in half", |path| cut(path, length(path) / 2)),
        ("zeroed", |path| zeroed(path, 0)),
    ];
    let files = index_files(three_days().path()).len();
    assert!(files >= 2);
    for number in 0..files {
        for (name, damage) in damages {
            let dir = three_days();
            let Some(file) = index_files(dir.path()).into_iter().nth(number) else { continue };
            damage(&file);
            all_is_told(dir.path(), &format!("{} {name}", file.display()));
        }
    }
}

#[test]
fn an_index_that_is_missing_or_a_file_is_made_anew_loudly() {
    let dir = three_days();
    fs::remove_dir_all(dir.path().join("state")).unwrap();
    assert!(all_is_told(dir.path(), "missing").contains("made anew"));
    for round in 0..2 {
        let dir = three_days();
        for _ in 0..=round {
            fs::remove_dir_all(dir.path().join("state")).unwrap();
            fs::write(dir.path().join("state"), "a file").unwrap();
            let ledger = Ledger::open(dir.path(), now()).unwrap();
            assert_eq!(ledger.queue(now(), MaxAge::default()).unwrap().len(), 30);
        }
        assert_eq!(left(dir.path(), "state.bad-").len(), 1);
    }
}

#[test]
fn bits_flipped_at_many_places_of_the_index_change_nothing_that_is_told() {
    let mut random = 7_u64;
    for round in 0..40 {
        let dir = three_days();
        let files = index_files(dir.path());
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let file = &files[usize::try_from(random >> 40).unwrap() % files.len()];
        let mut bytes = fs::read(file).unwrap();
        let used = bytes.iter().rposition(|byte| *byte != 0).unwrap_or(0) + 1;
        for _ in 0..8 {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let at = usize::try_from(random >> 33).unwrap() % used.min(bytes.len().max(1));
            if let Some(byte) = bytes.get_mut(at) {
                *byte ^= 1 << (random >> 20 & 7);
            }
        }
        fs::write(file, &bytes).unwrap();
        all_is_told(dir.path(), &format!("round {round}, {}", file.display()));
    }
}

/// The index as it was a day ago, beside the log of today: what a crash between both leaves, and a restored copy.
#[test]
fn an_index_behind_the_log_follows_it() {
    let dir = tempfile::tempdir().unwrap();
    let ledger = Ledger::open(dir.path(), on(DAYS[0])).unwrap();
    sort(&ledger, 1..11, on(DAYS[0]));
    drop(ledger);
    let kept = tempfile::tempdir().unwrap();
    for file in index_files(dir.path()) {
        let to = kept.path().join(file.strip_prefix(dir.path()).unwrap());
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::copy(&file, &to).unwrap();
    }
    let ledger = Ledger::open(dir.path(), on(DAYS[1])).unwrap();
    sort(&ledger, 11..31, on(DAYS[1]));
    drop(ledger);
    fs::remove_dir_all(dir.path().join("state")).unwrap();
    fs::rename(kept.path().join("state"), dir.path().join("state")).unwrap();
    assert_eq!(all_is_told(dir.path(), "behind"), "");
}
