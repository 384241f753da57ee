//! What the page says, in German and in English, by Fluent; dates, spans and numbers as each language writes them.
//!
//! The messages lie in `locales/`, one file a room; a test sees to it that both languages have the same ones.

use std::sync::LazyLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;
use jiff::{Timestamp, Unit, Zoned};
use unic_langid::LanguageIdentifier;

/// No line may break between a number and its unit.
const NARROW: char = '\u{a0}';

/// A language of the page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    /// German, unless somebody asks for another one.
    #[default]
    German,
    /// English.
    English,
}

type Bundle = FluentBundle<FluentResource>;

macro_rules! rooms {
    ($($room:literal),+) => {
        const GERMAN: &[&str] = &[$(include_str!(concat!("../locales/de/", $room, ".ftl"))),+];
        const ENGLISH: &[&str] = &[$(include_str!(concat!("../locales/en/", $room, ".ftl"))),+];
    };
}
rooms!("common", "frame", "queue", "message", "overview", "school", "health", "people");

static IN_GERMAN: LazyLock<Bundle> = LazyLock::new(|| bundle(Language::German, GERMAN));
static IN_ENGLISH: LazyLock<Bundle> = LazyLock::new(|| bundle(Language::English, ENGLISH));

/// What does not parse is missing, and a test says so.
fn bundle(language: Language, rooms: &[&str]) -> Bundle {
    let tag: LanguageIdentifier = language.code().parse().unwrap_or_default();
    let mut bundle = Bundle::new_concurrent(vec![tag]);
    // Marks around what is filled in would show up in attributes; templates isolate foreign names by `bdi`.
    bundle.set_use_isolating(false);
    for room in rooms {
        let resource = match FluentResource::try_new((*room).to_owned()) {
            Ok(resource) | Err((resource, _)) => resource,
        };
        bundle.add_resource_overriding(resource);
    }
    bundle
}

impl Language {
    /// All of them, the usual one first.
    pub const ALL: [Self; 2] = [Self::German, Self::English];

    /// As HTML and HTTP call it (BCP 47).
    pub fn code(self) -> &'static str {
        match self {
            Self::German => "de",
            Self::English => "en",
        }
    }

    /// As its speakers call it.
    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::German => "Deutsch",
            Self::English => "English",
        }
    }

    /// The language of that code.
    pub(crate) fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|language| language.code().eq_ignore_ascii_case(code))
    }

    /// The first language of an `Accept-Language` header that the page speaks (RFC 9110, 12.5.4), by weight.
    pub(crate) fn accepted(header: &str) -> Option<Self> {
        let weighed = header.split(',').filter_map(|range| {
            let (tag, rest) = range.split_once(';').unwrap_or((range, ""));
            let weight = rest.trim().strip_prefix("q=").and_then(|weight| weight.parse().ok());
            let language = Self::from_code(tag.trim().split('-').next().unwrap_or_default())?;
            Some((weight.unwrap_or(1.0_f64), language))
        });
        let best =
            weighed.filter(|(weight, _)| *weight > 0.0).fold(None, |best: Option<(f64, Self)>, one| {
                if best.is_some_and(|best| best.0 >= one.0) { best } else { Some(one) }
            });
        best.map(|(_, language)| language)
    }

    fn bundle(self) -> &'static Bundle {
        match self {
            Self::German => &IN_GERMAN,
            Self::English => &IN_ENGLISH,
        }
    }

    /// The message of that name; its name where there is none.
    pub(crate) fn say(self, id: &str) -> String {
        self.fill(id, &[])
    }

    /// The message of that name with these values in it. A number that is counted by stands beside its written
    /// form: `[("count", 2.into()), ("shown", language.number(2).into())]`, or [`Self::counted`].
    pub(crate) fn fill(self, id: &str, values: &[(&str, FluentValue<'_>)]) -> String {
        let bundle = self.bundle();
        let Some(pattern) = bundle.get_message(id).and_then(|message| message.value()) else {
            return id.to_owned();
        };
        let arguments: FluentArgs<'_> = values.iter().map(|(name, value)| (*name, value.clone())).collect();
        bundle.format_pattern(pattern, Some(&arguments), &mut Vec::new()).into_owned()
    }

    /// The message of that name with `count` to choose its plural, and `shown` as it is written.
    pub(crate) fn counted(self, id: &str, count: u64) -> String {
        self.fill(id, &[("count", FluentValue::from(count)), ("shown", self.number(count).into())])
    }

    /// `21.11.2026, 08:14 Uhr`.
    pub(crate) fn moment(self, at: Timestamp) -> String {
        let pattern = match self {
            Self::German => "%d.%m.%Y, %H:%M\u{a0}Uhr",
            Self::English => "%d/%m/%Y, %H:%M",
        };
        zoned(at).strftime(pattern).to_string()
    }

    /// `08:14 Uhr`.
    pub(crate) fn time(self, at: Timestamp) -> String {
        let pattern = match self {
            Self::German => "%H:%M\u{a0}Uhr",
            Self::English => "%H:%M",
        };
        zoned(at).strftime(pattern).to_string()
    }

    /// `Mo, 23.11.2026`.
    pub(crate) fn date(self, date: Date) -> String {
        let pattern = match self {
            Self::German => "%d.%m.%Y",
            Self::English => "%d/%m/%Y",
        };
        format!("{},{NARROW}{}", self.weekday(date.weekday()), date.strftime(pattern))
    }

    /// `23.11.`: where there is little room, as below a column.
    pub(crate) fn short_date(self, date: Date) -> String {
        let pattern = match self {
            Self::German => "%d.%m.",
            Self::English => "%d/%m",
        };
        date.strftime(pattern).to_string()
    }

    /// `Mo`.
    pub(crate) fn weekday(self, day: Weekday) -> &'static str {
        let names = match self {
            Self::German => ["Mo", "Di", "Mi", "Do", "Fr", "Sa", "So"],
            Self::English => ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"],
        };
        names[usize::from(day.to_monday_zero_offset().unsigned_abs()) % names.len()]
    }

    /// `2 Tage`, `1 Stunde`, `unter 1 Minute`; days are calendar days.
    pub(crate) fn waited(self, since: Timestamp, now: Timestamp) -> String {
        let minutes = now.as_second().saturating_sub(since.as_second()) / 60;
        let count = |count: i64| count.unsigned_abs();
        match minutes {
            ..1 => self.say("minutes-under-one"),
            1..60 => self.counted("minutes", count(minutes)),
            60..1440 => self.counted("hours", count(minutes / 60)),
            _ => self.counted("days", count(days_until(day(since), day(now)))),
        }
    }

    /// `heute`, `morgen`, `noch 5 Tage`, `seit gestern überschritten`.
    pub(crate) fn left(self, days: i64) -> String {
        match days {
            ..-1 => self.counted("left-overdue", days.unsigned_abs()),
            -1 => self.say("left-yesterday"),
            0 => self.say("left-today"),
            1 => self.say("left-tomorrow"),
            2.. => self.counted("left-days", days.unsigned_abs()),
        }
    }

    /// `93 %`; certainty is never claimed for what only rounds to it.
    pub(crate) fn percent(self, probability: f64) -> String {
        let rounded = (probability * 100.0).round();
        match self {
            _ if rounded >= 100.0 && probability < 1.0 => self.say("percent-almost"),
            Self::German => format!("{rounded:.0}{NARROW}%"),
            Self::English => format!("{rounded:.0}%"),
        }
    }

    /// `12.345`.
    pub(crate) fn number(self, value: u64) -> String {
        let digits = value.to_string();
        let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
        for (at, digit) in digits.chars().enumerate() {
            if at > 0 && (digits.len() - at).is_multiple_of(3) {
                grouped.push(if self == Self::German { '.' } else { ',' });
            }
            grouped.push(digit);
        }
        grouped
    }

    /// `0,93`: a number with so many places after the comma.
    pub(crate) fn decimal(self, value: f64, places: usize) -> String {
        let written = format!("{value:.places$}");
        if self == Self::German { written.replace('.', ",") } else { written }
    }
}

/// The day in Europe/Berlin.
pub(crate) fn day(at: Timestamp) -> Date {
    zoned(at).date()
}

/// Days from `from` to `to`, negative where `to` lies before.
pub(crate) fn days_until(from: Date, to: Date) -> i64 {
    from.until((Unit::Day, to)).map_or(0, |span| i64::from(span.get_days()))
}

fn zoned(at: Timestamp) -> Zoned {
    // The time zones are in the binary; UTC is what is left should one ever be missing there.
    at.to_zoned(TimeZone::get("Europe/Berlin").unwrap_or(TimeZone::UTC))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fs;
    use std::path::Path;

    use Language::{English, German};

    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    /// The names of all messages of these rooms; whatever does not parse is an error.
    fn names(rooms: &[&str]) -> BTreeSet<String> {
        let mut names = BTreeSet::new();
        for room in rooms {
            FluentResource::try_new((*room).to_owned()).unwrap();
            for line in
                room.lines().filter(|line| line.starts_with(|letter: char| letter.is_ascii_lowercase()))
            {
                let name = line.split_once('=').unwrap().0.trim().to_owned();
                assert!(names.insert(name), "twice: {line}");
            }
        }
        names
    }

    #[test]
    fn both_languages_say_the_same_things() {
        assert_eq!(names(GERMAN), names(ENGLISH));
    }

    /// Every literal name after `say("`, `fill("` or `counted("`, in templates and sources.
    #[test]
    fn whatever_is_said_has_words_and_whatever_has_words_is_said() {
        let mut text = String::new();
        for folder in ["src", "templates"] {
            gather(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), &mut text);
        }
        let known = names(GERMAN);
        for opening in [".say(\"", ".fill(\"", ".counted(\""] {
            for rest in text.split(opening).skip(1) {
                let name = rest.split('"').next().unwrap();
                assert!(known.contains(name), "no words for {name}");
            }
        }
        for name in &known {
            assert!(text.contains(&format!("\"{name}\"")), "never said: {name}");
        }
    }

    fn gather(folder: &Path, text: &mut String) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                gather(&path, text);
            } else if path.extension().is_some_and(|ending| ending == "rs" || ending == "html") {
                text.push_str(&fs::read_to_string(path).unwrap());
            }
        }
    }

    #[test]
    fn the_header_decides_by_weight() {
        for (header, language) in [
            ("en-GB,en;q=0.9,de;q=0.8", Some(English)),
            ("de-DE", Some(German)),
            ("fr, en;q=0.2, de;q=0.7", Some(German)),
            ("fr", None),
            ("en;q=0", None),
            ("", None),
            (";;q=,,", None),
        ] {
            assert_eq!(Language::accepted(header), language, "{header}");
        }
    }

    #[test]
    fn moments_are_told_in_berlin_summer_and_winter() {
        assert_eq!(German.moment(at("2026-11-21T07:14:59Z")), "21.11.2026, 08:14\u{a0}Uhr");
        assert_eq!(German.moment(at("2026-07-01T22:30:00Z")), "02.07.2026, 00:30\u{a0}Uhr");
        assert_eq!(English.moment(at("2026-07-01T22:30:00Z")), "02/07/2026, 00:30");
        assert_eq!(German.time(at("2026-07-01T22:30:00Z")), "00:30\u{a0}Uhr");
        assert_eq!(German.date(jiff::civil::date(2026, 11, 23)), "Mo,\u{a0}23.11.2026");
        assert_eq!(English.date(jiff::civil::date(2026, 11, 22)), "Sun,\u{a0}22/11/2026");
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
            let waited = German.waited(at(since), at("2026-11-21T08:00:00Z"));
            assert_eq!(waited.replace(NARROW, " "), said, "{since}");
        }
    }

    #[test]
    fn days_left_are_said_in_words() {
        let said = |language: Language| {
            [-1200, -2, -1, 0, 1, 2, 30].map(|days| language.left(days).replace(NARROW, " "))
        };
        assert_eq!(
            said(German),
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
        assert_eq!(said(English)[0], "1,200 days overdue");
    }

    #[test]
    fn numbers_are_grouped_and_certainty_is_not_claimed() {
        assert_eq!([0, 999, 1000, 1_234_567].map(|n| German.number(n)), ["0", "999", "1.000", "1.234.567"]);
        assert_eq!(English.number(1_234_567), "1,234,567");
        assert_eq!([German, English].map(|language| language.decimal(0.934, 2)), ["0,93", "0.93"]);
        let percents = [0.0, 0.934, 0.996, 1.0].map(|p| German.percent(p).replace(NARROW, " "));
        assert_eq!(percents, ["0 %", "93 %", "über 99 %", "100 %"]);
    }
}
