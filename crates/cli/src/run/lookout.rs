//! What machines see of a running daemon: metrics, drift, traces, and word to systemd.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Context as _;
use daemon::{Desks, Office, Pulse, clock};
use mailbox::exchange;
use tokio::net::TcpListener;
use tokio::sync::watch::Receiver;
use tokio::task::JoinHandle;
use watch::{Carried, Carrier, Corrected, Herald, Traces, Watch};

use crate::config::{Collector, Config};
use crate::telemetry;

/// What looks out, and what it looks at.
pub struct Lookout {
    watch: Watch,
    listener: Option<JoinHandle<()>>,
    stopping: Receiver<bool>,
}

impl Lookout {
    /// Binds the listener now, so that a port in use is said at start, and looks out until told to stop.
    pub async fn begin(
        office: &Office,
        desks: Desks,
        config: &Config,
        stopping: Receiver<bool>,
    ) -> anyhow::Result<Self> {
        let watch = Watch {
            ledger: Arc::clone(&office.ledger),
            board: Arc::clone(&office.board),
            desks,
            models: config.models.clone(),
            corrected: Corrected::default(),
            max_age: office.max_age,
            clock: clock::system,
            version: env!("CARGO_PKG_VERSION"),
        };
        let listener = match config.watch.listen {
            Some(address) => {
                let listener = TcpListener::bind(address).await.with_context(|| {
                    format!(
                        "cannot serve metrics on {address}: choose another [watch] listen, or \"\" for none"
                    )
                })?;
                tracing::info!(name: "watch.listening", metrics = %format!("http://{address}/metrics"));
                Some(tokio::spawn(serve(watch.clone(), listener, stopping.clone())))
            }
            None => None,
        };
        tokio::spawn(watch.corrected.clone().follow(Arc::clone(&watch.ledger), stopping.clone()));
        tokio::spawn(watch::watch_drift(watch.clone(), stopping.clone()));
        Ok(Self { watch, listener, stopping })
    }

    /// Everything has started: tells systemd so, and how it goes on.
    pub fn tell(&self, pulse: Pulse) {
        tokio::spawn(Herald::new(self.watch.clone(), pulse).tell(self.stopping.clone()));
    }

    /// Waits until the listener has let go.
    pub async fn end(self) {
        if let Some(listener) = self.listener {
            let _ = listener.await;
        }
    }
}

async fn serve(watch: Watch, listener: TcpListener, mut stopping: Receiver<bool>) {
    let stop = async move {
        let _ = stopping.wait_for(|stop| *stop).await;
    };
    if let Err(error) = watch::serve(watch, listener, stop).await {
        tracing::error!(name: "watch.down", %error, "metrics are not served any more; sorting goes on");
    }
}

/// Begins to trace, where the operator wants it.
///
/// # Errors
/// Where the collector's address is none.
pub fn traces(config: &Config) -> anyhow::Result<Option<Traces>> {
    let Some(Collector { endpoint, ca_file }) = config.watch.traces.clone() else { return Ok(None) };
    let carrier = Arc::new(Https { ca_file });
    let (traces, layer) = Traces::begin(&endpoint, carrier, env!("CARGO_PKG_VERSION"))?;
    telemetry::trace(layer);
    tracing::info!(name: "watch.tracing", endpoint);
    Ok(Some(traces))
}

/// Over the TLS that mail servers get.
#[derive(Debug)]
struct Https {
    ca_file: Option<PathBuf>,
}

impl Carrier for Https {
    fn carry(&self, request: oauth2::HttpRequest) -> Carried<'_> {
        Box::pin(
            async move { exchange(request, self.ca_file.clone()).await.map_err(|error| error.to_string()) },
        )
    }
}
