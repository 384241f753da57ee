//! How often a password may be tried: each name by itself, longer and longer waiting; and many names together.
//!
//! Names that there are and invented ones are counted apart: whoever floods the page with invented names keeps nobody
//! out. The price is that during a flood it can be told which names there are; that is not what keeps them safe.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};

use super::secret::{self, Mark};

/// So many wrong passwords in a row are typing errors.
const FREE: u32 = 5;
/// From then on each doubles the waiting, up to this.
const LONGEST: i64 = 300;
/// After so long without a try, a name starts anew.
const FORGOTTEN: SignedDuration = SignedDuration::from_hours(1);
/// Names are kept as marks: what was typed may be a password in the wrong field.
const MOST_NAMES: usize = 10_000;
/// So many failures at once are a house on Monday morning; then one each so many seconds.
const BURST: i64 = 60;
const SECONDS_EACH: i64 = 1;

#[derive(Default)]
pub(crate) struct Throttle(Mutex<Tries>);

#[derive(Default)]
struct Tries {
    names: BTreeMap<Mark, Name>,
    /// When the failures of all names that there are will be worked off.
    known_until: Timestamp,
    /// The same of all invented ones.
    invented_until: Timestamp,
}

struct Name {
    tries: u32,
    last: Timestamp,
}

impl Throttle {
    /// Counts a try with a name, known or invented, before it is judged, so that many at once are counted too; or
    /// says how many seconds to wait.
    pub(crate) fn attempt(&self, name: &str, known: bool, now: Timestamp) -> Result<(), i64> {
        let mut tries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mark = mark(name);
        if let Some(seconds) = tries.names.get(&mark).and_then(|name| name.wait(now)) {
            return Err(seconds);
        }
        tries.one_more(known, now)?;
        tries.make_room(now);
        let name = tries.names.entry(mark).or_insert(Name { tries: 0, last: now });
        if now.duration_since(name.last) >= FORGOTTEN {
            name.tries = 0;
        }
        *name = Name { tries: name.tries.saturating_add(1), last: now };
        Ok(())
    }

    /// The password was right.
    pub(crate) fn succeeded(&self, name: &str) {
        let mut tries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        tries.names.remove(&mark(name));
        tries.known_until -= SignedDuration::from_secs(SECONDS_EACH);
    }
}

impl Tries {
    fn one_more(&mut self, known: bool, now: Timestamp) -> Result<(), i64> {
        let all_until = if known { &mut self.known_until } else { &mut self.invented_until };
        let until = (*all_until).max(now) + SignedDuration::from_secs(SECONDS_EACH);
        let over = until.duration_since(now).as_secs() - BURST * SECONDS_EACH;
        if over > 0 {
            return Err(over);
        }
        *all_until = until;
        Ok(())
    }

    fn make_room(&mut self, now: Timestamp) {
        if self.names.len() < MOST_NAMES {
            return;
        }
        self.names.retain(|_, name| now.duration_since(name.last) < FORGOTTEN);
        if self.names.len() >= MOST_NAMES {
            let oldest = self.names.iter().min_by_key(|(_, name)| name.last).map(|(mark, _)| *mark);
            oldest.map(|mark| self.names.remove(&mark));
        }
    }
}

impl Name {
    fn wait(&self, now: Timestamp) -> Option<i64> {
        let doubled = self.tries.checked_sub(FREE).map(|more| 1_i64 << more.min(16));
        let until = self.last + SignedDuration::from_secs(doubled?.min(LONGEST));
        let seconds = until.duration_since(now).as_secs();
        (seconds > 0).then_some(seconds)
    }
}

fn mark(name: &str) -> Mark {
    secret::mark(&name.to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_secs(seconds)
    }

    #[test]
    fn waiting_doubles_for_one_name_and_not_for_others() {
        let throttle = Throttle::default();
        for _ in 0..FREE {
            assert_eq!(throttle.attempt("Anna", true, at(0)), Ok(()));
        }
        let mut now = 0;
        for wait in [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300] {
            assert_eq!(throttle.attempt("anna", true, at(now)), Err(wait), "{wait}");
            assert_eq!(throttle.attempt("berta", true, at(now)), Ok(()), "{wait}");
            throttle.succeeded("berta");
            now += wait;
            assert_eq!(throttle.attempt("anna", true, at(now)), Ok(()), "{wait}");
        }
        assert_eq!(throttle.attempt("anna", true, at(now + 3600)), Ok(()));
        assert_eq!(throttle.attempt("anna", true, at(now + 3600)), Ok(()), "forgotten");
    }

    #[test]
    fn the_right_password_starts_anew() {
        let throttle = Throttle::default();
        for _ in 0..3 {
            for _ in 0..FREE {
                assert_eq!(throttle.attempt("anna", true, at(0)), Ok(()));
            }
            throttle.succeeded("anna");
        }
    }

    #[test]
    fn a_flood_of_invented_names_keeps_nobody_out() {
        let throttle = Throttle::default();
        for number in 0..BURST {
            assert_eq!(throttle.attempt(&number.to_string(), false, at(0)), Ok(()));
        }
        assert_eq!(throttle.attempt("invented", false, at(0)), Err(SECONDS_EACH));
        assert_eq!(throttle.attempt("anna", true, at(0)), Ok(()));
    }

    #[test]
    fn many_names_are_one_attack_and_take_little_memory() {
        let throttle = Throttle::default();
        for number in 0..BURST {
            assert_eq!(throttle.attempt(&number.to_string(), true, at(0)), Ok(()));
        }
        assert_eq!(throttle.attempt("another", true, at(0)), Err(SECONDS_EACH));
        assert_eq!(throttle.attempt("another", true, at(1)), Ok(()));
        for number in 0..12_000 {
            let _ = throttle.attempt(&number.to_string(), true, at(number * SECONDS_EACH));
        }
        assert!(throttle.0.lock().unwrap().names.len() <= MOST_NAMES);
    }
}
