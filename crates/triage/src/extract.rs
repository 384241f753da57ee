//! What is read off a message by rule: deadline, references, language, flags.

use domain::{Facts, Message, Protection};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::text::Text;
use crate::{Calendar, deadline, flags, language, references};

/// Reads the facts off a message that arrived at `received`.
///
/// The deadline is the date that the text states; the statutory shift to a working day
/// of `calendar` is shown beside it, not in it (`data/LABELLING.md`).
pub fn extract(message: &Message, received: Timestamp, _calendar: &Calendar) -> Facts {
    let text = Text::new(&message.subject, &message.text);
    let language = language::detect(&message.subject, &message.text);
    let machine = message.circumstances.automatic || message.circumstances.bulk;
    let readable = message.protection != Protection::Encrypted;
    let deadline = deadline::find(&text, local_day(received), language).filter(|_| !machine && readable);
    Facts {
        deadline,
        references: references(message, &text),
        language: language.to_owned(),
        flags: flags::raise(message).iter().map(|flag| flag.name.to_owned()).collect(),
    }
}

/// References of subject, text and signature: "Mein Zeichen" often stands below the name.
fn references(message: &Message, text: &Text) -> Vec<String> {
    let mut found = references::find(text);
    if !message.signature.is_empty() {
        let below = references::find(&Text::new("", &message.signature));
        for reference in below {
            if !found.contains(&reference) {
                found.push(reference);
            }
        }
    }
    found
}

/// The day of an instant where the authority is: Europe/Berlin.
pub(crate) fn local_day(instant: Timestamp) -> Date {
    // The zone is compiled in; were it not, UTC is at most two hours off.
    let zone = TimeZone::get("Europe/Berlin").unwrap_or(TimeZone::UTC);
    instant.to_zoned(zone).date()
}
