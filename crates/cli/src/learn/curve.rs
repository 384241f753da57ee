//! The learning curve: how much better the same training becomes with more mails.

use domain::ModelId;
use model::{Example, TrainError, TrainParams};
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::{corpus, progress};

/// Shares of the mails that are learnt from.
const SHARES: [f64; 6] = [0.05, 0.1, 0.2, 0.4, 0.7, 1.0];

/// A training on a part of the mails, measured on mails that it does not know.
#[derive(Debug, Serialize)]
pub struct LearningPoint {
    /// How many mails were learnt from.
    pub records: usize,
    /// Macro-F1 of the class.
    pub class_macro_f1: f64,
    /// Share of right classes.
    pub class_accuracy: f64,
    /// Macro-F1 of the priority.
    pub priority_macro_f1: f64,
}

/// Trains on growing shares and measures each on `examples`.
///
/// # Errors
/// Where a mail would be learnt and judged, or what training says.
pub fn learning_curve(learnt: &[Example], examples: &[Example]) -> anyhow::Result<Vec<LearningPoint>> {
    corpus::apart(learnt, examples, ["--learn-from", "--corpus"])?;
    let mut drawn: Vec<&Example> = learnt.iter().collect();
    drawn.sort_by_cached_key(|example| Sha256::digest(&example.id).to_vec());
    let bar = progress::bar(SHARES.len() as u64, "learning curve");
    let mut points = Vec::with_capacity(SHARES.len());
    for share in SHARES {
        let part: Vec<Example> =
            drawn.iter().take(of(share, drawn.len())).map(|&example| example.clone()).collect();
        match point(&part, examples) {
            Ok(point) => points.push(point),
            // A small share of few mails may lack a label; only all of them must not.
            Err(error) if share < 1.0 && is_too_small(&error) => {}
            Err(error) => return Err(error),
        }
        bar.inc(1);
    }
    bar.finish_and_clear();
    Ok(points)
}

#[expect(clippy::cast_sign_loss, reason = "a share is positive")]
fn of(share: f64, all: usize) -> usize {
    (share * all as f64).ceil() as usize
}

fn is_too_small(error: &anyhow::Error) -> bool {
    matches!(error.downcast_ref(), Some(TrainError::TooFew { .. } | TrainError::NoFeatures { .. }))
}

/// The model is written and read again, as every other: only that one can judge.
fn point(part: &[Example], examples: &[Example]) -> anyhow::Result<LearningPoint> {
    let artifact = model::train(part, &TrainParams::default(), &mut |_| {})?.artifact;
    let model = model::load(&ModelId("part".to_owned()), &artifact.manifest, &artifact.weights)?;
    let evaluation = model::evaluate(&model, examples);
    Ok(LearningPoint {
        records: part.len(),
        class_macro_f1: evaluation.class.macro_f1,
        class_accuracy: evaluation.class.accuracy,
        priority_macro_f1: evaluation.priority.macro_f1,
    })
}
