//! Cue words before a reference, and signs of registers.

use std::sync::LazyLock;

use crate::text::Text;
use crate::words::{Words, set};

/// Tokens looked back for a label.
const REACH: usize = 4;

/// Whether a label stands before the token at `index`, with nothing but connecting words between.
pub(super) fn stands_before(text: &Text, index: usize) -> bool {
    for back in 1..=REACH.min(index) {
        let at = index - back;
        let word = text.word(at);
        if text.tokens[at].sentence != text.tokens[index].sentence && !begins_line_after(text, at, index) {
            return false;
        }
        if word == "#" && back == 1 && is_long(text, index) {
            return true;
        }
        if is_label(word) {
            return !numbers_something_else(text, at);
        }
        if is_weak(text, at, index) {
            return true;
        }
        if matches!(word, "nr" | "no" | "n" | "n°" | "number" | "nummer" | "numer")
            && !is_connecting_noun(text, at)
        {
            continue;
        }
        if !is_connecting(word) {
            break;
        }
    }
    text.word_before(index, 1) == ":" && announces(text, index)
}

/// Whether `index` begins the line below the one of `at`: a form's label stands above its number.
fn begins_line_after(text: &Text, at: usize, index: usize) -> bool {
    let line = text.tokens[index].line;
    let first = index.checked_sub(1).and_then(|before| text.at(before)).is_some_and(|t| t.line != line);
    first && text.tokens[at].line + 1 == line
}

/// Whether a label opens the clause that the colon before `index` ends: "Das Az. steht auf dem Brief: 44/1-118".
fn announces(text: &Text, index: usize) -> bool {
    let label = text
        .before(index, 10)
        .take_while(|at| !text.tokens[*at].is_number())
        .find(|at| is_label(text.word(*at)) && !matches!(text.word(*at), "id" | "file" | "fall" | "projekt"));
    label.is_some_and(|at| !numbers_something_else(text, at))
}

/// Long enough that a bare "#" before it makes it a ticket: not the "#3" of a list.
fn is_long(text: &Text, index: usize) -> bool {
    text.at(index).is_some_and(|t| t.len() >= 5 || !t.is_number() || text.is_glued(index + 1))
}

/// Words that announce a number only directly before it: "Einwendung 4471", "hier: 118/24".
fn is_weak(text: &Text, at: usize, index: usize) -> bool {
    let word = text.word(at);
    let parted = text.is_glued(index + 1) && matches!(text.word(index + 1), "/" | "-" | ".");
    if matches!(word, "hier" | "dort" | "sache") {
        let colon = at + 2 == index && text.is_mark(at + 1, ':') && parted;
        return colon || at + 1 == index && text.is_glued(index + 1) && text.is_mark(index + 1, '/');
    }
    let own = [
        "antrag",
        "meldung",
        "einwendung",
        "eingabe",
        "ersuchen",
        "anfrage",
        "vergabe",
        "forderung",
        "verbalnote",
    ];
    let long = text.at(index).is_some_and(|t| t.is_number() && t.len() >= 4);
    let number = text.at(index).is_some_and(|t| t.is_number() && !t.glued);
    at + 1 == index && number && (parted || long) && own.iter().any(|end| word.ends_with(end))
}

/// Winter and summer semester, that years follow.
pub(super) fn is_semester(word: &str) -> bool {
    matches!(word, "ws" | "ss" | "wise" | "sose")
}

/// The letters before the digits of a service desk's number.
pub(super) fn is_ticket(word: &str) -> bool {
    ["inc", "req", "ritm", "chg", "prb", "task", "sctask", "cs", "sr", "wo", "ticket", "case"].contains(&word)
}

/// "Bebauungsplan Nr.", "Laterne Nr.": a number of a thing.
#[rustfmt::skip]
fn is_connecting_noun(text: &Text, at: usize) -> bool {
    [
        "bebauungsplan", "laterne", "liste", "lieferschein", "haus", "amtsblatt", "ausgabe", "abs", "satz",
        "zimmer",
    ]
    .contains(&text.word_before(at, 1))
}

#[rustfmt::skip]
fn is_connecting(word: &str) -> bool {
    [
        ".", ":", "-", "(", "#", "/", "=", "|", "lautet", "ist", "is", "war", "to", "unter", "your", "ihr",
        "bei", "ihnen", "uns", "steht", "oben", "intern", "°", "’", "die", "der", "dem", "des", "behörde",
        "gerichts", "antrag", "seit", "numaram", "sprawy", "no", "von", "jobcenter", "beim", "at", "was",
    ]
    .contains(&word)
}

/// A label that does not announce a file number after all: "Steuer-Nr.", "Rechnung Nr.".
#[rustfmt::skip]
fn numbers_something_else(text: &Text, at: usize) -> bool {
    let before = words_before(text, at).next().unwrap_or_default();
    if text.word(at) == "id" && is_technical(before) {
        return true;
    }
    matches!(text.word(at), "nr" | "nummer" | "id" | "ref")
        && (before.contains("rechnung")
            || before.contains("telefon")
            || before.ends_with("ausweis")
            || before.ends_with("pass")
            || before == "steuer" && text.word(at) == "id"
            || [
                "tel", "fax", "mobil", "handy", "haus", "rg", "re", "iban", "konto", "matrikel", "personal",
                "flurstück", "flurstücks", "kfz", "fahrgestell", "zähler", "pers", "bebauungsplan",
                "laterne", "liste", "lieferschein", "amtsblatt", "ausgabe", "abs", "satz", "zimmer",
                "wohnung", "top", "anlage", "kto", "rundschreiben", "pressemitteilung", "newsletter", "angebot", "facture",
                "factuur", "fattura", "factura", "faktura", "invoice", "heft", "feld", "grab", "fl", "rad", "evb", "gläubiger", "blz", "partnerschaftsregister", "der", "strang",
            ]
            .contains(&before))
}

/// Ids of machines and meetings.
#[rustfmt::skip]
fn is_technical(before: &str) -> bool {
    [
        "queue", "job", "besprechung", "meeting", "konferenz", "webinar", "leitweg", "message", "device", "gerät",
        "session", "build", "event", "steuer", "user", "tracking", "sendungs", "ust", "hardware", "zoom", "prozess",
    ]
    .iter()
    .any(|machine| before.starts_with(machine))
}

/// The words before the token at `index`, nearest first, whatever dots and hyphens stand between: "Tel.-Nr."
pub(super) fn words_before(text: &Text, index: usize) -> impl Iterator<Item = &str> {
    text.before(index, 8).map(|at| text.word(at)).filter(|word| !matches!(*word, "." | "-" | ":"))
}

/// The end of a separable verb after a number: "lege Widerspruch gegen 1187/25 ein".
#[rustfmt::skip]
pub(super) fn is_particle(word: &str) -> bool {
    [
        "ein", "nach", "ab", "vor", "an", "auf", "aus", "zu", "mit", "los", "bei", "vom", "um", "fort", "her",
        "hin", "weg", "bis", "ins",
    ]
    .contains(&word)
}

/// Cue words of German and foreign mail, in lower case.
pub(super) fn is_label(word: &str) -> bool {
    #[rustfmt::skip]
    const STEMS: [&str; 12] = [
        "aktenzeichen", "geschäftszeichen", "kassenzeichen", "geschäftszahl", "vorgangsn", "ticket",
        "aktenn", "förderkennz", "buchungsz", "vorgang", "bescheidn", "dossier",
    ];
    let numbered = ["nummer", "nr", "nummern", "zeichen", "nummer’"].iter().any(|end| word.ends_with(end))
        && !is_other_number(word);
    numbered || STEMS.iter().any(|stem| word.starts_with(stem)) || LABELS.has(word.into())
}

#[rustfmt::skip]
static LABELS: LazyLock<Words<()>> = LazyLock::new(|| set(&[
    "az", "gz", "kennziffer", "kassenz", "stnr", "ref", "referenz", "reference", "réf", "référence", "rif",
    "bg", "kd", "akte", "file", "case", "vg", "uvz", "kennz", "pk", "förd", "vers", "kz",
    "zuwendungsbescheid", "tgb", "reg", "dosya", "sprawy", "справи", "дела", "номер", "numer",
    "expediente", "pratica", "zaak", "zaaknummer", "الملف", "رقم", "kundenkonto", "vertragskonto",
    "personenkonto", "petition", "ermittlungsverfahren", "bußgeldverfahren", "bedarfsgemeinschaft",
    "leistungsakte", "drucksache", "schaden", "vemags", "claim", "geschz", "aktz", "vsnr", "vnr", "fall",
    "projekt", "client", "numaram", "zeichens", "mandant", "debitor", "anfrage", "vao", "change",
    "darlehen", "aktenzeichens", "id", "azr", "wbk", "bnrzd", "bnr", "urkundenrolle", "ur", "videx",
    "rasff", "mrn", "pir", "bafög", "kiz", "bug", "barcode", "booking", "buchung", "berichtseinheit",
    "berichtsstelle",
]));

/// Numbers that are no references (`data/LABELLING.md`).
#[rustfmt::skip]
fn is_other_number(word: &str) -> bool {
    [
        "telefon", "handy", "mobil", "rufnummer", "rechnung", "haus", "matrikel", "personaln", "flurst",
        "fahrgestell", "zähler", "zimmer", "fax", "lieferschein", "artikel", "kennzeichen", "sendung",
        "ausweisn", "passn", "identifikation", "steuerid", "liste", "startn", "seriennummer",
        "verkehrszeichen", "kontonummer", "servicen", "notfalln", "rahmenn", "mastn", "grabn", "angebot", "bestelln", "dienstn", "notruf", "serien", "postleitzahl", "gerätenummer",
        "chipnummer", "anzeichen", "warnzeichen", "lebenszeichen",
    ]
    .iter()
    .any(|other| word.contains(other))
        && !word.starts_with("kassen")
        && !word.starts_with("förder")
}

/// A register sign of a court or prosecutor: "K", "Js", "AS", "XVII", `OWi` (Aktenordnung).
#[rustfmt::skip]
pub(super) fn is_register(word: &str) -> bool {
    [
        "k", "l", "f", "c", "o", "s", "b", "e", "m", "n", "a", "js", "ujs", "as", "so", "al", "kr", "r", "u",
        "p", "ar", "gs", "ds", "ls", "cs", "owi", "vi", "iv", "xvii", "xiv", "xiii", "iii", "ii", "x", "in",
        "ik", "ga", "ca", "t", "v", "w", "wx", "wf", "uf", "bv", "sb", "kls", "ns", "ss", "vrs", "bvr", "vl",
        "ay", "sf", "ba", "eg", "ve", "y", "st", "jf", "dr", "g", "z", "i",
        "ws", "ks", "vrj", "ews", "oh", "kfh", "hk",
    ]
    .contains(&word)
}

/// Short words in capitals that are no office's sign.
#[rustfmt::skip]
pub(super) fn is_no_sign(word: &str) -> bool {
    [
        "und", "der", "die", "das", "frau", "herr", "hr", "fr", "eur", "pm", "nfb", "eu", "din", "iso",
        "top", "isbn", "rg", "vo", "dsgvo", "kw", "usd", "tel", "fax", "plz", "iban", "bic", "pkw", "lkw",
        "wohngeld", "ihr", "mein", "von", "vom", "zum", "zur", "los", "art", "abs", "betr", "wegen", "en",
        "sgb", "bgbl", "drs", "pr", "hrb", "ii", "iii", "ist", "hat", "bei", "an", "für", "nicht",
        "gmbh", "liegt", "wird", "wurde", "bitte", "of", "to", "and", "is", "the", "zu", "mit", "ich", "wir",
        "sie", "im", "auf", "um", "oder", "sowie", "kommt", "ggf", "hier", "haben", "habe", "sind", "läuft", "neu", "eilt", "eil", "ws", "ss", "wise", "sose",
    ]
    .contains(&word)
}
