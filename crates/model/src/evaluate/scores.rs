//! Figures of one of the two questions: confusion, precision and recall, calibration, coverage.

use domain::Label;
use serde::{Deserialize, Serialize};

use super::{Outcome, share};

/// Bins of the reliability diagram and of the expected calibration error.
const BINS: usize = 15;

/// Figures of one of the two questions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Scores {
    /// `confusion[truth][guess]`, in the order of `labels`.
    pub confusion: [[usize; 3]; 3],
    /// Figures of each label, in the order of [`Label::ALL`].
    pub labels: Vec<LabelScores>,
    /// Mean of the labels' F1.
    pub macro_f1: f64,
    /// Share of right guesses.
    pub accuracy: f64,
    /// Expected calibration error over 15 bins of equal width (Naeini, Cooper, Hauskrecht 2015).
    pub ece: f64,
    /// The bins behind it, without the empty ones.
    pub reliability: Vec<Bin>,
    /// Risk against coverage: accuracy of the surest 5 %, 10 %, … 100 %.
    pub coverage: Vec<Coverage>,
}

/// Figures of one label.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LabelScores {
    /// Name of the label, as in the corpus.
    pub label: String,
    /// How many mails truly have it.
    pub support: usize,
    /// Of the mails it was guessed for, the share that has it; 0 if it was never guessed.
    pub precision: f64,
    /// Of the mails that have it, the share it was guessed for; 0 if none has it.
    pub recall: f64,
    /// Harmonic mean of the two.
    pub f1: f64,
}

/// Mails of like confidence.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Bin {
    /// How many.
    pub records: usize,
    /// Their mean confidence.
    pub confidence: f64,
    /// The share of right guesses among them.
    pub accuracy: f64,
}

/// A point of the risk-coverage curve.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Coverage {
    /// Share of mails, the surest first.
    pub coverage: f64,
    /// Lowest confidence among them: the threshold that sorts this share.
    pub threshold: f64,
    /// Share of right guesses among them.
    pub accuracy: f64,
}

pub(super) fn scores<L: Label>(outcomes: &[Outcome<L>]) -> Scores {
    let mut confusion = [[0; 3]; 3];
    for outcome in outcomes {
        confusion[outcome.truth.index()][outcome.guess.index()] += 1;
    }
    let labels: Vec<LabelScores> = L::ALL.into_iter().map(|label| label_scores(label, &confusion)).collect();
    let reliability = reliability(outcomes);
    let gap = |bin: &Bin| bin.records as f64 * (bin.confidence - bin.accuracy).abs();
    Scores {
        macro_f1: labels.iter().map(|label| label.f1).sum::<f64>() / 3.0,
        accuracy: share(outcomes.iter().filter(|o| o.is_right()).count(), outcomes.len()),
        ece: reliability.iter().map(gap).sum::<f64>() / outcomes.len().max(1) as f64,
        coverage: coverage(outcomes),
        confusion,
        labels,
        reliability,
    }
}

fn label_scores<L: Label>(label: L, confusion: &[[usize; 3]; 3]) -> LabelScores {
    let at = label.index();
    let right = confusion[at][at];
    let support: usize = confusion[at].iter().sum();
    let guessed: usize = confusion.iter().map(|row| row[at]).sum();
    LabelScores {
        label: label.name().to_owned(),
        support,
        precision: share(right, guessed),
        recall: share(right, support),
        f1: share(2 * right, support + guessed),
    }
}

fn reliability<L: Label>(outcomes: &[Outcome<L>]) -> Vec<Bin> {
    let mut bins = [(0_usize, 0.0, 0_usize); BINS];
    for outcome in outcomes {
        let bin = &mut bins[bin_of(outcome.confidence)];
        bin.0 += 1;
        bin.1 += outcome.confidence;
        bin.2 += usize::from(outcome.is_right());
    }
    let filled = bins.into_iter().filter(|(records, ..)| *records > 0);
    filled
        .map(|(records, sum, right)| Bin {
            records,
            confidence: sum / records as f64,
            accuracy: share(right, records),
        })
        .collect()
}

#[expect(clippy::cast_sign_loss, reason = "a confidence lies in 0..=1")]
fn bin_of(confidence: f64) -> usize {
    ((confidence * BINS as f64) as usize).min(BINS - 1)
}

fn coverage<L: Label>(outcomes: &[Outcome<L>]) -> Vec<Coverage> {
    let mut surest: Vec<&Outcome<L>> = outcomes.iter().collect();
    surest.sort_by(|a, b| b.confidence.total_cmp(&a.confidence));
    let point = |twentieths: usize| {
        let taken = (surest.len() * twentieths).div_ceil(20);
        let part = &surest[..taken];
        Some(Coverage {
            coverage: share(twentieths, 20),
            threshold: part.last()?.confidence,
            accuracy: share(part.iter().filter(|o| o.is_right()).count(), taken),
        })
    };
    (1..=20).filter_map(point).collect()
}

#[cfg(test)]
mod tests {
    use domain::Class;

    use super::*;
    use crate::evaluate::{Evaluation, measure};

    fn outcome(truth: Class, guess: Class, confidence: f64) -> Outcome<Class> {
        Outcome { truth, guess, confidence }
    }

    #[test]
    fn figures_are_what_one_counts_by_hand() {
        use Class::{Application as A, Inquiry as I, Other as O};
        let outcomes = [outcome(A, A, 0.9), outcome(A, I, 0.6), outcome(I, I, 0.8), outcome(O, O, 0.7)];
        let scores = scores(&outcomes);
        assert_eq!(scores.confusion, [[1, 1, 0], [0, 1, 0], [0, 0, 1]]);
        for (label, f1) in scores.labels.iter().zip([2.0 / 3.0, 2.0 / 3.0, 1.0]) {
            assert!((label.f1 - f1).abs() < 1e-12, "{}", label.label);
        }
        assert!((scores.macro_f1 - 7.0 / 9.0).abs() < 1e-12);
        assert!((scores.accuracy - 0.75).abs() < 1e-12);
        assert!((scores.ece - (0.1 + 0.6 + 0.2 + 0.3) / 4.0).abs() < 1e-12);
        let last = scores.coverage.last().unwrap();
        assert!((last.coverage - 1.0).abs() < 1e-12 && (last.threshold - 0.6).abs() < 1e-12);
        assert!((scores.coverage[0].accuracy - 1.0).abs() < 1e-12);
    }

    #[test]
    fn nothing_measured_claims_nothing() {
        let evaluation = measure(&[], &[]);
        assert!(evaluation.class.accuracy.abs() < 1e-12 && evaluation.class.coverage.is_empty());
        let text = serde_json::to_string(&evaluation).unwrap();
        assert_eq!(serde_json::from_str::<Evaluation>(&text).unwrap(), evaluation);
    }
}
