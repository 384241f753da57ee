//! `langhals train` and `langhals evaluate`: a model from a labelled corpus and people's corrections, and how good it is.

mod card;
pub mod classroom;
mod curve;
mod evaluate;
mod fairness;
mod lessons;
mod report;
pub mod schedule;
mod train;

pub use card::FILE as CARD;
pub use evaluate::evaluate;
pub use report::german;
pub use train::train;
