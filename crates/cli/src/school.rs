//! What the model page asks: the models folder, the decision log and the classroom, as `langhals models` and
//! `langhals train` see them.
//!
//! ```text
//!   web::School ─▶ Keeper ─┬▶ models folder (shelf: what each model says of itself)   PROMOTED, THRESHOLD ─▶ nudge
//!                          ├▶ decision log  (tally: corrections, trials)                                      │
//!                          └▶ classroom     (one training at a time)                 Takeover ◀───────────────┘
//! ```

mod shelf;
mod tally;

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use daemon::{Desks, clock};
use model::{Manifest, Wish, readiness, threshold_for};
use store::{Chosen, Models, ModelsError, Promoted, Wanted};
use tokio::sync::{Notify, watch};
use web::{
    Answer, Card, Choice, Comparison, Exam, Forecast, Lessons, Library, Pairs, Part, Promotion, Refused,
    RiskPoint, Rollback, School, Threshold, Training, Why,
};

use self::shelf::{Shelf, Volume};
use self::tally::Tally;
use crate::config::Config;
use crate::learn::classroom::Classroom;
use crate::learn::{CARD, schedule};
use crate::models::switch::{WayBack, take, take_back, way_back};
use crate::models::weigh::{Against, LEAST_MAILS, Weighed, weigh};
use crate::models::{self, Room, Wished};

/// Keeps the models for the page.
#[derive(Clone, Debug)]
pub struct Keeper(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    models: PathBuf,
    configured: Wish,
    challengers: Vec<String>,
    desks: Desks,
    nudge: Arc<Notify>,
    classroom: Option<Arc<Classroom>>,
    shelf: Mutex<Shelf>,
    tally: Mutex<Tally>,
    /// Whose turn it is to weigh models: that loads them whole.
    weighing: Arc<tokio::sync::Mutex<()>>,
    /// Where nothing can be learnt, nothing is.
    idle: watch::Sender<Training>,
}

impl Keeper {
    /// For a configuration and the desks of a running daemon; `nudge` makes it look at the models folder.
    pub fn new(config: &Config, desks: Desks, nudge: Arc<Notify>, classroom: Option<Arc<Classroom>>) -> Self {
        let (idle, _) = watch::channel(Training::Idle);
        Self(Arc::new(Inner {
            models: config.models.clone(),
            configured: config.wish,
            challengers: config.challengers.clone(),
            desks,
            nudge,
            classroom,
            shelf: Mutex::default(),
            tally: Mutex::new(Tally::new(config.state.clone())),
            weighing: Arc::default(),
            idle,
        }))
    }

    /// Files are read and models loaded on a thread of their own.
    fn ask<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Inner) -> Result<T, Refused> + Send + 'static,
    ) -> Answer<'_, T> {
        let inner = Arc::clone(&self.0);
        Box::pin(async move {
            let asked = tokio::task::spawn_blocking(move || work(&inner)).await;
            // Why it broke is not said: nobody knows what a panic's text holds.
            asked.unwrap_or_else(|_| Err(broken("it broke unexpectedly; please report this".to_owned())))
        })
    }
}

impl School for Keeper {
    fn library(&self) -> Answer<'_, Library> {
        self.ask(Inner::library)
    }

    fn card(&self, id: String) -> Answer<'_, Card> {
        self.ask(move |inner| inner.card(&id))
    }

    fn compare(&self, id: String) -> Answer<'_, Comparison> {
        Box::pin(async move {
            let turn = Arc::clone(&self.0.weighing).lock_owned().await;
            self.ask(move |inner| {
                // The work goes on where the browser goes away, so the turn is the work's.
                let _turn = turn;
                inner.compare(&id)
            })
            .await
        })
    }

    fn promote(&self, order: Promotion) -> Answer<'_, ()> {
        self.ask(move |inner| inner.promote(&order))
    }

    fn roll_back(&self, order: Rollback) -> Answer<'_, ()> {
        self.ask(move |inner| inner.roll_back(&order))
    }

    fn choose(&self, choice: Choice) -> Answer<'_, ()> {
        self.ask(move |inner| inner.choose(&choice))
    }

    fn learn(&self) -> Answer<'_, ()> {
        Box::pin(async { begin(self.0.classroom.as_ref()) })
    }

    fn training(&self) -> watch::Receiver<Training> {
        self.0.classroom.as_ref().map_or_else(|| self.0.idle.subscribe(), |room| room.training())
    }
}

/// Begins a training; how it goes is seen in its progress.
fn begin(classroom: Option<&Arc<Classroom>>) -> Result<(), Refused> {
    let Some(classroom) = classroom else {
        return Err(impossible(
            "there is nothing to learn from: set [learning] corpus to a labelled corpus and start langhals anew"
                .to_owned(),
        ));
    };
    let Some(place) = classroom.free() else {
        return Err(impossible("a model is being learnt already: wait until that is over".to_owned()));
    };
    let classroom = Arc::clone(classroom);
    tokio::spawn(async move {
        let ended = classroom.learn(place, clock::system(), 0).await;
        schedule::say(&classroom.models, ended, "");
    });
    Ok(())
}

impl Inner {
    fn room(&self) -> Result<Room, Refused> {
        if self.models.join("manifest.json").is_file() {
            let dir = self.models.display();
            return Err(impossible(format!(
                "{dir} is a single model: set [model] dir to the folder that holds PROMOTED"
            )));
        }
        let models = Models::open(&self.models).map_err(|error| impossible(error.to_string()))?;
        let wished = models::wished(&self.models, self.configured);
        Ok(Room { models, wished, challengers: self.challengers.clone(), trials: Vec::new() })
    }

    fn library(&self) -> Result<Library, Refused> {
        let room = self.room()?;
        let promoted = room.models.promotion().map_err(failed)?;
        let judging = self.desks.now().model.id().0.clone();
        let volumes = self.volumes(&room, &judging)?;
        // What the shelf has read already says whether a model is good; a rollback itself loads it anew.
        let good = |id: &&str| volumes.iter().any(|volume| volume.id == *id && volume.manifest().is_some());
        let back_to = promoted.earlier().into_iter().find(good).map(str::to_owned);
        let in_use = volumes.iter().find(|volume| volume.id == judging).and_then(Volume::manifest);
        let mut tally = self.tally.lock().unwrap_or_else(PoisonError::into_inner);
        let since = promoted.history.iter().rev().find(|switch| switch.to == judging).map(|switch| switch.at);
        let (corrections, trials, all) = tally.of(&judging, since);
        Ok(Library {
            models: self.models_of(&room, &promoted, &judging, &volumes),
            switches: promoted.history.iter().rev().cloned().collect(),
            back_to,
            trials,
            corrections,
            threshold: threshold(&room.wished, self.configured, in_use),
            risk: in_use.map_or_else(Vec::new, risk),
            lessons: self.lessons(all),
            promoted: promoted.id,
            judging,
        })
    }

    /// Every model that is there, the one in use first.
    fn volumes(&self, room: &Room, judging: &str) -> Result<Vec<Volume>, Refused> {
        let mut ids = room.models.ids().map_err(failed)?;
        ids.sort_by_key(|id| id != judging);
        let mut shelf = self.shelf.lock().unwrap_or_else(PoisonError::into_inner);
        let volumes = ids.iter().map(|id| shelf.volume(room, id)).collect();
        shelf.keep_only(&ids);
        Ok(volumes)
    }

    fn models_of(
        &self,
        room: &Room,
        promoted: &Promoted,
        judging: &str,
        volumes: &[Volume],
    ) -> Vec<web::Model> {
        let before = promoted.earlier().first().map(|id| (*id).to_owned());
        let part = |id: &str| match id {
            id if id == judging => Part::InUse,
            id if before.as_deref() == Some(id) => Part::Before,
            id if self.challengers.iter().any(|one| one == id) => Part::Challenger,
            _ => Part::Shelf,
        };
        volumes.iter().map(|volume| volume.model(room, part(&volume.id))).collect()
    }

    fn lessons(&self, corrections: Option<u64>) -> Lessons {
        let learning = self.classroom.as_ref().map(|classroom| classroom.learning());
        Lessons {
            corpus: learning.is_some(),
            scheduled: learning.is_some_and(|learning| learning.timetable.is_some()),
            corrections,
            keep: learning.map_or(0, |learning| learning.keep as u64),
        }
    }

    /// One model of the folder, as the page shows it.
    fn model(&self, room: &Room, id: &str) -> Result<web::Model, Refused> {
        let promoted = room.models.promotion().map_err(failed)?;
        let judging = self.desks.now().model.id().0.clone();
        let models = self.models_of(room, &promoted, &judging, &self.volumes(room, &judging)?);
        models.into_iter().find(|model| model.id == id).ok_or_else(|| gone(id))
    }

    fn card(&self, id: &str) -> Result<Card, Refused> {
        let room = self.room()?;
        let model = self.model(&room, id)?;
        let folder = room.models.folder(id).map_err(failed)?;
        let text = Models::read_extra(&folder, CARD).map_err(failed)?;
        let promoted = room.models.promotion().map_err(failed)?;
        let its = |switch: &&store::Switch| switch.to == id || switch.from.as_deref() == Some(id);
        Ok(Card {
            model,
            text: text.map(|text| String::from_utf8_lossy(&text).into_owned()),
            switches: promoted.history.iter().rev().filter(its).cloned().collect(),
        })
    }

    fn compare(&self, id: &str) -> Result<Comparison, Refused> {
        let room = self.room()?;
        let new = self.model(&room, id)?;
        let model = room.load(id).map_err(|error| impossible(error.to_string()))?;
        let promoted = room.models.promotion().map_err(failed)?;
        let before = promoted.id.as_deref();
        let Weighed { comparison, against, .. } =
            weigh(&room, &model, before, &[]).map_err(|error| broken(format!("{error:#}")))?;
        let old = before.and_then(|before| self.model(&room, before).ok());
        let now = before.and_then(|before| room.load(before).ok());
        let wish = room.wished.wish;
        let pairs = |pairs: &model::Pairs| Pairs {
            both: pairs.both as u64,
            only_new: pairs.only_first as u64,
            only_old: pairs.only_second as u64,
            neither: pairs.neither as u64,
            p: pairs.p_value,
        };
        Ok(Comparison {
            new,
            old,
            exam: comparison.filter(|comparison| comparison.records > 0).map(|comparison| Exam {
                class: pairs(&comparison.class),
                priority: pairs(&comparison.priority),
            }),
            objections: against.into_iter().map(objection).collect(),
            then: forecast(model.manifest(), wish),
            now: now.map_or_else(Forecast::default, |now| forecast(now.manifest(), wish)),
        })
    }

    fn promote(&self, order: &Promotion) -> Result<(), Refused> {
        let room = self.room()?;
        let Promotion { id, before, force } = order;
        let before = before.as_deref();
        if before == Some(id) {
            return Ok(());
        }
        let model = room.load(id).map_err(|error| impossible(error.to_string()))?;
        let weighed = weigh(&room, &model, before, &[]).map_err(|error| impossible(format!("{error:#}")))?;
        take(&room, id, before, &weighed, *force).map_err(|error| impossible(format!("{error:#}")))?;
        self.nudge.notify_one();
        Ok(())
    }

    fn roll_back(&self, order: &Rollback) -> Result<(), Refused> {
        let room = self.room()?;
        let WayBack { model, .. } = way_back(&room).map_err(|error| impossible(format!("{error:#}")))?;
        let leads_to = model.map(|model| model.id().0.clone());
        if leads_to.as_ref() != Some(&order.to) {
            return Err(impossible(format!(
                "the way back does not lead to {} any more: look again, and decide anew",
                order.to
            )));
        }
        take_back(&room, Some(&order.from), &order.to).map_err(|error| impossible(format!("{error:#}")))?;
        self.nudge.notify_one();
        Ok(())
    }

    fn choose(&self, choice: &Choice) -> Result<(), Refused> {
        let room = self.room()?;
        let judging = self.desks.now().model.id().0.clone();
        if judging != choice.model {
            return Err(impossible(format!(
                "{judging} is in use by now, for which a threshold does something else: look again, and decide anew"
            )));
        }
        let chosen = choice.wanted.map(|wanted| Chosen { wanted, at: clock::system() });
        room.models.choose(chosen).map_err(|error| impossible(error.to_string()))?;
        self.nudge.notify_one();
        Ok(())
    }
}

/// From where on a class is sure, with what that does to the model in use.
fn threshold(wished: &Wished, configured: Wish, in_use: Option<&Manifest>) -> Threshold {
    let does = |wish| in_use.map_or_else(Forecast::default, |manifest| forecast(manifest, wish));
    Threshold {
        wanted: wanted(wished.wish),
        chosen: wished.chosen.map(|chosen| chosen.at),
        configured: wanted(configured),
        unreadable: wished.unreadable.clone(),
        now: does(wished.wish),
        by_configuration: does(configured),
    }
}

fn wanted(wish: Wish) -> Wanted {
    match wish {
        Wish::MostWrong(share) => Wanted::MostWrong(share),
        Wish::Confidence(confidence) => Wanted::Confidence(confidence),
    }
}

/// What a wish does with the model of this manifest.
fn forecast(manifest: &Manifest, wish: Wish) -> Forecast {
    let threshold = threshold_for(manifest, wish);
    let lacks = readiness::lacks(manifest, threshold.confidence);
    Forecast {
        confidence: Some(threshold.confidence).filter(|confidence| confidence.is_finite()),
        expected: threshold.expected.as_ref().map(|point| risk_point(manifest, point)),
        lacks: lacks.iter().map(shelf::lack).collect(),
    }
}

fn risk(manifest: &Manifest) -> Vec<RiskPoint> {
    manifest.risk.iter().map(|point| risk_point(manifest, point)).collect()
}

fn risk_point(manifest: &Manifest, point: &model::RiskPoint) -> RiskPoint {
    let model::RiskPoint { confidence, coverage, error, bound } = *point;
    let writes = readiness::lacks(manifest, confidence).is_empty();
    RiskPoint { confidence, coverage, error, bound, writes }
}

fn objection(against: Against) -> web::Objection {
    match against {
        Against::NotReady { lack, .. } => shelf::lack(&lack),
        Against::Worse(_) => web::Objection::Worse,
        Against::FewInCommon { mails, .. } => {
            web::Objection::FewInCommon { mails: mails as u64, needed: LEAST_MAILS as u64 }
        }
        Against::Incomparable(sentence) => web::Objection::Incomparable(sentence),
    }
}

fn gone(id: &str) -> Refused {
    Refused { why: Why::Gone, sentence: format!("there is no model {id}") }
}

fn impossible(sentence: String) -> Refused {
    Refused { why: Why::Impossible, sentence }
}

fn broken(sentence: String) -> Refused {
    Refused { why: Why::Broken, sentence }
}

fn failed(error: ModelsError) -> Refused {
    match error {
        ModelsError::NoName { id } => gone(&id),
        error => broken(error.to_string()),
    }
}
