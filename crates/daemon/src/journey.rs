//! A message's way, forwards: from its bytes to tags that were read back.
//!
//! ```text
//!   parse ─▶ classify ─▶ extract ─▶ prioritise ─▶ decide ─▶ intend ─▶ tag ─▶ verify ─▶ settle
//!   └───── read ────┘   └──────────── decide ──────────┘   └─── travel: effects, a batch ───┘
//!     pure, one mail     pure, with what came before it
//! ```

use domain::{Decision, Defect, History};
use jiff::Timestamp;

use crate::batch::Batch;
use crate::desk::{Desk, Letter};
use crate::tags::{Books, Tags, TravelError};

/// The core's first part: one mail, from its bytes to what the model says of it.
pub(crate) fn read(desk: &Desk, bytes: &[u8], partial: bool, arrived: Timestamp) -> Letter {
    let (message, mut defects) = parse::message(bytes);
    let message = triage::unopened(message, &desk.house);
    let received = message.received.or(message.sent).unwrap_or(arrived);
    let verdict = desk.model.classify(&message);
    if partial {
        defects.push(Defect::Partial);
    }
    Letter { message, defects, received, verdict }
}

/// The core's second part: the decision, in the light of what came before.
pub(crate) fn decide(desk: &Desk, letter: &Letter, history: History) -> Decision {
    let Letter { message, received, verdict, .. } = letter;
    let facts = triage::extract(message, verdict, *received, &desk.house, history);
    let priority = triage::prioritise(message, verdict, &facts, *received);
    triage::decide(message, verdict.clone(), priority, facts, history, &desk.policy)
}

/// The shell's part: a judged batch, from intent to what the server was seen to keep.
/// It may be repeated from any point with the same outcome.
#[tracing::instrument(level = "debug", name = "journey.travel", skip_all, fields(messages = batch.cases.len()))]
pub(crate) async fn travel(
    mut batch: Batch,
    books: &impl Books,
    tags: &mut impl Tags,
) -> Result<Batch, TravelError> {
    books.intend(&batch)?;
    tags.set(&mut batch).await?;
    tags.verify(&mut batch).await?;
    books.settle(&batch)?;
    Ok(batch)
}
