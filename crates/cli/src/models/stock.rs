//! The packaged models: what a house's own models folder starts with, and gets beside the others with each new package.
//!
//! ```text
//!   /usr/share/langhals/models ─▶ [model] dir: what is not there yet; PROMOTED only where nothing is promoted
//!     └ read-only, the package's    └ the house's: learnt, promoted and chosen there
//! ```

use std::fs;
use std::path::Path;

use anyhow::Context as _;
use store::Models;

/// A model's files besides manifest and weights.
const EXTRAS: [&str; 2] = ["exam.json", "CARD.md"];

/// The folder to read from where nothing may be changed: the packaged one as long as the house's own holds no model in use.
pub fn shelf<'a>(dir: &'a Path, stock: &'a Path) -> &'a Path {
    if !has_model(dir) && has_model(stock) { stock } else { dir }
}

/// Brings packaged models that are not in `dir` there; the packaged promotion only where there is none.
///
/// # Errors
/// If `dir` holds no model in use and the packaged one cannot be brought there: then there is nothing to judge by.
pub fn furnish(dir: &Path, stock: &Path) -> anyhow::Result<()> {
    if same(dir, stock) || !stock.join("PROMOTED").is_file() || dir.join("manifest.json").is_file() {
        return Ok(());
    }
    match bring(dir, stock) {
        Err(error) if has_model(dir) => {
            tracing::warn!(name: "models.stock", %error, "the packaged model was not brought to the models folder; the one in use stays");
            Ok(())
        }
        brought => brought.with_context(|| {
            format!(
                "cannot bring the packaged model to {}: set [model] dir to a folder that this user may write to",
                dir.display()
            )
        }),
    }
}

fn bring(dir: &Path, stock: &Path) -> anyhow::Result<()> {
    fs::create_dir_all(dir)?;
    let (models, packaged) = (Models::open(dir)?, Models::open(stock)?);
    for id in packaged.ids()? {
        let place = models.folder(&id)?;
        if !place.exists() {
            copy(&packaged.folder(&id)?, &place)?;
            tracing::info!(name: "models.stock", model = %id, "the packaged model is in the models folder");
        }
    }
    let promoted = dir.join("PROMOTED");
    if !promoted.exists() {
        let draft = dir.join("PROMOTED.draft");
        fs::copy(stock.join("PROMOTED"), &draft)?;
        // On the disk before it counts: an empty one names no model.
        fs::File::open(&draft)?.sync_all()?;
        fs::rename(draft, promoted)?;
    }
    Ok(())
}

fn copy(from: &Path, to: &Path) -> anyhow::Result<()> {
    let (_, manifest, weights) = Models::read(from)?;
    let mut extras = Vec::new();
    for name in EXTRAS {
        extras.extend(Models::read_extra(from, name)?.map(|bytes| (name, bytes)));
    }
    let extras: Vec<(&str, &[u8])> = extras.iter().map(|(name, bytes)| (*name, bytes.as_slice())).collect();
    Ok(Models::write(to, &manifest, &weights, &extras)?)
}

fn has_model(dir: &Path) -> bool {
    dir.join("PROMOTED").is_file() || dir.join("manifest.json").is_file()
}

fn same(a: &Path, b: &Path) -> bool {
    a == b || matches!((a.canonicalize(), b.canonicalize()), (Ok(a), Ok(b)) if a == b)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stock(ids: &[&str]) -> tempfile::TempDir {
        let stock = tempfile::tempdir().unwrap();
        for id in ids {
            Models::write(&stock.path().join(id), b"{}", b"w", &[("CARD.md", b"card")]).unwrap();
        }
        fs::write(stock.path().join("PROMOTED"), format!("{}\n", ids.last().unwrap())).unwrap();
        stock
    }

    fn promoted(dir: &Path) -> String {
        fs::read_to_string(dir.join("PROMOTED")).unwrap()
    }

    #[test]
    fn the_first_start_finds_the_packaged_model_in_use() {
        let (stock, house) = (stock(&["standard-1"]), tempfile::tempdir().unwrap());
        let dir = house.path().join("models");
        assert_eq!(shelf(&dir, stock.path()), stock.path());
        furnish(&dir, stock.path()).unwrap();
        assert_eq!(promoted(&dir), "standard-1\n");
        assert_eq!(fs::read(dir.join("standard-1/CARD.md")).unwrap(), b"card");
        assert_eq!(shelf(&dir, stock.path()), dir);
    }

    #[test]
    fn a_newer_package_adds_its_model_and_promotes_nothing() {
        let (first, house) = (stock(&["standard-1"]), tempfile::tempdir().unwrap());
        furnish(house.path(), first.path()).unwrap();
        fs::write(house.path().join("standard-1/CARD.md"), "ours").unwrap();
        furnish(house.path(), stock(&["standard-1", "standard-2"]).path()).unwrap();
        assert_eq!(promoted(house.path()), "standard-1\n");
        assert_eq!(fs::read(house.path().join("standard-1/CARD.md")).unwrap(), b"ours");
        assert!(house.path().join("standard-2/weights.bin").is_file());
    }

    #[test]
    fn a_folder_that_cannot_be_written_stays_in_use_as_it_is() {
        let (packaged, house) = (stock(&["standard-2"]), tempfile::tempdir().unwrap());
        fs::write(house.path().join("PROMOTED"), "learnt-7\n").unwrap();
        // A file where the model's draft would go, so that even root cannot write there.
        fs::write(house.path().join("standard-2.draft"), "").unwrap();
        furnish(house.path(), packaged.path()).unwrap();
        assert_eq!(promoted(house.path()), "learnt-7\n");
        fs::remove_file(house.path().join("PROMOTED")).unwrap();
        assert!(furnish(house.path(), packaged.path()).unwrap_err().to_string().contains("[model] dir"));
    }

    #[test]
    fn without_a_package_nothing_happens() {
        let (nothing, house) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        furnish(house.path(), nothing.path()).unwrap();
        assert_eq!(fs::read_dir(house.path()).unwrap().count(), 0);
        assert_eq!(shelf(house.path(), nothing.path()), house.path());
    }
}
