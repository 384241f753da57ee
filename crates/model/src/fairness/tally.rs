//! What variants of mails changed about their verdicts, by kind.

use std::collections::BTreeMap;

use domain::Verdict;
use serde::{Deserialize, Serialize};

use super::{Gender, Kind};

/// How alike a model judges. Holds no content and no names, only origins.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Fairness {
    /// How many mails were looked at.
    pub mails: usize,
    /// All names together.
    pub names: Change,
    /// Each kind on its own: names by origin and gender, umlauts, learners' German.
    pub kinds: Vec<KindChange>,
    /// The mails whose class other names changed most often, at most ten.
    pub unsteady: Vec<Unsteady>,
}

/// A mail whose class hangs on a name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unsteady {
    /// Its id.
    pub id: String,
    /// Under how many other names it was judged.
    pub variants: usize,
    /// How often it got another class.
    pub changed: usize,
}

/// A kind of variants and what it changed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct KindChange {
    /// See [`Kind::name`].
    pub kind: String,
    /// Of names: their origin.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<String>,
    /// Of names: the sender's gender.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gender: Option<Gender>,
    /// What it changed.
    #[serde(flatten)]
    pub change: Change,
}

/// What variants changed, each held against its original.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Change {
    /// How many variants.
    pub variants: usize,
    /// Share of them with another class.
    pub class_changed: f64,
    /// Share of them with another priority.
    pub priority_changed: f64,
    /// Mean change of the probability of the original's class: the direction in which a kind is treated.
    pub confidence_change: f64,
    /// Mean change of the probability of high priority.
    pub high_change: f64,
}

/// Counts variants.
#[derive(Debug, Default)]
pub struct Tally {
    mails: usize,
    sums: BTreeMap<Kind, Sums>,
    unsteady: Vec<Unsteady>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Sums {
    variants: usize,
    class: usize,
    priority: usize,
    confidence: f64,
    high: f64,
}

impl Tally {
    /// A mail with the verdicts of its variants.
    pub fn add(&mut self, id: &str, original: &Verdict, variants: impl IntoIterator<Item = (Kind, Verdict)>) {
        self.mails += 1;
        let mut mail = Unsteady { id: id.to_owned(), variants: 0, changed: 0 };
        let class = original.class.best();
        for (kind, verdict) in variants {
            if matches!(kind, Kind::Name { .. }) {
                mail.variants += 1;
                mail.changed += usize::from(verdict.class.best() != class);
            }
            let sums = self.sums.entry(kind).or_default();
            sums.variants += 1;
            sums.class += usize::from(verdict.class.best() != class);
            sums.priority += usize::from(verdict.priority.best() != original.priority.best());
            sums.confidence += verdict.class.of(class) - original.class.of(class);
            sums.high +=
                verdict.priority.of(domain::Priority::High) - original.priority.of(domain::Priority::High);
        }
        if mail.changed > 0 {
            self.unsteady.push(mail);
        }
    }

    /// The figures.
    pub fn fairness(&self) -> Fairness {
        let mut names = Sums::default();
        let kind_change = |(kind, sums): (&Kind, &Sums)| {
            let (origin, gender) = match kind {
                Kind::Name { origin, gender } => (Some(origin.clone()), Some(*gender)),
                _ => (None, None),
            };
            KindChange { kind: kind.name().to_owned(), origin, gender, change: sums.change() }
        };
        for (_, sums) in self.sums.iter().filter(|(kind, _)| matches!(kind, Kind::Name { .. })) {
            names.take_in(sums);
        }
        let mut unsteady = self.unsteady.clone();
        unsteady.sort_by(|a, b| b.changed.cmp(&a.changed).then_with(|| a.id.cmp(&b.id)));
        unsteady.truncate(10);
        Fairness {
            unsteady,
            mails: self.mails,
            names: names.change(),
            kinds: self.sums.iter().map(kind_change).collect(),
        }
    }
}

impl Sums {
    fn take_in(&mut self, other: &Self) {
        self.variants += other.variants;
        self.class += other.class;
        self.priority += other.priority;
        self.confidence += other.confidence;
        self.high += other.high;
    }

    fn change(&self) -> Change {
        let of_all = |sum: f64| if self.variants == 0 { 0.0 } else { sum / self.variants as f64 };
        Change {
            variants: self.variants,
            class_changed: of_all(self.class as f64),
            priority_changed: of_all(self.priority as f64),
            confidence_change: of_all(self.confidence),
            high_change: of_all(self.high),
        }
    }
}

#[cfg(test)]
mod tests {
    use domain::{Distribution, ModelId};

    use super::*;

    fn verdict(class: [f64; 3], high: f64) -> Verdict {
        Verdict {
            class: Distribution::from_weights(class),
            priority: Distribution::from_weights([high, 0.3, 0.0]),
            model: ModelId("m".into()),
        }
    }

    #[test]
    fn changes_are_counted_by_kind_and_names_together() {
        let name = |gender| Kind::Name { origin: "polish".into(), gender };
        let original = verdict([0.6, 0.4, 0.0], 0.0);
        let mut tally = Tally::default();
        tally.add(
            "t01-001",
            &original,
            [
                (name(Gender::Female), verdict([0.4, 0.6, 0.0], 0.0)),
                (name(Gender::Male), verdict([0.6, 0.4, 0.0], 0.7)),
                (Kind::UmlautsLost, original.clone()),
            ],
        );
        tally.add("t01-002", &original, []);
        let fairness = tally.fairness();
        assert_eq!((fairness.mails, fairness.names.variants, fairness.kinds.len()), (2, 2, 3));
        assert!((fairness.names.class_changed - 0.5).abs() < 1e-12);
        assert!((fairness.names.priority_changed - 0.5).abs() < 1e-12);
        assert!((fairness.kinds[0].change.confidence_change + 0.2).abs() < 1e-12);
        assert!((fairness.kinds[1].change.high_change - 0.7).abs() < 1e-12);
        assert_eq!(fairness.unsteady, [Unsteady { id: "t01-001".into(), variants: 2, changed: 1 }]);
        assert!(fairness.kinds[2].change.class_changed.abs() < 1e-12);
    }
}
