//! From what the operator wishes to the confidence from which on a class becomes a tag.
//!
//! ```text
//! out-of-fold guesses ─▶ risk table (in the manifest) ─▶ threshold_for(manifest, wish) ─▶ confidence
//! ```
//!
//! „At most 2 % wrong among the sorted" is another confidence for every model. The table is of mails whose authors
//! the model had not seen; its bounds allow for how few they were. It knows nothing of mail that is unlike the corpus.

use serde::{Deserialize, Serialize};

use crate::{Evaluation, Manifest};

/// What the operator wishes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Wish {
    /// This very threshold, in 0..=1.
    Confidence(f64),
    /// At most this share of wrong classes among the sorted, in 0..1.
    MostWrong(f64),
}

impl Default for Wish {
    fn default() -> Self {
        Self::MostWrong(0.03)
    }
}

/// What is to be expected of one threshold. A surer share is never worse than a less sure one: where the count
/// said so, it was of too few mails, and the less sure one's figures stand.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RiskPoint {
    /// Mails of at least this confidence are sorted.
    pub confidence: f64,
    /// Share of mails that this sorts.
    pub coverage: f64,
    /// Share of wrong classes among them.
    pub error: f64,
    /// Upper bound of that share (Clopper and Pearson, one-sided, 95 %).
    pub bound: f64,
}

/// A threshold, and what is to be expected of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Threshold {
    /// The confidence from which on a class is a tag; infinite where nothing may be sorted.
    pub confidence: f64,
    /// None where the model says nothing about it, or nothing is sorted.
    pub expected: Option<RiskPoint>,
}

/// The risk table of an evaluation, the lowest confidence first.
pub(crate) fn table(evaluation: &Evaluation) -> Vec<RiskPoint> {
    let (mut error, mut bound) = (1.0_f64, 1.0_f64);
    let mut point = |point: &crate::RiskCoverage| {
        error = error.min(point.error);
        bound = bound.min(point.error_bound);
        let [coverage, error, bound] =
            [point.coverage, error, bound].map(|share| (share * 1e6).round() / 1e6);
        RiskPoint { confidence: point.threshold, coverage, error, bound }
    };
    evaluation.risk_coverage.iter().map(&mut point).collect()
}

/// The threshold that a wish means for the model of this manifest. A wish that the model cannot promise, or of
/// which its manifest says nothing (trained before there were risk tables), leaves every mail to people.
pub fn threshold_for(manifest: &Manifest, wish: Wish) -> Threshold {
    let table = &manifest.risk;
    match wish {
        Wish::Confidence(confidence) => {
            let below = table.partition_point(|point| point.confidence <= confidence);
            Threshold { confidence, expected: table.get(below.saturating_sub(1)).cloned() }
        }
        Wish::MostWrong(most) => {
            let expected = table.iter().find(|point| point.bound <= most).cloned();
            Threshold {
                confidence: expected.as_ref().map_or(f64::INFINITY, |point| point.confidence),
                expected,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn manifest(table: &[(f64, f64, f64, f64)]) -> Manifest {
        let mut manifest: Manifest =
            serde_json::from_str(include_str!("../../../models/standard-1/manifest.json")).unwrap();
        let point = |&(confidence, coverage, error, bound)| RiskPoint { confidence, coverage, error, bound };
        manifest.risk = table.iter().map(point).collect();
        manifest
    }

    #[test]
    fn a_wish_becomes_the_lowest_threshold_that_keeps_it() {
        let manifest = manifest(&[
            (0.35, 1.0, 0.13, 0.141),
            (0.6, 0.8, 0.05, 0.058),
            (0.8, 0.6, 0.01, 0.019),
            (0.9, 0.4, 0.004, 0.012),
        ]);
        for (wish, confidence, coverage) in [
            (Wish::MostWrong(0.2), 0.35, Some(1.0)),
            (Wish::MostWrong(0.058), 0.6, Some(0.8)),
            (Wish::MostWrong(0.057), 0.8, Some(0.6)),
            (Wish::MostWrong(0.02), 0.8, Some(0.6)),
            (Wish::MostWrong(0.012), 0.9, Some(0.4)),
            (Wish::MostWrong(0.01), f64::INFINITY, None),
            (Wish::Confidence(0.75), 0.75, Some(0.8)),
            (Wish::Confidence(0.8), 0.8, Some(0.6)),
            (Wish::Confidence(0.1), 0.1, Some(1.0)),
            (Wish::Confidence(1.0), 1.0, Some(0.4)),
        ] {
            let threshold = threshold_for(&manifest, wish);
            assert!(threshold.confidence.total_cmp(&confidence).is_eq(), "{wish:?}: {threshold:?}");
            assert_eq!(threshold.expected.map(|point| point.coverage), coverage, "{wish:?}");
        }
    }

    #[test]
    fn a_model_without_a_table_promises_nothing() {
        let manifest = manifest(&[]);
        let threshold = |wish| threshold_for(&manifest, wish);
        assert_eq!(threshold(Wish::MostWrong(0.05)).expected, None);
        assert!(threshold(Wish::MostWrong(0.05)).confidence > 1.0);
        assert!((threshold(Wish::Confidence(0.75)).confidence - 0.75).abs() < 1e-12);
    }
}
