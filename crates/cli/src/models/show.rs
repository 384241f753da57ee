//! `langhals models show`: one model in words: what it was learnt from, how good it was, what it may do.

use std::process::ExitCode;

use anyhow::Context as _;
use model::{Exam, Manifest, ShortScores};
use serde::Serialize;
use store::{Models, Promoted, Switch, SwitchedBy};

use super::Room;
use super::duel::{self, Tried};
use crate::arguments::Format;
use crate::output;
use crate::verdict_json::rfc3339;

/// The model's own page, where it has one.
const CARD: &str = "CARD.md";

#[derive(Serialize)]
struct Shown<'s> {
    model: &'s str,
    in_use: bool,
    ready: bool,
    lacks: Vec<String>,
    manifest: &'s Manifest,
    /// Mails that it can be compared by; none where it has no exam.
    exam_mails: Option<usize>,
    switches: Vec<&'s Switch>,
    trials: Vec<Tried>,
    card: Option<String>,
}

/// Prints one model.
pub fn show(room: &Room, id: &str, format: Format) -> anyhow::Result<ExitCode> {
    let model = room.load(id).with_context(|| format!("cannot show {id}"))?;
    let promoted = room.models.promotion()?;
    let folder = room.models.folder(id)?;
    let card = Models::read_extra(&folder, CARD)?.map(|card| String::from_utf8_lossy(&card).into_owned());
    let lacks = room.lacks_in_words(model.manifest());
    let exam = Models::read_extra(&folder, Exam::FILE)?;
    let exam = exam.and_then(|file| Exam::read(model.manifest(), &file).ok());
    let shown = Shown {
        model: id,
        in_use: promoted.id.as_deref() == Some(id),
        ready: lacks.is_empty(),
        lacks,
        manifest: model.manifest(),
        exam_mails: exam.map(|exam| exam.len()),
        switches: switches(&promoted, id),
        trials: duel::tried(room, id),
        card,
    };
    match format {
        Format::Json => output::line(&serde_json::to_string(&shown)?)?,
        Format::Text => text(&shown)?,
    }
    Ok(ExitCode::SUCCESS)
}

fn switches<'p>(promoted: &'p Promoted, id: &str) -> Vec<&'p Switch> {
    promoted.history.iter().filter(|switch| switch.to == id || switch.from.as_deref() == Some(id)).collect()
}

fn text(shown: &Shown<'_>) -> anyhow::Result<()> {
    let Manifest { corpus, out_of_fold, features, learner, params, .. } = shown.manifest;
    let counts = |counts: &std::collections::BTreeMap<String, usize>| -> String {
        let cells: Vec<String> = counts.iter().map(|(label, count)| format!("{label} {count}")).collect();
        cells.join(", ")
    };
    output::line(&format!("Model     {}{}", shown.model, if shown.in_use { ", in use" } else { "" }))?;
    output::line(&format!(
        "State     {}",
        if shown.ready { "ready".to_owned() } else { format!("shadow only: {}", shown.lacks.join("; ")) }
    ))?;
    output::line(&format!("Learnt    from {} mails of {} author files", corpus.records, corpus.groups))?;
    output::line(&format!("          class: {}", counts(&corpus.class)))?;
    output::line(&format!("          priority: {}", counts(&corpus.priority)))?;
    output::line(&format!("By        {learner}, {features} features, seed {}", params.seed))?;
    output::line("Unseen    each mail judged by a part that had not seen its author")?;
    output::line(&format!("          class: {}", scores(&out_of_fold.class)))?;
    output::line(&format!("          priority: {}", scores(&out_of_fold.priority)))?;
    output::line(&match shown.exam_mails {
        Some(mails) => format!("Exam      of {mails} mails, by which it can be compared with others"),
        None => "Exam      none that can be used: compare it on held-out mails (--corpus)".to_owned(),
    })?;
    for switch in &shown.switches {
        output::line(&format!("History   {}", in_words(switch)))?;
        for overruled in &switch.overruled {
            output::line(&format!("          although: {overruled}"))?;
        }
        if let Some(duel) = &switch.figures {
            let before = switch.from.as_deref().unwrap_or("none");
            for sentence in duel::sentences(duel, &switch.to, before) {
                output::line(&format!("          {sentence}"))?;
            }
        }
    }
    for tried in &shown.trials {
        output::line(&format!("Trial     {}", tried.sentence()))?;
    }
    if let Some(card) = &shown.card {
        output::line("")?;
        output::line(card.trim_end())?;
    }
    Ok(())
}

fn scores(scores: &ShortScores) -> String {
    let recall: Vec<String> =
        scores.recall.iter().map(|(label, recall)| format!("{label} {recall:.3}")).collect();
    format!(
        "macro-F1 {:.3}, accuracy {:.3}, calibration error {:.3}; recall {}",
        scores.macro_f1,
        scores.accuracy,
        scores.ece,
        recall.join(", ")
    )
}

fn in_words(switch: &Switch) -> String {
    let (at, to) = (rfc3339(switch.at), &switch.to);
    let from = switch.from.as_deref().map(|from| format!(" in place of {from}")).unwrap_or_default();
    let how = match (switch.by, switch.forced) {
        (SwitchedBy::Promote, false) => "promoted",
        (SwitchedBy::Promote, true) => "promoted by force",
        (SwitchedBy::Rollback, _) => "taken back",
        (SwitchedBy::Threshold, _) => "judges by another threshold",
        (SwitchedBy::Found | SwitchedBy::Fallback, _) => "found in use",
    };
    format!("{at} {to} {how}{from}")
}
