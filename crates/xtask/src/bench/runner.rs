//! Runs one bench target: its progress goes on to our stderr, its chapter is the last line of its stdout.

use std::io::{BufRead as _, BufReader, Read as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Instant;

use anyhow::{Context, Result};
use testbed::chapter::Chapter;
use testbed::corpus::repo_root;

use super::finding::Finding;
use super::machine;

/// Runs it to its end, however that is.
pub fn run(name: &str, quick: bool, binary: &Path) -> Result<Finding> {
    let mut finding = Finding {
        name: name.to_owned(),
        commit: machine::commit()?,
        date: machine::date()?,
        load: machine::load()?,
        machine: machine::short()?,
        ..Finding::default()
    };
    let start = Instant::now();
    match chapter(name, quick, binary) {
        Ok(chapter) => finding.chapter = Some(chapter),
        Err(error) => finding.failure = Some(format!("{error:#}")),
    }
    finding.seconds = start.elapsed().as_secs_f64();
    Ok(finding)
}

fn chapter(name: &str, quick: bool, binary: &Path) -> Result<Chapter> {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(["bench", "--quiet", "--locked", "--package", "langhals-tests", "--bench", name, "--"]);
    command.args(quick.then_some("--quick")).env("LANGHALS_BIN", binary).current_dir(repo_root());
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().context("cannot run cargo")?;
    let (said, complaint) = listen(&mut child)?;
    let status = child.wait()?;
    anyhow::ensure!(status.success(), "{status}; it said: {complaint}");
    let line = said.lines().rfind(|line| line.starts_with('{')).context("it printed no chapter")?;
    serde_json::from_str(line).context("what it printed is no chapter")
}

/// All of its stdout; its stderr goes on to ours, and the last line of that is told.
fn listen(child: &mut Child) -> Result<(String, String)> {
    let mut stdout = child.stdout.take().context("no stdout")?;
    let stderr = child.stderr.take().context("no stderr")?;
    let reader = thread::spawn(move || {
        let mut said = Vec::new();
        stdout.read_to_end(&mut said).map(|_| String::from_utf8_lossy(&said).into_owned())
    });
    let mut complaint = String::new();
    for line in BufReader::new(stderr).split(b'\n') {
        let line = String::from_utf8_lossy(&line?).into_owned();
        eprintln!("{line}");
        // cargo's own word at the end says nothing.
        if !line.trim().is_empty() && !line.starts_with("error: bench failed") {
            complaint = line;
        }
    }
    let said = reader.join().map_err(|_| anyhow::anyhow!("its output cannot be read"))??;
    Ok((said, complaint))
}
