//! Flags: formal traps that a Posteingang must not miss, each with its reason.
//!
//! One function a flag, listed in [`ALL`]; a flag is certain or it is not raised.

use domain::{Flag, Message, Raised, Reason, Subject};

/// Every rule that may raise a flag.
const ALL: [fn(&Message) -> Option<Raised>; 1] = [automatic];

/// The flags of a message, in the order of [`Flag::ALL`].
pub(crate) fn raise(message: &Message) -> Vec<Raised> {
    let mut raised: Vec<Raised> = ALL.iter().filter_map(|rule| rule(message)).collect();
    raised.sort_by_key(|raised| raised.flag);
    raised
}

/// The reasons of the flags.
pub(crate) fn reasons(raised: &[Raised]) -> impl Iterator<Item = Reason> + '_ {
    raised.iter().map(|raised| Reason {
        subject: Subject::Flag(raised.flag.name().to_owned()),
        text: raised.why.clone(),
        weight: 1.0,
    })
}

/// Sent by a machine or to a list, as its header says (RFC 3834, RFC 2919).
fn automatic(message: &Message) -> Option<Raised> {
    let why = match (message.circumstances.automatic, message.circumstances.bulk) {
        (true, _) => "Die Nachricht wurde laut Kopfzeilen automatisch erzeugt.",
        (_, true) => "Die Nachricht ging laut Kopfzeilen an einen Verteiler.",
        _ => return None,
    };
    Some(Raised { flag: Flag::Automatisch, why: why.to_owned() })
}
