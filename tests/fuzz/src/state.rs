//! Any bytes as a file that Langhals keeps: refused with a sentence, or read; and what is read tells the same twice.
//!
//! ```text
//!   first byte     the rest
//!   l, L           a day of the decision log; L: lines that get their frame here, and an index beside it
//!   e, E           an export; E: lines that get their frame here, and an end that fits
//!   t p h n        tokens.json, PROMOTED, THRESHOLD, learning
//! ```

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use domain::MaxAge;
use jiff::Timestamp;
use sha2::{Digest as _, Sha256};
use store::{Learning, Ledger, Models, Replay, Row, Tokens};
use tempfile::TempDir;

const DAY: &str = "2026-11-21.log";

/// Panics where a file is believed that should not be, or tells two things.
pub fn run(input: &[u8]) {
    let Some((kind, rest)) = input.split_first() else { return };
    let dir = folder();
    match kind {
        b'l' => log(dir.path(), rest, false),
        b'L' => log(dir.path(), &framed(rest), true),
        b'e' => carried(dir.path(), rest),
        b'E' => carried(dir.path(), &ended(framed(rest))),
        b't' => {
            write(&dir.path().join("tokens.json"), rest);
            let tokens = Tokens::of(dir.path());
            assert_eq!(tokens.all().is_ok(), tokens.find("lh_x").is_ok(), "one reads it, the other does not");
        }
        b'p' => {
            write(&dir.path().join("PROMOTED"), rest);
            let models = Models::open(dir.path()).expect("the folder is there");
            if let Ok(promoted) = models.promotion() {
                let trail = promoted.trail().len();
                assert!(trail > 0 || promoted.id.is_none(), "the model in use is no step of its way");
            }
            if let Ok(folder) = models.promoted() {
                assert_eq!(folder.parent(), Some(dir.path()), "{} is elsewhere", folder.display());
            }
        }
        b'h' => {
            write(&dir.path().join("THRESHOLD"), rest);
            let models = Models::open(dir.path()).expect("the folder is there");
            if let Ok(Some(chosen)) = models.chosen() {
                models.choose(Some(chosen)).expect("what was read can be written");
                assert_eq!(models.chosen().ok(), Some(Some(chosen)));
            }
        }
        b'n' => {
            write(&dir.path().join("learning"), rest);
            if let Some(learning) = Learning::read(dir.path()) {
                learning.write(dir.path()).expect("what was read can be written");
                assert_eq!(Learning::read(dir.path()), Some(learning));
            }
        }
        _ => {}
    }
}

/// In memory where the system has such a place: thousands of files a minute need no disk.
fn folder() -> TempDir {
    let memory = Path::new("/dev/shm");
    let made = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() };
    made.expect("there is room for a folder")
}

fn write(path: &Path, bytes: &[u8]) {
    fs::write(path, bytes).expect("there is room for a file");
    fs::set_permissions(path, fs::Permissions::from_mode(0o600)).expect("it is ours");
}

fn at() -> Timestamp {
    Timestamp::UNIX_EPOCH + jiff::SignedDuration::from_hours(24 * 365 * 56)
}

/// The log alone, an export of it, and with `opened` the index that is made of it, tell the same.
fn log(dir: &Path, bytes: &[u8], opened: bool) {
    fs::create_dir(dir.join("log")).expect("there is room for a folder");
    write(&dir.join("log").join(DAY), bytes);
    let statements = store::checkup(dir, dir);
    assert!(!statements.is_empty());
    let Ok(replay) = Replay::read(dir) else {
        assert!(Ledger::open(dir, at()).is_err(), "what cannot be read can be opened");
        return;
    };
    assert!(replay.corrections().len() <= bytes.len() && replay.trials().len() <= bytes.len());
    let broken = replay.broken;
    let waiting = queue(replay);
    let (file, copy) = (dir.join("export"), dir.join("copy"));
    if broken == 0 && store::export(dir, &file, at()).is_ok() {
        store::import(&copy, &file).expect("what was exported can be imported");
        let copied = Replay::read(&copy).expect("what was imported can be read");
        assert_eq!(queue(copied), waiting, "the copy tells something else");
    }
    if opened && broken == 0 {
        let ledger = Ledger::open(dir, at()).expect("what can be read can be opened");
        let told = ledger.queue(at(), MaxAge::default()).expect("what is open can be read");
        assert_eq!(told, waiting, "the index tells something else than the log");
    }
}

fn queue(replay: Replay) -> Vec<Row> {
    replay.queue(at(), MaxAge::default())
}

fn carried(dir: &Path, bytes: &[u8]) {
    let (file, state) = (dir.join("export"), dir.join("state"));
    write(&file, bytes);
    if store::import(&state, &file).is_ok() {
        let _ = Replay::read(&state).map(queue);
    } else {
        let left = fs::read_dir(&state).into_iter().flatten().flatten();
        assert!(left.into_iter().all(|entry| entry.file_name() == "lock"), "half an import is left behind");
    }
}

/// Each line in the frame that its checksum makes.
fn framed(bytes: &[u8]) -> Vec<u8> {
    let lines = bytes.split(|byte| *byte == b'\n').filter(|line| !line.trim_ascii().is_empty());
    lines
        .flat_map(|line| [format!("{:08x} ", crc32fast::hash(line)).as_bytes(), line, b"\n"].concat())
        .collect()
}

/// With the end that an export of these lines has.
fn ended(mut lines: Vec<u8>) -> Vec<u8> {
    let marks: [&[u8]; 2] = [b"{\"export\"", b"{\"day\""];
    let is_mark =
        |line: &&[u8]| marks.iter().any(|mark| line.get(9..).is_some_and(|json| json.starts_with(mark)));
    let all = lines.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
    let count = all.filter(|line| !is_mark(line)).count();
    let sum: String = Sha256::digest(&lines).iter().map(|byte| format!("{byte:02x}")).collect();
    lines.extend(framed(format!("{{\"end\":{{\"lines\":{count},\"sha256\":\"{sum}\"}}}}").as_bytes()));
    lines
}
