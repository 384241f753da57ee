//! The one feature function, for training, serving and explaining: hashed n-grams of words and characters.
//!
//! Words: 1- and 2-grams within a field, and again by themselves where they are part of a question. Characters: 2- to 5-grams within a chunk and the spaces around it
//! (scikit-learn calls that `char_wb`). Hashes grow with the n-gram, so nothing is allocated for a feature.

use domain::Message;

use crate::text::{Chunk, Reading, Word};

/// Changes whenever the same message would get other features: a model refuses another version's weights.
pub(crate) const VERSION: u32 = 2;

/// Longest n-gram of characters.
const LONGEST: usize = 5;

/// Which of the two normalised halves of the design a feature belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Block {
    Words,
    Chars,
}

/// One occurrence of a feature.
#[derive(Clone, Copy)]
pub(crate) struct Feature {
    /// 63 bits of hash and the block in the lowest one; never zero.
    pub(crate) key: u64,
    /// First and last chunk that it covers; none for facts of the header.
    pub(crate) chunks: Option<(usize, usize)>,
}

/// The block that a key belongs to.
pub(crate) fn block(key: u64) -> Block {
    if key & 1 == 0 { Block::Words } else { Block::Chars }
}

/// Calls `emit` with every feature of the message, repeated as often as it occurs. Where it answers that a run of
/// characters is unknown, the longer runs that begin with it are passed over: they are rarer still.
pub(crate) fn each(message: &Message, reading: &Reading, mut emit: impl FnMut(Feature) -> bool) {
    facts(message, &mut emit);
    words(reading, &mut emit);
    characters(reading, &mut emit);
}

/// How many words (with pairs) and runs of characters a message has, known or not; without facts of the header.
pub(crate) fn written(reading: &Reading) -> [usize; 2] {
    let asked = reading.words.iter().filter(|word| reading.chunks[word.chunk].asked).count();
    let field = |word: &Word| reading.chunks[word.chunk].field;
    let pairs = reading.words.windows(2).filter(|pair| field(&pair[0]) == field(&pair[1])).count();
    let runs = |chunk: &Chunk| {
        let padded = chunk.end - chunk.start + 2;
        (2..=LONGEST).map(|length| (padded + 1).saturating_sub(length)).sum::<usize>()
    };
    [reading.words.len() + asked + pairs, reading.chunks.iter().map(runs).sum()]
}

/// What the headers say, as words that no text can contain.
fn facts(message: &Message, emit: &mut impl FnMut(Feature) -> bool) {
    let circumstances = &message.circumstances;
    let facts = [
        ("bulk", circumstances.bulk),
        ("automatic", circumstances.automatic),
        ("reply", circumstances.reply),
        ("handed over", circumstances.handed_over),
        ("forwarded", circumstances.forwarded),
        ("attachments", !message.attachments.is_empty()),
    ];
    for (name, _) in facts.into_iter().filter(|(_, holds)| *holds) {
        emit(Feature { key: key(extend_all(FACT, name.chars()), Block::Words), chunks: None });
    }
}

fn words(reading: &Reading, emit: &mut impl FnMut(Feature) -> bool) {
    let mut previous: Option<(u64, usize)> = None;
    for &Word { start, end, chunk } in &reading.words {
        let hash = extend_all(WORD, reading.chars[start..end].iter().copied());
        emit(Feature { key: key(hash, Block::Words), chunks: Some((chunk, chunk)) });
        if reading.chunks[chunk].asked {
            emit(Feature { key: key(extend(hash, '?'), Block::Words), chunks: Some((chunk, chunk)) });
        }
        let same_field = |other: usize| reading.chunks[other].field == reading.chunks[chunk].field;
        if let Some((before, at)) = previous.filter(|(_, at)| same_field(*at)) {
            let pair = mix(before).wrapping_add(hash);
            emit(Feature { key: key(pair, Block::Words), chunks: Some((at, chunk)) });
        }
        previous = Some((hash, chunk));
    }
}

fn characters(reading: &Reading, emit: &mut impl FnMut(Feature) -> bool) {
    for (index, chunk) in reading.chunks.iter().enumerate() {
        let padded = &reading.chars[chunk.start - 1..=chunk.end];
        for start in 0..padded.len() {
            let mut hash = CHARS;
            for (length, c) in (1..=LONGEST).zip(&padded[start..]) {
                hash = extend(hash, *c);
                let chunks = Some((index, index));
                if length >= 2 && !emit(Feature { key: key(hash, Block::Chars), chunks }) {
                    break;
                }
            }
        }
    }
}

// Starting values, so that no word hashes like a run of characters.
const WORD: u64 = 0x9e37_79b9_7f4a_7c15;
const CHARS: u64 = 0xc2b2_ae3d_27d4_eb4f;
const FACT: u64 = 0x1656_67b1_9e37_79f9;

/// One step of FNV-1a over characters instead of bytes.
fn extend(hash: u64, c: char) -> u64 {
    (hash ^ u64::from(u32::from(c))).wrapping_mul(0x0000_0100_0000_01b3)
}

fn extend_all(seed: u64, chars: impl Iterator<Item = char>) -> u64 {
    chars.fold(seed, extend)
}

/// The finaliser of `MurmurHash3`: every bit of the hash depends on every character.
fn mix(mut hash: u64) -> u64 {
    hash ^= hash >> 33;
    hash = hash.wrapping_mul(0xff51_afd7_ed55_8ccd);
    hash ^= hash >> 33;
    hash = hash.wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    hash ^ (hash >> 33)
}

fn key(hash: u64, block: Block) -> u64 {
    let key = (mix(hash) & !1) | u64::from(block == Block::Chars);
    if key == 0 { 2 } else { key }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn keys(text: &str, wanted: Block) -> BTreeSet<u64> {
        let message = Message { text: text.into(), ..Message::default() };
        let mut keys = BTreeSet::new();
        each(&message, &Reading::of(&message), |feature| {
            if block(feature.key) == wanted {
                keys.insert(feature.key);
            }
            true
        });
        keys
    }

    #[test]
    fn words_come_alone_and_in_pairs() {
        assert_eq!(keys("ich beantrage hiermit", Block::Words).len(), 5);
        assert_ne!(keys("eins zwei", Block::Words), keys("zwei eins", Block::Words));
    }

    #[test]
    fn a_word_in_a_question_is_two_features() {
        assert_eq!(keys("wann?", Block::Words).len(), 2);
    }

    #[test]
    fn characters_come_two_to_five_at_a_time_within_a_chunk() {
        // " ab " has 3 + 2 + 1 n-grams of lengths 2, 3, 4.
        assert_eq!(keys("ab", Block::Chars).len(), 6);
        assert_eq!(keys("ab ab", Block::Chars).len(), 6);
    }

    #[test]
    fn what_is_written_is_counted_as_it_is_emitted() {
        let message =
            Message { subject: "Antrag".into(), text: "Wann kommt er? bald a".into(), ..Message::default() };
        let reading = Reading::of(&message);
        let mut emitted = [0; 2];
        each(&message, &reading, |feature| {
            emitted[block(feature.key) as usize] += 1;
            true
        });
        assert_eq!(written(&reading), emitted);
    }

    #[test]
    fn what_begins_with_an_unknown_run_is_passed_over() {
        let message = Message { text: "abc".into(), ..Message::default() };
        let mut emitted = 0;
        each(&message, &Reading::of(&message), |_| {
            emitted += 1;
            false
        });
        // One word, and one run of two characters from each of " ", "a", "b", "c".
        assert_eq!(emitted, 1 + 4);
    }

    #[test]
    fn spelling_with_and_without_umlauts_is_the_same() {
        assert_eq!(keys("Prüfung für Größe", Block::Chars), keys("pruefung FUER groesse", Block::Chars));
    }
}
