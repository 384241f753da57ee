//! What learning costs by the size of the corpus: `langhals train`, beside scikit-learn's pipeline on the same records.
//!
//! `cargo bench -p langhals-tests --bench learning [-- --quick]` prints a chapter of `docs/benchmarks.md`.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a benchmark's results go to stdout, progress to stderr"
)]

mod grown;
mod metered;
mod report;

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::Result;
use langhals_tests::corpus::repo_root;
use langhals_tests::{install, langhals};

use metered::{Outcome, metered};
use report::Size;

/// Debian's Python, which alone sees Debian's packages.
const PYTHON: &str = "/usr/bin/python3";
const SIZES: [usize; 3] = [5_000, 20_000, 100_000];
const QUICK: [usize; 3] = [500, 1_000, 2_000];
/// Nobody waits longer for scikit-learn, nor gives it more address space.
const PATIENCE: Duration = Duration::from_mins(30);
const ROOM: u64 = 16 << 30;

fn main() -> Result<()> {
    let quick = std::env::args().any(|argument| argument == "--quick");
    install::ensure(&["python3-sklearn"], Path::new("/usr/lib/python3/dist-packages/sklearn"))?;
    let binary = langhals::binary()?;
    let mut sizes: Vec<Size> = Vec::new();
    for mails in if quick { QUICK } else { SIZES } {
        let corpus = tempfile::Builder::new().prefix("langhals-corpus-").tempdir()?;
        grown::write(corpus.path(), mails)?;
        eprintln!("{mails} mails: langhals train");
        let ours = ours(&binary, corpus.path())?;
        // What broke off on fewer mails is not tried on more.
        let broke_off = sizes.last().is_some_and(|size| matches!(size.theirs, Outcome::BrokeOff(_)));
        let theirs = if broke_off {
            Outcome::BrokeOff("not tried, as it broke off on fewer".to_owned())
        } else {
            eprintln!("{mails} mails: scikit-learn");
            theirs(corpus.path())?
        };
        sizes.push(Size { mails, ours, theirs });
    }
    println!("{}", serde_json::to_string(&report::chapter(&sizes))?);
    Ok(())
}

fn ours(binary: &Path, corpus: &Path) -> Result<Outcome> {
    let out = tempfile::tempdir()?;
    let mut command = Command::new(binary);
    command.args(["train", "--corpus"]).arg(corpus).arg("--out").arg(out.path().join("model"));
    metered(command.stdin(Stdio::null()).stdout(Stdio::null()), PATIENCE)
}

fn theirs(corpus: &Path) -> Result<Outcome> {
    let mut command = Command::new("prlimit");
    command.arg(format!("--as={ROOM}")).arg(PYTHON);
    command.arg(repo_root().join("tests/benches/learning/reference.py")).arg(corpus);
    metered(command.stdin(Stdio::null()).stdout(Stdio::null()), PATIENCE)
}
