//! The mailboxes: filled once, and a copy that nobody has touched for every run.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use langhals_tests::client::Append;
use langhals_tests::langhals::{Langhals, Reach};
use langhals_tests::{Bare, Dovecot, Format, Options, dovecot, meter};

/// More users than there are runs.
const USERS: usize = 200;
/// The server's process for a session ends a moment after the session; only then its parent knows what it cost.
const FAREWELL: Duration = Duration::from_millis(300);

/// A private Dovecot and its mailboxes.
pub struct Post {
    pub server: Dovecot,
    users: usize,
}

/// A user's INBOX with so many mails.
#[derive(Clone, Copy, Debug)]
pub struct Inbox {
    pub user: usize,
    pub mails: usize,
}

/// What a run cost.
#[derive(Clone, Copy, Debug)]
pub struct Cost {
    pub took: Duration,
    /// CPU time of the client.
    pub client: Duration,
    /// CPU time of the server.
    pub server: Duration,
}

impl Post {
    pub fn start(format: Format) -> Result<Self> {
        let server = Dovecot::start(Options { users: USERS, format, ..Options::default() })?;
        Ok(Self { server, users: 0 })
    }

    /// A mailbox with these mails, opened once: what a server does at the first sight of new mail is no client's doing.
    pub fn fill(&mut self, mails: &[Vec<u8>]) -> Result<Inbox> {
        let inbox = self.next_user(mails.len());
        let mut witness = self.server.witness(inbox.user)?;
        let appends: Vec<Append<'_>> = mails.iter().map(|mail| Append::new(mail)).collect();
        witness.append_all("INBOX", &appends)?;
        let selected = witness.select("INBOX")?;
        if selected.exists as usize != mails.len() {
            bail!("{} mails were put into a mailbox that has {} now", mails.len(), selected.exists);
        }
        Ok(inbox)
    }

    /// A copy of a mailbox, for another user.
    pub fn copy(&mut self, of: Inbox) -> Result<Inbox> {
        let inbox = self.next_user(of.mails);
        let status = Command::new("cp").arg("-a").args([self.home(of), self.home(inbox)]).status();
        if !status.context("cannot run cp")?.success() {
            bail!("cannot copy a mailbox (see above)");
        }
        Ok(inbox)
    }

    /// Removes a mailbox.
    pub fn remove(&self, inbox: Inbox) -> Result<()> {
        Ok(std::fs::remove_dir_all(self.home(inbox))?)
    }

    /// How many keywords each mail carries on average; fails where one has none.
    pub fn tags_a_mail(&self, inbox: Inbox) -> Result<f64> {
        let flags = self.server.witness(inbox.user)?.flags("INBOX")?;
        let counts: Vec<usize> =
            flags.values().map(|flags| flags.iter().filter(|flag| !flag.starts_with('\\')).count()).collect();
        let tagged = counts.iter().filter(|count| **count > 0).count();
        if tagged != inbox.mails {
            bail!("{tagged} of {} mails carry a keyword", inbox.mails);
        }
        Ok(counts.iter().sum::<usize>() as f64 / tagged.max(1) as f64)
    }

    /// Does something and says what it cost.
    pub fn measure(&self, work: impl FnOnce() -> Result<()>) -> Result<Cost> {
        let (client, server) = (meter::ours()?, self.cpu()?);
        let start = Instant::now();
        work()?;
        let took = start.elapsed();
        let client = meter::ours()?.saturating_sub(client);
        thread::sleep(FAREWELL);
        Ok(Cost { took, client, server: self.cpu()?.saturating_sub(server) })
    }

    /// A bare client in that mailbox.
    pub fn bare(&self, inbox: Inbox) -> Result<Bare> {
        let (user, password) = (dovecot::user(inbox.user), dovecot::password(inbox.user));
        Bare::login(self.server.imaps, &self.ca_file(), &user, &password)
    }

    /// Langhals, set up for that mailbox and no other, with a state of its own.
    pub fn langhals(&self, inbox: Inbox) -> Result<Langhals> {
        let mut langhals = Langhals::new()?;
        langhals.mailbox("poststelle", &self.server, inbox.user, Reach::Tls, "")?;
        Ok(langhals)
    }

    pub fn ca_file(&self) -> PathBuf {
        self.server.ca_file()
    }

    fn cpu(&self) -> Result<Duration> {
        let pid = self.server.pid().context("Dovecot does not run")?;
        Ok(meter::family(pid)?.cpu)
    }

    fn next_user(&mut self, mails: usize) -> Inbox {
        self.users += 1;
        Inbox { user: self.users, mails }
    }

    fn home(&self, inbox: Inbox) -> PathBuf {
        let mail: &Path = &self.server.dir().join("mail");
        mail.join(dovecot::user(inbox.user))
    }
}
