//! What benchmarks have in common: the short form, progress on stderr, the chapter on stdout, and units.

use std::time::Duration;

use anyhow::Result;

use crate::chapter::{Chapter, Goal, Series, Table};

/// Whether the short form is wanted: `--quick`.
pub fn is_quick() -> bool {
    std::env::args().any(|argument| argument == "--quick")
}

/// One of two, by [`is_quick`].
pub fn pick<T>(quick: T, full: T) -> T {
    if is_quick() { quick } else { full }
}

/// Says on stderr what is being done.
pub fn say(what: &str) {
    eprintln!("{what}");
}

/// Prints a chapter as the one line that `cargo xtask bench` reads.
///
/// # Errors
/// If it cannot be written as JSON.
#[expect(clippy::print_stdout, reason = "the findings of a benchmark go to stdout")]
pub fn publish(chapter: &Chapter) -> Result<()> {
    println!("{}", serde_json::to_string(chapter)?);
    Ok(())
}

/// Octets in MiB.
pub fn mib(octets: u64) -> f64 {
    octets as f64 / f64::from(1 << 20)
}

/// Octets in MiB, as a cell.
pub fn mib_cell(octets: u64) -> String {
    format!("{:.1}", mib(octets))
}

/// Seconds, as a cell.
pub fn seconds_cell(time: Duration) -> String {
    format!("{:.2}", time.as_secs_f64())
}

/// The middle one; zero of none.
pub fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

/// That which so many of a hundred do not exceed (nearest rank); zero of none.
pub fn percentile(mut times: Vec<Duration>, percent: usize) -> Duration {
    times.sort_unstable();
    let rank = (times.len() * percent).div_ceil(100).max(1);
    times.get(rank - 1).copied().unwrap_or_default()
}

impl Table {
    /// A table without rows.
    pub fn new(caption: &str, head: &[&str]) -> Self {
        let head = head.iter().map(|&name| name.to_owned()).collect();
        Self { caption: caption.to_owned(), head, rows: Vec::new() }
    }
}

impl Series {
    /// A cost at several sizes, the smallest first.
    pub fn new(what: &str, of: &str, unit: &str, points: Vec<(f64, f64)>) -> Self {
        Self { what: what.to_owned(), of: of.to_owned(), unit: unit.to_owned(), points }
    }
}

impl Goal {
    /// A figure that must not be below its bound; both in the same unit.
    pub fn at_least(what: &str, bound: f64, seen: f64, unit: &str) -> Self {
        let asked = format!("≥ {bound} {unit}").trim_end().to_owned();
        let said = format!("{seen:.1} {unit}").trim_end().to_owned();
        Self { what: what.to_owned(), asked, seen: said, met: seen >= bound }
    }

    /// A figure that must not be above its bound; both in the same unit.
    pub fn at_most(what: &str, bound: f64, seen: f64, unit: &str) -> Self {
        let asked = format!("≤ {bound} {unit}").trim_end().to_owned();
        let said = format!("{seen:.2} {unit}").trim_end().to_owned();
        Self { what: what.to_owned(), asked, seen: said, met: seen <= bound }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentile_is_one_of_the_times() {
        let times: Vec<Duration> = (1..=200).rev().map(Duration::from_millis).collect();
        assert_eq!(percentile(times.clone(), 99), Duration::from_millis(198));
        assert_eq!(percentile(times.clone(), 100), Duration::from_millis(200));
        assert_eq!(percentile(vec![Duration::from_secs(1)], 50), Duration::from_secs(1));
        assert_eq!((percentile(Vec::new(), 99), median(times)), (Duration::ZERO, Duration::from_millis(101)));
    }
}
