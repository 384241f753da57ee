//! `GET /api/v1/models`: the model in use, and what else lies in the models folder.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use super::door::Machine;
use super::problem::{Problem, Refusals};
use super::shapes::rfc3339;
use crate::Page;
use crate::school::{Model, Part};

/// What judges, and what could.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ModelsBody {
    in_use: ModelInUse,
    /// The model that is promoted: another one for the moment until it is taken over, or while it cannot be used.
    promoted: Option<String>,
    /// Where a rollback leads.
    back_to: Option<String>,
    /// Every model, the one in use first.
    models: Vec<ModelBody>,
}

/// The model in use.
#[derive(Debug, Serialize, ToSchema)]
struct ModelInUse {
    id: String,
    /// Why it writes no tags, where that is so.
    shadow: Option<String>,
    /// Why another one, that was promoted, is not in use.
    refused: Option<String>,
}

/// A model.
#[derive(Debug, Serialize, ToSchema)]
struct ModelBody {
    id: String,
    part: PartName,
    /// Langhals learnt it by itself, of corrections.
    learnt: bool,
    /// When its files were written.
    #[schema(format = DateTime)]
    made: Option<String>,
    /// It can be read.
    usable: bool,
    /// Nothing keeps it from writing tags.
    ready: bool,
    /// How many mails it has learnt from; like what follows, where it can be read.
    mails: Option<u64>,
    /// How good it was at the class, on authors that it had not seen: mean of the classes' F1.
    macro_f1: Option<f64>,
    /// The same: share of right guesses.
    accuracy: Option<f64>,
    /// The same: expected calibration error.
    ece: Option<f64>,
}

/// What a model is used as.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum PartName {
    /// It judges.
    InUse,
    /// It judged before: a rollback leads to it.
    Before,
    /// It judges beside the one in use; only its classes are kept.
    Challenger,
    /// Nothing.
    Shelf,
}

/// What judges, and what could
#[utoipa::path(get, path = "/models", tag = "house", responses((status = 200, body = ModelsBody), Refusals))]
pub(super) async fn models(State(page): State<Arc<Page>>, _: Machine) -> Result<Json<ModelsBody>, Problem> {
    let (model, library) = (page.board.model(), page.school.library().await?);
    Ok(Json(ModelsBody {
        in_use: ModelInUse { id: model.id, shadow: model.shadow, refused: model.refused },
        promoted: library.promoted,
        back_to: library.back_to,
        models: library.models.iter().map(ModelBody::from).collect(),
    }))
}

impl From<&Model> for ModelBody {
    fn from(model: &Model) -> Self {
        let facts = model.facts.as_ref().ok();
        Self {
            id: model.id.clone(),
            part: match model.part {
                Part::InUse => PartName::InUse,
                Part::Before => PartName::Before,
                Part::Challenger => PartName::Challenger,
                Part::Shelf => PartName::Shelf,
            },
            learnt: model.learnt,
            made: model.made.map(rfc3339),
            usable: facts.is_some(),
            ready: model.lacks.is_empty(),
            mails: facts.map(|facts| facts.mails),
            macro_f1: facts.map(|facts| facts.class.macro_f1),
            accuracy: facts.map(|facts| facts.class.accuracy),
            ece: facts.map(|facts| facts.class.ece),
        }
    }
}
