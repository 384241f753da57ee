//! Looking without touching: what would be tagged, and why one message is judged as it is.
//!
//! The same path as the daemon's, with EXAMINE for SELECT and a dry run's tags and book.

use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;

use domain::{Folder, Tag, Uid, UidValidity};
use jiff::Timestamp;
use mailbox::{Access, Connection};

use crate::batch::{Batch, ours};
use crate::clock::Clock;
use crate::desk::{Desk, Judged};
use crate::journey::travel;
use crate::letters::{self, BATCH, BATCH_OCTETS, Broken, Caution, Listing, Reading};
use crate::past::Past;
use crate::post::Post;
use crate::tags::{Nothing, QueueOnly, TravelError};

/// Why a message cannot be looked at.
#[derive(Debug, thiserror::Error)]
pub enum LookError {
    /// The mailbox failed.
    #[error(transparent)]
    Mailbox(#[from] mailbox::Error),
    /// No such message.
    #[error(
        "there is no message with UID {uid} in {folder}: it may have been moved or deleted; `langhals queue` lists what waits"
    )]
    NoMessage {
        /// Where was looked.
        folder: Folder,
        /// Which message.
        uid: Uid,
    },
    /// A task of our own broke.
    #[error(transparent)]
    Broken(#[from] Broken),
    /// A dry run writes nothing, so this is ours to mend.
    #[error(transparent)]
    Travel(#[from] TravelError),
}

/// What `run` would tag now in a folder: at most `limit` messages that are not `decided` yet and carry
/// no tag of ours, newest last. The mailbox's past knows of them then: it is for its next folder.
///
/// # Errors
/// [`LookError`], with what to do.
pub async fn preview(
    desk: &Arc<Desk>,
    post: &Post,
    folder: &Folder,
    decided: &(dyn Fn(UidValidity) -> BTreeSet<Uid> + Sync),
    mut past: Past,
    limit: usize,
    clock: Clock,
) -> Result<(Vec<(Uid, Judged)>, Past), LookError> {
    let mut connection = mailbox::connect(&post.account).await?;
    let selected = connection.select(&folder.name, Access::ReadOnly).await?;
    let decided = decided(selected.uid_validity);
    let mut judged = Vec::new();
    let mut listing = Listing::new(Uid(1), selected.uid_next);
    while judged.len() < limit {
        let Some(mut listed) = listing.next(&mut connection, &mut Caution::default()).await? else { break };
        listed.retain(|summary| {
            !decided.contains(&summary.uid) && ours(&desk.prefix, &summary.flags).is_empty()
        });
        listed.truncate(limit - judged.len());
        let mut rest = VecDeque::from(listed);
        while !rest.is_empty() {
            let summaries = letters::next_batch(&mut rest, BATCH, BATCH_OCTETS);
            let fetched = letters::fetch(&mut connection, &summaries, Reading::Parts).await?;
            let (cases, judged_so_far) = letters::judge(desk, past, summaries, fetched, clock()).await?;
            past = judged_so_far;
            let batch =
                Batch { folder: folder.clone(), validity: selected.uid_validity, cases, advance: None };
            let travelled = travel(batch, &Nothing, &mut QueueOnly).await?;
            judged.extend(travelled.cases.into_iter().filter_map(|case| Some((case.uid, case.judged?))));
        }
    }
    connection.logout().await;
    Ok((judged, past))
}

/// One message as it would be judged now, after what came before it, and the tags of ours that it carries.
///
/// # Errors
/// [`LookError`], with what to do.
pub async fn explain(
    desk: &Arc<Desk>,
    post: &Post,
    folder: &Folder,
    uid: Uid,
    past: Past,
    clock: Clock,
) -> Result<(Judged, Vec<Tag>), LookError> {
    let mut connection = mailbox::connect(&post.account).await?;
    connection.select(&folder.name, Access::ReadOnly).await?;
    let found = one(desk, &mut connection, uid, past, clock()).await?;
    connection.logout().await;
    found.ok_or_else(|| LookError::NoMessage { folder: folder.clone(), uid })
}

/// The same in the folder that is open; nothing where the message is not there.
pub(crate) async fn one(
    desk: &Arc<Desk>,
    connection: &mut Connection,
    uid: Uid,
    past: Past,
    now: Timestamp,
) -> Result<Option<(Judged, Vec<Tag>)>, LookError> {
    let summaries = connection.summaries(uid, uid).await?;
    let Some(tags) = summaries.first().map(|summary| ours(&desk.prefix, &summary.flags)) else {
        return Ok(None);
    };
    let fetched = letters::fetch(connection, &summaries, Reading::Parts).await?;
    let (cases, past) = letters::judge(desk, past, summaries, fetched, now).await?;
    past.intact().map_err(TravelError::from)?;
    let judged = cases.into_iter().find_map(|case| case.judged);
    Ok(judged.map(|judged| (judged, tags)))
}
