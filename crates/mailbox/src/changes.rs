//! What changed since the last look (RFC 7162): flags by CONDSTORE, and with QRESYNC also what is gone.

use std::ops::RangeInclusive;

use async_imap::imap_proto::{Capability, Response};
use domain::{ModSeq, Uid};

use crate::command::Command;
use crate::error::Error;
use crate::fetch::Found;
use crate::wire::Taken;
use crate::{Connection, FlagState};

/// What changed in the open folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changes {
    /// Messages that are new or whose flags changed, ascending. `None` where there are too many: then only
    /// a full pass can tell, part by part.
    pub changed: Option<Vec<FlagState>>,
    /// UIDs that are gone, some of them perhaps long since or never used. `None` where the server does not
    /// tell: without QRESYNC, or because there are too many gaps; then only a full pass can.
    pub vanished: Option<Vec<RangeInclusive<u32>>>,
}

/// More gaps than this are not kept; a full pass over the folder is cheaper to hold.
const MOST_GAPS: usize = 65_536;

impl Connection {
    /// Switches QRESYNC on for the rest of the session. `false` where the server does not have it.
    ///
    /// # Errors
    /// [`Error`]; a refusal is `false` as well.
    #[tracing::instrument(name = "imap.enable_qresync", skip_all)]
    pub async fn enable_qresync(&mut self) -> Result<bool, Error> {
        if !self.server().offers("QRESYNC") {
            return Ok(false);
        }
        let mut enabled = false;
        let mut take = |response: &Response<'_>| match response {
            Response::Capabilities(listed) => {
                enabled |= listed.iter().any(is_qresync);
                Taken::Mine
            }
            _ => Taken::Stray,
        };
        match self.wire.run(Command::new("ENABLE", "ENABLE QRESYNC"), &mut take).await {
            Ok(_) => {}
            Err(Error::Refused { .. }) => enabled = false,
            Err(error) => return Err(error),
        }
        self.qresync = enabled;
        Ok(enabled)
    }

    /// What changed after `since` among the messages up to `last`.
    ///
    /// # Errors
    /// [`Error::Unsupported`] where the folder keeps no modification sequences.
    #[tracing::instrument(name = "imap.changes", skip_all, fields(%since, %last))]
    pub async fn changes(&mut self, since: ModSeq, last: Uid) -> Result<Changes, Error> {
        if !self.modseq() {
            return Err(self.wire.unsupported("CONDSTORE"));
        }
        let mut gaps = self.qresync.then(Vec::new);
        if last.0 == 0 {
            return Ok(Changes { changed: Some(Vec::new()), vanished: gaps });
        }
        let vanished = if self.qresync { " VANISHED" } else { "" };
        let text = format!("UID FETCH 1:{last} (UID FLAGS MODSEQ) (CHANGEDSINCE {since}{vanished})");
        let mut found = Found::default();
        let mut take = |response: &Response<'_>| match response {
            Response::Vanished { earlier: true, uids } => {
                for range in uids {
                    keep(&mut gaps, range, last);
                }
                Taken::Mine
            }
            other => found.take(other, &|uid| uid <= last, true),
        };
        self.wire.run(Command::new("UID FETCH", &text), &mut take).await?;
        // Some servers list messages that did not change.
        let is_newer = |state: &FlagState| state.modseq.is_none_or(|one| one > since);
        let changed = (!found.is_cut()).then(|| found.flag_states().filter(is_newer).collect());
        Ok(Changes { changed, vanished: gaps })
    }
}

fn is_qresync(capability: &Capability<'_>) -> bool {
    matches!(capability, Capability::Atom(name) if name.eq_ignore_ascii_case("QRESYNC"))
}

/// Keeps a gap, joined to the one before where they touch; too many are as good as none told.
fn keep(gaps: &mut Option<Vec<RangeInclusive<u32>>>, range: &RangeInclusive<u32>, last: Uid) {
    let (start, end) = ((*range.start()).max(1), (*range.end()).min(last.0));
    let Some(kept) = gaps.as_mut().filter(|_| start <= end) else { return };
    let is_full = kept.len() >= MOST_GAPS;
    match kept.last_mut() {
        Some(before) if *before.start() <= start && start <= before.end().saturating_add(1) => {
            *before = *before.start()..=end.max(*before.end());
        }
        _ if is_full => *gaps = None,
        _ => kept.push(start..=end),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(told: &[RangeInclusive<u32>], expected: &[RangeInclusive<u32>]) {
        let mut gaps = Some(Vec::new());
        for range in told {
            keep(&mut gaps, range, Uid(100));
        }
        assert_eq!(gaps.as_deref(), Some(expected));
    }

    #[test]
    fn gaps_are_joined_and_kept_within_what_was_asked() {
        check(&[1..=2, 3..=4, 4..=9, 12..=12], &[1..=9, 12..=12]);
        check(&[90..=u32::MAX, 200..=300, 0..=0], &[90..=100]);
        check(&[7..=9, 1..=2], &[7..=9, 1..=2]);
    }

    #[test]
    fn too_many_gaps_are_as_good_as_none_told() {
        let mut gaps = Some(Vec::new());
        (1..=u32::try_from(MOST_GAPS).unwrap())
            .for_each(|n| keep(&mut gaps, &(n * 2..=n * 2), Uid(u32::MAX)));
        assert_eq!(gaps.as_ref().map(Vec::len), Some(MOST_GAPS));
        keep(&mut gaps, &(u32::MAX..=u32::MAX), Uid(u32::MAX));
        assert_eq!(gaps, None);
    }
}
