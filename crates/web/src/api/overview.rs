//! `GET /api/v1/overview`: the house in numbers, as rows that a spreadsheet can take.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use domain::Class;
use serde::Serialize;
use store::{AgeBand, Query};
use utoipa::ToSchema;

use super::ask::ledger;
use super::door::Machine;
use super::names::PriorityName;
use super::problem::{Problem, Refusals};
use super::queue::CountsBody;
use super::shapes::{Place, rfc3339};
use crate::Page;

/// The house in numbers. All are counts of messages or decisions, none of persons.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Overview {
    /// As of when.
    #[schema(format = DateTime)]
    at: String,
    counts: CountsBody,
    /// What arrived in the last 90 days, as far as the log goes back. Days on which nothing did are left out.
    arrived: Vec<Arrivals>,
    /// What people decided otherwise in the last 26 weeks. Weeks in which they did not are left out.
    corrected: Vec<Decisions>,
    /// What waits, by priority as it counts now and by age.
    waiting: Vec<Waiting>,
    /// The oldest message of each mailbox that no person has decided about.
    untouched: Vec<Untouched>,
    /// What waits with a deadline on each of the next 14 days, today first.
    deadlines: Vec<Due>,
}

/// What arrived in a mailbox on a day.
#[derive(Debug, Serialize, ToSchema)]
struct Arrivals {
    #[schema(format = Date)]
    day: String,
    mailbox: String,
    /// Surely of this class.
    application: u64,
    /// Surely of this class.
    inquiry: u64,
    /// Surely of this class.
    other: u64,
    /// Left to people.
    unsure: u64,
}

/// What people decided about a mailbox in a week.
#[derive(Debug, Serialize, ToSchema)]
struct Decisions {
    /// The week's Monday.
    #[schema(format = Date)]
    week: String,
    mailbox: String,
    /// Another class than the one that was surely suggested.
    class: u64,
    /// A class where it was left to people: no mistake.
    given: u64,
    /// Another priority.
    priority: u64,
}

/// What waits of a priority and an age.
#[derive(Debug, Serialize, ToSchema)]
struct Waiting {
    priority: PriorityName,
    age: Age,
    messages: u64,
}

/// How long messages have waited.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Age {
    /// Less than 24 hours.
    UnderOneDay,
    /// One day to three.
    UnderThreeDays,
    /// Three days to seven.
    UnderOneWeek,
    /// Seven days to fourteen.
    UnderTwoWeeks,
    /// Fourteen days or more.
    Older,
}

impl From<AgeBand> for Age {
    fn from(band: AgeBand) -> Self {
        match band {
            AgeBand::UnderOneDay => Self::UnderOneDay,
            AgeBand::UnderThreeDays => Self::UnderThreeDays,
            AgeBand::UnderOneWeek => Self::UnderOneWeek,
            AgeBand::UnderTwoWeeks => Self::UnderTwoWeeks,
            AgeBand::Older => Self::Older,
        }
    }
}

/// A message that no person has decided about.
#[derive(Debug, Serialize, ToSchema)]
struct Untouched {
    #[serde(flatten)]
    place: Place,
    #[schema(format = DateTime)]
    arrived: String,
}

/// Deadlines of a day.
#[derive(Debug, Serialize, ToSchema)]
struct Due {
    #[schema(format = Date)]
    date: String,
    messages: u64,
}

/// The house in numbers
#[utoipa::path(get, path = "/overview", tag = "house", responses((status = 200, body = Overview), Refusals))]
pub(super) async fn overview(
    State(page): State<Arc<Page>>,
    machine: Machine,
) -> Result<Json<Overview>, Problem> {
    let query = Query { allowed: machine.seen(), limit: 0, ..Query::default() };
    let read = ledger(&page, move |page, now| {
        let counts = page.ledger.look(&query, now, page.max_age)?.counts;
        Ok((counts, page.ledger.tally(query.allowed.as_ref(), now, page.max_age)?))
    });
    let (counts, tallied) = read.await?;
    Ok(Json(Overview {
        at: rfc3339((page.clock)()),
        counts: (&counts).into(),
        arrived: arrivals(&tallied),
        corrected: decisions(&tallied),
        waiting: waiting(&tallied),
        untouched: untouched(&tallied),
        deadlines: deadlines(&tallied),
    }))
}

fn arrivals(tallied: &store::Overview) -> Vec<Arrivals> {
    let by_day = tallied.arrived.iter();
    let each = by_day.flat_map(|(day, boxes)| boxes.iter().map(move |(mailbox, sums)| (day, mailbox, sums)));
    let arrivals = |(day, mailbox, sums): (&jiff::civil::Date, &String, &store::Arrived)| {
        let of = |class: Class| sums.sorted.get(&class).copied().unwrap_or_default();
        Arrivals {
            day: day.to_string(),
            mailbox: mailbox.clone(),
            application: of(Class::Application),
            inquiry: of(Class::Inquiry),
            other: of(Class::Other),
            unsure: sums.unsure,
        }
    };
    each.map(arrivals).collect()
}

fn decisions(tallied: &store::Overview) -> Vec<Decisions> {
    let by_week = tallied.corrected.iter();
    let each =
        by_week.flat_map(|(week, boxes)| boxes.iter().map(move |(mailbox, sums)| (week, mailbox, sums)));
    let decisions = |(week, mailbox, sums): (&jiff::civil::Date, &String, &store::Corrections)| Decisions {
        week: week.to_string(),
        mailbox: mailbox.clone(),
        class: sums.class,
        given: sums.given,
        priority: sums.priority,
    };
    each.map(decisions).collect()
}

fn waiting(tallied: &store::Overview) -> Vec<Waiting> {
    let each = tallied.waiting.iter();
    each.map(|((priority, age), messages)| Waiting {
        priority: (*priority).into(),
        age: (*age).into(),
        messages: *messages,
    })
    .collect()
}

fn untouched(tallied: &store::Overview) -> Vec<Untouched> {
    let each = tallied.untouched.values();
    each.map(|oldest| Untouched { place: (&oldest.key).into(), arrived: rfc3339(oldest.arrived) }).collect()
}

fn deadlines(tallied: &store::Overview) -> Vec<Due> {
    tallied
        .deadlines
        .iter()
        .map(|(date, messages)| Due { date: date.to_string(), messages: *messages })
        .collect()
}
