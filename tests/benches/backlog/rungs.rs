//! Floor and Langhals in turns over copies of the same mailbox, at several sizes.
//!
//! ```text
//!   size ─▶ copy ─▶ floor ─▶ looked at ─▶ copy ─▶ Langhals ─▶ looked at ─▶ copy ─▶ floor …
//! ```

use std::time::Duration;

use anyhow::Result;
use langhals_tests::Format;
use langhals_tests::bench::{median, say};

use crate::post::{Cost, Inbox, Post};

/// As Langhals does.
const BATCH: usize = 500;
/// A keyword as long as ours.
const KEYWORD: &str = "triage-sonstiges";

/// What was seen at one size.
pub struct Rung {
    pub mails: usize,
    pub floor: Vec<Cost>,
    pub ours: Vec<Cost>,
    /// Tags that Langhals set on each mail, on average.
    pub tags: f64,
}

/// One way of keeping mail, at several sizes.
pub struct Ladder {
    pub format: Format,
    pub rungs: Vec<Rung>,
}

impl Ladder {
    /// Climbs it: as many pairs at each size.
    pub fn climb(post: &mut Post, format: Format, inboxes: &[Inbox], pairs: usize) -> Result<Self> {
        let rungs = inboxes.iter().map(|inbox| rung(post, format, *inbox, pairs)).collect::<Result<_>>()?;
        Ok(Self { format, rungs })
    }

    pub fn name(&self) -> &'static str {
        match self.format {
            Format::Maildir => "maildir",
            Format::Mdbox => "mdbox",
        }
    }
}

impl Rung {
    pub fn floor_took(&self) -> f64 {
        of(&self.floor, |cost| cost.took)
    }

    pub fn ours_took(&self) -> f64 {
        of(&self.ours, |cost| cost.took)
    }

    /// Our time by the floor's.
    pub fn ratio(&self) -> f64 {
        self.ours_took() / self.floor_took()
    }
}

/// The middle one, in seconds.
pub fn of(costs: &[Cost], which: impl Fn(&Cost) -> Duration) -> f64 {
    median(costs.iter().map(which).collect()).as_secs_f64()
}

fn rung(post: &mut Post, format: Format, inbox: Inbox, pairs: usize) -> Result<Rung> {
    let mut rung = Rung { mails: inbox.mails, floor: Vec::new(), ours: Vec::new(), tags: 0.0 };
    for pair in 1..=pairs {
        rung.floor.push(floor(post, inbox)?);
        let (cost, tags) = ours(post, inbox)?;
        rung.ours.push(cost);
        rung.tags = tags;
        say(&format!("backlog: {} mails, {format:?}, pair {pair} of {pairs}", inbox.mails));
    }
    Ok(rung)
}

/// The least that a client can do: reads every mail, and sets one keyword on each.
fn floor(post: &mut Post, of: Inbox) -> Result<Cost> {
    let inbox = post.copy(of)?;
    let cost = post.measure(|| {
        let mut bare = post.bare(inbox)?;
        bare.run("SELECT INBOX")?;
        for first in (1..=inbox.mails).step_by(BATCH) {
            let last = (first + BATCH - 1).min(inbox.mails);
            bare.run(&format!("UID FETCH {first}:{last} (UID BODY.PEEK[])"))?;
            bare.run(&format!("UID STORE {first}:{last} +FLAGS.SILENT ({KEYWORD})"))?;
        }
        bare.run("LOGOUT").map(drop)
    })?;
    post.tags_a_mail(inbox)?;
    post.remove(inbox)?;
    Ok(cost)
}

/// `langhals run --once`, from its start to its end; also how many tags it set on each mail.
fn ours(post: &mut Post, of: Inbox) -> Result<(Cost, f64)> {
    let inbox = post.copy(of)?;
    let langhals = post.langhals(inbox)?;
    let cost = post.measure(|| langhals.run_once().map(drop))?;
    let tags = post.tags_a_mail(inbox)?;
    post.remove(inbox)?;
    Ok((cost, tags))
}
