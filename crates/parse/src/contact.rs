//! What a single line below a greeting is: something said, a label, contact data, or a file number.

/// Whether a line makes a statement: a word that only sentences have, or a sentence's end.
pub(crate) fn is_said(line: &str) -> bool {
    const FEW: usize = 4;
    let words: Vec<String> = line
        .split(|c: char| !c.is_alphanumeric() && c != '-')
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect();
    let says = words.iter().any(|word| SAYING.contains(&&**word));
    let ends = line.ends_with(['.', '?', '!']) && words.len() > FEW;
    (says && words.len() > 2 || line.ends_with('?') || ends) && !is_contact(line)
}

/// A role, a department, a firm, a street: short, capitalised, no statement.
pub(crate) fn is_label_like(line: &str) -> bool {
    const LONGEST: usize = 80;
    let first = line.trim_start().chars().next();
    let begins = first
        .is_some_and(|c| c.is_uppercase() || c.is_ascii_digit() || matches!(c, '|' | '*' | '(' | '–' | '-'));
    line.len() <= LONGEST && begins && !is_said(line)
}

/// Contact data below a formula: it names its kind, or looks like an address.
pub(crate) fn is_contact(line: &str) -> bool {
    let flat = line.trim().to_lowercase();
    let short = flat.len() <= 160;
    short && (starts_word(&flat, CONTACT) && !is_sentence(&flat) || is_bare_contact(line))
}

/// A telephone number, an address or a link with nothing else but its label.
pub(crate) fn is_bare_contact(line: &str) -> bool {
    const MOST_LETTERS: usize = 12;
    let flat = line.trim();
    let digits = flat.chars().filter(char::is_ascii_digit).count();
    let letters = flat.chars().filter(|c| c.is_alphabetic()).count();
    let labelled = flat.len() < 60
        && ["tel", "fon", "fax", "mobil", "handy", "phone", "mob"]
            .iter()
            .any(|start| flat.to_lowercase().starts_with(start));
    let number = digits >= 6 && flat.starts_with(['+', '0', '(']) && letters == 0 && !flat.contains("//");
    let words = flat.split_whitespace().count();
    let link = words <= 2
        && (flat.contains('@') || flat.starts_with("www.") || flat.starts_with("http"))
        && words > 0;
    number || labelled && digits >= 5 && letters <= MOST_LETTERS || link && !flat.contains('?')
}

/// A file number or the like: it says what the mail is about, wherever it stands.
pub(crate) fn has_file_number(line: &str) -> bool {
    const CUES: &[&str] = &[
        "az.",
        "az:",
        "az ",
        "aktenzeichen",
        "aktz",
        "geschäftszeichen",
        "gesch.-z",
        "geschz",
        "gz.",
        "gz:",
        "gz ",
        "kassenzeichen",
        "kundennummer",
        "kundennr",
        "kunden-nr",
        "kd-nr",
        "kd.-nr",
        "unser zeichen",
        "ihr zeichen",
        "mein zeichen",
        "u. z.",
        "bg-nummer",
        "bg-nr",
        "bg nr",
        "bg ",
        "bg:",
        "steuernummer",
        "steuernr",
        "steuer-nr",
        "st.-nr",
        "stnr",
        "st-nr",
        "vorgang",
        "ticket",
        "antragsnummer",
        "antragsnr",
        "antrags-nr",
        "fallnummer",
        "förderkennzeichen",
        "fkz",
        "mitgliedsnummer",
        "versicherungsnummer",
        "vers.-nr",
        "referenz",
        "reference",
        "ref.",
        "ref:",
        "aktennummer",
        "geschäftsnummer",
        "buchungszeichen",
        "personenkonto",
        "debitor",
        "zeichen",
        "dosya",
        "nr.",
        "file",
        "dossier",
        "kind:",
    ];
    // These also end longer words, such as Personalaktenzeichen.
    const COMPOUNDS: &[&str] = &["zeichen", "vertragsn", "vorgangsn", "nummer", "register "];
    // Most lines have no digits, which is seen soonest.
    if !has_digits(line, 2) {
        return false;
    }
    let flat = line.trim().to_lowercase();
    let cued = starts_word(&flat, CUES) || COMPOUNDS.iter().any(|cue| flat.contains(cue));
    (cued || has_code(&flat)) && !names_register(&flat)
}

pub(crate) fn has_digits(text: &str, least: usize) -> bool {
    text.chars().filter(char::is_ascii_digit).count() >= least
}

/// Words that hardly ever stand in contact data, so that their line says something.
const SAYING: &[&str] = &[
    "ich",
    "wir",
    "mir",
    "uns",
    "mein",
    "meine",
    "meiner",
    "meinen",
    "unser",
    "unsere",
    "sie",
    "du",
    "bitte",
    "habe",
    "haben",
    "hat",
    "bin",
    "ist",
    "sind",
    "war",
    "wird",
    "werden",
    "kann",
    "können",
    "könnte",
    "muss",
    "müssen",
    "soll",
    "möchte",
    "nicht",
    "kein",
    "keine",
    "wenn",
    "dass",
    "daß",
    "weil",
    "aber",
    "auch",
    "noch",
    "schon",
    "damit",
    "danke",
    "beantrage",
    "i",
    "we",
    "my",
    "please",
    "is",
    "are",
    "have",
    "not",
    "you",
    "your",
    "je",
    "nous",
    "est",
    "por",
    "favor",
];

const CONTACT: &[&str] = &[
    "tel.",
    "tel:",
    "telefon",
    "phone",
    "fon:",
    "fon ",
    "mobil",
    "handy:",
    "fax",
    "e-mail:",
    "email:",
    "mail:",
    "internet:",
    "www.",
    "http://",
    "https://",
    "ust-id",
    "ust.-id",
    "ustid",
    "hrb",
    "hra ",
    "amtsgericht",
    "registergericht",
    "handelsregister",
    "geschäftsführer",
    "geschäftsführung:",
    "vorstand:",
    "vorsitzender des",
    "sitz der",
    "iban:",
    "bic:",
    "bankverbindung:",
    "de-mail",
    "sprechzeiten",
    "öffnungszeiten",
    "postanschrift",
    "hausanschrift",
    "postfach",
    "besucheradresse",
    "durchwahl",
    "telefax",
    "zentrale:",
    "signal:",
    "linkedin",
    "facebook",
    "instagram",
];

/// A number of the kind `2024/0117` or `KV-5512-2`, in a line that is no contact data.
fn has_code(flat: &str) -> bool {
    const FEWEST_DIGITS: usize = 5;
    let is_code = |word: &str| {
        has_digits(word, FEWEST_DIGITS)
            && word.contains(['-', '/'])
            && !word.starts_with(['0', '+', '('])
            && !word.contains('.')
    };
    flat.split_whitespace().any(is_code) && !is_contact(flat)
}

/// Numbers that a firm must print by law (§ 35a of the `GmbHG`) and no file number.
fn names_register(flat: &str) -> bool {
    [
        "ust-id",
        "ustid",
        "ust.-id",
        "ust-idnr",
        "hrb",
        "hra ",
        "handelsregister",
        "iban",
        "telefonnummer",
        "faxnummer",
        "rufnummer",
    ]
    .iter()
    .any(|cue| flat.contains(cue))
}

/// Whether one of the cues, all of which begin with a letter, stands where a word begins.
fn starts_word(flat: &str, cues: &[&str]) -> bool {
    let mut within = false;
    flat.char_indices().any(|(at, letter)| {
        let begins = !within && letter.is_alphanumeric();
        within = letter.is_alphanumeric();
        begins && flat.get(at..).is_some_and(|rest| cues.iter().any(|cue| rest.starts_with(cue)))
    })
}

/// A sentence in which a telephone or a link is only mentioned.
fn is_sentence(flat: &str) -> bool {
    let words = flat.split(|c: char| !c.is_alphanumeric()).filter(|word| SAYING.contains(word)).count();
    words >= 1 && flat.split_whitespace().count() > 4
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_told_apart() {
        for (line, said, contact, number) in [
            ("Tel. 030 12345", false, true, false),
            ("+49 152 0000 8719", false, true, false),
            ("www.example.org", false, true, false),
            ("Amtsgericht Musterstadt HRB 12345", false, true, false),
            ("Bitte rufen Sie mich an: Tel. 030 12345", true, false, false),
            ("Ist das richtig?", true, false, false),
            ("Az. 12-345", false, false, true),
            ("BG 12345//678", false, false, true),
            ("Kassenzeichen 12.345", false, false, true),
            ("Referat 3", false, false, false),
            ("Rosenweg 1, 12345 Musterstadt", false, false, false),
        ] {
            assert_eq!(
                (is_said(line), is_contact(line), has_file_number(line)),
                (said, contact, number),
                "{line}"
            );
        }
    }
}
