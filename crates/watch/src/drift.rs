//! Whether the mail, or what people make of the suggestions, is still like what the model was measured on. Pure.
//!
//! ```text
//!   full weeks under the model in use ─▶ window: the latest week, or up to four where mail is rare
//!     corrections   share of the surely sorted that people put elsewhere   against  wrong, as the exam promises at most
//!     unsure        share that is left to people                           against  the exam's share, and 0.15 more
//!     classes       mix of the surely sorted                               against  the first four weeks, else the corpus
//! ```
//!
//! The statistics. Shares are judged by the lower end of Wilson's interval (1927) at 99.5 %, one-sided: it must lie above
//! the limit. The mix is judged by the chi-square test with two degrees of freedom at 0.1 %, of one sample against the
//! corpus or of two samples; since with enough mail every difference is significant, it must also be large: the share of
//! messages that would have to change their class (total variation distance) above 0.15, against the corpus above
//! 0.30, as a corpus is put together to learn from and never looks like a house's own mail. Nothing is said of fewer
//! than a hundred messages, and of fewer than five corrections: ten mails alarm nobody.
//!
//! Looking every hour adds no chances: the figures change once a week. Where nothing drifts, but everything lies right at
//! its limit, a false alarm is to be expected about every third year.

use jiff::civil::Date;
use store::{Drift, DriftKind};

/// With fewer messages nothing is said.
const LEAST: u64 = 100;
/// Of fewer corrections neither.
const LEAST_CORRECTIONS: u64 = 5;
/// The house's own weeks are a measure from so many messages on.
const LEAST_BEFORE: u64 = 200;
/// So many weeks are looked at, at most, and are the measure.
const WEEKS: usize = 4;
/// Quantile of the normal distribution at 99.5 %.
const Z: f64 = 2.576;
/// Quantile of the chi-square distribution with two degrees of freedom at 99.9 %.
const CHI_SQUARE: f64 = 13.816;
/// So much more than promised may be left to people: the exam's authors are not the house's.
const UNSURE_ALLOWANCE: f64 = 0.15;
/// So far may the mix be from the house's own, and from the corpus.
const FAR_FROM_BEFORE: f64 = 0.15;
const FAR_FROM_CORPUS: f64 = 0.30;

/// A full week of a house.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Week {
    /// Its first day.
    pub monday: Date,
    /// Messages that were surely sorted, by class.
    pub sorted: [u64; 3],
    /// Messages that were left to people.
    pub unsure: u64,
    /// How often people put what was surely sorted elsewhere.
    pub corrected: u64,
}

/// What the model in use lets expect.
#[derive(Clone, Debug, PartialEq)]
pub struct Promise {
    /// Shares of the classes in what it learnt from.
    pub classes: [f64; 3],
    /// Share that it leaves to people, on authors unseen; none where its manifest does not say.
    pub unsure: Option<f64>,
    /// Share of the surely sorted that is wrong at most; none where its manifest does not say.
    pub wrong: Option<f64>,
}

/// Several weeks added up.
#[derive(Clone, Copy, Debug, Default)]
struct Sum {
    sorted: [u64; 3],
    unsure: u64,
    corrected: u64,
}

impl Sum {
    fn of(weeks: &[Week]) -> Self {
        weeks.iter().fold(Self::default(), |sum, week| Self {
            sorted: std::array::from_fn(|class| sum.sorted[class] + week.sorted[class]),
            unsure: sum.unsure + week.unsure,
            corrected: sum.corrected + week.corrected,
        })
    }

    fn all_sorted(&self) -> u64 {
        self.sorted.iter().sum()
    }

    fn all(&self) -> u64 {
        self.all_sorted() + self.unsure
    }
}

/// What drifted: a finding for each kind of which enough is known. The weeks are full ones under the model in use, the
/// oldest first.
pub fn judge(weeks: &[Week], promise: &Promise) -> Vec<Drift> {
    let (before, window) = weeks.split_at(window_start(weeks));
    let now = Sum::of(window);
    if now.all() < LEAST {
        return Vec::new();
    }
    let before = Sum::of(&before[..before.len().min(WEEKS)]);
    [corrections(&now, promise), classes(&now, &before, promise), unsure(&now, promise)]
        .into_iter()
        .flatten()
        .collect()
}

/// Where the latest weeks begin that hold enough messages together.
fn window_start(weeks: &[Week]) -> usize {
    let mut start = weeks.len();
    while start > 0 && weeks.len() - start < WEEKS && Sum::of(&weeks[start..]).all() < LEAST {
        start -= 1;
    }
    start
}

fn corrections(now: &Sum, promise: &Promise) -> Option<Drift> {
    let (messages, limit) = (now.all_sorted(), promise.wrong?);
    if messages < LEAST {
        return None;
    }
    // What was sorted in an earlier week may be corrected in this one.
    let corrected = now.corrected.min(messages);
    let alarming = corrected >= LEAST_CORRECTIONS && at_least(corrected, messages) > limit;
    let seen = corrected as f64 / messages as f64;
    Some(Drift { kind: DriftKind::Corrections, seen, limit, messages, alarming })
}

fn unsure(now: &Sum, promise: &Promise) -> Option<Drift> {
    let (messages, limit) = (now.all(), (promise.unsure? + UNSURE_ALLOWANCE).min(1.0));
    let alarming = at_least(now.unsure, messages) > limit;
    let seen = now.unsure as f64 / messages as f64;
    Some(Drift { kind: DriftKind::Unsure, seen, limit, messages, alarming })
}

fn classes(now: &Sum, before: &Sum, promise: &Promise) -> Option<Drift> {
    let messages = now.all_sorted();
    if messages < LEAST {
        return None;
    }
    let (expected, chi_square, limit) = if before.all_sorted() >= LEAST_BEFORE {
        (shares(before.sorted), of_two_samples(now.sorted, before.sorted), FAR_FROM_BEFORE)
    } else {
        (promise.classes, of_one_sample(now.sorted, promise.classes), FAR_FROM_CORPUS)
    };
    let seen = distance(shares(now.sorted), expected);
    let alarming = chi_square > CHI_SQUARE && seen > limit;
    Some(Drift { kind: DriftKind::Classes, seen, limit, messages, alarming })
}

/// The lower end of Wilson's interval of a share.
fn at_least(hits: u64, of: u64) -> f64 {
    let (n, p) = (of as f64, hits as f64 / of as f64);
    let middle = p + Z * Z / (2.0 * n);
    let half = Z * (p * (1.0 - p) / n + Z * Z / (4.0 * n * n)).sqrt();
    (middle - half) / (1.0 + Z * Z / n)
}

fn shares(counts: [u64; 3]) -> [f64; 3] {
    let all = counts.iter().sum::<u64>().max(1) as f64;
    counts.map(|count| count as f64 / all)
}

/// Share of messages that would have to change their class for one mix to become the other.
fn distance(one: [f64; 3], other: [f64; 3]) -> f64 {
    one.iter().zip(other).map(|(one, other)| (one - other).abs()).sum::<f64>() / 2.0
}

/// Pearson's statistic of counts against the shares that were expected.
fn of_one_sample(counts: [u64; 3], expected: [f64; 3]) -> f64 {
    let all = counts.iter().sum::<u64>() as f64;
    counts.iter().zip(expected).map(|(count, share)| term(*count as f64, share * all)).sum()
}

/// The same of two samples that are expected to be mixed alike.
fn of_two_samples(one: [u64; 3], other: [u64; 3]) -> f64 {
    let together = shares(std::array::from_fn(|class| one[class] + other[class]));
    of_one_sample(one, together) + of_one_sample(other, together)
}

/// What nobody expected and nobody saw says nothing.
fn term(seen: f64, expected: f64) -> f64 {
    if seen == 0.0 && expected == 0.0 { 0.0 } else { (seen - expected).powi(2) / expected }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PROMISE: Promise = Promise { classes: [0.33, 0.31, 0.36], unsure: Some(0.25), wrong: Some(0.03) };

    fn week(sorted: [u64; 3], unsure: u64, corrected: u64) -> Week {
        Week { monday: jiff::civil::date(2026, 11, 16), sorted, unsure, corrected }
    }

    fn alarms(weeks: &[Week]) -> Vec<DriftKind> {
        judge(weeks, &PROMISE).iter().filter(|drift| drift.alarming).map(|drift| drift.kind).collect()
    }

    #[test]
    fn a_week_is_judged_as_the_table_says() {
        use DriftKind::{Classes, Corrections, Unsure};
        let usual = || week([60, 55, 65], 60, 5);
        let months = |last: Week| [vec![usual(); 6], vec![last]].concat();
        for (name, weeks, expected) in [
            ("no weeks", vec![], vec![]),
            ("ten mails, all wrong", vec![week([10, 0, 0], 0, 10)], vec![]),
            ("as promised", vec![usual()], vec![]),
            ("five of two hundred may be chance", vec![week([66, 62, 72], 60, 9)], vec![]),
            ("one in eight is not", vec![week([66, 62, 72], 60, 25)], vec![Corrections]),
            ("more corrections than mails", vec![week([40, 30, 40], 20, 400)], vec![Corrections]),
            ("a third is left to people", vec![week([60, 55, 65], 90, 5)], vec![]),
            ("two thirds are", vec![week([34, 32, 38], 210, 0)], vec![Unsure]),
            ("another mix than the corpus has, as in every house", vec![week([30, 40, 130], 60, 0)], vec![]),
            ("a mix that is nothing like it", vec![week([5, 5, 190], 60, 0)], vec![Classes]),
            ("a mix like the weeks before, unlike the corpus", vec![week([5, 5, 190], 60, 0); 5], vec![]),
            ("applications stay away", months(week([20, 75, 85], 60, 5)), vec![Classes]),
            ("a few less", months(week([48, 62, 70], 60, 5)), vec![]),
            ("a campaign of inquiries", months(week([60, 400, 65], 60, 5)), vec![Classes]),
        ] {
            assert_eq!(alarms(&weeks), expected, "{name}");
        }
    }

    #[test]
    fn a_small_office_is_judged_by_four_weeks_and_only_with_enough_of_them() {
        let small = week([10, 10, 10], 5, 6);
        assert_eq!(judge(&vec![small.clone(); 2], &PROMISE), []);
        let four = judge(&vec![small.clone(); 9], &PROMISE);
        assert!(
            four.iter().any(|drift| drift.kind == DriftKind::Unsure && drift.messages == 105),
            "{four:?}"
        );
        assert_eq!(judge(&vec![week([3, 3, 3], 1, 3); 20], &PROMISE), [], "forty mails in four weeks");
    }

    #[test]
    fn where_the_model_promises_nothing_nothing_is_measured_by_it() {
        let silent = Promise { unsure: None, wrong: None, ..PROMISE };
        let kinds: Vec<DriftKind> =
            judge(&[week([66, 62, 72], 400, 60)], &silent).iter().map(|drift| drift.kind).collect();
        assert_eq!(kinds, [DriftKind::Classes]);
    }

    #[test]
    fn the_statistics_are_those_of_the_books() {
        let near = |one: f64, other: f64| assert!((one - other).abs() < 5e-4, "{one} {other}");
        // Wilson at 99.5 %, one-sided.
        near(at_least(10, 100), 0.0460);
        near(at_least(0, 100), 0.0);
        near(of_one_sample([50, 30, 20], [1.0 / 3.0; 3]), 14.0);
        near(of_two_samples([30, 30, 40], [30, 30, 40]), 0.0);
        near(of_two_samples([40, 30, 30], [20, 40, 40]), 9.5238);
        near(distance([0.5, 0.3, 0.2], [0.2, 0.3, 0.5]), 0.3);
        near(of_one_sample([5, 5, 0], [0.5, 0.5, 0.0]), 0.0);
    }
}
