//! Folders by name: making them, and asking how they stand without opening them.

use async_imap::imap_proto::{MailboxDatum, Response, Status, StatusAttribute};
use domain::{ModSeq, Uid, UidValidity};

use crate::closing::Closing;
use crate::command::Command;
use crate::error::Error;
use crate::wire::Taken;
use crate::{Connection, names};

/// A folder as it stands, without opening it (RFC 3501, 6.3.10).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FolderStatus {
    /// How many messages it has.
    pub messages: u32,
    /// A bound: every message in the folder has a lower UID. `None` where the server does not say.
    pub uid_next: Option<Uid>,
    /// The generation of its UIDs. `None` where the server does not say.
    pub uid_validity: Option<UidValidity>,
    /// `None` where the folder keeps none, or the server claims 0.
    pub highest_modseq: Option<ModSeq>,
}

impl Connection {
    /// What separates the levels of a folder's name; `None` where names have no levels.
    ///
    /// # Errors
    /// [`Error`]; among them [`Error::Protocol`] where the server does not say.
    #[tracing::instrument(name = "imap.delimiter", skip_all)]
    pub async fn delimiter(&mut self) -> Result<Option<char>, Error> {
        let mut told = None;
        let mut take = |response: &Response<'_>| match response {
            Response::MailboxData(MailboxDatum::List(listed)) => {
                // The last, because it may be escaped.
                told = Some(listed.delimiter.as_deref().and_then(|text| text.chars().last()));
                Taken::Mine
            }
            _ => Taken::Stray,
        };
        self.wire.run(Command::new("LIST", "LIST \"\" \"\""), &mut take).await?;
        told.ok_or_else(|| self.wire.protocol("LIST", "without a delimiter"))
    }

    /// Makes a folder and subscribes to it, so that mail programs show it. One that is there already is fine.
    ///
    /// # Errors
    /// [`Error::Refused`] above all.
    #[tracing::instrument(name = "imap.create", skip_all)]
    pub async fn create(&mut self, folder: &str) -> Result<(), Error> {
        let closing = self.wire.exchange(Command::about("CREATE", folder, ""), &mut |_| Taken::Stray).await?;
        if closing.status != Status::Ok && !closing.finds_folder() {
            return Err(self.wire.refused("CREATE", closing));
        }
        self.wire.run(Command::about("SUBSCRIBE", folder, ""), &mut |_| Taken::Stray).await?;
        Ok(())
    }

    /// How a folder stands. Not meant for the one that is open, which reports itself.
    ///
    /// # Errors
    /// [`Error::FolderMissing`]; [`Error::Protocol`] where the server does not count its messages.
    #[tracing::instrument(name = "imap.status", skip_all)]
    pub async fn status(&mut self, folder: &str) -> Result<FolderStatus, Error> {
        let modseq = if self.server().keeps_modseqs() { " HIGHESTMODSEQ" } else { "" };
        let items = format!(" (MESSAGES UIDNEXT UIDVALIDITY{modseq})");
        let mut counts = Counts::default();
        let mut take = |response: &Response<'_>| match response {
            Response::MailboxData(MailboxDatum::Status { mailbox, status })
                if names::means(mailbox, folder) =>
            {
                for attribute in status {
                    counts.take(attribute);
                }
                Taken::Mine
            }
            _ => Taken::Stray,
        };
        let closing = self.wire.exchange(Command::about("STATUS", folder, &items), &mut take).await?;
        if closing.status != Status::Ok {
            return Err(self.not_opened("STATUS", folder, closing));
        }
        let messages = counts.messages.ok_or_else(|| self.wire.protocol("STATUS", "without MESSAGES"))?;
        Ok(FolderStatus { messages, ..counts.rest })
    }

    /// A folder that we may not read is as good as missing.
    pub(crate) fn not_opened(&self, command: &'static str, folder: &str, closing: Closing) -> Error {
        if closing.misses_folder() || (closing.status == Status::No && closing.code == "NOPERM") {
            return self.missing(folder);
        }
        self.wire.refused(command, closing)
    }

    pub(crate) fn missing(&self, folder: &str) -> Error {
        Error::FolderMissing { server: self.wire.server.clone(), folder: folder.to_owned() }
    }
}

/// What a STATUS told; a server may tell the same folder twice, by halves.
#[derive(Default)]
struct Counts {
    messages: Option<u32>,
    rest: FolderStatus,
}

impl Counts {
    fn take(&mut self, attribute: &StatusAttribute) {
        match *attribute {
            StatusAttribute::Messages(count) => self.messages = Some(count),
            StatusAttribute::UidNext(uid) => self.rest.uid_next = Some(Uid(uid)).filter(|uid| uid.0 > 0),
            StatusAttribute::UidValidity(value) => {
                self.rest.uid_validity = Some(UidValidity(value)).filter(|validity| validity.0 > 0);
            }
            StatusAttribute::HighestModSeq(value) => {
                self.rest.highest_modseq = Some(ModSeq(value)).filter(|modseq| modseq.0 > 0);
            }
            _ => {}
        }
    }
}
