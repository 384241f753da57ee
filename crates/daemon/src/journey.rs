//! A message's way, forwards: from its bytes to tags that were read back.
//!
//! ```text
//!   parse ─▶ classify ─▶ extract ─▶ prioritise ─▶ decide ─▶ intend ─▶ tag ─▶ verify ─▶ settle
//!   └──────────────── judge: pure, one mail ─────────────┘ └──── travel: effects, a batch ───┘
//! ```

use domain::{Defect, History, Message};
use jiff::Timestamp;

use crate::batch::Batch;
use crate::desk::{Desk, Judged};
use crate::tags::{Books, Tags, TravelError};

/// What came before a mail.
pub(crate) type Before<'p> = dyn Fn(&Message) -> History + 'p;

/// The core's part: one mail, from bytes to decision.
pub(crate) fn judge(
    desk: &Desk,
    bytes: &[u8],
    partial: bool,
    arrived: Timestamp,
    before: &Before<'_>,
) -> Judged {
    let (message, mut defects) = parse::message(bytes);
    let message = triage::unopened(message, &desk.house);
    let received = message.received.or(message.sent).unwrap_or(arrived);

    let history = before(&message);

    let verdict = desk.model.classify(&message);
    let facts = triage::extract(&message, &verdict, received, &desk.house, history);
    let priority = triage::prioritise(&message, &verdict, &facts, received);
    let decision = triage::decide(&message, verdict, priority, facts, history, &desk.policy);

    if partial {
        defects.push(Defect::Partial);
    }
    Judged { message, defects, received, history, decision, set_aside: None }
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
