//! STUB until the real one is here.
use crate::ledger::{Ledger, LedgerError};
use crate::queue::Row;
use domain::*;
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Query {
    pub allowed: Option<BTreeSet<String>>,
    pub mailbox: Option<String>,
    pub class: Option<Class>,
    pub priority: Option<Priority>,
    pub unsure: bool,
    pub flag: Option<Flag>,
    pub overdue: bool,
    pub reference: Option<String>,
    pub sort: Sort,
    pub descending: bool,
    pub offset: usize,
    pub limit: usize,
}
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sort {
    #[default]
    Urgency,
    Deadline,
    Waiting,
    Class,
    Mailbox,
    Confidence,
}
#[derive(Clone, Debug, Default)]
pub struct Extract {
    pub rows: Vec<Row>,
    pub matching: u64,
    pub counts: Counts,
}
#[derive(Clone, Debug, Default)]
pub struct Counts {
    pub waiting: u64,
    pub urgent: u64,
    pub near: u64,
    pub overdue: u64,
    pub unsure: u64,
    pub by_mailbox: BTreeMap<String, u64>,
}
impl Ledger {
    pub fn look(&self, q: &Query, at: Timestamp, max_age: MaxAge) -> Result<Extract, LedgerError> {
        let mut rows = self.queue(at, max_age)?;
        rows.retain(|r| q.allowed.as_ref().is_none_or(|a| a.contains(&r.folder.mailbox)));
        let mut counts = Counts { waiting: rows.len() as u64, ..Counts::default() };
        for r in &rows {
            *counts.by_mailbox.entry(r.folder.mailbox.clone()).or_default() += 1;
            counts.urgent += u64::from(r.priority() == Priority::High);
            counts.unsure += u64::from(r.entry.suggestion.unsure && !r.entry.person);
        }
        rows.retain(|r| {
            q.mailbox.as_ref().is_none_or(|m| *m == r.folder.mailbox)
                && (!q.unsure || r.entry.suggestion.unsure)
                && q.priority.is_none_or(|p| p == r.priority())
        });
        let matching = rows.len() as u64;
        Ok(Extract { rows: rows.into_iter().skip(q.offset).take(q.limit).collect(), matching, counts })
    }
    pub fn changes(&self) -> tokio::sync::watch::Receiver<u64> {
        let (s, r) = tokio::sync::watch::channel(0);
        std::mem::forget(s);
        r
    }
}
