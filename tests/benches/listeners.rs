//! What 200 listeners on the stream cost: memory of the running program, and how soon the last one hears.
//!
//! `cargo bench -p langhals-tests --bench listeners`, against a private Dovecot.
#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "a tool for the developer's own terminal")]
#![allow(clippy::disallowed_methods, reason = "compared with the time at which the decision log was written")]

use std::fs;
use std::path::Path;
use std::sync::{Arc, Barrier, mpsc};
use std::thread;
use std::time::{Duration, SystemTime};

use langhals_tests::langhals::{Langhals, Reach, wait_for};
use langhals_tests::samples::sample_mailbox;
use langhals_tests::{Dovecot, Machine, Options};

const LISTENERS: usize = 200;
/// Streams that a token may hold.
const A_TOKEN: usize = 50;
const ROUNDS: usize = 10;

fn main() {
    let server = Dovecot::start(Options::default()).unwrap();
    let samples = sample_mailbox(ROUNDS).unwrap();
    for (_, mail) in &samples {
        server.deliver(1, mail).unwrap();
    }
    let mut langhals = Langhals::new().unwrap();
    langhals.mailbox("post", &server, 1, Reach::Tls, "").unwrap();
    let running = langhals.spawn().unwrap();
    let names = (0..LISTENERS / A_TOKEN).map(|number| format!("bench-{number}"));
    let machines: Vec<Machine> = names.map(|name| Machine::new(&langhals, &name, &[]).unwrap()).collect();
    wait_for("the mails to be sorted", Duration::from_mins(1), || {
        let Ok((200, queue)) = machines[0].ask("GET", "/api/v1/queue", "") else { return Ok(None) };
        Ok((queue["matching"] == ROUNDS && queue["messages"][ROUNDS - 1]["stage"] == "settled").then_some(()))
    })
    .unwrap();
    // The first one also pays for what all share.
    machines[0].follow(None).unwrap().greeted().unwrap();
    thread::sleep(Duration::from_secs(2));

    let before = resident(running.pid());
    let (heard, hears) = mpsc::channel();
    let ready = Arc::new(Barrier::new(LISTENERS + 1));
    for number in 0..LISTENERS {
        let (machine, heard, ready) = (machines[number / A_TOKEN].clone(), heard.clone(), Arc::clone(&ready));
        thread::spawn(move || {
            let mut stream = machine.follow(None).unwrap();
            stream.greeted().unwrap();
            ready.wait();
            while stream.wait().is_ok() {
                if heard.send(SystemTime::now()).is_err() {
                    return;
                }
            }
        });
    }
    ready.wait();
    thread::sleep(Duration::from_secs(1));
    let after = resident(running.pid());
    println!(
        "{LISTENERS} listeners: {before} KiB before, {after} KiB after: {:.1} KiB a listener",
        (after - before) as f64 / LISTENERS as f64
    );

    let mut witness = server.witness(1).unwrap();
    witness.select("INBOX").unwrap();
    let mut last_ones = Vec::new();
    for uid in 1..=ROUNDS {
        witness.store(&uid.to_string(), r"+FLAGS (\Answered)").unwrap();
        let mut times: Vec<SystemTime> =
            (0..LISTENERS).map(|_| hears.recv_timeout(Duration::from_mins(1)).unwrap()).collect();
        times.sort_unstable();
        let written = written(&langhals.state_dir().join("log"));
        last_ones.push(times[LISTENERS - 1].duration_since(written).unwrap_or_default());
    }
    last_ones.sort_unstable();
    let (median, worst) = (last_ones[ROUNDS / 2], last_ones[ROUNDS - 1]);
    println!(
        "from the durable write to the last listener: median {median:.1?}, worst of {ROUNDS} {worst:.1?}"
    );
    println!("after {ROUNDS} events: {} KiB", resident(running.pid()));
    running.stop().unwrap();
}

/// `VmRSS` in KiB.
fn resident(pid: u32) -> i64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

/// When the newest day of the log was written last; to the kernel's tick, about 4 ms.
fn written(log: &Path) -> SystemTime {
    let days = fs::read_dir(log).unwrap().map(|day| day.unwrap().metadata().unwrap().modified().unwrap());
    days.max().unwrap()
}
