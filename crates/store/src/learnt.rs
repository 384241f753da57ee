//! Models that were learnt by schedule: how they are called, which of them may go, and when the last one was tried.
//!
//! ```text
//!   models/learnt-2026-11-22, learnt-2026-11-22-2 …      one folder a training; only these are ever removed
//!   <state>/learning                                     when it was last tried, how many corrections were learnt
//! ```

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::disk;

const PREFIX: &str = "learnt-";
const DRAFT: &str = ".draft";
/// Version of that file's format.
const VERSION: u32 = 1;
/// The file in the state directory.
pub(crate) const FILE: &str = "learning";
/// More models of one day than anybody makes.
const MOST_A_DAY: u32 = 1_000;

/// Why learnt models cannot be kept in order.
#[derive(Debug, thiserror::Error)]
#[error(
    "cannot change {path} in the models folder: {source}; let langhals write there (systemd: ReadWritePaths), or set [learning] every = \"off\""
)]
pub struct LearntError {
    /// The folder.
    path: PathBuf,
    /// What the system said.
    source: io::Error,
}

/// How far learning by schedule has come. No content, and nothing about a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Learning {
    /// When it was last tried, whatever came of it.
    pub tried: Timestamp,
    /// How many corrections the newest learnt model knows.
    pub corrections: usize,
}

/// As it is written; the first ones had no `v`.
#[derive(Serialize, Deserialize)]
struct Kept {
    #[serde(default)]
    v: u32,
    #[serde(flatten)]
    learning: Learning,
}

impl Learning {
    /// What a state directory says of it; `None` where it was never tried, or the file is damaged or a newer
    /// version's: then learning begins anew at its next time, which costs nothing but a training.
    pub fn read(state: &Path) -> Option<Self> {
        let kept: Kept = serde_json::from_slice(&fs::read(file(state)).ok()?).ok()?;
        (kept.v <= VERSION).then_some(kept.learning)
    }

    /// Writes it down, before the work: a training that brings the machine down is not begun at every start.
    ///
    /// # Errors
    /// What the system said.
    pub fn write(&self, state: &Path) -> io::Result<()> {
        let mut line = serde_json::to_vec(&Kept { v: VERSION, learning: *self })?;
        line.push(b'\n');
        disk::replace(&file(state), &line)
    }
}

fn file(state: &Path) -> PathBuf {
    state.join(FILE)
}

/// Whether a model of this name was learnt by Langhals itself.
pub fn is_learnt(id: &str) -> bool {
    day_and_number(id).is_some()
}

/// The folder for a model that is learnt on this day: a name that is still free. Proves that it can be made.
///
/// # Errors
/// [`LearntError`] where the models folder cannot be written, or is full of that day's models.
pub fn place_for_learnt(models: &Path, day: Date) -> Result<PathBuf, LearntError> {
    let name =
        |number: u32| if number < 2 { format!("{PREFIX}{day}") } else { format!("{PREFIX}{day}-{number}") };
    let free = (1..=MOST_A_DAY).map(|number| models.join(name(number))).find(|folder| !folder.exists());
    let folder = free.ok_or_else(|| io::ErrorKind::AlreadyExists.into()).map_err(cannot(models))?;
    fs::create_dir_all(draft_of(&folder)).map_err(cannot(&folder))?;
    Ok(folder)
}

/// Removes learnt models, the oldest first, until at most `keep` are left; those that may not go stay. Removes
/// drafts that a stop left behind, too. Returns the names of the removed models.
///
/// # Errors
/// [`LearntError`], naming the one that cannot be removed.
pub fn tidy_learnt(
    models: &Path,
    keep: usize,
    may_go: &dyn Fn(&str) -> bool,
) -> Result<Vec<String>, LearntError> {
    let entries = fs::read_dir(models).map_err(cannot(models))?;
    let names: Vec<String> = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok()).collect();
    for name in names.iter().filter(|name| name.strip_suffix(DRAFT).and_then(day_and_number).is_some()) {
        let draft = models.join(name);
        fs::remove_dir_all(&draft).map_err(cannot(&draft))?;
    }
    let mut learnt: Vec<((Date, u32), String)> =
        names.into_iter().filter_map(|name| Some((day_and_number(&name)?, name))).collect();
    learnt.sort();
    let surplus = learnt.len().saturating_sub(keep);
    let mut gone = Vec::new();
    for (_, name) in learnt.into_iter().filter(|(_, name)| may_go(name)).take(surplus) {
        let folder = models.join(&name);
        // Renamed first: what is removed by halves is no model.
        let draft = draft_of(&folder);
        fs::rename(&folder, &draft).map_err(cannot(&folder))?;
        fs::remove_dir_all(&draft).map_err(cannot(&draft))?;
        gone.push(name);
    }
    Ok(gone)
}

/// Where [`Models::write`](crate::Models::write) makes a model before it gets its name.
fn draft_of(folder: &Path) -> PathBuf {
    folder.with_extension("draft")
}

/// The day and number of a learnt model's name; `None` for any other name.
fn day_and_number(name: &str) -> Option<(Date, u32)> {
    let rest = name.strip_prefix(PREFIX)?;
    let parts: Vec<&str> = rest.split('-').collect();
    let (day, number) = match parts.as_slice() {
        [year, month, day] => (format!("{year}-{month}-{day}"), 1),
        [year, month, day, number] => (format!("{year}-{month}-{day}"), number.parse().ok()?),
        _ => return None,
    };
    Some((day.parse().ok()?, number))
}

fn cannot(path: &Path) -> impl FnOnce(io::Error) -> LearntError {
    |source| LearntError { path: path.to_owned(), source }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    fn folder_with(names: &[&str]) -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        for name in names {
            fs::create_dir_all(dir.path().join(name)).unwrap();
        }
        dir
    }

    fn names(dir: &Path) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(dir)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn a_second_model_of_a_day_gets_a_number() {
        let dir = folder_with(&["learnt-2026-11-22", "learnt-2026-11-22-2"]);
        let place = |at: &str| place_for_learnt(dir.path(), day(at)).unwrap().file_name().unwrap().to_owned();
        assert_eq!(place("2026-11-22"), "learnt-2026-11-22-3");
        assert_eq!(place("2026-11-23"), "learnt-2026-11-23");
    }

    #[test]
    fn the_oldest_learnt_models_go_and_nothing_else_does() {
        let dir = folder_with(&[
            "standard-1",
            "learnt-by-hand",
            "learnt-2026-11-20",
            "learnt-2026-11-21",
            "learnt-2026-11-21-2",
            "learnt-2026-11-21-10",
            "learnt-2026-11-22",
            "learnt-2026-11-23.draft",
            "other.draft",
        ]);
        let gone = tidy_learnt(dir.path(), 2, &|name| name != "learnt-2026-11-20").unwrap();
        assert_eq!(gone, ["learnt-2026-11-21", "learnt-2026-11-21-2", "learnt-2026-11-21-10"]);
        let left = ["learnt-2026-11-20", "learnt-2026-11-22", "learnt-by-hand", "other.draft", "standard-1"];
        assert_eq!(names(dir.path()), left);
        assert!(tidy_learnt(dir.path(), 2, &|_| true).unwrap().is_empty());
    }

    #[test]
    fn what_was_noted_is_read_back_and_damage_is_as_nothing() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(Learning::read(dir.path()), None);
        let noted = Learning { tried: "2026-11-22T03:00:00Z".parse().unwrap(), corrections: 20 };
        noted.write(dir.path()).unwrap();
        assert_eq!(Learning::read(dir.path()), Some(noted));
        let first = r#"{"tried":"2026-11-22T03:00:00Z","corrections":20}"#;
        fs::write(dir.path().join(FILE), first).unwrap();
        assert_eq!(Learning::read(dir.path()), Some(noted));
        fs::write(dir.path().join(FILE), first.replace('{', "{\"v\":2,")).unwrap();
        assert_eq!(Learning::read(dir.path()), None, "a newer one");
        fs::write(dir.path().join(FILE), "{").unwrap();
        assert_eq!(Learning::read(dir.path()), None);
    }
}
