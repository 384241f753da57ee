//! What judging a mail costs beside scikit-learn's and fastText's pipelines in the same run, on the same mails.
//!
//! `cargo bench -p langhals-tests --bench judging [-- --quick]` prints a chapter of `docs/benchmarks.md`.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a benchmark's results go to stdout, progress to stderr"
)]

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use langhals_tests::chapter::{Chapter, Table};
use langhals_tests::corpus::{self, Record, Split, repo_root};
use langhals_tests::install;
use langhals_tests::steps::{Figures, Mails, Program};
use serde_json::{Value, json};

/// Debian's Python, which alone sees Debian's packages.
const PYTHON: &str = "/usr/bin/python3";
/// All mails of the judging authors.
const MAILS: usize = 580;
/// What `--quick` lets the others learn from.
const FEW: usize = 2_000;
/// Ours, by the steps that it consists of.
const OURS: [(&str, &[&str]); 4] = [
    ("parse", &["parse"]),
    ("classify (features and inference)", &["features", "inference"]),
    ("extraction, priority and suggestion", &["unopened", "extraction", "priority"]),
    ("explanation", &["explanation"]),
];

fn main() -> Result<()> {
    let quick = std::env::args().any(|argument| argument == "--quick");
    install::ensure(&["fasttext"], Path::new("/usr/bin/fasttext"))?;
    install::ensure(&["python3-sklearn"], Path::new("/usr/lib/python3/dist-packages/sklearn"))?;
    let (program, mails) = (Program::Core.build()?, Mails::typical(MAILS)?);
    let rounds = if quick { 5 } else { 30 };
    let before = mails.figures(&program, &[], rounds)?;
    let most = if quick { FEW } else { usize::MAX };
    eprintln!("training scikit-learn's and fastText's pipelines");
    let theirs = theirs(most)?;
    let after = mails.figures(&program, &[], rounds)?;
    println!("{}", serde_json::to_string(&chapter(&least(&before, &after), &theirs)?)?);
    Ok(())
}

/// Ours, before and after theirs: whichever the machine disturbed less.
fn least(before: &Figures, after: &Figures) -> Figures {
    let least = |(step, us): (&String, &f64)| Some((step.clone(), us.min(*after.get(step)?)));
    before.iter().filter_map(least).collect()
}

fn chapter(ours: &Figures, theirs: &Value) -> Result<Chapter> {
    let sum = |steps: &[&str]| steps.iter().filter_map(|step| ours.get(*step)).sum::<f64>();
    let classify = sum(OURS[1].1);
    let row = |name: String, us: f64, f1: String| {
        vec![name, format!("{us:.1}"), format!("{:.2}", us / classify), f1]
    };
    let mut rows: Vec<Vec<String>> = OURS
        .iter()
        .map(|(name, steps)| row(format!("langhals: {name}"), sum(steps), String::new()))
        .collect();
    for name in ["scikit-learn", "fastText"] {
        let (Some(us), Some(f1)) = (theirs[name]["us"].as_f64(), theirs[name]["macro_f1"].as_f64()) else {
            bail!("the reference did not measure {name}");
        };
        rows.push(row(format!("{name}: classify, all mails in one call"), us, format!("{f1:.3}")));
    }
    Ok(Chapter {
        title: "Judging: beside scikit-learn and fastText".to_owned(),
        method: vec![method(theirs)],
        tables: vec![Table {
            caption: "One thread, a mail.".to_owned(),
            head: ["", "µs", "of our classify", "class: macro-F1"].map(str::to_owned).to_vec(),
            rows,
        }],
        remarks: vec![
            "Theirs is the class alone, from text that is there already; ours is class and priority, from a parsed message. \
             Our macro-F1 on these mails stands in the README and in the model's card."
                .to_owned(),
        ],
        ..Chapter::default()
    })
}

fn method(theirs: &Value) -> String {
    format!(
        "{MAILS} mails by three authors that nobody here has learnt from; ours is the best of several rounds before and \
         after the others. scikit-learn {}: words 1–2 and `char_wb` 2–5, TF-IDF, logistic regression (C = 20); fastText: \
         words and pairs, characters 2–5, 50 dimensions, its loading taken out. Both learnt from {} mails of our training \
         authors, and judge all {MAILS} in one call (best of three).",
        theirs["version"].as_str().unwrap_or_default(),
        theirs["learnt"]
    )
}

/// Runs `reference.py`, which learns from at most so many mails.
fn theirs(most: usize) -> Result<Value> {
    let split = Split::read()?;
    let side = |authors: &[String], most: usize| -> Result<Vec<Value>> {
        let records = corpus::read(authors)?;
        let every = (records.len() / most.max(1)).max(1);
        Ok(records.iter().step_by(every).map(pair).collect())
    };
    let data = json!({ "train": side(&split.train, most)?, "test": side(&split.test, usize::MAX)? });
    let mut child = Command::new(PYTHON)
        .arg(repo_root().join("tests/benches/reference.py"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .context("cannot run Python")?;
    child.stdin.take().context("Python takes no input")?.write_all(data.to_string().as_bytes())?;
    let output = child.wait_with_output()?;
    if !output.status.success() {
        bail!("the reference pipelines failed; the lines above say why");
    }
    Ok(serde_json::from_slice(&output.stdout)?)
}

/// Class and text, as the reference pipelines see them.
fn pair(record: &Record) -> Value {
    json!([record.class, format!("{}\n{}\n{}", record.subject, record.body, record.attachments.join(" "))])
}
