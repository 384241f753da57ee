//! What one benchmark found, and when: kept below `target/benchmarks` until it is measured anew.

use std::fs;
use std::io::ErrorKind;
use std::path::PathBuf;

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};
use testbed::chapter::Chapter;
use testbed::corpus::repo_root;

/// A benchmark's run.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Finding {
    /// Of the bench target.
    pub name: String,
    /// What was measured; `+` where the sources were not as committed.
    pub commit: String,
    /// In UTC, when it began.
    pub date: String,
    /// How many processes ran or waited to run just before, on average over a minute.
    pub load: String,
    /// Processor and number of cores.
    pub machine: String,
    /// How long it took.
    pub seconds: f64,
    /// What was found.
    pub chapter: Option<Chapter>,
    /// Why nothing was.
    pub failure: Option<String>,
}

impl Finding {
    /// The last one of this name, if there is any.
    pub fn kept(name: &str) -> Result<Option<Self>> {
        let path = path(name);
        match fs::read(&path) {
            Ok(json) => serde_json::from_slice(&json)
                .map(Some)
                .with_context(|| format!("cannot understand {}: delete it", path.display())),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error).with_context(|| format!("cannot read {}", path.display())),
        }
    }

    /// Takes the place of the last one.
    pub fn keep(&self) -> Result<()> {
        let path = path(&self.name);
        fs::create_dir_all(path.parent().unwrap_or(&path))?;
        fs::write(&path, serde_json::to_vec_pretty(self)?)
            .with_context(|| format!("cannot write {}", path.display()))
    }

    /// Its heading.
    pub fn title(&self) -> &str {
        self.chapter.as_ref().map_or(&self.name, |chapter| &chapter.title)
    }
}

fn path(name: &str) -> PathBuf {
    repo_root().join("target/benchmarks").join(format!("{name}.json"))
}
