//! What the page asks of others, who speak to mailboxes and models: it never does so itself.

use std::collections::BTreeMap;
use std::fmt;
use std::future::Future;
use std::pin::Pin;

use domain::{Attachment, Class, Decision, Defect, History, Reason, Tag};
use jiff::Timestamp;
use store::Key;

use crate::visitor::Visitor;

/// An answer that takes its time.
pub type Answer<'a, T> = Pin<Box<dyn Future<Output = Result<T, Refused>> + Send + 'a>>;

/// Why something was not done, in a sentence for whoever asked; without content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// Which kind of refusal: it chooses the words of the page.
    pub why: Why,
    /// The operator's sentence, in English, for page and log.
    pub sentence: String,
}

/// The kinds of refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// There is no such message, or not any more.
    Gone,
    /// The mailbox does not answer now; later it may.
    Unreachable,
    /// Its tags are being written just now; in a moment it can be done.
    Busy,
    /// It cannot be done here: no tags are kept, no such model, a training runs already.
    Impossible,
    /// Something broke.
    Broken,
}

impl Refused {
    /// What this visitor may read of it: what broke can name directories, which only operators need.
    pub(crate) fn sentence_for(&self, visitor: &Visitor) -> &str {
        if self.why == Why::Broken && !visitor.rights.operates() { "" } else { &self.sentence }
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sentence)
    }
}

impl std::error::Error for Refused {}

/// Who reads mailboxes for the page, and writes a person's word there. What it answers with is shown and let go:
/// it is never written to disk, and never logged.
pub trait ReadingRoom: fmt::Debug + Send + Sync {
    /// Sender and subject of these messages, as far as they can be had soon.
    fn letterheads(&self, keys: Vec<Key>) -> Answer<'_, BTreeMap<Key, Letterhead>>;

    /// One message, judged anew: why it has its tags.
    fn explain(&self, key: Key) -> Answer<'_, Explanation>;

    /// Writes the tag of the class that a person chose, takes away the one that was there, reads both back, and
    /// notes the correction.
    fn correct(&self, key: Key, class: Class) -> Answer<'_, ()>;
}

/// Sender and subject of a message: a stranger's text.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Letterhead {
    /// Name and address.
    pub from: String,
    /// Subject.
    pub subject: String,
}

impl fmt::Debug for Letterhead {
    /// Never what it says.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Letterhead { .. }")
    }
}

/// Why a message is judged as it is: a stranger's text among it.
#[derive(Clone)]
pub struct Explanation {
    /// Sender and subject.
    pub letterhead: Letterhead,
    /// When it was received.
    pub received: Timestamp,
    /// The tags of ours that it carries now.
    pub present: Vec<Tag>,
    /// What is suggested for it now, by the model in use, with deadline, references, flags and periods.
    pub decision: Decision,
    /// Every reason, those of the class among them.
    pub reasons: Vec<Reason>,
    /// What came before it in its thread.
    pub history: History,
    /// What was wrong with its bytes.
    pub defects: Vec<Defect>,
    /// Names, types and sizes of what is attached.
    pub attachments: Vec<Attachment>,
}

impl fmt::Debug for Explanation {
    /// Never what it says.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Explanation { .. }")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::visitor::{Grant, Rights, Role};

    #[test]
    fn what_broke_is_said_to_operators_alone() {
        let visitor = |role| Visitor {
            rights: Rights { grants: vec![Grant { role, mailboxes: None }] },
            ..Visitor::default()
        };
        let refused = |why| Refused { why, sentence: "cannot read /var/lib/langhals".to_owned() };
        for (why, role, shown) in [
            (Why::Broken, Role::Supervisor, false),
            (Why::Broken, Role::Operator, true),
            (Why::Unreachable, Role::Supervisor, true),
        ] {
            let refused = refused(why);
            assert_eq!(!refused.sentence_for(&visitor(role)).is_empty(), shown, "{why:?} {role:?}");
        }
    }
}
