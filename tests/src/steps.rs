//! What a step of the core takes: `tests/steps` built for speed, and run on mails that the repository itself fixes.
//!
//! ```text
//! data/corpus (judging authors) ─▶ samples ─▶ a folder of mails ─▶ langhals-steps ─▶ µs, instructions
//! ```

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use tempfile::TempDir;

use crate::corpus::{self, Record, Split, repo_root};
use crate::{callgrind, install, langhals, samples};

/// A program of `tests/steps`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Program {
    /// The core's steps.
    Core,
    /// The ledger's.
    Ledger,
}

/// Mails in a folder, for a program to work on.
pub struct Mails {
    /// How many.
    pub count: usize,
    dir: TempDir,
}

/// What a program says, by name: µs a mail of each step, and of the core also how many mails, and their mean octets.
pub type Figures = BTreeMap<String, f64>;

impl Program {
    /// Builds it in release, the profile of the shipped program.
    ///
    /// # Errors
    /// If cargo fails; what it said stands on stderr.
    pub fn build(self) -> Result<PathBuf> {
        let (which, place): (&[&str], _) = match self {
            Self::Core => (&["--bin", "langhals-steps"], "langhals-steps"),
            Self::Ledger => (&["--example", "ledger"], "examples/ledger"),
        };
        let target = langhals::target_dir()?;
        let _turn = install::lock("build")?;
        let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        command
            .args(["build", "--quiet", "--locked", "--release", "--package", "langhals-steps"])
            .args(which);
        command.arg("--target-dir").arg(&target).current_dir(repo_root());
        if !command.status().context("cannot run cargo")?.success() {
            bail!("cargo cannot build langhals-steps (see above)");
        }
        Ok(target.join("release").join(place))
    }
}

impl Mails {
    /// So many of the corpus, by the authors that the default model has not learnt from.
    ///
    /// # Errors
    /// If there are fewer, or they cannot be written.
    pub fn typical(count: usize) -> Result<Self> {
        let records: Vec<Record> =
            samples::sample_mailbox(count)?.into_iter().map(|(record, _)| record).collect();
        Self::of(&records)
    }

    /// So many with about so many octets of text: paragraphs of several mails behind one another, greetings and
    /// signatures left out, which would end a mail in its middle.
    ///
    /// # Errors
    /// If the corpus cannot be read, or they cannot be written.
    pub fn of_size(octets: usize, count: usize) -> Result<Self> {
        let records = corpus::read(&Split::read()?.test)?;
        let mut paragraphs = records.iter().flat_map(inner).cycle();
        let mut grown: Vec<Record> = records.iter().take(count).cloned().collect();
        for record in &mut grown {
            record.body.clear();
            while record.body.len() < octets {
                record.body += paragraphs.next().context("the corpus holds no text")?;
                record.body += "\n\n";
            }
        }
        Self::of(&grown)
    }

    /// These records as they come over the wire.
    fn of(records: &[Record]) -> Result<Self> {
        let dir = tempfile::Builder::new().prefix("langhals-mails-").tempdir()?;
        for (number, record) in records.iter().enumerate() {
            fs::write(dir.path().join(format!("{number:05}.eml")), samples::raw(record)?)?;
        }
        Ok(Self { count: records.len(), dir })
    }

    /// Where they lie.
    pub fn folder(&self) -> &Path {
        self.dir.path()
    }

    /// Instructions a mail, by step. `more` are further arguments.
    ///
    /// # Errors
    /// If Valgrind is missing or the program fails.
    pub fn instructions(&self, program: &Path, more: &[&OsStr]) -> Result<BTreeMap<String, u64>> {
        let counts = callgrind::count(program, self.arguments(more))?;
        Ok(counts.into_iter().map(|(step, count)| (step, count / self.count as u64)).collect())
    }

    /// What the program says after so many rounds.
    ///
    /// # Errors
    /// If it fails.
    pub fn figures(&self, program: &Path, more: &[&OsStr], rounds: usize) -> Result<Figures> {
        let mut command = Command::new(program);
        command.args(self.arguments(more)).arg(rounds.to_string());
        let out = command.stdin(Stdio::null()).stderr(Stdio::inherit()).output()?;
        if !out.status.success() {
            bail!("{} failed ({})", program.display(), out.status);
        }
        let said = String::from_utf8(out.stdout)?;
        let pair =
            |line: &str| Some((line.split_once(' ')?.0.to_owned(), line.split_once(' ')?.1.parse().ok()?));
        said.lines().map(|line| pair(line).with_context(|| format!("not a figure: {line}"))).collect()
    }

    fn arguments(&self, more: &[&OsStr]) -> Vec<OsString> {
        let models = repo_root().join("models");
        let places = [models.as_os_str(), self.folder().as_os_str()];
        places.iter().chain(more).map(|argument| (*argument).to_owned()).collect()
    }
}

/// The paragraphs of a body between the first and the last.
fn inner(record: &Record) -> Vec<&str> {
    let all: Vec<&str> = record.body.split("\n\n").filter(|paragraph| !paragraph.trim().is_empty()).collect();
    let end = all.len().saturating_sub(1);
    all.get(1..end).unwrap_or_default().to_vec()
}
