//! Which address answers with what.

use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::extract::{Path, RawQuery, State};
use axum::http::{StatusCode, header};
use axum::middleware;
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use store::{LedgerError, Row};

use crate::frame::{Frame, Place};
use crate::health::HealthView;
use crate::queue::QueueView;
use crate::{Page, assets, guard};

/// Every route, behind the guard; for a server, or for tests without a socket.
pub fn routes(page: Page) -> Router {
    Router::new()
        .route("/", get(queue))
        .route("/zustand", get(health))
        .route("/assets/{*name}", get(asset))
        .route("/healthz", get(|| async { "ok" }))
        .fallback(not_found)
        .with_state(Arc::new(page))
        .layer(middleware::from_fn(guard::guard))
}

async fn queue(State(page): State<Arc<Page>>, RawQuery(query): RawQuery) -> Response {
    let now = (page.clock)();
    match rows(Arc::clone(&page)).await {
        Ok(rows) => {
            let frame = Frame::new(&page, Place::Queue, now);
            html(
                StatusCode::OK,
                &QueueView::new(frame, &rows, &page.board.all(), wanted_page(query.as_deref())),
            )
        }
        Err(why) => {
            // The sentence is the operator's: it may name directories, which the page's readers need not know.
            tracing::error!(name: "web.queue", error = %why, "the page cannot show what waits");
            let frame = Frame::new(&page, Place::Elsewhere, now);
            html(StatusCode::INTERNAL_SERVER_ERROR, &NoteView::unreadable(frame))
        }
    }
}

async fn health(State(page): State<Arc<Page>>) -> Response {
    let frame = Frame::new(&page, Place::Health, (page.clock)());
    html(StatusCode::OK, &HealthView::new(frame, &page.board.all(), &page.prefix))
}

async fn asset(State(page): State<Arc<Page>>, Path(name): Path<String>) -> Response {
    match assets::find(&name) {
        Some(asset) => asset.into_response(),
        None => not_found(State(page)).await,
    }
}

async fn not_found(State(page): State<Arc<Page>>) -> Response {
    html(StatusCode::NOT_FOUND, &NoteView::not_found(Frame::new(&page, Place::Elsewhere, (page.clock)())))
}

/// A page that says one thing.
#[derive(Template)]
#[template(path = "note.html")]
struct NoteView {
    frame: Frame,
    heading: &'static str,
    text: &'static str,
}

impl NoteView {
    fn not_found(frame: Frame) -> Self {
        Self {
            frame,
            heading: "Seite nicht gefunden",
            text: "Unter dieser Adresse gibt es nichts. Vielleicht ist sie veraltet oder enthält einen Tippfehler.",
        }
    }

    fn unreadable(frame: Frame) -> Self {
        Self {
            frame,
            heading: "Die Warteschlange ist gerade nicht lesbar",
            text: "Die Nachrichten selbst sind unberührt: Sie liegen im Postfach. Warum der Bestand nicht zu lesen \
                   ist und was zu tun ist, steht im Protokoll von Langhals; bitte die Systembetreuung ansprechen.",
        }
    }
}

#[derive(Debug, thiserror::Error)]
enum Unreadable {
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// Why is not said: a panic's text can hold a mail's.
    #[error("reading it broke; please report this")]
    Task(#[from] tokio::task::JoinError),
}

/// The ledger reads files, so it gets a thread of its own.
async fn rows(page: Arc<Page>) -> Result<Vec<Row>, Unreadable> {
    Ok(tokio::task::spawn_blocking(move || page.ledger.queue((page.clock)(), page.max_age)).await??)
}

/// The `seite` of the query; the first where it is missing or nonsense.
fn wanted_page(query: Option<&str>) -> usize {
    let pairs = query.unwrap_or_default().split('&');
    pairs.filter_map(|pair| pair.strip_prefix("seite=")).find_map(|number| number.parse().ok()).unwrap_or(1)
}

fn html(status: StatusCode, view: &impl Template) -> Response {
    match view.render() {
        Ok(text) => (status, Html(text)).into_response(),
        Err(error) => {
            tracing::error!(name: "web.render", %error, "a page cannot be rendered");
            let plain = [(header::CONTENT_TYPE, "text/plain; charset=utf-8")];
            (StatusCode::INTERNAL_SERVER_ERROR, plain, "Die Seite kann nicht dargestellt werden.")
                .into_response()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_number_is_total() {
        for (query, number) in [
            (None, 1),
            (Some("seite=2"), 2),
            (Some("a=b&seite=7"), 7),
            (Some("seite=-1"), 1),
            (Some("seite=99999999999999999999999"), 1),
            (Some("seite=%3Cscript%3E"), 1),
            (Some("&&="), 1),
        ] {
            assert_eq!(wanted_page(query), number, "{query:?}");
        }
    }
}
