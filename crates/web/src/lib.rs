//! The supervisors' page: what waits, why, and how Langhals is, rendered here; scripts only keep it up to date. Never
//! touches IMAP: what it needs of mailboxes and models it asks others for (`asks`, [`School`]).
//!
//! ```text
//!   /              what waits, most urgent first      ledger           ─▶ queue    ─┐
//!   /nachricht     one message, why, the right class  reading room     ─▶ message  ─┤
//!   /ueberblick    the house in pictures              ledger's tally   ─▶ overview ─┼▶ template ─▶ guard ─▶ browser
//!   /modell…       what judges                        school           ─▶ school   ─┤
//!   /zustand       connections, state, what to do     board, premises  ─▶ health   ─┘
//!   /ereignisse    "something changed", for open pages (`live`)
//!   /anmelden …    sign-in, sign-out, language, theme (`people`)
//!   /api/v1/…      the same for machines, with tokens of their own (`api`)
//!   /assets/…      style, fonts, script               in the binary
//!   /healthz       200: it lives; /readyz 200 or 503: everything works, or not
//! ```
//!
//! Nothing is answered without a sign-in but the sign-in itself, style, `/healthz` and `/readyz` (ADR 17). Without a public
//! address the page is served on loopback only, and answers only those who ask for it by a loopback name: a page
//! from elsewhere that points its own name here (DNS rebinding) gets nothing.

mod api;
mod asks;
mod assets;
pub mod charts;
mod figure;
mod frame;
mod guard;
mod health;
mod live;
mod message;
mod names;
mod note;
mod overview;
mod people;
mod queue;
mod routes;
mod school;
mod stranger;
mod visitor;
mod words;

use std::io;
use std::sync::Arc;
use std::time::Duration;

use domain::{MaxAge, TagPrefix};
use jiff::Timestamp;
use store::{Board, Ledger};
use tokio::net::TcpListener;
use tokio::sync::oneshot;

pub use api::{Machines, openapi};
pub use asks::{Answer, Explanation, Letterhead, ReadingRoom, Refused, Why};
pub use people::{
    Account, Accounts, AccountsError, Entrance, Issuer, IssuerError, OidcSettings, Password, People,
    PublicUrl, PublicUrlError, UnfitPassword, Wire,
};
pub use routes::routes;
pub use school::{
    Card, Choice, Comparison, Corrections, Exam, Facts, Forecast, Learnt, Lessons, Library, Model, Objection,
    Pairs, Part, Promotion, RiskPoint, Rollback, School, Scores, Step, Threshold, Training, Trial,
};
pub use visitor::{Grant, Rights, Role};
pub use words::Language;

/// How long an open connection may take to finish after the stop.
const GRACE: Duration = Duration::from_secs(3);

/// What the page shows, and by which clock.
#[derive(Clone, Debug)]
pub struct Page {
    /// What waits.
    pub ledger: Arc<Ledger>,
    /// How each folder's connection is.
    pub board: Arc<Board>,
    /// Who reads the mailboxes.
    pub reading: Arc<dyn ReadingRoom>,
    /// Who keeps the models.
    pub school: Arc<dyn School>,
    /// What the API keeps between requests.
    pub machines: Arc<Machines>,
    /// The prefix of Langhals' keywords.
    pub prefix: TagPrefix,
    /// How long a message may wait before it counts as urgent.
    pub max_age: MaxAge,
    /// Now.
    pub clock: fn() -> Timestamp,
    /// Who is in, and who may.
    pub people: Arc<People>,
    /// Version of the program.
    pub version: &'static str,
}

/// Serves the page until `stop` resolves; connections still open then have a short grace.
///
/// # Errors
/// [`io::ErrorKind::InvalidInput`] where the listener is not on loopback, with what to do;
/// what the system says where the listener fails.
pub async fn serve(
    page: Page,
    listener: TcpListener,
    stop: impl Future<Output = ()> + Send + 'static,
) -> Result<(), io::Error> {
    let address = listener.local_addr()?;
    if !address.ip().is_loopback() && !page.people.public_url().is_some_and(PublicUrl::is_https) {
        return Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            format!(
                "cannot serve the page on {address} without TLS in front of it: set [web] public_url to the https \
                 address of the reverse proxy, or [web] listen to \"127.0.0.1:8765\""
            ),
        ));
    }
    let (stopped, stopping) = oneshot::channel();
    let machines = Arc::clone(&page.machines);
    let server = axum::serve(listener, routes(page)).with_graceful_shutdown(async move {
        stop.await;
        machines.close();
        // Nobody listens any more where the server has failed meanwhile.
        let _ = stopped.send(());
    });
    tokio::select! {
        served = server.into_future() => served,
        () = grace(stopping) => Ok(()),
    }
}

/// Resolves when the grace after a stop is over.
async fn grace(stopping: oneshot::Receiver<()>) {
    match stopping.await {
        Ok(()) => tokio::time::sleep(GRACE).await,
        // The server ended by itself; its result is what counts.
        Err(_) => std::future::pending().await,
    }
}
