//! Spans of ours for an OpenTelemetry collector, as OTLP over HTTP: how long what took, with names of the configuration
//! and figures, and nothing that a mail says. Off unless the operator names a collector.
//!
//! ```text
//!   span ─▶ TraceLayer (spans only, no log lines) ─▶ batch, on a thread of its own ─▶ Courier ─▶ Carrier ─▶ collector
//! ```
//!
//! The address is the configuration's alone: what OpenTelemetry's environment variables say of another is not followed.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use opentelemetry::KeyValue;
use opentelemetry::trace::TracerProvider as _;
use opentelemetry_http::{Bytes, HttpClient, HttpError, Request, Response};
use opentelemetry_otlp::{Protocol, SpanExporter, WithExportConfig as _, WithHttpConfig as _};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::{SdkTracer, SdkTracerProvider};
use tokio::runtime::Handle;
use tracing_opentelemetry::OpenTelemetryLayer;
use tracing_subscriber::Registry;

/// What spans go to; stands first on the registry.
pub type TraceLayer = OpenTelemetryLayer<Registry, SdkTracer>;

/// What a carrier brings back: the answer, or a sentence that says why there is none.
pub type Carried<'c> = Pin<Box<dyn Future<Output = Result<Response<Vec<u8>>, String>> + Send + 'c>>;

/// Whoever brings a request to the collector.
pub trait Carrier: fmt::Debug + Send + Sync + 'static {
    /// Brings it there.
    fn carry(&self, request: Request<Vec<u8>>) -> Carried<'_>;
}

/// Traces cannot be made.
#[derive(Debug)]
pub struct TracesError(String);

impl fmt::Display for TracesError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cannot make traces for [watch] traces: {}", self.0)
    }
}

impl std::error::Error for TracesError {}

/// Traces as long as the program runs.
#[derive(Debug)]
pub struct Traces(SdkTracerProvider);

impl Traces {
    /// Begins: spans that the layer sees are brought to `endpoint` (the whole address, `…/v1/traces`).
    ///
    /// # Errors
    /// [`TracesError`] where the address is none.
    pub fn begin(
        endpoint: &str,
        carrier: Arc<dyn Carrier>,
        version: &'static str,
    ) -> Result<(Self, TraceLayer), TracesError> {
        let courier = Courier {
            endpoint: endpoint.to_owned(),
            carrier,
            runtime: Handle::current(),
            lost: Arc::default(),
        };
        let exporter = SpanExporter::builder()
            .with_http()
            .with_http_client(courier)
            .with_protocol(Protocol::HttpBinary)
            .with_endpoint(endpoint)
            .build()
            .map_err(|error| TracesError(error.to_string()))?;
        let attributes =
            [KeyValue::new("service.name", "langhals"), KeyValue::new("service.version", version)];
        let provider = SdkTracerProvider::builder()
            .with_batch_exporter(exporter)
            // Nothing of the host or the environment but this.
            .with_resource(Resource::builder_empty().with_attributes(attributes).build())
            .build();
        let layer = tracing_opentelemetry::layer()
            .with_location(false)
            .with_threads(false)
            .with_tracked_inactivity(false)
            .with_context_activation(false)
            .with_tracer(provider.tracer("langhals"));
        Ok((Self(provider), layer))
    }

    /// Brings what is left to the collector, and ends.
    pub async fn end(self, within: Duration) {
        // The batch waits for the runtime, so it must not be waited for on its threads.
        let ending = tokio::task::spawn_blocking(move || self.0.shutdown_with_timeout(within));
        // Spans that cannot be brought any more are no loss.
        let _ = ending.await;
    }
}

/// Brings batches by the program's own HTTP client, from a thread that is none of the runtime's.
#[derive(Debug)]
struct Courier {
    endpoint: String,
    carrier: Arc<dyn Carrier>,
    runtime: Handle,
    /// The last one did not arrive: said once, until one does.
    lost: Arc<AtomicBool>,
}

impl HttpClient for Courier {
    // As `async_trait` writes it, which the trait is made with.
    fn send_bytes<'life, 'made>(
        &'life self,
        request: Request<Bytes>,
    ) -> Pin<Box<dyn Future<Output = Result<Response<Bytes>, HttpError>> + Send + 'made>>
    where
        'life: 'made,
        Self: 'made,
    {
        let (endpoint, carrier, lost) =
            (self.endpoint.clone(), Arc::clone(&self.carrier), Arc::clone(&self.lost));
        let bringing = self.runtime.spawn(async move {
            let (mut head, body) = request.into_parts();
            head.uri = endpoint.parse()?;
            let answer = carrier.carry(Request::from_parts(head, body.to_vec())).await;
            tell(&endpoint, &answer, &lost);
            Ok::<_, HttpError>(answer?.map(Bytes::from))
        });
        Box::pin(async move { bringing.await? })
    }
}

/// Says once that traces are lost, and once that they arrive again.
fn tell(endpoint: &str, answer: &Result<Response<Vec<u8>>, String>, lost: &AtomicBool) {
    let why = match answer {
        Ok(response) if response.status().is_success() => None,
        Ok(response) => Some(format!("it answers {}", response.status())),
        Err(sentence) => Some(sentence.clone()),
    };
    let was_lost = lost.swap(why.is_some(), Ordering::Relaxed);
    match why {
        Some(why) if !was_lost => {
            tracing::warn!(name: "watch.traces", endpoint, why, "traces are lost until the collector takes them; sorting goes on");
        }
        None if was_lost => {
            tracing::info!(name: "watch.traces", endpoint, "the collector takes traces again");
        }
        Some(_) | None => {}
    }
}
