//! What the decision log tells of the last weeks, as the overview counts it: messages by day, and what people did by week.

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan as _};
use store::{Arrived, Corrections, Replay};

use super::facts::Observed;
use super::share::Share;
use crate::verdict_json::berlin;

/// So many weeks, this one among them: a quarter of a year.
const WEEKS: i64 = 13;

/// Nothing where nothing arrived.
pub fn of(replay: &Replay, now: Timestamp) -> Option<Observed> {
    let today = now.to_zoned(berlin()).date();
    let monday = today.saturating_sub(i64::from(today.weekday().to_monday_zero_offset()).days());
    let first = monday.saturating_sub((WEEKS - 1).weeks());
    let arrived: Vec<(Date, Arrived)> = flat(replay.arrived(), first);
    let corrections: Vec<(Date, Corrections)> = flat(replay.corrected(), first);
    let from = arrived.iter().map(|(day, _)| *day).min()?;
    let sum = |of: fn(&Corrections) -> u64| corrections.iter().map(|(_, sums)| of(sums)).sum::<u64>();
    let total: u64 = arrived.iter().map(|(_, sums)| sums.total()).sum();
    let unsure: u64 = arrived.iter().map(|(_, sums)| sums.unsure).sum();
    let (sorted, corrected) = (total - unsure, sum(|sums| sums.class));
    Some(Observed {
        from,
        to: today,
        arrived: total,
        sorted,
        unsure,
        corrected,
        corrected_share: Share::of_counts(corrected, sorted),
        decided: sum(|sums| sums.given),
        corrected_priority: sum(|sums| sums.priority),
    })
}

/// Those of all mailboxes, from a day on.
fn flat<T>(by_mailbox: store::ByMailbox<T>, first: Date) -> Vec<(Date, T)> {
    let late = by_mailbox.into_iter().filter(|(day, _)| *day >= first);
    late.flat_map(|(day, mailboxes)| mailboxes.into_values().map(move |sums| (day, sums))).collect()
}
