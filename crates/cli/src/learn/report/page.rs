//! An evaluation as one page: no script, nothing from outside, readable without seeing its charts.
//!
//! ```text
//! Report ─▶ tiles (the figures that matter) ─▶ sections: charts, each with its table ─▶ report.html
//! ```

mod alike;
mod mistakes;
mod risk;

use askama::Template;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use model::{Evaluation, Manifest, Scores};
use sha2::{Digest as _, Sha256};

use super::Report;
use super::german::{count, fine_percent, number, percent};

/// The style sheet; the page's policy allows this one only.
const STYLE: &str = include_str!("../../../templates/report.css");

#[derive(Template)]
#[template(path = "report.html")]
struct Page<'p> {
    model: &'p str,
    mails: String,
    style: &'static str,
    style_sha256: String,
    tiles: Vec<Tile>,
    sections: Vec<Section>,
    learnt: String,
    version: &'static str,
}

/// A figure that matters.
struct Tile {
    name: &'static str,
    value: String,
    note: String,
}

/// A part of the page.
struct Section {
    id: &'static str,
    title: String,
    lead: String,
    figures: Vec<Figure>,
    tables: Vec<Table>,
}

/// A chart, and the same as a table.
struct Figure {
    title: String,
    svg: String,
    /// Colour and meaning of each series.
    legend: Vec<(&'static str, &'static str)>,
    table: Table,
}

/// A table whose first column names the rows.
#[derive(Default)]
struct Table {
    caption: String,
    head: Vec<String>,
    rows: Vec<Vec<Cell>>,
    /// Takes the whole width of the page.
    broad: bool,
}

/// A cell; its kind is a class of the style sheet.
struct Cell {
    text: String,
    kind: String,
}

impl Table {
    fn new(caption: impl Into<String>, head: &[&str]) -> Self {
        let head = head.iter().map(|title| (*title).to_owned()).collect();
        Self { caption: caption.into(), head, rows: Vec::new(), broad: false }
    }

    fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        self.rows.push(cells.into_iter().map(|text| Cell { text, kind: String::new() }).collect());
    }
}

/// The page.
///
/// # Errors
/// Where a chart cannot be drawn.
pub fn html(report: &Report<'_>, manifest: &Manifest) -> anyhow::Result<String> {
    let evaluation = report.evaluation;
    let mut sections = vec![
        mistakes::confusion(evaluation),
        risk::curve(evaluation)?,
        risk::reliability(evaluation)?,
        mistakes::by_kind(evaluation)?,
    ];
    if let Some(fairness) = &report.fairness {
        sections.push(alike::fairness(fairness)?);
    }
    if let Some(points) = &report.learning_curve {
        sections.push(alike::learning(points)?);
    }
    if let Some(against) = &report.against {
        sections.push(alike::against(against));
    }
    sections.push(mistakes::worst(evaluation));
    let page = Page {
        model: report.model,
        mails: format!(
            "{} Mails aus {} Autorendateien",
            count(evaluation.records),
            evaluation.by_group.len()
        ),
        style: STYLE,
        style_sha256: BASE64_STANDARD.encode(Sha256::digest(STYLE)),
        tiles: tiles(report),
        sections,
        learnt: format!(
            "gelernt aus {} Mails von {} Autorendateien, {} Merkmale, Gewichte {}",
            count(manifest.corpus.records),
            manifest.corpus.groups,
            count(manifest.features),
            manifest.weights_sha256.get(..12).unwrap_or_default()
        ),
        version: env!("CARGO_PKG_VERSION"),
    };
    Ok(page.render()?)
}

fn tiles(report: &Report<'_>) -> Vec<Tile> {
    let Evaluation { class, priority, thresholds, .. } = report.evaluation;
    let tile = |name, value, note: &str| Tile { name, value, note: note.to_owned() };
    let mut tiles = vec![
        tile("Einordnung", number(class.macro_f1), "Makro-F1 über Antrag, Rückfrage, Sonstiges"),
        tile("Anträge", percent(recall(class, "application")), "davon als Anträge erkannt"),
        tile("Priorität", number(priority.macro_f1), "Makro-F1 aus dem Text allein"),
        tile("Kalibrierung", number(class.ece), "mittlerer Abstand von Sicherheit und Trefferquote (ECE)"),
    ];
    if let Some(kept) = thresholds.iter().find(|kept| kept.most_wrong.is_none()) {
        let from = kept.threshold.map_or_else(|| "keiner".to_owned(), number);
        let note = format!("bei Schwelle {from}; davon {} falsch", percent(kept.error));
        tiles.push(tile("Sortiert", percent(kept.coverage), &note));
    }
    if let Some(fairness) = &report.fairness {
        let note = "anders eingeordnet unter anderem Namen; Ziel höchstens 0,50 %";
        tiles.push(tile("Namen", fine_percent(fairness.names.class_changed), note));
    }
    tiles
}

fn recall(scores: &Scores, label: &str) -> f64 {
    scores.labels.iter().find(|scores| scores.label == label).map_or(0.0, |scores| scores.recall)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::learn::curve::LearningPoint;
    use crate::learn::report::Against;

    const MANIFEST: &str = include_str!("../../../../../models/standard-1/manifest.json");

    fn evaluation() -> Evaluation {
        serde_json::from_str(include_str!("page/sample.json")).unwrap()
    }

    #[test]
    fn the_page_is_strict_and_holds_every_part() {
        let evaluation = evaluation();
        let comparison = serde_json::from_str(
            r#"{"records": 2, "class": {"both": 1, "only_first": 0, "only_second": 1, "neither": 0, "p_value": 1.0},
                "priority": {"both": 2, "only_first": 0, "only_second": 0, "neither": 0, "p_value": 1.0}}"#,
        )
        .unwrap();
        let fairness = serde_json::from_str(
            r#"{"mails": 2, "names": {"variants": 4, "class_changed": 0.25, "priority_changed": 0.0,
                "confidence_change": -0.01, "high_change": 0.0}, "unsteady": [{"id": "t1", "variants": 4, "changed": 1}],
                "kinds": [{"kind": "name", "origin": "polish", "gender": "female", "variants": 2, "class_changed": 0.5,
                "priority_changed": 0.0, "confidence_change": -0.01, "high_change": 0.0}]}"#,
        )
        .unwrap();
        let report = Report {
            model: "<neu>",
            evaluation: &evaluation,
            against: Some(Against { model: "alt", comparison: &comparison, worse: true }),
            fairness: Some(fairness),
            learning_curve: Some(vec![
                LearningPoint {
                    records: 10,
                    class_macro_f1: 0.5,
                    class_accuracy: 0.5,
                    priority_macro_f1: 0.4,
                },
                LearningPoint {
                    records: 20,
                    class_macro_f1: 0.6,
                    class_accuracy: 0.6,
                    priority_macro_f1: 0.5,
                },
            ]),
        };
        let html = html(&report, &serde_json::from_str(MANIFEST).unwrap()).unwrap();
        assert!(html.starts_with("<!doctype html>") && html.contains("Modell &#60;neu&#62;"));
        for harm in ["<script", "http://", "https://", "src=", " style=", "<neu>"] {
            let found = html.replace("http://www.w3.org/2000/svg", "").contains(harm);
            assert!(!found, "{harm}");
        }
        assert!(html.contains("default-src 'none'; style-src 'sha256-"));
        for id in [
            "verwechslungen",
            "schwelle",
            "sicherheit",
            "arten",
            "gleich",
            "lernkurve",
            "vergleich",
            "fehler",
        ] {
            assert!(html.contains(&format!("id=\"{id}\"")), "{id}");
        }
        assert_eq!(html.matches("<svg class=\"chart\"").count(), html.matches("<details>").count());
    }
}
