//! What machines see of the daemon: figures for Prometheus, readiness, drift, traces, and word to systemd. Nothing
//! here holds a subject, an address, a name or a text; labels are names of the configuration and our own words.
//!
//! ```text
//!   ledger, board, desks ─┬▶ reading ─▶ exposition ─▶ listener   /metrics  /healthz  /readyz   ([watch] listen)
//!                         ├▶ vigil ─▶ drift ─▶ board ─▶ page, metrics, log                    (every hour)
//!                         └▶ herald ─▶ systemd: READY, STATUS, WATCHDOG, STOPPING
//!   spans of ours ─▶ traces ─▶ OTLP over HTTP                                                 ([watch] traces)
//! ```
//!
//! Counters start at 0 with the program, as Prometheus expects. What can be asked is asked at the moment of a scrape;
//! only what happened since the start is counted meanwhile, by the board and by `corrected`.

mod corrected;
mod drift;
mod exposition;
mod families;
mod herald;
mod listener;
mod process;
mod reading;
mod traces;
mod vigil;

use std::path::PathBuf;
use std::sync::Arc;

use daemon::Desks;
use daemon::clock::Clock;
use domain::MaxAge;
use store::{Board, Ledger};

pub use corrected::Corrected;
pub use drift::{Promise, Week, judge};
pub use herald::Herald;
pub use listener::{routes, serve};
pub use traces::{Carried, Carrier, TraceLayer, Traces, TracesError};
pub use vigil::watch_drift;

/// What is watched, and by which clock.
#[derive(Clone, Debug)]
pub struct Watch {
    /// What waits.
    pub ledger: Arc<Ledger>,
    /// How each folder is.
    pub board: Arc<Board>,
    /// What mails are judged with.
    pub desks: Desks,
    /// The models folder.
    pub models: PathBuf,
    /// What people decided otherwise since the program started.
    pub corrected: Corrected,
    /// How long a message may wait before it counts as urgent.
    pub max_age: MaxAge,
    /// Now.
    pub clock: Clock,
    /// Version of the program.
    pub version: &'static str,
}
