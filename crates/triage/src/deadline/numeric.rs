//! Days written with numbers: German, ISO and slashed notations, month names, ranges, bare days.

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
        iso(text, first)
            .or_else(|| slashed(text, first, moment))
            .or_else(|| dotted(text, first))
            .or_else(|| named(text, first))
            .or_else(|| range(text, first))
            .or_else(|| vietnamese(text, first))
    } else {
        month_first(text, first)
    };
    match written {
        Some(written) => Some(Mention {
            date: written.resolve(text, first, moment.received)?,
            rule: Rule::Date,
            first,
            last: written.last,
        }),
        None => bare_day(text, first, moment.received),
    }
}

/// A date as written: the year may be missing.
#[derive(Clone, Copy, Debug)]
struct Written {
    day: u32,
    month: u32,
    year: Option<u32>,
    last: usize,
}

impl Written {
    /// The day meant. Without a year: the next such day, or the last one where the wording says that it has passed.
    fn resolve(self, text: &Text, first: usize, received: Date) -> Option<Date> {
        if let Some(year) = self.year {
            return civil(year, self.month, self.day);
        }
        let year = u32::try_from(received.year()).ok()?;
        let near = [year - 1, year, year + 1, year + 2, year + 3, year + 4];
        let days = || near.into_iter().filter_map(|year| civil(year, self.month, self.day));
        let next = days().find(|day| *day >= received)?;
        let last = days().take_while(|day| *day < received).last();
        let recent = last.filter(|day| (received - *day).get_days() <= 120);
        let passed = |day: &Date| {
            may_have_just_passed(text, first, (*day - received).get_days())
                || says_past(text, first, self.last)
        };
        Some(recent.filter(passed).unwrap_or(next))
    }
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

fn civil(year: u32, month: u32, day: u32) -> Option<Date> {
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

/// 2026-02-01.
fn iso(text: &Text, first: usize) -> Option<Written> {
    let joined = (1..5).all(|i| text.is_glued(first + i));
    let marks = text.is_mark(first + 1, '-') && text.is_mark(first + 3, '-');
    let (year, month, day) = (text.number(first)?, text.number(first + 2)?, text.number(first + 4)?);
    let last = first + 4;
    (joined && marks && is_year(year) && is_date(day, month) && !continues(text, last)).then_some(Written {
        day,
        month,
        year: Some(year),
        last,
    })
}

/// 01/02/2026, and 01/02 where the language writes so.
fn slashed(text: &Text, first: usize, moment: Moment<'_>) -> Option<Written> {
    if !(text.is_mark(first + 1, '/') && text.is_glued(first + 1) && text.is_glued(first + 2)) {
        return None;
    }
    let (day, month) = (text.number(first)?, text.number(first + 2)?);
    if text.is_mark(first + 3, '/') && text.is_glued(first + 3) && text.is_glued(first + 4) {
        let year = year_at(text, first + 4)?;
        let last = first + 4;
        let (day, month) = if month > 12 { (month, day) } else { (day, month) };
        return (is_date(day, month) && !continues(text, last)).then_some(Written {
            day,
            month,
            year: Some(year),
            last,
        });
    }
    let usual = matches!(moment.language, "fr" | "es" | "it" | "pt" | "ro" | "vi" | "en");
    let last = first + 2;
    (usual && is_date(day, month) && !continues(text, last)).then_some(Written {
        day,
        month,
        year: None,
        last,
    })
}

/// 1.2., 1. 2. 2026, 01.02.26; "1.2" only where nothing says that it is a quantity or a time.
fn dotted(text: &Text, first: usize) -> Option<Written> {
    let (day, month) = (text.number(first)?, text.number(first + 2)?);
    if !text.is_mark(first + 1, '.') || !text.is_glued(first + 1) || !is_date(day, month) {
        return None;
    }
    if text.at(first)?.len() > 2 || text.at(first + 2)?.len() > 2 {
        return None;
    }
    if !(text.is_mark(first + 3, '.') && text.is_glued(first + 3)) {
        let last = first + 2;
        let open = text.is_glued(last) && !continues(text, last) && !is_quantity(text, last + 1);
        return (open && announces_date(text, first)).then_some(Written { day, month, year: None, last });
    }
    let spaced = !text.is_glued(first + 2);
    let close = text.is_glued(first + 4) || (spaced && text.at(first + 4).is_some_and(|t| t.len() == 4));
    let year = year_at(text, first + 4).filter(|_| close || text.at(first + 4).is_some_and(|t| t.len() == 4));
    match year {
        Some(year) if !continues(text, first + 4) => {
            Some(Written { day, month, year: Some(year), last: first + 4 })
        }
        _ if text.is_glued(first + 4) && text.number(first + 4).is_some() => None,
        _ => Some(Written { day, month, year: None, last: first + 3 }),
    }
}

/// 1. März 2026, 5 March, 1er mars, 5 de marzo, 5th of March.
fn named(text: &Text, first: usize) -> Option<Written> {
    let day = text.number(first).filter(|day| (1..=31).contains(day))?;
    let mut next = first + 1;
    if text.is_mark(next, '.') || matches!(text.word(next), "st" | "nd" | "rd" | "th" | "er" | "º") {
        next += 1;
    }
    if matches!(text.word(next), "de" | "of" | "d" | "den") {
        next += 1;
    }
    let month = month_at(text, next)?;
    let (year, last) = year_after(text, next);
    Some(Written { day, month, year, last })
}

/// March 5, 2026.
#[rustfmt::skip]
fn month_first(text: &Text, first: usize) -> Option<Written> {
    if !text.at(first)?.is_word() || !text.at(first)?.capital {
        return None;
    }
    let english = [
        "january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
        "november", "december", "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct",
        "nov", "dec",
    ]
    .contains(&text.word(first));
    let month = month_at(text, first).filter(|_| english)?;
    let day = text.number(first + 1).filter(|day| (1..=31).contains(day))?;
    if text.is_glued(first + 2) && text.is_mark(first + 2, '.') || text.is_mark(first + 2, ':') {
        return None;
    }
    let mut last = first + 1;
    if matches!(text.word(last + 1), "st" | "nd" | "rd" | "th") {
        last += 1;
    }
    let after = last + 1 + usize::from(text.is_mark(last + 1, ','));
    match text.number(after).filter(|year| is_year(*year)) {
        Some(year) => Some(Written { day, month, year: Some(year), last: after }),
        None => Some(Written { day, month, year: None, last }),
    }
}

/// 12.–14.3., 12. bis 28. März, 20./21.03.2026: the first day of a range.
fn range(text: &Text, first: usize) -> Option<Written> {
    let day = text.number(first).filter(|day| (1..=31).contains(day))?;
    let mut next = first + 1 + usize::from(text.is_mark(first + 1, '.'));
    let joins = ["-", "–", "/", "bis", "und", "oder", "to", "u", "auf", "au"].contains(&text.word(next));
    if !joins {
        return None;
    }
    next += 1;
    next += usize::from(matches!(text.word(next), "zum" | "den"));
    text.number(next).filter(|other| (1..=31).contains(other))?;
    let dotted = text.is_mark(next + 1, '.');
    let month_index = next + 1 + usize::from(dotted);
    let numeric = || {
        let month = text.number(month_index).filter(|month| dotted && (1..=12).contains(month))?;
        text.is_mark(month_index + 1, '.').then_some(month)
    };
    let month = month_at(text, month_index).or_else(numeric)?;
    let year_index = month_index + 1 + usize::from(text.is_mark(month_index + 1, '.'));
    match year_at(text, year_index) {
        Some(year) => Some(Written { day, month, year: Some(year), last: year_index }),
        None => Some(Written { day, month, year: None, last: year_index - 1 }),
    }
}

/// 5 tháng 3.
fn vietnamese(text: &Text, first: usize) -> Option<Written> {
    let day = text.number(first)?;
    let month = text.number(first + 2).filter(|_| text.word(first + 1) == "tháng")?;
    is_date(day, month).then_some(Written { day, month, year: None, last: first + 2 })
}

/// "am 26.", "bis zum 15.": the next such day of a month.
fn bare_day(text: &Text, first: usize, received: Date) -> Option<Mention> {
    let day = text.number(first).filter(|day| (1..=31).contains(day) && text.is_mark(first + 1, '.'))?;
    let glued = text.is_glued(first + 1) && !text.is_glued(first + 2);
    let announced = matches!(
        text.word_before(first, 1),
        "am" | "bis" | "zum" | "den" | "dem" | "spätestens" | "vor" | "vom"
    );
    let next = text.at(first + 2);
    let goes_on = next.is_some_and(|t| {
        t.is_number() || t.is_word() && t.capital && t.sentence == text.tokens[first].sentence
    });
    if !glued || !announced || goes_on {
        return None;
    }
    let month_of = |day: Date| (u32::try_from(day.year()), u32::try_from(day.month()));
    let mut start = received.first_of_month();
    for _ in 0..3 {
        if let (Ok(year), Ok(month)) = month_of(start)
            && let Some(date) = civil(year, month, day).filter(|date| *date >= received)
        {
            return Some(Mention { date, rule: Rule::DayOfMonth, first, last: first + 1 });
        }
        start = start.last_of_month().tomorrow().ok()?;
    }
    None
}

fn month_at(text: &Text, index: usize) -> Option<u32> {
    text.at(index).filter(|t| t.is_word())?;
    lexicon::month(text.word(index)).and_then(|month| u32::try_from(month).ok())
}

/// The year after a month's name, and the last token of both.
fn year_after(text: &Text, month: usize) -> (Option<u32>, usize) {
    let mut next = month + 1;
    next += usize::from(
        text.is_mark(next, '.') || text.is_mark(next, ',') || matches!(text.word(next), "de" | "del"),
    );
    match text.number(next).filter(|year| is_year(*year) && text.at(next).is_some_and(|t| t.len() == 4)) {
        Some(year) => (Some(year), next),
        None => (None, month),
    }
}

/// A year of four digits, or of two.
fn year_at(text: &Text, index: usize) -> Option<u32> {
    let year = text.number(index)?;
    match text.at(index)?.len() {
        4 => Some(year).filter(|year| is_year(*year)),
        // Nobody sets deadlines half a century ahead: these are birthdays.
        2 if year > 50 => Some(1900 + year),
        2 => Some(2000 + year),
        _ => None,
    }
}

fn is_year(number: u32) -> bool {
    (1900..2100).contains(&number)
}

fn is_date(day: u32, month: u32) -> bool {
    (1..=31).contains(&day) && (1..=12).contains(&month)
}

/// Whether the number at `last` goes on into something longer: "1.2.3", "01.02-77".
fn continues(text: &Text, last: usize) -> bool {
    let joins =
        matches!(text.at(last + 1).map(|t| t.kind), Some(Kind::Mark('.' | '/' | '-' | ':' | '_' | ',')));
    let glued = text.is_glued(last + 1);
    let word = text.at(last + 1).is_some_and(|t| t.is_word() && glued);
    word || (glued && joins && text.is_glued(last + 2) && text.number(last + 2).is_some())
}

/// "1.5 Stunden", "9.30 Uhr", "2.5 km".
#[rustfmt::skip]
fn is_quantity(text: &Text, next: usize) -> bool {
    lexicon::unit(text.word(next)).is_some()
        || [
            "uhr", "€", "eur", "euro", "%", "h", "km", "m", "cm", "kg", "ha", "l", "kw", "prozent", "pm",
            "am", "mio", "m²", "qm",
        ]
        .contains(&text.word(next))
}

/// Words before a date without its last dot.
#[rustfmt::skip]
fn announces_date(text: &Text, first: usize) -> bool {
    let before = text.word_before(first, 1);
    let weekday = lexicon::weekday(before).or_else(|| lexicon::weekday(text.word_before(first, 2)));
    weekday.is_some()
        || [
            "am", "bis", "zum", "vom", "den", "frist", "termin", "spätestens", "by", "on", "until", "vor",
            "ab", "le", "до", "do", "el", "il", "op", "tot", "dnia", "morgen", "übermorgen", "heute",
        ]
        .contains(&before)
}
