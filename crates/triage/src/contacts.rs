//! How often the writer has been in touch in this matter, as the text tells it.
//!
//! ```text
//! words ─▶ roles ─┬▶ numbered: "meine dritte Mail", "schon zweimal geschrieben" ─┬▶ the larger
//!                 └▶ dated: "am 3. Mai beantragt, am 2. Juni nachgefragt" ────────┘
//! ```
//!
//! The original message is the first contact and this mail the last, so "zweite Erinnerung" and "zweimal
//! geschrieben" are three. Only the writer's own contacts count, not the authority's or a supplier's.

mod dated;
mod lawsuit;
mod lexicon;
mod numbered;
mod several;

use lexicon::{Role, role_of};

use crate::text::Text;

/// From here on a mail is `high`.
pub(crate) const THIRD: usize = 3;

/// What a text says about earlier contacts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Contacts {
    /// How many, this mail included, and the words that say so.
    pub said: Option<Found>,
    /// The token at which an Untätigkeitsklage is announced.
    pub lawsuit: Option<usize>,
}

/// A number of contacts, and the tokens it was read from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Found {
    /// Contacts in this matter, this mail included.
    pub count: usize,
    /// First token.
    pub first: usize,
    /// Last token.
    pub last: usize,
}

/// Reads a text; none where it says nothing of at least a third contact or of a lawsuit.
pub(crate) fn of(text: &Text) -> Option<Contacts> {
    let roles = Roles::of(text);
    let said = [numbered::counted(text, &roles), dated::counted(text, &roles)]
        .into_iter()
        .flatten()
        .max_by_key(|found| found.count)
        .filter(|found| found.count >= THIRD && !roles.dunning && !is_auto_reply(text));
    let lawsuit = lawsuit::announced(text, &roles);
    (said.is_some() || lawsuit.is_some()).then_some(Contacts { said, lawsuit })
}

/// Out-of-office replies repeat the subject that they answer.
fn is_auto_reply(text: &Text) -> bool {
    let subject = matches!(
        text.word(0),
        "automatische" | "automatic" | "abwesenheit" | "abwesenheitsnotiz" | "autoreply"
    );
    subject && text.at(0).is_some_and(|token| token.line == 0)
}

/// The role of every token, looked up once.
struct Roles {
    by_token: Vec<Role>,
    /// The text speaks of money owed to a supplier.
    bill: bool,
    /// A supplier's own reminder.
    dunning: bool,
    /// An application or objection is named.
    filing: bool,
}

impl Roles {
    fn of(text: &Text) -> Self {
        let mut roles = Vec::with_capacity(text.tokens.len());
        let (mut line, mut quoted) = (usize::MAX, false);
        for (index, token) in text.tokens.iter().enumerate() {
            if token.line != line {
                line = token.line;
                quoted = text.is_mark(index, '>');
            }
            roles.push(if token.is_word() && !quoted { role_of(text.known(index)) } else { Role::None });
        }
        let bill = roles.contains(&Role::Bill);
        let mut reminders = (0..text.tokens.len())
            .filter(|index| matches!(roles.get(*index), Some(Role::Reminder | Role::Note)));
        let dunning = bill
            && (text.all().contains("nkasso")
                || reminders.any(|index| {
                    matches!(text.word(index), "mahnung" | "zahlungserinnerung" | "aufforderung")
                }));
        let filing = roles.contains(&Role::Filing);
        Self { by_token: roles, bill, dunning, filing }
    }

    fn at(&self, index: usize) -> Role {
        self.by_token.get(index).copied().unwrap_or_default()
    }

    fn before(&self, index: usize, back: usize) -> Role {
        index.checked_sub(back).map_or(Role::None, |index| self.at(index))
    }

    /// "haben Sie", "Sie hatten": the authority acts.
    fn is_yours_acting(text: &Text, index: usize) -> bool {
        let near = |word: &str| text.word(index + 1) == word || text.word_before(index, 1) == word;
        matches!(text.word(index), "haben" | "hatten" | "habt")
            && (near("sie") || near("ihr"))
            && !near("wir")
    }

    /// Whether the writer did what the verb at `verb` says: the nearest subject before it, else after it.
    fn by_writer(&self, text: &Text, verb: usize) -> bool {
        if matches!(text.word(verb + 1), "wurde" | "wurden" | "werden" | "wird" | "worden" | "werde") {
            return false;
        }
        for at in text.before(verb, 24) {
            if self.at(at) == Role::Me || text.word(at) == "wir" {
                return true;
            }
            let me = self.at(at + 1) == Role::Me || self.before(at, 1) == Role::Me;
            if Self::is_yours_acting(text, at) || (self.at(at) == Role::Others && !me) {
                return false;
            }
        }
        if text.after(verb, 5).any(|at| self.at(at) == Role::Me) {
            return true;
        }
        // Without a subject: "Am 2.9. nachgefragt"; a finite verb has one, and so has "haben Sie".
        let near = text.before(verb, 22).count() < 22;
        let finite = matches!(
            text.word(verb),
            "schrieb"
                | "bat"
                | "rief"
                | "fragte"
                | "erinnerte"
                | "mahnte"
                | "meldete"
                | "dort"
                | "persönlich"
                | "wrote"
                | "asked"
                | "called"
        );
        near && !finite
            && !text.after(verb, 4).any(|at| Self::is_yours_acting(text, at) || self.at(at) == Role::Others)
    }
}

#[cfg(test)]
mod tests;
