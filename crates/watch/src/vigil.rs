//! Looks for drift now and then, and says what it found: on the board, and in the log once a day at most.

use std::collections::BTreeMap;
use std::time::Duration;

use domain::{Class, Label as _};
use jiff::ToSpan as _;
use jiff::civil::Date;
use store::{Drift, LedgerError, Overview, berlin};
use tokio::sync::watch;

use crate::Watch;
use crate::drift::{Week, judge};

/// Not right after the start, when everybody wants the disk.
const FIRST: Duration = Duration::from_secs(30);
const EVERY: Duration = Duration::from_hours(1);

/// Watches until `stop` turns true.
pub async fn watch_drift(watch: Watch, mut stop: watch::Receiver<bool>) {
    let (mut pause, mut warned) = (FIRST, None);
    loop {
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            _ = stop.wait_for(|stop| *stop) => return,
        }
        pause = EVERY;
        let looking = watch.clone();
        // The log is read from disk.
        match tokio::task::spawn_blocking(move || look(&looking)).await {
            Ok(Ok(found)) => {
                let today = berlin::day((watch.clock)());
                if warned != Some(today) && found.iter().any(|drift| drift.alarming) {
                    warned = Some(today);
                    found.iter().filter(|drift| drift.alarming).for_each(warn);
                }
                watch.board.set_drift(found);
            }
            Ok(Err(error)) => tracing::warn!(name: "watch.drift", %error, "drift cannot be looked for"),
            Err(_) => tracing::error!(name: "watch.drift", "looking for drift broke; please report this"),
        }
    }
}

fn look(watch: &Watch) -> Result<Vec<Drift>, LedgerError> {
    let now = (watch.clock)();
    let overview = watch.ledger.tally(None, now, watch.max_age)?;
    let weeks = full_weeks(&overview, watch.model_since().map(berlin::day), berlin::day(now));
    Ok(judge(&weeks, &watch.model().promise))
}

/// The weeks that are over and lie wholly under the model in use, the oldest first.
fn full_weeks(overview: &Overview, since: Option<Date>, today: Date) -> Vec<Week> {
    let mut weeks: BTreeMap<Date, Week> = BTreeMap::new();
    for (day, mailboxes) in &overview.arrived {
        let monday = berlin::monday(*day);
        let fresh = || Week { monday, sorted: [0; 3], unsure: 0, corrected: 0 };
        let week = weeks.entry(monday).or_insert_with(fresh);
        for arrived in mailboxes.values() {
            for class in Class::ALL {
                week.sorted[class.index()] += arrived.sorted.get(&class).copied().unwrap_or_default();
            }
            week.unsure += arrived.unsure;
        }
    }
    for (monday, mailboxes) in &overview.corrected {
        if let Some(week) = weeks.get_mut(monday) {
            week.corrected = mailboxes.values().map(|corrections| corrections.class).sum();
        }
    }
    let is_over = |week: &Week| week.monday.saturating_add(7.days()) <= today;
    let is_under = |week: &Week| since.is_none_or(|since| week.monday >= since);
    weeks.into_values().filter(|week| is_over(week) && is_under(week)).collect()
}

fn warn(drift: &Drift) {
    let Drift { kind, seen, limit, messages, .. } = drift;
    let (seen, limit) = (rounded(*seen), rounded(*limit));
    tracing::warn!(
        name: "watch.drift", kind = kind.name(), seen, limit, messages,
        "mail, or what people make of the suggestions, is no longer like what the model was measured on: look at the page \
         Zustand, and learn from corrections"
    );
}

fn rounded(share: f64) -> f64 {
    (share * 1_000.0).round() / 1_000.0
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use store::{Arrived, Corrections};

    use super::*;

    #[test]
    fn only_weeks_that_are_over_and_under_this_model_are_full() {
        let mut overview = Overview::default();
        let arrived = |count| {
            BTreeMap::from([
                ("amt".to_owned(), Arrived { sorted: BTreeMap::from([(Class::Inquiry, count)]), unsure: 1 }),
                ("post".to_owned(), Arrived { sorted: BTreeMap::new(), unsure: 2 }),
            ])
        };
        // A Sunday, the Monday after it, and a day of each week that follows.
        for (day, count) in [(1, 9), (2, 4), (8, 5), (11, 6), (16, 7)] {
            overview.arrived.insert(date(2026, 11, day), arrived(count));
        }
        let corrections = Corrections { class: 3, given: 9, priority: 9 };
        overview.corrected.insert(date(2026, 11, 9), BTreeMap::from([("post".to_owned(), corrections)]));
        let weeks = |since, today| {
            let weeks = full_weeks(&overview, since, date(2026, 11, today));
            weeks
                .into_iter()
                .map(|week| (week.monday.day(), week.sorted[1], week.unsure, week.corrected))
                .collect::<Vec<_>>()
        };
        assert_eq!(weeks(Some(date(2026, 11, 2)), 22), [(2, 9, 6, 0), (9, 6, 3, 3)]);
        assert_eq!(weeks(Some(date(2026, 11, 3)), 23), [(9, 6, 3, 3), (16, 7, 3, 0)]);
        assert_eq!(weeks(None, 8), [(26, 9, 3, 0)]);
    }
}
