//! Writing the decision log anew without what is to be forgotten: the old log stands until the new one is whole.
//!
//! ```text
//!   log.new/ written, each file and the folder synced       a crash here: the old log; log.new is thrown away
//!   state/ ─▶ state.old, removed                            … the index is made anew from the log
//!   log.new ⇄ log   one rename that exchanges both          the moment at which it counts
//!   log.new/ removed: it is the old log                     a crash here: the new log; log.new is thrown away
//! ```
//!
//! Where the file system cannot exchange two names, log is renamed to log.old first; a crash between the two renames
//! finds log.old alone, and takes it back. Days that stay as they are stay the same files.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use rustix::fs::{CWD, RenameFlags, renameat_with};
use rustix::io::Errno;

use crate::disk;
use crate::index::Index;

/// The new log while it is written; the old one while it is removed.
pub(crate) const DRAFT: &str = "log.new";
/// The old log, for a moment, where names cannot be exchanged.
pub(crate) const BEFORE: &str = "log.old";
/// The old index while it is removed.
pub(crate) const INDEX_BEFORE: &str = "state.old";

/// More logs in a row than anybody writes anew while one is read.
const READS: usize = 4;

/// What becomes of a day's file.
pub(crate) enum Fate {
    /// It stays as it is.
    Stays,
    /// It holds this now.
    Becomes(Vec<u8>),
    /// It goes.
    Goes,
}

/// Throws away what a stop has left behind, and takes the old log back where there is no other. Whoever calls this
/// holds the state directory's lock.
pub(crate) fn clear(dir: &Path) -> io::Result<()> {
    let [log, before] = ["log", BEFORE].map(|name| dir.join(name));
    if is_there(&before) && !is_there(&log) {
        fs::rename(&before, &log)?;
        disk::sync_folder_of(&log)?;
    }
    for name in [DRAFT, BEFORE, INDEX_BEFORE] {
        remove(&dir.join(name))?;
    }
    Ok(())
}

/// Reads the log by the names of its days, and once more where another log has taken its place meanwhile: half of one and
/// half of the other is none.
pub(crate) fn undisturbed<T>(log: &Path, mut read: impl FnMut() -> T) -> T {
    for _ in 0..READS {
        let before = identity(log);
        let told = read();
        if identity(log) == before {
            return told;
        }
    }
    read()
}

/// Which folder it is, whatever it is called.
fn identity(folder: &Path) -> Option<(u64, u64)> {
    fs::metadata(folder).ok().map(|found| (found.dev(), found.ino()))
}

/// A new log that is being written beside the old one.
pub(crate) struct Rewrite {
    dir: PathBuf,
    log: PathBuf,
    draft: PathBuf,
}

impl Rewrite {
    /// Begins with an empty one.
    pub(crate) fn begin(dir: &Path) -> io::Result<Self> {
        clear(dir)?;
        let [log, draft] = ["log", DRAFT].map(|name| dir.join(name));
        fs::create_dir(&draft)?;
        fs::set_permissions(&draft, fs::metadata(&log)?.permissions())?;
        Ok(Self { dir: dir.to_owned(), log, draft })
    }

    /// Settles a day.
    pub(crate) fn day(&self, name: &str, fate: &Fate) -> io::Result<()> {
        let (old, new) = (self.log.join(name), self.draft.join(name));
        match fate {
            Fate::Goes => Ok(()),
            Fate::Stays => match fs::hard_link(&old, &new) {
                Ok(()) => Ok(()),
                // Not every file system has a second name for a file.
                Err(_) => write(&old, &new, &fs::read(&old)?),
            },
            Fate::Becomes(bytes) => write(&old, &new, bytes),
        }
    }

    /// Keeps what was set aside as damaged, under the same name.
    pub(crate) fn set_aside(&self, name: &str) -> io::Result<()> {
        let (old, new) = (self.log.join(name), self.draft.join(name));
        fs::create_dir(&new)?;
        for entry in fs::read_dir(&old)? {
            let entry = entry?;
            if entry.file_type()?.is_file() {
                let (old, new) = (entry.path(), new.join(entry.file_name()));
                fs::hard_link(&old, &new).or_else(|_| write(&old, &new, &fs::read(&old)?))?;
            }
        }
        File::open(&new)?.sync_all()
    }

    /// Puts the new log in place of the old one, and removes that and the index. Nobody may have either open.
    pub(crate) fn finish(self) -> io::Result<()> {
        File::open(&self.draft)?.sync_all()?;
        fault::point("forget.written");
        self.remove_index()?;
        fault::point("forget.index_removed");
        exchange(&self.draft, &self.log, &self.dir.join(BEFORE))?;
        File::open(&self.dir)?.sync_all()?;
        fault::point("forget.exchanged");
        // It counts from here on; what is left over goes at the next start.
        clear(&self.dir)?;
        fault::point("forget.cleared");
        File::open(&self.dir)?.sync_all()
    }

    fn remove_index(&self) -> io::Result<()> {
        let [index, before] = ["state", INDEX_BEFORE].map(|name| self.dir.join(name));
        if is_there(&index) {
            Index::wait_until_closed(&index);
            fs::rename(&index, &before)?;
            disk::sync_folder_of(&index)?;
            fault::point("forget.index_aside");
            remove(&before)?;
        }
        Ok(())
    }
}

/// Puts `new` in the place of `old`, which lies where `new` was afterwards, or is gone under the name `aside`.
fn exchange(new: &Path, old: &Path, aside: &Path) -> io::Result<()> {
    match renameat_with(CWD, new, CWD, old, RenameFlags::EXCHANGE) {
        Err(Errno::INVAL | Errno::NOSYS | Errno::OPNOTSUPP) => {
            fs::rename(old, aside)?;
            fault::point("forget.log_aside");
            fs::rename(new, old)
        }
        exchanged => Ok(exchanged?),
    }
}

/// Who could read the old file can read the new one.
fn write(old: &Path, new: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = File::create_new(new)?;
    fault::point("forget.write");
    file.write_all(bytes)?;
    if let Ok(before) = fs::metadata(old) {
        file.set_permissions(before.permissions())?;
    }
    file.sync_all()
}

/// Whatever lies there, and nothing where nothing does.
pub(crate) fn remove(path: &Path) -> io::Result<()> {
    match path.symlink_metadata() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
        Ok(found) if found.is_dir() => fs::remove_dir_all(path),
        Ok(_) => fs::remove_file(path),
    }
}

fn is_there(path: &Path) -> bool {
    path.symlink_metadata().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(files: &[(&str, &str)]) -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let path = dir.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        dir
    }

    fn files(dir: &Path) -> Vec<(String, String)> {
        let (mut found, mut folders) = (Vec::new(), vec![dir.to_owned()]);
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap().flatten() {
                if entry.path().is_dir() {
                    folders.push(entry.path());
                } else {
                    let name = entry.path().strip_prefix(dir).unwrap().to_string_lossy().into_owned();
                    found.push((name, fs::read_to_string(entry.path()).unwrap()));
                }
            }
        }
        found.sort();
        found
    }

    #[test]
    fn the_new_log_is_there_as_a_whole_and_nothing_of_the_old_one() {
        let dir =
            with(&[("log/a", "1"), ("log/b", "2"), ("log/c", "3"), ("log/bad-1/a", "x"), ("state/db", "y")]);
        let rewrite = Rewrite::begin(dir.path()).unwrap();
        rewrite.day("a", &Fate::Goes).unwrap();
        rewrite.day("b", &Fate::Becomes(b"two".to_vec())).unwrap();
        rewrite.day("c", &Fate::Stays).unwrap();
        rewrite.finish().unwrap();
        let expected =
            [("log/b", "two"), ("log/c", "3")].map(|(name, text)| (name.to_owned(), text.to_owned()));
        assert_eq!(files(dir.path()), expected);
    }

    #[test]
    fn what_a_stop_left_behind_goes_and_the_only_log_there_is_comes_back() {
        for (left, log) in [
            (&[("log/a", "old"), ("log.new/a", "half"), ("state.old/db", "x")][..], "old"),
            (&[("log/a", "new"), ("log.new/a", "old")][..], "new"),
            (&[("log.old/a", "old"), ("log.new/a", "new")][..], "old"),
            (&[("log.old/a", "old"), ("log/a", "new")][..], "new"),
        ] {
            let dir = with(left);
            clear(dir.path()).unwrap();
            assert_eq!(files(dir.path()), [("log/a".to_owned(), log.to_owned())], "{left:?}");
        }
    }

    #[test]
    fn a_log_that_is_exchanged_while_it_is_read_is_read_again() {
        let dir = with(&[("log/a", "1"), ("other/a", "2")]);
        let log = dir.path().join("log");
        let mut reads = 0;
        let told = undisturbed(&log, || {
            reads += 1;
            let told = fs::read_to_string(log.join("a")).unwrap();
            if reads == 1 {
                fs::rename(&log, dir.path().join("before")).unwrap();
                fs::rename(dir.path().join("other"), &log).unwrap();
            }
            told
        });
        assert_eq!((told.as_str(), reads), ("2", 2));
    }
}
