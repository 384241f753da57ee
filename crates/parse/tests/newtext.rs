//! What was written now, as corpus records and mails have it: history, signature, handover.

use langhals_parse::{Draft, composed};

fn record(subject: &str, body: &str) -> domain::Message {
    composed(&Draft {
        from_name: "Max",
        from_addr: "max@example.org",
        subject,
        body,
        attachments: &[],
        received: None,
    })
}

const FORWARDED: &str = "\n\n-----Ursprüngliche Nachricht-----\nVon: A <a@example.org>\nGesendet: Montag, 2. März 2026 09:14\nAn: Amt\nBetreff: Mein Antrag\n\nIch beantrage Wohngeld.\n\nMit freundlichen Grüßen\nA. Muster\nTel. 030 123456\n\n> ganz alt\n";

#[test]
fn a_forward_that_is_handed_over_is_read() {
    for (subject, new) in [
        ("WG: Mein Antrag", "zuständigkeitshalber weitergeleitet"),
        ("WG: Mein Antrag", "s. u."),
        ("WG: Mein Antrag", "Bitte übernehmen."),
        ("WG: Mein Antrag", "Mit der Bitte um Bearbeitung."),
        ("FW: Mein Antrag", "for further processing"),
        ("WG: Mein Antrag", ""),
        ("WG: Mein Antrag", "Viele Grüße\nPoststelle"),
        ("Abgabe", "zuständigkeitshalber weitergeleitet"),
        ("Post von gestern", "Kam hier an, gehört zu euch."),
    ] {
        let message = record(subject, &format!("{new}{FORWARDED}"));
        assert!(message.circumstances.handed_over, "{subject}: {new}");
        let older = "Mein Antrag\n\nIch beantrage Wohngeld.\n\nMit freundlichen Grüßen\nA. Muster\n";
        assert!(message.text.ends_with(older), "{}", message.text);
        assert!(!message.text.contains("Gesendet") && !message.text.contains("ganz alt"), "{}", message.text);
    }
}

#[test]
fn a_forward_that_is_not_handed_over_is_not_read() {
    for (subject, new) in [
        ("WG: Mein Antrag", "Zur Kenntnis."),
        ("WG: Mein Antrag", "FYI"),
        ("WG: Mein Antrag", "nur zur Info, ihr müsst nichts tun, zuständigkeitshalber schon im Amt"),
        ("WG: Mein Antrag", "Siehe unten: Ist diese Mail echt?"),
    ] {
        let message = record(subject, &format!("{new}{FORWARDED}"));
        assert!(!message.circumstances.handed_over && message.circumstances.forwarded, "{subject}: {new}");
        assert_eq!(message.text, format!("{new}\n"));
    }
}

#[test]
fn a_reply_is_not_decided_by_its_history() {
    for (subject, new) in [
        ("AW: Mein Antrag", "s. u., das ist alles."),
        ("Re: WG: Mein Antrag", "danke"),
        ("AW: Mein Antrag", "Anbei die Unterlagen zur weiteren Bearbeitung."),
        ("Mein Antrag", "Hier mein Antrag mit der Bitte um Bearbeitung."),
        ("Frage", "Wann ist offen?"),
    ] {
        let message = record(subject, &format!("{new}{FORWARDED}"));
        assert!(!message.circumstances.handed_over && !message.circumstances.forwarded, "{subject}: {new}");
        assert_eq!(message.text, format!("{new}\n"));
    }
    assert!(record("AW: x", "y").circumstances.reply);
}

#[test]
fn a_chain_of_forwards_is_read_to_its_end() {
    let chain = "zur weiteren Bearbeitung\n\nVon: B\nGesendet: Dienstag\nAn: C\nBetreff: WG: Frage\n\nweiter an euch\n\nVon: A\nGesendet: Montag\nAn: B\nBetreff: Frage\n\nWann ist offen?";
    let text = record("WG: WG: Frage", chain).text;
    assert_eq!(text, "zur weiteren Bearbeitung\n\nWG: Frage\n\nweiter an euch\n\nFrage\n\nWann ist offen?\n");
}

#[test]
fn a_quoted_forward_is_read_where_it_is_handed_over() {
    let quoted = "\n\n> Von: A\n> Betreff: Lob\n>\n> Danke für den Park.\n";
    assert_eq!(
        record("WG: Lob", &format!("Zuständigkeitshalber.{quoted}")).text,
        "Zuständigkeitshalber.\n\nLob\n\nDanke für den Park.\n"
    );
    assert_eq!(record("WG: Lob", &format!("Hübsch, nicht?{quoted}")).text, "Hübsch, nicht?\n");
}

#[test]
fn answers_between_quotes_are_new() {
    let body = "Hallo,\n\n> 1. Wann?\nam 2.5.\n\n> 2. Wo?\nhier\n\nGruß\nMax";
    assert_eq!(record("Re: Fragen", body).text, "Hallo,\n\nam 2.5.\n\nhier\n\nGruß\nMax\n");
}

#[test]
fn cutting_leaves_something_of_what_was_said() {
    for (body, text) in [
        ("> Ich beantrage Wohngeld.", "Ich beantrage Wohngeld.\n"),
        (
            "Von: Max\nGesendet: heute\nAn: Amt\nBetreff: Antrag\n\nIch beantrage Wohngeld.",
            "Von: Max\nGesendet: heute\nAn: Amt\nBetreff: Antrag\n\nIch beantrage Wohngeld.\n",
        ),
        ("Von meinem iPhone gesendet", "Von meinem iPhone gesendet\n"),
        (
            "Diese E-Mail enthält vertrauliche Informationen.",
            "Diese E-Mail enthält vertrauliche Informationen.\n",
        ),
    ] {
        assert_eq!(record("Antrag", body).text, text);
    }
    assert_eq!(record("Re: Antrag", "> Ihr Bescheid").text, "");
}

#[test]
fn signature_and_disclaimer_go() {
    let message = record(
        "Antrag",
        "Ich beantrage Wohngeld.\n\nMit freundlichen Grüßen\n\nErika Muster\nSachgebiet 3\nTel. 030 123456\nAz. 12-345\n\nDiese E-Mail enthält vertrauliche Informationen.\n",
    );
    assert_eq!(
        message.text,
        "Ich beantrage Wohngeld.\n\nMit freundlichen Grüßen\n\nErika Muster\nAz. 12-345\n"
    );
    assert_eq!(message.signature, "Sachgebiet 3\nTel. 030 123456\n");
}
