//! An announced Untätigkeitsklage.

use super::Roles;
use super::lexicon::Role;
use crate::text::Text;

/// Beginnings of the words with which somebody says that it will come.
#[rustfmt::skip]
const ANNOUNCING: [&str; 28] = [
    "erheb", "erhob", "einreich", "einzureich", "reiche", "einleg", "werde", "wird", "behalte", "vorbehalt", "kündig",
    "ankündig", "angekündigt", "androh", "angedroh", "drohe", "bleibt", "weg", "anhängig", "fertig", "vorbereit",
    "gezwungen", "klage", "rate", "raten", "muss", "müss", "introduit",
];

/// The token of the announcement: "erhebe ich Untätigkeitsklage", "nach § 75 VwGO zu klagen";
/// not "Was ist eine Untätigkeitsklage?".
pub(super) fn announced(text: &Text, roles: &Roles) -> Option<usize> {
    (0..text.tokens.len()).find(|index| match roles.at(*index) {
        Role::Lawsuit => is_announced(text, *index),
        Role::Act => is_section_75(text, *index) && is_suit_near(text, *index),
        _ => false,
    })
}

fn is_announced(text: &Text, index: usize) -> bool {
    let mut near = text.before(index, 15).chain(text.after(index, 15));
    let announced = near.any(|near| ANNOUNCING.iter().any(|verb| text.word(near).starts_with(verb)));
    let mut near = text.before(index, 4).chain(text.after(index, 8));
    let denied =
        near.any(|near| matches!(text.word(near), "keine" | "abgewiesen" | "gewonnen" | "zurückgenommen"));
    announced && !denied && !is_question(text, index)
}

/// "§ 75 VwGO", and "§ 88 SGG" of the social courts.
fn is_section_75(text: &Text, index: usize) -> bool {
    text.before(index, 6).any(|near| matches!(text.number(near), Some(75 | 88)))
}

fn is_suit_near(text: &Text, index: usize) -> bool {
    let mut near = text.before(index, 10).chain(text.after(index, 10));
    let suit =
        |word: &str| matches!(word, "klage" | "klagen" | "klageweg") || word.starts_with("klageschrift");
    near.any(|near| suit(text.word(near))) && !is_question(text, index)
}

fn is_question(text: &Text, index: usize) -> bool {
    text.after(index, 40).any(|near| text.is_mark(near, '?'))
}
