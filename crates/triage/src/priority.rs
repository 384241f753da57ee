//! The priority: where what was learnt and what is computed meet.
//!
//! ```text
//! learnt distribution ─▶ + evidence of each rule (log-odds) ─▶ distribution, with reasons
//! ```
//!
//! Every rule adds to the log-weight of a label, so several weak ones add up, none decides
//! alone unless it is strong, and the result is again a distribution. A nearer deadline, another
//! reminder, one more sign of harm never make a mail less urgent; a deadline that leaves weeks does.
//! Age is not weighed here: it grows while a mail waits ([`domain::MaxAge`]).

use domain::{
    Assessment, Class, Distribution, Facts, Flag, Label as _, Message, Priority, Protection, Reason, Subject,
    Verdict,
};
use jiff::Timestamp;
use jiff::civil::Date;

use crate::local_day;

/// What a rule found: how much it adds to the log-weight of each label, and why.
struct Evidence {
    /// In the order of [`Priority::ALL`].
    shift: [f64; 3],
    /// A German sentence; none where a flag says the same.
    why: Option<String>,
}

/// What makes a mail urgent: for `high`, and against `low`, so that neither other label gains by it.
fn urgent(weight: f64, why: String) -> Evidence {
    Evidence { shift: [weight, 0.0, -SELDOM_NOTHING], why: Some(why) }
}

/// What only says that a person must act: against `low`.
fn for_a_person(weight: f64, why: &str) -> Evidence {
    Evidence { shift: [0.0, 0.0, -weight], why: Some(why.to_owned()) }
}

// Log-odds. The first three and how much the learnt part counts follow a logistic regression on mails whose authors the
// model had not seen, and were then set to where most of those came out right; the others were set by hand.
/// A deadline within a week, or passed.
const NEAR_DEADLINE: f64 = 4.2;
/// A deadline in the second week: there is time.
const NEXT_WEEK: f64 = -1.0;
/// A deadline later than that.
const FAR_DEADLINE: f64 = -1.9;
/// What has a sign of harm is seldom nothing.
const SELDOM_NOTHING: f64 = 1.0;
const MACHINE: f64 = 0.75;
/// What was learnt of the text counts a little less than by itself: the rules say part of it again.
const LEARNT: f64 = 0.8;
/// What asks for nothing needs nobody somewhat more often: per log-odds of [`Class::Other`].
const ASKS_FOR_NOTHING: f64 = 0.1;

/// What has a deadline is seldom nothing.
const FAR_FROM_NOTHING: f64 = 2.0;
/// More than any learnt certainty of `low`.
const CERTAINLY_FOR_A_PERSON: f64 = 10.0;

/// Joins what was learnt from the text with what is computed.
pub fn prioritise(message: &Message, verdict: &Verdict, facts: &Facts, received: Timestamp) -> Assessment {
    let signs = facts.signs.iter().map(|sign| urgent(sign.weight, sign.why.clone()));
    let evidence: Vec<Evidence> = deadline(facts, local_day(received))
        .into_iter()
        .chain(signs)
        .chain(machine(message))
        .chain(unreadable(message, facts))
        .collect();
    Assessment {
        probabilities: join(verdict, &evidence),
        reasons: evidence.into_iter().filter_map(Evidence::reason).collect(),
    }
}

/// Adds the evidence to the learnt log-probabilities.
fn join(verdict: &Verdict, evidence: &[Evidence]) -> Distribution<Priority> {
    // A learnt certainty is never so certain that no rule could move it.
    let mut logs = verdict.priority.probabilities().map(|p| LEARNT * p.clamp(1e-4, 1.0).ln());
    let nothing = verdict.class.of(Class::Other).clamp(1e-3, 1.0 - 1e-3);
    logs[Priority::Low.index()] += ASKS_FOR_NOTHING * (nothing / (1.0 - nothing)).ln();
    for piece in evidence {
        logs.iter_mut().zip(piece.shift).for_each(|(log, shift)| *log += shift);
    }
    let top = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    Distribution::from_weights(logs.map(|log| (log - top).exp()))
}

impl Evidence {
    fn reason(self) -> Option<Reason> {
        let weight = self.shift.into_iter().map(f64::abs).fold(0.0, f64::max);
        Some(Reason { subject: Subject::Priority, text: self.why?, weight })
    }
}

/// A deadline within a week, or passed, makes high; a later one makes it a person's work that can wait.
fn deadline(facts: &Facts, received: Date) -> Option<Evidence> {
    let deadline = facts.deadline.as_ref()?;
    let days = (deadline.date - received).get_days();
    let date = in_german(deadline.date);
    let near = match days {
        ..=-1 => format!("Die Frist am {date} war beim Eingang schon abgelaufen."),
        0 => format!("Die Frist endet am Tag des Eingangs ({date})."),
        1 => format!("Die Frist endet am Tag nach dem Eingang ({date})."),
        2..=7 => format!("Die Frist endet {days} Tage nach dem Eingang ({date})."),
        _ => {
            let weight = if days <= 14 { NEXT_WEEK } else { FAR_DEADLINE };
            let why = format!("Bis zum {date} läuft eine Frist; jemand muss tätig werden.");
            return Some(Evidence { shift: [weight, 0.0, -FAR_FROM_NOTHING], why: Some(why) });
        }
    };
    Some(Evidence { shift: [NEAR_DEADLINE, 0.0, -FAR_FROM_NOTHING], why: Some(near) })
}

/// What a machine or a list sent needs somebody a little less often: real people write through both.
fn machine(message: &Message) -> Option<Evidence> {
    let circumstances = message.circumstances;
    let machine = circumstances.automatic || circumstances.bulk;
    machine.then_some(Evidence { shift: [0.0, 0.0, MACHINE], why: None })
}

/// What cannot be read must be opened by somebody.
fn unreadable(message: &Message, facts: &Facts) -> Option<Evidence> {
    let why = if facts.flags.iter().any(|raised| raised.flag == Flag::Persoenlich) {
        "Die Nachricht ist persönlich und bleibt ungelesen; jemand muss sie weitergeben."
    } else if message.protection == Protection::Encrypted {
        "Der Text ist verschlüsselt; jemand muss ihn öffnen."
    } else if message.text.trim().is_empty() && !message.attachments.is_empty() {
        "Die Nachricht hat nur einen Anhang; jemand muss ihn öffnen."
    } else {
        return None;
    };
    Some(for_a_person(CERTAINLY_FOR_A_PERSON, why))
}

/// The German notation of a date.
pub(crate) fn in_german(date: Date) -> String {
    format!("{:02}.{:02}.{}", date.day(), date.month(), date.year())
}
