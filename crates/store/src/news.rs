//! News for machines: what happened to messages, told from the decision log, so that who follows them can stop
//! and go on at any time without missing one.
//!
//! ```text
//!   line of the log                         news
//!   intended (at its first attempt), seen   decided: as it was suggested, also where the tags are not written yet
//!   corrected, settled as a person's        corrected
//!   closed, settled as gone                 closed, gone
//!   reopened                                reopened
//!   adopted                                 moved: the same message under a new place; the old one may be told gone after
//!   rebased                                 renumbered: every place of that folder means nothing any more
//!   model switched                          model switched
//! ```
//!
//! A line tells the same news whenever it is read, from memory or from disk. What is decided again (a tag that the
//! server lost, age that makes urgent) is told again: the last word counts.

use std::fmt;
use std::str::FromStr;

use domain::{Class, Flag, Opinion, Priority, Said, Tag};
use jiff::Timestamp;
use jiff::civil::Date;

use crate::decision_log::is_day;
use crate::entry::Key;
use crate::event::{Closing, Event, Line, Outcome, Suggested, Suggestion, tags};
use crate::span::Stand;
use domain::Label as _;

/// Something that happened to a message, or to all.
#[derive(Clone, Debug, PartialEq)]
pub struct News {
    /// Where a follower stands who has read this: a [`Bookmark`] in text.
    pub id: String,
    /// When.
    pub at: Timestamp,
    /// `name` of the mailbox in the configuration; empty where it concerns all.
    pub mailbox: String,
    /// Folder, as in the configuration; empty where it concerns all.
    pub folder: String,
    /// The folder's generation.
    pub validity: u32,
    /// Which message; 0 where it concerns the whole folder, or all.
    pub uid: u32,
    /// What.
    pub what: NewsKind,
}

/// What happened.
#[derive(Clone, Debug, PartialEq)]
pub enum NewsKind {
    /// It was judged, or came with tags of ours.
    Decided {
        /// The best guess.
        class: Class,
        /// Its probability.
        confidence: f64,
        /// How soon somebody should look.
        priority: Priority,
        /// The class is left to a person.
        unsure: bool,
        /// The stated deadline.
        deadline: Option<Date>,
        /// Formal traps.
        flags: Vec<Flag>,
        /// The suggested tags.
        tags: Vec<Tag>,
    },
    /// A person has decided. Without who.
    Corrected {
        /// The class that they chose.
        class: Option<Class>,
        /// The priority that they chose.
        priority: Option<Priority>,
        /// What had been suggested; `None` where they were faster.
        suggested: Option<Suggested>,
    },
    /// It left the queue and is still there: answered, or marked as deleted.
    Closed {
        /// How.
        how: Closing,
    },
    /// It waits again.
    Reopened,
    /// It lies under this place now.
    Moved {
        /// Where it lay; `None` where it is known by its fingerprint alone.
        from: Option<Key>,
    },
    /// It is not under this place any more.
    Gone,
    /// The server numbers the folder anew: what was told of its messages under another generation means nothing.
    Renumbered,
    /// Another model judges from here on.
    ModelSwitched {
        /// Its id.
        to: String,
    },
}

/// Where a follower of the news stands: behind so many news of one line of the log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bookmark {
    pub(crate) stand: Stand,
    pub(crate) told: usize,
}

/// The beginning of the log, in text.
const BEGINNING: &str = "0";

impl fmt::Display for Bookmark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.stand.file.strip_suffix(".log") {
            Some(day) => write!(f, "{day}.{}.{:08x}.{}", self.stand.start, self.stand.sum, self.told),
            None => f.write_str(BEGINNING),
        }
    }
}

/// This is no bookmark.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this is no place in the news: begin with the queue")]
pub struct NoBookmark;

impl FromStr for Bookmark {
    type Err = NoBookmark;

    fn from_str(text: &str) -> Result<Self, NoBookmark> {
        if text == BEGINNING {
            return Ok(Self::default());
        }
        let parts: Vec<&str> = text.split('.').collect();
        let [day, start, sum, told] = parts.as_slice() else { return Err(NoBookmark) };
        let file = format!("{day}.log");
        // It comes from outside, and names a file.
        let numbers = || {
            let sum = u32::from_str_radix(sum, 16).ok()?;
            Some((start.parse().ok()?, sum, told.parse().ok()?))
        };
        let (start, sum, told) = numbers().filter(|_| is_day(&file)).ok_or(NoBookmark)?;
        Ok(Self { stand: Stand { file, start, sum }, told })
    }
}

/// The news of one line.
pub(crate) fn news_of(stand: &Stand, line: &Line) -> Vec<News> {
    let news = |(told, (uid, what))| News {
        id: Bookmark { stand: stand.clone(), told }.to_string(),
        at: line.at,
        mailbox: line.mailbox.clone(),
        folder: line.folder.clone(),
        validity: line.validity,
        uid,
        what,
    };
    (1..).zip(told_by(line)).map(news).collect()
}

fn told_by(line: &Line) -> Vec<(u32, NewsKind)> {
    let all = |uids: &[u32], what: NewsKind| uids.iter().map(|uid| (*uid, what.clone())).collect();
    match &line.event {
        Event::Intended { uid, attempt: 1, suggestion, .. } => vec![(*uid, decided(suggestion))],
        Event::Seen { uid, tags: names, .. } => {
            vec![(*uid, decided(&Suggestion::from_tags(&tags(names))))]
        }
        Event::Settled { uids, outcome: Outcome::Gone, .. } | Event::Closed { uids, how: Closing::Gone } => {
            all(uids, NewsKind::Gone)
        }
        Event::Settled { uids, outcome: Outcome::Person, held } => all(uids, said_by(&tags(held))),
        Event::Closed { uids, how } => all(uids, NewsKind::Closed { how: *how }),
        Event::Reopened { uids } => all(uids, NewsKind::Reopened),
        Event::Corrected { uid, class, priority, suggested, .. } => {
            let class = class.as_deref().and_then(Class::from_name);
            let priority = priority.as_deref().and_then(Priority::from_name);
            vec![(*uid, NewsKind::Corrected { class, priority, suggested: Some(suggested.clone()) })]
        }
        Event::Adopted { uid, from, .. } => {
            let from = from.as_ref().map(|place| Key::at(&line.mailbox, place));
            vec![(*uid, NewsKind::Moved { from })]
        }
        Event::Rebased => vec![(0, NewsKind::Renumbered)],
        Event::ModelSwitched { switch } => vec![(0, NewsKind::ModelSwitched { to: switch.to.clone() })],
        Event::Intended { .. }
        | Event::Settled { .. }
        | Event::SetAside { .. }
        | Event::Advanced { .. }
        | Event::Reviewed { .. }
        | Event::Noticed { .. }
        | Event::Noted { .. }
        | Event::Expired { .. }
        | Event::Continued { .. }
        | Event::Lost { .. }
        | Event::Shortened { .. }
        | Event::Carried { .. }
        | Event::Remembered { .. }
        | Event::Taught { .. }
        | Event::Forgotten { .. } => Vec::new(),
    }
}

fn decided(suggestion: &Suggestion) -> NewsKind {
    let class = suggestion.class();
    NewsKind::Decided {
        class: class.best(),
        confidence: class.confidence(),
        priority: suggestion.priority().best(),
        unsure: suggestion.unsure,
        deadline: suggestion.deadline,
        flags: suggestion.flags.iter().filter_map(|name| Flag::from_name(name)).collect(),
        tags: suggestion.tags(),
    }
}

/// What tags say that a person set before us. No tag says normal.
fn said_by(held: &[Tag]) -> NewsKind {
    let opinion = Opinion::of(held);
    let class = if let Said::One(class) = opinion.class { Some(class) } else { None };
    let priority = match opinion.priority {
        Said::One(priority) if priority != Priority::Normal => Some(priority),
        _ => None,
    };
    NewsKind::Corrected { class, priority, suggested: None }
}
