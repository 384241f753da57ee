//! The decision log's events: what was intended, settled, seen, set aside, closed. No content.

use std::collections::BTreeMap;

use domain::{Class, Decision, Distribution, Folder, Lesson, ModSeq, Priority, Tag, Uid, UidValidity};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::decision_log::Position;
use crate::entry::{Entry, Key};
use crate::promotion::Switch;
use crate::references::ReferencePrint;
use crate::thread::Mark;

/// Version of the line format; a reader refuses newer ones.
pub(crate) const VERSION: u32 = 5;

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

    /// A line about the log itself, which concerns no mailbox.
    pub(crate) fn of_the_log(at: Timestamp, event: Event) -> Self {
        let nowhere = Folder { mailbox: String::new(), name: String::new() };
        Self::new(at, &nowhere, UidValidity(0), event)
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
        #[serde(default, skip_serializing_if = "Option::is_none")]
        thread: Option<Mark>,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        references: Vec<ReferencePrint>,
    },
    /// What became of intents, as read back from the server, and which tags of ours were there.
    Settled {
        uids: Vec<u32>,
        outcome: Outcome,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        held: Vec<String>,
    },
    /// Came with tags of ours already: never classified, never learnt from.
    Seen {
        uid: u32,
        fingerprint: String,
        arrived: Timestamp,
        tags: Vec<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        thread: Option<Mark>,
    },
    /// Could not be judged; a person must look.
    SetAside { uid: u32, why: String },
    /// Left the queue by what people did in the mailbox.
    Closed { uids: Vec<u32>, how: Closing },
    /// Is waiting again.
    Reopened { uids: Vec<u32> },
    /// Everything below `next_uid` is decided.
    Advanced { next_uid: u32 },
    /// The flags of all known messages were looked at, up to this HIGHESTMODSEQ.
    Reviewed {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        modseq: Option<u64>,
    },
    /// The server numbers the folder anew, or has lost what it knew: UIDs mean nothing any more.
    /// Its messages are remembered by their fingerprints.
    Rebased,
    /// A message that is known by its fingerprint, from here before or from another folder.
    Adopted {
        uid: u32,
        fingerprint: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        from: Option<Place>,
    },
    /// Its tags say something else than they did; not yet accepted as a person's decision.
    Noticed { uid: u32, tags: Vec<String> },
    /// A person has decided. Without who.
    Corrected {
        uid: u32,
        fingerprint: String,
        tags: Vec<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        class: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        priority: Option<String>,
        suggested: Suggested,
        /// The mailbox keeps no tags: they are known here alone.
        #[serde(default, skip_serializing_if = "is_false")]
        unwritten: bool,
    },
    /// Their tags changed in a way that teaches nothing: too many at once, or by the server's doing.
    Noted { uids: Vec<u32>, tags: Vec<String> },
    /// What left the mailbox before this time is forgotten, and the threads of what was first noted before that one.
    Expired {
        before: Timestamp,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        threads: Option<Timestamp>,
    },
    /// Another model judges from here on, or the same one by another threshold.
    ModelSwitched { switch: Switch },
    /// The first line of a day's file: where the log stood before. A file that goes missing between is noticed.
    Continued { after: Position },
    /// Part of these day files is lost. What it said is looked up in the mailboxes, each from its beginning.
    Lost { files: Vec<String> },
    /// The first line of a log that was shortened: everything before it is erased, but for what so many lines carry
    /// forward behind it.
    Shortened { lines: u64 },
    /// A message as it was known where the log was shortened: it still waits, or something happened to it later.
    Carried {
        uid: u32,
        entry: Box<Entry>,
        /// It had left its folder: it is known by its fingerprint alone.
        #[serde(default, skip_serializing_if = "is_false")]
        departed: bool,
    },
    /// What was remembered of such a message for its thread, at the time of the line.
    Remembered { fingerprint: String, mark: Mark, application: bool },
    /// What a person had decided up to there, as it stood: a training reference.
    Taught {
        uid: u32,
        fingerprint: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        arrived: Option<Timestamp>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        class: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        standing: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        priority: Option<String>,
        suggested: Suggested,
    },
    /// Something was erased from the log. How much, never what.
    Forgotten { by: ForgottenBy, erased: Erased },
}

/// What asked for something to be erased.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ForgottenBy {
    /// `langhals forget --message-id`.
    MessageId,
    /// `langhals forget --sender`.
    Sender,
    /// `langhals forget --older-than`.
    Age,
    /// `[state] keep_days`, by itself.
    Retention,
}

/// How much was erased: counts alone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Erased {
    /// Messages of which nothing is known any more but, where that is kept longer, what people taught by them.
    pub messages: u64,
    /// Those of them that still waited.
    pub waiting: u64,
    /// What people had decided about messages: training references.
    pub corrections: u64,
    /// Lines of the decision log that are gone, or hold less than before.
    pub lines: u64,
    /// Day files that are gone.
    pub days: u64,
    /// What was set aside as damaged, and is gone as a whole.
    pub set_aside: u64,
}

impl Erased {
    /// Whether nothing was.
    pub fn is_nothing(&self) -> bool {
        *self == Self::default()
    }
}

/// Where a message lies.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Place {
    pub folder: String,
    pub validity: u32,
    pub uid: u32,
}

/// What had been suggested for a message that a person decided.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Suggested {
    /// The best guess.
    pub class: String,
    /// The priority.
    pub priority: String,
    /// Whether the class was left to a person.
    pub unsure: bool,
    /// The model behind it; empty where the message came with its tags.
    pub model: String,
}

/// What became of one intent.
#[derive(Clone, Debug, PartialEq)]
pub struct Settlement {
    /// Which message.
    pub uid: Uid,
    /// How it ended.
    pub outcome: Outcome,
    /// Which of the wanted tags were there when it was read back.
    pub held: Vec<Tag>,
    /// Where it was found after it was moved.
    pub moved: Option<Key>,
}

/// What was found out about one known message.
#[derive(Clone, Debug, PartialEq)]
pub enum Finding {
    /// It left the queue.
    Closed(Closing),
    /// It waits again.
    Reopened,
    /// Its tags say something else; the clock runs.
    Noticed(Vec<Tag>),
    /// A person has decided: the tags that are there now, and what they teach.
    Corrected(Vec<Tag>, Lesson),
    /// A person has decided where the mailbox keeps no tags: those that it would carry, and what they teach.
    Chosen(Vec<Tag>, Lesson),
    /// Its tags are others now, and that teaches nothing.
    Noted(Vec<Tag>),
}

impl Finding {
    /// Whether it says anything of the message's tags.
    pub(crate) fn is_of_tags(&self) -> bool {
        match self {
            Self::Closed(_) | Self::Reopened => false,
            Self::Noticed(_) | Self::Corrected(..) | Self::Chosen(..) | Self::Noted(_) => true,
        }
    }
}

/// Names of tags, as they are kept.
pub(crate) fn names(tags: &[Tag]) -> Vec<String> {
    tags.iter().map(|tag| tag.name().to_owned()).collect()
}

/// Tags by their names.
pub(crate) fn tags(names: &[String]) -> Vec<Tag> {
    names.iter().filter_map(|name| Tag::from_name(name)).collect()
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
    /// It is shown to people and never written: the model runs in shadow.
    #[serde(default, skip_serializing_if = "is_false")]
    pub shadow: bool,
    /// The classes that challengers would have given, by model. Nothing is written of them.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub others: BTreeMap<String, String>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
fn is_false(value: &bool) -> bool {
    !value
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
            flags: decision.facts.flags.iter().map(|raised| raised.flag.name().to_owned()).collect(),
            tags: names(&decision.tags),
            model: decision.model.0.clone(),
            shadow: false,
            others: BTreeMap::new(),
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

    /// Suggests one tag more.
    pub fn add(&mut self, tag: Tag) {
        let mut tags = self.tags();
        if !tags.contains(&tag) {
            tags.push(tag);
            tags.sort_unstable();
            self.tags = names(&tags);
        }
    }

    /// The suggested tags.
    pub fn tags(&self) -> Vec<Tag> {
        tags(&self.tags)
    }

    /// Whether it is surely an application.
    pub(crate) fn is_application(&self) -> bool {
        !self.unsure && self.class().best() == Class::Application
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
            tags: names(tags),
            model: String::new(),
            shadow: false,
            others: BTreeMap::new(),
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
    /// By what its thread is known; `None` also where it was noted before.
    pub thread: Option<Mark>,
    /// The file numbers in it, of which only keyed hashes are kept; none also where they were noted before.
    pub references: Vec<String>,
}

/// A message that came with tags of ours.
#[derive(Clone, Debug, PartialEq)]
pub struct Tagged {
    /// Which message.
    pub uid: Uid,
    /// A [`domain::Fingerprint`] in hex.
    pub fingerprint: String,
    /// When it arrived.
    pub arrived: Timestamp,
    /// Its tags.
    pub tags: Vec<Tag>,
    /// By what its thread is known.
    pub thread: Option<Mark>,
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
    /// It was moved into the folder of its class, and found there.
    Moved,
    /// The mailbox keeps no tags: `\Flagged` stands for high priority.
    Flagged,
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
