//! The labels of `data/LABELLING.md` and distributions over them.

use std::fmt;
use std::marker::PhantomData;

/// A closed set of three labels, in a fixed order that artifacts rely on.
pub trait Label: Copy + Eq + Ord + fmt::Debug + 'static {
    /// Every label, in the order in which probabilities are stored.
    const ALL: [Self; 3];

    /// The name used in JSON, corpus and manifest.
    fn name(self) -> &'static str;

    /// Position in [`Label::ALL`].
    fn index(self) -> usize;

    /// The label of that name, if there is one.
    fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|label| label.name() == name)
    }
}

/// What the authority must do with a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// Starts or carries forward a procedure that the authority must decide (Antrag).
    Application,
    /// Wants an answer, not a decision (Rückfrage).
    Inquiry,
    /// Asks for neither (Sonstiges).
    Other,
}

impl Label for Class {
    const ALL: [Self; 3] = [Self::Application, Self::Inquiry, Self::Other];

    fn name(self) -> &'static str {
        match self {
            Self::Application => "application",
            Self::Inquiry => "inquiry",
            Self::Other => "other",
        }
    }

    fn index(self) -> usize {
        self as usize
    }
}

/// How soon somebody should look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Priority {
    /// Waiting a week would do harm.
    High,
    /// A person must act on it, but a week does no harm.
    Normal,
    /// Nobody needs to act.
    Low,
}

impl Label for Priority {
    const ALL: [Self; 3] = [Self::High, Self::Normal, Self::Low];

    fn name(self) -> &'static str {
        match self {
            Self::High => "high",
            Self::Normal => "normal",
            Self::Low => "low",
        }
    }

    fn index(self) -> usize {
        self as usize
    }
}

/// Probabilities over the three labels `L`; non-negative, summing to one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Distribution<L> {
    probabilities: [f64; 3],
    label: PhantomData<L>,
}

impl<L: Label> Distribution<L> {
    /// Normalises non-negative finite weights, in the order of [`Label::ALL`];
    /// anything else (NaN, negative, all zero) becomes the uniform distribution,
    /// which is what knowing nothing means.
    pub fn from_weights(weights: [f64; 3]) -> Self {
        let total: f64 = weights.iter().sum();
        let usable = total > 0.0 && total.is_finite() && weights.iter().all(|w| *w >= 0.0);
        let probabilities = if usable { weights.map(|w| w / total) } else { [1.0 / 3.0; 3] };
        Self { probabilities, label: PhantomData }
    }

    /// All of it on one label.
    pub fn certain(label: L) -> Self {
        let mut weights = [0.0; 3];
        weights[label.index()] = 1.0;
        Self::from_weights(weights)
    }

    /// Probability of `label`, in 0..=1.
    pub fn of(&self, label: L) -> f64 {
        self.probabilities[label.index()]
    }

    /// The probabilities in the order of [`Label::ALL`].
    pub fn probabilities(&self) -> [f64; 3] {
        self.probabilities
    }

    /// The most probable label; the earlier one of equals.
    pub fn best(&self) -> L {
        let mut best = L::ALL[0];
        for label in L::ALL {
            if self.of(label) > self.of(best) {
                best = label;
            }
        }
        best
    }

    /// Probability of the most probable label.
    pub fn confidence(&self) -> f64 {
        self.of(self.best())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_distribution_sums_to_one_and_names_its_best() {
        let d = Distribution::<Class>::from_weights([1.0, 3.0, 0.0]);
        assert_eq!(d.best(), Class::Inquiry);
        assert!((d.confidence() - 0.75).abs() < 1e-12);
    }

    #[test]
    fn nonsense_weights_mean_knowing_nothing() {
        for weights in [[f64::NAN, 1.0, 1.0], [0.0; 3], [-1.0, 2.0, 0.0], [f64::INFINITY, 0.0, 0.0]] {
            assert!((Distribution::<Class>::from_weights(weights).confidence() - 1.0 / 3.0).abs() < 1e-12);
        }
    }

    #[test]
    fn names_lead_back_to_labels() {
        for class in Class::ALL {
            assert_eq!(Class::from_name(class.name()), Some(class));
        }
        assert_eq!(Priority::from_name("urgent"), None);
    }
}
