//! The words around a trigger, as signs of what is done with it.

use std::sync::LazyLock;

use crate::text::Text;
use crate::words::Words;

/// What the words of one sentence around a trigger say.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Signs {
    bits: u16,
    /// "kein", "nicht", "ohne" right before the trigger.
    pub negated: bool,
}

/// How far around, in tokens of the same sentence: German brackets its verbs.
const REACH: usize = 26;

#[rustfmt::skip]
impl Signs {
    /// Lodging by several persons, or an infinitive: counts beside "wir".
    pub const LODGE_MANY: u16 = 2;
    /// "wir".
    pub const WE: u16 = 4;
    /// "hiermit", "namens", "anbei".
    pub const HEREBY: u16 = 8;
    /// "möchte", "will".
    pub const WISH: u16 = 16;
    /// A demand in a noun or in any form: "Antrag", "beantragt".
    pub const DEMAND: u16 = 32;
    /// The same in the first person present: "beantrage", "verlange".
    pub const DEMAND_NOW: u16 = 64;
    /// A polite request: "bitte", "hätte gern".
    pub const REQUEST: u16 = 128;
    /// "habe", "hat".
    pub const HAVE: u16 = 256;
    /// A participle of lodging or asking: "eingelegt", "gestellt".
    pub const DONE: u16 = 512;
    /// What happened to it since: "beschieden", "eingegangen".
    pub const ANSWERED: u16 = 1024;
    /// Taken back.
    pub const BACK: u16 = 2048;
    /// Not meant, or not now: "ersparen", "falls", "werde".
    pub const SPARED: u16 = 4096;
    /// "können", "dürfen", "wie", "ob": whether or how it could be done.
    pub const MODAL: u16 = 8192;
    /// "einlegen", "einzulegen".
    pub const INFINITIVE: u16 = 16384;
    /// "wird", "werden": a passive beside a participle.
    pub const PASSIVE: u16 = 32768;

    /// Whether any of `sign` is there.
    pub fn has(self, sign: u16) -> bool {
        self.bits & sign != 0
    }
}

#[rustfmt::skip]
const GROUPS: [(u16, &[&str]); 15] = [
    (Signs::LODGE_MANY, &["legen", "erheben", "machen", "reichen", "holen"]),
    (Signs::WE, &["wir"]),
    (Signs::HEREBY, &["hiermit", "hiemit", "hierdurch", "namens", "fristwahrend", "fristgerecht", "vorsorglich", "anbei", "beigefügt", "anliegend", "hereby"]),
    (Signs::WISH, &["möchte", "möchten", "will", "wollen", "wollte", "wish", "want"]),
    (Signs::DEMAND, &["antrag", "antrags", "antragstellung", "beantrag*", "verlang*", "begehr*", "forder*", "ersuch*", "auskunftsersuchen", "auskunftsantrag", "request*", "anfrage"]),
    (Signs::DEMAND_NOW, &["beantrage", "beantragen", "verlange", "verlangen", "begehre", "begehren", "fordere", "ersuche", "bitte", "bitten", "mache", "hiermit", "request", "stelle"]),
    (Signs::REQUEST, &["bitte", "bitten", "möchte*", "hätte", "hätten", "will", "wollen", "zugang", "send*", "schick*", "übersend*", "stütz*", "gestützt", "berufung", "berufe*", "grundlage", "auskunft", "einsicht", "lösch*", "berichtig*", "widersprech*", "widerspruch", "einschränkung", "herausgabe", "geltend", "übermittl*", "ask", "please", "provide", "demand", "require", "brauche", "einzuschränken"]),
    (Signs::HAVE, &["habe", "hab", "haben", "hatte", "hatten", "hat", "have"]),
    (Signs::DONE, &["eingelegt", "erhoben", "eingereicht", "gestellt", "beantragt", "verlangt", "gefordert", "angefordert", "gebeten", "geschickt", "gesandt", "erbeten", "widersprochen", "gemacht", "requested", "asked"]),
    (Signs::ANSWERED, &["beschieden", "bearbeitet", "zurückgewiesen", "abgelehnt", "abgewiesen", "entschieden", "eingegangen", "unbeantwortet", "beantwortet", "verstrichen", "sachstand", "reagiert", "begründet", "stattgegeben", "erledigt", "läuft", "aufrecht", "begründen", "begründe", "eingelegten"]),
    (Signs::BACK, &["zurück", "zurückgezogen", "zurückgenommen", "zurücknehmen", "zurückziehen", "rücknahme", "verzichte", "verzichten"]),
    (Signs::SPARED, &["ersparen", "sparen", "falls", "sofern", "sonst", "ansonsten", "andernfalls", "notfalls", "gegebenenfalls", "ggf", "werde", "vorbehalten", "vorbehalte", "behalte", "überlege", "überlegen", "eventuell", "wenn", "androhen", "zwecklos"]),
    (Signs::MODAL, &["wie", "ob", "wann", "wo", "wohin", "warum", "kann", "können", "könnte", "könnten", "würde", "würden", "müsste", "soll", "sollte", "darf", "lohnt", "can", "how", "may", "should"]),
    (Signs::INFINITIVE, &["einlegen", "einzulegen", "erheben", "einreichen", "machen"]),
    (Signs::PASSIVE, &["wird", "werden"]),
];

static WORDS: LazyLock<Words<u16>> = LazyLock::new(|| {
    Words::new(GROUPS.iter().flat_map(|(sign, words)| words.iter().map(|word| (*word, *sign))))
});

/// Reads the signs around the trigger at `index`.
pub(super) fn signs(text: &Text, index: usize) -> Signs {
    around(text, index, REACH)
}

/// The same, so many tokens on either side.
pub(super) fn around(text: &Text, index: usize, reach: usize) -> Signs {
    let words = text.before(index, reach).chain(text.after(index, reach));
    let bits = words.flat_map(|at| WORDS.of(text.known(at))).fold(0, |bits, sign| bits | sign);
    Signs { bits, negated: (1..=2).any(|back| is_negation(text.word_before(index, back))) }
}

fn is_negation(word: &str) -> bool {
    word.starts_with("kein") || matches!(word, "nicht" | "ohne" | "statt" | "no" | "not" | "nie")
}
