//! Senders and subjects that are at hand: a few thousand, for a quarter of an hour, in memory alone.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, PoisonError, Weak};
use std::time::Duration;

use store::Key;
use tokio::time::{Instant, sleep};

use super::Letterhead;

/// So many at most; the oldest go first.
const MOST: usize = 5_000;
/// So long at most.
pub const LONGEST: Duration = Duration::from_mins(15);
/// How often it is swept.
const SWEEP_EVERY: Duration = Duration::from_mins(1);

/// What is at hand, and in which order it came.
#[derive(Debug, Default)]
pub(super) struct Shelf {
    letterheads: BTreeMap<Key, Letterhead>,
    order: VecDeque<(Instant, Key)>,
    /// Whether somebody sweeps it.
    swept: bool,
}

impl Shelf {
    pub fn put(&mut self, key: Key, letterhead: Letterhead, now: Instant) {
        if self.letterheads.insert(key.clone(), letterhead).is_some() {
            self.order.retain(|(_, known)| *known != key);
        }
        self.order.push_back((now, key));
        self.clear_out(now);
    }

    /// Those that are at hand.
    pub fn find(&mut self, keys: &[Key], now: Instant) -> BTreeMap<Key, Letterhead> {
        self.clear_out(now);
        let found = |key: &Key| Some((key.clone(), self.letterheads.get(key)?.clone()));
        keys.iter().filter_map(found).collect()
    }

    /// Those that are not.
    pub fn lacks(&mut self, keys: &[Key], now: Instant) -> Vec<Key> {
        self.clear_out(now);
        keys.iter().filter(|key| !self.letterheads.contains_key(key)).cloned().collect()
    }

    /// Whether there is anything, and nobody yet who will throw it away.
    pub fn wants_sweeping(&mut self) -> bool {
        let wants = !self.order.is_empty() && !self.swept;
        self.swept |= wants;
        wants
    }

    fn clear_out(&mut self, now: Instant) {
        let is_due = |(at, _): &(Instant, Key)| now.duration_since(*at) >= LONGEST;
        while self.order.len() > MOST || self.order.front().is_some_and(is_due) {
            let Some((_, key)) = self.order.pop_front() else { break };
            self.letterheads.remove(&key);
        }
    }
}

/// Throws away what is old, also where nobody looks any more, until nothing is left.
pub(super) async fn sweep(shelf: Weak<Mutex<Shelf>>) {
    loop {
        sleep(SWEEP_EVERY).await;
        let Some(shelf) = shelf.upgrade() else { return };
        let mut shelf = shelf.lock().unwrap_or_else(PoisonError::into_inner);
        shelf.clear_out(Instant::now());
        if shelf.order.is_empty() {
            shelf.swept = false;
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use domain::{Folder, Uid, UidValidity};

    use super::*;

    fn key(uid: u32) -> Key {
        let folder = Folder { mailbox: "post".to_owned(), name: "INBOX".to_owned() };
        Key { folder, validity: UidValidity(1), uid: Uid(uid) }
    }

    fn filled(count: u32, now: Instant) -> Shelf {
        let mut shelf = Shelf::default();
        (1..=count).for_each(|uid| shelf.put(key(uid), Letterhead::default(), now));
        shelf
    }

    #[test]
    fn what_is_at_hand_is_found_and_the_rest_is_lacking() {
        let now = Instant::now();
        let mut shelf = filled(2, now);
        let keys = [key(1), key(3)];
        assert_eq!(shelf.find(&keys, now).keys().collect::<Vec<_>>(), [&key(1)]);
        assert_eq!(shelf.lacks(&keys, now), [key(3)]);
    }

    #[test]
    fn nothing_stays_longer_than_a_quarter_of_an_hour() {
        let now = Instant::now();
        let mut shelf = filled(2, now);
        let later = now + LONGEST / 2;
        shelf.put(key(1), Letterhead::default(), later);
        assert_eq!(shelf.lacks(&[key(1), key(2)], now + LONGEST), [key(2)]);
        assert_eq!(shelf.lacks(&[key(1)], later + LONGEST), [key(1)]);
        assert!(shelf.letterheads.is_empty() && shelf.order.is_empty());
    }

    #[test]
    fn of_too_many_the_oldest_go() {
        let now = Instant::now();
        let mut shelf = filled(u32::try_from(MOST).unwrap() + 2, now);
        assert_eq!((shelf.letterheads.len(), shelf.order.len()), (MOST, MOST));
        assert_eq!(shelf.lacks(&[key(1), key(2), key(3)], now), [key(1), key(2)]);
    }

    #[test]
    fn one_sweeper_is_enough() {
        let mut shelf = filled(1, Instant::now());
        assert_eq!([shelf.wants_sweeping(), shelf.wants_sweeping()], [true, false]);
        assert!(!Shelf::default().wants_sweeping());
    }
}
