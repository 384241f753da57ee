//! `GET /api/v1/queue`: what waits, filtered, sorted, page by page.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::Uri;
use domain::Flag;
use serde::{Deserialize, Serialize};
use store::{Counts, Extract, Key, Query, Row, Scope, Sort};
use utoipa::{IntoParams, ToSchema};

use super::anchor::{Cursor, REACH};
use super::ask::{Parameters, ledger};
use super::door::Machine;
use super::names::{ClassName, PriorityName};
use super::problem::{Kind, Problem, Refusals};
use super::shapes::{Message, key_of};
use crate::Page;

/// Rows of a page, where nothing else is asked for.
const ROWS: usize = 100;

/// Rows of a page at most.
const MOST_ROWS: usize = 500;

/// What rows are sorted by; among equals the more urgent comes first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum SortName {
    /// Priority, then the nearer deadline, then who has waited longer.
    #[default]
    Urgency,
    /// The nearest deadline; what has none comes last either way.
    Deadline,
    /// Who has waited longest.
    Arrived,
    /// `application`, `inquiry`, `other`.
    Class,
    /// Mailbox and folder.
    Mailbox,
    /// The least sure.
    Confidence,
}

/// Which way round.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Order {
    /// As `sort` says.
    #[default]
    Asc,
    /// The other way round.
    Desc,
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub(super) struct QueueParameters {
    /// Of this mailbox alone.
    mailbox: Option<String>,
    /// Of this class: a person's, else the best guess.
    #[param(inline)]
    class: Option<ClassName>,
    /// Of this priority, as it counts now.
    #[param(inline)]
    priority: Option<PriorityName>,
    /// `true`: only those whose class a person has yet to choose.
    unsure: bool,
    /// With this flag, e.g. `gericht`.
    flag: Option<String>,
    /// `true`: only those whose deadline is over.
    overdue: bool,
    /// Those that carry this file or case number, however it is spaced.
    reference: Option<String>,
    #[param(inline)]
    sort: SortName,
    #[param(inline)]
    order: Order,
    /// Rows of a page.
    #[param(minimum = 1, maximum = 500, default = 100)]
    limit: Option<usize>,
    /// `next` of the page before; filters, sort and order must stay the same.
    cursor: Option<String>,
    /// `true`: with sender and subject, read from the mailbox now. Needs the scope `content`.
    letterheads: bool,
}

/// One page of what waits.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct QueuePage {
    messages: Vec<Message>,
    /// How many the filters leave.
    matching: u64,
    counts: CountsBody,
    /// The `cursor` of the next page; `null` on the last.
    next: Option<String>,
    /// The position of the stream that this page is as new as, or newer than: follow the events after it, and
    /// nothing is missed.
    events_after: String,
}

/// How many wait of each kind, over every mailbox that the token is for, whatever the filters.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CountsBody {
    waiting: u64,
    /// Of high priority, as it counts now.
    urgent: u64,
    /// With a deadline today or in the next seven days.
    near: u64,
    /// With a deadline before today.
    overdue: u64,
    /// Whose class a person has yet to choose.
    unsure: u64,
    by_mailbox: BTreeMap<String, u64>,
    by_class: BTreeMap<&'static str, u64>,
    by_priority: BTreeMap<&'static str, u64>,
    by_flag: BTreeMap<&'static str, u64>,
}

impl From<&Counts> for CountsBody {
    fn from(counts: &Counts) -> Self {
        use domain::Label as _;
        Self {
            waiting: counts.waiting,
            urgent: counts.urgent,
            near: counts.near,
            overdue: counts.overdue,
            unsure: counts.unsure,
            by_mailbox: counts.by_mailbox.clone(),
            by_class: counts.by_class.iter().map(|(class, count)| (class.name(), *count)).collect(),
            by_priority: counts.by_priority.iter().map(|(of, count)| (of.name(), *count)).collect(),
            by_flag: counts.by_flag.iter().map(|(flag, count)| (flag.name(), *count)).collect(),
        }
    }
}

/// What waits
///
/// Most urgent first, where nothing else is asked for. What is answered, moved or deleted in the mailbox is not in
/// it any more.
#[utoipa::path(
    get, path = "/queue", tag = "messages", params(QueueParameters),
    responses(
        (status = 200, body = QueuePage),
        (status = 400, body = Problem, content_type = "application/problem+json",
         description = "A parameter is not understood: `wrong-parameter`."),
        Refusals,
    )
)]
pub(super) async fn queue(
    State(page): State<Arc<Page>>,
    machine: Machine,
    uri: Uri,
) -> Result<Json<QueuePage>, Problem> {
    let parameters: QueueParameters = Parameters::of(&uri)?;
    if parameters.letterheads {
        machine.needs(Scope::Content)?;
    }
    if let Some(mailbox) = &parameters.mailbox {
        machine.enters(mailbox)?;
    }
    let (query, cursor) = (parameters.query(&machine)?, parameters.cursor()?);
    // Before the rows are read: what happens in between is told by the events, too.
    let events_after = page.ledger.latest().to_string();
    let (extract, start) = listed(&page, query, cursor).await?;
    let letterheads =
        if parameters.letterheads { heads(&page, &extract.rows).await } else { BTreeMap::new() };
    let now = (page.clock)();
    let message = |row: &Row| {
        let message = Message::new(row, &page.prefix, now);
        match letterheads.get(&key_of(row)) {
            Some(letterhead) => message.headed(letterhead),
            None => message,
        }
    };
    Ok(Json(QueuePage {
        next: next(&extract, start),
        matching: extract.matching,
        counts: (&extract.counts).into(),
        messages: extract.rows.iter().map(message).collect(),
        events_after,
    }))
}

impl QueueParameters {
    fn query(&self, machine: &Machine) -> Result<Query, Problem> {
        let wrong = |detail: String| Problem::new(Kind::WrongParameter, detail);
        let flag = |name: &String| {
            let names = || Flag::ALL.map(Flag::name).join(", ");
            Flag::from_name(name)
                .ok_or_else(|| wrong(format!("flag: there is none of that name, but {}", names())))
        };
        let limit = self.limit.unwrap_or(ROWS);
        if !(1..=MOST_ROWS).contains(&limit) {
            return Err(wrong(format!("limit: use 1 to {MOST_ROWS}")));
        }
        Ok(Query {
            allowed: machine.seen(),
            mailbox: self.mailbox.clone(),
            class: self.class.map(Into::into),
            priority: self.priority.map(Into::into),
            unsure: self.unsure,
            flag: self.flag.as_ref().map(flag).transpose()?,
            overdue: self.overdue,
            reference: self.reference.clone(),
            sort: match self.sort {
                SortName::Urgency => Sort::Urgency,
                SortName::Deadline => Sort::Deadline,
                SortName::Arrived => Sort::Waiting,
                SortName::Class => Sort::Class,
                SortName::Mailbox => Sort::Mailbox,
                SortName::Confidence => Sort::Confidence,
            },
            descending: self.order == Order::Desc,
            offset: 0,
            limit,
        })
    }

    fn cursor(&self) -> Result<Cursor, Problem> {
        let Some(text) = &self.cursor else { return Ok(Cursor::default()) };
        let wrong =
            || Problem::new(Kind::WrongParameter, "cursor: use `next` of the page before, as it came");
        Cursor::read(text).ok_or_else(wrong)
    }
}

/// The page after this cursor, and how many rows come before it.
async fn listed(page: &Arc<Page>, query: Query, cursor: Cursor) -> Result<(Extract, usize), Problem> {
    ledger(page, move |page, now| {
        let look = |offset: usize, limit: usize| {
            page.ledger.look(&Query { offset, limit, ..query.clone() }, now, page.max_age)
        };
        let Some(before) = cursor.passed.checked_sub(1) else {
            return Ok((look(0, query.limit)?, 0));
        };
        // With the row before it, which says whether anything has moved.
        let mut extract = look(before, query.limit.saturating_add(1))?;
        if cursor.holds(extract.rows.first().map(key_of).as_ref()) {
            extract.rows.remove(0);
            return Ok((extract, cursor.passed));
        }
        for reach in REACH {
            let start = cursor.passed.saturating_sub(reach);
            let limit = reach.saturating_mul(2);
            let wider = Query { offset: start, limit, ..query.clone() };
            let keys = page.ledger.places(&wider, now, page.max_age)?;
            if let Some(found) = cursor.found(start, &keys) {
                return Ok((look(found, query.limit)?, found));
            }
            if start == 0 && keys.len() < limit {
                break;
            }
        }
        Ok((look(cursor.passed, query.limit)?, cursor.passed))
    })
    .await
}

fn next(extract: &Extract, start: usize) -> Option<String> {
    let end = start + extract.rows.len();
    let more = !extract.rows.is_empty() && (end as u64) < extract.matching;
    let keys: Vec<Key> = extract.rows.iter().map(key_of).collect();
    more.then(|| Cursor::after(end, keys.iter()).text())
}

/// Sender and subject of these rows, as far as they can be had; a mailbox that does not answer hides no row.
async fn heads(page: &Page, rows: &[Row]) -> BTreeMap<Key, crate::Letterhead> {
    page.reading.letterheads(rows.iter().map(key_of).collect()).await.unwrap_or_default()
}
