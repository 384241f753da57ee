//! The state on disk: how much it is, since when, when it was last written, and how much room is left.

use jiff::Timestamp;
use store::Premises;

use crate::words::Language;

/// The state's figures in words.
pub(super) struct StateView {
    pub log: String,
    pub index: String,
    pub days: String,
    pub first_day: Option<String>,
    /// When the log was last written, and how long ago.
    pub last_write: Option<(String, String)>,
    pub formats: String,
    pub free: Option<String>,
    /// The disk is about to be full.
    pub tight: bool,
}

impl StateView {
    pub fn new(premises: &Premises, now: Timestamp, words: Language) -> Self {
        let formats = [
            ("log", u64::from(premises.log_format).into()),
            ("index", u64::from(premises.index_format).into()),
        ];
        Self {
            log: size(words, premises.log),
            index: size(words, premises.index),
            days: words.counted("days", premises.days as u64),
            first_day: premises.first_day.map(|day| words.date(day)),
            last_write: premises.last_write.map(|at| (words.moment(at), words.waited(at, now))),
            formats: words.fill("health-formats", &formats),
            free: premises.free.map(|free| size(words, free)),
            tight: premises.is_tight(),
        }
    }
}

/// `12,4 MB`.
fn size(words: Language, bytes: u64) -> String {
    const UNITS: [&str; 5] = ["B", "kB", "MB", "GB", "TB"];
    let (mut value, mut unit) = (bytes as f64, 0);
    while value >= 999.5 && unit + 1 < UNITS.len() {
        value /= 1000.0;
        unit += 1;
    }
    let places = usize::from(unit > 0 && value < 99.95);
    format!("{}\u{a0}{}", words.decimal(value, places), UNITS[unit])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_said_in_the_unit_that_fits() {
        let said = |bytes| size(Language::German, bytes).replace('\u{a0}', " ");
        assert_eq!(
            [0, 999, 1000, 12_345_678, 999_600_000, u64::MAX].map(said),
            ["0 B", "999 B", "1,0 kB", "12,3 MB", "1,0 GB", "18446744 TB"]
        );
    }
}
