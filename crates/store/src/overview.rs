//! The overview of a supervisor: the figures of the last weeks, and how old is what waits.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;
use std::sync::PoisonError;

use domain::{MaxAge, Priority};
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp, ToSpan as _};

use crate::berlin::day;
use crate::decision_log::{LogError, Position};
use crate::entry::Key;
use crate::ledger::{Ledger, LedgerError};
use crate::span::read_span;
use crate::tally::{Arrived, ByMailbox, Corrections, Tally, first_week};
use crate::waiting::Waiting;

/// So many days of deadlines are told, today among them.
const DEADLINE_DAYS: i64 = 14;

/// Figures over the mailboxes that may be seen. All are counts of messages or of decisions.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Overview {
    /// What arrived, by day of arrival (Europe/Berlin): the last 90 days, as far as the log goes back.
    pub arrived: ByMailbox<Arrived>,
    /// What people decided otherwise, by the Monday of the ISO week: the last 26 weeks, as far as the log goes back.
    pub corrected: ByMailbox<Corrections>,
    /// What waits, by priority as it counts now, and by age. Without those where nothing waits.
    pub waiting: BTreeMap<(Priority, AgeBand), u64>,
    /// How many have waited for longer than the house allows, whatever their priority.
    pub too_long: u64,
    /// The oldest message of each mailbox that waits and that no person has decided about.
    pub untouched: BTreeMap<String, Untouched>,
    /// What waits with a deadline on each of the next 14 days, today (Europe/Berlin) first; also where it is none.
    pub deadlines: BTreeMap<Date, u64>,
}

/// How long a message has waited.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AgeBand {
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

impl AgeBand {
    /// Every one, the youngest first.
    pub const ALL: [Self; 5] =
        [Self::UnderOneDay, Self::UnderThreeDays, Self::UnderOneWeek, Self::UnderTwoWeeks, Self::Older];

    /// The band of what arrived then.
    pub fn of(arrived: Timestamp, now: Timestamp) -> Self {
        let age = now.duration_since(arrived);
        let under = |days: i64| age < SignedDuration::from_hours(24 * days);
        match () {
            () if under(1) => Self::UnderOneDay,
            () if under(3) => Self::UnderThreeDays,
            () if under(7) => Self::UnderOneWeek,
            () if under(14) => Self::UnderTwoWeeks,
            () => Self::Older,
        }
    }
}

/// A message that nobody has decided about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Untouched {
    /// Which one.
    pub key: Key,
    /// Since when it waits.
    pub arrived: Timestamp,
}

/// The figures of the log, as far as they were read.
#[derive(Debug, Default)]
pub(crate) struct Figures {
    tally: Tally,
    until: Position,
}

impl Ledger {
    /// The overview. Its figures are read from the log at the first time, and then what was added since.
    ///
    /// # Errors
    /// [`LedgerError`]; nothing has changed then.
    pub fn tally(
        &self,
        allowed: Option<&BTreeSet<String>>,
        at: Timestamp,
        max_age: MaxAge,
    ) -> Result<Overview, LedgerError> {
        let mut overview =
            self.turned(at, max_age, &|front| Ok(waiting(&front.waiting, allowed, at, max_age)))?;
        let mut figures = self.figures.lock().unwrap_or_else(PoisonError::into_inner);
        if let Err(error) = self.catch_up(&mut figures, day(at)) {
            // What was counted by halves would be counted twice.
            *figures = Figures::default();
            return Err(error.into());
        }
        overview.arrived = figures.tally.arrived(allowed);
        overview.corrected = figures.tally.corrected(allowed);
        Ok(overview)
    }

    /// Reads on in the log, beside whoever writes. What is older than the figures go back is not read at all.
    fn catch_up(&self, figures: &mut Figures, today: Date) -> Result<(), LogError> {
        let end = self.durable_end();
        // A day of Berlin begins in the file of the day before.
        let before = first_week(today).saturating_sub(1.day());
        let first = Position { file: format!("{before}.log"), offset: 0 };
        let from = figures.until.clone().max(first);
        read_span(&self.log_folder(), &from, &end, &mut |_, line| {
            figures.tally.fold(&line);
            ControlFlow::Continue(())
        })?;
        figures.until = end;
        figures.tally.forget(today);
        Ok(())
    }
}

/// What the overview says of what waits.
fn waiting(
    waiting: &Waiting,
    allowed: Option<&BTreeSet<String>>,
    now: Timestamp,
    max_age: MaxAge,
) -> Overview {
    let today = day(now);
    let days = (0..DEADLINE_DAYS).map(|days| (today.saturating_add(days.days()), 0));
    let mut overview = Overview { deadlines: days.collect(), ..Overview::default() };
    let may_see = |mailbox: &str| allowed.is_none_or(|allowed| allowed.contains(mailbox));
    for (mailbox, tray) in waiting.trays().filter(|(mailbox, _)| may_see(mailbox)) {
        for rank in tray.order.keys() {
            let band = AgeBand::of(rank.arrived(), now);
            overview.too_long += u64::from(max_age.is_reached(rank.arrived(), now));
            *overview.waiting.entry((rank.priority(), band)).or_default() += 1;
            if let Some(due) = rank.deadline().and_then(|date| overview.deadlines.get_mut(&date)) {
                *due += 1;
            }
        }
        let untouched = tray.order.iter().filter(|(_, slim)| !slim.touched).map(|(rank, _)| rank);
        if let Some(oldest) = untouched.min_by_key(|rank| rank.arrived()) {
            let oldest = Untouched { key: oldest.key(), arrived: oldest.arrived() };
            overview.untouched.insert(mailbox.to_owned(), oldest);
        }
    }
    overview
}
