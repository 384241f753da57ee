//! File and case numbers as the text writes them: cue words beside shapes, decoys out.
//!
//! ```text
//! tokens ─▶ runs without space ─▶ labelled ("Az. 32-118")  ─┐
//!                              ─▶ court ("4 K 1187/24.HA")  ├▶ + sign before, initials after ─▶ as written
//!                              ─▶ shaped ("WG-2025-70331") ─┘
//! ```

mod decoys;
mod formal;
mod groups;
mod labels;
mod own;
mod shape;

use std::ops::Range;

use crate::text::{Kind, Text, Token};
use decoys::Decoys;
use formal::{court, insured, is_case_law, is_year_pair, ministry, of_patents};
use groups::{ends_with_sign, with_groups, with_initials};
pub use own::{ShapeError, Shapes};
use shape::shaped;

/// A run is never longer: keys and base64 are no file numbers.
const LONGEST: usize = 24;

/// More in one mail are a list, and nobody's file number.
const MOST: usize = 50;

/// The references of a text in order, without repeats; the house's own shapes come before every rule.
pub(crate) fn find(text: &Text, house: &Shapes) -> Vec<String> {
    let own = house.matches(text, |range| stands_free(text, range));
    let mut own = own.into_iter().peekable();
    let mut found: Vec<String> = Vec::new();
    let mut index = 0;
    while index < text.tokens.len() {
        let own_starts = own.peek().map_or(usize::MAX, |range| range.start);
        let range = if own_starts <= index { own.next() } else { reference(text, index) };
        if let Some(range) = range.filter(|range| own_starts <= index || range.end <= own_starts) {
            let written = written(text, &range);
            if found.len() < MOST && !house.ignores(written) && !found.iter().any(|known| known == written) {
                found.push(written.to_owned());
            }
            index = range.end;
        } else if matches!(text.tokens[index].kind, Kind::Mark(_)) || is_glued_label(text, index) {
            index += 1;
        } else {
            index = run(text, index).end.min(own_starts);
        }
    }
    found
}

/// Whether tokens are no part of a longer run: "7654/8", but not that of "17654/8" or "7654/8-K".
fn stands_free(text: &Text, range: &Range<usize>) -> bool {
    let begins = !text.is_glued(range.start) || follows_opening(text, range.start);
    begins && run(text, range.end - 1).end == range.end
}

/// "Ticket#4711", "Az.:32-118": the number begins after the mark.
fn is_glued_label(text: &Text, index: usize) -> bool {
    let mark = text.at(index + 1).filter(|t| t.glued).map(|t| t.kind);
    matches!(mark, Some(Kind::Mark('#' | ':' | '.' | '='))) && labels::is_label(text.word(index))
}

/// The tokens of the reference that begins with the token at `index`, if one does.
fn reference(text: &Text, index: usize) -> Option<Range<usize>> {
    let token = text.at(index)?;
    let free = !token.glued || follows_opening(text, index);
    if !free || !begins(text, index) || !is_number_near(text, index, MOST_WORDS) {
        return None;
    }
    let is_label =
        || labels::is_label(text.word(index)) && (!text.is_glued(index + 1) || is_glued_label(text, index));
    // Asked first only where a label may be a sign itself: there are many capitals and few references.
    if token.len() <= LONGEST_SIGN && is_label() {
        return announcing_sign(text, index);
    }
    let found = insured(text, index)
        .or_else(|| of_patents(text, index))
        .or_else(|| court(text, index))
        .or_else(|| ministry(text, index))
        .or_else(|| labelled(text, index))
        .or_else(|| signed(text, index))
        .or_else(|| of_unit(text, index))
        .or_else(|| opens_line(text, index))
        .or_else(|| shaped(text, index));
    found.filter(|_| !is_label() && !is_case_law(text, index))
}

/// Bytes of an office's sign that is a label as well.
const LONGEST_SIGN: usize = 4;

/// No reference has its first number after more words: a ministry's units and subject take the most.
const MOST_WORDS: usize = 9;

/// Whether one of so many words from this token on is a number, or has one in it: most capitals end here.
fn is_number_near(text: &Text, index: usize, most: usize) -> bool {
    let mut words = 0;
    for token in &text.tokens[index..] {
        if token.is_number() {
            return true;
        }
        words += usize::from(!token.glued);
        if words > most {
            return false;
        }
    }
    false
}

/// Whether a reference may begin with this token: in lower case only as `gs-0882-mo`, after a label.
fn begins(text: &Text, index: usize) -> bool {
    let Some(token) = text.at(index) else { return false };
    let hyphened = || text.is_glued(index + 1) && text.is_mark(index + 1, '-') && text.is_glued(index + 2);
    token.is_number()
        || token.is_word() && (token.capital || hyphened() && labels::stands_before(text, index))
}

/// "KD 338-221", "Unser Geschäftszeichen: PK 7 / 118-0045": a label in capitals may be part of the number.
fn announcing_sign(text: &Text, index: usize) -> Option<Range<usize>> {
    let token = text.at(index).filter(|t| t.len() <= LONGEST_SIGN)?;
    let word = text.word(index);
    let capitals = text.written(token.start, token.end).chars().all(char::is_uppercase);
    if !capitals || matches!(word, "az" | "gz" | "bg" | "nr" | "id" | "ref" | "kz") {
        return None;
    }
    if matches!(word, "kd" | "vg") {
        signed(text, index)
    } else {
        ministry(text, index).or_else(|| labelled(text, index))
    }
}

/// Whether the token stands directly after a mark that opens something, or a label's colon.
fn follows_opening(text: &Text, index: usize) -> bool {
    let before = index.checked_sub(1).and_then(|before| text.at(before)).map(|t| t.kind);
    matches!(
        before,
        Some(Kind::Mark('(' | '[' | ':' | '„' | '"' | '»' | '«' | '“' | '#' | '=' | '‚' | '\'' | '|' | '*'))
    ) || matches!(before, Some(Kind::Mark('.'))) && labels::is_label(text.word_before(index, 2))
}

/// The run of tokens without space that begins at `index`, without trailing punctuation.
fn run(text: &Text, index: usize) -> Range<usize> {
    let mut end = index + 1;
    while text.is_glued(end) && end - index < LONGEST && joins(text, end) {
        end += 1;
    }
    while end > index + 1 && matches!(text.tokens[end - 1].kind, Kind::Mark(_)) {
        end -= 1;
    }
    index..end
}

/// Whether a token goes on with a number: not a bracket, quote or comma.
fn joins(text: &Text, index: usize) -> bool {
    match text.tokens[index].kind {
        Kind::Word | Kind::Number => true,
        Kind::Mark(c) => matches!(c, '/' | '-' | '.' | '_' | '#' | '+' | ':'),
    }
}

fn written<'t>(text: &'t Text, range: &Range<usize>) -> &'t str {
    text.written(text.tokens[range.start].start, text.tokens[range.end - 1].end)
}

/// A number after a cue word, in whatever shape it has.
fn labelled(text: &Text, index: usize) -> Option<Range<usize>> {
    // A sign, a dash and a number at most.
    if !is_number_near(text, index, 3) || !labels::stands_before(text, index) {
        return None;
    }
    let range = with_groups(text, index);
    let digits = digits(text, &range);
    let enough = digits >= 2 && (range.len() > 1 || digits >= 4) || digits >= 1 && range.len() >= 5;
    (enough && !Decoys::new(text, &range).rule_out_labelled()).then(|| with_initials(text, range, true))
}

/// A sign with a number after a space: `LfD 4.2-1190/24`, `GruSi 4/1173-R`, `GW 1-QF 5002-2026/0007`.
fn signed(text: &Text, index: usize) -> Option<Range<usize>> {
    if !is_number_near(text, index, 2) {
        return None;
    }
    let sign = run(text, index);
    let follows = |at: usize| text.at(at).is_some_and(|t| !t.glued && t.line == text.tokens[index].line);
    if !follows(sign.end) || !is_sign(text, &sign) {
        return None;
    }
    let mut number = run(text, sign.end);
    if ends_with_sign(text, &number) && text.tokens[number.start].is_number() && follows(number.end) {
        let rest = run(text, number.end);
        if text.tokens[rest.start].is_number() && digits(text, &rest) >= 4 {
            number.end = rest.end;
        }
    }
    let parted = written(text, &number).contains(['/', '-']) && digits(text, &number) >= 4;
    let announces = sign.len() > 1 && labels::is_label(text.word(sign.end - 1))
        || labels::is_no_sign(text.word(index))
        || is_tax_number(text, &number);
    if announces
        || !parted
        || Decoys::new(text, &number).rule_out_shaped()
        || Decoys::new(text, &sign).is_announced()
    {
        return None;
    }
    Some(with_initials(text, index..number.end, false))
}

/// 204/711/3382: whole without the name of the tax before it.
fn is_tax_number(text: &Text, range: &Range<usize>) -> bool {
    let number = |at: usize| text.at(at).filter(|t| t.is_number()).map_or(0, Token::len);
    range.len() == 5
        && text.is_mark(range.start + 1, '/')
        && text.is_mark(range.start + 3, '/')
        && (2..=3).contains(&number(range.start))
        && (3..=4).contains(&number(range.start + 2))
        && (4..=5).contains(&number(range.start + 4))
}

/// A unit's number, its sign and a number: `36.3 FB 0219/26`, `31 T 0927-66`.
fn of_unit(text: &Text, index: usize) -> Option<Range<usize>> {
    let unit = run(text, index);
    let sign = text.at(unit.end).filter(|t| t.is_word() && t.capital && !t.glued && t.len() <= 3)?;
    let plain = text.tokens[index].is_number() && digits(text, &unit) <= 3 && unit.len() <= 3;
    if !plain || text.is_glued(unit.end + 1) || sign.line != text.tokens[index].line {
        return None;
    }
    let signed = signed(text, unit.end)?;
    let number = signed.start + 1..signed.end;
    let long = digits(text, &number) >= 6 && text.tokens[number.start].is_number();
    (long && !Decoys::new(text, &unit).rule_out_shaped()).then_some(index..signed.end)
}

/// 88/24 as the first word of a line: a lawyer's own sign.
fn opens_line(text: &Text, index: usize) -> Option<Range<usize>> {
    let token = text.at(index).filter(|t| t.is_number() && t.len() <= 5 && t.value > 31)?;
    let first = index.checked_sub(1).and_then(|at| text.at(at)).is_none_or(|t| t.line != token.line);
    let range = run(text, index);
    let year = text.at(index + 2).is_some_and(|t| t.len() == 2 && (15..=45).contains(&t.value));
    (first && year && range.len() == 3 && is_year_pair(text, index))
        .then(|| with_initials(text, range, false))
}

/// Capitals of an office or a register: `LfD`, `GruSi`, `62-OWi`, `Z`; not a word of the sentence.
fn is_sign(text: &Text, range: &Range<usize>) -> bool {
    let written = written(text, range);
    let (mut upper, mut length) = (0, 0);
    for c in written.chars() {
        upper += usize::from(c.is_uppercase());
        length += 1;
    }
    let lone = range.len() == 1 && length <= 6 && (length == 1 || upper >= 2);
    let joined = range.len() > 1 && length <= 10 && upper >= 1 && !written.contains(['.', '/', ':']);
    text.tokens[range.start].capital && lone
        || joined && text.tokens[range.end - 1].is_word() && upper >= 1 && length <= 8
}

fn digits(text: &Text, range: &Range<usize>) -> usize {
    range.clone().map(|i| if text.tokens[i].is_number() { text.tokens[i].len() } else { 0 }).sum()
}
