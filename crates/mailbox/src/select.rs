//! Opening a folder: its generation, its bounds, and which keywords it keeps.

use async_imap::imap_proto::{AttributeValue, MailboxDatum, Response, ResponseCode, Status};
use domain::{ModSeq, Uid, UidValidity};

use crate::closing::bracketed;
use crate::command::Command;
use crate::connection::OpenFolder;
use crate::error::Error;
use crate::wire::Taken;
use crate::{Connection, Flags};

/// How a folder is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// `SELECT`: flags can be changed.
    ReadWrite,
    /// `EXAMINE`: nothing can be changed.
    ReadOnly,
}

/// A folder as it was when it was opened (RFC 3501, 6.3.1; RFC 7162, 3.1.2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selected {
    /// The generation of its UIDs.
    pub uid_validity: UidValidity,
    /// A bound: every message in the folder had a lower UID.
    pub uid_next: Uid,
    /// Whether the server told it. Else it follows the highest UID, and falls when that message goes.
    pub uid_next_told: bool,
    /// `None` where the folder keeps none, or the server claims 0.
    pub highest_modseq: Option<ModSeq>,
    /// How many messages it has.
    pub exists: u32,
    /// Whether changes are refused, or worse: accepted and forgotten.
    pub read_only: bool,
    /// Which keywords stick.
    pub keywords: Keywords,
}

/// Which flags and keywords a folder keeps (RFC 3501, 7.1, PERMANENTFLAGS).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Keywords {
    /// Those it has by now.
    pub known: Flags,
    /// Whether any new one can be made (`\*`).
    pub any_new: bool,
}

impl Selected {
    /// Whether a keyword set here is said to stick.
    pub fn keeps(&self, keyword: &str) -> bool {
        !self.read_only && (self.keywords.any_new || self.keywords.known.contains(keyword))
    }
}

impl Connection {
    /// Opens a folder, given by its name in UTF-8.
    ///
    /// # Errors
    /// [`Error::FolderMissing`]; [`Error::Protocol`] where the server does not say what UIDs are worth.
    #[tracing::instrument(name = "imap.select", skip_all)]
    pub async fn select(&mut self, folder: &str, access: Access) -> Result<Selected, Error> {
        self.folder = None;
        let mut reply = Reply::default();
        let command = self.select_command(folder, access);
        let closing = self.wire.exchange(command, &mut |response| reply.take(response)).await?;
        if closing.status != Status::Ok {
            return Err(self.not_opened("SELECT", folder, closing));
        }
        let read_only = access == Access::ReadOnly || closing.code == "READ-ONLY";
        let uid_validity =
            reply.uid_validity.ok_or_else(|| self.wire.protocol("SELECT", "without UIDVALIDITY"))?;
        let exists = reply.exists.ok_or_else(|| self.wire.protocol("SELECT", "without EXISTS"))?;
        let highest_modseq = reply.highest_modseq();
        self.folder = Some(OpenFolder { read_only, modseq: highest_modseq.is_some() });
        (self.wire.news, self.wire.exists) = (false, exists);
        self.wire.elsewhere.forget(folder);
        let uid_next = match reply.uid_next {
            Some(uid) => uid,
            None => self.uid_after_the_last(exists).await?,
        };
        let uid_next_told = reply.uid_next.is_some();
        let keywords = reply.keywords();
        Ok(Selected { uid_validity, uid_next, uid_next_told, highest_modseq, exists, read_only, keywords })
    }

    fn select_command(&self, folder: &str, access: Access) -> Command {
        let verb = if access == Access::ReadWrite { "SELECT" } else { "EXAMINE" };
        let parameter = if self.server().keeps_modseqs() { " (CONDSTORE)" } else { "" };
        Command::about(verb, folder, parameter)
    }

    /// For servers that do not tell UIDNEXT (RFC 3501 allows that).
    async fn uid_after_the_last(&mut self, exists: u32) -> Result<Uid, Error> {
        let mut last = 0;
        let mut take = |response: &Response<'_>| match response {
            Response::Fetch(_, attributes) => {
                let uids = attributes.iter().filter_map(|attribute| match attribute {
                    AttributeValue::Uid(uid) => Some(*uid),
                    _ => None,
                });
                last = uids.fold(last, u32::max);
                Taken::Mine
            }
            _ => Taken::Stray,
        };
        if exists > 0 {
            self.wire.run(Command::new("UID FETCH", "UID FETCH * (UID)"), &mut take).await?;
            if last == 0 {
                return Err(self.wire.protocol("SELECT", "without UIDNEXT"));
            }
        }
        Ok(Uid(last.saturating_add(1)))
    }
}

/// The untagged part of the reply.
#[derive(Default)]
struct Reply {
    exists: Option<u32>,
    uid_validity: Option<UidValidity>,
    uid_next: Option<Uid>,
    modseq: Option<u64>,
    no_modseq: bool,
    flags: Flags,
    permanent: Option<Flags>,
}

impl Reply {
    fn take(&mut self, response: &Response<'_>) -> Taken {
        match response {
            Response::MailboxData(MailboxDatum::Exists(count)) => self.exists = Some(*count),
            Response::MailboxData(MailboxDatum::Flags(flags)) => {
                self.flags = flags.iter().map(AsRef::as_ref).collect();
            }
            Response::Data { status: Status::Ok, outcome } => {
                if let Some(code) = &outcome.code {
                    self.take_code(code);
                }
                let unknown = outcome.information.as_deref().and_then(bracketed);
                self.no_modseq |= unknown.is_some_and(|(name, _)| name == "NOMODSEQ");
            }
            Response::MailboxData(MailboxDatum::Status { .. }) => return Taken::Stray,
            // An alert in the middle, or an event of the folder that is being left.
            _ => {}
        }
        Taken::Mine
    }

    fn take_code(&mut self, code: &ResponseCode<'_>) {
        match code {
            ResponseCode::UidValidity(value) => {
                self.uid_validity = Some(UidValidity(*value)).filter(|validity| validity.0 > 0);
            }
            ResponseCode::UidNext(uid) => self.uid_next = Some(Uid(*uid)).filter(|uid| uid.0 > 0),
            ResponseCode::HighestModSeq(value) => self.modseq = Some(*value),
            ResponseCode::PermanentFlags(flags) => {
                self.permanent = Some(flags.iter().map(AsRef::as_ref).collect());
            }
            _ => {}
        }
    }

    fn highest_modseq(&self) -> Option<ModSeq> {
        self.modseq.filter(|value| *value > 0 && !self.no_modseq).map(ModSeq)
    }

    /// Without PERMANENTFLAGS, the flags of the folder are all permanent (RFC 3501, 7.1).
    fn keywords(self) -> Keywords {
        let known = self.permanent.unwrap_or(self.flags);
        Keywords { any_new: known.contains("\\*"), known }
    }
}
