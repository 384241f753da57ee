//! `test`, `ci` and `train`: the same commands for people and for the continuous integration.

use std::ffi::OsStr;
use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use testbed::corpus::{self, Split, repo_root};
use testbed::{install, langhals};

use crate::{guard, tools};

/// What checks licences, sources and known weaknesses.
const CARGO_DENY: &str = "0.20.2";

/// What the model that comes with the program is called. Only this one is ever trained over.
const DEFAULT_MODEL: &str = "standard-1";

/// Installs what tests need, then runs all of them, or those that match.
pub fn test(filters: &[&str]) -> Result<()> {
    let mut steps = Steps::default();
    steps.run("install", install::ensure_all)?;
    steps.run("test", || run_tests(filters))?;
    steps.report();
    Ok(())
}

/// Format, lints, guard, tests.
pub fn ci() -> Result<()> {
    let mut steps = Steps::default();
    steps.run("format", || cargo(&["fmt", "--all", "--check"]))?;
    let lints = ["clippy", "--workspace", "--all-targets", "--locked", "--", "-D", "warnings"];
    steps.run("lints", || cargo(&lints))?;
    steps.run("install", install::ensure_all)?;
    steps.run("guard", guard::check)?;
    steps.run("test", || run_tests(&[]))?;
    steps.report();
    Ok(())
}

/// Whether every crate may be in the program: its licence, its source, and what is known against it.
pub fn licences() -> Result<()> {
    let deny = match tools::cargo_tool("cargo-deny", CARGO_DENY) {
        Ok(deny) => deny,
        Err(error) => {
            eprintln!("cargo-deny cannot be had, so licences are not checked here: {error:#}");
            return Ok(());
        }
    };
    let check = |what: &[&str]| {
        let mut command = Command::new(&deny);
        command.args(["--locked", "--log-level", "error", "check", "--hide-inclusion-graph"]).args(what);
        command.current_dir(repo_root());
        command
    };
    succeed(&mut check(&["licenses", "bans", "sources"]))?;
    // The list of known weaknesses comes from the net: a machine without it has nothing to compare with.
    if tools::advisories_in_reach() {
        succeed(&mut check(&["advisories"]))
    } else {
        eprintln!("the list of known weaknesses is out of reach, so advisories are not checked here");
        Ok(())
    }
}

/// Trains the default model from the training authors of `data/split.toml`; promotes it where none is.
pub fn train() -> Result<()> {
    let models = repo_root().join("models");
    let promoted = models.join("PROMOTED");
    let binary = release_binary()?;
    // Beside the others, so that the new model takes the old one's place by a rename.
    let workshop = tempfile::Builder::new().prefix(".training-").tempdir_in(&models)?;
    let fresh = workshop.path().join(DEFAULT_MODEL);
    let split = Split::read()?;
    let mut command = Command::new(binary);
    let (teaching, typical): (Vec<&String>, Vec<&String>) =
        split.train.iter().partition(|author| split.teach_only.contains(author));
    command
        .arg("train")
        .arg("--corpus")
        .args(typical.into_iter().map(|author| corpus::author_file(author)))
        .arg("--teach-only")
        .args(teaching.into_iter().map(|author| corpus::author_file(author)))
        .arg("--held-out")
        .args(split.test.iter().map(|author| corpus::author_file(author)));
    command.arg("--out").arg(&fresh).current_dir(repo_root());
    succeed(&mut command)?;
    let place = models.join(DEFAULT_MODEL);
    if place.exists() {
        fs::remove_dir_all(&place)?;
    }
    fs::rename(&fresh, &place)
        .with_context(|| format!("cannot move the new model to {}", place.display()))?;
    if !promoted.exists() {
        fs::write(&promoted, format!("{DEFAULT_MODEL}\n"))?;
    }
    println!("trained models/{DEFAULT_MODEL}");
    Ok(())
}

/// The program: `LANGHALS_BIN`, or built for speed.
pub fn release_binary() -> Result<PathBuf> {
    if let Some(path) = std::env::var_os("LANGHALS_BIN") {
        return Ok(path.into());
    }
    eprintln!("building langhals (release)");
    langhals::build(&langhals::target_dir()?, OsStr::new("release"))
}

/// nextest where it is installed: a process a test, so that a hanging server is ended with its test.
fn run_tests(filters: &[&str]) -> Result<()> {
    let mut probe = Command::new("cargo");
    probe.args(["nextest", "--version"]).stdout(Stdio::null()).stderr(Stdio::null());
    let nextest = probe.status().is_ok_and(|status| status.success());
    let all = ["--workspace", "--locked"];
    let runner: &[&str] = if nextest { &["nextest", "run"] } else { &["test"] };
    // Builds the program too, as it has an integration test beside it: the end-to-end tests run that one.
    cargo(&[runner, &all, &["--no-run"]].concat())?;
    let program = langhals::target_dir()?.join("debug").join("langhals");
    let mut tests = cargo_command(&[runner, &all, filters].concat());
    succeed(tests.env("LANGHALS_BIN", program))?;
    if nextest && filters.is_empty() { cargo(&[&["test", "--doc"][..], &all].concat()) } else { Ok(()) }
}

fn cargo(args: &[&str]) -> Result<()> {
    succeed(&mut cargo_command(args))
}

fn cargo_command(args: &[&str]) -> Command {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.args(args).current_dir(repo_root());
    command
}

/// What a command prints; an error if it fails.
pub fn output_of(command: &mut Command) -> Result<String> {
    let program = command.get_program().to_string_lossy().into_owned();
    let said = command.output().with_context(|| format!("cannot run {program}"))?;
    if !said.status.success() {
        bail!("failed ({}): {program}: {}", said.status, String::from_utf8_lossy(&said.stderr).trim());
    }
    Ok(String::from_utf8_lossy(&said.stdout).into_owned())
}

/// Runs a command to its end; an error if it fails.
pub fn succeed(command: &mut Command) -> Result<()> {
    let program = command.get_program().to_string_lossy().into_owned();
    let status = command.status().with_context(|| format!("cannot run {program}"))?;
    if !status.success() {
        let args: Vec<_> = command.get_args().map(OsStr::to_string_lossy).collect();
        bail!("failed ({status}): {program} {}", args.join(" "));
    }
    Ok(())
}

/// What was done, and how long each took.
#[derive(Default)]
struct Steps(Vec<(&'static str, Duration)>);

impl Steps {
    fn run(&mut self, name: &'static str, step: impl FnOnce() -> Result<()>) -> Result<()> {
        let start = Instant::now();
        step().with_context(|| format!("step {name}"))?;
        self.0.push((name, start.elapsed()));
        Ok(())
    }

    fn report(&self) {
        let parts: Vec<String> =
            self.0.iter().map(|(name, took)| format!("{name} {:.1} s", took.as_secs_f64())).collect();
        println!("all well: {}", parts.join(", "));
    }
}
