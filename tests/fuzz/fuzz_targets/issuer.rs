//! Fuzzes what an identity provider answers; how to run it stands in `session.rs`.
#![no_main]

extern crate web as langhals_web;

#[path = "../src/issuer.rs"]
mod issuer;
#[path = "../../../crates/web/tests/sample/mod.rs"]
mod sample;

libfuzzer_sys::fuzz_target!(|input: &[u8]| issuer::run(input));
