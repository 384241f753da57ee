//! A span of the decision log, line by line and each with its place, without any lock: for what follows the log
//! beside the index. What is not durable yet is never read.

use std::fs::File;
use std::io::{self, BufRead as _, BufReader, Read as _, Seek as _, SeekFrom};
use std::ops::ControlFlow;
use std::path::Path;

use crate::decision_log::{LogError, Position, day_names};
use crate::event::Line;
use crate::frame::{Unreadable, unframe};

/// A last line is looked for in so many bytes first.
const TAIL_BYTES: u64 = 64 * 1024;

/// Where a line stands, and its checksum: known again, or known to be another one.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Stand {
    /// The day's file name; empty for the beginning of the log, where no line stands.
    pub file: String,
    /// Its first byte.
    pub start: u64,
    /// The checksum in its frame.
    pub sum: u32,
}

/// Reads the whole lines from one position to another, until `each` breaks off. Damaged ones are passed over.
pub(crate) fn read_span(
    folder: &Path,
    from: &Position,
    until: &Position,
    each: &mut dyn FnMut(Stand, Line) -> ControlFlow<()>,
) -> Result<(), LogError> {
    for name in day_names(folder)?.into_iter().filter(|name| *name >= from.file && *name <= until.file) {
        let start = if name == from.file { from.offset } else { 0 };
        let end = if name == until.file { until.offset } else { u64::MAX };
        if read_day(folder, &name, start..end, each)?.is_break() {
            break;
        }
    }
    Ok(())
}

fn read_day(
    folder: &Path,
    name: &str,
    span: std::ops::Range<u64>,
    each: &mut dyn FnMut(Stand, Line) -> ControlFlow<()>,
) -> Result<ControlFlow<()>, LogError> {
    let path = folder.join(name);
    let wrong = |source| LogError::Read { path: path.clone(), source };
    let mut file = File::open(&path).map_err(wrong)?;
    file.seek(SeekFrom::Start(span.start)).map_err(wrong)?;
    let mut reader = BufReader::new(file);
    let mut start = span.start;
    let mut bytes = Vec::new();
    while start < span.end {
        bytes.clear();
        let length = reader.read_until(b'\n', &mut bytes).map_err(wrong)?;
        if length == 0 || bytes.last() != Some(&b'\n') {
            break;
        }
        let flow = match (unframe(&bytes), checksum(&bytes)) {
            (Ok(line), Some(sum)) => each(Stand { file: name.to_owned(), start, sum }, line),
            (Err(Unreadable::Newer(found)), _) => return Err(LogError::Newer { path, found }),
            _ => ControlFlow::Continue(()),
        };
        if flow.is_break() {
            return Ok(flow);
        }
        start += length as u64;
    }
    Ok(ControlFlow::Continue(()))
}

/// Whether the line still stands there.
pub(crate) fn stands(folder: &Path, stand: &Stand) -> Result<bool, LogError> {
    let path = folder.join(&stand.file);
    let read = || -> io::Result<bool> {
        let mut file = File::open(&path)?;
        file.seek(SeekFrom::Start(stand.start))?;
        let mut head = [0; 9];
        file.read_exact(&mut head)?;
        Ok(checksum(&head) == Some(stand.sum))
    };
    match read() {
        Ok(stands) => Ok(stands),
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::UnexpectedEof) => {
            Ok(false)
        }
        Err(source) => Err(LogError::Read { path, source }),
    }
}

/// The last line that ends at or before a position; the beginning of the log where there is none.
pub(crate) fn last_line(folder: &Path, until: &Position) -> Result<Stand, LogError> {
    for name in day_names(folder)?.into_iter().rev().filter(|name| *name <= until.file) {
        let path = folder.join(&name);
        let wrong = |source| LogError::Read { path: path.clone(), source };
        let mut file = File::open(&path).map_err(wrong)?;
        let length = file.metadata().map_err(wrong)?.len();
        let end = if name == until.file { until.offset.min(length) } else { length };
        if end == 0 {
            continue;
        }
        let mut reach = TAIL_BYTES;
        loop {
            let from = end.saturating_sub(reach);
            let mut tail = Vec::new();
            file.seek(SeekFrom::Start(from)).map_err(wrong)?;
            file.by_ref().take(end - from).read_to_end(&mut tail).map_err(wrong)?;
            let before = tail.len().saturating_sub(1);
            let begins = tail.iter().take(before).rposition(|byte| *byte == b'\n').map(|at| at + 1);
            if let Some(begins) = begins.or_else(|| (from == 0).then_some(0)) {
                let sum = tail.get(begins..).and_then(checksum).unwrap_or_default();
                return Ok(Stand { file: name, start: from + begins as u64, sum });
            }
            reach = reach.saturating_mul(2);
        }
    }
    Ok(Stand::default())
}

/// The checksum in front of a line.
pub(crate) fn checksum(line: &[u8]) -> Option<u32> {
    let (sum, rest) = line.split_at_checked(8)?;
    let sum = std::str::from_utf8(sum).ok().filter(|_| rest.first() == Some(&b' '))?;
    u32::from_str_radix(sum, 16).ok()
}
