//! Whether a model may write tags: it must have seen enough mails of each class, and be sure often enough.
//! One that may not runs in shadow: it judges, people see its suggestions on the page, and no mail is tagged.

use std::fmt;

use domain::{Class, Label};

use crate::Manifest;

/// Mails of each class that a model must have learnt from.
pub const FEWEST_MAILS: usize = 30;

/// Share of unseen mails of which it must be sure: below, it leaves nearly everything to people anyway.
pub const LEAST_SURE: f64 = 0.3;

/// What a model lacks to write tags.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Lack {
    /// It has seen too few mails of a class.
    FewMails {
        /// Which class.
        class: Class,
        /// How many it has seen.
        mails: usize,
    },
    /// It is sure of too few mails.
    SeldomSure {
        /// The share that it is sure of.
        share: f64,
        /// From where on it counts as sure.
        confidence: f64,
    },
}

impl fmt::Display for Lack {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::FewMails { class, mails } => {
                write!(
                    f,
                    "it has learnt from {mails} mails of class {}, it needs {FEWEST_MAILS}",
                    class.name()
                )
            }
            Self::SeldomSure { confidence, .. } if confidence.is_infinite() => {
                write!(f, "no confidence promises as few wrong suggestions as [triage] most_wrong asks for")
            }
            Self::SeldomSure { share, confidence } => {
                let (share, least) = (share * 100.0, LEAST_SURE * 100.0);
                write!(
                    f,
                    "at confidence {confidence} it is sure of {share:.0} % of unseen mails, it needs {least:.0} %"
                )
            }
        }
    }
}

/// What a model lacks to write tags where `confidence` makes a class sure; nothing where it is ready.
/// Of a model from before there were exams it is not known how often it is sure: that is not held against it.
pub fn lacks(manifest: &Manifest, confidence: f64) -> Vec<Lack> {
    let mails = |class: Class| manifest.corpus.class.get(class.name()).copied().unwrap_or_default();
    let few = |class: &Class| mails(*class) < FEWEST_MAILS;
    let few_mails =
        Class::ALL.into_iter().filter(few).map(|class| Lack::FewMails { class, mails: mails(class) });
    let share = manifest.exam.as_ref().map(|sheet| sheet.share_sure(confidence));
    // A threshold that nothing reaches sorts nothing, whatever is known of the model.
    let share = if confidence.is_finite() { share } else { Some(0.0) };
    let seldom = share.filter(|share| *share < LEAST_SURE);
    few_mails.chain(seldom.map(|share| Lack::SeldomSure { share, confidence })).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ExamSheet;

    const DEFAULT_MODEL: &str = include_str!("../../../models/standard-1/manifest.json");

    fn manifest(applications: usize, surest: Option<Vec<f64>>) -> Manifest {
        let mut manifest: Manifest = serde_json::from_str(DEFAULT_MODEL).unwrap();
        manifest.corpus.class.insert("application".to_owned(), applications);
        manifest.exam = surest.map(|surest| ExamSheet { sha256: String::new(), surest });
        manifest
    }

    #[track_caller]
    fn check(applications: usize, surest: Option<Vec<f64>>, confidence: f64, said: &[&str]) {
        let lacks: Vec<String> =
            lacks(&manifest(applications, surest), confidence).iter().map(ToString::to_string).collect();
        assert_eq!(lacks.len(), said.len(), "{lacks:?}");
        assert!(lacks.iter().zip(said).all(|(lack, said)| lack.contains(said)), "{lacks:?}");
    }

    #[test]
    fn few_mails_of_a_class_or_seldom_being_sure_is_not_ready() {
        let often = || Some((1..=20).map(|at| 1.0 - f64::from(at) / 50.0).collect::<Vec<_>>());
        check(30, often(), 0.75, &[]);
        check(29, often(), 0.75, &["29 mails of class application"]);
        check(0, often(), 0.95, &["0 mails of class", "sure of 10 % of unseen mails"]);
        check(30, often(), 0.9, &["sure of 25 %"]);
        check(30, often(), 0.88, &[]);
        check(30, None, 1.0, &[]);
    }
}
