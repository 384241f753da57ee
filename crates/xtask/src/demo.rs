//! The demo: a private mail server full of sample mail, langhals at work on it, and a new mail every few seconds.
//!
//! ```text
//!   samples ─APPEND─▶ Dovecot u1/INBOX ◀─TLS─ langhals run [--once]
//!           ─LMTP───▶        │
//!                         witness ─▶ table, or a line as soon as a mail has its tags
//! ```

use std::collections::{BTreeMap, BTreeSet};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use domain::Tag;
use testbed::client::{Append, Seen, Witness};
use testbed::dovecot::{password, user};
use testbed::langhals::{Reach, Running};
use testbed::{Dovecot, Langhals, Lmtp, samples};

use crate::chores::release_binary;
use crate::letters::{self, Letter};
use crate::table;

/// As many sample mails are there.
pub const MOST: usize = 580;
const USUAL_PAGE: u16 = 8765;
/// Who may look at the demo's page: a private one, gone at its end.
const NAME: &str = "giraffe";
const PASSWORD: &str = "langer-hals-2026";
const PAUSE: Duration = Duration::from_secs(3);
const PATIENCE: Duration = Duration::from_mins(2);

/// What the command line chose.
pub struct Options {
    /// Sort, print, end.
    pub once: bool,
    /// Mails that wait in the mailbox at the start.
    pub mails: usize,
}

/// Everything that runs for the demo; langhals ends before the server does, then the files go.
struct Stage {
    langhals: Langhals,
    server: Dovecot,
    letters: Vec<Letter>,
}

/// Runs it; returns at the end of `--once`, or on Ctrl-C.
pub fn run(options: &Options) -> Result<()> {
    let interrupted = on_interrupt()?;
    testbed::install::ensure_dovecot()?;
    let stage = Stage::set(options.mails)?;
    if options.once { stage.sort_once(options.mails) } else { stage.keep_going(options.mails, &interrupted) }
}

impl Stage {
    fn set(waiting: usize) -> Result<Self> {
        let binary = release_binary()?;
        let letters = letters::write_all(&binary)?;
        let options = testbed::Options { users: 1, own_process_group: true, ..testbed::Options::default() };
        let server = Dovecot::start(options)?;
        let dates = letters.iter().take(waiting).map(|letter| samples::internal_date(&letter.record));
        let dates = dates.collect::<Result<Vec<_>>>()?;
        let mails = letters.iter().zip(dates);
        let mails =
            mails.map(|(letter, date)| Append { internal_date: Some(date), ..Append::new(&letter.bytes) });
        server.witness(1)?.append_all("INBOX", &mails.collect::<Vec<_>>())?;
        println!("A private Dovecot holds {waiting} sample mails in the INBOX of {}.", user(1));

        let mut langhals = Langhals::with_binary(binary)?;
        // The port of the example configuration, where nobody else has it.
        if testbed::system::is_free(USUAL_PAGE) {
            langhals.page = USUAL_PAGE;
        }
        langhals.mailbox("demo", &server, 1, Reach::Tls, "")?;
        Ok(Self { langhals, server, letters })
    }

    fn sort_once(&self, waiting: usize) -> Result<()> {
        let start = Instant::now();
        self.langhals.run_once()?;
        let took = start.elapsed();
        let sorted = self.sorted(&mut self.server.witness(1)?)?;
        table::print_mailbox(&sorted);
        table::print_figures(&sorted);
        println!("langhals run --once took {:.1} s, with start and end.", took.as_secs_f64());
        let untagged = waiting - sorted.iter().filter(|(_, tags)| is_settled(tags)).count();
        if untagged > 0 {
            bail!("{untagged} of {waiting} mails have no class tag");
        }
        Ok(())
    }

    fn keep_going(&self, waiting: usize, interrupted: &Receiver<()>) -> Result<()> {
        let start = Instant::now();
        self.langhals.account(NAME, PASSWORD, &["supervisor", "operator"])?;
        let mut running = self.langhals.spawn()?;
        self.print_how_to_look();
        let mut witness = self.server.witness(1)?;
        let mut before = Vec::new();
        let all = || {
            let now: Vec<_> = self.sorted(&mut witness)?.into_iter().map(|(_, tags)| tags).collect();
            let settled = now.iter().all(is_settled) && now == before;
            before = now;
            Ok(settled)
        };
        if !until(interrupted, &mut running, Duration::from_millis(100), all)? {
            return self.end(running);
        }
        println!(
            "All {waiting} waiting mails were sorted {:.1} s after the start.",
            start.elapsed().as_secs_f64()
        );
        table::print_figures(&self.sorted(&mut witness)?);
        println!("\nA new mail arrives every {} seconds; Ctrl-C ends the demo.", PAUSE.as_secs());
        let mut post = Post { lmtp: Lmtp::connect(self.server.lmtp)?, witness };
        for letter in self.letters.iter().cycle().skip(waiting % self.letters.len()) {
            if !post.deliver(letter, interrupted, &mut running)? {
                break;
            }
            match interrupted.recv_timeout(PAUSE) {
                Err(RecvTimeoutError::Timeout) => {}
                _ => break,
            }
        }
        self.end(running)
    }

    fn print_how_to_look(&self) {
        println!("Page:  http://127.0.0.1:{}, user {NAME}, password {PASSWORD}", self.langhals.page);
        println!(
            "IMAP:  127.0.0.1 port {} (no TLS) or {} (TLS), user {}, password {}",
            self.server.imap,
            self.server.imaps,
            user(1),
            password(1)
        );
        println!("Log:   {}", self.langhals.log_file().display());
    }

    /// Every mail of the INBOX with its tags, in order of arrival.
    fn sorted(&self, witness: &mut Witness) -> Result<Vec<(&Letter, BTreeSet<Tag>)>> {
        let by_id: BTreeMap<String, &Letter> =
            self.letters.iter().map(|letter| (samples::message_id(&letter.record), letter)).collect();
        let mails = witness.headers("INBOX", "MESSAGE-ID")?;
        let letter_of = |seen: &Seen| {
            let header = String::from_utf8_lossy(&seen.header).into_owned();
            let id = header.split_once(':').map(|(_, id)| id.trim().to_owned()).unwrap_or_default();
            by_id.get(&id).copied().with_context(|| format!("message {} is none of the samples", seen.uid))
        };
        mails.iter().map(|seen| Ok((letter_of(seen)?, table::own_tags(&seen.flags)))).collect()
    }

    fn end(&self, running: Running) -> Result<()> {
        println!("\nStopping.");
        let status = running.stop()?;
        if !status.success() {
            bail!("langhals ended with {status}; its log:\n{}", self.log_tail());
        }
        Ok(())
    }

    fn log_tail(&self) -> String {
        let log = std::fs::read_to_string(self.langhals.log_file()).unwrap_or_default();
        let lines: Vec<&str> = log.lines().collect();
        lines[lines.len().saturating_sub(15)..].join("\n")
    }
}

/// Brings mails as the outer world does, and sees when they are tagged.
struct Post {
    lmtp: Lmtp,
    witness: Witness,
}

impl Post {
    /// Delivers one mail and prints a line when its tags are there; `false` if Ctrl-C came first.
    fn deliver(
        &mut self,
        letter: &Letter,
        interrupted: &Receiver<()>,
        running: &mut Running,
    ) -> Result<bool> {
        let uid = self.witness.select("INBOX")?.uid_next;
        self.lmtp.deliver(&letter.record.from_addr, &user(1), &letter.bytes)?;
        let delivered = Instant::now();
        let mut tags = BTreeSet::new();
        let came = until(interrupted, running, Duration::from_millis(10), || {
            let arrived = self.witness.headers_of("INBOX", &format!("{uid}:4294967295"), "MESSAGE-ID")?;
            let now = arrived.first().map(|seen| table::own_tags(&seen.flags)).unwrap_or_default();
            // The class comes first, in a STORE of its own: seen twice alike, all tags are there.
            let settled = is_settled(&now) && now == tags;
            tags = now;
            Ok(settled)
        })?;
        if came {
            println!(
                "{:5.2} s  {:<24}  {:<44}  {:<28}  {}",
                delivered.elapsed().as_secs_f64(),
                table::shortened(&letter.record.from_name, 24),
                table::shortened(&letter.record.subject, 44),
                table::titles(&tags),
                table::shortened(&letter.why, 90),
            );
        }
        Ok(came)
    }
}

/// A class tag, or "Bitte sichten" instead.
fn is_settled(tags: &BTreeSet<Tag>) -> bool {
    tags.iter().any(|tag| tag.settles_class())
}

/// Ctrl-C and SIGTERM become a message.
fn on_interrupt() -> Result<Receiver<()>> {
    let (send, receive) = mpsc::channel();
    ctrlc::set_handler(move || {
        let _ = send.send(());
    })
    .context("cannot listen for Ctrl-C")?;
    Ok(receive)
}

/// Asks every `pause` until the answer is yes; `false` if Ctrl-C came first.
fn until(
    interrupted: &Receiver<()>,
    running: &mut Running,
    pause: Duration,
    mut ask: impl FnMut() -> Result<bool>,
) -> Result<bool> {
    let end = Instant::now() + PATIENCE;
    while Instant::now() < end {
        if let Some(status) = running.ended()? {
            bail!("langhals ended by itself ({status})");
        }
        if ask()? {
            return Ok(true);
        }
        match interrupted.recv_timeout(pause) {
            Err(RecvTimeoutError::Timeout) => {}
            _ => return Ok(false),
        }
    }
    bail!("langhals sorted nothing within {PATIENCE:?}")
}
