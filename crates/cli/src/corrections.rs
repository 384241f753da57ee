//! `langhals corrections`: what people changed, from the decision log; also beside a running daemon.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Write as _;
use std::path::Path;
use std::process::ExitCode;

use anyhow::Context as _;
use domain::{Class, Label, Priority};
use serde::Serialize;
use store::{Correction, Replay};

use crate::arguments::{Arguments, CorrectionsAction, CorrectionsOptions, Format};
use crate::output;
use crate::run;
use crate::verdict_json::rfc3339;

/// One training reference: where the message lies and what it is, never what it says.
#[derive(Serialize)]
struct Reference<'c> {
    mailbox: &'c str,
    folder: &'c str,
    uid_validity: u32,
    uid: u32,
    fingerprint: &'c str,
    class: Option<&'static str>,
    priority: Option<&'static str>,
    suggested_class: &'c str,
    suggested_priority: &'c str,
    unsure: bool,
    model: &'c str,
    decided: String,
}

#[derive(Serialize)]
struct Counts<'c> {
    corrections: usize,
    class: BTreeMap<&'c str, BTreeMap<&'static str, usize>>,
    priority: BTreeMap<&'c str, BTreeMap<&'static str, usize>>,
}

/// Lists or exports them.
pub fn corrections(arguments: &Arguments, options: &CorrectionsOptions) -> anyhow::Result<ExitCode> {
    let config = run::configuration(arguments)?;
    let replay = Replay::read(&config.state)?;
    if replay.broken > 0 {
        output::complain(&format!("{} damaged lines in the decision log were passed over", replay.broken));
    }
    let corrections = replay.corrections();
    match &options.action {
        None | Some(CorrectionsAction::List { format: Format::Text }) => text(&corrections)?,
        Some(CorrectionsAction::List { format: Format::Json }) => {
            output::line(&serde_json::to_string(&counts(&corrections))?)?;
        }
        Some(CorrectionsAction::Export { file }) => export(&corrections, file)?,
    }
    Ok(ExitCode::SUCCESS)
}

fn text(corrections: &[&Correction]) -> anyhow::Result<()> {
    if corrections.is_empty() {
        output::line("People have changed nothing yet.")?;
        return Ok(());
    }
    let counts = counts(corrections);
    for (what, chosen) in
        [("class", table::<Class>(&counts.class)), ("priority", table::<Priority>(&counts.priority))]
    {
        output::line(&format!("{what}: suggested (rows), chosen by a person (columns)"))?;
        output::line(&chosen.to_string())?;
    }
    output::line(&format!("{} messages were decided by people", counts.corrections))?;
    Ok(())
}

fn table<L: Label>(counts: &BTreeMap<&str, BTreeMap<&'static str, usize>>) -> comfy_table::Table {
    let chosen = L::ALL.map(Label::name);
    let mut table = output::table(&[&["suggested"][..], &chosen].concat());
    for (suggested, row) in counts {
        let cells = chosen.iter().map(|label| row.get(label).copied().unwrap_or(0).to_string());
        table.add_row([(*suggested).to_owned()].into_iter().chain(cells));
    }
    table
}

fn counts<'c>(corrections: &[&'c Correction]) -> Counts<'c> {
    let mut counts =
        Counts { corrections: corrections.len(), class: BTreeMap::new(), priority: BTreeMap::new() };
    for correction in corrections {
        let suggested = &correction.suggested;
        if let Some(class) = correction.class {
            // What came with its tags was not suggested by anybody here.
            let class_suggested = if suggested.unsure { "unsure" } else { suggested.class.as_str() };
            *counts.class.entry(class_suggested).or_default().entry(class.name()).or_default() += 1;
        }
        if let Some(priority) = correction.priority {
            *counts.priority.entry(&suggested.priority).or_default().entry(priority.name()).or_default() += 1;
        }
    }
    counts
}

fn export(corrections: &[&Correction], file: &Path) -> anyhow::Result<()> {
    let mut lines = String::new();
    for correction in corrections {
        lines.push_str(&serde_json::to_string(&reference(correction))?);
        lines.push('\n');
    }
    if file == Path::new("-") {
        output::print(&lines)?;
        return Ok(());
    }
    let written = File::create(file).and_then(|mut file| {
        file.write_all(lines.as_bytes())?;
        file.sync_all()
    });
    written
        .with_context(|| format!("cannot write {}: choose another file, or free space", file.display()))?;
    output::complain(&format!("{} references written to {}", corrections.len(), file.display()));
    Ok(())
}

fn reference(correction: &Correction) -> Reference<'_> {
    Reference {
        mailbox: &correction.folder.mailbox,
        folder: &correction.folder.name,
        uid_validity: correction.validity.0,
        uid: correction.uid.0,
        fingerprint: &correction.fingerprint,
        class: correction.class.map(Label::name),
        priority: correction.priority.map(Label::name),
        suggested_class: &correction.suggested.class,
        suggested_priority: &correction.suggested.priority,
        unsure: correction.suggested.unsure,
        model: &correction.suggested.model,
        decided: rfc3339(correction.at),
    }
}
