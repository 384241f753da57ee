//! `langhals models promote` and `rollback`, and the same by order from the page: another model into use, and back.
//!
//! ```text
//!   loads whole? ─▶ ready? ─▶ not worse than the one in use? ─▶ PROMOTED, in one step ─▶ a running daemon takes it over
//!     └ no: never     └ no ────── └ no, or nobody knows: refused with figures; --force, and that is written down
//! ```

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, bail};
use daemon::clock;
use model::Model;
use store::{Duel, Switch, SwitchedBy};

use super::weigh::{Weighed, weigh};
use super::{Room, duel};
use crate::output;

/// Takes a model into use.
pub fn promote(room: &Room, id: &str, force: bool, corpus: &[PathBuf]) -> anyhow::Result<ExitCode> {
    let model = room.load(id).with_context(|| format!("{id} is not promoted"))?;
    let promoted = room.models.promotion()?;
    let before = promoted.id.as_deref();
    if before == Some(id) {
        output::line(&format!("{id} is in use already"))?;
        return Ok(ExitCode::SUCCESS);
    }
    let weighed = weigh(room, &model, before, corpus)?;
    for remark in &weighed.remarks {
        output::complain(remark);
    }
    say_figures(room, id, before, weighed.comparison.as_ref().map(duel::figures).as_ref())?;
    for objection in take(room, id, before, &weighed, force)? {
        output::complain(&format!("overruled by --force: {objection}"));
    }
    said(room, &model, before)
}

/// Takes the model before the one in use back into use; one that is damaged is passed over, and said.
pub fn rollback(room: &Room) -> anyhow::Result<ExitCode> {
    let promoted = room.models.promotion()?;
    let before = promoted.id.as_deref();
    let WayBack { model, passed_over } = way_back(room)?;
    for sentence in &passed_over {
        output::complain(sentence);
    }
    let Some(model) = model else {
        bail!(
            "there is no earlier model to go back to from {}: `langhals models list` shows those that there are, \
             `langhals models promote ID` takes one into use",
            before.unwrap_or("none")
        );
    };
    take_back(room, before, &model.id().0)?;
    said(room, &model, before)
}

/// Takes a model into use that was weighed. Returns what was overruled.
///
/// # Errors
/// Where something speaks against it and nobody forces it, or the disk refuses.
pub fn take(
    room: &Room,
    id: &str,
    before: Option<&str>,
    weighed: &Weighed,
    force: bool,
) -> anyhow::Result<Vec<String>> {
    let objections: Vec<String> = weighed.against.iter().map(ToString::to_string).collect();
    if !objections.is_empty() && !force {
        bail!(
            "{id} is not promoted: {}. `--force` promotes it all the same, and that is written down",
            objections.join("; ")
        );
    }
    let plain = switch(SwitchedBy::Promote, before, id);
    let figures = weighed.comparison.as_ref().map(duel::figures);
    let forced = !objections.is_empty();
    room.models.switch(before, Switch { forced, overruled: objections.clone(), figures, ..plain })?;
    Ok(objections)
}

/// Where a rollback leads.
pub struct WayBack {
    /// The nearest good model before the one in use.
    pub model: Option<Model>,
    /// Why nearer ones are none.
    pub passed_over: Vec<String>,
}

/// Looks for the model before the one in use.
///
/// # Errors
/// Where `PROMOTED` cannot be read.
pub fn way_back(room: &Room) -> anyhow::Result<WayBack> {
    let mut passed_over = Vec::new();
    for id in room.models.promotion()?.earlier() {
        match room.load(id) {
            Ok(model) => return Ok(WayBack { model: Some(model), passed_over }),
            Err(error) => passed_over.push(format!("{id} is passed over: {error}")),
        }
    }
    Ok(WayBack { model: None, passed_over })
}

/// Takes an earlier model back into use.
///
/// # Errors
/// Where the disk refuses, or another one is in use by now.
pub fn take_back(room: &Room, before: Option<&str>, id: &str) -> anyhow::Result<()> {
    Ok(room.models.switch(before, switch(SwitchedBy::Rollback, before, id))?)
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
    let lacks = room.lacks_in_words(model.manifest());
    if !lacks.is_empty() {
        output::line(&format!("it runs in shadow and writes no tags: {}", lacks.join("; ")))?;
    }
    Ok(ExitCode::SUCCESS)
}
