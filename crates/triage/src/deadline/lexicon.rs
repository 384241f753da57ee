//! What the words mean that people write about days: months, weekdays, numbers, units, feasts.
//!
//! The words themselves stand in [`words`]; here they become one table, read once, that answers quickly
//! what a word means. Most words of a mail mean nothing in it, and a look at length and first byte shows that.

mod words;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use jiff::civil::Weekday;

/// A unit in which periods are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unit {
    Hour,
    Day,
    /// Days on which people work: Monday to Friday.
    Workday,
    Week,
    Month,
    Quarter,
    Year,
    /// Numbered, not counted: "KW 12".
    CalendarWeek,
}

/// Which part of a week, month, quarter or year.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Edge {
    Begin,
    Middle,
    End,
}

/// A day with a name in the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Feast {
    /// Month and day.
    Fixed(i8, i8),
    /// Days after Easter Sunday.
    Easter(i32),
}

/// How surely a word opens a length of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Opener {
    /// "binnen"
    Strong,
    /// "in": only directly before a number.
    Weak,
}

/// All that a word can mean; most words mean one thing.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Meaning {
    pub month: Option<i8>,
    pub weekday: Option<Weekday>,
    pub number: Option<u32>,
    pub ordinal: Option<u32>,
    pub unit: Option<Unit>,
    /// So many units although no number stands before it: "tydzień", "أسبوعين".
    pub alone: Option<u32>,
    /// Days from receipt: "morgen".
    pub near: Option<i32>,
    pub feast: Option<Feast>,
    pub edge: Option<Edge>,
    /// An edge and its unit in one word: "Monatsende".
    pub compound: Option<(Edge, Unit)>,
    pub opener: Option<Opener>,
    /// May stand between an opener and the number.
    pub filler: bool,
    /// 0 "dieser", 1 "nächster", 2 "übernächster".
    pub later: Option<i32>,
    /// "letzter", "seit", "jeden": what follows is no day to come.
    pub over: bool,
    /// Begins a mention although it means nothing by itself: "Dienstschluss", "ngày" (mai).
    pub begins: bool,
}

struct Lexicon {
    words: BTreeMap<&'static str, Meaning>,
    /// By first byte: the lengths of the words that begin with it, as bits.
    lengths: [u64; 256],
}

static LEXICON: LazyLock<Lexicon> = LazyLock::new(Lexicon::read);

impl Lexicon {
    fn read() -> Self {
        let mut lexicon = Self { words: BTreeMap::new(), lengths: [0; 256] };
        for (month, names) in (1..).zip(words::MONTHS) {
            lexicon.add(names, |meaning| meaning.month = Some(month));
        }
        for (weekday, names) in words::WEEKDAYS {
            lexicon.add(names, |meaning| meaning.weekday = Some(*weekday));
        }
        for (number, names) in words::NUMBERS {
            lexicon.add(names, |meaning| meaning.number = Some(*number));
        }
        for (ordinal, name) in (1..).zip(words::ORDINALS) {
            lexicon.add(name, |meaning| meaning.ordinal = Some(ordinal));
        }
        for (unit, alone, names) in words::UNITS {
            lexicon.add(names, |meaning| {
                (meaning.unit, meaning.alone) = (Some(*unit), Some(*alone).filter(|alone| *alone > 0));
            });
        }
        for (days, names) in words::NEAR {
            lexicon.add(names, |meaning| meaning.near = Some(*days));
        }
        for (feast, names) in words::FEASTS {
            lexicon.add(names, |meaning| meaning.feast = Some(*feast));
        }
        for (edge, names) in words::EDGES {
            lexicon.add(names, |meaning| meaning.edge = Some(*edge));
        }
        for (edge, unit, names) in words::COMPOUNDS {
            lexicon.add(names, |meaning| meaning.compound = Some((*edge, *unit)));
        }
        for (later, names) in words::LATER {
            lexicon.add(names, |meaning| meaning.later = Some(*later));
        }
        lexicon.add(words::STRONG, |meaning| meaning.opener = Some(Opener::Strong));
        lexicon.add(words::WEAK, |meaning| meaning.opener = Some(Opener::Weak));
        lexicon.add(words::FILLERS, |meaning| meaning.filler = true);
        lexicon.add(words::OVER, |meaning| meaning.over = true);
        lexicon.add(words::BEGINNINGS, |meaning| meaning.begins = true);
        lexicon
    }

    fn add(&mut self, names: &'static str, note: impl Fn(&mut Meaning)) {
        for name in names.split_whitespace() {
            note(self.words.entry(name).or_default());
            self.lengths[usize::from(first_byte(name))] |= length_bit(name);
        }
    }
}

fn first_byte(word: &str) -> u8 {
    word.bytes().next().unwrap_or_default()
}

fn length_bit(word: &str) -> u64 {
    1 << word.len().min(63)
}

/// What a lower-case word means; nothing for most.
pub(super) fn meaning(word: &str) -> Meaning {
    let lexicon = &*LEXICON;
    if lexicon.lengths[usize::from(first_byte(word))] & length_bit(word) == 0 {
        return Meaning::default();
    }
    lexicon.words.get(word).copied().unwrap_or_default()
}

/// Whether a mention of a day can begin with a word of this meaning.
pub(super) fn begins(meaning: &Meaning) -> bool {
    meaning.month.is_some()
        || meaning.weekday.is_some()
        || meaning.number.is_some()
        || meaning.ordinal.is_some()
        || meaning.unit.is_some()
        || meaning.near.is_some()
        || meaning.feast.is_some()
        || meaning.edge.is_some()
        || meaning.compound.is_some()
        || meaning.opener.is_some()
        || meaning.begins
}

/// The month of a name, full, inflected or abbreviated.
pub(super) fn month(word: &str) -> Option<i8> {
    meaning(word).month
}

/// The weekday of a name, also with a part of the day ("montagabend").
pub(super) fn weekday(word: &str) -> Option<Weekday> {
    meaning(word).weekday.or_else(|| meaning(without_daytime(word)?).weekday)
}

/// "montagabend" without the evening; nothing where no part of the day follows a weekday.
pub(super) fn without_daytime(word: &str) -> Option<&str> {
    let parts = ["vormittag", "nachmittag", "mittag", "abend", "morgen", "früh", "nacht"];
    let stem = parts.iter().find_map(|part| word.strip_suffix(part))?;
    (stem.ends_with("tag") || stem == "mittwoch").then_some(stem)
}

/// Days of several words, with how many days ahead they are.
pub(super) fn phrases() -> &'static [(&'static [&'static str], i32)] {
    words::PHRASES
}

/// The unit of a word.
pub(super) fn unit(word: &str) -> Option<Unit> {
    meaning(word).unit
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_as_they_stand_in_a_text() {
        for word in LEXICON.words.keys() {
            assert_eq!(word.to_lowercase(), *word);
            assert!(
                word.chars().all(|c| c.is_alphabetic() || ('\u{300}'..='\u{65f}').contains(&c)),
                "{word}"
            );
        }
    }
}
