//! What was not written by a person for this house alone, or was written before.

use super::Mail;

/// Sent by a machine or to a list, as its header says (RFC 3834, RFC 2919).
pub(super) fn automatic(mail: &Mail<'_>) -> Option<String> {
    let circumstances = mail.message.circumstances;
    let why = match (circumstances.automatic, circumstances.bulk) {
        (true, _) => "Die Nachricht wurde laut Kopfzeilen automatisch erzeugt.",
        (_, true) => "Die Nachricht ging laut Kopfzeilen an einen Verteiler.",
        _ => return None,
    };
    Some(why.to_owned())
}

/// The same text arrived before.
pub(super) fn duplicate(mail: &Mail<'_>) -> Option<String> {
    mail.history.repeated.then(|| "Derselbe Text ist schon einmal eingegangen.".to_owned())
}
