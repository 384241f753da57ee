//! Waiting for something to happen: IDLE where offered (RFC 2177), else NOOP now and then.
//!
//! Every wake is only a hint: IDLE's events carry no UIDs, and some servers tell half. What happened
//! during earlier commands counts too, because a server tells it only once.

use std::collections::BTreeSet;
use std::time::Duration;

use async_imap::imap_proto::{Response, Status};
use tokio::time::timeout;

use crate::Connection;
use crate::closing::Closing;
use crate::command::Command;
use crate::error::Error;
use crate::wire::{Deadline, Heard, Taken};

/// Why a wait ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wake {
    /// Something may have changed in the open folder: look.
    News,
    /// Something may have changed in these other folders, named as [`Connection::notify`] was given them.
    Elsewhere(BTreeSet<String>),
    /// Nothing was heard.
    Quiet,
}

/// Longer waits outlive the patience of firewalls.
const LONGEST_IDLE: Duration = Duration::from_mins(5);
const IDLE: &str = "IDLE";

impl Connection {
    /// Waits for news for at most `limit` (five minutes at the most), or one `poll` where there is no IDLE.
    /// News of the open folder comes first; what happened elsewhere then ends the next wait at once.
    ///
    /// # Errors
    /// [`Error::Lost`] above all: a connection that ends is never mistaken for news or for quiet.
    #[tracing::instrument(name = "imap.wait", skip_all)]
    pub async fn wait(&mut self, limit: Duration, poll: Duration) -> Result<Wake, Error> {
        let limit = limit.min(LONGEST_IDLE);
        // What was heard before a loss must not hide it.
        if !self.wire.sound {
            return Err(self.wire.lost(IDLE, ""));
        }
        if !self.wire.has_heard() {
            self.listen_or_ask(limit, poll).await?;
        }
        if std::mem::take(&mut self.wire.news) {
            return Ok(Wake::News);
        }
        let elsewhere = self.wire.elsewhere.take();
        Ok(if elsewhere.is_empty() { Wake::Quiet } else { Wake::Elsewhere(elsewhere) })
    }

    async fn listen_or_ask(&mut self, limit: Duration, poll: Duration) -> Result<(), Error> {
        if self.server().offers(IDLE) && !self.idle_refused {
            match self.idle(limit).await {
                // Some servers offer what they then refuse: they are asked instead, as if they had not.
                Err(Error::Refused { .. }) => self.idle_refused = true,
                ended => return ended,
            }
        }
        tokio::time::sleep(poll.min(limit)).await;
        self.wire.run(Command::new("NOOP", "NOOP"), &mut |_| Taken::Stray).await?;
        Ok(())
    }

    async fn idle(&mut self, limit: Duration) -> Result<(), Error> {
        let starting = self.wire.short_deadline();
        let tag = self.wire.begin(&Command::new(IDLE, IDLE), starting).await?;
        // The first thing heard is the server's `+`, or its refusal.
        if let Some(closing) = self.hear_until_answer(&tag, starting).await? {
            self.wire.settle();
            return Err(self.wire.refused(IDLE, closing));
        }
        self.listen(Deadline::within(limit)).await?;
        let ending = self.wire.short_deadline();
        self.wire.send(b"DONE\r\n", IDLE, ending).await?;
        match self.hear_until_answer(&tag, ending).await? {
            None => Err(self.wire.protocol(IDLE, "by asking for more")),
            Some(closing) => {
                self.wire.settle();
                if closing.status == Status::Ok { Ok(()) } else { Err(self.wire.refused(IDLE, closing)) }
            }
        }
    }

    /// Until something happens, or nothing does for long enough.
    async fn listen(&mut self, until: Deadline) -> Result<(), Error> {
        while !self.wire.has_heard() && !until.left().is_zero() {
            let mut take = |_: &Response<'_>| Taken::Stray;
            match timeout(until.left(), self.wire.receive_calmly(IDLE, &mut take)).await {
                Ok(Ok(Heard::Closing(..))) => return Err(self.wire.protocol(IDLE, "before it was done")),
                Ok(heard) => {
                    let heard = heard?;
                    self.wire.note(&heard);
                }
                Err(_) => return Ok(()),
            }
        }
        Ok(())
    }

    /// Until the server asks for more (`None`) or closes the command; what it says on the way is noted.
    async fn hear_until_answer(&mut self, tag: &str, deadline: Deadline) -> Result<Option<Closing>, Error> {
        loop {
            match self.wire.receive(IDLE, deadline, &mut |_| Taken::Stray).await? {
                Heard::Continue => return Ok(None),
                Heard::Closing(of, closing) if of == tag => return Ok(Some(closing)),
                Heard::Closing(..) => return Err(self.wire.protocol(IDLE, "with a tag that was never sent")),
                event => self.wire.note(&event),
            }
        }
    }
}
