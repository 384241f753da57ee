//! Upgrades: what earlier versions wrote opens, is brought up to date once and tells the same; what a newer one wrote
//! is refused with a sentence, and left as it is.
#![allow(clippy::unwrap_used, reason = "what a test needs and does not get is a failure")]

use std::fs;
use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use domain::{Label as _, MaxAge, ModelId};
use jiff::Timestamp;
use langhals_tests::corpus::repo_root;
use langhals_tests::langhals::Langhals;
use store::{Chosen, Ledger, Models, Replay, Row, Tokens, Wanted};
use tempfile::TempDir;

/// The index that is kept today; what an older one holds is made anew.
const INDEX: u32 = 4;

fn samples() -> PathBuf {
    repo_root().join("tests/fixtures/formats")
}

fn at() -> Timestamp {
    "2026-11-22T12:00:00Z".parse().unwrap()
}

/// A copy to work in.
fn copy(sample: &str) -> TempDir {
    fn all(from: &Path, to: &Path) {
        for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
            let to = to.join(entry.file_name());
            if entry.path().is_dir() {
                fs::create_dir(&to).unwrap();
                all(&entry.path(), &to);
            } else {
                fs::copy(entry.path(), to).unwrap();
            }
        }
    }
    let dir = tempfile::tempdir().unwrap();
    fs::set_permissions(dir.path(), fs::Permissions::from_mode(0o700)).unwrap();
    all(&samples().join(sample), dir.path());
    dir
}

/// States of every earlier format, and the format of their index.
fn states() -> Vec<(String, u32)> {
    let names =
        fs::read_dir(samples()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut states: Vec<(String, u32)> = names
        .filter(|name| name.starts_with("log-"))
        .map(|name| (name.clone(), name.rsplit('-').next().unwrap().parse().unwrap()))
        .collect();
    states.sort();
    assert!(states.len() >= 5, "{states:?}");
    states
}

/// As the samples' `queue.csv` has it: mailbox, folder, uid, class, unsure, deadline, tags.
fn told(rows: &[Row]) -> Vec<String> {
    let line = |row: &Row| {
        let suggestion = &row.entry.suggestion;
        let class = row.entry.chosen_class().unwrap_or(suggestion.class().best()).name();
        let unsure = suggestion.unsure && !row.entry.person;
        let deadline = suggestion.deadline.map(|day| day.to_string()).unwrap_or_default();
        let (mailbox, folder, tags) = (&row.folder.mailbox, &row.folder.name, suggestion.tags.join(" "));
        format!("{mailbox},{folder},{},{class},{unsure},{deadline},{tags}", row.uid.0)
    };
    let mut lines: Vec<String> = rows.iter().map(line).collect();
    lines.sort();
    lines
}

fn expected(sample: &str) -> Vec<String> {
    let text = fs::read_to_string(samples().join(sample).join("queue.csv")).unwrap();
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    lines.sort();
    lines
}

/// What the log says at warnings and errors.
#[derive(Clone, Default)]
struct Said(Arc<Mutex<Vec<u8>>>);

impl Said {
    fn while_doing<T>(&self, act: impl FnOnce() -> T) -> T {
        let writer = self.clone();
        let subscriber = tracing_subscriber::fmt()
            .with_ansi(false)
            .with_max_level(tracing::Level::WARN)
            .with_writer(move || writer.clone())
            .finish();
        tracing::subscriber::with_default(subscriber, act)
    }

    fn take(&self) -> String {
        String::from_utf8(std::mem::take(&mut *self.0.lock().unwrap())).unwrap()
    }
}

impl io::Write for Said {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn every_earlier_state_opens_is_made_anew_once_and_tells_what_it_told() {
    let said = Said::default();
    for (sample, index) in states() {
        let dir = copy(&sample);
        let expected = expected(&sample);
        let replayed = Replay::read(dir.path()).unwrap();
        assert_eq!(replayed.broken, 0, "{sample}");
        assert_eq!(told(&replayed.queue(at(), MaxAge::default())), expected, "{sample}: by the log alone");
        let statements = store::checkup(dir.path(), tempfile::tempdir().unwrap().path());
        assert!(statements.iter().all(|statement| statement.good), "{sample}: {statements:?}");

        let first = said.while_doing(|| {
            let ledger = Ledger::open(dir.path(), at()).unwrap();
            ledger.queue(at(), MaxAge::default()).unwrap()
        });
        let words = said.take();
        assert_eq!(told(&first), expected, "{sample}");
        assert!(!words.contains("damage") && !words.contains("ERROR"), "{sample}: {words}");
        if index < INDEX {
            let sentence = format!("is of format {index}, this Langhals keeps format");
            for wanted in [sentence.as_str(), "as after an update", "this once", "state.bad-"] {
                assert!(words.contains(wanted), "{sample}: {wanted:?} is not in {words}");
            }
            let statements = format!("{statements:?}");
            assert!(statements.contains(&format!("index: is of format {index}")), "{statements}");
        }
        let second = said.while_doing(|| {
            let ledger = Ledger::open(dir.path(), at()).unwrap();
            ledger.queue(at(), MaxAge::default()).unwrap()
        });
        assert_eq!(told(&second), expected, "{sample}, again");
        assert_eq!(said.take(), "", "{sample}: the second start has nothing to say");
    }
}

#[test]
fn what_people_decided_is_still_known() {
    let dir = copy("log-2-index-2");
    let replay = Replay::read(dir.path()).unwrap();
    let corrections = replay.corrections();
    assert_eq!(corrections.len(), 1);
    assert_eq!((corrections[0].uid.0, corrections[0].class.unwrap().name()), (4, "inquiry"));
    assert_eq!(corrections[0].suggested.class, "application");
}

#[test]
fn an_earlier_export_is_taken_over() {
    let dir = tempfile::tempdir().unwrap();
    let carried = store::import(dir.path(), &samples().join("export-1-log-2.state")).unwrap();
    assert_eq!((carried.days, carried.lines, carried.damaged), (1, 61, 0));
    let ledger = Ledger::open(dir.path(), at()).unwrap();
    assert_eq!(told(&ledger.queue(at(), MaxAge::default()).unwrap()), expected("log-2-index-2"));
}

#[test]
fn models_of_earlier_formats_are_refused_with_what_to_do() {
    for (sample, words) in [
        ("model-1-features-1", "the model has format 1"),
        ("model-2-features-1", "learnt with feature version 1"),
    ] {
        let read = |name| fs::read(samples().join(sample).join(name)).unwrap();
        let refused = model::load(&ModelId(sample.into()), &read("manifest.json"), &read("weights.bin"));
        let sentence = refused.err().unwrap().to_string();
        assert!(sentence.contains(words) && sentence.contains("train the model anew"), "{sentence}");
    }
}

#[test]
fn what_is_chosen_about_models_is_read_from_before_it_had_a_version() {
    let models = Models::open(&samples().join("models-0")).unwrap();
    let promotion = models.promotion().unwrap();
    assert_eq!((promotion.id.as_deref(), promotion.history.len()), (Some("standard-1"), 2));
    let chosen = Chosen { wanted: Wanted::MostWrong(0.0312), at: "2026-11-22T10:00:00Z".parse().unwrap() };
    assert_eq!(models.chosen().unwrap(), Some(chosen));
}

/// A line in its frame.
fn framed(json: &str) -> String {
    format!("{:08x} {json}\n", crc32fast::hash(json.as_bytes()))
}

/// The text with the version of its `number`th line raised; it stays as long as it is.
fn raised(text: &str, number: usize) -> String {
    let raise = |line: &str| {
        let json = line.split_once(' ').unwrap().1;
        let (_, rest) = json.split_once(',').unwrap();
        framed(&format!("{{\"v\":9,{rest}"))
    };
    let lines = text.lines().enumerate();
    lines.map(|(at, line)| if at == number { raise(line) } else { format!("{line}\n") }).collect()
}

fn contents(dir: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let (mut files, mut folders) = (Vec::new(), vec![dir.to_owned()]);
    while let Some(folder) = folders.pop() {
        for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                folders.push(path);
            } else if path.file_name().unwrap() != "lock" {
                files.push((path.clone(), fs::read(path).unwrap()));
            }
        }
    }
    files.sort();
    files
}

/// Wherever the newer line stands: also before what the index has followed already, as after a newer version ran.
#[test]
fn a_newer_log_is_refused_and_stays_as_it_is() {
    let dir = copy("log-4-index-4");
    drop(Ledger::open(dir.path(), at()).unwrap());
    let day = dir.path().join("log/2026-11-22.log");
    let text = fs::read_to_string(&day).unwrap();
    for number in [0, 5, text.lines().count() - 1] {
        fs::write(&day, raised(&text, number)).unwrap();
        let before = contents(dir.path());
        let refusals = [
            Ledger::open(dir.path(), at()).err().unwrap().to_string(),
            Ledger::rebuild(dir.path(), at()).err().unwrap().to_string(),
            Replay::read(dir.path()).err().unwrap().to_string(),
            store::export(dir.path(), &dir.path().join("export"), at()).err().unwrap().to_string(),
        ];
        for refusal in refusals {
            assert!(refusal.contains("is of format 9, this Langhals reads up to"), "{refusal}");
            assert!(refusal.contains("install the newer version again"), "{refusal}");
        }
        assert_eq!(contents(dir.path()), before, "line {number}");
    }
}

#[test]
fn a_newer_export_is_refused() {
    let text = fs::read_to_string(samples().join("export-1-log-2.state")).unwrap();
    let rest = text.split_once('\n').unwrap().1;
    for head in [r#"{"export":{"format":9,"log":2}}"#, r#"{"export":{"format":1,"log":9}}"#] {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("newer.state");
        fs::write(&path, framed(head) + rest).unwrap();
        let refused = store::import(&dir.path().join("state"), &path).unwrap_err().to_string();
        assert!(refused.contains("was written by a newer Langhals: install that version"), "{refused}");
    }
}

#[test]
fn newer_models_and_choices_of_them_are_refused() {
    let dir = tempfile::tempdir().unwrap();
    let models = Models::open(dir.path()).unwrap();
    fs::write(dir.path().join("PROMOTED"), "standard-1\n{\"format\":9}\n").unwrap();
    let refused = models.promoted().unwrap_err().to_string();
    assert!(refused.contains("is of format 9") && refused.contains("install the newer version"), "{refused}");
    fs::write(
        dir.path().join("THRESHOLD"),
        "{\"v\":9,\"most_wrong\":0.03,\"at\":\"2026-11-22T10:00:00Z\"}\n",
    )
    .unwrap();
    let refused = models.chosen().unwrap_err().to_string();
    assert!(refused.contains("is of format 9") && refused.contains("choose one anew"), "{refused}");

    let read = |name| fs::read(samples().join("model-2-features-1").join(name)).unwrap();
    let manifest = String::from_utf8(read("manifest.json")).unwrap().replacen('2', "9", 1);
    let refused = model::load(&ModelId("m".into()), manifest.as_bytes(), &read("weights.bin"));
    let sentence = refused.err().unwrap().to_string();
    assert!(
        sentence.contains("the model has format 9") && sentence.contains("update langhals"),
        "{sentence}"
    );
}

#[test]
fn tokens_and_accounts_are_read_as_they_were_and_newer_ones_are_refused() {
    let mut langhals = Langhals::new().unwrap();
    langhals.any_mailbox("post", 1, "none", ("u1", "pw1"), "").unwrap();
    for (file, command, known) in [
        ("tokens.json", &["token", "list"], &["fachverfahren", "statistik"][..]),
        ("accounts.json", &["user", "list"], &["anna", "supervisor"]),
    ] {
        let path = langhals.state_dir().join(file);
        fs::copy(samples().join(file.replace('.', "-1.")), &path).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        let out = langhals.run(command).unwrap();
        let shown = String::from_utf8_lossy(&out.stdout).into_owned();
        assert!(out.status.success() && known.iter().all(|name| shown.contains(name)), "{out:?}");

        let newer = fs::read_to_string(&path).unwrap().replacen(": 1,", ": 9, \"more\": true,", 1);
        fs::write(&path, &newer).unwrap();
        let out = langhals.run(command).unwrap();
        let said = String::from_utf8_lossy(&out.stderr).into_owned();
        assert_eq!(out.status.code(), Some(1), "{said}");
        assert!(
            said.contains("is of format 9") && said.contains("install the newer version again"),
            "{said}"
        );
        assert_eq!(fs::read_to_string(&path).unwrap(), newer);
    }
    let refused = Tokens::of(&langhals.state_dir()).find("lh_x").unwrap_err().to_string();
    assert!(refused.contains("until then no token opens anything"), "{refused}");
}
