//! Fuzzes a whole session with a server that says anything.
//!
//! How every target here is run. In `tests`, with a nightly compiler or, as here, with a stable one, which has no
//! sanitizers (the code is free of `unsafe`):
//!
//! ```sh
//! cargo fuzz run --sanitizer none session fuzz/work/session fuzz/corpus/session -- -dict=fuzz/imap.dict -timeout=10
//! ```
//!
//! Without cargo-fuzz, in this folder (`-C` flags only, so any compiler takes them):
//!
//! ```sh
//! LEVEL=-Cllvm-args=-sanitizer-coverage
//! export RUSTFLAGS="-Cpasses=sancov-module $LEVEL-level=4 $LEVEL-inline-8bit-counters $LEVEL-pc-table \
//!   $LEVEL-trace-compares --cfg fuzzing -Cdebug-assertions -Coverflow-checks -Ccodegen-units=1"
//! cargo build --release --target x86_64-unknown-linux-gnu
//! mkdir -p work/session
//! target/x86_64-unknown-linux-gnu/release/session work/session corpus/session -dict=imap.dict -timeout=10 -max_len=4096
//! ```
//!
//! New finds gather in `work/`. What is worth keeping goes into the corpus: `session -merge=1 corpus/session work/session`.
#![no_main]

extern crate mailbox as langhals_mailbox;

#[path = "../src/session.rs"]
mod session;

libfuzzer_sys::fuzz_target!(|input: &[u8]| session::run(input));
