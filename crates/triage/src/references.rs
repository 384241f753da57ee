//! File and case numbers as the text writes them: cue words beside shapes, decoys out.
//!
//! ```text
//! tokens ─▶ runs without space ─▶ labelled ("Az. 32-118")  ─┐
//!                              ─▶ court ("4 K 1187/24.HA")  ├▶ + sign before, initials after ─▶ as written
//!                              ─▶ shaped ("WG-2025-70331") ─┘
//! ```

mod decoys;
mod labels;
mod own;

use std::ops::Range;

use crate::text::{Kind, Text, Token};
use decoys::Decoys;
pub use own::{ShapeError, Shapes};

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
    if !free || !begins(text, index) {
        return None;
    }
    if labels::is_label(text.word(index)) && (!text.is_glued(index + 1) || is_glued_label(text, index)) {
        return announcing_sign(text, index);
    }
    if is_case_law(text, index) {
        return None;
    }
    insured(text, index)
        .or_else(|| of_patents(text, index))
        .or_else(|| court(text, index))
        .or_else(|| ministry(text, index))
        .or_else(|| labelled(text, index))
        .or_else(|| signed(text, index))
        .or_else(|| of_unit(text, index))
        .or_else(|| opens_line(text, index))
        .or_else(|| shaped(text, index))
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
    let token = text.at(index).filter(|t| t.len() <= 4)?;
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

/// 23 040358 M 017: the number of the pension insurance.
fn insured(text: &Text, index: usize) -> Option<Range<usize>> {
    let number = |at: usize, length: usize| text.at(at).is_some_and(|t| t.is_number() && t.len() == length);
    let letter = text.at(index + 2).is_some_and(|t| t.is_word() && t.capital && t.len() == 1);
    (number(index, 2) && number(index + 1, 6) && letter && number(index + 3, 3))
        .then_some(index..index + 4)
        .filter(|range| run(text, range.end - 1).end == range.end)
}

/// 30 2024 231 118, 10 2022 118 407.3: patents, designs and marks.
fn of_patents(text: &Text, index: usize) -> Option<Range<usize>> {
    let long = |at: usize, length: usize| text.at(at).is_some_and(|t| t.is_number() && t.len() == length);
    let kind = matches!(text.number(index), Some(10 | 20 | 30 | 40));
    let year = text.number(index + 1).is_some_and(|n| (1950..2100).contains(&n));
    (kind && year && long(index + 2, 3) && long(index + 3, 3)).then(|| index..run(text, index + 3).end)
}

/// 4 K 1187/24.HA, 118 Js 4402/23, S 12 AS 388/25 ER, 14 XVII S 208/22, DR II 487/24.
fn court(text: &Text, index: usize) -> Option<Range<usize>> {
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
    labels::is_register(text.word(index)) && !text.at(index).is_some_and(spoken)
}

/// "Urteil vom 12.05.2020, Az. 5 C 12.19": a citation, not a file.
fn is_case_law(text: &Text, index: usize) -> bool {
    let ruling = |at: usize| matches!(text.word(at), "urteil" | "urt" | "urteile" | "urteils");
    let dated = |at: usize| {
        let after = at + 1 + usize::from(text.is_mark(at + 1, '.'));
        matches!(text.word(after), "vom" | "v")
    };
    text.before(index, 14).any(|at| ruling(at) && dated(at))
}

/// A ministry's "IV B 3 - S 2285/07/0001", the customs' "Z 4411 B - 302/24": unit and subject.
fn ministry(text: &Text, index: usize) -> Option<Range<usize>> {
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
        let sign =
            written.len() <= 4 && written.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit());
        if !dash && !sign {
            return None;
        }
        dashes += usize::from(dash);
        next = if dash { next + 1 } else { piece.end };
    }
    None
}

/// 1187/24 in a court's file number.
fn is_year_pair(text: &Text, index: usize) -> bool {
    text.number(index).is_some()
        && text.is_mark(index + 1, '/')
        && text.is_glued(index + 1)
        && text.is_glued(index + 2)
        && text.at(index + 2).is_some_and(|t| t.is_number() && (t.len() == 2 || t.len() == 4))
}

/// A number after a cue word, in whatever shape it has.
fn labelled(text: &Text, index: usize) -> Option<Range<usize>> {
    if !labels::stands_before(text, index) {
        return None;
    }
    let range = with_groups(text, index);
    let digits = digits(text, &range);
    let enough = digits >= 2 && (range.len() > 1 || digits >= 4) || digits >= 1 && range.len() >= 5;
    (enough && !Decoys::new(text, &range).rule_out_labelled()).then(|| with_initials(text, range, true))
}

/// After a label a number may go on after a space: "240 118 663 902", "53 140771 K 512", "PK 7 / 118-0045-2".
fn with_groups(text: &Text, index: usize) -> Range<usize> {
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
fn ends_with_sign(text: &Text, range: &Range<usize>) -> bool {
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

/// A sign with a number after a space: `LfD 4.2-1190/24`, `GruSi 4/1173-R`, `GW 1-QF 5002-2026/0007`.
fn signed(text: &Text, index: usize) -> Option<Range<usize>> {
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

/// A number whose shape alone says that it is a file number.
fn shaped(text: &Text, index: usize) -> Option<Range<usize>> {
    let range = run(text, index);
    let shape = Shape::of(text, &range);
    (shape.is_file_number() && !Decoys::new(text, &range).rule_out_shaped())
        .then(|| with_initials(text, range, false))
}

/// What a run of tokens looks like.
struct Shape {
    digits: usize,
    numbers: usize,
    capitals: usize,
    /// Parted by "/" or "-".
    parted: bool,
    dots: usize,
    tokens: usize,
    /// Contains a word that is part of a sentence.
    spoken: bool,
    begins_with_number: bool,
    /// Begins as the numbers of service desks do: INC0012345.
    ticket: bool,
    /// OA-HU-388: two offices' signs and a number.
    letters_twice: bool,
}

impl Shape {
    fn of(text: &Text, range: &Range<usize>) -> Self {
        let written = written(text, range);
        let spoken = |i: usize| {
            let token = &text.tokens[i];
            token.is_word() && (!token.capital && token.len() > 3 || token.len() > 9)
        };
        Self {
            digits: digits(text, range),
            numbers: range.clone().filter(|i| text.tokens[*i].is_number()).count(),
            capitals: written.chars().filter(|c| c.is_uppercase()).count(),
            parted: written.contains(['/', '-']),
            dots: written.matches('.').count(),
            tokens: range.len(),
            spoken: range.clone().any(spoken),
            begins_with_number: text.tokens[range.start].is_number(),
            ticket: labels::is_ticket(text.word(range.start)),
            letters_twice: is_letters_twice(text, range),
        }
    }

    fn is_file_number(&self) -> bool {
        let letters_between =
            self.begins_with_number && self.tokens == 3 && self.numbers == 2 && self.capitals >= 1;
        let mixed = self.capitals >= 1 && self.digits >= 4 && (self.parted || self.dots > 0);
        let chain = self.numbers >= 3 && self.digits >= 7 && (self.parted || self.dots >= 2);
        let ticket = self.tokens == 2 && self.digits >= 5 && self.ticket;
        let pair = self.numbers == 2 && self.tokens <= 4 && self.digits >= 6 && self.parted;
        !self.spoken
            && (self.letters_twice || mixed || chain || pair || ticket || letters_between && self.digits >= 8)
    }
}

fn is_letters_twice(text: &Text, range: &Range<usize>) -> bool {
    let sign = |at: usize| {
        let capitals =
            text.written(text.tokens[at].start, text.tokens[at].end).chars().all(char::is_uppercase);
        capitals && text.tokens[at].len() <= 4 && !labels::is_no_sign(text.word(at))
    };
    range.len() == 5
        && (sign(range.start) && sign(range.start + 2))
        && [1, 3].iter().all(|at| text.is_mark(range.start + at, '-'))
        && text.at(range.end - 1).is_some_and(|t| t.is_number() && (3..=6).contains(&t.len()))
}

/// Initials of a clerk or the kind of a procedure after a year: "1187/25 WA-kl", "204/25 ER"; after a label
/// also in lower case, "771/24 am", and a letter or two after any number, "26-0337 SK".
fn with_initials(text: &Text, range: Range<usize>, labelled: bool) -> Range<usize> {
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

fn digits(text: &Text, range: &Range<usize>) -> usize {
    range.clone().map(|i| if text.tokens[i].is_number() { text.tokens[i].len() } else { 0 }).sum()
}
