//! What a page of the queue costs with 100 and with 100,000 waiting messages, and what these take in memory.
//!
//! Prints one line a look: µs, the best of several rounds, and the ratio. `cargo bench -p langhals-store`.
#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a benchmark's results go to stdout, it fails by panicking"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::hint::black_box;
use std::time::Instant;

use domain::{Class, Folder, MaxAge, Uid, UidValidity};
use jiff::{SignedDuration, Timestamp};
use langhals_store::{Intent, Ledger, Query, Sort, Suggestion};

const ROUNDS: usize = 20;
const FEW: u32 = 100;
const MANY: u32 = 100_000;
const MAILBOXES: u32 = 5;

fn main() {
    let now: Timestamp = "2026-11-21T08:00:00Z".parse().unwrap();
    let dirs = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    let [few, many] = [(0, FEW), (1, MANY)].map(|(at, count)| filled(dirs[at].path(), count, now));
    for (name, query) in queries() {
        let [few, many] = [&few, &many].map(|ledger| best(ledger, &query, now));
        println!("{name:<40} {few:>9.0} µs {many:>9.0} µs   1 : {:.1}", many / few);
    }
}

fn queries() -> Vec<(&'static str, Query)> {
    let page = || Query { limit: 50, ..Query::default() };
    let two = BTreeSet::from(["postfach-0".to_owned(), "postfach-3".to_owned()]);
    vec![
        ("first page", page()),
        ("first page of two mailboxes", Query { allowed: Some(two), ..page() }),
        ("page 400", Query { offset: 19_950, ..page() }),
        ("filtered by class", Query { class: Some(Class::Inquiry), ..page() }),
        ("sorted by deadline", Query { sort: Sort::Deadline, ..page() }),
        ("sought by reference", Query { reference: Some("44/1-99".to_owned()), ..page() }),
    ]
}

fn best(ledger: &Ledger, query: &Query, now: Timestamp) -> f64 {
    let look = |_| {
        let start = Instant::now();
        black_box(ledger.look(query, now, MaxAge::default()).unwrap());
        start.elapsed().as_secs_f64() * 1e6
    };
    (0..ROUNDS).map(look).fold(f64::MAX, f64::min)
}

/// A ledger in which so many messages wait, opened again so that what it holds is read once.
fn filled(dir: &std::path::Path, count: u32, now: Timestamp) -> Ledger {
    let ledger = Ledger::open(dir, now).unwrap();
    for mailbox in 0..MAILBOXES {
        let folder = Folder { mailbox: format!("postfach-{mailbox}"), name: "INBOX".into() };
        let uids: Vec<u32> = (1..=count).filter(|uid| uid % MAILBOXES == mailbox).collect();
        for batch in uids.chunks(500) {
            let intents: Vec<Intent> = batch.iter().map(|uid| intent(*uid, now)).collect();
            ledger.intend(&folder, UidValidity(1), &intents, now).unwrap();
        }
    }
    drop(ledger);
    let start = Instant::now();
    let ledger = Ledger::open(dir, now).unwrap();
    println!("{count} messages: opened in {} ms, {} MB resident", start.elapsed().as_millis(), resident());
    ledger
}

/// Memory of this program, as Linux tells it.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok()).unwrap_or_default() / 1024
}

fn intent(uid: u32, now: Timestamp) -> Intent {
    let kind = uid.wrapping_mul(2_654_435_761) >> 8;
    let weights = |best: u32, of_best: f64| {
        let mut weights = [(1.0 - of_best) / 2.0; 3];
        weights[best as usize % 3] = of_best;
        weights
    };
    Intent {
        uid: Uid(uid),
        fingerprint: format!("{uid:032x}"),
        arrived: now - SignedDuration::from_secs(i64::from(kind % 2_000_000)),
        modseq: None,
        attempt: 1,
        suggestion: Suggestion {
            class: weights(kind % 3, 0.9),
            priority: weights(kind % 7, 0.8),
            unsure: kind.is_multiple_of(5),
            deadline: kind
                .is_multiple_of(4)
                .then(|| jiff::civil::date(2026, 11, 10) + jiff::Span::new().days(i64::from(kind % 60))),
            deadline_rule: None,
            flags: Vec::new(),
            tags: vec!["antrag".to_owned()],
            model: "standard-2026-11".to_owned(),
            shadow: false,
            others: BTreeMap::new(),
        },
        set_aside: None,
        thread: None,
        references: vec![format!("44/1-{}", uid % 10_000)],
    }
}
