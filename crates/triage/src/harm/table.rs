//! Which families a word belongs to, found by its first four bytes: most words of a mail are in none.

use super::words::Families;

/// Buckets; a power of two.
const BUCKETS: usize = 4096;

/// Known words and beginnings of words (with a `*`, four bytes or more), in buckets.
pub(super) struct Table {
    /// Where each bucket begins and ends in `entries`.
    buckets: Vec<(u32, u32)>,
    entries: Vec<Entry>,
}

struct Entry {
    word: &'static str,
    whole: bool,
    families: Families,
}

impl Table {
    pub fn new(words: impl Iterator<Item = (&'static str, Families)>) -> Self {
        let mut entries: Vec<Entry> = words.map(|(word, families)| Entry::new(word, families)).collect();
        entries.sort_by_key(|entry| (bucket(entry.word), entry.word, entry.whole));
        entries.dedup_by(|later, kept| {
            let same = later.word == kept.word && later.whole == kept.whole;
            kept.families |= if same { later.families } else { 0 };
            same
        });
        let begin = |wanted: usize| entries.partition_point(|entry| bucket(entry.word) < wanted);
        let places = |at: usize| u32::try_from(begin(at)).unwrap_or_default();
        let buckets = (0..BUCKETS).map(|wanted| (places(wanted), places(wanted + 1))).collect();
        Self { buckets, entries }
    }

    /// The families of a word, none for most.
    pub fn of(&self, word: &str) -> Families {
        let (begin, end) = self.buckets.get(bucket(word)).copied().unwrap_or_default();
        let entries = self.entries.get(begin as usize..end as usize).unwrap_or_default();
        entries.iter().filter(|entry| entry.is(word)).fold(0, |all, entry| all | entry.families)
    }
}

impl Entry {
    fn new(word: &'static str, families: Families) -> Self {
        let stem = word.strip_suffix('*');
        Self { word: stem.unwrap_or(word), whole: stem.is_none(), families }
    }

    fn is(&self, word: &str) -> bool {
        if self.whole { word == self.word } else { word.starts_with(self.word) }
    }
}

/// The bucket of a word: its first four bytes, stirred (Knuth's multiplicative hash).
fn bucket(word: &str) -> usize {
    let key = word.bytes().take(4).fold(0u32, |key, byte| (key << 8) | u32::from(byte));
    (key.wrapping_mul(0x9E37_79B1) >> 20) as usize & (BUCKETS - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_has_the_families_of_all_its_entries() {
        let table = Table::new([("gasleck", 1), ("leck", 2), ("brand*", 4), ("brand", 8)].into_iter());
        for (word, families) in
            [("gasleck", 1), ("leck", 2), ("brand", 12), ("brandgeruch", 4), ("bran", 0), ("", 0)]
        {
            assert_eq!(table.of(word), families, "{word}");
        }
    }
}
