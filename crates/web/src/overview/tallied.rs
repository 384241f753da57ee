//! What the overview counts, over the mailboxes that its reader sees.

use std::collections::{BTreeMap, BTreeSet};

use domain::{Label as _, MaxAge, Priority};
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan as _};
use store::{Ledger, LedgerError};

use crate::words::{day, days_until};

/// So many days back, today among them, and so many ahead.
pub(super) const DAYS: i64 = 14;
/// So many weeks back, this one among them.
pub(super) const WEEKS: i64 = 12;
/// How old what waits is, in days: up to these, and older.
pub(super) const AGES: [i64; 4] = [0, 3, 7, 14];

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
    /// What came, by day and class; the oldest day first.
    pub incoming: Vec<(Date, [u64; 3])>,
    /// What waits, by age (see [`AGES`]) and priority.
    pub ages: [[u64; 3]; AGES.len() + 1],
    /// Deadlines of what waits, by day, from today on.
    pub deadlines: Vec<(Date, u64)>,
    /// What people changed, by the Monday of each week; the oldest week first.
    pub corrections: Vec<(Date, u64)>,
    /// How many were sorted and how many left to people, by the Monday of each week.
    pub shares: Vec<(Date, [u64; 2])>,
    /// What waits in each mailbox.
    pub mailboxes: BTreeMap<String, Tray>,
}

/// What waits in a mailbox.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Tray {
    pub waiting: u64,
    /// Since when the oldest does.
    pub oldest: Option<Timestamp>,
}

impl Tallied {
    pub fn new(
        ledger: &Ledger,
        seen: Option<&BTreeSet<String>>,
        now: Timestamp,
        max_age: MaxAge,
    ) -> Result<Self, LedgerError> {
        let mut rows = ledger.queue(now, max_age)?;
        rows.retain(|row| seen.is_none_or(|seen| seen.contains(&row.folder.mailbox)));
        let today = day(now);
        let monday = today.saturating_sub(i64::from(today.weekday().to_monday_zero_offset()).days());
        let days = |from: i64| (from..from + DAYS).map(|nth| today.saturating_add(nth.days()));
        let weeks = || (0..WEEKS).rev().map(|nth| monday.saturating_sub((nth * 7).days()));
        let mut tallied = Self {
            incoming: days(1 - DAYS).map(|day| (day, [0; 3])).collect(),
            deadlines: days(0).map(|day| (day, 0)).collect(),
            corrections: weeks().map(|week| (week, 0)).collect(),
            shares: weeks().map(|week| (week, [0; 2])).collect(),
            ..Self::default()
        };
        for row in &rows {
            let entry = &row.entry;
            let unsure = entry.suggestion.unsure && !entry.person;
            let arrived = day(entry.arrived);
            let age = days_until(arrived, today);
            tallied.waiting += 1;
            tallied.urgent += u64::from(row.priority() == Priority::High);
            tallied.unsure += u64::from(unsure);
            let old = max_age.0.is_some_and(|most| now.duration_since(entry.arrived) > most);
            tallied.too_long += u64::from(old);
            let band = AGES.iter().position(|up_to| age <= *up_to).unwrap_or(AGES.len());
            tallied.ages[band][row.priority().index()] += 1;
            let class = entry.chosen_class().unwrap_or(entry.suggestion.class().best());
            if let Some((_, counts)) = tallied.incoming.iter_mut().find(|(day, _)| *day == arrived) {
                counts[class.index()] += 1;
            }
            let week = |(week, _): &&mut (Date, [u64; 2])| (0..7).contains(&days_until(*week, arrived));
            if let Some((_, counts)) = tallied.shares.iter_mut().find(week) {
                counts[usize::from(unsure)] += 1;
            }
            if let Some(date) = entry.suggestion.deadline {
                tallied.overdue += u64::from(date < today);
                if let Some((_, count)) = tallied.deadlines.iter_mut().find(|(day, _)| *day == date) {
                    *count += 1;
                }
            }
            let tray = tallied.mailboxes.entry(row.folder.mailbox.clone()).or_default();
            tray.waiting += 1;
            tray.oldest = tray.oldest.min(Some(entry.arrived)).or(Some(entry.arrived));
        }
        Ok(tallied)
    }

    /// Deadlines of the days ahead.
    pub fn due_next(&self) -> u64 {
        self.deadlines.iter().map(|(_, count)| count).sum()
    }
}
