//! The demo's mails: samples, and why langhals sorts each the way it does.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde::Deserialize;
use testbed::Record;
use testbed::corpus::repo_root;
use testbed::samples;

/// A sample mail and what is known about it.
pub struct Letter {
    /// Sender, subject and the label it should get.
    pub record: Record,
    /// The mail.
    pub bytes: Vec<u8>,
    /// The two strongest reasons, in German.
    pub why: String,
}

/// One line of `langhals classify --format json`, as far as the demo reads it.
#[derive(Deserialize)]
struct Classified {
    message_id: Option<String>,
    reasons: Vec<Reason>,
}

#[derive(Deserialize)]
struct Reason {
    text: String,
    weight: f64,
}

/// All sample mails, with reasons from one run of `langhals classify`.
pub fn write_all(binary: &Path) -> Result<Vec<Letter>> {
    let mails = samples::sample_mailbox(crate::demo::MOST)?;
    let reasons = reasons(binary, mails.iter().map(|(_, bytes)| bytes.as_slice()))?;
    let letters = mails.into_iter().map(|(record, bytes)| {
        let id = samples::message_id(&record);
        let why = reasons.get(id.trim_matches(['<', '>'])).cloned().unwrap_or_default();
        Letter { record, bytes, why }
    });
    Ok(letters.collect())
}

fn reasons<'a>(binary: &Path, mails: impl Iterator<Item = &'a [u8]>) -> Result<BTreeMap<String, String>> {
    let folder = tempfile::tempdir()?;
    for (i, bytes) in mails.enumerate() {
        fs::write(folder.path().join(format!("{i:04}.eml")), bytes)?;
    }
    let out = Command::new(binary)
        .args(["classify", "--format", "json", "--model"])
        .arg(promoted_model()?)
        .arg(folder.path())
        .output()
        .context("cannot run langhals classify")?;
    if !out.status.success() {
        bail!("langhals classify: {}\n{}", out.status, String::from_utf8_lossy(&out.stderr));
    }
    let text = String::from_utf8(out.stdout).context("langhals classify wrote no UTF-8")?;
    let lines = text.lines().map(serde_json::from_str::<Classified>);
    let lines = lines
        .collect::<Result<Vec<_>, _>>()
        .context("langhals classify wrote a line that is not as agreed")?;
    let by_id = lines.into_iter().filter_map(|mut line| {
        let id = line.message_id.take()?;
        Some((id.trim_matches(['<', '>']).to_owned(), line.why()))
    });
    Ok(by_id.collect())
}

impl Classified {
    fn why(mut self) -> String {
        self.reasons.sort_by(|a, b| b.weight.abs().total_cmp(&a.weight.abs()));
        let strongest: Vec<String> = self.reasons.into_iter().take(2).map(|reason| reason.text).collect();
        strongest.join("; ")
    }
}

/// The folder of the model in use.
fn promoted_model() -> Result<std::path::PathBuf> {
    let models = repo_root().join("models");
    let id = fs::read_to_string(models.join("PROMOTED"))
        .context("there is no models/PROMOTED: run `cargo xtask train` first")?;
    // The lines after the first are the model's history.
    Ok(models.join(id.lines().next().unwrap_or_default().trim()))
}
