//! Violence and self-harm: the words are the flag's, only the weight is here.

use super::Kind;
use crate::flags::Threat;
use crate::text::Text;

impl Threat {
    /// Log-odds that it adds.
    pub(super) fn weight(self) -> f64 {
        match self {
            Self::Said(_) | Self::Farewell(_) => 3.2,
            Self::Named(_) => 1.9,
        }
    }

    /// Whom it is aimed at, and the sentence that says it.
    pub(super) fn place(self, text: &Text) -> (Kind, usize, usize) {
        let (Self::Said(index) | Self::Named(index) | Self::Farewell(index)) = self;
        let first = text.before(index, AROUND).last().unwrap_or(index);
        let last = text.after(index, AROUND).last().unwrap_or(index);
        let own = (first..=last).any(|at| OWN.contains(&text.word(at)) || text.word(at).starts_with("sui"));
        let kind = if own || matches!(self, Self::Farewell(_)) { Kind::SelfHarm } else { Kind::Violence };
        (kind, first, last)
    }
}

/// Tokens of the sentence that are quoted on either side.
const AROUND: usize = 12;

/// Words of those who speak of their own life.
#[rustfmt::skip]
const OWN: &[&str] = &[
    "mich", "mir", "sich", "leben", "selbstmord", "lebensmüde", "selbsttötung", "abschiedsbrief", "my", "me",
    "myself", "himself", "herself", "себя", "собой", "себе", "się", "siebie", "intihar",
];
