//! Letters on their way to the desk: listed in windows, fetched in batches, judged off the network's threads.

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::Uid;
use jiff::Timestamp;
use mailbox::{Connection, Error, Part, RawMessage, Summary};

use crate::batch::Case;
use crate::desk::Desk;

/// Messages in a batch.
pub(crate) const BATCH: usize = 500;
/// Octets of mail in memory at once for a folder.
const BATCH_OCTETS: u64 = 32 * 1024 * 1024;
/// Larger mails are read only in part: their text comes first.
const WHOLE_UP_TO: u32 = 2 * 1024 * 1024;
const FIRST_OCTETS: u32 = 256 * 1024;
/// UIDs asked for at once; more where a folder is sparse.
const WINDOW: u32 = 2_000;

/// Judging broke although every mail is judged in isolation.
#[derive(Debug, thiserror::Error)]
#[error("judging stopped unexpectedly and is tried again; if this comes back, please report it")]
pub struct Broken;

/// The messages of a folder from one UID up to, not including, another; window by window.
pub(crate) struct Listing {
    from: u32,
    end: u32,
    window: u32,
}

impl Listing {
    pub fn new(first: Uid, end: Uid) -> Self {
        Self { from: first.0, end: end.0, window: WINDOW }
    }

    /// The next window's messages, in order; `None` at the end.
    pub async fn next(&mut self, connection: &mut Connection) -> Result<Option<Vec<Summary>>, Error> {
        if self.from >= self.end {
            return Ok(None);
        }
        let last = self.from.saturating_add(self.window - 1).min(self.end - 1);
        let listed = connection.summaries(Uid(self.from), Uid(last)).await?;
        // A folder whose UIDs are far apart is crossed in growing steps.
        self.window = if listed.is_empty() { self.window.saturating_mul(2) } else { WINDOW };
        self.from = last + 1;
        Ok(Some(listed))
    }
}

/// Batches of at most [`BATCH`] messages and [`BATCH_OCTETS`] octets, in order.
pub(crate) fn batches(summaries: Vec<Summary>) -> Vec<Vec<Summary>> {
    let mut batches: Vec<Vec<Summary>> = Vec::new();
    let mut octets = 0;
    for summary in summaries {
        let size = u64::from(summary.size.min(WHOLE_UP_TO));
        match batches.last_mut() {
            Some(batch) if batch.len() < BATCH && octets + size <= BATCH_OCTETS => {
                octets += size;
                batch.push(summary);
            }
            _ => {
                octets = size;
                batches.push(vec![summary]);
            }
        }
    }
    batches
}

/// Fetches a batch: small mails whole, large ones in part. Those that are gone are missing.
pub(crate) async fn fetch(
    connection: &mut Connection,
    summaries: &[Summary],
) -> Result<Vec<RawMessage>, Error> {
    let (whole, large): (Vec<&Summary>, Vec<&Summary>) =
        summaries.iter().partition(|summary| summary.size <= WHOLE_UP_TO);
    let uids = |summaries: Vec<&Summary>| summaries.iter().map(|summary| summary.uid).collect::<Vec<_>>();
    let mut raw = connection.bodies(&uids(whole), Part::Whole).await?;
    raw.extend(connection.bodies(&uids(large), Part::First(FIRST_OCTETS)).await?);
    Ok(raw)
}

/// Judges a batch on a thread for work that does not wait, so that other folders go on.
pub(crate) async fn judge(
    desk: &Arc<Desk>,
    summaries: Vec<Summary>,
    raw: Vec<RawMessage>,
    now: Timestamp,
) -> Result<Vec<Case>, Broken> {
    let desk = Arc::clone(desk);
    let judging = tokio::task::spawn_blocking(move || {
        let raw: BTreeMap<Uid, RawMessage> = raw.into_iter().map(|raw| (raw.uid, raw)).collect();
        let judge = |summary: &Summary| Some(Case::judged(&desk, summary, raw.get(&summary.uid)?, now));
        summaries.iter().filter_map(judge).collect()
    });
    judging.await.map_err(|_| Broken)
}
