//! What is measured: one function a step, never inlined, so that callgrind sees what is spent in it and below.
//!
//! Their names are those of the steps in `tests/steps/instructions.toml`. They hold no closures, whose cost would be
//! counted under the same name twice.

use std::hint::black_box;

use domain::{Class, Decision, Facts, History, Message, Reason, Verdict};
use jiff::Timestamp;
use model::{Features, Model};
use triage::{House, Policy};

use crate::Core;

/// Callgrind counts only what happens in here (`--toggle-collect`): not loading the model, nor building tables at first use.
#[inline(never)]
pub fn counted(core: &Core, mails: &[Vec<u8>]) {
    for mail in mails {
        black_box(core.judge(mail, |_| {}));
    }
}

/// Bytes to message.
#[inline(never)]
pub fn parse(bytes: &[u8]) -> Message {
    parse::message(bytes).0
}

/// What is personal loses its text.
#[inline(never)]
pub fn unopened(message: Message, house: &House) -> Message {
    triage::unopened(message, house)
}

/// The first half of classifying.
#[inline(never)]
pub fn features<'m>(model: &'m Model, message: &Message) -> Features<'m> {
    model.features(message)
}

/// The second half.
#[inline(never)]
pub fn inference(features: &Features<'_>) -> Verdict {
    features.verdict()
}

/// What is read off by rule.
#[inline(never)]
pub fn extraction(
    message: &Message,
    verdict: &Verdict,
    received: Timestamp,
    house: &House,
    history: History,
) -> Facts {
    triage::extract(message, verdict, received, house, history)
}

/// From facts to the suggestion.
#[inline(never)]
pub fn priority(
    message: &Message,
    verdict: Verdict,
    facts: Facts,
    received: Timestamp,
    history: History,
    policy: &Policy,
) -> Decision {
    let assessment = triage::prioritise(message, &verdict, &facts, received);
    triage::decide(message, verdict, assessment, facts, history, policy)
}

/// What spoke for the class.
#[inline(never)]
pub fn explanation(model: &Model, message: &Message, class: Class) -> Vec<Reason> {
    model.explain(message, class)
}
