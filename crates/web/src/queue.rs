//! What waits, as the page shows it: counts on top, then one line a message, most urgent first.

use std::collections::BTreeMap;
use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::get;
use domain::{Flag, Folder, Priority, Tag, waits_since};
use jiff::Timestamp;
use jiff::civil::Date;
use store::{Connection, Health, LedgerError, Outcome, Row, Stage};

use crate::Page;
use crate::frame::{Frame, Place};
use crate::note::{Note, html};
use crate::visitor::Visitor;
use crate::words::{self, Language};

/// Rows on one page.
const ROWS: usize = 200;

/// A deadline within so many days counts as near.
const NEAR_DAYS: i64 = 7;

/// The page's routes.
pub(crate) fn routes() -> Router<Arc<Page>> {
    Router::new().route("/", get(queue))
}

async fn queue(State(page): State<Arc<Page>>, visitor: Visitor, RawQuery(query): RawQuery) -> Response {
    match rows(Arc::clone(&page)).await {
        Ok(rows) => {
            let frame = Frame::new(&page, visitor, Place::Queue);
            let view = QueueView::new(frame, &rows, &page.board.all(), wanted_page(query.as_deref()));
            html(StatusCode::OK, &view)
        }
        Err(why) => {
            // The sentence is the operator's: it may name directories, which the page's readers need not know.
            tracing::error!(name: "web.queue", error = %why, "the page cannot show what waits");
            Note::Unreadable.page(&page, visitor)
        }
    }
}

#[derive(Debug, thiserror::Error)]
enum Unreadable {
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// Why is not said: a panic's text can hold a mail's.
    #[error("reading it broke; please report this")]
    Task(#[from] tokio::task::JoinError),
}

/// The ledger reads files, so it gets a thread of its own.
async fn rows(page: Arc<Page>) -> Result<Vec<Row>, Unreadable> {
    Ok(tokio::task::spawn_blocking(move || page.ledger.queue((page.clock)(), page.max_age)).await??)
}

/// The `seite` of the query; the first where it is missing or nonsense.
fn wanted_page(query: Option<&str>) -> usize {
    let pairs = query.unwrap_or_default().split('&');
    pairs.filter_map(|pair| pair.strip_prefix("seite=")).find_map(|number| number.parse().ok()).unwrap_or(1)
}

/// The page "Posteingang".
#[derive(Template)]
#[template(path = "queue.html")]
pub(crate) struct QueueView {
    frame: Frame,
    counts: Counts,
    lines: Vec<Line>,
    pages: Pages,
    sight: Sight,
}

impl QueueView {
    /// Page `wanted` of all rows, which are sorted already.
    pub(crate) fn new(frame: Frame, rows: &[Row], board: &BTreeMap<Folder, Health>, wanted: usize) -> Self {
        let now = frame.now;
        let pages = Pages::new(rows.len(), wanted);
        let shown = rows.iter().skip(pages.before()).take(ROWS);
        Self {
            counts: Counts::new(rows, words::day(now)),
            lines: shown.map(|row| Line::new(row, now)).collect(),
            sight: Sight::new(board),
            pages,
            frame,
        }
    }
}

/// What a supervisor wants to know in five seconds.
#[derive(Debug, Default, PartialEq, Eq)]
struct Counts {
    waiting: u64,
    urgent: u64,
    near: u64,
    overdue: u64,
    unsure: u64,
}

impl Counts {
    fn new(rows: &[Row], today: Date) -> Self {
        let mut counts = Self::default();
        for row in rows {
            let days = row.entry.suggestion.deadline.map(|date| words::days_until(today, date));
            counts.waiting += 1;
            counts.urgent += u64::from(row.priority() == Priority::High);
            counts.near += u64::from(days.is_some_and(|days| (0..=NEAR_DAYS).contains(&days)));
            counts.overdue += u64::from(days.is_some_and(|days| days < 0));
            counts.unsure += u64::from(unsure(row));
        }
        counts
    }
}

/// Whether all mailboxes are in sight: an empty queue means nothing while one is not.
#[derive(Debug, PartialEq, Eq)]
enum Sight {
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
    fn new(board: &BTreeMap<Folder, Health>) -> Self {
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

    fn is_clear(&self) -> bool {
        *self == Self::Clear
    }
}

/// One waiting message.
struct Line {
    priority: Urgency,
    deadline: Option<Deadline>,
    waited: String,
    arrived: String,
    /// The class tag's title, where it is known which one holds.
    class: &'static str,
    unsure: bool,
    /// Formal traps, the weightiest first.
    flags: Vec<Flag>,
    /// What is to be known about the class: how sure, and what became of the tag.
    remarks: Vec<String>,
    mailbox: String,
    folder: String,
    uid: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Urgency {
    High,
    Normal,
    Low,
}

/// A date by which something must happen, seen from today.
struct Deadline {
    date: String,
    machine: Date,
    left: String,
    days: i64,
}

impl Deadline {
    fn pressing(&self) -> bool {
        self.days <= 0
    }
}

impl Line {
    fn new(row: &Row, now: Timestamp) -> Self {
        let entry = &row.entry;
        let today = words::day(now);
        Self {
            priority: match row.priority() {
                Priority::High => Urgency::High,
                Priority::Normal => Urgency::Normal,
                Priority::Low => Urgency::Low,
            },
            deadline: entry.suggestion.deadline.map(|date| {
                let days = words::days_until(today, date);
                Deadline {
                    date: Language::German.date(date),
                    machine: date,
                    left: Language::German.left(days),
                    days,
                }
            }),
            waited: Language::German.waited(entry.arrived, now),
            arrived: Language::German.moment(entry.arrived),
            class: class(row),
            unsure: unsure(row),
            flags: flags(row),
            remarks: remarks(row, now),
            mailbox: row.folder.mailbox.clone(),
            folder: row.folder.name.clone(),
            uid: row.uid.0,
        }
    }
}

/// Whether a person still has to say which class it is.
fn unsure(row: &Row) -> bool {
    row.entry.suggestion.unsure && !by_hand(row)
}

/// Whether a person's tag holds.
fn by_hand(row: &Row) -> bool {
    row.entry.person
}

/// The flags that this version knows.
fn flags(row: &Row) -> Vec<Flag> {
    row.entry.suggestion.flags.iter().filter_map(|name| Flag::from_name(name)).collect()
}

fn class(row: &Row) -> &'static str {
    if let Some(class) = row.entry.chosen_class() {
        Tag::of_class(class).title()
    } else if by_hand(row) {
        "Von Hand eingeordnet"
    } else if unsure(row) {
        Tag::Unsicher.title()
    } else {
        Tag::of_class(row.entry.suggestion.class().best()).title()
    }
}

fn remarks(row: &Row, now: Timestamp) -> Vec<String> {
    let entry = &row.entry;
    let tag = match entry.stage {
        Stage::Intended { .. } => Some("Schlagwort wird gerade gesetzt"),
        _ if by_hand(row) => Some("von Hand eingeordnet"),
        Stage::Settled(Outcome::NotKept) => Some("nur hier: Der Server hat das Schlagwort nicht behalten"),
        Stage::Settled(Outcome::QueueOnly) if entry.suggestion.shadow => {
            Some("nur hier: Modell im Schattenbetrieb")
        }
        Stage::Settled(Outcome::QueueOnly) => Some("nur hier: kein Schlagwort im Postfach"),
        Stage::Settled(Outcome::Moved) => Some("liegt im Ordner seiner Klasse"),
        Stage::Settled(Outcome::Person | Outcome::Flagged | Outcome::Applied | Outcome::Gone)
        | Stage::Seen => None,
    };
    let unjudged = entry.set_aside.is_some().then_some("konnte nicht beurteilt werden");
    let encrypted = entry.suggestion.tags().contains(&Tag::Verschluesselt);
    let encrypted = encrypted.then_some("verschlüsselt: nur Kopfzeilen gelesen");
    let rest = [unjudged, encrypted, tag].into_iter().flatten().map(str::to_owned);
    let aged = row.aged.then(|| format!("eilig: {}", waits_since(row.entry.arrived, now)));
    std::iter::once(confidence(row)).chain(aged).chain(rest).collect()
}

/// How sure the model is, or that it was not asked.
fn confidence(row: &Row) -> String {
    let class = row.entry.suggestion.class();
    let sure = Language::German.percent(class.confidence());
    let best = Tag::of_class(class.best()).title();
    if row.entry.stage == Stage::Seen {
        "trug schon ein Schlagwort".to_owned()
    } else if by_hand(row) {
        format!("Vorschlag war {best}, {sure}")
    } else if unsure(row) {
        format!("am ehesten {best}, {sure}")
    } else {
        format!("{sure} sicher")
    }
}

/// Where in the queue this page is.
#[derive(Debug, PartialEq, Eq)]
struct Pages {
    current: usize,
    last: usize,
    rows: usize,
}

impl Pages {
    /// A page beyond the last is the last: while people work, the queue gets shorter.
    fn new(rows: usize, wanted: usize) -> Self {
        let last = rows.div_ceil(ROWS).max(1);
        Self { current: wanted.clamp(1, last), last, rows }
    }

    fn before(&self) -> usize {
        (self.current - 1) * ROWS
    }

    fn from(&self) -> String {
        Language::German.number(self.before() as u64 + 1)
    }

    fn to(&self) -> String {
        Language::German.number((self.before() + ROWS).min(self.rows) as u64)
    }

    fn several(&self) -> bool {
        self.last > 1
    }

    fn previous(&self) -> Option<usize> {
        (self.current > 1).then(|| self.current - 1)
    }

    fn next(&self) -> Option<usize> {
        (self.current < self.last).then(|| self.current + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_always_one_that_exists() {
        for (rows, wanted, current, last) in
            [(0, 1, 1, 1), (0, 0, 1, 1), (200, 2, 1, 1), (201, 2, 2, 2), (1000, usize::MAX, 5, 5)]
        {
            assert_eq!(Pages::new(rows, wanted), Pages { current, last, rows });
        }
        let second = Pages::new(1450, 2);
        assert_eq!((second.from(), second.to()), ("201".into(), "400".into()));
        assert_eq!((second.previous(), second.next()), (Some(1), Some(3)));
        assert_eq!(Pages::new(1450, 8).to(), "1.450");
    }

    #[test]
    fn nothing_there_is_only_said_where_everything_was_seen() {
        let health = |connection| Health {
            connection,
            since: Timestamp::UNIX_EPOCH,
            warning: None,
            sorted: 0,
            backlog: 0,
        };
        let board = |connections: Vec<Connection>| {
            let named = connections.into_iter().enumerate();
            named
                .map(|(at, connection)| {
                    (Folder { mailbox: at.to_string(), name: "INBOX".into() }, health(connection))
                })
                .collect::<BTreeMap<_, _>>()
        };
        let down = || Connection::Down { sentence: String::new(), again: Timestamp::UNIX_EPOCH };
        assert_eq!(Sight::new(&board(vec![])), Sight::Nothing);
        assert_eq!(Sight::new(&board(vec![Connection::Watching])), Sight::Clear);
        assert_eq!(Sight::new(&board(vec![Connection::Watching, Connection::Sorting])), Sight::Sorting);
        assert_eq!(Sight::new(&board(vec![Connection::Sorting, down()])), Sight::Partial { down: 1, all: 2 });
    }
}
