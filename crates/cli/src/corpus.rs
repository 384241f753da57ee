//! A labelled corpus: JSON lines in the form of `data/LABELLING.md`, to what a model learns from or is measured on.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use domain::{Class, Label, Message, Priority};
use jiff::Timestamp;
use model::Example;
use model::fairness::Letter;
use parse::Draft;
use serde::Deserialize;

use crate::output::Usage;

#[derive(Deserialize)]
struct Record {
    id: String,
    received: Timestamp,
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

/// Reads every record of these files, or of the `.jsonl` files in these folders.
///
/// # Errors
/// Naming file, line and what is wrong there.
pub fn read(paths: &[PathBuf]) -> anyhow::Result<Vec<Example>> {
    each(paths, example)
}

/// The same records as letters whose names can be changed.
///
/// # Errors
/// As [`read`].
pub fn letters(paths: &[PathBuf]) -> anyhow::Result<Vec<Letter>> {
    each(paths, |line, _| Ok(letter(record(line)?)))
}

/// Every record of the corpus, made into something.
fn each<T>(paths: &[PathBuf], make: impl Fn(&str, &str) -> anyhow::Result<T>) -> anyhow::Result<Vec<T>> {
    let mut made = Vec::new();
    for file in files(paths)? {
        let text = fs::read_to_string(&file)
            .with_context(|| format!("cannot read the corpus {}", file.display()))?;
        let group = file.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
            made.push(make(line, &group).with_context(|| format!("{}:{}", file.display(), number + 1))?);
        }
    }
    if made.is_empty() {
        bail!(
            "there is no record in the corpus: name .jsonl files in the form of data/LABELLING.md, or folders of them"
        );
    }
    Ok(made)
}

fn files(paths: &[PathBuf]) -> anyhow::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for path in paths {
        if path.is_dir() { files.extend(folder(path)?) } else { files.push(path.clone()) }
    }
    Ok(files)
}

fn folder(path: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let entries = fs::read_dir(path).with_context(|| format!("cannot read the corpus {}", path.display()))?;
    let mut files = Vec::new();
    for entry in entries {
        let file = entry?.path();
        if file.extension().is_some_and(|ending| ending == "jsonl") {
            files.push(file);
        }
    }
    files.sort();
    Ok(files)
}

/// Says so where a mail would be learnt and judged; `options` name where both came from.
///
/// # Errors
/// [`Usage`], naming the first such mail.
pub fn apart(learnt: &[Example], judged: &[Example], options: [&str; 2]) -> Result<(), Usage> {
    let judged: BTreeSet<&str> = judged.iter().map(|example| example.id.as_str()).collect();
    let Some(both) = learnt.iter().find(|example| judged.contains(example.id.as_str())) else {
        return Ok(());
    };
    let [one, other] = options;
    Err(Usage(format!(
        "{} is in {one} and in {other}: a model must not be measured on mails that it has learnt; name other files",
        both.id
    )))
}

fn record(line: &str) -> anyhow::Result<Record> {
    serde_json::from_str(line).context("this is no corpus record (data/LABELLING.md has its form)")
}

fn letter(record: Record) -> Letter {
    let Record { id, from_name, from_addr, subject, body, attachments, language, .. } = record;
    Letter { id, from_name, from_addr, subject, body, attachments, language }
}

/// A letter as a message, as serving would see it.
pub fn composed(letter: &Letter) -> Message {
    let Letter { from_name, from_addr, subject, body, attachments, .. } = letter;
    parse::composed(&Draft { from_name, from_addr, subject, body, attachments, received: None })
}

fn example(line: &str, group: &str) -> anyhow::Result<Example> {
    let record = record(line)?;
    let draft = Draft {
        from_name: &record.from_name,
        from_addr: &record.from_addr,
        subject: &record.subject,
        body: &record.body,
        attachments: &record.attachments,
        received: Some(record.received),
    };
    Ok(Example {
        message: parse::composed(&draft),
        class: label::<Class>("class", &record.class)?,
        priority: label::<Priority>("priority", &record.priority)?,
        group: group.to_owned(),
        id: record.id,
        difficulty: record.difficulty,
        language: record.language,
    })
}

fn label<L: Label>(key: &str, name: &str) -> anyhow::Result<L> {
    let names = L::ALL.map(Label::name).join(", ");
    L::from_name(name).with_context(|| format!("{key}: \"{name}\" is unknown: use one of {names}"))
}
