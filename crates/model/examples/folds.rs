//! Trains on the corpus' training files and prints how good that is: by folds, and (asked for) on the test files.
//!
//! `cargo run --release -p langhals-model --example folds [-- test iterations=40 …]`, from the repository's root.
#![expect(clippy::print_stdout, reason = "an example's results go to stdout")]

use std::error::Error;
use std::fs;
use std::time::Instant;

use domain::{Class, Label, ModelId, Priority};
use langhals_model::{self as model, Evaluation, Example, Scores, TrainParams};
use serde::Deserialize;

#[derive(Deserialize)]
struct Record {
    id: String,
    from_name: String,
    from_addr: String,
    subject: String,
    body: String,
    attachments: Vec<String>,
    class: String,
    priority: String,
    language: String,
    difficulty: String,
}

fn main() -> Result<(), Box<dyn Error>> {
    let train = examples("train")?;
    let start = Instant::now();
    let mut step = "";
    let trained = model::train(&train, &params()?, &mut |progress| {
        if progress.step != step {
            step = progress.step;
            println!("{:6.1} s  {step}", start.elapsed().as_secs_f64());
        }
    })?;
    let artifact = &trained.artifact;
    println!("{} mails learnt in {:.1} s", train.len(), start.elapsed().as_secs_f64());
    println!("weights {} KB, manifest {} bytes", artifact.weights.len() / 1000, artifact.manifest.len());
    print("held out by author file", &trained.out_of_fold);

    let model = model::load(&ModelId("measured".into()), &artifact.manifest, &artifact.weights)?;
    let start = Instant::now();
    let sure = train.iter().filter(|e| model.classify(&e.message).class.confidence() > 0.75).count();
    let each = start.elapsed().as_secs_f64() / train.len() as f64;
    println!("{:.0} µs a mail ({sure} sure)", each * 1e6);
    if std::env::args().any(|argument| argument == "test") {
        print("test files", &model::evaluate(&model, &examples("test")?));
    }
    Ok(())
}

/// The default parameters, but for those given as `name=value`.
fn params() -> Result<TrainParams, Box<dyn Error>> {
    let mut params = serde_json::to_value(TrainParams::default())?;
    for argument in std::env::args() {
        if let Some((name, value)) = argument.split_once('=') {
            params[name] = serde_json::from_str(value)?;
        }
    }
    Ok(serde_json::from_value(params)?)
}

/// The records of one side of `data/split.toml`.
fn examples(side: &str) -> Result<Vec<Example>, Box<dyn Error>> {
    let split = fs::read_to_string("data/split.toml")?;
    let line = split.lines().find(|line| line.starts_with(side)).ok_or("data/split.toml lacks a side")?;
    let mut examples = Vec::new();
    for group in line.split('"').skip(1).step_by(2) {
        for line in fs::read_to_string(format!("data/corpus/{group}.jsonl"))?.lines() {
            examples.push(example(&serde_json::from_str(line)?, group)?);
        }
    }
    Ok(examples)
}

fn example(record: &Record, group: &str) -> Result<Example, Box<dyn Error>> {
    let message = parse::composed(&parse::Draft {
        from_name: &record.from_name,
        from_addr: &record.from_addr,
        subject: &record.subject,
        body: &record.body,
        attachments: &record.attachments,
        received: None,
    });
    Ok(Example {
        id: record.id.clone(),
        message,
        class: Class::from_name(&record.class).ok_or("unknown class")?,
        priority: Priority::from_name(&record.priority).ok_or("unknown priority")?,
        group: group.to_owned(),
        difficulty: record.difficulty.clone(),
        language: record.language.clone(),
    })
}

fn print(title: &str, evaluation: &Evaluation) {
    println!("\n{title}: {} mails", evaluation.records);
    scores("class", &evaluation.class);
    scores("priority", &evaluation.priority);
    for (kind, slice) in evaluation.by_difficulty.iter().chain(&evaluation.by_group) {
        println!(
            "  {kind:>8} {:5} {:.3} {:.3}",
            slice.records, slice.class_accuracy, slice.priority_accuracy
        );
    }
}

fn scores(what: &str, scores: &Scores) {
    println!(
        "  {what}: macro-F1 {:.4}, accuracy {:.4}, ECE {:.4}",
        scores.macro_f1, scores.accuracy, scores.ece
    );
    for label in &scores.labels {
        println!("    {:>12} precision {:.3} recall {:.3}", label.label, label.precision, label.recall);
    }
    let curve: Vec<String> =
        scores.coverage.iter().map(|c| format!("{:.0}%:{:.3}", 100.0 * c.coverage, c.accuracy)).collect();
    println!("    surest {}", curve.join(" "));
}
