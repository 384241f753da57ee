//! The first start on a mailbox that is full already: all of it is sorted.

use anyhow::{Result, bail};
use langhals_tests::bench::{mib, mib_cell, say, seconds_cell};
use langhals_tests::chapter::{Series, Table};
use langhals_tests::langhals::{Langhals, Reach};
use langhals_tests::meter::{self, Whole};
use langhals_tests::{Dovecot, Format, Options};

use crate::mailbox;

/// How it is measured.
pub const METHOD: &str = "*A first start*: `run --once` on a mailbox (mdbox) of short mails, none of which is known: every \
    one is fetched, judged, tagged and written down. Then once more, with nothing to do.";

/// What a first start takes, and the second.
pub struct First {
    messages: u32,
    sorting: Whole,
    again: Whole,
}

/// Measures mailboxes with so many messages.
pub fn measure(sizes: &[u32]) -> Result<Vec<First>> {
    let server = Dovecot::start(Options { users: sizes.len(), format: Format::Mdbox, ..Options::default() })?;
    sizes.iter().enumerate().map(|(at, messages)| one(&server, at + 1, *messages)).collect()
}

fn one(server: &Dovecot, user: usize, messages: u32) -> Result<First> {
    mailbox::fill(&mut server.witness(user)?, 1..=messages, None, |_| &[r"\Seen"])?;
    let mut langhals = Langhals::new()?;
    langhals.mailbox("post", server, user, Reach::Tls, "")?;
    let run = || -> Result<Whole> {
        let whole = meter::whole(&mut langhals.command(&["run", "--once"])?)?;
        if !whole.status.success() {
            bail!("langhals run --once on {messages} messages: {}", whole.status);
        }
        Ok(whole)
    };
    let found = First { messages, sorting: run()?, again: run()? };
    say(&format!(
        "size: {messages} new messages sorted in {:.1?} with {:.0} MiB at most, the second start {:.1?}",
        found.sorting.took,
        mib(found.sorting.peak),
        found.again.took
    ));
    Ok(found)
}

/// The figures as they are printed.
pub fn table(found: &[First]) -> Table {
    let head = ["messages", "first s", "messages/s", "CPU ms a message", "peak MiB", "second s", "peak MiB"];
    let mut table = Table::new("A mailbox of which nothing is known, `run --once` twice", &head);
    table.rows = found
        .iter()
        .map(|found| {
            let messages = f64::from(found.messages);
            vec![
                found.messages.to_string(),
                seconds_cell(found.sorting.took),
                format!("{:.0}", messages / found.sorting.took.as_secs_f64()),
                format!("{:.2}", found.sorting.cpu.as_secs_f64() * 1e3 / messages),
                mib_cell(found.sorting.peak),
                seconds_cell(found.again.took),
                mib_cell(found.again.peak),
            ]
        })
        .collect();
    table
}

/// By the number of messages.
pub fn growth(found: &[First]) -> Vec<Series> {
    let series = |what: &str, unit: &str, cost: fn(&First) -> f64| {
        let points = found.iter().map(|found| (f64::from(found.messages), cost(found))).collect();
        Series::new(what, "messages", unit, points)
    };
    vec![
        series("first start on a full mailbox", "s", |found| found.sorting.took.as_secs_f64()),
        series("its memory", "MiB", |found| mib(found.sorting.peak)),
        series("second start", "s", |found| found.again.took.as_secs_f64()),
    ]
}
