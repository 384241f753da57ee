//! Erasing while the daemon runs: what was asked for by `langhals forget`, and what is older than it may be.
//!
//! ```text
//!   every two seconds   requests in the state directory ─▶ erase ─▶ answer
//!   every hour          is anything too old? (by a clock that did not jump) ─▶ erase
//! ```

use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use store::{Erased, ForgetError, Keeping, Ledger};
use tokio::sync::watch;
use tokio::time::Instant;

use crate::circuit::stopped;
use crate::clock::Clock;

const LOOK_EVERY: Duration = Duration::from_secs(2);
const RETAIN_EVERY: Duration = Duration::from_hours(1);
/// Two clocks that differ by more since the last look: one of them jumped.
const JUMP: SignedDuration = SignedDuration::from_mins(10);

/// Looks after what must go.
#[derive(Debug)]
pub struct Janitor {
    ledger: Arc<Ledger>,
    keeping: Keeping,
    clock: Clock,
}

impl Janitor {
    /// For this ledger.
    pub fn new(ledger: Arc<Ledger>, keeping: Keeping, clock: Clock) -> Self {
        Self { ledger, keeping, clock }
    }

    /// Does what is due at a start, before anything is written: the clock may be wrong.
    pub fn begin(&self) {
        self.retain(Duration::ZERO);
    }

    /// Does what is asked for and what is due, until `stop` turns true.
    pub async fn watch(self, mut stop: watch::Receiver<bool>) {
        let mut steady = Steadiness::begin(Instant::now(), (self.clock)());
        let mut retained = Instant::now();
        loop {
            tokio::select! {
                () = tokio::time::sleep(LOOK_EVERY) => {}
                () = stopped(&mut stop) => return,
            }
            let steady_for = steady.look(Instant::now(), (self.clock)());
            let is_time = retained.elapsed() >= RETAIN_EVERY;
            if is_time {
                retained = Instant::now();
            }
            // It waits for the disk: mailboxes go on meanwhile.
            tokio::task::block_in_place(|| {
                self.answer();
                if is_time {
                    self.retain(steady_for);
                }
            });
        }
    }

    fn answer(&self) {
        for answered in self.ledger.answer_petitions((self.clock)()) {
            say("langhals forget", answered);
        }
    }

    fn retain(&self, steady: Duration) {
        match self.ledger.retain(&self.keeping, steady, (self.clock)()) {
            Ok(erased) if erased.is_nothing() => {}
            other => say("retention", other),
        }
    }
}

fn say(by: &str, erased: Result<Erased, ForgetError>) {
    match erased {
        Ok(Erased { messages, corrections, lines, days, .. }) => tracing::info!(
            name: "store.forgotten", by, messages, corrections, lines, days,
            "erased from the decision log and the index"
        ),
        Err(error) => tracing::error!(name: "store.forgotten", by, %error),
    }
}

/// Since when the clock has not jumped.
struct Steadiness {
    since: Instant,
    seen: (Instant, Timestamp),
}

impl Steadiness {
    fn begin(at: Instant, clock: Timestamp) -> Self {
        Self { since: at, seen: (at, clock) }
    }

    /// Looks at both clocks, and says for how long they have gone together.
    fn look(&mut self, at: Instant, clock: Timestamp) -> Duration {
        let passed = SignedDuration::try_from(at.duration_since(self.seen.0)).unwrap_or(SignedDuration::MAX);
        let drift = clock.duration_since(self.seen.1).saturating_sub(passed);
        if drift.abs() > JUMP {
            self.since = at;
        }
        self.seen = (at, clock);
        at.duration_since(self.since)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_jumps_is_not_steady_and_one_that_is_set_right_slowly_is() {
        let (begin, clock) = (Instant::now(), "2026-11-21T08:00:00Z".parse::<Timestamp>().unwrap());
        let mut steady = Steadiness::begin(begin, clock);
        let hours = |hours: u64| Duration::from_hours(hours);
        let on = |hours: i64| clock + SignedDuration::from_hours(hours);
        assert_eq!(steady.look(begin + hours(5), on(5)), hours(5));
        assert_eq!(steady.look(begin + hours(30), on(30) + SignedDuration::from_secs(40)), hours(30));
        assert_eq!(steady.look(begin + hours(31), on(8_760)), hours(0));
        assert_eq!(steady.look(begin + hours(41), on(8_770)), hours(10));
        assert_eq!(steady.look(begin + hours(42), on(42)), hours(0));
    }
}
