//! Fuzzes the decision log, the index beside it, exports, tokens and what is chosen about models; how to run it stands in `session.rs`.
#![no_main]

#[path = "../src/state.rs"]
mod state;

libfuzzer_sys::fuzz_target!(|input: &[u8]| state::run(input));
