//! Dates, spans and numbers as Germans write and say them, in Europe/Berlin.

use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;
use jiff::{Timestamp, Unit, Zoned};

/// No line may break between a number and its unit.
const NARROW: char = '\u{a0}';

/// The day in Europe/Berlin.
pub(crate) fn day(at: Timestamp) -> Date {
    zoned(at).date()
}

/// `21.11.2026, 08:14 Uhr`.
pub(crate) fn moment(at: Timestamp) -> String {
    zoned(at).strftime("%d.%m.%Y, %H:%M\u{a0}Uhr").to_string()
}

/// `08:14 Uhr`.
pub(crate) fn time(at: Timestamp) -> String {
    zoned(at).strftime("%H:%M\u{a0}Uhr").to_string()
}

/// `Mo, 23.11.2026`.
pub(crate) fn date(date: Date) -> String {
    let weekday = match date.weekday() {
        Weekday::Monday => "Mo",
        Weekday::Tuesday => "Di",
        Weekday::Wednesday => "Mi",
        Weekday::Thursday => "Do",
        Weekday::Friday => "Fr",
        Weekday::Saturday => "Sa",
        Weekday::Sunday => "So",
    };
    format!("{weekday},{NARROW}{}", date.strftime("%d.%m.%Y"))
}

/// `2 Tage`, `1 Stunde`, `unter 1 Minute`; days are calendar days.
pub(crate) fn waited(since: Timestamp, now: Timestamp) -> String {
    let minutes = now.as_second().saturating_sub(since.as_second()) / 60;
    match minutes {
        ..1 => format!("unter 1{NARROW}Minute"),
        1..60 => counted(minutes, "Minute", "Minuten"),
        60..1440 => counted(minutes / 60, "Stunde", "Stunden"),
        _ => counted(days_until(day(since), day(now)), "Tag", "Tage"),
    }
}

/// `heute`, `morgen`, `noch 5 Tage`, `seit gestern überschritten`.
pub(crate) fn left(days: i64) -> String {
    match days {
        ..-1 => format!("seit {}{NARROW}Tagen überschritten", number(days.unsigned_abs())),
        -1 => "seit gestern überschritten".to_owned(),
        0 => "heute".to_owned(),
        1 => "morgen".to_owned(),
        2.. => format!("noch {}{NARROW}Tage", number(days.unsigned_abs())),
    }
}

/// Days from `from` to `to`, negative where `to` lies before.
pub(crate) fn days_until(from: Date, to: Date) -> i64 {
    from.until((Unit::Day, to)).map_or(0, |span| i64::from(span.get_days()))
}

/// `93 %`; certainty is never claimed for what only rounds to it.
pub(crate) fn percent(probability: f64) -> String {
    let rounded = (probability * 100.0).round();
    if rounded >= 100.0 && probability < 1.0 {
        format!("über 99{NARROW}%")
    } else {
        format!("{rounded:.0}{NARROW}%")
    }
}

/// `12.345`.
pub(crate) fn number(value: u64) -> String {
    let digits = value.to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push('.');
        }
        grouped.push(digit);
    }
    grouped
}

fn counted(value: i64, one: &str, many: &str) -> String {
    let unit = if value == 1 { one } else { many };
    format!("{}{NARROW}{unit}", number(value.unsigned_abs()))
}

fn zoned(at: Timestamp) -> Zoned {
    // The time zones are in the binary; UTC is what is left should one ever be missing there.
    at.to_zoned(TimeZone::get("Europe/Berlin").unwrap_or(TimeZone::UTC))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn moments_are_told_in_berlin_summer_and_winter() {
        assert_eq!(moment(at("2026-11-21T07:14:59Z")), "21.11.2026, 08:14\u{a0}Uhr");
        assert_eq!(moment(at("2026-07-01T22:30:00Z")), "02.07.2026, 00:30\u{a0}Uhr");
        assert_eq!(time(at("2026-07-01T22:30:00Z")), "00:30\u{a0}Uhr");
        assert_eq!(date(jiff::civil::date(2026, 11, 23)), "Mo,\u{a0}23.11.2026");
    }

    #[test]
    fn waiting_is_said_in_the_unit_that_fits() {
        for (since, said) in [
            ("2026-11-21T08:00:00Z", "unter 1 Minute"),
            ("2026-11-21T09:00:00Z", "unter 1 Minute"),
            ("2026-11-21T07:59:00Z", "1 Minute"),
            ("2026-11-21T07:01:00Z", "59 Minuten"),
            ("2026-11-21T07:00:00Z", "1 Stunde"),
            ("2026-11-20T08:01:00Z", "23 Stunden"),
            ("2026-11-20T08:00:00Z", "1 Tag"),
            ("2026-11-18T23:30:00Z", "2 Tage"),
            ("2020-01-01T00:00:00Z", "2.516 Tage"),
        ] {
            assert_eq!(waited(at(since), at("2026-11-21T08:00:00Z")).replace(NARROW, " "), said, "{since}");
        }
    }

    #[test]
    fn days_left_are_said_in_words() {
        let said: Vec<String> = [-1200, -2, -1, 0, 1, 2, 30].map(left).to_vec();
        let plain: Vec<String> = said.iter().map(|text| text.replace(NARROW, " ")).collect();
        assert_eq!(
            plain,
            [
                "seit 1.200 Tagen überschritten",
                "seit 2 Tagen überschritten",
                "seit gestern überschritten",
                "heute",
                "morgen",
                "noch 2 Tage",
                "noch 30 Tage"
            ]
        );
    }

    #[test]
    fn numbers_are_grouped_and_certainty_is_not_claimed() {
        assert_eq!([0, 999, 1000, 1_234_567].map(number), ["0", "999", "1.000", "1.234.567"]);
        let percents = [0.0, 0.934, 0.996, 1.0].map(|p| percent(p).replace(NARROW, " "));
        assert_eq!(percents, ["0 %", "93 %", "über 99 %", "100 %"]);
    }
}
