//! Chores: `cargo xtask demo | test | ci | bench | train | screenshots`; each needs nothing but Debian, cargo, and root or sudo.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "chores talk to whoever runs them")]

mod bench;
mod chores;
mod demo;
mod letters;
mod screenshots;
mod table;

use std::process::ExitCode;

use anyhow::{Result, bail};

const USAGE: &str = "\
cargo xtask CHORE

  demo [--once] [--mails N]   a private mail server, N sample mails (320), and langhals at work on them;
                              --once sorts them, prints the sorted mailbox and ends
  test [FILTER…]              installs what is missing, then runs every test
  ci                          format, lints, tests
  bench                       what judging a mail costs, beside scikit-learn and fastText
  train                       builds the default model anew from data/
  screenshots                 pictures of every page, with sample mail, into docs/bilder/";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    match run(&args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(args: &[&str]) -> Result<()> {
    match args {
        ["demo", rest @ ..] => demo::run(&demo_options(rest)?),
        ["test", filters @ ..] => chores::test(filters),
        ["ci"] => chores::ci(),
        ["bench"] => bench::run(),
        ["train"] => chores::train(),
        ["screenshots"] => screenshots::run(),
        [] | ["help" | "--help" | "-h"] => {
            println!("{USAGE}");
            Ok(())
        }
        [unknown, ..] => bail!("there is no such chore, or not with these arguments: {unknown}\n\n{USAGE}"),
    }
}

fn demo_options(mut args: &[&str]) -> Result<demo::Options> {
    let mut options = demo::Options { once: false, mails: 320 };
    while let [first, rest @ ..] = args {
        args = match (*first, rest) {
            ("--once", rest) => {
                options.once = true;
                rest
            }
            ("--mails", [number, rest @ ..]) => {
                options.mails = number.parse().ok().filter(|n| (1..=demo::MOST).contains(n)).unwrap_or(0);
                rest
            }
            (unknown, _) => bail!("demo does not know {unknown}\n\n{USAGE}"),
        };
    }
    if options.mails == 0 {
        bail!("--mails wants a number from 1 to {}", demo::MOST);
    }
    Ok(options)
}
