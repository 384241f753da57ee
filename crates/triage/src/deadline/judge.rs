//! Which mentioned day is a deadline: what is seen of it, weighed by what was learnt of labelled mails.
//!
//! ```text
//! mention ─▶ features ─▶ Σ weight · value ─▶ above the threshold: a deadline
//! ```
//!
//! The weights are those of a logistic regression; `weights.tsv` holds them, readable, a feature a line.
//! `tests/benches/figures` fits them from the corpus and says how good they are for authors that they have not seen.

use std::sync::{Arc, LazyLock};

use super::features::Page;

/// The learnt weights of what is seen of a mention.
#[derive(Clone, Debug)]
pub struct Judge {
    /// Ordered by the hash of the feature's name.
    weights: Arc<[(u64, f32)]>,
    start: f32,
    threshold: f32,
}

static LEARNT: LazyLock<Judge> = LazyLock::new(|| Judge::read(include_str!("weights.tsv")));

impl Default for Judge {
    /// The weights that come with the program.
    fn default() -> Self {
        LEARNT.clone()
    }
}

impl Judge {
    /// The name of the weight that every mention has.
    pub const START: &str = "start";
    /// The name of the score above which a mention counts.
    pub const THRESHOLD: &str = "threshold";

    /// Reads lines of a feature, a tab and its weight; other lines say nothing.
    pub fn read(lines: &str) -> Self {
        let pairs = || {
            lines.lines().filter_map(|line| line.split_once('\t')).filter_map(|(name, weight)| {
                Some((name, weight.parse::<f32>().ok().filter(|weight| weight.is_finite())?))
            })
        };
        let named =
            |wanted: &str| pairs().find(|(name, _)| *name == wanted).map_or(0.0, |(_, weight)| weight);
        let mut weights: Vec<(u64, f32)> = pairs().map(|(name, weight)| (joined(&[name]), weight)).collect();
        weights.sort_unstable_by_key(|(hash, _)| *hash);
        Self { weights: weights.into(), start: named(Self::START), threshold: named(Self::THRESHOLD) }
    }

    /// By how much the mention at `at` is a deadline rather than not: log-odds above the threshold.
    pub(super) fn weigh(&self, page: &Page<'_>, at: usize) -> f32 {
        let mut sum = self.start - self.threshold;
        page.each(at, &mut |parts, value| sum += value * self.weight(parts));
        sum
    }

    fn weight(&self, parts: &[&str]) -> f32 {
        let name = joined(parts);
        let at = self.weights.binary_search_by_key(&name, |(hash, _)| *hash);
        at.ok().and_then(|at| self.weights.get(at)).map_or(0.0, |(_, weight)| *weight)
    }
}

/// The hash of parts joined by spaces.
fn joined(parts: &[&str]) -> u64 {
    let mut state = OFFSET;
    for (at, part) in parts.iter().enumerate() {
        if at > 0 {
            state = step(state, b' ');
        }
        state = part.bytes().fold(state, step);
    }
    state
}

// FNV-1a, 64 bits: of some ten thousand names no two meet.
const OFFSET: u64 = 0xcbf2_9ce4_8422_2325;

fn step(state: u64, byte: u8) -> u64 {
    (state ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_learnt_weights_is_read_and_no_two_names_meet() {
        let lines = include_str!("weights.tsv").lines().count();
        assert_eq!(LEARNT.weights.len(), lines);
        assert!(LEARNT.weights.windows(2).all(|pair| pair[0].0 != pair[1].0));
    }

    #[test]
    fn lines_that_are_no_weights_say_nothing() {
        let judge = Judge::read("s bis\t1.5\nnonsense\ns x\tNaN\nstart\t-2\n");
        assert_eq!((judge.weights.len(), judge.start, judge.threshold), (2, -2.0, 0.0));
        assert!((judge.weight(&["s", "bis"]) - 1.5).abs() < f32::EPSILON);
    }
}
