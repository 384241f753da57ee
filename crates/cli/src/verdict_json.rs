//! A verdict as JSON: one object a message, with the keys that the contract promises.

use daemon::Judged;
use domain::{Class, Defect, History, Label as _, Period, Priority, Raised, Reason, Tag, TagPrefix};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Serialize;

#[derive(Debug, Serialize)]
pub struct Verdict {
    pub message_id: Option<String>,
    pub received: String,
    pub class: &'static str,
    pub confidence: f64,
    pub probabilities: ClassProbabilities,
    pub priority: &'static str,
    pub priority_probabilities: PriorityProbabilities,
    pub unsure: bool,
    pub deadline: Option<Date>,
    pub deadline_rule: Option<String>,
    pub periods: Vec<JsonPeriod>,
    pub references: Vec<String>,
    pub language: String,
    pub flags: Vec<&'static str>,
    pub tags: Vec<String>,
    pub reasons: Vec<JsonReason>,
    pub defects: Vec<&'static str>,
    pub model: String,
}

#[derive(Debug, Serialize)]
pub struct ClassProbabilities {
    application: f64,
    inquiry: f64,
    other: f64,
}

#[derive(Debug, Serialize)]
pub struct PriorityProbabilities {
    high: f64,
    normal: f64,
    low: f64,
}

/// What came before a message in its thread, as far as a mailbox knows.
#[derive(Debug, Serialize)]
pub struct Thread {
    earlier: u32,
    applied: bool,
    repeated: bool,
}

impl From<History> for Thread {
    fn from(History { earlier, applied, repeated }: History) -> Self {
        Self { earlier, applied, repeated }
    }
}

#[derive(Debug, Serialize)]
pub struct JsonPeriod {
    rule: String,
    until: Date,
    text: String,
}

#[derive(Debug, Serialize)]
pub struct JsonReason {
    r#for: String,
    text: String,
    weight: f64,
}

impl Verdict {
    /// What is said of a judged message.
    pub fn new(judged: &Judged, reasons: &[Reason], prefix: &TagPrefix) -> Self {
        let decision = &judged.decision;
        let (class, priority) = (decision.class, decision.priority);
        let (deadline, periods) = (decision.facts.deadline.as_ref(), &decision.facts.periods);
        // The stated date's rule; where none is stated, that of the statutory period that ends first.
        let rule = deadline.map(|deadline| &deadline.rule).or(periods.first().map(|period| &period.rule));
        Self {
            message_id: judged.message.message_id.clone(),
            received: rfc3339(judged.received),
            class: class.best().name(),
            confidence: class.confidence(),
            probabilities: ClassProbabilities {
                application: class.of(Class::Application),
                inquiry: class.of(Class::Inquiry),
                other: class.of(Class::Other),
            },
            priority: priority.best().name(),
            priority_probabilities: PriorityProbabilities {
                high: priority.of(Priority::High),
                normal: priority.of(Priority::Normal),
                low: priority.of(Priority::Low),
            },
            unsure: decision.unsure,
            deadline: deadline.map(|deadline| deadline.date),
            deadline_rule: rule.cloned(),
            periods: periods.iter().map(JsonPeriod::from).collect(),
            references: decision.facts.references.clone(),
            language: decision.facts.language.clone(),
            flags: decision.facts.flags.iter().map(|raised| raised.flag.name()).collect(),
            tags: decision.tags.iter().map(|tag| prefix.keyword(*tag)).collect(),
            reasons: reasons.iter().map(JsonReason::from).collect(),
            defects: judged.defects.iter().copied().map(Defect::name).collect(),
            model: decision.model.0.clone(),
        }
    }
}

impl From<&Period> for JsonPeriod {
    fn from(period: &Period) -> Self {
        Self { rule: period.rule.clone(), until: period.until, text: period.why.clone() }
    }
}

impl From<&Reason> for JsonReason {
    fn from(reason: &Reason) -> Self {
        Self { r#for: reason.subject.name().to_owned(), text: reason.text.clone(), weight: reason.weight }
    }
}

/// A moment as RFC 3339, with the offset of the place where Langhals works.
pub fn rfc3339(at: Timestamp) -> String {
    at.to_zoned(berlin()).strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
}

/// Europe/Berlin, from the zone data in the binary.
pub fn berlin() -> TimeZone {
    TimeZone::get("Europe/Berlin").unwrap_or(TimeZone::UTC)
}

/// Tags as people read them.
pub fn titles(tags: &[Tag]) -> String {
    tags.iter().map(|tag| tag.title()).collect::<Vec<_>>().join(", ")
}

/// Flags as people read them.
pub fn flag_titles(raised: &[Raised]) -> String {
    raised.iter().map(|raised| raised.flag.title()).collect::<Vec<_>>().join(", ")
}
