//! How good a model is on labelled mails: figures of class and priority, risk against coverage, by kind of mail.

use std::collections::BTreeMap;

use domain::{Class, Distribution, Label, Priority};
use serde::{Deserialize, Serialize};

use crate::{Example, Model};

mod risk;
mod scores;

use self::risk::{at_most_wrong, kept, risk_coverage};
use self::scores::scores;

pub use self::risk::{AtMostWrong, Kept, RiskCoverage, Sorted};
pub use self::scores::{Bin, Coverage, LabelScores, Scores};

/// A model's figures on labelled mails. Holds no content, only ids.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Evaluation {
    /// How many mails were judged.
    pub records: usize,
    /// Figures of the class.
    pub class: Scores,
    /// Figures of the priority, from the text alone (no rule applied).
    pub priority: Scores,
    /// Risk against coverage of the class, the least sure threshold first, with each class on its own.
    pub risk_coverage: Vec<RiskCoverage>,
    /// How much could be sorted of these mails with at most 1 %, 2 % and 5 % wrong.
    pub at_most_wrong: Vec<AtMostWrong>,
    /// What the thresholds do here that an operator would get from this model; empty where there is no model yet.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub thresholds: Vec<Kept>,
    /// The same in short by difficulty.
    pub by_difficulty: BTreeMap<String, Slice>,
    /// By language.
    pub by_language: BTreeMap<String, Slice>,
    /// By group (author file).
    pub by_group: BTreeMap<String, Slice>,
    /// Wrong classes, the most confident first.
    pub class_errors: Vec<Miss>,
    /// Wrong priorities, the most confident first.
    pub priority_errors: Vec<Miss>,
}

/// Figures in short for one kind of mail.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Slice {
    /// How many mails.
    pub records: usize,
    /// Share of right classes.
    pub class_accuracy: f64,
    /// Share of right priorities.
    pub priority_accuracy: f64,
}

/// A wrong guess.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Miss {
    /// The example's id.
    pub id: String,
    /// The label in the corpus.
    pub truth: String,
    /// What was guessed.
    pub guess: String,
    /// Probability of the guess.
    pub confidence: f64,
}

/// What a model says of one example.
pub(crate) type Guess = (Distribution<Class>, Distribution<Priority>);

/// Judges every example and compares with its labels.
pub fn evaluate(model: &Model, examples: &[Example]) -> Evaluation {
    let guesses: Vec<Guess> = examples.iter().map(|example| guess(model, example)).collect();
    let examples: Vec<&Example> = examples.iter().collect();
    let class = Outcome::all(&examples, &guesses, |example| example.class, |guess| guess.0);
    Evaluation { thresholds: kept(model.manifest(), &class), ..measure(&examples, &guesses) }
}

pub(crate) fn guess(model: &Model, example: &Example) -> Guess {
    let verdict = model.classify(&example.message);
    (verdict.class, verdict.priority)
}

/// Figures of guesses, one for each example.
pub(crate) fn measure(examples: &[&Example], guesses: &[Guess]) -> Evaluation {
    let class = Outcome::all(examples, guesses, |example| example.class, |guess| guess.0);
    let priority = Outcome::all(examples, guesses, |example| example.priority, |guess| guess.1);
    let by = |key: fn(&Example) -> &str| slices(examples, &class, &priority, key);
    Evaluation {
        records: examples.len(),
        by_difficulty: by(|example| &example.difficulty),
        by_language: by(|example| &example.language),
        by_group: by(|example| &example.group),
        class_errors: misses(examples, &class),
        priority_errors: misses(examples, &priority),
        at_most_wrong: at_most_wrong(&class),
        risk_coverage: risk_coverage(&class),
        thresholds: Vec::new(),
        class: scores(&class),
        priority: scores(&priority),
    }
}

/// Truth and guess for one example.
struct Outcome<L> {
    truth: L,
    guess: L,
    confidence: f64,
}

impl<L: Label> Outcome<L> {
    fn all(
        examples: &[&Example],
        guesses: &[Guess],
        truth: fn(&Example) -> L,
        guessed: fn(&Guess) -> Distribution<L>,
    ) -> Vec<Self> {
        let pairs = examples.iter().zip(guesses).map(|(example, guess)| (truth(example), guessed(guess)));
        pairs.map(|(truth, d)| Self { truth, guess: d.best(), confidence: d.confidence() }).collect()
    }

    fn is_right(&self) -> bool {
        self.truth == self.guess
    }
}

fn slices(
    examples: &[&Example],
    class: &[Outcome<Class>],
    priority: &[Outcome<Priority>],
    key: fn(&Example) -> &str,
) -> BTreeMap<String, Slice> {
    let mut counts: BTreeMap<&str, [usize; 3]> = BTreeMap::new();
    for (example, (class, priority)) in examples.iter().zip(class.iter().zip(priority)) {
        let count = counts.entry(key(example)).or_default();
        count[0] += 1;
        count[1] += usize::from(class.is_right());
        count[2] += usize::from(priority.is_right());
    }
    let slice = |[records, class, priority]: [usize; 3]| Slice {
        records,
        class_accuracy: share(class, records),
        priority_accuracy: share(priority, records),
    };
    counts.into_iter().map(|(key, count)| (key.to_owned(), slice(count))).collect()
}

fn misses<L: Label>(examples: &[&Example], outcomes: &[Outcome<L>]) -> Vec<Miss> {
    let wrong = examples.iter().zip(outcomes).filter(|(_, outcome)| !outcome.is_right());
    let miss = |(example, outcome): (&&Example, &Outcome<L>)| Miss {
        id: example.id.clone(),
        truth: outcome.truth.name().to_owned(),
        guess: outcome.guess.name().to_owned(),
        confidence: outcome.confidence,
    };
    let mut misses: Vec<Miss> = wrong.map(miss).collect();
    misses.sort_by(|a, b| b.confidence.total_cmp(&a.confidence).then_with(|| a.id.cmp(&b.id)));
    misses
}

/// 0 of nothing is 0: a figure without mails claims nothing.
fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}
