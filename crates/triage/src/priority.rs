//! The priority: where what was learnt and what is computed meet.
//!
//! ```text
//! learnt distribution ─▶ + evidence of each rule (log-odds) ─▶ distribution, with reasons
//! ```
//!
//! Every rule adds to the log-weight of a label, so several weak ones add up, none decides
//! alone unless it is strong, and the result is again a distribution. Nothing that makes a
//! mail more urgent ever takes weight from `high`.

use domain::{
    Assessment, Class, Distribution, Facts, Message, Priority, Protection, Reason, Subject, Verdict,
};
use jiff::Timestamp;
use jiff::civil::Date;

use crate::local_day;
use crate::text::Text;

/// What a rule found: how much it adds to the log-weight of each label, and why.
struct Evidence {
    /// In the order of [`Priority::ALL`].
    shift: [f64; 3],
    why: String,
}

/// What makes a mail urgent: for `high`, and against `low`, so that neither other label gains by it.
fn urgent(weight: f64, why: String) -> Evidence {
    Evidence { shift: [weight, 0.0, -1.0], why }
}

/// What only says that a person must act: against `low`.
fn for_a_person(weight: f64, why: String) -> Evidence {
    Evidence { shift: [0.0, 0.0, -weight], why }
}

/// What says that nobody need act.
fn for_nobody(weight: f64, why: String) -> Evidence {
    Evidence { shift: [0.0, 0.0, weight], why }
}

/// Joins what was learnt from the text with what is computed.
pub fn prioritise(message: &Message, verdict: &Verdict, facts: &Facts, received: Timestamp) -> Assessment {
    let text = Text::new(&message.subject, &message.text);
    let evidence: Vec<Evidence> = [
        deadline(verdict, facts, local_day(received)),
        contacts(&text),
        machine(message),
        unreadable(message),
    ]
    .into_iter()
    .flatten()
    .collect();
    Assessment {
        probabilities: join(&verdict.priority, &evidence),
        reasons: evidence.into_iter().map(Evidence::reason).collect(),
    }
}

/// Adds the evidence to the learnt log-probabilities.
fn join(learnt: &Distribution<Priority>, evidence: &[Evidence]) -> Distribution<Priority> {
    // A learnt certainty is never so certain that no rule could move it.
    let mut logs = learnt.probabilities().map(|p| p.clamp(1e-4, 1.0).ln());
    for piece in evidence {
        logs.iter_mut().zip(piece.shift).for_each(|(log, shift)| *log += shift);
    }
    let top = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    Distribution::from_weights(logs.map(|log| (log - top).exp()))
}

impl Evidence {
    fn reason(self) -> Reason {
        let weight = self.shift.into_iter().map(f64::abs).fold(0.0, f64::max);
        Reason { subject: Subject::Priority, text: self.why, weight }
    }
}

/// Whether a stated date binds anybody: not in what asks for nothing, as far as the verdict is sure of it.
pub(crate) fn deadline_binds(verdict: &Verdict) -> bool {
    verdict.class.of(Class::Other) + verdict.priority.of(Priority::Low) < 1.2
}

/// A deadline within a week, or passed, makes high; a later one makes it a person's work.
fn deadline(verdict: &Verdict, facts: &Facts, received: Date) -> Option<Evidence> {
    let deadline = facts.deadline.as_ref().filter(|_| deadline_binds(verdict))?;
    let days = (deadline.date - received).get_days();
    let date = in_german(deadline.date);
    Some(match days {
        ..=-1 => urgent(3.0, format!("Die Frist am {date} war beim Eingang schon abgelaufen.")),
        0 => urgent(3.0, format!("Die Frist endet am Tag des Eingangs ({date}).")),
        1 => urgent(3.0, format!("Die Frist endet am Tag nach dem Eingang ({date}).")),
        2..=7 => urgent(3.0, format!("Die Frist endet {days} Tage nach dem Eingang ({date}).")),
        _ => for_a_person(1.0, format!("Bis zum {date} läuft eine Frist; jemand muss tätig werden.")),
    })
}

/// The third contact in the same matter, or an announced Untätigkeitsklage.
fn contacts(text: &Text) -> Option<Evidence> {
    let words = || (0..text.tokens.len()).map(|i| (i, text.word(i)));
    let lawsuit = words()
        .any(|(_, word)| word.starts_with("untätigkeitsklage") || word.starts_with("untätigkeitsbeschwerde"));
    let third = words().any(|(i, word)| {
        is_reminder(word) && counts_two_or_more(text.word_before(i, 1)) || is_third_time(text, i)
    });
    let why = match (lawsuit, third) {
        (true, _) => "Eine Untätigkeitsklage wird angekündigt.",
        (_, true) => "Es ist mindestens der dritte Kontakt in derselben Sache.",
        _ => return None,
    };
    Some(urgent(2.5, why.to_owned()))
}

#[rustfmt::skip]
fn is_reminder(word: &str) -> bool {
    [
        "erinnerung", "mahnung", "nachfrage", "anfrage", "reminder", "mail", "email", "schreiben",
        "sachstandsanfrage",
    ]
    .contains(&word)
}

/// The original message is the first contact, so the second reminder is the third; a "second mail" is not.
#[rustfmt::skip]
fn counts_two_or_more(word: &str) -> bool {
    [
        "dritte", "dritten", "drittes", "dritter", "vierte", "vierten", "viertes", "vierter", "fünfte",
        "fünften", "third", "fourth", "letzte", "letztmalige", "final",
    ]
    .contains(&word)
}

/// "zum dritten Mal", "3. Erinnerung", "zweite Erinnerung".
fn is_third_time(text: &Text, index: usize) -> bool {
    let (before, word) = (text.word_before(index, 1), text.word(index));
    let reminder = matches!(word, "erinnerung" | "mahnung" | "nachfrage" | "reminder");
    let numbered = before == "." && text.number(index.wrapping_sub(2)).is_some_and(|n| (2..=9).contains(&n));
    (word == "mal" && matches!(before, "dritten" | "vierten" | "fünften" | "x-ten"))
        || (reminder
            && (numbered || matches!(before, "zweite" | "zweiten" | "second" | "erneute" | "nochmalige")))
}

/// What a machine or a list sent needs nobody, as long as it sets no deadline.
fn machine(message: &Message) -> Option<Evidence> {
    let why = match (message.circumstances.automatic, message.circumstances.bulk) {
        (true, _) => "Die Nachricht wurde automatisch erzeugt.",
        (_, true) => "Die Nachricht ging an einen Verteiler.",
        _ => return None,
    };
    Some(for_nobody(2.0, why.to_owned()))
}

/// What cannot be read must be opened by somebody.
fn unreadable(message: &Message) -> Option<Evidence> {
    let encrypted = message.protection == Protection::Encrypted;
    encrypted.then(|| for_a_person(10.0, "Der Text ist verschlüsselt; jemand muss ihn öffnen.".to_owned()))
}

/// The German notation of a date.
pub(crate) fn in_german(date: Date) -> String {
    format!("{:02}.{:02}.{}", date.day(), date.month(), date.year())
}
