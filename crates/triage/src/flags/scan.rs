//! One walk over the text that finds the words of every flag.
//!
//! ```text
//! token ─▶ lexicon ─▶ patterns that end with this word ─▶ the words around hold? ─▶ hit
//! ```
//!
//! Most tokens end at the first arrow, so the walk costs little however many patterns there are.

use std::sync::LazyLock;

use super::{attachment, complaint, danger, farewell, objection, parliament, press, requests, threats};
use crate::text::Text;
use crate::words::Words;

/// What a pattern is evidence of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cue {
    /// A threat or despair, in words that leave little doubt.
    Danger,
    /// A danger by its name alone, which lectures and reports name too.
    DangerNamed,
    /// Somebody takes leave of life without a word of it.
    Despair,
    /// Somebody puts their things in order.
    InOrder,
    /// "Ich bringe … um": the verb's other half decides.
    SplitVerb,
    /// An objection is mentioned.
    Objection,
    /// "Ich widerspreche".
    Object,
    /// Something is said to be attached.
    Attached,
    /// It is to be had somewhere else: behind a link, in a portal.
    Elsewhere,
    /// The name of a formal complaint.
    FormalComplaint,
    /// "Beschwerde", "beschweren".
    Complaint,
    /// Bad treatment.
    Mistreated,
    /// The press says that it asks.
    PressAsks,
    /// The press, a firm or an authority tells something.
    PressTells,
    /// "Als Abgeordneter".
    AsMember,
    /// A procedure, by its number in `requests`.
    Procedure(u8),
    /// "Ich habe zwei Anliegen".
    SeveralAnnounced,
}

/// Words in a row, and words that must or must not stand around them in the sentence.
///
/// Words of a row are separated by blanks, words to choose from by `|`; a word that ends in `*` stands for all
/// that begin so (at least four bytes where it is the row's last).
pub(super) struct Pattern {
    pub cue: Cue,
    pub row: &'static str,
    /// Of each of these one word must stand around the row.
    pub near: &'static [&'static str],
    /// None of these may.
    pub not: &'static str,
}

/// Tokens on either side of a row in which the words around it are looked for.
const REACH: usize = 10;

/// Hits that are kept; a mail with more says nothing new.
const MOST_HITS: usize = 200;

/// A pattern's row or words around it, short to write.
pub(super) const fn pattern(
    cue: Cue,
    row: &'static str,
    near: &'static [&'static str],
    not: &'static str,
) -> Pattern {
    Pattern { cue, row, near, not }
}

/// What the walk found.
pub(crate) struct Scan {
    hits: Vec<(Cue, usize)>,
}

impl Scan {
    /// Walks over the text once.
    pub fn of(text: &Text) -> Self {
        let mut hits = Vec::new();
        for index in 0..text.tokens.len() {
            for pattern in LEXICON.of(text, index) {
                if pattern.holds(text, index) {
                    hits.push((pattern.cue, index));
                }
            }
            if hits.len() >= MOST_HITS {
                break;
            }
        }
        Self { hits }
    }

    /// Tokens at which this was found, in order.
    pub(super) fn all(&self, cue: Cue) -> impl Iterator<Item = usize> + '_ {
        self.hits.iter().filter(move |(found, _)| *found == cue).map(|(_, index)| *index)
    }

    /// Whether this was found.
    pub(super) fn has(&self, cue: Cue) -> bool {
        self.all(cue).next().is_some()
    }

    /// The procedures that are named, with where.
    pub fn procedures(&self) -> impl Iterator<Item = (u8, usize)> + '_ {
        self.hits.iter().filter_map(|(cue, index)| match cue {
            Cue::Procedure(number) => Some((*number, *index)),
            _ => None,
        })
    }
}

/// A pattern taken apart at its blanks and bars.
struct Compiled {
    cue: Cue,
    /// The words before the last of the row, nearest first.
    before: Vec<Vec<&'static str>>,
    near: Vec<Vec<&'static str>>,
    not: Vec<&'static str>,
}

impl Compiled {
    fn new(pattern: &'static Pattern) -> Self {
        let words = |words: &'static str| words.split('|').filter(|word| !word.is_empty()).collect();
        Self {
            cue: pattern.cue,
            before: pattern.row.rsplit(' ').skip(1).map(words).collect(),
            near: pattern.near.iter().copied().map(words).collect(),
            not: words(pattern.not),
        }
    }

    /// Whether the row that ends at `index` is whole and what stands around it agrees.
    fn holds(&self, text: &Text, index: usize) -> bool {
        let is_one = |at: usize, words: &[&str]| words.iter().any(|known| is(text.word(at), known));
        let around = |words: &[&str]| {
            text.before(index, REACH).chain(text.after(index, REACH)).any(|near| is_one(near, words))
        };
        let row = |(back, words): (usize, &Vec<&str>)| {
            index.checked_sub(back + 1).is_some_and(|at| is_one(at, words))
        };
        self.before.iter().enumerate().all(row)
            && self.near.iter().all(|words| around(words))
            && (self.not.is_empty() || !around(&self.not))
    }
}

/// The words that may end a pattern's row.
fn last_words(pattern: &'static Pattern) -> impl Iterator<Item = &'static str> {
    pattern.row.rsplit(' ').next().unwrap_or_default().split('|')
}

/// Whether one of these words, separated by `|`, stands within `reach` of `index` in its sentence.
pub(super) fn near(text: &Text, index: usize, reach: usize, words: &str) -> bool {
    text.before(index, reach).chain(text.after(index, reach)).any(|near| is_any(text.word(near), words))
}

/// Whether `word` is one of these, separated by `|`; `*` at the end stands for any ending.
pub(super) fn is_any(word: &str, words: &str) -> bool {
    words.split('|').any(|known| is(word, known))
}

/// Whether `word` is `known`, or begins like it where that ends in `*`.
fn is(word: &str, known: &str) -> bool {
    known.strip_suffix('*').map_or_else(|| word == known, |stem| word.starts_with(stem))
}

/// Whether the sentence around `index` is a question, as far as anybody reads on.
pub(super) fn asks(text: &Text, index: usize) -> bool {
    text.after(index, 40).any(|near| text.is_mark(near, '?'))
}

/// Whether what is said at `index` depends on something, or is said to be possible only.
pub(super) fn conditional(text: &Text, index: usize) -> bool {
    let words =
        "wenn|falls|sollte|sollten|sofern|ansonsten|andernfalls|sonst|würde|würden|ob|könnte|könnten|if";
    near(text, index, 25, words)
}

/// The sentence around `index`, folded into one line and short.
pub(super) fn quote(text: &Text, index: usize) -> String {
    const AROUND: usize = 12;
    const LONGEST: usize = 140;
    let words: Vec<&str> = text.phrase(index, index, AROUND).split_whitespace().collect();
    let folded = words.join(" ");
    match folded.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", folded.get(..end).unwrap_or_default().trim_end()),
        None => folded,
    }
}

static LEXICON: LazyLock<Lexicon> = LazyLock::new(|| Lexicon::new(patterns()));

/// The patterns of all flags.
fn patterns() -> impl Iterator<Item = &'static Pattern> + Clone {
    danger::PATTERNS
        .iter()
        .chain(threats::PATTERNS)
        .chain(farewell::PATTERNS)
        .chain(parliament::PATTERNS)
        .chain(objection::PATTERNS)
        .chain(attachment::PATTERNS)
        .chain(complaint::PATTERNS)
        .chain(press::PATTERNS)
        .chain(requests::PATTERNS)
}

/// The last words of all rows.
struct Lexicon {
    /// The place of the pattern of each.
    words: Words<u16>,
    patterns: Vec<Compiled>,
}

impl Lexicon {
    fn new(patterns: impl Iterator<Item = &'static Pattern> + Clone) -> Self {
        let places = patterns.clone().zip(0..);
        let words = places.flat_map(|(pattern, place)| last_words(pattern).map(move |word| (word, place)));
        Self { words: Words::new(words), patterns: patterns.map(Compiled::new).collect() }
    }

    /// The patterns whose row may end with the word at `index`, in order.
    fn of(&self, text: &Text, index: usize) -> impl Iterator<Item = &Compiled> {
        let mut places = self.words.of(text.known(index)).copied().collect::<Vec<_>>();
        places.sort_unstable();
        places.into_iter().map(|place| &self.patterns[usize::from(place)])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_with_any_ending_are_long_and_all_are_in_lower_case() {
        for word in patterns().flat_map(last_words) {
            let stem = word.strip_suffix('*');
            assert!(stem.is_none_or(|stem| stem.len() >= 4), "{word}");
            assert!(!word.is_empty() && word.to_lowercase() == *word, "{word}");
        }
    }

    #[test]
    fn a_row_holds_where_its_words_stand_in_order_and_around() {
        const PATTERN: Pattern = pattern(Cue::Danger, "eins|zwei drei*", &["vier"], "fünf");
        let pattern = Compiled::new(&PATTERN);
        for (text, holds) in [
            ("vier eins dreißig", true),
            ("Zwei drei. Vier", false),
            ("zwei drei vier", true),
            ("drei zwei vier", false),
            ("zwei drei vier fünf", false),
            ("drei vier", false),
        ] {
            let text = Text::new("", text);
            assert_eq!(
                (0..text.tokens.len()).any(|at| is_any(text.word(at), "drei*") && pattern.holds(&text, at)),
                holds
            );
        }
    }

    #[test]
    fn a_quote_is_one_short_line() {
        let text = Text::new("", &"sehr\n langes ".repeat(100));
        let quote = quote(&text, 50);
        assert!(!quote.contains('\n') && quote.chars().count() <= 141, "{quote}");
    }
}
