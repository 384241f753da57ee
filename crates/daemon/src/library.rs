//! The library: models as they lie in the models folder, loaded and checked whole before any mail is judged by one.

use std::path::{Path, PathBuf};

use model::{LoadError, Model, Wish};
use store::{Chosen, Models, ModelsError, Promoted, Wanted};

/// Why a model cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum UnusableModel {
    /// It cannot be found or read.
    #[error(transparent)]
    Models(#[from] ModelsError),
    /// It is damaged, foreign, or of another format.
    #[error("cannot use the model in {path}: {source}")]
    Load {
        /// Its folder.
        path: PathBuf,
        /// What is wrong with it.
        source: LoadError,
    },
}

/// The model that a models folder puts into use.
pub struct InUse {
    /// The model.
    pub model: Model,
    /// What `PROMOTED` says.
    pub promoted: Promoted,
    /// Why it is an earlier one than the promoted one, where that is so; and what to do.
    pub instead: Option<String>,
}

/// Loads the model in a folder of its own.
///
/// # Errors
/// [`UnusableModel`], with what to do.
pub fn load(folder: &Path) -> Result<Model, UnusableModel> {
    let (id, manifest, weights) = Models::read(folder)?;
    model::load(&id, &manifest, &weights)
        .map_err(|source| UnusableModel::Load { path: folder.to_owned(), source })
}

/// Loads the model that is in use: the promoted one or, where that cannot be used, the nearest good one before
/// it. `dir` may also be the folder of a single model.
///
/// # Errors
/// [`UnusableModel`] of the promoted one, where no earlier one can be used either.
pub fn in_use(dir: &Path) -> Result<InUse, UnusableModel> {
    if dir.join("manifest.json").is_file() {
        let model = load(dir)?;
        let promoted = Promoted { id: Some(model.id().to_string()), history: Vec::new() };
        return Ok(InUse { model, promoted, instead: None });
    }
    let models = Models::open(dir)?;
    let folder = models.promoted()?;
    let promoted = models.promotion()?;
    let error = match load(&folder) {
        Ok(model) => return Ok(InUse { model, promoted, instead: None }),
        Err(error) => error,
    };
    let good = |id: &&str| load(&models.folder(id).ok()?).ok();
    match promoted.earlier().iter().find_map(good) {
        Some(model) => Ok(InUse { instead: Some(stands_in(&error, &model)), model, promoted }),
        None => Err(error),
    }
}

/// The threshold that an operator chose for a models folder; none for the folder of a single model.
///
/// # Errors
/// [`ModelsError::Threshold`] where it cannot be read: then the configuration counts.
pub fn chosen(dir: &Path) -> Result<Option<Chosen>, ModelsError> {
    if dir.join("manifest.json").is_file() { Ok(None) } else { Models::open(dir)?.chosen() }
}

/// What is wished for with what was chosen.
pub fn wish(wanted: Wanted) -> Wish {
    match wanted {
        Wanted::MostWrong(share) => Wish::MostWrong(share),
        Wanted::Confidence(confidence) => Wish::Confidence(confidence),
    }
}

fn stands_in(error: &UnusableModel, model: &Model) -> String {
    let id = model.id();
    format!(
        "{error}. Until then {id}, which was in use before, judges; `langhals models rollback` makes that lasting"
    )
}

/// The models that judge beside the one in use, and a sentence for each that cannot.
pub fn challengers(dir: &Path, ids: &[String], in_use: &Model) -> (Vec<Model>, Vec<String>) {
    let (mut models, mut sentences) = (Vec::new(), Vec::new());
    for id in ids.iter().filter(|id| **id != in_use.id().0) {
        let folder = Models::open(dir).and_then(|models| models.folder(id));
        match folder.map_err(UnusableModel::from).and_then(|folder| load(&folder)) {
            Ok(model) => models.push(model),
            Err(error) => sentences.push(format!("the challenger {id} does not judge: {error}")),
        }
    }
    (models, sentences)
}
