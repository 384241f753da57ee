//! Distance to what was learnt: a mail of which little is known gets a verdict that is little sure.

/// One mail in so many is unusual.
const UNUSUAL: usize = 50;

/// What is said of the class of a mail of which nothing is known: any.
pub(crate) const UNKNOWN_CLASS: [f64; 3] = [1.0 / 3.0; 3];
/// What is said of its priority: a person should look, and nothing says that it is urgent.
pub(crate) const UNKNOWN_PRIORITY: [f64; 3] = [0.25, 0.5, 0.25];

/// How much of a mail is usually known: the familiarity that all but few mails of unseen authors reach.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Usual(pub(crate) f64);

impl Usual {
    /// Learns from the familiarity (0..=1) of mails to models that had not seen their authors.
    pub(crate) fn of(familiarity: &[f64]) -> Self {
        let mut sorted = familiarity.to_vec();
        sorted.sort_by(f64::total_cmp);
        Self(sorted.get(sorted.len() / UNUSUAL).copied().unwrap_or(1.0))
    }

    /// Unnormalised probabilities, drawn towards those of the `unknown` the further `familiarity` is below the usual.
    pub(crate) fn shrink(self, mut weights: [f64; 3], familiarity: f64, unknown: [f64; 3]) -> [f64; 3] {
        let trust = self.trust(familiarity);
        let total: f64 = weights.iter().sum();
        for (weight, unknown) in weights.iter_mut().zip(unknown) {
            *weight = trust * *weight / total + (1.0 - trust) * unknown;
        }
        weights
    }

    /// 0 where nothing is known, 1 from the usual on, smooth at both ends.
    fn trust(self, familiarity: f64) -> f64 {
        let share = if familiarity < self.0 { familiarity / self.0 } else { f64::from(familiarity > 0.0) };
        share * share * (3.0 - 2.0 * share)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_usual_is_what_all_but_few_reach() {
        let familiarity: Vec<f64> = (0..100).rev().map(|n| f64::from(n) / 100.0).collect();
        assert_eq!(Usual::of(&familiarity), Usual(0.02));
        assert_eq!(Usual::of(&[]), Usual(1.0));
    }

    #[test]
    fn the_less_is_known_the_less_is_sure() {
        let usual = Usual(0.6);
        let sure = |familiarity: f64| usual.shrink([1.0, 0.1, 0.1], familiarity, UNKNOWN_CLASS)[0];
        assert!((sure(0.0) - 1.0 / 3.0).abs() < 1e-12);
        assert!(sure(0.0) < sure(0.2) && sure(0.2) < sure(0.4) && sure(0.4) < sure(0.6));
        assert!((sure(0.6) - 1.0 / 1.2).abs() < 1e-12 && (sure(1.0) - sure(0.6)).abs() < 1e-12);
        assert!((Usual(0.0).shrink([1.0, 0.0, 0.0], 0.0, UNKNOWN_CLASS)[0] - 1.0 / 3.0).abs() < 1e-12);
        // Nothing known is no reason to hurry.
        let [high, normal, low] = usual.shrink([1.0, 0.1, 0.1], 0.0, UNKNOWN_PRIORITY);
        assert!(normal > high && normal > low);
    }
}
