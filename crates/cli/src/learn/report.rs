//! An evaluation for people: as text, and as one page of HTML that needs nothing else.

use std::fmt::Write as _;

use model::{Comparison, Evaluation, Scores, Slice};

/// The other model's id and how the two compare.
type Against<'a> = Option<(&'a str, &'a Comparison)>;

/// For a terminal.
pub fn text(title: &str, evaluation: &Evaluation, against: Against<'_>) -> String {
    let mut text = format!("{} mails, {title}\n", evaluation.records);
    for (name, scores) in [("class", &evaluation.class), ("priority", &evaluation.priority)] {
        text += &scores_text(name, scores);
    }
    text += "\nwhere it is unsure (share of right classes)\n";
    for (kind, slices) in slices(evaluation) {
        let cell = |(name, slice): (&String, &Slice)| {
            format!("{name} {:.2} ({})", slice.class_accuracy, slice.records)
        };
        let cells: Vec<String> = slices.iter().map(cell).collect();
        text += &format!("  {kind:<11}{}\n", cells.join("  "));
    }
    if let Some((other, comparison)) = against {
        text += &format!("\nagainst {other} on the same mails\n");
        for (name, pairs) in [("class", &comparison.class), ("priority", &comparison.priority)] {
            text += &format!(
                "  {name:<9} both right {}, only this one {}, only {other} {}, neither {} (McNemar p = {:.3})\n",
                pairs.both, pairs.only_first, pairs.only_second, pairs.neither, pairs.p_value
            );
        }
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
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "  {:<12} {precision:>9.3} {recall:>6.3} {f1:>6.3}    {}",
            label.label,
            cells.join(", ")
        );
    }
    for point in scores
        .coverage
        .iter()
        .filter(|point| [0.5, 0.8, 0.9, 1.0].iter().any(|c| (point.coverage - c).abs() < 1e-9))
    {
        let _ = writeln!(
            text,
            "  the surest {:>3.0} % (from {:.2} on): {:.1} % right",
            point.coverage * 100.0,
            point.threshold,
            point.accuracy * 100.0
        );
    }
    text
}

fn slices(evaluation: &Evaluation) -> [(&'static str, &std::collections::BTreeMap<String, Slice>); 3] {
    [
        ("difficulty", &evaluation.by_difficulty),
        ("language", &evaluation.by_language),
        ("author file", &evaluation.by_group),
    ]
}

/// One page that needs nothing else: tables, no script.
pub fn html(title: &str, evaluation: &Evaluation, against: Against<'_>) -> String {
    let title = escape(title);
    let mut page = format!(
        "<!doctype html>\n<html lang=\"de\"><head><meta charset=\"utf-8\"><title>Langhals: {title}</title>\n<style>\
         body{{font:16px/1.5 \"Fira Sans\",sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}}\
         table{{border-collapse:collapse;margin:1rem 0}}th,td{{border:1px solid #767680;padding:.3rem .7rem;text-align:right}}\
         th:first-child,td:first-child{{text-align:left}}caption{{text-align:left;font-weight:bold}}\
         @media(prefers-color-scheme:dark){{body{{background:#14141a;color:#eee}}}}</style></head><body>\n\
         <h1>Modell {title}</h1>\n<p>Gemessen an {} Mails.</p>\n",
        evaluation.records
    );
    for (name, scores) in [("Einordnung", &evaluation.class), ("Priorität", &evaluation.priority)] {
        page += &scores_html(name, scores);
    }
    for (kind, slices) in slices(evaluation) {
        let row = |(name, slice): (&String, &Slice)| {
            let (class, priority) = (percent(slice.class_accuracy), percent(slice.priority_accuracy));
            vec![escape(name), slice.records.to_string(), class, priority]
        };
        let head = [kind, "Mails", "Einordnung richtig", "Priorität richtig"];
        page += &table(kind, &head, slices.iter().map(row));
    }
    if let Some((other, comparison)) = against {
        let row = |(name, pairs): (&str, &model::Pairs)| {
            let counts =
                [pairs.both, pairs.only_first, pairs.only_second, pairs.neither].map(|n| n.to_string());
            [vec![name.to_owned()], counts.to_vec(), vec![format!("{:.3}", pairs.p_value)]].concat()
        };
        let rows = [("Einordnung", &comparison.class), ("Priorität", &comparison.priority)];
        let head = ["", "beide richtig", "nur dieses", "nur das andere", "keines", "McNemar p"];
        page += &table(&format!("Gegen {}", escape(other)), &head, rows.into_iter().map(row));
    }
    page + "</body></html>\n"
}

fn scores_html(name: &str, scores: &Scores) -> String {
    let mut html = format!(
        "<h2>{name}</h2>\n<p>Makro-F1 {:.3}, richtig {}, Kalibrierungsfehler {:.3}</p>\n",
        scores.macro_f1,
        percent(scores.accuracy),
        scores.ece
    );
    let names: Vec<&str> = scores.labels.iter().map(|label| label.label.as_str()).collect();
    let head = [&["wahr \\ geraten"], names.as_slice(), &["Genauigkeit", "Trefferquote", "F1"]].concat();
    let rows = scores.labels.iter().zip(scores.confusion).map(|(label, row)| {
        let counts = row.map(|count| count.to_string()).to_vec();
        let rates = [label.precision, label.recall, label.f1].map(|rate| format!("{rate:.3}")).to_vec();
        [vec![escape(&label.label)], counts, rates].concat()
    });
    html += &table("Verwechslungen", &head, rows);
    let rows = scores.coverage.iter().map(|point| {
        vec![percent(point.coverage), format!("{:.2}", point.threshold), percent(point.accuracy)]
    });
    html + &table("Die sichersten", &["Anteil", "ab Konfidenz", "richtig"], rows)
}

fn table(caption: &str, head: &[&str], rows: impl Iterator<Item = Vec<String>>) -> String {
    let cells = |tag: &str, cells: Vec<String>| -> String {
        cells.into_iter().map(|cell| format!("<{tag}>{cell}</{tag}>")).collect()
    };
    let head = cells("th scope=\"col\"", head.iter().map(|title| (*title).to_owned()).collect())
        .replace("</th scope=\"col\">", "</th>");
    let rows: String = rows.map(|row| format!("<tr>{}</tr>\n", cells("td", row))).collect();
    format!(
        "<table><caption>{caption}</caption>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}</tbody></table>\n"
    )
}

fn percent(share: f64) -> String {
    format!("{:.1} %", share * 100.0).replace('.', ",")
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
