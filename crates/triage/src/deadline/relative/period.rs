//! Lengths of time that run from receipt: "binnen zwei Wochen", "in 48 Stunden", "14 Tage ab heute", and those
//! that run back from a day: "zwei Tage vor Heiligabend".

use jiff::civil::{Date, Weekday};
use jiff::{Span, ToSpan as _};

use super::{anchor, found};
use crate::deadline::lexicon::{self, Meaning, Opener, Unit};
use crate::deadline::mention::{Mention, Moment, Rule};
use crate::text::Text;

/// A number of units, and the last token of both.
#[derive(Clone, Copy, Debug)]
struct Length {
    count: u32,
    unit: Unit,
    last: usize,
}

/// The period that begins with the token at `first`, if one does.
pub(super) fn mention(text: &Text, first: usize, meaning: &Meaning, moment: Moment<'_>) -> Option<Mention> {
    if let Some(length) = opened(text, first, meaning) {
        let date = after(moment, length)?;
        let last = length.last + from_today(text, length.last);
        return Some(found(date, Rule::Period, first, last));
    }
    if let Some((unit, 1)) = meaning.unit.zip(meaning.alone)
        && text.word(first).ends_with("frist")
    {
        let length = Length { count: 1, unit, last: first };
        return Some(found(after(moment, length)?, Rule::Period, first, first));
    }
    let length = counted(text, first, meaning)?;
    if text.word(length.last + 1) == "vor" || text.word(length.last + 1) == "before" {
        return before_a_day(text, first, length, moment);
    }
    if text.word_before(first, 1) == "vor" || !said_to_run(text, first, length) {
        return None;
    }
    let last = length.last + from_today(text, length.last);
    Some(found(after(moment, length)?, Rule::Period, first, last))
}

/// How many of the next words say "ab heute".
fn from_today(text: &Text, last: usize) -> usize {
    match (text.word(last + 1), text.word(last + 2)) {
        ("ab", "heute") | ("from", "today" | "now") => 2,
        _ => 0,
    }
}

/// A length of time behind a word that opens it: "binnen", "innerhalb einer Frist von", "in".
fn opened(text: &Text, first: usize, meaning: &Meaning) -> Option<Length> {
    let word = text.word(first);
    let opener = match meaning.opener {
        Some(opener) => opener,
        None if opens_as_frist(text, first, word) => Opener::Strong,
        None => return None,
    };
    let mut next = first + 1 + usize::from(text.is_mark(first + 1, ':'));
    let most = next + if opener == Opener::Strong { 5 } else { 4 };
    while next < most {
        let here = lexicon::meaning(text, next);
        let frist = here.number.is_some() && text.word(next + 1) == "frist";
        let elided = matches!(text.word(next), "'" | "’") || word == "într" && text.is_mark(next, '-');
        if frist {
            next += 2;
        } else if text.number(next).is_none() && here.number.is_none() && (here.filler || elided) {
            next += 1;
        } else {
            break;
        }
    }
    let here = lexicon::meaning(text, next);
    let singular = opener == Opener::Strong || matches!(word, "za" | "через");
    if let Some((unit, alone)) = here.unit.zip(here.alone)
        && singular
    {
        return Some(Length { count: alone, unit, last: next });
    }
    // "in den nächsten Wochen" names no number.
    counted(text, next, here)
}

/// "Frist: 3 Wochen", "Äußerungsfrist ein Monat"; a notice period is nobody's deadline.
fn opens_as_frist(text: &Text, first: usize, word: &str) -> bool {
    let frist =
        word.ends_with("frist") && !word.starts_with("kündig") || matches!(word, "zahlungsziel" | "zahlbar");
    let after = first + 1;
    frist
        && (text.is_mark(after, ':')
            || text.number(after).is_some()
            || lexicon::meaning(text, after).number.is_some()
            || text.word(after) == "von")
}

/// "zwei Wochen", "zwei (2) Wochen", "zwei bis drei Wochen", "5 working days", "einem halben Jahr"; the first of
/// a range. "14-tägig" stays out.
fn counted(text: &Text, first: usize, meaning: &Meaning) -> Option<Length> {
    let own = text.at(first)?;
    let count =
        if own.is_number() && !(own.glued && is_joined(text, first)) { own.value } else { meaning.number? };
    let mut next = first + 1;
    next += to_another(text, next);
    if text.is_mark(next, '(') && text.number(next + 1).is_some() && text.is_mark(next + 2, ')') {
        next += 3;
    }
    let mut working = false;
    match text.word(next) {
        "vollen" | "ganzen" | "weiteren" | "calendar" | "full" | "more" => next += 1,
        "working" | "business" => {
            working = true;
            next += 1;
        }
        "halben" if text.word(next + 1) == "jahr" || text.word(next + 1) == "jahres" => {
            return Some(Length { count: 6, unit: Unit::Month, last: next + 1 });
        }
        _ => {}
    }
    let named = lexicon::meaning(text, next);
    let mut unit = named.unit?;
    working |= matches!(
        text.word(next + 1),
        "ouvrables" | "ouvrés" | "roboczych" | "робочих" | "рабочих" | "hábiles"
    );
    if working && unit == Unit::Day {
        unit = Unit::Workday;
    }
    // A fortnight is two weeks.
    let count = count.saturating_mul(named.alone.unwrap_or(1));
    Some(Length { count, unit, last: next })
}

/// A number that belongs to the word or number before it.
fn is_joined(text: &Text, first: usize) -> bool {
    first.checked_sub(1).is_some_and(|before| text.tokens[before].kind != crate::text::Kind::Mark('('))
}

/// How many tokens lead to the second number of "zwei bis drei", "2-3", "zwei, drei".
fn to_another(text: &Text, next: usize) -> usize {
    let joins = matches!(text.word(next), "bis" | "oder" | "-" | "–" | "," | "to" | "or");
    let number = text.number(next + 1).is_some() || lexicon::meaning(text, next + 1).number.is_some();
    if joins && number { 2 } else { 0 }
}

/// Whether the words around a bare length say that it runs from now: "14 Tage ab Erhalt", "noch 3 Tage Zeit",
/// "14 Tage netto", "iki hafta içinde".
fn said_to_run(text: &Text, first: usize, length: Length) -> bool {
    let next = length.last + 1;
    if text.word(next) == "from" && matches!(text.word(next + 1), "today" | "now") {
        return true;
    }
    let begins_at = matches!(text.word(next), "ab" | "nach")
        && matches!(
            text.word(next + 1),
            "heute"
                | "erhalt"
                | "eingang"
                | "zugang"
                | "rechnungsdatum"
                | "zustellung"
                | "rechnungserhalt"
                | "dato"
        );
    match text.word(next) {
        "frist" | "notiert" | "netto" | "içinde" | "sonra" | "ziel" => return true,
        "zeit" if matches!(text.word_before(first, 1), "noch" | "frist" | "nur") => return true,
        _ => {}
    }
    begins_at || is_granted(text, first, length)
}

/// "Sie haben einen Monat Zeit", "geben mir zwei Wochen", "Die Frist beträgt 14 Tage"; not one day of many.
fn is_granted(text: &Text, first: usize, length: Length) -> bool {
    let long = length.count > 1 && length.count < 100 || !matches!(length.unit, Unit::Hour | Unit::Day);
    let mut around = text.before(first, 10).chain(text.after(length.last, 4)).map(|i| text.word(i));
    let over = lexicon::meaning_before(text, first, 1).over
        || lexicon::meaning_before(text, first, 2).over
        || matches!(text.word_before(first, 1), "nach" | "alle" | "für" | "um" | "mit" | "pro");
    let is_time = text.word(length.last + 1) == "zeit";
    long && !over
        && around.any(|word| match word {
            "geben" | "gebe" | "gegeben" | "eingeräumt" | "vorgesehen" | "gewährt" | "gesetzt" | "frist" => {
                true
            }
            "haben" | "hat" | "habe" | "hätten" | "bleiben" | "bleibt" => is_time,
            _ => false,
        })
}

/// "einen Tag vor Heiligabend", "zwei Wochen vor dem 12. Mai".
fn before_a_day(text: &Text, first: usize, length: Length, moment: Moment<'_>) -> Option<Mention> {
    let mut next = length.last + 2;
    next += usize::from(matches!(text.word(next), "dem" | "den" | "der" | "the"));
    let day = anchor(text, next, moment)?;
    let date = day.date.checked_sub(span(length)?).ok()?;
    Some(found(date, day.rule, first, day.last))
}

/// "heute in zwei Wochen", "Freitag in 8 Tagen": the day so much later, and the last token that says so.
pub(super) fn later_by(text: &Text, next: usize, day: Date) -> Option<(Date, usize)> {
    if !matches!(text.word(next), "in" | "über") {
        return None;
    }
    let mut length = counted(text, next + 1, lexicon::meaning(text, next + 1))?;
    // Eight days are a week, fifteen are two, where people count both ends.
    if length.unit == Unit::Day && matches!(length.count, 8 | 15) {
        length.count -= 1;
    }
    Some((day.checked_add(span(length)?).ok()?, length.last))
}

/// The day on which a period ends that runs from receipt (§ 187 I, § 188 BGB); hours run from its hour.
fn after(moment: Moment<'_>, length: Length) -> Option<Date> {
    let day = moment.received;
    match length.unit {
        Unit::Hour => {
            let hours = i64::from(length.count.min(3000)).hours();
            Some(day.to_datetime(moment.time).checked_add(hours).ok()?.date())
        }
        Unit::Workday => working_days_after(day, i64::from(length.count)),
        // "acht Tage" and "quinze jours" are a week and two to some; the longer reading keeps within neither.
        _ => day.checked_add(span(length)?).ok(),
    }
}

/// The length in days, weeks, months or years; hours and working days have no fixed one.
fn span(length: Length) -> Option<Span> {
    let count = i64::from(length.count.min(3000));
    Some(match length.unit {
        Unit::Hour | Unit::Workday | Unit::CalendarWeek => return None,
        Unit::Day => count.days(),
        Unit::Week => count.weeks(),
        Unit::Month => count.min(240).months(),
        Unit::Quarter => (3 * count.min(80)).months(),
        Unit::Year => count.min(20).years(),
    })
}

/// Monday to Friday only; the Land's holidays belong to the statutory shift, which is shown beside.
fn working_days_after(day: Date, count: i64) -> Option<Date> {
    let mut date = day;
    let mut left = count.min(60);
    while left > 0 {
        date = date.tomorrow().ok()?;
        left -= i64::from(!matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday));
    }
    Some(date)
}
