//! How long anything is kept: the log without its oldest days, and what still counts of those carried forward.
//!
//! ```text
//!   day │ day │ day ║ day │ day │ day        ║ is as many days ago as anything is kept
//!   └─────┬───────┘
//!         ▼
//!   head: shortened · model · threads · messages · corrections · cursors · what was erased       as they stood at ║
//! ```
//!
//! A message is carried forward, with everything known of it, if it still waits or if anything happened to it on a
//! day that stays. So the shortened log folds into the same book, but for messages that nobody needs any more.
//! The head has the name of the last day that goes; the days behind it stay byte for byte, and bookmarks with them.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::time::Duration;

use domain::Folder;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan as _};
use serde::{Deserialize, Serialize};

use crate::decision_log::{LogError, day_names};
use crate::event::{Erased, Event, ForgottenBy, Line};
use crate::forget::{ForgetError, place_in, print_of};
use crate::frame::{frame, unframe};
use crate::pages::lines_of;
use crate::replay::Replay;
use crate::rewrite::Fate;

/// A clock that did not jump for so long is believed.
const STEADY: Duration = Duration::from_hours(24);
/// Days of the log that are further apart do not follow upon each other.
const GAP_DAYS: i64 = 7;
/// The fewest days that anything can be kept.
pub const LEAST_DAYS: u32 = 1;
/// The most: ten years.
pub const MOST_DAYS: u32 = 3_650;

/// How long something is kept after the last thing that happened to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Keeping {
    /// Days of the decision log, and of everything that is known of messages.
    pub days: u32,
    /// Days of what people decided: training references.
    pub corrections: u32,
}

impl Default for Keeping {
    fn default() -> Self {
        Self { days: 90, corrections: 365 }
    }
}

impl Keeping {
    /// So many days for everything.
    pub fn of_days(days: u32) -> Self {
        Self { days, corrections: days }
    }

    /// The first day that stays.
    pub(crate) fn first_day(self, at: Timestamp) -> Date {
        ago(at, self.days).to_zoned(TimeZone::UTC).date()
    }

    fn corrections_since(self, at: Timestamp) -> Timestamp {
        ago(at, self.corrections.max(self.days))
    }
}

fn ago(at: Timestamp, days: u32) -> Timestamp {
    at.checked_sub(SignedDuration::from_hours(24 * i64::from(days))).unwrap_or(Timestamp::MIN)
}

/// The days that go, oldest first; none where all that could go is a head that carries what still counts.
pub(crate) fn outdated(folder: &Path, first: Date) -> Result<Vec<String>, ForgetError> {
    let limit = format!("{first}.log");
    let old: Vec<String> = day_names(folder)?.into_iter().filter(|name| *name < limit).collect();
    match old.as_slice() {
        [one] if carries(&folder.join(one))? => Ok(Vec::new()),
        _ => Ok(old),
    }
}

/// Whether a day is the head of a log that was shortened.
fn carries(path: &Path) -> Result<bool, LogError> {
    let mut first = Vec::new();
    let read = File::open(path).and_then(|file| BufReader::new(file).read_until(b'\n', &mut first));
    read.map_err(|source| LogError::Read { path: path.to_owned(), source })?;
    Ok(matches!(unframe(&first), Ok(Line { event: Event::Shortened { .. }, .. })))
}

/// The time by which something is old: the clock's once it has been steady for a day. Until then it is no later than the
/// end of the newest day of the log that follows upon another: a clock that jumped has written one as well. `None`
/// where there is no log.
pub(crate) fn trusted(at: Timestamp, days: &[String], steady: Duration) -> Option<Timestamp> {
    let dates: Vec<Date> = days.iter().filter_map(|name| name.strip_suffix(".log")?.parse().ok()).collect();
    let first = *dates.first()?;
    if steady >= STEADY {
        return Some(at);
    }
    let follows =
        |pair: &&[Date]| matches!(pair, [one, next] if one.saturating_add(GAP_DAYS.days()) >= *next);
    let newest = dates.windows(2).rev().find(follows).and_then(<[Date]>::last).copied().unwrap_or(first);
    let end = newest.saturating_add(1.day()).to_zoned(TimeZone::UTC).ok()?.timestamp();
    Some(at.min(end))
}

/// The log without the days before `first`, day by day, and what that erases.
pub(crate) fn shorten(
    folder: &Path,
    keeping: Keeping,
    by: ForgottenBy,
    at: Timestamp,
    each: &mut dyn FnMut(&str, Fate) -> Result<(), ForgetError>,
) -> Result<Erased, ForgetError> {
    let outdated = outdated(folder, keeping.first_day(at))?;
    let Some(head) = outdated.last() else { return Ok(Erased::default()) };
    let since = keeping.corrections_since(at);
    let mut book = Book::default();
    for day in day_names(folder)? {
        let goes = day <= *head;
        for (_, line) in lines_of(folder, &day)? {
            book.take(&line, goes, since);
        }
    }
    book.wait();
    let mut erased = book.erased(since);
    erased.days = outdated.len().saturating_sub(1) as u64;
    let carried = book.carried(since, at);
    erased.lines = book.lines.saturating_sub(carried.len() as u64 + 2);
    if !erased.is_nothing() {
        book.notes.push(Line::of_the_log(at, Event::Forgotten { by, erased }));
    }
    let lines: Vec<Line> = carried.into_iter().chain(std::mem::take(&mut book.notes)).collect();
    let first = Line::of_the_log(at, Event::Shortened { lines: lines.len() as u64 });
    let bytes: Vec<u8> = std::iter::once(&first).chain(&lines).flat_map(frame).collect();
    for day in day_names(folder)? {
        let fate = match day.cmp(head) {
            std::cmp::Ordering::Less => Fate::Goes,
            std::cmp::Ordering::Equal => Fate::Becomes(bytes.clone()),
            std::cmp::Ordering::Greater => Fate::Stays,
        };
        each(&day, fate)?;
    }
    Ok(erased)
}

/// By mailbox and fingerprint.
type Known = (String, String);

/// What the log tells, and what it told where it is cut.
#[derive(Default)]
struct Book {
    at_cut: Replay,
    now: Replay,
    /// Messages that still count.
    alive: BTreeSet<Known>,
    /// Lines that go.
    lines: u64,
    /// What was erased before, and when: an account of it is kept as long as corrections are.
    notes: Vec<Line>,
}

impl Book {
    fn take(&mut self, line: &Line, goes: bool, since: Timestamp) {
        if goes {
            self.at_cut.fold(line);
            self.lines += 1;
            if matches!(line.event, Event::Forgotten { .. }) && line.at >= since {
                self.notes.push(line.clone());
            }
        } else {
            self.touch(line);
        }
        self.now.fold(line);
    }

    /// Whatever a line that stays is about still counts.
    fn touch(&mut self, line: &Line) {
        let known = |print: &str| (line.mailbox.clone(), print.to_owned());
        self.alive.extend(print_of(&line.event).map(known));
        let here = place_in(line);
        let uids: &[u32] = match &line.event {
            Event::Settled { uids, .. }
            | Event::Closed { uids, .. }
            | Event::Reopened { uids }
            | Event::Noted { uids, .. } => uids,
            Event::Intended { uid, .. }
            | Event::Seen { uid, .. }
            | Event::Corrected { uid, .. }
            | Event::SetAside { uid, .. }
            | Event::Noticed { uid, .. } => std::slice::from_ref(uid),
            _ => &[],
        };
        let entries = uids.iter().filter_map(|uid| self.now.shelf.entries.get(&here(*uid)));
        self.alive.extend(entries.map(|entry| known(&entry.fingerprint)));
    }

    /// What waits still counts.
    fn wait(&mut self) {
        let waiting = self.now.shelf.entries.iter().filter(|(_, entry)| entry.waits());
        self.alive
            .extend(waiting.map(|(key, entry)| (key.folder.mailbox.clone(), entry.fingerprint.clone())));
    }

    fn erased(&self, since: Timestamp) -> Erased {
        let here = self.now.shelf.entries.iter();
        let here = here.map(|(key, entry)| (key.folder.mailbox.clone(), entry.fingerprint.clone()));
        let departed = self.now.shelf.departed.keys().cloned();
        let members = self.now.shelf.threads.members.keys().cloned();
        let all: BTreeSet<Known> = here.chain(departed).chain(members).collect();
        let messages = all.difference(&self.alive).count() as u64;
        let goes = |(known, correction): &(&Known, &crate::Correction)| {
            !self.alive.contains(*known) && correction.at < since
        };
        let corrections = self.now.corrections.iter().filter(goes).count() as u64;
        Erased { messages, corrections, ..Erased::default() }
    }

    /// The lines that say how everything that still counts stood at the cut.
    fn carried(&self, since: Timestamp, at: Timestamp) -> Vec<Line> {
        let Replay { shelf, corrections, .. } = &self.at_cut;
        let counts =
            |mailbox: &str, print: &str| self.alive.contains(&(mailbox.to_owned(), print.to_owned()));
        let in_mailbox = |mailbox: &str| Folder { mailbox: mailbox.to_owned(), name: String::new() };
        let nowhere = domain::UidValidity(0);
        let mut lines = Vec::new();
        lines.extend(
            shelf
                .model
                .iter()
                .map(|switch| Line::of_the_log(switch.at, Event::ModelSwitched { switch: switch.clone() })),
        );
        let mut members: Vec<_> =
            shelf.threads.members.iter().filter(|((mailbox, print), _)| counts(mailbox, print)).collect();
        members.sort_by_key(|(_, member)| member.number);
        for ((mailbox, print), member) in members {
            let remembered = Event::Remembered {
                fingerprint: print.clone(),
                mark: member.mark.clone(),
                application: member.application,
            };
            lines.push(Line::new(member.at, &in_mailbox(mailbox), nowhere, remembered));
        }
        for (key, entry) in &shelf.entries {
            if counts(&key.folder.mailbox, &entry.fingerprint) {
                let carried =
                    Event::Carried { uid: key.uid.0, entry: Box::new(entry.clone()), departed: false };
                lines.push(Line::new(entry.decided, &key.folder, key.validity, carried));
            }
        }
        for ((mailbox, print), entry) in &shelf.departed {
            if counts(mailbox, print) {
                let carried = Event::Carried { uid: 0, entry: Box::new(entry.clone()), departed: true };
                lines.push(Line::new(entry.decided, &in_mailbox(mailbox), nowhere, carried));
            }
        }
        for (known, correction) in corrections {
            if self.alive.contains(known) || correction.at >= since {
                lines.push(correction.as_line());
            }
        }
        for ((folder, validity), reached) in &shelf.cursors {
            lines.push(Line::new(at, folder, *validity, Event::Advanced { next_uid: reached.next }));
            lines.push(Line::new(at, folder, *validity, Event::Reviewed { modseq: reached.modseq }));
        }
        lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(at: &str, days: &[&str], steady_hours: u64, expected: Option<&str>) {
        let days: Vec<String> = days.iter().map(|day| format!("{day}.log")).collect();
        let trusted = trusted(at.parse().unwrap(), &days, Duration::from_hours(steady_hours));
        assert_eq!(trusted, expected.map(|at| at.parse().unwrap()));
    }

    #[test]
    fn a_clock_that_jumped_erases_nothing_for_a_day() {
        let days = ["2026-11-15", "2026-11-21"];
        let (now, end, later) = ("2026-11-21T08:00:00Z", "2026-11-22T00:00:00Z", "2027-11-21T08:00:00Z");
        check(now, &days, 0, Some(now));
        check(later, &days, 0, Some(end));
        check(later, &days, 23, Some(end));
        check(later, &days, 24, Some(later));
        check("2025-11-21T08:00:00Z", &days, 0, Some("2025-11-21T08:00:00Z"));
        // It was started before by that clock.
        check(later, &["2026-11-15", "2026-11-21", "2027-11-21"], 0, Some(end));
        check(later, &["2026-11-15", "2026-11-21", "2027-11-20", "2027-11-21"], 0, Some(later));
        check(later, &["2026-11-21"], 0, Some(end));
        check(now, &[], 99, None);
    }
}
