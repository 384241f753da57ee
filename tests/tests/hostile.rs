//! A hostile server can neither crash, hang nor bloat the daemon, and disturbs no other mailbox.
//!
//! What takes a server minutes (one byte a second until it is given up) is tested in `crates/mailbox/tests`, where
//! the clock is virtual; here it only must not disturb.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "what a test needs and does not get is a failure; what it measures is said"
)]

use std::fs;
use std::time::Duration;

use langhals_tests::client::Append;
use langhals_tests::hostile::{Attack, Hostile};
use langhals_tests::langhals::{Langhals, Reach, wait_for};
use langhals_tests::{Dovecot, Options, special};

/// What the daemon may hold at most with one hostile account, in MiB.
const BOUND: u64 = 256;

/// The most memory that a process ever had, in MiB.
fn peak(pid: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().strip_suffix(" kB").unwrap().parse::<u64>().unwrap().div_ceil(1024)
}

/// A run ends with 1 and with these words.
#[track_caller]
fn is_given_up(attack: Attack, words: &str) {
    let hostile = Hostile::start(attack).unwrap();
    let mut langhals = Langhals::new().unwrap();
    langhals.any_mailbox("hostile", hostile.port(), "none", ("u", "p"), "").unwrap();
    let said = langhals.run(&["run", "--once"]).unwrap();
    let stderr = String::from_utf8_lossy(&said.stderr);
    assert_eq!(said.status.code(), Some(1), "{attack:?}: {stderr}");
    assert!(stderr.contains(words) && !stderr.contains("panicked"), "{attack:?}: {stderr}");
}

/// The daemon stands the attack within its bound, and sorts the mail of another mailbox meanwhile.
#[track_caller]
fn disturbs_nobody(attack: Attack) {
    let hostile = Hostile::start(attack).unwrap();
    let server = Dovecot::start(Options::default()).unwrap();
    let mut langhals = Langhals::new().unwrap();
    langhals.any_mailbox("hostile", hostile.port(), "none", ("u", "p"), "").unwrap();
    langhals.mailbox("sound", &server, 1, Reach::Tls, "").unwrap();
    let mut running = langhals.spawn().unwrap();
    wait_for("the attack", Duration::from_mins(2), || Ok((hostile.struck() > 0).then_some(()))).unwrap();
    let mut witness = server.witness(1).unwrap();
    witness.append("INBOX", &Append::new(&special::empty())).unwrap();
    wait_for("the tag", Duration::from_mins(2), || {
        let flags = witness.flags("INBOX")?;
        Ok(flags.values().flatten().any(|flag| flag.starts_with("triage-")).then_some(()))
    })
    .unwrap();
    assert!(running.ended().unwrap().is_none(), "{attack:?} ended the daemon");
    let peak = peak(running.pid());
    println!("{attack:?}: {peak} MiB");
    assert!(peak <= BOUND, "{attack:?}: {peak} MiB");
    let log = fs::read_to_string(langhals.log_file()).unwrap();
    assert!(!log.contains("panicked"), "{attack:?}: {log}");
    assert!(running.stop().unwrap().success());
}

#[test]
fn every_attack_ends_with_a_sentence() {
    for (attack, words) in [
        (Attack::EndlessLine, "a line that does not end"),
        (Attack::HugeLiteral, "a literal larger than was asked for"),
        (Attack::ManyLiterals, "more mail than its sizes add up to"),
        (Attack::FloodInFetch, "more responses than any honest reply has"),
        (Attack::Parentheses, "a line that does not end"),
        (Attack::HugeListing, "was lost during UID FETCH (it said: enough)"),
    ] {
        is_given_up(attack, words);
    }
}

#[test]
fn lines_and_literals_without_an_end_disturb_nobody() {
    for attack in [Attack::EndlessLine, Attack::HugeLiteral, Attack::ManyLiterals, Attack::Parentheses] {
        disturbs_nobody(attack);
    }
}

#[test]
fn floods_disturb_nobody() {
    for attack in [Attack::FloodInFetch, Attack::FloodInIdle] {
        disturbs_nobody(attack);
    }
}

#[test]
fn one_byte_a_second_disturbs_nobody() {
    for attack in [Attack::DripGreeting, Attack::DripFetch] {
        disturbs_nobody(attack);
    }
}

#[test]
fn listings_and_changes_without_measure_disturb_nobody() {
    for attack in [Attack::ManyChanges, Attack::HugeListing] {
        disturbs_nobody(attack);
    }
}
