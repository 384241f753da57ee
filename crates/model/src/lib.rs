//! Message to verdict: features, training (linfa), calibration, evaluation, explanation, the artifact's format.
//!
//! Pure: bytes in, bytes out; no files, no clock, no randomness but a seed.
//!
//! ```text
//! Message ─▶ text (fold, mask) ─▶ features (hashed n-grams) ─▶ lexicon (TF-IDF row)
//!                                                                  │
//!       train: rows ─▶ design ─▶ head (linfa) ─▶ artifact ─▶ load ─▶ model: row · weights ─▶ calibration ─▶ familiarity ─▶ Verdict
//! ```
//!
//! The same feature function serves training, judging and explaining; its version is in the artifact.

mod artifact;
mod card;
mod compare;
mod design;
mod evaluate;
mod exam;
mod example;
mod explain;
pub mod fairness;
mod familiarity;
mod features;
mod head;
mod lexicon;
mod manifest;
mod mask;
mod model;
mod params;
pub mod readiness;
mod text;
mod threshold;
mod train;

pub use artifact::{Artifact, LoadError, load};
pub use card::{HeldOut, card};
pub use compare::{Comparison, Pairs, compare};
pub use evaluate::{
    AtMostWrong, Bin, Coverage, Evaluation, Kept, LabelScores, Miss, RiskCoverage, Scores, Slice, Sorted,
    evaluate,
};
pub use exam::{CORRECTED, Exam, ExamError, ExamSheet};
pub use example::Example;
pub use manifest::{Corpus, Figures, Manifest, ShortScores};
pub use model::{Features, Model};
pub use params::{InvalidParam, TrainParams};
pub use threshold::{RiskPoint, Threshold, Wish, threshold_for};
pub use train::{Progress, TrainError, Trained, train};
