//! What a mail must do for a statutory period to begin: not mention it, but do it.

mod support;

use domain::History;
use jiff::civil::date;
use langhals_triage::{House, Land, extract};
use support::{mail, noon, verdict};

const APPLICATION: [f64; 3] = [0.9, 0.06, 0.04];
const INQUIRY: [f64; 3] = [0.06, 0.9, 0.04];
const OTHER: [f64; 3] = [0.06, 0.04, 0.9];

fn rules(text: &str, class: [f64; 3]) -> Vec<String> {
    let (verdict, received) = (verdict(class, [0.1, 0.8, 0.1]), noon(date(2026, 3, 2)));
    let found =
        extract(&mail("", text), &verdict, received, &House::new(Land::NW), History::default()).periods;
    found.into_iter().map(|period| period.rule).filter(|rule| rule != "zwischennachricht").collect()
}

#[test]
fn an_objection_begins_its_period_where_it_is_lodged() {
    for text in [
        "Hiermit lege ich Widerspruch gegen den Bescheid ein.",
        "Ich erhebe Widerspruch gegen Ihre Ablehnung.",
        "Namens meiner Mandantin legen wir gegen die Festsetzung Widerspruch ein.",
        "Ich widerspreche der Ablehnung.",
        "gegen den bescheid mache ich widerspruch",
        "Ich mache Wiederspruch gegen den Bescheid.",
        "Ihren Bescheid kann ich so nicht akzeptieren und lege dagegen Widerspruch ein.",
        "Bitte behandeln Sie dieses Schreiben als Widerspruch.",
        "Ich möchte gegen die Verfügung Widerspruch einlegen.",
        "Gegen die Anordnung wird hiermit Widerspruch erhoben.",
        "Please regard this as my objection against the decision.",
    ] {
        assert_eq!(rules(text, APPLICATION), ["widerspruch"], "{text}");
    }
}

#[test]
fn an_objection_that_is_only_spoken_of_begins_nothing() {
    for text in [
        "Wie lege ich Widerspruch ein?",
        "Wie lege ich gegen den Bescheid Widerspruch ein",
        "Kann ich gegen den Bescheid Widerspruch einlegen?",
        "Mein Widerspruch vom 3.3. ist noch nicht beschieden.",
        "Ich habe am 3. Februar Widerspruch eingelegt.",
        "Ich lege keinen Widerspruch ein.",
        "Ich ziehe meinen Widerspruch gegen den Bescheid zurück.",
        "Die Begründung zu meinem Widerspruch reiche ich nach.",
        "Andernfalls lege ich Widerspruch ein.",
        "Ich behalte mir einen Widerspruch vor.",
        "Den Widerspruch unserer Mandantin gegen die Ablehnung begründen wir wie folgt.",
        "Der Weitergabe meiner Daten an Parteien widerspreche ich.",
        "Ich widerspreche der Preiserhöhung.",
    ] {
        for class in [APPLICATION, INQUIRY, OTHER] {
            let found = rules(text, class);
            assert!(!found.iter().any(|rule| rule.starts_with("widerspruch")), "{text}: {found:?}");
        }
    }
}

#[test]
fn a_request_for_information_or_data_begins_its_period_where_it_is_made() {
    let cases = [
        ("Antrag nach dem IFG/UIG/VIG: bitte senden Sie mir die Verträge.", &["ifg", "uig", "vig"][..]),
        ("Auf Grundlage des Landestransparenzgesetzes bitte ich um das Protokoll.", &["ifg"]),
        ("Under the freedom of information law I request the contract.", &["ifg"]),
        ("Gestützt auf Art. 15 Abs. 1 DSGVO verlange ich Auskunft.", &["dsgvo"]),
        ("Bitte löschen Sie meine Daten gemäß Art. 17 DS-GVO.", &["dsgvo"]),
        ("Under Article 15(1) GDPR I request a copy of my data.", &["dsgvo"]),
    ];
    for (text, expected) in cases {
        assert_eq!(rules(text, APPLICATION), expected, "{text}");
    }
}

#[test]
fn a_request_that_is_only_spoken_of_begins_nothing() {
    for text in [
        "Mein IFG-Antrag vom 2. Mai ist noch offen.",
        "Einen Antrag nach dem IFG möchte ich Ihnen ersparen.",
        "Zu meinem Auskunftsantrag nach Art. 15 DSGVO reiche ich den Nachweis nach.",
        "Ich habe am 6. Mai Auskunft nach Art. 15 DSGVO verlangt.",
        "Meldung einer Datenpanne nach Art. 33 DSGVO: bitte prüfen.",
        "Ich erhebe Beschwerde nach Art. 77 DSGVO wegen Art. 15.",
        "Unsere Hinweise nach Art. 13 DSGVO senden wir auf Wunsch.",
        "Ihr Zeichen 13-IFG-044/25: ich bitte um einen Termin.",
        "Mein Löschverlangen nach Art. 17 DSGVO nehme ich zurück.",
    ] {
        let found = rules(text, APPLICATION);
        let named = |rule: &String| matches!(rule.as_str(), "ifg" | "uig" | "vig" | "dsgvo");
        assert!(!found.iter().any(named), "{text}: {found:?}");
    }
}
