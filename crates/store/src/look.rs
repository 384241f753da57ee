//! Looking at what waits: filtered, sorted, one page of it, with the counts of a filter bar.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::iter::Peekable;

use domain::{Class, Flag, Priority};
use jiff::ToSpan as _;
use jiff::civil::Date;

use crate::entry::Key;
use crate::queue::Row;
use crate::references::{ReferenceKey, ReferencePrint};
use crate::waiting::{Rank, Slim, Tray, Waiting};

/// A deadline within so many days counts as near.
const NEAR_DAYS: i64 = 7;

/// Which of the waiting messages, in which order. By default the first fifty, the most urgent first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    /// The mailboxes that may be seen; `None` for all. Counts are over these.
    pub allowed: Option<BTreeSet<String>>,
    /// Of this mailbox alone.
    pub mailbox: Option<String>,
    /// Of this class: a person's, else the suggested one, also where that is unsure.
    pub class: Option<Class>,
    /// Of this priority, as it counts now.
    pub priority: Option<Priority>,
    /// Only those of which nobody has said yet which class they are.
    pub unsure: bool,
    /// With this flag.
    pub flag: Option<Flag>,
    /// Only those whose deadline is over.
    pub overdue: bool,
    /// With this file number, however it is written; the whole of it.
    pub reference: Option<String>,
    /// By what.
    pub sort: Sort,
    /// The other way round. What has no deadline comes last either way.
    pub descending: bool,
    /// So many are passed over.
    pub offset: usize,
    /// At most so many are shown.
    pub limit: usize,
}

impl Default for Query {
    fn default() -> Self {
        Self {
            allowed: None,
            mailbox: None,
            class: None,
            priority: None,
            unsure: false,
            flag: None,
            overdue: false,
            reference: None,
            sort: Sort::Urgency,
            descending: false,
            offset: 0,
            limit: 50,
        }
    }
}

/// What rows are sorted by; among equals the more urgent comes first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sort {
    /// The most urgent first, see [`most_urgent_first`](crate::most_urgent_first).
    #[default]
    Urgency,
    /// The nearest deadline first.
    Deadline,
    /// Who has waited longest first.
    Waiting,
    /// In the order of the classes.
    Class,
    /// By the names of mailbox and folder.
    Mailbox,
    /// The least sure first.
    Confidence,
}

/// One page of what waits.
#[derive(Clone, Debug, PartialEq)]
pub struct Extract {
    /// The rows of the page, in order.
    pub rows: Vec<Row>,
    /// How many the filters leave.
    pub matching: u64,
    /// How many there are of each kind, over everything that may be seen, whatever the filters.
    pub counts: Counts,
}

/// How many wait of each kind.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// All.
    pub waiting: u64,
    /// Of high priority, as it counts now.
    pub urgent: u64,
    /// With a deadline today or in the next seven days (Europe/Berlin).
    pub near: u64,
    /// With a deadline before today.
    pub overdue: u64,
    /// Of which nobody has said yet which class they are.
    pub unsure: u64,
    /// By mailbox; without those where nothing waits.
    pub by_mailbox: BTreeMap<String, u64>,
    /// By class, as [`Query::class`] takes it.
    pub by_class: BTreeMap<Class, u64>,
    /// By priority, as it counts now.
    pub by_priority: BTreeMap<Priority, u64>,
    /// By flag; a message may have several.
    pub by_flag: BTreeMap<Flag, u64>,
}

impl Counts {
    fn of<'w>(trays: impl Iterator<Item = (&'w str, &'w Tray)>, today: Date) -> Self {
        let mut counts = Self::default();
        let near = today..=today.saturating_add(NEAR_DAYS.days());
        for (mailbox, tray) in trays.filter(|(_, tray)| !tray.order.is_empty()) {
            let waiting = tray.order.len() as u64;
            counts.waiting += waiting;
            counts.by_mailbox.insert(mailbox.to_owned(), waiting);
            counts.unsure += tray.sums.unsure;
            counts.near += tray.sums.by_deadline.range(near.clone()).map(|(_, sum)| sum).sum::<u64>();
            counts.overdue += tray.sums.by_deadline.range(..today).map(|(_, sum)| sum).sum::<u64>();
            add(&mut counts.by_class, &tray.sums.by_class);
            add(&mut counts.by_priority, &tray.sums.by_priority);
            add(&mut counts.by_flag, &tray.sums.by_flag);
        }
        counts.urgent = counts.by_priority.get(&Priority::High).copied().unwrap_or_default();
        counts
    }
}

fn add<K: Copy + Ord>(to: &mut BTreeMap<K, u64>, more: &BTreeMap<K, u64>) {
    for (key, sum) in more.iter().filter(|(_, sum)| **sum > 0) {
        *to.entry(*key).or_default() += sum;
    }
}

/// The messages of one page, before their entries are read.
#[derive(Debug)]
pub(crate) struct Found {
    pub keys: Vec<Key>,
    pub matching: u64,
    pub counts: Counts,
}

type Item<'w> = (&'w Rank, &'w Slim);

impl Query {
    /// Looks at what waits, whose order is the one of the moment that is asked for. Nothing is found by a file
    /// number without the key.
    pub(crate) fn find(&self, waiting: &Waiting, key: Option<&ReferenceKey>, today: Date) -> Found {
        let may_see = |mailbox: &str| self.allowed.as_ref().is_none_or(|allowed| allowed.contains(mailbox));
        let asked = |mailbox: &str| self.mailbox.as_ref().is_none_or(|asked| asked == mailbox);
        let seen = || waiting.trays().filter(|(mailbox, _)| may_see(mailbox));
        let trays: Vec<&Tray> = seen().filter(|(mailbox, _)| asked(mailbox)).map(|(_, tray)| tray).collect();
        let sieve = Sieve { query: self, today, sought: Sought::of(self, key) };
        let (keys, matching) = if self.sort == Sort::Urgency {
            self.most_urgent(&trays, &sieve)
        } else {
            self.sorted(&trays, &sieve)
        };
        Found { keys, matching, counts: Counts::of(seen(), today) }
    }

    /// In the order that is there: without filters only what comes before the page is passed over.
    fn most_urgent(&self, trays: &[&Tray], sieve: &Sieve<'_>) -> (Vec<Key>, u64) {
        let items = merged(trays, self.descending);
        if sieve.lets_all_pass() {
            let page = items.skip(self.offset).take(self.limit);
            return (page.map(|(rank, _)| rank.key()).collect(), all(trays));
        }
        let (mut keys, mut matching) = (Vec::new(), 0);
        let page = self.offset..self.offset.saturating_add(self.limit);
        for (rank, _) in items.filter(|item| sieve.passes(*item)) {
            if page.contains(&matching) {
                keys.push(rank.key());
            }
            matching += 1;
        }
        (keys, matching as u64)
    }

    /// Each is looked at once; only those up to the end of the page are brought into order.
    fn sorted(&self, trays: &[&Tray], sieve: &Sieve<'_>) -> (Vec<Key>, u64) {
        let items = trays.iter().flat_map(|tray| &tray.order);
        let mut items: Vec<Item<'_>> = items.filter(|item| sieve.passes(*item)).collect();
        let matching = items.len() as u64;
        let order = |a: &Item<'_>, b: &Item<'_>| self.compare(*a, *b).then_with(|| a.0.cmp(b.0));
        let end = self.offset.saturating_add(self.limit);
        if end < items.len() {
            items.select_nth_unstable_by(end, order);
            items.truncate(end);
        }
        items.sort_unstable_by(order);
        (items.into_iter().skip(self.offset).map(|(rank, _)| rank.key()).collect(), matching)
    }

    fn compare(&self, (a, of_a): Item<'_>, (b, of_b): Item<'_>) -> Ordering {
        let turned = |order: Ordering| if self.descending { order.reverse() } else { order };
        match self.sort {
            Sort::Urgency => turned(a.cmp(b)),
            Sort::Deadline => match (a.deadline(), b.deadline()) {
                (Some(a), Some(b)) => turned(a.cmp(&b)),
                (a, b) => b.is_some().cmp(&a.is_some()),
            },
            Sort::Waiting => turned(a.arrived().cmp(&b.arrived())),
            Sort::Class => turned(of_a.class.cmp(&of_b.class)),
            Sort::Mailbox => turned(a.folder().cmp(b.folder())),
            Sort::Confidence => turned(of_a.confidence.cmp(&of_b.confidence)),
        }
    }
}

/// A query's filters, but for the mailboxes.
struct Sieve<'q> {
    query: &'q Query,
    today: Date,
    sought: Sought,
}

/// Which file number is sought.
enum Sought {
    Any,
    This(ReferencePrint),
    /// None can be known by it.
    Unknowable,
}

impl Sought {
    fn of(query: &Query, key: Option<&ReferenceKey>) -> Self {
        let Some(reference) = &query.reference else { return Self::Any };
        key.and_then(|key| key.print(reference)).map_or(Self::Unknowable, Self::This)
    }

    fn finds(&self, slim: &Slim) -> bool {
        match self {
            Self::Any => true,
            Self::This(print) => slim.names(*print),
            Self::Unknowable => false,
        }
    }
}

impl Sieve<'_> {
    fn lets_all_pass(&self) -> bool {
        let Query { class, priority, flag, unsure, overdue, .. } = self.query;
        let by_kind = class.is_some() || priority.is_some() || flag.is_some();
        !(by_kind || *unsure || *overdue) && matches!(self.sought, Sought::Any)
    }

    fn passes(&self, (rank, slim): Item<'_>) -> bool {
        let Query { class, priority, flag, unsure, overdue, .. } = self.query;
        class.is_none_or(|class| slim.class == class)
            && priority.is_none_or(|priority| rank.priority() == priority)
            && flag.is_none_or(|flag| slim.has(flag))
            && (!unsure || slim.unsure)
            && (!overdue || rank.deadline().is_some_and(|date| date < self.today))
            && self.sought.finds(slim)
    }
}

fn all(trays: &[&Tray]) -> u64 {
    trays.iter().map(|tray| tray.order.len() as u64).sum()
}

type Items<'w> = Box<dyn Iterator<Item = Item<'w>> + 'w>;

/// Several mailboxes in one order.
fn merged<'w>(trays: &[&'w Tray], descending: bool) -> Items<'w> {
    let turned = |tray: &'w Tray| -> Items<'w> {
        if descending { Box::new(tray.order.iter().rev()) } else { Box::new(tray.order.iter()) }
    };
    if let [tray] = trays {
        return turned(tray);
    }
    let mut heads: Vec<Peekable<Items<'w>>> = trays.iter().map(|tray| turned(tray).peekable()).collect();
    Box::new(std::iter::from_fn(move || {
        let ranks = heads.iter_mut().enumerate().filter_map(|(at, head)| Some((head.peek()?.0, at)));
        let next = if descending { ranks.max() } else { ranks.min() };
        heads.get_mut(next?.1)?.next()
    }))
}
