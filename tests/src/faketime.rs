//! A clock that jumps, for one program: Debian's libfaketime, preloaded.
//!
//! ```text
//!   program ─▶ clock_gettime ─▶ libfaketime: the time and an offset, which stands in a file and may change at any time
//! ```

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

use crate::unpack;

/// The library, unpacked under `target/testbed`.
///
/// # Errors
/// If Debian's archive is out of reach.
pub fn ensure() -> Result<PathBuf> {
    let library =
        unpack::unpack("faketime", &["libfaketime"])?.libraries().join("faketime/libfaketimeMT.so.1");
    if !library.exists() {
        bail!("libfaketime was unpacked, but {} is not there", library.display());
    }
    Ok(library)
}

/// What to set in a program's environment, so that its clock is off by what stands in the file `offset`.
/// Timeouts still pass as they do: only the time of day is another.
///
/// # Errors
/// See [`ensure`].
pub fn environment(offset: &Path) -> Result<BTreeMap<String, String>> {
    let values = [
        ("LD_PRELOAD", ensure()?.display().to_string()),
        ("FAKETIME_TIMESTAMP_FILE", offset.display().to_string()),
        ("FAKETIME_NO_CACHE", "1".to_owned()),
        ("FAKETIME_DONT_FAKE_MONOTONIC", "1".to_owned()),
        ("DONT_FAKE_MONOTONIC", "1".to_owned()),
    ];
    Ok(values.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
}

/// Sets the clock of the programs that look at this file, e.g. to `-365d`; in one step.
///
/// # Errors
/// If it cannot be written.
pub fn set(offset: &Path, by: &str) -> Result<()> {
    let new = offset.with_extension("new");
    fs::write(&new, format!("{by}\n"))?;
    Ok(fs::rename(new, offset)?)
}
