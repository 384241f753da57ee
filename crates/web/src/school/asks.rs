//! What the model page asks of whoever keeps the models: it never reads one, and never trains one itself.

use std::collections::BTreeMap;
use std::fmt;

use jiff::Timestamp;
use store::{Switch, Wanted};
use tokio::sync::watch;

use crate::asks::Answer;

/// Who keeps the models: shows them, compares them, puts them into use, and learns new ones.
pub trait School: Send + Sync + fmt::Debug {
    /// Everything there is, and what is in use.
    fn library(&self) -> Answer<'_, Library>;

    /// What a model says of itself.
    fn card(&self, id: String) -> Answer<'_, Card>;

    /// A model beside the one in use, and what speaks against it.
    fn compare(&self, id: String) -> Answer<'_, Comparison>;

    /// Takes a model into use.
    fn promote(&self, order: Promotion) -> Answer<'_, ()>;

    /// Takes the model before the one in use back into use.
    fn roll_back(&self, order: Rollback) -> Answer<'_, ()>;

    /// Lets another threshold count from now on.
    fn choose(&self, choice: Choice) -> Answer<'_, ()>;

    /// Begins to learn a new model; only one is learnt at a time.
    fn learn(&self) -> Answer<'_, ()>;

    /// How far learning is, and every change of that.
    fn training(&self) -> watch::Receiver<Training>;
}

/// What there is in the models folder, and how it does.
#[derive(Clone, Debug, Default)]
pub struct Library {
    /// The model that judges now; nothing where none does.
    pub judging: String,
    /// The one that is promoted: another one for the moment until it is taken over, or while it cannot be used.
    pub promoted: Option<String>,
    /// Every model, the one in use first.
    pub models: Vec<Model>,
    /// How the model in use came to that, the newest first.
    pub switches: Vec<Switch>,
    /// Where a rollback leads.
    pub back_to: Option<String>,
    /// How challengers did beside models in use.
    pub trials: Vec<Trial>,
    /// What people changed since the model in use was promoted; nothing where the log cannot be read.
    pub corrections: Option<Corrections>,
    /// From where on a class is sure.
    pub threshold: Threshold,
    /// What each threshold of the model in use would do, the lowest first.
    pub risk: Vec<RiskPoint>,
    /// What a training would learn.
    pub lessons: Lessons,
}

/// A model as it lies there.
#[derive(Clone, Debug)]
pub struct Model {
    /// Its name.
    pub id: String,
    /// What it is used as.
    pub part: Part,
    /// Whether Langhals learnt it by itself, of corrections.
    pub learnt: bool,
    /// When its files were written.
    pub made: Option<Timestamp>,
    /// What it says of itself; or why it cannot be used, in a sentence for the operator.
    pub facts: Result<Facts, String>,
    /// What keeps it from writing tags.
    pub lacks: Vec<Objection>,
}

/// What a model is used as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// It judges.
    InUse,
    /// It judged before: a rollback leads to it.
    Before,
    /// It judges beside the one in use; only its classes are kept.
    Challenger,
    /// Nothing.
    Shelf,
}

/// What a model says of itself.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// How many mails it has learnt from.
    pub mails: u64,
    /// Of so many authors.
    pub authors: u64,
    /// Mails of each class.
    pub by_class: BTreeMap<String, u64>,
    /// Mails of each priority.
    pub by_priority: BTreeMap<String, u64>,
    /// How many features it knows.
    pub features: u64,
    /// How good it was on authors that it had not seen: the class.
    pub class: Scores,
    /// The same: the priority.
    pub priority: Scores,
    /// By so many mails it can be compared with others; nothing where it has no exam.
    pub exam: Option<u64>,
}

/// How good a model was at one question.
#[derive(Clone, Debug, Default)]
pub struct Scores {
    /// Mean of the labels' F1.
    pub macro_f1: f64,
    /// Share of right guesses.
    pub accuracy: f64,
    /// Expected calibration error.
    pub ece: f64,
    /// Recall of each label.
    pub recall: BTreeMap<String, f64>,
}

/// A model's own page.
#[derive(Clone, Debug)]
pub struct Card {
    /// The model.
    pub model: Model,
    /// `CARD.md`, where it has one.
    pub text: Option<String>,
    /// The switches that it had a part in, the newest first.
    pub switches: Vec<Switch>,
}

/// A challenger beside the model that was in use, on mails that people decided.
#[derive(Clone, Debug)]
pub struct Trial {
    /// The model that was in use.
    pub in_use: String,
    /// The challenger.
    pub challenger: String,
    /// Who was right; the challenger is the new one.
    pub pairs: Pairs,
}

/// Mails by which of two models was right.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Pairs {
    /// Both right.
    pub both: u64,
    /// Only the new one.
    pub only_new: u64,
    /// Only the old one.
    pub only_old: u64,
    /// Neither.
    pub neither: u64,
    /// Probability of such a difference by chance (McNemar, two-sided, exact).
    pub p: f64,
}

impl Pairs {
    /// How many mails.
    pub fn mails(&self) -> u64 {
        self.both + self.only_new + self.only_old + self.neither
    }

    /// Shares that the new one and the old one got right.
    pub fn right(&self) -> [f64; 2] {
        let mails = self.mails().max(1) as f64;
        [self.only_new, self.only_old].map(|only| (self.both + only) as f64 / mails)
    }
}

/// What people changed of what the model in use suggested. Counts only.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Corrections {
    /// Since when it is in use.
    pub since: Option<Timestamp>,
    /// Messages that it judged, as far as they are known still.
    pub judged: u64,
    /// Messages whose class a person changed.
    pub class: u64,
    /// Messages that were left to a person, who gave them a class.
    pub decided: u64,
    /// Messages whose priority a person changed.
    pub priority: u64,
}

/// From where on a class is sure.
#[derive(Clone, Debug)]
pub struct Threshold {
    /// What counts.
    pub wanted: Wanted,
    /// When that was chosen on the page; nothing where the configuration says it.
    pub chosen: Option<Timestamp>,
    /// What the configuration says.
    pub configured: Wanted,
    /// Why the choice cannot be read, where that is so.
    pub unreadable: Option<String>,
    /// What it does with the model in use.
    pub now: Forecast,
    /// What the configuration would do with it.
    pub by_configuration: Forecast,
}

impl Default for Threshold {
    fn default() -> Self {
        let wanted = Wanted::MostWrong(0.03);
        let (now, by_configuration) = (Forecast::default(), Forecast::default());
        Self { wanted, chosen: None, configured: wanted, unreadable: None, now, by_configuration }
    }
}

/// What a threshold does with a model.
#[derive(Clone, Debug, Default)]
pub struct Forecast {
    /// From this confidence on a class becomes a tag; nothing where no mail is sorted.
    pub confidence: Option<f64>,
    /// What is to be expected; nothing where the model does not say.
    pub expected: Option<RiskPoint>,
    /// What keeps the model from writing tags then.
    pub lacks: Vec<Objection>,
}

/// What is to be expected of one threshold, on mails of authors that the model had not seen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RiskPoint {
    /// The threshold.
    pub confidence: f64,
    /// Share of mails that are sorted.
    pub coverage: f64,
    /// Share of wrong classes among them.
    pub error: f64,
    /// At most so many, with 95 % certainty.
    pub bound: f64,
    /// Whether the model writes tags then, or runs in shadow.
    pub writes: bool,
}

/// What speaks against a model.
#[derive(Clone, Debug, PartialEq)]
pub enum Objection {
    /// It has learnt too few mails of a class.
    FewMails {
        /// Name of the class.
        class: String,
        /// How many.
        mails: u64,
        /// How many it needs.
        needed: u64,
    },
    /// It is sure of too few mails.
    SeldomSure {
        /// The share that it is sure of.
        share: f64,
        /// The share that it needs.
        needed: f64,
    },
    /// No threshold promises as few wrong ones as wanted.
    NoPromise,
    /// It is worse than the model in use.
    Worse,
    /// Too few mails by which the two could be compared.
    FewInCommon {
        /// How many.
        mails: u64,
        /// How many are needed.
        needed: u64,
    },
    /// They cannot be compared; a sentence for the operator, in English.
    Incomparable(String),
}

/// A model beside the one in use.
#[derive(Clone, Debug)]
pub struct Comparison {
    /// The one that is asked about.
    pub new: Model,
    /// The one in use; nothing where none is.
    pub old: Option<Model>,
    /// On the mails that both learnt from, each judged by a part that had not seen the author.
    pub exam: Option<Exam>,
    /// What speaks against it; overruled only by force.
    pub objections: Vec<Objection>,
    /// What the threshold does with the new one.
    pub then: Forecast,
    /// And with the one in use.
    pub now: Forecast,
}

/// Two models on the same mails.
#[derive(Clone, Copy, Debug)]
pub struct Exam {
    /// Who got the class right.
    pub class: Pairs,
    /// Who got the priority right.
    pub priority: Pairs,
}

/// A model into use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Promotion {
    /// Which.
    pub id: String,
    /// The model in use when that was decided.
    pub before: Option<String>,
    /// Also where something speaks against it.
    pub force: bool,
}

/// The model before back into use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rollback {
    /// The model in use when that was decided.
    pub from: String,
    /// Where it was said to lead.
    pub to: String,
}

/// Another threshold.
#[derive(Clone, Debug, PartialEq)]
pub struct Choice {
    /// The model in use when that was decided: for another one the forecast was another.
    pub model: String,
    /// What counts from now on; nothing for what the configuration says.
    pub wanted: Option<Wanted>,
}

/// What a training learns.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Lessons {
    /// Whether a corpus is configured; without one nothing can be learnt here.
    pub corpus: bool,
    /// Whether it is learnt by schedule, too.
    pub scheduled: bool,
    /// Corrections that people made, all of them.
    pub corrections: Option<u64>,
    /// How many learnt models are kept.
    pub keep: u64,
}

/// How far learning is.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Training {
    /// Nothing was learnt since the start.
    #[default]
    Idle,
    /// Under way.
    Running {
        /// Since when.
        since: Timestamp,
        /// What is being done.
        step: Step,
        /// How much of it all is done, 0 to 1; estimated.
        share: f64,
    },
    /// Over.
    Ended {
        /// When.
        at: Timestamp,
        /// The new model; or why there is none, in a sentence for the operator.
        outcome: Result<Learnt, String>,
    },
}

/// A part of a training.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Corrected mails are read anew from the mailboxes.
    Corrections {
        /// Read.
        done: u64,
        /// Of so many.
        total: u64,
    },
    /// The corpus is read.
    Corpus,
    /// Words and characters are counted.
    Features,
    /// Mails are judged by parts that have not seen their authors.
    Folds {
        /// Parts that are done.
        done: u64,
        /// Of so many.
        total: u64,
    },
    /// The model itself is fitted.
    Fitting,
    /// It is written down.
    Writing,
}

/// A model that was learnt.
#[derive(Clone, Debug, PartialEq)]
pub struct Learnt {
    /// Its name.
    pub id: String,
    /// How many mails it learnt from.
    pub mails: u64,
    /// How many of them people had corrected.
    pub corrections: u64,
    /// Corrections that could not be learnt.
    pub left_out: u64,
    /// Of the class, on authors that it had not seen.
    pub macro_f1: f64,
    /// Older learnt models that went.
    pub removed: Vec<String>,
}
