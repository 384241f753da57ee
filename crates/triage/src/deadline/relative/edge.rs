//! Ends, middles and beginnings: "Ende des Monats", "Mitte April", "Quartalsende", "noch diese Woche", "KW 12".

use jiff::ToSpan as _;
use jiff::civil::{Date, ISOWeekDate, Weekday};

use super::{anchor, found, in_week, strictly_next, this_or_next};
use crate::deadline::lexicon::{self, Edge, Meaning, Unit};
use crate::deadline::mention::{Mention, Moment, Rule};
use crate::deadline::numeric::{Written, Year};
use crate::text::Text;

/// The part of a week, month, quarter or year that begins with the token at `first`, if one does.
pub(super) fn mention(text: &Text, first: usize, meaning: &Meaning, moment: Moment<'_>) -> Option<Mention> {
    let received = moment.received;
    if let Some((edge, unit)) = meaning.compound {
        return compound(text, first, edge, unit, received);
    }
    if let Some(edge) = meaning.edge {
        return of_something(text, first, edge, moment);
    }
    if let Some(month) = text.word(first).strip_suffix("ende").and_then(lexicon::month) {
        let date = end_of_month(u32::try_from(month).ok()?, None, received)?;
        return Some(found(date, Rule::EndOfMonth, first, first));
    }
    turkish(text, first, meaning, received)
        .or_else(|| calendar_week(text, first, None, received))
        .or_else(|| day_before(text, first, moment))
        .or_else(|| this(text, first, received))
}

/// Monatsende, Quartalsende, Jahresende; the weekend is Friday to those who work "bis zum Wochenende", and
/// Saturday to those to whom something happens "am Wochenende".
fn compound(text: &Text, first: usize, edge: Edge, unit: Unit, received: Date) -> Option<Mention> {
    let before = text.word_before(first, 1);
    let later = lexicon::meaning_before(text, first, 1).later.unwrap_or(0);
    // "drei Monate zum Quartalsende" is a notice period.
    if before == "zum" && lexicon::meaning_before(text, first, 2).unit.is_some() {
        return None;
    }
    if unit == Unit::Week {
        let until = matches!(before, "bis" | "zum" | "vorm" | "vor") || text.word_before(first, 2) == "vor";
        return match before {
            _ if until => Some(found(this_or_next(received, Weekday::Friday), Rule::EndOfWeek, first, first)),
            "am" if text.word_before(first, 2) == "auch" => None,
            "am" | "dieses" | "diesem" | "kommenden" | "kommendes" | "nächsten" | "nächstes" => {
                Some(found(this_or_next(received, Weekday::Saturday), Rule::Weekday, first, first))
            }
            _ => None,
        };
    }
    let (date, rule) = part(received, edge, unit, if before.starts_with("nächst") { later } else { 0 })?;
    Some(found(date, rule, first, first))
}

/// "Ende" and what it is the end of.
fn of_something(text: &Text, first: usize, edge: Edge, moment: Moment<'_>) -> Option<Mention> {
    let received = moment.received;
    // "Mitte Mai" is no day; "bis Mitte Mai" is one.
    if edge != Edge::End && !text.before(first, 3).any(|i| is_until(text.word(i))) {
        return None;
    }
    let mut next = first + 1;
    let mut later = 0;
    while next < first + 5 {
        let here = lexicon::meaning(text, next);
        match here.later {
            Some(more) => later = later.max(more),
            None if matches!(text.word(next), "'" | "’" | "-" | "în" | "на" | "em" | "der") => {}
            None => break,
        }
        next += 1;
    }
    if text.is_mark(first + 1, ',')
        || next > first + 1 && text.tokens[first].sentence != text.at(next)?.sentence
    {
        return None;
    }
    if let Some(mention) = calendar_week(text, next, Some(edge), received) {
        return Some(Mention { first, ..mention });
    }
    let here = lexicon::meaning(text, next);
    if let Some(month) = here.month {
        return named_month(text, first, next, month, edge, received);
    }
    if let Some(quarter) = numbered_quarter(text, next) {
        let (date, last) = (quarter_end(received, quarter.0)?, quarter.1);
        return Some(found(date, Rule::EndOfMonth, first, last));
    }
    if edge == Edge::End
        && text.number(next).is_some_and(|year| (2000..2100).contains(&year))
        && next == first + 1
    {
        let date = Date::new(i16::try_from(text.number(next)?).ok()?, 12, 31).ok()?;
        return Some(found(date, Rule::EndOfYear, first, next));
    }
    if let Some(days) = here.near {
        return Some(found(received.checked_add(days.days()).ok()?, Rule::Today, first, next));
    }
    let unit = here.unit?;
    let after = lexicon::meaning(text, next + 1);
    if unit == Unit::Month && after.month.is_some() {
        return named_month(text, first, next + 1, after.month?, edge, received);
    }
    let last = next + usize::from(after.later == Some(1));
    let later = later.max(after.later.filter(|later| *later == 1).unwrap_or(0));
    if unit == Unit::Day && (text.word(first) == "laufe" || text.word_before(first, 1) == "by") {
        return Some(found(received, Rule::Today, first, last));
    }
    let (date, rule) = part(received, edge, unit, later)?;
    Some(found(date, rule, first, last))
}

fn is_until(word: &str) -> bool {
    matches!(word, "bis" | "spätestens" | "vor" | "by" | "before" | "until" | "avant" | "ici")
}

/// The part of the week, month, quarter or year `later` ones after that of receipt.
fn part(received: Date, edge: Edge, unit: Unit, later: i32) -> Option<(Date, Rule)> {
    let month = || received.first_of_month().checked_add(later.months()).ok();
    Some(match (unit, edge) {
        (Unit::Week, Edge::End) if later == 0 => (this_or_next(received, Weekday::Friday), Rule::EndOfWeek),
        (Unit::Week, Edge::End) => (in_week(received, later, Weekday::Friday), Rule::EndOfWeek),
        (Unit::Week, Edge::Middle) => (in_week(received, later, Weekday::Wednesday), Rule::Weekday),
        (Unit::Week, Edge::Begin) => (in_week(received, later, Weekday::Monday), Rule::Weekday),
        (Unit::Month, Edge::End) => (month()?.last_of_month(), Rule::EndOfMonth),
        (Unit::Month, Edge::Middle) => (month()?.checked_add(14.days()).ok()?, Rule::Date),
        (Unit::Month, Edge::Begin) => (month()?, Rule::Date),
        (Unit::Quarter, Edge::End) => {
            (quarter_end(received, (received.month() + 2) / 3 + i8::try_from(later).ok()?)?, Rule::EndOfMonth)
        }
        (Unit::Year, Edge::End) => {
            let year = received.year().checked_add(i16::try_from(later).ok()?)?;
            (Date::new(year, 12, 31).ok()?, Rule::EndOfYear)
        }
        (Unit::Year, Edge::Middle) => {
            let this = Date::new(received.year(), 6, 30).ok()?;
            (if this >= received { this } else { Date::new(received.year() + 1, 6, 30).ok()? }, Rule::Date)
        }
        _ => return None,
    })
}

/// Ende März, Mitte April 2027, im Laufe des Juni.
fn named_month(
    text: &Text,
    first: usize,
    at: usize,
    month: i8,
    edge: Edge,
    received: Date,
) -> Option<Mention> {
    let stated = text.number(at + 1).filter(|year| (1900..2100).contains(year));
    let last = at + usize::from(stated.is_some());
    let year = stated.map_or(Year::Open, Year::Stated);
    let month = u32::try_from(month).ok()?;
    let date = match edge {
        Edge::Begin => Written { day: 1, month, year, last }.resolve(text, first, received)?,
        Edge::Middle => Written { day: 15, month, year, last }.resolve(text, first, received)?,
        Edge::End => end_of_month(month, stated, received)?,
    };
    let rule = if edge == Edge::End { Rule::EndOfMonth } else { Rule::Date };
    Some(found(date, rule, first, last))
}

fn end_of_month(month: u32, stated: Option<u32>, received: Date) -> Option<Date> {
    let month = i8::try_from(month).ok()?;
    let year = match stated {
        Some(year) => i16::try_from(year).ok()?,
        None => received.year() + i16::from(month < received.month()),
    };
    Some(Date::new(year, month, 1).ok()?.last_of_month())
}

/// "des 2. Quartals", "des zweiten Quartals", "IV. Quartal": which, and the last token.
fn numbered_quarter(text: &Text, next: usize) -> Option<(i8, usize)> {
    let last = next + 1 + usize::from(text.is_mark(next + 1, '.'));
    if lexicon::meaning(text, last).unit != Some(Unit::Quarter) {
        return None;
    }
    let roman = ["i", "ii", "iii", "iv"].iter().zip(1..).find(|(word, _)| **word == text.word(next));
    let number = text.number(next).or(lexicon::meaning(text, next).ordinal).or(roman.map(|(_, n)| n))?;
    i8::try_from(number).ok().filter(|number| (1..=4).contains(number)).map(|number| (number, last))
}

/// The last day of that quarter, this year or next.
fn quarter_end(received: Date, quarter: i8) -> Option<Date> {
    let (year, quarter) =
        if quarter > 4 { (received.year() + 1, quarter - 4) } else { (received.year(), quarter) };
    let in_year = |year| Some(Date::new(year, quarter.checked_mul(3)?, 1).ok()?.last_of_month());
    in_year(year).filter(|end| *end >= received).or_else(|| in_year(year + 1))
}

/// "ay sonuna kadar", "Mart sonuna": the end stands behind.
fn turkish(text: &Text, first: usize, meaning: &Meaning, received: Date) -> Option<Mention> {
    if !matches!(text.word(first + 1), "sonu" | "sonuna" | "sonunda" | "sonundan") {
        return None;
    }
    match (meaning.month, meaning.unit) {
        (Some(month), _) => {
            let date = end_of_month(u32::try_from(month).ok()?, None, received)?;
            Some(found(date, Rule::EndOfMonth, first, first + 1))
        }
        (None, Some(unit)) => {
            let (date, rule) = part(received, Edge::End, unit, 0)?;
            Some(found(date, rule, first, first + 1))
        }
        _ => None,
    }
}

/// KW 12, 12. KW, Kalenderwoche 12: its Friday after "bis" and "Ende", else its Monday, on which what happens
/// in that week may begin.
fn calendar_week(text: &Text, first: usize, edge: Option<Edge>, received: Date) -> Option<Mention> {
    let is_week = |i| lexicon::meaning(text, i).unit == Some(Unit::CalendarWeek);
    let (week, mut last) = if is_week(first) {
        (text.number(first + 1)?, first + 1)
    } else {
        let name = first + 1 + usize::from(text.is_mark(first + 1, '.'));
        (text.number(first).filter(|_| is_week(name))?, name)
    };
    let until = text.before(first, 3).any(|i| matches!(text.word(i), "bis" | "spätestens" | "by"));
    let day = match edge {
        Some(Edge::End) => Weekday::Friday,
        Some(Edge::Middle) => Weekday::Wednesday,
        None if until => Weekday::Friday,
        Some(Edge::Begin) | None => Weekday::Monday,
    };
    let week = i8::try_from(week).ok()?;
    let in_year = |year: i16| ISOWeekDate::new(year, week, day).ok().map(ISOWeekDate::date);
    let stated =
        text.number(last + 2).filter(|year| text.is_mark(last + 1, '/') && (2000..2100).contains(year));
    if let Some(year) = stated {
        last += 2;
        return Some(found(in_year(i16::try_from(year).ok()?)?, Rule::CalendarWeek, first, last));
    }
    // A week that began a few weeks ago is over; nobody means the next year's.
    let year = received.iso_week_date().year();
    let date = [year - 1, year, year + 1]
        .into_iter()
        .filter_map(in_year)
        .find(|date| (*date - received).get_days() >= -42)?;
    Some(found(date, Rule::CalendarWeek, first, last))
}

/// "am Tag vor Karfreitag", "am Vortag des 3. April".
fn day_before(text: &Text, first: usize, moment: Moment<'_>) -> Option<Mention> {
    let next = match (text.word(first), text.word(first + 1)) {
        ("tag", "vor") => first + 2 + usize::from(matches!(text.word(first + 2), "dem" | "der")),
        ("vortag", "des" | "der" | "von") => first + 2,
        _ => return None,
    };
    let day = anchor(text, next, moment)?;
    Some(found(day.date.yesterday().ok()?, day.rule, first, day.last))
}

/// noch diese Woche, noch in diesem Monat: its end, a week's on Friday; "diese Woche noch".
fn this(text: &Text, first: usize, received: Date) -> Option<Mention> {
    if text.word(first) != "noch" {
        return None;
    }
    let this = first + 1 + usize::from(text.word(first + 1) == "in");
    if !matches!(text.word(this), "diese" | "dieser" | "diesen" | "diesem" | "dieses") {
        return None;
    }
    let unit = lexicon::meaning(text, this + 1)
        .unit
        .filter(|unit| matches!(unit, Unit::Week | Unit::Month | Unit::Year))?;
    let (date, rule) = part(received, Edge::End, unit, 0)?;
    // "noch diese Woche Freitag" is a weekday.
    let weekday = lexicon::weekday(text, this + 2);
    let date = weekday.map_or(date, |day| {
        if date >= received { in_week(received, 0, day) } else { strictly_next(received, day) }
    });
    Some(found(date, rule, first, this + 1))
}
