//! What each model says of itself, read once and kept until its files change: loading a model checks all of it.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::SystemTime;

use domain::Label as _;
use jiff::Timestamp;
use model::readiness::{FEWEST_MAILS, LEAST_SURE, Lack};
use model::{Exam, Manifest, ShortScores};
use store::{Models, is_learnt};
use web::{Facts, Model, Objection, Part, Scores};

use crate::models::Room;

/// The models that were looked at.
#[derive(Debug, Default)]
pub struct Shelf(BTreeMap<String, (Stamp, Volume)>);

/// One model.
#[derive(Clone, Debug)]
pub struct Volume {
    /// Its name.
    pub id: String,
    made: Option<Timestamp>,
    /// What it says; or why it cannot be used.
    said: Result<Arc<Manifest>, String>,
    /// By how many mails it can be compared.
    exam: Option<u64>,
}

/// Times and sizes of its files.
type Stamp = Vec<Option<(SystemTime, u64)>>;

impl Shelf {
    /// What a model says of itself now.
    pub fn volume(&mut self, room: &Room, id: &str) -> Volume {
        let folder = room.models.folder(id).unwrap_or_default();
        let stamp = stamp(&folder);
        if let Some((_, volume)) = self.0.get(id).filter(|(seen, _)| *seen == stamp) {
            return volume.clone();
        }
        let volume = Volume::read(room, id, &folder);
        self.0.insert(id.to_owned(), (stamp, volume.clone()));
        volume
    }

    /// Lets go of those that are not there any more.
    pub fn keep_only(&mut self, ids: &[String]) {
        self.0.retain(|id, _| ids.contains(id));
    }
}

fn stamp(folder: &Path) -> Stamp {
    let files = ["manifest.json", "weights.bin", Exam::FILE].map(|name| folder.join(name));
    let stamp = |path: &std::path::PathBuf| {
        let file = fs::metadata(path).ok()?;
        Some((file.modified().ok()?, file.len()))
    };
    files.iter().map(stamp).collect()
}

impl Volume {
    fn read(room: &Room, id: &str, folder: &Path) -> Self {
        let said = room.load(id).map(|model| Arc::new(model.manifest().clone()));
        let exam = said.as_ref().ok().and_then(|manifest| {
            let file = Models::read_extra(folder, Exam::FILE).ok()??;
            Some(Exam::read(manifest, &file).ok()?.len() as u64)
        });
        let made = fs::metadata(folder.join("manifest.json")).and_then(|file| file.modified()).ok();
        Self {
            id: id.to_owned(),
            made: made.and_then(|made| Timestamp::try_from(made).ok()),
            said: said.map_err(|error| error.to_string()),
            exam,
        }
    }

    /// Its manifest, where it can be used.
    pub fn manifest(&self) -> Option<&Manifest> {
        self.said.as_ref().ok().map(AsRef::as_ref)
    }

    /// As the page shows it.
    pub fn model(&self, room: &Room, part: Part) -> Model {
        let lacks = |manifest: &Manifest| room.lacks(manifest).iter().map(lack).collect();
        Model {
            id: self.id.clone(),
            part,
            learnt: is_learnt(&self.id),
            made: self.made,
            facts: self.said.as_ref().map(|manifest| facts(manifest, self.exam)).map_err(Clone::clone),
            lacks: self.manifest().map_or_else(Vec::new, lacks),
        }
    }
}

fn facts(manifest: &Manifest, exam: Option<u64>) -> Facts {
    let counts = |counts: &BTreeMap<String, usize>| {
        counts.iter().map(|(label, count)| (label.clone(), *count as u64)).collect()
    };
    Facts {
        mails: manifest.corpus.records as u64,
        authors: manifest.corpus.groups as u64,
        by_class: counts(&manifest.corpus.class),
        by_priority: counts(&manifest.corpus.priority),
        features: manifest.features as u64,
        class: scores(&manifest.out_of_fold.class),
        priority: scores(&manifest.out_of_fold.priority),
        exam,
    }
}

fn scores(scores: &ShortScores) -> Scores {
    let ShortScores { macro_f1, accuracy, ece, recall } = scores.clone();
    Scores { macro_f1, accuracy, ece, recall }
}

/// What a model lacks, for the page.
pub fn lack(lack: &Lack) -> Objection {
    match lack {
        Lack::FewMails { class, mails } => Objection::FewMails {
            class: class.name().to_owned(),
            mails: *mails as u64,
            needed: FEWEST_MAILS as u64,
        },
        Lack::SeldomSure { confidence, .. } if confidence.is_infinite() => Objection::NoPromise,
        Lack::SeldomSure { share, .. } => Objection::SeldomSure { share: *share, needed: LEAST_SURE },
    }
}
