//! From verdict to decision: what is read off a mail by rule, and what is suggested.
//!
//! ```text
//! message ─▶ extract ─▶ prioritise ─▶ decide ─▶ suggestion, with its reasons
//! ```
//!
//! Pure: no I/O, no clock; the day of receipt is an argument. A person decides.

mod calendar;
mod contacts;
mod deadline;
mod decide;
mod extract;
mod flags;
mod harm;
mod house;
mod language;
mod periods;
mod priority;
mod references;
mod signs;
mod text;
mod thread;
mod words;

pub use calendar::{Calendar, Land, LocalHoliday, easter};
pub use deadline::{Candidate, Judge, candidates};
pub use decide::{Policy, decide};
pub use extract::extract;
pub use flags::{Switch, Switches, is_personal, unopened};
pub use house::House;
pub use periods::{Length, PeriodRule, Periods};
pub use priority::prioritise;
pub use references::{ShapeError, Shapes};

pub(crate) use extract::local_day;
