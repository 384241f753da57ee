//! Thousands of mails over a line that breaks all the time: the end is that of a mailbox sorted in peace.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Stdio;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use langhals_tests::client::Append;
use langhals_tests::langhals::{Langhals, Reach, kill_nine};
use langhals_tests::samples::sample_mailbox;
use langhals_tests::{Act, After, At, Count, Dovecot, Format, Options, Pace, Proxy, Witness};

use crate::cell::STORE;

/// Sets how many mails, where ten thousand take too long.
const VARIABLE: &str = "LANGHALS_STORM_MAILS";
const MAILS: usize = 10_000;
/// Bytes between two faults, both ways together.
const GAP: std::ops::Range<u64> = 300_000..1_500_000;
const KILL: &str = "kill -9";
/// More than any seed needs.
const RUNS: usize = 1_000;

/// The samples again and again, each with a Message-ID of its own.
fn mails(count: usize) -> Vec<Vec<u8>> {
    let samples = sample_mailbox(300).unwrap();
    let field = b"Message-ID: <";
    let numbered = |(number, bytes): (usize, &Vec<u8>)| {
        let at = bytes.windows(field.len()).position(|window| window == field).unwrap() + field.len();
        [&bytes[..at], format!("{number}.").as_bytes(), &bytes[at..]].concat()
    };
    samples.iter().map(|(_, bytes)| bytes).cycle().take(count).enumerate().map(numbered).collect()
}

fn tags(witness: &mut Witness) -> BTreeMap<u32, BTreeSet<String>> {
    let mut all = witness.flags("INBOX").unwrap();
    for flags in all.values_mut() {
        flags.retain(|flag| flag != r"\Recent");
    }
    all
}

/// What happened, by name.
type Tally = Arc<Mutex<BTreeMap<&'static str, usize>>>;

/// Arms what may happen in one run: something every now and then, and at most once the end of the program.
fn arm(proxy: &Proxy, random: &mut fastrand::Rng, pid: u32, tally: &Tally) {
    let cut = |name: &'static str| {
        let tally = Arc::clone(tally);
        Act::Call(Box::new(move || {
            *tally.lock().unwrap().entry(name).or_default() += 1;
            if name == KILL {
                kill_nine(pid);
            }
            After::Cut
        }))
    };
    let (up, down) = proxy.counts();
    let piece = random.usize(50..1_400);
    proxy.pace(random.bool().then_some(Pace { piece, pause: Duration::ZERO }));
    let mut at = up + down;
    for _ in 0..40 {
        at += random.u64(GAP);
        proxy.arm(Count::Both, at, if random.bool() { cut("cut") } else { Act::Eof });
    }
    for (name, place) in [("half a STORE", At::Half), ("RST at a STORE", At::Sent), ("OK lost", At::Answer)] {
        if random.u8(0..4) == 0 {
            proxy.arm_at(STORE, random.usize(1..20), place, cut(name));
        }
    }
    if random.u8(0..3) == 0 {
        proxy.arm(Count::Both, up + down + random.u64(1..2_000_000), cut(KILL));
    }
}

#[test]
#[allow(clippy::disallowed_methods, reason = "the number of mails is an argument of the test")]
fn ten_thousand_mails_under_random_faults_end_as_without() {
    let count = std::env::var(VARIABLE).map_or(MAILS, |count| count.parse().unwrap());
    let options = Options { users: 2, format: Format::Mdbox, ..Options::default() };
    let server = Dovecot::start(options).unwrap();
    let mails = mails(count);
    let appends: Vec<Append<'_>> = mails.iter().map(|bytes| Append::new(bytes)).collect();
    let proxy = Proxy::start(server.imap).unwrap();
    let office = |user: usize, port: u16| {
        let mut witness = server.witness(user).unwrap();
        witness.append_all("INBOX", &appends).unwrap();
        let mut langhals = Langhals::new().unwrap();
        langhals.mailbox("post", &server, user, Reach::Plain(port), "").unwrap();
        (witness, langhals)
    };
    let (mut calm, peaceful) = office(1, server.imap);
    peaceful.run_once().unwrap();
    let expected = tags(&mut calm);
    assert_eq!(expected.len(), count);

    let (mut stormy, langhals) = office(2, proxy.port());
    let mut random = fastrand::Rng::with_seed(20_261_122);
    let tally = Tally::default();
    let mut sorts = || {
        let mut command = langhals.command(&["run", "--once"]).unwrap();
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        arm(&proxy, &mut random, child.id(), &tally);
        let ended = child.wait().unwrap();
        proxy.disarm();
        ended.success()
    };
    let runs = (1..=RUNS).find(|_| sorts()).unwrap();
    proxy.pace(None);
    langhals.run_once().unwrap();
    eprintln!("{count} mails, {runs} runs, {} connections, faults {tally:?}", proxy.connections());
    assert!(runs > 3, "hardly anything happened");

    let found = tags(&mut stormy);
    let others: Vec<_> = expected.iter().filter(|(uid, tags)| found.get(uid) != Some(tags)).collect();
    assert!(
        others.is_empty() && found.len() == count,
        "{} are others, as {:?}",
        others.len(),
        others.first()
    );
    let again = langhals.run_once().unwrap();
    assert_eq!(String::from_utf8_lossy(&again.stdout), "0 messages sorted\n");
    assert_eq!(tags(&mut stormy), expected);
    let queue = langhals.run(&["queue", "--format", "csv"]).unwrap();
    assert_eq!(String::from_utf8_lossy(&queue.stdout).lines().count(), count + 1);
}
