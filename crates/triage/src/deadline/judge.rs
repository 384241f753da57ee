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
use crate::words::{hash, stir};

/// The learnt weights of what is seen of a mention.
#[derive(Clone, Debug)]
pub struct Judge {
    /// By the hash of the feature's name, in a table with open addressing; a hash of 0 is an empty place.
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
        Self { weights: table(pairs()), start: named(Self::START), threshold: named(Self::THRESHOLD) }
    }

    /// By how much the mention at `at` is a deadline rather than not: log-odds above the threshold.
    pub(super) fn weigh(&self, page: &Page<'_>, at: usize) -> f32 {
        let mut sum = self.start - self.threshold;
        page.each(at, &mut |parts, value| sum += value * self.weight(parts));
        sum
    }

    fn weight(&self, parts: &[&str]) -> f32 {
        let (_, weight) = self.weights[place(&self.weights, joined(parts.iter().copied()))];
        weight
    }
}

/// A table of weights; of two with one name the first counts.
fn table<'n>(weights: impl Iterator<Item = (&'n str, f32)> + Clone) -> Arc<[(u64, f32)]> {
    // Half of the places stay empty, so that a search ends.
    let mut table = vec![(0, 0.0); (2 * weights.clone().count() + 1).next_power_of_two()];
    for (name, weight) in weights {
        let hash = joined(name.split(' '));
        let place = place(&table, hash);
        if table[place].0 == 0 {
            table[place] = (hash, weight);
        }
    }
    table.into()
}

/// Where a hash is in the table, or else the empty place where its search ends.
fn place(table: &[(u64, f32)], hash: u64) -> usize {
    let mask = table.len() - 1;
    let mut place = hash as usize & mask;
    while table[place].0 != hash && table[place].0 != 0 {
        place = (place + 1) & mask;
    }
    place
}

/// The hash of parts joined by spaces, 64 bits and never 0: of some ten thousand names no two meet.
fn joined<'n>(parts: impl Iterator<Item = &'n str>) -> u64 {
    parts.fold(0, |state, part| stir(state, hash(part))).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_learnt_weights_is_read_and_no_two_names_meet() {
        let lines = include_str!("weights.tsv").lines().count();
        assert_eq!(LEARNT.weights.iter().filter(|(hash, _)| *hash != 0).count(), lines);
    }

    #[test]
    fn lines_that_are_no_weights_say_nothing() {
        let judge = Judge::read("s bis\t1.5\nnonsense\ns x\tNaN\nstart\t-2\n");
        let known = judge.weights.iter().filter(|(hash, _)| *hash != 0).count();
        assert_eq!((known, judge.start, judge.threshold), (2, -2.0, 0.0));
        assert!((judge.weight(&["s", "bis"]) - 1.5).abs() < f32::EPSILON);
    }
}
