//! Mail comes into many mailboxes at once: how long until all of it carries tags, and what that takes.

use std::fs;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use langhals_tests::bench::{mib_cell, seconds_cell};
use langhals_tests::chapter::Table;
use langhals_tests::client::Append;
use langhals_tests::meter;
use langhals_tests::samples::sample_mailbox;

use crate::house::{House, Watching, by_many_hands};

const PATIENCE: Duration = Duration::from_mins(15);
const SETTLED_AFTER: Duration = Duration::from_secs(5);
const PREFIX: &str = "triage-";

/// How much mail comes.
#[derive(Clone, Copy)]
pub struct Plan {
    pub mailboxes: usize,
    /// To each of them.
    pub mails: usize,
}

/// What came of it.
pub struct Burst {
    pub delivered: usize,
    pub tagged: usize,
    /// Until the last mail lay in its mailbox.
    pub delivery: Duration,
    /// From the first delivery until the last mail was tagged and read back.
    pub took: Duration,
    pub cpu: Duration,
    pub server_cpu: Duration,
    pub before: u64,
    pub peak: u64,
    pub after: u64,
}

/// Delivers by APPEND over a few connections while the program watches, and waits until it has sorted everything.
pub fn run(house: &House, watching: &Watching, plan: Plan) -> Result<Burst> {
    let samples = sample_mailbox(plan.mails)?;
    let mails: Vec<Append<'_>> = samples.iter().map(|(_, bytes)| Append::new(bytes)).collect();
    let delivered = plan.mailboxes * plan.mails;
    let pid = watching.running.pid();
    let (before, server_before) = (meter::family(pid)?, house.cost()?);
    let start = Instant::now();
    by_many_hands(plan.mailboxes, |n| house.server.witness(n)?.append_all("INBOX", &mails))?;
    let delivery = start.elapsed();
    while sorted(watching)? < delivered {
        if start.elapsed() > PATIENCE {
            bail!("only {} of {delivered} mails were sorted within {PATIENCE:?}", sorted(watching)?);
        }
        thread::sleep(Duration::from_millis(50));
    }
    let took = start.elapsed();
    let (after, server_after) = (meter::family(pid)?, house.cost()?);
    let peak = meter::peak(pid)?;
    thread::sleep(SETTLED_AFTER);
    Ok(Burst {
        delivered,
        tagged: tagged(house, plan)?,
        delivery,
        took,
        cpu: after.cpu.saturating_sub(before.cpu),
        server_cpu: server_after.cpu.saturating_sub(server_before.cpu),
        before: before.resident,
        peak,
        after: meter::resident(pid)?,
    })
}

/// How many the program says it has sorted: a line a round and folder in what it logs. Its metrics would say so too, but
/// asking for those of 1,000 mailboxes costs memory that is to be measured here.
fn sorted(watching: &Watching) -> Result<usize> {
    let log = fs::read_to_string(watching.langhals.log_file())?;
    let rounds = log.lines().filter(|line| line.contains(" mailbox.sorted: "));
    let counts =
        rounds.filter_map(|line| line.split_once("messages=")?.1.split(' ').next()?.parse::<usize>().ok());
    Ok(counts.sum())
}

/// How many carry a tag, as another client sees them.
fn tagged(house: &House, plan: Plan) -> Result<usize> {
    let tagged = AtomicUsize::new(0);
    by_many_hands(plan.mailboxes, |n| {
        let flags = house.server.witness(n)?.flags("INBOX")?;
        let ours = flags.values().filter(|flags| flags.iter().any(|flag| flag.starts_with(PREFIX)));
        tagged.fetch_add(ours.count(), Ordering::Relaxed);
        Ok(())
    })?;
    Ok(tagged.into_inner())
}

impl Burst {
    /// The figures as they are printed.
    pub fn table(&self) -> Table {
        let caption =
            format!("A burst of {} mails by APPEND, while all mailboxes are watched", self.delivered);
        let head = [
            "s delivery",
            "s to the last tag",
            "mails/s",
            "CPU s",
            "server CPU s",
            "peak MiB",
            "afterwards MiB",
        ];
        let mut table = Table::new(&caption, &head);
        table.rows.push(vec![
            seconds_cell(self.delivery),
            seconds_cell(self.took),
            format!("{:.0}", self.delivered as f64 / self.took.as_secs_f64()),
            seconds_cell(self.cpu),
            seconds_cell(self.server_cpu),
            mib_cell(self.peak),
            mib_cell(self.after),
        ]);
        table
    }
}
