//! Carrying a state over: one portable file out of the decision log, and back. The index follows by itself.
//!
//! ```text
//!   f1c9… {"export":{"format":1,"log":2}}          each line framed with its checksum, as in the log
//!   02ab… {"day":"2026-11-21.log"}                 the lines that follow stood in this file
//!   3b1f… {"v":2,"at":…,"event":"intended",…}      as they stood
//!   77e0… {"end":{"lines":1,"sha256":"…"}}         over every byte before this line
//! ```
//!
//! It is read line by line; an import is there whole or not at all. No content of mail, as the log holds none.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufRead as _, BufReader, BufWriter, Write};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::decision_log::{LogError, is_day};
use crate::disk;
use crate::event::{Event, Line, VERSION};
use crate::frame::{frame, framed, whole};
use crate::learnt;
use crate::ledger::{OpenError, lock};
use crate::petition;
use crate::references;
use crate::rewrite::undisturbed;
use crate::survey::Survey;

/// Version of the file's own form; that of the lines in it is the log's.
const FORMAT: u32 = 1;
/// Where an import grows before it counts.
pub(crate) const DRAFT: &str = "import.draft";

/// Why a state cannot be carried over.
#[derive(Debug, thiserror::Error)]
pub enum CarryError {
    /// The log cannot be read.
    #[error(transparent)]
    Log(#[from] LogError),
    /// The state directory cannot be used.
    #[error(transparent)]
    Directory(#[from] OpenError),
    /// Nothing is overwritten.
    #[error("{path} is there already: name a file that is not, or move this one away")]
    Exists {
        /// The file to be written.
        path: PathBuf,
    },
    /// There is no decision log.
    #[error("there is no decision log in {path}: check [state] dir; `langhals run` begins one")]
    Nothing {
        /// The state directory.
        path: PathBuf,
    },
    /// A state is never mixed with another.
    #[error(
        "the state directory {path} is not empty ({found} is there): import into an empty one, or move this one away"
    )]
    NotEmpty {
        /// The state directory.
        path: PathBuf,
        /// One of the things in it.
        found: String,
    },
    /// The disk refused.
    #[error("cannot use {path}: {source}. Free space, or mend its permissions; nothing was carried over")]
    Disk {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// It is no export, or not whole.
    #[error("{path}, line {line}: {what}. Nothing was imported; copy the file again, or export it anew")]
    Damaged {
        /// The file.
        path: PathBuf,
        /// From 1.
        line: u64,
        /// In what way.
        what: &'static str,
    },
    /// Written by a newer Langhals.
    #[error("{path} was written by a newer Langhals: install that version here, or a later one")]
    Newer {
        /// The file.
        path: PathBuf,
    },
}

/// What was carried over.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Carried {
    /// Days.
    pub days: u64,
    /// Lines of the decision log.
    pub lines: u64,
    /// Damaged lines that were left out.
    pub damaged: u64,
}

/// The lines of the file that are not the log's.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Mark {
    Export { format: u32, log: u32 },
    Day(String),
    End { lines: u64, sha256: String },
}

impl Mark {
    fn framed(&self) -> Vec<u8> {
        // Serialising a plain enum cannot fail; an empty line would be refused as damaged.
        framed(&serde_json::to_string(self).unwrap_or_default())
    }
}

/// Writes every sound line of a state's decision log into one new file. Also beside a running daemon.
///
/// # Errors
/// [`CarryError`]; no file is left behind then.
pub fn export(dir: &Path, path: &Path, at: Timestamp) -> Result<Carried, CarryError> {
    let folder = dir.join("log");
    let survey = Survey::take(&folder)?;
    survey.refuse_newer(&folder)?;
    if survey.days.is_empty() {
        return Err(CarryError::Nothing { path: dir.to_owned() });
    }
    if path.symlink_metadata().is_ok() {
        return Err(CarryError::Exists { path: path.to_owned() });
    }
    let draft = draft_of(path);
    let wrong = |source| CarryError::Disk { path: path.to_owned(), source };
    let drafted = undisturbed(&folder, || {
        let survey = Survey::take(&folder)?;
        write_export(&folder, &survey, &draft, at).map_err(wrong)
    });
    let written = drafted.and_then(|carried| {
        fs::rename(&draft, path).and_then(|()| disk::sync_folder_of(path)).map_err(wrong)?;
        Ok(carried)
    });
    if written.is_err() {
        // Half a file is of no use; the next export writes over it where this one cannot remove it.
        let _ = fs::remove_file(&draft);
    }
    written
}

/// What lies in a state directory and is in no export, because it is secret: to be copied beside it.
pub fn not_exported(dir: &Path) -> Vec<PathBuf> {
    let beside = [references::FILE, "accounts.json", "tokens.json"].map(|name| dir.join(name));
    beside.into_iter().filter(|path| path.is_file()).collect()
}

/// Takes an exported file into an empty state directory, whole or not at all.
///
/// # Errors
/// [`CarryError`]; the directory is as empty as before then.
pub fn import(dir: &Path, path: &Path) -> Result<Carried, CarryError> {
    refuse_full(dir)?;
    let file = File::open(path).map_err(|source| CarryError::Disk { path: path.to_owned(), source })?;
    let _lock = lock(dir)?;
    refuse_full(dir)?;
    let draft = dir.join(DRAFT);
    let log = dir.join("log");
    let wrong = |source| CarryError::Disk { path: dir.to_owned(), source };
    if draft.exists() {
        fs::remove_dir_all(&draft).map_err(wrong)?;
    }
    fs::create_dir(&draft).map_err(wrong)?;
    let read = Import::new(path, &draft).read(BufReader::new(file)).and_then(|carried| {
        fs::rename(&draft, &log).and_then(|()| disk::sync_folder_of(&log)).map_err(wrong)?;
        Ok(carried)
    });
    if read.is_err() {
        // Nothing reads a draft; the next import removes it where this one cannot.
        let _ = fs::remove_dir_all(&draft);
    }
    read
}

fn draft_of(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".draft");
    path.with_file_name(name)
}

fn write_export(folder: &Path, survey: &Survey, draft: &Path, at: Timestamp) -> io::Result<Carried> {
    let file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(draft)?;
    let mut out = Summed { out: BufWriter::new(file), sum: Sha256::new() };
    let mut carried = Carried::default();
    out.write_all(&Mark::Export { format: FORMAT, log: VERSION }.framed())?;
    for day in survey.days.iter().filter(|day| !day.alien) {
        carried.days += 1;
        out.write_all(&Mark::Day(day.name.clone()).framed())?;
        copy_day(&folder.join(&day.name), &mut out, &mut carried)?;
    }
    let lost = survey.lost();
    if !lost.is_empty() {
        carried.lines += 1;
        out.write_all(&frame(&Line::of_the_log(at, Event::Lost { files: lost.into_iter().collect() })))?;
    }
    let sha256 = hex(out.sum.clone());
    out.write_all(&Mark::End { lines: carried.lines, sha256 }.framed())?;
    out.out.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all()?;
    Ok(carried)
}

/// The day's sound lines. A last one without its end is being written right now, or never counted.
fn copy_day(path: &Path, out: &mut impl Write, carried: &mut Carried) -> io::Result<()> {
    let mut reader = BufReader::new(File::open(path)?);
    let mut bytes = Vec::new();
    while reader.read_until(b'\n', &mut bytes)? > 0 {
        if bytes.ends_with(b"\n") && !bytes.trim_ascii().is_empty() {
            if whole(&bytes).is_ok() {
                carried.lines += 1;
                out.write_all(&bytes)?;
            } else {
                carried.damaged += 1;
            }
        }
        bytes.clear();
    }
    Ok(())
}

fn hex(sum: Sha256) -> String {
    sum.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A writer that sums up what passes.
struct Summed<W> {
    out: W,
    sum: Sha256,
}

impl<W: Write> Write for Summed<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.out.write(bytes)?;
        self.sum.update(bytes.get(..written).unwrap_or_default());
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// A lock that nobody holds, when a training was last tried, the key under which file numbers are found, who may sign
/// in, and what an import left behind do not count.
fn refuse_full(dir: &Path) -> Result<(), CarryError> {
    let entries = match fs::read_dir(dir) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(source) => return Err(CarryError::Disk { path: dir.to_owned(), source }),
    };
    for entry in entries {
        let entry = entry.map_err(|source| CarryError::Disk { path: dir.to_owned(), source })?;
        let found = entry.file_name().to_string_lossy().into_owned();
        let people =
            ["accounts.json", "accounts.json.lock", "tokens.json", "tokens.json.lock", "tokens.lock"];
        let beside =
            ["lock", learnt::FILE, references::FILE, DRAFT, petition::FOLDER].into_iter().chain(people);
        if !beside.into_iter().any(|name| name == found) {
            return Err(CarryError::NotEmpty { path: dir.to_owned(), found });
        }
    }
    Ok(())
}

/// An import on its way into its draft.
struct Import<'p> {
    path: &'p Path,
    draft: &'p Path,
    day: Option<(String, BufWriter<File>)>,
    carried: Carried,
    sum: Sha256,
    number: u64,
}

impl<'p> Import<'p> {
    fn new(path: &'p Path, draft: &'p Path) -> Self {
        Self { path, draft, day: None, carried: Carried::default(), sum: Sha256::new(), number: 0 }
    }

    fn read(mut self, mut from: BufReader<File>) -> Result<Carried, CarryError> {
        let mut bytes = Vec::new();
        loop {
            bytes.clear();
            self.number += 1;
            let read = from.read_until(b'\n', &mut bytes);
            if read.map_err(|source| CarryError::Disk { path: self.path.to_owned(), source })? == 0 {
                return Err(self.damaged("the file ends before its end is said"));
            }
            let Some(json) = whole(&bytes).ok().filter(|_| bytes.ends_with(b"\n")) else {
                let what =
                    if self.number == 1 { "this is no export of a state" } else { "the line is damaged" };
                return Err(self.damaged(what));
            };
            match serde_json::from_slice::<Mark>(json) {
                Ok(Mark::Export { format, log }) if self.number == 1 => {
                    if format > FORMAT || log > VERSION {
                        return Err(CarryError::Newer { path: self.path.to_owned() });
                    }
                }
                _ if self.number == 1 => return Err(self.damaged("this is no export of a state")),
                Ok(Mark::Export { .. }) => return Err(self.damaged("another export begins here")),
                Ok(Mark::Day(name)) => self.begin(name)?,
                Ok(Mark::End { lines, sha256 }) => {
                    self.finish_day()?;
                    let is_right = lines == self.carried.lines && sha256 == hex(self.sum.clone());
                    if !is_right || from.fill_buf().is_ok_and(|rest| !rest.is_empty()) {
                        return Err(self.damaged("the file does not have what its end says"));
                    }
                    disk::sync_folder_of(&self.draft.join("day")).map_err(|source| self.disk(source))?;
                    return Ok(self.carried);
                }
                Err(_) => self.copy(&bytes)?,
            }
            self.sum.update(&bytes);
        }
    }

    fn begin(&mut self, name: String) -> Result<(), CarryError> {
        let is_next = self.day.as_ref().is_none_or(|(before, _)| *before < name);
        if !is_day(&name) || !is_next {
            return Err(self.damaged("this is no day that comes next"));
        }
        self.finish_day()?;
        let file = File::create_new(self.draft.join(&name)).map_err(|source| self.disk(source))?;
        self.day = Some((name, BufWriter::new(file)));
        self.carried.days += 1;
        Ok(())
    }

    fn copy(&mut self, bytes: &[u8]) -> Result<(), CarryError> {
        let Some((_, file)) = &mut self.day else {
            return Err(self.damaged("a line stands before any day"));
        };
        let written = file.write_all(bytes);
        written.map_err(|source| self.disk(source))?;
        self.carried.lines += 1;
        Ok(())
    }

    fn finish_day(&mut self) -> Result<(), CarryError> {
        let Some((_, file)) = &mut self.day else { return Ok(()) };
        let synced = file.flush().and_then(|()| file.get_ref().sync_all());
        synced.map_err(|source| self.disk(source))
    }

    fn damaged(&self, what: &'static str) -> CarryError {
        CarryError::Damaged { path: self.path.to_owned(), line: self.number, what }
    }

    fn disk(&self, source: io::Error) -> CarryError {
        CarryError::Disk { path: self.draft.to_owned(), source }
    }
}
