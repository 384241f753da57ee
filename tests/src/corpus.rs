//! Reads the labelled corpus in `data/`: records, and which author files learn and which judge.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde::Deserialize;

/// One labelled message (`data/LABELLING.md` says what each field means).
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Record {
    /// Author file and number, e.g. `t06-001`.
    pub id: String,
    /// RFC 3339, with the sender's offset.
    pub received: String,
    /// The sender's name.
    pub from_name: String,
    /// The sender's address, in a reserved domain.
    pub from_addr: String,
    /// The subject, may be empty.
    pub subject: String,
    /// The plain text, may be empty.
    pub body: String,
    /// Names of attachments.
    pub attachments: Vec<String>,
    /// `application`, `inquiry` or `other`.
    pub class: String,
    /// `high`, `normal` or `low`.
    pub priority: String,
    /// `YYYY-MM-DD`.
    pub deadline: Option<String>,
    /// File numbers in the text.
    pub references: Vec<String>,
    /// ISO 639-1.
    pub language: String,
    /// `easy`, `medium` or `hard`.
    pub difficulty: String,
    /// The field of administration, or the kind of other mail.
    pub domain: String,
    /// A line on the label.
    pub why: String,
}

/// Which author files are for what.
#[derive(Clone, Debug, Deserialize)]
pub struct Split {
    /// Those the model learns from.
    pub train: Vec<String>,
    /// Those of them that are collections of hard cases: how sure to be is not learnt from them.
    pub teach_only: Vec<String>,
    /// Those it is measured on, and has never seen.
    pub test: Vec<String>,
}

impl Record {
    /// The author file it stands in.
    pub fn author(&self) -> &str {
        self.id.split_once('-').map_or(self.id.as_str(), |(author, _)| author)
    }
}

impl Split {
    /// `data/split.toml`.
    ///
    /// # Errors
    /// If it is missing or unreadable.
    pub fn read() -> Result<Self> {
        let path = repo_root().join("data/split.toml");
        let text = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
        toml::from_str(&text).with_context(|| format!("cannot understand {}", path.display()))
    }
}

/// The repository, whose `tests` this package is.
pub fn repo_root() -> &'static Path {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    tests.parent().unwrap_or(tests)
}

/// The file of one author.
pub fn author_file(author: &str) -> PathBuf {
    repo_root().join("data/corpus").join(format!("{author}.jsonl"))
}

/// All records of these authors, in the order of the files.
///
/// # Errors
/// If a file is missing, or a line is no record.
pub fn read(authors: &[String]) -> Result<Vec<Record>> {
    let mut records = Vec::new();
    for author in authors {
        let path = author_file(author);
        let text = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
        for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
            let record = serde_json::from_str(line)
                .with_context(|| format!("{}:{}: no corpus record", path.display(), number + 1))?;
            records.push(record);
        }
    }
    Ok(records)
}
