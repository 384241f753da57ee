//! The one place where the program reads the clock; everybody else is told the time.

use jiff::Timestamp;

/// Tells the time. An argument everywhere, so that tests can set it.
pub type Clock = fn() -> Timestamp;

/// The machine's own clock.
#[expect(clippy::disallowed_methods, reason = "this is the one place that reads the clock")]
pub fn system() -> Timestamp {
    Timestamp::now()
}
