//! Any bytes as a model's files: refused, or a model whose judgement is one.
//!
//! ```text
//!   first byte: odd mends the checksum and the number of features      two bytes: length of the manifest
//!   then the manifest, then the weights (which stand for the exam, too)
//! ```

use domain::{Class, Message, ModelId};
use model::{Exam, ExamSheet, load};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

/// Panics where a model is loaded that cannot judge.
pub fn run(input: &[u8]) {
    let [mended, low, high, rest @ ..] = input else { return };
    let length = usize::from(u16::from_le_bytes([*low, *high])).min(rest.len());
    let (manifest, weights) = rest.split_at(length);
    let manifest = if mended % 2 == 1 { mend(manifest, weights) } else { manifest.to_vec() };
    let Ok(model) = load(&ModelId("m".to_owned()), &manifest, weights) else { return };
    let message = Message {
        subject: "Antrag auf Wohngeld".to_owned(),
        text: "Guten Tag, hiermit stelle ich den Antrag. Bitte antworten Sie bis Freitag!".to_owned(),
        ..Message::default()
    };
    let verdict = model.classify(&message);
    for probabilities in [verdict.class.probabilities(), verdict.priority.probabilities()] {
        let sum: f64 = probabilities.iter().sum();
        assert!((sum - 1.0).abs() < 1e-6, "{probabilities:?}");
    }
    assert!(model.explain(&message, Class::Application).iter().all(|reason| reason.weight.is_finite()));
    let mut manifest = model.manifest().clone();
    manifest.exam = Some(ExamSheet { sha256: sum_of(weights), surest: Vec::new() });
    if let Ok(exam) = Exam::read(&manifest, weights) {
        assert_eq!(exam.against(&exam).records, exam.len());
    }
}

/// So that the fuzzer need not guess a SHA-256.
fn mend(manifest: &[u8], weights: &[u8]) -> Vec<u8> {
    let Ok(Value::Object(mut fields)) = serde_json::from_slice(manifest) else { return manifest.to_vec() };
    fields.insert("weights_sha256".to_owned(), json!(sum_of(weights)));
    if let Some(count) = weights.get(12..16).and_then(|count| count.try_into().ok()).map(u32::from_le_bytes) {
        fields.insert("features".to_owned(), json!(count));
    }
    Value::Object(fields).to_string().into_bytes()
}

fn sum_of(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}
