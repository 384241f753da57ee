//! The notations of a day and its month: "15.12.", "2026-02-01", "20/03/2026", "5 March", "am zwanzigsten März".

use super::year::{is_year, year_after, year_at};
use super::{Written, Year, month_at};
use crate::deadline::lexicon;
use crate::deadline::mention::{Mention, Moment, Rule};
use crate::text::{Kind, Text};

/// A date that begins with a number.
pub(super) fn in_numbers(text: &Text, first: usize, moment: Moment<'_>) -> Option<Written> {
    iso(text, first)
        .or_else(|| slashed(text, first, moment))
        .or_else(|| dotted(text, first))
        .or_else(|| roman(text, first))
        .or_else(|| named(text, first))
        .or_else(|| range(text, first))
        .or_else(|| vietnamese(text, first))
}

/// A date that begins with a word: "March 5", "zwanzigsten März", "dritten vierten".
pub(super) fn in_words(text: &Text, first: usize) -> Option<Written> {
    let meaning = lexicon::meaning(text, first);
    match meaning.ordinal {
        Some(day) => {
            let month = month_at(text, first + 1).or_else(|| {
                let ordinal = lexicon::meaning(text, first + 1).ordinal;
                ordinal.filter(|month| *month <= 12 && announces_date(text, first))
            })?;
            let (year, last) = year_after(text, first + 1);
            Some(Written { day, month, year, last })
        }
        None if meaning.month.is_some() => month_first(text, first),
        None => None,
    }
}

/// "bis 12/2026", "bis 12.2026": the last day of that month.
pub(super) fn month_and_year(text: &Text, first: usize) -> Option<Mention> {
    let marked = text.is_mark(first + 1, '/') || text.is_mark(first + 1, '.');
    let joined = text.is_glued(first + 1) && text.is_glued(first + 2) && marked;
    if !joined || text.word_before(first, 1) != "bis" || continues(text, first + 2) {
        return None;
    }
    let year = text.number(first + 2).filter(|year| is_year(*year))?;
    let date = super::civil(year, text.number(first)?, 1)?.last_of_month();
    Some(Mention { date, rule: Rule::EndOfMonth, first, last: first + 2 })
}

/// 2026-02-01, and 20-03-2026.
fn iso(text: &Text, first: usize) -> Option<Written> {
    let joined = (1..5).all(|i| text.is_glued(first + i));
    let marks = text.is_mark(first + 1, '-') && text.is_mark(first + 3, '-');
    let (mut year, month, mut day) = (text.number(first)?, text.number(first + 2)?, text.number(first + 4)?);
    if text.at(first)?.len() == 2 {
        (year, day) = (day, year);
    }
    let last = first + 4;
    (joined && marks && is_year(year) && is_date(day, month) && !continues(text, last)).then_some(Written {
        day,
        month,
        year: Year::Stated(year),
        last,
    })
}

/// 01/02/2026, and 01/02 where the language writes so or the words around say it.
fn slashed(text: &Text, first: usize, moment: Moment<'_>) -> Option<Written> {
    if !(text.is_mark(first + 1, '/') && text.is_glued(first + 1) && text.is_glued(first + 2)) {
        return None;
    }
    let (day, month) = (text.number(first)?, text.number(first + 2)?);
    if text.is_mark(first + 3, '/') && text.is_glued(first + 3) && text.is_glued(first + 4) {
        let year = Year::Stated(year_at(text, first + 4)?);
        let last = first + 4;
        let (day, month) = if month > 12 { (month, day) } else { (day, month) };
        return (is_date(day, month) && !continues(text, last)).then_some(Written { day, month, year, last });
    }
    let usual = matches!(moment.language, "fr" | "es" | "it" | "pt" | "ro" | "vi" | "en" | "el" | "ar");
    let said = matches!(text.word_before(first, 1), "am" | "bis" | "zum" | "ab") && day > 12;
    let last = first + 2;
    ((usual || said) && is_date(day, month) && !continues(text, last)).then_some(Written {
        day,
        month,
        year: Year::Open,
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
        // Turkish hangs its endings on: "20.03'e kadar".
        let ending = text.is_glued(last + 1) && matches!(text.word(last + 1), "'" | "’");
        let said = announces_date(text, first) || spans(text, first) || ending;
        return (open && said).then_some(Written { day, month, year: Year::Open, last });
    }
    let spaced = !text.is_glued(first + 2);
    let full = text.at(first + 4).is_some_and(|t| t.len() == 4);
    let close = text.is_glued(first + 4) || (spaced && full);
    let year = year_at(text, first + 4).filter(|_| close || full);
    match year {
        Some(year) if !continues(text, first + 4) => {
            Some(Written { day, month, year: Year::Stated(year), last: first + 4 })
        }
        _ if text.is_glued(first + 4) && text.number(first + 4).is_some() => None,
        _ => Some(Written { day, month, year: Year::Open, last: first + 3 }),
    }
}

/// "von 12.10 bis 23.10"
fn spans(text: &Text, first: usize) -> bool {
    let other = text.number(first + 4).zip(text.number(first + 6)).is_some_and(|(d, m)| is_date(d, m));
    let dotted = text.is_mark(first + 5, '.') && !text.is_mark(first + 7, ':');
    text.word_before(first, 1) == "von"
        && text.word(first + 3) == "bis"
        && other
        && dotted
        && !is_quantity(text, first + 7)
}

/// 20.III.2026, 20. III.
fn roman(text: &Text, first: usize) -> Option<Written> {
    const MONTHS: [&str; 12] = ["i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii"];
    let day = text.number(first).filter(|day| (1..=31).contains(day) && text.is_mark(first + 1, '.'))?;
    let named = text.at(first + 2).is_some_and(|t| t.is_word() && t.capital && t.len() <= 4);
    let position = MONTHS.iter().position(|month| named && *month == text.word(first + 2))?;
    let month = u32::try_from(position + 1).ok()?;
    let last = first + 3;
    if !(text.is_mark(last, '.') && text.is_glued(last) && announces_date(text, first)) {
        return None;
    }
    match year_at(text, last + 1) {
        Some(year) => Some(Written { day, month, year: Year::Stated(year), last: last + 1 }),
        None => Some(Written { day, month, year: Year::Open, last }),
    }
}

/// 1. März 2026, 5 March, 1er mars, 5 de marzo, 5th of March, 20ten März, 20-го марта.
fn named(text: &Text, first: usize) -> Option<Written> {
    let day = text.number(first).filter(|day| (1..=31).contains(day))?;
    let mut next = first + 1;
    if text.is_mark(next, '-') && text.is_glued(next + 1) {
        next += 1;
    }
    next += usize::from(text.is_mark(next, '.') || text.is_glued(next) && is_ordinal_ending(text.word(next)));
    next += usize::from(matches!(text.word(next), "de" | "of" | "d" | "den" | "în"));
    let month = month_at(text, next)?;
    let (year, last) = year_after(text, next);
    Some(Written { day, month, year, last })
}

/// What is written behind the number of an ordinal.
pub(super) fn is_ordinal_ending(word: &str) -> bool {
    matches!(
        word,
        "st" | "nd" | "rd" | "th" | "er" | "º" | "ten" | "sten" | "ter" | "te" | "го" | "ви" | "ма" | "ти"
    )
}

/// March 5, 2026; in Hungarian március 13-án.
#[rustfmt::skip]
fn month_first(text: &Text, first: usize) -> Option<Written> {
    let english = text.at(first)?.capital && [
        "january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
        "november", "december", "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct",
        "nov", "dec",
    ]
    .contains(&text.word(first));
    let hungarian = [
        "január", "február", "március", "április", "május", "június", "július", "augusztus", "szeptember",
        "október",
    ]
    .contains(&text.word(first));
    let month = month_at(text, first).filter(|_| english || hungarian)?;
    let day = text.number(first + 1).filter(|day| (1..=31).contains(day))?;
    // "im August 12. Stimmt es" is a birthday, "by August 12." a day.
    let said = matches!(text.word_before(first, 1), "by" | "on" | "until" | "before" | "till" | "from" | ",");
    let dotted = text.is_glued(first + 2) && text.is_mark(first + 2, '.') && english;
    if dotted && (!said || text.is_glued(first + 3)) || text.is_mark(first + 2, ':') {
        return None;
    }
    let mut last = first + 1;
    if matches!(text.word(last + 1), "st" | "nd" | "rd" | "th") {
        last += 1;
    }
    let after = last + 1 + usize::from(text.is_mark(last + 1, ','));
    match text.number(after).filter(|year| is_year(*year)) {
        Some(year) => Some(Written { day, month, year: Year::Stated(year), last: after }),
        None => Some(Written { day, month, year: Year::Open, last }),
    }
}

/// 12.–14.3., 12. bis 28. März, 20./21.03.2026: the first day of a range. What must be done "zwischen dem
/// 1. und 20. Dezember" may be done on the last, which is then a mention of its own.
fn range(text: &Text, first: usize) -> Option<Written> {
    let day = text.number(first).filter(|day| (1..=31).contains(day))?;
    let own = first + usize::from(text.is_mark(first + 1, '.'));
    let mut next = own + 1;
    let joins = [
        "-", "–", "/", "bis", "und", "oder", "to", "and", "or", "u", "auf", "au", "al", "na", "do", "до",
        "по", "y", "i", "e", "et", "ve",
    ]
    .contains(&text.word(next));
    if !joins {
        return None;
    }
    next += 1;
    next += usize::from(matches!(text.word(next), "zum" | "den" | "dem"));
    text.number(next).filter(|other| (1..=31).contains(other))?;
    let dotted = text.is_mark(next + 1, '.');
    let month_index = next + 1 + usize::from(dotted);
    let numeric = || {
        let month = text.number(month_index).filter(|month| dotted && (1..=12).contains(month))?;
        text.is_mark(month_index + 1, '.').then_some(month)
    };
    let month = month_at(text, month_index).or_else(numeric)?;
    let year_index = month_index + 1 + usize::from(text.is_mark(month_index + 1, '.'));
    let year = year_at(text, year_index).map_or(Year::Open, Year::Stated);
    let whole = year_index - usize::from(year == Year::Open);
    let between = matches!(text.word_before(first, 1), "zwischen" | "between" | "entre" | "tra")
        || matches!(text.word_before(first, 2), "zwischen" | "between" | "entre" | "tra");
    Some(Written { day, month, year, last: if between { own } else { whole } })
}

/// 5 tháng 3 năm 2026.
fn vietnamese(text: &Text, first: usize) -> Option<Written> {
    let day = text.number(first)?;
    let month = text.number(first + 2).filter(|_| text.word(first + 1) == "tháng")?;
    let stated =
        text.number(first + 4).filter(|_| text.word(first + 3) == "năm").filter(|year| is_year(*year));
    let (year, last) = stated.map_or((Year::Open, first + 2), |year| (Year::Stated(year), first + 4));
    is_date(day, month).then_some(Written { day, month, year, last })
}

fn is_date(day: u32, month: u32) -> bool {
    (1..=31).contains(&day) && (1..=12).contains(&month)
}

/// Whether the number at `last` goes on into something longer: "1.2.3", "01.02-77", "20.3@…".
fn continues(text: &Text, last: usize) -> bool {
    let joins =
        matches!(text.at(last + 1).map(|t| t.kind), Some(Kind::Mark('.' | '/' | '-' | ':' | '_' | ',')));
    let glued = text.is_glued(last + 1);
    let word =
        text.at(last + 1).is_some_and(|t| t.is_word() && glued) || glued && text.is_mark(last + 1, '@');
    word || (glued && joins && text.is_glued(last + 2) && text.number(last + 2).is_some())
}

/// "1.5 Stunden", "9.30 Uhr", "2.5 km".
#[rustfmt::skip]
pub(super) fn is_quantity(text: &Text, next: usize) -> bool {
    lexicon::meaning(text, next).unit.is_some()
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
    (1..=2).any(|back| lexicon::weekday(text, first.wrapping_sub(back)).is_some())
        || [
            "am", "bis", "zum", "vom", "den", "frist", "termin", "spätestens", "by", "on", "until", "vor",
            "ab", "le", "до", "do", "el", "il", "op", "tot", "dnia", "morgen", "übermorgen", "heute",
            "fr", "mo", "mi",
        ]
        .contains(&before)
}
