//! Taking up intents of which it is not known what became of them, after a crash or a lost connection.
//!
//! ```text
//!   tags there                          ─▶ applied
//!   another class tag there             ─▶ a person's: theirs stands
//!   no class tag, MODSEQ as before      ─▶ it never happened: again
//!   no class tag, MODSEQ higher         ─▶ again once, then it counts as undone by a person
//! ```
//!
//! Where messages are moved, the folder of the class is looked through first.
//!
//! A server without modification sequences cannot tell the last two apart: there it is done again.

use std::collections::BTreeMap;

use domain::{Class, Folder, Label as _, Tag, Uid, UidValidity};
use jiff::Timestamp;
use mailbox::{Access, FlagState};
use store::{Key, Ledger, LedgerError, Outcome, Pending, Settlement};

use crate::attend::{AttendError, Role};
use crate::batch::{Batch, Case, ours};
use crate::filing::{Arrivals, Filing, arrived};
use crate::letters::BATCH;
use crate::round::{Round, Writing};

impl Round<'_> {
    /// Finds out what became of intents that were cut off, and carries them to their end.
    pub async fn recover(&mut self) -> Result<usize, AttendError> {
        let pending =
            self.attendant.book(|ledger, now| ledger.pending(&self.attendant.folder, self.validity, now))?;
        if let Role::Class(folder) = &self.attendant.role {
            self.attendant.book(|ledger, now| {
                found_filed(ledger, &self.attendant.folder, self.validity, folder.class, &pending, now)
            })?;
            return Ok(0);
        }
        let resumed = pending.len();
        let mut pending = pending.into_iter().peekable();
        while pending.peek().is_some() {
            let chunk: Vec<Pending> = pending.by_ref().take(BATCH).collect();
            let batch = self.resumed(chunk).await?;
            self.travel(batch).await?;
        }
        if resumed > 0 {
            let folder = &self.attendant.folder;
            tracing::info!(name: "mailbox.recovered", folder = %folder, messages = resumed, "took up what was cut off");
        }
        Ok(resumed)
    }

    async fn resumed(&mut self, pending: Vec<Pending>) -> Result<Batch, AttendError> {
        let uids: Vec<Uid> = pending.iter().map(|pending| pending.uid).collect();
        let states = self.connection.flags(&uids).await?;
        let now: BTreeMap<Uid, FlagState> = states.into_iter().map(|state| (state.uid, state)).collect();
        let writes = matches!(self.write, Writing::Keywords);
        let files = matches!(self.write, Writing::Folders(_));
        let mut moved = match self.write.clone() {
            Writing::Folders(filing) => self.already_moved(&filing, &pending, &now).await?,
            _ => BTreeMap::new(),
        };
        let prefix = &self.attendant.prefix;
        let resume = |pending: Pending| {
            let pending_uid = pending.uid;
            let state = now.get(&pending.uid);
            let tags = state.map(|state| ours(prefix, &state.flags)).unwrap_or_default();
            let modseq = state.and_then(|state| state.modseq);
            let next = next_step(&pending, modseq, &tags, writes);
            // Moving is not tried for ever; keywords are, but for what somebody seems to have undone.
            let attempt = match next {
                _ if files => pending.attempt.saturating_add(1),
                Next::AgainOnce => 2,
                Next::Again | Next::Theirs => 1,
            };
            let wanted = pending.suggestion.tags();
            let there: Vec<Tag> = wanted.iter().copied().filter(|tag| tags.contains(tag)).collect();
            let whole = !wanted.is_empty() && there.len() == wanted.len();
            let case = Case::resumed(Pending { modseq: modseq.or(pending.modseq), ..pending }, attempt);
            // What is there is there, however suggestions are written by now.
            let outcome = match next {
                Next::Theirs => Some(Outcome::Person),
                _ if whole && !writes => Some(Outcome::Applied),
                _ => None,
            };
            Case { outcome, there, moved: moved.remove(&pending_uid), ..case }
        };
        let cases = pending.into_iter().map(resume).collect();
        let folder = self.attendant.folder.clone();
        Ok(Batch { folder, validity: self.validity, cases, advance: None })
    }
}

impl Round<'_> {
    /// Where messages lie that were moved before the program, or the connection, stopped. One that is still
    /// here as well is only taken for moved if nobody else can be the one that was found.
    async fn already_moved(
        &mut self,
        filing: &Filing,
        pending: &[Pending],
        here: &BTreeMap<Uid, FlagState>,
    ) -> Result<BTreeMap<Uid, Key>, AttendError> {
        let (source, mailbox) = (self.attendant.folder.clone(), self.attendant.folder.mailbox.clone());
        let atomic = self.connection.server().offers("MOVE");
        let mut moved = BTreeMap::new();
        for class in Class::ALL {
            let wants = |pending: &&Pending| {
                let Pending { suggestion, .. } = pending;
                !suggestion.shadow && suggestion.tags().contains(&Tag::of_class(class))
            };
            let mut these: Vec<&Pending> = pending.iter().filter(wants).collect();
            if these.is_empty() {
                continue;
            }
            let target = Folder { mailbox: mailbox.clone(), name: filing.of(class).name.clone() };
            let prints: Vec<String> = these.iter().map(|pending| pending.fingerprint.clone()).collect();
            let known = self.attendant.book(|ledger, now| ledger.taken_over(&target, &prints, now))?;
            let next = self.attendant.book(|ledger, now| ledger.cursor(&target, now))?;
            let first = next.map_or(Uid(1), |cursor| cursor.next);
            let mut found = match arrived(self.connection, filing, class, first, &mailbox).await {
                Ok(found) => found.without(known.values()),
                Err(mailbox::Error::FolderMissing { .. }) => Arrivals::default(),
                Err(error) => return Err(error.into()),
            };
            // Those that are gone from here come first: they must be there.
            these.sort_by_key(|pending| (here.contains_key(&pending.uid), pending.uid));
            for pending in these {
                // A MOVE leaves nothing behind: one that is here was not moved, whatever its like did.
                if atomic && here.contains_key(&pending.uid) {
                    continue;
                }
                let origin = Key { folder: source.clone(), validity: self.validity, uid: pending.uid };
                let key = known.get(&origin).cloned();
                let key = key.or_else(|| found.take(&pending.fingerprint));
                moved.extend(key.map(|key| (pending.uid, key)));
            }
        }
        self.connection.select(&source.name, Access::ReadWrite).await?;
        Ok(moved)
    }
}

/// In the folder of a class, what was on its way has arrived, by our doing or a person's.
fn found_filed(
    ledger: &Ledger,
    folder: &Folder,
    validity: UidValidity,
    class: Class,
    pending: &[Pending],
    at: Timestamp,
) -> Result<(), LedgerError> {
    let settlement = |pending: &Pending| {
        let ours = pending.suggestion.tags().contains(&Tag::of_class(class));
        Settlement {
            uid: pending.uid,
            outcome: if ours { Outcome::Moved } else { Outcome::Person },
            held: if ours { vec![Tag::of_class(class)] } else { Vec::new() },
            moved: None,
        }
    };
    let settlements: Vec<Settlement> = pending.iter().map(settlement).collect();
    ledger.settle(folder, validity, &settlements, None, at)
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Next {
    /// Carry it to its end: what is there already is only read back.
    Again,
    /// The same, for the last time.
    AgainOnce,
    /// A person has decided, or has undone it twice.
    Theirs,
}

fn next_step(pending: &Pending, modseq: Option<domain::ModSeq>, tags: &[domain::Tag], writes: bool) -> Next {
    let wanted = pending.suggestion.tags();
    let class = tags.iter().find(|tag| tag.settles_class());
    // Our class with another priority than we want: somebody has said how soon it is wanted.
    let hurried = class.is_some() && tags.contains(&Tag::Niedrig) && wanted.contains(&Tag::Hoch);
    if hurried || class.is_some_and(|tag| !wanted.contains(tag)) {
        return Next::Theirs;
    }
    let touched = modseq.is_some() && modseq > pending.modseq;
    match (class.is_none() && touched && writes, pending.attempt) {
        (false, 1) => Next::Again,
        (false, _) | (true, 1) => Next::AgainOnce,
        (true, _) => Next::Theirs,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{ModSeq, Tag};
    use store::Suggestion;

    #[track_caller]
    fn check(attempt: u8, modseq: Option<u64>, tags: &[Tag], expected: Next) {
        let suggestion = Suggestion {
            class: [1.0, 0.0, 0.0],
            priority: [1.0, 0.0, 0.0],
            unsure: false,
            deadline: None,
            deadline_rule: None,
            flags: vec![],
            tags: vec!["antrag".into(), "hoch".into()],
            model: "m".into(),
            shadow: false,
            others: BTreeMap::new(),
        };
        let pending = Pending {
            uid: Uid(1),
            fingerprint: String::new(),
            arrived: jiff::Timestamp::UNIX_EPOCH,
            modseq: modseq.map(|_| ModSeq(10)),
            attempt,
            suggestion,
        };
        assert_eq!(next_step(&pending, modseq.map(ModSeq), tags, true), expected);
    }

    #[test]
    fn what_was_cut_off_is_taken_up_as_the_table_says() {
        use Tag::{Antrag, Hoch, Niedrig, Rueckfrage};
        check(1, Some(10), &[], Next::Again);
        check(1, Some(11), &[], Next::AgainOnce);
        check(1, Some(11), &[Antrag], Next::Again);
        check(1, Some(11), &[Antrag, Hoch], Next::Again);
        check(1, Some(11), &[Rueckfrage], Next::Theirs);
        check(1, Some(11), &[Antrag, Niedrig], Next::Theirs);
        check(1, Some(11), &[Hoch], Next::AgainOnce);
        check(2, Some(10), &[], Next::AgainOnce);
        check(2, Some(11), &[], Next::Theirs);
        check(2, Some(11), &[Antrag], Next::AgainOnce);
        check(1, None, &[], Next::Again);
        check(1, None, &[Rueckfrage], Next::Theirs);
    }
}
