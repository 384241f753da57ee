//! Figures over the last weeks, folded from the log: how much arrived, how much of it was left to people, and how
//! often they decided otherwise. Counts of messages by day, week and mailbox; nothing of any person, and not who.

use std::collections::hash_map::DefaultHasher;
use std::collections::{BTreeMap, BTreeSet};
use std::hash::{Hash as _, Hasher as _};

use domain::{Class, Label as _};
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan as _};

use crate::berlin::{day, monday};
use crate::event::{Event, Line, Suggestion, tags};

/// So many days of arrivals are told, today among them.
pub(crate) const DAYS: i64 = 90;
/// So many weeks of corrections are told, this one among them.
pub(crate) const WEEKS: i64 = 26;

/// By day or week, then by mailbox; without those where nothing was.
pub type ByMailbox<T> = BTreeMap<Date, BTreeMap<String, T>>;

/// How many messages arrived in a mailbox on a day. A message counts once, however often it was judged.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Arrived {
    /// Sorted: the messages whose class was sure, by the class that was suggested.
    pub sorted: BTreeMap<Class, u64>,
    /// Left to people ("Bitte sichten").
    pub unsure: u64,
}

impl Arrived {
    /// All of them.
    pub fn total(&self) -> u64 {
        self.sorted.values().sum::<u64>() + self.unsure
    }
}

/// How often people decided in a week, and what that says of the suggestions. Each decision counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Corrections {
    /// Another class than the one that was surely suggested.
    pub class: u64,
    /// A class where it was left to people: no mistake.
    pub given: u64,
    /// Another priority.
    pub priority: u64,
}

/// The fold of the log's lines.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    arrived: ByMailbox<Arrived>,
    corrected: ByMailbox<Corrections>,
    /// What was counted on each day of arrival: messages are judged again, and written again.
    counted: BTreeMap<Date, BTreeSet<u64>>,
}

impl Tally {
    pub(crate) fn fold(&mut self, line: &Line) {
        match &line.event {
            Event::Intended { fingerprint, arrived, suggestion, .. } => {
                self.arrive(&line.mailbox, fingerprint, *arrived, suggestion);
            }
            Event::Seen { fingerprint, arrived, tags: names, .. } => {
                self.arrive(&line.mailbox, fingerprint, *arrived, &Suggestion::from_tags(&tags(names)));
            }
            Event::Corrected { class, priority, suggested, .. }
            | Event::Taught { class, priority, suggested, .. } => {
                let week = self.corrected.entry(monday(day(line.at))).or_default();
                let sums = week.entry(line.mailbox.clone()).or_default();
                let chosen = u64::from(class.as_deref().and_then(Class::from_name).is_some());
                *(if suggested.unsure { &mut sums.given } else { &mut sums.class }) += chosen;
                sums.priority += u64::from(priority.is_some());
            }
            _ => {}
        }
    }

    fn arrive(&mut self, mailbox: &str, fingerprint: &str, arrived: Timestamp, suggestion: &Suggestion) {
        let mut hasher = DefaultHasher::new();
        (mailbox, fingerprint).hash(&mut hasher);
        let day = day(arrived);
        if !self.counted.entry(day).or_default().insert(hasher.finish()) {
            return;
        }
        let sums = self.arrived.entry(day).or_default().entry(mailbox.to_owned()).or_default();
        if suggestion.unsure {
            sums.unsure += 1;
        } else {
            *sums.sorted.entry(suggestion.class().best()).or_default() += 1;
        }
    }

    /// Forgets what is not told any more.
    pub(crate) fn forget(&mut self, today: Date) {
        let (first_day, first_week) = (first_day(today), first_week(today));
        self.arrived.retain(|day, _| *day >= first_day);
        self.counted.retain(|day, _| *day >= first_day);
        self.corrected.retain(|week, _| *week >= first_week);
    }

    pub(crate) fn arrived(&self, allowed: Option<&BTreeSet<String>>) -> ByMailbox<Arrived> {
        seen(&self.arrived, allowed)
    }

    pub(crate) fn corrected(&self, allowed: Option<&BTreeSet<String>>) -> ByMailbox<Corrections> {
        seen(&self.corrected, allowed)
    }
}

/// The first day whose arrivals are told.
fn first_day(today: Date) -> Date {
    today.saturating_sub((DAYS - 1).days())
}

/// The Monday of the first week whose corrections are told.
pub(crate) fn first_week(today: Date) -> Date {
    monday(today).saturating_sub((WEEKS - 1).weeks())
}

fn seen<T: Clone>(all: &ByMailbox<T>, allowed: Option<&BTreeSet<String>>) -> ByMailbox<T> {
    let may_see = |mailbox: &String| allowed.is_none_or(|allowed| allowed.contains(mailbox));
    let of_day = |mailboxes: &BTreeMap<String, T>| -> BTreeMap<String, T> {
        let seen = mailboxes.iter().filter(|(mailbox, _)| may_see(mailbox));
        seen.map(|(mailbox, sums)| (mailbox.clone(), sums.clone())).collect()
    };
    let days = all.iter().map(|(day, mailboxes)| (*day, of_day(mailboxes)));
    days.filter(|(_, mailboxes)| !mailboxes.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::Suggested;
    use domain::{Folder, Tag, UidValidity};

    fn line(at: &str, mailbox: &str, event: Event) -> Line {
        let folder = Folder { mailbox: mailbox.into(), name: "INBOX".into() };
        Line::new(at.parse().unwrap(), &folder, UidValidity(7), event)
    }

    fn intended(print: &str, arrived: &str, class: Option<Tag>) -> Event {
        Event::Intended {
            uid: 1,
            fingerprint: print.into(),
            arrived: arrived.parse().unwrap(),
            modseq: None,
            attempt: 1,
            suggestion: Suggestion::from_tags(class.as_slice()),
            thread: None,
            references: vec![],
        }
    }

    fn corrected(class: Option<&str>, priority: Option<&str>, unsure: bool) -> Event {
        let suggested =
            Suggested { class: "other".into(), priority: "normal".into(), unsure, model: "m".into() };
        let (class, priority) = (class.map(str::to_owned), priority.map(str::to_owned));
        Event::Corrected {
            uid: 1,
            fingerprint: "f".into(),
            tags: vec![],
            class,
            priority,
            suggested,
            unwritten: false,
        }
    }

    fn date(text: &str) -> Date {
        text.parse().unwrap()
    }

    #[test]
    fn a_message_counts_once_on_the_day_it_arrived_in_berlin() {
        let mut tally = Tally::default();
        let at = "2026-11-21T08:00:00Z";
        // Shortly after midnight in Berlin.
        let late = "2026-11-19T23:10:00Z";
        for (mailbox, event) in [
            ("post", intended("a", late, Some(Tag::Antrag))),
            ("post", intended("a", late, Some(Tag::Antrag))),
            ("post", intended("b", at, None)),
            ("amt", intended("a", late, Some(Tag::Rueckfrage))),
        ] {
            tally.fold(&line(at, mailbox, event));
        }
        let seen = Event::Seen {
            uid: 2,
            fingerprint: "c".into(),
            arrived: late.parse().unwrap(),
            tags: vec!["antrag".into()],
            thread: None,
        };
        tally.fold(&line(at, "post", seen));
        let arrived = tally.arrived(None);
        let day = &arrived[&date("2026-11-20")];
        assert_eq!(day["post"], Arrived { sorted: BTreeMap::from([(Class::Application, 2)]), unsure: 0 });
        assert_eq!(day["amt"].sorted, BTreeMap::from([(Class::Inquiry, 1)]));
        assert_eq!(arrived[&date("2026-11-21")]["post"], Arrived { unsure: 1, ..Arrived::default() });
        let allowed = BTreeSet::from(["amt".to_owned()]);
        assert_eq!(tally.arrived(Some(&allowed)).len(), 1);
        assert_eq!(day["post"].total(), 2);
    }

    #[test]
    fn decisions_count_by_week_and_what_was_left_to_people_is_no_mistake() {
        let mut tally = Tally::default();
        for (at, event) in [
            ("2026-11-15T22:59:00Z", corrected(Some("inquiry"), None, false)),
            ("2026-11-15T23:01:00Z", corrected(Some("inquiry"), Some("high"), false)),
            ("2026-11-21T08:00:00Z", corrected(Some("inquiry"), None, true)),
            ("2026-11-22T22:00:00Z", corrected(None, None, true)),
        ] {
            tally.fold(&line(at, "post", event));
        }
        let weeks = tally.corrected(None);
        assert_eq!(weeks[&date("2026-11-09")]["post"], Corrections { class: 1, given: 0, priority: 0 });
        assert_eq!(weeks[&date("2026-11-16")]["post"], Corrections { class: 1, given: 1, priority: 1 });
        assert_eq!(weeks.len(), 2);
    }

    #[test]
    fn what_is_too_long_ago_is_forgotten() {
        let mut tally = Tally::default();
        let today = date("2026-11-21");
        for arrived in ["2026-08-23T12:00:00Z", "2026-08-24T12:00:00Z"] {
            tally.fold(&line(arrived, "post", intended(arrived, arrived, None)));
        }
        for at in ["2026-05-24T12:00:00Z", "2026-05-25T12:00:00Z"] {
            tally.fold(&line(at, "post", corrected(Some("inquiry"), None, false)));
        }
        tally.forget(today);
        assert_eq!(tally.arrived(None).into_keys().collect::<Vec<_>>(), [date("2026-08-24")]);
        assert_eq!(tally.corrected(None).into_keys().collect::<Vec<_>>(), [date("2026-05-25")]);
        assert_eq!(tally.counted.len(), 1);
    }
}
