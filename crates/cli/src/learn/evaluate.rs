//! `langhals evaluate`: how good a model is, alone or against another one, and how alike it judges.

use std::path::Path;
use std::process::ExitCode;

use anyhow::Context as _;

use super::report::{self, Against, Report};
use super::{curve, fairness};
use crate::arguments::{EvaluateOptions, ReportFormat};
use crate::output::{self, Failed};
use crate::{corpus, models};

/// Measures a model and says so in the format asked for.
pub fn evaluate(options: &EvaluateOptions) -> anyhow::Result<ExitCode> {
    let model = models::load(&options.model)?;
    let other = options.against.as_deref().map(models::load).transpose()?;
    let examples = corpus::read(&options.corpus)?;
    let evaluation = model::evaluate(&model, &examples);
    let comparison = other.as_ref().map(|other| model::compare(&model, other, &examples));
    let fairness = if options.fairness {
        let names = fairness::names(&options.names)?;
        Some(fairness::measure(&model, &corpus::letters(&options.corpus)?, &names))
    } else {
        None
    };
    let learning_curve = if options.learning_curve {
        Some(curve::learning_curve(&corpus::read(&options.learn_from)?, &examples)?)
    } else {
        None
    };
    let against = other.as_ref().zip(comparison.as_ref()).map(|(other, comparison)| Against {
        model: &other.id().0,
        comparison,
        worse: comparison.is_worse(),
    });
    let report = Report { model: &model.id().0, evaluation: &evaluation, against, fairness, learning_curve };
    let text = match format(options) {
        ReportFormat::Text => report::text::text(&report),
        ReportFormat::Html => report::page::html(&report, model.manifest())?,
        ReportFormat::Json => serde_json::to_string(&report)? + "\n",
    };
    match &options.report {
        Some(file) => {
            std::fs::write(file, text).with_context(|| format!("cannot write {}", file.display()))?;
        }
        None => output::print(&text)?,
    }
    match report.against {
        Some(Against { model: other, worse: true, .. }) => {
            let sentence = format!("{} is worse than {other}", report.model);
            Err(Failed { code: 3, sentence }.into())
        }
        _ => Ok(ExitCode::SUCCESS),
    }
}

/// A file that is called a page is one.
fn format(options: &EvaluateOptions) -> ReportFormat {
    let ending = options.report.as_deref().and_then(Path::extension);
    if ending.is_some_and(|ending| ending.eq_ignore_ascii_case("html")) {
        ReportFormat::Html
    } else {
        options.format
    }
}
