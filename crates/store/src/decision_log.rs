//! The decision log: append-only, one file a day, each line with a checksum, on disk before anything acts on it.
//!
//! ```text
//!   3b1f09aa {"v":1,"at":"2026-11-21T07:14:03Z","mailbox":"poststelle",…,"event":"intended",…}
//!   └ CRC-32 of the JSON, hex
//! ```

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufRead as _, BufReader, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use crate::disk;
use crate::event::{Event, Line, VERSION};
use crate::frame::{Unreadable, frame, unframe};

/// Why the decision log cannot be written or read.
#[derive(Debug, thiserror::Error)]
pub enum LogError {
    /// The disk refused.
    #[error(
        "cannot write the decision log {path}: {source}. Nothing was tagged that is not on disk. \
         Free space or mend the permissions of {path}; Langhals goes on where it was"
    )]
    Write {
        /// The day's file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The disk refused.
    #[error("cannot read the decision log {path}: {source}. Mend the permissions, or move the file away")]
    Read {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Written by a newer Langhals.
    #[error(
        "the decision log {path} is of format {found}, this Langhals reads up to {VERSION}: \
         install the newer version again, or start with another state directory"
    )]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its format.
        found: u32,
    },
}

/// How far the index has followed the log: everything before this is in it.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub(crate) struct Position {
    /// The day's file name.
    pub file: String,
    /// Bytes into it.
    pub offset: u64,
}

/// The folder of day files, open for appending.
#[derive(Debug)]
pub(crate) struct DecisionLog {
    folder: PathBuf,
    today: Option<Day>,
}

#[derive(Debug)]
struct Day {
    name: String,
    path: PathBuf,
    file: File,
    length: u64,
    /// Where the log ended before, while the day is empty.
    after: Option<Position>,
}

impl DecisionLog {
    /// Opens the folder, making it where it is missing.
    pub(crate) fn open(folder: &Path) -> Result<Self, LogError> {
        let wrong = |source| LogError::Write { path: folder.to_owned(), source };
        fs::create_dir_all(folder).map_err(wrong)?;
        disk::sync_folder_of(folder).map_err(wrong)?;
        Ok(Self { folder: folder.to_owned(), today: None })
    }

    /// For reading alone: makes nothing.
    pub(crate) fn for_reading(folder: &Path) -> Self {
        Self { folder: folder.to_owned(), today: None }
    }

    /// Lets go of the newest day: its file is about to be another one.
    pub(crate) fn close(&mut self) {
        self.today = None;
    }

    /// Appends lines as one durable write and says where the log now ends.
    pub(crate) fn append(&mut self, lines: &[Line]) -> Result<Position, LogError> {
        let Some(first) = lines.first() else { return Ok(self.end()) };
        self.append_framed(&lines.iter().map(frame).collect::<Vec<_>>(), first.at)
    }

    /// The same of lines in their frames, the first of which is of that time.
    pub(crate) fn append_framed(&mut self, frames: &[Vec<u8>], at: Timestamp) -> Result<Position, LogError> {
        let mut bytes = frames.concat();
        let day = self.day(&at.strftime("%Y-%m-%d.log").to_string())?;
        if let Some(after) = day.after.clone() {
            let head = Line::of_the_log(at, Event::Continued { after });
            bytes.splice(..0, frame(&head));
        }
        fault::point("log.write");
        let written = day.file.write_all(&bytes).and_then(|()| {
            fault::point("log.written");
            day.file.sync_data()
        });
        fault::point("log.synced");
        if let Err(source) = written {
            let path = day.path.clone();
            // Lines of which it is not known whether they are on disk must not be there. If not even that can
            // be done, half a line is cut when the day is opened again.
            let _ = day.file.set_len(day.length).and_then(|()| day.file.sync_data());
            self.today = None;
            return Err(LogError::Write { path, source });
        }
        day.length += bytes.len() as u64;
        day.after = None;
        Ok(self.end())
    }

    /// Replays every whole line after `from`, in order, each with where it ends.
    pub(crate) fn replay(
        &self,
        from: &Position,
        each: &mut dyn FnMut(Line, Position),
    ) -> Result<Replayed, LogError> {
        let mut replayed = Replayed { end: from.clone(), broken: 0 };
        for name in day_names(&self.folder)? {
            if name < from.file {
                continue;
            }
            let offset = if name == from.file { from.offset } else { 0 };
            self.replay_day(&name, offset, &mut replayed, each)?;
        }
        Ok(replayed)
    }

    fn replay_day(
        &self,
        name: &str,
        offset: u64,
        replayed: &mut Replayed,
        each: &mut dyn FnMut(Line, Position),
    ) -> Result<(), LogError> {
        let path = self.folder.join(name);
        let wrong = |source| LogError::Read { path: path.clone(), source };
        let mut file = File::open(&path).map_err(wrong)?;
        file.seek(SeekFrom::Start(offset)).map_err(wrong)?;
        let mut reader = BufReader::new(file);
        let mut position = offset;
        let mut bytes = Vec::new();
        loop {
            bytes.clear();
            let length = reader.read_until(b'\n', &mut bytes).map_err(wrong)?;
            if length == 0 || bytes.last() != Some(&b'\n') {
                // A last line without its end is a write that was cut off: nothing acted on it.
                break;
            }
            position += length as u64;
            match unframe(&bytes) {
                Ok(line) => each(line, Position { file: name.to_owned(), offset: position }),
                Err(Unreadable::Newer(found)) => return Err(LogError::Newer { path, found }),
                Err(Unreadable::Broken) => replayed.broken += 1,
                Err(Unreadable::Blank) => {}
            }
        }
        replayed.end = Position { file: name.to_owned(), offset: position };
        Ok(())
    }

    /// Whether the log reaches as far as the index does: if not, it has lost lines that the index has.
    pub(crate) fn reaches(&self, position: &Position) -> bool {
        let length = fs::metadata(self.folder.join(&position.file)).map(|file| file.len());
        *position == Position::default() || length.is_ok_and(|length| length >= position.offset)
    }

    /// The day file before the first one, where there was one: its lines are not in the log any more.
    pub(crate) fn missing_head(&self) -> Result<Option<String>, LogError> {
        let Some(first) = day_names(&self.folder)?.into_iter().next() else { return Ok(None) };
        let path = self.folder.join(first);
        let mut line = Vec::new();
        let read = File::open(&path).and_then(|file| BufReader::new(file).read_until(b'\n', &mut line));
        read.map_err(|source| LogError::Read { path, source })?;
        Ok(match unframe(&line) {
            Ok(Line { event: Event::Continued { after }, .. }) => Some(after.file),
            _ => None,
        })
    }

    fn end(&self) -> Position {
        let end = |day: &Day| Position { file: day.name.clone(), offset: day.length };
        self.today.as_ref().map(end).unwrap_or_default()
    }

    fn day(&mut self, name: &str) -> Result<&mut Day, LogError> {
        // A clock that steps back must not reorder the log: the newest day goes on.
        let current = self.today.take_if(|day| day.name.as_str() >= name);
        let day = match current {
            Some(day) => day,
            None => Day::open(&self.folder, &newest(&self.folder, name)?)?,
        };
        Ok(self.today.insert(day))
    }
}

impl Day {
    fn open(folder: &Path, name: &str) -> Result<Self, LogError> {
        let path = folder.join(name);
        let wrong = |source| LogError::Write { path: path.clone(), source };
        let fresh = !path.exists();
        let mut file = OpenOptions::new().create(true).append(true).read(true).open(&path).map_err(wrong)?;
        if fresh {
            disk::sync_folder_of(&path).map_err(wrong)?;
        }
        let length = cut_torn_line(&mut file).map_err(wrong)?;
        let before = if length == 0 { end_before(folder, name)? } else { None };
        Ok(Self { name: name.to_owned(), path, file, length, after: before })
    }
}

/// What a replay found.
#[derive(Debug, Default)]
pub(crate) struct Replayed {
    /// Where the next replay starts.
    pub end: Position,
    /// Lines whose checksum or form was wrong; passed over.
    pub broken: usize,
}

/// Cuts a half-written last line off: nothing acted on it, and the next line must stand alone.
fn cut_torn_line(file: &mut File) -> io::Result<u64> {
    let length = file.seek(SeekFrom::End(0))?;
    let mut end = length;
    let mut block = [0; 4096];
    while end > 0 {
        let from = end.saturating_sub(block.len() as u64);
        let bytes = &mut block[..usize::try_from(end - from).unwrap_or_default()];
        file.seek(SeekFrom::Start(from))?;
        io::Read::read_exact(file, bytes)?;
        if let Some(at) = bytes.iter().rposition(|byte| *byte == b'\n') {
            end = from + at as u64 + 1;
            break;
        }
        end = from;
    }
    if end < length {
        file.set_len(end)?;
        file.sync_data()?;
    }
    Ok(end)
}

/// The day files, oldest first. There are none where there is no log.
pub(crate) fn day_names(folder: &Path) -> Result<Vec<String>, LogError> {
    let wrong = |source| LogError::Read { path: folder.to_owned(), source };
    let mut names = Vec::new();
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(names),
        entries => entries.map_err(wrong)?,
    };
    for entry in entries {
        let name = entry.map_err(wrong)?.file_name().to_string_lossy().into_owned();
        if is_day(&name) {
            names.push(name);
        }
    }
    names.sort();
    Ok(names)
}

/// Whether a file is called like a day's: `2026-11-21.log`. Others are none of ours.
pub(crate) fn is_day(name: &str) -> bool {
    name.len() == 14 && name.strip_suffix(".log").is_some_and(|day| day.parse::<jiff::civil::Date>().is_ok())
}

/// Where the log ends before a day.
fn end_before(folder: &Path, name: &str) -> Result<Option<Position>, LogError> {
    let Some(file) = day_names(folder)?.into_iter().rfind(|other| other.as_str() < name) else {
        return Ok(None);
    };
    let path = folder.join(&file);
    let length = fs::metadata(&path).map_err(|source| LogError::Read { path, source })?.len();
    Ok(Some(Position { file, offset: length }))
}

fn newest(folder: &Path, today: &str) -> Result<String, LogError> {
    let last = day_names(folder)?.pop().filter(|last| last.as_str() > today);
    Ok(last.unwrap_or_else(|| today.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::Event;
    use domain::{Folder, UidValidity};

    fn line(day: &str, next_uid: u32) -> Line {
        let folder = Folder { mailbox: "poststelle".into(), name: "INBOX".into() };
        let at = format!("{day}T10:00:00Z").parse().unwrap();
        Line::new(at, &folder, UidValidity(7), Event::Advanced { next_uid })
    }

    fn replayed(log: &DecisionLog, from: &Position) -> (Vec<u32>, Replayed) {
        let mut uids = Vec::new();
        let end = log
            .replay(from, &mut |line, _| match line.event {
                Event::Advanced { next_uid } => uids.push(next_uid),
                Event::Continued { .. } => {}
                other => panic!("{other:?}"),
            })
            .unwrap();
        (uids, end)
    }

    #[test]
    fn what_was_appended_is_replayed_in_order_and_from_any_position() {
        let dir = tempfile::tempdir().unwrap();
        let mut log = DecisionLog::open(dir.path()).unwrap();
        let middle = log.append(&[line("2026-11-20", 1), line("2026-11-20", 2)]).unwrap();
        log.append(&[line("2026-11-21", 3)]).unwrap();
        assert_eq!(replayed(&log, &Position::default()).0, [1, 2, 3]);
        assert_eq!(replayed(&log, &middle).0, [3]);
        assert_eq!(day_names(dir.path()).unwrap().len(), 2);
    }

    #[test]
    fn a_torn_line_is_cut_and_the_next_stands_alone() {
        let dir = tempfile::tempdir().unwrap();
        let mut log = DecisionLog::open(dir.path()).unwrap();
        log.append(&[line("2026-11-21", 1), line("2026-11-21", 2)]).unwrap();
        let path = dir.path().join("2026-11-21.log");
        let length = fs::metadata(&path).unwrap().len();
        OpenOptions::new().write(true).open(&path).unwrap().set_len(length - 5).unwrap();
        let mut log = DecisionLog::open(dir.path()).unwrap();
        log.append(&[line("2026-11-21", 3)]).unwrap();
        let (uids, end) = replayed(&log, &Position::default());
        assert_eq!((uids, end.broken), (vec![1, 3], 0));
    }

    #[test]
    fn a_day_says_where_the_log_stood_before() {
        let dir = tempfile::tempdir().unwrap();
        let mut log = DecisionLog::open(dir.path()).unwrap();
        let end = log.append(&[line("2026-11-20", 1)]).unwrap();
        let next = log.append(&[line("2026-11-21", 2)]).unwrap();
        assert_eq!((log.missing_head().unwrap(), log.reaches(&end), log.reaches(&next)), (None, true, true));
        fs::remove_file(dir.path().join("2026-11-20.log")).unwrap();
        assert_eq!((log.missing_head().unwrap(), log.reaches(&end)), (Some("2026-11-20.log".into()), false));
    }

    #[test]
    fn every_flipped_byte_costs_at_most_its_own_line_or_two() {
        let dir = tempfile::tempdir().unwrap();
        let mut log = DecisionLog::open(dir.path()).unwrap();
        log.append(&[line("2026-11-21", 1), line("2026-11-21", 2), line("2026-11-21", 3)]).unwrap();
        let path = dir.path().join("2026-11-21.log");
        let whole = fs::read(&path).unwrap();
        for at in 0..whole.len() {
            let mut bytes = whole.clone();
            bytes[at] ^= 0x04;
            fs::write(&path, &bytes).unwrap();
            let (uids, _) = replayed(&log, &Position::default());
            assert!(!uids.is_empty() && uids.len() <= 2, "byte {at}: {uids:?}");
        }
    }

    #[test]
    fn a_clock_that_steps_back_does_not_reorder_the_log() {
        let dir = tempfile::tempdir().unwrap();
        let mut log = DecisionLog::open(dir.path()).unwrap();
        log.append(&[line("2026-11-21", 1)]).unwrap();
        log.append(&[line("2026-11-20", 2)]).unwrap();
        let mut again = DecisionLog::open(dir.path()).unwrap();
        again.append(&[line("2026-11-19", 3)]).unwrap();
        assert_eq!(replayed(&log, &Position::default()).0, [1, 2, 3]);
    }

    #[test]
    fn a_newer_format_is_refused_by_name() {
        let dir = tempfile::tempdir().unwrap();
        let json = r#"{"v":9,"at":"later","event":"dreamt"}"#;
        let framed = format!("{:08x} {json}\n", crc32fast::hash(json.as_bytes()));
        fs::write(dir.path().join("2026-11-21.log"), framed).unwrap();
        let log = DecisionLog::open(dir.path()).unwrap();
        let error = log.replay(&Position::default(), &mut |_, _| ()).unwrap_err();
        assert!(error.to_string().contains("format 9"), "{error}");
    }
}
