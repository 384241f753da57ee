//! The stated deadline where it ends on a day on which nobody works.

use domain::{Deadline, Period};

use super::settings::PeriodRule;
use super::wording;
use crate::House;

/// The next working day, where the end of a stated *period* falls on none. A fixed appointment stays where
/// it is (§ 31 V VwVfG).
pub(super) fn shifted(deadline: &Deadline, house: &House) -> Option<Period> {
    house.periods.of(PeriodRule::NaechsterWerktag)?;
    let until = house.calendar.next_working_day(deadline.date);
    if until == deadline.date || !is_period(deadline) {
        return None;
    }
    let why = wording::stated(deadline.date, until);
    Some(Period { rule: PeriodRule::NaechsterWerktag.name().to_owned(), until, why })
}

/// Words that make a day the end of a period.
const UNTIL: [&str; 10] =
    ["bis", "spätestens", "binnen", "innerhalb", "frist", "until", "by", "deadline", "within", "längstens"];

/// Beginnings of words that say that something is to be done by then. Others only tell how long something lasts.
#[rustfmt::skip]
const DEMANDS: [&str; 26] = [
    "bitte", "gebeten", "erbet", "antwort", "rückmeld", "rückäuß", "stellungnahme", "erledigung", "frist",
    "monatsfrist", "einreich", "einzureichen", "vorlage", "vorleg", "vorzulegen", "vorzuleg", "mitteil", "mitzuteil",
    "zahl", "überweis", "freigabe", "nachreich", "abzurufen", "abgeben", "reply", "please",
];

/// Beginnings of words by which a day is an appointment, an expiry or the end of a stock: none of them moves.
#[rustfmt::skip]
const FIXED: [&str; 33] = [
    "uhr", "termin", "verhandlung", "operation", "operiert", "flug", "flieg", "reise", "reisen", "hochzeit", "trauung",
    "beerdigung", "bestatt", "umzug", "räum", "sitzung", "prüfung", "fest", "markt", "konzert", "geburt", "gilt",
    "gültig", "geltet", "reicht", "leer", "läuft", "befristet", "ausweis", "aufenthaltserlaubnis", "insulin",
    "strom", "aussetz",
];

fn is_period(deadline: &Deadline) -> bool {
    let phrase = deadline.phrase.to_lowercase();
    let words: Vec<&str> =
        phrase.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let begins = |known: &[&str]| words.iter().any(|word| known.iter().any(|begin| word.starts_with(begin)));
    let counted = deadline.rule == "period" || deadline.rule == "working-days";
    (counted || ends(&words)) && begins(&DEMANDS) && !begins(&FIXED)
}

/// "bis 14.3."; but "3. bis 10. August" is a stretch of days.
fn ends(words: &[&str]) -> bool {
    let is_number = |word: &&str| word.chars().all(|c| c.is_ascii_digit());
    let stretch = |at: usize| at.checked_sub(1).and_then(|before| words.get(before)).is_some_and(is_number);
    words.iter().enumerate().any(|(at, word)| UNTIL.contains(word) && !(*word == "bis" && stretch(at)))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::Land;

    fn moved(rule: &str, phrase: &str) -> Option<Period> {
        let deadline = Deadline {
            date: date(2026, 3, 14),
            rule: rule.to_owned(),
            phrase: phrase.to_owned(),
            weight: 1.0,
        };
        shifted(&deadline, &House::new(Land::NW))
    }

    /// § 31 III VwVfG moves the end of a period.
    #[test]
    fn a_stated_period_moves_to_the_next_working_day() {
        let period = moved("date", "Bitte antworten Sie bis zum 14.03.2026.").unwrap();
        assert_eq!(period.until, date(2026, 3, 16));
        assert_eq!(
            period.why,
            "Vorschlag: die genannte Frist erst am nächsten Werktag enden lassen, Mo, 16.03.2026; \
             § 31 Abs. 3 VwVfG; verschoben von Sa, 14.03."
        );
        assert!(moved("period", "Ihre Stellungnahme erwarte ich in zwei Wochen.").is_some());
    }

    /// § 31 V VwVfG leaves an appointment where it is, and nothing lasts longer because of a Sunday.
    #[test]
    fn appointments_expiries_and_stretches_of_days_stay() {
        for (rule, phrase) in [
            ("date", "Bitte beeilen Sie sich, am 14.03.2026 um 9 Uhr werde ich operiert"),
            ("date", "Bitte antworten Sie, mein Ausweis gilt nur bis zum 14.03.2026"),
            ("date", "Mein Insulin reicht bis zum 14.03.2026"),
            ("date", "Bitte genehmigen Sie das Zeltlager vom 10. bis 14. März"),
            ("weekday", "Wir fahren am Samstag"),
        ] {
            assert_eq!(moved(rule, phrase), None, "{phrase}");
        }
    }
}
