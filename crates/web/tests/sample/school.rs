//! A school that keeps made-up models, for the tests and for looking at the page.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard};

use jiff::{SignedDuration, Timestamp};
use langhals_web::{
    Answer, Card, Choice, Comparison, Corrections, Exam, Facts, Forecast, Lessons, Library, Model, Objection,
    Pairs, Part, Promotion, Refused, RiskPoint, Rollback, School, Scores, Step, Threshold, Training, Trial,
    Why,
};
use store::{Duel, Switch, SwitchedBy, Wanted};
use tokio::sync::watch;

use super::now;

/// Answers from memory, and remembers what it was ordered.
#[derive(Debug)]
pub struct MadeUp {
    library: Mutex<Library>,
    orders: Mutex<Vec<String>>,
    training: watch::Sender<Training>,
}

impl Default for MadeUp {
    fn default() -> Self {
        let (training, _) = watch::channel(Training::Idle);
        Self { library: Mutex::new(library()), orders: Mutex::default(), training }
    }
}

impl MadeUp {
    /// What was ordered, in words.
    pub fn orders(&self) -> Vec<String> {
        self.orders.lock().unwrap().clone()
    }

    /// What there is, to be changed.
    pub fn library_now(&self) -> MutexGuard<'_, Library> {
        self.library.lock().unwrap()
    }

    /// Learning is so far.
    pub fn is_at(&self, training: Training) {
        self.training.send_replace(training);
    }

    fn ordered(&self, order: String) -> Answer<'_, ()> {
        self.orders.lock().unwrap().push(order);
        Box::pin(async { Ok(()) })
    }

    fn model(&self, id: &str) -> Result<Model, Refused> {
        let models = &self.library_now().models;
        let found = models.iter().find(|model| model.id == id).cloned();
        found.ok_or_else(|| Refused { why: Why::Gone, sentence: format!("there is no model {id}") })
    }
}

impl School for MadeUp {
    fn library(&self) -> Answer<'_, Library> {
        Box::pin(async { Ok(self.library_now().clone()) })
    }

    fn card(&self, id: String) -> Answer<'_, Card> {
        Box::pin(async move {
            let text =
                "# Model card\n\n<script>alert(1)</script>\n\n| | right |\n|---|---|\n| Class | 88.1 % |\n";
            let switches = self.library_now().switches.clone();
            Ok(Card { model: self.model(&id)?, text: Some(text.to_owned()), switches })
        })
    }

    fn compare(&self, id: String) -> Answer<'_, Comparison> {
        Box::pin(async move {
            let new = self.model(&id)?;
            let library = self.library_now();
            let worse = id == "learnt-2026-11-15";
            let pairs = |only_new, only_old, p| Pairs { both: 2_700, only_new, only_old, neither: 380, p };
            let exam = Exam {
                class: if worse { pairs(60, 130, 0.000_001) } else { pairs(110, 80, 0.034) },
                priority: pairs(95, 95, 1.0),
            };
            let point = library.risk.get(7).copied();
            let confidence = point.map(|point| point.confidence);
            Ok(Comparison {
                new,
                old: library.models.first().cloned(),
                exam: Some(exam),
                objections: if worse { vec![Objection::Worse] } else { Vec::new() },
                then: Forecast { confidence, expected: point, lacks: Vec::new() },
                now: library.threshold.now.clone(),
            })
        })
    }

    fn promote(&self, Promotion { id, before, force }: Promotion) -> Answer<'_, ()> {
        self.ordered(format!("promote {id} instead of {} by force {force}", before.unwrap_or_default()))
    }

    fn roll_back(&self, Rollback { from, to }: Rollback) -> Answer<'_, ()> {
        self.ordered(format!("back from {from} to {to}"))
    }

    fn choose(&self, Choice { model, wanted }: Choice) -> Answer<'_, ()> {
        self.ordered(format!("threshold {wanted:?} for {model}"))
    }

    fn learn(&self) -> Answer<'_, ()> {
        if matches!(*self.training.borrow(), Training::Running { .. }) {
            let sentence = "a model is being learnt already; wait until that is over".to_owned();
            return Box::pin(async { Err(Refused { why: Why::Impossible, sentence }) });
        }
        self.is_at(Training::Running { since: now(), step: Step::Folds { done: 2, total: 5 }, share: 0.48 });
        self.ordered("learn".to_owned())
    }

    fn training(&self) -> watch::Receiver<Training> {
        self.training.subscribe()
    }
}

fn library() -> Library {
    let risk = risk();
    let ago = |days: i64| now() - SignedDuration::from_hours(24 * days);
    let expected = risk.get(9).copied();
    let forecast =
        Forecast { confidence: expected.map(|point| point.confidence), expected, lacks: Vec::new() };
    let first = Switch::new(ago(40), SwitchedBy::Found, None, "standard-1");
    let second = Switch::new(ago(12), SwitchedBy::Promote, Some("standard-1"), "standard-2026-11");
    let figures = Duel { mails: 3_270, class: [110, 80], priority: [95, 95], p: [0.034, 1.0] };
    let second = Switch { figures: Some(figures), ..second };
    Library {
        judging: "standard-2026-11".to_owned(),
        promoted: Some("standard-2026-11".to_owned()),
        models: vec![
            model("standard-2026-11", Part::InUse, ago(13), 13_131, 0.881),
            model("standard-1", Part::Before, ago(41), 3_270, 0.861),
            model("learnt-2026-11-15", Part::Challenger, ago(6), 13_151, 0.874),
            Model {
                lacks: vec![Objection::FewMails { class: "application".to_owned(), mails: 12, needed: 30 }],
                ..model("probe", Part::Shelf, ago(3), 64, 0.61)
            },
            Model {
                facts: Err("cannot use the model in <models>/broken: weights.bin is damaged".to_owned()),
                ..model("broken", Part::Shelf, ago(2), 0, 0.0)
            },
        ],
        switches: vec![second, first],
        back_to: Some("standard-1".to_owned()),
        trials: vec![Trial {
            in_use: "standard-2026-11".to_owned(),
            challenger: "learnt-2026-11-15".to_owned(),
            pairs: Pairs { both: 231, only_new: 9, only_old: 4, neither: 12, p: 0.267 },
        }],
        corrections: Some(Corrections {
            since: Some(ago(12)),
            judged: 1_480,
            class: 41,
            decided: 73,
            priority: 12,
        }),
        threshold: Threshold {
            wanted: Wanted::MostWrong(0.03),
            chosen: None,
            configured: Wanted::MostWrong(0.03),
            unreadable: None,
            now: forecast.clone(),
            by_configuration: forecast,
        },
        risk,
        lessons: Lessons { corpus: true, scheduled: true, corrections: Some(126), keep: 5 },
    }
}

/// A curve as models have it: the fewer are sorted, the fewer of those are wrong.
fn risk() -> Vec<RiskPoint> {
    let point = |step: u32| {
        let coverage = 1.0 - f64::from(step) * 0.05;
        let error = 0.119 * coverage.powi(3);
        RiskPoint {
            confidence: 0.333 + f64::from(step) * 0.035,
            coverage,
            error,
            bound: error * 1.1 + 0.003,
            writes: coverage >= 0.3,
        }
    };
    (0..20).map(point).collect()
}

fn model(id: &str, part: Part, made: Timestamp, mails: u64, f1: f64) -> Model {
    let counts = |names: [&str; 3]| names.map(|name| (name.to_owned(), mails / 3)).into();
    let recalls =
        |names: [&str; 3]| -> BTreeMap<String, f64> { names.map(|name| (name.to_owned(), f1)).into() };
    let classes = ["application", "inquiry", "other"];
    let priorities = ["high", "normal", "low"];
    let scores = |names| Scores { macro_f1: f1, accuracy: f1, ece: 0.009, recall: recalls(names) };
    let facts = Facts {
        mails,
        authors: mails / 400 + 1,
        by_class: counts(classes),
        by_priority: counts(priorities),
        features: 150_000,
        class: scores(classes),
        priority: scores(priorities),
        exam: (mails > 100).then_some(mails),
    };
    let learnt = id.starts_with("learnt-");
    Model { id: id.to_owned(), part, learnt, made: Some(made), facts: Ok(facts), lacks: Vec::new() }
}
