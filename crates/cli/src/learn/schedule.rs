//! Learning by schedule, beside the sorting: a new model of corpus and corrections, which nobody uses until
//! somebody promotes it.
//!
//! ```text
//!   due? ─▶ written down as tried ─▶ enough new corrections? ─▶ read anew ─▶ learn (a thread of low priority)
//!                                         │ no: not now              └▶ models/learnt-… ─▶ old ones go ─▶ a sentence
//! ```
//!
//! Whatever goes wrong is a sentence in the log, and is tried again at the next time of the timetable.

use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use anyhow::{Context as _, bail};
use daemon::{Due, Post, clock, schoolbook};
use jiff::Timestamp;
use model::{Evaluation, Example, TrainParams};
use store::{Correction, Learning as Noted, Models, Promoted, Replay, place_for_learnt, tidy_learnt};
use tokio::sync::{oneshot, watch};
use tokio::time::Instant;

use super::card::{self, card};
use crate::config::{Config, Learning};
use crate::corpus;
use crate::learn::lessons;
use crate::models;

/// As low as a priority gets: sorting, and everything else on the machine, comes first.
const NICE: i32 = 19;

/// What is needed to learn.
pub struct School {
    learning: Learning,
    state: PathBuf,
    models: PathBuf,
    challengers: Vec<String>,
    posts: Vec<Post>,
    clock: clock::Clock,
    /// On the clock that never jumps, when this process last tried.
    tried: Option<Instant>,
}

/// How a time of the timetable ended.
enum Ended {
    Learnt(Learnt),
    /// So few new corrections that it is not worth it.
    TooFew(usize),
}

/// What was learnt.
struct Learnt {
    folder: PathBuf,
    figures: Box<Evaluation>,
    /// What became of the corrections.
    lessons: String,
    /// Older learnt models that went.
    removed: Vec<String>,
}

impl School {
    /// As configured.
    pub fn new(config: &Config, learning: Learning) -> Self {
        Self {
            learning,
            state: config.state.clone(),
            models: config.models.clone(),
            challengers: config.challengers.clone(),
            posts: config.posts.clone(),
            clock: clock::system,
            tried: None,
        }
    }
}

/// Learns whenever it is time, until `stop` turns true. A training under way then ends with the process.
pub async fn watch(mut school: School, mut stop: watch::Receiver<bool>) {
    loop {
        let wait = school.look().await;
        tokio::select! {
            () = tokio::time::sleep(wait) => {}
            _ = stop.wait_for(|stop| *stop) => return,
        }
    }
}

impl School {
    /// Learns if it is time. Returns how long to wait before looking again.
    async fn look(&mut self) -> Duration {
        let now = (self.clock)();
        let noted = Noted::read(&self.state);
        let ago = self.tried.map(|tried| tried.elapsed());
        let due = self.learning.timetable.due(now, noted.map(|noted| noted.tried), ago);
        if let Due::Later(wait) = due {
            return wait;
        }
        let learnt = noted.map_or(0, |noted| noted.corrections);
        // Before the work: should that end the process, the next start does not begin with it again.
        if let Err(error) = (Noted { tried: now, corrections: learnt }).write(&self.state) {
            tracing::warn!(name: "learning.failed", %error, "cannot write {}: nothing is learnt until that is mended", self.state.display());
            return Duration::from_hours(1);
        }
        if due == Due::Now {
            self.tried = Some(Instant::now());
            say(&self.models, self.learn(now, learnt).await);
        }
        Duration::from_secs(1)
    }

    async fn learn(&self, now: Timestamp, learnt: usize) -> anyhow::Result<Ended> {
        let replay = tokio::task::block_in_place(|| Replay::read(&self.state))?;
        let corrections: Vec<Correction> = replay.corrections().into_iter().cloned().collect();
        drop(replay);
        // Fewer than there were: part of the log was deleted, and it is counted from there.
        let learnt = learnt.min(corrections.len());
        let new = corrections.len() - learnt;
        if new < self.learning.least_corrections {
            Noted { tried: now, corrections: learnt }.write(&self.state)?;
            return Ok(Ended::TooFew(new));
        }
        let folder = self.place(now)?;
        tracing::info!(name: "learning.started", corrections = corrections.len(), new);
        let learnt = self.learn_into(&folder, &corrections).await;
        if learnt.is_ok() {
            Noted { tried: now, corrections: corrections.len() }.write(&self.state)?;
        }
        let keep = if learnt.is_ok() { self.learning.keep } else { usize::MAX };
        let is_challenger = |id: &str| self.challengers.iter().any(|one| one == id);
        let others = |id: &str| !folder.ends_with(id) && !is_challenger(id) && may_go(&self.models, id);
        let removed = tidy_learnt(&self.models, keep, &others)?;
        learnt.map(|learnt| Ended::Learnt(Learnt { removed, ..learnt }))
    }

    async fn learn_into(&self, folder: &Path, corrections: &[Correction]) -> anyhow::Result<Learnt> {
        let book = schoolbook(&self.posts, corrections, &mut |_| {}).await;
        for trouble in &book.troubles {
            tracing::warn!(name: "learning.unread", "{trouble}");
        }
        let lessons = lessons::sentence(&book);
        if book.examples.is_empty() {
            bail!("{lessons}");
        }
        let figures = self.train(book.examples, folder.to_owned()).await?;
        Ok(Learnt { folder: folder.to_owned(), figures, lessons, removed: Vec::new() })
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
        Ok(place_for_learnt(&self.models, self.learning.timetable.day(now))?)
    }

    /// Learns corpus and corrections, and writes the model.
    async fn train(&self, corrected: Vec<Example>, folder: PathBuf) -> anyhow::Result<Box<Evaluation>> {
        let paths = self.learning.corpus.clone();
        // What only taught the model in use only teaches its successor.
        let teach_only = models::load(&self.models)
            .map_or_else(|_| Vec::new(), |model| model.manifest().params.teach_only.clone());
        in_the_background(move || {
            let mut examples = corpus::read(&paths)?;
            examples.extend(corrected);
            let params = TrainParams { teach_only, ..TrainParams::default() };
            let trained = model::train(&examples, &params, &mut |_| {})?;
            drop(examples);
            let card = card(&folder, &trained, None)?;
            let extras = [(card::FILE, card.as_bytes()), (model::Exam::FILE, trained.exam.as_slice())];
            Models::write(&folder, &trained.artifact.manifest, &trained.artifact.weights, &extras)?;
            Ok(Box::new(trained.out_of_fold))
        })
        .await
    }
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

fn say(models: &Path, ended: anyhow::Result<Ended>) {
    match ended {
        Ok(Ended::TooFew(new)) => {
            tracing::info!(name: "learning.waits", new_corrections = new, "too few new corrections to learn again: see [learning] least_corrections");
        }
        Ok(Ended::Learnt(Learnt { folder, figures, lessons, removed })) => {
            let id = folder.file_name().unwrap_or_default().to_string_lossy();
            tracing::info!(
                name: "learning.done", model = %id, mails = figures.records,
                class_macro_f1 = %format!("{:.3}", figures.class.macro_f1),
                priority_macro_f1 = %format!("{:.3}", figures.priority.macro_f1),
                removed = %removed.join(" "),
                "{lessons}. {id} is there and not in use: compare it on mails that neither model has learnt \
                 (`langhals evaluate --model {} --against {} --corpus …`), then `langhals models promote {id}`",
                folder.display(), models.display()
            );
        }
        Err(error) => {
            tracing::warn!(name: "learning.failed", "no model was learnt, and it is tried again at its next time: {error:#}");
        }
    }
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
        assert_eq!(in_the_background(|| Ok(niceness())).await.unwrap(), NICE);
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
}
