//! `langhals train` and `langhals evaluate`: a model from a labelled corpus and people's corrections, and how good it is.

mod lessons;
mod report;
pub mod schedule;
mod train;

use std::process::ExitCode;

use anyhow::Context as _;
use model::{Comparison, Evaluation};
use serde::Serialize;

use crate::arguments::{EvaluateOptions, ReportFormat};
use crate::output::{self, Failed};
use crate::{corpus, models};

pub use train::train;

#[derive(Serialize)]
struct Report<'r> {
    model: &'r str,
    #[serde(flatten)]
    evaluation: &'r Evaluation,
    #[serde(skip_serializing_if = "Option::is_none")]
    against: Option<Against<'r>>,
}

#[derive(Serialize)]
struct Against<'r> {
    model: &'r str,
    #[serde(flatten)]
    comparison: &'r Comparison,
    worse: bool,
}

/// Measures a model, alone or against another one on the same mails.
pub fn evaluate(options: &EvaluateOptions) -> anyhow::Result<ExitCode> {
    let model = models::load(&options.model)?;
    let examples = corpus::read(&options.corpus)?;
    let evaluation = model::evaluate(&model, &examples);
    let other = options.against.as_deref().map(models::load).transpose()?;
    let comparison = other.as_ref().map(|other| model::compare(&model, other, &examples));
    let against = other.as_ref().zip(comparison.as_ref()).map(|(other, comparison)| Against {
        model: &other.id().0,
        comparison,
        worse: comparison.is_worse(),
    });
    let worse = against.as_ref().is_some_and(|against| against.worse);
    let id = &model.id().0;
    let text = match options.format {
        ReportFormat::Text => {
            report::text(id, &evaluation, against.as_ref().map(|a| (a.model, a.comparison)))
        }
        ReportFormat::Html => {
            report::html(id, &evaluation, against.as_ref().map(|a| (a.model, a.comparison)))
        }
        ReportFormat::Json => {
            serde_json::to_string(&Report { model: id, evaluation: &evaluation, against })? + "\n"
        }
    };
    match &options.report {
        Some(file) => {
            std::fs::write(file, text).with_context(|| format!("cannot write {}", file.display()))?;
        }
        None => output::print(&text)?,
    }
    if worse {
        let sentence =
            format!("{id} is worse than {}", other.map(|other| other.id().to_string()).unwrap_or_default());
        return Err(Failed { code: 3, sentence }.into());
    }
    Ok(ExitCode::SUCCESS)
}
