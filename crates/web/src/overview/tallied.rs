//! What the overview counts, over the mailboxes that its reader sees: the ledger's figures, day by day and week by
//! week, also where nothing was.

use std::collections::{BTreeMap, BTreeSet};

use domain::{Class, Label as _, MaxAge, Priority};
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan as _};
use store::{AgeBand, Arrived, Counts, Ledger, LedgerError, Overview, Query};

use crate::words::day;

/// So many days back, today among them.
const DAYS: i64 = 14;
/// So many weeks back, this one among them.
const WEEKS: i64 = 12;

/// The numbers behind the pictures.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Tallied {
    pub waiting: u64,
    pub urgent: u64,
    /// With a deadline before today.
    pub overdue: u64,
    pub unsure: u64,
    /// Longer than the house allows.
    pub too_long: u64,
    /// What came: by day, sorted by class, and last what was left to people; the oldest day first.
    pub incoming: Vec<(Date, [u64; 4])>,
    /// What waits, by age and priority.
    pub ages: [[u64; 3]; 5],
    /// Deadlines of what waits, by day, from today on.
    pub deadlines: Vec<(Date, u64)>,
    /// What people changed, by the Monday of each week: the class, the class of what was left to them, the priority;
    /// the oldest week first.
    pub corrections: Vec<(Date, [u64; 3])>,
    /// How many were sorted and how many left to people, by the Monday of each week.
    pub shares: Vec<(Date, [u64; 2])>,
    /// What waits in each mailbox.
    pub mailboxes: BTreeMap<String, Tray>,
}

/// What waits in a mailbox.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Tray {
    pub waiting: u64,
    /// Since when the oldest does of those that nobody has decided about.
    pub oldest: Option<Timestamp>,
}

impl Tallied {
    pub fn new(
        ledger: &Ledger,
        seen: Option<&BTreeSet<String>>,
        now: Timestamp,
        max_age: MaxAge,
    ) -> Result<Self, LedgerError> {
        let query = Query { allowed: seen.cloned(), limit: 0, ..Query::default() };
        let counts = ledger.look(&query, now, max_age)?.counts;
        let overview = ledger.tally(seen, now, max_age)?;
        Ok(Self::of(&counts, &overview, day(now)))
    }

    fn of(counts: &Counts, overview: &Overview, today: Date) -> Self {
        let weeks = || (0..WEEKS).rev().map(|nth| monday(today).saturating_sub((nth * 7).days()));
        let mut tallied = Self {
            waiting: counts.waiting,
            urgent: counts.urgent,
            overdue: counts.overdue,
            unsure: counts.unsure,
            too_long: overview.too_long,
            deadlines: overview.deadlines.iter().map(|(day, count)| (*day, *count)).collect(),
            ..Self::default()
        };
        for nth in (0..DAYS).rev() {
            let day = today.saturating_sub(nth.days());
            let mailboxes = overview.arrived.get(&day).into_iter().flat_map(BTreeMap::values);
            tallied.incoming.push((day, mailboxes.map(parts).fold([0; 4], added)));
        }
        for week in weeks() {
            let days = overview.arrived.range(week..week.saturating_add(7.days()));
            let mailboxes = days.flat_map(|(_, mailboxes)| mailboxes.values());
            let share = |arrived: &Arrived| [arrived.total() - arrived.unsure, arrived.unsure];
            tallied.shares.push((week, mailboxes.map(share).fold([0; 2], added)));
            let corrected = overview.corrected.get(&week).into_iter().flat_map(BTreeMap::values);
            let counts = corrected.map(|sums| [sums.class, sums.given, sums.priority]);
            tallied.corrections.push((week, counts.fold([0; 3], added)));
        }
        for (band, counts) in AgeBand::ALL.iter().zip(&mut tallied.ages) {
            let of = |priority| overview.waiting.get(&(priority, *band)).copied().unwrap_or_default();
            *counts = Priority::ALL.map(of);
        }
        for (mailbox, waiting) in &counts.by_mailbox {
            let oldest = overview.untouched.get(mailbox).map(|untouched| untouched.arrived);
            tallied.mailboxes.insert(mailbox.clone(), Tray { waiting: *waiting, oldest });
        }
        tallied
    }

    /// Deadlines of the days ahead.
    pub fn due_next(&self) -> u64 {
        self.deadlines.iter().map(|(_, count)| count).sum()
    }
}

/// The Monday of its week.
fn monday(day: Date) -> Date {
    day.saturating_sub(i64::from(day.weekday().to_monday_zero_offset()).days())
}

/// By class, and what was left to people.
fn parts(arrived: &Arrived) -> [u64; 4] {
    let [a, b, c] = Class::ALL.map(|class| arrived.sorted.get(&class).copied().unwrap_or_default());
    [a, b, c, arrived.unsure]
}

fn added<const N: usize>(mut sums: [u64; N], more: [u64; N]) -> [u64; N] {
    sums.iter_mut().zip(more).for_each(|(sum, more)| *sum += more);
    sums
}
