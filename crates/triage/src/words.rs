//! Tables of known words, read once, that answer quickly which of them a word is.
//!
//! ```text
//! word ─▶ two hashes, made once a token ─▶ a bucket in each table, empty for most words ─▶ what it is, or begins with
//! ```

/// A lower-case word as the tables find it.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Word<'t> {
    pub written: &'t str,
    pub key: Key,
}

/// Hashes of a word: of all of it, and of its first four bytes.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Key {
    whole: u32,
    head: u32,
}

impl Key {
    pub fn of(word: &str) -> Self {
        let head = word.bytes().take(HEAD).fold(0u32, |head, byte| (head << 8) | u32::from(byte));
        // Knuth's multiplicative hash: two words share it only where they begin alike.
        let head = head.wrapping_mul(0x9E37_79B1);
        Self { whole: hash(word) as u32, head: head ^ (head >> 15) }
    }
}

impl<'t> From<&'t str> for Word<'t> {
    fn from(written: &'t str) -> Self {
        Self { written, key: Key::of(written) }
    }
}

/// Bytes of a word's beginning that are hashed.
const HEAD: usize = 4;

/// Known words and beginnings of words (written with a `*` at the end), each with what it stands for.
pub(crate) struct Words<T> {
    whole: Buckets<T>,
    beginnings: Buckets<T>,
    /// Beginnings too short for their bucket: hardly any.
    short: Vec<(&'static str, T)>,
}

impl<T> Words<T> {
    /// Takes pairs of a word and what it stands for; a word may stand in several.
    pub fn new(pairs: impl Iterator<Item = (&'static str, T)>) -> Self {
        let (mut whole, mut beginnings, mut short) = (Vec::new(), Vec::new(), Vec::new());
        for (word, value) in pairs {
            match word.strip_suffix('*') {
                Some(stem) if stem.len() < HEAD => short.push((stem, value)),
                Some(stem) => beginnings.push((Key::of(stem).head, stem, value)),
                None => whole.push((Key::of(word).whole, word, value)),
            }
        }
        Self { whole: Buckets::new(whole), beginnings: Buckets::new(beginnings), short }
    }

    /// What all stand for that `word` is, and then what those that it begins with.
    pub fn of<'a>(&'a self, word: Word<'_>) -> impl Iterator<Item = &'a T> {
        let Word { written, key } = word;
        let whole = self.whole.of(key.whole).filter(move |(known, _)| *known == written);
        let begun = self.beginnings.of(key.head).filter(move |(stem, _)| written.starts_with(stem));
        let short = self.short.iter().filter(move |(stem, _)| written.starts_with(stem));
        whole.chain(begun).map(|(_, value)| value).chain(short.map(|(_, value)| value))
    }

    /// Whether `word` is known.
    pub fn has(&self, word: Word<'_>) -> bool {
        self.of(word).next().is_some()
    }
}

/// A set of words: what `[…].contains` is for a few, this is for many.
pub(crate) fn set(words: &'static [&'static str]) -> Words<()> {
    Words::new(words.iter().map(|word| (*word, ())))
}

/// Entries by their hash; those of one hash in the order in which they came.
struct Buckets<T> {
    /// A bit for each bucket that is not empty: so small that those of all tables stay in the nearest cache.
    filled: Vec<u64>,
    /// Where each bucket begins in `entries`; a power of two, and the end of the last.
    begins: Vec<u16>,
    hashes: Vec<u32>,
    entries: Vec<(&'static str, T)>,
}

impl<T> Buckets<T> {
    fn new(mut all: Vec<(u32, &'static str, T)>) -> Self {
        // Four buckets an entry leave most of them empty, and a look at an empty one is all that most words cost.
        let buckets = (4 * all.len()).next_power_of_two();
        let bucket = |hash: u32| hash as usize & (buckets - 1);
        all.sort_by_key(|(hash, ..)| bucket(*hash));
        let begins = (0..=buckets).map(|wanted| all.partition_point(|(hash, ..)| bucket(*hash) < wanted));
        let mut filled = vec![0; buckets.div_ceil(64)];
        for (hash, ..) in &all {
            filled[bucket(*hash) / 64] |= 1 << (bucket(*hash) % 64);
        }
        Self {
            filled,
            begins: begins.map(|begin| u16::try_from(begin).unwrap_or(u16::MAX)).collect(),
            hashes: all.iter().map(|(hash, ..)| *hash).collect(),
            entries: all.into_iter().map(|(_, word, value)| (word, value)).collect(),
        }
    }

    /// The entries of one hash.
    fn of(&self, hash: u32) -> impl Iterator<Item = &(&'static str, T)> {
        let bucket = hash as usize & (self.begins.len() - 2);
        let range = if self.filled[bucket / 64] >> (bucket % 64) & 1 == 0 {
            0..0
        } else {
            usize::from(self.begins[bucket])..usize::from(self.begins[bucket + 1])
        };
        range.filter(move |at| self.hashes[*at] == hash).map(|at| &self.entries[at])
    }
}

/// A hash of eight bytes at a time: a word is one or two steps.
pub(crate) fn hash(text: &str) -> u64 {
    let mut rest = text.as_bytes();
    let mut state = rest.len() as u64;
    while let Some((chunk, after)) = rest.split_first_chunk::<8>() {
        state = stir(state, u64::from_le_bytes(*chunk));
        rest = after;
    }
    // Four to seven bytes are read as two overlapping fours.
    let tail = match (rest.first_chunk::<4>(), rest.last_chunk::<4>()) {
        (Some(first), Some(last)) => {
            u64::from(u32::from_le_bytes(*first)) << 32 | u64::from(u32::from_le_bytes(*last))
        }
        _ => rest.iter().fold(0, |tail, byte| tail << 8 | u64::from(*byte)),
    };
    stir(state, tail)
}

/// A folded multiplication: every bit of the outcome depends on every bit of both.
pub(crate) fn stir(state: u64, next: u64) -> u64 {
    let product = u128::from(state ^ 0x9e37_79b9_7f4a_7c15) * u128::from(next ^ 0xc2b2_ae3d_27d4_eb4f);
    (product >> 64) as u64 ^ product as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_found_whole_and_by_its_beginnings() {
        let pairs =
            [("gasleck", 1), ("brand*", 2), ("brand", 3), ("ab*", 4), ("gasleck", 5), ("brandge*", 6)];
        let words = Words::new(pairs.into_iter());
        for (word, known) in [
            ("gasleck", &[1, 5][..]),
            ("gaslecks", &[]),
            ("brand", &[3, 2]),
            ("brandgeruch", &[2, 6]),
            ("bran", &[]),
            ("abend", &[4]),
            ("a", &[]),
            ("", &[]),
        ] {
            assert_eq!(words.of(word.into()).copied().collect::<Vec<_>>(), known, "{word}");
            assert_eq!(words.has(word.into()), !known.is_empty());
        }
    }

    #[test]
    fn an_empty_table_knows_nothing() {
        assert!(!set(&[]).has("wort".into()));
    }

    #[test]
    fn hashes_tell_words_apart() {
        let words =
            ["", "a", "b", "ab", "ba", "abc", "abcd", "abcdabcd", "abcdefgh", "abcdefghi", "\0", "\0\0"];
        let hashes: std::collections::BTreeSet<u64> = words.iter().map(|word| hash(word)).collect();
        assert_eq!(hashes.len(), words.len());
    }
}
