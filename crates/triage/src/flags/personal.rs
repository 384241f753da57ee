//! `persoenlich`: mail that is nobody's business but the addressee's. Nothing but its headers is read.
//!
//! ```text
//! To: the staff council … ─┐
//! Subject: "vertraulich"   ├▶ unopened: text, signature and names of files are taken away before anything reads them
//! Sensitivity: Private     ┘
//! ```
//!
//! A data-protection *mailbox* receives requests that must be read; only the officer's own counts. Nor is a mail
//! unopened that also went to others, or where such an address has a copy.

use domain::{Address, Attachment, Flag, Message};

use super::Mail;
use super::switches::Switch;
use crate::House;

/// The mail as it may be read: without text where a person or a confidential body is addressed.
///
/// How many files there are and how large stays: that says that somebody must open the mail.
pub fn unopened(message: Message, house: &House) -> Message {
    if house.switches.of(Flag::Persoenlich) == Switch::Off || why(&message).is_none() {
        return message;
    }
    let nameless = |attachment: Attachment| Attachment { name: String::new(), ..attachment };
    Message {
        text: String::new(),
        signature: String::new(),
        links: Vec::new(),
        attachments: message.attachments.into_iter().map(nameless).collect(),
        ..message
    }
}

/// Whether nothing but the headers of a mail is to be read; nothing is learnt of such mail, whatever the switch.
pub fn is_personal(message: &Message) -> bool {
    why(message).is_some()
}

/// A personal mail, with what says so.
pub(super) fn rule(mail: &Mail<'_>) -> Option<String> {
    why(mail.message)
}

fn why(message: &Message) -> Option<String> {
    let reason = if message.circumstances.private {
        "laut Kopfzeile Sensitivity".to_owned()
    } else if let Some(body) = confidential_addressee(message) {
        format!("Adressat: {body}")
    } else if is_marked(&message.subject) {
        "laut Betreff".to_owned()
    } else {
        return None;
    };
    Some(format!("Persönlich oder vertraulich ({reason}): Der Text wurde nicht gelesen."))
}

/// Recipients in `To:` beyond which a mail is nobody's own.
const MOST_ADDRESSED: usize = 3;

/// The confidential body, where all that are addressed are such.
fn confidential_addressee(message: &Message) -> Option<&'static str> {
    let addressed = message.recipients.get(..message.addressed)?;
    if addressed.len() > MOST_ADDRESSED {
        return None;
    }
    let mut bodies = addressed.iter().map(body);
    let first = bodies.next()??;
    bodies.all(|body| body.is_some()).then_some(first)
}

/// Bodies whose mail others must not read, by words of their addresses and names.
#[rustfmt::skip]
const BODIES: [(&str, &[&str]); 4] = [
    ("Personalrat", &["personalrat", "gesamtpersonalrat", "hauptpersonalrat", "bezirkspersonalrat", "personalvertretung", "personalrätin", "jav",
        "gpr", "betriebsrat", "personalratsvorsitzende", "personalratsvorsitzender", "jugendvertretung"]),
    ("Datenschutzbeauftragte", &["dsb", "bdsb", "datenschutzbeauftragte", "datenschutzbeauftragter", "datenschutzbeauftragten",
        "datenschutzbeauftragtem"]),
    ("Gleichstellungsbeauftragte", &["gleichstellungsbeauftragte", "gleichstellungsbeauftragter", "gleichstellungsbeauftragten", "gleichstellung",
        "gleichstellungsstelle", "frauenbeauftragte", "frauenvertreterin", "gleichstellungsbuero", "gleichstellungsbüro"]),
    ("Schwerbehindertenvertretung", &["schwerbehindertenvertretung", "sbv", "schwerbehindertenvertrauensperson", "hauptschwerbehindertenvertretung",
        "schwerbehindertenvertreter", "schwerbehindertenvertreterin", "gsbv"]),
];

/// Which body an address belongs to, by its own part and its name; never by its domain.
fn body(address: &Address) -> Option<&'static str> {
    let local = address.email.split('@').next().unwrap_or_default().to_lowercase();
    let name = if address.name.contains('@') { String::new() } else { address.name.to_lowercase() };
    // "Vertrauensperson der schwerbehinderten Menschen" is the SBV's title (SGB IX § 177).
    if name.contains("schwerbehinderten menschen") {
        return Some("Schwerbehindertenvertretung");
    }
    let has = |names: &[&str]| {
        [&local, &name]
            .iter()
            .any(|text| text.split(|c: char| !c.is_alphanumeric()).any(|word| names.contains(&word)))
    };
    BODIES.iter().find(|(_, names)| has(names)).map(|(body, _)| *body)
}

/// Whether the subject bears a mark, in a piece of its own: "Persönlich/vertraulich: …", "… (vertraulich)",
/// "Herrn Dr. Krause persönlich". A word in a sentence is no mark.
fn is_marked(subject: &str) -> bool {
    let subject = subject.to_lowercase();
    if subject.contains("p/c ") || subject.ends_with("p/c") {
        return true;
    }
    subject.split([':', '-', '–', '—', '|', '/', '[', ']', '(', ')', '!', '*', ',', ';']).any(is_mark)
}

fn is_mark(piece: &str) -> bool {
    const MARKS: [&str; 5] = ["persönlich", "vertraulich", "confidential", "persoenlich", "private"];
    const BESIDE: [&str; 14] = [
        "streng",
        "bitte",
        "nur",
        "und",
        "and",
        "strictly",
        "höchst",
        "zu",
        "öffnen",
        "behandeln",
        "sehr",
        "personal",
        "&",
        "absolut",
    ];
    let words: Vec<&str> = piece.split_whitespace().collect();
    let marked = words.iter().any(|word| MARKS.contains(word));
    let nothing_else = words.iter().all(|word| MARKS.contains(word) || BESIDE.contains(word));
    // "Frau Weber persönlich", and nothing behind it.
    let to_a_person = words.last().is_some_and(|word| *word == "persönlich" || *word == "vertraulich")
        && words.first().is_some_and(|word| matches!(*word, "frau" | "herrn" | "herr" | "an"))
        && words.len() <= 5;
    // "private" alone is an adjective in English and German.
    let only_private = words == ["private"];
    marked && nothing_else && !only_private || to_a_person
}
