//! How long a new mail is without a tag: from the end of its delivery until another client sees the tag, one mail at a time,
//! beside the time until a client in IDLE sees the mail at all.
//!
//! ```text
//!   LMTP 250 ─▶ the client sees the mail ─▶ the client finds a tag on it       in the mailbox that Langhals watches
//!   LMTP 250 ─▶ the client sees the mail                                       in a mailbox that nobody else watches
//! ```

mod observer;

use std::time::Duration;

use anyhow::{Context, Result};
use langhals_tests::bench::{median, percentile, pick, publish, say};
use langhals_tests::chapter::{Chapter, Goal, Series, Table};
use langhals_tests::client::Append;
use langhals_tests::langhals::{Langhals, Reach, wait_for};
use langhals_tests::{Dovecot, Options, samples};

use observer::Observer;

/// How much longer than merely seeing the mail it may take.
const TIMES_THE_FLOOR: f64 = 1.3;
/// Not counted: connections and caches are new to them.
const WARM_UP: usize = 5;
/// One mail in so many goes to the mailbox that Langhals does not watch.
const FLOOR_EVERY: usize = 2;

/// Mailboxes of one size, and how many mails are timed there.
#[derive(Clone, Copy)]
struct Plan {
    size: usize,
    mails: usize,
}

/// What was seen at one size.
struct Rung {
    plan: Plan,
    /// Until the client saw the mail, where nobody else watches.
    floor: Vec<Duration>,
    /// Until it saw the mail, where Langhals watches.
    seen: Vec<Duration>,
    /// Until it found the tag.
    tagged: Vec<Duration>,
}

fn main() -> Result<()> {
    let quick = [(100, 10), (400, 8), (1_600, 8)];
    let full = [(1_000, 1_000), (5_000, 100), (20_000, 100)];
    let plans = pick(quick, full).map(|(size, mails)| Plan { size, mails });
    let rungs = plans.iter().map(|plan| measure(*plan)).collect::<Result<Vec<_>>>()?;
    publish(&chapter(&rungs)?)
}

/// Two mailboxes with the same mails; Langhals has sorted one of them and waits.
fn measure(plan: Plan) -> Result<Rung> {
    say(&format!("latency: mailboxes of {} mails", plan.size));
    let server = Dovecot::start(Options { users: 2, ..Options::default() })?;
    let mails = samples::many(plan.size + WARM_UP + 2 * plan.mails)?;
    let (there, to_come) = mails.split_at(plan.size);
    for user in [1, 2] {
        let appends: Vec<Append<'_>> = there.iter().map(|mail| Append::new(mail)).collect();
        server.witness(user)?.append_all("INBOX", &appends)?;
    }
    let mut langhals = Langhals::new()?;
    langhals.mailbox("poststelle", &server, 2, Reach::Tls, "")?;
    let running = langhals.spawn()?;
    wait_for("the mailbox to be sorted", Duration::from_mins(10), || all_tagged(&server))?;
    say(&format!("latency: {} mails, one by one", plan.mails));
    let rung = observe(&server, plan, to_come)?;
    running.stop()?;
    Ok(rung)
}

fn all_tagged(server: &Dovecot) -> Result<Option<()>> {
    let flags = server.witness(2)?.flags("INBOX")?;
    let tagged =
        |flags: &std::collections::BTreeSet<String>| flags.iter().any(|flag| flag.starts_with("triage-"));
    Ok(flags.values().all(tagged).then_some(()))
}

fn observe(server: &Dovecot, plan: Plan, mails: &[Vec<u8>]) -> Result<Rung> {
    let (mut unwatched, mut watched) = (Observer::open(server, 1)?, Observer::open(server, 2)?);
    let mut rung = Rung { plan, floor: Vec::new(), seen: Vec::new(), tagged: Vec::new() };
    let mut mails = mails.iter();
    for turn in 0..WARM_UP + plan.mails {
        let mail = mails.next().context("too few mails")?;
        let seen = watched.see(mail)?;
        let tagged = watched.tagged(&seen)?;
        let counts = turn >= WARM_UP;
        if counts {
            rung.seen.push(seen.after);
            rung.tagged.push(tagged);
        }
        if turn % FLOOR_EVERY == 0 {
            let seen = unwatched.see(mail)?;
            rung.floor.extend(counts.then_some(seen.after));
        }
    }
    Ok(rung)
}

fn chapter(rungs: &[Rung]) -> Result<Chapter> {
    let main = rungs.first().context("nothing was measured")?;
    let ratio = |percent| {
        percentile(main.tagged.clone(), percent).as_secs_f64()
            / percentile(main.floor.clone(), percent).as_secs_f64()
    };
    let goal = |percent, name: &str| {
        let what = format!("time until the tag is seen by the time until the mail is seen, {name}");
        Goal::at_most(&what, TIMES_THE_FLOOR, ratio(percent), "")
    };
    Ok(Chapter {
        title: "Latency: one new mail".to_owned(),
        method: method(main),
        tables: vec![table(rungs)],
        goals: vec![goal(50, "median"), goal(99, "99 of 100")],
        growth: growth(rungs),
        remarks: vec![
            "Dovecot tells a client in IDLE of new mail half a second after the first sign of it (`NOTIFY_DELAY_MSECS` in its \
             sources): that half second is nearly all of what is seen here, and Langhals waits for it like everybody else. What \
             Langhals itself needs is the column *added*."
                .to_owned(),
        ],
    })
}

fn method(main: &Rung) -> Vec<String> {
    vec![
        "A private Dovecot (maildir, inotify) on loopback with two mailboxes of the same mails. One is watched by `langhals run`, \
         which has sorted it before; the other by nobody. In each waits a client of our own in IDLE, over TLS. A mail is delivered \
         by LMTP, and the clock begins with the server's answer that it has the mail. The *floor* is when that client hears of \
         the mail in the mailbox that nobody else watches."
            .to_owned(),
        "In the watched mailbox the client, once it has heard of the mail, asks for its flags every millisecond until it \
         finds a tag: an IDLE of its own would tell it half a second later, whoever set the tag. A tag that was there earlier than \
         the client heard of the mail counts as seen when it is asked for first."
            .to_owned(),
        format!(
            "Mails come one by one, each after the one before has its tag; every {FLOOR_EVERY}nd goes to the other \
             mailbox, too, in turns. Ratios are of {} mails in the watched mailbox and {} in the other.",
            main.tagged.len(),
            main.floor.len()
        ),
    ]
}

fn table(rungs: &[Rung]) -> Table {
    let head = [
        "mails there",
        "timed",
        "floor, median ms",
        "floor, p99 ms",
        "mail seen, median ms",
        "tag seen, median ms",
        "tag seen, p99 ms",
        "added, median ms",
        "added, p99 ms",
    ];
    let row = |rung: &Rung| {
        let mut cells = vec![rung.plan.size.to_string(), rung.tagged.len().to_string()];
        let added = added(rung);
        for (times, percent) in [
            (&rung.floor, 50),
            (&rung.floor, 99),
            (&rung.seen, 50),
            (&rung.tagged, 50),
            (&rung.tagged, 99),
            (&added, 50),
            (&added, 99),
        ] {
            cells.push(format!("{:.1}", millis(percentile(times.clone(), percent))));
        }
        cells
    };
    let caption = "From the end of delivery, as another client sees it";
    Table { rows: rungs.iter().map(row).collect(), ..Table::new(caption, &head) }
}

/// How much later than the floor's median each tag was seen.
fn added(rung: &Rung) -> Vec<Duration> {
    let floor = median(rung.floor.clone());
    rung.tagged.iter().map(|tagged| tagged.saturating_sub(floor)).collect()
}

fn growth(rungs: &[Rung]) -> Vec<Series> {
    let points = |of: &dyn Fn(&Rung) -> Duration| {
        rungs.iter().map(|rung| (rung.plan.size as f64, millis(of(rung)))).collect()
    };
    let series =
        |what: &str, of: &dyn Fn(&Rung) -> Duration| Series::new(what, "mails there", "ms", points(of));
    vec![
        series("until the tag is seen, median", &|rung| median(rung.tagged.clone())),
        series("of it added by Langhals, median", &|rung| median(added(rung))),
    ]
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}
