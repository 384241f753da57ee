//! Numbers whose form is fixed by rule: of courts, ministries, the customs, the pension insurance, patents.

use std::ops::Range;

use super::groups::with_initials;
use super::{digits, labels, run, written};
use crate::text::{Kind, Text, Token};

/// 23 040358 M 017: the number of the pension insurance.
pub(super) fn insured(text: &Text, index: usize) -> Option<Range<usize>> {
    let number = |at: usize, length: usize| text.at(at).is_some_and(|t| t.is_number() && t.len() == length);
    let letter = text.at(index + 2).is_some_and(|t| t.is_word() && t.capital && t.len() == 1);
    (number(index, 2) && number(index + 1, 6) && letter && number(index + 3, 3))
        .then_some(index..index + 4)
        .filter(|range| run(text, range.end - 1).end == range.end)
}

/// 30 2024 231 118, 10 2022 118 407.3: patents, designs and marks.
pub(super) fn of_patents(text: &Text, index: usize) -> Option<Range<usize>> {
    let long = |at: usize, length: usize| text.at(at).is_some_and(|t| t.is_number() && t.len() == length);
    let kind = matches!(text.number(index), Some(10 | 20 | 30 | 40));
    let year = text.number(index + 1).is_some_and(|n| (1950..2100).contains(&n));
    (kind && year && long(index + 2, 3) && long(index + 3, 3)).then(|| index..run(text, index + 3).end)
}

/// 4 K 1187/24.HA, 118 Js 4402/23, S 12 AS 388/25 ER, 14 XVII S 208/22, DR II 487/24.
pub(super) fn court(text: &Text, index: usize) -> Option<Range<usize>> {
    let mut next = index;
    let mut registers = 0;
    while next < index + 5 && !is_year_pair(text, next) {
        let token = text.at(next).filter(|t| next == index || !t.glued)?;
        let register = token.is_word() && token.capital && is_register(text, next);
        let number = token.is_number() && token.len() <= 4;
        // The winter semester "WS 26/27"; a court writes its chamber before the sign.
        if next == index && labels::is_semester(text.word(next)) {
            return None;
        }
        // "VRs 118 Js 4402/23": a word before the chamber is none of the number.
        if registers == 1 && register && text.tokens[index].is_word() && text.tokens[index].len() > 2 {
            return None;
        }
        if text.is_glued(next + 1) || !(register || number) {
            return None;
        }
        registers += usize::from(register);
        next += 1;
    }
    let apart = next > index && !text.is_glued(next) && is_year_pair(text, next);
    (registers > 0 && apart).then(|| with_initials(text, index..run(text, next).end, true))
}

/// A register's sign; "In" is a word of the sentence, "IN" the register of insolvencies.
fn is_register(text: &Text, index: usize) -> bool {
    let spoken = |t: &Token| text.word(index) == "in" && text.written(t.start, t.end) != "IN";
    text.word(index).len() <= 4
        && labels::is_register(text.word(index))
        && !text.at(index).is_some_and(spoken)
}

/// "Urteil vom 12.05.2020, Az. 5 C 12.19": a citation, not a file.
pub(super) fn is_case_law(text: &Text, index: usize) -> bool {
    let ruling = |at: usize| matches!(text.word(at), "urteil" | "urt" | "urteile" | "urteils");
    let dated = |at: usize| {
        let after = at + 1 + usize::from(text.is_mark(at + 1, '.'));
        matches!(text.word(after), "vom" | "v")
    };
    text.before(index, 14).any(|at| ruling(at) && dated(at))
}

/// A ministry's "IV B 3 - S 2285/07/0001", the customs' "Z 4411 B - 302/24": unit and subject.
pub(super) fn ministry(text: &Text, index: usize) -> Option<Range<usize>> {
    if !is_unit(text, &run(text, index)) {
        return None;
    }
    let labelled = labels::stands_before(text, index);
    if !labelled && !text.tokens[index].is_word() {
        return None;
    }
    let mut next = index;
    let mut dashes = 0;
    while next < index + 9 {
        let token =
            text.at(next).filter(|t| t.line == text.tokens[index].line && (next == index || !t.glued))?;
        let piece = run(text, next);
        let written = written(text, &piece);
        let number = written.contains('/') || labelled && written.contains('-');
        if dashes > 0 && number && digits(text, &piece) >= if labelled { 4 } else { 5 } {
            return (labelled || next > index + 2).then_some(index..piece.end);
        }
        let dash = matches!(token.kind, Kind::Mark('-' | '–')) || labelled && token.kind == Kind::Mark('/');
        if !dash && !is_unit(text, &piece) {
            return None;
        }
        dashes += usize::from(dash);
        next = if dash { next + 1 } else { piece.end };
    }
    None
}

/// The IV, B and 3 of a ministry's unit.
fn is_unit(text: &Text, piece: &Range<usize>) -> bool {
    let written = written(text, piece);
    written.len() <= 4 && written.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
}

/// 1187/24 in a court's file number.
pub(super) fn is_year_pair(text: &Text, index: usize) -> bool {
    text.number(index).is_some()
        && text.is_mark(index + 1, '/')
        && text.is_glued(index + 1)
        && text.is_glued(index + 2)
        && text.at(index + 2).is_some_and(|t| t.is_number() && (t.len() == 2 || t.len() == 4))
}
