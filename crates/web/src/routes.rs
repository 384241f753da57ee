//! Which address answers with what: each room's routes, behind the door and the guard.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::middleware;
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use crate::note::Note;
use crate::visitor::Visitor;
use crate::{Page, assets, guard, health, live, people, queue};
use crate::{Page, assets, guard, health, message, people, queue};
use crate::{Page, assets, guard, health, live, overview, people, queue};
use crate::{Page, assets, guard, health, live, people, queue, school};
use crate::{Page, api, assets, guard, health, live, people, queue};

/// Every route, behind the guard; for a server, or for tests without a socket.
pub fn routes(page: Page) -> Router {
    let page = Arc::new(page);
    // Nothing in here is answered without a sign-in.
    let inside = Router::new()
        .merge(people::inner_routes())
        .merge(queue::routes())
        .merge(health::routes())
        .merge(live::routes())
        .fallback(missing)
        .merge(message::routes())
        .merge(overview::routes())
        .merge(school::routes())
        .layer(middleware::from_fn_with_state(Arc::clone(&page), people::door));
    Router::new()
        .merge(inside)
        .merge(people::routes())
        .merge(api::routes(&page))
        .route("/assets/{*name}", get(asset))
        .route("/healthz", get(|| async { "ok" }))
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

async fn missing(State(page): State<Arc<Page>>, visitor: Visitor) -> Response {
    Note::Missing.page(&page, visitor)
}
