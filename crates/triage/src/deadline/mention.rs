//! Every day that a text mentions, by whatever notation.
//!
//! ```text
//! tokens ─▶ numeric ("15.12.", "2026-02-01", "5 March")
//!        ─▶ relative ("übermorgen", "bis Freitag", "binnen zwei Wochen", "Ende des Monats")
//! ```
//!
//! Which of them is a deadline is decided elsewhere ([`super::cues`]).

use jiff::civil::{Date, Time};

use super::lexicon;
use super::{numeric, relative};
use crate::text::{Kind, Text};

/// How a day was written: the stable names of [`domain::Deadline::rule`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rule {
    /// Day and month, in any notation.
    Date,
    /// Only the day of the month: "am 26.".
    DayOfMonth,
    Weekday,
    Today,
    Tomorrow,
    DayAfterTomorrow,
    /// A length of time that runs from receipt.
    Period,
    EndOfWeek,
    EndOfMonth,
    EndOfYear,
    CalendarWeek,
    /// A day with a name: "Heiligabend".
    Feast,
}

impl Rule {
    /// The stable name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Date => "date",
            Self::DayOfMonth => "day-of-month",
            Self::Weekday => "weekday",
            Self::Today => "today",
            Self::Tomorrow => "tomorrow",
            Self::DayAfterTomorrow => "day-after-tomorrow",
            Self::Period => "period",
            Self::EndOfWeek => "end-of-week",
            Self::EndOfMonth => "end-of-month",
            Self::EndOfYear => "end-of-year",
            Self::CalendarWeek => "calendar-week",
            Self::Feast => "feast",
        }
    }
}

/// A day that the text mentions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Mention {
    pub date: Date,
    pub rule: Rule,
    /// Index of its first token.
    pub first: usize,
    /// Index of its last token.
    pub last: usize,
}

/// What the meaning of a notation depends on beside the text.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Moment<'a> {
    /// The day of receipt in Europe/Berlin.
    pub received: Date,
    /// The hour of receipt there.
    pub time: Time,
    /// ISO 639-1 code of the text's language.
    pub language: &'a str,
}

/// More days than any letter names: calendars and tables set no deadlines worth their cost.
const MOST: usize = 500;

/// Every mention in the order of the text, without overlaps.
pub(crate) fn mentions(text: &Text, moment: Moment<'_>) -> Vec<Mention> {
    let mut found = Vec::new();
    let mut index = 0;
    while index < text.tokens.len() && found.len() < MOST {
        let mention = begins_at(text, index, moment);
        index = mention.map_or(index, |m: Mention| m.last) + 1;
        if let Some(mention) = mention {
            push(&mut found, mention);
        }
    }
    if found.iter().all(|mention| mention.date < moment.received) {
        found.extend(relative::hour::mention(text, moment));
        found.sort_by_key(|mention| mention.first);
    }
    found
}

/// The mention that begins with the token at `index`; most words begin none, and one look shows it.
fn begins_at(text: &Text, index: usize, moment: Moment<'_>) -> Option<Mention> {
    let token = text.at(index)?;
    let meaning = lexicon::meaning(text, index);
    match token.kind {
        Kind::Mark(_) => return None,
        Kind::Number => {}
        Kind::Word => {
            if !meaning.opens && !may_begin_by_its_ending(text.word(index)) {
                return None;
            }
        }
    }
    numeric::mention(text, index, moment).or_else(|| relative::mention(text, index, meaning, moment))
}

/// "Äußerungsfrist", "Märzende", "montagabend".
fn may_begin_by_its_ending(word: &str) -> bool {
    word.ends_with("frist") || word.ends_with("ende") || lexicon::without_daytime(word).is_some()
}

/// Adds a mention; "Freitag, den 26.7." is one day written twice, and the date says it better.
fn push(found: &mut Vec<Mention>, mention: Mention) {
    // "am 30. (Montag)": the weekday only repeats the day.
    if let Some(before) = found.last_mut()
        && mention.rule == Rule::Weekday
        && matches!(before.rule, Rule::Date | Rule::DayOfMonth)
        && before.date.weekday() == mention.date.weekday()
        && mention.first - before.last <= 2
    {
        before.last = mention.last;
        return;
    }
    let named = found.last().filter(|before| {
        let names_day =
            matches!(before.rule, Rule::Weekday | Rule::Tomorrow | Rule::Today | Rule::DayAfterTomorrow);
        let dated = matches!(mention.rule, Rule::Date | Rule::DayOfMonth)
            || (mention.rule == Rule::Weekday && before.rule != Rule::Weekday);
        names_day && dated && mention.first - before.last <= 3
    });
    match named.copied() {
        // "morgen, Donnerstag": the nearer word is the surer one.
        Some(before) if mention.rule == Rule::Weekday => {
            found.pop();
            found.push(Mention { last: mention.last, ..before });
        }
        Some(before) => {
            found.pop();
            found.push(Mention { first: before.first, ..mention });
        }
        None => found.push(mention),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::DateTime;

    /// Language, hour of receipt, the day meant (or "null"), phrase.
    const PHRASES: &str = include_str!("../../tests/phrases.tsv");

    fn in_sentences(language: &str, phrase: &str) -> Vec<String> {
        let frames: &[&str] = match language {
            "de" => &["Bitte antworten Sie uns {}", "Bitte antworten Sie uns {} schriftlich."],
            "tr" => &["Lütfen {} cevap verin."],
            _ => &["Please answer {}", "Please answer {} ok."],
        };
        frames.iter().map(|frame| frame.replace("{}", phrase)).collect()
    }

    fn dates(text: &str, language: &str, received: DateTime) -> Vec<Date> {
        let moment = Moment { received: received.date(), time: received.time(), language };
        mentions(&Text::new("", text), moment).into_iter().map(|mention| mention.date).collect()
    }

    #[test]
    fn every_phrase_names_its_day() {
        let mut wrong = Vec::new();
        let mut count = 0;
        for line in PHRASES.lines() {
            let [language, received, expected, phrase] = line.split('\t').collect::<Vec<_>>()[..] else {
                panic!("{line}")
            };
            for sentence in in_sentences(language, phrase) {
                count += 1;
                let found = dates(&sentence, language, received.parse().unwrap());
                let right = match expected {
                    "null" => found.is_empty(),
                    day => found.first() == Some(&day.parse().unwrap()),
                };
                if !right {
                    wrong.push(format!("{language} {received} {sentence}: {found:?}, not {expected}"));
                }
            }
        }
        assert!(wrong.is_empty(), "{} of {count} wrong:\n{}", wrong.len(), wrong.join("\n"));
    }
}
