//! Damaged, foreign and newer models are refused, each with a sentence that says what to do.
#![expect(clippy::unwrap_used, reason = "a test's set-up may panic: that is how it fails")]

mod corpus;

use corpus::{artifact, examples, model};
use domain::ModelId;
use langhals_model::{LoadError, load};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

fn refusal(manifest: &[u8], weights: &[u8]) -> String {
    load(&ModelId("m".into()), manifest, weights)
        .err()
        .map(|error: LoadError| error.to_string())
        .unwrap_or_default()
}

/// The manifest with one key changed.
fn manifest_with(key: &str, value: Value) -> Vec<u8> {
    let mut manifest: Value = serde_json::from_slice(&artifact().manifest).unwrap();
    manifest[key] = value;
    serde_json::to_vec(&manifest).unwrap()
}

/// A manifest that vouches for any weights.
fn vouching_for(weights: &[u8]) -> Vec<u8> {
    let sum: String = Sha256::digest(weights)
        .iter()
        .flat_map(|byte| format!("{byte:02x}").into_bytes())
        .map(char::from)
        .collect();
    manifest_with("weights_sha256", json!(sum))
}

#[track_caller]
fn check(manifest: &[u8], weights: &[u8], expected: &str) {
    let refusal = refusal(manifest, weights);
    assert!(refusal.contains(expected), "{refusal}");
}

#[test]
fn a_manifest_that_does_not_fit_is_refused() {
    let weights = &artifact().weights;
    check(b"", weights, "manifest.json cannot be read");
    check(b"{\"format\": 1}", weights, "manifest.json cannot be read");
    check(&artifact().manifest[..300], weights, "manifest.json cannot be read");
    check(
        b"{\"format\": 9, \"feature_version\": 9}",
        weights,
        "the model has format 9, this program reads format 2",
    );
    check(&manifest_with("format", json!(1)), weights, "the model has format 1, this program reads format 2");
    check(&manifest_with("feature_version", json!(0)), weights, "feature version 0");
    check(&manifest_with("features", json!(7)), weights, "another number of features");
}

#[test]
fn weights_that_are_not_the_manifests_are_refused() {
    let mut flipped = artifact().weights.clone();
    flipped[5000] ^= 1;
    check(&artifact().manifest, &flipped, "does not have the checksum");
    check(&artifact().manifest, b"", "does not have the checksum");
}

#[test]
fn nonsense_is_refused_even_with_the_right_checksum() {
    let good = &artifact().weights;
    let with = |at: usize, bytes: &[u8]| {
        let mut weights = good.clone();
        weights[at..at + bytes.len()].copy_from_slice(bytes);
        weights
    };
    let cases = [
        (Vec::new(), "ends too early"),
        (good[..200].to_vec(), "ends too early"),
        (good[..good.len() - 1].to_vec(), "length does not fit"),
        (b"a mail, no model".to_vec(), "does not begin like"),
        (with(8, &[7, 0, 0, 0]), "another format"),
        (with(12, &[255; 4]), "more features than any"),
        (with(12, &[9, 0, 0, 0]), "length does not fit"),
        (with(16, &f64::NAN.to_le_bytes()), "a number that is none"),
        (with(16, &2.0_f64.to_le_bytes()), "no share"),
        (with(24, &1e300_f64.to_le_bytes()), "a number that is none"),
        (with(288, &[0; 8]), "ascending order"),
    ];
    for (weights, expected) in cases {
        check(&vouching_for(&weights), &weights, expected);
    }
}

#[test]
fn a_loaded_model_judges_like_the_one_it_was_written_from() {
    let again = load(&ModelId("other".into()), &artifact().manifest, &artifact().weights).unwrap();
    for example in examples(1).iter().take(50) {
        assert_eq!(again.classify(&example.message).class, model().classify(&example.message).class);
    }
    assert_eq!(again.id(), &ModelId("other".into()));
}
