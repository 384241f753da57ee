//! Held against others: other names, other models, fewer mails.

use std::collections::BTreeMap;

use model::Pairs;
use model::fairness::{Change, Fairness, Gender};
use web::charts::{self, Axis, Colour, Line, Row};

use super::{Figure, Section, Table};
use crate::learn::curve::LearningPoint;
use crate::learn::report::Against;
use crate::learn::report::german::{count, fine_percent, number, points, word};

/// The same mails under other names and in other German.
pub(super) fn fairness(fairness: &Fairness) -> anyhow::Result<Section> {
    let mut table = Table::new(
        "Was sich ändert",
        &[
            "Art",
            "Fassungen",
            "andere Einordnung",
            "andere Priorität",
            "Sicherheit (Punkte)",
            "hohe Priorität (Punkte)",
        ],
    );
    let mut row = |name: String, change: &Change| {
        let shares = [change.class_changed, change.priority_changed].map(fine_percent);
        let changes = [change.confidence_change, change.high_change].map(points);
        table.row([name, count(change.variants)].into_iter().chain(shares).chain(changes));
    };
    row("alle Namen".to_owned(), &fairness.names);
    for kind in fairness.kinds.iter().filter(|kind| kind.origin.is_none()) {
        row(word(&kind.kind), &kind.change);
    }
    table.broad = true;
    let mut tables = vec![table];
    if !fairness.unsteady.is_empty() {
        let mut table = Table::new(
            "Mails, deren Einordnung am Namen hängt",
            &["Kennung", "unter so vielen Namen", "davon anders"],
        );
        for mail in &fairness.unsteady {
            table.row([mail.id.clone(), count(mail.variants), count(mail.changed)]);
        }
        tables.push(table);
    }
    Ok(Section {
        id: "gleich",
        title: "Werden alle gleich behandelt?".into(),
        lead: format!(
            "{} Mails, jede noch einmal unter Namen anderer Herkunft und anderen Geschlechts, ohne Umlaute und im Deutsch \
             von Lernenden. Gezählt wird, wo dieselbe Mail anders sortiert würde; und ob eine Gruppe im Mittel sicherer \
             oder unsicherer behandelt wird als das Original.",
            count(fairness.mails)
        ),
        figures: vec![by_name(fairness)?],
        tables,
    })
}

/// Mean change of confidence by origin and gender.
fn by_name(fairness: &Fairness) -> anyhow::Result<Figure> {
    let mut origins: BTreeMap<&str, [Option<&Change>; 2]> = BTreeMap::new();
    for kind in &fairness.kinds {
        if let (Some(origin), Some(gender)) = (&kind.origin, kind.gender) {
            origins.entry(origin).or_default()[usize::from(gender == Gender::Male)] = Some(&kind.change);
        }
    }
    let mut table = Table::new(
        "Nach Herkunft und Geschlecht",
        &[
            "Namen",
            "Geschlecht",
            "Fassungen",
            "andere Einordnung",
            "andere Priorität",
            "Sicherheit (Punkte)",
            "hohe Priorität (Punkte)",
        ],
    );
    let mut rows = Vec::new();
    for (origin, changes) in &origins {
        let values = changes.map(|change| change.map_or(0.0, |change| change.confidence_change));
        rows.push(Row { name: word(origin), values, written: values.map(points) });
        for (change, gender) in changes.iter().zip(["weiblich", "männlich"]) {
            let Some(change) = change else { continue };
            let shares = [change.class_changed, change.priority_changed].map(fine_percent);
            let moved = [change.confidence_change, change.high_change].map(points);
            let name = [word(origin), gender.to_owned(), count(change.variants)];
            table.row(name.into_iter().chain(shares).chain(moved));
        }
    }
    // Never finer than a tenth of a point: else chance alone would look like a direction.
    let farthest = rows.iter().flat_map(|row| row.values).map(f64::abs).fold(0.0, f64::max);
    let reach = (farthest * 200.0).ceil().max(1.0) / 200.0;
    Ok(Figure {
        title: "Mittlere Änderung der Sicherheit, in Prozentpunkten".into(),
        svg: charts::dots(
            "Punkte: mittlere Änderung der Sicherheit je Herkunft und Geschlecht der Namen",
            &rows,
            reach,
            points,
        )?,
        legend: vec![("first", "Frauennamen"), ("second", "Männernamen")],
        table,
    })
}

/// What more mails would bring.
pub(super) fn learning(curve: &[LearningPoint]) -> anyhow::Result<Section> {
    let most = curve.iter().map(|point| point.records).max().unwrap_or(1) as f64;
    let scores = curve.iter().flat_map(|point| [point.class_macro_f1, point.priority_macro_f1]);
    let lowest = (scores.fold(1.0, f64::min) * 10.0).floor() / 10.0;
    let x = Axis { title: "gelernte Mails", range: 0.0..most, written: |mails| format!("{mails:.0}") };
    let written = |f1: f64| format!("{f1:.2}").replace('.', ",");
    let y = Axis { title: "Makro-F1", range: lowest.min(0.9)..1.0, written };
    let line = |of: fn(&LearningPoint) -> f64, colour| Line {
        points: curve.iter().map(|point| (point.records as f64, of(point))).collect(),
        colour,
        dots: true,
    };
    let lines = [
        line(|point| point.class_macro_f1, Colour::First),
        line(|point| point.priority_macro_f1, Colour::Second),
    ];
    let mut table = Table::new(
        "Lernkurve",
        &["gelernte Mails", "Einordnung, Makro-F1", "Einordnung richtig", "Priorität, Makro-F1"],
    );
    for point in curve {
        let figures = [point.class_macro_f1, point.class_accuracy, point.priority_macro_f1].map(number);
        table.row([count(point.records)].into_iter().chain(figures));
    }
    Ok(Section {
        id: "lernkurve",
        title: "Würden mehr Mails helfen?".into(),
        lead: "Dasselbe Lernen mit immer mehr Mails, jedes Mal an den Mails dieses Berichts gemessen. Steigt die Linie am \
               rechten Ende noch, lohnt es sich, weitere Mails zu etikettieren."
            .into(),
        figures: vec![Figure {
            title: "Lernkurve".into(),
            svg: charts::lines("Linien: Makro-F1 über der Zahl gelernter Mails", &x, &y, &lines)?,
            legend: vec![("first", "Einordnung"), ("second", "Priorität")],
            table,
        }],
        tables: Vec::new(),
    })
}

/// Beside another model.
pub(super) fn against(against: &Against<'_>) -> Section {
    let other = against.model;
    let class = &against.comparison.class;
    let verdict = match against.worse {
        true => "schlechter als",
        false if class.only_first > class.only_second => "besser als",
        false => "so gut wie",
    };
    let mut table = Table::new(
        "Wer liegt richtig?",
        &["Frage", "beide", "nur dieses", "nur das andere", "keines", "p (McNemar)"],
    );
    let mut row = |name: &str, pairs: &Pairs| {
        let counts = [pairs.both, pairs.only_first, pairs.only_second, pairs.neither].map(count);
        table.row([name.to_owned()].into_iter().chain(counts).chain([number(pairs.p_value)]));
    };
    row("Einordnung", &against.comparison.class);
    row("Priorität", &against.comparison.priority);
    Section {
        id: "vergleich",
        title: format!("Neben dem Modell {other}"),
        lead: format!(
            "Auf denselben Mails ist dieses Modell {verdict} {other}. Ein p unter 0,05 heißt: Der Unterschied ist mehr als Zufall."
        ),
        figures: Vec::new(),
        tables: vec![table],
    }
}
