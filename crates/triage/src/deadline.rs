//! The deadline of a mail: every day it mentions, and which of them something must happen by.
//!
//! ```text
//! text ─▶ mentions ─▶ seen with the words around and the verdict (features) ─▶ weighed (judge) ─▶ the earliest that counts
//! ```

mod bulk;
mod cues;
mod features;
mod judge;
mod lexicon;
mod mention;
mod numeric;
mod relative;

use domain::{Deadline, Message, Verdict};
use jiff::Timestamp;
use jiff::civil::{Date, DateTime};

use crate::text::Text;
use crate::{extract, language};
use features::Page;
pub use judge::Judge;
use mention::{Mention, Moment};

/// Words quoted on either side of a day.
const PHRASE_REACH: usize = 14;

/// The earliest day by which the text says that something must happen.
pub(crate) fn find(
    text: &Text,
    received: DateTime,
    language: &str,
    verdict: &Verdict,
    judge: &Judge,
) -> Option<Deadline> {
    let moment = Moment { received: received.date(), time: received.time(), language };
    let mentions = mention::mentions(text, moment);
    let page = Page::new(text, verdict, moment.received, language, &mentions);
    let weighed = mentions.iter().enumerate().map(|(at, mention)| (mention, judge.weigh(&page, at)));
    let (mention, weight) =
        weighed.filter(|(_, weight)| *weight > 0.0).min_by_key(|(mention, _)| mention.date)?;
    Some(Deadline {
        date: mention.date,
        rule: mention.rule.name().to_owned(),
        phrase: text.phrase(mention.first, mention.last, PHRASE_REACH).to_owned(),
        weight: f64::from(weight),
    })
}

/// The day that is written with a number at `index`, if one is: for those who look for a letter's date.
pub(crate) fn day_at(text: &Text, index: usize, received: DateTime, language: &str) -> Option<Mention> {
    numeric::mention(text, index, Moment { received: received.date(), time: received.time(), language })
}

/// A day that a mail mentions, with what is seen of it: what a [`Judge`] is fitted from.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// The day.
    pub date: Date,
    /// Names and values of its features.
    pub features: Vec<(String, f32)>,
}

/// Every day that a message mentions, as the judge sees it.
pub fn candidates(message: &Message, verdict: &Verdict, received: Timestamp) -> Vec<Candidate> {
    let text = Text::new(&message.subject, &message.text);
    let language = language::detect(&message.subject, &message.text);
    let received = extract::local(received);
    let moment = Moment { received: received.date(), time: received.time(), language };
    let mentions = mention::mentions(&text, moment);
    let page = Page::new(&text, verdict, moment.received, language, &mentions);
    let seen = |at: usize| {
        let mut features = Vec::new();
        page.each(at, &mut |parts, value| features.push((parts.join(" "), value)));
        features
    };
    mentions
        .iter()
        .enumerate()
        .map(|(at, mention)| Candidate { date: mention.date, features: seen(at) })
        .collect()
}
