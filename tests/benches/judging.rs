//! What judging a mail costs, step by step: the core in one thread, on the mails of the authors that only judge.
//!
//! Prints one line of JSON: µs a mail, each the best of several rounds, so that a busy machine does not show.
//! `cargo xtask bench` runs it beside the reference pipelines.
#![expect(clippy::print_stdout, reason = "a benchmark's results go to stdout")]

use std::collections::BTreeMap;
use std::hint::black_box;
use std::time::Instant;

use anyhow::{Context, Result};
use domain::{History, Message, ModelId, Verdict};
use jiff::Timestamp;
use langhals_tests::corpus::{self, Split, repo_root};
use langhals_tests::samples;
use model::Model;
use triage::{House, Land, Policy};

const ROUNDS: usize = 30;

fn main() -> Result<()> {
    let records = corpus::read(&Split::read()?.test)?;
    let raw: Vec<Vec<u8>> = records.iter().map(samples::raw).collect::<Result<_>>()?;
    let messages: Vec<Message> = raw.iter().map(|bytes| parse::message(bytes).0).collect();
    let model = promoted()?;
    let verdicts: Vec<Verdict> = messages.iter().map(|message| model.classify(message)).collect();
    let house = House::new(Land::NW);
    let received: Vec<Timestamp> =
        messages.iter().map(|message| message.received.or(message.sent).unwrap_or_default()).collect();
    let (history, policy) = (History::default(), Policy::default());

    let mut best: BTreeMap<&str, f64> = BTreeMap::new();
    for _ in 0..ROUNDS {
        let mut time = |step: &'static str, work: &dyn Fn(usize)| {
            let start = Instant::now();
            (0..raw.len()).for_each(work);
            let each = start.elapsed().as_secs_f64() * 1e6 / raw.len() as f64;
            let least = best.entry(step).or_insert(f64::MAX);
            *least = least.min(each);
        };
        time("parse", &|at| drop(black_box(parse::message(&raw[at]))));
        time("classify", &|at| drop(black_box(model.classify(&messages[at]))));
        time("explain", &|at| drop(black_box(model.explain(&messages[at], domain::Class::Application))));
        time("triage", &|at| {
            let (message, verdict, received) = (&messages[at], &verdicts[at], received[at]);
            let facts = triage::extract(message, verdict, received, &house, history);
            let priority = triage::prioritise(message, verdict, &facts, received);
            drop(black_box(triage::decide(message, verdict.clone(), priority, facts, history, &policy)));
        });
    }
    let octets = raw.iter().map(Vec::len).sum::<usize>() / raw.len();
    println!("{}", serde_json::json!({ "mails": raw.len(), "octets": octets, "us": best }));
    Ok(())
}

fn promoted() -> Result<Model> {
    let models = repo_root().join("models");
    let id = std::fs::read_to_string(models.join("PROMOTED")).context("no model is promoted")?;
    let id = id.lines().next().unwrap_or_default().trim().to_owned();
    let manifest = std::fs::read(models.join(&id).join("manifest.json"))?;
    let weights = std::fs::read(models.join(&id).join("weights.bin"))?;
    Ok(model::load(&ModelId(id), &manifest, &weights)?)
}
