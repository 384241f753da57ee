//! A table of known words, read once, that answers quickly which of them a word is.

use std::collections::BTreeMap;

/// Known words and beginnings of words (written with a `*` at the end), each with a number.
pub(crate) struct Words {
    whole: BTreeMap<&'static str, Vec<u16>>,
    /// By their first letter, so that few are compared.
    beginnings: BTreeMap<char, Vec<(&'static str, u16)>>,
}

impl Words {
    /// Takes `(word, number)` pairs; a word may stand in several.
    pub fn new(pairs: impl Iterator<Item = (&'static str, u16)>) -> Self {
        let mut words = Self { whole: BTreeMap::new(), beginnings: BTreeMap::new() };
        for (word, number) in pairs {
            let stem = word.strip_suffix('*').and_then(|stem| Some((stem, stem.chars().next()?)));
            match stem {
                Some((stem, first)) => words.beginnings.entry(first).or_default().push((stem, number)),
                None => words.whole.entry(word).or_default().push(number),
            }
        }
        words
    }

    /// The numbers of all that `word` is or begins with.
    pub fn of<'a>(&'a self, word: &'a str) -> impl Iterator<Item = u16> + 'a {
        let whole = self.whole.get(word).into_iter().flatten().copied();
        let first = word.chars().next().and_then(|first| self.beginnings.get(&first));
        let begun =
            first.into_iter().flatten().filter(|(stem, _)| word.starts_with(stem)).map(|(_, number)| *number);
        whole.chain(begun)
    }
}
