//! The executor: sends one command, reads until its tagged reply, and is unusable after anything else.
//!
//! ```text
//!   Sound ── send ──▶ Busy ── tagged OK, NO, BAD ──▶ Sound
//!                      │
//!                      └── EOF, BYE, time limit, cap, nonsense, dropped future ──▶ stays Busy: Lost for ever
//! ```

use std::io;
use std::time::Duration;

use async_imap::Client;
use async_imap::imap_proto::{MailboxDatum, Response, Status};
use tokio::io::AsyncWriteExt as _;
use tokio::time::{Instant, timeout};
use zeroize::Zeroizing;

use crate::closing::Closing;
use crate::command::Command;
use crate::error::{Error, Peer, quotable};
use crate::guard::{Breach, Caps, Guard};
use crate::notify::Elsewhere;
use crate::{Timeouts, Transport, uids};

/// A slower server than this is no server.
const BYTES_PER_SECOND: u64 = 1024;

pub(crate) struct Wire {
    client: Client<Guard<Box<dyn Transport>>>,
    pub server: Peer,
    timeouts: Timeouts,
    tags: u32,
    pub sound: bool,
    /// Something happened in the folder that no command of ours asked about.
    pub news: bool,
    /// How many messages the server last said the folder has.
    pub exists: u32,
    pub elsewhere: Elsewhere,
}

/// Looks at each untagged response of a command, and at its tagged reply.
pub(crate) type Take<'t> = &'t mut (dyn FnMut(&Response<'_>) -> Taken + Send);

/// What a collector says of an untagged response.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Taken {
    /// It was asked for.
    Mine,
    /// It was not; it may be news.
    Stray,
}

/// A response, as far as the executor is concerned.
pub(crate) enum Heard {
    /// A tagged reply, with its tag.
    Closing(String, Closing),
    /// The server waits for the rest of a command.
    Continue,
    /// The server takes its leave.
    Bye(String),
    /// Unasked: the folder has so many messages.
    Exists(u32),
    /// Unasked: a message changed.
    Change,
    /// Unasked: so many messages are gone.
    Gone(u32),
    /// Unasked: something happened in another folder, named as on the wire.
    Elsewhere(String),
    /// Asked for, or of no importance.
    Other,
}

/// When a command must be over.
#[derive(Clone, Copy)]
pub(crate) struct Deadline(Instant);

impl Wire {
    pub fn new(stream: Box<dyn Transport>, server: Peer, timeouts: Timeouts) -> Self {
        let client = Client::new(Guard::new(stream, Caps::default()));
        Self {
            client,
            server,
            timeouts,
            tags: 0,
            sound: true,
            news: false,
            exists: 0,
            elsewhere: Elsewhere::default(),
        }
    }

    /// Runs a command and demands its tagged OK.
    pub async fn run(&mut self, command: Command, take: Take<'_>) -> Result<Closing, Error> {
        let verb = command.verb;
        let closing = self.exchange(command, take).await?;
        if closing.status == Status::Ok { Ok(closing) } else { Err(self.refused(verb, closing)) }
    }

    /// Runs a command whose refusal means something to the caller.
    pub async fn exchange(&mut self, command: Command, take: Take<'_>) -> Result<Closing, Error> {
        let (verb, deadline) = (command.verb, self.deadline());
        let tag = self.begin(&command, deadline).await?;
        let mut later_parts = command.parts.iter().skip(1);
        loop {
            match self.receive(verb, deadline, take).await? {
                Heard::Closing(of, closing) if of == tag => {
                    self.settle();
                    return Ok(closing);
                }
                Heard::Closing(..) => return Err(self.protocol(verb, "with a tag that was never sent")),
                Heard::Continue => match later_parts.next() {
                    Some(part) => self.send(part, verb, deadline).await?,
                    None => return Err(self.protocol(verb, "by asking for more")),
                },
                event => self.note(&event),
            }
        }
    }

    /// Sends a command's first part. Until [`Wire::settle`], the connection is in doubt.
    pub async fn begin(&mut self, command: &Command, deadline: Deadline) -> Result<String, Error> {
        if !self.sound {
            return Err(self.lost(command.verb, ""));
        }
        self.sound = false;
        self.tags += 1;
        let tag = format!("L{}", self.tags);
        self.client.get_mut().expect(command.literals);
        let first = command.parts.first().map(Vec::as_slice).unwrap_or_default();
        let line = Zeroizing::new([tag.as_bytes(), b" ", first].concat());
        self.send(&line, command.verb, deadline).await.map(|()| tag)
    }

    /// The tagged reply was read: the stream is in step again.
    pub fn settle(&mut self) {
        fault::point("imap.answered");
        self.sound = true;
    }

    pub async fn send(&mut self, bytes: &[u8], verb: &'static str, deadline: Deadline) -> Result<(), Error> {
        let patience = deadline.left().min(self.timeouts.progress);
        let stream = self.client.get_mut();
        fault::point("imap.send");
        let sending = async {
            stream.write_all(bytes).await?;
            stream.flush().await
        };
        let sent = timeout(patience, sending).await;
        fault::point("imap.sent");
        match sent {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) => Err(self.lost(verb, "")),
            Err(_) => Err(Error::Timeout { server: self.server.clone(), during: verb }),
        }
    }

    /// The next response. The end of the stream, BYE, and silence are errors.
    pub async fn receive(
        &mut self,
        verb: &'static str,
        deadline: Deadline,
        take: Take<'_>,
    ) -> Result<Heard, Error> {
        // A server that never pauses would otherwise never meet a time limit.
        while !deadline.left().is_zero() {
            let before = self.client.get_ref().received();
            let patience = deadline.left().min(self.timeouts.progress);
            // A dropped read loses nothing: what it got so far stays in the stream's buffer.
            match timeout(patience, self.receive_calmly(verb, take)).await {
                Ok(heard) => return heard,
                Err(_) if self.is_progress(before, patience) => {}
                Err(_) => break,
            }
        }
        Err(Error::Timeout { server: self.server.clone(), during: verb })
    }

    /// The next response, however long it takes: while idling, silence is what one hopes for.
    pub async fn receive_calmly(&mut self, verb: &'static str, take: Take<'_>) -> Result<Heard, Error> {
        match self.client.read_response().await {
            Ok(Some(response)) => match Heard::new(response.parsed(), take) {
                Heard::Bye(farewell) => Err(self.lost(verb, &farewell)),
                heard => Ok(heard),
            },
            Ok(None) => Err(self.lost(verb, "")),
            Err(error) => Err(self.explain(&error, verb)),
        }
    }

    /// Remembers what an unasked response says about the folder, so that no wait overlooks it.
    pub fn note(&mut self, event: &Heard) {
        match event {
            Heard::Exists(count) => {
                self.news |= *count != self.exists;
                self.exists = *count;
            }
            Heard::Change => self.news = true,
            Heard::Gone(count) => {
                self.news = true;
                // Else as many new ones would look like none.
                self.exists = self.exists.saturating_sub(*count);
            }
            Heard::Elsewhere(name) => self.elsewhere.hear(name),
            _ => {}
        }
    }

    /// Whether there is a reason not to wait.
    pub fn has_heard(&self) -> bool {
        self.news || !self.elsewhere.is_empty()
    }

    pub fn deadline(&self) -> Deadline {
        Deadline::within(self.timeouts.command)
    }

    /// A nearer deadline, for the end of an IDLE and of the session.
    pub fn short_deadline(&self) -> Deadline {
        Deadline::within(self.timeouts.done)
    }

    /// The bare stream, for STARTTLS; `None` where the server has sent more than it should have.
    pub fn into_stream(self) -> Option<Box<dyn Transport>> {
        let guard = self.client.into_inner();
        (!guard.holds_more()).then(|| guard.into_inner())
    }

    pub fn refused(&self, command: &'static str, closing: Closing) -> Error {
        Error::Refused { server: self.server.clone(), command, code: closing.code, text: closing.text }
    }

    pub fn lost(&self, during: &'static str, farewell: &str) -> Error {
        Error::Lost { server: self.server.clone(), during, farewell: quotable(farewell) }
    }

    pub fn protocol(&self, during: &'static str, what: &'static str) -> Error {
        Error::Protocol { server: self.server.clone(), during, what }
    }

    pub fn unsupported(&self, what: &'static str) -> Error {
        Error::Unsupported { server: self.server.clone(), what }
    }

    fn is_progress(&self, received_before: u64, within: Duration) -> bool {
        self.client.get_ref().received() - received_before >= within.as_secs().max(1) * BYTES_PER_SECOND
    }

    /// async-imap's own error texts hold its buffer, which is mail: they are never shown.
    fn explain(&self, error: &io::Error, during: &'static str) -> Error {
        let server = self.server.clone();
        match error.get_ref().and_then(|inner| inner.downcast_ref::<Breach>()) {
            Some(breach) => Error::Limit { server, breach: *breach, during },
            None if error.kind() == io::ErrorKind::Other => Error::Malformed { server, during },
            None => self.lost(during, ""),
        }
    }
}

impl Heard {
    fn new(response: &Response<'_>, take: Take<'_>) -> Self {
        match response {
            Response::Done { tag, status, outcome } => {
                take(response);
                Self::Closing(tag.0.clone(), Closing::new(status, outcome))
            }
            Response::Continue(_) => {
                // Only a SASL challenge says anything here that anybody wants to know.
                take(response);
                Self::Continue
            }
            Response::Data { status: Status::Bye, outcome } => {
                Self::Bye(outcome.information.as_deref().unwrap_or_default().to_owned())
            }
            untagged if take(untagged) == Taken::Mine => Self::Other,
            Response::MailboxData(MailboxDatum::Exists(count)) => Self::Exists(*count),
            Response::MailboxData(MailboxDatum::Status { mailbox, .. }) => {
                Self::Elsewhere(mailbox.clone().into_owned())
            }
            Response::Expunge(_) => Self::Gone(1),
            Response::Vanished { uids, .. } => {
                Self::Gone(uids.iter().map(uids::length).fold(0, u32::saturating_add))
            }
            Response::Fetch(..) => Self::Change,
            _ => Self::Other,
        }
    }
}

impl Deadline {
    pub fn within(limit: Duration) -> Self {
        Self(Instant::now() + limit)
    }

    pub fn left(self) -> Duration {
        self.0.saturating_duration_since(Instant::now())
    }
}
