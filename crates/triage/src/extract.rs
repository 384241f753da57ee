//! What is read off a message by rule: deadline, references, language, flags, signs of harm, statutory periods.

use domain::{Facts, History, Message, Verdict};
use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;

use crate::flags::Scan;
use crate::periods::Letter;
use crate::text::Text;
use crate::{House, Shapes, deadline, flags, language, periods, references, signs};

/// Reads the facts off a message that arrived at `received`.
///
/// Of an encrypted mail only the subject is known, and read. The headers of machines and lists do not
/// silence a deadline (people write through web forms and lists); what the verdict says of the mail is weighed.
/// The deadline is the date that the text states; the statutory shift to a working day
/// of `house` is shown beside it among the periods, not in it (`data/LABELLING.md`).
pub fn extract(
    message: &Message,
    verdict: &Verdict,
    received: Timestamp,
    house: &House,
    history: History,
) -> Facts {
    let received = local(received);
    let text = Text::new(&message.subject, &message.text);
    let scan = Scan::of(&text);
    let language = language::detect(&message.subject, &message.text);
    let deadline = deadline::find(&text, received, language, verdict, &house.judge);
    let letter =
        Letter { message, text: &text, language, verdict, received, history, deadline: deadline.as_ref() };
    let periods = periods::find(&letter, house);
    Facts {
        deadline,
        references: references(message, &text, &house.shapes),
        language: language.to_owned(),
        flags: flags::raise(message, &text, &scan, verdict, house, history),
        signs: signs::read(&text, &scan, history),
        periods,
    }
}

/// References of subject, text and signature: "Mein Zeichen" often stands below the name.
fn references(message: &Message, text: &Text, shapes: &Shapes) -> Vec<String> {
    let mut found = references::find(text, shapes);
    if !message.signature.is_empty() {
        let below = references::find(&Text::new("", &message.signature), shapes);
        for reference in below {
            if !found.contains(&reference) {
                found.push(reference);
            }
        }
    }
    found
}

/// The day of an instant where the authority is.
pub(crate) fn local_day(instant: Timestamp) -> Date {
    local(instant).date()
}

/// An instant's day and hour where the authority is: Europe/Berlin.
pub(crate) fn local(instant: Timestamp) -> DateTime {
    // The zone is compiled in; were it not, UTC is at most two hours off.
    let zone = TimeZone::get("Europe/Berlin").unwrap_or(TimeZone::UTC);
    instant.to_zoned(zone).datetime()
}
