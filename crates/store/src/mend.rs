//! Mending the decision log before it is used: what is damaged is set aside, and what that means is written down.
//!
//! ```text
//!   survey ─▶ copies of what is damaged to log/bad-<time>/ ─▶ index put aside ─▶ line "lost" ─▶ days without it
//! ```
//!
//! Each step is durable before the next begins, and damage is only gone with the last one: a crash between
//! finds it again. What is set aside is what is taken out of the log, so that it needs no more space.

use std::fs::{self, OpenOptions};
use std::io::{self, BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use crate::decision_log::{DecisionLog, LogError};
use crate::disk;
use crate::event::{Event, Line};
use crate::frame::{Unreadable, whole};
use crate::index::{Index, IndexError};
use crate::survey::{Day, Survey};

/// How a folder with what was set aside is called, before the time.
pub(crate) const ASIDE: &str = "bad-";

/// Why a damaged log cannot be mended.
#[derive(Debug)]
pub(crate) enum MendError {
    /// The disk refused at the log.
    Log(LogError),
    /// The disk refused at the index.
    Index(IndexError),
}

impl From<LogError> for MendError {
    fn from(error: LogError) -> Self {
        Self::Log(error)
    }
}

/// Sets aside what is damaged in the log of a state directory. Whoever calls this holds its lock.
pub(crate) fn mend(dir: &Path, at: Timestamp) -> Result<(), MendError> {
    let folder = dir.join("log");
    let survey = Survey::take(&folder)?;
    survey.refuse_newer(&folder)?;
    if survey.is_sound() {
        if let Some(day) = survey.head() {
            tracing::info!(name: "store.log", day, "the decision log once went back to this day: older day files were deleted");
        }
        return Ok(());
    }
    let stamp = stamp(at);
    let aside = folder.join(format!("{ASIDE}{stamp}"));
    for day in survey.days.iter().filter(|day| !day.is_sound()) {
        set_aside(&folder, &aside, day)?;
    }
    let lost = survey.lost();
    if !lost.is_empty() {
        Index::put_aside(&dir.join("state"), &stamp).map_err(MendError::Index)?;
        let files: Vec<String> = lost.into_iter().collect();
        let said = files.join(", ");
        DecisionLog::open(&folder)?.append(&[Line::of_the_log(at, Event::Lost { files })])?;
        tracing::error!(
            name: "store.log",
            files = %said,
            "part of the decision log is lost: the index is rebuilt from what is left, and the rest is looked up \
             in the mailboxes; what carries its tags keeps them. Look after the disk"
        );
    }
    survey.days.iter().filter(|day| !day.is_sound() && !day.alien).try_for_each(|day| clean(&folder, day))?;
    Ok(())
}

/// The time as it stands in the names of what was put aside.
pub(crate) fn stamp(at: Timestamp) -> String {
    at.strftime("%Y%m%dT%H%M%SZ").to_string()
}

/// Copies the damaged lines of a day; what is no file is moved as it is.
fn set_aside(folder: &Path, aside: &Path, day: &Day) -> Result<(), LogError> {
    let path = folder.join(&day.name);
    let to = aside.join(&day.name);
    let wrong = |source| LogError::Write { path: to.clone(), source };
    fs::create_dir_all(aside).and_then(|()| disk::sync_folder_of(aside)).map_err(wrong)?;
    if day.alien {
        let to = free(&to);
        fs::rename(&path, &to).and_then(|()| disk::sync_folder_of(&path)).map_err(wrong)?;
    } else {
        let damaged = parted(&path)?.1;
        let copied = OpenOptions::new().create(true).append(true).open(&to).and_then(|mut file| {
            file.write_all(&damaged)?;
            file.sync_all()
        });
        copied.and_then(|()| disk::sync_folder_of(&to)).map_err(wrong)?;
    }
    tracing::error!(
        name: "store.log",
        file = %path.display(),
        lines = day.broken.len(),
        torn_bytes = day.torn,
        aside = %aside.display(),
        "damage in the decision log was set aside"
    );
    Ok(())
}

/// Writes a day anew without its damaged lines.
fn clean(folder: &Path, day: &Day) -> Result<(), LogError> {
    let path = folder.join(&day.name);
    let sound = parted(&path)?.0;
    disk::replace(&path, &sound).map_err(|source| LogError::Write { path, source })
}

/// The sound lines of a day, and the rest.
fn parted(path: &Path) -> Result<(Vec<u8>, Vec<u8>), LogError> {
    let (mut sound, mut damaged) = (Vec::new(), Vec::new());
    let mut part = || -> io::Result<()> {
        let mut reader = BufReader::new(fs::File::open(path)?);
        let mut bytes = Vec::new();
        while reader.read_until(b'\n', &mut bytes)? > 0 {
            let is_sound = bytes.ends_with(b"\n") && !matches!(whole(&bytes), Err(Unreadable::Broken));
            if is_sound { &mut sound } else { &mut damaged }.append(&mut bytes);
        }
        Ok(())
    };
    part().map_err(|source| LogError::Read { path: path.to_owned(), source })?;
    Ok((sound, damaged))
}

/// This name, or the first of its kind that is free.
fn free(path: &Path) -> PathBuf {
    let names = (2_u32..).map(|n| path.with_extension(format!("log-{n}")));
    std::iter::once(path.to_owned())
        .chain(names)
        .find(|path| !path.exists())
        .unwrap_or_else(|| path.to_owned())
}
