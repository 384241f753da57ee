//! Numbers whose shape alone says that they are file numbers.

use std::ops::Range;

use super::decoys::Decoys;
use super::groups::with_initials;
use super::{digits, labels, run, written};
use crate::text::Text;

/// A number whose shape alone says that it is a file number.
pub(super) fn shaped(text: &Text, index: usize) -> Option<Range<usize>> {
    let range = run(text, index);
    if digits(text, &range) == 0 {
        return None;
    }
    let shape = Shape::of(text, &range);
    ((shape.is_file_number() || is_ticket(text, &range) || is_letters_twice(text, &range))
        && !Decoys::new(text, &range).rule_out_shaped())
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
        }
    }

    fn is_file_number(&self) -> bool {
        let letters_between =
            self.begins_with_number && self.tokens == 3 && self.numbers == 2 && self.capitals >= 1;
        let mixed = self.capitals >= 1 && self.digits >= 4 && (self.parted || self.dots > 0);
        let chain = self.numbers >= 3 && self.digits >= 7 && (self.parted || self.dots >= 2);
        let pair = self.numbers == 2 && self.tokens <= 4 && self.digits >= 6 && self.parted;
        !self.spoken && (mixed || chain || pair || letters_between && self.digits >= 8)
    }
}

/// INC0012345, as service desks number.
fn is_ticket(text: &Text, range: &Range<usize>) -> bool {
    range.len() == 2 && digits(text, range) >= 5 && labels::is_ticket(text.word(range.start))
}

/// OA-HU-388: two offices' signs and a number.
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
