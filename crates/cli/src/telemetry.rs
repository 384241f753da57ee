//! The log on stderr: ours at every level, other people's code at warnings only, never any mail. Beside it the spans for
//! a collector of traces, where the operator names one.

mod lines;

use std::panic::PanicHookInfo;
use std::sync::OnceLock;

use tracing::span::{Attributes, Id, Record};
use tracing::{Level, Metadata};
use tracing_subscriber::filter::{FilterFn, LevelFilter, Targets, filter_fn};
use tracing_subscriber::fmt::format::JsonFields;
use tracing_subscriber::layer::Context;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{Layer, Registry};
use watch::TraceLayer;

use self::lines::{Json, Text};
use crate::arguments::LogFormat;
use crate::output;

/// Our crates; everybody else's log may hold what a mail says (async-imap's trace holds all of it).
const OURS: [&str; 7] = [
    "langhals",
    "langhals_daemon",
    "langhals_mailbox",
    "langhals_store",
    "langhals_triage",
    "langhals_watch",
    "langhals_web",
];

/// What spans go to, once the configuration has been read and wants it.
static TRACES: OnceLock<TraceLayer> = OnceLock::new();

/// Starts the log and makes panics say where, not what: their text can hold a mail's.
pub fn start(format: LogFormat, verbose: u8) {
    let level = match verbose {
        0 => Level::INFO,
        1 => Level::DEBUG,
        _ => Level::TRACE,
    };
    let targets = Targets::new().with_targets(OURS.map(|ours| (ours, level))).with_default(Level::WARN);
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    let layer = match format {
        LogFormat::Text => lines.with_ansi(false).event_format(Text).boxed(),
        LogFormat::Json => lines.fmt_fields(JsonFields::new()).event_format(Json).boxed(),
    };
    // Only a second start could fail, and there is none.
    let registry = tracing_subscriber::registry().with(Spans.with_filter(spans_of_ours()));
    let _ = registry.with(layer.with_filter(targets)).try_init();
    std::panic::set_hook(Box::new(panicked));
}

/// Sends spans to a collector from now on.
pub fn trace(layer: TraceLayer) {
    // Only a second one could fail, and there is none.
    let _ = TRACES.set(layer);
}

/// Spans, and no lines of the log. Without a collector nothing of the kind is looked at.
fn spans_of_ours() -> FilterFn<impl Fn(&Metadata<'_>) -> bool + 'static> {
    let is_ours = |metadata: &Metadata<'_>| {
        let target = metadata.target().split("::").next().unwrap_or_default();
        metadata.is_span() && OURS.contains(&target)
    };
    filter_fn(is_ours).with_max_level_hint(LevelFilter::DEBUG)
}

/// Hands spans on to [`TRACES`]: the log begins before the configuration is read.
struct Spans;

impl Layer<Registry> for Spans {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, Registry>) {
        if let Some(traces) = TRACES.get() {
            traces.on_new_span(attributes, id, context);
        }
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, Registry>) {
        if let Some(traces) = TRACES.get() {
            traces.on_record(id, values, context);
        }
    }

    fn on_enter(&self, id: &Id, context: Context<'_, Registry>) {
        if let Some(traces) = TRACES.get() {
            traces.on_enter(id, context);
        }
    }

    fn on_exit(&self, id: &Id, context: Context<'_, Registry>) {
        if let Some(traces) = TRACES.get() {
            traces.on_exit(id, context);
        }
    }

    fn on_close(&self, id: Id, context: Context<'_, Registry>) {
        if let Some(traces) = TRACES.get() {
            traces.on_close(id, context);
        }
    }
}

fn panicked(panic: &PanicHookInfo<'_>) {
    let place = panic.location().map_or_else(|| "an unknown place".to_owned(), ToString::to_string);
    output::complain(&format!(
        "internal error at {place}; one task is started again. Please report this line"
    ));
}
