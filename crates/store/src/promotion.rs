//! Which model is in use, and how it came to that: the file `PROMOTED` in the models folder.
//!
//! ```text
//! standard-2                                                      the model in use, written by people or by us
//! {"format":1}                                                    of this file; the first ones had none
//! {"at":"2026-11-22T03:10:00Z","by":"promote","from":"standard-1","to":"standard-2","forced":false}
//! └ one line a switch, oldest first
//! ```
//!
//! One file, replaced as a whole: a crash between leaves the old model in use, or the new one, each with its
//! history. Whoever writes a bare id into it by hand has switched too, and starts the history anew.

use std::fs::{self, File};
use std::io;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::disk;
use crate::models::{Models, ModelsError};
use crate::threshold::Chosen;

/// Version of the file's format; a newer one is refused. Earlier versions of Langhals pass its line over.
const FORMAT: u32 = 1;

/// So many switches are remembered.
const REMEMBERED: usize = 200;

/// What `PROMOTED` says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Promoted {
    /// The model in use; none where nothing was promoted yet.
    pub id: Option<String>,
    /// How it came to that, oldest first.
    pub history: Vec<Switch>,
}

/// A change of the model in use.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Switch {
    /// When it was decided.
    pub at: Timestamp,
    /// How.
    pub by: SwitchedBy,
    /// The model before; none at the first one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// The model from then on.
    pub to: String,
    /// Whether something spoke against it and the operator wanted it all the same.
    #[serde(default)]
    pub forced: bool,
    /// What spoke against it, in sentences without content.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub overruled: Vec<String>,
    /// How the two compared on the same mails, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub figures: Option<Duel>,
    /// The threshold that an operator had chosen, in the decision log only; nothing where the configuration counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub threshold: Option<Chosen>,
}

impl Switch {
    /// A switch that nothing spoke against, and that was not compared.
    pub fn new(at: Timestamp, by: SwitchedBy, from: Option<&str>, to: &str) -> Self {
        let (from, to) = (from.map(str::to_owned), to.to_owned());
        Self { at, by, from, to, forced: false, overruled: Vec::new(), figures: None, threshold: None }
    }
}

/// How a model came into use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SwitchedBy {
    /// `langhals models promote`.
    Promote,
    /// `langhals models rollback`.
    Rollback,
    /// It stood in `PROMOTED`, and nobody said why: written by hand, or the first one.
    Found,
    /// The promoted one cannot be used: the one before it stands in.
    Fallback,
    /// The same model judges on, by another threshold.
    Threshold,
}

/// Two models on the same mails.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Duel {
    /// How many mails.
    pub mails: usize,
    /// Mails of which only the new one, only the old one got the class right.
    pub class: [usize; 2],
    /// The same of the priority.
    pub priority: [usize; 2],
    /// Probability of such a difference by chance, class and priority (`McNemar`).
    pub p: [f64; 2],
}

/// The line that says the file's format.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Format {
    format: u32,
}

impl Promoted {
    /// What the file says; the format of one that a newer Langhals wrote.
    fn parse(text: &str) -> Result<Self, u32> {
        let mut lines = text.lines();
        let id = lines.next().map(str::trim).filter(|id| is_plain(id)).map(str::to_owned);
        let newer = |line: &str| serde_json::from_str(line).ok().filter(|Format { format }| *format > FORMAT);
        match lines.clone().find_map(newer) {
            Some(Format { format }) => Err(format),
            None => {
                Ok(Self { id, history: lines.filter_map(|line| serde_json::from_str(line).ok()).collect() })
            }
        }
    }

    fn text(&self) -> String {
        let id = self.id.clone().unwrap_or_default();
        let skipped = self.history.len().saturating_sub(REMEMBERED);
        let lines = self.history.iter().skip(skipped).filter_map(|switch| serde_json::to_string(switch).ok());
        let format = serde_json::to_string(&Format { format: FORMAT }).ok();
        std::iter::once(id).chain(format).chain(lines).map(|line| line + "\n").collect()
    }

    /// The models that came into use one upon the other, the one in use last: what was rolled back is not in it.
    pub fn trail(&self) -> Vec<&str> {
        let mut trail: Vec<&str> = Vec::new();
        for switch in &self.history {
            if let Some(from) = &switch.from {
                step(&mut trail, from);
            }
            if switch.by == SwitchedBy::Rollback {
                let back = trail.iter().rposition(|id| *id == switch.to).map_or(0, |at| at + 1);
                trail.truncate(back);
            }
            step(&mut trail, &switch.to);
        }
        if let Some(id) = &self.id {
            step(&mut trail, id);
        }
        trail
    }

    /// The models before the one in use, the nearest first, each once.
    pub fn earlier(&self) -> Vec<&str> {
        let mut earlier: Vec<&str> = Vec::new();
        for id in self.trail().into_iter().rev() {
            if Some(id) != self.id.as_deref() && !earlier.contains(&id) {
                earlier.push(id);
            }
        }
        earlier
    }
}

/// A model that comes into use; the one that is, stays.
fn step<'t>(trail: &mut Vec<&'t str>, id: &'t str) {
    if trail.last() != Some(&id) {
        trail.push(id);
    }
}

/// Whether this names a folder beside `PROMOTED` and nothing else.
pub(crate) fn is_plain(id: &str) -> bool {
    !id.is_empty() && !id.contains(['/', '\\']) && !id.starts_with('.') && !id.contains(char::is_control)
}

impl Models {
    /// What `PROMOTED` says; nothing where it is missing or names none.
    ///
    /// # Errors
    /// [`ModelsError::Read`] where it is there and cannot be read.
    pub fn promotion(&self) -> Result<Promoted, ModelsError> {
        let path = self.promoted_file();
        match fs::read_to_string(&path) {
            Ok(text) => {
                Promoted::parse(&text).map_err(|found| ModelsError::Newer { path, found, known: FORMAT })
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Promoted::default()),
            Err(error) => Err(ModelsError::Read { path, reason: error.to_string() }),
        }
    }

    /// Switches the model in use, durably and at once. `expected` is the one that was in use when the switch
    /// was decided; two operators at the same time do not overrule each other unseen.
    ///
    /// # Errors
    /// [`ModelsError::Switch`] where the disk refuses, [`ModelsError::Meanwhile`] where another one is in use by now.
    pub fn switch(&self, expected: Option<&str>, switch: Switch) -> Result<(), ModelsError> {
        let path = self.promoted_file();
        let refused = |source| ModelsError::Switch { path: path.clone(), source };
        let folder = File::open(self.dir()).map_err(refused)?;
        // Held until the file is replaced. A file system without locks only misses two operators at one moment.
        if let Err(error) = folder.lock() {
            tracing::debug!(name: "store.models", %error, "the models folder cannot be locked");
        }
        let mut promoted = self.promotion()?;
        if promoted.id.as_deref() != expected {
            return Err(ModelsError::Meanwhile { now: promoted.id.unwrap_or_default() });
        }
        promoted.id = Some(switch.to.clone());
        promoted.history.push(switch);
        disk::replace(&path, promoted.text().as_bytes()).map_err(refused)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn switch(by: SwitchedBy, from: Option<&str>, to: &str) -> Switch {
        Switch::new(Timestamp::UNIX_EPOCH, by, from, to)
    }

    #[track_caller]
    fn check(id: &str, history: &[(SwitchedBy, Option<&str>, &str)], trail: &[&str], earlier: &[&str]) {
        let history = history.iter().map(|(by, from, to)| switch(*by, *from, to)).collect();
        let promoted = Promoted { id: Some(id.to_owned()), history };
        assert_eq!(promoted.trail(), trail);
        assert_eq!(promoted.earlier(), earlier);
        assert_eq!(Promoted::parse(&promoted.text()), Ok(promoted));
    }

    #[test]
    fn what_is_rolled_back_is_no_way_back() {
        use SwitchedBy::{Promote, Rollback};
        check("a", &[], &["a"], &[]);
        check("b", &[(Promote, Some("a"), "b")], &["a", "b"], &["a"]);
        let (there, back) = ((Promote, Some("a"), "b"), (Rollback, Some("b"), "a"));
        check("a", &[there, back], &["a"], &[]);
        check("c", &[there, back, (Promote, Some("a"), "c")], &["a", "c"], &["a"]);
        check("a", &[there, (Promote, Some("b"), "a")], &["a", "b", "a"], &["b"]);
        let (third, two_back) = ((Promote, Some("b"), "c"), (Rollback, Some("c"), "a"));
        check("a", &[there, third, two_back], &["a"], &[]);
        check("x", &[there], &["a", "b", "x"], &["b", "a"]);
    }

    #[test]
    fn a_switch_is_one_file_and_an_operator_who_comes_late_is_told() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("PROMOTED"), "a\n").unwrap();
        let models = Models::open(dir.path()).unwrap();
        models.switch(Some("a"), switch(SwitchedBy::Promote, Some("a"), "b")).unwrap();
        let promoted = models.promotion().unwrap();
        assert_eq!((promoted.id.as_deref(), promoted.history.len()), (Some("b"), 1));
        assert_eq!(models.promoted().unwrap(), dir.path().join("b"));
        let late = models.switch(Some("a"), switch(SwitchedBy::Promote, Some("a"), "c"));
        assert!(matches!(late, Err(ModelsError::Meanwhile { now }) if now == "b"));
        let files: Vec<_> = fs::read_dir(dir.path()).unwrap().map(|file| file.unwrap().file_name()).collect();
        assert_eq!(files, ["PROMOTED"]);
    }

    #[test]
    fn a_folder_that_may_not_be_written_is_said() {
        let dir = tempfile::tempdir().unwrap();
        let models = Models::open(dir.path()).unwrap();
        // Root may write anywhere, but not over a folder.
        fs::create_dir(dir.path().join("PROMOTED.draft")).unwrap();
        let refused = models.switch(None, switch(SwitchedBy::Promote, None, "b")).unwrap_err();
        assert!(refused.to_string().contains("the model in use stays"), "{refused}");
        assert_eq!(models.promotion().unwrap(), Promoted::default());
    }

    #[test]
    fn the_history_does_not_grow_for_ever() {
        let history = (0..300).map(|_| switch(SwitchedBy::Promote, None, "b")).collect();
        let promoted = Promoted { id: Some("b".to_owned()), history };
        assert_eq!(Promoted::parse(&promoted.text()).unwrap().history.len(), REMEMBERED);
    }
}
