//! A model beside the one in use: figures side by side, what the difference proves, and what speaks against it.

use askama::Template;

use super::asks::{Comparison, Exam, Facts, Model, Pairs};
use super::sayings::{self, Saying, probability, share};
use crate::frame::Frame;
use crate::words::Language;

/// Differences that chance brings about less often than this are differences.
const CHANCE: f64 = 0.05;

#[derive(Template)]
#[template(path = "school-duel.html")]
pub(super) struct DuelView {
    frame: Frame,
    operates: bool,
    new: String,
    old: String,
    /// What it could be taken into use for.
    eligible: bool,
    rows: Vec<Beside>,
    exam: Vec<ExamRow>,
    objections: Vec<Saying>,
}

/// A figure of both.
pub(super) struct Beside {
    pub(super) name: String,
    pub(super) new: String,
    pub(super) old: String,
}

/// Who was right on the mails of both.
pub(super) struct ExamRow {
    question: String,
    mails: String,
    only_new: String,
    only_old: String,
    right: [String; 2],
    p: String,
    verdict: String,
}

impl DuelView {
    pub(super) fn new(frame: Frame, comparison: &Comparison) -> Self {
        let words = frame.words;
        let old = comparison.old.as_ref().map(|old| old.id.clone()).unwrap_or_default();
        let mut rows = beside(words, &comparison.new, comparison.old.as_ref());
        rows.extend(forecasts(words, comparison));
        Self {
            operates: frame.visitor.rights.operates(),
            eligible: comparison.new.facts.is_ok() && comparison.new.id != old,
            rows,
            exam: comparison.exam.as_ref().map_or_else(Vec::new, |exam| exam_rows(words, exam)),
            objections: sayings::objections(words, &comparison.objections),
            new: comparison.new.id.clone(),
            old,
            frame,
        }
    }
}

/// What the difference between two models proves.
pub(super) fn verdict(words: Language, pairs: &Pairs) -> String {
    match pairs.only_new.cmp(&pairs.only_old) {
        _ if pairs.p >= CHANCE => words.say("school-verdict-open"),
        std::cmp::Ordering::Less => words.say("school-verdict-worse"),
        _ => words.say("school-verdict-better"),
    }
}

fn exam_rows(words: Language, exam: &Exam) -> Vec<ExamRow> {
    let row = |question: String, pairs: &Pairs| ExamRow {
        question,
        mails: words.number(pairs.mails()),
        only_new: words.number(pairs.only_new),
        only_old: words.number(pairs.only_old),
        right: pairs.right().map(|right| share(words, right)),
        p: probability(words, pairs.p),
        verdict: verdict(words, pairs),
    };
    vec![row(words.say("school-class"), &exam.class), row(words.say("school-priority"), &exam.priority)]
}

/// Facts that both have, side by side.
fn beside(words: Language, new: &Model, old: Option<&Model>) -> Vec<Beside> {
    let facts = |model: &Model| model.facts.as_ref().ok().map(|facts: &Facts| sayings::facts(words, facts));
    let old = old.and_then(facts).unwrap_or_default();
    let of_old = |name: &str| old.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone());
    let rows = facts(new).unwrap_or_default().into_iter();
    rows.map(|(name, new)| Beside { old: of_old(&name).unwrap_or_default(), name, new }).collect()
}

/// What the threshold does with either of them.
pub(super) fn forecasts(words: Language, comparison: &Comparison) -> Vec<Beside> {
    let old = comparison.old.is_some();
    let now = sayings::forecast(words, &comparison.now).into_iter();
    let rows = sayings::forecast(words, &comparison.then).into_iter().zip(now);
    rows.map(|((name, new), (_, now))| Beside { name, new, old: if old { now } else { String::new() } })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_chance_does_not_explain_is_a_difference() {
        let pairs = |only_new, only_old, p| Pairs { both: 100, only_new, only_old, neither: 3, p };
        let said = |pairs| verdict(Language::English, &pairs);
        assert_eq!(said(pairs(9, 1, 0.3)), said(pairs(1, 9, 0.3)));
        assert_ne!(said(pairs(9, 1, 0.02)), said(pairs(1, 9, 0.02)));
    }
}
