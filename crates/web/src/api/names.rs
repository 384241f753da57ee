//! The names in the answers: each is a promise, so none is derived from ours by accident.

use domain::{Class, Priority};
use serde::{Deserialize, Serialize};
use store::{Closing, Outcome};
use utoipa::ToSchema;

/// What the authority must do with a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum ClassName {
    /// Starts or carries forward a procedure that the authority must decide (Antrag).
    Application,
    /// Wants an answer, not a decision (Rückfrage).
    Inquiry,
    /// Asks for neither (Sonstiges).
    Other,
}

impl From<Class> for ClassName {
    fn from(class: Class) -> Self {
        match class {
            Class::Application => Self::Application,
            Class::Inquiry => Self::Inquiry,
            Class::Other => Self::Other,
        }
    }
}

impl From<ClassName> for Class {
    fn from(name: ClassName) -> Self {
        match name {
            ClassName::Application => Self::Application,
            ClassName::Inquiry => Self::Inquiry,
            ClassName::Other => Self::Other,
        }
    }
}

/// How soon somebody should look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum PriorityName {
    /// Waiting a week would do harm (Eilig).
    High,
    /// A person must act on it, but a week does no harm.
    Normal,
    /// Nobody needs to act (Nachrangig).
    Low,
}

impl From<Priority> for PriorityName {
    fn from(priority: Priority) -> Self {
        match priority {
            Priority::High => Self::High,
            Priority::Normal => Self::Normal,
            Priority::Low => Self::Low,
        }
    }
}

impl From<PriorityName> for Priority {
    fn from(name: PriorityName) -> Self {
        match name {
            PriorityName::High => Self::High,
            PriorityName::Normal => Self::Normal,
            PriorityName::Low => Self::Low,
        }
    }
}

/// How probable each class is; together 1.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub(super) struct ClassProbabilities {
    application: f64,
    inquiry: f64,
    other: f64,
}

/// How probable each priority is; together 1.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub(super) struct PriorityProbabilities {
    high: f64,
    normal: f64,
    low: f64,
}

impl From<[f64; 3]> for ClassProbabilities {
    fn from([application, inquiry, other]: [f64; 3]) -> Self {
        Self { application, inquiry, other }
    }
}

impl From<[f64; 3]> for PriorityProbabilities {
    fn from([high, normal, low]: [f64; 3]) -> Self {
        Self { high, normal, low }
    }
}

/// How far a message's journey is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum StageName {
    /// Its tags are being written.
    Intended,
    /// It is known what became of them: see `outcome`.
    Settled,
    /// It came with tags of Langhals'.
    Seen,
}

/// What became of the tags.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum OutcomeName {
    /// All were read back.
    Applied,
    /// None are written in this mailbox: the queue alone shows them.
    QueueOnly,
    /// A person had tagged it first; their tag stands.
    Person,
    /// The message was gone.
    Gone,
    /// The server took them and did not keep them.
    NotKept,
    /// It was moved into the folder of its class.
    Moved,
    /// `\Flagged` stands for high priority.
    Flagged,
}

impl From<Outcome> for OutcomeName {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Applied => Self::Applied,
            Outcome::QueueOnly => Self::QueueOnly,
            Outcome::Person => Self::Person,
            Outcome::Gone => Self::Gone,
            Outcome::NotKept => Self::NotKept,
            Outcome::Moved => Self::Moved,
            Outcome::Flagged => Self::Flagged,
        }
    }
}

/// How a message left the queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum ClosingName {
    /// It was answered.
    Answered,
    /// It was marked as deleted.
    Deleted,
    /// It was moved elsewhere or removed.
    Gone,
}

impl From<Closing> for ClosingName {
    fn from(how: Closing) -> Self {
        match how {
            Closing::Answered => Self::Answered,
            Closing::Deleted => Self::Deleted,
            Closing::Gone => Self::Gone,
        }
    }
}
