//! What is told of the model in use, the state, and the program.

use domain::{Class, Label as _};
use store::{Drift, DriftKind};

use super::{counter, gauge, single, truth};
use crate::exposition::{Family, Series};
use crate::reading::Reading;

impl Reading {
    pub(super) fn models(&self) -> Vec<Family> {
        let (model, health) = (&self.model, &self.health);
        let promise = &model.promise;
        let sure = Some(model.confidence).filter(|confidence| confidence.is_finite());
        let shares = Class::ALL.into_iter().zip(promise.classes);
        let shares = shares.map(|(class, share)| (vec![("class", class.name().to_owned())], share));
        let one = |share: Option<f64>| share.map(|share| (vec![], share)).into_iter().collect::<Vec<_>>();
        let drift = |figure: fn(&Drift) -> f64| {
            let row = |drift: &Drift| (vec![("kind", drift.kind.name().to_owned())], figure(drift));
            self.drift.iter().map(row).collect::<Vec<_>>()
        };
        let alarm = |kind: DriftKind| {
            let alarming = self.drift.iter().any(|drift| drift.kind == kind && drift.alarming);
            (vec![("kind", kind.name().to_owned())], truth(alarming))
        };
        vec![
            Family {
                name: "langhals_model",
                help: "The model in use",
                series: Series::Info(vec![("id", model.id.clone())]),
            },
            single("langhals_model_ready", "Whether a model judges", truth(!health.id.is_empty())),
            single(
                "langhals_model_refused",
                "Whether the promoted model is not the one in use",
                truth(health.refused.is_some()),
            ),
            single(
                "langhals_model_shadow",
                "Whether the model writes no tags",
                truth(health.shadow.is_some()),
            ),
            single("langhals_model_corpus_mails", "Mails that the model learnt from", model.mails as f64),
            gauge(
                "langhals_model_threshold",
                "From which confidence on a class is sure; missing where none is",
                one(sure),
            ),
            gauge(
                "langhals_training_class_share",
                "Shares of the classes in what the model learnt from",
                shares.collect(),
            ),
            gauge(
                "langhals_expected_unsure_ratio",
                "Share that the model left to people in its exam",
                one(promise.unsure),
            ),
            gauge(
                "langhals_expected_wrong_ratio",
                "Share of wrong classes among the sorted that its exam promises at most",
                one(promise.wrong),
            ),
            gauge(
                "langhals_drift",
                "Whether the last weeks are not like the exam any more, and that is no chance",
                DriftKind::ALL.map(alarm).to_vec(),
            ),
            gauge("langhals_drift_seen", "What was seen in the last weeks", drift(|drift| drift.seen)),
            gauge("langhals_drift_limit", "Up to where that is well", drift(|drift| drift.limit)),
            gauge("langhals_drift_messages", "Of so many messages", drift(|drift| drift.messages as f64)),
        ]
    }

    pub(super) fn state(&self) -> Vec<Family> {
        let Some(premises) = &self.premises else { return Vec::new() };
        let part = |name: &str, bytes: u64| (vec![("part", name.to_owned())], bytes as f64);
        let free = premises.free.map(|free| (vec![], free as f64));
        let written = premises.last_write.map(|at| (vec![], at.as_second() as f64));
        vec![
            gauge(
                "langhals_state_bytes",
                "What the state needs on disk",
                vec![part("log", premises.log), part("index", premises.index)],
            ),
            gauge("langhals_disk_free_bytes", "Room on the disk of the state", free.into_iter().collect()),
            gauge(
                "langhals_last_write_timestamp_seconds",
                "When the decision log was last written",
                written.into_iter().collect(),
            ),
        ]
    }

    pub(super) fn program(&self) -> Vec<Family> {
        let process = &self.process;
        let one = |figure: Option<f64>| figure.map(|figure| (vec![], figure)).into_iter().collect::<Vec<_>>();
        vec![
            single("langhals_ready", "What /readyz says", truth(self.ready)),
            Family {
                name: "langhals_build",
                help: "The program",
                series: Series::Info(vec![("version", self.version.to_owned())]),
            },
            counter("process_cpu_seconds", "CPU time of the process", one(process.cpu_seconds)),
            gauge("process_resident_memory_bytes", "Memory of the process", one(process.resident_bytes)),
            gauge("process_start_time_seconds", "When the process began", one(process.start_seconds)),
            gauge("process_open_fds", "Open files of the process", one(process.open_files)),
        ]
    }
}
