//! What stands in the answers: the API's own types, so that nothing of ours becomes a promise by accident.

use domain::{Tag, TagPrefix};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Serialize;
use store::{Key, Row, Stage, Suggestion};
use utoipa::ToSchema;

use super::names::{
    ClassName, ClassProbabilities, ClosingName, OutcomeName, PriorityName, PriorityProbabilities, StageName,
};
use super::place;
use crate::asks::Letterhead;
use crate::{stranger, words};

/// Longest stranger's line that is handed on.
const LONGEST_LINE: usize = 1_000;

/// Where a message lies.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub(super) struct Place {
    /// Its name in addresses of this API; opaque. It stays the same while the message lies where it lies.
    pub(super) id: String,
    /// The mailbox's name in the configuration.
    #[schema(example = "poststelle")]
    pub(super) mailbox: String,
    /// The folder.
    #[schema(example = "INBOX")]
    pub(super) folder: String,
    /// The folder's generation (IMAP UIDVALIDITY).
    pub(super) uid_validity: u32,
    /// Which message (IMAP UID).
    pub(super) uid: u32,
}

impl From<&Key> for Place {
    fn from(key: &Key) -> Self {
        Self {
            id: place::id(key),
            mailbox: key.folder.mailbox.clone(),
            folder: key.folder.name.clone(),
            uid_validity: key.validity.0,
            uid: key.uid.0,
        }
    }
}

/// What is kept of one message.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[expect(clippy::struct_excessive_bools, reason = "each is a name of the answer")]
pub(super) struct Message {
    #[serde(flatten)]
    pub(super) place: Place,
    /// Recognises the message also after it was moved; 32 hexadecimal digits, no content.
    fingerprint: String,
    /// When it arrived in the mailbox.
    #[schema(format = DateTime)]
    arrived: String,
    /// The class that counts: a person's, else the best guess, also where `unsure`.
    class: ClassName,
    /// Whether a person chose the class.
    class_by_person: bool,
    /// How probable the best guess is.
    confidence: f64,
    probabilities: ClassProbabilities,
    /// Below the threshold, and no person has chosen yet: a person decides the class.
    unsure: bool,
    /// The priority that counts now: a person's, else what was suggested, raised by age.
    priority: PriorityName,
    priority_probabilities: PriorityProbabilities,
    /// It counts as more urgent than it was judged, because it has waited so long.
    aged: bool,
    /// The date by which something must happen, where the text states one.
    #[schema(format = Date)]
    deadline: Option<String>,
    /// The rule that found it.
    deadline_rule: Option<String>,
    /// Days from today (Europe/Berlin) to the deadline; negative where it is over.
    days_left: Option<i64>,
    /// Formal traps, the weightiest first.
    #[schema(example = json!(["gericht"]))]
    flags: Vec<String>,
    /// The suggested keywords.
    #[schema(example = json!(["triage-antrag", "triage-frist"]))]
    tags: Vec<String>,
    stage: StageName,
    /// What became of the tags, where that is known.
    outcome: Option<OutcomeName>,
    /// Why it could not be judged, where that is so.
    set_aside: Option<String>,
    /// How it left the queue; `null` while it waits.
    closed: Option<ClosingName>,
    /// The model behind the suggestion; empty where the message came with its tags.
    model: String,
    /// The suggestion is shown and never written: the model runs in shadow.
    shadow: bool,
    /// Name and address of the sender, where asked for and allowed, and the mailbox answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) from: Option<String>,
    /// The subject; likewise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) subject: Option<String>,
}

/// Where a row lies.
pub(super) fn key_of(row: &Row) -> Key {
    Key { folder: row.folder.clone(), validity: row.validity, uid: row.uid }
}

impl Message {
    pub(super) fn new(row: &Row, prefix: &TagPrefix, now: Timestamp) -> Self {
        let entry = &row.entry;
        let Suggestion { deadline, deadline_rule, flags, model, shadow, .. } = &entry.suggestion;
        let (class, today) = (entry.suggestion.class(), words::day(now));
        Self {
            place: Place::from(&key_of(row)),
            fingerprint: entry.fingerprint.clone(),
            arrived: rfc3339(entry.arrived),
            class: entry.chosen_class().unwrap_or(class.best()).into(),
            class_by_person: entry.chosen_class().is_some(),
            confidence: class.confidence(),
            probabilities: class.probabilities().into(),
            unsure: entry.suggestion.unsure && !entry.person,
            priority: row.priority().into(),
            priority_probabilities: entry.suggestion.priority().probabilities().into(),
            aged: row.aged,
            deadline: deadline.map(|date| date.to_string()),
            deadline_rule: deadline_rule.clone(),
            days_left: deadline.map(|date| words::days_until(today, date)),
            flags: flags.clone(),
            tags: keywords(&entry.suggestion.tags(), prefix),
            stage: match entry.stage {
                Stage::Intended { .. } => StageName::Intended,
                Stage::Settled(_) => StageName::Settled,
                Stage::Seen => StageName::Seen,
            },
            outcome: match entry.stage {
                Stage::Settled(outcome) => Some(outcome.into()),
                Stage::Intended { .. } | Stage::Seen => None,
            },
            set_aside: entry.set_aside.clone(),
            closed: entry.closed.map(ClosingName::from),
            model: model.clone(),
            shadow: *shadow,
            from: None,
            subject: None,
        }
    }

    /// With sender and subject.
    pub(super) fn headed(mut self, letterhead: &Letterhead) -> Self {
        self.from = Some(line(&letterhead.from));
        self.subject = Some(line(&letterhead.subject));
        self
    }
}

/// Tags as the keywords that a mail client sees.
pub(super) fn keywords(tags: &[Tag], prefix: &TagPrefix) -> Vec<String> {
    tags.iter().map(|tag| prefix.keyword(*tag)).collect()
}

/// A moment as RFC 3339, with the offset of the place where Langhals works.
pub(super) fn rfc3339(at: Timestamp) -> String {
    let berlin = TimeZone::get("Europe/Berlin").unwrap_or(TimeZone::UTC);
    at.to_zoned(berlin).strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
}

/// A stranger's line: without what would steer whatever shows it, and not endless.
pub(super) fn line(text: &str) -> String {
    stranger::shown(text, LONGEST_LINE)
}
