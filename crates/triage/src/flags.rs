//! Flags: formal traps that a Posteingang must not miss, each with its reason.
//!
//! ```text
//! text ─▶ scan (once, all cues of all flags) ─┐
//! headers, signature, links, attachments ─────┴▶ one rule a flag ─▶ raised, unless switched off
//! ```
//!
//! A flag is certain or it is not raised: one that cries wolf is switched off. Only `gefahr` rather errs
//! on the side of raising. Why it was raised is a sentence that quotes the mail; it is never stored.

mod attachment;
mod complaint;
mod court;
mod danger;
mod farewell;
mod fraud;
mod hosts;
mod machine;
mod objection;
mod parliament;
mod personal;
mod press;
mod punycode;
mod requests;
mod scan;
mod sender;
mod switches;
mod threats;

use domain::{Class, Flag, History, Message, Priority, Raised, Reason, Subject, Verdict};

use crate::House;
use crate::text::Text;
pub(crate) use scan::Scan;
use sender::Sender;

pub use personal::{is_personal, unopened};
pub use switches::{Switch, Switches};

/// What a rule may look at.
struct Mail<'a> {
    message: &'a Message,
    text: &'a Text,
    verdict: &'a Verdict,
    house: &'a House,
    history: History,
    scan: &'a Scan,
    sender: Sender,
}

impl Mail<'_> {
    /// Whether the verdict is sure that nobody needs to act: advertising, circulars, automatic mail.
    fn asks_nothing(&self) -> bool {
        self.verdict.class.of(Class::Other) > 0.8 && self.verdict.priority.of(Priority::Low) > 0.8
    }
}

/// Says why a flag applies, if it does.
type Rule = fn(&Mail<'_>) -> Option<String>;

/// The rule of each flag.
const RULES: [(Flag, Rule); 12] = [
    (Flag::Gefahr, danger::rule),
    (Flag::Gericht, court::rule),
    (Flag::WiderspruchPerMail, objection::rule),
    (Flag::Persoenlich, personal::rule),
    (Flag::Abgeordnete, parliament::rule),
    (Flag::Presse, press::rule),
    (Flag::Beschwerde, complaint::rule),
    (Flag::FehlendeAnlage, attachment::rule),
    (Flag::Verdacht, fraud::rule),
    (Flag::Dublette, machine::duplicate),
    (Flag::MehrereAnliegen, requests::rule),
    (Flag::Automatisch, machine::automatic),
];

/// The flags of a message that the house wants to see, in the order of [`Flag::ALL`].
pub(crate) fn raise(
    message: &Message,
    text: &Text,
    scan: &Scan,
    verdict: &Verdict,
    house: &House,
    history: History,
) -> Vec<Raised> {
    let mail = Mail { message, text, verdict, house, history, scan, sender: Sender::of(message) };
    let wanted = RULES.iter().filter(|(flag, _)| house.switches.of(*flag) != Switch::Off);
    wanted.filter_map(|(flag, rule)| Some(Raised { flag: *flag, why: rule(&mail)? })).collect()
}

/// How a text tells of violence or self-harm, with the token at which it does.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Threat {
    /// In words that leave little doubt.
    Said(usize),
    /// By its name alone, as lectures and reports do too.
    Named(usize),
    /// By taking leave of life without a word of it.
    Farewell(usize),
}

/// The plainest sign of violence or self-harm in a text, from its words alone.
pub(crate) fn threat(text: &Text, scan: &Scan) -> Option<Threat> {
    let said = danger::said(text, scan).map(Threat::Said);
    said.or_else(|| danger::named(scan).map(Threat::Named))
        .or_else(|| farewell::sign(scan).map(Threat::Farewell))
}

/// The reasons of the flags.
pub(crate) fn reasons(raised: &[Raised]) -> impl Iterator<Item = Reason> + '_ {
    raised.iter().map(|raised| Reason {
        subject: Subject::Flag(raised.flag.name().to_owned()),
        text: raised.why.clone(),
        weight: 1.0,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_flag_has_its_rule_in_order() {
        assert_eq!(RULES.map(|(flag, _)| flag), Flag::ALL);
    }
}
