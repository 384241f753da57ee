//! What is taken for what, where most goes wrong, and which mails went wrong most surely.

use std::collections::BTreeMap;

use model::{Evaluation, Miss, Scores, Slice};
use web::charts::{self, Row};

use super::risk::FEWEST;
use super::{Cell, Figure, Section, Table};
use crate::learn::report::german::{count, number, percent, word};

/// Errors that are shown.
const SHOWN: usize = 10;

/// Truth against guess.
pub(super) fn confusion(evaluation: &Evaluation) -> Section {
    let tables = [("Einordnung", &evaluation.class), ("Priorität", &evaluation.priority)];
    Section {
        id: "verwechslungen",
        title: "Was wird womit verwechselt?".into(),
        lead: "Jede Zeile ist, was die Mails sind; jede Spalte, wofür das Modell sie hielt. Richtig ist die Diagonale; je \
               kräftiger die Farbe, desto größer der Anteil der Zeile. „Stimmt“: wie oft ein solcher Vorschlag richtig \
               ist. „Gefunden“: wie viele dieser Mails er erreicht."
            .into(),
        figures: Vec::new(),
        tables: tables.map(|(name, scores)| matrix(name, scores)).into(),
    }
}

fn matrix(name: &str, scores: &Scores) -> Table {
    let names: Vec<String> = scores.labels.iter().map(|label| word(&label.label)).collect();
    let mut table = Table::new(format!("{name}: Makro-F1 {}", number(scores.macro_f1)), &["ist / gilt als"]);
    table.head.extend(names.iter().cloned());
    table.head.extend(["stimmt", "gefunden"].map(str::to_owned));
    for ((label, counts), name) in scores.labels.iter().zip(scores.confusion).zip(names) {
        let plain = |text: String| Cell { text, kind: String::new() };
        let heat = |mails: usize| Cell { text: count(mails), kind: heat(mails, label.support) };
        let rates = [label.precision, label.recall].map(|rate| plain(percent(rate)));
        table.rows.push([plain(name)].into_iter().chain(counts.map(heat)).chain(rates).collect());
    }
    table
}

/// One of eleven shades.
fn heat(part: usize, whole: usize) -> String {
    format!("heat heat-{}", (10 * part + whole / 2).checked_div(whole).unwrap_or(0).min(10))
}

/// By difficulty, language and author file.
pub(super) fn by_kind(evaluation: &Evaluation) -> anyhow::Result<Section> {
    let figures = [
        figure("Nach Schwierigkeit", "Schwierigkeit", &evaluation.by_difficulty)?,
        figure("Nach Sprache (ab 5 Mails)", "Sprache", &evaluation.by_language)?,
        figure("Nach Autorendatei", "Autorendatei", &evaluation.by_group)?,
    ];
    Ok(Section {
        id: "arten",
        title: "Bei welchen Mails?".into(),
        lead: "Anteil richtiger Einordnungen und Prioritäten. Bei wenigen Mails (Zahl in Klammern) sagt der Anteil wenig."
            .into(),
        figures: figures.into(),
        tables: Vec::new(),
    })
}

fn figure(title: &str, kind: &str, slices: &BTreeMap<String, Slice>) -> anyhow::Result<Figure> {
    let mut sorted: Vec<(&String, &Slice)> = slices.iter().collect();
    // Difficulties by how hard they are, everything else as it is named; languages the most frequent first.
    match kind {
        "Schwierigkeit" => {
            sorted.sort_by_key(|(name, _)| ["easy", "medium", "hard"].iter().position(|d| d == name));
        }
        "Sprache" => sorted.sort_by_key(|(_, slice)| std::cmp::Reverse(slice.records)),
        _ => {}
    }
    let is_shown = |slice: &Slice| slice.records >= FEWEST || kind != "Sprache";
    let row = |(name, slice): &(&String, &Slice)| {
        let values = [slice.class_accuracy, slice.priority_accuracy];
        Row { name: format!("{} ({})", word(name), slice.records), values, written: values.map(percent) }
    };
    let rows: Vec<Row> = sorted.iter().filter(|(_, slice)| is_shown(slice)).map(row).collect();
    let mut table = Table::new(title, &[kind, "Mails", "Einordnung richtig", "Priorität richtig"]);
    for (name, slice) in sorted {
        let [class, priority] = [slice.class_accuracy, slice.priority_accuracy].map(percent);
        table.row([word(name), count(slice.records), class, priority]);
    }
    Ok(Figure {
        title: title.to_owned(),
        svg: charts::bars(&format!("Balken: Anteil richtiger Vorschläge, {title}"), &rows)?,
        legend: vec![("first", "Einordnung"), ("second", "Priorität")],
        table,
    })
}

/// The surest errors, by id only.
pub(super) fn worst(evaluation: &Evaluation) -> Section {
    let tables = [("Einordnung", &evaluation.class_errors), ("Priorität", &evaluation.priority_errors)];
    Section {
        id: "fehler",
        title: "Die sichersten Irrtümer".into(),
        lead: "Die Mails, bei denen das Modell am sichersten falsch lag, nur mit ihrer Kennung. Wer sie nachliest, findet oft \
               einen Grund, manchmal ein falsches Etikett."
            .into(),
        figures: Vec::new(),
        tables: tables.map(|(name, misses)| errors(name, misses)).into(),
    }
}

fn errors(name: &str, misses: &[Miss]) -> Table {
    let shown = misses.len().min(SHOWN);
    let mut table = Table::new(
        format!("{name}: {shown} von {} Irrtümern", count(misses.len())),
        &["Kennung", "ist", "gilt als", "Sicherheit"],
    );
    for miss in misses.iter().take(SHOWN) {
        table.row([miss.id.clone(), word(&miss.truth), word(&miss.guess), percent(miss.confidence)]);
    }
    table
}
