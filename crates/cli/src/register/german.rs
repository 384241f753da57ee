//! Numbers, days and lists as German readers expect them.

use jiff::Timestamp;
use jiff::civil::Date;

use super::share::Share;
pub use crate::learn::german::{count, fine_percent, percent, word};
use crate::verdict_json::berlin;

const MONTHS: [&str; 12] = [
    "Januar",
    "Februar",
    "März",
    "April",
    "Mai",
    "Juni",
    "Juli",
    "August",
    "September",
    "Oktober",
    "November",
    "Dezember",
];

/// So many of something: "1 Nachricht", "1.234 Nachrichten".
pub fn counted(number: usize, one: &str, many: &str) -> String {
    format!("{} {}", count(number), if number == 1 { one } else { many })
}

/// A number with so many decimals: 0,88.
pub fn decimal(number: f64, decimals: usize) -> String {
    let text = format!("{number:.decimals$}");
    let (whole, rest) = text.split_once('.').unwrap_or((&text, ""));
    let (sign, digits) = whole.strip_prefix('-').map_or(("", whole), |digits| ("−", digits));
    let grouped = digits.parse::<usize>().map_or_else(|_| digits.to_owned(), count);
    if rest.is_empty() { format!("{sign}{grouped}") } else { format!("{sign}{grouped},{rest}") }
}

/// A positive number with two digits that say something: 0,0011; 3,9; 120.
#[expect(clippy::cast_sign_loss, reason = "it is clamped to what is none")]
pub fn rough(number: f64) -> String {
    if !number.is_finite() || number <= 0.0 {
        return "0".to_owned();
    }
    let magnitude = number.log10().floor();
    let decimals = (1.0 - magnitude).clamp(0.0, 12.0) as usize;
    let step = 10_f64.powf(magnitude - 1.0);
    decimal((number / step).round() * step, decimals)
}

/// A share with its interval: 88,1 % (87,5 bis 88,6 %).
pub fn share(share: &Share) -> String {
    format!(
        "{} (95-%-Intervall {} bis {})",
        percent(share.share),
        decimal(share.low * 100.0, 1),
        percent(share.high)
    )
}

/// A day: 22. November 2026.
pub fn day(date: Date) -> String {
    let month = usize::try_from(date.month() - 1).ok().and_then(|month| MONTHS.get(month));
    format!("{}. {} {}", date.day(), month.unwrap_or(&"?"), date.year())
}

/// The day of a moment, in Berlin.
pub fn day_of(at: Timestamp) -> String {
    day(at.to_zoned(berlin()).date())
}

/// "a", "a und b", "a, b und c".
pub fn list<T: AsRef<str>>(items: &[T]) -> String {
    match items {
        [] => String::new(),
        [one] => one.as_ref().to_owned(),
        [first @ .., last] => {
            let first: Vec<&str> = first.iter().map(AsRef::as_ref).collect();
            format!("{} und {}", first.join(", "), last.as_ref())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_in_german() {
        assert_eq!(decimal(1_234.56, 1), "1.234,6");
        assert_eq!([decimal(0.88, 2), decimal(2.0, 0), decimal(-0.5, 1)], ["0,88", "2", "−0,5"]);
        assert_eq!(
            [0.001_08, 3.94, 118.7, 0.0, 25.0, 9.96].map(rough),
            ["0,0011", "3,9", "120", "0", "25", "10,0"]
        );
        let counted_share = Share::of_counts(81, 263).unwrap();
        assert_eq!(share(&counted_share), "30,8\u{a0}% (95-%-Intervall 25,5 bis 36,6\u{a0}%)");
        assert_eq!([counted(1, "Tag", "Tage"), counted(1_200, "Tag", "Tage")], ["1 Tag", "1.200 Tage"]);
    }

    #[test]
    fn days_and_lists_are_words() {
        assert_eq!(day("2026-11-22".parse().unwrap()), "22. November 2026");
        assert_eq!(day_of("2026-02-28T23:30:00Z".parse().unwrap()), "1. März 2026");
        assert_eq!(list::<&str>(&[]), "");
        assert_eq!([list(&["a"]), list(&["a", "b"]), list(&["a", "b", "c"])], ["a", "a und b", "a, b und c"]);
    }
}
