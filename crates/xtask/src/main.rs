//! Chores: `cargo xtask demo | test | ci | guard | bench | train | screenshots | package | try-package | bill`; each needs nothing but Debian, cargo, and root or sudo.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "chores talk to whoever runs them")]

mod bench;
mod chores;
mod demo;
mod guard;
mod letters;
mod package;
mod papers;
mod screenshots;
mod table;
mod tools;
mod try_package;

use std::process::ExitCode;

use anyhow::{Result, bail};
use testbed::corpus::repo_root;

const USAGE: &str = "\
cargo xtask CHORE

  demo [--once] [--mails N]   a private mail server, N sample mails (320), and langhals at work on them;
                              --once sorts them, prints the sorted mailbox and ends
  test [FILTER…]              installs what is missing, then runs every test
  ci                          format, lints, guard, tests
  guard [--accept]            whether each step of the core takes the instructions that are written down for it;
                              --accept writes them down anew (say in the commit why)
  bench [--quick | --again] [NAME…]
                              measures everything, or what is named, and writes docs/benchmarks.md; --quick takes
                              minutes instead of hours, and says what it found on the terminal alone;
                              --again measures nothing, and writes what was found before
  licences                    whether every crate may be in the program, by deny.toml (builds cargo-deny once)
  train                       builds the default model anew from data/
  screenshots                 pictures of every page, with sample mail, into docs/bilder/
  screenshots --client NAME   a sorted mailbox in thunderbird or roundcube
  package [--check] [--binary FILE] [--version V]
                              the Debian package, in target/package/; --check builds it twice and compares
  try-package [--binary FILE] a fresh Debian in a folder: installs the package, sorts mail, upgrades, removes, purges
  bill                        the bill of materials (CycloneDX) and the licences, in target/package/";

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
        ["guard"] => guard::check(),
        ["guard", "--accept"] => guard::accept(),
        ["bench", rest @ ..] => bench::run(&bench_options(rest)?),
        ["train"] => chores::train(),
        ["licences"] => chores::licences(),
        ["screenshots"] => screenshots::run(),
        ["screenshots", "--client", client] => screenshots::client(client),
        ["package", rest @ ..] => package::run(&package_options(rest)?),
        ["try-package", rest @ ..] => try_package::run(package_options(rest)?),
        ["bill"] => papers::bill(&repo_root().join("target/package"), package::epoch(repo_root())?),
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

fn bench_options(args: &[&str]) -> Result<bench::Options> {
    let mut options = bench::Options::default();
    for arg in args {
        match *arg {
            "--quick" => options.quick = true,
            "--again" => options.again = true,
            name if !name.starts_with('-') => options.names.push(name.to_owned()),
            unknown => bail!("bench does not know {unknown}\n\n{USAGE}"),
        }
    }
    Ok(options)
}

fn package_options(mut args: &[&str]) -> Result<package::Options> {
    let mut options = package::Options::default();
    while let [first, rest @ ..] = args {
        args = match (*first, rest) {
            ("--check", rest) => {
                options.check = true;
                rest
            }
            ("--binary", [file, rest @ ..]) => {
                options.binary = Some(file.into());
                rest
            }
            ("--version", [version, rest @ ..]) => {
                options.version = Some((*version).to_owned());
                rest
            }
            (unknown, _) => bail!("that is not known here: {unknown}\n\n{USAGE}"),
        };
    }
    Ok(options)
}
