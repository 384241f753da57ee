//! Days as the authority counts them: in Europe/Berlin.

use std::sync::LazyLock;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};

/// The zones are in the binary; UTC is what is left should one ever be missing there.
static BERLIN: LazyLock<TimeZone> = LazyLock::new(|| TimeZone::get("Europe/Berlin").unwrap_or(TimeZone::UTC));

/// The day.
pub fn day(at: Timestamp) -> Date {
    at.to_zoned(BERLIN.clone()).date()
}

/// The Monday of its ISO week.
pub fn monday(day: Date) -> Date {
    day.saturating_sub(i64::from(day.weekday().to_monday_zero_offset()).days())
}
