//! Everything that is told at a scrape, as it is at that moment. Ledger and directory are read from disk: on a thread
//! for work that waits.

use std::collections::{BTreeMap, BTreeSet};

use domain::{Class, Folder, Label as _};
use jiff::Timestamp;
use model::{Threshold, Wish, threshold_for};
use store::{Drift, Health, InTray, ModelHealth, Models, Premises, Sorted, SwitchedBy, unready};

use crate::Watch;
use crate::corrected::Counts;
use crate::drift::Promise;
use crate::process::Process;

/// How everything is.
#[derive(Debug)]
pub(crate) struct Reading {
    pub at: Timestamp,
    pub ready: bool,
    pub version: &'static str,
    pub folders: BTreeMap<Folder, Health>,
    pub sorted: BTreeMap<String, Sorted>,
    pub corrected: Counts,
    /// What waits; nothing where the ledger cannot be read.
    pub trays: Option<BTreeMap<String, InTray>>,
    pub premises: Option<Premises>,
    pub health: ModelHealth,
    pub model: ModelFacts,
    pub drift: Vec<Drift>,
    pub process: Process,
}

/// What the model in use says of itself.
#[derive(Clone, Debug)]
pub(crate) struct ModelFacts {
    pub id: String,
    /// Mails that it learnt from.
    pub mails: usize,
    /// From where on a class is sure; infinite where everything is left to people.
    pub confidence: f64,
    pub promise: Promise,
}

impl Watch {
    /// Reads everything now.
    pub(crate) fn read(&self) -> Reading {
        let at = (self.clock)();
        Reading {
            at,
            ready: unready(&self.board, &self.ledger, at).is_empty(),
            version: self.version,
            folders: self.board.all(),
            sorted: self.board.all_sorted(),
            corrected: self.corrected.counts(),
            trays: self.ledger.trays(at, self.max_age).ok(),
            premises: self.ledger.premises().ok(),
            health: self.board.model(),
            model: self.model(),
            drift: self.board.drift(),
            process: Process::look(),
        }
    }

    /// What the model in use says of itself.
    pub(crate) fn model(&self) -> ModelFacts {
        let desk = self.desks.now();
        let (manifest, confidence) = (desk.model.manifest(), desk.policy.confidence);
        let Threshold { expected, .. } = threshold_for(manifest, Wish::Confidence(confidence));
        // Where everything is left to people, nothing else is to be expected.
        let expected = expected.filter(|_| confidence.is_finite());
        let mails = manifest.corpus.records;
        let share = |class: Class| {
            let count = manifest.corpus.class.get(class.name()).copied().unwrap_or_default();
            count as f64 / mails.max(1) as f64
        };
        let promise = Promise {
            classes: Class::ALL.map(share),
            unsure: expected.as_ref().map(|point| 1.0 - point.coverage),
            wrong: expected.as_ref().map(|point| point.bound),
        };
        ModelFacts { id: desk.model.id().to_string(), mails, confidence, promise }
    }

    /// Since when the model in use judges, where that is known. Another threshold is no other model.
    pub(crate) fn model_since(&self) -> Option<Timestamp> {
        let id = self.desks.now().model.id().to_string();
        let promoted = Models::open(&self.models).and_then(|models| models.promotion()).ok()?;
        let of_models = promoted.history.iter().rev().filter(|switch| switch.by != SwitchedBy::Threshold);
        of_models.take(1).find(|switch| switch.to == id).map(|switch| switch.at)
    }
}

impl Reading {
    /// The mailboxes that are looked after.
    pub fn mailboxes(&self) -> BTreeSet<&str> {
        self.folders.keys().map(|folder| folder.mailbox.as_str()).collect()
    }

    /// A mailbox's folders.
    pub fn folders_of(&self, mailbox: &str) -> impl Iterator<Item = &Health> {
        self.folders.iter().filter(move |(folder, _)| folder.mailbox == mailbox).map(|(_, health)| health)
    }
}
