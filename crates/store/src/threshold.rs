//! The threshold that an operator chose on the page: the file `THRESHOLD` beside `PROMOTED`. While it is there, it
//! counts instead of what the configuration says.
//!
//! ```text
//! {"v":1,"most_wrong":0.0312,"at":"2026-11-22T10:00:00Z"}      or "confidence": the threshold itself
//! └ the file's format; the first ones had none
//! ```
//!
//! Replaced as a whole; a daemon takes it over as it does a promotion.

use std::fs;
use std::io;
use std::path::PathBuf;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::disk;
use crate::models::{Models, ModelsError};

/// Version of the file's format; a newer one is refused.
const VERSION: u32 = 1;

/// From where on a class shall be sure.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Wanted {
    /// At most this share of wrong classes among the sorted, in 0..1.
    MostWrong(f64),
    /// This very threshold, in 0..=1.
    Confidence(f64),
}

impl Wanted {
    fn is_sound(self) -> bool {
        match self {
            Self::MostWrong(share) => share > 0.0 && share < 1.0,
            Self::Confidence(confidence) => (0.0..=1.0).contains(&confidence),
        }
    }
}

/// A threshold that was chosen.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Chosen {
    /// Which.
    #[serde(flatten)]
    pub wanted: Wanted,
    /// When.
    pub at: Timestamp,
}

/// The file's format, where it says one.
#[derive(Deserialize)]
struct Versioned {
    #[serde(default)]
    v: u32,
}

/// As it is written.
#[derive(Serialize)]
struct Written {
    v: u32,
    #[serde(flatten)]
    chosen: Chosen,
}

impl Models {
    fn threshold_file(&self) -> PathBuf {
        self.dir().join("THRESHOLD")
    }

    /// The threshold that was chosen; nothing where the configuration counts.
    ///
    /// # Errors
    /// [`ModelsError::Threshold`] where the file is there and says nothing that can be used.
    pub fn chosen(&self) -> Result<Option<Chosen>, ModelsError> {
        let path = self.threshold_file();
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(ModelsError::Threshold { path, reason: error.to_string() }),
        };
        if let Ok(Versioned { v: found }) = serde_json::from_str(&text)
            && found > VERSION
        {
            let reason = format!("it is of format {found}, this Langhals reads up to {VERSION}");
            return Err(ModelsError::Threshold { path, reason });
        }
        let chosen: Option<Chosen> = serde_json::from_str(&text).ok();
        match chosen.filter(|chosen| chosen.wanted.is_sound()) {
            Some(chosen) => Ok(Some(chosen)),
            None => Err(ModelsError::Threshold { path, reason: "it is damaged".to_owned() }),
        }
    }

    /// Lets this threshold count, or with `None` what the configuration says; durably and at once.
    ///
    /// # Errors
    /// [`ModelsError::Choose`] where the disk refuses: what counted goes on counting.
    pub fn choose(&self, chosen: Option<Chosen>) -> Result<(), ModelsError> {
        let path = self.threshold_file();
        let written = match chosen {
            Some(chosen) => serde_json::to_vec(&Written { v: VERSION, chosen })
                .map_err(io::Error::from)
                .and_then(|mut line| {
                    line.push(b'\n');
                    disk::replace(&path, &line)
                }),
            None => match fs::remove_file(&path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
                _ => disk::sync_folder_of(&path),
            },
        };
        written.map_err(|source| ModelsError::Choose { path, source })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_chosen_counts_until_it_is_taken_away() {
        let dir = tempfile::tempdir().unwrap();
        let models = Models::open(dir.path()).unwrap();
        assert_eq!(models.chosen().unwrap(), None);
        for wanted in [Wanted::MostWrong(0.0312), Wanted::Confidence(0.8)] {
            let chosen = Chosen { wanted, at: "2026-11-22T10:00:00Z".parse().unwrap() };
            models.choose(Some(chosen)).unwrap();
            assert_eq!(models.chosen().unwrap(), Some(chosen));
        }
        let text = fs::read_to_string(dir.path().join("THRESHOLD")).unwrap();
        assert_eq!(text, "{\"v\":1,\"confidence\":0.8,\"at\":\"2026-11-22T10:00:00Z\"}\n");
        models.choose(None).unwrap();
        models.choose(None).unwrap();
        assert_eq!(models.chosen().unwrap(), None);
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
    }

    #[test]
    fn what_makes_no_sense_is_said_and_not_guessed() {
        let dir = tempfile::tempdir().unwrap();
        let models = Models::open(dir.path()).unwrap();
        for bad in
            ["", "0.03", "{\"most_wrong\":0.0,\"at\":\"2026-11-22T10:00:00Z\"}", "{\"most_wrong\":0.1}"]
        {
            fs::write(dir.path().join("THRESHOLD"), bad).unwrap();
            let error = models.chosen().unwrap_err().to_string();
            assert!(error.contains("THRESHOLD") && error.contains("remove it"), "{error}");
        }
    }
}
