//! What the fuzzers found so far, again: every input of `tests/fuzz/corpus` through the very functions that they call.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

#[path = "../../../tests/fuzz/src/framer.rs"]
mod framer;
#[path = "../../../tests/fuzz/src/https.rs"]
mod https;
#[path = "../../../tests/fuzz/src/session.rs"]
mod session;

#[path = "../../../tests/fuzz/src/replay.rs"]
mod replay;

use replay::replay;

#[test]
fn the_framer_stands_every_stream_of_the_corpus() {
    replay("framer", 300, framer::run);
}

#[test]
fn a_session_stands_every_server_of_the_corpus() {
    replay("session", 300, session::run);
}

#[test]
fn every_answer_of_the_corpus_is_taken_within_bounds_or_refused() {
    replay("https", 15, https::run);
}
