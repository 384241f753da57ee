//! A corpus of any size: the records of the training authors, and beyond their number variants of them.
//!
//! A variant has one word in eight from another mail, so that words, pairs and runs of characters grow with the corpus as
//! they do in life. What is learnt of such a corpus says nothing; what learning it costs does.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use fastrand::Rng;
use langhals_tests::corpus::{Split, author_file};
use serde_json::Value;

/// One word in so many is another's.
const SWAPPED: usize = 8;

/// Writes so many records into the folder, a file an author.
pub fn write(folder: &Path, count: usize) -> Result<()> {
    let records = records()?;
    let mut rng = Rng::with_seed(8);
    for (author, of_author) in by_author(&records, count) {
        let mut lines = String::new();
        for (number, at) in of_author.into_iter().enumerate() {
            let record = if at < records.len() {
                records[at].1.clone()
            } else {
                variant(
                    &records[at % records.len()].1,
                    &records[rng.usize(..records.len())].1,
                    number,
                    &mut rng,
                )
            };
            lines += &format!("{record}\n");
        }
        fs::write(folder.join(format!("{author}.jsonl")), lines)?;
    }
    Ok(())
}

/// Which records each author writes: their places, counted on beyond the end for variants; of fewer than there are, evenly.
fn by_author(records: &[(String, Value)], count: usize) -> Vec<(String, Vec<usize>)> {
    let mut authors: Vec<(String, Vec<usize>)> = Vec::new();
    for number in 0..count {
        let at = if count < records.len() { number * records.len() / count } else { number };
        let author = &records[at % records.len()].0;
        match authors.iter_mut().find(|(other, _)| other == author) {
            Some((_, places)) => places.push(at),
            None => authors.push((author.clone(), vec![at])),
        }
    }
    authors
}

/// Author and record, as they stand in the files.
fn records() -> Result<Vec<(String, Value)>> {
    let mut records = Vec::new();
    for author in Split::read()?.train {
        let path = author_file(&author);
        let text = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
        for line in text.lines().filter(|line| !line.trim().is_empty()) {
            records.push((author.clone(), serde_json::from_str(line)?));
        }
    }
    Ok(records)
}

fn variant(record: &Value, other: &Value, number: usize, rng: &mut Rng) -> Value {
    let mut variant = record.clone();
    let id = record["id"].as_str().unwrap_or_default();
    variant["id"] = format!("{id}-{number}").into();
    let strange: Vec<&str> = other["body"].as_str().unwrap_or_default().split_whitespace().collect();
    let body = record["body"].as_str().unwrap_or_default();
    variant["body"] =
        body.split(' ').map(|word| swapped(word, &strange, rng)).collect::<Vec<_>>().join(" ").into();
    variant
}

fn swapped<'w>(word: &'w str, strange: &[&'w str], rng: &mut Rng) -> &'w str {
    // Line breaks stay: they hold a mail together.
    if strange.is_empty() || word.contains('\n') || rng.usize(..SWAPPED) > 0 {
        return word;
    }
    strange[rng.usize(..strange.len())]
}
