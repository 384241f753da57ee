//! The features that a model knows: which there are, how rare each is, and a message's row of values over them.

use std::cell::Cell;

use domain::Message;

use crate::features::{self, Block, Feature, block};
use crate::text::Reading;

/// Known features, sorted by key; the position is the feature's index.
pub(crate) struct Lexicon {
    keys: Vec<u64>,
    /// Inverse document frequency, smoothed: ln((1 + n) / (1 + df)) + 1.
    idf: Vec<f32>,
    directory: Directory,
}

/// A message over the known features: TF-IDF with 1 + ln(tf), each block of Euclidean length 1.
pub(crate) type Row = Vec<(u32, f32)>;

impl Lexicon {
    /// Takes sorted, distinct keys and as many inverse document frequencies.
    pub(crate) fn new(keys: Vec<u64>, idf: Vec<f32>) -> Self {
        let directory = Directory::new(&keys);
        Self { keys, idf, directory }
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
        self.directory.find(key, &self.keys)
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
        let mut found: Vec<Found> = Vec::with_capacity(2 * reading.chars.len());
        features::each(message, reading, |Feature { key, chunks }| {
            let Some(index) = self.find(key) else { return false };
            let place = &mut places[index as usize];
            if *place == 0 {
                found.push(Found { feature: index, count: 0, block: block(key) });
                *place = found.len() as u32;
            }
            let at = *place as usize - 1;
            found[at].count += 1;
            occurs(at, chunks);
            true
        });
        for Found { feature, .. } in &found {
            places[*feature as usize] = 0;
        }
        PLACES.set(places);
        Counts { found, written: features::written(reading) }
    }

    /// How much of what a message says is known, in 0..=1: the mean of its words' and its characters' shares.
    /// `known` may leave out features that only the message itself knows.
    pub(crate) fn familiarity(counts: &Counts, known: impl Fn(u32) -> bool) -> f64 {
        let mut found = [0; 2];
        for &Found { count, block, .. } in counts.found.iter().filter(|found| known(found.feature)) {
            found[block as usize] += count as usize;
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
        for &Found { feature, count, block } in &counts.found {
            let often = if count == 1 { 1.0 } else { 1.0 + (count as f32).ln() };
            let value = often * self.idf[feature as usize];
            squares[block as usize] += value * value;
            row.push((feature, value));
        }
        let scale = squares.map(|square| 1.0 / square.max(f32::MIN_POSITIVE).sqrt());
        for ((_, value), found) in row.iter_mut().zip(&counts.found) {
            *value *= scale[found.block as usize];
        }
        row
    }
}

thread_local! {
    /// Where each feature stands among those found so far, plus one; all zero between two messages.
    static PLACES: Cell<Vec<u32>> = const { Cell::new(Vec::new()) };
}

/// What a message has of a lexicon.
pub(crate) struct Counts {
    /// Each known feature, in order of first occurrence.
    pub(crate) found: Vec<Found>,
    /// Words and runs of characters, known or not.
    written: [usize; 2],
}

/// A known feature of a message.
#[derive(Clone, Copy)]
pub(crate) struct Found {
    feature: u32,
    /// How often it occurs.
    pub(crate) count: u32,
    /// Kept beside it, so that its key need not be looked at again.
    block: Block,
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

/// Where a lexicon's keys are, by open addressing with linear probing. A place is 32 bits, so that all of them stay
/// in the cache: the position plus one, and above it as many bits of the key as fit.
struct Directory {
    places: Vec<u32>,
    /// The bits of a place that are the position.
    position: u32,
}

impl Directory {
    /// Takes distinct keys, fewer than 2³¹.
    fn new(keys: &[u64]) -> Self {
        let position = (keys.len() as u32 + 1).next_power_of_two() - 1;
        let mut directory = Self { places: vec![0; (3 * keys.len() / 2 + 2).next_power_of_two()], position };
        for (key, next) in keys.iter().zip(1..) {
            let mut place = directory.home(*key);
            while directory.places[place] != 0 {
                place = directory.after(place);
            }
            directory.places[place] = directory.mark(*key) | next;
        }
        directory
    }

    fn find(&self, key: u64, keys: &[u64]) -> Option<u32> {
        let (mark, mut place) = (self.mark(key), self.home(key));
        loop {
            let entry = self.places[place];
            let at = (entry & self.position).checked_sub(1)?;
            if entry & !self.position == mark && keys[at as usize] == key {
                return Some(at);
            }
            place = self.after(place);
        }
    }

    /// The bits of a key that stand above the position.
    fn mark(&self, key: u64) -> u32 {
        (key >> 32) as u32 & !self.position
    }

    fn home(&self, key: u64) -> usize {
        (key >> 7) as usize & (self.places.len() - 1)
    }

    fn after(&self, place: usize) -> usize {
        (place + 1) & (self.places.len() - 1)
    }
}

/// Keys to numbers while they are counted, by open addressing with linear probing.
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
    fn an_index_grows_and_keeps_everything() {
        let mut index = Index::with_capacity(1);
        let keys: Vec<u64> = (1..5000_u64).map(|n| n.wrapping_mul(0x9e37_79b9_7f4a_7c15)).collect();
        for key in &keys {
            index.insert(*key);
            index.insert(*key);
        }
        assert_eq!(index.keys(), keys);
    }

    #[test]
    fn a_directory_finds_every_key_and_no_other() {
        for count in [0_u64, 1, 2, 1000, 5000] {
            let keys: Vec<u64> = (1..=count).map(|n| n.wrapping_mul(0x9e37_79b9_7f4a_7c15)).collect();
            let directory = Directory::new(&keys);
            assert!(keys.iter().zip(0..).all(|(key, at)| directory.find(*key, &keys) == Some(at)));
            assert!((1..9).all(|key| directory.find(key, &keys).is_none()));
        }
    }
}
