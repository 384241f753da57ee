//! `langhals models promote` and `rollback`: another model into use, and back.
//!
//! ```text
//!   loads whole? ─▶ ready? ─▶ not worse than the one in use? ─▶ PROMOTED, in one step ─▶ a running daemon takes it over
//!     └ no: never     └ no ────── └ no, or nobody knows: refused with figures; --force, and that is written down
//! ```

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, bail};
use daemon::clock;
use model::{Comparison, Exam, ExamError, Model};
use store::{Duel, Models, Switch, SwitchedBy};

use super::{Room, duel};
use crate::corpus;
use crate::output;

/// On fewer mails two models are not compared: chance would decide.
const LEAST_MAILS: usize = 100;

/// What came of holding a model against the one in use.
#[derive(Default)]
struct Held {
    comparison: Option<Comparison>,
    /// Why it should not take the other's place, or why nobody knows.
    objection: Option<String>,
}

/// Takes a model into use.
pub fn promote(room: &Room, id: &str, force: bool, corpus: &[PathBuf]) -> anyhow::Result<ExitCode> {
    let model = room.load(id).with_context(|| format!("{id} is not promoted"))?;
    let promoted = room.models.promotion()?;
    let before = promoted.id.as_deref();
    if before == Some(id) {
        output::line(&format!("{id} is in use already"))?;
        return Ok(ExitCode::SUCCESS);
    }
    let Held { comparison, objection } = hold(room, &model, before, corpus)?;
    let figures = comparison.as_ref().map(duel::figures);
    say_figures(room, id, before, figures.as_ref())?;
    let unready = room.lacks(&model).into_iter().map(|lack| format!("{id} is not ready: {lack}"));
    let objections: Vec<String> = unready.chain(objection).collect();
    if !objections.is_empty() && !force {
        bail!(
            "{id} is not promoted: {}. `--force` promotes it all the same, and that is written down",
            objections.join("; ")
        );
    }
    for objection in &objections {
        output::complain(&format!("overruled by --force: {objection}"));
    }
    let forced = !objections.is_empty();
    let plain = switch(SwitchedBy::Promote, before, id);
    room.models.switch(before, Switch { forced, overruled: objections, figures, ..plain })?;
    said(room, &model, before)
}

/// Takes the model before the one in use back into use; one that is damaged is passed over, and said.
pub fn rollback(room: &Room) -> anyhow::Result<ExitCode> {
    let promoted = room.models.promotion()?;
    let before = promoted.id.as_deref();
    for id in promoted.earlier() {
        match room.load(id) {
            Ok(model) => {
                room.models.switch(before, switch(SwitchedBy::Rollback, before, id))?;
                return said(room, &model, before);
            }
            Err(error) => output::complain(&format!("{id} is passed over: {error}")),
        }
    }
    bail!(
        "there is no earlier model to go back to from {}: `langhals models list` shows those that there are, \
         `langhals models promote ID` takes one into use",
        before.unwrap_or("none")
    );
}

fn switch(by: SwitchedBy, from: Option<&str>, to: &str) -> Switch {
    Switch::new(clock::system(), by, from, to)
}

fn say_figures(room: &Room, id: &str, before: Option<&str>, figures: Option<&Duel>) -> anyhow::Result<()> {
    for sentence in
        figures.zip(before).into_iter().flat_map(|(duel, before)| duel::sentences(duel, id, before))
    {
        output::line(&sentence)?;
    }
    for tried in duel::tried(room, id) {
        output::line(&tried.sentence())?;
    }
    Ok(())
}

fn said(room: &Room, model: &Model, before: Option<&str>) -> anyhow::Result<ExitCode> {
    let id = model.id();
    let before = before.map(|before| format!(" in place of {before}")).unwrap_or_default();
    output::line(&format!("{id} is in use{before}; a running langhals takes it over within seconds"))?;
    let lacks = room.lacks(model);
    if !lacks.is_empty() {
        output::line(&format!("it runs in shadow and writes no tags: {}", lacks.join("; ")))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Holds a model against the one in use: on held-out mails where they are given, else by their exams.
fn hold(room: &Room, model: &Model, before: Option<&str>, paths: &[PathBuf]) -> anyhow::Result<Held> {
    let Some(before) = before else { return Ok(Held::default()) };
    let champion = match room.load(before) {
        Ok(champion) => champion,
        Err(error) => {
            let objection = Some(format!("{error}; so nobody knows whether {} is worse", model.id()));
            return Ok(Held { comparison: None, objection });
        }
    };
    let (exams, problem) = exams(room, [model, &champion]);
    let comparison = match (paths, &exams) {
        ([], [Some(ours), Some(theirs)]) => ours.against(theirs),
        ([], _) => {
            let objection = problem.map(|problem| format!("{problem}. {HELD_OUT}"));
            return Ok(Held { comparison: None, objection });
        }
        (paths, exams) => on_held_out(model, &champion, exams, paths)?,
    };
    if let Some(problem) = problem {
        output::complain(&format!("{problem}. Be sure that neither has learnt from the mails of --corpus"));
    }
    let objection = objection(&comparison, &model.id().0, before);
    Ok(Held { comparison: Some(comparison), objection })
}

const HELD_OUT: &str = "Give labelled mails that neither has learnt from with --corpus";

fn objection(comparison: &Comparison, id: &str, before: &str) -> Option<String> {
    if comparison.records < LEAST_MAILS {
        return Some(format!(
            "{id} and {before} can be compared on {} mails only, {LEAST_MAILS} are needed. {HELD_OUT}",
            comparison.records
        ));
    }
    let share =
        |pairs: &model::Pairs, only: usize| 100.0 * (pairs.both + only) as f64 / comparison.records as f64;
    let (class, priority) = (&comparison.class, &comparison.priority);
    comparison.forbids_promotion().then(|| {
        format!(
            "{id} is worse than {before}: class {:.1} % against {:.1} % right (p = {:.3}), priority {:.1} % against {:.1} % \
             (p = {:.3}) of {} mails",
            share(class, class.only_first),
            share(class, class.only_second),
            class.p_value,
            share(priority, priority.only_first),
            share(priority, priority.only_second),
            priority.p_value,
            comparison.records
        )
    })
}

/// Both exams, and what is wrong where one is missing.
fn exams(room: &Room, models: [&Model; 2]) -> ([Option<Exam>; 2], Option<String>) {
    let mut problem = None;
    let exams = models.map(|model| {
        let read = || {
            let folder = room.models.folder(&model.id().0).ok()?;
            Models::read_extra(&folder, Exam::FILE).ok()?
        };
        let file = read().unwrap_or_default();
        Exam::read(model.manifest(), &file)
            .map_err(|error: ExamError| problem = Some(format!("{} cannot be compared: {error}", model.id())))
            .ok()
    });
    (exams, problem)
}

/// Both models on mails of these files; those that one of them has learnt from are left out.
fn on_held_out(
    model: &Model,
    champion: &Model,
    exams: &[Option<Exam>; 2],
    paths: &[PathBuf],
) -> anyhow::Result<Comparison> {
    let mut examples = corpus::read(paths)?;
    let all = examples.len();
    examples.retain(|example| !exams.iter().flatten().any(|exam| exam.knows(example)));
    if examples.len() < all {
        let left = all - examples.len();
        output::complain(&format!(
            "{left} of {all} mails are left out: one of the two models has learnt from them"
        ));
    }
    Ok(model::compare(model, champion, &examples))
}
