//! What the entry is made of: nothing but what configuration, model and state say. The texts are a pure function of it;
//! as JSON its keys are promises.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;

use super::energy::Energy;
use super::share::Share;
use crate::config::Authority;

/// Everything that is known of the running system.
#[derive(Clone, Debug, Serialize)]
pub struct Facts {
    /// When it was looked at.
    pub generated: Timestamp,
    /// The program's version.
    pub version: &'static str,
    /// Who runs it.
    pub authority: Authority,
    /// How it is set up.
    pub operation: Operation,
    /// The model in use.
    pub model: ModelFacts,
    /// From where on a class is sure.
    pub threshold: ThresholdFacts,
    /// What the state tells of the last weeks; nothing where there is none yet.
    pub observed: Option<Observed>,
    /// How long what is kept.
    pub retention: Retention,
    /// What judging costs.
    pub energy: Energy,
}

/// How it is set up.
#[derive(Clone, Debug, Serialize)]
pub struct Operation {
    /// The Land, by its two letters.
    pub land: &'static str,
    /// How many mailboxes are watched.
    pub mailboxes: usize,
    /// How many of their folders.
    pub folders: usize,
    /// How many mailboxes are reached with tokens of a token server.
    pub mailboxes_with_oauth: usize,
    /// Whether traces go to a collector.
    pub traces: bool,
    /// In which ways suggestions get into them, each once.
    pub write_back: Vec<Way>,
    /// What the keywords begin with.
    pub tag_prefix: String,
    /// After so many hours a waiting message counts as urgent; nothing where age does not count.
    pub max_age_hours: Option<i64>,
    /// Names of the flags that are raised.
    pub flags: Vec<&'static str>,
    /// Names of the statutory periods that are suggested.
    pub periods: Vec<&'static str>,
    /// Models that judge beside the one in use, and write nothing.
    pub challengers: Vec<String>,
    /// What is learnt of corrections; nothing where there is nothing to learn from.
    pub learning: Option<LearningFacts>,
    /// The page; nothing where there is none.
    pub page: Option<PageFacts>,
    /// Programs that use the API.
    pub tokens: TokenFacts,
}

/// How suggestions get into a mailbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// As keywords.
    Keywords,
    /// As keywords where they stick, else moved into the folders of their classes.
    KeywordsElseFolders,
    /// As keywords where they stick, else flagged.
    KeywordsElseFlagged,
    /// As keywords where they stick, else shown in the queue alone.
    KeywordsElseQueue,
    /// Moved into the folders of their classes.
    Folders,
    /// Flagged.
    Flagged,
    /// Shown in the queue alone.
    Queue,
}

/// What is learnt of corrections.
#[derive(Clone, Debug, Serialize)]
pub struct LearningFacts {
    /// When it learns by itself: `daily`, `weekly`, or nothing where only by order.
    pub every: Option<&'static str>,
    /// At what time.
    pub at: Option<String>,
    /// So many new corrections are worth a training.
    pub least_corrections: usize,
    /// So many learnt models are kept.
    pub keep: usize,
}

/// The page.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct PageFacts {
    /// Whether people sign in by local accounts.
    pub local_accounts: bool,
    /// Whether they sign in at the identity provider.
    pub identity_provider: bool,
    /// After so many hours everybody signs in anew.
    pub session_hours: i64,
}

/// Programs that use the API, in figures.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct TokenFacts {
    /// How many may.
    pub all: usize,
    /// How many of them see senders, subjects and reasons.
    pub with_content: usize,
    /// How many may set classes.
    pub with_write: usize,
}

/// The model in use.
#[derive(Clone, Debug, Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own that is told")]
pub struct ModelFacts {
    /// Its name.
    pub id: String,
    /// Since when it is in use, where that was written down.
    pub in_use_since: Option<Timestamp>,
    /// Whether an operator took it into use although something spoke against it.
    pub forced: bool,
    /// Whether it was learnt here by schedule or order, of people's corrections too.
    pub learnt_here: bool,
    /// Whether it may write tags.
    pub ready: bool,
    /// The learner behind it.
    pub learner: String,
    /// How many features it knows.
    pub features: usize,
    /// In fewer mails a feature is not learnt.
    pub fewest_mails: u32,
    /// SHA-256 of its weights.
    pub weights_sha256: String,
    /// SHA-256 of what it was learnt from.
    pub corpus_sha256: String,
    /// Whether that is the project's own corpus, unchanged.
    pub corpus_is_the_projects: bool,
    /// How many of the mails people had corrected; nothing where the model does not say.
    pub corrected_mails: Option<usize>,
    /// How many mails it was learnt from.
    pub mails: usize,
    /// By how many authors.
    pub authors: usize,
    /// Mails of each class.
    pub classes: BTreeMap<String, usize>,
    /// Mails of each priority.
    pub priorities: BTreeMap<String, usize>,
    /// How good it was on authors that it had not seen.
    pub quality: Quality,
    /// What its card says besides.
    pub card: CardFigures,
}

/// How good a model was on authors that it had not seen.
#[derive(Clone, Debug, Serialize)]
pub struct Quality {
    /// On so many mails.
    pub mails: usize,
    /// The class.
    pub class: Scores,
    /// The priority, the learnt part alone.
    pub priority: Scores,
}

/// Figures of one of the two questions.
#[derive(Clone, Debug, Serialize)]
pub struct Scores {
    /// Mean of the labels' F1.
    pub macro_f1: f64,
    /// Right guesses; nothing where none were judged.
    pub right: Option<Share>,
    /// Expected calibration error over 15 bins.
    pub calibration_error: f64,
    /// Of each label, how many of its mails were found.
    pub recall: BTreeMap<String, Share>,
}

/// What is read off a model's card, where it says so.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct CardFigures {
    /// Macro-F1 of the class on mails that were held out, and how many they were.
    pub held_out_class: Option<(usize, f64)>,
    /// Mails under exchanged names: how many variants, and which share of them got another class.
    pub names_exchanged: Option<(usize, f64)>,
}

/// From where on a class is sure.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct ThresholdFacts {
    /// What is wished for: at most this share of wrong classes among the sorted.
    pub most_wrong: Option<f64>,
    /// When it was chosen on the page; nothing where the configuration says it.
    pub chosen_on_page: Option<Timestamp>,
    /// The confidence itself; nothing where none keeps what is wished for.
    pub confidence: Option<f64>,
    /// What is to be expected of it, where the model says so.
    pub expected: Option<Expected>,
}

/// What is to be expected of a threshold, measured on authors that the model had not seen.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Expected {
    /// Share of mails that are sorted.
    pub sorted: f64,
    /// Share of wrong classes among them.
    pub wrong: f64,
    /// Upper bound of that share (95 %, one-sided).
    pub wrong_at_most: f64,
}

/// What the decision log tells of the last weeks: counts of messages, nothing of any person.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Observed {
    /// From this day on.
    pub from: Date,
    /// To this day.
    pub to: Date,
    /// So many messages arrived.
    pub arrived: u64,
    /// Of which so many had a sure class.
    pub sorted: u64,
    /// And so many were left to people.
    pub unsure: u64,
    /// How often people chose another class than the sure one.
    pub corrected: u64,
    /// The same as a share of the sorted; nothing where there are none.
    pub corrected_share: Option<Share>,
    /// How often people chose a class where it was left to them.
    pub decided: u64,
    /// How often they chose another priority.
    pub corrected_priority: u64,
}

/// How long what is kept.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Retention {
    /// Days after which the decision log is deleted by itself; nothing where it is not.
    pub log_days: Option<u32>,
    /// Days after which what people decided is deleted by itself; nothing where it goes with the log.
    pub corrections_days: Option<u32>,
    /// So many days the index recognises what left its mailbox.
    pub departed_days: i64,
    /// So many days it remembers threads.
    pub threads_days: i64,
    /// So many minutes senders and subjects stay in memory for the page.
    pub letterheads_minutes: u64,
}
