//! The journey of a batch, a task a connection, supervision, shutdown.
//!
//! ```text
//!   Office ── one task a connection ──▶ circuit: connect ─▶ attend to its folders ─▶ wait ─▶ attend ─▶ …
//!                                                             │
//!                     select ─▶ recover ─▶ catch up (journey, batch by batch) ─▶ review
//!   Takeover ── models folder ──▶ Desks: which model judges the next batch, by which threshold
//! ```

mod attend;
mod backoff;
mod batch;
mod check;
mod circuit;
pub mod clock;
mod correspondence;
mod desk;
mod doors;
mod filing;
mod janitor;
mod journey;
mod known;
mod letters;
mod library;
mod look;
mod office;
mod parts;
mod past;
mod people;
mod post;
mod pulse;
mod reading_room;
mod recover;
mod review;
mod round;
mod schoolbook;
mod tags;
mod takeover;
mod timetable;

pub use attend::AttendError;
pub use check::{FolderCheck, check};
pub use correspondence::{Correspondence, correspondence};
pub use desk::{Desk, Judged, Outfit};
pub use doors::Doors;
pub use janitor::Janitor;
pub use library::{InUse, UnusableModel, challengers, chosen, in_use, load, wish};
pub use look::{LookError, explain, preview};
pub use office::{Failure, Office};
pub use past::{Mail, Past, Remembered};
pub use post::{Fallback, Post, WriteBack, WriteMode};
pub use pulse::{Answers, Pulse, pulse};
pub use reading_room::{Explained, LETTERHEADS_STAY, Letterhead, ReadingError, ReadingRoom};
pub use review::{REMEMBERED, THREADS_REMEMBERED};
pub use schoolbook::{SENDER, Schoolbook, Turn, schoolbook};
pub use takeover::{Desks, Source, Takeover};
pub use timetable::{Due, Every, Timetable};
