//! Several contacts at once: "drei Mails und zwei Anrufe", "weder auf meine Mail noch auf meinen Anruf".

use super::lexicon::Role;
use super::numbered::{is_authoritys, noun_after};
use super::{Found, Roles};
use crate::text::{Text, Token};

/// "drei Mails und zwei Anrufe", "meine zwei Briefe": a list of contacts is added up.
pub(super) fn several(text: &Text, roles: &Roles, index: usize, n: usize) -> Option<Found> {
    let noun = noun_after(text, roles, index).filter(|noun| is_plural(text, roles, *noun))?;
    if text.before(index, 6).any(|at| roles.at(at) == Role::Unreal) || is_authoritys(text, roles, index, noun)
    {
        return None;
    }
    let mine = (1..=2).any(|back| roles.before(index, back) == Role::Mine);
    let despite = (1..=3).any(|back| {
        matches!(text.word_before(index, back), "trotz" | "nach" | "despite" | "after" | "malgré")
    });
    let around = || text.before(index, 12).chain(text.after(noun, 12));
    let wrote = around().any(|at| roles.at(at) == Role::Asked && roles.by_writer(text, at));
    let unanswered = around().any(|at| roles.at(at) == Role::Unanswered);
    let (more, last) = listed(text, roles, noun);
    let list = more > 0 && roles.at(noun) == Role::Notes;
    (mine || despite || wrote || unanswered || list).then_some(Found {
        count: n + more + 1,
        first: index,
        last,
    })
}

fn is_plural(text: &Text, roles: &Roles, noun: usize) -> bool {
    roles.at(noun) == Role::Notes
        || matches!(text.word(noun), "schreiben" | "anschreiben" | "mail" | "mahnung")
}

/// The contacts that the list goes on with after `noun`, and its last token.
fn listed(text: &Text, roles: &Roles, noun: usize) -> (usize, usize) {
    let (mut sum, mut last, mut open) = (0, noun, 0);
    for at in text.after(noun, 12) {
        match roles.at(at) {
            Role::Count(n) => open = usize::from(n),
            Role::None if text.at(at).is_some_and(Token::is_number) => {
                open = text.number(at).map_or(0, |n| n.min(9) as usize);
            }
            Role::Note | Role::Notes | Role::Reminder if open > 0 => {
                (sum, last, open) = (sum + open, at, 0);
            }
            _ => {}
        }
    }
    (sum, last)
}

/// "weder auf meine Mail noch auf meinen Anruf", "auf meine Mails kam keine Antwort": contacts without a number.
pub(super) fn mine(text: &Text, roles: &Roles, index: usize) -> Option<Found> {
    let noun = noun_after(text, roles, index)?;
    // "meine letzte Erinnerung": after what began the matter, and with this mail or before it.
    let is_last = roles.at(index + 1) == Role::Last && roles.at(noun) == Role::Reminder;
    if is_last && noun == index + 2 && !roles.bill {
        return Some(Found { count: 3, first: index, last: noun });
    }
    let after = matches!(text.word_before(index, 1), "auf" | "trotz" | "nach" | "despite" | "malgré");
    if !after {
        return None;
    }
    let unanswered =
        || text.before(index, 12).chain(text.after(noun, 20)).any(|at| roles.at(at) == Role::Unanswered);
    if roles.at(noun) == Role::Notes && unanswered() {
        return Some(Found { count: 3, first: index, last: noun });
    }
    let another = text
        .after(noun, 12)
        .filter(|at| roles.at(*at) == Role::Mine)
        .find_map(|at| noun_after(text, roles, at).filter(|other| text.word(*other) != text.word(noun)))?;
    unanswered().then_some(Found { count: 3, first: index, last: another })
}
