//! What operators order: each order comes from a form of ours, says what it was decided upon, and is done or refused.

use std::sync::Arc;

use axum::extract::{Form, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use store::Wanted;

use super::asks::{Choice, Promotion, Rollback};
use super::{Fields, field, operator, refused};
use crate::Page;
use crate::asks::Refused;
use crate::note::Note;
use crate::people;
use crate::visitor::Visitor;

pub(super) async fn promote(
    State(page): State<Arc<Page>>,
    visitor: Visitor,
    Form(fields): Form<Fields>,
) -> Result<Response, Response> {
    let visitor = ordered(&page, visitor, &fields)?;
    let order = Promotion {
        id: field(&fields, "id").to_owned(),
        before: Some(field(&fields, "statt").to_owned()).filter(|before| !before.is_empty()),
        force: fields.contains_key("trotzdem"),
    };
    done(&page, visitor, "#modell", page.school.promote(order).await)
}

pub(super) async fn roll_back(
    State(page): State<Arc<Page>>,
    visitor: Visitor,
    Form(fields): Form<Fields>,
) -> Result<Response, Response> {
    let visitor = ordered(&page, visitor, &fields)?;
    let order = Rollback { from: field(&fields, "von").to_owned(), to: field(&fields, "zu").to_owned() };
    done(&page, visitor, "#modell", page.school.roll_back(order).await)
}

pub(super) async fn choose(
    State(page): State<Arc<Page>>,
    visitor: Visitor,
    Form(fields): Form<Fields>,
) -> Result<Response, Response> {
    let visitor = ordered(&page, visitor, &fields)?;
    let most_wrong =
        field(&fields, "falsch").parse().ok().filter(|share| (f64::EPSILON..1.0).contains(share));
    let wanted = most_wrong.map(Wanted::MostWrong);
    if wanted.is_none() && !fields.contains_key("konfiguration") {
        return Ok(Note::Missing.page(&page, visitor));
    }
    let choice = Choice { model: field(&fields, "modell").to_owned(), wanted };
    done(&page, visitor, "#schwelle", page.school.choose(choice).await)
}

pub(super) async fn learn(
    State(page): State<Arc<Page>>,
    visitor: Visitor,
    Form(fields): Form<Fields>,
) -> Result<Response, Response> {
    let visitor = ordered(&page, visitor, &fields)?;
    done(&page, visitor, "#lernen", page.school.learn().await)
}

/// Whoever operates, by a form of theirs.
#[expect(clippy::result_large_err, reason = "the answer is the error, and made once a request")]
fn ordered(page: &Page, visitor: Visitor, fields: &Fields) -> Result<Visitor, Response> {
    let visitor = operator(page, visitor)?;
    if people::check_form(&visitor, field(fields, "token")) {
        Ok(visitor)
    } else {
        Err(Note::Stale.page(page, visitor))
    }
}

/// Back to the page, which shows what came of it.
#[expect(clippy::result_large_err, reason = "the answer is the error, and made once a request")]
fn done(page: &Page, visitor: Visitor, place: &str, did: Result<(), Refused>) -> Result<Response, Response> {
    did.map_err(|why| refused(page, visitor, &why))?;
    Ok(Redirect::to(&format!("/modell{place}")).into_response())
}
