//! Letters on their way to the desk: listed in windows, fetched in batches, judged off the network's threads.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::panic::resume_unwind;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock};
use std::thread;

use domain::Uid;
use jiff::Timestamp;
use mailbox::{Budget, Connection, Error, Flags, RawMessage, Summary};

use tokio::sync::Semaphore;

use crate::batch::{Case, Drafted};
use crate::desk::Desk;
use crate::parts;
use crate::past::Past;

/// Messages in a batch.
pub(crate) const BATCH: usize = 500;
/// Octets of mail in memory at once for a connection.
pub(crate) const BATCH_OCTETS: u64 = 32 * 1024 * 1024;
/// Of a mail no more than this is ever fetched. Larger ones of which only the begin can be had: their text comes first.
pub(crate) const WHOLE_UP_TO: u32 = 2 * 1024 * 1024;
const FIRST_OCTETS: u32 = 256 * 1024;
/// UIDs asked for at once; more where a folder is sparse.
const WINDOW: u32 = 2_000;

/// So many mails are read at once: one a processor. Each batch has one seat, in the order in which they came.
static SEATS: LazyLock<Semaphore> =
    LazyLock::new(|| Semaphore::new(std::thread::available_parallelism().map_or(1, std::num::NonZero::get)));

/// With fewer mails than this, another thread costs more than it helps.
const ENOUGH_FOR_A_SEAT: usize = 16;

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

    /// The next window's messages, in order; `None` at the end. A window that breaks the connection is
    /// narrowed down to one UID, which is then handed over as a stub.
    pub async fn next(
        &mut self,
        connection: &mut Connection,
        caution: &mut Caution,
    ) -> Result<Option<Vec<Summary>>, Error> {
        if self.from >= self.end {
            return Ok(None);
        }
        let first = Uid(self.from);
        let window = u32::try_from(caution.most(first, self.window as usize)).unwrap_or(WINDOW);
        let last = self.from.saturating_add(window - 1).min(self.end - 1);
        let listed = if caution.is_given_up(first) {
            vec![Summary { uid: first, flags: Flags::default(), modseq: None, size: 0, arrived: None }]
        } else {
            caution.begin(first, Uid(last), (last - self.from + 1) as usize);
            let listed = connection.summaries(first, Uid(last)).await?;
            caution.done();
            listed
        };
        // A folder whose UIDs are far apart is crossed in growing steps.
        self.window = if listed.is_empty() { self.window.saturating_mul(2) } else { WINDOW };
        // A window so wide that it holds more messages than are listed at once is gone on with behind the last of them.
        let cut = listed.last().filter(|_| listed.len() >= mailbox::MOST_MESSAGES);
        self.from = cut.map_or(last, |summary| summary.uid.0).saturating_add(1);
        Ok(Some(listed))
    }
}

/// Takes the next batch from the front: at most `most` messages and `most_octets` octets.
pub(crate) fn next_batch(rest: &mut VecDeque<Summary>, most: usize, most_octets: u64) -> Vec<Summary> {
    let mut octets = 0;
    let fits = |summary: &&Summary| {
        octets += u64::from(summary.size.min(WHOLE_UP_TO));
        octets <= most_octets
    };
    let count = rest.iter().take(most.clamp(1, BATCH)).take_while(fits).count();
    rest.drain(..count.max(1).min(rest.len())).collect()
}

/// What came of fetching a message that is there.
pub(crate) enum Fetched {
    /// Its bytes.
    Mail(RawMessage),
    /// It cannot be had; a stable name says why. A person must look.
    Nothing(&'static str),
}

/// How large mails are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reading {
    /// Their texts, wherever those stand; where a server does not do that right, from the begin.
    Parts,
    /// From the begin.
    Begin,
}

/// What so many mails may hold, of so many octets that are left for the batch.
fn budget(count: usize, each: u32, left: u64) -> Budget {
    Budget { each, total: (count as u64 * u64::from(each)).min(left) }
}

/// Fetches a batch: small mails whole, of large ones the texts. Those that are gone are missing;
/// one that is there and does not come is said to be so.
pub(crate) async fn fetch(
    connection: &mut Connection,
    summaries: &[Summary],
    reading: Reading,
) -> Result<BTreeMap<Uid, Fetched>, Error> {
    // With slack for servers that only guess at sizes.
    let mut left = BATCH_OCTETS + BATCH_OCTETS / 32;
    let mut raw = match reading {
        Reading::Parts => parts::fetch(connection, summaries, &mut left).await?,
        Reading::Begin => Vec::new(),
    };
    let gathered: BTreeSet<Uid> = raw.iter().map(|raw| raw.uid).collect();
    let begun = summaries.iter().filter(|summary| !gathered.contains(&summary.uid));
    raw.extend(begins(connection, begun, left).await?);
    let mut fetched: BTreeMap<Uid, Fetched> =
        raw.into_iter().map(|raw| (raw.uid, Fetched::Mail(raw))).collect();
    let missing: Vec<Uid> =
        summaries.iter().map(|summary| summary.uid).filter(|uid| !fetched.contains_key(uid)).collect();
    if !missing.is_empty() {
        let there = connection.flags(&missing).await?;
        fetched.extend(there.into_iter().map(|state| (state.uid, Fetched::Nothing("no-body"))));
    }
    Ok(fetched)
}

/// Fetches mails from their begin: whole up to 2 MiB, of others the first 256 KiB.
async fn begins(
    connection: &mut Connection,
    summaries: impl Iterator<Item = &Summary>,
    left: u64,
) -> Result<Vec<RawMessage>, Error> {
    let (whole, large): (Vec<&Summary>, Vec<&Summary>) =
        summaries.partition(|summary| summary.size <= WHOLE_UP_TO);
    let uids = |summaries: Vec<&Summary>| summaries.iter().map(|summary| summary.uid).collect::<Vec<_>>();
    let (whole, large) = (uids(whole), uids(large));
    let mut raw = connection.bodies(&whole, budget(whole.len(), WHOLE_UP_TO, left)).await?;
    raw.extend(connection.bodies(&large, budget(large.len(), FIRST_OCTETS, left)).await?);
    Ok(raw)
}

/// Judges a batch on threads for work that does not wait, so that other folders go on. Mails are read side by side,
/// and decided in the order in which they came: each is seen by those after it.
#[tracing::instrument(level = "debug", name = "journey.judge", skip_all, fields(messages = fetched.len()))]
pub(crate) async fn judge(
    desk: &Arc<Desk>,
    mut past: Past,
    mut summaries: Vec<Summary>,
    fetched: BTreeMap<Uid, Fetched>,
    now: Timestamp,
) -> Result<(Vec<Case>, Past), Broken> {
    let desk = Arc::clone(desk);
    summaries.sort_by_key(|summary| summary.uid);
    // The seats that nobody else wants are taken as well, where there is enough to do.
    let wanted = summaries.len() / ENOUGH_FOR_A_SEAT;
    let turn = SEATS.acquire().await.ok();
    let free: Vec<_> = (1..wanted).map_while(|_| SEATS.try_acquire().ok()).collect();
    let work = move || {
        let read = |summary: &Summary| Some(Drafted::of(&desk, summary, fetched.get(&summary.uid)?, now));
        let drafted = side_by_side(&summaries, 1 + free.len(), read);
        drop((free, fetched));
        let decide = |drafted: Drafted| Case::judged(&desk, &mut past, drafted, now);
        let cases = drafted.into_iter().flatten().map(decide).collect();
        drop(turn);
        (cases, past)
    };
    tokio::task::spawn_blocking(work).await.map_err(|_| Broken)
}

/// Does the same to each of many, on as many threads; in their order.
fn side_by_side<T: Sync, R: Send>(items: &[T], threads: usize, work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let take = || {
        let next = || Some(next.fetch_add(1, Ordering::Relaxed)).filter(|number| *number < items.len());
        std::iter::from_fn(next).map(|number| (number, work(&items[number]))).collect::<Vec<_>>()
    };
    let mut done = thread::scope(|scope| {
        let others: Vec<_> = (1..threads).map(|_| scope.spawn(take)).collect();
        let mut done = take();
        for other in others {
            done.extend(other.join().unwrap_or_else(|panic| resume_unwind(panic)));
        }
        done
    });
    done.sort_unstable_by_key(|(number, _)| *number);
    done.into_iter().map(|(_, done)| done).collect()
}

/// Work on mails that does not wait, when it is its turn.
pub(crate) async fn at_a_seat<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Broken> {
    // The semaphore is never closed; each batch waits for its turn, whosever it is.
    let _turn = SEATS.acquire().await.ok();
    tokio::task::spawn_blocking(work).await.map_err(|_| Broken)
}

/// What is remembered of batches that broke the connection while they were fetched: everything up to the
/// broken batch's end is tried in smaller parts, until the one mail that cannot be had is found and set aside.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Caution {
    /// What is under way. Still there at the next round if it broke.
    under_way: Option<Stretch>,
    /// What to go through in parts of its size.
    suspected: Option<Stretch>,
    /// How often the last suspected message has broken the connection alone.
    alone: u32,
    /// How many were given up since a mail was last fetched: perhaps it is not the mails.
    given_up: u32,
    /// Whether large mails are read by parts in what is under way, and how often that broke since it last did not.
    by_parts: bool,
    parts_broke: u32,
}

/// UIDs from the first to the last, and how many messages or UIDs are asked for at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Stretch {
    first: Uid,
    last: Uid,
    size: usize,
}

/// How often a single mail may break the connection.
const ATTEMPTS: u32 = 3;

impl Caution {
    /// A new round: what was under way when the last one ended has failed.
    pub fn resume(&mut self) {
        let Some(broken) = self.under_way.take() else { return };
        self.parts_broke += u32::from(std::mem::take(&mut self.by_parts));
        let again = broken.size == 1 && self.suspected == Some(broken);
        self.alone = if again { self.alone + 1 } else { u32::from(broken.size == 1) };
        self.suspected = Some(Stretch { size: broken.size.div_ceil(8), ..broken });
    }

    /// How many messages to ask for at once from this one on, where `usual` is usual.
    pub fn most(&self, first: Uid, usual: usize) -> usize {
        let Some(suspected) = self.suspected.filter(|suspected| first <= suspected.last) else {
            return usual;
        };
        let before = suspected.first.0.saturating_sub(first.0) as usize;
        let most = if before > 0 { before } else { suspected.size };
        most.clamp(1, usual.max(1))
    }

    /// Whether what begins with this message may break the connection.
    pub fn is_suspicious(&self, first: Uid) -> bool {
        self.suspected.is_some_and(|suspected| first <= suspected.last)
    }

    /// Whether this message has broken the connection too often. Each further one that is given up while
    /// no mail can be fetched needs more attempts: a mail store that is away must not set all aside.
    pub fn is_given_up(&self, uid: Uid) -> bool {
        let alone = self.suspected == Some(Stretch { first: uid, last: uid, size: 1 });
        alone && self.alone >= ATTEMPTS * (1 + 3 * self.given_up)
    }

    /// A message is set aside.
    pub fn give_up(&mut self) {
        self.given_up += 1;
        self.alone = 0;
        self.suspected = None;
    }

    /// Whether something broke that is still being narrowed down.
    pub fn is_narrowing(&self) -> bool {
        self.under_way.is_some()
    }

    /// Whether several messages broke the connection together: trying fewer at once is no attempt wasted.
    pub fn is_narrowing_many(&self) -> bool {
        self.under_way.is_some_and(|stretch| stretch.size > 1)
    }

    /// How large mails from this one on are read. What broke the connection may have been the question for parts.
    pub fn reading(&mut self, first: Uid) -> Reading {
        self.by_parts = !self.is_suspicious(first) && self.parts_broke < ATTEMPTS;
        if self.by_parts { Reading::Parts } else { Reading::Begin }
    }

    /// Mails were fetched: the store is there.
    pub fn fetched(&mut self) {
        if std::mem::take(&mut self.by_parts) {
            self.parts_broke = 0;
        }
        self.given_up = 0;
        self.done();
    }

    pub fn begin(&mut self, first: Uid, last: Uid, size: usize) {
        self.under_way = Some(Stretch { first, last, size });
    }

    pub fn done(&mut self) {
        self.under_way = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Plays rounds over `mails` until everything is fetched; `poison` breaks every batch that it is in.
    fn rounds(mails: u32, poison: u32) -> (u32, Vec<u32>) {
        let (mut caution, mut next, mut aside) = (Caution::default(), 1, Vec::new());
        for round in 1..100 {
            caution.resume();
            loop {
                if next > mails {
                    return (round, aside);
                }
                let size = caution.most(Uid(next), BATCH).min(usize::try_from(mails + 1 - next).unwrap());
                if caution.is_given_up(Uid(next)) {
                    caution.give_up();
                    aside.push(next);
                    next += 1;
                    continue;
                }
                let end = next + u32::try_from(size).unwrap();
                caution.begin(Uid(next), Uid(end - 1), size);
                if (next..end).contains(&poison) {
                    break;
                }
                caution.fetched();
                next = end;
            }
        }
        panic!("it never ended");
    }

    #[test]
    fn a_mail_store_that_is_away_sets_few_mails_aside() {
        let (mut caution, mut next, mut aside) = (Caution::default(), 1, 0);
        for _ in 0..100 {
            caution.resume();
            while caution.is_given_up(Uid(next)) {
                caution.give_up();
                (next, aside) = (next + 1, aside + 1);
            }
            caution.begin(Uid(next), Uid(next), 1);
        }
        assert!((2..=8).contains(&aside), "{aside}");
    }

    #[test]
    fn a_server_that_breaks_at_parts_is_soon_not_asked_for_them() {
        let mut caution = Caution::default();
        let mut asked = 0;
        for mail in 1..=10 {
            while caution.reading(Uid(mail)) == Reading::Parts {
                asked += 1;
                caution.begin(Uid(mail), Uid(mail), 1);
                caution.resume();
            }
            caution.fetched();
        }
        assert_eq!(asked, ATTEMPTS);
        let mut flaky = Caution::default();
        for mail in (1..=10).step_by(2) {
            assert_eq!(flaky.reading(Uid(mail)), Reading::Parts);
            flaky.begin(Uid(mail), Uid(mail), 1);
            flaky.resume();
            assert_eq!(flaky.reading(Uid(mail)), Reading::Begin);
            flaky.fetched();
            assert_eq!(flaky.reading(Uid(mail + 1)), Reading::Parts);
            flaky.fetched();
        }
    }

    #[test]
    fn a_mail_that_breaks_every_connection_is_found_and_alone_set_aside() {
        for poison in [1, 2, 250, 499, 500] {
            let (rounds, aside) = rounds(500, poison);
            assert_eq!(aside, [poison]);
            assert!(rounds <= 8, "{rounds}");
        }
        assert_eq!(rounds(500, 501), (1, vec![]));
    }
}
