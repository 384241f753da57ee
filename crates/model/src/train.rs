//! From labelled mails to an artifact.
//!
//! ```text
//! examples ─▶ census ─▶ lexicon ─▶ rows ─▶ design ─▶ folds by group ─▶ scores for unseen authors ─▶ calibration
//!                                             │                    familiarity ─▶ what is usual
//!                                             └────▶ all of them ────▶ weights ─▶ weights.bin, manifest.json
//! ```

use std::collections::BTreeMap;

use domain::{Class, Distribution, Label, Priority};
use linfa_logistic::error::Error as FitError;
use ndarray::Array2;
use sha2::{Digest, Sha256};

use crate::artifact::{self, Artifact, HeadWeights, Weights};
use crate::design::Design;
use crate::evaluate::{Evaluation, Guess, measure};
use crate::exam::{CORRECTED, Exam, ExamSheet};
use crate::example::{folds, hex, in_order, lot};
use crate::familiarity::{UNKNOWN_CLASS, UNKNOWN_PRIORITY, Usual};
use crate::features;
use crate::head::{Calibration, Fitting, Linear, Scaling};
use crate::lexicon::{Census, Lexicon, Row};
use crate::manifest::{Corpus, Figures, Manifest};
use crate::params::{CheckedParams, InvalidParam};
use crate::text::Reading;
use crate::threshold;
use crate::{Example, TrainParams};

/// The learner that the manifest names; a test holds it against the lock file.
const LEARNER: &str = "linfa-logistic 0.8.1";

/// Cells of the design at most (8 bytes each): beyond, there are fewer landmarks.
const MOST_CELLS: usize = 100_000_000;

/// Classes are about equally frequent: the best guess stays the best. Urgent mails are rare, and guessed too rarely.
const CLASS_SCALING: Scaling = Scaling::Temperature;
const PRIORITY_SCALING: Scaling = Scaling::Matrix;

/// A calibration goes by at least so many mails.
const FEWEST_TYPICAL: usize = 200;

/// How far training has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// What is being done: `features`, `design`, `folds`, `model`.
    pub step: &'static str,
    /// Parts of it that are done.
    pub done: usize,
    /// Parts that it has.
    pub total: usize,
}

/// What training gives.
pub struct Trained {
    /// The model.
    pub artifact: Artifact,
    /// Every example judged by a model and a calibration that had not seen its group. (Which features there are,
    /// and how rare, was counted over all of them: that knows no labels, and is the same for every fold.)
    pub out_of_fold: Evaluation,
    /// `exam.json`: the same, mail by mail.
    pub exam: Vec<u8>,
    /// The same, as what was said of each mail: by its id.
    pub said: BTreeMap<String, (Distribution<Class>, Distribution<Priority>)>,
}

/// Why there is no model.
#[derive(Debug, thiserror::Error)]
pub enum TrainError {
    /// A parameter is out of its range.
    #[error(transparent)]
    Params(#[from] InvalidParam),
    /// A label cannot be learnt.
    #[error("cannot train: the corpus has {found} mails labelled `{label}`, it needs at least 2")]
    TooFew {
        /// Name of the label.
        label: &'static str,
        /// How many there are.
        found: usize,
    },
    /// The mails share nothing.
    #[error("cannot train: no word occurs in {fewest_mails} mails; the corpus is too small")]
    NoFeatures {
        /// What `fewest_mails` asks for.
        fewest_mails: u32,
    },
    /// linfa gave up.
    #[error("cannot train: the regression did not succeed ({0})")]
    Fit(#[from] FitError),
}

/// Learns from examples. The same examples (in any order) and parameters give the same bytes on one machine.
///
/// # Errors
/// [`TrainError`]: parameters out of range, or a corpus without mails of some label.
pub fn train(
    examples: &[Example],
    params: &TrainParams,
    progress: &mut dyn FnMut(Progress),
) -> Result<Trained, TrainError> {
    let params = params.check()?;
    let (examples, corpus_sha256) = in_order(examples);
    let corpus = Corpus::of(&examples, corpus_sha256);
    let class = labels(&examples, |example| example.class)?;
    let priority = labels(&examples, |example| example.priority)?;
    let course = Course::prepare(&examples, &params, progress)?;

    let fold_of = folds(&examples, params.folds, params.seed);
    let class_how = fitting(params.class_strength, &params);
    let priority_how = fitting(params.priority_strength, &params);
    let unseen = course.unseen(&class, &priority, &fold_of, [class_how, priority_how], progress)?;
    let familiarity = course.familiarity(&examples, &fold_of, params.fewest_mails);
    let typical = typical(&examples, &params.teach_only);
    let guesses =
        guesses(&unseen, &class, &priority, &familiarity, Shares { fold_of: &fold_of, typical: &typical })?;
    let out_of_fold = measure(&examples, &guesses);
    let exam = Exam::of(&examples, &guesses).file();
    let said = examples.iter().zip(&guesses).map(|(example, guess)| (example.id.clone(), *guess)).collect();

    // The largest thing there is: once, for both.
    let x = course.design.select(&(0..examples.len()).collect::<Vec<_>>());
    progress(Progress { step: "model", done: 0, total: 1 });
    let (class, priority) = both(
        || course.learn(&x, &class, &unseen.class, &typical, (class_how, CLASS_SCALING)),
        || course.learn(&x, &priority, &unseen.priority, &typical, (priority_how, PRIORITY_SCALING)),
    );
    let (class, priority) = (class?, priority?);
    progress(Progress { step: "model", done: 1, total: 1 });
    let usual = Usual::of(&familiarity);
    let weights = artifact::write(&Weights { lexicon: &course.lexicon, usual, class, priority });
    let manifest = Manifest {
        format: artifact::FORMAT,
        feature_version: features::VERSION,
        weights_sha256: hex(&Sha256::digest(&weights)),
        features: course.lexicon.len(),
        corpus,
        params: TrainParams::clone(&params),
        out_of_fold: Figures::of(&out_of_fold),
        risk: threshold::table(&out_of_fold),
        exam: Some(ExamSheet::of(&exam, &out_of_fold)),
        learner: LEARNER.to_owned(),
    };
    // Cannot fail: string keys and finite numbers only. Were it to, `load` would refuse the empty manifest.
    let mut manifest = serde_json::to_vec_pretty(&manifest).unwrap_or_default();
    manifest.push(b'\n');
    Ok(Trained { artifact: Artifact { manifest, weights }, out_of_fold, exam, said })
}

/// The labels of the examples, of each at least two.
fn labels<L: Label>(examples: &[&Example], of: fn(&Example) -> L) -> Result<Vec<L>, TrainError> {
    let labels: Vec<L> = examples.iter().map(|example| of(example)).collect();
    for label in L::ALL {
        let found = labels.iter().filter(|other| **other == label).count();
        if found < 2 {
            return Err(TrainError::TooFew { label: label.name(), found });
        }
    }
    Ok(labels)
}

fn fitting(strength: f64, params: &CheckedParams<'_>) -> Fitting {
    Fitting { alpha: 1.0 / strength, iterations: params.iterations, tolerance: params.tolerance }
}

/// Everything that does not depend on labels.
struct Course {
    lexicon: Lexicon,
    rows: Vec<Row>,
    design: Design,
}

/// Scores of each example by a model that had not seen its group.
struct Unseen {
    class: Vec<[f64; 3]>,
    priority: Vec<[f64; 3]>,
}

impl Course {
    fn prepare(
        examples: &[&Example],
        params: &CheckedParams<'_>,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<Self, TrainError> {
        let total = 2 * examples.len();
        let mut census = Census::new();
        for (done, example) in examples.iter().enumerate() {
            progress(Progress { step: "features", done, total });
            census.count(&example.message, &Reading::of(&example.message));
        }
        let lexicon = census.lexicon(params.fewest_mails, params.most_features);
        drop(census);
        if lexicon.len() == 0 {
            return Err(TrainError::NoFeatures { fewest_mails: params.fewest_mails });
        }
        let mut rows = Vec::with_capacity(examples.len());
        for example in examples {
            progress(Progress { step: "features", done: examples.len() + rows.len(), total });
            rows.push(lexicon.row(&example.message, &Reading::of(&example.message)));
        }
        progress(Progress { step: "design", done: 0, total: 1 });
        let design = Design::new(&rows, &landmarks(examples, params), lexicon.len());
        progress(Progress { step: "design", done: 1, total: 1 });
        Ok(Self { lexicon, rows, design })
    }

    /// Fits both questions once a fold.
    fn unseen(
        &self,
        class: &[Class],
        priority: &[Priority],
        fold_of: &[usize],
        how: [Fitting; 2],
        progress: &mut dyn FnMut(Progress),
    ) -> Result<Unseen, FitError> {
        let mut unseen =
            Unseen { class: vec![[0.0; 3]; self.rows.len()], priority: vec![[0.0; 3]; self.rows.len()] };
        let total = fold_of.iter().max().map_or(0, |last| last + 1);
        for fold in 0..total {
            progress(Progress { step: "folds", done: fold, total });
            let (held, seen): (Vec<usize>, Vec<usize>) =
                (0..fold_of.len()).partition(|&row| fold_of[row] == fold);
            let (x, z) = (self.design.select(&seen), self.design.select(&held));
            let (class, priority) = both(
                || Linear::fit(&x, &pick(class, &seen), how[0]),
                || Linear::fit(&x, &pick(priority, &seen), how[1]),
            );
            let (class, priority) = (class?.scores(&z), priority?.scores(&z));
            for (&row, (class, priority)) in held.iter().zip(class.into_iter().zip(priority)) {
                (unseen.class[row], unseen.priority[row]) = (class, priority);
            }
        }
        progress(Progress { step: "folds", done: total, total });
        Ok(unseen)
    }

    /// How much of each example is known to at least `fewest` mails of the other folds.
    fn familiarity(&self, examples: &[&Example], fold_of: &[usize], fewest: u32) -> Vec<f64> {
        let folds = fold_of.iter().max().map_or(0, |last| last + 1);
        let mut mails = vec![vec![0_u32; self.lexicon.len()]; folds + 1];
        for (row, &fold) in self.rows.iter().zip(fold_of) {
            for &(feature, _) in row {
                mails[fold][feature as usize] += 1;
                mails[folds][feature as usize] += 1;
            }
        }
        let elsewhere = |fold: usize, feature: usize| mails[folds][feature] - mails[fold][feature];
        let of = |(example, &fold): (&&Example, &usize)| {
            let counts = self.lexicon.counts(&example.message, &Reading::of(&example.message));
            Lexicon::familiarity(&counts, |feature| elsewhere(fold, feature as usize) >= fewest)
        };
        examples.iter().zip(fold_of).map(of).collect()
    }

    /// Fits one question on everything, and its calibration on what was unseen.
    fn learn<L: Label>(
        &self,
        x: &Array2<f64>,
        labels: &[L],
        unseen: &[[f64; 3]],
        typical: &[bool],
        (how, scaling): (Fitting, Scaling),
    ) -> Result<HeadWeights, FitError> {
        let seen: Vec<usize> = (0..self.rows.len()).filter(|&row| typical[row]).collect();
        let linear = Linear::fit(x, labels, how)?;
        Ok(HeadWeights {
            bias: self.design.bias(&linear.weights, linear.bias),
            calibration: Calibration::fit(&pick(unseen, &seen), &pick(labels, &seen), scaling)?,
            features: self.design.lift(&linear.weights, &self.rows, self.lexicon.len()),
        })
    }
}

/// Which examples the calibration goes by: not groups that only teach, nor what people corrected, which is mostly
/// what a model got wrong. All of them where that leaves too few, or none of some label.
fn typical(examples: &[&Example], teach_only: &[String]) -> Vec<bool> {
    let only_teaches = |group: &String| teach_only.contains(group) || group.starts_with(CORRECTED);
    let typical: Vec<bool> = examples.iter().map(|example| !only_teaches(&example.group)).collect();
    let kept: Vec<&&Example> =
        examples.iter().zip(&typical).filter_map(|(example, typical)| typical.then_some(example)).collect();
    let every_label = Class::ALL.iter().all(|label| kept.iter().any(|example| example.class == *label))
        && Priority::ALL.iter().all(|label| kept.iter().any(|example| example.priority == *label));
    if every_label && kept.len() >= FEWEST_TYPICAL { typical } else { vec![true; examples.len()] }
}

/// How the examples are divided.
#[derive(Clone, Copy)]
struct Shares<'a> {
    fold_of: &'a [usize],
    typical: &'a [bool],
}

/// Calibrated guesses; each fold's calibration, and what is usual, is learnt on the other folds.
fn guesses(
    unseen: &Unseen,
    class: &[Class],
    priority: &[Priority],
    familiarity: &[f64],
    shares: Shares<'_>,
) -> Result<Vec<Guess>, FitError> {
    let class = calibrated(&unseen.class, class, familiarity, shares, (CLASS_SCALING, UNKNOWN_CLASS))?;
    let priority =
        calibrated(&unseen.priority, priority, familiarity, shares, (PRIORITY_SCALING, UNKNOWN_PRIORITY))?;
    Ok(class.into_iter().zip(priority).collect())
}

fn calibrated<L: Label>(
    scores: &[[f64; 3]],
    labels: &[L],
    familiarity: &[f64],
    Shares { fold_of, typical }: Shares<'_>,
    (scaling, unknown): (Scaling, [f64; 3]),
) -> Result<Vec<Distribution<L>>, FitError> {
    let mut calibrated = vec![Distribution::from_weights([1.0; 3]); scores.len()];
    for fold in 0..fold_of.iter().max().map_or(0, |last| last + 1) {
        let (held, seen): (Vec<usize>, Vec<usize>) =
            (0..fold_of.len()).partition(|&row| fold_of[row] == fold);
        let typical: Vec<usize> = seen.iter().copied().filter(|&row| typical[row]).collect();
        let typical = if typical.is_empty() { seen.clone() } else { typical };
        let calibration = Calibration::fit(&pick(scores, &typical), &pick(labels, &typical), scaling)?;
        let usual = Usual::of(&pick(familiarity, &seen));
        for row in held {
            let weights = calibration.weights(scores[row]);
            let shrunk = usual.shrink(weights, familiarity[row], unknown);
            calibrated[row] = Distribution::from_weights(shrunk);
        }
    }
    Ok(calibrated)
}

/// Does two things at once; a panic of the second goes on in the caller.
fn both<A, B: Send>(first: impl FnOnce() -> A, second: impl FnOnce() -> B + Send) -> (A, B) {
    std::thread::scope(|scope| {
        let second = scope.spawn(second);
        let first = first();
        (first, second.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
    })
}

fn pick<T: Copy>(all: &[T], wanted: &[usize]) -> Vec<T> {
    wanted.iter().map(|&at| all[at]).collect()
}

/// All examples, or as many as are affordable, drawn by lot.
fn landmarks(examples: &[&Example], params: &CheckedParams<'_>) -> Vec<usize> {
    let mut landmarks: Vec<usize> = (0..examples.len()).collect();
    let most = params.landmarks.min(MOST_CELLS / examples.len().max(1));
    if examples.len() > most {
        landmarks.sort_by_cached_key(|&row| (lot(params.seed, &examples[row].id), row));
        landmarks.truncate(most);
    }
    landmarks
}
