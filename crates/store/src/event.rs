//! The decision log's events: what was intended, settled, seen, set aside, closed. No content.

use domain::{Class, Decision, Distribution, Folder, ModSeq, Priority, Tag, Uid, UidValidity};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// Version of the line format; a reader refuses newer ones.
pub(crate) const VERSION: u32 = 1;

/// One line of the decision log.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Line {
    /// Format version.
    pub v: u32,
    /// When it was decided.
    pub at: Timestamp,
    /// `name` of the mailbox in the configuration.
    pub mailbox: String,
    /// Folder, as in the configuration.
    pub folder: String,
    /// Its UIDVALIDITY.
    pub validity: u32,
    /// What happened.
    #[serde(flatten)]
    pub event: Event,
}

impl Line {
    pub(crate) fn new(at: Timestamp, folder: &Folder, validity: UidValidity, event: Event) -> Self {
        let Folder { mailbox, name } = folder.clone();
        Self { v: VERSION, at, mailbox, folder: name, validity: validity.0, event }
    }

    pub(crate) fn folder(&self) -> Folder {
        Folder { mailbox: self.mailbox.clone(), name: self.folder.clone() }
    }
}

/// What happened to messages of one folder.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub(crate) enum Event {
    /// These tags are about to be written. Durable before anything is sent.
    Intended {
        uid: u32,
        fingerprint: String,
        arrived: Timestamp,
        #[serde(skip_serializing_if = "Option::is_none")]
        modseq: Option<u64>,
        attempt: u8,
        suggestion: Suggestion,
    },
    /// What became of intents, as read back from the server.
    Settled { uids: Vec<u32>, outcome: Outcome },
    /// Came with tags of ours already: never classified, never learnt from.
    Seen { uid: u32, fingerprint: String, arrived: Timestamp, tags: Vec<String> },
    /// Could not be judged; a person must look.
    SetAside { uid: u32, why: String },
    /// Left the queue by what people did in the mailbox.
    Closed { uids: Vec<u32>, how: Closing },
    /// Is waiting again.
    Reopened { uids: Vec<u32> },
    /// Everything below `next_uid` is decided.
    Advanced { next_uid: u32 },
    /// The server numbers the folder anew: what was known of it is void.
    Rebased,
}

/// What Langhals suggested, without content: what is kept of a [`Decision`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Suggestion {
    /// Probabilities in the order of [`Class::ALL`].
    pub class: [f64; 3],
    /// Probabilities in the order of [`Priority::ALL`].
    pub priority: [f64; 3],
    /// Below the threshold.
    pub unsure: bool,
    /// The stated deadline.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deadline: Option<Date>,
    /// The rule that found it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deadline_rule: Option<String>,
    /// Names of flags.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub flags: Vec<String>,
    /// Names of tags, see [`Tag::name`].
    pub tags: Vec<String>,
    /// The model behind it.
    pub model: String,
}

impl From<&Decision> for Suggestion {
    fn from(decision: &Decision) -> Self {
        let deadline = decision.facts.deadline.as_ref();
        Self {
            class: decision.class.probabilities().map(rounded),
            priority: decision.priority.probabilities().map(rounded),
            unsure: decision.unsure,
            deadline: deadline.map(|deadline| deadline.date),
            deadline_rule: deadline.map(|deadline| deadline.rule.clone()),
            flags: decision.facts.flags.clone(),
            tags: decision.tags.iter().map(|tag| tag.name().to_owned()).collect(),
            model: decision.model.0.clone(),
        }
    }
}

impl Suggestion {
    /// The class's distribution.
    pub fn class(&self) -> Distribution<Class> {
        Distribution::from_weights(self.class)
    }

    /// The priority's distribution.
    pub fn priority(&self) -> Distribution<Priority> {
        Distribution::from_weights(self.priority)
    }

    /// The suggested tags.
    pub fn tags(&self) -> Vec<Tag> {
        self.tags.iter().filter_map(|name| Tag::from_name(name)).collect()
    }

    /// What a message's own tags say, where nothing was decided here.
    pub(crate) fn from_tags(tags: &[Tag]) -> Self {
        let class = tags.iter().find_map(|tag| tag.class());
        let priority = if tags.contains(&Tag::Hoch) {
            Priority::High
        } else if tags.contains(&Tag::Niedrig) {
            Priority::Low
        } else {
            Priority::Normal
        };
        Self {
            class: class.map_or([1.0 / 3.0; 3], |class| Distribution::certain(class).probabilities()),
            priority: Distribution::certain(priority).probabilities(),
            unsure: class.is_none(),
            deadline: None,
            deadline_rule: None,
            flags: Vec::new(),
            tags: tags.iter().map(|tag| tag.name().to_owned()).collect(),
            model: String::new(),
        }
    }
}

/// Four decimals are all that anybody can use of a probability.
fn rounded(probability: f64) -> f64 {
    (probability * 10_000.0).round() / 10_000.0
}

/// What is about to be written on one message.
#[derive(Clone, Debug, PartialEq)]
pub struct Intent {
    /// Which message.
    pub uid: Uid,
    /// How to recognise it elsewhere: a [`domain::Fingerprint`] in hex.
    pub fingerprint: String,
    /// INTERNALDATE, or when Langhals first saw it.
    pub arrived: Timestamp,
    /// Its modification sequence before the write, where the server tells.
    pub modseq: Option<ModSeq>,
    /// 1, or 2 where a first attempt seems to have been undone.
    pub attempt: u8,
    /// What is suggested.
    pub suggestion: Suggestion,
    /// Why it could not be judged, where that is so: a stable name, no content.
    pub set_aside: Option<&'static str>,
}

/// What became of an intent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// All tags were read back.
    Applied,
    /// The mailbox keeps no tags, or the operator wants none: the queue alone shows it.
    QueueOnly,
    /// A person had tagged it first; their tag stands.
    Person,
    /// The message was gone.
    Gone,
    /// The server took the tags and did not keep them.
    NotKept,
}

/// How a message left the queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Closing {
    /// `\Answered`.
    Answered,
    /// `\Deleted`, and still there.
    Deleted,
    /// Moved or expunged.
    Gone,
}
