//! Reading: what is there, which flags it has, and the mails themselves. Never sets `\Seen`.
//!
//! Never BODYSTRUCTURE or ENVELOPE: their parser recurses as deep as a *sender* nests his parts.

use std::collections::BTreeMap;

use async_imap::imap_proto::{AttributeValue, Response};
use domain::{ModSeq, Uid};
use jiff::Timestamp;

use crate::command::Command;
use crate::error::Error;
use crate::uids::sets;
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

/// How many octets of mail are fetched at most, so that a server cannot fill the memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget {
    /// Of each mail, from its begin; the rest of a larger one is left on the server.
    pub each: u32,
    /// Of all mails of a call together. A server that sends more lied about their sizes: [`Error::Limit`].
    pub total: u64,
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
    /// Of more than [`MOST_MESSAGES`] these are the lowest, and the rest is to be asked for anew.
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
        found.messages.into_iter().map(|(uid, items)| items.summary(uid).ok_or_else(incomplete)).collect()
    }

    /// The same for these messages, ascending; those that are gone are absent.
    ///
    /// # Errors
    /// As [`Connection::summaries`].
    #[tracing::instrument(name = "imap.summaries_of", skip_all, fields(count = uids.len()))]
    pub async fn summaries_of(&mut self, uids: &[Uid]) -> Result<Vec<Summary>, Error> {
        let items = if self.modseq() { "UID FLAGS MODSEQ" } else { "UID FLAGS" };
        let items = format!("({items} RFC822.SIZE INTERNALDATE)");
        let found = self.fetch_sets(uids, &items, Budget { each: 0, total: 0 }).await?;
        let incomplete = || self.wire.protocol("UID FETCH", "without FLAGS or RFC822.SIZE");
        found.messages.into_iter().map(|(uid, items)| items.summary(uid).ok_or_else(incomplete)).collect()
    }

    /// The flags of these messages, ascending; those that are gone are absent.
    ///
    /// # Errors
    /// [`Error`].
    #[tracing::instrument(name = "imap.flags", skip_all, fields(count = uids.len()))]
    pub async fn flags(&mut self, uids: &[Uid]) -> Result<Vec<FlagState>, Error> {
        let items = if self.modseq() { "UID FLAGS MODSEQ" } else { "UID FLAGS" };
        let found = self.fetch_sets(uids, &format!("({items})"), Budget { each: 0, total: 0 }).await?;
        Ok(found.flag_states().collect())
    }

    /// The begins of these mails, ascending, read without marking them as read; those that are gone are absent.
    ///
    /// Asked for as `BODY[]<0.each>` always: a server whose RFC822.SIZE is a guess then cuts the mail
    /// where it would otherwise pass the budget.
    ///
    /// # Errors
    /// [`Error`]; among them [`Error::Limit`] where a server sends more than the budget.
    #[tracing::instrument(name = "imap.bodies", skip_all, fields(count = uids.len()))]
    pub async fn bodies(&mut self, uids: &[Uid], budget: Budget) -> Result<Vec<RawMessage>, Error> {
        let items = format!("(UID RFC822.SIZE BODY.PEEK[]<0.{}>)", budget.each);
        let hollow = |items: &Items| items.is_empty() && items.size.is_some_and(|size| size > 0);
        let found = self.fetch_begins(uids, &items, budget, hollow).await?;
        Ok(found.messages(budget.each).collect())
    }

    /// The `Message-ID` header fields of these messages, raw, possibly empty, at most 8 KiB, for fingerprints.
    ///
    /// # Errors
    /// [`Error`].
    #[tracing::instrument(name = "imap.headers", skip_all, fields(count = uids.len()))]
    pub async fn headers(&mut self, uids: &[Uid]) -> Result<Vec<RawMessage>, Error> {
        self.header_fields(uids, "MESSAGE-ID", LONGEST_HEADER).await
    }

    /// The `From` and `Subject` header fields of these messages, raw, possibly empty, at most 32 KiB, to be shown.
    ///
    /// # Errors
    /// [`Error`].
    #[tracing::instrument(name = "imap.letterheads", skip_all, fields(count = uids.len()))]
    pub async fn letterheads(&mut self, uids: &[Uid]) -> Result<Vec<RawMessage>, Error> {
        self.header_fields(uids, "FROM SUBJECT", LONGEST_LETTERHEAD).await
    }

    async fn header_fields(
        &mut self,
        uids: &[Uid],
        fields: &str,
        each: u32,
    ) -> Result<Vec<RawMessage>, Error> {
        let items = format!("(UID BODY.PEEK[HEADER.FIELDS ({fields})]<0.{each}>)");
        let total = u64::from(each) * uids.len() as u64;
        // Even without the field there would be an empty line.
        let budget = Budget { each, total };
        let found = self.fetch_begins(uids, &items, budget, Items::is_empty).await?;
        Ok(found.messages(u32::MAX).collect())
    }

    /// Hoodiecrow sends the begin of the first of several messages and nothing of the others: what came hollow
    /// is asked for once more, one by one.
    async fn fetch_begins(
        &mut self,
        uids: &[Uid],
        items: &str,
        budget: Budget,
        is_hollow: impl Fn(&Items) -> bool,
    ) -> Result<Found, Error> {
        let mut found = self.fetch_sets(uids, items, budget).await?;
        if uids.len() > 1 {
            for uid in found.those(is_hollow) {
                let alone = Budget { total: u64::from(budget.each), ..budget };
                found.extend(self.fetch_sets(&[uid], items, alone).await?);
            }
        }
        Ok(found)
    }

    async fn fetch_sets(&mut self, uids: &[Uid], items: &str, budget: Budget) -> Result<Found, Error> {
        let mut found = Found::default();
        for set in sets(uids) {
            let left = budget.total.saturating_sub(found.octets());
            let text = format!("UID FETCH {} {items}", set.text);
            let command = Command::new("UID FETCH", &text).with_literals(budget.each, left);
            found.extend(self.fetch(command, &|uid| set.contains(uid)).await?);
        }
        Ok(found)
    }

    /// Keeps what was asked for; a server may report other messages too, and `a:*` always finds one.
    async fn fetch(
        &mut self,
        command: Command,
        asked: &(dyn Fn(Uid) -> bool + Send + Sync),
    ) -> Result<Found, Error> {
        let flags_asked = command.mentions("FLAGS");
        let mut found = Found::default();
        self.wire.run(command, &mut |response| found.take(response, asked, flags_asked)).await?;
        Ok(found)
    }
}

/// No reply is kept of more messages than this, lest it fills the memory: some 20 MiB with a few flags each.
pub const MOST_MESSAGES: usize = 65_536;

/// A longer header field is cut: RFC 5322 (2.1.1) allows lines of 998 octets.
pub const LONGEST_HEADER: u32 = 8 * 1024;

/// Longer sender and subject together are cut: nobody reads so much in a list.
const LONGEST_LETTERHEAD: u32 = 32 * 1024;

pub(crate) fn uid_of(attributes: &[AttributeValue<'_>]) -> Option<Uid> {
    attributes.iter().find_map(|attribute| match attribute {
        AttributeValue::Uid(uid) if *uid > 0 => Some(Uid(*uid)),
        _ => None,
    })
}

/// What replies told, by message: the lowest UIDs, where there are too many.
#[derive(Default)]
pub(crate) struct Found {
    messages: BTreeMap<Uid, Items>,
    cut: bool,
}

impl Found {
    /// Flags that nobody asked for are a change by somebody else, even of a message that was asked for.
    pub fn take(&mut self, response: &Response<'_>, asked: &dyn Fn(Uid) -> bool, flags_asked: bool) -> Taken {
        let Response::Fetch(_, attributes) = response else { return Taken::Stray };
        let Some(uid) = uid_of(attributes).filter(|uid| asked(*uid)) else { return Taken::Stray };
        let items = self.messages.entry(uid).or_default();
        for attribute in attributes {
            items.take(attribute);
        }
        if self.messages.len() > MOST_MESSAGES {
            self.messages.pop_last();
            self.cut = true;
        }
        let has_flags = attributes.iter().any(|attribute| matches!(attribute, AttributeValue::Flags(_)));
        if has_flags && !flags_asked { Taken::Stray } else { Taken::Mine }
    }

    fn extend(&mut self, mut other: Self) {
        self.messages.append(&mut other.messages);
    }

    /// Whether there were more than are kept.
    pub fn is_cut(&self) -> bool {
        self.cut
    }

    fn those(&self, are: impl Fn(&Items) -> bool) -> Vec<Uid> {
        self.messages.iter().filter(|(_, items)| are(items)).map(|(uid, _)| *uid).collect()
    }

    fn octets(&self) -> u64 {
        self.messages.values().filter_map(|items| items.body.as_ref()).map(|body| body.len() as u64).sum()
    }

    pub fn flag_states(self) -> impl Iterator<Item = FlagState> {
        self.messages.into_iter().filter_map(|(uid, items)| items.flag_state(uid))
    }

    fn messages(self, most: u32) -> impl Iterator<Item = RawMessage> {
        self.messages.into_iter().filter_map(move |(uid, items)| items.message(uid, most))
    }
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

    /// Whether it came, and there was nothing in it.
    fn is_empty(&self) -> bool {
        self.body.as_ref().is_some_and(Vec::is_empty)
    }

    fn summary(self, uid: Uid) -> Option<Summary> {
        let Self { modseq, arrived, .. } = self;
        Some(Summary { uid, flags: self.flags?, modseq, size: self.size?, arrived })
    }

    fn flag_state(self, uid: Uid) -> Option<FlagState> {
        Some(FlagState { uid, flags: self.flags?, modseq: self.modseq })
    }

    fn message(self, uid: Uid, most: u32) -> Option<RawMessage> {
        let mut bytes = self.body?;
        bytes.truncate(most as usize);
        let partial = bytes.len() == most as usize && self.size != Some(most);
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
    fn of_too_many_messages_the_lowest_are_kept() {
        let mut found = Found::default();
        let most = u32::try_from(MOST_MESSAGES).unwrap();
        for uid in (1..=most + 9).rev() {
            let response =
                Response::Fetch(uid, vec![AttributeValue::Uid(uid), AttributeValue::Flags(vec![])]);
            assert!(found.take(&response, &|_| true, true) == Taken::Mine);
        }
        assert!(found.is_cut());
        let uids: Vec<u32> = found.flag_states().map(|state| state.uid.0).collect();
        assert_eq!(uids, (1..=most).collect::<Vec<_>>());
    }

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
