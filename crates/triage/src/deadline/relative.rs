//! Days that only make sense from the day of receipt: today, weekdays, periods, ends of weeks and months.

mod edge;
mod feast;
pub(super) mod hour;
mod period;
mod weekday;

use jiff::ToSpan as _;
use jiff::civil::{Date, Weekday};

use super::lexicon::{self, Meaning};
use super::mention::{Mention, Moment, Rule};
use super::numeric;
use crate::text::Text;

/// The day that begins with the token at `first`, if one does; `meaning` is that of its word.
pub(super) fn mention(text: &Text, first: usize, meaning: &Meaning, moment: Moment<'_>) -> Option<Mention> {
    let received = moment.received;
    near(text, first, meaning, moment)
        .or_else(|| edge::mention(text, first, meaning, moment))
        .or_else(|| period::mention(text, first, meaning, moment))
        .or_else(|| weekday::mention(text, first, meaning, received))
        .or_else(|| feast::mention(text, first, meaning, received))
}

fn found(date: Date, rule: Rule, first: usize, last: usize) -> Mention {
    Mention { date, rule, first, last }
}

/// heute, morgen, übermorgen, "am morgigen Tag", "bis Dienstschluss"; not "heute früh" and "seit heute", which
/// are over when the mail arrives.
fn near(text: &Text, first: usize, meaning: &Meaning, moment: Moment<'_>) -> Option<Mention> {
    let (days, last) = days_ahead(text, first, meaning, moment.language)?;
    let rule = match days {
        0 => Rule::Today,
        1 => Rule::Tomorrow,
        2 => Rule::DayAfterTomorrow,
        _ => Rule::Period,
    };
    let day = moment.received.checked_add(days.days()).ok()?;
    match period::later_by(text, last + 1, day) {
        Some((day, last)) => Some(found(day, Rule::Period, first, last)),
        None => Some(found(day, rule, first, last)),
    }
}

/// How many days ahead, and the last token that says so.
fn days_ahead(text: &Text, first: usize, meaning: &Meaning, language: &str) -> Option<(i32, usize)> {
    let word = text.word(first);
    if meaning.begins {
        let phrase = lexicon::phrases()
            .iter()
            .find(|(words, _)| words.iter().enumerate().all(|(i, part)| text.word(first + i) == *part));
        if let Some((words, days)) = phrase {
            return Some((*days, first + words.len() - 1));
        }
    }
    match word {
        "heutigen" | "heutiger" | "morgigen" | "morgiger" => {
            let named = matches!(text.word(first + 1), "tag" | "tage" | "tages" | "abend")
                || lexicon::weekday(text, first + 1).is_some();
            return named.then_some((i32::from(word.starts_with("morgig")), first + 1));
        }
        "dienstschluss" | "büroschluss" => return closes_today(text, first).then_some((0, first)),
        _ => {}
    }
    let days = meaning.near?;
    let german = language == "de" || language == "nl";
    let over = matches!(text.word(first + 1), "früh" | "morgen" | "vormittag") && word.starts_with("heut")
        || text.word_before(first, 1) == "seit";
    let morning = match word {
        "morgen" => !german || !is_tomorrow(text, first),
        "mañana" => matches!(text.word_before(first, 1), "la" | "de"),
        _ => false,
    };
    (!over && !morning).then_some((days, first))
}

/// "bis Dienstschluss" without another day beside it.
fn closes_today(text: &Text, first: usize) -> bool {
    let until = matches!(text.word_before(first, 1), "bis" | "zum" | "vor" | "spätestens");
    let other = |i: usize| {
        text.number(i).is_some()
            || lexicon::weekday(text, i).is_some()
            || lexicon::meaning(text, i).near.is_some()
    };
    until && !text.before(first, 5).chain(text.after(first, 4)).any(other)
}

/// "morgen" the day, not "Guten Morgen", "heute Morgen", "jeden Morgen", "am Morgen".
#[rustfmt::skip]
fn is_tomorrow(text: &Text, first: usize) -> bool {
    let begins = first == 0 || text.tokens[first - 1].sentence != text.tokens[first].sentence;
    let noon = [
        "guten", "schönen", "heute", "jeden", "am", "gestern", "diesen", "der", "den", "nächsten", "dem",
        "einen", "goede", "guter", "moin", "n",
    ]
    .contains(&text.word_before(first, 1));
    let named = lexicon::weekday(text, first + 2).is_some();
    let greeting = text.tokens[first].capital
        && begins
        && (text.is_mark(first + 1, ',') && !named
            || matches!(text.word(first + 1), "zusammen" | "allerseits" | "liebe" | "lieber" | "herr" | "frau"));
    !noon && !greeting && (!text.tokens[first].capital || begins)
}

fn strictly_next(received: Date, day: Weekday) -> Date {
    received.nth_weekday(1, day).unwrap_or(received)
}

fn this_or_next(received: Date, day: Weekday) -> Date {
    if received.weekday() == day { received } else { strictly_next(received, day) }
}

/// That weekday of the week `later` weeks after the one of receipt, weeks beginning on Monday.
fn in_week(received: Date, later: i32, day: Weekday) -> Date {
    let back = i32::from(received.weekday().to_monday_zero_offset());
    let ahead = later.clamp(0, 60) * 7 + i32::from(day.to_monday_zero_offset());
    received.saturating_add((ahead - back).days())
}

/// A day written out at `first`, as the one that something else is counted from.
fn anchor(text: &Text, first: usize, moment: Moment<'_>) -> Option<Mention> {
    let meaning = lexicon::meaning(text, first);
    numeric::mention(text, first, moment)
        .or_else(|| weekday::mention(text, first, meaning, moment.received))
        .or_else(|| feast::mention(text, first, meaning, moment.received))
}
