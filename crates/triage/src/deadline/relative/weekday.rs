//! Freitag, kommenden Donnerstag, nächste Woche Dienstag, Montag in einer Woche, bis Fr.

use jiff::ToSpan as _;
use jiff::civil::{Date, Weekday};

use super::{found, in_week, period, strictly_next};
use crate::deadline::lexicon::{self, Meaning, Unit};
use crate::deadline::mention::{Mention, Rule};
use crate::text::Text;

/// The weekday that begins with the token at `first`, if one does.
pub(super) fn mention(text: &Text, first: usize, meaning: &Meaning, received: Date) -> Option<Mention> {
    let (day, named) = name(text, first, meaning)?;
    if text.is_mark(named + 1, '-') && text.is_glued(named + 1) && text.is_glued(named + 2) {
        return None;
    }
    let next = lexicon::meaning(text, named + 1);
    let before = lexicon::meaning_before(text, first, 1);
    if before.over || next.over {
        return None;
    }
    let on = |date, last| Some(found(date, Rule::Weekday, first, last));
    if let Some((later, last)) = week_after(text, named) {
        return on(in_week(received, later, day), last);
    }
    if let Some(later) = week_before(text, first) {
        return on(in_week(received, later, day), named);
    }
    let mut date = strictly_next(received, day);
    if text.word_before(first, 1).starts_with("übernächst") {
        date = date.saturating_add(1.week());
    }
    // "today" beside its weekday: "am heutigen Dienstag"
    if text.word_before(first, 1).starts_with("heutige") {
        date = received;
    }
    if text.word(named + 1) == "week" && text.word_before(first, 1) != "next" {
        return on(date.saturating_add(1.week()), named + 1);
    }
    match period::later_by(text, named + 1, date) {
        Some((date, last)) => on(date, last),
        None => on(date, named),
    }
}

/// The weekday, and the last token of its name.
fn name(text: &Text, first: usize, meaning: &Meaning) -> Option<(Weekday, usize)> {
    if let Some(day) = meaning.weekday {
        return Some((day, first));
    }
    if !meaning.begins {
        return lexicon::weekday(text, first).map(|day| (day, first));
    }
    match text.word(first) {
        "thứ" if text.word_before(first, 1) != "lần" => {
            Some((vietnamese(text.word(first + 1))?, first + 1))
        }
        // The apostrophe is a mark of its own.
        "п" if matches!(text.word(first + 1), "'" | "’" | "ʼ" | "`") => {
            Some((lexicon::weekday(text, first + 2)?, first + 2))
        }
        word => Some((abbreviated(text, first, word)?, first)),
    }
}

fn vietnamese(word: &str) -> Option<Weekday> {
    Some(match word {
        "hai" => Weekday::Monday,
        "ba" => Weekday::Tuesday,
        "tư" => Weekday::Wednesday,
        "năm" => Weekday::Thursday,
        "sáu" => Weekday::Friday,
        "bảy" => Weekday::Saturday,
        _ => return None,
    })
}

/// "bis Fr.", "endet Mo."; not "Fr. Müller", "am So", "do you".
fn abbreviated(text: &Text, first: usize, word: &str) -> Option<Weekday> {
    let day = match word {
        "mo" => Weekday::Monday,
        "di" => Weekday::Tuesday,
        "mi" => Weekday::Wednesday,
        "do" => Weekday::Thursday,
        "fr" => Weekday::Friday,
        "sa" => Weekday::Saturday,
        "so" => Weekday::Sunday,
        _ => return None,
    };
    let announced = matches!(
        text.word_before(first, 1),
        "bis" | "am" | "zum" | "kommenden" | "nächsten" | "diesen" | "spätestens" | "endet" | "vor"
    );
    let dotted = text.is_mark(first + 1, '.') && text.is_glued(first + 1);
    let after = first + 1 + usize::from(dotted);
    let name = text.at(after).is_some_and(|t| t.is_word() && t.capital && !t.glued) && dotted;
    let closed =
        text.at(after).is_none_or(|t| !t.is_word() || dotted || t.sentence != text.tokens[first].sentence);
    let sure = text.tokens[first].capital && (word != "so" && word != "sa" || closed) || word == "fr";
    let titled =
        name && word == "fr" && text.at(after).is_some_and(|t| t.sentence == text.tokens[first].sentence);
    (announced && sure && !titled).then_some(day)
}

/// "… nächster Woche", "… der nächsten Woche", "… in der kommenden Woche", "… next week".
fn week_after(text: &Text, day: usize) -> Option<(i32, usize)> {
    let mut next = day + 1;
    next += usize::from(text.word(next) == "in" || text.word(next) == "of");
    let mut later = None;
    while next < day + 5 {
        match lexicon::meaning(text, next) {
            Meaning { later: Some(more), .. } => later = Some(later.unwrap_or(0).max(*more)),
            Meaning { unit: Some(Unit::Week), .. } => return Some((later?, next)),
            _ => return None,
        }
        next += 1;
    }
    None
}

/// "nächste Woche (am) …"
fn week_before(text: &Text, day: usize) -> Option<i32> {
    let back = 1 + usize::from(text.word_before(day, 1) == "am" || text.word_before(day, 1) == ",");
    if lexicon::meaning_before(text, day, back).unit != Some(Unit::Week) {
        return None;
    }
    lexicon::meaning_before(text, day, back + 1).later
}
