//! Measures deadline, references and language on labelled corpus files:
//! `cargo run --release -p langhals-triage --example facts -- [--errors] data/corpus/t01.jsonl …`.
//!
//! The verdict is not known here, so each figure of the deadline is given twice: from the text alone
//! (what `extract` says), and with the labels as the verdict (the most that `decide` can add).
#![expect(clippy::print_stdout, reason = "an example prints what it measures")]

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use domain::{Class, Distribution, Facts, History, Label, Message, ModelId, Priority, Verdict};
use jiff::Timestamp;
use langhals_triage::{House, Land, Policy};
use serde_json::Value;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (options, files): (Vec<String>, Vec<String>) =
        std::env::args().skip(1).partition(|a| a.starts_with("--"));
    let show = options.iter().any(|option| option == "--errors");
    let mut tally = Tally::default();
    for file in files {
        for line in std::fs::read_to_string(file)?.lines() {
            let record: Value = serde_json::from_str(line)?;
            tally.add(&record, show)?;
        }
    }
    tally.print();
    Ok(())
}

/// Counts over all records.
#[derive(Default)]
struct Tally {
    mails: usize,
    dated: usize,
    right: usize,
    right_dated: usize,
    bound: usize,
    bound_dated: usize,
    found: usize,
    given: usize,
    hits: usize,
    language: usize,
    urgent: usize,
    urgent_hits: usize,
    high: usize,
    time: Duration,
}

impl Tally {
    fn add(&mut self, record: &Value, show: bool) -> Result<(), Box<dyn std::error::Error>> {
        let received: Timestamp = text(record, "received").parse()?;
        let message = message(record, received);
        let house = House::new(Land::NW);
        let facts =
            langhals_triage::extract(&message, &verdict(record), received, &house, History::default());
        self.time += triage_time(&message, received, &house, &verdict(record));
        self.deadline(record, &message, &facts, received, show);
        self.references(record, &facts, show);
        let language = facts.language == text(record, "language");
        self.language += usize::from(language);
        if show && !language {
            println!("LANG {} {} not {}", text(record, "id"), facts.language, text(record, "language"));
        }
        Ok(())
    }

    fn deadline(
        &mut self,
        record: &Value,
        message: &Message,
        facts: &Facts,
        received: Timestamp,
        show: bool,
    ) {
        let label = record["deadline"].as_str().map(str::to_owned);
        let stated = facts.deadline.as_ref().map(|d| d.date.to_string());
        let verdict = verdict(record);
        let assessment = langhals_triage::prioritise(message, &verdict, facts, received);
        let urgent = assessment.reasons.iter().any(|reason| reason.weight > 2.0);
        let high = text(record, "priority") == "high";
        self.urgent += usize::from(urgent);
        self.urgent_hits += usize::from(urgent && high);
        self.high += usize::from(high);
        let decision = langhals_triage::decide(
            message,
            verdict,
            assessment,
            facts.clone(),
            History::default(),
            &Policy::default(),
        );
        let bound = decision.facts.deadline.as_ref().map(|d| d.date.to_string());
        self.mails += 1;
        self.dated += usize::from(label.is_some());
        self.right += usize::from(stated == label);
        self.right_dated += usize::from(stated == label && label.is_some());
        self.bound += usize::from(bound == label);
        self.bound_dated += usize::from(bound == label && label.is_some());
        if show && bound != label {
            let phrase = facts.deadline.as_ref().map(|d| d.phrase.replace('\n', " ")).unwrap_or_default();
            println!(
                "DATE {} {} got {bound:?} want {label:?} {phrase} | {}",
                text(record, "id"),
                text(record, "received"),
                text(record, "why")
            );
        }
    }

    fn references(&mut self, record: &Value, facts: &Facts, show: bool) {
        let given: BTreeSet<&str> =
            record["references"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        let found: BTreeSet<&str> = facts.references.iter().map(String::as_str).collect();
        self.given += given.len();
        self.found += found.len();
        self.hits += given.intersection(&found).count();
        if show && given != found {
            let missed: Vec<_> = given.difference(&found).collect();
            let wrong: Vec<_> = found.difference(&given).collect();
            println!("REFS {} missed {missed:?} wrong {wrong:?}", text(record, "id"));
        }
    }

    fn print(&self) {
        let share = |part: usize, whole: usize| 100.0 * part as f64 / whole.max(1) as f64;
        println!("mails                                {}", self.mails);
        println!("deadline right, text alone           {:.1} %", share(self.right, self.mails));
        println!("  of those that have one             {:.1} %", share(self.right_dated, self.dated));
        println!("deadline right, with the labels      {:.1} %", share(self.bound, self.mails));
        println!("  of those that have one             {:.1} %", share(self.bound_dated, self.dated));
        let (precision, recall) = (share(self.hits, self.found), share(self.hits, self.given));
        println!("references precision, recall         {precision:.1} %, {recall:.1} %");
        println!(
            "references F1                        {:.3}",
            share(2 * self.hits, self.found + self.given) / 100.0
        );
        println!("language right                       {:.1} %", share(self.language, self.mails));
        let (precision, recall) = (share(self.urgent_hits, self.urgent), share(self.urgent_hits, self.high));
        println!("high by rule: precision, recall      {precision:.1} %, {recall:.1} %");
        println!(
            "whole triage of a mail               {:.1} µs",
            self.time.as_secs_f64() * 1e6 / self.mails.max(1) as f64
        );
    }
}

/// The best of five, since other work on the machine only ever adds.
fn triage_time(message: &Message, received: Timestamp, house: &House, verdict: &Verdict) -> Duration {
    let once = || {
        let start = Instant::now();
        let facts = langhals_triage::extract(message, verdict, received, house, History::default());
        let assessment = langhals_triage::prioritise(message, verdict, &facts, received);
        std::hint::black_box(langhals_triage::decide(
            message,
            verdict.clone(),
            assessment,
            facts,
            History::default(),
            &Policy::default(),
        ));
        start.elapsed()
    };
    (0..5).map(|_| once()).min().unwrap_or_default()
}

fn text<'a>(record: &'a Value, field: &str) -> &'a str {
    record[field].as_str().unwrap_or_default()
}

fn message(record: &Value, received: Timestamp) -> Message {
    let attachments: Vec<String> = record["attachments"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .map(str::to_owned)
        .collect();
    parse::composed(&parse::Draft {
        from_name: text(record, "from_name"),
        from_addr: text(record, "from_addr"),
        subject: text(record, "subject"),
        body: text(record, "body"),
        attachments: &attachments,
        received: Some(received),
    })
}

/// What a model that knows the labels would say.
fn verdict(record: &Value) -> Verdict {
    Verdict {
        class: Distribution::certain(Class::from_name(text(record, "class")).unwrap_or(Class::Other)),
        priority: Distribution::certain(
            Priority::from_name(text(record, "priority")).unwrap_or(Priority::Normal),
        ),
        model: ModelId::default(),
    }
}
