//! The models folder: a folder a model with manifest and weights; `PROMOTED` names the one in use.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use domain::ModelId;

use crate::disk;

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
    #[error("{path} does not name a model: write the id of one of the models in its folder into it")]
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
    /// [`ModelsError::NotPromoted`] where `PROMOTED` is missing or names none.
    pub fn promoted(&self) -> Result<PathBuf, ModelsError> {
        let path = self.dir.join("PROMOTED");
        let id = fs::read_to_string(&path).unwrap_or_default();
        let id = id.trim();
        let plain = !id.is_empty() && !id.contains(['/', '\\']) && !id.starts_with('.');
        if plain { Ok(self.dir.join(id)) } else { Err(ModelsError::NotPromoted { path }) }
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

    /// Writes a new model: its folder is there whole or not at all.
    ///
    /// # Errors
    /// [`ModelsError::Exists`] or [`ModelsError::Write`].
    pub fn write(folder: &Path, manifest: &[u8], weights: &[u8]) -> Result<(), ModelsError> {
        if folder.exists() {
            return Err(ModelsError::Exists { path: folder.to_owned() });
        }
        let draft = folder.with_extension("draft");
        let written = (|| {
            fs::create_dir_all(&draft)?;
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
        Models::write(&folder, b"{}", b"w").unwrap();
        assert_eq!(Models::read(&folder).unwrap(), (ModelId("m1".into()), b"{}".to_vec(), b"w".to_vec()));
        assert!(matches!(Models::write(&folder, b"", b""), Err(ModelsError::Exists { .. })));
    }

    #[test]
    fn promoted_names_a_folder_beside_it_and_nothing_else() {
        let dir = tempfile::tempdir().unwrap();
        let models = Models::open(dir.path()).unwrap();
        for bad in ["", "\n", "../elsewhere", ".hidden", "a\\b"] {
            fs::write(dir.path().join("PROMOTED"), bad).unwrap();
            assert!(matches!(models.promoted(), Err(ModelsError::NotPromoted { .. })), "{bad:?}");
        }
        fs::write(dir.path().join("PROMOTED"), "m1\n").unwrap();
        assert_eq!(models.promoted().unwrap(), dir.path().join("m1"));
    }
}
