//! What stands in the decision log, line by line, without believing any of it: for mending, checking, carrying over.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{BufRead as _, BufReader};
use std::path::Path;

use crate::decision_log::{LogError, Position, day_names};
use crate::event::{Event, Line};
use crate::frame::{Unreadable, unframe, whole};

/// The whole log.
#[derive(Debug, Default)]
pub(crate) struct Survey {
    /// Its days, oldest first.
    pub days: Vec<Day>,
    /// Day files of which it was noted before that part of them is lost.
    noted: BTreeSet<String>,
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
            if day.alien || !day.broken.is_empty() || (day.torn > 0 && !is_last) {
                lost.insert(day.name.clone());
            }
            // Days before the first one were deleted on purpose: logs are not kept for ever.
            if let Some(after) = day.after.as_ref().filter(|_| at > 0)
                && !self.noted.contains(&after.file)
                && !self.days.iter().any(|day| day.name == after.file && day.length >= after.offset)
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

    /// What a line says about the log itself. Only such lines are read: the others are many.
    fn note(&mut self, day: &mut Day, bytes: &[u8], json: &[u8]) {
        let json = String::from_utf8_lossy(json);
        if !json.contains(r#""event":"continued""#) && !json.contains(r#""event":"lost""#) {
            return;
        }
        match unframe(bytes).map(|line: Line| line.event) {
            Ok(Event::Continued { after }) if day.lines == 1 => day.after = Some(after),
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
}
