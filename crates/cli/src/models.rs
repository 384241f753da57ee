//! Finding and loading the model that a command works with.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use model::Model;
use store::Models;

/// Where a packaged Langhals keeps its models.
const PACKAGED: &str = "/usr/share/langhals/models";

/// Loads a model from its own folder, or the promoted one from a folder of models.
pub fn load(dir: &Path) -> anyhow::Result<Model> {
    let folder =
        if dir.join("manifest.json").is_file() { dir.to_owned() } else { Models::open(dir)?.promoted()? };
    let (id, manifest, weights) = Models::read(&folder)?;
    model::load(&id, &manifest, &weights)
        .with_context(|| format!("cannot use the model in {}", folder.display()))
}

/// The folder of models where neither command line nor configuration names one.
pub fn usual_folder() -> PathBuf {
    let here = PathBuf::from("models");
    if here.join("PROMOTED").is_file() { here } else { PathBuf::from(PACKAGED) }
}
