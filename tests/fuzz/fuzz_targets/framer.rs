//! Fuzzes `guard::Framer` and the parser behind it; how to run it stands in `session.rs`.
#![no_main]

extern crate mailbox as langhals_mailbox;

#[path = "../src/framer.rs"]
mod framer;

libfuzzer_sys::fuzz_target!(|input: &[u8]| framer::run(input));
