//! A slice of the project's own corpus, and a model learnt from it once for all tests.
#![expect(clippy::expect_used, reason = "a test's set-up may panic: that is how it fails")]

use std::sync::OnceLock;

use domain::{Class, Label, ModelId, Priority};
use langhals_model::{Artifact, Example, Model, TrainParams, Trained, load, train};
use serde_json::Value;

const FILES: [&str; 4] = ["t02", "t03", "t04", "t13"];

/// The records of `FILES` whose line number leaves `rest` when divided by three.
pub fn examples(rest: usize) -> Vec<Example> {
    let read = |group: &str| {
        let path = format!("{}/../../data/corpus/{group}.jsonl", env!("CARGO_MANIFEST_DIR"));
        let text = std::fs::read_to_string(path).expect("the corpus is part of the repository");
        let lines: Vec<String> = text.lines().skip(rest).step_by(3).map(str::to_owned).collect();
        lines.into_iter().map(|line| example(&line, group)).collect::<Vec<Example>>()
    };
    FILES.iter().flat_map(|group| read(group)).collect()
}

fn example(line: &str, group: &str) -> Example {
    let record: Value = serde_json::from_str(line).expect("a corpus line is JSON");
    let text = |name: &str| record[name].as_str().unwrap_or_default();
    let attachments: Vec<String> = record["attachments"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .map(str::to_owned)
        .collect();
    let message = parse::composed(&parse::Draft {
        from_name: text("from_name"),
        from_addr: text("from_addr"),
        subject: text("subject"),
        body: text("body"),
        attachments: &attachments,
        received: None,
    });
    Example {
        id: text("id").to_owned(),
        message,
        class: Class::from_name(text("class")).expect("a class"),
        priority: Priority::from_name(text("priority")).expect("a priority"),
        group: group.to_owned(),
        difficulty: text("difficulty").to_owned(),
        language: text("language").to_owned(),
    }
}

pub fn trained() -> &'static Trained {
    static TRAINED: OnceLock<Trained> = OnceLock::new();
    TRAINED.get_or_init(|| train(&examples(0), &params(), &mut |_| {}).expect("the corpus can be learnt"))
}

pub fn artifact() -> &'static Artifact {
    &trained().artifact
}

pub fn params() -> TrainParams {
    TrainParams { folds: 4, ..TrainParams::default() }
}

pub fn model() -> &'static Model {
    static MODEL: OnceLock<Model> = OnceLock::new();
    MODEL.get_or_init(|| {
        load(&ModelId("tested".into()), &artifact().manifest, &artifact().weights)
            .expect("what was trained loads")
    })
}
