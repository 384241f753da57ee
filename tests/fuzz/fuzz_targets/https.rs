//! Fuzzes the answers of token servers; how to run it stands in `session.rs`.
#![no_main]

extern crate mailbox as langhals_mailbox;

#[path = "../src/https.rs"]
mod https;

libfuzzer_sys::fuzz_target!(|input: &[u8]| https::run(input));
