//! The day of a month without its name: "am 26.", "bis zum 15. d. M.", "zum Ersten", "by the 20th".

use jiff::civil::Date;

use super::{civil, notations};
use crate::deadline::lexicon;
use crate::deadline::mention::{Mention, Rule};
use crate::text::{Kind, Text};

/// The next such day of a month, or the one of the month that is named by its distance.
pub(super) fn day(text: &Text, first: usize, received: Date) -> Option<Mention> {
    let (day, last) = if text.at(first)?.is_number() { numbered(text, first)? } else { spelt(text, first)? };
    let (later, last) = month_said(text, last).map_or((None, last), |(later, last)| (Some(later), last));
    let date = match later {
        Some(later) => on_day(months_after(received, later)?, day)?,
        None => next(received, day)?,
    };
    Some(Mention { date, rule: Rule::DayOfMonth, first, last })
}

/// "26." or "20ten" behind a word that announces a day, with nothing behind that the number could count.
fn numbered(text: &Text, first: usize) -> Option<(u32, usize)> {
    let day = text.number(first).filter(|day| (1..=31).contains(day))?;
    let mark = first + 1;
    let ordinal = text.is_glued(mark) && notations::is_ordinal_ending(text.word(mark));
    let english = text.word_before(first, 1) == "the"
        && matches!(text.word_before(first, 2), "by" | "on" | "until" | "till" | "before" | "from");
    let announced = english
        || matches!(
            text.word_before(first, 1),
            "am" | "bis" | "zum" | "den" | "dem" | "spätestens" | "vor" | "vom"
        );
    let dotted = text.is_mark(mark, '.') && text.is_glued(mark);
    let counted = english && matches!(text.word(mark + 1), "century" | "floor" | "grade" | "time" | "day");
    let said = (dotted || ordinal) && announced && !counted && !goes_on(text, first, mark);
    said.then_some((day, mark))
}

/// Whether something follows that the number counts: "am 3. Tag", "3.4", "zum 2. Mal".
fn goes_on(text: &Text, first: usize, last: usize) -> bool {
    text.at(last + 1).is_some_and(|t| match t.kind {
        Kind::Number => true,
        Kind::Word if matches!(text.word(last + 1), "mal" | "male") => true,
        Kind::Word => t.glued || t.capital && t.sentence == text.tokens[first].sentence,
        Kind::Mark('.' | '-' | '/' | '@' | '_' | ':') => t.glued && text.is_glued(last + 2),
        Kind::Mark(_) => false,
    })
}

/// "zum Ersten", "bis zum Fünfzehnten": with a capital, for "zum ersten" is a first reason.
fn spelt(text: &Text, first: usize) -> Option<(u32, usize)> {
    let day = lexicon::meaning(text, first).ordinal?;
    let until = matches!(text.word_before(first, 1), "zum" | "bis")
        && (text.tokens[first].capital || day > 12 || text.word_before(first, 2) == "bis");
    (until && !goes_on(text, first, first)).then_some((day, first))
}

/// "d. M.", "dieses Monats", "des nächsten Monats", "n. M.": how many months on, and the last token of it.
fn month_said(text: &Text, last: usize) -> Option<(i32, usize)> {
    let mut next = last + 1;
    let mut later = 0;
    while next < last + 4 {
        match (text.word(next), text.word(next + 1)) {
            ("n", ".") if text.word(next + 2) == "m" => return Some((1, next + 3)),
            ("d" | "ds", ".") if matches!(text.word(next + 2), "m" | "mts") => return Some((0, next + 3)),
            ("monats", _) => return (next > last + 1).then_some((later, next)),
            _ => later = later.max(lexicon::meaning(text, next).later?),
        }
        next += 1;
    }
    None
}

fn months_after(received: Date, later: i32) -> Option<Date> {
    (0..later).try_fold(received.first_of_month(), |month, _| month.last_of_month().tomorrow().ok())
}

fn on_day(month: Date, day: u32) -> Option<Date> {
    civil(u32::try_from(month.year()).ok()?, u32::try_from(month.month()).ok()?, day)
}

/// The next such day from the day of receipt on.
fn next(received: Date, day: u32) -> Option<Date> {
    (0..3).find_map(|later| on_day(months_after(received, later)?, day).filter(|date| *date >= received))
}
