//! Mails that could not be judged: where each lies, why, and what to do. They wait in the queue like any other.

use jiff::Timestamp;
use store::{LedgerError, Row};

use crate::visitor::Visitor;
use crate::words::Language;
use crate::{Page, message, stranger};

/// Longer names are cut.
const NAME: usize = 60;
/// So many are shown; more than a few are a defect, and the log says so.
const MOST: usize = 100;

/// One of them.
pub(super) struct Aside {
    pub mailbox: String,
    pub folder: String,
    pub uid: u32,
    /// Its own page, for those who may read it.
    pub address: Option<String>,
    pub why: String,
    pub todo: String,
    pub since: String,
    pub waited: String,
}

/// Those that this visitor sees, who waits longest first.
pub(super) fn all(page: &Page, visitor: &Visitor) -> Result<Vec<Aside>, LedgerError> {
    let (now, seen) = ((page.clock)(), visitor.rights.seen());
    let rows = page.ledger.set_aside(seen.as_ref(), MOST, now, page.max_age)?;
    Ok(rows.iter().map(|row| Aside::new(row, visitor, now)).collect())
}

impl Aside {
    fn new(row: &Row, visitor: &Visitor, now: Timestamp) -> Self {
        let words = visitor.language;
        let why = row.entry.set_aside.as_deref().unwrap_or_default();
        Self {
            mailbox: stranger::shown(&row.folder.mailbox, NAME),
            folder: stranger::shown(&row.folder.name, NAME),
            uid: row.uid.0,
            address: visitor
                .rights
                .reads(&row.folder.mailbox)
                .then(|| message::address(&row.folder, row.validity, row.uid)),
            why: reason(words, why),
            todo: words.say(if why == "unreadable" { "todo-unreadable" } else { "todo-unfetchable" }),
            since: words.moment(row.entry.decided),
            waited: words.waited(row.entry.arrived, now),
        }
    }
}

/// The stable names that the daemon gives, in words.
fn reason(words: Language, why: &str) -> String {
    words.say(match why {
        "unreadable" => "aside-unreadable",
        "unfetchable" => "aside-unfetchable",
        "no-body" => "aside-no-body",
        _ => "aside-other",
    })
}
