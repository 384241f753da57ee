//! What the ledger takes a mail, in batches of 500: `ledger MODELS MAILS STATE [ROUNDS]`, otherwise as `langhals-steps`.
//!
//! ```text
//! history (index) ─▶ intend (log, fsync, index) ─▶ settle (log, fsync, index)
//! ```
//!
//! STATE is a new folder: on a disk for what an operator waits for, in memory for what the ledger itself costs.
#![expect(clippy::print_stdout, reason = "what it measures goes to stdout")]

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use domain::{Folder, Uid, UidValidity};
use jiff::Timestamp;
use langhals_steps::{Core, Judged, mails};
use store::{Intent, Ledger, Mark, Outcome, Settlement, SoFar, Suggestion, fingerprint};

/// As many as the daemon fetches at once.
const BATCH: usize = 500;
const VALIDITY: UidValidity = UidValidity(1);
const STEPS: [&str; 3] = ["history", "intend", "settle"];

fn main() -> Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let (models, folder, state, rounds) = match args.as_slice() {
        [models, folder, state] => (models, folder, state, 0),
        [models, folder, state, rounds] => (models, folder, state, rounds.parse()?),
        _ => bail!("ledger MODELS MAILS STATE [ROUNDS]"),
    };
    let core = Core::open(Path::new(models))?;
    let judged: Vec<Judged> = mails(Path::new(folder))?.iter().map(|mail| core.judge(mail, |_| {})).collect();
    let now = judged.iter().map(|judged| judged.received).max().unwrap_or_default();
    let book = Book { ledger: Ledger::open(Path::new(state), now)?, judged, now };
    book.round(0)?;
    if rounds == 0 {
        return measured::counted(&book);
    }
    let mut least = [Duration::MAX; STEPS.len()];
    for round in 1..=rounds {
        for (least, spent) in least.iter_mut().zip(book.round(round)?) {
            *least = spent.min(*least);
        }
    }
    for (name, least) in STEPS.iter().zip(least) {
        println!("{name} {:.3}", least.as_secs_f64() * 1e6 / book.judged.len() as f64);
    }
    Ok(())
}

/// A ledger, and what is to be written into it.
struct Book {
    ledger: Ledger,
    judged: Vec<Judged>,
    now: Timestamp,
}

impl Book {
    /// Writes all of them down as the mails of a mailbox of its own, so that no round finds its mails known.
    fn round(&self, number: u32) -> Result<[Duration; STEPS.len()]> {
        let folder = Folder { mailbox: format!("post-{number}"), name: "INBOX".to_owned() };
        let mut spent = [Duration::ZERO; STEPS.len()];
        for (batch, judged) in self.judged.chunks(BATCH).enumerate() {
            let first = batch * BATCH + 1;
            let mut before = Instant::now();
            let mut done = |step: usize| {
                let now = Instant::now();
                spent[step] += now - before;
                before = now;
            };
            measured::history(self, &folder.mailbox, judged)?;
            done(0);
            let intents = measured::intend(self, &folder, first, judged)?;
            done(1);
            measured::settle(self, &folder, &intents)?;
            done(2);
        }
        Ok(spent)
    }

    fn intent(&self, uid: usize, judged: &Judged) -> Intent {
        let id = judged.message.message_id.as_deref();
        Intent {
            uid: Uid(uid as u32),
            fingerprint: fingerprint(id, uid as u32, Some(self.now)).to_string(),
            arrived: self.now,
            modseq: None,
            attempt: 1,
            suggestion: Suggestion::from(&judged.decision),
            set_aside: None,
            thread: Mark::of(&judged.message),
            references: judged.decision.facts.references.clone(),
        }
    }
}

/// As `langhals_steps::measured`.
mod measured {
    use super::{Book, Folder, Intent, Judged, Mark, Outcome, Result, Settlement, SoFar, Uid, VALIDITY};

    /// Callgrind counts only what happens in here.
    #[inline(never)]
    pub fn counted(book: &Book) -> Result<()> {
        book.round(1).map(drop)
    }

    #[inline(never)]
    pub fn history(book: &Book, mailbox: &str, judged: &[Judged]) -> Result<()> {
        for judged in judged {
            let Some(mark) = Mark::of(&judged.message) else { continue };
            let id = judged.message.message_id.as_deref().unwrap_or_default();
            book.ledger.history(mailbox, id, &mark, &SoFar::default(), book.now)?;
        }
        Ok(())
    }

    #[inline(never)]
    pub fn intend(book: &Book, folder: &Folder, first: usize, judged: &[Judged]) -> Result<Vec<Intent>> {
        let mut intents = Vec::with_capacity(judged.len());
        for judged in judged {
            intents.push(book.intent(first + intents.len(), judged));
        }
        book.ledger.intend(folder, VALIDITY, &intents, book.now)?;
        Ok(intents)
    }

    #[inline(never)]
    pub fn settle(book: &Book, folder: &Folder, intents: &[Intent]) -> Result<()> {
        let mut settlements = Vec::with_capacity(intents.len());
        let mut next = Uid(1);
        for intent in intents {
            let (uid, held) = (intent.uid, intent.suggestion.tags());
            settlements.push(Settlement { uid, outcome: Outcome::Applied, held, moved: None });
            next = Uid(uid.0 + 1);
        }
        book.ledger.settle(folder, VALIDITY, &settlements, Some(next), book.now)?;
        Ok(())
    }
}
