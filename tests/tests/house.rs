//! The house itself: what may import what, what the code must not know, who learns and who judges.
#![allow(clippy::unwrap_used, reason = "what a test needs and does not get is a failure")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use langhals_tests::corpus::{self, Split, repo_root};

fn dependencies(krate: &str) -> BTreeSet<String> {
    let text = fs::read_to_string(repo_root().join("crates").join(krate).join("Cargo.toml")).unwrap();
    let manifest: toml::Table = toml::from_str(&text).unwrap();
    manifest
        .get("dependencies")
        .and_then(toml::Value::as_table)
        .map(|table| table.keys().cloned().collect())
        .unwrap_or_default()
}

fn sources(krate: &str) -> Vec<PathBuf> {
    fn walk(dir: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, found);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                found.push(path);
            }
        }
    }
    let mut found = Vec::new();
    walk(&repo_root().join("crates").join(krate).join("src"), &mut found);
    found
}

/// Lines of code without comments, up to the file's tests.
fn code(path: &Path) -> Vec<String> {
    let text = fs::read_to_string(path).unwrap();
    let body = text.split("#[cfg(test)]").next().unwrap_or_default();
    body.lines().map(str::trim).filter(|line| !line.starts_with("//")).map(str::to_owned).collect()
}

#[track_caller]
fn knows_none_of(krate: &str, words: &[&str]) {
    for path in sources(krate) {
        for line in code(&path) {
            for word in words {
                assert!(!line.contains(word), "{}: {word} in: {line}", path.display());
            }
        }
    }
}

#[test]
fn the_core_is_pure() {
    let allowed: BTreeMap<&str, &[&str]> = BTreeMap::from([
        ("domain", &["jiff"][..]),
        ("parse", &["domain", "jiff", "mail-parser", "encoding_rs"]),
        (
            "model",
            &["domain", "linfa", "linfa-logistic", "ndarray", "serde", "serde_json", "sha2", "thiserror"],
        ),
        ("triage", &["domain", "jiff", "regex", "whatlang"]),
    ]);
    for (krate, allowed) in allowed {
        for dependency in dependencies(krate) {
            assert!(allowed.contains(&dependency.as_str()), "{krate} imports {dependency}");
        }
        knows_none_of(
            krate,
            &[
                "std::fs",
                "std::net",
                "std::env",
                "std::process",
                "std::io",
                // Scoped threads share a computation and are gone when it returns; these would not be.
                "thread::spawn",
                "thread::sleep",
                "SystemTime",
                "Instant::",
                "now()",
                "tokio",
                "tracing",
                "println!",
            ],
        );
    }
}

#[test]
fn only_the_mailbox_crate_speaks_imap_and_the_page_does_not() {
    for krate in ["domain", "parse", "model", "triage", "store", "web", "watch", "daemon", "cli"] {
        assert!(!dependencies(krate).contains("async-imap"), "{krate}");
    }
    assert!(!dependencies("web").contains("mailbox"));
}

/// Commands are only ever made by `Command::new`, `about`, `open`, `login`, `authenticate_plain` and `authenticate_bearer`: these are all of them.
#[test]
fn the_mailbox_crate_knows_no_harmful_command() {
    let harmless = [
        "\"STARTTLS\"",
        "\"CAPABILITY\"",
        "\"ID\"",
        "\"NOOP\"",
        "\"IDLE\"",
        "IDLE",
        "\"LOGOUT\"",
        "\"UID FETCH\"",
        "\"UID SEARCH\"",
        "\"UID STORE\"",
        "\"ENABLE\"",
        "\"NOTIFY\"",
        "\"LIST\"",
        "\"STATUS\"",
        "\"CREATE\"",
        "\"SUBSCRIBE\"",
        "verb",
    ];
    // Where the operator chose folders, messages are moved; what removes an original stands in one file.
    let moving = ["\"UID EXPUNGE\"", "\\\\Deleted"];
    let mut made = 0;
    for path in sources("mailbox").iter().filter(|path| !path.ends_with("secret.rs")) {
        for line in code(path) {
            let makers = ["Command::new(", "Command::about(", "Command::open("];
            let moves = path.ends_with("moves.rs");
            for (at, found) in makers.iter().flat_map(|maker| line.match_indices(maker)) {
                let verb = line.split_at(at + found.len()).1.split([',', ')']).next().unwrap_or_default();
                assert!(
                    harmless.contains(&verb) || moves && moving.contains(&verb),
                    "{}: {verb} in: {line}",
                    path.display()
                );
                made += 1;
            }
            let line = line.replace("BODY.PEEK[", "");
            for word in [
                "\\\\Seen",
                "\\\\Deleted",
                "BODYSTRUCTURE",
                "ENVELOPE",
                "BODY[",
                "RFC822.TEXT",
                " FLAGS (",
                " FLAGS.SILENT",
            ] {
                let moves = moves && moving.contains(&word);
                // The guard names what a server sends, not what it is asked.
                if word == "BODY[" && path.ends_with("guard/fetch.rs") {
                    continue;
                }
                assert!(moves || !line.contains(word), "{}: {word} in: {line}", path.display());
            }
        }
    }
    assert!(made >= 8, "the test looks at the wrong place");
}

#[test]
fn only_the_filing_moves_and_only_for_an_operator_who_chose_folders() {
    for path in sources("daemon").iter().filter(|path| !path.ends_with("filing.rs")) {
        for line in code(path) {
            for word in [".move_to(", ".copy_to(", ".expunge("] {
                assert!(!line.contains(word), "{}: {word} in: {line}", path.display());
            }
        }
    }
}

/// What a span takes by itself, a collector of traces would be told.
#[test]
fn spans_name_what_they_take() {
    let mut spans = 0;
    for krate in ["mailbox", "store", "daemon", "web", "watch", "cli"] {
        for path in sources(krate) {
            let text = fs::read_to_string(&path).unwrap();
            for span in text.split("tracing::instrument").skip(1) {
                let span = span.split(")]").next().unwrap_or_default();
                assert!(span.contains("skip_all"), "{}: {span}", path.display());
                spans += 1;
            }
        }
    }
    assert!(spans > 15, "{spans}");
}

#[test]
fn the_journey_is_one_short_file() {
    let journey = fs::read_to_string(repo_root().join("crates/daemon/src/journey.rs")).unwrap();
    assert!(journey.lines().count() <= 60);
}

#[test]
fn no_author_learns_and_judges_and_no_near_duplicate_crosses() {
    let split = Split::read().unwrap();
    let (train, test): (BTreeSet<&String>, BTreeSet<&String>) =
        (split.train.iter().collect(), split.test.iter().collect());
    assert!(train.is_disjoint(&test));
    let shingles = |names: &[String]| -> Vec<(String, BTreeSet<Vec<String>>)> {
        let records = corpus::read(names).unwrap();
        records.into_iter().map(|record| (record.id.clone(), shingle(&record.body))).collect()
    };
    let learnt = shingles(&split.train);
    let mut index: BTreeMap<&Vec<String>, Vec<usize>> = BTreeMap::new();
    for (number, (_, set)) in learnt.iter().enumerate() {
        for shingle in set {
            index.entry(shingle).or_default().push(number);
        }
    }
    for (id, set) in &shingles(&split.test) {
        let mut shared: BTreeMap<usize, usize> = BTreeMap::new();
        for number in set.iter().filter_map(|shingle| index.get(shingle)).flatten() {
            *shared.entry(*number).or_default() += 1;
        }
        for (number, shared) in shared {
            let smaller = set.len().min(learnt[number].1.len());
            assert!(smaller <= 8 || shared * 100 <= smaller * 35, "{id} ~ {}", learnt[number].0);
        }
    }
}

/// Sequences of four words.
fn shingle(text: &str) -> BTreeSet<Vec<String>> {
    let lower = text.to_lowercase();
    let words: Vec<&str> =
        lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    words.windows(4).map(|window| window.iter().map(|word| (*word).to_owned()).collect()).collect()
}
