//! The memory of threads where there is no index: what the log alone tells, and what a run has seen so far.

use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;

use domain::History;
use jiff::Timestamp;

use crate::thread::{MOST, Mark, Member, Print, Recall, history};

/// A run's own members come after all that is written down.
const AFTER_THE_BOOK: u64 = 1 << 63;
/// A run over an archive remembers so many mails, at most twice as many for a while.
const MOST_OF_A_RUN: usize = 100_000;

/// Members by mailbox and fingerprint.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Threads {
    pub members: BTreeMap<(String, String), Member>,
    /// Mailbox, hash, number and fingerprint of every member.
    hashes: BTreeSet<(String, Print, u64, String)>,
    /// How many were ever noted.
    pub noted: u64,
}

impl Threads {
    /// Notes a member in place of what was known of it.
    pub fn enroll(&mut self, mailbox: &str, fingerprint: &str, member: Member) {
        let key = |hash: Print, number: u64| (mailbox.to_owned(), hash, number, fingerprint.to_owned());
        let known = (mailbox.to_owned(), fingerprint.to_owned());
        if let Some(before) = self.members.get(&known) {
            for hash in before.mark.hashes() {
                self.hashes.remove(&key(hash, before.number));
            }
        }
        self.hashes.extend(member.mark.hashes().map(|hash| key(hash, member.number)));
        self.members.insert(known, member);
    }

    /// Forgets what `is_old`.
    pub fn forget(&mut self, mut is_old: impl FnMut(&str, &Member) -> bool) {
        self.members.retain(|(mailbox, _), member| !is_old(mailbox, member));
        let members = &self.members;
        self.hashes.retain(|(mailbox, _, number, fingerprint)| {
            let known = members.get(&(mailbox.clone(), fingerprint.clone()));
            known.is_some_and(|member| member.number == *number)
        });
    }

    pub fn of<'t>(&'t self, mailbox: &'t str) -> InMailbox<'t> {
        InMailbox { threads: self, mailbox }
    }
}

/// The members of one mailbox.
pub(crate) struct InMailbox<'t> {
    threads: &'t Threads,
    mailbox: &'t str,
}

impl Recall for InMailbox<'_> {
    type Error = Infallible;

    fn member(&self, fingerprint: &str) -> Result<Option<Member>, Infallible> {
        Ok(self.threads.members.get(&(self.mailbox.to_owned(), fingerprint.to_owned())).cloned())
    }

    fn with_hash(&self, hash: Print, before: u64) -> Result<Vec<(String, Member)>, Infallible> {
        let key = |number| (self.mailbox.to_owned(), hash, number, String::new());
        let known = self.threads.hashes.range(key(0)..key(before)).filter_map(|(mailbox, _, _, print)| {
            let member = self.threads.members.get(&(mailbox.clone(), print.clone()))?;
            Some((print.clone(), member.clone()))
        });
        Ok(known.take(MOST).collect())
    }
}

/// What a run has judged and not written down yet: a batch on its way, or everything where nothing is written.
#[derive(Debug, Default)]
pub struct SoFar(Threads);

impl SoFar {
    /// Notes a judged mail, and whether it surely is an application.
    pub fn note(&mut self, fingerprint: &str, mark: &Mark, application: bool, at: Timestamp) {
        let Self(threads) = self;
        let number = AFTER_THE_BOOK + threads.noted;
        threads.noted += 1;
        let first = threads.members.get(&(String::new(), fingerprint.to_owned()));
        let number = first.map_or(number, |member| member.number);
        threads.enroll("", fingerprint, Member { number, at, mark: mark.clone(), application });
        if threads.members.len() > 2 * MOST_OF_A_RUN {
            let kept = AFTER_THE_BOOK + threads.noted - MOST_OF_A_RUN as u64;
            threads.forget(|_, member| member.number < kept);
        }
    }

    /// How many mails it was ever told of.
    pub fn noted(&self) -> u64 {
        self.0.noted
    }

    /// Forgets those that it was told of before it had been told of so many.
    pub fn forget_before(&mut self, noted: u64) {
        self.0.forget(|_, member| member.number < AFTER_THE_BOOK + noted);
    }

    /// What came before a mail in this run alone.
    pub fn history(&self, fingerprint: &str, mark: &Mark) -> History {
        let Ok(history) = history(&self.0.of(""), fingerprint, mark);
        history
    }

    /// What came before a mail, in the book and then in this run.
    pub(crate) fn history_after<R: Recall>(
        &self,
        book: &R,
        fingerprint: &str,
        mark: &Mark,
    ) -> Result<History, R::Error> {
        history(&Both { book, run: self.0.of("") }, fingerprint, mark)
    }
}

/// The book, and after it what a run has seen.
struct Both<'b, R> {
    book: &'b R,
    run: InMailbox<'b>,
}

impl<R: Recall> Recall for Both<'_, R> {
    type Error = R::Error;

    fn member(&self, fingerprint: &str) -> Result<Option<Member>, R::Error> {
        let Ok(judged) = self.run.member(fingerprint);
        Ok(self.book.member(fingerprint)?.or(judged))
    }

    fn with_hash(&self, hash: Print, before: u64) -> Result<Vec<(String, Member)>, R::Error> {
        let mut members = self.book.with_hash(hash, before)?;
        let Ok(run) = self.run.with_hash(hash, before);
        members.extend(run);
        members.truncate(MOST);
        Ok(members)
    }
}
