//! The models folder: a folder a model with manifest and weights, and what else belongs to it; `PROMOTED` names
//! the one in use.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use domain::ModelId;

use crate::disk;
use crate::promotion::is_plain;

/// Larger files than these are no model of ours; they are not read into memory.
const LARGEST_FILE: u64 = 64 * 1024 * 1024;

/// Why a model cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum ModelsError {
    /// No folder.
    #[error("there is no models folder {path}: set [model] dir to the folder that holds PROMOTED")]
    NoFolder {
        /// The folder.
        path: PathBuf,
    },
    /// Nothing says which model is in use.
    #[error(
        "{path} does not name a model: `langhals models list` shows those that there are, `langhals models promote ID` takes one into use"
    )]
    NotPromoted {
        /// The file `PROMOTED`.
        path: PathBuf,
    },
    /// A file is missing, unreadable or absurdly large.
    #[error("cannot read {path}: {reason}. Train a model into it, or name another one in PROMOTED")]
    Read {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// A newer Langhals wrote which model is in use.
    #[error(
        "{path} is of format {found}, this Langhals reads up to {known}: install the newer version again, or write the \
         name of a model alone into it"
    )]
    Newer {
        /// The file `PROMOTED`.
        path: PathBuf,
        /// Its format.
        found: u32,
        /// The newest that can be read.
        known: u32,
    },
    /// The disk refused.
    #[error("cannot write the model to {path}: {source}")]
    Write {
        /// The folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// There is something already.
    #[error("{path} is there already: a model is never overwritten; choose another --out, or remove it")]
    Exists {
        /// The folder.
        path: PathBuf,
    },
    /// Not a name of a model.
    #[error(
        "\"{id}\" cannot be the name of a model: it names a folder beside PROMOTED, so give it without slashes"
    )]
    NoName {
        /// What was given.
        id: String,
    },
    /// The threshold that was chosen cannot be read.
    #[error(
        "{path} says no threshold ({reason}), so [triage] in the configuration counts: choose one anew on the page, or remove it"
    )]
    Threshold {
        /// The file `THRESHOLD`.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// The disk refused a switch.
    #[error(
        "cannot write {path}: {source}; the model in use stays. Do it as a user who may write to the models folder, or free space"
    )]
    Switch {
        /// The file `PROMOTED`.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The disk refused another threshold.
    #[error(
        "cannot write {path}: {source}; the threshold stays. Do it as a user who may write to the models folder, or free space"
    )]
    Choose {
        /// The file `THRESHOLD`.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Somebody else switched.
    #[error("the model in use was switched to {now} meanwhile: look again with `langhals models list`")]
    Meanwhile {
        /// The model in use by now.
        now: String,
    },
}

/// The folder of models.
#[derive(Clone, Debug)]
pub struct Models {
    dir: PathBuf,
}

impl Models {
    /// The models in `dir`, which must be there.
    ///
    /// # Errors
    /// [`ModelsError::NoFolder`].
    pub fn open(dir: &Path) -> Result<Self, ModelsError> {
        if dir.is_dir() {
            Ok(Self { dir: dir.to_owned() })
        } else {
            Err(ModelsError::NoFolder { path: dir.to_owned() })
        }
    }

    /// The folder of the model in use.
    ///
    /// # Errors
    /// [`ModelsError::NotPromoted`] where `PROMOTED` is missing or names none, [`ModelsError::Read`].
    pub fn promoted(&self) -> Result<PathBuf, ModelsError> {
        match self.promotion()?.id {
            Some(id) => Ok(self.dir.join(id)),
            None => Err(ModelsError::NotPromoted { path: self.promoted_file() }),
        }
    }

    pub(crate) fn dir(&self) -> &Path {
        &self.dir
    }

    pub(crate) fn promoted_file(&self) -> PathBuf {
        self.dir.join("PROMOTED")
    }

    /// The folder of a model.
    ///
    /// # Errors
    /// [`ModelsError::NoName`] where the id could lead elsewhere.
    pub fn folder(&self, id: &str) -> Result<PathBuf, ModelsError> {
        if is_plain(id) { Ok(self.dir.join(id)) } else { Err(ModelsError::NoName { id: id.to_owned() }) }
    }

    /// The ids of all models, whole or not, sorted; without drafts.
    ///
    /// # Errors
    /// [`ModelsError::Read`] where the folder cannot be listed.
    pub fn ids(&self) -> Result<Vec<String>, ModelsError> {
        let wrong =
            |error: io::Error| ModelsError::Read { path: self.dir.clone(), reason: error.to_string() };
        let mut ids = Vec::new();
        for entry in fs::read_dir(&self.dir).map_err(wrong)? {
            let entry = entry.map_err(wrong)?;
            let id = entry.file_name().to_string_lossy().into_owned();
            let draft = Path::new(&id).extension().is_some_and(|ending| ending == "draft");
            if entry.path().is_dir() && is_plain(&id) && !draft {
                ids.push(id);
            }
        }
        ids.sort();
        Ok(ids)
    }

    /// A model's id, manifest and weights.
    ///
    /// # Errors
    /// [`ModelsError::Read`], naming the file.
    pub fn read(folder: &Path) -> Result<(ModelId, Vec<u8>, Vec<u8>), ModelsError> {
        let named = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
        let id = named.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        Ok((ModelId(id), read(&folder.join("manifest.json"))?, read(&folder.join("weights.bin"))?))
    }

    /// Another file of a model; `None` where it has no such file.
    ///
    /// # Errors
    /// [`ModelsError::Read`], naming the file.
    pub fn read_extra(folder: &Path, name: &str) -> Result<Option<Vec<u8>>, ModelsError> {
        let path = folder.join(name);
        if path.exists() { read(&path).map(Some) } else { Ok(None) }
    }

    /// Writes a new model and its other files: its folder is there whole or not at all.
    ///
    /// # Errors
    /// [`ModelsError::Exists`] or [`ModelsError::Write`].
    pub fn write(
        folder: &Path,
        manifest: &[u8],
        weights: &[u8],
        extras: &[(&str, &[u8])],
    ) -> Result<(), ModelsError> {
        if folder.exists() {
            return Err(ModelsError::Exists { path: folder.to_owned() });
        }
        let draft = folder.with_extension("draft");
        let written = (|| {
            fs::create_dir_all(&draft)?;
            for (name, bytes) in extras {
                disk::replace(&draft.join(name), bytes)?;
            }
            disk::replace(&draft.join("weights.bin"), weights)?;
            disk::replace(&draft.join("manifest.json"), manifest)?;
            fs::rename(&draft, folder)?;
            disk::sync_folder_of(folder)
        })();
        written.map_err(|source| ModelsError::Write { path: folder.to_owned(), source })
    }
}

fn read(path: &Path) -> Result<Vec<u8>, ModelsError> {
    let wrong = |reason: String| ModelsError::Read { path: path.to_owned(), reason };
    let length = fs::metadata(path).map_err(|error| wrong(error.to_string()))?.len();
    if length > LARGEST_FILE {
        return Err(wrong(format!("it has {length} bytes, no model of ours has more than {LARGEST_FILE}")));
    }
    fs::read(path).map_err(|error| wrong(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_written_model_is_read_back_and_never_overwritten() {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join("m1");
        Models::write(&folder, b"{}", b"w", &[("exam.json", b"e")]).unwrap();
        assert_eq!(Models::read(&folder).unwrap(), (ModelId("m1".into()), b"{}".to_vec(), b"w".to_vec()));
        assert_eq!(Models::read_extra(&folder, "exam.json").unwrap(), Some(b"e".to_vec()));
        assert_eq!(Models::read_extra(&folder, "CARD.md").unwrap(), None);
        assert_eq!(Models::open(dir.path()).unwrap().ids().unwrap(), ["m1"]);
        assert!(matches!(Models::write(&folder, b"", b"", &[]), Err(ModelsError::Exists { .. })));
    }

    #[test]
    fn promoted_names_a_folder_beside_it_and_nothing_else() {
        let dir = tempfile::tempdir().unwrap();
        let models = Models::open(dir.path()).unwrap();
        for bad in ["", "\n", "../elsewhere", ".hidden", "a\\b"] {
            fs::write(dir.path().join("PROMOTED"), bad).unwrap();
            assert!(matches!(models.promoted(), Err(ModelsError::NotPromoted { .. })), "{bad:?}");
        }
        assert!(matches!(models.folder("../elsewhere"), Err(ModelsError::NoName { .. })));
        fs::write(dir.path().join("PROMOTED"), "m1\n").unwrap();
        assert_eq!(models.promoted().unwrap(), dir.path().join("m1"));
    }
}
