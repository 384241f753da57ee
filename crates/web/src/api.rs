//! The page's facts for machines: JSON under `/api/v1`, with tokens of their own and an OpenAPI document.
//!
//! ```text
//!   request ─▶ door (token) ─▶ handler (scope, mailbox) ─▶ ledger, board, reading room ─▶ shapes ─▶ JSON
//!                                                                            news ─▶ newsroom ─▶ listeners
//! ```
//!
//! What a token may not see is not sent: without the scope `content` no answer holds a sender, a subject or a
//! quoted word. Names are promises: where `classify --format json` has one, it is the same here.

mod anchor;
mod ask;
mod document;
mod door;
mod events;
mod explanation;
mod health;
mod listeners;
mod message;
mod models;
mod names;
mod news;
mod newsroom;
mod overview;
mod place;
mod problem;
mod queue;
mod shapes;

use std::path::Path;
use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware;
use axum::routing::{any, get};
use store::Tokens;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use self::door::Wrong;
use self::listeners::Listeners;
use self::newsroom::Newsroom;
use self::problem::{Kind, Problem};
use crate::Page;

pub use document::openapi;

/// Largest body that is read.
const LARGEST_BODY: usize = 16 * 1024;

/// What the API keeps between requests.
#[derive(Debug)]
pub struct Machines {
    tokens: Tokens,
    wrong: Wrong,
    listeners: Listeners,
    newsroom: Newsroom,
}

impl Machines {
    /// The machines that have a token in this state directory.
    pub fn of(state: &Path) -> Self {
        Self {
            tokens: Tokens::of(state),
            wrong: Wrong::default(),
            listeners: Listeners::default(),
            newsroom: Newsroom::default(),
        }
    }

    /// Ends every stream, as the program stops.
    pub fn close(&self) {
        self.listeners.close();
    }
}

/// The API's routes, behind its own door; the document alone is for everybody.
pub(crate) fn routes(page: &Arc<Page>) -> Router<Arc<Page>> {
    let (inside, _) = described().split_for_parts();
    let door = middleware::from_fn_with_state(Arc::clone(page), door::door);
    let all = inside
        .route_layer(door)
        .route("/openapi.json", get(document::serve))
        .fallback(|| async { Problem::of(Kind::NoSuchAddress) })
        .method_not_allowed_fallback(|| async { Problem::of(Kind::WrongMethod) })
        .layer(DefaultBodyLimit::max(LARGEST_BODY));
    let nothing = || async { Problem::of(Kind::NoSuchAddress) };
    Router::new().nest("/api/v1", all).route("/api/v1/", any(nothing))
}

/// Every route that the document describes, below `/api/v1`.
fn described() -> OpenApiRouter<Arc<Page>> {
    OpenApiRouter::new()
        .routes(routes!(queue::queue))
        .routes(routes!(message::by_place))
        .routes(routes!(message::by_id))
        .routes(routes!(message::explanation))
        .routes(routes!(message::set_class))
        .routes(routes!(overview::overview))
        .routes(routes!(health::health))
        .routes(routes!(models::models))
        .routes(routes!(events::events))
}
