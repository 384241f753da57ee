//! A loaded model: judges a message by a sparse product over the weights that linfa learnt.

use domain::{Class, Distribution, Message, ModelId, Priority, Reason, Verdict};

use crate::artifact::Parts;
use crate::explain;
use crate::familiarity::{UNKNOWN_CLASS, UNKNOWN_PRIORITY, Usual};
use crate::head::Calibration;
use crate::lexicon::{Counts, Lexicon, Row};
use crate::manifest::Manifest;
use crate::text::Reading;

/// A model that can judge messages. Immutable; share it freely between threads.
pub struct Model {
    id: ModelId,
    manifest: Manifest,
    lexicon: Lexicon,
    usual: Usual,
    class: Head,
    priority: Head,
    /// Of each feature: three for the class, three for the priority.
    weights: Vec<[[f32; 3]; 2]>,
}

/// What a model sees of a message: how often each feature occurs that it knows.
pub struct Features<'m> {
    model: &'m Model,
    counts: Counts,
}

/// What one question needs besides its weights.
pub(crate) struct Head {
    pub(crate) bias: [f64; 3],
    pub(crate) calibration: Calibration,
}

impl Head {
    /// Unnormalised probabilities of three sums of weights.
    fn weights(&self, sums: [f32; 3]) -> [f64; 3] {
        self.calibration.weights([0, 1, 2].map(|label| f64::from(sums[label]) + self.bias[label]))
    }
}

impl Model {
    pub(crate) fn new(id: ModelId, manifest: Manifest, parts: Parts) -> Self {
        let Parts { lexicon, usual, class, priority, weights } = parts;
        Self { id, manifest, lexicon, usual, class, priority, weights }
    }

    /// The name of its folder.
    pub fn id(&self) -> &ModelId {
        &self.id
    }

    /// What it was learnt from, how, and how good it was.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// Judges a message. Total: every message gets a verdict, that of the unknown where none of it is known.
    pub fn classify(&self, message: &Message) -> Verdict {
        self.features(message).verdict()
    }

    /// The first half of [`Model::classify`]: reads the message.
    pub fn features(&self, message: &Message) -> Features<'_> {
        Features { model: self, counts: self.lexicon.counts(message, &Reading::of(message)) }
    }

    /// What speaks for `class`, in the mail's own spelling, as German sentences: the strongest sentence, at most three
    /// words or phrases for it, at most two against it, each the strongest first. Content: never logged or stored.
    pub fn explain(&self, message: &Message, class: Class) -> Vec<Reason> {
        explain::reasons(&self.lexicon, &self.weights, message, class)
    }

    fn sums(&self, row: &Row) -> [[f32; 3]; 2] {
        let mut sums = [[0.0; 3]; 2];
        for &(feature, value) in row {
            let weights = self.weights[feature as usize].as_flattened();
            for (sum, weight) in sums.as_flattened_mut().iter_mut().zip(weights) {
                *sum += value * weight;
            }
        }
        sums
    }
}

impl Features<'_> {
    /// The second half of [`Model::classify`]: judges by what was read.
    pub fn verdict(&self) -> Verdict {
        let Self { model, counts } = self;
        let familiarity = Lexicon::familiarity(counts, |_| true);
        let [class, priority] = model.sums(&model.lexicon.weighted(counts));
        let shrunk =
            |head: &Head, sums, unknown| model.usual.shrink(head.weights(sums), familiarity, unknown);
        Verdict {
            class: Distribution::<Class>::from_weights(shrunk(&model.class, class, UNKNOWN_CLASS)),
            priority: Distribution::<Priority>::from_weights(shrunk(
                &model.priority,
                priority,
                UNKNOWN_PRIORITY,
            )),
            model: model.id.clone(),
        }
    }
}
