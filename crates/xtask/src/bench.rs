//! `bench`: what judging a mail costs, beside scikit-learn's and fastText's pipelines in the same run.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use comfy_table::{Table, presets};
use serde_json::{Value, json};
use testbed::corpus::{self, Record, Split, repo_root};
use testbed::install;

/// Debian's Python, which alone sees Debian's packages.
const PYTHON: &str = "/usr/bin/python3";

/// Runs ours, theirs, and ours again; prints what each costs, and the ratios.
pub fn run() -> Result<()> {
    install::ensure(&["fasttext"], Path::new("/usr/bin/fasttext"))?;
    install::ensure(&["python3-sklearn"], Path::new("/usr/lib/python3/dist-packages/sklearn"))?;
    let before = ours()?;
    eprintln!("training the reference pipelines (one to three minutes)");
    let theirs = theirs()?;
    let after = ours()?;
    let cost = |step: &str| match (before["us"][step].as_f64(), after["us"][step].as_f64()) {
        (Some(before), Some(after)) => Ok(before.min(after)),
        _ => bail!("the benchmark did not measure {step}"),
    };
    let classify = cost("classify")?;
    let mut table = Table::new();
    table.load_style(presets::ASCII_MARKDOWN);
    table.set_header(["one thread, a mail", "µs", "ratio to classify", "macro-F1"]);
    for step in ["parse", "classify", "explain", "triage"] {
        let each = cost(step)?;
        table.add_row([
            format!("langhals {step}"),
            format!("{each:.1}"),
            format!("{:.2}", each / classify),
            String::new(),
        ]);
    }
    for name in ["scikit-learn", "fastText"] {
        let (Some(each), Some(f1)) = (theirs[name]["us"].as_f64(), theirs[name]["macro_f1"].as_f64()) else {
            bail!("the reference did not measure {name}");
        };
        table.add_row([
            format!("{name} (batched)"),
            format!("{each:.1}"),
            format!("{:.1}", each / classify),
            format!("{f1:.3}"),
        ]);
    }
    println!("{} mails of the judging authors, {} octets each on average", before["mails"], before["octets"]);
    println!("{table}");
    Ok(())
}

fn ours() -> Result<Value> {
    let output = Command::new("cargo")
        .args(["bench", "--quiet", "--locked", "--package", "langhals-tests", "--bench", "judging"])
        .current_dir(repo_root())
        .stderr(Stdio::inherit())
        .output()
        .context("cannot run cargo")?;
    if !output.status.success() {
        bail!("the benchmark failed; the lines above say why");
    }
    Ok(serde_json::from_slice(&output.stdout)?)
}

fn theirs() -> Result<Value> {
    let split = Split::read()?;
    let side =
        |authors: &[String]| -> Result<Vec<Value>> { Ok(corpus::read(authors)?.iter().map(pair).collect()) };
    let data = json!({ "train": side(&split.train)?, "test": side(&split.test)? });
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
