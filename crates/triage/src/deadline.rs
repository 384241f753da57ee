//! The deadline of a mail: every day it mentions, and which of them something must happen by.
//!
//! ```text
//! text ─▶ mentions ─▶ weighed by the words around (cues) ─▶ the earliest that counts
//! ```

mod bulk;
mod cues;
mod lexicon;
mod mention;
mod numeric;
mod relative;

use domain::Deadline;
use jiff::civil::DateTime;

use crate::text::Text;
use mention::Moment;

/// Words quoted on either side of a day.
const PHRASE_REACH: usize = 14;

/// The earliest day by which the text says that something must happen.
pub(crate) fn find(text: &Text, received: DateTime, language: &str) -> Option<Deadline> {
    if bulk::sets_no_deadlines(text) {
        return None;
    }
    let (received, time) = (received.date(), received.time());
    let moment = Moment { received, time, language };
    let mention = mention::mentions(text, moment)
        .into_iter()
        .filter(|mention| cues::weight(text, mention, received) > 0.0)
        .min_by_key(|mention| mention.date)?;
    Some(Deadline {
        date: mention.date,
        rule: mention.rule.name().to_owned(),
        phrase: text.phrase(mention.first, mention.last, PHRASE_REACH).to_owned(),
    })
}
