//! Durable writes: a file is there whole or not at all, also after a power cut.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::Path;

/// Writes a file under its final name only once its bytes are on disk.
pub(crate) fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let draft = path.with_extension("draft");
    let mut file = File::create(&draft)?;
    fault::point("file.write");
    file.write_all(bytes)?;
    // Who could read it can still: the one who writes may have a stricter umask than the daemon's.
    if let Ok(before) = fs::metadata(path) {
        file.set_permissions(before.permissions())?;
    }
    file.sync_all()?;
    fault::point("file.written");
    fs::rename(&draft, path)?;
    fault::point("file.renamed");
    sync_folder_of(path)
}

/// Makes a new or renamed name in its folder durable (POSIX leaves that to the folder's own fsync).
pub(crate) fn sync_folder_of(path: &Path) -> io::Result<()> {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => File::open(folder)?.sync_all(),
        _ => Ok(()),
    }
}
