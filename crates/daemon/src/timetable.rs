//! When it is time to learn again: pure, so that every rule about clocks is a row of a table.
//!
//! ```text
//!   ──┬───────────────┬──────────────▶ wall clock      due: a slot has passed since it was last tried
//!    slot           slot                               and on the clock that never jumps, half a day has, too
//! ```

use std::time::Duration;

use jiff::civil::{Date, Time, Weekday};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

/// Two trainings are at least so far apart, whatever the wall clock does.
const APART: Duration = Duration::from_hours(12);
/// The day of a weekly training: the office is closed.
const WEEKLY_ON: Weekday = Weekday::Sunday;

/// How often to learn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Every {
    /// Once a day.
    Day,
    /// Once a week, in the night to Sunday.
    Week,
}

/// When to learn.
#[derive(Clone, Debug)]
pub struct Timetable {
    /// How often.
    pub every: Every,
    /// At what time of day.
    pub at: Time,
    /// Whose time of day.
    pub zone: TimeZone,
}

/// Whether it is time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Due {
    /// It is.
    Now,
    /// Look again after so long.
    Later(Duration),
    /// It was last tried in the future, or never: count from now on.
    Unknown,
}

impl Timetable {
    /// Whether it is time to learn. `tried` is when that was last tried; `ago` how long that is ago on a clock
    /// that never jumps, where this process has tried.
    pub fn due(&self, now: Timestamp, tried: Option<Timestamp>, ago: Option<Duration>) -> Due {
        let Some(tried) = tried.filter(|tried| *tried <= now) else { return Due::Unknown };
        if self.slot_before(now).is_some_and(|slot| slot > tried) && ago.is_none_or(|ago| ago >= APART) {
            return Due::Now;
        }
        let next = self.slot_after(now).map_or(SignedDuration::from_mins(1), |slot| slot.duration_since(now));
        let wait = Duration::try_from(next).unwrap_or_default();
        // Never long: the clock may be set meanwhile.
        Due::Later(wait.clamp(Duration::from_secs(1), Duration::from_mins(1)))
    }

    /// The day of an instant, for the name of what is learnt then.
    pub fn day(&self, now: Timestamp) -> Date {
        now.to_zoned(self.zone.clone()).date()
    }

    /// The latest slot up to now.
    fn slot_before(&self, now: Timestamp) -> Option<Timestamp> {
        let mut day = self.day(now);
        for _ in 0..8 {
            let slot = self.slot(day).filter(|slot| *slot <= now);
            if slot.is_some() {
                return slot;
            }
            day = day.yesterday().ok()?;
        }
        None
    }

    /// The first slot after now.
    fn slot_after(&self, now: Timestamp) -> Option<Timestamp> {
        let mut day = self.day(now);
        for _ in 0..8 {
            let slot = self.slot(day).filter(|slot| *slot > now);
            if slot.is_some() {
                return slot;
            }
            day = day.tomorrow().ok()?;
        }
        None
    }

    /// The slot of a day, where it has one. A time that summer time leaves out comes an hour later.
    fn slot(&self, day: Date) -> Option<Timestamp> {
        if self.every == Every::Week && day.weekday() != WEEKLY_ON {
            return None;
        }
        Some(day.to_datetime(self.at).to_zoned(self.zone.clone()).ok()?.timestamp())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        let zone = TimeZone::get("Europe/Berlin").unwrap();
        text.parse::<jiff::civil::DateTime>().unwrap().to_zoned(zone).unwrap().timestamp()
    }

    fn timetable(every: Every) -> Timetable {
        Timetable { every, at: "03:00".parse().unwrap(), zone: TimeZone::get("Europe/Berlin").unwrap() }
    }

    #[track_caller]
    fn check(every: Every, now: &str, tried: Option<&str>, hours_ago: Option<u64>, expected: &str) {
        let due = timetable(every).due(at(now), tried.map(at), hours_ago.map(Duration::from_hours));
        let said = match due {
            Due::Now => "now",
            Due::Later(_) => "later",
            Due::Unknown => "unknown",
        };
        assert_eq!(said, expected, "{now}");
    }

    #[test]
    fn it_is_time_once_a_slot_has_passed() {
        use Every::{Day, Week};
        // 22 November 2026 is a Sunday.
        check(Day, "2026-11-22T03:00", Some("2026-11-21T03:00"), Some(24), "now");
        check(Day, "2026-11-22T02:59:59", Some("2026-11-21T03:00"), Some(24), "later");
        check(Day, "2026-11-22T17:00", Some("2026-11-22T03:00"), Some(14), "later");
        check(Week, "2026-11-22T03:00", Some("2026-11-15T03:00"), Some(168), "now");
        check(Week, "2026-11-21T03:00", Some("2026-11-15T03:00"), Some(144), "later");
    }

    #[test]
    fn a_slot_that_was_missed_is_made_up_for_once() {
        use Every::{Day, Week};
        check(Day, "2026-11-22T08:00", Some("2026-11-20T03:00"), None, "now");
        check(Day, "2026-11-22T08:01", Some("2026-11-22T08:00"), Some(0), "later");
        check(Week, "2026-11-25T08:00", Some("2026-11-15T03:00"), None, "now");
        check(Week, "2026-11-25T08:00", Some("2026-11-22T09:00"), None, "later");
    }

    #[test]
    fn who_was_never_tried_waits_for_the_next_slot() {
        check(Every::Day, "2026-11-22T08:00", None, None, "unknown");
        check(Every::Day, "2026-11-22T23:00", Some("2026-11-22T08:00"), None, "later");
    }

    #[test]
    fn a_clock_that_jumps_makes_no_storm() {
        let jumps = [
            // A year forward: once, as at any slot.
            ("2027-11-22T08:00", Some("2026-11-22T03:00"), Some(24), "now"),
            ("2027-11-22T08:00", Some("2026-11-22T03:00"), Some(5), "later"),
            // Then back: counted anew from there, and a minute later nothing is due.
            ("2026-11-22T09:00", Some("2027-11-22T08:00"), Some(1), "unknown"),
            ("2026-11-22T09:01", Some("2026-11-22T09:00"), Some(1), "later"),
            // To and fro around a slot.
            ("2026-11-23T03:00", Some("2026-11-23T02:59"), Some(0), "later"),
        ];
        for (now, tried, ago, expected) in jumps {
            check(Every::Day, now, tried, ago, expected);
        }
    }

    #[test]
    fn summer_time_neither_skips_nor_doubles_a_slot() {
        let night = Timetable { at: "02:30".parse().unwrap(), ..timetable(Every::Day) };
        // In 2027 the hour from two on the 28th of March does not exist, on the 31st of October there are two.
        for (day, now) in [("2027-03-27T02:30", "2027-03-28T03:30"), ("2027-10-30T02:30", "2027-10-31T02:30")]
        {
            assert_eq!(night.due(at(now), Some(at(day)), None), Due::Now, "{now}");
            let later = at(now) + SignedDuration::from_hours(1);
            assert!(matches!(night.due(later, Some(at(now)), None), Due::Later(_)), "{now}");
        }
    }

    #[test]
    fn it_looks_again_soon_and_right_at_the_slot() {
        let wait = |now| match timetable(Every::Day).due(at(now), Some(at(now)), None) {
            Due::Later(wait) => wait.as_secs(),
            other => panic!("{other:?}"),
        };
        assert_eq!(wait("2026-11-22T02:59:55"), 5);
        assert_eq!(wait("2026-11-22T12:00"), 60);
    }
}
