//! Fuzzes loading a model, and judging by what was loaded; how to run it stands in `session.rs`.
#![no_main]

#[path = "../src/model.rs"]
mod model;

libfuzzer_sys::fuzz_target!(|input: &[u8]| model::run(input));
