//! A mailbox of up to a million messages that were sorted long ago: how a start, and one new mail, fare there.
//!
//! ```text
//!   Dovecot (mdbox): N mails with our tags, nearly all answered      state: a book that knows them
//!   langhals run ─▶ ready ─▶ at rest ─▶ one new mail, again and again: append ─▶ tag seen by the witness
//! ```

use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use daemon::clock;
use domain::{Folder, UidValidity};
use jiff::SignedDuration;
use langhals_tests::bench::{median, mib, mib_cell, say, seconds_cell};
use langhals_tests::chapter::{Goal, Series, Table};
use langhals_tests::client::Append;
use langhals_tests::langhals::{Langhals, Reach, Running, wait_for};
use langhals_tests::samples::sample_mailbox;
use langhals_tests::{Dovecot, Format, Options, Witness, meter, system, watching};

use crate::book::Past;
use crate::mailbox;

/// How it is measured.
pub const METHOD: &str = "*A known mailbox*: N short mails (mdbox) that carry Langhals' tags, 98 in 100 of them answered, and \
    a state that knows all of them, written through the ledger beforehand; `run` starts, looks through all flags once and \
    watches. Then new mails come one by one; the time is that from the answer to APPEND to the tag on another connection, \
    which asks every 3 ms.";

const MAILBOX: &str = "post";
const NEW_MAILS: usize = 9;
const WAITING: [&str; 2] = [r"\Seen", "triage-sonstiges"];
const ANSWERED: [&str; 3] = [r"\Seen", r"\Answered", "triage-sonstiges"];
const PATIENCE: Duration = Duration::from_mins(30);
const ASKS_EVERY: Duration = Duration::from_millis(3);
const SETTLED_AFTER: Duration = Duration::from_secs(2);

/// What a known mailbox takes.
pub struct Known {
    messages: u32,
    ready: Duration,
    peak: u64,
    resident: u64,
    new_mail: Duration,
    /// CPU for one new mail.
    cpu: Duration,
}

/// Measures mailboxes with so many messages.
pub fn measure(sizes: &[u32]) -> Result<Vec<Known>> {
    let server = Dovecot::start(Options { users: sizes.len(), format: Format::Mdbox, ..Options::default() })?;
    sizes.iter().enumerate().map(|(at, messages)| one(&server, at + 1, *messages)).collect()
}

fn one(server: &Dovecot, user: usize, messages: u32) -> Result<Known> {
    let mut langhals = Langhals::new()?;
    let [port] = system::free_ports()?;
    langhals.settings = format!("[watch]\nlisten = \"127.0.0.1:{port}\"\n");
    langhals.mailbox(MAILBOX, server, user, Reach::Tls, "")?;
    fill(server, user, messages, &langhals)?;
    say(&format!("size: {messages} known messages are there"));
    let start = Instant::now();
    let mut running = langhals.spawn()?;
    wait_for("langhals to be ready", PATIENCE, || is_ready(&mut running, port))?;
    let ready = start.elapsed();
    thread::sleep(SETTLED_AFTER);
    let (resident, peak) = (meter::resident(running.pid())?, meter::peak(running.pid())?);
    let before = meter::family(running.pid())?.cpu;
    let times = new_mails(server, user, messages)?;
    let cpu = meter::family(running.pid())?.cpu.saturating_sub(before) / u32::try_from(NEW_MAILS)?;
    running.stop()?;
    let known = Known { messages, ready, peak, resident, new_mail: median(times), cpu };
    say(&format!(
        "size: {messages} known messages: ready after {ready:.1?}, {:.0} MiB at most, {:.0} MiB at rest, a new mail {:.1?}",
        mib(peak),
        mib(resident),
        known.new_mail
    ));
    Ok(known)
}

fn is_ready(running: &mut Running, port: u16) -> Result<Option<()>> {
    if let Some(status) = running.ended()? {
        bail!("langhals ended before it was ready: {status}");
    }
    Ok(watching::get(port, "/readyz").is_ok_and(|(status, _)| status == 200).then_some(()))
}

/// Puts the mails into the mailbox, and what is known of them into the state.
fn fill(server: &Dovecot, user: usize, messages: u32, langhals: &Langhals) -> Result<()> {
    let mut witness = server.witness(user)?;
    // Whole seconds, as INTERNALDATE tells them; young enough that nothing has waited too long.
    let now = clock::system() - SignedDuration::from_hours(20);
    let until = jiff::Timestamp::from_second(now.as_second())?;
    mailbox::fill(&mut witness, 1..=messages, Some(until), |n| {
        if Past::waits(n) { &WAITING } else { &ANSWERED }
    })?;
    let validity = witness.select("INBOX")?.uid_validity;
    let folders = [Folder { mailbox: MAILBOX.to_owned(), name: "INBOX".into() }];
    let past = Past {
        folders: &folders,
        validity: UidValidity(validity),
        messages,
        gone_every: 0,
        until,
        pace: SignedDuration::ZERO,
    };
    past.write(&langhals.state_dir())
}

/// One after the other: how long until each carries a tag.
fn new_mails(server: &Dovecot, user: usize, messages: u32) -> Result<Vec<Duration>> {
    let samples = sample_mailbox(NEW_MAILS)?;
    let mut sender = server.witness(user)?;
    let mut looker = server.witness(user)?;
    looker.select("INBOX")?;
    let mut times = Vec::new();
    for (uid, (_, mail)) in (messages + 1..).zip(&samples) {
        sender.append("INBOX", &Append::new(mail))?;
        let start = Instant::now();
        wait_for_tag(&mut looker, uid, start)?;
        times.push(start.elapsed());
    }
    Ok(times)
}

fn wait_for_tag(looker: &mut Witness, uid: u32, start: Instant) -> Result<()> {
    while start.elapsed() < PATIENCE {
        let answers = looker.command(&format!("UID FETCH {uid} (FLAGS)"))?;
        if answers.iter().any(|answer| answer.line().contains("triage-")) {
            return Ok(());
        }
        thread::sleep(ASKS_EVERY);
    }
    bail!("message {uid} was not tagged within {PATIENCE:?}")
}

/// The figures as they are printed.
pub fn table(found: &[Known]) -> Table {
    let head = ["messages", "s to ready", "peak MiB", "at rest MiB", "ms a new mail", "ms CPU a new mail"];
    let mut table = Table::new("A mailbox that is known, `run`", &head);
    table.rows = found
        .iter()
        .map(|known| {
            vec![
                known.messages.to_string(),
                seconds_cell(known.ready),
                mib_cell(known.peak),
                mib_cell(known.resident),
                format!("{:.1}", known.new_mail.as_secs_f64() * 1e3),
                format!("{:.1}", known.cpu.as_secs_f64() * 1e3),
            ]
        })
        .collect();
    table
}

/// What was asked for.
pub fn goals(found: &[Known]) -> Vec<Goal> {
    let (Some(least), Some(most)) = (found.first(), found.last()) else { return Vec::new() };
    let beside = format!("with {} messages, beside {}", most.messages, least.messages);
    vec![
        Goal::at_most(
            &format!("memory at rest {beside}"),
            1.1,
            most.resident as f64 / least.resident as f64,
            "",
        ),
        Goal::at_most(
            &format!("time for one new mail {beside}"),
            1.5,
            most.new_mail.as_secs_f64() / least.new_mail.as_secs_f64(),
            "",
        ),
    ]
}

/// By the number of messages.
pub fn growth(found: &[Known]) -> Vec<Series> {
    let series = |what: &str, unit: &str, cost: fn(&Known) -> f64| {
        let points = found.iter().map(|known| (f64::from(known.messages), cost(known))).collect();
        Series::new(what, "messages", unit, points)
    };
    vec![
        series("a start on a known mailbox", "s", |known| known.ready.as_secs_f64()),
        series("its memory at most", "MiB", |known| mib(known.peak)),
        series("one new mail in a known mailbox", "ms", |known| known.new_mail.as_secs_f64() * 1e3),
    ]
}

/// What is to be known beside the figures.
pub fn remarks(found: &[Known]) -> Vec<String> {
    let Some(most) = found.last() else { return Vec::new() };
    vec![format!(
        "A book of {} messages is kept, not the mail: at rest the program held {:.0} MiB.",
        most.messages,
        mib(most.resident)
    )]
}
