//! What the tests of this crate share: a mail from its words.

#![expect(clippy::unwrap_used, reason = "clippy.toml allows it in tests, but does not see that this is one")]

use domain::{Class, Distribution, Facts, History, Message, ModelId, Priority, Verdict};
use jiff::Timestamp;
use jiff::civil::Date;
use langhals_triage::{House, Land, extract};

/// A plain mail.
pub fn mail(subject: &str, text: &str) -> Message {
    Message { subject: subject.to_owned(), text: text.to_owned(), ..Message::default() }
}

/// Noon of that day in Berlin.
#[allow(dead_code, reason = "not every test file needs it")]
pub fn noon(day: Date) -> Timestamp {
    day.at(12, 0, 0, 0).in_tz("Europe/Berlin").unwrap().timestamp()
}

/// What is read off a request that arrived on `day`.
#[allow(dead_code, reason = "not every test file needs it")]
pub fn facts(day: Date, text: &str) -> Facts {
    facts_of(day, text, &request())
}

/// What is read off a text of which the model says `verdict`.
#[allow(dead_code, reason = "not every test file needs it")]
pub fn facts_of(day: Date, text: &str, verdict: &Verdict) -> Facts {
    extract(&mail("", text), verdict, noon(day), &House::new(Land::NW), History::default())
}

/// A verdict that is as sure as given.
#[allow(dead_code, reason = "not every test file needs it")]
pub fn verdict(class: [f64; 3], priority: [f64; 3]) -> Verdict {
    Verdict {
        class: Distribution::<Class>::from_weights(class),
        priority: Distribution::<Priority>::from_weights(priority),
        model: ModelId("test".to_owned()),
    }
}

/// What a model says of a plain request.
#[allow(dead_code, reason = "not every test file needs it")]
pub fn request() -> Verdict {
    verdict([0.2, 0.7, 0.1], [0.2, 0.7, 0.1])
}
