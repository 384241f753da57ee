//! What the words mean that people write about days: months, weekdays, numbers, units, feasts.
//!
//! The words themselves stand in [`words`]; here they become one table, read once, that answers quickly
//! what a word means.

mod words;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use jiff::civil::Weekday;

use crate::text::Text;
use crate::words::{Word, Words};

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
#[expect(clippy::struct_excessive_bools, reason = "each is a property of its own that is asked for")]
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
    /// A mention can begin with it, by any of the above.
    pub opens: bool,
}

/// What a word means that means nothing.
static NOTHING: Meaning = Meaning {
    month: None,
    weekday: None,
    number: None,
    ordinal: None,
    unit: None,
    alone: None,
    near: None,
    feast: None,
    edge: None,
    compound: None,
    opener: None,
    filler: false,
    later: None,
    over: false,
    begins: false,
    opens: false,
};

static LEXICON: LazyLock<Words<Meaning>> = LazyLock::new(|| {
    let known = |(word, meaning)| (word, Meaning { opens: opens(&meaning), ..meaning });
    Words::new(Lexicon::read().words.into_iter().map(known))
});

/// The words while they are read: one may stand in several lists.
struct Lexicon {
    words: BTreeMap<&'static str, Meaning>,
}

impl Lexicon {
    fn read() -> Self {
        let mut lexicon = Self { words: BTreeMap::new() };
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
        }
    }
}

/// What the word at `index` means; nothing for most.
pub(super) fn meaning(text: &Text, index: usize) -> &'static Meaning {
    of(text.known(index))
}

/// What the word `back` tokens before `index` means.
pub(super) fn meaning_before(text: &Text, index: usize, back: usize) -> &'static Meaning {
    index.checked_sub(back).map_or(&NOTHING, |index| meaning(text, index))
}

fn of(word: Word<'_>) -> &'static Meaning {
    LEXICON.of(word).next().unwrap_or(&NOTHING)
}

/// What a part of a word means.
fn of_part(written: &str) -> &'static Meaning {
    of(written.into())
}

/// Whether a mention of a day can begin with a word of this meaning.
fn opens(meaning: &Meaning) -> bool {
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
pub(super) fn month(name: &str) -> Option<i8> {
    of_part(name).month
}

/// The weekday of the word at `index`, also with a part of the day ("montagabend").
pub(super) fn weekday(text: &Text, index: usize) -> Option<Weekday> {
    meaning(text, index).weekday.or_else(|| of_part(without_daytime(text.word(index))?).weekday)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_as_they_stand_in_a_text() {
        for word in Lexicon::read().words.keys() {
            assert_eq!(word.to_lowercase(), *word);
            assert!(
                word.chars().all(|c| c.is_alphabetic() || ('\u{300}'..='\u{65f}').contains(&c)),
                "{word}"
            );
        }
    }
}
