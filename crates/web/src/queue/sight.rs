//! Whether everything is in sight, and which part of it is on this page.

use std::collections::BTreeMap;

use domain::Folder;
use store::{Connection, Health};

use super::wish::{ROWS, Wish};
use crate::words::Language;

/// Whether all mailboxes are in sight: an empty queue means nothing while one is not.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Sight {
    /// No mailbox has said anything yet.
    Nothing,
    /// Some are not connected.
    Partial { down: usize, all: usize },
    /// Some are still being worked through.
    Sorting,
    /// Everything is sorted.
    Clear,
}

impl Sight {
    pub fn new(board: &BTreeMap<Folder, Health>) -> Self {
        let count = |matches: fn(&Connection) -> bool| {
            board.values().filter(|health| matches(&health.connection)).count()
        };
        let down = count(|connection| matches!(connection, Connection::Down { .. }));
        let busy = count(|connection| matches!(connection, Connection::Connecting | Connection::Sorting));
        match (board.len(), down, busy) {
            (0, _, _) => Self::Nothing,
            (all, 1.., _) => Self::Partial { down, all },
            (_, 0, 1..) => Self::Sorting,
            _ => Self::Clear,
        }
    }

    pub fn is_clear(&self) -> bool {
        *self == Self::Clear
    }
}

/// Where in the queue this page is.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Pages {
    pub current: usize,
    pub last: usize,
    rows: u64,
    /// Addresses of the page before and the page after, where there are any.
    pub previous: Option<String>,
    pub next: Option<String>,
}

impl Pages {
    pub fn last(rows: u64) -> usize {
        usize::try_from(rows).unwrap_or(usize::MAX).div_ceil(ROWS).max(1)
    }

    pub fn new(rows: u64, wish: &Wish) -> Self {
        let last = Self::last(rows);
        let current = wish.page.clamp(1, last);
        Self {
            current,
            last,
            rows,
            previous: (current > 1).then(|| wish.on_page(current - 1).address()),
            next: (current < last).then(|| wish.on_page(current + 1).address()),
        }
    }

    pub fn several(&self) -> bool {
        self.last > 1
    }

    pub fn from(&self, words: Language) -> String {
        words.number(((self.current - 1) * ROWS + 1) as u64)
    }

    pub fn to(&self, words: Language) -> String {
        words.number(((self.current * ROWS) as u64).min(self.rows))
    }

    pub fn all(&self, words: Language) -> String {
        words.number(self.rows)
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;

    #[test]
    fn a_page_is_always_one_that_exists() {
        for (rows, wanted, current, last) in
            [(0, 1, 1, 1), (50, 2, 1, 1), (51, 2, 2, 2), (1000, usize::MAX, 20, 20)]
        {
            let wish = Wish { page: wanted, ..Wish::default() };
            let pages = Pages::new(rows, &wish);
            assert_eq!((pages.current, pages.last), (current, last));
        }
        let wish = Wish { page: 2, unsure: true, ..Wish::default() };
        let second = Pages::new(1450, &wish);
        let words = Language::German;
        assert_eq!((second.from(words), second.to(words)), ("51".into(), "100".into()));
        assert_eq!(second.previous.as_deref(), Some("/?unsicher=1"));
        assert_eq!(second.next.as_deref(), Some("/?unsicher=1&seite=3"));
        assert_eq!(Pages::new(1449, &Wish { page: 29, ..wish }).to(words), "1.449");
    }

    #[test]
    fn nothing_there_is_only_said_where_everything_was_seen() {
        let board = |connections: Vec<Connection>| {
            let board = store::Board::default();
            for (at, connection) in connections.into_iter().enumerate() {
                let folder = Folder { mailbox: at.to_string(), name: "INBOX".into() };
                board.set(&folder, connection, Timestamp::UNIX_EPOCH);
            }
            board.all()
        };
        let down = || Connection::Down { sentence: String::new(), again: Timestamp::UNIX_EPOCH };
        assert_eq!(Sight::new(&board(vec![])), Sight::Nothing);
        assert_eq!(Sight::new(&board(vec![Connection::Watching])), Sight::Clear);
        assert_eq!(Sight::new(&board(vec![Connection::Watching, Connection::Sorting])), Sight::Sorting);
        assert_eq!(Sight::new(&board(vec![Connection::Sorting, down()])), Sight::Partial { down: 1, all: 2 });
    }
}
