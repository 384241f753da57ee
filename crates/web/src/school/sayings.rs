//! What is said of models in the reader's language.

use domain::{Class, Label as _, Priority};
use store::{Switch, SwitchedBy, Wanted};

use super::asks::{Facts, Forecast, Objection, Part, Scores};
use crate::names;
use crate::words::Language;

/// A sentence; some are written for operators, in English.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Saying {
    pub(super) text: String,
    pub(super) english: bool,
}

impl Saying {
    pub(super) fn ours(text: String) -> Self {
        Self { text, english: false }
    }

    pub(super) fn english(text: &str) -> Self {
        Self { text: text.to_owned(), english: true }
    }
}

/// A fact and its name.
pub(super) type Fact = (String, String);

/// `54,3 %`.
pub(super) fn share(words: Language, share: f64) -> String {
    let number = words.decimal(share * 100.0, 1);
    if words == Language::German { format!("{number}\u{a0}%") } else { format!("{number}%") }
}

/// `0,0123`; never nothing, and never 1 where it only rounds to it.
pub(super) fn probability(words: Language, p: f64) -> String {
    if p < 0.001 { words.say("school-p-tiny") } else { words.decimal(p, 3) }
}

/// What speaks against a model.
pub(super) fn objection(words: Language, objection: &Objection) -> Saying {
    let number = |value: &u64| words.number(*value).into();
    Saying::ours(match objection {
        Objection::FewMails { class, mails, needed } => words.fill(
            "school-few-mails",
            &[("class", label(words, class).into()), ("mails", number(mails)), ("needed", number(needed))],
        ),
        Objection::SeldomSure { share: sure, needed } => words.fill(
            "school-seldom-sure",
            &[("share", share(words, *sure).into()), ("needed", share(words, *needed).into())],
        ),
        Objection::NoPromise => words.say("school-no-promise"),
        Objection::Worse => words.say("school-worse"),
        Objection::FewInCommon { mails, needed } => {
            words.fill("school-few-in-common", &[("mails", number(mails)), ("needed", number(needed))])
        }
        Objection::Incomparable(sentence) => return Saying::english(sentence),
    })
}

pub(super) fn objections(words: Language, objections: &[Objection]) -> Vec<Saying> {
    objections.iter().map(|one| objection(words, one)).collect()
}

/// `Antrag`, `Eilig`; what is neither stays as it is.
pub(super) fn label(words: Language, name: &str) -> String {
    let class = Class::from_name(name).map(|class| names::class(words, class));
    let priority = || Priority::from_name(name).map(|priority| names::priority(words, priority));
    class.or_else(priority).unwrap_or_else(|| name.to_owned())
}

/// `höchstens 3,0 % falsch`.
pub(super) fn wanted(words: Language, wanted: Wanted) -> String {
    match wanted {
        Wanted::MostWrong(most) => {
            words.fill("school-wanted-most-wrong", &[("share", share(words, most).into())])
        }
        Wanted::Confidence(from) => {
            words.fill("school-wanted-confidence", &[("share", share(words, from).into())])
        }
    }
}

/// What a threshold does, by its name: from which confidence on, what it sorts, how much of that is wrong.
pub(super) fn forecast(words: Language, forecast: &Forecast) -> Vec<Fact> {
    let nothing = || words.say("school-nothing-sorted");
    let unknown = || words.say("school-unknown");
    let confidence = forecast.confidence.map_or_else(nothing, |from| share(words, from));
    let point = forecast.expected.as_ref().filter(|_| forecast.confidence.is_some());
    let of =
        |value: fn(&super::asks::RiskPoint) -> f64| point.map_or_else(unknown, |at| share(words, value(at)));
    let sorted = if forecast.confidence.is_some() { of(|at| at.coverage) } else { share(words, 0.0) };
    vec![
        (words.say("school-sorted"), sorted),
        (words.say("school-wrong"), of(|at| at.error)),
        (words.say("school-bound"), of(|at| at.bound)),
        (words.say("school-from"), confidence),
    ]
}

/// What a model is used as.
pub(super) fn part(words: Language, part: Part) -> Option<String> {
    match part {
        Part::InUse => Some(words.say("school-part-in-use")),
        Part::Before => Some(words.say("school-part-before")),
        Part::Challenger => Some(words.say("school-part-challenger")),
        Part::Shelf => None,
    }
}

/// The model in figures.
pub(super) fn facts(words: Language, facts: &Facts) -> Vec<Fact> {
    let count = |value: u64| words.number(value);
    let counts = |counts: &std::collections::BTreeMap<String, u64>, order: &[&str]| {
        let of = |name: &&str| Some(format!("{} {}", label(words, name), count(*counts.get(*name)?)));
        order.iter().filter_map(of).collect::<Vec<_>>().join(", ")
    };
    let learnt = [("mails", count(facts.mails).into()), ("authors", count(facts.authors).into())];
    let mut said = vec![
        (words.say("school-learnt-from"), words.fill("school-mails-of-authors", &learnt)),
        (words.say("school-by-class"), counts(&facts.by_class, &Class::ALL.map(domain::Label::name))),
        (
            words.say("school-by-priority"),
            counts(&facts.by_priority, &Priority::ALL.map(domain::Label::name)),
        ),
        (words.say("school-right-class"), right(words, &facts.class)),
        (words.say("school-right-priority"), right(words, &facts.priority)),
    ];
    let recall = |scores: &Scores, name: &str| scores.recall.get(name).map(|recall| share(words, *recall));
    if let Some(found) = recall(&facts.class, Class::Application.name()) {
        said.push((words.say("school-applications-found"), found));
    }
    if let Some(found) = recall(&facts.priority, Priority::High.name()) {
        said.push((words.say("school-urgent-found"), found));
    }
    let exam =
        facts.exam.map_or_else(|| words.say("school-no-exam"), |mails| words.counted("school-exam", mails));
    said.extend([
        (words.say("school-calibration"), words.decimal(facts.class.ece, 3)),
        (words.say("school-features"), count(facts.features)),
        (words.say("school-comparable"), exam),
    ]);
    said
}

fn right(words: Language, scores: &Scores) -> String {
    let (right, f1) = (share(words, scores.accuracy), words.decimal(scores.macro_f1, 3));
    words.fill("school-right-and-f1", &[("right", right.into()), ("f1", f1.into())])
}

/// A change of the model in use, or of the threshold.
pub(super) struct SwitchView {
    pub(super) at: String,
    pub(super) machine: String,
    pub(super) what: String,
    pub(super) from: Option<String>,
    pub(super) to: String,
    /// What was overruled; in English.
    pub(super) overruled: Vec<String>,
}

impl SwitchView {
    pub(super) fn new(words: Language, switch: &Switch) -> Self {
        Self {
            at: words.moment(switch.at),
            machine: switch.at.to_string(),
            what: match (switch.by, switch.forced) {
                (SwitchedBy::Promote, false) => words.say("school-promoted"),
                (SwitchedBy::Promote, true) => words.say("school-promoted-by-force"),
                (SwitchedBy::Rollback, _) => words.say("school-rolled-back"),
                (SwitchedBy::Found, _) => words.say("school-found"),
                (SwitchedBy::Fallback, _) => words.say("school-fallback"),
                (SwitchedBy::Threshold, _) => words.say("school-threshold-changed"),
            },
            from: switch.from.clone(),
            to: switch.to.clone(),
            overruled: switch.overruled.clone(),
        }
    }
}
