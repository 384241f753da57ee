//! What the fuzzers found so far, again: every input of `tests/fuzz/corpus` through the very functions that they call.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod sample;

use std::fs;
use std::path::Path;

#[path = "../../../tests/fuzz/src/accounts.rs"]
mod accounts;
#[path = "../../../tests/fuzz/src/issuer.rs"]
mod issuer;
#[path = "../../../tests/fuzz/src/page.rs"]
mod page;

#[track_caller]
fn replay(target: &str, least: usize, run: fn(&[u8])) {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fuzz/corpus").join(target);
    let mut replayed = 0;
    for entry in fs::read_dir(corpus).unwrap() {
        let path = entry.unwrap().path();
        let input = fs::read(&path).unwrap();
        assert!(std::panic::catch_unwind(|| run(&input)).is_ok(), "{} fails (see above)", path.display());
        replayed += 1;
    }
    assert!(replayed >= least, "the corpus is gone");
}

#[test]
fn the_page_stands_every_request_of_the_corpus() {
    replay("page", 100, page::run);
}

#[test]
fn every_file_of_accounts_of_the_corpus_is_refused_or_stays_what_it_is() {
    replay("accounts", 5, accounts::run);
}

#[test]
fn nobody_is_signed_in_by_an_answer_of_the_corpus_that_does_not_hold() {
    replay("issuer", 30, issuer::run);
}
