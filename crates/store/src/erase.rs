//! Erasing: what was asked for is planned over the log, written beside it, put in its place; the index follows anew.
//!
//! ```text
//!   demand ─▶ plan (forget, retain) ─▶ rewrite (crash-safe) ─▶ index, queue in memory, news and figures begin anew
//! ```
//!
//! sled keeps old bytes in its files for a while, so an index from which something must go is made anew.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::bulletin::Bulletin;
use crate::carry;
use crate::decision_log::{Position, day_names};
use crate::event::{Erased, Event, ForgottenBy, Line};
use crate::forget::{ForgetError, Messages, Trace};
use crate::index::{self, Index};
use crate::ledger::{Books, Ledger, follow_log};
use crate::mend;
use crate::overview::Figures;
use crate::retain::{Keeping, shorten, trusted};
use crate::rewrite::{Fate, Rewrite, clear, remove, undisturbed};

/// So long what was set aside as damaged can be looked at, before retention erases it.
const SET_ASIDE_DAYS: u32 = 7;

/// What is to be erased.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Demand {
    /// These messages, whatever state they are in.
    Messages(Messages),
    /// What is older than so many days and does not wait any more.
    Older(Keeping, ForgottenBy),
}

impl Demand {
    /// The log as it should be, day by day, and what that erases.
    fn plan(
        &self,
        folder: &Path,
        at: Timestamp,
        each: &mut dyn FnMut(&str, Fate) -> Result<(), ForgetError>,
    ) -> Result<Erased, ForgetError> {
        match self {
            Self::Messages(messages) => Trace::follow(folder, messages)?.pare(folder, messages.by, at, each),
            Self::Older(keeping, by) => shorten(folder, *keeping, *by, at, each),
        }
    }

    /// What was set aside as damaged, and may hold what is to be erased.
    fn set_aside(&self, dir: &Path, at: Timestamp) -> io::Result<Vec<PathBuf>> {
        let first = match self {
            // What is old may lie in what was set aside just now.
            Self::Messages(_) | Self::Older(_, ForgottenBy::Age) => None,
            Self::Older(..) => Some(Keeping::of_days(SET_ASIDE_DAYS).first_day(at)),
        };
        let mut found = Vec::new();
        for (folder, prefix) in
            [(dir.to_owned(), index::ASIDE), (dir.join("log"), mend::ASIDE), (dir.to_owned(), carry::DRAFT)]
        {
            for path in children(&folder)? {
                let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
                let Some(stamp) = name.strip_prefix(prefix) else { continue };
                if first.is_none_or(|first| is_before(stamp, first)) {
                    found.push(path);
                }
            }
        }
        Ok(found)
    }
}

/// Whether something was set aside before a day. What bears no time is old.
fn is_before(stamp: &str, first: Date) -> bool {
    let day = stamp.get(..8).and_then(|day| Date::strptime("%Y%m%d", day).ok());
    day.is_none_or(|day| day < first)
}

fn children(folder: &Path) -> io::Result<Vec<PathBuf>> {
    match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        entries => entries?.map(|entry| Ok(entry?.path())).collect(),
    }
}

/// What a demand would erase. Reads alone, also beside a running daemon.
///
/// # Errors
/// [`ForgetError`].
pub fn would_erase(dir: &Path, demand: &Demand, at: Timestamp) -> Result<Erased, ForgetError> {
    let log = dir.join("log");
    let erased = undisturbed(&log, || demand.plan(&log, at, &mut |_, _| Ok(())))?;
    let set_aside = demand.set_aside(dir, at).map_err(cannot(dir))?.len() as u64;
    Ok(Erased { set_aside, ..erased })
}

fn cannot(dir: &Path) -> impl Fn(io::Error) -> ForgetError {
    let path = dir.to_owned();
    move |source| ForgetError::Disk { path: path.clone(), source }
}

impl Ledger {
    /// Erases what a demand says from the log, the index, what was set aside and memory, durably, or nothing of it.
    /// Others wait meanwhile: it reads the whole log.
    ///
    /// # Errors
    /// [`ForgetError`]; the log is as it was then, or as it should be, never between.
    pub fn erase(&self, demand: &Demand, at: Timestamp) -> Result<Erased, ForgetError> {
        let mut books = self.lock();
        let dir = self.dir().to_owned();
        if let Some(day) = books.log.missing_head()? {
            // The index knows more than this log, and is about to be made anew from it.
            let lost = Event::Lost { files: vec![day] };
            self.append_in(&mut books, &[Line::of_the_log(at, lost)], at)?;
        }
        let rewrite = Rewrite::begin(&dir).map_err(cannot(&dir))?;
        let planned = demand
            .plan(&self.log_folder(), at, &mut |day, fate| rewrite.day(day, &fate).map_err(cannot(&dir)));
        let erased = match planned {
            Ok(erased) => erased,
            Err(error) => {
                // The next start removes it where this one cannot.
                let _ = clear(&dir);
                return Err(error);
            }
        };
        let set_aside = demand.set_aside(&dir, at).map_err(cannot(&dir))?;
        set_aside.iter().try_for_each(|path| remove(path)).map_err(cannot(&dir))?;
        let set_aside = set_aside.len() as u64;
        if erased.is_nothing() {
            clear(&dir).map_err(cannot(&dir))?;
            return Ok(Erased { set_aside, ..erased });
        }
        for path in children(&self.log_folder()).map_err(cannot(&dir))? {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if name.starts_with(mend::ASIDE) {
                rewrite.set_aside(&name).map_err(cannot(&dir))?;
            }
        }
        self.let_go(&mut books);
        books.log.close();
        let finished = rewrite.finish().map_err(cannot(&dir));
        let begun = self.begin_anew(&mut books);
        finished.and(begun)?;
        Ok(Erased { set_aside, ..erased })
    }

    /// Erases by itself what is older than it may be. A clock is believed once it has been `steady` for a day; until
    /// then the days of the log say what today is, lest a clock that is wrong erases everything.
    ///
    /// # Errors
    /// As [`Ledger::erase`].
    pub fn retain(&self, keeping: &Keeping, steady: Duration, at: Timestamp) -> Result<Erased, ForgetError> {
        let Some(at) = trusted(at, &day_names(&self.log_folder())?, steady) else {
            return Ok(Erased::default());
        };
        let demand = Demand::Older(*keeping, ForgottenBy::Retention);
        let is_nothing_old = crate::retain::outdated(&self.log_folder(), keeping.first_day(at))?.is_empty()
            && demand.set_aside(self.dir(), at).map_err(cannot(self.dir()))?.is_empty();
        if is_nothing_old { Ok(Erased::default()) } else { self.erase(&demand, at) }
    }

    /// Makes the index, the queue in memory, the news and the figures anew from the log.
    fn begin_anew(&self, books: &mut Books) -> Result<(), ForgetError> {
        *self.bulletin.lock().unwrap_or_else(PoisonError::into_inner) = Bulletin::default();
        *self.figures.lock().unwrap_or_else(PoisonError::into_inner) = Figures::default();
        let index = Index::open(&self.dir().join("state"))?;
        let index = Arc::new(follow_log(&books.log, index, &Position::default())?);
        index.attempt(Index::checkpoint)?;
        self.fill(&index)?;
        self.tell_from(&index.attempt(Index::position)?)?;
        books.index = Some(index);
        self.changed.send_modify(|writes| *writes = writes.wrapping_add(1));
        Ok(())
    }
}
