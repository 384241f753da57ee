//! `/api/v1/messages…`: one message: what is kept of it, why it has its tags, and the class that a person chose.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Uri, header};
use domain::{Folder, Uid, UidValidity};
use serde::Deserialize;
use store::{Key, Row, Scope};
use utoipa::{IntoParams, ToSchema};

use super::ask::{Parameters, ledger};
use super::door::Machine;
use super::explanation::ExplanationBody;
use super::names::ClassName;
use super::place;
use super::problem::{Kind, Problem, Refusals};
use super::shapes::Message;
use crate::Page;

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct PlaceParameters {
    /// The mailbox's name in the configuration.
    mailbox: String,
    /// The folder, as the mailbox calls it.
    folder: String,
    /// The folder's generation (IMAP UIDVALIDITY).
    uid_validity: u32,
    /// Which message (IMAP UID).
    uid: u32,
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub(super) struct MessageParameters {
    /// `true`: with sender and subject, read from the mailbox now. Needs the scope `content`.
    letterheads: bool,
}

/// The class that a person chose.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ClassChoice {
    class: ClassName,
}

/// One message by its place in IMAP
#[utoipa::path(
    get, path = "/messages", tag = "messages", params(PlaceParameters),
    responses(
        (status = 200, body = Message),
        (status = 400, body = Problem, content_type = "application/problem+json",
         description = "A parameter is missing or not understood: `wrong-parameter`."),
        (status = 404, body = Problem, content_type = "application/problem+json",
         description = "Nothing is kept of such a message: `no-such-message`."),
        Refusals,
    )
)]
pub(super) async fn by_place(
    State(page): State<Arc<Page>>,
    machine: Machine,
    uri: Uri,
) -> Result<Json<Message>, Problem> {
    let PlaceParameters { mailbox, folder, uid_validity, uid } = Parameters::of(&uri)?;
    let folder = Folder { mailbox, name: folder };
    let key = Key { folder, validity: UidValidity(uid_validity), uid: Uid(uid) };
    kept(&page, &machine, key).await.map(Json)
}

/// One message by its `id`
#[utoipa::path(
    get, path = "/messages/{id}", tag = "messages",
    params(("id" = String, Path, description = "`id` of a row or an event"), MessageParameters),
    responses(
        (status = 200, body = Message),
        (status = 404, body = Problem, content_type = "application/problem+json",
         description = "Nothing is kept of such a message: `no-such-message`."),
        Refusals,
    )
)]
pub(super) async fn by_id(
    State(page): State<Arc<Page>>,
    machine: Machine,
    Path(id): Path<String>,
    uri: Uri,
) -> Result<Json<Message>, Problem> {
    let parameters: MessageParameters = Parameters::of(&uri)?;
    if parameters.letterheads {
        machine.needs(Scope::Content)?;
    }
    let key = named(&id)?;
    let message = kept(&page, &machine, key.clone()).await?;
    if !parameters.letterheads {
        return Ok(Json(message));
    }
    let letterheads = page.reading.letterheads(vec![key.clone()]).await.unwrap_or_default();
    Ok(Json(match letterheads.get(&key) {
        Some(letterhead) => message.headed(letterhead),
        None => message,
    }))
}

/// Why a message has its tags
///
/// Read from the mailbox and judged anew. Needs the scope `content`: reasons may quote the message.
#[utoipa::path(
    get, path = "/messages/{id}/explanation", tag = "messages",
    params(("id" = String, Path, description = "`id` of a row or an event")),
    responses(
        (status = 200, body = ExplanationBody),
        (status = 404, body = Problem, content_type = "application/problem+json",
         description = "It is not in the mailbox any more: `no-such-message`."),
        (status = 409, body = Problem, content_type = "application/problem+json",
         description = "It cannot be explained here: `not-possible`."),
        (status = 503, body = Problem, content_type = "application/problem+json",
         description = "The mailbox does not answer now: `mailbox-unreachable`."),
        Refusals,
    )
)]
pub(super) async fn explanation(
    State(page): State<Arc<Page>>,
    machine: Machine,
    Path(id): Path<String>,
) -> Result<Json<ExplanationBody>, Problem> {
    machine.needs(Scope::Content)?;
    let key = named(&id)?;
    machine.enters(&key.folder.mailbox)?;
    let explained = page.reading.explain(key.clone()).await?;
    Ok(Json(ExplanationBody::new(&key, &explained, &page.prefix)))
}

/// Set the right class
///
/// Writes the tag into the mailbox, takes the wrong one away, reads both back, and counts as a person's correction.
/// Needs the scope `write`. Answers when it is done; may be repeated.
#[utoipa::path(
    put, path = "/messages/{id}/class", tag = "messages",
    params(("id" = String, Path, description = "`id` of a row or an event")),
    request_body = ClassChoice,
    responses(
        (status = 200, body = Message, description = "Done: the message as it is kept now."),
        (status = 404, body = Problem, content_type = "application/problem+json",
         description = "It is not in the mailbox any more: `no-such-message`."),
        (status = 409, body = Problem, content_type = "application/problem+json",
         description = "It is sorted into folders, or its tag is not kept: `not-possible`."),
        (status = 413, body = Problem, content_type = "application/problem+json",
         description = "More than 16 KiB: `body-too-large`."),
        (status = 415, body = Problem, content_type = "application/problem+json",
         description = "Not `application/json`: `wrong-media-type`."),
        (status = 422, body = Problem, content_type = "application/problem+json",
         description = "Not `{\"class\": …}`: `wrong-body`."),
        (status = 503, body = Problem, content_type = "application/problem+json",
         description = "The mailbox does not answer now: `mailbox-unreachable`."),
        Refusals,
    )
)]
pub(super) async fn set_class(
    State(page): State<Arc<Page>>,
    machine: Machine,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Json<Message>, Problem> {
    machine.needs(Scope::Write)?;
    let key = named(&id)?;
    machine.enters(&key.folder.mailbox)?;
    let ClassChoice { class } = choice(&headers, body)?;
    page.reading.correct(key.clone(), class.into()).await?;
    kept(&page, &machine, key).await.map(Json)
}

fn choice(headers: &HeaderMap, body: Result<Bytes, BytesRejection>) -> Result<ClassChoice, Problem> {
    let media_type =
        headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let plain = media_type.split(';').next().unwrap_or_default().trim();
    if !plain.eq_ignore_ascii_case("application/json") {
        return Err(Problem::of(Kind::WrongMediaType));
    }
    let body = body.map_err(|_| Problem::of(Kind::BodyTooLarge))?;
    let wrong = |_| {
        Problem::new(
            Kind::WrongBody,
            "send {\"class\": \"application\"}, or \"inquiry\", or \"other\", and no more",
        )
    };
    serde_json::from_slice(&body).map_err(wrong)
}

fn named(id: &str) -> Result<Key, Problem> {
    place::key(id)
        .ok_or_else(|| Problem::new(Kind::NoSuchMessage, "use `id` of a row or an event, as it came"))
}

/// What is kept of a message, whether or not it waits.
async fn kept(page: &Arc<Page>, machine: &Machine, key: Key) -> Result<Message, Problem> {
    machine.enters(&key.folder.mailbox)?;
    let found = ledger(page, move |page, now| {
        let entry = page.ledger.entry(&key, now)?;
        Ok(entry.map(|entry| Message::new(&Row::new(key, entry, now, page.max_age), &page.prefix, now)))
    });
    found.await?.ok_or_else(|| Problem::of(Kind::NoSuchMessage))
}
