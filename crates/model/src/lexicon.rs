//! The features that a model knows: which there are, how rare each is, and a message's row of values over them.

use std::cell::Cell;

use domain::Message;

use crate::features::{self, Feature, block};
use crate::text::Reading;

/// Known features, sorted by key; the position is the feature's index.
pub(crate) struct Lexicon {
    keys: Vec<u64>,
    /// Inverse document frequency, smoothed: ln((1 + n) / (1 + df)) + 1.
    idf: Vec<f32>,
    index: Index,
}

/// A message over the known features: TF-IDF with 1 + ln(tf), each block of Euclidean length 1.
pub(crate) type Row = Vec<(u32, f32)>;

impl Lexicon {
    /// Takes sorted, distinct keys and as many inverse document frequencies.
    pub(crate) fn new(keys: Vec<u64>, idf: Vec<f32>) -> Self {
        let mut index = Index::with_capacity(keys.len());
        for key in &keys {
            index.insert(*key);
        }
        Self { keys, idf, index }
    }

    pub(crate) fn len(&self) -> usize {
        self.keys.len()
    }

    pub(crate) fn keys(&self) -> &[u64] {
        &self.keys
    }

    pub(crate) fn idf(&self) -> &[f32] {
        &self.idf
    }

    pub(crate) fn find(&self, key: u64) -> Option<u32> {
        self.index.find(key)
    }

    /// The row of a message; unknown features count for nothing.
    pub(crate) fn row(&self, message: &Message, reading: &Reading) -> Row {
        self.weighted(&self.counts(message, reading))
    }

    /// How often each known feature occurs.
    pub(crate) fn counts(&self, message: &Message, reading: &Reading) -> Counts {
        self.counted(message, reading, |_, _| {})
    }

    /// The same; calls `occurs` with the position in [`Counts::found`] and the chunks of every occurrence.
    pub(crate) fn counted(
        &self,
        message: &Message,
        reading: &Reading,
        mut occurs: impl FnMut(usize, Option<(usize, usize)>),
    ) -> Counts {
        let mut places = PLACES.take();
        places.resize(self.len().max(places.len()), 0);
        let mut found: Vec<(u32, u32)> = Vec::with_capacity(2 * reading.chars.len());
        features::each(message, reading, |Feature { key, chunks }| {
            let Some(index) = self.find(key) else { return false };
            let place = &mut places[index as usize];
            if *place == 0 {
                found.push((index, 0));
                *place = found.len() as u32;
            }
            let at = *place as usize - 1;
            found[at].1 += 1;
            occurs(at, chunks);
            true
        });
        for (index, _) in &found {
            places[*index as usize] = 0;
        }
        PLACES.set(places);
        Counts { found, written: features::written(reading) }
    }

    /// How much of what a message says is known, in 0..=1: the mean of its words' and its characters' shares.
    /// `known` may leave out features that only the message itself knows.
    pub(crate) fn familiarity(&self, counts: &Counts, known: impl Fn(u32) -> bool) -> f64 {
        let mut found = [0; 2];
        for &(index, count) in counts.found.iter().filter(|(index, _)| known(*index)) {
            found[self.block_of(index)] += count as usize;
        }
        let share = |block: usize| {
            found[block].min(counts.written[block]) as f64 / counts.written[block].max(1) as f64
        };
        f64::midpoint(share(0), share(1))
    }

    /// Counts as values of a row.
    pub(crate) fn weighted(&self, counts: &Counts) -> Row {
        let mut squares = [0.0_f32; 2];
        let mut row = Row::with_capacity(counts.found.len());
        for &(index, count) in &counts.found {
            let often = if count == 1 { 1.0 } else { 1.0 + (count as f32).ln() };
            let value = often * self.idf[index as usize];
            squares[self.block_of(index)] += value * value;
            row.push((index, value));
        }
        let scale = squares.map(|square| 1.0 / square.max(f32::MIN_POSITIVE).sqrt());
        for (index, value) in &mut row {
            *value *= scale[self.block_of(*index)];
        }
        row
    }

    fn block_of(&self, index: u32) -> usize {
        block(self.keys[index as usize]) as usize
    }
}

thread_local! {
    /// Where each feature stands among those found so far, plus one; all zero between two messages.
    static PLACES: Cell<Vec<u32>> = const { Cell::new(Vec::new()) };
}

/// What a message has of a lexicon.
pub(crate) struct Counts {
    /// Index and number of occurrences of each known feature, in order of first occurrence.
    pub(crate) found: Vec<(u32, u32)>,
    /// Words and runs of characters, known or not.
    written: [usize; 2],
}

/// How many messages each feature occurs in, of all features ever seen.
pub(crate) struct Census {
    index: Index,
    mails: Vec<u32>,
    /// The last message that counted a feature, so that it counts once a message.
    last: Vec<u32>,
    messages: u32,
}

impl Census {
    pub(crate) fn new() -> Self {
        Self { index: Index::with_capacity(1 << 16), mails: Vec::new(), last: Vec::new(), messages: 0 }
    }

    pub(crate) fn count(&mut self, message: &Message, reading: &Reading) {
        self.messages += 1;
        let Self { index, mails, last, messages } = self;
        features::each(message, reading, |Feature { key, .. }| {
            let at = index.insert(key) as usize;
            if at == mails.len() {
                mails.push(0);
                last.push(0);
            }
            if last[at] != *messages {
                last[at] = *messages;
                mails[at] += 1;
            }
            true
        });
    }

    /// Features of at least `fewest` messages; of more than `most` features, the most frequent ones.
    pub(crate) fn lexicon(&self, fewest: u32, most: usize) -> Lexicon {
        let mut kept: Vec<(u32, u64)> =
            self.mails.iter().copied().zip(self.index.keys()).filter(|(mails, _)| *mails >= fewest).collect();
        kept.sort_unstable_by_key(|(mails, key)| (std::cmp::Reverse(*mails), *key));
        kept.truncate(most);
        kept.sort_unstable_by_key(|(_, key)| *key);
        let messages = f64::from(self.messages);
        let idf = |mails: u32| (((1.0 + messages) / (1.0 + f64::from(mails))).ln() + 1.0) as f32;
        Lexicon::new(
            kept.iter().map(|(_, key)| *key).collect(),
            kept.iter().map(|(mails, _)| idf(*mails)).collect(),
        )
    }
}

/// Keys to numbers, by open addressing with linear probing. Keys by themselves: most lookups end at the first of
/// them, and they fit into the cache.
struct Index {
    slots: Vec<u64>,
    numbers: Vec<u32>,
    filled: u32,
}

impl Index {
    fn with_capacity(keys: usize) -> Self {
        let slots = (2 * keys + 2).next_power_of_two();
        Self { slots: vec![0; slots], numbers: vec![0; slots], filled: 0 }
    }

    /// Where the key is, or where it would go.
    fn slot(&self, key: u64) -> usize {
        let mask = self.slots.len() - 1;
        let mut slot = (key >> 7) as usize & mask;
        while self.slots[slot] != key && self.slots[slot] != 0 {
            slot = (slot + 1) & mask;
        }
        slot
    }

    fn find(&self, key: u64) -> Option<u32> {
        let slot = self.slot(key);
        (self.slots[slot] == key).then(|| self.numbers[slot])
    }

    /// The key's number: a new one where it was not there.
    fn insert(&mut self, key: u64) -> u32 {
        let slot = self.slot(key);
        if self.slots[slot] == key {
            return self.numbers[slot];
        }
        let number = self.filled;
        (self.slots[slot], self.numbers[slot]) = (key, number);
        self.filled += 1;
        if 2 * self.filled as usize > self.slots.len() {
            self.grow();
        }
        number
    }

    fn grow(&mut self) {
        let mut larger = Self::with_capacity(self.slots.len());
        larger.filled = self.filled;
        for (&key, &number) in self.slots.iter().zip(&self.numbers).filter(|(key, _)| **key != 0) {
            let slot = larger.slot(key);
            (larger.slots[slot], larger.numbers[slot]) = (key, number);
        }
        *self = larger;
    }

    /// Keys in order of insertion.
    fn keys(&self) -> Vec<u64> {
        let mut keys = vec![0; self.filled as usize];
        for (&key, &number) in self.slots.iter().zip(&self.numbers).filter(|(key, _)| **key != 0) {
            keys[number as usize] = key;
        }
        keys
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(text: &str) -> Message {
        Message { text: text.into(), ..Message::default() }
    }

    fn lexicon(texts: &[&str], fewest: u32, most: usize) -> Lexicon {
        let mut census = Census::new();
        for text in texts {
            let message = message(text);
            census.count(&message, &Reading::of(&message));
        }
        census.lexicon(fewest, most)
    }

    fn squares(lexicon: &Lexicon, text: &str) -> f32 {
        let message = message(text);
        lexicon.row(&message, &Reading::of(&message)).iter().map(|(_, value)| value * value).sum()
    }

    #[test]
    fn a_feature_counts_once_a_message_and_must_occur_in_several() {
        assert_eq!(lexicon(&["aa aa", "bb"], 2, 99).len(), 0);
        assert!(lexicon(&["aa", "aa"], 2, 99).len() > 0);
    }

    #[test]
    fn a_row_has_length_one_in_each_block_or_is_empty() {
        let lexicon = lexicon(&["wohngeld antrag", "wohngeld frage"], 2, 99);
        assert!((squares(&lexicon, "wohngeld ist wohngeld") - 2.0).abs() < 1e-5);
        assert!(squares(&lexicon, "xyz") < 1e-5);
    }

    #[test]
    fn the_most_frequent_features_are_kept() {
        let texts = ["aa bb", "aa bb", "aa"];
        assert_eq!(lexicon(&texts, 1, 4).len(), 4);
        assert_eq!(lexicon(&texts, 3, 99).len(), lexicon(&["aa"], 1, 99).len());
    }

    #[test]
    fn an_index_grows_and_finds_everything_again() {
        let mut index = Index::with_capacity(1);
        let keys: Vec<u64> = (1..5000_u64).map(|n| n.wrapping_mul(0x9e37_79b9_7f4a_7c15)).collect();
        for key in &keys {
            index.insert(*key);
            index.insert(*key);
        }
        assert_eq!(index.keys(), keys);
        assert!(keys.iter().enumerate().all(|(at, key)| index.find(*key) == Some(at as u32)));
        assert_eq!(index.find(4), None);
    }
}
