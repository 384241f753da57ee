//! What waits, kept in memory in the order in which it is shown, so that a page costs what it shows.
//!
//! ```text
//!   places    where a message lies ─▶ how urgent it is
//!   trays     a mailbox ─▶ its messages in the order of `most_urgent_first`, and how many there are of each kind
//!   ageing    what age can still make more urgent, by when it arrived
//!   open      intents of which it is not known what became of them
//! ```
//!
//! Slim on purpose: what a page shows of a message is read from the index, for the rows that are shown. Age is a
//! moment up to which everything that arrived counts as old: when it moves on, what crossed it changes its place.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound::{Excluded, Included, Unbounded};
use std::sync::Arc;

use domain::{Class, Flag, Folder, MaxAge, Priority, Uid, UidValidity};
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

use crate::entry::{Entry, Key, Stage};
use crate::references::ReferencePrint;

/// Everything that waits.
#[derive(Debug, Default)]
pub(crate) struct Waiting {
    places: BTreeMap<Spot, Urgency>,
    trays: BTreeMap<String, Tray>,
    ageing: BTreeSet<(Timestamp, Spot)>,
    open: BTreeSet<Spot>,
    /// What arrived up to then counts as old; `None` where nothing ever does.
    old_until: Option<Timestamp>,
    /// Every folder's names once.
    folders: BTreeSet<Arc<Folder>>,
}

/// Where a message lies; ordered as keys are.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Spot {
    folder: Arc<Folder>,
    validity: UidValidity,
    uid: Uid,
}

/// What decides first which message comes before another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Urgency {
    priority: Priority,
    /// The last day there is where none is stated.
    deadline: Date,
    arrived: Timestamp,
}

/// A message's place among those that wait: its order is that of [`most_urgent_first`](crate::most_urgent_first).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Rank {
    urgency: Urgency,
    folder: Arc<Folder>,
    uid: Uid,
    validity: UidValidity,
}

impl Rank {
    fn new(urgency: Urgency, spot: &Spot) -> Self {
        Self { urgency, folder: Arc::clone(&spot.folder), uid: spot.uid, validity: spot.validity }
    }

    /// The priority that counts now.
    pub(crate) fn priority(&self) -> Priority {
        self.urgency.priority
    }

    pub(crate) fn deadline(&self) -> Option<Date> {
        Some(self.urgency.deadline).filter(|date| *date != Date::MAX)
    }

    pub(crate) fn arrived(&self) -> Timestamp {
        self.urgency.arrived
    }

    pub(crate) fn folder(&self) -> &Folder {
        &self.folder
    }

    pub(crate) fn key(&self) -> Key {
        Key { folder: Folder::clone(&self.folder), validity: self.validity, uid: self.uid }
    }
}

/// What else is asked of a message that waits.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a property of its own that is asked for")]
pub(crate) struct Slim {
    judged: Priority,
    /// A person said how soon: age changes nothing.
    stands: bool,
    /// A person's class, else what was suggested.
    pub class: Class,
    /// Nobody has said yet which class it is.
    pub unsure: bool,
    /// A person has decided about it.
    pub touched: bool,
    /// It could not be judged.
    pub set_aside: bool,
    /// Of the suggested class, in ten-thousandths.
    pub confidence: u16,
    flags: u16,
    references: Box<[ReferencePrint]>,
}

impl Slim {
    fn of(entry: &Entry) -> Self {
        let suggested = entry.suggestion.class();
        Self {
            judged: entry.priority(),
            stands: entry.chosen_priority().is_some(),
            class: entry.chosen_class().unwrap_or(suggested.best()),
            unsure: entry.suggestion.unsure && !entry.person,
            touched: entry.person,
            references: entry.references.as_slice().into(),
            set_aside: entry.set_aside.is_some(),
            confidence: ten_thousandths(suggested.confidence()),
            flags: entry
                .suggestion
                .flags
                .iter()
                .filter_map(|name| Flag::from_name(name))
                .fold(0, |bits, flag| bits | bit(flag)),
        }
    }

    pub(crate) fn has(&self, flag: Flag) -> bool {
        self.flags & bit(flag) != 0
    }

    pub(crate) fn names(&self, reference: ReferencePrint) -> bool {
        self.references.contains(&reference)
    }

    fn may_age(&self) -> bool {
        !self.stands && self.judged != Priority::High
    }
}

/// A probability as it is compared.
#[expect(clippy::cast_sign_loss, reason = "a probability is none")]
fn ten_thousandths(probability: f64) -> u16 {
    (probability * 10_000.0).round() as u16
}

fn bit(flag: Flag) -> u16 {
    Flag::ALL.iter().position(|known| *known == flag).map_or(0, |at| 1 << at)
}

/// What waits in one mailbox.
#[derive(Debug, Default)]
pub(crate) struct Tray {
    /// The most urgent first.
    pub order: BTreeMap<Rank, Slim>,
    pub sums: Sums,
}

/// How many there are of each kind, of one mailbox.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sums {
    pub unsure: u64,
    pub by_class: BTreeMap<Class, u64>,
    pub by_priority: BTreeMap<Priority, u64>,
    pub by_flag: BTreeMap<Flag, u64>,
    pub by_deadline: BTreeMap<Date, u64>,
}

impl Sums {
    fn each(&mut self, rank: &Rank, slim: &Slim, change: fn(&mut u64)) {
        change(self.by_class.entry(slim.class).or_default());
        change(self.by_priority.entry(rank.priority()).or_default());
        if slim.unsure {
            change(&mut self.unsure);
        }
        for flag in Flag::ALL.into_iter().filter(|flag| slim.has(*flag)) {
            change(self.by_flag.entry(flag).or_default());
        }
        if let Some(date) = rank.deadline() {
            let sum = self.by_deadline.entry(date).or_default();
            change(sum);
            if *sum == 0 {
                self.by_deadline.remove(&date);
            }
        }
    }
}

impl Waiting {
    /// The entry under a key is this one now; `None` where there is none any more.
    pub(crate) fn put(&mut self, key: &Key, entry: Option<&Entry>) {
        let spot = self.spot(key);
        self.take(&spot);
        if entry.is_some_and(|entry| matches!(entry.stage, Stage::Intended { .. })) {
            self.open.insert(spot.clone());
        } else {
            self.open.remove(&spot);
        }
        if let Some(entry) = entry.filter(|entry| entry.waits()) {
            let deadline = entry.suggestion.deadline.unwrap_or(Date::MAX);
            self.insert(spot, Slim::of(entry), deadline, entry.arrived);
        }
    }

    /// Makes old what arrived up to `now` without `max_age`, and nothing else.
    pub(crate) fn turn_to(&mut self, now: Timestamp, max_age: MaxAge) {
        let until = old_until(now, max_age);
        let crossed: Vec<Spot> = self.crossed(until).map(|(_, spot)| spot.clone()).collect();
        self.old_until = until;
        for spot in crossed {
            if let Some((urgency, slim)) = self.take(&spot) {
                self.insert(spot, slim, urgency.deadline, urgency.arrived);
            }
        }
    }

    /// Whether the order is the one of that moment.
    pub(crate) fn is_turned_to(&self, now: Timestamp, max_age: MaxAge) -> bool {
        self.crossed(old_until(now, max_age)).next().is_none()
    }

    /// The messages of a folder that an intent is open for.
    pub(crate) fn open(&self, folder: &Folder, validity: UidValidity) -> Vec<Key> {
        let folder = Arc::new(folder.clone());
        let spot = |uid| Spot { folder: Arc::clone(&folder), validity, uid: Uid(uid) };
        let open = self.open.range(spot(0)..=spot(u32::MAX));
        open.map(|spot| Key { folder: Folder::clone(&folder), validity, uid: spot.uid }).collect()
    }

    /// The mailboxes of which something waits, or did.
    pub(crate) fn trays(&self) -> impl Iterator<Item = (&str, &Tray)> {
        self.trays.iter().map(|(mailbox, tray)| (mailbox.as_str(), tray))
    }

    /// What changes its urgency when what arrived up to then counts as old.
    fn crossed(&self, until: Option<Timestamp>) -> impl Iterator<Item = &(Timestamp, Spot)> {
        let (from, to) = (self.old_until.min(until), self.old_until.max(until));
        let least = |after: Timestamp| {
            let nowhere = Folder { mailbox: String::new(), name: String::new() };
            let next = after.checked_add(SignedDuration::from_nanos(1)).unwrap_or(Timestamp::MAX);
            (next, Spot { folder: Arc::new(nowhere), validity: UidValidity(0), uid: Uid(0) })
        };
        let from = from.map_or(Unbounded, |from| Included(least(from)));
        let to = to.map(|to| Excluded(least(to)));
        to.into_iter().flat_map(move |to| self.ageing.range((from.clone(), to)))
    }

    fn spot(&mut self, key: &Key) -> Spot {
        let folder = self.folders.get(&key.folder).cloned().unwrap_or_else(|| {
            let folder = Arc::new(key.folder.clone());
            self.folders.insert(Arc::clone(&folder));
            folder
        });
        Spot { folder, validity: key.validity, uid: key.uid }
    }

    fn insert(&mut self, spot: Spot, slim: Slim, deadline: Date, arrived: Timestamp) {
        let mut priority = slim.judged;
        if slim.may_age() {
            self.ageing.insert((arrived, spot.clone()));
            if let Some(until) = self.old_until {
                priority = MaxAge(Some(SignedDuration::ZERO)).aged(priority, arrived, until);
            }
        }
        let urgency = Urgency { priority, deadline, arrived };
        let rank = Rank::new(urgency, &spot);
        let tray = self.trays.entry(spot.folder.mailbox.clone()).or_default();
        tray.sums.each(&rank, &slim, |sum| *sum += 1);
        tray.order.insert(rank, slim);
        self.places.insert(spot, urgency);
    }

    fn take(&mut self, spot: &Spot) -> Option<(Urgency, Slim)> {
        let urgency = self.places.remove(spot)?;
        let rank = Rank::new(urgency, spot);
        let tray = self.trays.get_mut(&spot.folder.mailbox)?;
        let slim = tray.order.remove(&rank)?;
        tray.sums.each(&rank, &slim, |sum| *sum = sum.saturating_sub(1));
        if slim.may_age() {
            self.ageing.remove(&(urgency.arrived, spot.clone()));
        }
        Some((urgency, slim))
    }
}

/// What arrived up to then has waited too long.
fn old_until(now: Timestamp, max_age: MaxAge) -> Option<Timestamp> {
    max_age.0.map(|most| now.checked_sub(most).unwrap_or(Timestamp::MIN))
}
