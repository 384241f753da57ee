//! How many mailboxes one process watches, and what each of them costs: 1,000 on one private Dovecot, over TLS.
//!
//! ```text
//!   for each size   start ─▶ ready ─▶ a quiet while (memory, CPU)
//!   at the largest                     └▶ mail into many mailboxes at once ─▶ all tagged
//! ```

mod burst;
mod house;

use std::time::Duration;

use anyhow::Result;
use langhals_tests::bench::{is_quick, mib, mib_cell, pick, publish, say, seconds_cell};
use langhals_tests::chapter::{Chapter, Goal, Series, Table};
use langhals_tests::system;

use burst::{Burst, Plan};
use house::{House, Rest};

const MOST_RESIDENT_MB: f64 = 200.0;

fn main() -> Result<()> {
    // A connection is a file here, and several at the server.
    system::with_open_files(8_192)?;
    let sizes: [usize; 3] = pick([30, 100, 300], [100, 300, 1_000]);
    let quiet = Duration::from_secs(pick(10, 60));
    let plan = pick(Plan { mailboxes: 40, mails: 25 }, Plan { mailboxes: 200, mails: 100 });
    let house = House::build(sizes[2])?;
    let mut rests = Vec::new();
    for size in sizes {
        say(&format!("breadth: {size} mailboxes"));
        let mut watching = house.watch(size)?;
        rests.push(watching.rest(&house, quiet)?);
        if size == sizes[2] {
            say(&format!("breadth: {} mails to each of {} mailboxes", plan.mails, plan.mailboxes));
            let burst = burst::run(&house, &watching, plan)?;
            watching.stop()?;
            return publish(&chapter(&rests, &burst, quiet));
        }
        watching.stop()?;
    }
    Ok(())
}

fn chapter(rests: &[Rest], burst: &Burst, quiet: Duration) -> Chapter {
    let (Some(first), Some(last)) = (rests.first(), rests.last()) else { return Chapter::default() };
    let each = (last.resident as f64 - first.resident as f64) / (last.mailboxes - first.mailboxes) as f64;
    Chapter {
        title: "Breadth: many mailboxes, one process".to_owned(),
        method: vec![
            "One private Dovecot (maildir) on loopback, every mailbox a user of its own, one folder each, over TLS. \
             *Ready* is what `/readyz` says: every mailbox is connected and was looked through. Memory and CPU are the \
             kernel's figures for the whole process, page, metrics and the model included."
                .to_owned(),
            format!(
                "At rest means {} seconds without mail, long enough for every timer but the renewal of IDLE, which comes \
                 every five minutes. The server's figures are those of all its processes together, pages that they share \
                 counted in each.",
                quiet.as_secs()
            ),
        ],
        tables: vec![at_rest(rests, quiet), burst.table()],
        goals: vec![
            Goal::at_most(
                &format!("resident memory with {} mailboxes at rest", last.mailboxes),
                MOST_RESIDENT_MB,
                last.resident as f64 / 1e6,
                "MB",
            ),
            Goal {
                what: "mails of the burst that carry a tag, as another client sees them".to_owned(),
                asked: burst.delivered.to_string(),
                seen: burst.tagged.to_string(),
                met: burst.tagged == burst.delivered,
            },
        ],
        growth: growth(rests),
        remarks: remarks(each, burst),
    }
}

fn at_rest(rests: &[Rest], quiet: Duration) -> Table {
    let mut table = Table::new(
        "Mailboxes watched, at rest",
        &[
            "mailboxes",
            "s to ready",
            "RSS MiB",
            "peak MiB",
            "ms CPU to ready",
            "ms CPU a minute",
            "server RSS MiB",
        ],
    );
    let minute = 60.0 / quiet.as_secs_f64();
    table.rows = rests
        .iter()
        .map(|rest| {
            vec![
                rest.mailboxes.to_string(),
                seconds_cell(rest.ready),
                mib_cell(rest.resident),
                mib_cell(rest.peak),
                rest.start_cpu.as_millis().to_string(),
                format!("{:.0}", rest.cpu.as_secs_f64() * 1e3 * minute),
                mib_cell(rest.server_resident),
            ]
        })
        .collect();
    table
}

fn growth(rests: &[Rest]) -> Vec<Series> {
    let series = |what: &str, unit: &str, cost: fn(&Rest) -> f64| {
        let points = rests.iter().map(|rest| (rest.mailboxes as f64, cost(rest))).collect();
        Series::new(what, "mailboxes", unit, points)
    };
    vec![
        series("time to ready", "s", |rest| rest.ready.as_secs_f64()),
        series("memory at rest", "MiB", |rest| mib(rest.resident)),
        series("CPU at rest", "ms", |rest| rest.cpu.as_secs_f64() * 1e3),
    ]
}

fn remarks(each: f64, burst: &Burst) -> Vec<String> {
    let mut remarks = vec![
        format!(
            "A mailbox more costs {:.0} KiB at rest (slope between the smallest and the largest size).",
            each / 1024.0
        ),
        format!(
            "In the burst the process grew from {:.0} to {:.0} MiB and kept {:.0} MiB a few seconds after it.",
            mib(burst.before),
            mib(burst.peak),
            mib(burst.after)
        ),
    ];
    if is_quick() {
        remarks.push("Short form: fewer mailboxes, a shorter rest, a smaller burst.".to_owned());
    }
    remarks
}
