//! A labelled corpus: JSON lines in the form of `data/LABELLING.md`, to what a model learns from or is measured on.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use domain::{Class, Label, Priority};
use jiff::Timestamp;
use model::Example;
use parse::Draft;
use serde::Deserialize;

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
    let mut examples = Vec::new();
    for file in files(paths)? {
        let text = fs::read_to_string(&file)
            .with_context(|| format!("cannot read the corpus {}", file.display()))?;
        let group = file.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
            let example =
                example(line, &group).with_context(|| format!("{}:{}", file.display(), number + 1))?;
            examples.push(example);
        }
    }
    if examples.is_empty() {
        bail!(
            "there is no record in the corpus: name .jsonl files in the form of data/LABELLING.md, or folders of them"
        );
    }
    Ok(examples)
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

fn example(line: &str, group: &str) -> anyhow::Result<Example> {
    let record: Record =
        serde_json::from_str(line).context("this is no corpus record (data/LABELLING.md has its form)")?;
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
