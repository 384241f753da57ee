//! What a mail does: lodges an objection, asks for information or for its sender's data. Only mentioning it,
//! asking how it is done, or reminding of an earlier one is not enough. Understands German, and English plainly put.
//!
//! ```text
//! tokens ─▶ trigger words ("Widerspruch", "IFG", "DSGVO") ─▶ the words around say what is done with it
//! ```

mod objection;
mod signs;

use std::ops::RangeInclusive;

use crate::text::Text;
use objection::{Against, Reading};
use signs::{Signs, around, signs};

/// What a word may be the name of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Trigger {
    Objection,
    /// The verb: "widerspreche".
    Objecting,
    Ifg,
    Uig,
    Vig,
    Dsgvo,
}

/// What a mail asks for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "five independent requests, not a state")]
pub(super) struct Requests {
    pub objection: bool,
    pub ifg: bool,
    pub uig: bool,
    pub vig: bool,
    pub dsgvo: bool,
}

impl Requests {
    /// Whether none was found.
    pub fn is_none(self) -> bool {
        self == Self::default()
    }
}

/// More of them than any letter has; what comes later says nothing new.
const MOST: usize = 40;

/// Reads what the text asks for. `sure` says that the verdict is an application in all likelihood: then
/// weaker words are enough.
pub(super) fn find(text: &Text, language: &str, sure: bool) -> Requests {
    let triggers: Vec<(usize, Trigger)> = (0..text.tokens.len())
        .filter_map(|index| Some((index, trigger(text, index)?)))
        .filter(|(index, _)| !is_in_number(text, *index))
        .take(MOST)
        .collect();
    let asked = |wanted: Trigger, holds: &dyn Fn(usize) -> bool| {
        triggers.iter().any(|(index, trigger)| *trigger == wanted && holds(*index))
    };
    let information = |index| asks(text, index, sure);
    let of = |wanted: &[Trigger]| -> Vec<usize> {
        triggers.iter().filter(|(_, trigger)| wanted.contains(trigger)).map(|(index, _)| *index).collect()
    };
    let rights = |index: &usize| names_a_right(text, *index);
    let data = of(&[Trigger::Dsgvo]).iter().any(rights);
    let reading = Reading { sure, language, data };
    let objection = objection::find(text, &of(&[Trigger::Objection, Trigger::Objecting]), reading);
    // Who objects to a refusal has asked before.
    let first = objection != Some(Against::Decision);
    Requests {
        objection: objection == Some(Against::Decision),
        ifg: first && asked(Trigger::Ifg, &information),
        uig: first && asked(Trigger::Uig, &information),
        vig: first && asked(Trigger::Vig, &information),
        dsgvo: data
            && !asked(Trigger::Dsgvo, &|index| articles(text, index).any(|article| article == COMPLAINT))
            && asked(Trigger::Dsgvo, &|index| rights(&index) && asks(text, index, sure)),
    }
}

fn trigger(text: &Text, index: usize) -> Option<Trigger> {
    let word = text.word(index);
    if word.len() < 3 {
        return None;
    }
    match word {
        "ifg" | "lifg" | "ltranspg" | "hmbtg" | "bremifg" | "izg" | "saarifg" => Some(Trigger::Ifg),
        "uig" | "luig" => Some(Trigger::Uig),
        "vig" => Some(Trigger::Vig),
        "dsgvo" | "gdpr" | "rgpd" | "gvo" | "grundverordnung" => Some(Trigger::Dsgvo),
        "objection" => Some(Trigger::Objection),
        "freedom" if text.word(index + 1) == "of" && text.word(index + 2) == "information" => {
            Some(Trigger::Ifg)
        }
        "widerspreche" | "widersprechen" | "widersprochen" => Some(Trigger::Objecting),
        _ if is_objection(word) => Some(Trigger::Objection),
        _ if word.starts_with("informationsfreiheit")
            || word.starts_with("informationszugang")
            || word.contains("transparenzgesetz") =>
        {
            Some(Trigger::Ifg)
        }
        _ if word.starts_with("umweltinformations") => Some(Trigger::Uig),
        _ if word.starts_with("verbraucherinformations") => Some(Trigger::Vig),
        _ => None,
    }
}

/// "Widerspruch", "Drittwiderspruch", "Einspruch", and as it is often misspelt.
fn is_objection(word: &str) -> bool {
    ["widerspruch", "einspruch", "wiederspruch", "widerschpruch", "wiederschpruch"]
        .iter()
        .any(|objection| word.ends_with(objection))
}

/// Part of a file number: "13-IFG-044".
fn is_in_number(text: &Text, index: usize) -> bool {
    let joint = |at: usize| text.is_mark(at, '-') || text.is_mark(at, '/') || text.is_mark(at, '.');
    let after = text.is_glued(index + 1)
        && joint(index + 1)
        && text.is_glued(index + 2)
        && text.number(index + 2).is_some();
    let before = index >= 2
        && text.is_glued(index)
        && joint(index - 1)
        && text.is_glued(index - 1)
        && text.number(index - 2).is_some();
    after || before
}

/// Whether the sentence around asks now, on the ground of the law named at `index`.
fn asks(text: &Text, index: usize, sure: bool) -> bool {
    let found = signs(text, index);
    let subject = text.tokens[index].sentence == 0 && !is_reply(text);
    let spared = around(text, index, 8).has(Signs::SPARED);
    if is_dated(text, index, 3) || refers_back(text, index) || found.has(Signs::BACK) || spared {
        return false;
    }
    let earlier = found.has(Signs::HAVE) && found.has(Signs::DONE) || found.has(Signs::ANSWERED);
    if earlier && !found.has(Signs::DEMAND_NOW) {
        return false;
    }
    if found.negated {
        return false;
    }
    let strong = found.has(Signs::DEMAND) || found.has(Signs::DEMAND_NOW);
    let right = articles(text, index).any(|article| RIGHTS.contains(&article));
    strong || sure && (found.has(Signs::REQUEST) || subject || right)
}

/// "zu meinem Antrag nach …", "auf meine Anfrage nach …": one that was made before.
fn refers_back(text: &Text, index: usize) -> bool {
    let owned = |at: usize| matches!(text.word(at), "meinem" | "meinen" | "meine" | "unserem" | "unseren");
    let mut before = text.before(index, 8);
    before.any(|at| owned(at) && matches!(text.word_before(at, 1), "zu" | "auf" | "wegen" | "bezüglich"))
}

/// "Antrag nach dem IFG vom 2. Mai", "IFG-Antrag vom 2.5.": one that was made before.
fn is_dated(text: &Text, index: usize, reach: usize) -> bool {
    text.after(index, reach).any(|at| text.word(at) == "vom" && text.number(at + 1).is_some())
}

/// Whether the subject begins as an answer does.
fn is_reply(text: &Text) -> bool {
    matches!(text.word(0), "re" | "aw" | "antw" | "wg" | "fwd" | "fw") && text.is_mark(1, ':')
}

/// The articles of a data subject's rights.
const RIGHTS: RangeInclusive<u32> = 15..=21;

/// The article of complaints to the supervisory authority.
const COMPLAINT: u32 = 77;

/// The articles that are named around `index`: "Art. 15, 17 und 20 Abs. 1" are three.
fn articles(text: &Text, index: usize) -> impl Iterator<Item = u32> + '_ {
    const REACH: usize = 16;
    let names = |at: &usize| {
        let listed = (1..=4).any(|back| is_article(text.word_before(*at, back)));
        listed && !(1..=2).any(|back| is_paragraph(text.word_before(*at, back)))
    };
    let around = text.before(index, REACH).chain(text.after(index, REACH));
    around.filter(names).filter_map(|at| text.number(at))
}

/// One of those rights, by its article, or where no article is named by its name.
fn names_a_right(text: &Text, index: usize) -> bool {
    let mut named = articles(text, index).peekable();
    if named.peek().is_some() {
        return named.any(|article| RIGHTS.contains(&article));
    }
    let around = text.before(index, 12).chain(text.after(index, 12));
    around.chain(std::iter::once(index)).any(|at| is_right(text.word(at)))
}

fn is_article(word: &str) -> bool {
    matches!(
        word,
        "art"
            | "artikel"
            | "artikels"
            | "article"
            | "articles"
            | "arts"
            | "artykuł"
            | "статті"
            | "статьи"
            | "ماده"
            | "madde"
            | "artículo"
            | "articolo"
    )
}

fn is_paragraph(word: &str) -> bool {
    matches!(word, "abs" | "absatz" | "satz" | "lit" | "nr" | "§" | "para")
}

fn is_right(word: &str) -> bool {
    ["auskunft", "datenauskunft", "lösch", "berichtig", "kopie", "anfrage", "access", "erasure", "daten"]
        .iter()
        .any(|right| word.starts_with(right))
}
