//! How good the whole suggestion is for authors that the model has not learnt from: class, priority, deadline, references.
//!
//! ```text
//! cargo bench -p langhals-tests --bench figures [-- by-author thresholds errors keep=FILE weights=FILE]
//! ```
//!
//! Trains on the training files of `data/split.toml` in folds by author file, as `cargo xtask train` does, and joins what
//! each mail's unseeing model said of it with the rules: what `langhals classify` would say of mail by strangers. The test
//! files are judged by the model in use, and only counted. Which mentioned days are deadlines is learnt in folds, too.
//! `keep=FILE` keeps what the models said for the next run; `errors` prints what went wrong on the training side;
//! `weights=FILE` writes the weights learnt from all training files: `crates/triage/src/deadline/weights.tsv`.
#![expect(clippy::print_stdout, reason = "a benchmark's results go to stdout")]

mod fit;
mod phrases;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use anyhow::{Context, Result};
use domain::{Class, Decision, Distribution, History, Label, Message, ModelId, Priority, Verdict};
use fit::Dated;
use jiff::Timestamp;
use langhals_tests::corpus::{self, Record, Split, repo_root};
use model::{Example, Model, TrainParams};
use triage::{House, Judge, Land, Policy};

/// Folds of authors for the judge of days.
const FOLDS: usize = 9;

/// What was said of each mail, by its id: classes, then priorities.
type Said = BTreeMap<String, ([f64; 3], [f64; 3])>;

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let asked = |word: &str| arguments.iter().any(|argument| argument == word);
    let keep = arguments.iter().find_map(|argument| argument.strip_prefix("keep="));
    let split = Split::read()?;

    let train = corpus::read(&split.train)?;
    let said = match keep.filter(|file| fs::exists(file).unwrap_or(false)) {
        Some(file) => serde_json::from_str(&fs::read_to_string(file)?)?,
        None => unseen(&train, &split)?,
    };
    if let Some(file) = keep {
        fs::write(file, serde_json::to_string(&said)?)?;
    }
    let dated: Vec<Dated> =
        train.iter().map(|record| dated(record, &said[&record.id])).collect::<Result<_>>()?;
    let phrases = phrases::read()?;
    if let Some(file) = arguments.iter().find_map(|argument| argument.strip_prefix("weights=")) {
        fs::write(file, fit::fit(&dated.iter().chain(&phrases).collect::<Vec<_>>(), fit::THRESHOLD))?;
    }
    if asked("thresholds") {
        for threshold in (-10..=6).map(|step| f64::from(step) / 10.0) {
            let judges = judges(&train, &dated, &phrases, &split, threshold);
            let mut tally = Tally::default();
            for record in &train {
                tally.add(record, &judged(record, &said[&record.id], &judges[record.author()])?);
            }
            println!("threshold {threshold:5.1}  {}", tally.line());
        }
    }
    let judges = judges(&train, &dated, &phrases, &split, fit::THRESHOLD);
    let mut all = Tally::default();
    let mut usual = Tally::default();
    let mut authors: BTreeMap<&str, Tally> = BTreeMap::new();
    for record in &train {
        let decision = judged(record, &said[&record.id], &judges[record.author()])?;
        all.add(record, &decision);
        if !split.teach_only.iter().any(|author| author == record.author()) {
            usual.add(record, &decision);
        }
        authors.entry(record.author()).or_default().add(record, &decision);
        if asked("errors") {
            errors(record, &decision);
        }
    }
    if asked("by-author") {
        for (author, tally) in &authors {
            println!("{author}  {}", tally.line());
        }
    }
    println!("folds by author file, all     {}", all.line());
    println!("  without hard collections    {}", usual.line());
    usual.confusion();

    let model = promoted()?;
    let mut test = Tally::default();
    for record in corpus::read(&split.test)? {
        let verdict = model.classify(&message(&record)?);
        let said = (verdict.class.probabilities(), verdict.priority.probabilities());
        test.add(&record, &judged(&record, &said, &Judge::default())?);
    }
    println!("test files, model in use      {}", test.line());
    test.confusion();
    Ok(())
}

/// What models said that had not seen the author.
fn unseen(records: &[Record], split: &Split) -> Result<Said> {
    let examples: Vec<Example> = records.iter().map(example).collect::<Result<_>>()?;
    let params = TrainParams { teach_only: split.teach_only.clone(), ..TrainParams::default() };
    let trained = model::train(&examples, &params, &mut |_| ())?;
    let probabilities = |(class, priority): (Distribution<Class>, Distribution<Priority>)| {
        (class.probabilities(), priority.probabilities())
    };
    Ok(trained.said.into_iter().map(|(id, guess)| (id, probabilities(guess))).collect())
}

/// For each author, a judge of days that learnt of others.
fn judges<'s>(
    records: &[Record],
    dated: &[Dated],
    phrases: &[Dated],
    split: &'s Split,
    threshold: f64,
) -> BTreeMap<&'s str, Judge> {
    let mut judges = BTreeMap::new();
    for fold in 0..FOLDS {
        let held: Vec<&str> = split.train.iter().map(String::as_str).skip(fold).step_by(FOLDS).collect();
        let others = records.iter().zip(dated).filter(|(record, _)| !held.contains(&record.author()));
        let judge = Judge::read(&fit::fit(
            &others.map(|(_, dated)| dated).chain(phrases).collect::<Vec<_>>(),
            threshold,
        ));
        judges.extend(held.into_iter().map(|author| (author, judge.clone())));
    }
    judges
}

fn dated(record: &Record, said: &([f64; 3], [f64; 3])) -> Result<Dated> {
    let candidates = triage::candidates(&message(record)?, &verdict(said), received(record)?);
    Ok(Dated { deadline: record.deadline.clone(), candidates, weight: 1.0 })
}

fn verdict((class, priority): &([f64; 3], [f64; 3])) -> Verdict {
    Verdict {
        class: Distribution::from_weights(*class),
        priority: Distribution::from_weights(*priority),
        model: ModelId::default(),
    }
}

fn judged(record: &Record, said: &([f64; 3], [f64; 3]), judge: &Judge) -> Result<Decision> {
    let message = message(record)?;
    let received = received(record)?;
    let verdict = verdict(said);
    let house = House { judge: judge.clone(), ..House::new(Land::NW) };
    let history = History::default();
    let facts = triage::extract(&message, &verdict, received, &house, history);
    let assessment = triage::prioritise(&message, &verdict, &facts, received);
    Ok(triage::decide(&message, verdict, assessment, facts, history, &Policy::default()))
}

/// Counts over mails.
#[derive(Default)]
struct Tally {
    mails: usize,
    class: Grid,
    priority: Grid,
    deadlines: usize,
    dated: usize,
    dated_right: usize,
    found: usize,
    given: usize,
    hits: usize,
}

/// Rows are labels, columns guesses.
type Grid = [[usize; 3]; 3];

impl Tally {
    fn add(&mut self, record: &Record, decision: &Decision) {
        self.mails += 1;
        count(&mut self.class, class(record), decision.class.best());
        count(&mut self.priority, priority(record), decision.priority.best());
        let right = deadline(decision) == record.deadline;
        self.deadlines += usize::from(right);
        self.dated += usize::from(record.deadline.is_some());
        self.dated_right += usize::from(right && record.deadline.is_some());
        let given: BTreeSet<&String> = record.references.iter().collect();
        let found: BTreeSet<&String> = decision.facts.references.iter().collect();
        self.given += given.len();
        self.found += found.len();
        self.hits += given.intersection(&found).count();
    }

    fn line(&self) -> String {
        let share = |part: usize, whole: usize| 100.0 * part as f64 / whole.max(1) as f64;
        format!(
            "{:5} mails  class F1 {:.3}  priority F1 {:.3}, recall of high {:.3}  deadline {:.1} %, of those with one {:.1} %  references F1 {:.3}",
            self.mails,
            macro_f1(&self.class),
            macro_f1(&self.priority),
            recall(&self.priority, 0),
            share(self.deadlines, self.mails),
            share(self.dated_right, self.dated),
            share(2 * self.hits, self.given + self.found) / 100.0,
        )
    }

    fn confusion(&self) {
        for (label, row) in Priority::ALL.iter().zip(self.priority) {
            println!(
                "    {:6} judged high {:4}  normal {:4}  low {:4}",
                label.name(),
                row[0],
                row[1],
                row[2]
            );
        }
    }
}

fn count<L: Label + PartialEq>(grid: &mut Grid, label: L, guess: L) {
    grid[label.index()][guess.index()] += 1;
}

fn recall(grid: &Grid, label: usize) -> f64 {
    grid[label][label] as f64 / grid[label].iter().sum::<usize>().max(1) as f64
}

/// Mean over the labels of the harmonic mean of precision and recall.
fn macro_f1(grid: &Grid) -> f64 {
    let f1 = |label: usize| {
        let guessed: usize = grid.iter().map(|row| row[label]).sum();
        let labelled: usize = grid[label].iter().sum();
        2.0 * grid[label][label] as f64 / (guessed + labelled).max(1) as f64
    };
    (0..3).map(f1).sum::<f64>() / 3.0
}

fn errors(record: &Record, decision: &Decision) {
    let guess = decision.priority.best();
    if guess != priority(record) {
        let sure = decision.priority.of(guess);
        println!(
            "PRIORITY {} {} not {} ({sure:.2}): {}",
            record.id,
            guess.name(),
            record.priority,
            record.why
        );
    }
    let stated = deadline(decision);
    if stated != record.deadline {
        println!("DEADLINE {} {stated:?} not {:?}: {}", record.id, record.deadline, record.why);
    }
}

fn deadline(decision: &Decision) -> Option<String> {
    decision.facts.deadline.as_ref().map(|deadline| deadline.date.to_string())
}

fn class(record: &Record) -> Class {
    Class::from_name(&record.class).unwrap_or(Class::Other)
}

fn priority(record: &Record) -> Priority {
    Priority::from_name(&record.priority).unwrap_or(Priority::Normal)
}

fn received(record: &Record) -> Result<Timestamp> {
    record.received.parse().with_context(|| format!("{}: no moment", record.id))
}

fn message(record: &Record) -> Result<Message> {
    Ok(parse::composed(&parse::Draft {
        from_name: &record.from_name,
        from_addr: &record.from_addr,
        subject: &record.subject,
        body: &record.body,
        attachments: &record.attachments,
        received: Some(received(record)?),
    }))
}

fn example(record: &Record) -> Result<Example> {
    Ok(Example {
        id: record.id.clone(),
        message: message(record)?,
        class: class(record),
        priority: priority(record),
        group: record.author().to_owned(),
        difficulty: record.difficulty.clone(),
        language: record.language.clone(),
    })
}

fn promoted() -> Result<Model> {
    let models = repo_root().join("models");
    let id = fs::read_to_string(models.join("PROMOTED")).context("no model is promoted")?;
    let id = id.lines().next().unwrap_or_default().trim().to_owned();
    let manifest = fs::read(models.join(&id).join("manifest.json"))?;
    let weights = fs::read(models.join(&id).join("weights.bin"))?;
    Ok(model::load(&ModelId(id), &manifest, &weights)?)
}
