//! Drift, in words: what is no longer like what the model was measured on.

use store::{Drift, DriftKind};

use crate::words::Language;

/// A sentence for each alarm.
pub(super) fn alarms(drift: &[Drift], words: Language) -> Vec<String> {
    drift.iter().filter(|drift| drift.alarming).map(|drift| sentence(drift, words)).collect()
}

fn sentence(drift: &Drift, words: Language) -> String {
    let name = match drift.kind {
        DriftKind::Corrections => "health-drift-corrections",
        DriftKind::Classes => "health-drift-classes",
        DriftKind::Unsure => "health-drift-unsure",
    };
    let percent = |share: f64| words.decimal(share * 100.0, 1);
    let messages = words.number(drift.messages);
    let values = [
        ("seen", percent(drift.seen).into()),
        ("limit", percent(drift.limit).into()),
        ("messages", messages.into()),
    ];
    words.fill(name, &values)
}
