//! Fuzzes the configuration, file and environment; how to run it stands in `session.rs`.
//!
//! The program is one binary and no library, so its files are taken in here as they are.
#![no_main]
#![allow(dead_code, reason = "the rest of the program uses what the fuzzer does not")]

#[path = "../src/configuration.rs"]
mod configuration;

#[path = "../../../crates/cli/src"]
mod program {
    pub mod config;
    pub mod verdict_json;
    pub mod wire;
}

use program::{config, verdict_json, wire};

libfuzzer_sys::fuzz_target!(|input: &[u8]| configuration::run(input));
