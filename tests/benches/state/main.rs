//! What the state costs: bytes a message on disk, time to open it again, time to rebuild it, memory meanwhile.
//!
//! ```text
//!   for each size, each step in a process of its own (this program again, with `--step`)
//!     write ─▶ open ─▶ rebuild        then the program itself: start ─▶ ready, on this state and on an empty one
//! ```

#[path = "../common/book.rs"]
mod book;
mod program;
mod steps;

use std::path::Path;

use anyhow::Result;
use langhals_tests::bench::{is_quick, mib, mib_cell, pick, publish, say};
use langhals_tests::chapter::{Chapter, Goal, Series, Table};
use langhals_tests::{Dovecot, Options};

use program::Restart;
use steps::{Disk, Step};

/// Nothing may grow faster than what is kept; the rest is noise.
const LINEAR: f64 = 1.05;

/// What a state of one size costs.
struct Found {
    messages: u32,
    write: Step,
    open: Step,
    rebuild: Step,
    disk: Disk,
    /// The index as it is rebuilt in one go.
    rebuilt: Disk,
    restart: Restart,
}

fn main() -> Result<()> {
    if let Some(step) = steps::asked()? {
        return step.perform();
    }
    let sizes: [u32; 3] = pick([2_000, 6_000, 20_000], [10_000, 100_000, 1_000_000]);
    let server = Dovecot::start(Options::default())?;
    let nothing = program::restart(&server, None)?;
    let found =
        sizes.into_iter().map(|messages| measure(&server, messages)).collect::<Result<Vec<Found>>>()?;
    publish(&chapter(&nothing, &found))
}

fn measure(server: &Dovecot, messages: u32) -> Result<Found> {
    let dir = tempfile::Builder::new().prefix("langhals-state-").tempdir()?;
    let write = step("write", dir.path(), messages)?;
    let disk = Disk::of(dir.path())?;
    let open = step("open", dir.path(), messages)?;
    let restart = program::restart(server, Some(dir.path()))?;
    say(&format!("state: the program is ready after {:.1?}", restart.ready));
    let rebuild = step("rebuild", dir.path(), messages)?;
    let rebuilt = Disk::of(dir.path())?;
    Ok(Found { messages, write, open, rebuild, disk, rebuilt, restart })
}

fn step(name: &str, dir: &Path, messages: u32) -> Result<Step> {
    let step = steps::run(name, dir, messages)?;
    say(&format!(
        "state: {messages} messages, {name}: {:.2} s, {:.0} MiB at most",
        step.seconds,
        mib(step.peak)
    ));
    Ok(step)
}

fn chapter(nothing: &Restart, found: &[Found]) -> Chapter {
    let growth = growth(found);
    let exponents = growth.iter().filter_map(|series| Some((series.what.as_str(), series.exponent()?)));
    let (steepest, exponent) = exponents.max_by(|a, b| a.1.total_cmp(&b.1)).unwrap_or_default();
    let mut remarks = vec![
        "The log is the truth and is kept for as long as the configuration says; the index may be deleted at any time. \
         *Rebuilt* is the index as `langhals state rebuild` makes it from the log, in one go and without what months of \
         small changes leave behind."
            .to_owned(),
        format!(
            "On an empty state the same program is ready after {:.2} s with {:.0} MiB: the model, the page, one mailbox.",
            nothing.ready.as_secs_f64(),
            mib(nothing.resident)
        ),
    ];
    if is_quick() {
        remarks.push("Short form: smaller states, on which fixed costs weigh more.".to_owned());
    }
    Chapter {
        title: "State: what is written down".to_owned(),
        method: vec![
            format!(
                "The book of a house with five mailboxes, written through the ledger as the daemon writes it, in batches of \
                 500: each message intended with its suggestion, thread and fingerprint (every fourth with a file number), \
                 settled, and then answered; one in eleven is gone from its mailbox, one in {} still waits. \
                 Every step runs in a process of its own, whose peak memory is the kernel's figure.",
                book::WAITS_EVERY
            ),
            "The program is then started on a copy of that state with one mailbox, until `/readyz` says yes."
                .to_owned(),
        ],
        tables: vec![on_disk(found), times(found)],
        goals: vec![Goal {
            what: format!("growth of the steepest of these costs ({steepest})"),
            asked: format!("exponent ≤ {LINEAR}"),
            seen: format!("{exponent:.2}"),
            met: exponent <= LINEAR,
        }],
        growth,
        remarks,
    }
}

fn on_disk(found: &[Found]) -> Table {
    let mut table = Table::new(
        "On disk",
        &["messages", "log MiB", "log B/message", "index MiB", "index B/message", "rebuilt index B/message"],
    );
    table.rows = found
        .iter()
        .map(|found| {
            let each = |octets: u64| format!("{:.0}", octets as f64 / f64::from(found.messages));
            vec![
                found.messages.to_string(),
                mib_cell(found.disk.log),
                each(found.disk.log),
                mib_cell(found.disk.index),
                each(found.disk.index),
                each(found.rebuilt.index),
            ]
        })
        .collect();
    table
}

fn times(found: &[Found]) -> Table {
    let mut table = Table::new(
        "Time, and memory at most meanwhile",
        &[
            "messages",
            "written/s",
            "write MiB",
            "open s",
            "open MiB",
            "rebuild s",
            "rebuild MiB",
            "program ready s",
            "program MiB",
            "program peak MiB",
        ],
    );
    table.rows = found
        .iter()
        .map(|found| {
            vec![
                found.messages.to_string(),
                format!("{:.0}", f64::from(found.messages) / found.write.seconds),
                mib_cell(found.write.peak),
                format!("{:.2}", found.open.seconds),
                mib_cell(found.open.peak),
                format!("{:.2}", found.rebuild.seconds),
                mib_cell(found.rebuild.peak),
                format!("{:.2}", found.restart.ready.as_secs_f64()),
                mib_cell(found.restart.resident),
                mib_cell(found.restart.peak),
            ]
        })
        .collect();
    table
}

fn growth(found: &[Found]) -> Vec<Series> {
    let series = |what: &str, unit: &str, cost: fn(&Found) -> f64| {
        let points = found.iter().map(|found| (f64::from(found.messages), cost(found))).collect();
        Series::new(what, "messages", unit, points)
    };
    vec![
        series("decision log", "MiB", |found| mib(found.disk.log)),
        series("index", "MiB", |found| mib(found.disk.index)),
        series("time to write", "s", |found| found.write.seconds),
        series("time to open", "s", |found| found.open.seconds),
        series("memory to open", "MiB", |found| mib(found.open.peak)),
        series("time to rebuild", "s", |found| found.rebuild.seconds),
        series("memory to rebuild", "MiB", |found| mib(found.rebuild.peak)),
        series("time until the program is ready", "s", |found| found.restart.ready.as_secs_f64()),
    ]
}
