//! Another client of a mailbox: waits in IDLE until it sees a new mail, then asks for its flags until it carries a tag.

use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use langhals_tests::{Bare, Dovecot, Lmtp, dovecot};

/// Between two mails, so that each finds everybody waiting.
const PAUSE: Duration = Duration::from_millis(60);
/// Between two questions for the flags.
const ASKS_EVERY: Duration = Duration::from_millis(1);
const PATIENCE: Duration = Duration::from_secs(30);

/// A client, and the way by which mail comes to its mailbox.
pub struct Observer {
    bare: Bare,
    lmtp: Lmtp,
    user: String,
}

/// A mail that the client has seen.
pub struct Seen {
    /// When the server had said that it has it.
    delivered: Instant,
    /// Its number in the mailbox.
    number: u32,
    /// From its delivery until the client saw it.
    pub after: Duration,
}

impl Observer {
    /// Signs in to a user's mailbox.
    pub fn open(server: &Dovecot, user: usize) -> Result<Self> {
        let (name, password) = (dovecot::user(user), dovecot::password(user));
        let mut bare = Bare::login(server.imaps, &server.ca_file(), &name, &password)?;
        bare.run("SELECT INBOX")?;
        Ok(Self { bare, lmtp: Lmtp::connect(server.lmtp)?, user: name })
    }

    /// Has a mail delivered and waits until this client sees it.
    pub fn see(&mut self, mail: &[u8]) -> Result<Seen> {
        self.bare.idle()?;
        thread::sleep(PAUSE);
        self.lmtp.deliver("absender@example.org", &self.user, mail)?;
        let delivered = Instant::now();
        let number = self.bare.exists()?;
        let after = delivered.elapsed();
        self.bare.done()?;
        Ok(Seen { delivered, number, after })
    }

    /// From the delivery until this client finds one of our tags on the mail.
    pub fn tagged(&mut self, seen: &Seen) -> Result<Duration> {
        let ask = format!("FETCH {} (FLAGS)", seen.number);
        loop {
            let mut is_tagged = false;
            self.bare.ask(&ask, |line| is_tagged |= line.windows(7).any(|word| word == b"triage-"))?;
            let after = seen.delivered.elapsed();
            if is_tagged {
                return Ok(after);
            }
            if after > PATIENCE {
                bail!("a mail carried no tag after {PATIENCE:?}");
            }
            thread::sleep(ASKS_EVERY);
        }
    }
}
