//! The page "Modell".

use askama::Template;
use store::Switch;

use super::asks::{Library, Model, Part, Training, Trial};
use super::risk::{RiskView, ThresholdView};
use super::sayings::{self, Fact, Saying, SwitchView, share};
use super::training::TrainingView;
use super::{Fields, field};
use crate::frame::Frame;
use crate::words::Language;

/// So many switches are shown here; the model's own page shows all of its own.
const SWITCHES: usize = 8;

#[derive(Template)]
#[template(path = "school.html")]
pub(super) struct SchoolView {
    frame: Frame,
    operates: bool,
    judging: String,
    /// Another one was promoted a moment ago.
    pending: Option<String>,
    /// The model in use; nothing where it is not in the folder any more.
    facts: Vec<Fact>,
    since: Option<String>,
    lacks: Vec<Saying>,
    back_to: Option<String>,
    corrections: Option<CorrectionsView>,
    trials: Vec<TrialView>,
    threshold: ThresholdView,
    risk: Option<RiskView>,
    rows: Vec<Row>,
    training: TrainingView,
    switches: Vec<SwitchView>,
}

impl SchoolView {
    pub(super) fn new(frame: Frame, library: &Library, training: &Training, fields: &Fields) -> Self {
        let words = frame.words;
        let in_use = library.models.iter().find(|model| model.id == library.judging);
        let waits = library.promoted.clone().filter(|id| *id != library.judging);
        let since = library.switches.iter().find(|switch| brought(switch, &library.judging));
        Self {
            operates: frame.visitor.rights.operates(),
            judging: library.judging.clone(),
            pending: waits.filter(|_| frame.model.refused.is_none()),
            facts: in_use
                .and_then(|model| model.facts.as_ref().ok())
                .map_or_else(Vec::new, |facts| sayings::facts(words, facts)),
            since: since.map(|switch| words.moment(switch.at)),
            lacks: in_use.map_or_else(Vec::new, |model| sayings::objections(words, &model.lacks)),
            back_to: library.back_to.clone(),
            corrections: library.corrections.map(|counts| CorrectionsView {
                judged: words.number(counts.judged),
                counts: [
                    (words.say("school-corrected-class"), words.number(counts.class)),
                    (words.say("school-decided"), words.number(counts.decided)),
                    (words.say("school-corrected-priority"), words.number(counts.priority)),
                ],
            }),
            trials: library.trials.iter().map(|trial| TrialView::new(words, trial)).collect(),
            threshold: ThresholdView::new(words, library),
            risk: RiskView::new(words, library, field(fields, "stufe")),
            rows: library.models.iter().map(|model| Row::new(words, model)).collect(),
            training: TrainingView::new(words, training, &library.lessons, frame.now),
            switches: library
                .switches
                .iter()
                .take(SWITCHES)
                .map(|switch| SwitchView::new(words, switch))
                .collect(),
            frame,
        }
    }
}

/// Whether this switch brought the model into use.
fn brought(switch: &Switch, id: &str) -> bool {
    switch.to == id && switch.from.as_deref() != Some(id)
}

struct CorrectionsView {
    judged: String,
    counts: [Fact; 3],
}

/// How a challenger did.
struct TrialView {
    in_use: String,
    challenger: String,
    mails: String,
    right: [String; 2],
    p: String,
    verdict: String,
}

impl TrialView {
    fn new(words: Language, trial: &Trial) -> Self {
        let [challenger, in_use] = trial.pairs.right().map(|right| share(words, right));
        Self {
            in_use: trial.in_use.clone(),
            challenger: trial.challenger.clone(),
            mails: words.number(trial.pairs.mails()),
            right: [challenger, in_use],
            p: sayings::probability(words, trial.pairs.p),
            verdict: super::duel::verdict(words, &trial.pairs),
        }
    }
}

/// A model of the list.
struct Row {
    id: String,
    part: Option<String>,
    in_use: bool,
    learnt: bool,
    made: Option<String>,
    mails: String,
    macro_f1: String,
    applications: String,
    lacks: Vec<Saying>,
    /// Why it cannot be used.
    damaged: Option<String>,
}

impl Row {
    fn new(words: Language, model: &Model) -> Self {
        let facts = model.facts.as_ref().ok();
        let applications = facts.and_then(|facts| facts.class.recall.get("application").copied());
        Self {
            id: model.id.clone(),
            part: sayings::part(words, model.part),
            in_use: model.part == Part::InUse,
            learnt: model.learnt,
            made: model.made.map(|at| words.moment(at)),
            mails: facts.map(|facts| words.number(facts.mails)).unwrap_or_default(),
            macro_f1: facts.map(|facts| words.decimal(facts.class.macro_f1, 3)).unwrap_or_default(),
            applications: applications.map(|recall| share(words, recall)).unwrap_or_default(),
            lacks: sayings::objections(words, &model.lacks),
            damaged: model.facts.as_ref().err().cloned(),
        }
    }

    /// Whether it could take the place of the one in use.
    fn eligible(&self) -> bool {
        !self.in_use && self.damaged.is_none()
    }
}
