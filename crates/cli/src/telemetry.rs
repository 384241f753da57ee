//! The log on stderr: ours at every level, other people's code at warnings only, never any mail.

use std::panic::PanicHookInfo;

use tracing::Level;
use tracing_subscriber::Layer as _;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::arguments::LogFormat;
use crate::output;

/// Our crates; everybody else's log may hold what a mail says (async-imap's trace holds all of it).
const OURS: [&str; 6] =
    ["langhals", "langhals_daemon", "langhals_mailbox", "langhals_store", "langhals_web", "langhals_triage"];

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
        LogFormat::Text => lines.with_ansi(false).boxed(),
        LogFormat::Json => lines.json().flatten_event(true).boxed(),
    };
    // Only a second start could fail, and there is none.
    let _ = tracing_subscriber::registry().with(layer.with_filter(targets)).try_init();
    std::panic::set_hook(Box::new(panicked));
}

fn panicked(panic: &PanicHookInfo<'_>) {
    let place = panic.location().map_or_else(|| "an unknown place".to_owned(), ToString::to_string);
    output::complain(&format!(
        "internal error at {place}; one task is started again. Please report this line"
    ));
}
