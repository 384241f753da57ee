//! A backlog of new mail: `langhals run --once` beside the least that any client must do, and beside what others do.
//!
//! ```text
//!   maildir, mdbox ─▶ three sizes ─▶ floor, ours, floor, ours …      (rungs)
//!   maildir, largest ─▶ script, isbg, mbsync                         (peers)
//! ```

mod peers;
mod post;
mod rungs;

use anyhow::Result;
use langhals_tests::bench::{pick, publish, say};
use langhals_tests::chapter::{Chapter, Goal, Series, Table};
use langhals_tests::{Format, samples, system};

use peers::{Peer, Script};
use post::{Cost, Inbox, Post};
use rungs::{Ladder, Rung};

/// How much longer than the floor it may take.
const TIMES_THE_FLOOR: f64 = 1.5;
/// How much faster than the script it shall be.
const TIMES_THE_SCRIPT: f64 = 25.0;
/// The goals speak of two cores.
const CORES: usize = 2;

fn main() -> Result<()> {
    let kept_to_two = system::keep_to_cores(CORES)?;
    let sizes: [usize; 3] = pick([500, 1_500, 4_000], [2_000, 6_000, 20_000]);
    let mails = samples::many(sizes[2])?;
    let octets = mails.iter().map(Vec::len).sum::<usize>() / mails.len().max(1);
    let pairs = pick(3, 5);
    let mut ladders = Vec::new();
    let mut others = Vec::new();
    let mut remarks = Vec::new();
    for format in [Format::Maildir, Format::Mdbox] {
        say(&format!("backlog: filling mailboxes ({format:?})"));
        let mut post = Post::start(format)?;
        let inboxes = sizes.iter().map(|size| post.fill(&mails[..*size])).collect::<Result<Vec<_>>>()?;
        ladders.push(Ladder::climb(&mut post, format, &inboxes, pairs)?);
        if format == Format::Maildir {
            (others, remarks) = with_others(&mut post, &inboxes);
        }
    }
    remarks.extend(
        kept_to_two.then(|| "The machine has more cores: everything was kept to two of them.".to_owned()),
    );
    publish(&chapter(&ladders, &others, remarks, octets, pairs))
}

/// The peers that can be had; of the others, why not.
fn with_others(post: &mut Post, inboxes: &[Inbox]) -> (Vec<Peer>, Vec<String>) {
    let (Some(some), Some(many)) = (inboxes.first().copied(), inboxes.last().copied()) else {
        return (Vec::new(), Vec::new());
    };
    let sorted = pick(inboxes.get(1).copied().unwrap_or(some), many);
    let mut tried =
        vec![("mbsync", peers::mbsync(post, many)), ("isbg", peers::isbg(post, some, pick(60, 300)))];
    match Script::train(pick(10, 1)) {
        Err(error) => tried.push(("the script", Err(error))),
        Ok(script) => {
            for (pipeline, does) in
                [("words", "classes, by words"), ("full", "classes, by words and parts of words")]
            {
                tried.push(("the script", script.sort(post, sorted, pipeline, does)));
            }
        }
    }
    let (mut others, mut remarks) = (Vec::new(), Vec::new());
    for (name, result) in tried {
        match result {
            Ok(peer) => others.push(peer),
            Err(error) => {
                say(&format!("backlog: without {name}: {error:#}"));
                remarks.push(format!("Without {name}, which could not be had or run here."));
            }
        }
    }
    (others, remarks)
}

fn chapter(
    ladders: &[Ladder],
    others: &[Peer],
    remarks: Vec<String>,
    octets: usize,
    pairs: usize,
) -> Chapter {
    let ours = ladders.first().and_then(|ladder| ladder.rungs.last());
    let mut tables: Vec<Table> = ladders.iter().map(ladder_table).collect();
    tables.extend(ours.map(|ours| others_table(ours, others)));
    let mut goals: Vec<Goal> = ladders.iter().filter_map(floor_goal).collect();
    goals.extend(ours.into_iter().flat_map(|ours| script_goals(ours, others)));
    let growth = ladders.iter().flat_map(growth).collect();
    let title = "Backlog: a mailbox full of new mail".to_owned();
    Chapter { title, method: method(octets, pairs), tables, goals, growth, remarks }
}

fn method(octets: usize, pairs: usize) -> Vec<String> {
    vec![
        format!(
            "One private Dovecot on loopback, TLS on every connection. The mails are those of the corpus in `data/`, in the MIME \
             shapes that real mail has, {octets} octets each on average; past its end they come again with other Message-IDs and \
             shapes. A mailbox is filled and opened once; every run gets a copy of it (`cp -a`), and Langhals a state of its own."
        ),
        format!(
            "*Floor*: a client without a mail parser, a model or a memory, written for this (`tests/src/bare.rs`: blocking, rustls): \
             sign in, SELECT, then for every 500 UIDs one `UID FETCH (UID BODY.PEEK[])` whose octets are dropped as they come, \
             and one `UID STORE +FLAGS.SILENT` of one keyword. *Langhals*: `langhals run --once`, from the start of the \
             process to its end: reading the model, signing in, listing, judging, writing down what it is about to do, one STORE for \
             each combination of tags, reading the tags back, writing down what it saw, both waiting for the disk. Floor and \
             Langhals take turns, {pairs} times at each size; the figures are medians. After each run another client sees that \
             every mail carries a keyword."
        ),
        "The server does not wait for the disk (`mail_fsync = never`), which makes the floor as low as it can be; it \
         shares the two cores with its client. CPU times are the kernel's, of all processes of the server, and of the client's \
         process."
            .to_owned(),
        "*Others*: a script with imap_tools and scikit-learn (`tests/benches/peers/imap_tools_sklearn.py`) that fetches and \
         stores by 500 and is not charged for loading Python and its model; isbg, which hands each mail to SpamAssassin's \
         spamd (two children, no tests that ask the network), on some hundred mails only; and mbsync, which merely copies (without \
         waiting for the disk)."
            .to_owned(),
    ]
}

fn ladder_table(ladder: &Ladder) -> Table {
    let caption = format!("`run --once` and the floor, {}", ladder.name());
    let head = [
        "mails",
        "floor, s",
        "Langhals, s",
        "ratio",
        "floor, mails/s",
        "Langhals, mails/s",
        "floor: client CPU, s",
        "Langhals: own CPU, s",
        "floor: server CPU, s",
        "Langhals: server CPU, s",
        "tags a mail",
    ];
    let row = |rung: &Rung| {
        let two = |value: f64| format!("{value:.2}");
        let (floor, ours) = (rung.floor_took(), rung.ours_took());
        let mails = rung.mails as f64;
        vec![
            rung.mails.to_string(),
            two(floor),
            two(ours),
            two(rung.ratio()),
            format!("{:.0}", mails / floor),
            format!("{:.0}", mails / ours),
            two(rungs::of(&rung.floor, |cost| cost.client)),
            two(rungs::of(&rung.ours, |cost| cost.client)),
            two(rungs::of(&rung.floor, |cost| cost.server)),
            two(rungs::of(&rung.ours, |cost| cost.server)),
            two(rung.tags),
        ]
    };
    Table { rows: ladder.rungs.iter().map(row).collect(), ..Table::new(&caption, &head) }
}

fn others_table(ours: &Rung, others: &[Peer]) -> Table {
    let caption = "Others with the same mails, maildir";
    let head = ["program", "does", "mails", "seconds", "mails/s", "Langhals is faster by"];
    let rate = ours.mails as f64 / ours.ours_took();
    let mails = ours.mails.to_string();
    let cells = |name: &str, does: &str, seconds: f64, mails_a_second: f64| {
        let faster = format!("{:.1}", rate / mails_a_second);
        let seconds = format!("{seconds:.2}");
        vec![name.into(), does.into(), mails.clone(), seconds, format!("{mails_a_second:.1}"), faster]
    };
    let floor = ours.mails as f64 / ours.floor_took();
    let row = |peer: &Peer| {
        let name = peer.does.strip_prefix("classes, ").map(|how| format!("script, {how}"));
        let mut row = cells(name.as_deref().unwrap_or(peer.name), &peer.does, peer.seconds, peer.rate());
        row[2] = peer.mails.to_string();
        row
    };
    let mut rows = vec![
        cells("Langhals", "class, priority, deadline", ours.ours_took(), rate),
        cells("floor", "reads, sets one keyword", ours.floor_took(), floor),
    ];
    rows.extend(others.iter().map(row));
    Table { rows, ..Table::new(caption, &head) }
}

fn floor_goal(ladder: &Ladder) -> Option<Goal> {
    let rung = ladder.rungs.last()?;
    let what = format!("time for {} mails by the floor's, {}", rung.mails, ladder.name());
    Some(Goal::at_most(&what, TIMES_THE_FLOOR, rung.ratio(), ""))
}

/// Beside each of the script's pipelines.
fn script_goals(ours: &Rung, others: &[Peer]) -> Vec<Goal> {
    let rate = ours.mails as f64 / ours.ours_took();
    let goal = |peer: &Peer| {
        let what = format!("mails a second by the script's ({})", peer.does);
        Goal::at_least(&what, TIMES_THE_SCRIPT, rate / peer.rate(), "")
    };
    others.iter().filter(|peer| peer.name == peers::SCRIPT).map(goal).collect()
}

fn growth(ladder: &Ladder) -> Vec<Series> {
    let points =
        |of: &dyn Fn(&Rung) -> f64| ladder.rungs.iter().map(|rung| (rung.mails as f64, of(rung))).collect();
    let own = |rung: &Rung| rungs::of(&rung.ours, |cost: &Cost| cost.client);
    vec![
        Series::new(&format!("run --once, {}", ladder.name()), "mails", "s", points(&Rung::ours_took)),
        Series::new(&format!("run --once, own CPU, {}", ladder.name()), "mails", "s", points(&own)),
        Series::new(&format!("floor, {}", ladder.name()), "mails", "s", points(&Rung::floor_took)),
    ]
}
