//! How a model is trained: everything that decides the bytes of the artifact, besides the corpus.

use serde::{Deserialize, Serialize};

/// Parameters of [`train`](crate::train). The defaults are what was measured (`examples/measure.rs`).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrainParams {
    /// Deals groups to folds and picks landmarks.
    pub seed: u64,
    /// Inverse strength of the L2 regularisation of the class, scikit-learn's `C`.
    pub class_strength: f64,
    /// The same for the priority.
    pub priority_strength: f64,
    /// In how many folds the corpus is held out for calibration, by group.
    pub folds: usize,
    /// A feature must occur in at least so many mails, so that no single person's words are learnt.
    pub fewest_mails: u32,
    /// At most so many features; the most frequent ones stay. Bounds the artifact: 24 bytes each.
    pub most_features: usize,
    /// Up to so many mails are learnt exactly; beyond, so many landmarks (or fewer) stand for all.
    pub landmarks: usize,
    /// L-BFGS iterations at most.
    pub iterations: u64,
    /// L-BFGS ends at this length of the gradient.
    pub tolerance: f64,
    /// Groups that only teach: collections of hard cases, unlike the mail that comes, so that how often a guess is
    /// right among them says nothing about how sure to be. Calibration leaves them out.
    #[serde(default)]
    pub teach_only: Vec<String>,
}

impl Default for TrainParams {
    fn default() -> Self {
        Self {
            seed: 1,
            class_strength: 20.0,
            priority_strength: 20.0,
            folds: 5,
            fewest_mails: 3,
            most_features: 150_000,
            landmarks: 6_000,
            iterations: 40,
            tolerance: 1e-2,
            teach_only: Vec::new(),
        }
    }
}

/// A training parameter out of its range.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("the training parameter `{name}` is {value}, it must be {range}")]
pub struct InvalidParam {
    /// Field of [`TrainParams`].
    pub name: &'static str,
    /// What it was.
    pub value: f64,
    /// What would be right.
    pub range: &'static str,
}

/// Parameters that can be trained with.
pub(crate) struct CheckedParams<'a>(&'a TrainParams);

impl std::ops::Deref for CheckedParams<'_> {
    type Target = TrainParams;

    fn deref(&self) -> &TrainParams {
        self.0
    }
}

impl TrainParams {
    /// Only what is checked can be trained with.
    pub(crate) fn check(&self) -> Result<CheckedParams<'_>, InvalidParam> {
        let positive = "a number above zero, at most 10000";
        let is_positive = |value: f64| value > 0.0 && value <= 1e4;
        let cases = [
            ("class_strength", self.class_strength, is_positive(self.class_strength), positive),
            ("priority_strength", self.priority_strength, is_positive(self.priority_strength), positive),
            ("tolerance", self.tolerance, is_positive(self.tolerance), positive),
            ("folds", self.folds as f64, (2..=100).contains(&self.folds), "2 to 100"),
            ("fewest_mails", f64::from(self.fewest_mails), self.fewest_mails >= 2, "2 or more"),
            (
                "most_features",
                self.most_features as f64,
                (1_000..=1_000_000).contains(&self.most_features),
                "1000 to 1000000",
            ),
            ("landmarks", self.landmarks as f64, (100..=10_000).contains(&self.landmarks), "100 to 10000"),
            ("iterations", self.iterations as f64, (1..=10_000).contains(&self.iterations), "1 to 10000"),
        ];
        match cases.into_iter().find(|(_, _, holds, _)| !holds) {
            Some((name, value, _, range)) => Err(InvalidParam { name, value, range }),
            None => Ok(CheckedParams(self)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_can_be_trained_with() {
        assert!(TrainParams::default().check().is_ok());
    }

    #[test]
    fn nonsense_is_refused_by_name() {
        let bad = TrainParams { class_strength: f64::NAN, ..TrainParams::default() };
        assert_eq!(bad.check().err().map(|e| e.name), Some("class_strength"));
        let bad = TrainParams { folds: 1, ..TrainParams::default() };
        assert_eq!(
            bad.check().err().map(|e| e.to_string()).as_deref(),
            Some("the training parameter `folds` is 1, it must be 2 to 100")
        );
    }
}
