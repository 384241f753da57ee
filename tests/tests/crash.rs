//! `kill -9` at any moment loses nothing and doubles nothing.
#![allow(clippy::unwrap_used, reason = "what a test needs and does not get is a failure")]

use std::collections::{BTreeMap, BTreeSet};
use std::process::Stdio;

use langhals_tests::client::Append;
use langhals_tests::langhals::{Langhals, Reach, kill_nine};
use langhals_tests::samples::sample_mailbox;
use langhals_tests::{Act, After, Count, Dovecot, Options, Proxy, Witness};

const MAILS: usize = 120;
const KILLS: usize = 20;

fn tags(witness: &mut Witness) -> BTreeMap<u32, BTreeSet<String>> {
    let ours =
        |flags: BTreeSet<String>| flags.into_iter().filter(|flag| flag.starts_with("triage-")).collect();
    witness.flags("INBOX").unwrap().into_iter().map(|(uid, flags)| (uid, ours(flags))).collect()
}

/// Runs until the proxy has passed so many more bytes, and kills it there. True if it got that far.
fn killed_after(langhals: &Langhals, proxy: &Proxy, bytes: u64) -> bool {
    let mut child = langhals
        .command(&["run", "--once"])
        .unwrap()
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let pid = child.id();
    let (up, down) = proxy.counts();
    proxy.arm(
        Count::Both,
        up + down + bytes,
        Act::Call(Box::new(move || {
            kill_nine(pid);
            After::Cut
        })),
    );
    let ended = child.wait().unwrap();
    proxy.disarm();
    !ended.success()
}

#[test]
fn twenty_kills_at_random_moments_end_in_the_tags_of_an_uninterrupted_run() {
    // Mailbox 1 is sorted in peace; each of the others is killed once, somewhere on the way, and resumed.
    let server = Dovecot::start(Options { users: KILLS + 1, ..Options::default() }).unwrap();
    let samples = sample_mailbox(MAILS).unwrap();
    let appends: Vec<Append<'_>> = samples.iter().map(|(_, bytes)| Append::new(bytes)).collect();
    let proxy = Proxy::start(server.imap).unwrap();
    let office = |user: usize| {
        let mut witness = server.witness(user).unwrap();
        witness.append_all("INBOX", &appends).unwrap();
        let mut langhals = Langhals::new().unwrap();
        langhals.mailbox("post", &server, user, Reach::Plain(proxy.port()), "").unwrap();
        (witness, langhals)
    };
    let (mut calm, langhals) = office(1);
    langhals.run_once().unwrap();
    let (up, down) = proxy.counts();
    let (whole, expected) = (up + down, tags(&mut calm));

    let mut random = fastrand::Rng::with_seed(20_261_121);
    let mut taken_up = 0;
    for kill in 0..KILLS {
        let (mut witness, langhals) = office(kill + 2);
        // Half the moments anywhere, half among the last bytes, where tags are written and read back.
        let moment =
            if kill.is_multiple_of(2) { random.u64(1..whole) } else { whole - random.u64(200..30_000) };
        assert!(killed_after(&langhals, &proxy, moment), "byte {moment} of {whole} was never reached");
        let resumed = langhals.run_once().unwrap();
        taken_up +=
            usize::from(String::from_utf8_lossy(&resumed.stderr).contains("took up what was cut off"));
        assert_eq!(tags(&mut witness), expected, "killed at byte {moment} of {whole}");
        let queue = langhals.run(&["queue", "--format", "csv"]).unwrap();
        assert_eq!(String::from_utf8_lossy(&queue.stdout).lines().count(), MAILS + 1);
        let again = langhals.run_once().unwrap();
        assert_eq!(String::from_utf8_lossy(&again.stdout), "0 messages sorted\n");
    }
    assert!(taken_up > 0, "no kill hit between intent and settlement");
}

#[test]
fn a_lost_state_directory_tags_nothing_anew() {
    let server = Dovecot::start(Options::default()).unwrap();
    let mut witness = server.witness(1).unwrap();
    let samples = sample_mailbox(30).unwrap();
    witness
        .append_all("INBOX", &samples.iter().map(|(_, bytes)| Append::new(bytes)).collect::<Vec<_>>())
        .unwrap();
    let mut langhals = Langhals::new().unwrap();
    langhals.mailbox("post", &server, 1, Reach::Tls, "").unwrap();
    langhals.run_once().unwrap();
    let expected = tags(&mut witness);
    std::fs::remove_dir_all(langhals.state_dir()).unwrap();
    let said = langhals.run_once().unwrap();
    assert_eq!(String::from_utf8_lossy(&said.stdout), "0 messages sorted\n");
    assert_eq!(tags(&mut witness), expected);
}
