//! From verdict to decision: what the model says, what is computed, what is suggested.

use jiff::civil::Date;

use crate::{Class, Distribution, Flag, ModelId, Priority, Tag};

/// What the learnt model says of a message, before any rule.
#[derive(Clone, Debug, PartialEq)]
pub struct Verdict {
    /// Calibrated probabilities of the class.
    pub class: Distribution<Class>,
    /// Calibrated probabilities of the priority, from the text alone.
    pub priority: Distribution<Priority>,
    /// The model that said so.
    pub model: ModelId,
}

/// What is read off a message by rule.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Facts {
    /// The earliest date by which something must happen.
    pub deadline: Option<Deadline>,
    /// File and case numbers of the new text, as written, without repeats.
    pub references: Vec<String>,
    /// ISO 639-1 code of the text's main language; `de` where nothing speaks against it.
    pub language: String,
    /// Formal traps that apply, in the order of [`Flag::ALL`].
    pub flags: Vec<Raised>,
    /// What the text and its thread say that makes waiting harmful.
    pub signs: Vec<Sign>,
    /// Statutory periods that begin with the message, the earliest first: suggestions beside the stated date.
    pub periods: Vec<Period>,
}

/// A date by which something must happen, as the text states or implies it.
#[derive(Clone, Debug, PartialEq)]
pub struct Deadline {
    /// In Europe/Berlin.
    pub date: Date,
    /// How it was found, e.g. `date`, `period`, `weekday`: stable names, no content.
    pub rule: String,
    /// The words of the mail that it came from. Content: never logged or stored.
    pub phrase: String,
    /// How much more it looks like a deadline than like any other day, above 0: log-odds over the threshold.
    pub weight: f64,
}

/// A statutory period that begins with a message. A suggestion with its rule, never a legal fact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Period {
    /// Stable name of the rule, e.g. `ifg`; no content.
    pub rule: String,
    /// The last day, in Europe/Berlin, after the shift to a working day.
    pub until: Date,
    /// A German sentence that says which rule leads to the day; no content of the mail.
    pub why: String,
}

/// Something that makes waiting harmful: a third contact, a lawsuit announced, a harm that threatens.
#[derive(Clone, Debug, PartialEq)]
pub struct Sign {
    /// How much it speaks for `high`: log-odds, above 0.
    pub weight: f64,
    /// A German sentence; may quote the mail. Content: never logged or stored.
    pub why: String,
}

/// A flag that applies, with why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Raised {
    /// Which one.
    pub flag: Flag,
    /// A German sentence; may quote the mail. Content: never logged or stored.
    pub why: String,
}

/// What is remembered of the thread that a message belongs to; nothing of its content.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct History {
    /// Earlier messages of the thread that arrived here.
    pub earlier: u32,
    /// One of them was an application.
    pub applied: bool,
    /// The same text arrived before.
    pub repeated: bool,
}

/// How soon somebody should look, with what spoke for it.
#[derive(Clone, Debug, PartialEq)]
pub struct Assessment {
    /// Probabilities after the rules have been joined with what was learnt.
    pub probabilities: Distribution<Priority>,
    /// Each rule that moved it, in the order in which they were applied.
    pub reasons: Vec<Reason>,
}

/// What a reason speaks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    /// The class.
    Class,
    /// The priority.
    Priority,
    /// The deadline.
    Deadline,
    /// The flag of that name.
    Flag(String),
}

impl Subject {
    /// The name used in JSON.
    pub fn name(&self) -> &str {
        match self {
            Self::Class => "class",
            Self::Priority => "priority",
            Self::Deadline => "deadline",
            Self::Flag(name) => name,
        }
    }
}

/// One reason for a suggestion: a German sentence for people. Content: never logged or stored.
#[derive(Clone, Debug, PartialEq)]
pub struct Reason {
    /// What it speaks for.
    pub subject: Subject,
    /// A German sentence; may quote the mail.
    pub text: String,
    /// Strength, positive where it speaks for the suggestion; comparable within one subject.
    pub weight: f64,
}

/// What Langhals suggests for one message. A person decides.
#[derive(Clone, Debug, PartialEq)]
pub struct Decision {
    /// Probabilities of the class; [`Distribution::best`] is the best guess, also where `unsure`.
    pub class: Distribution<Class>,
    /// Probabilities of the priority.
    pub priority: Distribution<Priority>,
    /// Below the threshold: a person decides the class.
    pub unsure: bool,
    /// The text cannot be read: headers only.
    pub encrypted: bool,
    /// What was read off by rule.
    pub facts: Facts,
    /// The suggested tags, in the order of [`Tag::ALL`].
    pub tags: Vec<Tag>,
    /// Why the rules decided as they did (the class's reasons come from the model, on demand).
    pub reasons: Vec<Reason>,
    /// The model behind it.
    pub model: ModelId,
}
