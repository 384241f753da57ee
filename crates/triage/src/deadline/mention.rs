//! Every day that a text mentions, by whatever notation.
//!
//! ```text
//! tokens ─▶ numeric ("15.12.", "2026-02-01", "5 March")
//!        ─▶ relative ("übermorgen", "bis Freitag", "binnen zwei Wochen", "Ende des Monats")
//! ```
//!
//! Which of them is a deadline is decided elsewhere ([`super::cues`]).

use jiff::civil::{Date, Time};

use super::{numeric, relative};
use crate::text::Text;

/// How a day was written: the stable names of [`domain::Deadline::rule`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rule {
    /// Day and month, in any notation.
    Date,
    /// Only the day of the month: "am 26.".
    DayOfMonth,
    Weekday,
    Today,
    Tomorrow,
    DayAfterTomorrow,
    /// A length of time that runs from receipt.
    Period,
    EndOfWeek,
    EndOfMonth,
    EndOfYear,
    CalendarWeek,
    /// A day with a name: "Heiligabend".
    Feast,
}

impl Rule {
    /// The stable name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Date => "date",
            Self::DayOfMonth => "day-of-month",
            Self::Weekday => "weekday",
            Self::Today => "today",
            Self::Tomorrow => "tomorrow",
            Self::DayAfterTomorrow => "day-after-tomorrow",
            Self::Period => "period",
            Self::EndOfWeek => "end-of-week",
            Self::EndOfMonth => "end-of-month",
            Self::EndOfYear => "end-of-year",
            Self::CalendarWeek => "calendar-week",
            Self::Feast => "feast",
        }
    }
}

/// A day that the text mentions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Mention {
    pub date: Date,
    pub rule: Rule,
    /// Index of its first token.
    pub first: usize,
    /// Index of its last token.
    pub last: usize,
}

/// What the meaning of a notation depends on beside the text.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Moment<'a> {
    /// The day of receipt in Europe/Berlin.
    pub received: Date,
    /// The hour of receipt there.
    pub time: Time,
    /// ISO 639-1 code of the text's language.
    pub language: &'a str,
}

/// More days than any letter names: calendars and tables set no deadlines worth their cost.
const MOST: usize = 500;

/// Every mention in the order of the text, without overlaps.
pub(crate) fn mentions(text: &Text, moment: Moment<'_>) -> Vec<Mention> {
    let mut found = Vec::new();
    let mut index = 0;
    while index < text.tokens.len() && found.len() < MOST {
        let mention =
            numeric::mention(text, index, moment).or_else(|| relative::mention(text, index, moment));
        index = mention.map_or(index, |m: Mention| m.last) + 1;
        if let Some(mention) = mention {
            push(&mut found, mention);
        }
    }
    found
}

/// Adds a mention; "Freitag, den 26.7." is one day written twice, and the date says it better.
fn push(found: &mut Vec<Mention>, mention: Mention) {
    let named = found.last().filter(|before| {
        let names_day =
            matches!(before.rule, Rule::Weekday | Rule::Tomorrow | Rule::Today | Rule::DayAfterTomorrow);
        let dated = matches!(mention.rule, Rule::Date | Rule::DayOfMonth)
            || (mention.rule == Rule::Weekday && before.rule != Rule::Weekday);
        names_day && dated && mention.first - before.last <= 3
    });
    match named.copied() {
        // "morgen, Donnerstag": the nearer word is the surer one.
        Some(before) if mention.rule == Rule::Weekday => {
            found.pop();
            found.push(Mention { last: mention.last, ..before });
        }
        Some(before) => {
            found.pop();
            found.push(Mention { first: before.first, ..mention });
        }
        None => found.push(mention),
    }
}
