//! How long to wait before the next attempt: doubling, capped, and spread so that many do not come back at once.

use std::time::Duration;

const FIRST: Duration = Duration::from_secs(1);
pub(crate) const LONGEST: Duration = Duration::from_mins(5);

/// Attempts that failed in a row.
#[derive(Debug, Default)]
pub(crate) struct Backoff {
    failed: u32,
}

impl Backoff {
    /// The wait after one more failure: 1 s, 2 s, 4 s … 5 min, each between half and all of it.
    /// `spread` is in 0..=1.
    pub fn after_failure(&mut self, spread: f64) -> Duration {
        let whole = FIRST.saturating_mul(2_u32.saturating_pow(self.failed)).min(LONGEST);
        self.failed = self.failed.saturating_add(1);
        whole.mul_f64(0.5 + 0.5 * spread.clamp(0.0, 1.0))
    }

    /// It worked: the next failure starts anew.
    pub fn reset(&mut self) {
        self.failed = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_five_minutes_and_start_anew_after_a_success() {
        let mut backoff = Backoff::default();
        let waits: Vec<u64> = (0..12).map(|_| backoff.after_failure(1.0).as_secs()).collect();
        assert_eq!(waits, [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300]);
        backoff.reset();
        assert_eq!(backoff.after_failure(0.0), Duration::from_millis(500));
    }

    #[test]
    fn it_never_overflows() {
        let mut backoff = Backoff { failed: u32::MAX };
        assert_eq!(backoff.after_failure(1.0), LONGEST);
    }
}
