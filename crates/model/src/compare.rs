//! Two models on the same mails: who is right where the other is wrong, and whether that could be chance.

use domain::Label;
use serde::{Deserialize, Serialize};

use crate::evaluate::guess;
use crate::{Example, Model};

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
    fn count<L: Label>(&mut self, truth: L, first: L, second: L) {
        let cell = match (first == truth, second == truth) {
            (true, true) => &mut self.both,
            (true, false) => &mut self.only_first,
            (false, true) => &mut self.only_second,
            (false, false) => &mut self.neither,
        };
        *cell += 1;
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
}
