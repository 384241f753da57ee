//! `GET /api/v1/events`: what happens, as server-sent events, resumed without loss.
//!
//! ```text
//!   ledger ─▶ changes (watch) ─▶ each listener ─▶ newsroom: one reads, the others take what it read ─▶ frames
//! ```
//!
//! A listener holds its position and a place to be woken at; the frames are shared. One that does not read is not
//! asked again: nothing piles up for it.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, Uri, header};
use axum::response::{IntoResponse as _, Response};
use futures_util::stream;
use serde::Deserialize;
use store::Bookmark;
use tokio::sync::watch;
use utoipa::IntoParams;

use super::ask::Parameters;
use super::door::Machine;
use super::listeners::Seat;
use super::news::EventBody;
use super::newsroom::{self, Batch};
use super::problem::{Problem, Refusals};
use crate::Page;

/// After so much silence a line says that the stream is alive; a removed token loses its streams by then.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub(super) struct EventParameters {
    /// The `id` of the last event that was handled, or `events_after` of a queue page; without it, from now on.
    after: Option<String>,
}

/// What happens, as it happens
///
/// Server-sent events. Each has an opaque `id`, a kind, and JSON as data. To resume, send the last `id` as
/// `Last-Event-ID` or `after`: what came after it follows, without loss and without repeat. The first lines give a
/// position before anything happens; silence is filled with `: keep-alive` every 15 seconds. Other kinds, and other
/// fields, may be added: ignore those that you do not know.
#[utoipa::path(
    get, path = "/events", tag = "events",
    params(
        EventParameters,
        ("Last-Event-ID" = Option<String>, Header, description = "As `after`; where both are there, this counts."),
    ),
    responses(
        (status = 200, body = EventBody, content_type = "text/event-stream",
         description = "The stream; the schema is that of each event's data."),
        (status = 400, body = Problem, content_type = "application/problem+json",
         description = "The position is not one of ours: `wrong-parameter`."),
        (status = 410, body = Problem, content_type = "application/problem+json",
         description = "What came after the position is not kept any more: `position-too-old`. Read the queue anew, \
                        then follow from its `events_after`."),
        (status = 503, body = Problem, content_type = "application/problem+json",
         description = "Too many streams are open: `too-many-streams`."),
        Refusals,
    )
)]
pub(super) async fn events(
    State(page): State<Arc<Page>>,
    machine: Machine,
    headers: HeaderMap,
    uri: Uri,
) -> Result<Response, Problem> {
    let parameters: EventParameters = Parameters::of(&uri)?;
    let resumed = headers.get("last-event-id").map(|value| value.to_str().unwrap_or("?").to_owned());
    let position = match resumed.or(parameters.after) {
        Some(text) => newsroom::position(&text)?,
        None => page.ledger.latest(),
    };
    let seat = Seat::take(&page, &machine.0.name)?;
    let mut listener = Listener {
        changes: page.ledger.changes(),
        closing: page.machines.listeners.closing(),
        pending: None,
        greeted: false,
        position,
        machine,
        page,
        _seat: seat,
    };
    // Now, while it can still be said by a status.
    listener.read().await?;
    let body = Body::from_stream(stream::unfold(listener, Listener::turn));
    Ok(([(header::CONTENT_TYPE, "text/event-stream")], body).into_response())
}

/// One open stream.
struct Listener {
    page: Arc<Page>,
    machine: Machine,
    changes: watch::Receiver<u64>,
    closing: watch::Receiver<bool>,
    /// Everything before this was told, or is pending.
    position: Bookmark,
    /// What was read, and how much of it was told.
    pending: Option<(Arc<Batch>, usize)>,
    greeted: bool,
    _seat: Seat,
}

type Turn = Option<(Result<Bytes, Infallible>, Listener)>;

impl Listener {
    /// The next lines, once there are any; `None` when the stream is over.
    async fn turn(mut self) -> Turn {
        if !self.greeted {
            self.greeted = true;
            let position = self.position.to_string();
            let first = if self.pending.is_none() { format!("id: {position}\n\n") } else { String::new() };
            return Some((Ok(Bytes::from(format!("retry: 3000\n: langhals\n{first}"))), self));
        }
        loop {
            if let Some(frame) = self.pending_frame() {
                return Some((Ok(frame), self));
            }
            if *self.closing.borrow() || !self.page.machines.tokens.still(&self.machine.0) {
                return None;
            }
            match self.read().await {
                Ok(true) => continue,
                Ok(false) => {}
                // It was logged; whoever comes back is told by a status.
                Err(_) => return None,
            }
            let silent = tokio::select! {
                changed = self.changes.changed() => changed.map(|()| false).ok()?,
                _ = self.closing.wait_for(|closing| *closing) => return None,
                () = tokio::time::sleep(KEEP_ALIVE) => true,
            };
            if silent {
                // The position moves on also where nothing is told.
                let alive = format!(": keep-alive\nid: {}\n\n", self.position);
                return Some((Ok(Bytes::from(alive)), self));
            }
        }
    }

    /// Reads what came after the position; says whether there was anything.
    async fn read(&mut self) -> Result<bool, Problem> {
        // First, so that what changes while it is read wakes it again.
        self.changes.mark_unchanged();
        let batch = self.page.machines.newsroom.after(&self.page, &self.position).await?;
        let more = batch.end != self.position;
        self.position = batch.end.clone();
        self.pending = (!batch.told.is_empty()).then_some((batch, 0));
        Ok(more)
    }

    /// The next event that this token may see.
    fn pending_frame(&mut self) -> Option<Bytes> {
        let (batch, told) = self.pending.as_mut()?;
        while let Some(news) = batch.told.get(*told) {
            *told += 1;
            if news.mailbox.as_ref().is_none_or(|mailbox| self.machine.sees(mailbox)) {
                return Some(news.frame.clone());
            }
        }
        self.pending = None;
        None
    }
}
