//! A damaged, lost, carried over or rebuilt state tags nothing anew, shows every message, and says what happened.
#![allow(clippy::unwrap_used, reason = "what a test needs and does not get is a failure")]

use std::collections::BTreeSet;
use std::fs::{self, OpenOptions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Output;
use std::time::Duration;

use langhals_tests::client::Append;
use langhals_tests::langhals::{Langhals, Reach, wait_for};
use langhals_tests::response::Response;
use langhals_tests::samples::sample_mailbox;
use langhals_tests::{Dovecot, Options, Witness};

const MAILS: usize = 12;

/// User `n` of the server with sample mail, and a Langhals that has sorted it.
fn sorted(server: &Dovecot, n: usize) -> (Witness, Langhals) {
    let mut witness = server.witness(n).unwrap();
    let samples = sample_mailbox(MAILS).unwrap();
    let appends: Vec<Append<'_>> = samples.iter().map(|(_, bytes)| Append::new(bytes)).collect();
    witness.append_all("INBOX", &appends).unwrap();
    let mut langhals = Langhals::new().unwrap();
    langhals.mailbox("post", server, n, Reach::Tls, "").unwrap();
    fs::set_permissions(langhals.state_dir(), fs::Permissions::from_mode(0o700)).unwrap();
    langhals.run_once().unwrap();
    (witness, langhals)
}

/// Each message's flags and MODSEQ: a STORE that changes nothing would show in neither, one that changes anything in both.
fn stored(witness: &mut Witness) -> (Vec<(u32, BTreeSet<String>)>, Vec<String>) {
    let mut flags: Vec<_> = witness.flags("INBOX").unwrap().into_iter().collect();
    for (_, flags) in &mut flags {
        flags.retain(|flag| flag != "\\Recent");
    }
    let lines = witness.command("UID FETCH 1:* (MODSEQ)").unwrap();
    let lines = lines.iter().map(Response::line).filter(|line| line.contains(" FETCH "));
    (flags, lines.collect())
}

fn shown(langhals: &Langhals) -> usize {
    let queue = langhals.run(&["queue", "--format", "csv"]).unwrap();
    String::from_utf8_lossy(&queue.stdout).lines().count() - 1
}

fn day_file(langhals: &Langhals) -> PathBuf {
    let days = fs::read_dir(langhals.state_dir().join("log")).unwrap().flatten().map(|entry| entry.path());
    days.filter(|path| path.extension().is_some_and(|ending| ending == "log")).max().unwrap()
}

fn cut(path: &Path, divisor: u64) {
    let file = OpenOptions::new().write(true).open(path).unwrap();
    file.set_len(file.metadata().unwrap().len() / divisor).unwrap();
}

/// Flips a bit in the first line that has these words.
fn flip_line(path: &Path, words: &str) {
    let text = fs::read_to_string(path).unwrap();
    let at = text.find(words).unwrap();
    let mut bytes = text.into_bytes();
    bytes[at + 3] ^= 0x01;
    fs::write(path, bytes).unwrap();
}

fn flip_index(langhals: &Langhals) {
    let path = langhals.state_dir().join("state/db");
    let mut bytes = fs::read(&path).unwrap();
    let used = bytes.iter().rposition(|byte| *byte != 0).unwrap();
    bytes.iter_mut().take(used).step_by(97).for_each(|byte| *byte ^= 0x10);
    fs::write(&path, bytes).unwrap();
}

/// A way to damage a state, and words that must be said then.
type Damage = (&'static str, fn(&Langhals), &'static str);

const DAMAGES: [Damage; 9] = [
    ("index lost", |langhals| fs::remove_dir_all(langhals.state_dir().join("state")).unwrap(), "made anew"),
    ("index flipped", flip_index, "the index was"),
    ("log file lost", |langhals| fs::remove_file(day_file(langhals)).unwrap(), "part of which is lost"),
    (
        "log file and index lost",
        |langhals| {
            fs::remove_dir_all(langhals.state_dir().join("log")).unwrap();
            fs::remove_dir_all(langhals.state_dir().join("state")).unwrap();
        },
        "begin anew",
    ),
    ("log torn in half", |langhals| cut(&day_file(langhals), 2), "set aside"),
    (
        "log zeroed",
        |langhals| {
            let length = fs::metadata(day_file(langhals)).unwrap().len();
            cut(&day_file(langhals), u64::MAX);
            OpenOptions::new().write(true).open(day_file(langhals)).unwrap().set_len(length).unwrap();
        },
        "set aside",
    ),
    (
        "an intent flipped",
        |langhals| flip_line(&day_file(langhals), r#""event":"intended""#),
        "part of the decision log is lost",
    ),
    (
        "the outcome flipped",
        |langhals| flip_line(&day_file(langhals), r#""event":"settled""#),
        "part of the decision log is lost",
    ),
    (
        "the outcome flipped and the index lost",
        |langhals| {
            flip_line(&day_file(langhals), r#""event":"settled""#);
            fs::remove_dir_all(langhals.state_dir().join("state")).unwrap();
        },
        "part of the decision log is lost",
    ),
];

#[test]
fn a_damaged_state_tags_nothing_anew_shows_every_message_and_is_said() {
    let server = Dovecot::start(Options { users: DAMAGES.len(), ..Options::default() }).unwrap();
    for (n, (name, damage, words)) in (1..).zip(DAMAGES) {
        let (mut witness, langhals) = sorted(&server, n);
        let before = stored(&mut witness);
        damage(&langhals);
        let said = langhals.run_once().unwrap();
        let stderr = String::from_utf8_lossy(&said.stderr);
        assert!(stderr.contains(words), "{name}: {stderr}");
        assert!(!stderr.contains("panicked at"), "{name}: {stderr}");
        assert_eq!(stored(&mut witness), before, "{name}: {stderr}");
        assert_eq!(shown(&langhals), MAILS, "{name}");
        // Where outcomes were lost, the second run finds them out: it counts messages, and writes nothing.
        langhals.run_once().unwrap();
        let again = langhals.run_once().unwrap();
        assert_eq!(String::from_utf8_lossy(&again.stdout), "0 messages sorted\n", "{name}");
        assert_eq!(stored(&mut witness), before, "{name}, further runs");
        says(&langhals.run(&["state", "check"]).unwrap(), 0, &["tells what the log tells"]);
    }
}

#[track_caller]
fn says(output: &Output, code: i32, words: &[&str]) {
    let [stdout, stderr] = [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes));
    assert_eq!(output.status.code(), Some(code), "{stdout}{stderr}");
    for word in words {
        assert!(stdout.contains(word) || stderr.contains(word), "{word:?} is not in: {stdout}{stderr}");
    }
}

/// Every file below a folder with what is in it.
fn contents(dir: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let (mut files, mut folders) = (Vec::new(), vec![dir.to_owned()]);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap().flatten().map(|entry| entry.path()) {
            if entry.is_dir() {
                folders.push(entry);
            } else {
                files.push((entry.clone(), fs::read(entry).unwrap()));
            }
        }
    }
    files.sort();
    files
}

#[test]
fn a_state_is_checked_without_a_change_and_every_damage_is_named() {
    let server = Dovecot::start(Options::default()).unwrap();
    let (_, langhals) = sorted(&server, 1);
    let sound = contents(&langhals.state_dir());
    says(
        &langhals.run(&["state", "check"]).unwrap(),
        0,
        &["whole lines in 1 days", "index: opens and tells what the log tells; 12 messages"],
    );
    let day = day_file(&langhals);
    let name = day.file_name().unwrap().to_string_lossy().into_owned();
    flip_line(&day, r#""event":"settled""#);
    says(&langhals.run(&["state", "check"]).unwrap(), 1, &[&name, "is damaged", "FAIL", "state rebuild"]);
    fs::write(&day, &sound.iter().find(|(path, _)| *path == day).unwrap().1).unwrap();
    assert_eq!(contents(&langhals.state_dir()), sound, "checking changed something");

    cut(&day, 2);
    says(&langhals.run(&["state", "check"]).unwrap(), 1, &["no whole line"]);
    fs::write(&day, &sound.iter().find(|(path, _)| *path == day).unwrap().1).unwrap();
    flip_index(&langhals);
    says(&langhals.run(&["state", "check"]).unwrap(), 1, &["index: ", "state rebuild"]);
    says(
        &langhals.run(&["state", "rebuild"]).unwrap(),
        0,
        &["knows 12 messages in 1 folders; 12 wait", "state.bad-"],
    );
    says(&langhals.run(&["state", "check"]).unwrap(), 0, &["left over"]);
    fs::set_permissions(langhals.state_dir(), fs::Permissions::from_mode(0o755)).unwrap();
    says(&langhals.run(&["state", "check"]).unwrap(), 1, &["chmod 700"]);
    assert_eq!(shown(&langhals), MAILS);
}

#[test]
fn beside_a_running_daemon_a_state_is_checked_and_exported_but_a_second_daemon_is_refused() {
    let server = Dovecot::start(Options::default()).unwrap();
    let (_, langhals) = sorted(&server, 1);
    let running = langhals.spawn().unwrap();
    // It listens only once it holds the state; each command writes the configuration anew, which it must have read.
    wait_for("the page", Duration::from_secs(20), || {
        Ok(fs::read_to_string(langhals.log_file())?.contains("http://").then_some(()))
    })
    .unwrap();
    says(&langhals.run(&["state", "check"]).unwrap(), 0, &["a running langhals holds it"]);
    says(&langhals.run(&["run", "--once"]).unwrap(), 1, &["another langhals", "stop it first"]);
    says(&langhals.run(&["state", "rebuild"]).unwrap(), 1, &["another langhals"]);
    says(&langhals.run(&["state", "export", "carried.state"]).unwrap(), 0, &["lines of 1 days"]);
    says(&langhals.run(&["state", "check"]).unwrap(), 0, &["whole lines"]);
    running.stop().unwrap();
}

#[test]
fn a_state_that_was_carried_over_goes_on_where_it_was() {
    let server = Dovecot::start(Options::default()).unwrap();
    let (mut witness, old) = sorted(&server, 1);
    let before = stored(&mut witness);
    let file = old.dir().join("carried.state");
    let name = file.to_str().unwrap();
    says(&old.run(&["state", "export", name]).unwrap(), 0, &["lines of 1 days"]);
    says(&old.run(&["state", "export", name]).unwrap(), 1, &["is there already"]);
    says(&old.run(&["state", "import", name]).unwrap(), 1, &["is not empty"]);

    let mut new = Langhals::new().unwrap();
    new.mailbox("post", &server, 1, Reach::Tls, "").unwrap();
    let whole = fs::read(&file).unwrap();
    let damaged = new.dir().join("damaged.state");
    for at in (0..whole.len()).step_by(whole.len() / 20).chain([whole.len() - 1]) {
        let mut bytes = whole.clone();
        bytes[at] ^= 0x04;
        for bytes in [bytes, whole[..at].to_vec(), [&whole[..], &whole[..at]].concat()] {
            if bytes == whole {
                continue;
            }
            fs::write(&damaged, bytes).unwrap();
            says(
                &new.run(&["state", "import", damaged.to_str().unwrap()]).unwrap(),
                1,
                &["Nothing was imported"],
            );
            let left = fs::read_dir(new.state_dir()).unwrap().flatten().map(|entry| entry.file_name());
            assert!(left.into_iter().all(|name| name == "lock"), "byte {at}");
        }
    }
    says(&new.run(&["state", "import", name]).unwrap(), 0, &["goes on there"]);
    let said = new.run_once().unwrap();
    assert_eq!(String::from_utf8_lossy(&said.stdout), "0 messages sorted\n");
    assert_eq!(stored(&mut witness), before);
    assert_eq!(shown(&new), MAILS);
    let queues = [&old, &new].map(|langhals| langhals.run(&["queue", "--format", "json"]).unwrap().stdout);
    assert_eq!(queues[0], queues[1], "the new one knows what the old one knew");
}

/// Damage is gone only with the last step of mending it: a crash at any of the steps before finds it again.
#[test]
fn a_crash_while_a_damaged_log_is_mended_is_taken_up() {
    let server = Dovecot::start(Options::default()).unwrap();
    let (mut witness, langhals) = sorted(&server, 1);
    let before = stored(&mut witness);
    flip_line(&day_file(&langhals), r#""event":"intended""#);
    let damaged = contents(&langhals.state_dir());
    let mut stops = 0;
    loop {
        fs::remove_dir_all(langhals.state_dir()).unwrap();
        for (path, bytes) in &damaged {
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        }
        fs::set_permissions(langhals.state_dir(), fs::Permissions::from_mode(0o700)).unwrap();
        let mut rebuild = langhals.command(&["state", "rebuild"]).unwrap();
        let stopped = rebuild.env("LANGHALS_STOP_AT", (stops + 1).to_string()).output().unwrap();
        langhals.run_once().unwrap();
        assert_eq!(stored(&mut witness), before, "stopped at {stops}");
        assert_eq!(shown(&langhals), MAILS, "stopped at {stops}");
        says(&langhals.run(&["state", "check"]).unwrap(), 0, &["tells what the log tells"]);
        // A release build has no fault points.
        if stopped.status.success() {
            break;
        }
        stops += 1;
    }
    assert!(stops > 5 || !cfg!(debug_assertions), "{stops}");
}
