//! Text cut once into words, numbers and marks, each with the sentence it belongs to.
//!
//! Every finder works on these tokens with windows of fixed size, so the cost of a
//! mail grows with its length and with nothing else.

use crate::words::{Key, Word, Words, set};
use std::sync::LazyLock;

/// What a token is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Letters, with the marks that belong to them.
    Word,
    /// Digits of any script.
    Number,
    /// Any other visible character.
    Mark(char),
}

/// A word, a number or a mark of the text.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Token {
    pub kind: Kind,
    /// First byte in the text.
    pub start: usize,
    /// Byte after the last one.
    pub end: usize,
    /// Value of a number that fits, else `u32::MAX`.
    pub value: u32,
    /// Follows the token before it without space.
    pub glued: bool,
    /// Begins with an upper-case letter.
    pub capital: bool,
    /// Sentence, counted from 0; the subject is the first.
    pub sentence: usize,
    /// Line, counted from 0.
    pub line: usize,
    lower_start: usize,
    lower_end: usize,
    key: Key,
}

impl Token {
    /// Length in bytes; for a number of ASCII digits, how many.
    pub fn len(&self) -> usize {
        self.end - self.start
    }

    pub fn is_number(&self) -> bool {
        self.kind == Kind::Number
    }

    pub fn is_word(&self) -> bool {
        self.kind == Kind::Word
    }
}

/// Subject and text of a mail as tokens.
#[derive(Debug)]
pub(crate) struct Text {
    source: String,
    lower: String,
    pub tokens: Vec<Token>,
}

impl Text {
    /// Reads a subject and a text; the subject is a sentence of its own.
    pub fn new(subject: &str, body: &str) -> Self {
        let mut text = Self {
            source: format!("{subject}\n\n{body}"),
            lower: String::with_capacity(subject.len() + body.len()),
            tokens: Vec::with_capacity((subject.len() + body.len()) / 5),
        };
        text.cut();
        text.count_sentences(subject.len());
        text
    }

    /// The token at `index`, if there is one.
    pub fn at(&self, index: usize) -> Option<&Token> {
        self.tokens.get(index)
    }

    /// The lower-case word or mark at `index`; empty where there is none.
    pub fn word(&self, index: usize) -> &str {
        self.at(index).and_then(|t| self.lower.get(t.lower_start..t.lower_end)).unwrap_or_default()
    }

    /// The same, as the tables of words find it.
    pub fn known(&self, index: usize) -> Word<'_> {
        Word { written: self.word(index), key: self.at(index).map_or_else(Key::default, |token| token.key) }
    }

    /// The word `back` tokens before `index`; empty where there is none.
    pub fn word_before(&self, index: usize, back: usize) -> &str {
        index.checked_sub(back).map_or("", |i| self.word(i))
    }

    /// Whether the token at `index` is this mark.
    pub fn is_mark(&self, index: usize, mark: char) -> bool {
        self.at(index).is_some_and(|t| t.kind == Kind::Mark(mark))
    }

    /// The value of the number at `index`.
    pub fn number(&self, index: usize) -> Option<u32> {
        self.at(index).filter(|t| t.is_number()).map(|t| t.value)
    }

    /// Whether the token at `index` follows the one before it without space.
    pub fn is_glued(&self, index: usize) -> bool {
        self.at(index).is_some_and(|t| t.glued)
    }

    /// The whole text, as written.
    pub fn all(&self) -> &str {
        &self.source
    }

    /// The text between two byte positions, as written.
    pub fn written(&self, start: usize, end: usize) -> &str {
        self.source.get(start..end).unwrap_or_default()
    }

    /// Indices of the tokens up to `reach` before `index` in its sentence, nearest first.
    pub fn before(&self, index: usize, reach: usize) -> impl Iterator<Item = usize> + '_ {
        let sentence = self.at(index).map(|t| t.sentence);
        (index.saturating_sub(reach)..index)
            .rev()
            .take_while(move |i| self.at(*i).map(|t| t.sentence) == sentence)
    }

    /// Indices of the tokens up to `reach` after `index` in its sentence, nearest first.
    pub fn after(&self, index: usize, reach: usize) -> impl Iterator<Item = usize> + '_ {
        let sentence = self.at(index).map(|t| t.sentence);
        (index + 1..index.saturating_add(reach + 1))
            .take_while(move |i| self.at(*i).map(|t| t.sentence) == sentence && sentence.is_some())
    }

    /// The words around the tokens `first..=last`, at most `reach` on either side, within the sentence.
    pub fn phrase(&self, first: usize, last: usize, reach: usize) -> &str {
        let from = self.before(first, reach).last().unwrap_or(first);
        let to = self.after(last, reach).last().unwrap_or(last);
        match (self.at(from), self.at(to)) {
            (Some(from), Some(to)) => self.written(from.start, to.end),
            _ => "",
        }
    }

    fn cut(&mut self) {
        let mut line = 0;
        let mut glued = false;
        let mut start = 0;
        let mut rest = self.source.as_str();
        while let Some(first) = rest.chars().next() {
            if first.is_whitespace() || first.is_control() {
                line += usize::from(first == '\n');
                glued = false;
                start += first.len_utf8();
                rest = rest.get(first.len_utf8()..).unwrap_or_default();
                continue;
            }
            let kind = kind_of(first);
            let length = match kind {
                Kind::Word => rest.find(|c| !is_letter(c)),
                Kind::Number => rest.find(|c: char| !c.is_numeric()),
                Kind::Mark(_) => Some(first.len_utf8()),
            };
            let (written, after) = rest.split_at(length.unwrap_or(rest.len()));
            let lower_start = self.lower.len();
            push_lower(&mut self.lower, written);
            let lower = self.lower.get(lower_start..).unwrap_or_default();
            self.tokens.push(Token {
                kind,
                start,
                end: start + written.len(),
                value: if kind == Kind::Number { value_of(written) } else { u32::MAX },
                glued,
                capital: first.is_uppercase(),
                sentence: 0,
                line,
                lower_start,
                lower_end: self.lower.len(),
                key: Key::of(lower),
            });
            glued = true;
            start += written.len();
            rest = after;
        }
    }

    fn count_sentences(&mut self, subject: usize) {
        // A mail without subject begins with its second sentence.
        let mut sentence = usize::from(self.tokens.first().is_some_and(|t| t.start >= subject));
        for index in 0..self.tokens.len() {
            if index > 0 && self.begins_sentence(index) {
                sentence += 1;
            }
            self.tokens[index].sentence = sentence;
        }
    }

    /// Whether a sentence begins with the token at `index` (1 or more).
    fn begins_sentence(&self, index: usize) -> bool {
        let (before, here) = (&self.tokens[index - 1], &self.tokens[index]);
        let lines = here.line - before.line;
        if lines > 1 || (lines == 1 && (self.begins_item(index) || self.line_is_short(index - 1))) {
            return true;
        }
        match before.kind {
            Kind::Mark('!' | '?' | ';' | '…') => !here.glued,
            Kind::Mark('.') if !here.glued => self.dot_ends(index),
            _ => false,
        }
    }

    /// Whether the dot before `index` ends a sentence: not the one of an ordinal or an abbreviation.
    fn dot_ends(&self, index: usize) -> bool {
        let here = &self.tokens[index];
        let abbreviated = index >= 2
            && match self.tokens[index - 2].kind {
                Kind::Number => self.tokens[index - 2].value <= 31 && !OPENERS.has(self.known(index)),
                Kind::Word => {
                    ABBREVIATIONS.has(self.known(index - 2)) || self.word(index - 2).ends_with("nr")
                }
                Kind::Mark(_) => false,
            };
        (here.capital || !here.is_word() && !here.is_number()) && !abbreviated
    }

    fn begins_item(&self, index: usize) -> bool {
        matches!(self.tokens[index].kind, Kind::Mark('-' | '*' | '•' | '–' | '►' | '+' | '|'))
    }

    /// A line of a letterhead, list or form; running text is wrapped later than this.
    fn line_is_short(&self, last: usize) -> bool {
        let line = self.tokens[last].line;
        let first = (last.saturating_sub(12)..=last).find(|i| self.tokens[*i].line == line).unwrap_or(last);
        self.tokens[last].end - self.tokens[first].start < 55
    }
}

fn push_lower(lower: &mut String, written: &str) {
    for c in written.chars() {
        // Most of a mail needs no table: ASCII, and the small letters from ß to ÿ.
        match c {
            '\0'..='\x7f' => lower.push(c.to_ascii_lowercase()),
            'ß'..='ÿ' => lower.push(c),
            _ => lower.extend(c.to_lowercase()),
        }
    }
}

/// The value of a run of digits that fits.
fn value_of(written: &str) -> u32 {
    let value = written.chars().try_fold(0u32, |value, c| value.checked_mul(10)?.checked_add(digit(c)?));
    value.unwrap_or(u32::MAX)
}

fn kind_of(c: char) -> Kind {
    if is_letter(c) {
        Kind::Word
    } else if c.is_numeric() {
        Kind::Number
    } else {
        Kind::Mark(c)
    }
}

fn is_letter(c: char) -> bool {
    // Combining marks: the Turkish dotted i in lower case, Arabic and Vietnamese vowels. The first range spares
    // the umlauts the table of all scripts.
    matches!(c, 'À'..='Ö' | 'Ø'..='ö' | 'ø'..='ɏ')
        || c.is_alphabetic()
        || matches!(c, '\u{300}'..='\u{36f}' | '\u{64b}'..='\u{65f}')
}

/// Decimal digits as Latin, Arabic and Persian text writes them.
fn digit(c: char) -> Option<u32> {
    let zero = match c {
        '0'..='9' => '0',
        '\u{660}'..='\u{669}' => '\u{660}',
        '\u{6f0}'..='\u{6f9}' => '\u{6f0}',
        _ => return None,
    };
    Some(c as u32 - zero as u32)
}

/// Words that open a sentence after a date ("… bis 15.10. Danach …"); other capitals go on with it ("41. KW").
#[rustfmt::skip]
static OPENERS: LazyLock<Words<()>> = LazyLock::new(|| {
    set(&[
        "ich", "wir", "sie", "er", "es", "der", "die", "das", "bitte", "danach", "dann", "da", "dort",
        "bis", "nach", "vor", "in", "im", "am", "an", "auf", "mit", "für", "von", "wenn", "falls", "mein",
        "meine", "unser", "unsere", "ihr", "ihre", "ein", "eine", "kein", "keine", "wie", "wann", "was",
        "wer", "wo", "warum", "können", "könnten", "kann", "gibt", "ist", "sind", "haben", "hat", "muss",
        "müssen", "geht", "leider", "daher", "deshalb", "darum", "dazu", "dafür", "dabei", "damit", "darf",
        "dürfen", "sonst", "andernfalls", "anbei", "also", "aber", "und", "oder", "jetzt", "nun", "so",
        "vielen", "danke", "beste", "freundliche", "viele", "mfg", "hier", "hiermit", "heute", "seit",
        "seitdem", "zur", "zum", "zu", "als", "ab", "um", "we", "i", "the", "please", "my", "our", "it",
        "if", "is", "can", "could", "this", "there",
    ])
});

#[rustfmt::skip]
static ABBREVIATIONS: LazyLock<Words<()>> = LazyLock::new(|| {
    set(&[
        "az", "gz", "nr", "str", "abs", "art", "dr", "prof", "ca", "bzw", "ggf", "inkl", "tel", "geb", "st",
        "hr", "fr", "frl", "zz", "z", "b", "u", "a", "d", "h", "s", "i", "v", "o", "p", "m", "vers", "kd",
        "reg", "tgb", "ref", "kfz", "evtl", "spät", "spätest", "mo", "di", "mi", "do", "sa", "so", "kassenz",
        "lfd", "jan", "feb", "aug", "sept", "okt", "nov", "dez", "no", "ziff", "mr", "mrs", "ms", "gem",
        "bl", "abt", "tgl", "max", "min", "vgl", "usw", "etc", "kennz", "réf", "rif", "num", "verst", "r",
        "e", "c", "dipl", "ing", "rd", "std", "geschz", "aktenz", "inv", "gef", "mdt",
    ])
});
