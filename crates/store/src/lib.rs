//! The ledger: decision log, index, recovery, and the models folder. Owns persisted formats and their versions.
//!
//! ```text
//!   intend ─▶ decision log (fsync) ─▶ index (sled)        the log is the truth about decisions,
//!   settle ─▶ decision log (fsync) ─▶ index (sled)        the index can be rebuilt from it
//! ```
//!
//! No subject, address, name or text of a mail is ever written here (invariant 8).

pub mod berlin;
mod board;
mod bulletin;
mod carry;
mod checkup;
mod decision_log;
mod disk;
mod drift;
mod entry;
mod erase;
mod event;
mod fingerprint;
mod forget;
mod frame;
mod front;
mod index;
mod learnt;
mod ledger;
mod look;
mod memory;
mod mend;
mod models;
mod news;
mod overview;
mod pages;
mod petition;
mod premises;
mod promotion;
mod queue;
mod readiness;
mod references;
mod replay;
mod retain;
mod rewrite;
mod span;
mod speed;
mod succession;
mod survey;
mod tally;
mod thread;
mod threads;
mod threshold;
mod tokens;
mod trays;
mod trial;
mod waiting;

pub use board::{Board, CAPABILITIES, Connection, Health, Marking, ModelHealth, ServerHealth};
pub use bulletin::NewsError;
pub use carry::{Carried, CarryError, export, import, not_exported};
pub use checkup::{Statement, checkup};
pub use decision_log::LogError;
pub use drift::{Drift, DriftKind};
pub use entry::{Entry, Key, Noticed, Stage};
pub use erase::{Demand, would_erase};
pub use event::{
    Closing, Erased, Finding, ForgottenBy, Intent, Outcome, Settlement, Suggested, Suggestion, Tagged,
};
pub use fingerprint::fingerprint;
pub use forget::{ForgetError, Messages};
pub use index::IndexError;
pub use learnt::{Learning, LearntError, is_learnt, place_for_learnt, tidy_learnt};
pub use ledger::{Adoption, Cursor, Ledger, LedgerError, OpenError, Pending, Rebuilt, Recognised};
pub use look::{Counts, Extract, Query, Sort};
pub use models::{Models, ModelsError};
pub use news::{Bookmark, News, NewsKind, NoBookmark};
pub use overview::{AgeBand, Overview, Untouched};
pub use petition::erase;
pub use premises::Premises;
pub use promotion::{Duel, Promoted, Switch, SwitchedBy};
pub use queue::{Row, most_urgent_first, queue_of};
pub use readiness::{Unready, unready};
pub use references::ReferencePrint;
pub use replay::{Correction, Replay};
pub use retain::{Keeping, LEAST_DAYS, MOST_DAYS};
pub use speed::{DELAYS, Delays, Settled, Sorted};
pub use tally::{Arrived, ByMailbox, Corrections};
pub use thread::Mark;
pub use threads::SoFar;
pub use threshold::{Chosen, Wanted};
pub use tokens::{Scope, Secret, Token, Tokens, TokensError};
pub use trays::{InTray, Standing};
pub use trial::Trial;
