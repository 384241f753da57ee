//! The chapter: a table of steps, the same at three sizes of mail, and whether any step takes more than parsing.

use std::collections::BTreeMap;

use langhals_tests::chapter::{Chapter, Goal, Series, Table};
use langhals_tests::steps::Figures;

use crate::ledger::Ledger;

/// The core's steps in their order, as `tests/steps` names them, and what they are.
const STEPS: [(&str, &str); 7] = [
    ("parse", "parse: bytes to message"),
    ("unopened", "unopened: is it personal?"),
    ("features", "features: the message as the model sees it"),
    ("inference", "inference: class and priority"),
    ("extraction", "extraction: deadline, references, language, flags, periods"),
    ("priority", "priority and suggestion"),
    ("explanation", "explanation, when somebody asks"),
];
const LEDGER: [(&str, &str); 3] = [
    ("history", "ledger: what came before in the thread"),
    ("intend", "ledger: what is about to be written"),
    ("settle", "ledger: what became of it"),
];

/// What the core's steps take on one set of mails.
pub struct Measured {
    /// `mails`, `octets`, `text`, and µs a mail of each step.
    pub figures: Figures,
    /// Instructions a mail of each step.
    pub instructions: BTreeMap<String, u64>,
}

impl Measured {
    fn us(&self, step: &str) -> f64 {
        self.figures.get(step).copied().unwrap_or(f64::NAN)
    }

    fn count(&self, step: &str) -> f64 {
        self.instructions.get(step).map_or(f64::NAN, |count| *count as f64)
    }
}

/// All of it.
pub fn chapter(typical: &Measured, grown: &[Measured], ledger: &Ledger) -> Chapter {
    Chapter {
        title: "Steps: what one mail costs".to_owned(),
        method: method(typical),
        tables: vec![steps(typical, ledger), sizes(grown)],
        goals: goals(typical, ledger),
        growth: STEPS.iter().map(|(step, _)| growth(step, grown)).collect(),
        remarks: remarks(typical, ledger),
    }
}

fn method(typical: &Measured) -> Vec<String> {
    vec![
        format!(
            "One thread; {} mails by the authors that the model has not learnt from, {} octets each on average, of which \
             {} are new text. Every mail goes through all steps one after the other, as in the daemon; a step's time is the \
             least that all mails together took of it in any round, divided by their number (the clock itself adds about \
             0.03 µs a step).",
            typical.us("mails"),
            typical.us("octets"),
            typical.us("text"),
        ),
        "Instructions are counted by Valgrind's callgrind in a run of the same program, after one round that builds what \
         is built at first use: they do not depend on how busy the machine is, so `cargo xtask ci` holds the core's against \
         `tests/steps/instructions.toml` (`cargo xtask guard`)."
            .to_owned(),
    ]
}

fn steps(typical: &Measured, ledger: &Ledger) -> Table {
    let (us, count) = (typical.us("parse"), typical.count("parse"));
    let row = |name: &str, own: f64, instructions: f64| {
        vec![
            name.to_owned(),
            format!("{own:.1}"),
            format!("{:.2}", own / us),
            format!("{:.0}", instructions / 1000.0),
            format!("{:.2}", instructions / count),
        ]
    };
    let core = STEPS.iter().map(|(step, name)| row(name, typical.us(step), typical.count(step)));
    let books = LEDGER.iter().map(|(step, name)| row(name, of(own(ledger), step), counted(ledger, step)));
    Table {
        caption: "A mail of the corpus, step by step; the ledger in batches of 500, without its disk."
            .to_owned(),
        head: ["step", "µs", "of parse", "thousand instructions", "of parse"].map(str::to_owned).to_vec(),
        rows: core.chain(books).collect(),
    }
}

/// Where the ledger waits for no disk, if there is such a place.
fn own(ledger: &Ledger) -> &Figures {
    ledger.memory.as_ref().unwrap_or(&ledger.disk)
}

fn of(figures: &Figures, step: &str) -> f64 {
    figures.get(step).copied().unwrap_or(f64::NAN)
}

fn counted(ledger: &Ledger, step: &str) -> f64 {
    ledger.instructions.get(step).map_or(f64::NAN, |count| *count as f64)
}

fn sizes(grown: &[Measured]) -> Table {
    let columns = grown.iter().flat_map(|measured| {
        let text = measured.us("text") / 1000.0;
        [format!("{text:.1} KB of text: µs"), "thousand instructions".to_owned()]
    });
    let row = |(step, _): &(&str, &str)| {
        let cells = grown.iter().flat_map(|measured| {
            [format!("{:.0}", measured.us(step)), format!("{:.0}", measured.count(step) / 1000.0)]
        });
        let exponent =
            growth(step, grown).exponent().map_or("–".to_owned(), |exponent| format!("{exponent:.2}"));
        std::iter::once((*step).to_owned()).chain(cells).chain([exponent]).collect()
    };
    Table {
        caption:
            "The same steps on longer mails: paragraphs of several mails of the corpus behind one another."
                .to_owned(),
        head: std::iter::once("step".to_owned()).chain(columns).chain(["exponent".to_owned()]).collect(),
        rows: STEPS.iter().map(row).collect(),
    }
}

/// Instructions by octets of text.
fn growth(step: &str, grown: &[Measured]) -> Series {
    Series {
        what: format!("step {step}"),
        of: "octets of text".to_owned(),
        unit: "instructions".to_owned(),
        points: grown.iter().map(|measured| (measured.us("text"), measured.count(step))).collect(),
    }
}

/// No step above parsing: in instructions, which are the same in every run, and in time.
fn goals(typical: &Measured, ledger: &Ledger) -> Vec<Goal> {
    let sum = |of: &dyn Fn(&str) -> f64| LEDGER.iter().map(|(step, _)| of(step)).sum::<f64>();
    let counts = sum(&|step| counted(ledger, step));
    let times = sum(&|step| of(own(ledger), step));
    vec![
        goal("instructions", &|step| typical.count(step), counts),
        goal("time", &|step| typical.us(step), times),
    ]
}

/// The dearest step but parsing, the ledger being one.
fn goal(what: &str, cost: &dyn Fn(&str) -> f64, ledger: f64) -> Goal {
    let others = STEPS.iter().skip(1).map(|(step, _)| (*step, cost(step))).chain([("ledger", ledger)]);
    let (dearest, most) = others.max_by(|one, other| one.1.total_cmp(&other.1)).unwrap_or_default();
    let share = most / cost("parse");
    Goal {
        what: format!("{what} of the dearest step ({dearest}), of those of parsing"),
        asked: "≤ 1".to_owned(),
        seen: format!("{share:.2}"),
        met: share <= 1.0,
    }
}

fn remarks(typical: &Measured, ledger: &Ledger) -> Vec<String> {
    let sum = |figures: &Figures| LEDGER.iter().map(|(step, _)| of(figures, step)).sum::<f64>();
    let judged: f64 =
        STEPS.iter().filter(|(step, _)| *step != "explanation").map(|(step, _)| typical.us(step)).sum();
    let mut remarks = vec![format!(
        "All steps that sorting needs take {judged:.0} µs a mail together, which is {:.0} mails a second and core; the \
         explanation is made only for who looks at a mail.",
        1e6 / judged
    )];
    if let Some(memory) = &ledger.memory {
        let (disk, memory) = (sum(&ledger.disk), sum(memory));
        remarks.push(format!(
            "On the disk the ledger takes {disk:.1} µs a mail instead of {memory:.1}: two fsyncs, of the intents and of the \
             outcomes, are shared by 500 mails and cost {:.1} ms a batch here.",
            (disk - memory) * 0.5
        ));
    }
    remarks
}
