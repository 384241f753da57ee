//! The suggestion: tags, the threshold below which a person decides, and the reasons.

use domain::{
    Assessment, Class, Decision, Distribution, Facts, Flag, History, Label, Message, Priority, Protection,
    Reason, Subject, Tag, Verdict,
};

use crate::{flags, priority, thread};

/// When a suggestion is good enough to be a tag.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Policy {
    /// Probability of the class at or above which it becomes a tag, in 0..=1; above 1 none ever does.
    pub confidence: f64,
}

impl Default for Policy {
    fn default() -> Self {
        Self { confidence: 0.75 }
    }
}

/// Joins what is known about a message into what is suggested.
///
/// A message whose text is encrypted or must not be read is always `unsure`: sender and subject do not
/// say what it asks for, and a person must open it anyway. Documents for an application that came
/// before in the thread carry it forward.
pub fn decide(
    message: &Message,
    verdict: Verdict,
    assessment: Assessment,
    facts: Facts,
    history: History,
    policy: &Policy,
) -> Decision {
    let (class, carried) = thread::carried_forward(verdict.class, message, history);
    let verdict = Verdict { class, ..verdict };
    let encrypted = message.protection == Protection::Encrypted;
    let personal = facts.flags.iter().any(|raised| raised.flag == Flag::Persoenlich);
    let unsure = encrypted || personal || verdict.class.confidence() < policy.confidence;
    let flags: Vec<Reason> = flags::reasons(&facts.flags).collect();
    let reasons = unsure
        .then(|| unsure_reason(&verdict.class, encrypted, personal))
        .into_iter()
        .chain(carried)
        .chain(deadline_reason(&facts))
        .chain(period_reasons(&facts))
        .chain(assessment.reasons)
        .chain(flags)
        .collect();
    let tags = tags(verdict.class.best(), unsure, assessment.probabilities.best(), &facts, encrypted);
    Decision {
        class: verdict.class,
        priority: assessment.probabilities,
        unsure,
        encrypted,
        facts,
        tags,
        reasons,
        model: verdict.model,
    }
}

/// The tags of the contract, in the order of [`Tag::ALL`].
fn tags(class: Class, unsure: bool, priority: Priority, facts: &Facts, encrypted: bool) -> Vec<Tag> {
    let mut tags = vec![if unsure { Tag::Unsicher } else { Tag::of_class(class) }];
    match priority {
        Priority::High => tags.push(Tag::Hoch),
        Priority::Low => tags.push(Tag::Niedrig),
        Priority::Normal => {}
    }
    if facts.deadline.is_some() {
        tags.push(Tag::Frist);
    }
    if encrypted {
        tags.push(Tag::Verschluesselt);
    }
    tags
}

/// Why a person must decide the class: the two best guesses, or that there is nothing to guess by.
fn unsure_reason(class: &Distribution<Class>, encrypted: bool, personal: bool) -> Reason {
    let mut guesses = Class::ALL.map(|label| (class.of(label), Tag::of_class(label).title()));
    guesses.sort_by(|a, b| b.0.total_cmp(&a.0));
    let [(first, best), (second, next), _] = guesses;
    let text = if encrypted {
        "Bitte sichten: Der Text ist verschlüsselt, der Betreff allein sagt nicht genug.".to_owned()
    } else if personal {
        "Bitte sichten: Die Nachricht ist persönlich oder vertraulich, ihr Text wurde nicht gelesen."
            .to_owned()
    } else {
        format!(
            "Bitte sichten: am ehesten {best} ({:.0} %), sonst {next} ({:.0} %).",
            100.0 * first,
            100.0 * second
        )
    };
    Reason { subject: Subject::Class, text, weight: first }
}

/// The sentence that names the deadline, with the words it came from.
fn deadline_reason(facts: &Facts) -> Option<Reason> {
    let deadline = facts.deadline.as_ref()?;
    let date = priority::in_german(deadline.date);
    let text = format!(
        "Frist am {date} ({}), laut „{}“.",
        in_words(&deadline.rule),
        deadline.phrase.split_whitespace().collect::<Vec<_>>().join(" ")
    );
    Some(Reason { subject: Subject::Deadline, text, weight: deadline.weight })
}

/// How a day was written, for people.
fn in_words(rule: &str) -> &'static str {
    match rule {
        "weekday" => "genannter Wochentag",
        "today" | "tomorrow" | "day-after-tomorrow" => "vom Tag des Eingangs an",
        "period" => "Zeitraum ab Eingang",
        "end-of-week" => "Ende der Woche",
        "end-of-month" => "Ende des Monats",
        "end-of-year" => "Ende des Jahres",
        "calendar-week" => "Kalenderwoche",
        "feast" => "Feiertag",
        _ => "genanntes Datum",
    }
}

/// A period is a suggestion, weaker than a date that the text states.
const PERIOD: f64 = 0.5;

/// A sentence for each statutory period.
fn period_reasons(facts: &Facts) -> impl Iterator<Item = Reason> + '_ {
    facts.periods.iter().map(|period| Reason {
        subject: Subject::Deadline,
        text: period.why.clone(),
        weight: PERIOD,
    })
}
