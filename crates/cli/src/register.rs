//! `langhals register-entry`: what an authority has to say about its Langhals, written by the running system itself.
//!
//! ```text
//!   configuration, model, state, tokens ─▶ gather ─▶ Facts ─┬▶ documents ─▶ Markdown: entry, note under Art. 6, notice
//!   sample mails ─▶ energy ───────────────────────────┘     └▶ JSON: the facts, the gaps, and the same texts
//! ```
//!
//! Nothing is invented: what only the authority knows is a marked gap, what it must judge is marked, too. No content of any
//! mail, no sender, no name of an account, mailbox or host is in it.

mod card;
mod documents;
mod energy;
mod facts;
mod gaps;
mod gather;
mod german;
mod land;
mod measured;
mod observed;
mod share;
mod words;

#[cfg(test)]
mod tests;

use std::process::ExitCode;

use anyhow::Context as _;
use daemon::{InUse, clock};
use serde::Serialize;

use self::documents::Documents;
use self::energy::Meters;
use self::facts::Facts;
use self::gaps::Gap;
use crate::arguments::{Arguments, DocumentFormat, RegisterOptions};
use crate::models;
use crate::{output, run};

/// Version of the JSON form: keys are added, never renamed.
const FORMAT: u32 = 1;

#[derive(Serialize)]
struct Whole<'f> {
    format: u32,
    #[serde(flatten)]
    facts: &'f Facts,
    gaps: &'f [Gap],
    documents: Texts<'f>,
}

/// The texts in Markdown.
#[derive(Serialize)]
struct Texts<'f> {
    entry: &'f str,
    assessment: &'f str,
    notice: &'f str,
}

/// Prints the texts; what is missing in `[authority]` is said on stderr.
pub fn register(arguments: &Arguments, options: &RegisterOptions) -> anyhow::Result<ExitCode> {
    let config = run::configuration(arguments)?;
    let InUse { model, promoted, instead } = models::in_use(&config.models)?;
    if let Some(instead) = &instead {
        output::complain(instead);
    }
    let now = clock::system();
    let desk = run::desk(&config, model);
    let watts = config.authority.watts_per_core;
    let energy = energy::measure(&desk, watts, &Meters::of_this_machine(), now)?;
    let facts = gather::facts(&config, &desk, &promoted, energy, now)?;
    let gaps = gaps::gaps(&facts.authority);
    output::print(&written(&facts, &gaps, options.format)?)?;
    complain_of(&gaps);
    Ok(ExitCode::SUCCESS)
}

fn written(facts: &Facts, gaps: &[Gap], format: DocumentFormat) -> anyhow::Result<String> {
    let wrong = "cannot fill a template: this is a mistake of ours, please report it";
    let documents = documents::documents(facts).context(wrong)?;
    match format {
        DocumentFormat::Md => Ok(documents::page(facts, &documents).context(wrong)? + "\n"),
        DocumentFormat::Json => json(facts, gaps, &documents),
    }
}

fn json(facts: &Facts, gaps: &[Gap], documents: &Documents) -> anyhow::Result<String> {
    let Documents { entry, assessment, notice } = documents;
    let documents = Texts { entry, assessment, notice };
    let mut text = serde_json::to_string_pretty(&Whole { format: FORMAT, facts, gaps, documents })?;
    text.push('\n');
    Ok(text)
}

fn complain_of(gaps: &[Gap]) {
    if gaps.is_empty() {
        return;
    }
    output::complain(
        "these facts are gaps or suggestions in the texts; give them in [authority] of the configuration:",
    );
    for Gap { key, what } in gaps {
        output::complain(&format!("  {key}: {what}"));
    }
}
