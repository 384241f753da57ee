//! The latest news in memory, and reading on from any place of the log: many followers cost the disk nothing.

use std::collections::VecDeque;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::{MutexGuard, PoisonError};

use tokio::sync::watch;

use crate::decision_log::{LogError, Position};
use crate::event::Line;
use crate::ledger::Ledger;
use crate::news::{Bookmark, News, news_of};
use crate::span::{Stand, checksum, last_line, read_span, stands};

/// So many news are kept, of so many lines.
const NEWS_KEPT: usize = 1_000;
const LINES_KEPT: usize = 4_000;

/// Why news cannot be read on.
#[derive(Debug, thiserror::Error)]
pub enum NewsError {
    /// The log does not hold that place any more, or never did.
    #[error(
        "the decision log does not go on from there: read the queue anew, and follow the news from its place on"
    )]
    Forgotten,
    /// The log cannot be read.
    #[error(transparent)]
    Log(#[from] LogError),
}

/// The latest lines of the log, each with its news.
#[derive(Debug, Default)]
pub(crate) struct Bulletin {
    lines: VecDeque<Told>,
    news: usize,
    /// How far the log is durable.
    end: Position,
}

#[derive(Debug)]
struct Told {
    stand: Stand,
    news: Vec<News>,
}

impl Bulletin {
    /// What was appended to the log, up to where it ends now.
    pub(crate) fn add(&mut self, lines: &[Line], frames: &[Vec<u8>], end: &Position) {
        let length: u64 = frames.iter().map(|frame| frame.len() as u64).sum();
        let mut start = end.offset.saturating_sub(length);
        for (line, frame) in lines.iter().zip(frames) {
            let sum = checksum(frame).unwrap_or_default();
            let stand = Stand { file: end.file.clone(), start, sum };
            let news = news_of(&stand, line);
            self.news += news.len();
            self.lines.push_back(Told { stand, news });
            start += frame.len() as u64;
        }
        self.end = end.clone();
        while self.lines.len() > 1 && (self.news > NEWS_KEPT || self.lines.len() > LINES_KEPT) {
            self.news -= self.lines.pop_front().map_or(0, |line| line.news.len());
        }
    }

    /// The end of the log, whose last line stands in the bulletin alone.
    fn of_end(folder: &Path, end: Position) -> Result<Self, LogError> {
        let stand = last_line(folder, &end)?;
        let from = Position { file: stand.file.clone(), offset: stand.start };
        let mut bulletin = Self { lines: VecDeque::new(), news: 0, end };
        read_span(folder, &from, &bulletin.end, &mut |stand, line| {
            let news = news_of(&stand, &line);
            bulletin.lines = VecDeque::from([Told { stand, news }]);
            ControlFlow::Continue(())
        })?;
        if bulletin.lines.is_empty() {
            bulletin.lines.push_back(Told { stand, news: Vec::new() });
        }
        bulletin.news = bulletin.lines.iter().map(|line| line.news.len()).sum();
        Ok(bulletin)
    }

    fn latest(&self) -> Bookmark {
        let behind = |line: &Told| Bookmark { stand: line.stand.clone(), told: line.news.len() };
        self.lines.back().map(behind).unwrap_or_default()
    }

    /// What follows a bookmark; `None` where it is none of these lines.
    fn after(&self, bookmark: &Bookmark, limit: usize) -> Option<(Vec<News>, Bookmark)> {
        let at = self.lines.binary_search_by(|line| line.stand.cmp(&bookmark.stand)).ok()?;
        let mut reading = Reading::new(bookmark, limit);
        for line in self.lines.range(at..) {
            if reading.take(&line.stand, &line.news).is_break() {
                break;
            }
        }
        Some((reading.news, reading.bookmark))
    }
}

/// News that are read on from a bookmark, up to so many.
struct Reading {
    news: Vec<News>,
    bookmark: Bookmark,
    limit: usize,
}

impl Reading {
    fn new(after: &Bookmark, limit: usize) -> Self {
        Self { news: Vec::new(), bookmark: after.clone(), limit: limit.max(1) }
    }

    fn take(&mut self, stand: &Stand, news: &[News]) -> ControlFlow<()> {
        let told = if *stand == self.bookmark.stand { self.bookmark.told } else { 0 };
        let more = news.iter().skip(told).take(self.limit - self.news.len());
        let before = self.news.len();
        self.news.extend(more.cloned());
        self.bookmark = Bookmark { stand: stand.clone(), told: told + self.news.len() - before };
        if self.news.len() == self.limit { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }
}

impl Ledger {
    /// Wakes who waits for something new: a number that grows with every durable write.
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.changed.subscribe()
    }

    /// Where a follower stands who knows everything up to now. Whoever reads the queue takes it first: what
    /// happens between is told twice then, and never missed.
    pub fn latest(&self) -> Bookmark {
        self.bulletin().latest()
    }

    /// The news after a bookmark, oldest first, at most so many (one at least), and where one stands then. None
    /// are left once none come. The latest come from memory; older ones are read from the log, beside whoever
    /// writes.
    ///
    /// # Errors
    /// [`NewsError::Forgotten`] where the log does not hold that place any more.
    pub fn read_news(&self, after: &Bookmark, limit: usize) -> Result<(Vec<News>, Bookmark), NewsError> {
        let end = {
            let bulletin = self.bulletin();
            if let Some(read) = bulletin.after(after, limit) {
                return Ok(read);
            }
            bulletin.end.clone()
        };
        let folder = self.log_folder();
        let from = Position { file: after.stand.file.clone(), offset: after.stand.start };
        let is_there = after.stand == Stand::default() || from < end && stands(&folder, &after.stand)?;
        if !is_there {
            return Err(NewsError::Forgotten);
        }
        let mut reading = Reading::new(after, limit);
        read_span(&folder, &from, &end, &mut |stand, line| reading.take(&stand, &news_of(&stand, &line)))?;
        Ok((reading.news, reading.bookmark))
    }

    /// What was appended is told, and who waits is woken.
    pub(crate) fn tell(&self, lines: &[Line], frames: &[Vec<u8>], end: &Position) {
        self.bulletin().add(lines, frames, end);
        self.changed.send_modify(|writes| *writes = writes.wrapping_add(1));
    }

    /// The log ends there: the bulletin begins anew where it says something else.
    pub(crate) fn tell_from(&self, end: &Position) -> Result<(), LogError> {
        let mut bulletin = self.bulletin();
        if bulletin.end != *end || bulletin.lines.is_empty() {
            *bulletin = Bulletin::of_end(&self.log_folder(), end.clone())?;
        }
        Ok(())
    }

    /// How far the log is durable.
    pub(crate) fn durable_end(&self) -> Position {
        self.bulletin().end.clone()
    }

    fn bulletin(&self) -> MutexGuard<'_, Bulletin> {
        self.bulletin.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
