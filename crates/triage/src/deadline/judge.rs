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
    weights: Arc<Table>,
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
        Self {
            weights: Arc::new(Table::new(pairs())),
            start: named(Self::START),
            threshold: named(Self::THRESHOLD),
        }
    }

    /// By how much the mention at `at` is a deadline rather than not: log-odds above the threshold.
    pub(super) fn weigh(&self, page: &Page<'_>, at: usize) -> f32 {
        let mut sum = self.start - self.threshold;
        page.each(at, &mut |parts, value| sum += value * self.weight(parts));
        sum
    }

    fn weight(&self, parts: &[&str]) -> f32 {
        self.weights.of(joined(parts.iter().copied()))
    }
}

/// Weights by the hash of the feature's name, with open addressing; a hash of 0 is an empty place.
#[derive(Debug)]
struct Table {
    hashes: Vec<u64>,
    /// Beside the hashes and not among them: most that are looked for are not there, and so they stay in the cache.
    weights: Vec<f32>,
}

impl Table {
    /// Of two weights with one name the first counts.
    fn new<'n>(weights: impl Iterator<Item = (&'n str, f32)> + Clone) -> Self {
        // A third of the places at least stay empty, so that a search ends soon.
        let places = (weights.clone().count() * 3 / 2 + 1).next_power_of_two();
        let mut table = Self { hashes: vec![0; places], weights: vec![0.0; places] };
        for (name, weight) in weights {
            let hash = joined(name.split(' '));
            let place = table.place(hash);
            if table.hashes[place] == 0 {
                (table.hashes[place], table.weights[place]) = (hash, weight);
            }
        }
        table
    }

    /// The weight of a feature; none of an unknown one.
    fn of(&self, hash: u64) -> f32 {
        let place = self.place(hash);
        if self.hashes[place] == hash { self.weights[place] } else { 0.0 }
    }

    /// Where a hash is, or else the empty place where its search ends.
    fn place(&self, hash: u64) -> usize {
        let mask = self.hashes.len() - 1;
        let mut place = hash as usize & mask;
        while self.hashes[place] != hash && self.hashes[place] != 0 {
            place = (place + 1) & mask;
        }
        place
    }

    #[cfg(test)]
    fn len(&self) -> usize {
        self.hashes.iter().filter(|hash| **hash != 0).count()
    }
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
        assert_eq!(LEARNT.weights.len(), lines);
    }

    #[test]
    fn lines_that_are_no_weights_say_nothing() {
        let judge = Judge::read("s bis\t1.5\nnonsense\ns x\tNaN\nstart\t-2\n");
        assert_eq!((judge.weights.len(), judge.start, judge.threshold), (2, -2.0, 0.0));
        assert!((judge.weight(&["s", "bis"]) - 1.5).abs() < f32::EPSILON);
    }
}
