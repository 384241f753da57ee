//! The desk: what a mail is judged with, and the judging of one mail. Pure but for the isolation of panics.

use std::collections::BTreeMap;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};

use domain::{
    Class, Decision, Defect, Distribution, Facts, History, Label as _, Message, Priority, Reason, Tag,
    TagPrefix, Verdict,
};
use jiff::Timestamp;
use model::{Model, Wish, readiness, threshold_for};
use store::{Mark, Suggestion};
use triage::{House, Policy};

use crate::journey;

/// Why a mail has no judgement on which the core failed.
const UNREADABLE: &str = "unreadable";

/// What a mail is judged with.
pub struct Desk {
    /// What was learnt.
    pub model: Model,
    /// The house's own circumstances and wishes.
    pub house: House,
    /// From where on a class is sure.
    pub policy: Policy,
    /// Whose keywords are ours.
    pub prefix: TagPrefix,
    /// Why the model may not write tags, where that is so: its suggestions are shown and nothing more.
    pub shadow: Option<String>,
    /// Models that judge beside it, so that people can see who would have been right.
    pub challengers: Vec<Model>,
}

/// What every desk has, whatever its model.
#[derive(Clone, Debug)]
pub struct Outfit {
    /// The house's own circumstances and wishes.
    pub house: House,
    /// From where on a class is sure: another threshold for every model.
    pub wish: Wish,
    /// Whose keywords are ours.
    pub prefix: TagPrefix,
}

impl fmt::Debug for Desk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Desk")
            .field("model", self.model.id())
            .field("policy", &self.policy)
            .finish_non_exhaustive()
    }
}

/// A mail as it was judged. Holds content: it lives in memory only.
#[derive(Clone, Debug)]
pub struct Judged {
    /// The mail itself.
    pub message: Message,
    /// What was wrong with it.
    pub defects: Vec<Defect>,
    /// When it was received: topmost `Received:`, else `Date:`, else what the mailbox or file says.
    pub received: Timestamp,
    /// What came before it in its thread.
    pub history: History,
    /// What is suggested.
    pub decision: Decision,
    /// Why it could not be judged, where that is so: a stable name.
    pub set_aside: Option<&'static str>,
}

/// A mail as it was read, and what the model says of it.
pub(crate) struct Letter {
    pub message: Message,
    pub defects: Vec<Defect>,
    /// When it was received: topmost `Received:`, else `Date:`, else what the mailbox or file says.
    pub received: Timestamp,
    pub verdict: Verdict,
}

/// A mail as far as it can be judged without those before it: so many are drafted side by side.
pub(crate) struct Draft {
    /// The mail, and what would be decided had nothing come before it; or why there is none: a stable name.
    read: Result<(Letter, Decision), &'static str>,
    /// By what its thread is known.
    pub mark: Option<Mark>,
    /// What the challengers say of it, by their names.
    others: BTreeMap<String, String>,
}

impl Draft {
    /// Of a message of which there is nothing to read. `why` is a stable name.
    pub fn nothing(why: &'static str) -> Self {
        Self { read: Err(why), mark: None, others: BTreeMap::new() }
    }
}

impl Desk {
    /// A desk without challengers. A model that is not ready by its manifest runs in shadow.
    pub fn new(model: Model, outfit: &Outfit) -> Self {
        let policy = Policy { confidence: threshold_for(model.manifest(), outfit.wish).confidence };
        let lacks = readiness::lacks(model.manifest(), policy.confidence);
        let lacks: Vec<String> = lacks.iter().map(ToString::to_string).collect();
        let Outfit { house, prefix, .. } = outfit.clone();
        let shadow = (!lacks.is_empty()).then(|| lacks.join("; "));
        Self { model, house, policy, prefix, shadow, challengers: Vec::new() }
    }

    /// Reads one mail, and decides it as if nothing came before it.
    pub(crate) fn draft(&self, bytes: &[u8], partial: bool, arrived: Timestamp) -> Draft {
        let draft = || {
            let letter = journey::read(self, bytes, partial, arrived);
            let decision = journey::decide(self, &letter, History::default());
            let mark = Mark::of(&letter.message);
            let others = self.challenged(&letter.message);
            Draft { read: Ok((letter, decision)), mark, others }
        };
        catch_unwind(AssertUnwindSafe(draft)).unwrap_or_else(|_| Draft::nothing(UNREADABLE))
    }

    /// Decides it in the light of what came before, and says what is kept of it. A mail on which the core fails is not
    /// lost: a person is asked to look.
    pub(crate) fn judge(&self, draft: Draft, history: History, arrived: Timestamp) -> (Judged, Suggestion) {
        let Draft { read, others, .. } = draft;
        let decided = read.and_then(|(letter, decision)| {
            if history == History::default() {
                return Ok((letter, decision));
            }
            let again = catch_unwind(AssertUnwindSafe(|| journey::decide(self, &letter, history)));
            again.map(|decision| (letter, decision)).map_err(|_| UNREADABLE)
        });
        let judged = match decided {
            Ok((Letter { message, defects, received, .. }, decision)) => {
                Judged { message, defects, received, history, decision, set_aside: None }
            }
            Err(why) => self.unjudged(arrived, why),
        };
        let others = if judged.set_aside.is_none() { others } else { BTreeMap::new() };
        let suggestion =
            Suggestion { shadow: self.shadow.is_some(), others, ..Suggestion::from(&judged.decision) };
        (judged, suggestion)
    }

    /// The classes that the challengers see in the same mail; nothing else of theirs is kept.
    fn challenged(&self, message: &Message) -> BTreeMap<String, String> {
        let class_of = |model: &Model| {
            let classify = || model.classify(message).class.best();
            Some((model.id().0.clone(), catch_unwind(AssertUnwindSafe(classify)).ok()?.name().to_owned()))
        };
        self.challengers.iter().filter_map(class_of).collect()
    }

    /// The strongest words for the class, and every rule's reason.
    pub fn reasons(&self, judged: &Judged) -> Vec<Reason> {
        let class = judged.decision.class.best();
        let learnt = catch_unwind(AssertUnwindSafe(|| self.model.explain(&judged.message, class)));
        let mut reasons = learnt.unwrap_or_default();
        reasons.extend(judged.decision.reasons.iter().cloned());
        reasons
    }

    /// What is said of a mail that could not be read: a person must look. `why` is a stable name.
    fn unjudged(&self, arrived: Timestamp, why: &'static str) -> Judged {
        let decision = Decision {
            class: Distribution::<Class>::from_weights([0.0; 3]),
            priority: Distribution::certain(Priority::Normal),
            unsure: true,
            encrypted: false,
            facts: Facts { language: "de".to_owned(), ..Facts::default() },
            tags: vec![Tag::Unsicher],
            reasons: Vec::new(),
            model: self.model.id().clone(),
        };
        let defects = vec![Defect::Unreadable];
        let message = Message::default();
        let history = History::default();
        Judged { message, defects, received: arrived, history, decision, set_aside: Some(why) }
    }
}
