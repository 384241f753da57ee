//! What belongs to a number after a space: groups of digits, a sign between them, the initials of a clerk.

use std::ops::Range;

use super::{decoys, digits, is_sign, labels, run, written};
use crate::text::{Kind, Text};

/// After a label a number may go on after a space: "240 118 663 902", "53 140771 K 512", "PK 7 / 118-0045-2".
pub(super) fn with_groups(text: &Text, index: usize) -> Range<usize> {
    let mut range = run(text, index);
    let mut last = range.clone();
    for _ in 0..6 {
        let Some(token) = text.at(range.end).filter(|t| t.line == text.tokens[index].line && !t.glued) else {
            break;
        };
        let dash = matches!(token.kind, Kind::Mark('-' | '/' | '–'));
        let next = if dash { range.end + 1 } else { range.end };
        if text.at(next).is_none_or(|t| t.glued) || dash && !is_sign(text, &range) {
            break;
        }
        let following = run(text, next);
        let between = is_letter_between(text, &following) && text.tokens[range.end - 1].is_number();
        let group = is_group(text, &following) && is_group(text, &last) || is_third(text, &following, &last);
        let signed = (is_sign(text, &last) || ends_with_sign(text, &last)) && digits(text, &following) >= 2;
        if !(group || between || signed) || decoys::is_unit(text.word(following.end)) {
            break;
        }
        last = if between { run(text, following.end) } else { following };
        range.end = last.end;
    }
    range
}

/// Digits alone, or with single signs between: what people cut into groups.
fn is_group(text: &Text, range: &Range<usize>) -> bool {
    let last = &text.tokens[range.end - 1];
    last.is_number()
        && last.len() <= 7
        && range.clone().all(|i| !matches!(text.tokens[i].kind, Kind::Mark('.' | '/' | ':')))
}

/// The UV of "51.4/UV 1180": an office's sign, with the number still to come.
pub(super) fn ends_with_sign(text: &Text, range: &Range<usize>) -> bool {
    let last = &text.tokens[range.end - 1];
    range.len() > 1 && last.is_word() && last.capital && last.len() <= 4
}

/// The 807 of "44/2-118 807": people cut long numbers into threes.
fn is_third(text: &Text, following: &Range<usize>, last: &Range<usize>) -> bool {
    let three = |at: usize| text.tokens[at].is_number() && text.tokens[at].len() <= 3;
    following.len() == 1
        && text.tokens[following.start].len() == 3
        && three(following.start)
        && three(last.end - 1)
}

/// The K of "53 140771 K 512", the XVII of "51 XVII 77", the PK of "51.3 PK 0082".
fn is_letter_between(text: &Text, range: &Range<usize>) -> bool {
    let token = &text.tokens[range.start];
    let number_next = text.at(range.end).is_some_and(|t| t.is_number() && t.line == token.line && !t.glued);
    let sign = token.len() <= 4
        && (labels::is_register(text.word(range.start))
            || written(text, range).chars().all(char::is_uppercase));
    range.len() == 1 && token.is_word() && token.capital && sign && number_next
}

/// Initials of a clerk or the kind of a procedure after a year: "1187/25 WA-kl", "204/25 ER"; after a label
/// also in lower case, "771/24 am", and a letter or two after any number, "26-0337 SK".
pub(super) fn with_initials(text: &Text, range: Range<usize>, labelled: bool) -> Range<usize> {
    let line = text.tokens[range.start].line;
    let Some(token) = text.at(range.end).filter(|t| t.is_word() && !t.glued && t.line == line) else {
        return range;
    };
    let initials = run(text, range.end);
    let written_initials = written(text, &initials);
    let signs = written_initials.split_once('/').map_or(written_initials, |(head, _)| head);
    let capitals = signs.chars().all(|c| c.is_ascii_uppercase() || c == '-' || c.is_ascii_digit());
    let ends = text.at(initials.end).is_none_or(|t| t.line != line || !t.is_word() && !t.is_number());
    let particle = initials.len() == 1 && !capitals && labels::is_particle(text.word(range.end));
    let roman = written_initials.chars().all(|c| matches!(c, 'I' | 'V' | 'X'));
    if particle || written_initials.len() > 6 || !roman && labels::is_no_sign(text.word(range.end)) {
        return range;
    }
    let written = written(text, &range);
    let after_year = range.len() >= 3 && written.contains('/') && text.tokens[range.end - 1].len() <= 4;
    let kind = capitals && written_initials.len() <= 5 && token.len() >= 2;
    let clerk = ends && token.len() <= 4 && (labelled || capitals);
    let letters = labelled && ends && capitals && written_initials.len() <= 3 && range.len() >= 2;
    if after_year && (kind || clerk) || letters { range.start..initials.end } else { range }
}
