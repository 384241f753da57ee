//! Taking over a promotion, or another threshold, while the program runs: the models folder is looked at every few seconds, and at
//! once on SIGHUP. A batch is judged to its end by the model that it began with.
//!
//! ```text
//!   PROMOTED, THRESHOLD changed? ─▶ load, check ─┬ good ─▶ decision log ─▶ desk ─▶ board
//!                                                └ bad  ─▶ one sentence in log and board; the last good one goes on
//! ```

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, SystemTime};

use model::Model;
use store::{Board, Chosen, Ledger, LedgerError, ModelHealth, Models, Promoted, Switch, SwitchedBy};
use tokio::signal::unix::Signal;
use tokio::sync::{Notify, watch};

use crate::circuit::stopped;
use crate::clock::Clock;
use crate::desk::{Desk, Outfit};
use crate::library::{self, InUse, UnusableModel};

/// How often the models folder is looked at.
const LOOK_EVERY: Duration = Duration::from_secs(2);

/// The desk in use; another one may take its place at any time.
#[derive(Clone, Debug)]
pub struct Desks(Arc<RwLock<Arc<Desk>>>);

impl Desks {
    /// This desk, until another one takes its place.
    pub fn new(desk: Desk) -> Self {
        Self(Arc::new(RwLock::new(Arc::new(desk))))
    }

    /// The desk in use now. Whoever begins work with it ends it with it.
    pub fn now(&self) -> Arc<Desk> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn put(&self, desk: Desk) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(desk);
    }
}

/// Where models come from, and what else belongs to a desk.
#[derive(Clone, Debug)]
pub struct Source {
    /// The models folder, or that of a single model.
    pub dir: PathBuf,
    /// Models that judge beside the one in use.
    pub challengers: Vec<String>,
    /// What every desk has; its wish is the configuration's, and counts where nothing was chosen.
    pub outfit: Outfit,
}

impl Source {
    /// A desk with this model, and the threshold that was chosen for it, where one was.
    fn desk(&self, model: Model) -> (Desk, Option<Chosen>) {
        let (challengers, sentences) = library::challengers(&self.dir, &self.challengers, &model);
        for sentence in sentences {
            tracing::warn!(name: "models.challenger", "{sentence}");
        }
        let chosen = library::chosen(&self.dir).unwrap_or_else(|error| {
            tracing::warn!(name: "models.threshold", "{error}");
            None
        });
        let mut outfit = self.outfit.clone();
        outfit.wish = chosen.map_or(outfit.wish, |chosen| library::wish(chosen.wanted));
        let desk = Desk::new(model, &outfit);
        (Desk { challengers, ..desk }, chosen)
    }
}

/// Watches the models folder.
#[derive(Debug)]
pub struct Takeover {
    source: Source,
    desks: Desks,
    ledger: Arc<Ledger>,
    board: Arc<Board>,
    clock: Clock,
    /// How the folder was when it was last looked at.
    seen: Option<Stamp>,
    /// Somebody in this process has just changed something.
    nudge: Arc<Notify>,
}

impl Takeover {
    /// Begins with the model that is in use at start: writes down which it is, and says where it is not the
    /// promoted one, or only runs in shadow.
    ///
    /// # Errors
    /// [`LedgerError`] where that cannot be written down.
    pub fn begin(
        source: Source,
        in_use: InUse,
        ledger: Arc<Ledger>,
        board: Arc<Board>,
        clock: Clock,
    ) -> Result<Self, LedgerError> {
        let seen = Stamp::of(&source.dir);
        let InUse { model, promoted, instead } = in_use;
        let (desk, chosen) = source.desk(model);
        let noted = ledger.note_model(&promoted, &desk.model.id().0, chosen, clock())?;
        noted.iter().for_each(say_switch);
        if let Some(instead) = &instead {
            tracing::error!(name: "models.refused", "{instead}");
        }
        board.set_model(health(&desk, instead));
        say_shadow(&desk);
        Ok(Self {
            source,
            desks: Desks::new(desk),
            ledger,
            board,
            clock,
            seen: Some(seen),
            nudge: Arc::default(),
        })
    }

    /// The desk in use.
    pub fn desks(&self) -> Desks {
        self.desks.clone()
    }

    /// Makes it look at once, for whoever changes the models folder from within this process.
    pub fn nudge(&self) -> Arc<Notify> {
        Arc::clone(&self.nudge)
    }

    /// Watches until `stop` turns true.
    pub async fn watch(mut self, mut hangup: Signal, mut stop: watch::Receiver<bool>) {
        loop {
            let asked = tokio::select! {
                () = tokio::time::sleep(LOOK_EVERY) => false,
                () = self.nudge.notified() => false,
                Some(()) = hangup.recv() => true,
                () = stopped(&mut stop) => return,
            };
            self.look(asked).await;
        }
    }

    /// Looks once; `asked` also where nothing seems to have changed.
    async fn look(&mut self, asked: bool) {
        let (source, seen) = (self.source.clone(), self.seen.take());
        let looking = tokio::task::spawn_blocking(move || {
            let stamp = Stamp::of(&source.dir);
            if !asked && seen.as_ref() == Some(&stamp) {
                return (stamp, None);
            }
            (stamp, Some(promoted(&source)))
        });
        let Ok((stamp, found)) = looking.await else {
            let sentence = "reading the promoted model broke; please report this".to_owned();
            return self.refuse(sentence);
        };
        match found {
            None => {}
            Some(Err(error)) => {
                let before = self.desks.now();
                let sentence = format!("{error}. Until then {} goes on judging", before.model.id());
                self.refuse(sentence);
            }
            Some(Ok(found)) => {
                if let Err(error) = self.take(found) {
                    // Nothing was taken over: it is looked at again in a moment.
                    return self.refuse(error.to_string());
                }
            }
        }
        self.seen = Some(stamp);
    }

    fn take(&self, Found { desk, chosen, promoted }: Found) -> Result<(), LedgerError> {
        let now = (self.clock)();
        let id = desk.model.id().0.clone();
        let noted = tokio::task::block_in_place(|| self.ledger.note_model(&promoted, &id, chosen, now))?;
        noted.iter().for_each(say_switch);
        let before = self.desks.now();
        self.board.set_model(health(&desk, None));
        self.desks.put(desk);
        let desk = self.desks.now();
        if !is_same(&before.model, &desk.model) {
            tracing::info!(name: "models.taken_over", model = %id, before = %before.model.id(), "another model judges from now on");
            say_shadow(&desk);
        }
        Ok(())
    }

    /// Says once why the promoted model is not used.
    fn refuse(&self, sentence: String) {
        let health = self.board.model();
        if health.refused.as_ref() != Some(&sentence) {
            tracing::error!(name: "models.refused", "{sentence}");
            self.board.set_model(ModelHealth { refused: Some(sentence), ..health });
        }
    }
}

/// What the models folder puts into use.
struct Found {
    desk: Desk,
    /// The threshold that was chosen.
    chosen: Option<Chosen>,
    /// How the model came to be promoted.
    promoted: Promoted,
}

/// A desk with the promoted model.
fn promoted(source: &Source) -> Result<Found, UnusableModel> {
    if source.dir.join("manifest.json").is_file() {
        let InUse { model, promoted, .. } = library::in_use(&source.dir)?;
        let (desk, chosen) = source.desk(model);
        return Ok(Found { desk, chosen, promoted });
    }
    let models = Models::open(&source.dir)?;
    let promoted = models.promotion()?;
    let model = library::load(&models.promoted()?)?;
    let (desk, chosen) = source.desk(model);
    Ok(Found { desk, chosen, promoted })
}

fn is_same(one: &Model, other: &Model) -> bool {
    one.id() == other.id() && one.manifest() == other.manifest()
}

fn health(desk: &Desk, refused: Option<String>) -> ModelHealth {
    ModelHealth { id: desk.model.id().to_string(), shadow: desk.shadow.clone(), refused }
}

fn say_switch(switch: &Switch) {
    let Switch { by, from, to, forced, overruled, .. } = switch;
    let from = from.as_deref().unwrap_or("none");
    let how = match by {
        SwitchedBy::Promote => "a model was promoted",
        SwitchedBy::Rollback => "a model was taken back",
        SwitchedBy::Found => "this model is in use",
        SwitchedBy::Fallback => "the model before stands in for the promoted one",
        SwitchedBy::Threshold => "another threshold counts",
    };
    if *forced {
        let overruled = overruled.join("; ");
        tracing::warn!(name: "models.switched", from, to, overruled, "{how} by force");
    } else {
        tracing::info!(name: "models.switched", from, to, "{how}");
    }
}

fn say_shadow(desk: &Desk) {
    if let Some(why) = &desk.shadow {
        tracing::warn!(name: "models.shadow", model = %desk.model.id(), why, "the model runs in shadow: it writes no tags, the queue alone shows what it suggests");
    }
}

/// How `PROMOTED`, `THRESHOLD` and the files of the model are: whether anything may have changed.
#[derive(Debug, PartialEq, Eq)]
struct Stamp(Vec<Option<(SystemTime, u64)>>, Option<String>);

impl Stamp {
    fn of(dir: &Path) -> Self {
        let id = Models::open(dir).and_then(|models| models.promotion()).ok().and_then(|said| said.id);
        let folder = id.as_ref().map_or_else(|| dir.to_owned(), |id| dir.join(id));
        let [promoted, threshold] = ["PROMOTED", "THRESHOLD"].map(|name| dir.join(name));
        let files = [promoted, threshold, folder.join("manifest.json"), folder.join("weights.bin")];
        let stamp = |path: &PathBuf| {
            let file = fs::metadata(path).ok()?;
            Some((file.modified().ok()?, file.len()))
        };
        Self(files.iter().map(stamp).collect(), id)
    }
}
