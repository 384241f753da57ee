//! Holding a model against the one in use: what speaks against its promotion, and in which figures.

use std::fmt;
use std::path::PathBuf;

use model::readiness::Lack;
use model::{Comparison, Exam, ExamError, Model, Pairs};
use store::Models;

use super::Room;
use crate::corpus;

/// On fewer mails two models are not compared: chance would decide.
pub const LEAST_MAILS: usize = 100;

const HELD_OUT: &str = "Give labelled mails that neither has learnt from with --corpus";

/// What came of it.
#[derive(Default)]
pub struct Weighed {
    /// On the same mails, where there were any.
    pub comparison: Option<Comparison>,
    /// What speaks against it, or why nobody knows.
    pub against: Vec<Against>,
    /// What is to be known besides.
    pub remarks: Vec<String>,
}

/// Something that speaks against a model; its text is for the operator.
pub enum Against {
    /// It may not write tags.
    NotReady {
        /// The model.
        id: String,
        /// What it lacks.
        lack: Lack,
    },
    /// It is worse than the one in use.
    Worse(String),
    /// They have too few mails in common.
    FewInCommon {
        /// How many.
        mails: usize,
        /// In words.
        sentence: String,
    },
    /// They cannot be compared.
    Incomparable(String),
}

impl fmt::Display for Against {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotReady { id, lack } => write!(f, "{id} is not ready: {lack}"),
            Self::Worse(sentence) | Self::FewInCommon { sentence, .. } | Self::Incomparable(sentence) => {
                f.write_str(sentence)
            }
        }
    }
}

/// Weighs a model against the one in use: on held-out mails where they are given, else by their exams.
///
/// # Errors
/// Where the held-out mails cannot be read.
pub fn weigh(
    room: &Room,
    model: &Model,
    before: Option<&str>,
    corpus: &[PathBuf],
) -> anyhow::Result<Weighed> {
    let mut weighed = match before {
        Some(before) => hold(room, model, before, corpus)?,
        None => Weighed::default(),
    };
    let not_ready = |lack| Against::NotReady { id: model.id().to_string(), lack };
    weighed.against.splice(0..0, room.lacks(model.manifest()).into_iter().map(not_ready));
    Ok(weighed)
}

fn hold(room: &Room, model: &Model, before: &str, paths: &[PathBuf]) -> anyhow::Result<Weighed> {
    let unknown =
        |sentence: String| Weighed { against: vec![Against::Incomparable(sentence)], ..Weighed::default() };
    let champion = match room.load(before) {
        Ok(champion) => champion,
        Err(error) => {
            return Ok(unknown(format!("{error}; so nobody knows whether {} is worse", model.id())));
        }
    };
    let (exams, problem) = exams(room, [model, &champion]);
    let mut remarks = Vec::new();
    let comparison = match (paths, &exams) {
        ([], [Some(ours), Some(theirs)]) => ours.against(theirs),
        ([], _) => {
            let objection = problem.map(|problem| unknown(format!("{problem}. {HELD_OUT}")));
            return Ok(objection.unwrap_or_default());
        }
        (paths, exams) => on_held_out(model, &champion, exams, paths, &mut remarks)?,
    };
    if let Some(problem) = problem {
        remarks.push(format!("{problem}. Be sure that neither has learnt from the mails of --corpus"));
    }
    let against = objection(&comparison, &model.id().0, before).into_iter().collect();
    Ok(Weighed { comparison: Some(comparison), against, remarks })
}

fn objection(comparison: &Comparison, id: &str, before: &str) -> Option<Against> {
    if comparison.records < LEAST_MAILS {
        let mails = comparison.records;
        let sentence = format!(
            "{id} and {before} can be compared on {mails} mails only, {LEAST_MAILS} are needed. {HELD_OUT}"
        );
        return Some(Against::FewInCommon { mails, sentence });
    }
    let share = |pairs: &Pairs, only: usize| 100.0 * (pairs.both + only) as f64 / comparison.records as f64;
    let (class, priority) = (&comparison.class, &comparison.priority);
    comparison.forbids_promotion().then(|| {
        Against::Worse(format!(
            "{id} is worse than {before}: class {:.1} % against {:.1} % right (p = {:.3}), priority {:.1} % against {:.1} % \
             (p = {:.3}) of {} mails",
            share(class, class.only_first),
            share(class, class.only_second),
            class.p_value,
            share(priority, priority.only_first),
            share(priority, priority.only_second),
            priority.p_value,
            comparison.records
        ))
    })
}

/// Both exams, and what is wrong where one is missing.
fn exams(room: &Room, models: [&Model; 2]) -> ([Option<Exam>; 2], Option<String>) {
    let mut problem = None;
    let exams = models.map(|model| {
        let read = || {
            let folder = room.models.folder(&model.id().0).ok()?;
            Models::read_extra(&folder, Exam::FILE).ok()?
        };
        let file = read().unwrap_or_default();
        Exam::read(model.manifest(), &file)
            .map_err(|error: ExamError| problem = Some(format!("{} cannot be compared: {error}", model.id())))
            .ok()
    });
    (exams, problem)
}

/// Both models on mails of these files; those that one of them has learnt from are left out.
fn on_held_out(
    model: &Model,
    champion: &Model,
    exams: &[Option<Exam>; 2],
    paths: &[PathBuf],
    remarks: &mut Vec<String>,
) -> anyhow::Result<Comparison> {
    let mut examples = corpus::read(paths)?;
    let all = examples.len();
    examples.retain(|example| !exams.iter().flatten().any(|exam| exam.knows(example)));
    if examples.len() < all {
        let left = all - examples.len();
        remarks
            .push(format!("{left} of {all} mails are left out: one of the two models has learnt from them"));
    }
    Ok(model::compare(model, champion, &examples))
}
