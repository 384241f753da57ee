//! What tells an open page that something changed: server-sent events that say nothing but that.
//!
//! ```text
//!   ledger, board, training ─ changed ─▶ /ereignisse ─▶ script ─▶ fetches the page it shows ─▶ takes its new form
//! ```

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::response::IntoResponse;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::routing::get;
use futures_util::stream;
use tokio::sync::watch;
use tokio::time::Instant;

use crate::Page;
use crate::school::Training;
use crate::visitor::Visitor;

/// A stream ends after this and is begun anew by the browser, which must be signed in then.
const LIFE: Duration = Duration::from_mins(5);
/// Changes that come faster are told as one.
const PAUSE: Duration = Duration::from_millis(200);

/// The stream's route.
pub(crate) fn routes() -> Router<Arc<Page>> {
    Router::new().route("/ereignisse", get(events))
}

/// What one open page is waiting for.
struct Listener {
    ledger: watch::Receiver<u64>,
    board: watch::Receiver<u64>,
    training: watch::Receiver<Training>,
    ends: Instant,
}

async fn events(State(page): State<Arc<Page>>, _: Visitor) -> impl IntoResponse {
    let listener = Listener {
        ledger: page.ledger.changes(),
        board: page.board.changes(),
        training: page.school.training(),
        ends: Instant::now() + LIFE,
    };
    Sse::new(stream::unfold(listener, Listener::next)).keep_alive(KeepAlive::default())
}

impl Listener {
    async fn next(mut self) -> Option<(Result<Event, Infallible>, Self)> {
        let changed = tokio::select! {
            changed = self.ledger.changed() => changed,
            changed = self.board.changed() => changed,
            changed = self.training.changed() => changed,
            () = tokio::time::sleep_until(self.ends) => return None,
        };
        // Both are gone with the program.
        changed.ok()?;
        tokio::time::sleep(PAUSE).await;
        self.ledger.mark_unchanged();
        self.board.mark_unchanged();
        self.training.mark_unchanged();
        Some((Ok(Event::default().event("changed").data("1")), self))
    }
}
