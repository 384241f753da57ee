//! When the decision that is objected to was made known: what the mail says of its date, and the fiction of
//! delivery by post.

use jiff::ToSpan as _;
use jiff::civil::{Date, DateTime, date};

use super::matter::Matter;
use super::settings::Periods;
use crate::Calendar;
use crate::deadline;
use crate::text::Text;

/// What a mail says of the decision's way to its addressee.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Notice {
    /// The date of the decision, taken for the day of posting.
    pub posted: Option<Date>,
    /// The day on which it arrived.
    pub arrived: Option<Date>,
    /// The day on which it was formally served: then the fiction of posting has no say.
    pub served: Option<Date>,
}

/// How the day of notice was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Means {
    /// The mail says when the decision arrived.
    Arrival,
    /// So many days after posting; moved to the next working day or not.
    Fiction { days: u8, moved: bool },
}

/// From this day of posting on the fourth day counts, before it the third (`PostModG`).
const FOURTH_DAY_SINCE: Date = date(2025, 1, 1);

/// More dates than any letter names.
const MOST: usize = 60;

impl Notice {
    /// Reads the dates of decisions that are not after the mail itself.
    pub fn read(text: &Text, received: DateTime, language: &str) -> Self {
        let mut notice = Self::default();
        let numbers = (0..text.tokens.len()).filter(|index| text.number(*index).is_some());
        for index in numbers.filter(|index| is_introduced(text, *index)).take(MOST) {
            let Some(day) = past_day(text, index, received, language) else { continue };
            if dates_a_decision(text, index) {
                notice.posted = notice.posted.max(Some(day));
            } else if is_near(text, index, &SERVED) {
                notice.served = notice.served.max(Some(day));
            } else if dates_an_arrival(text, index) {
                notice.arrived = notice.arrived.max(Some(day));
            }
        }
        notice
    }

    /// The day from which the period runs: the fiction's, or that of a later arrival (§ 41 II 3 VwVfG).
    pub fn given(self, matter: Matter, periods: &Periods, calendar: Calendar) -> Option<(Date, Means)> {
        if let Some(served) = self.served {
            return Some((served, Means::Arrival));
        }
        // A fine is served, so its date alone tells nothing (§ 51 `OWiG`).
        let posted = self.posted.filter(|_| matter != Matter::Fine);
        let fiction = posted.map(|posted| deemed(posted, matter, periods, calendar));
        match (fiction, self.arrived) {
            (Some((day, _)), Some(arrived)) if arrived > day => Some((arrived, Means::Arrival)),
            (Some(fiction), _) => Some(fiction),
            (None, arrived) => arrived.map(|day| (day, Means::Arrival)),
        }
    }
}

/// When what was posted counts as received. Under the AO that day moves to the next working day (§ 108 III AO,
/// BFH IX R 68/98); under VwVfG and SGB X it does not (BSG B 14 AS 12/09 R).
fn deemed(posted: Date, matter: Matter, periods: &Periods, calendar: Calendar) -> (Date, Means) {
    let fiscal = matches!(matter, Matter::Tax | Matter::LocalTax);
    let days = match matter {
        _ if posted < FOURTH_DAY_SINCE => 3,
        Matter::General => periods.delivery_days(),
        _ => 4,
    };
    let day = posted.saturating_add(i64::from(days).days());
    let counted = if fiscal { calendar.next_working_day(day) } else { day };
    (counted, Means::Fiction { days, moved: counted != day })
}

/// The last such day not after the mail itself; a year that was written stands.
fn past_day(text: &Text, index: usize, received: DateTime, language: &str) -> Option<Date> {
    let mention = deadline::day_at(text, index, received, language)?;
    let today = received.date();
    let has_year = (index..=mention.last).any(|at| text.number(at).is_some_and(|number| number > 1900));
    let back = if mention.rule.name() == "day-of-month" { 1.month() } else { 1.year() };
    let day =
        if mention.date > today && !has_year { mention.date.saturating_sub(back) } else { mention.date };
    (day <= today).then_some(day)
}

/// "vom 3.3.", "am 3. März", "v. 3.3.", "zugestellt 3.3.".
fn is_introduced(text: &Text, index: usize) -> bool {
    let before = text.word_before(index, 1);
    let dotted = before == "." && text.word_before(index, 2) == "v";
    dotted
        || matches!(before, "vom" | "am" | "den" | "dem" | "dated" | "of" | "on" | "von" | ":")
        || before.starts_with("zugestellt")
        || before == ","
}

/// How far before its date a decision may be named: "Bescheid (Az. 12-345/26, Amt 50) vom …".
const REACH: usize = 14;

/// Whether the last paper that is named before the date is a decision.
fn dates_a_decision(text: &Text, index: usize) -> bool {
    let word = text.word_before(index, 1);
    let by = matches!(word, "vom" | "von" | "dated" | "of" | ".")
        || word == "dem" && text.word_before(index, 2) == "vom";
    by && text.before(index, REACH).find_map(|near| paper(text.word(near))).unwrap_or(false)
}

/// Whether a word is a decision (`true`) or another paper (`false`).
#[rustfmt::skip]
fn paper(word: &str) -> Option<bool> {
    const DECISIONS: [&str; 8] =
        ["bescheid", "bescheides", "bescheids", "bescheide", "verfügung", "ablehnung", "festsetzung", "anordnung"];
    const OTHERS: [&str; 12] = [
        "antrag", "antrags", "widerspruch", "einspruch", "mail", "e-mail", "anfrage", "anhörung", "telefonat",
        "gespräch", "rechnung", "vertrag",
    ];
    if DECISIONS.iter().any(|decision| word.ends_with(decision)) || matches!(word, "decision" | "notice") {
        Some(true)
    } else if OTHERS.contains(&word) {
        Some(false)
    } else {
        None
    }
}

/// Words of formal service.
const SERVED: [&str; 5] = ["zugestellt", "zugestellte", "zugestellten", "zugestellter", "zustellung"];

/// Words of arrival.
const ARRIVED: [&str; 8] = [
    "zugegangen",
    "zugegangenen",
    "erhalten",
    "erhielt",
    "bekommen",
    "received",
    "bekanntgegeben",
    "eingegangen",
];

/// "Bescheid, erhalten am 3.3.": a decision must be named beside it.
fn dates_an_arrival(text: &Text, index: usize) -> bool {
    let mut around = text.before(index, REACH).chain(text.after(index, REACH));
    is_near(text, index, &ARRIVED)
        && around.any(|near| paper(text.word(near)) == Some(true))
        && !is_near(text, index, &["antrag", "geld", "zahlung", "antwort"])
}

/// Whether one of `words` stands near the day, in its sentence.
fn is_near(text: &Text, index: usize, words: &[&str]) -> bool {
    text.before(index, 6).chain(text.after(index, 9)).any(|near| words.contains(&text.word(near)))
}
