//! Age: nothing waits for ever.

use jiff::{SignedDuration, Timestamp};

use crate::Priority;

const HOURS_A_DAY: i64 = 24;

/// How long a message may wait before it counts as urgent, whatever it says; `None` for as long as it likes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MaxAge(pub Option<SignedDuration>);

impl Default for MaxAge {
    fn default() -> Self {
        Self(Some(SignedDuration::from_hours(14 * HOURS_A_DAY)))
    }
}

impl MaxAge {
    /// Whether what arrived then has waited too long by now.
    pub fn is_reached(self, arrived: Timestamp, now: Timestamp) -> bool {
        self.0.is_some_and(|most| now.duration_since(arrived) >= most)
    }

    /// The priority of what still waits: as it was judged, until it has waited too long, then high; what seemed to
    /// need nobody becomes normal, so that newsletters left lying do not bury what is urgent. An older message is never
    /// less urgent than a younger one of the same judgement.
    pub fn aged(self, judged: Priority, arrived: Timestamp, now: Timestamp) -> Priority {
        match judged {
            _ if !self.is_reached(arrived, now) => judged,
            Priority::Low => Priority::Normal,
            Priority::Normal | Priority::High => Priority::High,
        }
    }
}

/// Why age makes something urgent, as people read it: `wartet seit 15 Tagen`.
pub fn waits_since(arrived: Timestamp, now: Timestamp) -> String {
    let hours = now.duration_since(arrived).as_hours().max(0);
    let said = |number: i64, one: &str, many: &str| {
        format!("wartet seit {number} {}", if number == 1 { one } else { many })
    };
    if hours < HOURS_A_DAY {
        said(hours, "Stunde", "Stunden")
    } else {
        said(hours / HOURS_A_DAY, "Tag", "Tagen")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(hour: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_hours(hour)
    }

    #[test]
    fn what_waited_too_long_is_urgent_and_the_older_is_never_less_so() {
        for judged in [Priority::High, Priority::Normal, Priority::Low] {
            let aged: Vec<Priority> =
                (0..30 * 24).map(|hour| MaxAge::default().aged(judged, at(0), at(hour))).collect();
            assert!(aged.is_sorted_by(|younger, older| older <= younger), "{judged:?}");
            let old = if judged == Priority::Low { Priority::Normal } else { Priority::High };
            assert_eq!((aged[335], aged[336]), (judged, old));
            assert_eq!(MaxAge(None).aged(judged, at(0), at(100_000)), judged);
        }
    }

    #[test]
    fn a_clock_that_steps_back_makes_nothing_old() {
        assert_eq!(MaxAge::default().aged(Priority::Low, at(1_000), at(0)), Priority::Low);
        assert_eq!(waits_since(at(1_000), at(0)), "wartet seit 0 Stunden");
    }

    #[test]
    fn the_wait_is_said_in_days() {
        for (hours, said) in [(1, "1 Stunde"), (23, "23 Stunden"), (24, "1 Tag"), (15 * 24 + 1, "15 Tagen")] {
            assert_eq!(waits_since(at(0), at(hours)), format!("wartet seit {said}"));
        }
    }
}
