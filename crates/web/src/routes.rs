//! Which address answers with what: each room's routes, behind the door and the guard.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::middleware;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use store::unready;

use crate::note::Note;
use crate::visitor::Visitor;
use crate::{Page, api, assets, guard, health, live, message, overview, people, queue, school};

/// Every route, behind the guard; for a server, or for tests without a socket.
pub fn routes(page: Page) -> Router {
    let page = Arc::new(page);
    // Nothing in here is answered without a sign-in.
    let inside = Router::new()
        .merge(people::inner_routes())
        .merge(queue::routes())
        .merge(health::routes())
        .merge(live::routes())
        .merge(message::routes())
        .merge(overview::routes())
        .merge(school::routes())
        .fallback(missing)
        .layer(middleware::from_fn_with_state(Arc::clone(&page), people::door));
    Router::new()
        .merge(inside)
        .merge(people::routes())
        .merge(api::routes(&page))
        .route("/assets/{*name}", get(asset))
        .route("/healthz", get(|| async { "ok" }))
        .route("/readyz", get(ready))
        .layer(middleware::from_fn_with_state(Arc::clone(&page), people::same_site))
        .layer(middleware::from_fn_with_state(Arc::clone(&page), guard::guard))
        .with_state(page)
}

async fn asset(Path(name): Path<String>) -> Response {
    match assets::find(&name) {
        Some(asset) => asset.into_response(),
        None => (StatusCode::NOT_FOUND, ()).into_response(),
    }
}

/// Whether everything works, for whoever asks: nobody has signed in, so which mailbox does not is not said here.
async fn ready(State(page): State<Arc<Page>>) -> Response {
    let looking = tokio::task::spawn_blocking(move || unready(&page.board, &page.ledger, (page.clock)()));
    match looking.await {
        Ok(reasons) if reasons.is_empty() => "ready".into_response(),
        Ok(_) | Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "not ready").into_response(),
    }
}

async fn missing(State(page): State<Arc<Page>>, visitor: Visitor) -> Response {
    Note::Missing.page(&page, visitor)
}
