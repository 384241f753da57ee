//! A signed-in connection to one mailbox.

use std::collections::BTreeSet;
use std::fmt;

use crate::command::Command;
use crate::error::Error;
use crate::wire::{Taken, Wire};

/// A signed-in connection. One command at a time; after an error other than a refusal, and after a
/// dropped future, every further call fails with [`Error::Lost`].
pub struct Connection {
    pub(crate) wire: Wire,
    pub(crate) folder: Option<OpenFolder>,
    /// Whether the server refused an IDLE that it offers.
    pub(crate) idle_refused: bool,
    /// Whether QRESYNC is on, and so tells what vanished.
    pub(crate) qresync: bool,
    server: Server,
}

/// What the server says about itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Server {
    /// The text of its greeting; empty after STARTTLS.
    pub greeting: String,
    /// Its name where it tells one (RFC 2971).
    pub name: Option<String>,
    /// Its capabilities after signing in, in upper case (RFC 3501, 6.1.1).
    pub capabilities: BTreeSet<String>,
}

/// What later commands must know of the selected folder.
#[derive(Clone, Copy, Debug)]
pub(crate) struct OpenFolder {
    pub read_only: bool,
    /// Whether the folder keeps modification sequences; asking a folder without for them is BAD.
    pub modseq: bool,
}

impl Server {
    /// Whether a capability is offered.
    pub fn offers(&self, capability: &str) -> bool {
        self.capabilities.contains(&capability.to_ascii_uppercase())
    }

    /// Whether it knows modification sequences (RFC 7162: QRESYNC implies CONDSTORE).
    pub(crate) fn keeps_modseqs(&self) -> bool {
        self.offers("CONDSTORE") || self.offers("QRESYNC")
    }
}

impl Connection {
    pub(crate) fn new(wire: Wire, server: Server) -> Self {
        Self { wire, folder: None, idle_refused: false, qresync: false, server }
    }

    /// What the server says about itself.
    pub fn server(&self) -> &Server {
        &self.server
    }

    /// Whether another command can be run; after a loss, a broken reply or a dropped future it cannot.
    pub fn is_sound(&self) -> bool {
        self.wire.sound
    }

    /// Whether anything was heard of the open folder that no wait has told yet; it counts as told then.
    /// Ask before another folder is opened: that forgets it.
    pub fn take_news(&mut self) -> bool {
        std::mem::take(&mut self.wire.news)
    }

    /// Signs out. Whether that succeeds does not matter to anybody any more.
    pub async fn logout(mut self) {
        let limit = self.wire.short_deadline().left();
        // The BYE that a server owes us here counts as a loss, and is one.
        let _ = tokio::time::timeout(limit, async {
            self.wire.exchange(Command::new("LOGOUT", "LOGOUT"), &mut |_| Taken::Mine).await
        })
        .await;
    }

    pub(crate) fn modseq(&self) -> bool {
        self.folder.is_some_and(|folder| folder.modseq)
    }

    pub(crate) fn must_be_writable(&self) -> Result<(), Error> {
        match self.folder {
            Some(OpenFolder { read_only: false, .. }) => Ok(()),
            _ => Err(Error::ReadOnly { server: self.wire.server.clone() }),
        }
    }
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection").field("server", &self.wire.server).finish_non_exhaustive()
    }
}
