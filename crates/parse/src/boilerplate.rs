//! What mail programs and legal departments add to a text, wherever it stands.

use std::sync::LazyLock;

use crate::contact::has_file_number;
use crate::phrases::Phrases;

/// Lines that mail programs and legal departments add, wherever they stand.
pub(crate) fn without_boilerplate<'a>(lines: &[&'a str]) -> Vec<&'a str> {
    let mut kept = Vec::with_capacity(lines.len());
    let mut in_disclaimer = false;
    for (index, line) in lines.iter().enumerate() {
        in_disclaimer = !line.is_empty() && (in_disclaimer || begins_disclaimer(line)) && !is_own(line);
        // A mail that consists of nothing else says just that.
        let is_last = index + 1 == lines.len() && kept.iter().all(|kept: &&str| kept.is_empty());
        if !(in_disclaimer || is_device_line(line)) || is_last && in_disclaimer {
            kept.push(*line);
        }
    }
    kept
}

/// Below a formula a disclaimer may also follow other data on the same line.
pub(crate) fn holds_disclaimer(line: &str) -> bool {
    static PHRASES: LazyLock<Phrases> = LazyLock::new(|| Phrases::of(DISCLAIMERS));
    PHRASES.within(&line.to_lowercase()).next().is_some() && !is_own(line)
}

const DISCLAIMERS: &[&str] = &[
    "diese e-mail enthält vertrauliche",
    "diese e-mail kann vertrauliche",
    "diese e-mail und alle",
    "diese e-mail und etwaige",
    "diese e-mail und ihre anhänge",
    "diese e-mail ist vertraulich",
    "diese e-mail ist ausschließlich für",
    "diese nachricht enthält vertrauliche",
    "diese nachricht ist vertraulich",
    "diese nachricht ist ausschließlich für",
    "diese nachricht (einschließlich",
    "diese mail enthält vertrauliche",
    "diese email enthält vertrauliche",
    "der inhalt dieser e-mail ist",
    "der inhalt dieser e-mail unterliegt",
    "der inhalt dieser nachricht ist",
    "die information in dieser e-mail",
    "die informationen in dieser e-mail",
    "die in dieser e-mail enthaltenen",
    "vertraulichkeitshinweis",
    "sollten sie nicht der richtige adressat",
    "sollten sie nicht der richtige empfänger",
    "sollten sie nicht der beabsichtigte",
    "sollten sie nicht der vorgesehene",
    "falls sie nicht der richtige adressat",
    "falls sie nicht der richtige empfänger",
    "falls sie nicht der beabsichtigte",
    "wenn sie nicht der richtige adressat",
    "wenn sie nicht der richtige empfänger",
    "this e-mail may contain",
    "this e-mail contains",
    "this email may contain",
    "this email contains confidential",
    "this e-mail and any",
    "this email and any",
    "this message may contain",
    "this message contains confidential",
    "this message and any",
    "this message (including",
    "this message is intended",
    "the information contained in this",
    "confidentiality notice",
    "if you are not the intended",
    "ce message et",
    "ce courriel peut contenir",
    "este mensaje puede contener",
    "este correo electrónico",
    "questo messaggio contiene",
    "dit bericht kan vertrouwelijke",
    "bitte denken sie an die umwelt",
    "bitte prüfen sie, ob diese mail wirklich",
    "bitte prüfen sie, ob diese e-mail wirklich",
    "bitte prüfen sie, ob diese nachricht wirklich",
    "bitte prüfen sie der umwelt",
    "please consider the environment",
    "denken sie an die umwelt",
    "hinweise zum datenschutz finden",
    "informationen zum datenschutz finden",
    "unsere datenschutzhinweise",
    "informationen zur verarbeitung ihrer daten",
    "informationen zur verarbeitung ihrer personenbezogenen",
    "virenfrei.",
    "diese e-mail wurde von avast",
    "diese nachricht wurde von avast",
    "virus-free",
];

/// Whether the sender speaks for themselves, as no disclaimer does; those say „wir“ and „uns“, though.
pub(crate) fn is_own(line: &str) -> bool {
    const OWN: &[&str] = &[
        "ich",
        "mir",
        "mich",
        "mein",
        "meine",
        "meinem",
        "meinen",
        "meiner",
        "meines",
        "beantrage",
        "beantragen",
        "lege",
        "reiche",
        "widerspruch",
        "einspruch",
    ];
    let flat = line.to_lowercase();
    words(&flat).any(|word| OWN.contains(&word)) || has_file_number(line)
}

fn words(flat: &str) -> impl Iterator<Item = &str> {
    flat.split(|c: char| !c.is_alphanumeric())
}

fn begins_disclaimer(line: &str) -> bool {
    let line = line.trim_start_matches(['*', '_', ' ', '-', '(', '[']);
    // Asked of every line: without a copy of it in lower case.
    let begins = |start: &&str| {
        let mut flat = line.chars().flat_map(char::to_lowercase);
        start.chars().all(|letter| flat.next() == Some(letter))
    };
    DISCLAIMERS.iter().any(begins)
}

/// Words that begin like one of these name what a mail was sent with; „mit der Post“ is something else.
const DEVICES: &[&str] = &[
    "android",
    "app",
    "apps",
    "blackberry",
    "bluemail",
    "galaxy",
    "gmail",
    "gmx",
    "handy",
    "huawei",
    "ios",
    "ipad",
    "iphone",
    "mail",
    "mobil",
    "nokia",
    "outlook",
    "phone",
    "proton",
    "samsung",
    "smartphone",
    "tablet",
    "telefon",
    "tuta",
    "unterwegs",
    "web",
    "windows",
    "xiaomi",
    "yahoo",
    "почт",
    "пошт",
    "телефон",
    "смартфон",
    "мобил",
    "мобіл",
];

/// „Von meinem iPhone gesendet“ and its like.
fn is_device_line(line: &str) -> bool {
    const LONGEST: usize = 110;
    const STARTS: &[&str] = &[
        "gesendet von mein",
        "gesendet von outlook",
        "gesendet von mail",
        "gesendet von yahoo",
        "gesendet mit der",
        "gesendet mit",
        "von meinem iphone",
        "von meinem ipad",
        "von meinem samsung",
        "von meinem android",
        "von meinem smartphone",
        "von meinem handy gesendet",
        "von unterwegs gesendet",
        "von unterwegs getippt",
        "diese nachricht wurde von meinem android",
        "sent from my",
        "sent from mail",
        "sent from outlook",
        "sent with",
        "sent via",
        "get outlook for",
        "outlook für",
        "holen sie sich outlook",
        "envoyé de mon",
        "envoyé depuis",
        "enviado desde mi",
        "enviado do meu",
        "inviato da",
        "inviato dal mio",
        "verzonden vanaf",
        "verstuurd vanaf",
        "wysłane z",
        "iphone'umdan gönderildi",
        "отправлено с",
        "надіслано з",
        "gesendet vom",
    ];
    let flat = line.trim_start_matches(['-', '*', ' ', '_']).to_lowercase();
    line.len() <= LONGEST
        && STARTS.iter().any(|start| flat.starts_with(start))
        && words(&flat).any(|word| DEVICES.iter().any(|device| word.starts_with(device)))
        && !words(&flat).any(|word| matches!(word, "habe" | "haben" | "hat" | "wurden"))
        && !has_file_number(line)
}
