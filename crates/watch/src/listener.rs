//! The listener for machines: `/metrics` for Prometheus, `/healthz` and `/readyz` for whoever looks after the service.
//! No sign-in, as nothing personal is told; nothing can be changed by it.

use std::fmt::Write as _;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use store::unready;
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, oneshot};

use crate::Watch;
use crate::exposition::{CONTENT_TYPE, text};

/// How long an open connection may take to finish after the stop.
const GRACE: Duration = Duration::from_secs(1);
/// So many readings at once: who asks more often waits.
const AT_ONCE: usize = 2;

/// What every request gets.
#[derive(Debug)]
struct Desk {
    watch: Watch,
    turns: Semaphore,
}

/// The routes, for a server, or for tests without a socket.
pub fn routes(watch: Watch) -> Router {
    let desk = Arc::new(Desk { watch, turns: Semaphore::new(AT_ONCE) });
    Router::new()
        .route("/metrics", get(metrics))
        .route("/healthz", get(|| async { "ok\n" }))
        .route("/readyz", get(ready))
        .with_state(desk)
}

/// Serves until `stop` resolves.
///
/// # Errors
/// What the system says where the listener fails.
pub async fn serve(
    watch: Watch,
    listener: TcpListener,
    stop: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let (stopped, stopping) = oneshot::channel();
    let server = axum::serve(listener, routes(watch)).with_graceful_shutdown(async move {
        stop.await;
        // Nobody listens any more where the server has failed meanwhile.
        let _ = stopped.send(());
    });
    let grace = async {
        if stopping.await.is_err() {
            std::future::pending::<()>().await;
        }
        tokio::time::sleep(GRACE).await;
    };
    tokio::select! {
        served = server.into_future() => served,
        () = grace => Ok(()),
    }
}

async fn metrics(State(desk): State<Arc<Desk>>) -> Response {
    let told = at_its_turn(&desk, |watch| text(watch.read().families())).await;
    match told {
        Some(Ok(text)) => ([(header::CONTENT_TYPE, CONTENT_TYPE)], text).into_response(),
        Some(Err(_)) | None => {
            (StatusCode::INTERNAL_SERVER_ERROR, "the figures cannot be read\n").into_response()
        }
    }
}

async fn ready(State(desk): State<Arc<Desk>>) -> Response {
    let reasons = at_its_turn(&desk, |watch| unready(&watch.board, &watch.ledger, (watch.clock)())).await;
    match reasons {
        Some(reasons) if reasons.is_empty() => "ready\n".into_response(),
        Some(reasons) => {
            let mut text = "not ready\n".to_owned();
            for reason in reasons {
                // Writing into a text cannot fail.
                let _ = writeln!(text, "{reason}");
            }
            (StatusCode::SERVICE_UNAVAILABLE, text).into_response()
        }
        None => (StatusCode::INTERNAL_SERVER_ERROR, "readiness cannot be told\n").into_response(),
    }
}

/// Ledger and directory are read from disk, on a thread of their own. Nothing where that broke.
async fn at_its_turn<T: Send + 'static>(
    desk: &Arc<Desk>,
    read: impl FnOnce(&Watch) -> T + Send + 'static,
) -> Option<T> {
    let _turn = desk.turns.acquire().await.ok()?;
    let watch = desk.watch.clone();
    tokio::task::spawn_blocking(move || read(&watch)).await.ok()
}
