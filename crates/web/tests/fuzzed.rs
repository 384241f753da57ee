//! What the fuzzers found so far, again: every input of `tests/fuzz/corpus` through the very functions that they call.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod sample;

#[path = "../../../tests/fuzz/src/accounts.rs"]
mod accounts;
#[path = "../../../tests/fuzz/src/issuer.rs"]
mod issuer;
#[path = "../../../tests/fuzz/src/page.rs"]
mod page;

#[path = "../../../tests/fuzz/src/replay.rs"]
mod replay;

use replay::replay;

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
