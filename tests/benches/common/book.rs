//! A book of a house that has sorted mail for a long time: made through the ledger itself, in batches as the daemon does.
//!
//! ```text
//!   mail ─▶ mark, fingerprint ─▶ intend (500) ─▶ settle (500) ─▶ most: answered, some: gone, few: wait
//! ```

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::Result;
use domain::{Folder, Tag, Uid, UidValidity};
use jiff::{SignedDuration, Timestamp};
use store::{Closing, Finding, Intent, Ledger, Mark, Outcome, Settlement, Suggestion, fingerprint};

/// What the daemon writes down at once.
const BATCH: usize = 500;

/// What a house has sorted.
pub struct Past<'p> {
    /// The folders, each with as many messages.
    pub folders: &'p [Folder],
    /// Their generation.
    pub validity: UidValidity,
    /// Messages altogether.
    pub messages: u32,
    /// One in so many was moved away or deleted; 0: none.
    pub gone_every: u32,
    /// When the last one arrived.
    pub until: Timestamp,
    /// Between one and the next.
    pub pace: SignedDuration,
}

/// One in so many still waits.
pub const WAITS_EVERY: u32 = 50;

/// A short mail, another for each number. Every tenth one answers an earlier one.
pub fn mail(n: u32) -> Vec<u8> {
    let reference =
        if n % 10 == 9 { format!("In-Reply-To: <{}>\r\n", message_id(n / 2)) } else { String::new() };
    format!(
        "From: Erika Muster <erika{n}@example.org>\r\nTo: poststelle@stadt.example.org\r\nSubject: Anfrage {n}\r\n\
         Message-ID: <{}>\r\n{reference}Date: Mon, 02 Nov 2026 09:00:00 +0000\r\n\r\n\
         Guten Tag,\r\n\r\nwann wird \u{2116} {n} bearbeitet, und was fehlt noch? Vielen Dank im Voraus.\r\n\r\n\
         Erika Muster\r\n",
        message_id(n)
    )
    .into_bytes()
}

fn message_id(n: u32) -> String {
    format!("{n:08x}.{:08x}@example.org", n.wrapping_mul(2_654_435_761))
}

impl Past<'_> {
    /// When a message came.
    pub fn arrived(&self, n: u32) -> Timestamp {
        let before = i32::try_from(self.messages.saturating_sub(n)).unwrap_or(i32::MAX);
        self.until - self.pace * before
    }

    /// Whether a message still waits.
    pub fn waits(n: u32) -> bool {
        n.is_multiple_of(WAITS_EVERY)
    }

    /// Writes all of it down, in the order in which it came.
    pub fn write(&self, dir: &Path) -> Result<()> {
        let ledger = Ledger::open(dir, self.arrived(0))?;
        let mut at_folder = vec![1; self.folders.len()];
        let numbers: Vec<u32> = (1..=self.messages).collect();
        for (turn, batch) in numbers.chunks(BATCH).enumerate() {
            let which = turn % self.folders.len();
            self.sort(&ledger, &self.folders[which], &mut at_folder[which], batch)?;
        }
        Ok(())
    }

    fn sort(&self, ledger: &Ledger, folder: &Folder, next: &mut u32, batch: &[u32]) -> Result<()> {
        let at = self.arrived(batch.last().copied().unwrap_or_default());
        let uids: Vec<(Uid, u32)> = batch.iter().zip(*next..).map(|(n, uid)| (Uid(uid), *n)).collect();
        *next += u32::try_from(batch.len())?;
        let intents: Vec<Intent> = uids.iter().map(|(uid, n)| self.intent(*uid, *n)).collect();
        ledger.intend(folder, self.validity, &intents, at)?;
        let applied = |(uid, _): &(Uid, u32)| Settlement {
            uid: *uid,
            outcome: Outcome::Applied,
            held: vec![Tag::Sonstiges],
            moved: None,
        };
        let settlements: Vec<Settlement> = uids.iter().map(applied).collect();
        ledger.settle(folder, self.validity, &settlements, Some(Uid(*next)), at)?;
        let findings: Vec<(Uid, Finding)> =
            uids.iter().filter_map(|(uid, n)| Some((*uid, Finding::Closed(self.closing(*n)?)))).collect();
        ledger.record(folder, self.validity, &findings, None, at)?;
        Ok(())
    }

    fn closing(&self, n: u32) -> Option<Closing> {
        if Self::waits(n) {
            None
        } else if self.gone_every > 0 && n.is_multiple_of(self.gone_every) {
            Some(Closing::Gone)
        } else {
            Some(Closing::Answered)
        }
    }

    fn intent(&self, uid: Uid, n: u32) -> Intent {
        let mail = mail(n);
        let message = parse::message(&mail).0;
        let arrived = self.arrived(n);
        let size = u32::try_from(mail.len()).unwrap_or(u32::MAX);
        Intent {
            uid,
            fingerprint: fingerprint(message.message_id.as_deref(), size, Some(arrived)).to_string(),
            arrived,
            modseq: None,
            attempt: 1,
            suggestion: suggestion(n),
            set_aside: None,
            thread: Mark::of(&message),
            references: if n.is_multiple_of(4) { vec![format!("44/1-{}", n % 10_000)] } else { Vec::new() },
        }
    }
}

/// What was suggested: every one "Sonstiges", so that a mailbox can be made to look the same.
fn suggestion(n: u32) -> Suggestion {
    let sure = 0.80 + f64::from(n % 97) / 500.0;
    Suggestion {
        class: [(1.0 - sure) / 2.0, (1.0 - sure) / 2.0, sure],
        priority: [0.05, 0.9, 0.05],
        unsure: false,
        deadline: None,
        deadline_rule: None,
        flags: Vec::new(),
        tags: vec!["sonstiges".to_owned()],
        model: "standard-1".to_owned(),
        shadow: false,
        others: BTreeMap::new(),
    }
}
