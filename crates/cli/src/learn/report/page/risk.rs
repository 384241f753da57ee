//! How much can be sorted with how few errors, and whether the confidence is what it says.

use model::{Evaluation, RiskCoverage, Scores};
use web::charts::{self, Axis, Colour, Line};

use super::{Figure, Section, Table};
use crate::learn::report::german::{count, number, percent, word};
use crate::learn::report::text::tenths;

/// Shares of fewer mails than these are shown in tables only.
pub(super) const FEWEST: usize = 5;

const CLASSES: [&str; 3] = ["application", "inquiry", "other"];

fn whole_percent(share: f64) -> String {
    format!("{:.0}\u{a0}%", share * 100.0)
}

/// The risk-coverage curve, and what the operator can ask of it.
pub(super) fn curve(evaluation: &Evaluation) -> anyhow::Result<Section> {
    Ok(Section {
        id: "schwelle",
        title: "Wie viel sortieren, wie viel davon falsch?".into(),
        lead: "Je höher die Schwelle, desto weniger Mails werden sortiert, und desto weniger davon falsch; alles darunter \
               bekommt „Bitte sichten“. In der Konfiguration steht entweder die Schwelle selbst ([triage] confidence) oder \
               der Anteil, der höchstens falsch sein darf ([triage] most_wrong)."
            .into(),
        figures: vec![all_classes(evaluation)?, each_class(evaluation)?],
        tables: vec![possible(evaluation), kept(evaluation)],
    })
}

fn coverage_axis() -> Axis<'static> {
    Axis { title: "Anteil der Mails, der sortiert wird", range: 0.0..1.0, written: whole_percent }
}

fn error_axis(highest: f64) -> Axis<'static> {
    Axis { title: "davon falsch", range: 0.0..(highest * 1.15).clamp(0.01, 1.0), written: percent }
}

fn all_classes(evaluation: &Evaluation) -> anyhow::Result<Figure> {
    let points = &evaluation.risk_coverage;
    let highest = points.iter().map(|point| point.error).fold(0.0, f64::max);
    let y = error_axis(highest.max(points.first().map_or(0.0, |point| point.error_bound)));
    let line = |of: fn(&RiskCoverage) -> f64, colour| {
        let shown = points.iter().rev().map(|point| (point.coverage, of(point)));
        Line { points: shown.filter(|(_, error)| *error <= y.range.end).collect(), colour, dots: false }
    };
    let lines = [line(|point| point.error_bound, Colour::Quiet), line(|point| point.error, Colour::First)];
    let mut table = Table::new(
        "Risiko und Abdeckung",
        &[
            "Schwelle",
            "sortiert",
            "davon falsch",
            "höchstens",
            "als Antrag falsch",
            "als Rückfrage falsch",
            "als Sonstiges falsch",
        ],
    );
    for point in tenths(points) {
        let shares = [point.coverage, point.error, point.error_bound].map(percent);
        let classes = CLASSES.map(|class| {
            point.by_class.get(class).map_or_else(String::new, |sorted| {
                format!("{} von {}", percent(sorted.error), count(sorted.sorted))
            })
        });
        table.row([number(point.threshold)].into_iter().chain(shares).chain(classes));
    }
    Ok(Figure {
        title: "Risiko und Abdeckung".into(),
        svg: charts::lines(
            "Linie: Anteil falscher Einordnungen über dem Anteil sortierter Mails",
            &coverage_axis(),
            &y,
            &lines,
        )?,
        legend: vec![("first", "gemessen"), ("quiet", "höchstens (zu 95 % sicher, Clopper-Pearson)")],
        table,
    })
}

fn each_class(evaluation: &Evaluation) -> anyhow::Result<Figure> {
    let points = &evaluation.risk_coverage;
    let of = |point: &RiskCoverage, class: &str| point.by_class.get(class).map_or(0.0, |sorted| sorted.error);
    let all = points.iter().flat_map(|point| CLASSES.map(|class| of(point, class)));
    let y = error_axis(all.fold(0.0, f64::max));
    let line = |(class, colour)| Line {
        points: points.iter().rev().map(|point| (point.coverage, of(point, class))).collect(),
        colour,
        dots: false,
    };
    let lines: Vec<Line> =
        CLASSES.into_iter().zip([Colour::First, Colour::Second, Colour::Third]).map(line).collect();
    let mut table = Table::new("Je Vorschlag", &["Schwelle", "Vorschlag", "Mails", "davon falsch"]);
    for point in tenths(points) {
        for class in CLASSES {
            let Some(sorted) = point.by_class.get(class) else { continue };
            table.row([number(point.threshold), word(class), count(sorted.sorted), percent(sorted.error)]);
        }
    }
    Ok(Figure {
        title: "Je Vorschlag".into(),
        svg: charts::lines(
            "Linien: Anteil falscher Vorschläge je Klasse über dem Anteil sortierter Mails",
            &coverage_axis(),
            &y,
            &lines,
        )?,
        legend: vec![("first", "als Antrag"), ("second", "als Rückfrage"), ("third", "als Sonstiges")],
        table,
    })
}

fn possible(evaluation: &Evaluation) -> Table {
    let mut table =
        Table::new("Auf diesen Mails wäre möglich gewesen", &["höchstens falsch", "sortiert", "ab Schwelle"]);
    for best in &evaluation.at_most_wrong {
        let threshold = best.threshold.map_or_else(|| "–".to_owned(), number);
        table.row([percent(best.most_wrong), percent(best.coverage), threshold]);
    }
    table
}

fn kept(evaluation: &Evaluation) -> Table {
    let mut table = Table::new(
        "Was die Schwellen dieses Modells hier leisten",
        &["Konfiguration", "ab Schwelle", "sortiert", "davon falsch"],
    );
    for kept in &evaluation.thresholds {
        let wish = kept.most_wrong.map_or("wie vorgegeben".to_owned(), |most| format!("most_wrong = {most}"));
        let threshold = kept.threshold.map_or_else(|| "keine Zusage".to_owned(), number);
        let error = if kept.coverage > 0.0 { percent(kept.error) } else { "–".to_owned() };
        table.row([wish, threshold, percent(kept.coverage), error]);
    }
    table
}

/// Confidence against the share that is right.
pub(super) fn reliability(evaluation: &Evaluation) -> anyhow::Result<Section> {
    Ok(Section {
        id: "sicherheit",
        title: "Stimmt, wie sicher es sich ist?".into(),
        lead: "Liegt ein Punkt auf der grauen Linie, hat das Modell von den Mails, bei denen es sich zu 80 % sicher war, auch \
               80 % richtig. Darunter ist es zu sicher, darüber zu vorsichtig."
            .into(),
        figures: vec![diagram("Einordnung", &evaluation.class)?, diagram("Priorität", &evaluation.priority)?],
        tables: Vec::new(),
    })
}

fn diagram(name: &str, scores: &Scores) -> anyhow::Result<Figure> {
    let shown = || scores.reliability.iter().filter(|bin| bin.records >= FEWEST);
    let lowest = shown().map(|bin| bin.accuracy).fold(0.3, f64::min);
    let from = (lowest * 10.0).floor() / 10.0;
    let x = Axis { title: "wie sicher", range: 0.3..1.0, written: whole_percent };
    let y = Axis { title: "davon richtig", range: from..1.0, written: whole_percent };
    let bins = shown().map(|bin| (bin.confidence, bin.accuracy)).collect();
    let lines = [
        Line { points: vec![(0.3, 0.3), (1.0, 1.0)], colour: Colour::Quiet, dots: false },
        Line { points: bins, colour: Colour::First, dots: true },
    ];
    let mut table =
        Table::new(format!("{name} nach Sicherheit"), &["im Mittel sicher", "Mails", "davon richtig"]);
    for bin in &scores.reliability {
        table.row([percent(bin.confidence), count(bin.records), percent(bin.accuracy)]);
    }
    Ok(Figure {
        title: format!("{name}: Kalibrierungsfehler {}", number(scores.ece)),
        svg: charts::lines(&format!("Punkte: Trefferquote über der Sicherheit, {name}"), &x, &y, &lines)?,
        legend: vec![("first", "gemessen, Stufen ab 5 Mails"), ("quiet", "so sollte es sein")],
        table,
    })
}
