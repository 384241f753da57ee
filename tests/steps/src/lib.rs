//! A mail's way through the core, as `daemon::journey` goes it, with a word after each step.
//!
//! ```text
//! parse ─▶ unopened ─▶ features ─▶ inference ─▶ extraction ─▶ priority   (on the page also: ─▶ explanation)
//! ```
//!
//! Each step is one function of [`measured`], which is never inlined: a clock stops between them, callgrind finds them
//! by name. The steps run one after the other on each mail, as in life, so none finds its own data in the cache still.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use domain::{Decision, History, Message, ModelId, Reason};
use jiff::Timestamp;
use model::Model;
use triage::{House, Land, Policy};

pub mod measured;

/// One step of the core.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// Bytes to message.
    Parse,
    /// What is personal loses its text.
    Unopened,
    /// The message as the model sees it.
    Features,
    /// Class and priority by what was learnt.
    Inference,
    /// Deadline, references, language, flags, signs, periods.
    Extraction,
    /// Learnt priority and rules joined; the suggestion.
    Priority,
    /// Words and sentences that spoke for the class. Only for who asks.
    Explanation,
}

impl Step {
    /// In their order.
    pub const ALL: [Self; 7] = [
        Self::Parse,
        Self::Unopened,
        Self::Features,
        Self::Inference,
        Self::Extraction,
        Self::Priority,
        Self::Explanation,
    ];

    /// The function of [`measured`].
    pub fn name(self) -> &'static str {
        match self {
            Self::Parse => "parse",
            Self::Unopened => "unopened",
            Self::Features => "features",
            Self::Inference => "inference",
            Self::Extraction => "extraction",
            Self::Priority => "priority",
            Self::Explanation => "explanation",
        }
    }
}

/// What the core needs to judge a mail.
pub struct Core {
    model: Model,
    house: House,
    policy: Policy,
}

/// What became of a mail.
pub struct Judged {
    /// As it was read.
    pub message: Message,
    /// When it came.
    pub received: Timestamp,
    /// What is suggested.
    pub decision: Decision,
    /// What spoke for the class.
    pub reasons: Vec<Reason>,
}

impl Core {
    /// With the promoted model of this models folder.
    ///
    /// # Errors
    /// If there is none, or it cannot be loaded.
    pub fn open(models: &Path) -> Result<Self> {
        let promoted = fs::read_to_string(models.join("PROMOTED")).context("no model is promoted")?;
        let id = promoted.lines().next().unwrap_or_default().trim().to_owned();
        let manifest = fs::read(models.join(&id).join("manifest.json"))?;
        let weights = fs::read(models.join(&id).join("weights.bin"))?;
        let model = model::load(&ModelId(id), &manifest, &weights)?;
        Ok(Self { model, house: House::new(Land::NW), policy: Policy::default() })
    }

    /// Goes the way with one mail; calls `done` after each step.
    pub fn judge(&self, bytes: &[u8], mut done: impl FnMut(Step)) -> Judged {
        let history = History::default();
        let message = measured::parse(bytes);
        done(Step::Parse);
        let message = measured::unopened(message, &self.house);
        let received = message.received.or(message.sent).unwrap_or_default();
        done(Step::Unopened);
        let features = measured::features(&self.model, &message);
        done(Step::Features);
        let verdict = measured::inference(&features);
        done(Step::Inference);
        let facts = measured::extraction(&message, &verdict, received, &self.house, history);
        done(Step::Extraction);
        let decision = measured::priority(&message, verdict, facts, received, history, &self.policy);
        done(Step::Priority);
        let reasons = measured::explanation(&self.model, &message, decision.class.best());
        done(Step::Explanation);
        Judged { message, received, decision, reasons }
    }
}

/// The mails of a folder, in the order of their names.
///
/// # Errors
/// If one cannot be read, or there is none.
pub fn mails(folder: &Path) -> Result<Vec<Vec<u8>>> {
    let entries = fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    let mut files: Vec<PathBuf> =
        entries.map(|entry| entry.map(|entry| entry.path())).collect::<Result<_, _>>()?;
    files.sort();
    let mails: Vec<Vec<u8>> = files.iter().map(fs::read).collect::<Result<_, _>>()?;
    anyhow::ensure!(!mails.is_empty(), "there is no mail in {}", folder.display());
    Ok(mails)
}
