//! Moving, copying and removing messages: always by UID, and never more of them than were named.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use async_imap::imap_proto::rfc4315::UidSetMember;
use async_imap::imap_proto::{Response, ResponseCode, Status};
use domain::{Uid, UidValidity};

use crate::Connection;
use crate::command::Command;
use crate::error::Error;
use crate::names;
use crate::uids::{UidSet, length, sets};
use crate::wire::Taken;

/// Where a message went (RFC 4315, 3, COPYUID).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Copied {
    /// Its UID in the open folder.
    pub from: Uid,
    /// The generation of the UIDs in the other folder.
    pub validity: UidValidity,
    /// Its UID there.
    pub to: Uid,
}

impl Connection {
    /// Moves messages to another folder (RFC 6851). Says where they went, as far as the server tells; those
    /// that were gone already are left out in silence. What leaves the folder counts as news for the next wait.
    ///
    /// # Errors
    /// [`Error::Unsupported`] where there is no MOVE; [`Error::FolderMissing`]. After any other error, some of
    /// the messages may have moved.
    #[tracing::instrument(name = "imap.move_to", skip_all, fields(count = uids.len()))]
    pub async fn move_to(&mut self, uids: &[Uid], folder: &str) -> Result<Vec<Copied>, Error> {
        if !self.server().offers("MOVE") {
            return Err(self.wire.unsupported("MOVE"));
        }
        self.must_be_writable()?;
        self.transfer("UID MOVE", uids, folder).await
    }

    /// Copies messages to another folder. Says where the copies are, as far as the server tells.
    ///
    /// # Errors
    /// [`Error::FolderMissing`]. After any other error, some of the messages may have been copied.
    #[tracing::instrument(name = "imap.copy_to", skip_all, fields(count = uids.len()))]
    pub async fn copy_to(&mut self, uids: &[Uid], folder: &str) -> Result<Vec<Copied>, Error> {
        self.transfer("UID COPY", uids, folder).await
    }

    /// Removes exactly these messages for good (RFC 4315, 2.1), whatever others have marked as deleted.
    ///
    /// # Errors
    /// [`Error::Unsupported`] where there is no UIDPLUS, before anything is sent.
    #[tracing::instrument(name = "imap.expunge", skip_all, fields(count = uids.len()))]
    pub async fn expunge(&mut self, uids: &[Uid]) -> Result<(), Error> {
        if !self.server().offers("UIDPLUS") {
            return Err(self.wire.unsupported("UIDPLUS"));
        }
        self.add_keywords(uids, &["\\Deleted"], None).await?;
        for set in sets(uids) {
            let command = Command::new("UID EXPUNGE", &format!("UID EXPUNGE {}", set.text));
            if let Err(error) = self.wire.run(command, &mut |_| Taken::Stray).await {
                // What may not be removed must not stay marked: the next EXPUNGE of anybody would remove it.
                if self.is_sound() {
                    self.remove_keyword(uids, "\\Deleted", None).await?;
                }
                return Err(error);
            }
        }
        Ok(())
    }

    async fn transfer(
        &mut self,
        verb: &'static str,
        uids: &[Uid],
        folder: &str,
    ) -> Result<Vec<Copied>, Error> {
        let mut copied = Vec::new();
        for set in sets(uids) {
            let mut pairs = BTreeMap::new();
            let mut take = |response: &Response<'_>| match response {
                // RFC 6851 (4.3) has MOVE tell it untagged, RFC 4315 has COPY tell it tagged.
                Response::Data { outcome, .. } | Response::Done { outcome, .. } => {
                    pairs.extend(outcome.code.iter().flat_map(|code| pairs_of(code, &set)));
                    Taken::Mine
                }
                _ => Taken::Stray,
            };
            let command = Command::new(verb, &format!("{verb} {} {}", set.text, names::quoted(folder)));
            let closing = self.wire.exchange(command, &mut take).await?;
            if closing.misses_folder() {
                return Err(self.missing(folder));
            }
            if closing.status != Status::Ok {
                return Err(self.wire.refused(verb, closing));
            }
            copied.extend(pairs.into_iter().map(|(from, (validity, to))| Copied { from, validity, to }));
        }
        Ok(copied)
    }
}

/// Source and copy, pairwise in the order of both sets. Sets that do not fit each other, or name more messages
/// than were asked for, are not believed: `1:4294967295` is short on the wire and long in memory.
fn pairs_of(code: &ResponseCode<'_>, asked: &UidSet) -> Vec<(Uid, (UidValidity, Uid))> {
    let ResponseCode::CopyUid(validity, from, to) = code else { return Vec::new() };
    let (from, to) = (ranges_of(from), ranges_of(to));
    if *validity == 0 || count(&from) != count(&to) || count(&from) > asked.uids.len() as u64 {
        return Vec::new();
    }
    let validity = UidValidity(*validity);
    let pairs = from.into_iter().flatten().map(Uid).zip(to.into_iter().flatten().map(Uid));
    pairs
        .filter(|(from, to)| asked.contains(*from) && to.0 > 0)
        .map(|(from, to)| (from, (validity, to)))
        .collect()
}

fn ranges_of(set: &[UidSetMember]) -> Vec<RangeInclusive<u32>> {
    let range = |member: &UidSetMember| match member {
        UidSetMember::UidRange(range) => range.clone(),
        UidSetMember::Uid(uid) => *uid..=*uid,
    };
    set.iter().map(range).collect()
}

fn count(ranges: &[RangeInclusive<u32>]) -> u64 {
    ranges.iter().map(|range| u64::from(length(range))).sum()
}
