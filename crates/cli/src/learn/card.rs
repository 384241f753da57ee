//! The card of a model that was just trained.

use std::path::{Path, PathBuf};

use domain::ModelId;
use model::fairness::Letter;
use model::{Example, Trained};

use super::fairness;
use crate::corpus;

/// The file's name, beside the model.
pub const FILE: &str = "CARD.md";

/// Mails that are not learnt from.
pub struct HeldOut {
    examples: Vec<Example>,
    letters: Vec<Letter>,
}

impl HeldOut {
    /// Reads them; none of no files.
    ///
    /// # Errors
    /// Where they cannot be read, or one of them is learnt.
    pub fn read(files: &[PathBuf], learnt: &[Example]) -> anyhow::Result<Option<Self>> {
        if files.is_empty() {
            return Ok(None);
        }
        let (examples, letters) = (corpus::read(files)?, corpus::letters(files)?);
        corpus::apart(learnt, &examples, ["--corpus", "--held-out"])?;
        Ok(Some(Self { examples, letters }))
    }
}

/// The card of the model that goes to `folder`.
///
/// # Errors
/// Where what was trained cannot be used.
pub fn card(folder: &Path, trained: &Trained, held_out: Option<&HeldOut>) -> anyhow::Result<String> {
    let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let artifact = &trained.artifact;
    let model = model::load(&ModelId(name), &artifact.manifest, &artifact.weights)?;
    let judged = held_out
        .map(|HeldOut { examples, letters }| -> anyhow::Result<model::HeldOut> {
            let fairness = fairness::measure(&model, letters, &fairness::names(&[])?);
            Ok(model::HeldOut { evaluation: model::evaluate(&model, examples), fairness })
        })
        .transpose()?;
    Ok(model::card(&model.id().0, model.manifest(), &trained.out_of_fold, judged.as_ref()))
}
