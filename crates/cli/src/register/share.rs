//! A share that was counted, with how far chance may have moved it.

use serde::Serialize;

/// Two-sided 95 % of the normal distribution.
const Z: f64 = 1.959_963_984_540_054;

/// So many of so many, with the interval of Wilson (1927): it is right also for few and for extreme shares.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[expect(clippy::struct_field_names, reason = "a key that programs read")]
pub struct Share {
    /// The share.
    pub share: f64,
    /// Of so many.
    pub of: usize,
    /// Lower end of the 95 % interval.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

impl Share {
    /// A share of `of`; nothing of nothing.
    pub fn new(share: f64, of: usize) -> Option<Self> {
        if of == 0 || !(0.0..=1.0).contains(&share) {
            return None;
        }
        let n = of as f64;
        let weight = 1.0 + Z * Z / n;
        let middle = (share + Z * Z / (2.0 * n)) / weight;
        let reach = Z * (share * (1.0 - share) / n + Z * Z / (4.0 * n * n)).sqrt() / weight;
        Some(Self { share, of, low: (middle - reach).max(0.0), high: (middle + reach).min(1.0) })
    }

    /// The same of counts.
    pub fn of_counts(count: u64, of: u64) -> Option<Self> {
        Self::new(count as f64 / of.max(1) as f64, usize::try_from(of).ok()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_interval_is_wilsons() {
        // Values as R's prop.test(correct = FALSE) gives them.
        for (count, of, low, high) in
            [(81, 263, 0.255_289, 0.366_210), (0, 20, 0.0, 0.161_125), (20, 20, 0.838_875, 1.0)]
        {
            let share = Share::of_counts(count, of).unwrap();
            assert!((share.low - low).abs() < 1e-4 && (share.high - high).abs() < 1e-4, "{share:?}");
        }
    }

    #[test]
    fn of_nothing_there_is_no_share() {
        assert_eq!(Share::of_counts(0, 0), None);
        assert_eq!(Share::of_counts(3, 2), None);
    }
}
