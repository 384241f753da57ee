//! `langhals models list`: every model with what matters, one line each.

use std::process::ExitCode;

use serde::Serialize;
use store::{Chosen, Wanted};

use super::duel::{self, Tried};
use super::{Room, Wished};
use crate::arguments::Format;
use crate::output;
use crate::verdict_json::rfc3339;

/// A model on one line.
#[derive(Serialize)]
struct Line {
    model: String,
    /// `in-use`, `previous`, `challenger`, or nothing.
    #[serde(rename = "use")]
    part: Option<&'static str>,
    /// How many mails it has learnt from.
    mails: Option<usize>,
    /// Of the class, on mails of authors that it had not seen.
    macro_f1: Option<f64>,
    ready: bool,
    /// Why it may only run in shadow.
    lacks: Vec<String>,
    /// Why it cannot be used.
    damaged: Option<String>,
    trials: Vec<Tried>,
}

/// Prints all models.
pub fn list(room: &Room, format: Format) -> anyhow::Result<ExitCode> {
    let promoted = room.models.promotion()?;
    let earlier = promoted.earlier();
    let part = |id: &str| {
        if promoted.id.as_deref() == Some(id) {
            Some("in-use")
        } else if earlier.first() == Some(&id) {
            Some("previous")
        } else {
            room.challengers.iter().any(|one| one == id).then_some("challenger")
        }
    };
    let mut ids = room.models.ids()?;
    // One that is promoted and not there is worth a line, too.
    ids.extend(promoted.id.iter().filter(|id| !ids.contains(id)).cloned().collect::<Vec<_>>());
    let lines: Vec<Line> = ids.into_iter().map(|id| line(room, part(&id), id)).collect();
    match format {
        Format::Json => {
            for line in &lines {
                output::line(&serde_json::to_string(line)?)?;
            }
        }
        Format::Text => {
            text(&lines)?;
            if let Some(sentence) = threshold(&room.wished) {
                output::line(&sentence)?;
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// What was chosen on the page instead of what is configured.
fn threshold(wished: &Wished) -> Option<String> {
    let chosen = wished.chosen.map(|Chosen { wanted, at }| {
        let wanted = match wanted {
            Wanted::MostWrong(share) => format!("at most {:.2} % wrong", share * 100.0),
            Wanted::Confidence(confidence) => format!("confidence {confidence}"),
        };
        format!("threshold: {wanted}, chosen on the page at {}; it counts instead of [triage]", rfc3339(at))
    });
    chosen.or_else(|| wished.unreadable.clone())
}

fn line(room: &Room, part: Option<&'static str>, id: String) -> Line {
    let trials = duel::tried(room, &id);
    match room.load(&id) {
        Ok(model) => {
            let manifest = model.manifest();
            let lacks = room.lacks_in_words(manifest);
            Line {
                part,
                mails: Some(manifest.corpus.records),
                macro_f1: Some(manifest.out_of_fold.class.macro_f1),
                ready: lacks.is_empty(),
                lacks,
                damaged: None,
                trials,
                model: id,
            }
        }
        Err(error) => {
            let (damaged, lacks) = (Some(error.to_string()), Vec::new());
            Line { model: id, part, mails: None, macro_f1: None, ready: false, lacks, damaged, trials }
        }
    }
}

fn text(lines: &[Line]) -> anyhow::Result<()> {
    if lines.is_empty() {
        output::line("There is no model: `langhals train` makes one.")?;
        return Ok(());
    }
    let mut table = output::table(&["model", "use", "mails", "macro-f1", "state"]);
    for line in lines {
        let state = match (&line.damaged, line.lacks.as_slice()) {
            (Some(damaged), _) => format!("damaged: {damaged}"),
            (None, []) => "ready".to_owned(),
            (None, lacks) => format!("shadow only: {}", lacks.join("; ")),
        };
        table.add_row([
            line.model.clone(),
            line.part.unwrap_or_default().replace('-', " "),
            line.mails.map(|mails| mails.to_string()).unwrap_or_default(),
            line.macro_f1.map(|f1| format!("{f1:.3}")).unwrap_or_default(),
            state,
        ]);
    }
    output::line(&table.to_string())?;
    for tried in lines.iter().flat_map(|line| &line.trials) {
        output::line(&tried.sentence())?;
    }
    Ok(())
}
