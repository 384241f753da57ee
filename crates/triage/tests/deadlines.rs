//! How people state deadlines, and what only looks like one. Every mail arrives on Wednesday, 11 March 2026.

mod support;

use jiff::civil::date;
use support::facts;

#[track_caller]
fn check(cases: &[(&str, &str, &str)]) {
    let received = date(2026, 3, 11);
    let wrong: Vec<String> = cases
        .iter()
        .filter_map(|(text, expected, rule)| {
            let found = facts(received, text).deadline;
            let date = found.as_ref().map(|d| d.date.to_string()).unwrap_or_default();
            let by = found.map(|d| d.rule).unwrap_or_default();
            (date != *expected || by != *rule)
                .then(|| format!("{text}: {date} by {by:?}, not {expected} by {rule:?}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{} of {} wrong:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}

#[test]
fn dates_in_numbers() {
    check(&[
        ("Bitte antworten Sie bis zum 20.3.", "2026-03-20", "date"),
        ("Bitte antworten Sie bis zum 20.03.", "2026-03-20", "date"),
        ("Bitte antworten Sie bis zum 20.3.2026.", "2026-03-20", "date"),
        ("Bitte antworten Sie bis zum 20.03.26.", "2026-03-20", "date"),
        ("Bitte antworten Sie bis zum 20. 3. 2026.", "2026-03-20", "date"),
        ("Bitte antworten Sie bis zum 20. 03. 2026.", "2026-03-20", "date"),
        ("Bitte antworten Sie bis zum 2026-03-20.", "2026-03-20", "date"),
        ("Bitte antworten Sie bis zum 20/03/2026.", "2026-03-20", "date"),
        ("Bitte antworten Sie bis 20.3", "2026-03-20", "date"),
        ("Bitte antworten Sie bis zum 1.4.", "2026-04-01", "date"),
        ("Um Stellungnahme bis 01.04.2026 wird gebeten.", "2026-04-01", "date"),
        ("Um Erledigung bis spätestens 08.04.2026 wird gebeten.", "2026-04-08", "date"),
        ("Rücklauf bis Dienstag, 17.03.2026, DS.", "2026-03-17", "date"),
        ("Bitte teilen Sie uns bis (spätestens) 18.03. mit, ob das geht.", "2026-03-18", "date"),
        ("Ich brauche die Unterlagen bis zum 31.03.2026!", "2026-03-31", "date"),
        ("Die Frist läuft am 18.3. ab.", "2026-03-18", "date"),
        ("Die Rechnung ist am 25.03. fällig.", "2026-03-25", "date"),
        ("Wir bitten um Antwort bis zum 5.1.2027.", "2027-01-05", "date"),
    ]);
}

#[test]
fn dates_with_names_of_months() {
    check(&[
        ("Bitte antworten Sie bis zum 20. März 2026.", "2026-03-20", "date"),
        ("Bitte antworten Sie bis zum 20. März.", "2026-03-20", "date"),
        ("Bitte antworten Sie bis 20 März.", "2026-03-20", "date"),
        ("Bitte antworten Sie bis zum 3. April.", "2026-04-03", "date"),
        ("Bitte antworten Sie bis zum 3. Apr. 2026.", "2026-04-03", "date"),
        ("Bitte antworten Sie bis zum 1. Mai 2026.", "2026-05-01", "date"),
        ("Bitte antworten Sie bis zum 8. Juni 2026.", "2026-06-08", "date"),
        ("Bitte antworten Sie bis Donnerstag, den 26. März.", "2026-03-26", "date"),
        ("Mein Aufenthaltstitel läuft am 30. März ab.", "2026-03-30", "date"),
        ("Die Anhörungsfrist endet am 19. März.", "2026-03-19", "date"),
        ("Please send the form by 20 March 2026.", "2026-03-20", "date"),
        ("Please reply by March 20, 2026.", "2026-03-20", "date"),
        ("Please reply by March 20th.", "2026-03-20", "date"),
        ("Please reply until the 20th of March.", "2026-03-20", "date"),
        ("We need your answer before 5 April.", "2026-04-05", "date"),
        ("My residence card expires on 27 March 2026.", "2026-03-27", "date"),
    ]);
}

#[test]
fn days_near() {
    check(&[
        ("Die Frist endet heute um Mitternacht.", "2026-03-11", "today"),
        ("Bitte antworten Sie bis heute 12 Uhr.", "2026-03-11", "today"),
        ("Bis heute 15 Uhr benötige ich Ihre Mitteilung.", "2026-03-11", "today"),
        ("Ich brauche die Bescheinigung bis morgen.", "2026-03-12", "tomorrow"),
        ("Ich brauche die Bescheinigung bis morgen früh.", "2026-03-12", "tomorrow"),
        ("Mein Flug geht morgen um 6.40 Uhr.", "2026-03-12", "tomorrow"),
        (
            "Teilen Sie uns bis spätestens übermorgen mit, wer zuständig ist.",
            "2026-03-13",
            "day-after-tomorrow",
        ),
        ("Please answer by tomorrow.", "2026-03-12", "tomorrow"),
        ("We need the papers until tomorrow 10 am, please.", "2026-03-12", "tomorrow"),
        ("Morgen, Donnerstag, um 12 Uhr ist Redaktionsschluss, bitte bis dahin.", "2026-03-12", "tomorrow"),
    ]);
}

#[test]
fn weekdays() {
    check(&[
        ("Der Vermieter will bis Freitag wissen, ob Sie zahlen.", "2026-03-13", "weekday"),
        ("Bitte bis Montag.", "2026-03-16", "weekday"),
        ("Bitte antworten Sie bis kommenden Dienstag.", "2026-03-17", "weekday"),
        ("Am Montag um 9 Uhr werde ich operiert.", "2026-03-16", "weekday"),
        ("Bitte schicken Sie das bis Montagabend.", "2026-03-16", "weekday"),
        ("Wir fliegen am Samstag um 6 Uhr.", "2026-03-14", "weekday"),
        ("Die Stadtwerke sperren am Donnerstag den Strom.", "2026-03-12", "weekday"),
        ("Bitte antworten Sie bis nächste Woche Mittwoch.", "2026-03-18", "weekday"),
        ("Please send it by Friday.", "2026-03-13", "weekday"),
        ("Our flight is on Saturday at 8.", "2026-03-14", "weekday"),
        ("Bitte bis Sonnabend antworten.", "2026-03-14", "weekday"),
    ]);
}

#[test]
fn periods() {
    check(&[
        ("Wir bitten um Antwort innerhalb von 14 Tagen.", "2026-03-25", "period"),
        ("Wir bitten um Antwort binnen zwei Wochen.", "2026-03-25", "period"),
        ("Wir bitten um Antwort binnen zwei (2) Wochen.", "2026-03-25", "period"),
        ("Die Auskunft ist binnen eines Monats zu erteilen.", "2026-04-11", "period"),
        ("Die Auskunft ist innerhalb eines Monats zu erteilen.", "2026-04-11", "period"),
        ("Um Erledigung innerhalb von vier Wochen wird gebeten.", "2026-04-08", "period"),
        ("Bitte antworten Sie innerhalb der nächsten 3 Tage.", "2026-03-14", "period"),
        ("Bitte antworten Sie binnen 48 Stunden.", "2026-03-13", "period"),
        ("Bitte antworten Sie innerhalb von fünf Werktagen.", "2026-03-18", "period"),
        ("Bitte antworten Sie binnen Monatsfrist.", "2026-04-11", "period"),
        ("In drei Tagen läuft die Frist ab.", "2026-03-14", "period"),
        ("In 10 Tagen wird uns der Strom abgestellt.", "2026-03-21", "period"),
        ("Zahlungsziel 14 Tage ab heute, bitte überweisen.", "2026-03-25", "period"),
        ("We would appreciate your reply within four weeks.", "2026-04-08", "period"),
        ("Please answer within two weeks.", "2026-03-25", "period"),
        ("Please answer within 10 days.", "2026-03-21", "period"),
    ]);
}

#[test]
fn ends_of_weeks_months_and_years() {
    check(&[
        ("Bitte antworten Sie bis Ende des Monats.", "2026-03-31", "end-of-month"),
        ("Bitte antworten Sie bis Monatsende.", "2026-03-31", "end-of-month"),
        ("Bitte antworten Sie bis zum Ende des Monats.", "2026-03-31", "end-of-month"),
        ("Bitte antworten Sie bis Ende April.", "2026-04-30", "end-of-month"),
        ("Bitte antworten Sie bis Ende nächsten Monats.", "2026-04-30", "end-of-month"),
        ("Bitte antworten Sie bis Ende der Woche.", "2026-03-13", "end-of-week"),
        ("Bitte antworten Sie bis Ende dieser Woche.", "2026-03-13", "end-of-week"),
        ("Bitte antworten Sie bis Ende nächster Woche.", "2026-03-20", "end-of-week"),
        ("Please reply by the end of the week.", "2026-03-13", "end-of-week"),
        ("Please reply by the end of the month.", "2026-03-31", "end-of-month"),
        ("Die Entscheidung brauchen wir bis KW 14.", "2026-04-03", "calendar-week"),
    ]);
}

#[test]
fn other_languages() {
    check(&[
        (
            "Merci de répondre à notre demande avant le 20 mars 2026, nous en avons besoin.",
            "2026-03-20",
            "date",
        ),
        ("Bonjour Madame, notre vol pour Alger est le 28 mars et le passeport manque.", "2026-03-28", "date"),
        (
            "Proszę o odpowiedź do 20 marca 2026, bardzo dziękuję za pomoc w tej sprawie.",
            "2026-03-20",
            "date",
        ),
        ("Będę operowana w szpitalu, proszę o decyzję do piątku, dziękuję bardzo.", "2026-03-13", "weekday"),
        ("Lütfen belgeleri 20 Mart tarihine kadar gönderin, çok teşekkür ederim.", "2026-03-20", "date"),
        ("Прошу надіслати відповідь до 20 березня, дуже дякую за допомогу.", "2026-03-20", "date"),
        ("Прошу прислать ответ до 20 марта, большое спасибо за помощь.", "2026-03-20", "date"),
        (
            "Por favor envíe la respuesta hasta el 20 de marzo, muchas gracias por su ayuda.",
            "2026-03-20",
            "date",
        ),
        (
            "Vi prego di rispondere entro il 20 marzo, grazie mille per la vostra cortesia.",
            "2026-03-20",
            "date",
        ),
        ("Graag een antwoord voor 20 maart, wij hebben de papieren dringend nodig.", "2026-03-20", "date"),
    ]);
}

#[test]
fn passed_deadlines_and_the_earliest_of_several() {
    check(&[
        (
            "Die hierfür gesetzte Frist ist am 02.03.2026 abgelaufen, wir bitten um Antwort.",
            "2026-03-02",
            "date",
        ),
        ("Bitte bis 27.3. antworten, spätestens bis 31.3.", "2026-03-27", "date"),
        ("Bitte bis Freitag, den 20. März, antworten.", "2026-03-20", "date"),
        ("Auf den Bescheid vom 02.02.2026 bitten wir um Antwort bis 20.03.2026.", "2026-03-20", "date"),
    ]);
}

#[test]
fn dates_that_set_no_deadline() {
    check(&[
        ("Ihr Bescheid vom 02.03.2026 ist mir zugegangen.", "", ""),
        ("Gegen den Bescheid vom 10.3. lege ich Widerspruch ein.", "", ""),
        ("Ich bin geb. 04.10.1989 in Kassel.", "", ""),
        ("Ich bin am 4. Oktober 1989 geboren.", "", ""),
        ("Seit dem 1. Februar 2026 wohne ich in der Ringstraße 4.", "", ""),
        ("Ich arbeite seit 01.03.26 wieder.", "", ""),
        ("Der Antrag ist vom 12.01.2026.", "", ""),
        ("Unser Schreiben vom 15. Januar 2026 liegt Ihnen vor.", "", ""),
        ("Ich habe am 3. März angerufen.", "", ""),
        ("Am Freitag war ich bei Ihnen am Schalter.", "", ""),
        ("Letzten Freitag war ich bei Ihnen.", "", ""),
        ("Seit Donnerstag ist die Laterne aus.", "", ""),
        ("Guten Morgen, wann haben Sie geöffnet?", "", ""),
        ("Guten Morgen!\nWie beantrage ich Wohngeld?", "", ""),
        ("Heute habe ich Ihren Brief bekommen.", "", ""),
        ("heute früh war niemand da.", "", ""),
        ("Ich habe 2.5 Zimmer und zahle 468,20 Euro.", "", ""),
        ("Die Miete beträgt seit drei Monaten 700 Euro.", "", ""),
        ("Version 1.2.3 läuft auf 192.168.10.12.", "", ""),
        ("Meine IBAN ist DE00 1234 5678 9012 3456 78.", "", ""),
        ("Bitte antworten Sie zeitnah.", "", ""),
        ("Bitte antworten Sie schnellstmöglich.", "", ""),
        ("Nach § 15.2 der Satzung bitte ich um Auskunft.", "", ""),
        ("Aktenzeichen 12.3.2026/77", "", ""),
        ("Die Öffnungszeiten sind 8.30 bis 12.10 Uhr.", "", ""),
        ("Ich möchte ab 1. April bei Ihnen einziehen.", "", ""),
        ("", "", ""),
    ]);
}

#[test]
fn advertising_sets_no_deadlines() {
    let nothing = support::verdict([0.02, 0.03, 0.95], [0.02, 0.08, 0.9]);
    for text in [
        "Newsletter abbestellen\nJetzt Rabatt sichern: unser Angebot endet am 20.03.!",
        "Dies ist eine automatisch erzeugte Nachricht. Ich bin bis 20.03. abwesend.",
    ] {
        assert_eq!(support::facts_of(date(2026, 3, 11), text, &nothing).deadline, None, "{text}");
    }
}

#[test]
fn a_deadline_quotes_its_words() {
    let facts =
        facts(date(2026, 3, 11), "Guten Tag. Bitte antworten Sie bis zum 20.3. auf mein Schreiben. Danke.");
    assert!(facts.deadline.unwrap().phrase.contains("bis zum 20.3."));
}

#[test]
fn the_day_of_receipt_is_the_one_in_berlin() {
    let late: jiff::Timestamp = "2026-03-10T23:30:00Z".parse().unwrap();
    let house = langhals_triage::House::new(langhals_triage::Land::BE);
    let facts = langhals_triage::extract(
        &support::mail("", "Bitte bis morgen."),
        &support::request(),
        late,
        &house,
        domain::History::default(),
    );
    assert_eq!(facts.deadline.unwrap().date, date(2026, 3, 12));
}

#[test]
fn weeks_after_a_weekday_this_week_and_hours() {
    check(&[
        ("Bitte antworten Sie bis Freitag in zwei Wochen.", "2026-03-27", "weekday"),
        ("Bitte antworten Sie bis Montag in einer Woche.", "2026-03-23", "weekday"),
        ("Bitte schicken Sie mir das noch diese Woche.", "2026-03-13", "end-of-week"),
        ("Bitte antworten Sie noch in dieser Woche.", "2026-03-13", "end-of-week"),
        ("In 2 Stunden läuft die Frist ab, bitte antworten Sie.", "2026-03-11", "period"),
        ("Bitte antworten Sie binnen 13 Stunden.", "2026-03-12", "period"),
    ]);
}

#[test]
fn a_day_just_passed_is_not_the_one_in_a_year() {
    check(&[
        ("Bitte antworten Sie bis zum 10.3.", "2026-03-10", "date"),
        ("Wir bitten um Auskunft bis spätestens 1. März.", "2026-03-01", "date"),
        ("Ich war bis zum 8.3. im Krankenhaus.", "", ""),
    ]);
}

#[test]
fn lists_and_forms_carry_deadlines_of_real_people_and_encrypted_mail_has_a_subject() {
    let house = langhals_triage::House::new(langhals_triage::Land::NW);
    let deadline = |message: &domain::Message| {
        langhals_triage::extract(
            message,
            &support::request(),
            support::noon(date(2026, 3, 11)),
            &house,
            domain::History::default(),
        )
        .deadline
        .map(|d| d.date)
    };
    let mut listed = support::mail("", "Bitte antworten Sie bis zum 20.3.");
    listed.circumstances.bulk = true;
    listed.circumstances.automatic = true;
    assert_eq!(deadline(&listed), Some(date(2026, 3, 20)));
    let mut encrypted = support::mail("Bitte um Antwort bis zum 20.3.", "");
    encrypted.protection = domain::Protection::Encrypted;
    assert_eq!(deadline(&encrypted), Some(date(2026, 3, 20)));
}

#[test]
fn a_date_without_year_is_the_next_one() {
    let found = facts(date(2026, 12, 20), "Wir bitten um Antwort bis zum 5.1.").deadline;
    assert_eq!(found.unwrap().date, date(2027, 1, 5));
}
