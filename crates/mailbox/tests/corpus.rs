//! What the fuzzers found so far, again: every input of `fuzz/corpus` through the very functions that they call.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::path::Path;

#[path = "../fuzz/src/framer.rs"]
mod framer;
#[path = "../fuzz/src/session.rs"]
mod session;

#[track_caller]
fn replay(target: &str, run: fn(&[u8])) {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(target);
    let mut replayed = 0;
    for entry in fs::read_dir(corpus).unwrap() {
        let path = entry.unwrap().path();
        let input = fs::read(&path).unwrap();
        assert!(std::panic::catch_unwind(|| run(&input)).is_ok(), "{} fails (see above)", path.display());
        replayed += 1;
    }
    assert!(replayed > 50, "the corpus is gone");
}

#[test]
fn the_framer_stands_every_stream_of_the_corpus() {
    replay("framer", framer::run);
}

#[test]
fn a_session_stands_every_server_of_the_corpus() {
    replay("session", session::run);
}
