//! What Langhals talks about: message, class, priority, verdict, decision, tag.
//!
//! Pure values, no behaviour beyond their own consistency. Nothing here is
//! serialisable: whoever owns a boundary (store, cli, web) owns its format.

mod age;
mod decision;
mod flag;
mod label;
mod message;
mod opinion;
mod place;
mod stranger;
mod tag;

pub use age::{MaxAge, waits_since};
pub use decision::{
    Assessment, Deadline, Decision, Facts, History, Period, Raised, Reason, Sign, Subject, Verdict,
};
pub use flag::Flag;
pub use label::{Class, Distribution, Label, Priority};
pub use message::{
    Address, Attachment, Authentication, Check, Circumstances, Defect, Link, Message, Protection,
};
pub use opinion::{Change, Lesson, Opinion, Said};
pub use place::{Fingerprint, Folder, ModSeq, ModelId, Uid, UidValidity};
pub use stranger::harmless;
pub use tag::{InvalidPrefix, Tag, TagPrefix};
