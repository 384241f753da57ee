//! How much a text as a whole says that a harm is real and present.

use super::rules::RULES;
use super::words::{self, Families};
use super::{Kind, Stretch, Told};

/// Before anything is seen, where some rule holds.
const START: f64 = -1.2;

/// Families that weigh again where they stand with the harm itself.
const THERE: &[(Families, f64)] = &[
    (words::IF, 0.1),
    (words::PAST, -0.1),
    (words::ASK, -0.5),
    (words::HOW, 0.2),
    (words::NOW, 0.4),
    (words::SINCE, 0.2),
    (words::THANKS, -0.7),
];

/// From so many words and marks on, a mail tells more by chance; each step adds its weight.
const LONG: &[(usize, f64)] = &[(120, 0.0), (250, -1.0), (500, -0.2)];

impl Told {
    /// Log-odds that a mail that tells this has high priority.
    pub(super) fn strength(&self, tokens: usize) -> f64 {
        let there = self.plainest.map_or(0, |stretch| stretch.families);
        let there = THERE.iter().filter(|(family, _)| there & family != 0).map(|(_, weight)| weight);
        let long = LONG.iter().filter(|(from, _)| tokens > *from).map(|(_, weight)| weight);
        let families = words::weights(self.families);
        START
            + weights(self.rules).map(|(_, weight)| weight).sum::<f64>()
            + families
            + there.chain(long).sum::<f64>()
    }
}

impl Stretch {
    /// What the heaviest of the rules that hold here speaks of.
    pub(super) fn kind(&self) -> Kind {
        weights(self.rules)
            .max_by(|(_, one), (_, other)| one.total_cmp(other))
            .map_or(Kind::Danger, |(kind, _)| kind)
    }
}

/// The rules of a set, each with its kind and weight.
fn weights(rules: u128) -> impl Iterator<Item = (Kind, f64)> {
    RULES
        .iter()
        .zip(0u32..)
        .filter(move |(_, place)| rules >> place & 1 == 1)
        .map(|(rule, _)| (rule.kind, rule.weight))
}
