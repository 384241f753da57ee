//! The daemon's reading room as the page asks for it.

use std::collections::BTreeMap;

use daemon::{Explained, ReadingError, ReadingRoom};
use domain::{Address, Class};
use store::Key;
use web::{Answer, Explanation, Letterhead, Refused, Why};

/// Reads mailboxes for the page.
#[derive(Debug)]
pub struct Room(pub ReadingRoom);

impl web::ReadingRoom for Room {
    fn letterheads(&self, keys: Vec<Key>) -> Answer<'_, BTreeMap<Key, Letterhead>> {
        Box::pin(async move {
            let found = self.0.letterheads(keys).await.into_iter();
            let shown = |(key, daemon::Letterhead { from, subject })| (key, Letterhead { from, subject });
            Ok(found.map(shown).collect())
        })
    }

    fn explain(&self, key: Key) -> Answer<'_, Explanation> {
        Box::pin(async move { self.0.explain(&key).await.map(explanation).map_err(refused) })
    }

    fn correct(&self, key: Key, class: Class) -> Answer<'_, ()> {
        Box::pin(async move { self.0.correct(key, class).await.map_err(refused) })
    }
}

fn explanation(Explained { judged, present, reasons }: Explained) -> Explanation {
    let message = judged.message;
    let from = message.from.as_ref().map(Address::in_full).unwrap_or_default();
    Explanation {
        letterhead: Letterhead { from, subject: message.subject },
        received: judged.received,
        present,
        decision: judged.decision,
        reasons,
        history: judged.history,
        defects: judged.defects,
        attachments: message.attachments,
    }
}

#[expect(clippy::needless_pass_by_value, reason = "an argument of map_err")]
fn refused(error: ReadingError) -> Refused {
    let why = match &error {
        ReadingError::Gone { .. } => Why::Gone,
        ReadingError::TooSlow { .. } => Why::Unreachable,
        ReadingError::BeingWritten { .. } => Why::Busy,
        ReadingError::Mailbox(error) if error.is_temporary() => Why::Unreachable,
        ReadingError::Impossible { .. } | ReadingError::NotKept { .. } => Why::Impossible,
        ReadingError::Mailbox(_) | ReadingError::Ledger(_) | ReadingError::Broken(_) => {
            tracing::warn!(name: "reading.failed", %error);
            Why::Broken
        }
    };
    Refused { why, sentence: error.to_string() }
}
