//! What the fuzzers found so far, again: every input of `tests/fuzz/corpus` through the very functions that they call.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "what a test needs and does not get is a failure"
)]

use std::fs;

use langhals_tests::corpus::repo_root;

#[path = "../fuzz/src/mail.rs"]
mod mail;
#[path = "../fuzz/src/model.rs"]
mod model_files;
#[path = "../fuzz/src/state.rs"]
mod state;

#[path = "../fuzz/src/replay.rs"]
mod replay;

use replay::replay;

#[test]
fn every_mail_of_the_corpus_is_judged() {
    replay("mail", 15, mail::run);
}

#[test]
fn every_model_of_the_corpus_is_refused_or_judges() {
    replay("model", 10, model_files::run);
}

#[test]
fn every_state_of_the_corpus_is_refused_or_tells_the_same_by_log_index_and_export() {
    replay("state", 50, state::run);
}

/// Each target of the fuzz folder has a corpus, and the ones that are not replayed here are replayed beside their code.
#[test]
fn every_fuzz_target_is_replayed() {
    let names = |folder: &str| -> Vec<String> {
        let entries = fs::read_dir(repo_root().join("tests/fuzz").join(folder)).unwrap();
        let stem = |path: std::path::PathBuf| path.file_stem().unwrap().to_str().unwrap().to_owned();
        let mut names: Vec<String> = entries.map(|entry| stem(entry.unwrap().path())).collect();
        names.sort();
        names
    };
    let targets = names("fuzz_targets");
    assert_eq!(targets, names("corpus"));
    let replayed: String = [
        "tests/tests/fuzzed.rs",
        "crates/mailbox/tests/corpus.rs",
        "crates/web/tests/fuzzed.rs",
        "crates/cli/src/config/fuzzed.rs",
    ]
    .iter()
    .map(|path| fs::read_to_string(repo_root().join(path)).unwrap())
    .collect();
    for target in targets {
        assert!(replayed.contains(&format!("replay(\"{target}\"")), "{target} is not replayed");
    }
}
