//! The year of a date, where one is written: "2026", "26", "d. J.", "nächsten Jahres".

use super::Year;
use super::notations::is_quantity;
use crate::text::Text;

/// The year after a month's name, and the last token of both.
pub(super) fn year_after(text: &Text, month: usize) -> (Year, usize) {
    let mut next = month + 1;
    next += usize::from(
        text.is_mark(next, '.') || text.is_mark(next, ',') || matches!(text.word(next), "de" | "del"),
    );
    if let Some(year) = text.number(next).filter(|year| is_year(*year)) {
        return (Year::Stated(year), next);
    }
    // "20. März 26", but not "20. März 12 Uhr".
    let short = next == month + 1 && text.at(next).is_some_and(|t| t.is_number() && t.len() == 2 && !t.glued);
    let over = !text.is_glued(next + 1) || !text.is_glued(next + 2);
    if let Some(year) = year_at(text, next).filter(|year| short && (2020..2040).contains(year))
        && over
        && !is_quantity(text, next + 1)
    {
        return (Year::Stated(year), next);
    }
    match (text.word(month + 1), text.word(month + 2)) {
        ("nächsten" | "kommenden" | "folgenden", "jahres") => (Year::Later(1), month + 2),
        ("dieses" | "laufenden", "jahres") => (Year::Later(0), month + 2),
        ("br", _) => (Year::Later(0), month + 1),
        ("n", ".") if text.word(month + 3) == "j" => (Year::Later(1), month + 3),
        ("d" | "ds", ".") if text.word(month + 3) == "j" => (Year::Later(0), month + 3),
        _ => (Year::Open, month),
    }
}

/// A year of four digits, or of two.
pub(super) fn year_at(text: &Text, index: usize) -> Option<u32> {
    let year = text.number(index)?;
    match text.at(index).map_or(0, |t| text.written(t.start, t.end).chars().count()) {
        4 => Some(year).filter(|year| is_year(*year)),
        // Nobody sets deadlines half a century ahead: these are birthdays.
        2 if year > 50 => Some(1900 + year),
        2 => Some(2000 + year),
        _ => None,
    }
}

pub(super) fn is_year(number: u32) -> bool {
    (1900..2100).contains(&number)
}
