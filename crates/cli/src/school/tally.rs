//! What people decided, counted from the decision log. Reading all of it takes its time, so it is done anew only
//! where the log has grown, and never for more than a small part of the time.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use model::Pairs;
use store::{Correction, Replay};
use web::{Corrections, Trial};

/// A reading that took a second holds for twenty.
const REST: u32 = 20;

/// What the log says, as it was last read.
#[derive(Debug)]
pub struct Tally {
    state: PathBuf,
    read: Option<Read>,
}

#[derive(Debug)]
struct Read {
    /// How much log there was.
    octets: u64,
    done: Instant,
    took: Duration,
    /// Nothing where it cannot be read.
    said: Option<Said>,
}

/// What is kept of it: far less than the book as a whole.
#[derive(Debug)]
struct Said {
    /// Messages by the model that judged them.
    judged: BTreeMap<String, usize>,
    corrections: Vec<Correction>,
    trials: Vec<Trial>,
}

impl Said {
    fn of(replay: &Replay) -> Self {
        Self {
            judged: replay.judged(),
            corrections: replay.corrections().into_iter().cloned().collect(),
            trials: replay.trials().into_iter().map(trial).collect(),
        }
    }
}

fn trial(trial: store::Trial) -> Trial {
    let pairs = Pairs::of(trial.mails.iter().map(|(in_use, challenger)| (*challenger, *in_use)));
    let [both, only_new, only_old, neither] =
        [pairs.both, pairs.only_first, pairs.only_second, pairs.neither].map(|count| count as u64);
    let pairs = web::Pairs { both, only_new, only_old, neither, p: pairs.p_value };
    Trial { in_use: trial.in_use, challenger: trial.challenger, pairs }
}

impl Tally {
    /// Of this state directory.
    pub fn new(state: PathBuf) -> Self {
        Self { state, read: None }
    }

    /// Corrections of what a model suggested since it is in use, every challenger's record, and how many
    /// corrections there are at all.
    pub fn of(
        &mut self,
        model: &str,
        since: Option<Timestamp>,
    ) -> (Option<Corrections>, Vec<Trial>, Option<u64>) {
        self.refresh();
        let Some(said) = self.read.as_ref().and_then(|read| read.said.as_ref()) else {
            return (None, Vec::new(), None);
        };
        let judged = said.judged.get(model).map_or(0, |count| *count as u64);
        let mut counts = Corrections { since, judged, ..Corrections::default() };
        let its = |correction: &&Correction| {
            correction.suggested.model == model && since.is_none_or(|since| correction.at >= since)
        };
        for correction in said.corrections.iter().filter(its) {
            let class = u64::from(correction.class.is_some());
            if correction.suggested.unsure {
                counts.decided += class;
            } else {
                counts.class += class;
            }
            counts.priority += u64::from(correction.priority.is_some());
        }
        (Some(counts), said.trials.clone(), Some(said.corrections.len() as u64))
    }

    fn refresh(&mut self) {
        let octets = self.octets();
        let holds = |read: &Read| read.octets == octets || read.done.elapsed() < read.took * REST;
        if self.read.as_ref().is_some_and(holds) {
            return;
        }
        let begun = Instant::now();
        let said = Replay::read(&self.state)
            .map(|replay| Said::of(&replay))
            .inspect_err(
                |error| tracing::warn!(name: "web.school", %error, "what people decided is not shown"),
            )
            .ok();
        self.read = Some(Read { octets, done: Instant::now(), took: begun.elapsed(), said });
    }

    /// All of the log's files.
    fn octets(&self) -> u64 {
        let files = fs::read_dir(self.state.join("log")).into_iter().flatten().flatten();
        files.filter_map(|file| file.metadata().ok()).map(|file| file.len()).sum()
    }
}
