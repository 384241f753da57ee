//! An evaluation for people and programs: text, JSON, and one page.

pub mod german;
pub mod page;
pub mod text;

use model::fairness::Fairness;
use model::{Comparison, Evaluation};
use serde::Serialize;

use super::curve::LearningPoint;

/// Everything that `evaluate` found out. Its JSON keys are promises.
#[derive(Serialize)]
pub struct Report<'r> {
    /// The model's id.
    pub model: &'r str,
    /// Its figures.
    #[serde(flatten)]
    pub evaluation: &'r Evaluation,
    /// Beside another model's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub against: Option<Against<'r>>,
    /// How alike it judges.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fairness: Option<Fairness>,
    /// What more mails would bring.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub learning_curve: Option<Vec<LearningPoint>>,
}

/// The other model.
#[derive(Serialize)]
pub struct Against<'r> {
    /// Its id.
    pub model: &'r str,
    /// Who was right where.
    #[serde(flatten)]
    pub comparison: &'r Comparison,
    /// Whether the first model is worse.
    pub worse: bool,
}
