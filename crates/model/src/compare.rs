//! Two models on the same mails: who is right where the other is wrong, and whether that could be chance.

use domain::Label;
use serde::{Deserialize, Serialize};

use crate::evaluate::guess;
use crate::{Example, Model};

/// Share of classes that a model may get wrong more than the one whose place it takes.
const TOLERATED_LOSS: f64 = 0.01;

/// A paired comparison of two models.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    /// How many mails both judged.
    pub records: usize,
    /// Who got the class right.
    pub class: Pairs,
    /// Who got the priority right.
    pub priority: Pairs,
}

/// Mails by which of two models was right.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Pairs {
    /// Both right.
    pub both: usize,
    /// Only the first, the one that is asked about.
    pub only_first: usize,
    /// Only the second, the one it is held against.
    pub only_second: usize,
    /// Neither.
    pub neither: usize,
    /// Two-sided exact `McNemar` test (binomial over the mails where they differ).
    pub p_value: f64,
}

impl Comparison {
    /// Whether the first model is worse than the second: fewer right classes, or as many and fewer right priorities.
    pub fn is_worse(&self) -> bool {
        let gain = |pairs: &Pairs| pairs.only_first.cmp(&pairs.only_second);
        gain(&self.class).then(gain(&self.priority)).is_lt()
    }

    /// Whether it is worse in class or priority by more than chance explains (p below 0.05).
    pub fn is_clearly_worse(&self) -> bool {
        let clearly = |pairs: &Pairs| pairs.only_first < pairs.only_second && pairs.p_value < 0.05;
        clearly(&self.class) || clearly(&self.priority)
    }

    /// Whether the first model should not take the place of the second: it is clearly worse, or gets more than
    /// a point fewer classes right, be it chance or not.
    pub fn forbids_promotion(&self) -> bool {
        let Pairs { only_first, only_second, .. } = self.class;
        let lost = only_second as f64 - only_first as f64;
        self.is_clearly_worse() || lost > self.records as f64 * TOLERATED_LOSS
    }
}

/// Lets both models judge the same examples.
pub fn compare(first: &Model, second: &Model, examples: &[Example]) -> Comparison {
    let (mut class, mut priority) = (Pairs::default(), Pairs::default());
    for example in examples {
        let (ours, theirs) = (guess(first, example), guess(second, example));
        class.count(example.class, ours.0.best(), theirs.0.best());
        priority.count(example.priority, ours.1.best(), theirs.1.best());
    }
    class.p_value = mcnemar(class.only_first, class.only_second);
    priority.p_value = mcnemar(priority.only_first, priority.only_second);
    Comparison { records: examples.len(), class, priority }
}

impl Pairs {
    /// Counts mails by whether the first was right and whether the second was.
    pub fn of(mails: impl IntoIterator<Item = (bool, bool)>) -> Self {
        let mut pairs = Self::default();
        mails.into_iter().for_each(|(first, second)| *pairs.cell(first, second) += 1);
        pairs.p_value = mcnemar(pairs.only_first, pairs.only_second);
        pairs
    }

    fn count<L: Label>(&mut self, truth: L, first: L, second: L) {
        *self.cell(first == truth, second == truth) += 1;
    }

    fn cell(&mut self, first: bool, second: bool) -> &mut usize {
        match (first, second) {
            (true, true) => &mut self.both,
            (true, false) => &mut self.only_first,
            (false, true) => &mut self.only_second,
            (false, false) => &mut self.neither,
        }
    }
}

/// Twice the lower tail of Binomial(b + c, ½), at most 1 (`McNemar` 1947, exact form). In logarithms, so that
/// thousands of differences do not underflow.
fn mcnemar(b: usize, c: usize) -> f64 {
    let n = (b + c) as f64;
    let mut log_term = -n * std::f64::consts::LN_2;
    let mut tail = log_term.exp();
    for k in 0..b.min(c) {
        log_term += ((n - k as f64) / (k as f64 + 1.0)).ln();
        tail += log_term.exp();
    }
    (2.0 * tail).min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(b: usize, c: usize, expected: f64) {
        assert!((mcnemar(b, c) - expected).abs() < 1e-9, "{b} {c}: {}", mcnemar(b, c));
    }

    #[test]
    fn p_values_are_the_exact_binomials() {
        check(0, 0, 1.0);
        check(5, 5, 1.0);
        check(0, 5, 0.0625);
        check(1, 9, 22.0 / 1024.0);
        check(9, 1, 22.0 / 1024.0);
        assert!(mcnemar(2000, 2400) < 1e-6 && mcnemar(2000, 2400) > 0.0);
    }

    fn comparison(records: usize, won: usize, lost: usize) -> Comparison {
        let mails = (0..records).map(|at| (at >= lost, at < lost || at >= lost + won));
        Comparison { records, class: Pairs::of(mails), priority: Pairs::default() }
    }

    #[test]
    fn a_promotion_is_forbidden_by_a_clear_loss_or_more_than_a_point() {
        for (records, won, lost, forbidden) in [
            (1000, 0, 0, false),
            (1000, 30, 40, false),
            (1000, 30, 41, true),
            (10_000, 10, 30, true),
            (10_000, 30, 40, false),
            (100, 0, 1, false),
            (100, 0, 2, true),
            (0, 0, 0, false),
        ] {
            assert_eq!(
                comparison(records, won, lost).forbids_promotion(),
                forbidden,
                "{records} {won} {lost}"
            );
        }
    }
}
