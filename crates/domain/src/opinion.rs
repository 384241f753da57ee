//! What the tags on a message say, and what it teaches when a person changes them.

use crate::{Class, Priority, Tag};

/// What tags say of one question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Said<L> {
    /// Nothing.
    Nothing,
    /// One answer.
    One(L),
    /// Several at once: somebody is in the middle of a change, or two people disagree.
    Several,
}

/// What the tags on a message say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Opinion {
    /// Its class.
    pub class: Said<Class>,
    /// Its priority; no tag says normal.
    pub priority: Said<Priority>,
}

/// What a person has decided about a message. With neither, they only took our tags away.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Lesson {
    /// The class that they chose.
    pub class: Option<Class>,
    /// The priority that they chose.
    pub priority: Option<Priority>,
}

/// What the difference between two sets of tags means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// The same opinion.
    Same,
    /// Two classes or two priorities at once: not decided yet.
    Undecided,
    /// Another opinion.
    Decided(Lesson),
}

impl Opinion {
    /// Reads it off our tags.
    pub fn of(tags: &[Tag]) -> Self {
        let mut class = Said::Nothing;
        for said in tags.iter().filter_map(|tag| tag.class()) {
            class = match class {
                Said::Nothing => Said::One(said),
                Said::One(before) if before == said => class,
                Said::One(_) | Said::Several => Said::Several,
            };
        }
        let priority = match (tags.contains(&Tag::Hoch), tags.contains(&Tag::Niedrig)) {
            (true, true) => Said::Several,
            (true, false) => Said::One(Priority::High),
            (false, true) => Said::One(Priority::Low),
            (false, false) => Said::One(Priority::Normal),
        };
        Self { class, priority }
    }
}

impl Change {
    /// What it means that a message carries `now` and not what it was `held` to carry.
    pub fn between(held: &[Tag], now: &[Tag]) -> Self {
        let (before, after) = (Opinion::of(held), Opinion::of(now));
        if before == after {
            return Self::Same;
        }
        if after.class == Said::Several || after.priority == Said::Several {
            return Self::Undecided;
        }
        let class = match after.class {
            Said::One(class) if after.class != before.class => Some(class),
            _ => None,
        };
        // Whoever takes everything away says nothing about how soon it is wanted.
        let priority = match after.priority {
            Said::One(priority) if after.priority != before.priority && !now.is_empty() => Some(priority),
            _ => None,
        };
        Self::Decided(Lesson { class, priority })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(held: &[Tag], now: &[Tag], class: Option<Class>, priority: Option<Priority>) {
        assert_eq!(Change::between(held, now), Change::Decided(Lesson { class, priority }));
    }

    #[test]
    fn another_class_or_priority_is_a_decision() {
        use Tag::{Antrag, Hoch, Niedrig, Rueckfrage, Unsicher};
        check(&[Antrag], &[Rueckfrage], Some(Class::Inquiry), None);
        check(&[Unsicher], &[Unsicher, Antrag], Some(Class::Application), None);
        check(&[Antrag, Rueckfrage], &[Antrag], Some(Class::Application), None);
        check(&[Antrag], &[Antrag, Hoch], None, Some(Priority::High));
        check(&[Antrag, Niedrig], &[Antrag], None, Some(Priority::Normal));
        check(&[Antrag], &[Rueckfrage, Hoch], Some(Class::Inquiry), Some(Priority::High));
    }

    #[test]
    fn taking_everything_away_teaches_nothing() {
        use Tag::{Antrag, Hoch};
        check(&[Antrag, Hoch], &[], None, None);
        check(&[Antrag], &[], None, None);
    }

    #[test]
    fn two_answers_at_once_are_none() {
        use Tag::{Antrag, Hoch, Niedrig, Rueckfrage};
        assert_eq!(Change::between(&[Antrag], &[Antrag, Rueckfrage]), Change::Undecided);
        assert_eq!(Change::between(&[Hoch], &[Hoch, Niedrig]), Change::Undecided);
    }

    #[test]
    fn what_says_neither_class_nor_priority_changes_no_opinion() {
        use Tag::{Antrag, Frist, Unsicher, Verschluesselt};
        assert_eq!(Change::between(&[Antrag, Frist], &[Antrag]), Change::Same);
        assert_eq!(Change::between(&[Unsicher], &[Verschluesselt]), Change::Same);
    }
}
