//! One server with many mailboxes, and a program that watches some of them.

use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, anyhow, bail};
use langhals_tests::bench::say;
use langhals_tests::langhals::{Langhals, Reach, Running};
use langhals_tests::meter::{self, Cost};
use langhals_tests::{Dovecot, Options, system, watching};

/// Connections that work on the server at once: as many as it has processors, and some.
pub const HANDS: usize = 4;
/// Nothing here takes longer.
const PATIENCE: Duration = Duration::from_mins(10);
const SETTLED_AFTER: Duration = Duration::from_secs(3);

/// The server.
pub struct House {
    pub server: Dovecot,
    pid: u32,
}

/// What watching costs while nothing happens.
pub struct Rest {
    pub mailboxes: usize,
    /// From the start of the process until every mailbox was looked through.
    pub ready: Duration,
    /// CPU until then.
    pub start_cpu: Duration,
    pub resident: u64,
    pub peak: u64,
    /// CPU in the quiet while.
    pub cpu: Duration,
    pub server_resident: u64,
}

/// A running program.
pub struct Watching {
    pub langhals: Langhals,
    pub running: Running,
    mailboxes: usize,
    ready: Duration,
    start_cpu: Duration,
}

impl House {
    /// A server with so many mailboxes, each opened once, so that none is made while we measure.
    pub fn build(mailboxes: usize) -> Result<Self> {
        say(&format!("breadth: a server with {mailboxes} mailboxes"));
        let server = Dovecot::start(Options { users: mailboxes, ..Options::default() })?;
        let pid = server.pid().context("the server has ended")?;
        let house = Self { server, pid };
        by_many_hands(mailboxes, |n| house.server.witness(n)?.select("INBOX").map(drop))?;
        Ok(house)
    }

    /// What the server's processes have cost so far.
    pub fn cost(&self) -> Result<Cost> {
        meter::family(self.pid)
    }

    /// Starts the program on the first mailboxes, and waits until all are watched.
    pub fn watch(&self, mailboxes: usize) -> Result<Watching> {
        let mut langhals = Langhals::new()?;
        let [port] = system::free_ports()?;
        langhals.settings = format!("[watch]\nlisten = \"127.0.0.1:{port}\"\n");
        for n in 1..=mailboxes {
            langhals.mailbox(&format!("postfach-{n:04}"), &self.server, n, Reach::Tls, "")?;
        }
        let start = Instant::now();
        let mut running = langhals.spawn()?;
        until_ready(&mut running, port)?;
        let ready = start.elapsed();
        let start_cpu = meter::family(running.pid())?.cpu;
        Ok(Watching { langhals, running, mailboxes, ready, start_cpu })
    }
}

fn until_ready(running: &mut Running, port: u16) -> Result<()> {
    let end = Instant::now() + PATIENCE;
    while Instant::now() < end {
        if let Some(status) = running.ended()? {
            bail!("langhals ended before it was ready: {status}");
        }
        if watching::get(port, "/readyz").is_ok_and(|(status, _)| status == 200) {
            return Ok(());
        }
        // The answer names every mailbox that is not ready: it shall not be asked for without pause.
        thread::sleep(Duration::from_millis(50));
    }
    bail!("langhals was not ready within {PATIENCE:?}")
}

impl Watching {
    /// What it costs while nothing happens for a while.
    pub fn rest(&mut self, house: &House, quiet: Duration) -> Result<Rest> {
        thread::sleep(SETTLED_AFTER);
        let pid = self.running.pid();
        let before = meter::family(pid)?;
        thread::sleep(quiet);
        let after = meter::family(pid)?;
        if let Some(status) = self.running.ended()? {
            bail!("langhals ended at rest: {status}");
        }
        let rest = Rest {
            mailboxes: self.mailboxes,
            ready: self.ready,
            start_cpu: self.start_cpu,
            resident: meter::resident(pid)?,
            peak: meter::peak(pid)?,
            cpu: after.cpu.saturating_sub(before.cpu),
            server_resident: house.cost()?.resident,
        };
        say(&format!(
            "breadth: {} mailboxes ready after {:.1?}, {} KiB resident, {:.0?} CPU in {quiet:?}",
            rest.mailboxes,
            rest.ready,
            rest.resident / 1024,
            rest.cpu
        ));
        Ok(rest)
    }

    /// Stops it in good order.
    pub fn stop(self) -> Result<()> {
        self.running.stop().map(drop)
    }
}

/// Does something for each mailbox from 1 to `last`, several at once.
pub fn by_many_hands(last: usize, work: impl Fn(usize) -> Result<()> + Sync) -> Result<()> {
    let share = |hand: usize| (1 + hand..=last).step_by(HANDS).try_for_each(&work);
    thread::scope(|scope| {
        let hands: Vec<_> = (0..HANDS).map(|hand| scope.spawn(move || share(hand))).collect();
        hands.into_iter().try_for_each(|hand| hand.join().map_err(|_| anyhow!("a hand panicked"))?)
    })
}
