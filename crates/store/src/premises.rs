//! What the state needs on disk, and how much room there is left: looked at from outside, nothing is opened.

use std::fs;
use std::io;
use std::path::Path;

use jiff::Timestamp;
use jiff::civil::Date;

use crate::ledger::Ledger;
use crate::{event, index};

/// With less room than this somebody should see to the disk: a log that cannot be written stops the sorting.
const LITTLE: u64 = 1 << 30;

/// How the state directory is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Premises {
    /// Bytes of the decision log.
    pub log: u64,
    /// Its days.
    pub days: usize,
    /// The first of them.
    pub first_day: Option<Date>,
    /// When the log was last written; each of its writes is durable before anything acts on it.
    pub last_write: Option<Timestamp>,
    /// Bytes of the index.
    pub index: u64,
    /// Bytes that are left on the disk for the log, where the system tells.
    pub free: Option<u64>,
    /// Version of the log's format.
    pub log_format: u32,
    /// Version of the index's format.
    pub index_format: u8,
}

impl Premises {
    /// Whether the disk is about to be full.
    pub fn is_tight(&self) -> bool {
        self.free.is_some_and(|free| free < LITTLE)
    }

    fn of(dir: &Path) -> io::Result<Self> {
        let mut premises =
            Self { log_format: event::VERSION, index_format: index::VERSION, ..Self::default() };
        for entry in fs::read_dir(dir.join("log"))? {
            let entry = entry?;
            let found = entry.metadata()?;
            let name = entry.file_name();
            let day = name.to_str().and_then(|name| name.strip_suffix(".log"));
            let Some(day) = day.and_then(|day| day.parse().ok()) else { continue };
            premises.log += found.len();
            premises.days += 1;
            premises.first_day = Some(premises.first_day.map_or(day, |first: Date| first.min(day)));
            let written = found.modified().ok().and_then(|at| Timestamp::try_from(at).ok());
            premises.last_write = premises.last_write.max(written);
        }
        premises.index = size(&dir.join("state"))?;
        premises.free = rustix::fs::statvfs(dir).ok().map(|disk| disk.f_bavail.saturating_mul(disk.f_frsize));
        Ok(premises)
    }
}

/// Bytes of all files below; what goes meanwhile counts no more.
fn size(path: &Path) -> io::Result<u64> {
    let found = match fs::symlink_metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(0),
        found => found?,
    };
    if !found.is_dir() {
        return Ok(found.len());
    }
    let mut sum = 0;
    for entry in fs::read_dir(path)? {
        sum += size(&entry?.path())?;
    }
    Ok(sum)
}

impl Ledger {
    /// What the state needs on disk, and how much room there is left.
    ///
    /// # Errors
    /// What the system says where the directory cannot be read.
    pub fn premises(&self) -> io::Result<Premises> {
        Premises::of(self.dir())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_sizes_are_those_of_the_files() {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir_all(dir.path().join("log")).unwrap();
        fs::create_dir_all(dir.path().join("state/blobs")).unwrap();
        for (name, bytes) in
            [("log/2026-11-20.log", 30), ("log/2026-11-19.log", 12), ("log/odd", 5), ("state/blobs/1", 7)]
        {
            fs::write(dir.path().join(name), vec![0; bytes]).unwrap();
        }
        let premises = Premises::of(dir.path()).unwrap();
        assert_eq!((premises.log, premises.days, premises.index), (42, 2, 7));
        assert_eq!(premises.first_day, Some(jiff::civil::date(2026, 11, 19)));
        assert!(premises.last_write.is_some() && premises.free.is_some());
        let tight = |free| Premises { free, ..premises }.is_tight();
        assert!(tight(Some(5)) && !tight(Some(1 << 40)) && !tight(None));
    }
}
