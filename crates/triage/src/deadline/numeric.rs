//! Days written with numbers: German, ISO and slashed notations, month names, ranges, bare days.

mod bare;
mod notations;
mod year;

use jiff::civil::Date;

use super::lexicon;
use super::mention::{Mention, Moment, Rule};
use crate::text::{Kind, Text};

/// The day that begins with the token at `first`, if one does.
pub(super) fn mention(text: &Text, first: usize, moment: Moment<'_>) -> Option<Mention> {
    let written = if text.at(first)?.is_number() {
        if is_attached(text, first) {
            return None;
        }
        if let Some(mention) = notations::month_and_year(text, first) {
            return Some(mention);
        }
        notations::in_numbers(text, first, moment)
    } else {
        notations::in_words(text, first)
    };
    match written {
        Some(written) => Some(Mention {
            date: written.resolve(text, first, moment.received)?,
            rule: Rule::Date,
            first,
            last: written.last,
        }),
        None => bare::day(text, first, moment.received),
    }
}

/// The year of a date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Year {
    Stated(u32),
    /// So many years after the one of receipt: "d. J.", "nächsten Jahres".
    Later(u32),
    Open,
}

/// A date as written: the year may be missing.
#[derive(Clone, Copy, Debug)]
pub(super) struct Written {
    pub day: u32,
    pub month: u32,
    pub year: Year,
    pub last: usize,
}

/// So long after a day nobody means the next year's with its bare date.
const RECENT: i32 = 60;

impl Written {
    /// The day meant. Without a year: the next such day, or the last one where that is near, or said to be over.
    pub fn resolve(self, text: &Text, first: usize, received: Date) -> Option<Date> {
        let this = u32::try_from(received.year()).ok()?;
        match self.year {
            Year::Stated(year) => return civil(year, self.month, self.day),
            Year::Later(years) => return civil(this + years, self.month, self.day),
            Year::Open => {}
        }
        let near = [this - 1, this, this + 1, this + 2, this + 3, this + 4];
        let days = || near.into_iter().filter_map(|year| civil(year, self.month, self.day));
        let next = days().find(|day| *day >= received)?;
        let last = days().take_while(|day| *day < received).last();
        let recent = last.filter(|day| (received - *day).get_days() <= 120);
        let passed = |day: &Date| {
            let days = (*day - received).get_days();
            may_have_just_passed(text, first, days)
                || says_past(text, first, self.last)
                || (days >= -RECENT && !is_until(text, first))
        };
        Some(recent.filter(passed).unwrap_or(next))
    }
}

fn is_until(text: &Text, first: usize) -> bool {
    let until = |back| {
        matches!(
            text.word_before(first, back),
            "bis" | "spätestens" | "until" | "by" | "do" | "до" | "hasta" | "entro" | "ab"
        )
    };
    until(1) || until(2)
}

/// "bis zum 17.11." on the 18th: who writes that means the day before, not one in a year;
/// who was away "bis zum 17.11." sets none.
pub(super) fn may_have_just_passed(text: &Text, first: usize, days: i32) -> bool {
    let until = |back| matches!(text.word_before(first, back), "bis" | "spätestens" | "until" | "by");
    let spent = |i| matches!(text.word(i), "war" | "waren" | "bin" | "hatte" | "hatten" | "wurde" | "wurden");
    (-30..0).contains(&days)
        && (until(1) || until(2))
        && !text.before(first, 6).chain(text.after(first, 8)).any(spent)
}

pub(super) fn civil(year: u32, month: u32, day: u32) -> Option<Date> {
    Date::new(i16::try_from(year).ok()?, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

/// Whether the words around say that the day is over.
#[rustfmt::skip]
fn says_past(text: &Text, first: usize, last: usize) -> bool {
    text.before(first, 6).chain(text.after(last, 8)).any(|i| {
        [
            "abgelaufen", "verstrichen", "vorbei", "lief", "endete", "verfristet", "war", "versäumt",
            "verpasst", "expired", "passed", "überschritten", "fällig", "hatten", "hatte", "waren",
            "gesetzte", "gesetzten", "vom", "seit", "gestern", "wurde", "habe", "expiré",
        ]
        .contains(&text.word(i))
    })
}

/// Part of a longer number: "5.0101.334872.9", "24-0417", "B12.3".
fn is_attached(text: &Text, first: usize) -> bool {
    let Some(before) = first.checked_sub(1) else { return false };
    if !text.is_glued(first) {
        return false;
    }
    match text.tokens[before].kind {
        Kind::Word | Kind::Number => true,
        Kind::Mark('.' | '/' | '-' | ':' | '_' | ',' | '+' | '#' | '§') => {
            text.is_glued(before) && before > 0 && text.tokens[before - 1].kind != Kind::Mark('(')
        }
        Kind::Mark(_) => false,
    }
}

fn month_at(text: &Text, index: usize) -> Option<u32> {
    text.at(index).filter(|t| t.is_word())?;
    lexicon::meaning(text, index).month.and_then(|month| u32::try_from(month).ok())
}
