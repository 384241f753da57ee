//! The book as the decision log alone tells it: for reading beside a running daemon, which holds the index.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use domain::{Class, Folder, History, Label as _, MaxAge, Opinion, Priority, Said, Uid, UidValidity};
use jiff::Timestamp;

use crate::decision_log::{DecisionLog, LogError, Position};
use crate::entry::{Entry, Key, apply};
use crate::event::{Event, Line, Suggested, tags};
use crate::memory::Memory;
use crate::queue::{Row, queue_of};
use crate::rewrite::undisturbed;
use crate::tally::{Arrived, ByMailbox, Corrections, Tally};
use crate::thread::Mark;
use crate::threads::SoFar;
use crate::trial::{Rulings, Trial};

/// What the decision log alone tells.
#[derive(Debug, Default)]
pub struct Replay {
    pub(crate) shelf: Memory,
    pub(crate) corrections: BTreeMap<(String, String), Correction>,
    rulings: Rulings,
    tally: Tally,
    /// Damaged lines that were passed over.
    pub broken: usize,
}

/// What a person has decided about a message, as it stands: one lesson a message and question.
#[derive(Clone, Debug, PartialEq)]
pub struct Correction {
    /// Where the message was last seen.
    pub folder: Folder,
    /// The folder's generation then.
    pub validity: UidValidity,
    /// Which message.
    pub uid: Uid,
    /// A [`domain::Fingerprint`] in hex.
    pub fingerprint: String,
    /// When it arrived, as far as is known: narrows the search for it.
    pub arrived: Option<Timestamp>,
    /// When it was last decided.
    pub at: Timestamp,
    /// The class that a person chose.
    pub class: Option<Class>,
    /// The class that stood once a person had touched the message: chosen, or left as it was suggested.
    pub standing: Option<Class>,
    /// The priority that a person chose.
    pub priority: Option<Priority>,
    /// What had been suggested.
    pub suggested: Suggested,
}

impl Correction {
    /// What may be learnt of it: what a person set, or let stand when they touched the message. Where no class
    /// stood ("Bitte sichten", or taken away), nobody has decided what it is.
    pub fn answer(&self) -> Option<(Class, Priority)> {
        let priority = self.priority.or_else(|| Priority::from_name(&self.suggested.priority))?;
        Some((self.class.or(self.standing)?, priority))
    }
}

impl Replay {
    /// Reads the whole log of a state directory. A missing one is empty.
    ///
    /// # Errors
    /// [`LogError`], with what to do.
    pub fn read(dir: &Path) -> Result<Self, LogError> {
        let folder = dir.join("log");
        undisturbed(&folder, || {
            let mut replay = Self::default();
            let log = DecisionLog::for_reading(&folder);
            let replayed = log.replay(&Position::default(), &mut |line, _| replay.fold(&line))?;
            replay.broken = replayed.broken;
            Ok(replay)
        })
    }

    /// The UIDs of a folder's generation of which something is known.
    pub fn decided(&self, folder: &Folder, validity: UidValidity) -> BTreeSet<Uid> {
        let here = |key: &&Key| key.folder == *folder && key.validity == validity;
        self.shelf.entries.keys().filter(here).map(|key| key.uid).collect()
    }

    /// How many messages wait.
    pub fn waiting(&self) -> usize {
        self.shelf.entries.values().filter(|entry| entry.waits()).count()
    }

    /// How many of the messages that are known were judged by each model.
    pub fn judged(&self) -> BTreeMap<String, usize> {
        let mut judged: BTreeMap<String, usize> = BTreeMap::new();
        for entry in self.shelf.entries.values() {
            match judged.get_mut(&entry.suggestion.model) {
                Some(count) => *count += 1,
                None => {
                    judged.insert(entry.suggestion.model.clone(), 1);
                }
            }
        }
        judged
    }

    /// How much arrived by day, as far as the log reaches.
    pub fn arrived(&self) -> ByMailbox<Arrived> {
        self.tally.arrived(None)
    }

    /// How often people decided by week, as far as the log reaches.
    pub fn corrected(&self) -> ByMailbox<Corrections> {
        self.tally.corrected(None)
    }

    /// What waits at a time, most urgent first.
    pub fn queue(self, at: Timestamp, max_age: MaxAge) -> Vec<Row> {
        queue_of(self.shelf.entries.into_iter().map(|(key, entry)| Row::new(key, entry, at, max_age)))
    }

    /// What came before a mail of a mailbox, by the log and then by what was judged `so_far`; where the mail
    /// was noted itself, what came before it then.
    pub fn history(&self, mailbox: &str, fingerprint: &str, mark: &Mark, so_far: &SoFar) -> History {
        let Ok(history) = so_far.history_after(&self.shelf.threads.of(mailbox), fingerprint, mark);
        history
    }

    /// What people have decided, oldest first.
    pub fn corrections(&self) -> Vec<&Correction> {
        let taught = |correction: &&Correction| correction.class.is_some() || correction.priority.is_some();
        let mut corrections: Vec<&Correction> = self.corrections.values().filter(taught).collect();
        corrections.sort_by_key(|correction| (correction.at, correction.uid));
        corrections
    }

    fn entry_of(&self, line: &Line) -> Option<&Entry> {
        let Event::Corrected { uid, .. } = line.event else { return None };
        let key = Key { folder: line.folder(), validity: UidValidity(line.validity), uid: Uid(uid) };
        self.shelf.entries.get(&key)
    }

    /// How challengers did beside the models in use, on the mails that people decided.
    pub fn trials(&self) -> Vec<Trial> {
        self.rulings.trials()
    }

    pub(crate) fn fold(&mut self, line: &Line) {
        self.rulings.see(&self.shelf, line);
        self.tally.fold(line);
        let Ok(()) = apply(&mut self.shelf, line);
        match &line.event {
            Event::Corrected { fingerprint, .. } => {
                let known = (line.mailbox.clone(), fingerprint.clone());
                let before = self.corrections.remove(&known);
                let arrived = self.entry_of(line).map(|entry| entry.arrived);
                self.corrections
                    .extend(corrected(before, arrived, line).map(|correction| (known, correction)));
            }
            Event::Taught { fingerprint, .. } => {
                let known = (line.mailbox.clone(), fingerprint.clone());
                self.corrections.extend(taught(line).map(|correction| (known, correction)));
            }
            Event::Adopted { uid, fingerprint, .. } => {
                let known = (line.mailbox.clone(), fingerprint.clone());
                if let Some(correction) = self.corrections.get_mut(&known) {
                    correction.folder = line.folder();
                    correction.validity = UidValidity(line.validity);
                    correction.uid = Uid(*uid);
                }
            }
            _ => {}
        }
    }
}

/// A correction as it was carried forward.
fn taught(line: &Line) -> Option<Correction> {
    let Event::Taught { uid, fingerprint, arrived, class, standing, priority, suggested } = &line.event
    else {
        return None;
    };
    let class_of = |name: &Option<String>| name.as_deref().and_then(Class::from_name);
    Some(Correction {
        folder: line.folder(),
        validity: UidValidity(line.validity),
        uid: Uid(*uid),
        fingerprint: fingerprint.clone(),
        arrived: *arrived,
        at: line.at,
        class: class_of(class),
        standing: class_of(standing),
        priority: priority.as_deref().and_then(Priority::from_name),
        suggested: suggested.clone(),
    })
}

impl Correction {
    /// As it is carried forward.
    pub(crate) fn as_line(&self) -> Line {
        let taught = Event::Taught {
            uid: self.uid.0,
            fingerprint: self.fingerprint.clone(),
            arrived: self.arrived,
            class: self.class.map(|class| class.name().to_owned()),
            standing: self.standing.map(|class| class.name().to_owned()),
            priority: self.priority.map(|priority| priority.name().to_owned()),
            suggested: self.suggested.clone(),
        };
        Line::new(self.at, &self.folder, self.validity, taught)
    }
}

fn corrected(before: Option<Correction>, arrived: Option<Timestamp>, line: &Line) -> Option<Correction> {
    let Event::Corrected { uid, fingerprint, tags: names, class, priority, suggested, .. } = &line.event
    else {
        return before;
    };
    let earlier = before.as_ref();
    let class = class.as_deref().and_then(Class::from_name);
    let said = Opinion::of(&tags(names)).class;
    let withdrawn = said == Said::Nothing;
    Some(Correction {
        folder: line.folder(),
        validity: UidValidity(line.validity),
        uid: Uid(*uid),
        fingerprint: fingerprint.clone(),
        arrived: arrived.or_else(|| earlier.and_then(|earlier| earlier.arrived)),
        at: line.at,
        standing: if let Said::One(class) = said { Some(class) } else { None },
        // Whoever takes the class away again takes back what it taught.
        class: class.or_else(|| earlier.and_then(|earlier| earlier.class).filter(|_| !withdrawn)),
        priority: priority
            .as_deref()
            .and_then(Priority::from_name)
            .or_else(|| earlier.and_then(|earlier| earlier.priority).filter(|_| !names.is_empty())),
        // What was suggested is what was suggested first.
        suggested: earlier.map_or_else(|| suggested.clone(), |earlier| earlier.suggested.clone()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(
        chosen: (Option<Class>, Option<Priority>),
        standing: Option<Class>,
        answer: Option<(Class, Priority)>,
    ) {
        let correction = Correction {
            folder: Folder { mailbox: "m".into(), name: "INBOX".into() },
            validity: UidValidity(1),
            uid: Uid(1),
            fingerprint: "f".into(),
            arrived: None,
            at: Timestamp::UNIX_EPOCH,
            class: chosen.0,
            standing,
            priority: chosen.1,
            suggested: Suggested {
                class: "inquiry".into(),
                priority: "low".into(),
                unsure: false,
                model: "m".into(),
            },
        };
        assert_eq!(correction.answer(), answer);
    }

    #[test]
    fn learnt_is_what_a_person_set_or_let_stand() {
        use Class::{Application, Inquiry};
        use Priority::{High, Low};
        check((Some(Application), None), Some(Application), Some((Application, Low)));
        check((None, Some(High)), Some(Inquiry), Some((Inquiry, High)));
        check((Some(Application), Some(High)), Some(Application), Some((Application, High)));
        // "Bitte sichten" stood, or the class was taken away: nobody has said what it is.
        check((None, Some(High)), None, None);
    }
}
