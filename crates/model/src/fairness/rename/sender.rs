//! Whether a sender's shown name is a person's, and which part of it the family's.

use crate::fairness::words::is_capital;

/// Stand between „Frau" and the name, or before a sender's.
pub(super) const DEGREES: [&str; 16] = [
    "Dr",
    "Prof",
    "med",
    "jur",
    "phil",
    "rer",
    "nat",
    "Ing",
    "Dipl-Ing",
    "RA",
    "RAin",
    "Mag",
    "Rechtsanwalt",
    "Rechtsanwältin",
    "Notar",
    "Notarin",
];

/// A sender with one of these in a word is no person.
const INSTITUTIONS: [&str; 89] = [
    "amt ",
    "büro",
    "service",
    "team",
    "gmbh",
    "kanzlei",
    "stadt ",
    "gemeinde ",
    "verein",
    "verband",
    "schule ",
    "gericht",
    "minister",
    "letter",
    "portal",
    "versicher",
    "kasse",
    "bank ",
    "praxis",
    "zentr",
    "stelle",
    "akademie",
    "klinik",
    "hotel",
    "verlag",
    "redaktion",
    "agentur",
    "institut",
    "stiftung",
    "initiative",
    "forum",
    "dienst",
    "betrieb",
    "handel",
    "handwerk",
    "kammer",
    "fraktion",
    "familie",
    "family",
    "ehepaar",
    "eheleute",
    "hausverwaltung",
    "immobilien",
    "support",
    "buchhaltung",
    "vertrieb",
    "leitung",
    "sekretariat",
    "vorzimmer",
    "system",
    "server",
    "netz",
    "genossenschaft",
    "gesellschaft",
    "partner",
    "betreuung",
    "bestattung",
    "center",
    "office",
    "section",
    "account",
    "consult",
    "formular",
    "börse",
    "markt",
    "rathaus",
    "autohaus",
    "frauenhaus",
    "krankenhaus",
    "kulturhaus",
    "backhaus",
    "gutshof",
    "abteilung",
    "sachgebiet",
    "technik",
    "radio",
    "sportbund",
    "musikzug",
    "residenz",
    "ausschuss",
    "lotterie",
    "microsoft",
    "outlook",
    "direct",
    "kopierer",
    "lounge",
    "schaftsrat",
    "crypto",
    "anwälte",
];

/// Whole words of no person's name.
const NO_NAMES: [&str; 44] = [
    "ag", "kg", "ug", "gbr", "ohg", "bi", "sv", "tsv", "vhs", "it", "eb", "ig", "app", "hof", "foto", "auto",
    "elektro", "taxi", "optik", "bau", "agrar", "rat", "land", "kreis", "post", "presse", "stadt",
    "gemeinde", "haus", "bar", "imbiss", "gasthof", "kita", "club", "zirkus", "circus", "tante", "oma",
    "opa", "der", "die", "eine", "ein", "im",
];

/// Small words within names.
const PARTICLES: [&str; 12] = ["von", "van", "de", "der", "den", "zu", "el", "al", "da", "di", "dos", "bin"];

/// Who sent a letter.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Sender<'l> {
    pub(super) given: Vec<&'l str>,
    pub(super) family: &'l str,
}

/// The sender, if it is a person with given and family name: two to four words in capitals, none of an institution.
pub(super) fn sender(name: &str) -> Option<Sender<'_>> {
    let low = format!("{} ", name.to_lowercase());
    if name.contains(|c: char| !c.is_alphabetic() && !" .-'’".contains(c))
        || INSTITUTIONS.iter().any(|word| low.contains(word))
    {
        return None;
    }
    let words: Vec<&str> = name
        .split_whitespace()
        .map(|word| word.trim_end_matches('.'))
        .filter(|word| !DEGREES.contains(word))
        .collect();
    let is_name = |word: &&str| {
        let shouted = word.chars().count() > 2 && word.chars().all(char::is_uppercase);
        is_capital(word) && !shouted || PARTICLES.contains(word)
    };
    let is_none = |word: &&str| NO_NAMES.contains(&word.to_lowercase().as_str()) && !PARTICLES.contains(word);
    let (family, given) = words.split_last()?;
    let initials_only = family.chars().count() < 2;
    if !(2..=4).contains(&words.len())
        || initials_only
        || !words.iter().all(is_name)
        || words.iter().any(is_none)
    {
        return None;
    }
    Some(Sender { given: given.iter().copied().filter(|word| !PARTICLES.contains(word)).collect(), family })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn persons_are_told_from_institutions() {
        for (name, family) in [
            ("Erika Mustermann", Some("Mustermann")),
            ("Dr. Anna-Lena Özdemir", Some("Özdemir")),
            ("Freya von der Heide", Some("Heide")),
            ("R. Mattheis", Some("Mattheis")),
            ("Світлана Павленко", Some("Павленко")),
            ("Arzu", None),
            ("N. N.", None),
            ("STEUERBÜRO LANGEWIESCHE", None),
            ("Bürgerbüro Hohenrade", None),
            ("Elektro Ranft", None),
            ("Kanzlei Dr. Barzani", None),
            ("Max Rank | SEO", None),
            ("Foto Lindner", None),
            ("Anneliese Grothaus", Some("Grothaus")),
            ("Rechtsanwältin Friederike Oduya", Some("Oduya")),
            ("Personalabteilung Feinmechanik Ott", None),
            ("", None),
        ] {
            assert_eq!(sender(name).map(|sender| sender.family), family, "{name}");
        }
    }
}
