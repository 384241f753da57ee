//! `langhals models`: what there is, what is in use, and switching it; and the model that other commands work with.

pub mod duel;
mod list;
mod show;
mod stock;
pub mod switch;
pub mod weigh;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use daemon::{InUse, UnusableModel};
use model::readiness::{self, Lack};
use model::{Manifest, Model, Wish, threshold_for};
use store::{Chosen, Models, ModelsError, Replay, Trial};

use crate::arguments::{Arguments, Format, ModelsAction, ModelsOptions};
use crate::config::Config;
use crate::output::{self, Usage};
use crate::run;

/// Where a packaged Langhals keeps its models.
const PACKAGED: &str = "/usr/share/langhals/models";

/// Loads a model from its own folder, or the one in use from a folder of models.
pub fn load(dir: &Path) -> anyhow::Result<Model> {
    let InUse { model, instead, .. } = in_use(dir)?;
    if let Some(instead) = instead {
        output::complain(&instead);
    }
    Ok(model)
}

/// The model in use, and how it came to that.
///
/// # Errors
/// [`Usage`] where there is no models folder: then the configuration is wrong.
pub fn in_use(dir: &Path) -> anyhow::Result<InUse> {
    daemon::in_use(dir).map_err(|error| match error {
        UnusableModel::Models(error @ ModelsError::NoFolder { .. }) => Usage(error.to_string()).into(),
        error => error.into(),
    })
}

/// What `check`, `preview` and `explain` judge by: the configured folder or, before the first start, the packaged one.
pub fn shelf(config: &Config) -> &Path {
    stock::shelf(&config.models, Path::new(PACKAGED))
}

/// Brings the packaged models to the configured folder, if it lacks them.
///
/// # Errors
/// If there is no model in use, and none can be brought there.
pub fn furnish(config: &Config) -> anyhow::Result<()> {
    stock::furnish(&config.models, Path::new(PACKAGED))
}

/// The folder of models where neither command line nor configuration names one.
pub fn usual_folder() -> PathBuf {
    let here = PathBuf::from("models");
    if here.join("PROMOTED").is_file() { here } else { PathBuf::from(PACKAGED) }
}

/// Does what was asked with the models folder.
pub fn models(arguments: &Arguments, options: &ModelsOptions) -> anyhow::Result<ExitCode> {
    let action = options.action.as_ref().unwrap_or(&ModelsAction::List { format: Format::Text });
    let changes = matches!(action, ModelsAction::Promote { .. } | ModelsAction::Rollback);
    let room = Room::open(arguments, changes)?;
    match action {
        ModelsAction::List { format } => list::list(&room, *format),
        ModelsAction::Show { id, format } => show::show(&room, id, *format),
        ModelsAction::Promote { id, force, corpus } => switch::promote(&room, id, *force, corpus),
        ModelsAction::Rollback => switch::rollback(&room),
    }
}

/// What is wished of a threshold, and who says so.
pub struct Wished {
    /// What counts.
    pub wish: Wish,
    /// Where it was chosen on the page.
    pub chosen: Option<Chosen>,
    /// Why what was chosen cannot be read: then the configuration counts.
    pub unreadable: Option<String>,
}

/// What counts for a configuration's models folder.
pub fn wish(config: &Config) -> Wished {
    wished(&config.models, config.wish)
}

/// The same for a models folder and what is configured.
pub fn wished(dir: &Path, configured: Wish) -> Wished {
    let (chosen, unreadable) = match daemon::chosen(dir) {
        Ok(chosen) => (chosen, None),
        Err(error @ ModelsError::Threshold { .. }) => (None, Some(error.to_string())),
        // That there is no such folder is said by whoever looks for a model there.
        Err(_) => (None, None),
    };
    let wish = chosen.map_or(configured, |chosen| daemon::wish(chosen.wanted));
    Wished { wish, chosen, unreadable }
}

/// The models folder, and what the configuration says about it.
pub struct Room {
    /// The folder.
    pub models: Models,
    /// From where on a class is sure.
    pub wished: Wished,
    /// Models that judge beside the one in use.
    pub challengers: Vec<String>,
    /// What people decided on mails that challengers judged, too.
    pub trials: Vec<Trial>,
}

impl Room {
    /// What changes something must not go by another configuration than the daemon: a broken one is refused.
    fn open(arguments: &Arguments, changes: bool) -> anyhow::Result<Self> {
        let config = if changes && Config::find(arguments.config.as_deref()).is_some() {
            Some(run::configuration(arguments)?)
        } else {
            run::optional_configuration(arguments)?
        };
        let dir = config.as_ref().map_or_else(usual_folder, |config| config.models.clone());
        if dir.join("manifest.json").is_file() {
            let dir = dir.display();
            return Err(Usage(format!(
                "{dir} is a single model: set [model] dir to the folder that holds PROMOTED"
            ))
            .into());
        }
        let models = Models::open(&dir).map_err(|error| Usage(error.to_string()))?;
        let trials = config.as_ref().map_or_else(Vec::new, |config| match Replay::read(&config.state) {
            Ok(replay) => replay.trials(),
            Err(error) => {
                output::complain(&format!("what people decided is not shown: {error}"));
                Vec::new()
            }
        });
        let configured = config.as_ref().map_or_else(Wish::default, |config| config.wish);
        let wished = wished(&dir, configured);
        let challengers = config.map(|config| config.challengers).unwrap_or_default();
        Ok(Self { models, wished, challengers, trials })
    }

    /// A model of it, whole and checked.
    ///
    /// # Errors
    /// [`UnusableModel`].
    pub fn load(&self, id: &str) -> Result<Model, UnusableModel> {
        daemon::load(&self.models.folder(id)?)
    }

    /// What keeps a model from writing tags.
    pub fn lacks(&self, manifest: &Manifest) -> Vec<Lack> {
        readiness::lacks(manifest, threshold_for(manifest, self.wished.wish).confidence)
    }

    /// The same for operators.
    fn lacks_in_words(&self, manifest: &Manifest) -> Vec<String> {
        self.lacks(manifest).iter().map(ToString::to_string).collect()
    }
}
