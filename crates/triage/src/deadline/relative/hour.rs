//! An hour without a day, in a mail that names no day to come: "um 11 Uhr hat meine Tochter ihre OP" is today.

use super::found;
use crate::deadline::lexicon;
use crate::deadline::mention::{Mention, Moment, Rule};
use crate::text::Text;

/// Farther ahead than this an hour is as likely one of opening or of yesterday.
const AHEAD: i32 = 9 * 60;

/// The first hour still to come on the day of receipt.
pub(in crate::deadline) fn mention(text: &Text, moment: Moment<'_>) -> Option<Mention> {
    (0..text.tokens.len()).find_map(|first| {
        let (minutes, last) = clock(text, first)?;
        let ahead = minutes - (i32::from(moment.time.hour()) * 60 + i32::from(moment.time.minute()));
        let soon = (1..=AHEAD).contains(&ahead) && !is_habit(text, first, last);
        soon.then(|| found(moment.received, Rule::Today, first, last))
    })
}

/// "14.30 Uhr", "um 9:15", "um 12 raus": minutes since midnight, and the last token.
fn clock(text: &Text, first: usize) -> Option<(i32, usize)> {
    let token = text.at(first)?;
    let hour = text.number(first).filter(|hour| *hour < 24 && token.len() <= 2 && !token.glued)?;
    let marked = text.is_mark(first + 1, ':') || text.is_mark(first + 1, '.');
    let minute = text.number(first + 2).filter(|minute| marked && *minute < 60 && text.is_glued(first + 2));
    let last = first + if minute.is_some() { 2 } else { 0 };
    let at = text.word_before(first, 1) == "um";
    let next = text.at(last + 1);
    let verb =
        next.is_some_and(|t| t.is_word() && !t.capital) && lexicon::meaning(text, last + 1).unit.is_none();
    let said =
        text.word(last + 1) == "uhr" || at && (minute.is_some() && text.is_mark(first + 1, ':') || verb);
    if !said {
        return None;
    }
    let minutes = hour.checked_mul(60)?.checked_add(minute.unwrap_or(0))?;
    Some((i32::try_from(minutes).ok()?, last))
}

/// Opening hours, what always happens, and what happened yesterday.
#[rustfmt::skip]
fn is_habit(text: &Text, first: usize, last: usize) -> bool {
    matches!(text.word_before(first, 1), "bis" | "von" | "und" | "–" | "-" | "ab" | "nach" | "vor" | "seit")
        || text.before(first, 12).chain(text.after(last, 8)).any(|i| {
            [
                "geöffnet", "öffnungszeiten", "sprechzeiten", "erreichbar", "täglich", "jeden", "jede", "immer",
                "gestern", "vorgestern", "letzte", "letzten", "war", "wurde", "waren", "nachts", "morgens",
                "abends", "werktags", "wochentags", "sonntags", "samstags", "montags", "freitags", "nachtruhe",
                "bin", "hatte", "stand", "kam",
            ]
            .contains(&text.word(i))
        })
}
