//! What waits, most urgent first: by priority, to which age adds, then deadline, then waiting time.

use std::cmp::Ordering;

use domain::{Folder, Label as _, MaxAge, Priority, Uid, UidValidity};
use jiff::Timestamp;

use crate::entry::{Entry, Key};

/// One waiting message.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Where it lies.
    pub folder: Folder,
    /// The folder's generation.
    pub validity: UidValidity,
    /// Which message.
    pub uid: Uid,
    /// What is known of it.
    pub entry: Entry,
    /// The priority that counts now.
    priority: Priority,
    /// It counts as more urgent than it was judged, because it has waited so long.
    pub aged: bool,
}

/// The rows of these entries that wait, most urgent first.
pub fn queue_of(entries: impl IntoIterator<Item = Row>) -> Vec<Row> {
    let mut rows: Vec<Row> = entries.into_iter().filter(|row| row.entry.waits()).collect();
    rows.sort_by(most_urgent_first);
    rows
}

/// High before normal before low; then the nearer deadline, none last; then who has waited longer.
pub fn most_urgent_first(a: &Row, b: &Row) -> Ordering {
    let rank = |row: &Row| row.priority().index();
    let deadline = |row: &Row| row.entry.suggestion.deadline.unwrap_or(jiff::civil::Date::MAX);
    rank(a)
        .cmp(&rank(b))
        .then_with(|| deadline(a).cmp(&deadline(b)))
        .then_with(|| a.entry.arrived.cmp(&b.entry.arrived))
        .then_with(|| (&a.folder, a.uid).cmp(&(&b.folder, b.uid)))
}

impl Row {
    /// A message that is known, as it stands in the queue now, or would.
    pub fn new(key: Key, entry: Entry, now: Timestamp, max_age: MaxAge) -> Self {
        let judged = entry.priority();
        let stands = entry.chosen_priority().is_some();
        let priority = if stands { judged } else { max_age.aged(judged, entry.arrived, now) };
        let aged = priority != judged;
        Self { folder: key.folder, validity: key.validity, uid: key.uid, entry, priority, aged }
    }

    /// The priority that is shown: a person's word, else what was suggested, raised by age.
    pub fn priority(&self) -> Priority {
        self.priority
    }
}
