//! Fuzzes the file of accounts; how to run it stands in `session.rs`.
#![no_main]

extern crate web as langhals_web;

#[path = "../src/accounts.rs"]
mod accounts;

libfuzzer_sys::fuzz_target!(|input: &[u8]| accounts::run(input));
