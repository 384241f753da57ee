//! How far a training is, in words and as a bar.

use jiff::Timestamp;

use super::asks::{Lessons, Step, Training};
use super::sayings::Saying;
use crate::words::Language;

/// The state of learning.
pub(super) struct TrainingView {
    pub(super) running: Option<Bar>,
    /// How the last one ended.
    pub(super) ended: Option<Ended>,
    /// What the next one would learn.
    pub(super) lessons: Vec<String>,
    /// Whether one can be begun.
    pub(super) possible: bool,
    pub(super) corpus: bool,
}

/// A training under way.
pub(super) struct Bar {
    pub(super) percent: u32,
    pub(super) shown: String,
    pub(super) step: String,
    pub(super) since: String,
    pub(super) elapsed: String,
}

/// One that is over.
pub(super) struct Ended {
    pub(super) at: String,
    pub(super) said: Saying,
    /// The new model.
    pub(super) id: Option<String>,
}

impl TrainingView {
    pub(super) fn new(words: Language, training: &Training, lessons: &Lessons, now: Timestamp) -> Self {
        let running = match training {
            Training::Running { since, step, share } => Some(Bar {
                percent: ((share.clamp(0.0, 1.0) * 100.0) as i32).unsigned_abs(),
                shown: words.percent(share.clamp(0.0, 0.99)),
                step: said(words, *step),
                since: words.time(*since),
                elapsed: words.waited(*since, now),
            }),
            Training::Idle | Training::Ended { .. } => None,
        };
        let ended = match training {
            Training::Ended { at, outcome } => Some(Ended::new(words, *at, outcome)),
            Training::Idle | Training::Running { .. } => None,
        };
        let corpus = lessons.corpus;
        Self { possible: corpus && running.is_none(), running, ended, lessons: told(words, *lessons), corpus }
    }
}

impl Ended {
    fn new(words: Language, at: Timestamp, outcome: &Result<super::asks::Learnt, String>) -> Self {
        let at = words.moment(at);
        let learnt = match outcome {
            Ok(learnt) => learnt,
            Err(sentence) => return Self { at, said: Saying::english(sentence), id: None },
        };
        let values = [
            ("id", learnt.id.as_str().into()),
            ("mails", words.number(learnt.mails).into()),
            ("corrections", words.number(learnt.corrections).into()),
            ("f1", words.decimal(learnt.macro_f1, 3).into()),
        ];
        let mut text = words.fill("school-learnt", &values);
        if learnt.left_out > 0 {
            text = format!("{text} {}", words.counted("school-left-out", learnt.left_out));
        }
        if !learnt.removed.is_empty() {
            let gone = learnt.removed.join(", ");
            text = format!("{text} {}", words.fill("school-removed", &[("ids", gone.into())]));
        }
        Self { at, said: Saying::ours(text), id: Some(learnt.id.clone()) }
    }
}

fn said(words: Language, step: Step) -> String {
    let of = |name: &str, done: u64, total: u64| {
        words.fill(name, &[("done", words.number(done).into()), ("total", words.number(total).into())])
    };
    match step {
        Step::Corrections { done, total } => of("school-step-corrections", done, total),
        Step::Corpus => words.say("school-step-corpus"),
        Step::Features => words.say("school-step-features"),
        Step::Folds { done, total } => of("school-step-folds", (done + 1).min(total), total),
        Step::Fitting => words.say("school-step-fitting"),
        Step::Writing => words.say("school-step-writing"),
    }
}

fn told(words: Language, lessons: Lessons) -> Vec<String> {
    if !lessons.corpus {
        return Vec::new();
    }
    let corrections = match lessons.corrections {
        Some(0) => words.say("school-lessons-corpus"),
        Some(count) => words.counted("school-lessons", count),
        None => words.say("school-lessons-unknown"),
    };
    let mut told = vec![corrections, words.counted("school-lessons-keep", lessons.keep)];
    if lessons.scheduled {
        told.push(words.say("school-lessons-scheduled"));
    }
    told
}
