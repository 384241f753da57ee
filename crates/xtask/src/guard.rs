//! `guard`: holds what each step of the core takes, in instructions, against what is written down.
//!
//! ```text
//! samples (fixed) ─▶ langhals-steps under callgrind ─▶ instructions a mail ─▶ within 3 % of tests/steps/instructions.toml?
//! ```
//!
//! Instructions, not time: they are the same on a busy machine, so a few per cent can be told from noise. Less is refused as
//! well as more: what is not written down anew would let the next one spend it unseen.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde::Deserialize;
use sha2::{Digest as _, Sha256};
use testbed::callgrind;
use testbed::corpus::repo_root;
use testbed::steps::{Mails, Program};

use crate::chores::output_of;

/// How far a step may be from what is written down.
const TOLERANCE: f64 = 0.03;
/// The same where compiler or Valgrind are others than when it was written down. What another compiler inlines moves counts
/// by several per cent, and that is nobody's fault, so it is only said; but no compiler makes a step a quarter dearer.
const OTHER_TOOLS: f64 = 0.25;
/// So that three per cent, as far as a fraction can be written in binary, are not more than three.
const ROUNDING: f64 = 1e-9;
/// Enough of them that no single one shows, few enough for half a minute.
const MAILS: usize = 200;

/// What is written down.
#[derive(Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Record {
    rustc: String,
    valgrind: String,
    /// What they worked on: the first digits of the hash of the model and the mails.
    inputs: String,
    instructions: BTreeMap<String, u64>,
}

/// Measures anew, and fails where a step is not what it was.
pub fn check() -> Result<()> {
    let text = fs::read_to_string(file()).with_context(|| format!("cannot read {}", file().display()))?;
    let was: Record =
        toml::from_str(&text).with_context(|| format!("cannot understand {}", file().display()))?;
    let is = measure()?;
    let same_tools = (&was.rustc, &was.valgrind) == (&is.rustc, &is.valgrind);
    let bound = if same_tools { TOLERANCE } else { OTHER_TOOLS };
    let (wrong, noted) = compare(&was, &is, bound);
    for sentence in &noted {
        eprintln!("guard: {sentence}");
    }
    if !same_tools {
        eprintln!(
            "guard: written down with {} and {}, measured with {} and {}: only {:.0} % and more is refused",
            was.rustc,
            was.valgrind,
            is.rustc,
            is.valgrind,
            100.0 * OTHER_TOOLS
        );
    }
    if wrong.is_empty() {
        return Ok(());
    }
    let hint =
        if was.inputs == is.inputs { "" } else { " (the model or the sample mails are others than then)" };
    bail!(
        "{}{hint}. Mend it; or, where it is worth that, or is less, run `cargo xtask guard --accept`, and say in the \
         commit why",
        wrong.join("; ")
    )
}

/// Writes down what is.
pub fn accept() -> Result<()> {
    let is = measure()?;
    fs::write(file(), written(&is))?;
    println!("{}", file().display());
    Ok(())
}

fn file() -> PathBuf {
    repo_root().join("tests/steps/instructions.toml")
}

fn measure() -> Result<Record> {
    callgrind::ensure()?;
    let program = Program::Core.build()?;
    let mails = Mails::typical(MAILS)?;
    Ok(Record {
        rustc: output_of(Command::new("rustc").arg("--version"))?.trim().to_owned(),
        valgrind: callgrind::version()?,
        inputs: inputs(&mails)?,
        instructions: mails.instructions(&program, &[])?,
    })
}

/// The first digits of the hash of everything that the program reads.
fn inputs(mails: &Mails) -> Result<String> {
    let models = repo_root().join("models");
    let promoted = fs::read_to_string(models.join("PROMOTED"))?;
    let model = models.join(promoted.lines().next().unwrap_or_default().trim());
    let mut files: Vec<PathBuf> = fs::read_dir(mails.folder())?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<_, _>>()?;
    files.sort();
    files.push(model.join("weights.bin"));
    let mut hash = Sha256::new();
    for file in files {
        hash.update(fs::read(file)?);
    }
    Ok(hash.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect())
}

/// What is to be refused, and what is only said.
fn compare(was: &Record, is: &Record, bound: f64) -> (Vec<String>, Vec<String>) {
    let (mut wrong, mut noted) = (Vec::new(), Vec::new());
    let steps: BTreeSet<&String> = was.instructions.keys().chain(is.instructions.keys()).collect();
    for step in steps {
        let (Some(before), Some(now)) = (was.instructions.get(step), is.instructions.get(step)) else {
            wrong.push(format!("the step {step} is written down or measured, not both"));
            continue;
        };
        let change = *now as f64 / (*before).max(1) as f64 - 1.0;
        let more = if change > 0.0 { "more" } else { "fewer" };
        let sentence = format!(
            "{step} takes {:.1} % {more} instructions than written down ({before} a mail then, {now} now)",
            100.0 * change.abs()
        );
        let beyond = |bound: f64| change.abs() > bound + ROUNDING;
        if beyond(bound) {
            wrong.push(sentence);
        } else if beyond(TOLERANCE) {
            noted.push(sentence);
        }
    }
    (wrong, noted)
}

/// As TOML; everything in it is plain.
fn written(record: &Record) -> String {
    let Record { rustc, valgrind, inputs, instructions } = record;
    let mut text = format!(
        "# Instructions that each step of the core takes for a mail: {MAILS} sample mails and the promoted model under callgrind.\n\
         # `cargo xtask ci` measures anew and refuses more than {:.0} % of difference; `cargo xtask guard --accept` writes this.\n\
         rustc = \"{rustc}\"\nvalgrind = \"{valgrind}\"\ninputs = \"{inputs}\"\n\n[instructions]\n",
        100.0 * TOLERANCE
    );
    for (step, count) in instructions {
        text += &format!("{step} = {count}\n");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(parse: u64) -> Record {
        let instructions = BTreeMap::from([("features".to_owned(), 500), ("parse".to_owned(), parse)]);
        Record { rustc: "rustc 1".into(), valgrind: "valgrind-3".into(), inputs: "00".into(), instructions }
    }

    #[test]
    fn what_is_written_is_read_again() {
        assert_eq!(toml::from_str::<Record>(&written(&record(1000))).unwrap(), record(1000));
    }

    #[test]
    fn more_and_fewer_than_three_per_cent_are_refused() {
        let refused = |now| compare(&record(1000), &record(now), TOLERANCE).0;
        assert!(refused(1030).is_empty() && refused(970).is_empty());
        assert!(refused(1031)[0].starts_with("parse takes 3.1 % more"), "{:?}", refused(1031));
        assert!(refused(969)[0].contains("3.1 % fewer"));
    }

    #[test]
    fn with_other_tools_a_little_is_only_said() {
        let (wrong, noted) = compare(&record(1000), &record(1100), OTHER_TOOLS);
        assert!(wrong.is_empty() && noted.len() == 1);
        assert_eq!(compare(&record(1000), &record(1300), OTHER_TOOLS).0.len(), 1);
    }

    #[test]
    fn a_step_that_nobody_wrote_down_is_refused() {
        let mut other = record(1000);
        other.instructions.insert("new".into(), 1);
        assert_eq!(compare(&record(1000), &other, TOLERANCE).0.len(), 1);
    }
}
