//! Why a message is judged as it is, as `classify --format json` names things.

use domain::{History, Period, Reason, TagPrefix};
use serde::Serialize;
use store::Key;
use utoipa::ToSchema;

use super::names::{ClassName, ClassProbabilities, PriorityName, PriorityProbabilities};
use super::shapes::{Place, keywords, line, rfc3339};
use crate::asks::Explanation;

/// Why a message is judged as it is, computed now from the message in the mailbox.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ExplanationBody {
    #[serde(flatten)]
    place: Place,
    /// Name and address of the sender.
    from: String,
    subject: String,
    /// When it was received.
    #[schema(format = DateTime)]
    received: String,
    class: ClassName,
    confidence: f64,
    probabilities: ClassProbabilities,
    priority: PriorityName,
    priority_probabilities: PriorityProbabilities,
    unsure: bool,
    #[schema(format = Date)]
    deadline: Option<String>,
    deadline_rule: Option<String>,
    /// The words that the deadline came from.
    deadline_phrase: Option<String>,
    /// Statutory periods that begin with the message, the earliest first: suggestions.
    periods: Vec<PeriodBody>,
    /// File and case numbers, as written.
    references: Vec<String>,
    /// ISO 639-1 code of the text's language.
    language: String,
    flags: Vec<String>,
    /// The keywords that are suggested now.
    tags: Vec<String>,
    /// The keywords of Langhals' that it carries now.
    present: Vec<String>,
    reasons: Vec<ReasonBody>,
    thread: Thread,
    /// What was wrong with its bytes.
    defects: Vec<String>,
    attachments: Vec<AttachmentBody>,
    model: String,
}

/// A statutory period.
#[derive(Debug, Serialize, ToSchema)]
struct PeriodBody {
    /// Stable name of the rule.
    rule: String,
    /// The last day.
    #[schema(format = Date)]
    until: String,
    /// Which rule leads to the day, in German.
    text: String,
}

/// One reason for a suggestion.
#[derive(Debug, Serialize, ToSchema)]
struct ReasonBody {
    /// `class`, `priority`, `deadline`, or the name of a flag.
    r#for: String,
    /// A German sentence; may quote the message.
    text: String,
    /// Positive where it speaks for the suggestion; comparable within one `for`.
    weight: f64,
}

/// What came before the message in its thread.
#[derive(Debug, Serialize, ToSchema)]
struct Thread {
    /// Earlier messages of the thread.
    earlier: u32,
    /// One of them was an application.
    applied: bool,
    /// The same text arrived before.
    repeated: bool,
}

/// Something attached.
#[derive(Debug, Serialize, ToSchema)]
struct AttachmentBody {
    name: String,
    media_type: String,
    /// In bytes.
    size: u64,
}

impl ExplanationBody {
    pub(super) fn new(key: &Key, explained: &Explanation, prefix: &TagPrefix) -> Self {
        let Explanation { letterhead, decision, .. } = explained;
        let (facts, deadline) = (&decision.facts, decision.facts.deadline.as_ref());
        let rule = deadline.map(|deadline| &deadline.rule);
        Self {
            place: key.into(),
            from: line(&letterhead.from),
            subject: line(&letterhead.subject),
            received: rfc3339(explained.received),
            class: decision.class.best().into(),
            confidence: decision.class.confidence(),
            probabilities: decision.class.probabilities().into(),
            priority: decision.priority.best().into(),
            priority_probabilities: decision.priority.probabilities().into(),
            unsure: decision.unsure,
            deadline: deadline.map(|deadline| deadline.date.to_string()),
            // As in `classify`: where none is stated, that of the statutory period that ends first.
            deadline_rule: rule.or(facts.periods.first().map(|period| &period.rule)).cloned(),
            deadline_phrase: deadline.map(|deadline| line(&deadline.phrase)),
            periods: facts.periods.iter().map(PeriodBody::from).collect(),
            references: facts.references.iter().map(|reference| line(reference)).collect(),
            language: facts.language.clone(),
            flags: facts.flags.iter().map(|raised| raised.flag.name().to_owned()).collect(),
            tags: keywords(&decision.tags, prefix),
            present: keywords(&explained.present, prefix),
            reasons: explained.reasons.iter().map(ReasonBody::from).collect(),
            thread: explained.history.into(),
            defects: explained.defects.iter().map(|defect| defect.name().to_owned()).collect(),
            attachments: explained
                .attachments
                .iter()
                .map(|attachment| AttachmentBody {
                    name: line(&attachment.name),
                    media_type: line(&attachment.media_type),
                    size: attachment.size as u64,
                })
                .collect(),
            model: decision.model.0.clone(),
        }
    }
}

impl From<&Period> for PeriodBody {
    fn from(period: &Period) -> Self {
        Self { rule: period.rule.clone(), until: period.until.to_string(), text: period.why.clone() }
    }
}

impl From<&Reason> for ReasonBody {
    fn from(reason: &Reason) -> Self {
        Self { r#for: reason.subject.name().to_owned(), text: line(&reason.text), weight: reason.weight }
    }
}

impl From<History> for Thread {
    fn from(History { earlier, applied, repeated }: History) -> Self {
        Self { earlier, applied, repeated }
    }
}
