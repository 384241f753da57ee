//! How challengers did beside the model in use, on the mails that people decided: a fold of the log.
//!
//! ```text
//!   a person chose a class                           ─▶ that is right
//!   answered or gone, with the class tag left on it  ─▶ the tag was right
//!   everything else                                  ─▶ nobody has said
//! ```
//!
//! Of a message only its fingerprint and classes are held, and of those only counts leave here.

use std::collections::BTreeMap;

use domain::{Class, Label as _, Opinion, Said, Uid, UidValidity};

use crate::entry::{Entry, Key, Stage};
use crate::event::{Closing, Event, Line, Outcome, tags};
use crate::memory::Memory;

/// A challenger beside the model that was in use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trial {
    /// The model that was in use.
    pub in_use: String,
    /// The challenger.
    pub challenger: String,
    /// Each mail that people decided: whether the model in use was right, and whether the challenger was.
    pub mails: Vec<(bool, bool)>,
}

/// What is known of the mails that challengers judged and people decided, by mailbox and fingerprint.
#[derive(Debug, Default)]
pub(crate) struct Rulings(BTreeMap<(String, String), Ruling>);

#[derive(Debug)]
struct Ruling {
    model: String,
    guess: Class,
    others: BTreeMap<String, String>,
    truth: Class,
}

impl Rulings {
    /// Sees a line before it is folded: entries are as they were.
    pub(crate) fn see(&mut self, shelf: &Memory, line: &Line) {
        match &line.event {
            Event::Closed { uids, how } => {
                for entry in entries(shelf, line, uids) {
                    self.rule(line, entry, left_standing(entry, *how));
                }
            }
            Event::Reopened { uids } => {
                for entry in entries(shelf, line, uids).filter(|entry| !entry.person) {
                    self.0.remove(&known(line, entry));
                }
            }
            Event::Corrected { uid, tags: names, .. } => {
                for entry in entries(shelf, line, &[*uid]) {
                    self.0.remove(&known(line, entry));
                    self.rule(line, entry, one(Opinion::of(&tags(names))));
                }
            }
            _ => {}
        }
    }

    fn rule(&mut self, line: &Line, entry: &Entry, truth: Option<Class>) {
        let suggestion = &entry.suggestion;
        let Some(truth) = truth.filter(|_| !suggestion.others.is_empty()) else { return };
        let ruling = Ruling {
            model: suggestion.model.clone(),
            guess: suggestion.class().best(),
            others: suggestion.others.clone(),
            truth,
        };
        self.0.insert(known(line, entry), ruling);
    }

    pub(crate) fn trials(&self) -> Vec<Trial> {
        let mut trials: BTreeMap<(&str, &str), Vec<(bool, bool)>> = BTreeMap::new();
        for Ruling { model, guess, others, truth } in self.0.values() {
            for (challenger, class) in others {
                let mails = trials.entry((model, challenger)).or_default();
                mails.push((guess == truth, class == truth.name()));
            }
        }
        let trial = |((in_use, challenger), mails): ((&str, &str), Vec<(bool, bool)>)| Trial {
            in_use: in_use.to_owned(),
            challenger: challenger.to_owned(),
            mails,
        };
        trials.into_iter().map(trial).collect()
    }
}

fn known(line: &Line, entry: &Entry) -> (String, String) {
    (line.mailbox.clone(), entry.fingerprint.clone())
}

fn entries<'s>(shelf: &'s Memory, line: &Line, uids: &[u32]) -> impl Iterator<Item = &'s Entry> {
    let (folder, validity) = (line.folder(), UidValidity(line.validity));
    uids.iter()
        .copied()
        .filter_map(move |uid| shelf.entries.get(&Key { folder: folder.clone(), validity, uid: Uid(uid) }))
}

/// The class that people let stand on a message when they had dealt with it.
fn left_standing(entry: &Entry, how: Closing) -> Option<Class> {
    let class = one(Opinion::of(&entry.held()))?;
    let tagged = entry.stage == Stage::Settled(Outcome::Applied);
    // What goes from where it was filed may have been filed by us.
    let filed = entry.stage == Stage::Settled(Outcome::Moved) && how != Closing::Gone;
    (entry.person || tagged || filed).then_some(class)
}

fn one(opinion: Opinion) -> Option<Class> {
    if let Said::One(class) = opinion.class { Some(class) } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entry::apply;
    use crate::event::{Suggested, Suggestion};
    use domain::{Folder, Tag};
    use jiff::Timestamp;

    #[derive(Default)]
    struct Book {
        shelf: Memory,
        rulings: Rulings,
    }

    impl Book {
        fn write(&mut self, event: Event) -> &mut Self {
            let folder = Folder { mailbox: "post".into(), name: "INBOX".into() };
            let line = Line::new(Timestamp::UNIX_EPOCH, &folder, UidValidity(7), event);
            self.rulings.see(&self.shelf, &line);
            let Ok(()) = apply(&mut self.shelf, &line);
            self
        }

        /// A message that was tagged as an application, of which the challenger says `other`.
        fn tagged(&mut self, uid: u32, other: &str, outcome: Outcome) -> &mut Self {
            let suggestion = Suggestion {
                model: "m".into(),
                others: BTreeMap::from([("c".to_owned(), other.to_owned())]),
                ..Suggestion::from_tags(&[Tag::Antrag])
            };
            let intended = Event::Intended {
                uid,
                fingerprint: format!("f{uid}"),
                arrived: Timestamp::UNIX_EPOCH,
                modseq: None,
                attempt: 1,
                suggestion,
                thread: None,
                references: vec![],
            };
            self.write(intended).write(Event::Settled { uids: vec![uid], outcome, held: vec![] })
        }

        fn corrected(&mut self, uid: u32, tags: &[&str]) -> &mut Self {
            let suggested = Suggested {
                class: "application".into(),
                priority: "normal".into(),
                unsure: false,
                model: "m".into(),
            };
            self.write(Event::Corrected {
                unwritten: false,
                uid,
                fingerprint: format!("f{uid}"),
                tags: tags.iter().map(|tag| (*tag).to_owned()).collect(),
                class: None,
                priority: None,
                suggested,
            })
        }

        fn closed(&mut self, uid: u32, how: Closing) -> &mut Self {
            self.write(Event::Closed { uids: vec![uid], how })
        }

        #[track_caller]
        fn check(&self, expected: &[(bool, bool)]) {
            let mails: Vec<(bool, bool)> =
                self.rulings.trials().into_iter().flat_map(|trial| trial.mails).collect();
            assert_eq!(mails, expected);
        }
    }

    #[test]
    fn a_mail_counts_once_a_person_has_decided_it() {
        let mut book = Book::default();
        book.tagged(1, "inquiry", Outcome::Applied).check(&[]);
        book.corrected(1, &["rueckfrage"]).check(&[(false, true)]);
        book.closed(1, Closing::Answered).check(&[(false, true)]);
        book.corrected(1, &["sonstiges"]).check(&[(false, false)]);
        book.corrected(1, &["unsicher"]).check(&[]);
    }

    #[test]
    fn a_tag_that_is_left_on_an_answered_mail_is_agreed_with() {
        let mut book = Book::default();
        book.tagged(1, "inquiry", Outcome::Applied).closed(1, Closing::Answered).check(&[(true, false)]);
        book.write(Event::Reopened { uids: vec![1] }).check(&[]);
        book.closed(1, Closing::Gone).check(&[(true, false)]);
    }

    #[test]
    fn what_carried_no_tag_or_was_moved_by_us_says_nothing() {
        let mut book = Book::default();
        book.tagged(1, "inquiry", Outcome::QueueOnly).closed(1, Closing::Answered).check(&[]);
        book.tagged(2, "inquiry", Outcome::Moved).closed(2, Closing::Gone).check(&[]);
        book.tagged(3, "inquiry", Outcome::NotKept).closed(3, Closing::Gone).check(&[]);
    }
}
