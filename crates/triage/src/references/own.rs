//! An authority's own shapes of references, as its operator writes them, and its own decoys.
//!
//! Patterns are regular expressions of the `regex` crate, which takes linear time whatever is written. They are
//! compiled once; a mail in which none matches anywhere costs one look at its text.

use std::fmt;
use std::ops::Range;

use regex::{Regex, RegexBuilder, RegexSet, RegexSetBuilder};

use crate::text::Text;

/// Enough for any house; each pattern that matches somewhere in a mail is tried at every token of it.
const MOST: usize = 50;
/// No reference needs a longer pattern.
const LONGEST: usize = 200;
/// Bounds what counted repetitions can grow to, in bytes.
const SIZE: usize = 1 << 18;
/// A match is never longer, in tokens.
const WINDOW: usize = 24;

/// What an authority's references look like, and what looks like one there and is none.
#[derive(Clone, Debug)]
pub struct Shapes {
    /// Which patterns occur at all.
    anywhere: RegexSet,
    /// The patterns, each bound to where it is tried.
    patterns: Vec<Regex>,
    /// Whole references that are none.
    ignored: RegexSet,
}

/// Why a pattern is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShapeError {
    /// Whether it is one of the patterns that are ignored.
    pub of_ignored: bool,
    /// Its place in its list.
    pub index: usize,
    /// What is wrong and what would be right, in one sentence.
    pub problem: String,
}

impl fmt::Display for ShapeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.problem)
    }
}

impl std::error::Error for ShapeError {}

impl Default for Shapes {
    fn default() -> Self {
        Self { anywhere: RegexSet::empty(), patterns: Vec::new(), ignored: RegexSet::empty() }
    }
}

impl Shapes {
    /// Compiles what an operator wrote: `patterns` are references without any label, `ignored` are never one.
    ///
    /// # Errors
    /// [`ShapeError`] for the first pattern that cannot be used.
    pub fn new(patterns: &[String], ignored: &[String]) -> Result<Self, ShapeError> {
        let wrong = |of_ignored| move |(index, problem)| ShapeError { of_ignored, index, problem };
        let patterns = checked(patterns).map_err(wrong(false))?;
        let ignored = checked(ignored).map_err(wrong(true))?;
        let bound: Result<Vec<Regex>, _> =
            patterns.iter().map(|pattern| sized(&format!(r"\A(?:{pattern})"))).collect();
        let whole: Vec<String> = ignored.iter().map(|pattern| format!(r"\A(?:{pattern})\z")).collect();
        // Each has compiled alone; only all of them together may still be too large.
        let too_large = |of_ignored| {
            move |_| wrong(of_ignored)((0, "all patterns together are too large: leave some out".to_owned()))
        };
        Ok(Self {
            patterns: bound.map_err(too_large(false))?,
            anywhere: set(&patterns).map_err(too_large(false))?,
            ignored: set(&whole).map_err(too_large(true))?,
        })
    }

    /// The token ranges of all references by the house's own patterns, in order, none overlapping.
    pub(super) fn matches(
        &self,
        text: &Text,
        stands_free: impl Fn(&Range<usize>) -> bool,
    ) -> Vec<Range<usize>> {
        let occurring: Vec<&Regex> = self
            .anywhere
            .matches(text.all())
            .into_iter()
            .filter_map(|index| self.patterns.get(index))
            .collect();
        let mut found: Vec<Range<usize>> = Vec::new();
        if occurring.is_empty() {
            return found;
        }
        let mut index = 0;
        while index < text.tokens.len() {
            let longest = occurring
                .iter()
                .filter_map(|pattern| matched(text, index, pattern))
                .filter(&stands_free)
                .max_by_key(|range| range.end);
            match longest {
                Some(range) => {
                    index = range.end;
                    found.push(range);
                }
                None => index += 1,
            }
        }
        found
    }

    /// Whether the house knows that this is no reference.
    pub(super) fn ignores(&self, written: &str) -> bool {
        self.ignored.is_match(written)
    }
}

/// The tokens that a pattern matches from the one at `index` on: whole ones, within the line.
fn matched(text: &Text, index: usize, pattern: &Regex) -> Option<Range<usize>> {
    let first = text.at(index)?;
    let line = text.tokens.iter().skip(index).take(WINDOW).take_while(|t| t.line == first.line);
    let window = text.written(first.start, line.clone().last()?.end);
    let end = first.start + pattern.find(window)?.end();
    let tokens = line.take_while(|t| t.end <= end).count();
    let last = index + tokens.checked_sub(1)?;
    (text.at(last)?.end == end).then_some(index..last + 1)
}

/// The patterns without the anchors that are implied, or the first that cannot be used with why.
fn checked(patterns: &[String]) -> Result<Vec<String>, (usize, String)> {
    if patterns.len() > MOST {
        return Err((MOST, format!("is one too many: give at most {MOST} patterns")));
    }
    let check = |(index, pattern): (usize, &String)| {
        usable(pattern).map_err(|problem| (index, format!("\"{pattern}\" {problem}")))
    };
    patterns.iter().enumerate().map(check).collect()
}

fn usable(pattern: &str) -> Result<String, String> {
    let inner = pattern.strip_prefix('^').unwrap_or(pattern);
    let inner = inner.strip_suffix('$').filter(|rest| !rest.ends_with('\\')).unwrap_or(inner);
    if inner.chars().count() > LONGEST {
        return Err(format!("is longer than {LONGEST} characters: cut it into several patterns"));
    }
    let regex = sized(inner).map_err(|error| unreadable(&error))?;
    let whole = sized(&format!(r"\A(?:{inner})\z")).map_err(|error| unreadable(&error))?;
    if regex.is_match("") || whole.is_match("Antrag") || whole.is_match("und") {
        return Err(
            "would match plain words or nothing at all: write the digits and signs of your numbers, \
                    e.g. '7654/\\d+'"
                .to_owned(),
        );
    }
    Ok(inner.to_owned())
}

fn unreadable(error: &regex::Error) -> String {
    let hint = r"write e.g. '7654/\d+', with \d for a digit, [A-Z] for a capital, + for one or more";
    match error {
        regex::Error::CompiledTooBig(_) => "is too large: repeat less often, e.g. {1,9}".to_owned(),
        other => {
            let said = other.to_string();
            let what = said.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned();
            format!("is no pattern ({what}): {hint}")
        }
    }
}

fn sized(pattern: &str) -> Result<Regex, regex::Error> {
    RegexBuilder::new(pattern).size_limit(SIZE).dfa_size_limit(SIZE).build()
}

fn set(patterns: &[String]) -> Result<RegexSet, regex::Error> {
    RegexSetBuilder::new(patterns).size_limit(SIZE * 8).dfa_size_limit(SIZE * 4).build()
}
