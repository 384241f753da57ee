//! Messages that travel together: judged, about to be tagged, or tagged and read back.

use std::collections::BTreeMap;

use domain::{Folder, ModSeq, Tag, TagPrefix, Uid, UidValidity};
use jiff::Timestamp;
use mailbox::Summary;
use store::{Intent, Key, Mark, Outcome, Pending, Settled, Settlement, Suggestion, fingerprint};

use crate::desk::{Desk, Draft, Judged};
use crate::known;
use crate::letters::Fetched;
use crate::past::Past;

/// Messages of one folder that travel together.
#[derive(Debug)]
pub(crate) struct Batch {
    pub folder: Folder,
    pub validity: UidValidity,
    pub cases: Vec<Case>,
    /// Everything below this is decided once the batch is settled.
    pub advance: Option<Uid>,
}

/// One message on its way.
#[derive(Debug)]
pub(crate) struct Case {
    pub uid: Uid,
    pub fingerprint: String,
    pub arrived: Timestamp,
    pub modseq: Option<ModSeq>,
    pub attempt: u8,
    pub suggestion: Suggestion,
    pub set_aside: Option<&'static str>,
    /// By what its thread is known; noted before for one that is taken up again.
    pub thread: Option<Mark>,
    /// The judgement behind it; none for one that is taken up again after a stop.
    pub judged: Option<Judged>,
    /// What became of it; `None` until that is known.
    pub outcome: Option<Outcome>,
    /// Which of the wanted tags were there when it was read back.
    pub there: Vec<Tag>,
    /// Where it was found after it was moved.
    pub moved: Option<Key>,
    /// Left for the next time: its intent stands.
    pub deferred: bool,
}

/// One message as far as it can be judged without those before it.
pub(crate) struct Drafted {
    uid: Uid,
    fingerprint: String,
    arrived: Timestamp,
    modseq: Option<ModSeq>,
    draft: Draft,
}

impl Drafted {
    /// Reads a message as it was fetched.
    pub fn of(desk: &Desk, summary: &Summary, fetched: &Fetched, now: Timestamp) -> Self {
        let arrived = summary.arrived.unwrap_or(now);
        let (id, draft) = match fetched {
            Fetched::Mail(raw) => {
                // The same field that is asked for later, so that the same mail has the same fingerprint.
                let id = known::message_id(&known::message_id_field(&raw.bytes));
                (id, desk.draft(&raw.bytes, raw.partial, arrived))
            }
            Fetched::Nothing(why) => (None, Draft::nothing(why)),
        };
        let fingerprint = fingerprint(id.as_deref(), summary.size, summary.arrived).to_string();
        Self { uid: summary.uid, fingerprint, arrived, modseq: summary.modseq, draft }
    }
}

impl Case {
    /// Judges a message after those before it.
    pub fn judged(desk: &Desk, past: &mut Past, drafted: Drafted, now: Timestamp) -> Self {
        let Drafted { uid, fingerprint, arrived, modseq, draft } = drafted;
        let thread = draft.mark.clone();
        let (judged, suggestion) = past.decide(desk, draft, &fingerprint, arrived, now);
        Self {
            uid,
            fingerprint,
            arrived,
            modseq,
            attempt: 1,
            suggestion,
            set_aside: judged.set_aside,
            thread,
            judged: Some(judged),
            outcome: None,
            there: Vec::new(),
            moved: None,
            deferred: false,
        }
    }

    /// Takes up an intent of which it is not known what became of it.
    pub fn resumed(pending: Pending, attempt: u8) -> Self {
        let Pending { uid, fingerprint, arrived, modseq, suggestion, .. } = pending;
        Self {
            uid,
            fingerprint,
            arrived,
            modseq,
            attempt,
            suggestion,
            set_aside: None,
            thread: None,
            judged: None,
            outcome: None,
            there: Vec::new(),
            moved: None,
            deferred: false,
        }
    }

    /// Whether something is still to be done about it now.
    pub fn is_open(&self) -> bool {
        self.outcome.is_none() && !self.deferred
    }

    /// The file numbers in it; noted before for one that is taken up again.
    fn references(&self) -> Vec<String> {
        let judged = self.judged.as_ref();
        judged.map(|judged| judged.decision.facts.references.clone()).unwrap_or_default()
    }

    pub fn tags(&self) -> Vec<Tag> {
        self.suggestion.tags()
    }
}

impl Batch {
    /// UIDs of undecided cases that want this tag.
    pub fn wanting(&self, tag: Tag) -> Vec<Uid> {
        let wants = |case: &&Case| case.is_open() && case.tags().contains(&tag);
        self.cases.iter().filter(wants).map(|case| case.uid).collect()
    }

    /// UIDs of undecided cases by the tags that they want.
    pub fn by_tags(&self) -> BTreeMap<Vec<Tag>, Vec<Uid>> {
        let mut groups: BTreeMap<Vec<Tag>, Vec<Uid>> = BTreeMap::new();
        for case in self.cases.iter().filter(|case| case.is_open()) {
            groups.entry(case.tags()).or_default().push(case.uid);
        }
        groups.retain(|tags, _| !tags.is_empty());
        groups
    }

    /// UIDs of undecided cases.
    pub fn open(&self) -> Vec<Uid> {
        self.cases.iter().filter(|case| case.is_open()).map(|case| case.uid).collect()
    }

    /// Decides every case of `uids` that is undecided.
    pub fn decide(&mut self, uids: &[Uid], outcome: Outcome) {
        for case in &mut self.cases {
            if case.outcome.is_none() && uids.contains(&case.uid) {
                case.outcome = Some(outcome);
            }
        }
    }

    /// What a model in shadow suggests is shown and never written.
    pub fn keep_shadows_unwritten(&mut self) {
        for case in self.cases.iter_mut().filter(|case| case.is_open() && case.suggestion.shadow) {
            case.outcome = Some(Outcome::QueueOnly);
        }
    }

    /// Leaves cases for the next time.
    pub fn defer(&mut self, uids: &[Uid]) {
        for case in self.cases.iter_mut().filter(|case| uids.contains(&case.uid)) {
            case.deferred = true;
        }
    }

    /// The highest MODSEQ that was listed: what changed after it was changed by somebody meanwhile.
    pub fn listed_at(&self) -> Option<ModSeq> {
        self.cases.iter().map(|case| case.modseq).max().flatten()
    }

    pub fn intents(&self) -> Vec<Intent> {
        let intent = |case: &Case| Intent {
            uid: case.uid,
            fingerprint: case.fingerprint.clone(),
            arrived: case.arrived,
            modseq: case.modseq,
            attempt: case.attempt,
            suggestion: case.suggestion.clone(),
            set_aside: case.set_aside,
            thread: case.thread.clone(),
            references: case.references(),
        };
        self.cases.iter().map(intent).collect()
    }

    /// Those that were judged just now, for the first time; what is taken up again was counted before.
    pub fn settled(&self) -> Vec<Settled> {
        let settled = |case: &Case| {
            let suggestion = &case.suggestion;
            let class = (!suggestion.unsure).then(|| suggestion.class().best());
            let known = case.outcome.is_some_and(|outcome| outcome != Outcome::Gone);
            Settled { class, arrived: case.arrived, known }
        };
        self.cases.iter().filter(|case| case.judged.is_some()).map(settled).collect()
    }

    pub fn settlements(&self) -> Vec<Settlement> {
        let settlement = |case: &Case| {
            let (held, moved) = (case.there.clone(), case.moved.clone());
            Some(Settlement { uid: case.uid, outcome: case.outcome?, held, moved })
        };
        self.cases.iter().filter_map(settlement).collect()
    }
}

/// Our tags among a message's flags, in the order of [`Tag::ALL`].
pub(crate) fn ours(prefix: &TagPrefix, flags: &mailbox::Flags) -> Vec<Tag> {
    let mut tags: Vec<Tag> = flags.iter().filter_map(|flag| prefix.tag(flag)).collect();
    tags.sort_unstable();
    tags
}
