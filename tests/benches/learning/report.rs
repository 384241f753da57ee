//! The chapter: time and memory by the size of the corpus, ours and scikit-learn's.

use langhals_tests::chapter::{Chapter, Series, Table};

use crate::metered::{Cost, Outcome};

/// What one size of corpus cost.
pub struct Size {
    /// Its mails.
    pub mails: usize,
    /// `langhals train`.
    pub ours: Outcome,
    /// scikit-learn's pipeline.
    pub theirs: Outcome,
}

const HEAD: [&str; 6] = ["mails", "who", "s", "mails/s", "CPU s", "peak memory, MB"];

/// All sizes.
pub fn chapter(sizes: &[Size]) -> Chapter {
    let rows = sizes.iter().flat_map(|size| {
        [
            row(size.mails, "langhals train", &size.ours),
            row(size.mails, "scikit-learn, one fit of the class", &size.theirs),
        ]
    });
    Chapter {
        title: "Learning: training by the size of the corpus".to_owned(),
        method: method(),
        tables: vec![Table {
            caption: "One run each, one after the other.".to_owned(),
            head: HEAD.map(str::to_owned).to_vec(),
            rows: rows.collect(),
        }],
        growth: vec![
            series("langhals train, time", "s", sizes, |cost| cost.seconds),
            series("langhals train, memory", "MB", sizes, |cost| megabytes(cost.peak)),
        ],
        remarks: remarks(),
        ..Chapter::default()
    }
}

fn method() -> Vec<String> {
    vec![
        "The records of the training authors, evenly thinned out; where more are wanted than there are, variants of them, \
         with one word in eight from another mail. Only cost counts here: what is learnt of such a corpus says nothing."
            .to_owned(),
        "`langhals train` as operators run it, from JSON lines to model, exam and card. scikit-learn: words 1–2 and \
         `char_wb` 2–5 (each in at least two mails), TF-IDF, one logistic regression (C = 20, at most 200 iterations) of the \
         class alone, at most 30 minutes and 16 GiB. Time is from a process's start to its end; memory is the most that it had \
         resident."
            .to_owned(),
    ]
}

fn remarks() -> Vec<String> {
    vec![
        "`langhals train` does twelve fits where scikit-learn does one: class and priority on everything, and both once for \
         each of five folds by author, because how sure to be is learnt from mails whose authors a fit has not seen; then it \
         calibrates, and writes exam and card."
            .to_owned(),
        "Memory is bounded by design: a dense design of at most 100 million cells. Beyond 6,000 mails that many of them, and \
         beyond 16,000 ever fewer, stand for all as landmarks."
            .to_owned(),
    ]
}

fn row(mails: usize, who: &str, outcome: &Outcome) -> Vec<String> {
    let cells = match outcome {
        Outcome::Done(cost) => vec![
            format!("{:.1}", cost.seconds),
            format!("{:.0}", mails as f64 / cost.seconds),
            format!("{:.1}", cost.cpu),
            format!("{:.0}", megabytes(cost.peak)),
        ],
        Outcome::BrokeOff(why) => vec![why.clone(), String::new(), String::new(), String::new()],
    };
    [vec![mails.to_string(), who.to_owned()], cells].concat()
}

fn series(what: &str, unit: &str, sizes: &[Size], of: impl Fn(&Cost) -> f64) -> Series {
    let point = |size: &Size| match &size.ours {
        Outcome::Done(cost) => Some((size.mails as f64, of(cost))),
        Outcome::BrokeOff(_) => None,
    };
    Series {
        what: what.to_owned(),
        of: "mails".to_owned(),
        unit: unit.to_owned(),
        points: sizes.iter().filter_map(point).collect(),
    }
}

fn megabytes(octets: u64) -> f64 {
    octets as f64 / 1e6
}
