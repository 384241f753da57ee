//! What tells an open page that something changed: server-sent events that say nothing but that.
//!
//! ```text
//!   ledger, board, training ─ changed ─▶ /ereignisse ─▶ script ─▶ fetches the page it shows ─▶ takes its new form
//! ```

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use axum::{Extension, Router};
use futures_util::stream;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::time::Instant;

use crate::Page;
use crate::school::Training;
use crate::visitor::Visitor;

/// A stream ends after this and is begun anew by the browser, which must be signed in then.
const LIFE: Duration = Duration::from_mins(5);
/// Changes that come faster are told as one.
const PAUSE: Duration = Duration::from_millis(200);

/// Streams that may be open at once; each holds a connection.
const MOST: usize = 500;
/// Seconds after which it is worth another try.
const RETRY: &str = "60";

/// The stream's route.
pub(crate) fn routes() -> Router<Arc<Page>> {
    let seats = Arc::new(Semaphore::new(MOST));
    Router::new().route("/ereignisse", get(events)).layer(Extension(seats))
}

/// What one open page is waiting for.
struct Listener {
    ledger: watch::Receiver<u64>,
    board: watch::Receiver<u64>,
    training: watch::Receiver<Training>,
    ends: Instant,
    /// Free again when the stream ends.
    _seat: OwnedSemaphorePermit,
}

async fn events(
    State(page): State<Arc<Page>>,
    Extension(seats): Extension<Arc<Semaphore>>,
    _: Visitor,
) -> Response {
    let Ok(seat) = seats.try_acquire_owned() else {
        return (StatusCode::SERVICE_UNAVAILABLE, [(header::RETRY_AFTER, RETRY)]).into_response();
    };
    let listener = Listener {
        ledger: page.ledger.changes(),
        board: page.board.changes(),
        training: page.school.training(),
        ends: Instant::now() + LIFE,
        _seat: seat,
    };
    Sse::new(stream::unfold(listener, Listener::next)).keep_alive(KeepAlive::default()).into_response()
}

impl Listener {
    async fn next(mut self) -> Option<(Result<Event, Infallible>, Self)> {
        let changed = tokio::select! {
            changed = self.ledger.changed() => changed,
            changed = self.board.changed() => changed,
            changed = self.training.changed() => changed,
            () = tokio::time::sleep_until(self.ends) => return None,
        };
        // They are gone with the program.
        changed.ok()?;
        tokio::time::sleep(PAUSE).await;
        self.ledger.mark_unchanged();
        self.board.mark_unchanged();
        self.training.mark_unchanged();
        Some((Ok(Event::default().event("changed").data("1")), self))
    }
}
