//! The steps that are measured, each in a process of its own: this program once more.

use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context as _, Result, bail};
use daemon::clock;
use domain::{Folder, UidValidity};
use jiff::SignedDuration;
use langhals_tests::meter;
use serde::{Deserialize, Serialize};
use store::Ledger;

use crate::book::Past;

const STEP: &str = "--step";
const MAILBOXES: u32 = 5;
/// One in so many is gone from its mailbox.
const GONE_EVERY: u32 = 11;
/// 10,000 messages a day: a million reaches back a hundred days.
const PACE: SignedDuration = SignedDuration::from_millis(8_640);

/// What a step took.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Step {
    pub seconds: f64,
    /// Octets that were resident at most.
    pub peak: u64,
}

/// What lies on the disk, as blocks.
#[derive(Clone, Copy, Debug)]
pub struct Disk {
    pub log: u64,
    pub index: u64,
}

/// What this process was started for.
pub struct Order {
    name: String,
    dir: PathBuf,
    messages: u32,
}

/// Whether this process is to perform a step.
pub fn asked() -> Result<Option<Order>> {
    let mut arguments = std::env::args().skip_while(|argument| argument != STEP).skip(1);
    let Some(name) = arguments.next() else { return Ok(None) };
    let dir = arguments.next().context("a step without a directory")?.into();
    let messages = arguments.next().context("a step without a number")?.parse()?;
    Ok(Some(Order { name, dir, messages }))
}

/// Has a process of its own perform a step.
pub fn run(name: &str, dir: &Path, messages: u32) -> Result<Step> {
    let mut command = Command::new(std::env::current_exe()?);
    command
        .args([STEP, name])
        .arg(dir)
        .arg(messages.to_string())
        .stdin(Stdio::null())
        .stderr(Stdio::inherit());
    let out = command.output()?;
    if !out.status.success() {
        bail!("{name} on {messages} messages failed (see above)");
    }
    Ok(serde_json::from_slice(&out.stdout)?)
}

impl Order {
    /// Does it, and prints what it took.
    #[expect(clippy::print_stdout, reason = "who started this process reads it there")]
    pub fn perform(self) -> Result<()> {
        let start = Instant::now();
        match self.name.as_str() {
            "write" => self.write()?,
            // What is held while it is open counts; closing does not.
            "open" => {
                let ledger = Ledger::open(&self.dir, clock::system())?;
                let step = Step::since(start)?;
                drop(ledger);
                println!("{}", serde_json::to_string(&step)?);
                return Ok(());
            }
            "rebuild" => drop(Ledger::rebuild(&self.dir, clock::system())?),
            other => bail!("no such step: {other}"),
        }
        println!("{}", serde_json::to_string(&Step::since(start)?)?);
        Ok(())
    }

    fn write(&self) -> Result<()> {
        let folder = |n: u32| Folder { mailbox: format!("postfach-{n}"), name: "INBOX".into() };
        let folders: Vec<Folder> = (0..MAILBOXES).map(folder).collect();
        let past = Past {
            folders: &folders,
            validity: UidValidity(1),
            messages: self.messages,
            gone_every: GONE_EVERY,
            until: clock::system(),
            pace: PACE,
        };
        past.write(&self.dir)
    }
}

impl Step {
    fn since(start: Instant) -> Result<Self> {
        Ok(Self { seconds: start.elapsed().as_secs_f64(), peak: meter::peak(std::process::id())? })
    }
}

impl Disk {
    /// Of this state directory.
    pub fn of(dir: &Path) -> Result<Self> {
        Ok(Self { log: blocks(&dir.join("log"))?, index: blocks(&dir.join("state"))? })
    }
}

fn blocks(path: &Path) -> Result<u64> {
    let found = path.symlink_metadata()?;
    if !found.is_dir() {
        return Ok(found.blocks() * 512);
    }
    fs::read_dir(path)?.map(|entry| blocks(&entry?.path())).sum()
}
