//! Risk against coverage: how much is sorted at a threshold, and what share of that is wrong.
//!
//! ```text
//! error │ ╲
//!       │  ╲__            the lower the threshold, the more is sorted, and the more of it is wrong
//!       └──────▶ threshold
//! ```

use std::collections::BTreeMap;

use domain::{Class, Label};
use serde::{Deserialize, Serialize};

use super::{Outcome, share};
use crate::{Manifest, Wish, threshold_for};

/// Points of the curve: steps of 2.5 % of the mails.
const STEPS: usize = 40;

/// Shares of wrong mails that operators ask for.
const WISHES: [f64; 3] = [0.01, 0.02, 0.05];

/// How sure an upper bound is: one-sided.
const TRUST: f64 = 0.95;

/// What happens at one threshold.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RiskCoverage {
    /// Mails of at least this confidence are sorted; all others are left to people.
    pub threshold: f64,
    /// Share of mails that are sorted.
    pub coverage: f64,
    /// How many those are.
    pub sorted: usize,
    /// Share of wrong classes among them.
    pub error: f64,
    /// Upper bound of that share (Clopper and Pearson 1934, one-sided, 95 %): few mails promise little.
    pub error_bound: f64,
    /// The same by the class that was guessed.
    pub by_class: BTreeMap<String, Sorted>,
}

/// Mails sorted as one class.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Sorted {
    /// How many.
    pub sorted: usize,
    /// Share of them that belongs elsewhere.
    pub error: f64,
}

/// The most that can be sorted with so few wrong, on these very mails.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AtMostWrong {
    /// Share of wrong classes among the sorted that is not exceeded.
    pub most_wrong: f64,
    /// Share of mails that can be sorted then.
    pub coverage: f64,
    /// The threshold that does so; none where nothing can be sorted.
    pub threshold: Option<f64>,
}

/// What a threshold of the model's own choice does on these mails.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Kept {
    /// The share of wrong classes that was asked for; none for the default threshold.
    pub most_wrong: Option<f64>,
    /// The threshold; none where the model promises no such share.
    pub threshold: Option<f64>,
    /// Share of these mails that is sorted.
    pub coverage: f64,
    /// Share of wrong classes among them.
    pub error: f64,
}

/// The curve, the lowest threshold first.
pub(super) fn risk_coverage(outcomes: &[Outcome<Class>]) -> Vec<RiskCoverage> {
    let surest = surest(outcomes);
    let mut thresholds: Vec<f64> = (1..=STEPS)
        .rev()
        .filter_map(|step| surest.get((surest.len() * step).div_ceil(STEPS).checked_sub(1)?))
        .map(|outcome| floor(outcome.confidence))
        .collect();
    thresholds.dedup();
    thresholds.into_iter().map(|threshold| at(&surest, threshold)).collect()
}

/// How much could be sorted for each of the wishes.
pub(super) fn at_most_wrong(outcomes: &[Outcome<Class>]) -> Vec<AtMostWrong> {
    let surest = surest(outcomes);
    WISHES.map(|most_wrong| most_sorted(&surest, most_wrong)).to_vec()
}

/// The default threshold, and those that the model gives for the wishes.
pub(super) fn kept(manifest: &Manifest, outcomes: &[Outcome<Class>]) -> Vec<Kept> {
    let surest = surest(outcomes);
    let kept = |most_wrong: Option<f64>| {
        let wish = most_wrong.map_or(Wish::default(), Wish::MostWrong);
        let confidence = threshold_for(manifest, wish).confidence;
        let RiskCoverage { coverage, error, .. } = at(&surest, confidence);
        Kept { most_wrong, threshold: Some(confidence).filter(|it| it.is_finite()), coverage, error }
    };
    [None].into_iter().chain(WISHES.map(Some)).map(kept).collect()
}

fn surest(outcomes: &[Outcome<Class>]) -> Vec<&Outcome<Class>> {
    let mut surest: Vec<&Outcome<Class>> = outcomes.iter().collect();
    surest.sort_by(|a, b| b.confidence.total_cmp(&a.confidence));
    surest
}

fn at(surest: &[&Outcome<Class>], threshold: f64) -> RiskCoverage {
    let sorted = surest.partition_point(|outcome| outcome.confidence >= threshold);
    let taken = &surest[..sorted];
    let wrong = taken.iter().filter(|outcome| !outcome.is_right()).count();
    let of_class = |class: Class| {
        let guessed = taken.iter().filter(|outcome| outcome.guess == class);
        let wrong = guessed.clone().filter(|outcome| !outcome.is_right()).count();
        let sorted = guessed.count();
        (class.name().to_owned(), Sorted { sorted, error: share(wrong, sorted) })
    };
    RiskCoverage {
        threshold,
        coverage: share(sorted, surest.len()),
        sorted,
        error: share(wrong, sorted),
        error_bound: upper_bound(wrong, sorted),
        by_class: Class::ALL.into_iter().map(of_class).collect(),
    }
}

/// Mails of one confidence are sorted all or none.
fn most_sorted(surest: &[&Outcome<Class>], most_wrong: f64) -> AtMostWrong {
    let mut best = AtMostWrong { most_wrong, coverage: 0.0, threshold: None };
    let mut wrong = 0;
    for (at, outcome) in surest.iter().enumerate() {
        wrong += usize::from(!outcome.is_right());
        let last_of_its_kind =
            surest.get(at + 1).is_none_or(|next| floor(next.confidence) < floor(outcome.confidence));
        if last_of_its_kind && share(wrong, at + 1) <= most_wrong {
            best.coverage = share(at + 1, surest.len());
            best.threshold = Some(floor(outcome.confidence));
        }
    }
    best
}

/// Six decimals are enough for a threshold; rounded down, so that the mail it was read off is still sorted.
fn floor(confidence: f64) -> f64 {
    (confidence * 1e6).floor() / 1e6
}

/// The largest true share under which so few wrong ones (or fewer) of `all` are still seen in 1 of 20 cases: exact
/// binomial, found by halving. 1 of none.
fn upper_bound(wrong: usize, all: usize) -> f64 {
    if wrong >= all {
        return 1.0;
    }
    let (mut low, mut high) = (share(wrong, all), 1.0);
    for _ in 0..50 {
        let middle = f64::midpoint(low, high);
        if at_most(wrong, all, middle) > 1.0 - TRUST { low = middle } else { high = middle }
    }
    high
}

/// Probability of at most `wrong` successes in `all` trials: term by term, in logarithms, so that nothing underflows
/// that counts.
fn at_most(wrong: usize, all: usize, share: f64) -> f64 {
    let odds = (share / (1.0 - share)).ln();
    let mut log_term = all as f64 * (1.0 - share).ln();
    let mut sum = log_term.exp();
    for k in 0..wrong {
        log_term += ((all - k) as f64 / (k as f64 + 1.0)).ln() + odds;
        sum += log_term.exp();
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;
    use Class::{Application as A, Inquiry as I, Other as O};

    fn outcomes() -> Vec<Outcome<Class>> {
        let sure = [(A, A, 0.9), (A, A, 0.8), (I, A, 0.7), (I, I, 0.7), (O, I, 0.4)];
        sure.map(|(truth, guess, confidence)| Outcome { truth, guess, confidence }).into_iter().collect()
    }

    #[test]
    fn bounds_are_those_of_the_tables() {
        // 1 − 0.05^(1/n) for none wrong; the others from the tables of Clopper and Pearson.
        for (wrong, all, expected) in
            [(0, 10, 0.2589), (0, 100, 0.0295), (1, 20, 0.2161), (5, 100, 0.1023), (3, 3, 1.0), (0, 0, 1.0)]
        {
            let bound = upper_bound(wrong, all);
            assert!((bound - expected).abs() < 1e-4, "{wrong} of {all}: {bound}");
        }
        assert!(upper_bound(900, 100_000) < 0.0096);
    }

    #[test]
    fn the_curve_counts_what_is_sorted_and_wrong_of_each_class() {
        let curve = risk_coverage(&outcomes());
        let shares: Vec<(f64, usize)> = curve.iter().map(|point| (point.threshold, point.sorted)).collect();
        assert_eq!(shares, [(0.4, 5), (0.7, 4), (0.8, 2), (0.9, 1)]);
        assert_eq!(curve[1].by_class["application"].sorted, 3);
        assert!((curve[1].error - 0.25).abs() < 1e-12);
        assert!((curve[1].by_class["application"].error - 1.0 / 3.0).abs() < 1e-12);
        assert_eq!(curve[1].by_class["other"], Sorted::default());
        assert!(curve.iter().all(|point| point.error_bound > point.error));
    }

    #[test]
    fn a_threshold_of_the_models_own_is_held_against_the_mails() {
        let mut manifest: Manifest =
            serde_json::from_str(include_str!("../../../../models/standard-1/manifest.json")).unwrap();
        let point = crate::RiskPoint { confidence: 0.7, coverage: 0.8, error: 0.01, bound: 0.02 };
        manifest.risk = vec![point];
        let kept = kept(&manifest, &outcomes());
        let said: Vec<_> = kept.iter().map(|kept| (kept.most_wrong, kept.threshold, kept.coverage)).collect();
        assert_eq!(
            said,
            [
                (None, Some(0.7), 0.8),
                (Some(0.01), None, 0.0),
                (Some(0.02), Some(0.7), 0.8),
                (Some(0.05), Some(0.7), 0.8)
            ]
        );
        assert!((kept[3].error - 0.25).abs() < 1e-12);
    }

    #[test]
    fn the_most_is_sorted_that_the_wish_allows() {
        let sorted = |most_wrong| {
            let all = outcomes();
            let best = most_sorted(&surest(&all), most_wrong);
            (best.coverage, best.threshold)
        };
        assert_eq!(sorted(0.1), (0.4, Some(0.8)));
        assert_eq!(sorted(0.25), (0.8, Some(0.7)));
        assert_eq!(sorted(0.5), (1.0, Some(0.4)));
        let wrong = [Outcome { truth: A, guess: I, confidence: 0.9 }];
        assert_eq!(at_most_wrong(&wrong)[0].threshold, None);
    }
}
