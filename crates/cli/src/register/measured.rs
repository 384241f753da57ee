//! What was measured, in German sentences: the model and how good it is, the threshold, what happened here, energy.

use std::collections::BTreeMap;

use domain::{Class, Label as _, Priority};

use super::energy::{Energy, Method};
use super::facts::{CardFigures, ModelFacts, Observed, Scores, ThresholdFacts};
use super::gaps::{check, open};
use super::german::{self, count, counted, decimal, percent};
use super::share::Share;

/// Where the training data came from.
pub fn origin(model: &ModelFacts) -> String {
    let corpus = if model.corpus_is_the_projects {
        "Das ist das Korpus des Projekts: eigens geschrieben, jede Person, Anschrift und Nummer erfunden, keine echte Post."
            .to_owned()
    } else {
        format!("Es ist nicht das unveränderte Korpus des Projekts. {}", open("Herkunft der Trainingsdaten"))
    };
    let corrections = match model.corrected_mails {
        Some(0) => "Darunter ist keine Nachricht, die Beschäftigte berichtigt haben.".to_owned(),
        Some(mails) => format!(
            "Darunter sind {}, die Beschäftigte berichtigt haben; sie wurden dafür aus dem Postfach gelesen und nicht gespeichert.",
            counted(mails, "Nachricht", "Nachrichten")
        ),
        None => {
            check("ob darunter Nachrichten sind, die Beschäftigte berichtigt haben; das Modell sagt es nicht")
        }
    };
    format!("{corpus} {corrections}")
}

/// "Antrag 4.371, Rückfrage 4.041, Sonstiges 4.719".
pub fn labels(counts: &BTreeMap<String, usize>) -> String {
    let cells: Vec<String> =
        in_order(counts).map(|(name, mails)| format!("{} {}", german::word(name), count(*mails))).collect();
    cells.join(", ")
}

/// "Antrag 88,8 %, …", each with its interval.
pub fn recall(scores: &Scores) -> String {
    let cells: Vec<String> = in_order(&scores.recall)
        .map(|(name, share)| format!("{} {}", german::word(name), short(share)))
        .collect();
    cells.join("; ")
}

/// In the order in which people name them.
fn in_order<T>(by_label: &BTreeMap<String, T>) -> impl Iterator<Item = (&str, &T)> {
    let names = Class::ALL.map(Class::name).into_iter().chain(Priority::ALL.map(Priority::name));
    names.filter_map(|name| by_label.get_key_value(name)).map(|(name, value)| (name.as_str(), value))
}

/// A share with its interval, in a table's cell.
pub fn short(share: &Share) -> String {
    format!(
        "{} ({} bis {})",
        percent(share.share),
        decimal(share.low * 100.0, 1),
        decimal(share.high * 100.0, 1)
    )
}

/// What the model's card says besides.
pub fn card(card: &CardFigures) -> Vec<String> {
    let held_out = card.held_out_class.map(|(mails, f1)| {
        format!(
            "An {} zurückgehaltenen Nachrichten anderer Verfasserinnen und Verfasser (Datenblatt des Modells): Makro-F1 der Art {}.",
            count(mails),
            decimal(f1, 2)
        )
    });
    let names = card.names_exchanged.map(|(variants, other)| {
        format!(
            "Werden nur Namen nach Herkunft und Geschlecht getauscht, ändert sich die Art bei {} von {} Fassungen (Datenblatt des Modells).",
            german::fine_percent(other),
            count(variants)
        )
    });
    held_out.into_iter().chain(names).collect()
}

/// From where on a class is a suggestion.
pub fn threshold(threshold: &ThresholdFacts) -> String {
    let wish = match threshold.most_wrong {
        Some(share) => format!(
            "Von den sicher eingeordneten Nachrichten sollen höchstens {} falsch eingeordnet sein",
            percent(share)
        ),
        None => "Die Schwelle ist fest vorgegeben".to_owned(),
    };
    let by = match threshold.chosen_on_page {
        Some(at) => format!("auf der Seite gewählt am {}", german::day_of(at)),
        None => "laut Konfiguration oder Vorgabe".to_owned(),
    };
    let Some(confidence) = threshold.confidence else {
        return format!(
            "{wish} ({by}). Das verspricht dieses Modell bei keiner Schwelle: Jede Nachricht bleibt „Bitte sichten“."
        );
    };
    let expected = threshold.expected.map_or_else(String::new, |expected| {
        format!(
            " Zu erwarten ist nach der Messung an unbekannten Autorinnen und Autoren: {} werden eingeordnet, davon {} falsch \
             (mit 95 % Sicherheit höchstens {}).",
            percent(expected.sorted),
            percent(expected.wrong),
            percent(expected.wrong_at_most)
        )
    });
    format!(
        "{wish} ({by}). Bei diesem Modell heißt das: eingeordnet wird ab einer Sicherheit von {}.{expected}",
        decimal(confidence, 3)
    )
}

/// What the state tells.
pub fn observed(observed: Option<&Observed>) -> String {
    let Some(seen) = observed else {
        return "Aus dem eigenen Betrieb liegen noch keine Zahlen vor.".to_owned();
    };
    let number = |number: u64| count(usize::try_from(number).unwrap_or(usize::MAX));
    let rate = seen
        .corrected_share
        .as_ref()
        .map_or_else(String::new, |rate| format!(", das sind {}", german::share(rate)));
    format!(
        "Im eigenen Betrieb vom {} bis {}: {} Nachrichten, davon {} sicher eingeordnet und {} „Bitte sichten“. {}-mal wählten \
         Beschäftigte eine andere Art als die sicher vorgeschlagene{rate}; {}-mal wählten sie die Art, wo Langhals sie offen \
         ließ, {}-mal eine andere Priorität. Was niemand berichtigt, muss nicht richtig sein: Der Anteil ist eine Untergrenze.",
        german::day(seen.from),
        german::day(seen.to),
        number(seen.arrived),
        number(seen.sorted),
        number(seen.unsure),
        number(seen.corrected),
        number(seen.decided),
        number(seen.corrected_priority)
    )
}

/// What judging a thousand mails costs.
pub fn energy(energy: &Energy) -> String {
    let watt_hours = energy.joules_per_1000 / 3_600.0;
    let amount = format!(
        "{} Wattsekunden ({} Wattstunden)",
        german::rough(energy.joules_per_1000),
        german::rough(watt_hours)
    );
    let samples = format!(
        "gemessen beim Erstellen dieser Angaben an {} mitgelieferten, erfundenen Nachrichten von durchschnittlich {} Byte, die \
         zusammen {}-mal beurteilt wurden",
        count(energy.mails),
        count(energy.octets_per_mail),
        count(energy.judged)
    );
    let seconds = german::rough(energy.seconds_per_1000);
    match energy.method {
        Method::Rapl => format!(
            "Je 1.000 Nachrichten {amount}, {samples}. Abgelesen am Energiezähler der Prozessoren (RAPL): enthalten ist alles, \
             was der Rechner währenddessen tat, also eher zu viel."
        ),
        Method::CpuTime | Method::ElapsedTime => {
            let time = if energy.method == Method::CpuTime {
                "Rechenzeit eines Kerns"
            } else {
                "verstrichener Zeit"
            };
            format!(
                "Je 1.000 Nachrichten {seconds} Sekunden {time}, {samples}. Mit {} Watt je ausgelastetem Kern sind das {amount}: \
                 berechnet, nicht gemessen, weil dieser Rechner keinen lesbaren Energiezähler hat.",
                german::rough(energy.watts_per_core.unwrap_or_default())
            )
        }
    }
}
