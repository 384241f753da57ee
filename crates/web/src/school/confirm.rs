//! Before anything changes: what will change, what speaks against it, and that there is a way back.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};

use super::asks::{Comparison, Forecast, Library};
use super::duel::{Beside, forecasts};
use super::sayings::{self, Saying};
use super::{Fields, field, frame, operator, refused, risk};
use crate::Page;
use crate::frame::Frame;
use crate::note::{Note, html};
use crate::visitor::Visitor;
use crate::words::Language;

#[derive(Template)]
#[template(path = "school-confirm.html")]
struct ConfirmView {
    frame: Frame,
    heading: String,
    /// One sentence a change.
    changes: Vec<String>,
    /// Figures then and now.
    rows: Vec<Beside>,
    /// What speaks against it: to be overruled by a tick.
    objections: Vec<Saying>,
    /// Where the form goes.
    action: &'static str,
    hidden: Vec<(&'static str, String)>,
    button: String,
}

pub(super) async fn promotion(
    State(page): State<Arc<Page>>,
    visitor: Visitor,
    Query(fields): Query<Fields>,
) -> Result<Response, Response> {
    let visitor = operator(&page, visitor)?;
    let words = visitor.language;
    let id = field(&fields, "id").to_owned();
    let asked = page.school.compare(id.clone()).await;
    let comparison = asked.map_err(|why| refused(&page, visitor.clone(), &why))?;
    let old = comparison.old.as_ref().map(|old| old.id.clone());
    if old.as_ref() == Some(&id) {
        return Ok(Redirect::to("/modell").into_response());
    }
    let name = [("id", id.as_str().into())];
    let back = old.as_ref().map(|old| words.fill("school-change-back", &[("id", old.as_str().into())]));
    let view = ConfirmView {
        heading: words.fill("school-promote-heading", &name),
        changes: switching(words, &comparison).into_iter().chain(back).collect(),
        rows: forecasts(words, &comparison),
        objections: sayings::objections(words, &comparison.objections),
        action: "/modell/freigeben",
        hidden: vec![("id", id.clone()), ("statt", old.unwrap_or_default())],
        button: words.fill("school-promote-button", &name),
        frame: frame(&page, visitor),
    };
    Ok(html(StatusCode::OK, &view))
}

pub(super) async fn rollback(State(page): State<Arc<Page>>, visitor: Visitor) -> Result<Response, Response> {
    let visitor = operator(&page, visitor)?;
    let words = visitor.language;
    let failed = |why| refused(&page, visitor.clone(), &why);
    let library = page.school.library().await.map_err(failed)?;
    let (Some(to), Some(from)) = (library.back_to, library.promoted) else {
        return Ok(Note::Missing.page(&page, visitor));
    };
    let comparison = page.school.compare(to.clone()).await.map_err(failed)?;
    let name = [("id", to.as_str().into())];
    let mut changes = switching(words, &comparison);
    changes.push(words.fill("school-change-no-way-back", &[("id", from.as_str().into())]));
    let view = ConfirmView {
        heading: words.fill("school-rollback-heading", &name),
        changes,
        rows: forecasts(words, &comparison),
        objections: Vec::new(),
        action: "/modell/zurueck",
        hidden: vec![("von", from), ("zu", to.clone())],
        button: words.fill("school-rollback-button", &name),
        frame: frame(&page, visitor),
    };
    Ok(html(StatusCode::OK, &view))
}

/// What another model in use changes.
fn switching(words: Language, comparison: &Comparison) -> Vec<String> {
    let new = comparison.new.id.as_str();
    let mut changes = vec![match &comparison.old {
        Some(old) => {
            words.fill("school-change-judge", &[("new", new.into()), ("old", old.id.as_str().into())])
        }
        None => words.fill("school-change-first", &[("new", new.into())]),
    }];
    changes.push(writing(words, &comparison.now, &comparison.then));
    changes.push(words.say("school-change-tags-stay"));
    changes
}

/// Whether tags are written then.
fn writing(words: Language, now: &Forecast, then: &Forecast) -> String {
    match (now.lacks.is_empty(), then.lacks.is_empty()) {
        (_, false) => words.say("school-change-shadow"),
        (false, true) => words.say("school-change-out-of-shadow"),
        (true, true) => words.say("school-change-writes"),
    }
}

pub(super) async fn threshold(
    State(page): State<Arc<Page>>,
    visitor: Visitor,
    Query(fields): Query<Fields>,
) -> Result<Response, Response> {
    let visitor = operator(&page, visitor)?;
    let asked = page.school.library().await;
    let library = asked.map_err(|why| refused(&page, visitor.clone(), &why))?;
    let back = fields.contains_key("konfiguration");
    let words = visitor.language;
    let Some((then, wanted, hidden)) = wish(words, &library, &fields) else {
        return Ok(Note::Missing.page(&page, visitor));
    };
    let now = &library.threshold.now;
    let figures = |forecast| sayings::forecast(words, forecast).into_iter();
    let rows = figures(&then).zip(figures(now)).map(|((name, new), (_, old))| Beside { name, new, old });
    let promise = words.fill("school-change-threshold", &[("wanted", wanted.into())]);
    let lasting =
        if back { words.say("school-change-by-file") } else { words.say("school-change-until-back") };
    let shadow = (!then.lacks.is_empty()).then(|| Saying::ours(words.say("school-threshold-shadow")));
    let view = ConfirmView {
        heading: words.say(if back { "school-configuration-heading" } else { "school-threshold-heading" }),
        changes: vec![promise, writing(words, now, &then), words.say("school-change-tags-stay"), lasting],
        rows: rows.collect(),
        objections: shadow.into_iter().collect(),
        action: "/modell/schwelle",
        hidden: vec![hidden, ("modell", library.judging.clone())],
        button: words.say(if back { "school-configuration-button" } else { "school-threshold-button" }),
        frame: frame(&page, visitor),
    };
    Ok(html(StatusCode::OK, &view))
}

/// The threshold that is asked for: what it does, how it is said, and how the form says it.
fn wish(
    words: Language,
    library: &Library,
    fields: &Fields,
) -> Option<(Forecast, String, (&'static str, String))> {
    if fields.contains_key("konfiguration") {
        let said = sayings::wanted(words, library.threshold.configured);
        return Some((library.threshold.by_configuration.clone(), said, ("konfiguration", "1".to_owned())));
    }
    let point = risk::picked(library, field(fields, "stufe"))?;
    let mut then = risk::forecast(&point);
    if !point.writes {
        let lack = super::Objection::SeldomSure { share: point.coverage, needed: point.coverage };
        then.lacks.push(lack);
    }
    let said = sayings::wanted(words, risk::promise(&point)?);
    Some((then, said, ("falsch", point.bound.to_string())))
}
