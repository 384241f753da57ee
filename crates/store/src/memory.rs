//! The book in memory: what the log's lines are folded into where there is no index, or to compare it with.

use std::collections::BTreeMap;
use std::convert::Infallible;

use domain::{Folder, UidValidity};
use jiff::Timestamp;

use crate::entry::{Entry, Key, Move, Shelf};
use crate::index::Reached;
use crate::promotion::Switch;
use crate::thread::Member;
use crate::threads::Threads;

/// The book in memory.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Memory {
    /// Live messages.
    pub entries: BTreeMap<Key, Entry>,
    /// Messages that left, by mailbox and fingerprint.
    pub departed: BTreeMap<(String, String), Entry>,
    /// How far each folder is.
    pub cursors: BTreeMap<(Folder, UidValidity), Reached>,
    /// How the model in use came into use.
    pub model: Option<Switch>,
    /// Which messages belong together.
    pub threads: Threads,
}

impl Shelf for Memory {
    type Error = Infallible;

    fn entry(&mut self, key: &Key) -> Result<Option<Entry>, Infallible> {
        Ok(self.entries.get(key).cloned())
    }

    fn put(&mut self, key: &Key, entry: Option<Entry>) -> Result<(), Infallible> {
        match entry {
            Some(entry) => self.entries.insert(key.clone(), entry),
            None => self.entries.remove(key),
        };
        Ok(())
    }

    fn folder(&mut self, folder: &Folder) -> Result<Vec<(Key, Entry)>, Infallible> {
        let here = |(key, _): &(&Key, &Entry)| key.folder == *folder;
        Ok(self.entries.iter().filter(here).map(|(key, entry)| (key.clone(), entry.clone())).collect())
    }

    fn departed(&mut self, mailbox: &str, fingerprint: &str) -> Result<Option<Entry>, Infallible> {
        Ok(self.departed.get(&(mailbox.to_owned(), fingerprint.to_owned())).cloned())
    }

    fn depart(&mut self, mailbox: &str, fingerprint: &str, entry: Option<Entry>) -> Result<(), Infallible> {
        let known = (mailbox.to_owned(), fingerprint.to_owned());
        match entry {
            Some(entry) => self.departed.insert(known, entry),
            None => self.departed.remove(&known),
        };
        Ok(())
    }

    fn expire(&mut self, mailbox: &str, before: Timestamp) -> Result<(), Infallible> {
        self.departed.retain(|(of, _), entry| of != mailbox || entry.decided >= before);
        Ok(())
    }

    fn member(&mut self, mailbox: &str, fingerprint: &str) -> Result<Option<Member>, Infallible> {
        Ok(self.threads.members.get(&(mailbox.to_owned(), fingerprint.to_owned())).cloned())
    }

    fn enroll(&mut self, mailbox: &str, fingerprint: &str, member: Member) -> Result<(), Infallible> {
        self.threads.enroll(mailbox, fingerprint, member);
        Ok(())
    }

    fn next_number(&mut self) -> Result<u64, Infallible> {
        self.threads.noted += 1;
        Ok(self.threads.noted)
    }

    fn forget_threads(&mut self, mailbox: &str, before: Timestamp) -> Result<(), Infallible> {
        self.threads.forget(|of, member| of == mailbox && member.at < before);
        Ok(())
    }

    fn move_cursor(&mut self, folder: &Folder, to: Move) -> Result<(), Infallible> {
        let (Move::To(validity, _) | Move::Reviewed(validity, _)) = to else {
            self.cursors.retain(|(of, _), _| of != folder);
            return Ok(());
        };
        let fresh = Reached { next: 1, modseq: None };
        let reached = self.cursors.entry((folder.clone(), validity)).or_insert(fresh);
        match to {
            Move::To(_, next) => reached.next = next,
            Move::Reviewed(_, modseq) => reached.modseq = modseq,
            Move::Void => {}
        }
        Ok(())
    }

    fn switch(&mut self, switch: &Switch) -> Result<(), Infallible> {
        self.model = Some(switch.clone());
        Ok(())
    }

    fn void_cursors(&mut self) -> Result<(), Infallible> {
        self.cursors.clear();
        Ok(())
    }
}
