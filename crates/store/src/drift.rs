//! Whether the mail, or what people make of the suggestions, is still like what the model in use was measured on:
//! what was found out last, in memory, for page, metrics and log. How it is judged, `langhals-watch` says.

/// What drifted, if anything did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DriftKind {
    /// People decide otherwise more often than the model's exam lets expect.
    Corrections,
    /// The classes of what arrives are mixed otherwise.
    Classes,
    /// More is left to people than the exam lets expect.
    Unsure,
}

impl DriftKind {
    /// Every one.
    pub const ALL: [Self; 3] = [Self::Corrections, Self::Classes, Self::Unsure];

    /// Its stable name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Corrections => "corrections",
            Self::Classes => "classes",
            Self::Unsure => "unsure",
        }
    }
}

/// One finding. Shares are of messages; nothing of any person.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Drift {
    /// Of what.
    pub kind: DriftKind,
    /// What was seen: a share, or for classes the share of messages that would have to change their class.
    pub seen: f64,
    /// Up to where that is well.
    pub limit: f64,
    /// Of so many messages.
    pub messages: u64,
    /// It is not well, and that is no chance.
    pub alarming: bool,
}
