//! Flags: formal traps that a Posteingang must not miss, each with its reason.
//!
//! One function a flag, listed in [`ALL`]; a flag is certain or it is not raised.

use domain::{Message, Reason, Subject};

/// A flag that applies, with why.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Flag {
    /// Stable name, e.g. `automatisch`.
    pub name: &'static str,
    /// A German sentence.
    pub why: &'static str,
}

/// Every rule that may raise a flag.
const ALL: [fn(&Message) -> Option<Flag>; 1] = [automatic];

/// The flags of a message, sorted by name.
pub(crate) fn raise(message: &Message) -> Vec<Flag> {
    let mut flags: Vec<Flag> = ALL.iter().filter_map(|rule| rule(message)).collect();
    flags.sort_by_key(|flag| flag.name);
    flags
}

/// The reasons of the flags.
pub(crate) fn reasons(message: &Message) -> impl Iterator<Item = Reason> {
    raise(message).into_iter().map(|flag| Reason {
        subject: Subject::Flag(flag.name.to_owned()),
        text: flag.why.to_owned(),
        weight: 1.0,
    })
}

/// Sent by a machine or to a list, as its header says (RFC 3834, RFC 2919).
fn automatic(message: &Message) -> Option<Flag> {
    let why = match (message.circumstances.automatic, message.circumstances.bulk) {
        (true, _) => "Die Nachricht wurde laut Kopfzeilen automatisch erzeugt.",
        (_, true) => "Die Nachricht ging laut Kopfzeilen an einen Verteiler.",
        _ => return None,
    };
    Some(Flag { name: "automatisch", why })
}
