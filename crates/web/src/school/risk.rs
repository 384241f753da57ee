//! How much is sorted and how much of that is wrong: the model's risk table as a slider, a chart and a table.

use store::Wanted;

use super::asks::{Forecast, Library, RiskPoint};
use super::sayings::{self, Fact, share};
use crate::charts::{self, Axis, Colour, Line};
use crate::words::Language;

/// What each threshold would do.
pub(super) struct RiskView {
    pub(super) rows: Vec<Row>,
    /// Missing where it cannot be drawn.
    pub(super) svg: Option<String>,
    /// The slider, in percent of all mails.
    pub(super) lowest: u32,
    pub(super) highest: u32,
    pub(super) value: u32,
    /// What it stands at.
    pub(super) picked: Vec<Fact>,
    /// Whether that is another threshold than the one that counts.
    pub(super) differs: bool,
    /// Whether the model would write no tags then.
    pub(super) shadow: bool,
}

/// A threshold of the table.
pub(super) struct Row {
    /// For the script.
    pub(super) machine: f64,
    pub(super) coverage: String,
    pub(super) error: String,
    pub(super) bound: String,
    pub(super) confidence: String,
    pub(super) writes: bool,
    /// Whether it is the one that counts.
    pub(super) now: bool,
}

impl RiskView {
    /// Nothing where the model does not say. `asked` is a share of mails in percent.
    pub(super) fn new(words: Language, library: &Library, asked: &str) -> Option<Self> {
        let points = &library.risk;
        let now = library.threshold.now.expected;
        let picked = asked.parse().ok().and_then(|percent| nearest(points, percent));
        let picked = picked.or(now.filter(|now| points.contains(now))).or_else(|| points.last().copied())?;
        let whole = |share: f64| (share * 100.0).round() as u32;
        let row = |point: &RiskPoint| Row {
            machine: point.coverage,
            coverage: share(words, point.coverage),
            error: share(words, point.error),
            bound: share(words, point.bound),
            confidence: share(words, point.confidence),
            writes: point.writes,
            now: now.as_ref() == Some(point),
        };
        Some(Self {
            rows: points.iter().map(row).collect(),
            svg: chart(words, points, now, picked),
            lowest: points.iter().map(|point| whole(point.coverage)).min()?,
            highest: points.iter().map(|point| whole(point.coverage)).max()?,
            value: whole(picked.coverage),
            picked: sayings::forecast(words, &forecast(&picked)),
            differs: now != Some(picked),
            shadow: !picked.writes,
        })
    }

    /// The name of a row of [`Self::picked`], for the script.
    pub(super) fn of(&self, at: &usize) -> &'static str {
        ["coverage", "error", "bound", "confidence"].get(*at).copied().unwrap_or_default()
    }
}

/// What a point of the table means as a threshold.
pub(super) fn forecast(point: &RiskPoint) -> Forecast {
    Forecast { confidence: Some(point.confidence), expected: Some(*point), lacks: Vec::new() }
}

/// What is kept of a point: its promise, which holds for the next model as well.
pub(super) fn promise(point: &RiskPoint) -> Option<Wanted> {
    (point.bound > 0.0 && point.bound < 1.0).then_some(Wanted::MostWrong(point.bound))
}

/// The threshold that comes nearest to sorting so many percent, among those that promise something. Of those that
/// promise the same the one that sorts most, as the promise leads there.
pub(super) fn nearest(points: &[RiskPoint], percent: f64) -> Option<RiskPoint> {
    let distance = |point: &RiskPoint| (point.coverage * 100.0 - percent).abs();
    let promising = points.iter().filter(|point| promise(point).is_some() && percent.is_finite());
    let found = promising.min_by(|one, other| distance(one).total_cmp(&distance(other)))?;
    points.iter().find(|point| point.bound <= found.bound).copied()
}

fn chart(words: Language, points: &[RiskPoint], now: Option<RiskPoint>, picked: RiskPoint) -> Option<String> {
    let highest =
        points.iter().map(|point| point.bound.min(2.0 * point.error.max(0.02))).fold(0.02, f64::max);
    let written = |words: Language| -> fn(f64) -> String {
        match words {
            Language::German => |share| format!("{:.0}\u{a0}%", share * 100.0),
            Language::English => |share| format!("{:.0}%", share * 100.0),
        }
    };
    let (sorted, wrong) = (words.say("school-axis-sorted"), words.say("school-axis-wrong"));
    let x = Axis { title: &sorted, range: 0.0..1.0, written: written(words) };
    let y = Axis { title: &wrong, range: 0.0..highest, written: written(words) };
    let line = |of: fn(&RiskPoint) -> f64, colour| {
        let shown = points.iter().rev().map(|point| (point.coverage, of(point)));
        Line { points: shown.filter(|(_, share)| *share <= highest).collect(), colour, dots: false }
    };
    let dot =
        |point: RiskPoint, colour| Line { points: vec![(point.coverage, point.error)], colour, dots: true };
    let mut lines = vec![line(|point| point.bound, Colour::Quiet), line(|point| point.error, Colour::First)];
    lines.extend(now.map(|now| dot(now, Colour::Ink)));
    lines.push(dot(picked, Colour::Second));
    charts::lines(&words.say("school-risk-chart"), &x, &y, &lines)
        .inspect_err(|error| tracing::error!(name: "web.school", %error, "a chart is missing"))
        .ok()
}

/// From where on a class is sure now, and who says so.
pub(super) struct ThresholdView {
    pub(super) now: Vec<Fact>,
    pub(super) wanted: String,
    /// When it was chosen on the page.
    pub(super) chosen: Option<String>,
    pub(super) configured: String,
    pub(super) unreadable: Option<String>,
}

impl ThresholdView {
    pub(super) fn new(words: Language, library: &Library) -> Self {
        let threshold = &library.threshold;
        Self {
            now: sayings::forecast(words, &threshold.now),
            wanted: sayings::wanted(words, threshold.wanted),
            chosen: threshold.chosen.map(|at| words.moment(at)),
            configured: sayings::wanted(words, threshold.configured),
            unreadable: threshold.unreadable.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn points() -> Vec<RiskPoint> {
        let point = |(confidence, coverage, error, bound): (f64, f64, f64, f64)| RiskPoint {
            confidence,
            coverage,
            error,
            bound,
            writes: true,
        };
        [(0.3, 1.0, 0.12, 1.0), (0.5, 0.8, 0.05, 0.06), (0.7, 0.6, 0.02, 0.03), (0.8, 0.5, 0.02, 0.03)]
            .map(point)
            .to_vec()
    }

    #[test]
    fn the_slider_stands_at_a_threshold_that_can_be_promised() {
        for (percent, coverage) in [(100.0, 0.8), (79.0, 0.8), (61.0, 0.6), (50.0, 0.6), (0.0, 0.6)] {
            assert_eq!(nearest(&points(), percent).map(|point| point.coverage), Some(coverage), "{percent}");
        }
        assert_eq!(nearest(&points(), f64::NAN), None);
        assert_eq!(nearest(&[], 50.0), None);
    }

    #[test]
    fn the_chart_is_drawn_in_both_languages() {
        for words in [Language::German, Language::English] {
            let svg = chart(words, &points(), points().get(1).copied(), points()[2]).unwrap();
            assert!(svg.contains("role=\"img\"") && svg.contains("#040404"), "{svg}");
        }
    }
}
