//! An evaluation for a terminal.

use std::collections::BTreeMap;

use model::fairness::{Change, Fairness, KindChange};
use model::{Evaluation, RiskCoverage, Scores, Slice};

use super::{Against, Report};

/// Everything that was found out.
pub fn text(report: &Report<'_>) -> String {
    let mut text = figures(report.model, report.evaluation);
    if let Some(against) = &report.against {
        text += &comparison(against);
    }
    if let Some(points) = &report.learning_curve {
        text += "\nlearning curve (each trained on so many mails, judged on these)\n";
        text += "     mails  class F1  class right  priority F1\n";
        for point in points {
            let (f1, right, priority) = (point.class_macro_f1, point.class_accuracy, point.priority_macro_f1);
            text += &format!("  {:>8} {f1:>9.3} {right:>12.3} {priority:>12.3}\n", point.records);
        }
    }
    if let Some(fairness) = &report.fairness {
        text += &fairness_text(fairness);
    }
    text
}

/// The figures of an evaluation.
pub fn figures(title: &str, evaluation: &Evaluation) -> String {
    let mut text = format!("{} mails, {title}\n", evaluation.records);
    for (name, scores) in [("class", &evaluation.class), ("priority", &evaluation.priority)] {
        text += &scores_text(name, scores);
    }
    text += &risk_text(evaluation);
    text += "\nwhere it is unsure (share of right classes)\n";
    for (kind, slices) in slices(evaluation) {
        let cell = |(name, slice): (&String, &Slice)| {
            format!("{name} {:.2} ({})", slice.class_accuracy, slice.records)
        };
        let cells: Vec<String> = slices.iter().map(cell).collect();
        text += &format!("  {kind:<12} {}\n", cells.join("  "));
    }
    text
}

fn scores_text(name: &str, scores: &Scores) -> String {
    let mut text = format!(
        "\n{name}: macro-F1 {:.3}, accuracy {:.3}, calibration error {:.3}\n",
        scores.macro_f1, scores.accuracy, scores.ece
    );
    text += "               precision recall   F1    guessed as\n";
    for (label, row) in scores.labels.iter().zip(scores.confusion) {
        let cells: Vec<String> =
            scores.labels.iter().zip(row).map(|(guess, count)| format!("{} {count}", guess.label)).collect();
        let (precision, recall, f1) = (label.precision, label.recall, label.f1);
        text += &format!(
            "  {:<12} {precision:>9.3} {recall:>6.3} {f1:>6.3}    {}\n",
            label.label,
            cells.join(", ")
        );
    }
    for point in scores
        .coverage
        .iter()
        .filter(|point| [0.5, 0.8, 0.9, 1.0].iter().any(|c| (point.coverage - c).abs() < 1e-9))
    {
        text += &format!(
            "  the surest {:>3.0} % (from {:.2} on): {:.1} % right\n",
            point.coverage * 100.0,
            point.threshold,
            point.accuracy * 100.0
        );
    }
    text
}

/// The risk-coverage curve, and what the operator can ask of it.
fn risk_text(evaluation: &Evaluation) -> String {
    let mut text = "\nclass: what is sorted at a threshold, and how much of that is wrong (\"at most\": 95 % sure)\n\
                    \x20 threshold   sorted   wrong  at most   of these wrong as application, inquiry, other\n"
        .to_owned();
    for point in tenths(&evaluation.risk_coverage) {
        let classes = ["application", "inquiry", "other"].map(|class| {
            let sorted = point.by_class.get(class);
            sorted.map_or_else(String::new, |sorted| {
                format!("{:>7} of {:<5}", percent(sorted.error), sorted.sorted)
            })
        });
        let [sorted, wrong, bound] = [point.coverage, point.error, point.error_bound].map(percent);
        text += &format!(
            "  {:>9.3} {sorted:>8} {wrong:>7} {bound:>8}   {}\n",
            point.threshold,
            classes.join(" ").trim_end()
        );
    }
    for best in &evaluation.at_most_wrong {
        let wrong = percent(best.most_wrong);
        text += &match best.threshold {
            Some(threshold) => format!(
                "  with at most {wrong} wrong, {} of these mails could be sorted (from {threshold:.3} on)\n",
                percent(best.coverage)
            ),
            None => format!("  with at most {wrong} wrong, nothing of these mails could be sorted\n"),
        };
    }
    for kept in &evaluation.thresholds {
        let wish = kept.most_wrong.map_or("by default".to_owned(), |most| format!("most_wrong = {most}"));
        let [sorted, wrong] = [kept.coverage, kept.error].map(percent);
        text += &match kept.threshold {
            Some(threshold) => {
                format!(
                    "  {wish}: from {threshold:.3} on; {sorted} of these mails sorted, {wrong} of those wrong\n"
                )
            }
            None => format!("  {wish}: this model cannot promise it; every mail is left to people\n"),
        };
    }
    text
}

/// Every fourth point of the curve, the ends among them.
pub fn tenths(curve: &[RiskCoverage]) -> impl Iterator<Item = &RiskCoverage> {
    let last = curve.len().saturating_sub(1);
    curve.iter().enumerate().filter(move |(at, _)| at % 4 == 0 || *at == last).map(|(_, point)| point)
}

fn comparison(against: &Against<'_>) -> String {
    let other = against.model;
    let mut text = format!("\nagainst {other} on the same mails\n");
    for (name, pairs) in [("class", &against.comparison.class), ("priority", &against.comparison.priority)] {
        text += &format!(
            "  {name:<9} both right {}, only this one {}, only {other} {}, neither {} (McNemar p = {:.3})\n",
            pairs.both, pairs.only_first, pairs.only_second, pairs.neither, pairs.p_value
        );
    }
    text
}

fn fairness_text(fairness: &Fairness) -> String {
    let mut text = format!(
        "\nfairness: {} mails under other names and in other German, each held against its original\n\
         \x20                               variants  other class  other priority  confidence  high\n",
        fairness.mails
    );
    text += &change_text("all names", &fairness.names);
    for KindChange { kind, origin, gender, change } in &fairness.kinds {
        let name = match (origin, gender) {
            (Some(origin), Some(gender)) => format!("{origin} {gender:?}").to_lowercase(),
            _ => kind.clone(),
        };
        text += &change_text(&name, change);
    }
    if !fairness.unsteady.is_empty() {
        let mails: Vec<String> = fairness
            .unsteady
            .iter()
            .map(|mail| format!("{} ({} of {})", mail.id, mail.changed, mail.variants))
            .collect();
        text += &format!("  other names changed the class of {}\n", mails.join(", "));
    }
    text
}

fn change_text(name: &str, change: &Change) -> String {
    let [class, priority] =
        [change.class_changed, change.priority_changed].map(|share| format!("{:.2} %", share * 100.0));
    format!(
        "  {name:<29} {:>8} {class:>12} {priority:>15} {:>+11.4} {:>+7.4}\n",
        change.variants, change.confidence_change, change.high_change
    )
}

fn slices(evaluation: &Evaluation) -> [(&'static str, &BTreeMap<String, Slice>); 3] {
    [
        ("difficulty", &evaluation.by_difficulty),
        ("language", &evaluation.by_language),
        ("author file", &evaluation.by_group),
    ]
}

fn percent(share: f64) -> String {
    format!("{:.1} %", share * 100.0)
}
