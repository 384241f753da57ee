//! How much is sorted and how much of that is wrong: the model's risk table as a slider, a chart and a table.

use store::Wanted;

use super::asks::{Forecast, Library, RiskPoint};
use super::sayings::{self, Fact, share};
use crate::charts::{self, Axis, Colour, Line};
use crate::words::Language;

/// What each threshold would do.
pub(super) struct RiskView {
    /// The fewer are sorted, the further above.
    pub(super) rows: Vec<Row>,
    /// Missing where it cannot be drawn.
    pub(super) svg: Option<String>,
    /// At which row the slider stands.
    pub(super) value: usize,
    /// What that does.
    pub(super) picked: Vec<Fact>,
    pub(super) writes: String,
    /// Whether that is another threshold than the one that counts.
    pub(super) differs: bool,
}

/// A threshold of the table.
pub(super) struct Row {
    pub(super) coverage: String,
    pub(super) error: String,
    pub(super) bound: String,
    pub(super) confidence: String,
    /// Whether tags are written then.
    pub(super) writes: String,
    /// Whether it is the one that counts.
    pub(super) now: bool,
}

impl RiskView {
    /// Nothing where the model does not say. `asked` is the number of a row.
    pub(super) fn new(words: Language, library: &Library, asked: &str) -> Option<Self> {
        let points = promising(&library.risk);
        let now = library.threshold.now.expected;
        let value = place(&points, now, asked)?;
        let picked = *points.get(value)?;
        let row = |point: &RiskPoint| Row {
            coverage: share(words, point.coverage),
            error: share(words, point.error),
            bound: share(words, point.bound),
            confidence: share(words, point.confidence),
            writes: writes(words, point),
            now: now.as_ref() == Some(point),
        };
        Some(Self {
            rows: points.iter().map(row).collect(),
            svg: chart(words, &library.risk, now, picked),
            value,
            picked: sayings::forecast(words, &forecast(&picked)),
            writes: writes(words, &picked),
            differs: now != Some(picked),
        })
    }

    /// The slider's end.
    pub(super) fn last(&self) -> usize {
        self.rows.len().saturating_sub(1)
    }

    /// Where the script shows a value of the slider's row; in the order of [`Self::picked`].
    #[expect(clippy::unused_self, reason = "the template asks it of the table that it shows")]
    pub(super) fn place(&self, at: usize) -> &'static str {
        ["vorhersage-sortiert", "vorhersage-falsch", "vorhersage-hoechstens", "vorhersage-ab"]
            .get(at)
            .copied()
            .unwrap_or_default()
    }
}

fn writes(words: Language, point: &RiskPoint) -> String {
    words.say(if point.writes { "school-writes" } else { "school-writes-nothing" })
}

/// The thresholds that a promise leads to, the one that sorts least first: of those that promise the same, the one
/// that sorts most.
fn promising(points: &[RiskPoint]) -> Vec<RiskPoint> {
    let leads_here =
        |point: &&RiskPoint| points.iter().find(|other| other.bound <= point.bound) == Some(*point);
    points.iter().rev().filter(|point| promise(point).is_some()).filter(leads_here).copied().collect()
}

/// Where the slider stands: where it was put, else at what counts or what comes nearest to that.
fn place(points: &[RiskPoint], now: Option<RiskPoint>, asked: &str) -> Option<usize> {
    let last = points.len().checked_sub(1)?;
    if let Ok(row) = asked.parse::<usize>() {
        return Some(row.min(last));
    }
    let Some(now) = now else { return Some(last) };
    let distance =
        |at: &usize| points.get(*at).map_or(f64::MAX, |point| (point.coverage - now.coverage).abs());
    (0..=last).min_by(|one, other| distance(one).total_cmp(&distance(other)))
}

/// The threshold of a row of the slider.
pub(super) fn picked(library: &Library, row: &str) -> Option<RiskPoint> {
    promising(&library.risk).get(row.parse::<usize>().ok()?).copied()
}

/// What a point of the table means as a threshold.
pub(super) fn forecast(point: &RiskPoint) -> Forecast {
    Forecast { confidence: Some(point.confidence), expected: Some(*point), lacks: Vec::new() }
}

/// What is kept of a point: its promise, which holds for the next model as well.
pub(super) fn promise(point: &RiskPoint) -> Option<Wanted> {
    (point.bound > 0.0 && point.bound < 1.0).then_some(Wanted::MostWrong(point.bound))
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
    fn the_slider_has_only_thresholds_that_a_promise_leads_to() {
        let coverages: Vec<f64> = promising(&points()).iter().map(|point| point.coverage).collect();
        assert_eq!(coverages, [0.6, 0.8]);
        assert!(promising(&[]).is_empty());
    }

    #[test]
    fn the_slider_stands_at_what_counts_until_it_is_moved() {
        let (all, points) = (points(), promising(&points()));
        for (now, asked, row) in [
            (None, "", 1),
            (Some(all[1]), "", 1),
            (Some(all[2]), "", 0),
            (Some(all[3]), "", 0),
            (Some(all[2]), "1", 1),
            (Some(all[2]), "99", 1),
            (Some(all[2]), "-1", 0),
        ] {
            assert_eq!(place(&points, now, asked), Some(row), "{asked}");
        }
        assert_eq!(place(&[], None, "0"), None);
    }

    #[test]
    fn the_chart_is_drawn_in_both_languages() {
        for words in [Language::German, Language::English] {
            let svg = chart(words, &points(), points().get(1).copied(), points()[2]).unwrap();
            assert!(svg.contains("role=\"img\"") && svg.contains("#040404"), "{svg}");
        }
    }
}
