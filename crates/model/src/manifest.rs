//! The part of an artifact that people read: what the model was learnt from, how, and how good it was.

use std::collections::BTreeMap;

use domain::Label;
use serde::{Deserialize, Serialize};

use crate::evaluate::{Evaluation, Scores};
use crate::exam::ExamSheet;
use crate::{Example, RiskPoint, TrainParams};

/// `manifest.json`. No time and no path, so that the same corpus gives the same bytes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// Version of the artifact's format; a newer one is refused.
    pub format: u32,
    /// Version of the feature function; another one is refused.
    pub feature_version: u32,
    /// SHA-256 of `weights.bin`, in hexadecimal.
    pub weights_sha256: String,
    /// How many features the model knows.
    pub features: usize,
    /// What it was learnt from.
    pub corpus: Corpus,
    /// How.
    pub params: TrainParams,
    /// How good it was on authors that it had not seen.
    pub out_of_fold: Figures,
    /// What is to be expected of a threshold, the lowest first; models from before there were such tables have none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub risk: Vec<RiskPoint>,
    /// Its exam, beside it; models from before there were exams have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exam: Option<ExamSheet>,
    /// The learner behind it.
    pub learner: String,
}

/// The corpus in figures.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Corpus {
    /// Over ids, labels and everything that features read, in order of id.
    pub sha256: String,
    /// How many mails.
    pub records: usize,
    /// How many author files.
    pub groups: usize,
    /// Mails of each class.
    pub class: BTreeMap<String, usize>,
    /// Mails of each priority.
    pub priority: BTreeMap<String, usize>,
}

/// An evaluation in short.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Figures {
    /// How many mails were judged.
    pub records: usize,
    /// Of the class.
    pub class: ShortScores,
    /// Of the priority.
    pub priority: ShortScores,
}

/// Figures of one of the two questions, in short. See [`Scores`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ShortScores {
    /// Mean of the labels' F1.
    pub macro_f1: f64,
    /// Share of right guesses.
    pub accuracy: f64,
    /// Expected calibration error over 15 bins.
    pub ece: f64,
    /// Recall of each label.
    pub recall: BTreeMap<String, f64>,
}

impl Corpus {
    pub(crate) fn of(examples: &[&Example], sha256: String) -> Self {
        let groups: std::collections::BTreeSet<&str> = examples.iter().map(|e| e.group.as_str()).collect();
        Self {
            sha256,
            records: examples.len(),
            groups: groups.len(),
            class: count(examples.iter().map(|example| example.class)),
            priority: count(examples.iter().map(|example| example.priority)),
        }
    }
}

impl Figures {
    pub(crate) fn of(evaluation: &Evaluation) -> Self {
        Self {
            records: evaluation.records,
            class: ShortScores::of(&evaluation.class),
            priority: ShortScores::of(&evaluation.priority),
        }
    }
}

impl ShortScores {
    fn of(scores: &Scores) -> Self {
        Self {
            macro_f1: scores.macro_f1,
            accuracy: scores.accuracy,
            ece: scores.ece,
            recall: scores.labels.iter().map(|label| (label.label.clone(), label.recall)).collect(),
        }
    }
}

fn count<L: Label>(labels: impl Iterator<Item = L>) -> BTreeMap<String, usize> {
    let mut counts: BTreeMap<String, usize> = L::ALL.into_iter().map(|l| (l.name().to_owned(), 0)).collect();
    for label in labels {
        *counts.entry(label.name().to_owned()).or_default() += 1;
    }
    counts
}
