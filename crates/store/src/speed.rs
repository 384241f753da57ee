//! What was sorted since the program started, and how long it took: counts in memory, for metrics.

use std::collections::BTreeMap;

use domain::{Class, Label as _};
use jiff::Timestamp;

/// Upper bounds of the delays that are told apart, in seconds: half a second to a day.
pub const DELAYS: [f64; 13] =
    [0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 300.0, 900.0, 3_600.0, 14_400.0, 43_200.0, 86_400.0];

/// What was sorted in one mailbox since the program started.
#[derive(Clone, Debug, PartialEq)]
pub struct Sorted {
    /// Messages by the class that was suggested, also those without any.
    pub by_class: BTreeMap<Class, u64>,
    /// Messages that were left to people ("Bitte sichten").
    pub unsure: u64,
    /// How long messages waited for their tags.
    pub delays: Delays,
}

impl Default for Sorted {
    fn default() -> Self {
        let by_class = Class::ALL.into_iter().map(|class| (class, 0)).collect();
        Self { by_class, unsure: 0, delays: Delays::default() }
    }
}

/// How long messages waited, from their arrival in the mailbox to the moment at which their tags were read back.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Delays {
    /// How many up to each bound of [`DELAYS`] and above the one before, and last those that waited longer.
    pub counts: [u64; DELAYS.len() + 1],
    /// All of them added up, in seconds.
    pub sum: f64,
}

impl Delays {
    /// How many messages were timed.
    pub fn count(&self) -> u64 {
        self.counts.iter().sum()
    }

    /// A mailbox dates arrivals to the second, and by its own clock: what seems to be tagged before it came took no time.
    fn add(&mut self, seconds: f64) {
        let seconds = seconds.max(0.0);
        let at = DELAYS.iter().position(|bound| seconds <= *bound).unwrap_or(DELAYS.len());
        self.counts[at] += 1;
        self.sum += seconds;
    }
}

/// One message that was sorted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settled {
    /// The class that was suggested; `None` where it was left to people.
    pub class: Option<Class>,
    /// When it arrived.
    pub arrived: Timestamp,
    /// It is known what became of its tags.
    pub known: bool,
}

impl Sorted {
    /// Counts a message. What arrived before the program began waited for the program, not for its work: that says
    /// nothing of how fast it is, and is not timed.
    pub(crate) fn add(&mut self, settled: &Settled, begun: Option<Timestamp>, now: Timestamp) {
        let sum = settled.class.map_or(&mut self.unsure, |class| self.by_class.entry(class).or_default());
        *sum += 1;
        if settled.known && begun.is_some_and(|begun| settled.arrived >= begun) {
            self.delays.add(now.duration_since(settled.arrived).as_secs_f64());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn delays_fall_into_the_bucket_that_holds_them() {
        for (seconds, bucket) in [(-3.0, 0), (0.5, 0), (0.51, 1), (60.0, 6), (86_400.0, 12), (1e9, 13)] {
            let mut delays = Delays::default();
            delays.add(seconds);
            assert_eq!((delays.counts[bucket], delays.count()), (1, 1), "{seconds}");
        }
    }

    #[test]
    fn a_backlog_from_before_the_start_is_counted_and_not_timed() {
        let (begun, now) = (at("2026-11-22T08:00:00Z"), at("2026-11-22T08:00:04Z"));
        let settled =
            |arrived: &str, known| Settled { class: Some(Class::Other), arrived: at(arrived), known };
        let mut sorted = Sorted::default();
        sorted.add(&settled("2026-11-20T08:00:00Z", true), Some(begun), now);
        sorted.add(&settled("2026-11-22T08:00:01Z", true), Some(begun), now);
        sorted.add(&settled("2026-11-22T08:00:01Z", false), Some(begun), now);
        sorted.add(&settled("2026-11-22T08:00:01Z", true), None, now);
        sorted.add(&Settled { class: None, ..settled("2026-11-20T08:00:00Z", true) }, Some(begun), now);
        assert_eq!((sorted.by_class[&Class::Other], sorted.unsure), (4, 1));
        assert_eq!((sorted.delays.count(), sorted.delays.counts[3]), (1, 1));
        assert!((sorted.delays.sum - 3.0).abs() < 1e-9);
    }
}
