//! What waits, as the page shows it: counts on top, filters, then one line a message, most urgent first.

mod line;
mod sight;
mod wish;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use askama::Template;
use axum::Router;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::get;
use domain::{Class, Flag, Label as _, Priority};
use store::{Counts, Extract, Key, LedgerError};

use self::line::Line;
use self::sight::{Pages, Sight};
use self::wish::{SORTS, Wish};
use crate::asks::Letterhead;
use crate::frame::{Frame, Place};
use crate::note::{Note, html};
use crate::visitor::Visitor;
use crate::{Page, names};

/// Senders and subjects that are not there by then are left out: the queue is what counts.
const PATIENCE: Duration = Duration::from_secs(2);

/// The page's routes.
pub(crate) fn routes() -> Router<Arc<Page>> {
    Router::new().route("/", get(queue))
}

async fn queue(State(page): State<Arc<Page>>, visitor: Visitor, RawQuery(query): RawQuery) -> Response {
    let wish = Wish::read(query.as_deref());
    match look(&page, &visitor, wish).await {
        Ok((wish, extract)) => {
            let letterheads = letterheads(&page, &visitor, &extract).await;
            let frame = Frame::new(&page, visitor, Place::Queue);
            html(StatusCode::OK, &QueueView::new(frame, &page, wish, &extract, &letterheads))
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

/// What is wished for; of a page beyond the last one the last, as the queue gets shorter while people work.
/// The ledger may read files, so it gets a thread of its own.
async fn look(page: &Arc<Page>, visitor: &Visitor, wish: Wish) -> Result<(Wish, Extract), Unreadable> {
    let (page, allowed) = (Arc::clone(page), visitor.rights.seen());
    let looked = tokio::task::spawn_blocking(move || {
        let look = |wish: &Wish| page.ledger.look(&wish.query(allowed.clone()), (page.clock)(), page.max_age);
        let extract = look(&wish)?;
        let last = Pages::last(extract.matching);
        if wish.page <= last {
            return Ok((wish, extract));
        }
        let wish = wish.on_page(last);
        let extract = look(&wish)?;
        Ok::<_, LedgerError>((wish, extract))
    });
    Ok(looked.await??)
}

/// Sender and subject of the messages that are shown, where they may be read and can be had soon.
async fn letterheads(page: &Page, visitor: &Visitor, extract: &Extract) -> BTreeMap<Key, Letterhead> {
    let readable = extract.rows.iter().filter(|row| visitor.rights.reads(&row.folder.mailbox));
    let keys: Vec<Key> = readable.map(line::key).collect();
    if keys.is_empty() {
        return BTreeMap::new();
    }
    let asked = tokio::time::timeout(PATIENCE, page.reading.letterheads(keys)).await;
    asked.ok().and_then(Result::ok).unwrap_or_default()
}

/// The page "Posteingang".
#[derive(Template)]
#[template(path = "queue.html")]
struct QueueView {
    frame: Frame,
    counts: Counts,
    wish: Wish,
    filters: Filters,
    columns: Vec<Column>,
    lines: Vec<Line>,
    pages: Pages,
    sight: Sight,
}

impl QueueView {
    fn new(
        frame: Frame,
        page: &Page,
        wish: Wish,
        extract: &Extract,
        letterheads: &BTreeMap<Key, Letterhead>,
    ) -> Self {
        let rows = extract.rows.iter();
        let health = page.board.all().into_iter();
        let seen = health.filter(|(folder, _)| frame.visitor.rights.sees(&folder.mailbox)).collect();
        Self {
            lines: rows.map(|row| Line::new(row, letterheads.get(&line::key(row)), &frame)).collect(),
            counts: extract.counts.clone(),
            filters: Filters::new(&frame, &wish, &extract.counts),
            columns: Column::all(&frame, &wish),
            pages: Pages::new(extract.matching, &wish),
            sight: Sight::new(&seen),
            wish,
            frame,
        }
    }

    /// Whether this reader may see senders and subjects of what is shown.
    fn readable(&self) -> bool {
        self.lines.iter().any(|line| line.readable)
    }

    /// Whether senders and subjects are missing that this reader may see.
    fn blind(&self) -> bool {
        self.lines.iter().any(|line| line.readable && line.letterhead.is_none())
    }
}

/// What can be chosen in the filter bar.
struct Filters {
    mailboxes: Vec<Choice>,
    classes: Vec<Choice>,
    priorities: Vec<Choice>,
    flags: Vec<Choice>,
    sorts: Vec<Choice>,
    /// What is filtered by, each with the address without it.
    active: Vec<(String, String)>,
}

/// One thing to choose.
struct Choice {
    value: String,
    title: String,
    chosen: bool,
}

impl Filters {
    fn new(frame: &Frame, wish: &Wish, counts: &Counts) -> Self {
        let words = frame.words;
        let choice =
            |value: &str, title: String, chosen: bool| Choice { value: value.to_owned(), title, chosen };
        let mut mailboxes: Vec<String> = counts.by_mailbox.keys().cloned().collect();
        if let Some(mailbox) = wish.mailbox.as_ref().filter(|wished| !mailboxes.contains(wished)) {
            mailboxes.push(mailbox.clone());
        }
        let named = |name: &String| choice(name, name.clone(), wish.mailbox.as_ref() == Some(name));
        Self {
            mailboxes: mailboxes.iter().map(named).collect(),
            classes: Class::ALL
                .map(|class| {
                    choice(wish::of_class(class), names::class(words, class), wish.class == Some(class))
                })
                .into(),
            priorities: Priority::ALL
                .map(|one| {
                    choice(wish::of_priority(one), names::priority(words, one), wish.priority == Some(one))
                })
                .into(),
            flags: Flag::ALL
                .map(|flag| choice(flag.name(), names::flag(words, flag), wish.flag == Some(flag)))
                .into(),
            sorts: SORTS
                .iter()
                .enumerate()
                .map(|(at, (_, name))| choice(name, words.say(Column::NAMES[at]), at == wish.sort))
                .collect(),
            active: active(frame, wish),
        }
    }
}

/// Every filter that is set, in words, with the address where it is not.
fn active(frame: &Frame, wish: &Wish) -> Vec<(String, String)> {
    let words = frame.words;
    let without = |change: &dyn Fn(&mut Wish)| {
        let mut wish = wish.on_page(1);
        change(&mut wish);
        wish.address()
    };
    let mut active = Vec::new();
    if let Some(mailbox) = &wish.mailbox {
        active.push((mailbox.clone(), without(&|wish| wish.mailbox = None)));
    }
    if let Some(class) = wish.class {
        active.push((names::class(words, class), without(&|wish| wish.class = None)));
    }
    if let Some(priority) = wish.priority {
        active.push((names::priority(words, priority), without(&|wish| wish.priority = None)));
    }
    if let Some(flag) = wish.flag {
        active.push((names::flag(words, flag), without(&|wish| wish.flag = None)));
    }
    if wish.unsure {
        active.push((words.say("filter-unsure"), without(&|wish| wish.unsure = false)));
    }
    if wish.overdue {
        active.push((words.say("filter-overdue"), without(&|wish| wish.overdue = false)));
    }
    if let Some(reference) = &wish.reference {
        active.push((reference.clone(), without(&|wish| wish.reference = None)));
    }
    active
}

/// A column's head, by which the queue can be sorted.
struct Column {
    title: String,
    address: String,
    /// As `aria-sort` has it; `none` where it is not sorted by this.
    sorted: &'static str,
}

impl Column {
    /// What each way to sort is called.
    const NAMES: [&str; 6] =
        ["sort-urgency", "sort-deadline", "sort-waiting", "sort-class", "sort-mailbox", "sort-confidence"];
    /// The ways that have a column, in the order of the columns; the message's own stands after the third.
    const SHOWN: [usize; 5] = [0, 1, 2, 3, 4];

    fn all(frame: &Frame, wish: &Wish) -> Vec<Self> {
        let column = |sort: usize| Self {
            title: frame.words.say(Self::NAMES[sort]),
            address: wish.sorted(sort).address(),
            sorted: match (wish.sort == sort, wish.reversed) {
                (false, _) => "none",
                (true, false) => "ascending",
                (true, true) => "descending",
            },
        };
        Self::SHOWN.map(column).into()
    }
}
