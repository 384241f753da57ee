//! The exam: which mails of its corpus a model got right while it had not seen their authors. Two models that
//! learnt from the same mails can be compared by it, pair by pair, without any further mail.
//!
//! ```text
//! exam.json   {"format": 1, "marks": {"0f3a…": 3, …}}    digest of a mail ─▶ 1 class right, 2 priority right
//! ```
//!
//! It holds no mail and no id, only digests. Corrections are not in it: they are each house's own.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::compare::{Comparison, Pairs};
use crate::evaluate::{Evaluation, Guess};
use crate::example::hex;
use crate::{Example, Manifest};

/// Version of the file's form; a newer one is not read.
const FORMAT: u32 = 1;

/// Octets of a digest: enough that two mails of one corpus do not meet.
const DIGEST: usize = 8;

/// What the groups of mails begin with that people corrected (one a sender, so that none is on both sides).
pub const CORRECTED: &str = "sender ";

const CLASS_RIGHT: u8 = 1;
const PRIORITY_RIGHT: u8 = 2;

/// A model's marks, mail by mail.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Exam {
    marks: BTreeMap<String, u8>,
}

/// What the manifest says of the exam.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ExamSheet {
    /// SHA-256 of `exam.json`, in hexadecimal.
    pub sha256: String,
    /// Lowest confidence among the surest 5 %, 10 %, … 100 % of all mails, the class's.
    pub surest: Vec<f64>,
}

/// Why a model's exam cannot be used. The model itself judges without it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ExamError {
    /// The manifest knows of none.
    #[error("it was trained before there were exams; train it anew to have one")]
    None,
    /// The file is not the manifest's.
    #[error(
        "exam.json does not have the checksum that manifest.json names; restore it, or train the model anew"
    )]
    Checksum,
    /// The file has a form that this program does not know.
    #[error("exam.json has a form that this program does not read; update langhals or train the model anew")]
    Form,
}

#[derive(Serialize, Deserialize)]
struct File {
    format: u32,
    marks: BTreeMap<String, u8>,
}

impl Exam {
    /// What the file is called in a model's folder.
    pub const FILE: &str = "exam.json";

    /// The marks of guesses, one for each example.
    pub(crate) fn of(examples: &[&Example], guesses: &[Guess]) -> Self {
        let sat = examples.iter().zip(guesses).filter(|(example, _)| !example.group.starts_with(CORRECTED));
        let mark = |(example, (class, priority)): (&&Example, &Guess)| {
            let class = if class.best() == example.class { CLASS_RIGHT } else { 0 };
            let priority = if priority.best() == example.priority { PRIORITY_RIGHT } else { 0 };
            (digest(example), class | priority)
        };
        Self { marks: sat.map(mark).collect() }
    }

    /// Reads `exam.json`, which must be the one that the manifest vouches for.
    ///
    /// # Errors
    /// [`ExamError`], whose text says why there is none to be used.
    pub fn read(manifest: &Manifest, file: &[u8]) -> Result<Self, ExamError> {
        let sheet = manifest.exam.as_ref().ok_or(ExamError::None)?;
        if !hex(&Sha256::digest(file)).eq_ignore_ascii_case(&sheet.sha256) {
            return Err(ExamError::Checksum);
        }
        let File { format, marks } = serde_json::from_slice(file).map_err(|_| ExamError::Form)?;
        if format == FORMAT { Ok(Self { marks }) } else { Err(ExamError::Form) }
    }

    /// `exam.json`. The same marks give the same bytes.
    pub(crate) fn file(&self) -> Vec<u8> {
        let file = File { format: FORMAT, marks: self.marks.clone() };
        // Cannot fail: string keys and whole numbers only. Were it to, `read` would refuse the empty file.
        let mut bytes = serde_json::to_vec(&file).unwrap_or_default();
        bytes.push(b'\n');
        bytes
    }

    /// How many mails it was of.
    pub fn len(&self) -> usize {
        self.marks.len()
    }

    /// Whether it was of none.
    pub fn is_empty(&self) -> bool {
        self.marks.is_empty()
    }

    /// Whether the model learnt from this mail.
    pub fn knows(&self, example: &Example) -> bool {
        self.marks.contains_key(&digest(example))
    }

    /// Both models on the mails that both learnt from, each judged by a part that had not seen it.
    pub fn against(&self, other: &Self) -> Comparison {
        let common = || self.marks.iter().filter_map(|(mail, ours)| Some((*ours, *other.marks.get(mail)?)));
        let pairs = |bit: u8| Pairs::of(common().map(|(ours, theirs)| (ours & bit != 0, theirs & bit != 0)));
        Comparison { records: common().count(), class: pairs(CLASS_RIGHT), priority: pairs(PRIORITY_RIGHT) }
    }
}

impl ExamSheet {
    /// The sheet for a file of marks and the evaluation behind them.
    pub(crate) fn of(file: &[u8], out_of_fold: &Evaluation) -> Self {
        Self {
            sha256: hex(&Sha256::digest(file)),
            surest: out_of_fold.class.coverage.iter().map(|point| point.threshold).collect(),
        }
    }

    /// The share of mails of whose class the model was at least so sure, to 5 %, rounded down.
    pub(crate) fn share_sure(&self, confidence: f64) -> f64 {
        let sure = self.surest.iter().take_while(|lowest| **lowest >= confidence).count();
        sure as f64 / self.surest.len().max(1) as f64
    }
}

fn digest(example: &Example) -> String {
    hex(&example.digest()[..DIGEST])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::example::example;
    use domain::{Class, Distribution, Priority};

    fn guess(class: Class, priority: Priority) -> Guess {
        (Distribution::certain(class), Distribution::certain(priority))
    }

    #[test]
    fn two_exams_are_compared_on_the_mails_that_both_hold() {
        let examples: Vec<Example> = ["1", "2", "3"].map(|id| example(id, "t01")).to_vec();
        let all: Vec<&Example> = examples.iter().collect();
        let right = guess(Class::Other, Priority::Low);
        let wrong = guess(Class::Inquiry, Priority::Low);
        let one = Exam::of(&all, &[right, wrong, right]);
        let other = Exam::of(&all[..2], &[wrong, wrong]);
        let comparison = one.against(&other);
        assert_eq!(comparison.records, 2);
        assert_eq!((comparison.class.only_first, comparison.class.neither), (1, 1));
        assert_eq!(comparison.priority.both, 2);
    }

    #[test]
    fn corrections_are_in_no_exam_and_another_label_is_another_mail() {
        let (kept, left) = (example("1", "t01"), example("2", "sender 7"));
        let right = guess(Class::Other, Priority::Low);
        let exam = Exam::of(&[&kept, &left], &[right, right]);
        assert_eq!(exam.len(), 1);
        assert!(exam.knows(&kept) && !exam.knows(&left));
        assert!(!exam.knows(&Example { class: Class::Inquiry, ..kept }));
    }

    #[test]
    fn an_exam_that_the_manifest_does_not_vouch_for_is_not_used() {
        let mut manifest: Manifest =
            serde_json::from_str(include_str!("../../../models/standard-1/manifest.json")).unwrap();
        let mail = example("1", "t01");
        let exam = Exam::of(&[&mail], &[guess(Class::Other, Priority::Low)]);
        let file = exam.file();
        let vouch = |file: &[u8]| Some(ExamSheet { sha256: hex(&Sha256::digest(file)), surest: vec![] });
        manifest.exam = vouch(&file);
        assert_eq!(Exam::read(&manifest, &file), Ok(exam));
        assert_eq!(Exam::read(&manifest, b"{}"), Err(ExamError::Checksum));
        let newer = br#"{"format": 2, "marks": {}}"#;
        manifest.exam = vouch(newer);
        assert_eq!(Exam::read(&manifest, newer), Err(ExamError::Form));
        manifest.exam = None;
        assert_eq!(Exam::read(&manifest, &file), Err(ExamError::None));
    }

    #[test]
    fn the_share_of_sure_mails_is_read_off_the_surest() {
        let sheet = ExamSheet { sha256: String::new(), surest: vec![0.9, 0.8, 0.75, 0.5] };
        let shares = [0.95, 0.8, 0.75, 0.0].map(|confidence| sheet.share_sure(confidence));
        assert!(
            shares.iter().zip([0.0, 0.5, 0.75, 1.0]).all(|(share, wanted)| (share - wanted).abs() < 1e-9)
        );
    }
}
