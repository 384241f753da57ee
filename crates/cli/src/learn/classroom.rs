//! Learning beside the sorting, by schedule or by order: one training at a time, whoever asked for it, and anybody
//! may see how far it is.
//!
//! ```text
//!   enough new corrections? ─▶ read anew ─▶ learn (a thread of low priority) ─▶ models/learnt-… ─▶ old ones go
//!         │ no: not now            └──────────── progress ─────────────┘
//! ```
//!
//! A stop ends it at any point; what was begun is tidied away before the next one.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;

use anyhow::{Context as _, bail};
use daemon::{Post, Schoolbook, Turn, clock, schoolbook};
use jiff::Timestamp;
use model::{Evaluation, Example, Progress, TrainParams};
use store::{Correction, Learning as Noted, Models, Promoted, Replay, place_for_learnt, tidy_learnt};
use tokio::sync::{Mutex, OwnedMutexGuard, oneshot, watch};
use web::{Learnt, Step, Training};

use super::card::{self, card};
use super::lessons;
use crate::config::{Config, Learning};
use crate::{corpus, models};

/// As low as a priority gets: sorting, and everything else on the machine, comes first.
const NICE: i32 = 19;

/// Where learning takes place.
#[derive(Debug)]
pub struct Classroom {
    pub(super) learning: Learning,
    pub(super) state: PathBuf,
    /// Where new models go.
    pub models: PathBuf,
    challengers: Vec<String>,
    posts: Vec<Post>,
    pub(super) clock: clock::Clock,
    /// Whose turn it is to learn.
    turn: Arc<Mutex<()>>,
    training: watch::Sender<Training>,
}

/// How an occasion to learn ended.
pub enum Ended {
    /// With a model.
    Taught(Taught),
    /// So few new corrections that it is not worth it.
    TooFew(usize),
}

/// What was learnt.
pub struct Taught {
    /// The new model's name.
    pub id: String,
    /// How good it is on authors that it had not seen.
    pub figures: Box<Evaluation>,
    /// What became of the corrections.
    pub lessons: String,
    /// Older learnt models that went.
    pub removed: Vec<String>,
    learnt: usize,
    left_out: usize,
}

/// The right to learn now.
pub struct Place {
    _turn: OwnedMutexGuard<()>,
}

impl Classroom {
    /// As configured.
    pub fn new(config: &Config, learning: Learning) -> Arc<Self> {
        let (training, _) = watch::channel(Training::Idle);
        Arc::new(Self {
            learning,
            state: config.state.clone(),
            models: config.models.clone(),
            challengers: config.challengers.clone(),
            posts: config.posts.clone(),
            clock: clock::system,
            turn: Arc::default(),
            training,
        })
    }

    /// What is learnt, and how often.
    pub fn learning(&self) -> &Learning {
        &self.learning
    }

    /// How far learning is, and every change of that.
    pub fn training(&self) -> watch::Receiver<Training> {
        self.training.subscribe()
    }

    /// A place, where nobody else is learning.
    pub fn free(&self) -> Option<Place> {
        Arc::clone(&self.turn).try_lock_owned().ok().map(|turn| Place { _turn: turn })
    }

    /// A place, once nobody else is learning.
    pub async fn next(&self) -> Place {
        Place { _turn: Arc::clone(&self.turn).lock_owned().await }
    }

    /// Learns corpus and corrections, if there are at least so many new ones.
    pub async fn learn(&self, place: Place, now: Timestamp, least: usize) -> anyhow::Result<Ended> {
        let ended = self.learn_now(now, least).await;
        let outcome = match &ended {
            Ok(Ended::Taught(taught)) => Some(Ok(taught.in_short())),
            Ok(Ended::TooFew(_)) => None,
            Err(error) => Some(Err(format!("{error:#}"))),
        };
        if let Some(outcome) = outcome {
            self.say(Training::Ended { at: (self.clock)(), outcome });
        }
        drop(place);
        ended
    }

    async fn learn_now(&self, now: Timestamp, least: usize) -> anyhow::Result<Ended> {
        let replay = tokio::task::block_in_place(|| Replay::read(&self.state))?;
        let corrections: Vec<Correction> = replay.corrections().into_iter().cloned().collect();
        drop(replay);
        // Fewer than there were: part of the log was deleted, and it is counted from there.
        let learnt = Noted::read(&self.state).map_or(0, |noted| noted.corrections).min(corrections.len());
        let new = corrections.len() - learnt;
        if new < least {
            Noted { tried: now, corrections: learnt }.write(&self.state)?;
            return Ok(Ended::TooFew(new));
        }
        tracing::info!(name: "learning.started", corrections = corrections.len(), new);
        let total = corrections.len() as u64;
        let step = if total > 0 { Step::Corrections { done: 0, total } } else { Step::Corpus };
        self.say(Training::Running { since: now, share: share(step, 0.0), step });
        self.teach(now, &corrections, least > 0).await.map(Ended::Taught)
    }

    async fn teach(
        &self,
        now: Timestamp,
        corrections: &[Correction],
        needed: bool,
    ) -> anyhow::Result<Taught> {
        let folder = self.place(now)?;
        let taught = self.teach_into(&folder, now, corrections, needed).await;
        if taught.is_ok() {
            Noted { tried: now, corrections: corrections.len() }.write(&self.state)?;
        }
        let keep = if taught.is_ok() { self.learning.keep } else { usize::MAX };
        let is_challenger = |id: &str| self.challengers.iter().any(|one| one == id);
        let others = |id: &str| !folder.ends_with(id) && !is_challenger(id) && may_go(&self.models, id);
        let removed = tidy_learnt(&self.models, keep, &others)?;
        taught.map(|taught| Taught { removed, ..taught })
    }

    /// `needed`: without a single correction nothing is learnt.
    async fn teach_into(
        &self,
        folder: &Path,
        now: Timestamp,
        corrections: &[Correction],
        needed: bool,
    ) -> anyhow::Result<Taught> {
        let mut turn = |turn: Turn<'_>| {
            if let Turn::Reading { done, total } = turn {
                let step = Step::Corrections { done: done as u64, total: total as u64 };
                self.say(Training::Running { since: now, share: share(step, 0.0), step });
            }
        };
        let book = schoolbook(&self.posts, corrections, &mut turn).await;
        for trouble in &book.troubles {
            tracing::warn!(name: "learning.unread", "{trouble}");
        }
        let lessons = lessons::sentence(&book);
        let Schoolbook { examples, .. } = book;
        if examples.is_empty() && (needed || !corrections.is_empty()) {
            bail!("{lessons}");
        }
        let learnt = examples.len();
        let figures = self.train(examples, folder.to_owned(), now).await?;
        let id = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let left_out = corrections.len().saturating_sub(learnt);
        Ok(Taught { id, figures, lessons, removed: Vec::new(), learnt, left_out })
    }

    /// Where the new model will lie; said before the work if it cannot.
    fn place(&self, now: Timestamp) -> anyhow::Result<PathBuf> {
        if self.models.join("manifest.json").is_file() {
            bail!(
                "{} is a single model: set [model] dir to the folder that holds PROMOTED",
                self.models.display()
            );
        }
        // What a stop left behind, before something new is begun.
        tidy_learnt(&self.models, usize::MAX, &|_| false)?;
        Ok(place_for_learnt(&self.models, self.learning.day(now))?)
    }

    /// Learns corpus and corrections, and writes the model.
    async fn train(
        &self,
        corrected: Vec<Example>,
        folder: PathBuf,
        since: Timestamp,
    ) -> anyhow::Result<Box<Evaluation>> {
        let paths = self.learning.corpus.clone();
        // What only taught the model in use only teaches its successor.
        let teach_only = models::load(&self.models)
            .map_or_else(|_| Vec::new(), |model| model.manifest().params.teach_only.clone());
        let training = self.training.clone();
        in_the_background(move || {
            let say = |step: Step, part: f64| {
                training.send_replace(Training::Running { since, share: share(step, part), step });
            };
            say(Step::Corpus, 0.0);
            let mut examples = corpus::read(&paths)?;
            examples.extend(corrected);
            let params = TrainParams { teach_only, ..TrainParams::default() };
            let mut shown = None;
            let trained = model::train(&examples, &params, &mut |progress| {
                let (step, part) = step_of(progress);
                // Every mail is a step: hundreds of them are one to the eye.
                let point = (share(step, part) * 200.0) as i32;
                if shown.replace((step, point)) != Some((step, point)) {
                    say(step, part);
                }
            })?;
            drop(examples);
            say(Step::Writing, 0.0);
            let card = card(&folder, &trained, None)?;
            let extras = [(card::FILE, card.as_bytes()), (model::Exam::FILE, trained.exam.as_slice())];
            Models::write(&folder, &trained.artifact.manifest, &trained.artifact.weights, &extras)?;
            Ok(Box::new(trained.out_of_fold))
        })
        .await
    }

    fn say(&self, training: Training) {
        self.training.send_replace(training);
    }
}

impl Taught {
    fn in_short(&self) -> Learnt {
        Learnt {
            id: self.id.clone(),
            mails: self.figures.records as u64,
            corrections: self.learnt as u64,
            left_out: self.left_out as u64,
            macro_f1: self.figures.class.macro_f1,
            removed: self.removed.clone(),
        }
    }
}

/// What the training says it does, and how much of that is done.
fn step_of(Progress { step, done, total }: Progress) -> (Step, f64) {
    let part = done as f64 / total.max(1) as f64;
    match step {
        "folds" => (Step::Folds { done: done as u64, total: total as u64 }, part),
        "model" => (Step::Fitting, part),
        // The design is made of the features, and counted to them: halves of one step.
        "design" => (Step::Features, 0.5 + part / 2.0),
        _ => (Step::Features, part / 2.0),
    }
}

/// How much of the whole is done. Five fits of four fifths, and one of all of it, are most of the time.
fn share(step: Step, part: f64) -> f64 {
    let (from, to) = match step {
        Step::Corrections { done, total } => return 0.05 * (done as f64 / total.max(1) as f64),
        Step::Corpus => (0.05, 0.08),
        Step::Features => (0.08, 0.25),
        Step::Folds { .. } => (0.25, 0.84),
        Step::Fitting => (0.84, 0.97),
        Step::Writing => (0.97, 1.0),
    };
    from + (to - from) * part
}

/// Work on a thread of its own, as its priority never rises again.
async fn in_the_background<T: Send + 'static>(
    work: impl FnOnce() -> anyhow::Result<T> + Send + 'static,
) -> anyhow::Result<T> {
    let (done, waiting) = oneshot::channel();
    let begun = thread::Builder::new().name("learning".to_owned()).spawn(move || {
        // Linux counts niceness by thread; where it is refused, learning is only less modest.
        let _ = rustix::process::nice(NICE);
        // Nobody waits any more: the program is stopping.
        let _ = done.send(work());
    });
    begun.context("cannot begin to learn: the system gives no thread")?;
    waiting.await.context("learning broke unexpectedly; please report this")?
}

/// Whether a learnt model may be removed to make room: never the one in use, nor the one that a rollback leads
/// to. Where nobody knows which that is, none may.
fn may_go(models: &Path, id: &str) -> bool {
    let promoted = Models::open(models).and_then(|models| models.promotion());
    let needed = |promoted: &Promoted| {
        promoted.id.is_none() || promoted.id.as_deref() == Some(id) || promoted.earlier().first() == Some(&id)
    };
    promoted.is_ok_and(|promoted| !needed(&promoted))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The niceness of the thread that asks (proc(5), the 19th field).
    fn niceness() -> i32 {
        let stat = std::fs::read_to_string("/proc/thread-self/stat").unwrap();
        stat.rsplit(") ").next().unwrap().split(' ').nth(16).unwrap().parse().unwrap()
    }

    #[tokio::test]
    async fn whoever_learns_lets_everybody_else_go_first() {
        let before = niceness();
        assert_eq!(in_the_background(|| Ok(niceness())).await.unwrap(), (before + NICE).min(NICE));
        assert_eq!(niceness(), before);
    }

    #[tokio::test]
    async fn a_training_that_breaks_is_a_sentence() {
        let broken = in_the_background::<()>(|| panic!("as a test wants it")).await.unwrap_err();
        assert!(broken.to_string().contains("learning broke unexpectedly"), "{broken}");
    }

    #[test]
    fn the_model_in_use_never_goes_and_none_does_while_nobody_knows_it() {
        let dir = std::env::temp_dir().join(format!("langhals-may-go-{}", std::process::id()));
        std::fs::create_dir_all(&dir).unwrap();
        assert!(!may_go(&dir, "learnt-2026-11-22"));
        std::fs::write(dir.join("PROMOTED"), "learnt-2026-11-22\n").unwrap();
        assert!(!may_go(&dir, "learnt-2026-11-22"));
        assert!(may_go(&dir, "learnt-2026-11-21"));
        std::fs::remove_dir_all(&dir).unwrap();
    }

    #[test]
    fn the_bar_only_ever_moves_forward() {
        let at = |step, done, total| step_of(Progress { step, done, total });
        let steps = [
            (Step::Corrections { done: 3, total: 3 }, 0.0),
            (Step::Corpus, 0.0),
            at("features", 0, 10),
            at("features", 9, 10),
            at("design", 0, 1),
            at("design", 1, 1),
            at("folds", 0, 5),
            at("folds", 5, 5),
            at("model", 0, 1),
            at("model", 1, 1),
            (Step::Writing, 0.0),
            (Step::Writing, 1.0),
        ];
        let shares = steps.map(|(step, part)| share(step, part));
        assert!(shares.is_sorted() && shares[11] <= 1.0, "{shares:?}");
    }
}
