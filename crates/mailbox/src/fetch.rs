//! Reading: what is there, which flags it has, and the mails themselves. Never sets `\Seen`.
//!
//! Never BODYSTRUCTURE or ENVELOPE: their parser recurses as deep as a *sender* nests his parts.

use std::collections::BTreeMap;

use async_imap::imap_proto::{AttributeValue, Response};
use domain::{ModSeq, Uid};
use jiff::Timestamp;

use crate::command::Command;
use crate::error::Error;
use crate::uids::{UidSet, sets};
use crate::wire::Taken;
use crate::{Connection, Flags};

/// A message without its content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    /// Its UID.
    pub uid: Uid,
    /// Its flags and keywords.
    pub flags: Flags,
    /// Where the folder keeps modification sequences.
    pub modseq: Option<ModSeq>,
    /// Its size in octets, as the server counts (RFC822.SIZE).
    pub size: u32,
    /// When the server got it (INTERNALDATE); `None` where the server does not know.
    pub arrived: Option<Timestamp>,
}

/// A message's flags at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FlagState {
    /// Its UID.
    pub uid: Uid,
    /// Its flags and keywords.
    pub flags: Flags,
    /// Where the folder keeps modification sequences.
    pub modseq: Option<ModSeq>,
}

/// How much of a mail is fetched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// All of it, up to the guard's cap of 64 MiB.
    Whole,
    /// So many octets from its begin.
    First(u32),
}

/// A mail as it came over the wire.
#[derive(Clone, PartialEq, Eq)]
pub struct RawMessage {
    /// Its UID.
    pub uid: Uid,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Whether there is more of it than was fetched.
    pub partial: bool,
}

impl std::fmt::Debug for RawMessage {
    /// Never the content.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "RawMessage(uid {}, {} bytes, partial: {})", self.uid, self.bytes.len(), self.partial)
    }
}

impl Connection {
    /// The messages with UIDs from `first` to `last`, ascending. Page it: some hundreds of UIDs a call.
    ///
    /// # Errors
    /// [`Error`]; among them [`Error::Protocol`] where a message comes without its size.
    #[tracing::instrument(name = "imap.summaries", skip_all, fields(%first, %last))]
    pub async fn summaries(&mut self, first: Uid, last: Uid) -> Result<Vec<Summary>, Error> {
        if first > last || last.0 == 0 {
            return Ok(Vec::new());
        }
        let items = if self.modseq() { "UID FLAGS MODSEQ" } else { "UID FLAGS" };
        let text = format!("UID FETCH {}:{last} ({items} RFC822.SIZE INTERNALDATE)", first.0.max(1));
        let asked = |uid: Uid| (first..=last).contains(&uid);
        let found = self.fetch(Command::new("UID FETCH", &text), &asked).await?;
        let incomplete = || self.wire.protocol("UID FETCH", "without FLAGS or RFC822.SIZE");
        found.into_iter().map(|(uid, items)| items.summary(uid).ok_or_else(incomplete)).collect()
    }

    /// The flags of these messages, ascending; those that are gone are absent.
    ///
    /// # Errors
    /// [`Error`].
    #[tracing::instrument(name = "imap.flags", skip_all, fields(count = uids.len()))]
    pub async fn flags(&mut self, uids: &[Uid]) -> Result<Vec<FlagState>, Error> {
        let items = if self.modseq() { "UID FLAGS MODSEQ" } else { "UID FLAGS" };
        let found = self.fetch_sets(uids, &format!("({items})"), 0).await?;
        Ok(found.into_iter().filter_map(|(uid, items)| items.flag_state(uid)).collect())
    }

    /// The flags of the messages up to `last` that changed after `modseq` (RFC 7162, 3.1.4).
    ///
    /// # Errors
    /// [`Error::Unsupported`] where the folder keeps no modification sequences.
    #[tracing::instrument(name = "imap.changed_since", skip_all, fields(%modseq, %last))]
    pub async fn changed_since(&mut self, modseq: ModSeq, last: Uid) -> Result<Vec<FlagState>, Error> {
        if !self.modseq() {
            return Err(self.wire.unsupported("CONDSTORE"));
        }
        if last.0 == 0 {
            return Ok(Vec::new());
        }
        let text = format!("UID FETCH 1:{last} (UID FLAGS MODSEQ) (CHANGEDSINCE {modseq})");
        let found = self.fetch(Command::new("UID FETCH", &text), &|uid| uid <= last).await?;
        let states = found.into_iter().filter_map(|(uid, items)| items.flag_state(uid));
        Ok(states.filter(|state| state.modseq.is_none_or(|one| one > modseq)).collect())
    }

    /// The mails themselves, ascending, read without marking them as read; those that are gone are absent.
    ///
    /// # Errors
    /// [`Error`]; among them [`Error::Limit`] for a mail larger than the guard lets through.
    #[tracing::instrument(name = "imap.bodies", skip_all, fields(count = uids.len()))]
    pub async fn bodies(&mut self, uids: &[Uid], part: Part) -> Result<Vec<RawMessage>, Error> {
        let found = match part {
            Part::Whole => self.fetch_sets(uids, "(UID BODY.PEEK[])", u64::MAX).await?,
            Part::First(octets) => {
                let items = format!("(UID RFC822.SIZE BODY.PEEK[]<0.{octets}>)");
                self.fetch_sets(uids, &items, octets.into()).await?
            }
        };
        Ok(found.into_iter().filter_map(|(uid, items)| items.message(uid, part)).collect())
    }

    /// The `Message-ID` header fields of these messages, raw and possibly empty, for fingerprints.
    ///
    /// # Errors
    /// [`Error`].
    #[tracing::instrument(name = "imap.headers", skip_all, fields(count = uids.len()))]
    pub async fn headers(&mut self, uids: &[Uid]) -> Result<Vec<RawMessage>, Error> {
        let items = "(UID BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)])";
        let found = self.fetch_sets(uids, items, LONGEST_HEADER).await?;
        Ok(found.into_iter().filter_map(|(uid, items)| items.message(uid, Part::Whole)).collect())
    }

    async fn fetch_sets(
        &mut self,
        uids: &[Uid],
        items: &str,
        literal: u64,
    ) -> Result<BTreeMap<Uid, Items>, Error> {
        let mut found = BTreeMap::new();
        for set in sets(uids) {
            let UidSet { text, .. } = &set;
            let command =
                Command::new("UID FETCH", &format!("UID FETCH {text} {items}")).with_literal(literal);
            found.append(&mut self.fetch(command, &|uid| set.contains(uid)).await?);
        }
        Ok(found)
    }

    /// Keeps what was asked for; a server may report other messages too, and `a:*` always finds one.
    async fn fetch(
        &mut self,
        command: Command,
        asked: &(dyn Fn(Uid) -> bool + Send + Sync),
    ) -> Result<BTreeMap<Uid, Items>, Error> {
        let mut found: BTreeMap<Uid, Items> = BTreeMap::new();
        let mut take = |response: &Response<'_>| {
            let Response::Fetch(_, attributes) = response else { return Taken::Stray };
            match uid_of(attributes).filter(|uid| asked(*uid)) {
                Some(uid) => {
                    let items = found.entry(uid).or_default();
                    for attribute in attributes {
                        items.take(attribute);
                    }
                    Taken::Mine
                }
                None => Taken::Stray,
            }
        };
        self.wire.run(command, &mut take).await?;
        Ok(found)
    }
}

/// A header field may be folded over many lines, but not without end.
const LONGEST_HEADER: u64 = 256 * 1024;

pub(crate) fn uid_of(attributes: &[AttributeValue<'_>]) -> Option<Uid> {
    attributes.iter().find_map(|attribute| match attribute {
        AttributeValue::Uid(uid) if *uid > 0 => Some(Uid(*uid)),
        _ => None,
    })
}

/// What replies told about one message; a later reply completes or corrects an earlier one.
#[derive(Default)]
struct Items {
    flags: Option<Flags>,
    modseq: Option<ModSeq>,
    size: Option<u32>,
    arrived: Option<Timestamp>,
    body: Option<Vec<u8>>,
}

impl Items {
    fn take(&mut self, attribute: &AttributeValue<'_>) {
        match attribute {
            AttributeValue::Flags(flags) => self.flags = Some(flags.iter().map(AsRef::as_ref).collect()),
            AttributeValue::ModSeq(value) => self.modseq = Some(ModSeq(*value)).filter(|modseq| modseq.0 > 0),
            AttributeValue::Rfc822Size(octets) => self.size = Some(*octets),
            AttributeValue::InternalDate(date) => self.arrived = internal_date(date),
            AttributeValue::BodySection { data: Some(bytes), .. } => self.body = Some(bytes.to_vec()),
            _ => {}
        }
    }

    fn summary(self, uid: Uid) -> Option<Summary> {
        let Self { modseq, arrived, .. } = self;
        Some(Summary { uid, flags: self.flags?, modseq, size: self.size?, arrived })
    }

    fn flag_state(self, uid: Uid) -> Option<FlagState> {
        Some(FlagState { uid, flags: self.flags?, modseq: self.modseq })
    }

    fn message(self, uid: Uid, part: Part) -> Option<RawMessage> {
        let mut bytes = self.body?;
        let partial = match part {
            Part::Whole => false,
            Part::First(octets) => {
                bytes.truncate(octets as usize);
                bytes.len() == octets as usize && self.size != Some(octets)
            }
        };
        Some(RawMessage { uid, bytes, partial })
    }
}

/// `" 1-Jul-1996 02:44:25 -0700"` (RFC 3501, 9, date-time).
fn internal_date(text: &str) -> Option<Timestamp> {
    Timestamp::strptime("%d-%b-%Y %H:%M:%S %z", text.trim()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn internal_dates_are_read() {
        let read = |text| internal_date(text).map(|at| at.to_string());
        assert_eq!(read("17-Jul-1996 02:44:25 -0700").as_deref(), Some("1996-07-17T09:44:25Z"));
        assert_eq!(read(" 1-Jan-2026 00:00:00 +0100").as_deref(), Some("2025-12-31T23:00:00Z"));
        for bad in ["", "NIL", "32-Jul-1996 02:44:25 -0700", "17-Jul-1996"] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }
}
