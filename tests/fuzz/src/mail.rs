//! Any bytes as a mail: parsed, judged by the model in use and every rule, and explained, as the daemon does it.

use std::fs;
use std::path::{Path, PathBuf};

use daemon::{Desk, Mail, Outfit, Past};
use domain::{Label as _, ModelId, Tag, TagPrefix};
use jiff::Timestamp;
use model::Wish;
use triage::{House, Land};

thread_local! {
    static DESK: Desk = desk();
}

/// Panics where a mail is not judged, or not as promised.
pub fn run(input: &[u8]) {
    DESK.with(|desk| {
        let now = Timestamp::UNIX_EPOCH + jiff::SignedDuration::from_hours(24 * 365 * 56);
        let mail = Mail { bytes: input, partial: false, arrived: now, fingerprint: "f", now };
        let judged = Past::of_files().judge(desk, &mail);
        assert_eq!(judged.set_aside, None, "it was not judged");
        let decision = &judged.decision;
        for probabilities in [decision.class.probabilities(), decision.priority.probabilities()] {
            let sum: f64 = probabilities.iter().sum();
            assert!((sum - 1.0).abs() < 1e-6 && probabilities.iter().all(|p| *p >= 0.0), "{probabilities:?}");
        }
        let classes =
            decision.tags.iter().filter(|tag| tag.class().is_some() || **tag == Tag::Unsicher).count();
        assert_eq!(
            classes, 1,
            "exactly one tag says the class, or that a person decides: {:?}",
            decision.tags
        );
        for reason in desk.reasons(&judged) {
            assert!(reason.weight.is_finite() && !reason.text.is_empty(), "{}", reason.weight);
        }
        assert!(decision.class.best().name().is_ascii());
    });
}

/// The model that comes with Langhals, in a house with every rule on.
fn desk() -> Desk {
    let folder = models().join("standard-1");
    let read = |name: &str| fs::read(folder.join(name)).expect("the model is there");
    let id = ModelId("standard-1".to_owned());
    let model = model::load(&id, &read("manifest.json"), &read("weights.bin")).expect("the model is sound");
    let outfit = Outfit { house: House::new(Land::BY), wish: Wish::default(), prefix: TagPrefix::default() };
    Desk::new(model, &outfit)
}

/// The folder beside which this is built, whichever package builds it.
fn models() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let found =
        here.ancestors().map(|folder| folder.join("models")).find(|models| models.join("PROMOTED").exists());
    found.expect("there is a models folder")
}
