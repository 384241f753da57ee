//! Fuzzes the page and the API: addresses, headers, forms; how to run it stands in `session.rs`.
#![no_main]

extern crate web as langhals_web;

#[path = "../src/page.rs"]
mod page;
#[path = "../../../crates/web/tests/sample/mod.rs"]
mod sample;

libfuzzer_sys::fuzz_target!(|input: &[u8]| page::run(input));
