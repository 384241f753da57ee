//! What stands in the decision log, line by line, without believing any of it: for mending, checking, carrying over.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{BufRead as _, BufReader};
use std::path::Path;

use crate::decision_log::{LogError, Position, day_names};
use crate::event::{Event, Line, VERSION};
use crate::frame::{Unreadable, unframe, version, whole};

/// How lines about the log itself are known before they are read.
const OF_THE_LOG: [&str; 3] = [r#""event":"continued""#, r#""event":"lost""#, r#""event":"shortened""#];

/// The whole log.
#[derive(Debug, Default)]
pub(crate) struct Survey {
    /// Its days, oldest first.
    pub days: Vec<Day>,
    /// Day files of which it was noted before that part of them is lost.
    noted: BTreeSet<String>,
    /// The first day file with a line of a newer Langhals, and its format.
    newer: Option<(String, u32)>,
}

/// A day's file.
#[derive(Debug, Default)]
pub(crate) struct Day {
    /// Its name.
    pub name: String,
    /// Lines whose checksum is right.
    pub lines: u64,
    /// The numbers of those whose checksum is wrong, from 1.
    pub broken: Vec<u64>,
    /// Bytes of a last line without its end.
    pub torn: u64,
    /// It is no file at all.
    pub alien: bool,
    length: u64,
    after: Option<Position>,
    /// It begins a log that was shortened: so many lines stand behind the first.
    carries: Option<u64>,
}

impl Survey {
    /// Reads the whole log. A missing one is empty.
    pub(crate) fn take(folder: &Path) -> Result<Self, LogError> {
        let mut survey = Self::default();
        for name in day_names(folder)? {
            let day = survey.day(folder, name)?;
            survey.days.push(day);
        }
        Ok(survey)
    }

    /// Refuses a log with lines of a newer Langhals, wherever they stand: what they say would be passed over.
    pub(crate) fn refuse_newer(&self, folder: &Path) -> Result<(), LogError> {
        match &self.newer {
            Some((day, found)) => Err(LogError::Newer { path: folder.join(day), found: *found }),
            None => Ok(()),
        }
    }

    /// Whether there is nothing to be set aside and nothing is lost.
    pub(crate) fn is_sound(&self) -> bool {
        self.days.iter().all(Day::is_sound) && self.lost().is_empty()
    }

    /// Lines whose checksum is right.
    pub(crate) fn lines(&self) -> u64 {
        self.days.iter().map(|day| day.lines).sum()
    }

    /// The day files in which something is lost that came before what is left.
    ///
    /// A log that ends early is sound: it says how things stood then, and everything later is found out anew.
    /// One with a gap is not: a cursor behind the gap would hide what was decided in it.
    pub(crate) fn lost(&self) -> BTreeSet<String> {
        let mut lost = BTreeSet::new();
        for (at, day) in self.days.iter().enumerate() {
            let is_last = at + 1 == self.days.len();
            let cut_short = day.carries.is_some_and(|lines| day.lines < lines.saturating_add(1));
            let is_noted = self.noted.contains(&day.name);
            if day.alien || !day.broken.is_empty() || (day.torn > 0 && !is_last) || (cut_short && !is_noted) {
                lost.insert(day.name.clone());
            }
            // Days before the first one were deleted on purpose: logs are not kept for ever.
            if let Some(after) = day.after.as_ref().filter(|_| at > 0)
                && !self.noted.contains(&after.file)
                && !self.days.iter().any(|day| day.reaches(after))
            {
                lost.insert(after.file.clone());
            }
        }
        lost
    }

    /// The day before the first one, where there was one.
    pub(crate) fn head(&self) -> Option<&str> {
        Some(self.days.first()?.after.as_ref()?.file.as_str())
    }

    /// Whether older days were erased, and what still counts of them is carried forward.
    pub(crate) fn is_shortened(&self) -> bool {
        self.days.first().is_some_and(|day| day.carries.is_some())
    }

    fn day(&mut self, folder: &Path, name: String) -> Result<Day, LogError> {
        let path = folder.join(&name);
        let wrong = |source| LogError::Read { path: path.clone(), source };
        let kind = fs::metadata(&path).map_err(wrong)?;
        if !kind.is_file() {
            return Ok(Day { name, alien: true, ..Day::default() });
        }
        let mut day = Day { name, ..Day::default() };
        let mut reader = BufReader::new(File::open(&path).map_err(wrong)?);
        let mut bytes = Vec::new();
        for number in 1_u64.. {
            bytes.clear();
            let length = reader.read_until(b'\n', &mut bytes).map_err(wrong)? as u64;
            day.length += length;
            match whole(&bytes) {
                _ if length == 0 => break,
                _ if bytes.last() != Some(&b'\n') => day.torn = length,
                Ok(json) => {
                    day.lines += 1;
                    self.note(&mut day, &bytes, json);
                }
                Err(Unreadable::Blank) => {}
                Err(_) => day.broken.push(number),
            }
        }
        Ok(day)
    }

    /// A line's version, and what it says about the log itself. Only such lines are read: the others are many.
    fn note(&mut self, day: &mut Day, bytes: &[u8], json: &[u8]) {
        if self.newer.is_none() {
            let found = version(json).filter(|found| *found > VERSION);
            self.newer = found.map(|found| (day.name.clone(), found));
        }
        let json = String::from_utf8_lossy(json);
        if !OF_THE_LOG.iter().any(|event| json.contains(event)) {
            return;
        }
        match unframe(bytes).map(|line: Line| line.event) {
            Ok(Event::Continued { after }) if day.lines == 1 => day.after = Some(after),
            Ok(Event::Shortened { lines }) if day.lines == 1 => day.carries = Some(lines),
            Ok(Event::Lost { files }) => self.noted.extend(files),
            _ => {}
        }
    }
}

impl Day {
    /// Whether every line is whole.
    pub(crate) fn is_sound(&self) -> bool {
        !self.alien && self.broken.is_empty() && self.torn == 0
    }

    /// Whether the log stood there at the end of this day. The first day of a log that was shortened is another than
    /// it was; it says itself whether it is whole.
    fn reaches(&self, end: &Position) -> bool {
        self.name == end.file && (self.length >= end.offset || self.carries.is_some())
    }
}
