//! Reasons as people read them: grouped by what they speak for, each with its weight as a bar that is drawn.

use domain::{Flag, Reason, Subject};

use crate::names;
use crate::stranger::shown;
use crate::words::Language;

/// Longer reasons quote too much.
const LONGEST: usize = 400;
/// A bar's half in the drawing's own units.
const HALF: f64 = 100.0;
/// What is not nothing can be seen.
const THINNEST: f64 = 2.0;

/// The reasons for one thing.
#[derive(Debug, PartialEq)]
pub(crate) struct Group {
    /// For what they speak.
    pub title: String,
    pub reasons: Vec<Weighed>,
}

/// One reason.
#[derive(Debug, PartialEq)]
pub(crate) struct Weighed {
    /// A German sentence; it may quote a stranger.
    pub text: String,
    /// `+1,24`.
    pub number: String,
    pub bar: Bar,
}

/// A bar from the middle to the right where a reason speaks for it, to the left where it speaks against.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Bar {
    pub against: bool,
    pub x: f64,
    pub width: f64,
}

impl Bar {
    fn new(weight: f64, heaviest: f64) -> Self {
        let share = if heaviest > 0.0 { (weight.abs() / heaviest).min(1.0) } else { 0.0 };
        let width = if share > 0.0 { (share * HALF).round().max(THINNEST) } else { 0.0 };
        let against = weight < 0.0;
        Self { against, x: if against { HALF - width } else { HALF }, width }
    }
}

/// The groups that have reasons: class, priority, deadline, then the flags in their order.
pub(crate) fn groups(reasons: &[Reason], words: Language) -> Vec<Group> {
    let mut subjects = vec![Subject::Class, Subject::Priority, Subject::Deadline];
    subjects.extend(Flag::ALL.iter().map(|flag| Subject::Flag(flag.name().to_owned())));
    subjects.into_iter().filter_map(|subject| group(reasons, &subject, words)).collect()
}

fn group(reasons: &[Reason], subject: &Subject, words: Language) -> Option<Group> {
    let mut these: Vec<&Reason> = reasons.iter().filter(|reason| reason.subject == *subject).collect();
    these.sort_by(|a, b| b.weight.abs().total_cmp(&a.weight.abs()));
    let heaviest = these.first()?.weight.abs();
    let weighed = |reason: &&Reason| Weighed {
        text: shown(&reason.text, LONGEST),
        number: signed(reason.weight, words),
        bar: Bar::new(reason.weight, heaviest),
    };
    Some(Group { title: title(subject, words), reasons: these.iter().map(weighed).collect() })
}

fn title(subject: &Subject, words: Language) -> String {
    match subject {
        Subject::Class => words.say("why-class"),
        Subject::Priority => words.say("why-priority"),
        Subject::Deadline => words.say("why-deadline"),
        Subject::Flag(name) => {
            let flag = Flag::from_name(name).map_or_else(|| name.clone(), |flag| names::flag(words, flag));
            words.fill("why-flag", &[("flag", flag.into())])
        }
    }
}

/// With a sign, and a minus as typographers write it.
fn signed(weight: f64, words: Language) -> String {
    let sign = if weight < 0.0 { "\u{2212}" } else { "+" };
    format!("{sign}{}", words.decimal(weight.abs(), 2))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reason(subject: Subject, text: &str, weight: f64) -> Reason {
        Reason { subject, text: text.to_owned(), weight }
    }

    #[test]
    fn reasons_stand_together_by_what_they_speak_for_the_heaviest_first() {
        let reasons = [
            reason(Subject::Flag("presse".to_owned()), "Die Presse fragt.", 1.0),
            reason(Subject::Priority, "Es eilt.", 0.5),
            reason(Subject::Class, "„Antrag“", 0.25),
            reason(Subject::Class, "„Frage“", -1.0),
        ];
        let groups = groups(&reasons, Language::German);
        let titles: Vec<&str> = groups.iter().map(|group| group.title.as_str()).collect();
        assert_eq!(titles, ["Für die Klasse", "Für die Priorität", "Für das Merkmal „Presse“"]);
        let class = &groups[0].reasons;
        assert_eq!([class[0].number.as_str(), class[1].number.as_str()], ["\u{2212}1,00", "+0,25"]);
        assert_eq!(class[0].bar, Bar { against: true, x: 0.0, width: 100.0 });
        assert_eq!(class[1].bar, Bar { against: false, x: 100.0, width: 25.0 });
    }

    #[test]
    fn a_bar_is_never_outside_its_drawing() {
        for (weight, heaviest) in
            [(0.0, 0.0), (1e-9, 5.0), (-7.0, 5.0), (f64::MAX, f64::MAX), (f64::NAN, 1.0)]
        {
            let bar = Bar::new(weight, heaviest);
            assert!(
                (0.0..=200.0).contains(&bar.x) && (0.0..=200.0).contains(&(bar.x + bar.width)),
                "{weight}"
            );
        }
    }
}
