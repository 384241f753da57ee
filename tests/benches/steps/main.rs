//! What each step takes for a mail, in microseconds and in instructions, at three sizes of mail: the core's steps, and the
//! ledger's with its two fsyncs apart.
//!
//! `cargo bench -p langhals-tests --bench steps [-- --quick]` prints a chapter of `docs/benchmarks.md`.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a benchmark's results go to stdout, progress to stderr"
)]

mod ledger;
mod report;

use std::path::Path;

use anyhow::Result;
use langhals_tests::callgrind;
use langhals_tests::steps::{Mails, Program};

use report::Measured;

/// Octets of text, and how many mails of them: the same text in all. The first is the corpus as it is.
const SIZES: [(usize, usize); 3] = [(2_000, 240), (8_000, 60), (32_000, 15)];
/// The ledger takes them in batches of so many.
const BATCH: usize = 500;

fn main() -> Result<()> {
    let quick = std::env::args().any(|argument| argument == "--quick");
    let rounds = if quick { 5 } else { 40 };
    callgrind::ensure()?;
    eprintln!("building the steps");
    let core = Program::Core.build()?;
    let typical = measure(&core, &Mails::typical(BATCH)?, rounds)?;
    let mut grown = Vec::new();
    for (octets, count) in SIZES {
        eprintln!("mails of {octets} octets");
        grown.push(measure(&core, &Mails::of_size(octets, count)?, rounds)?);
    }
    eprintln!("the ledger");
    let ledger = ledger::measure(&Mails::typical(BATCH)?, rounds)?;
    println!("{}", serde_json::to_string(&report::chapter(&typical, &grown, &ledger))?);
    Ok(())
}

fn measure(core: &Path, mails: &Mails, rounds: usize) -> Result<Measured> {
    Ok(Measured { figures: mails.figures(core, &[], rounds)?, instructions: mails.instructions(core, &[])? })
}
