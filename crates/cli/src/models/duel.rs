//! Two models on the same mails, in figures and in sentences: for the decision log, and for operators.

use model::{Comparison, Pairs};
use serde::Serialize;
use store::{Duel, Trial};

use super::Room;

/// A challenger beside a model in use, on mails that people decided.
#[derive(Serialize)]
pub struct Tried {
    in_use: String,
    challenger: String,
    mails: usize,
    in_use_right: usize,
    challenger_right: usize,
    p: f64,
}

impl Tried {
    fn new(trial: &Trial) -> Self {
        let pairs = Pairs::of(trial.mails.iter().copied());
        Self {
            in_use: trial.in_use.clone(),
            challenger: trial.challenger.clone(),
            mails: trial.mails.len(),
            in_use_right: pairs.both + pairs.only_first,
            challenger_right: pairs.both + pairs.only_second,
            p: pairs.p_value,
        }
    }

    /// For a terminal.
    pub fn sentence(&self) -> String {
        let Self { in_use, challenger, mails, in_use_right, challenger_right, p } = self;
        format!(
            "on {mails} mails that people decided: {in_use}, in use then, right on {in_use_right}, challenger \
             {challenger} right on {challenger_right} (McNemar p = {p:.3})"
        )
    }
}

/// How a model did as a challenger.
pub fn tried(room: &Room, id: &str) -> Vec<Tried> {
    room.trials.iter().filter(|trial| trial.challenger == id).map(Tried::new).collect()
}

/// What is written down of a comparison; the new model is the first one.
pub fn figures(comparison: &Comparison) -> Duel {
    let only = |pairs: &Pairs| [pairs.only_first, pairs.only_second];
    Duel {
        mails: comparison.records,
        class: only(&comparison.class),
        priority: only(&comparison.priority),
        p: [comparison.class.p_value, comparison.priority.p_value],
    }
}

/// The figures of a switch in one line each for class and priority.
pub fn sentences(duel: &Duel, new: &str, old: &str) -> Vec<String> {
    let rows = [("class", duel.class, duel.p[0]), ("priority", duel.priority, duel.p[1])];
    let sentence = |(question, [only_new, only_old], p): (&str, [usize; 2], f64)| {
        format!(
            "{question}: of {} mails only {new} right on {only_new}, only {old} right on {only_old} (McNemar p = {p:.3})",
            duel.mails
        )
    };
    rows.into_iter().map(sentence).collect()
}
