//! The model page: what judges, how well, what would judge better; and, for operators, the levers.
//!
//! ```text
//!   GET  /modell                                     the model in use, challengers, threshold, all models, training
//!   GET  /modell/karte, /modell/vergleich            one model; one beside the model in use
//!   GET  /modell/freigeben, /zurueck, /schwelle      what would change                  ─ operators
//!   POST /modell/freigeben, /zurueck, /schwelle      changes it, for a form of this page ─ operators
//!   POST /modell/lernen                              begins a training                   ─ operators
//! ```

mod asks;
mod card;
mod confirm;
mod duel;
mod orders;
mod risk;
mod sayings;
mod training;
mod view;

use std::collections::BTreeMap;
use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{get, post};

pub use self::asks::{
    Card, Choice, Comparison, Corrections, Exam, Facts, Forecast, Learnt, Lessons, Library, Model, Objection,
    Pairs, Part, Promotion, RiskPoint, Rollback, School, Scores, Step, Threshold, Training, Trial,
};
use self::card::CardView;
use self::duel::DuelView;
use self::view::SchoolView;
use crate::Page;
use crate::asks::{Refused, Why};
use crate::frame::{Frame, Place};
use crate::note::{Note, html};
use crate::visitor::Visitor;

/// What an address or a form says, by name.
type Fields = BTreeMap<String, String>;

/// The page's routes.
pub(crate) fn routes() -> Router<Arc<Page>> {
    Router::new()
        .route("/modell", get(school))
        .route("/modell/karte", get(card))
        .route("/modell/vergleich", get(compare))
        .route("/modell/freigeben", get(confirm::promotion).post(orders::promote))
        .route("/modell/zurueck", get(confirm::rollback).post(orders::roll_back))
        .route("/modell/schwelle", get(confirm::threshold).post(orders::choose))
        .route("/modell/lernen", post(orders::learn))
}

async fn school(
    State(page): State<Arc<Page>>,
    visitor: Visitor,
    Query(fields): Query<Fields>,
) -> Result<Response, Response> {
    let visitor = overseer(&page, visitor)?;
    let library = page.school.library().await.map_err(|why| refused(&page, visitor.clone(), &why))?;
    let training = page.school.training().borrow().clone();
    let frame = frame(&page, visitor);
    Ok(html(StatusCode::OK, &SchoolView::new(frame, &library, &training, &fields)))
}

async fn card(
    State(page): State<Arc<Page>>,
    visitor: Visitor,
    Query(fields): Query<Fields>,
) -> Result<Response, Response> {
    let visitor = overseer(&page, visitor)?;
    let asked = page.school.card(field(&fields, "id").to_owned()).await;
    let card = asked.map_err(|why| refused(&page, visitor.clone(), &why))?;
    Ok(html(StatusCode::OK, &CardView::new(frame(&page, visitor), &card)))
}

async fn compare(
    State(page): State<Arc<Page>>,
    visitor: Visitor,
    Query(fields): Query<Fields>,
) -> Result<Response, Response> {
    let visitor = overseer(&page, visitor)?;
    let asked = page.school.compare(field(&fields, "mit").to_owned()).await;
    let comparison = asked.map_err(|why| refused(&page, visitor.clone(), &why))?;
    Ok(html(StatusCode::OK, &DuelView::new(frame(&page, visitor), &comparison)))
}

fn frame(page: &Page, visitor: Visitor) -> Frame {
    Frame::new(page, visitor, Place::School)
}

/// A value; empty where it is missing.
fn field<'f>(fields: &'f Fields, name: &str) -> &'f str {
    fields.get(name).map_or("", String::as_str)
}

/// Only those who oversee see the models.
#[expect(clippy::result_large_err, reason = "the answer is the error, and made once a request")]
fn overseer(page: &Page, visitor: Visitor) -> Result<Visitor, Response> {
    if visitor.rights.oversees() { Ok(visitor) } else { Err(Note::Forbidden.page(page, visitor)) }
}

/// Only those who operate change something.
#[expect(clippy::result_large_err, reason = "the answer is the error, and made once a request")]
fn operator(page: &Page, visitor: Visitor) -> Result<Visitor, Response> {
    if visitor.rights.operates() { Ok(visitor) } else { Err(Note::Forbidden.page(page, visitor)) }
}

/// What was not done, and why.
#[derive(Template)]
#[template(path = "school-refused.html")]
struct RefusedView {
    frame: Frame,
    /// In English, for operators.
    sentence: String,
}

fn refused(page: &Page, visitor: Visitor, why: &Refused) -> Response {
    let status = match why.why {
        Why::Gone => return Note::Missing.page(page, visitor),
        Why::Impossible => StatusCode::CONFLICT,
        Why::Unreachable | Why::Busy => StatusCode::SERVICE_UNAVAILABLE,
        Why::Broken => {
            tracing::error!(name: "web.school", error = %why, "the model page cannot do what was asked");
            StatusCode::INTERNAL_SERVER_ERROR
        }
    };
    let sentence = why.sentence_for(&visitor).to_owned();
    html(status, &RefusedView { frame: frame(page, visitor), sentence })
}
