//! Fuzzes parsing and judging of a mail; how to run it stands in `session.rs`.
#![no_main]

#[path = "../src/mail.rs"]
mod mail;

libfuzzer_sys::fuzz_target!(|input: &[u8]| mail::run(input));
