//! Contacts that the writer numbers or counts: "meine dritte Mail", "zum dritten Mal", "zweimal geschrieben".

use super::lexicon::Role;
use super::several::{mine, several};
use super::{Found, Roles};
use crate::text::{Kind, Text, Token};

/// The highest number of contacts that the text names, this mail included.
pub(super) fn counted(text: &Text, roles: &Roles) -> Option<Found> {
    (0..text.tokens.len())
        .filter_map(|index| at(text, roles, index))
        .max_by_key(|found| (found.count, usize::MAX - found.first))
}

fn at(text: &Text, roles: &Roles, index: usize) -> Option<Found> {
    match roles.at(index) {
        Role::Turn if text.word_before(index, 2) == "x" && text.is_mark(index - 1, '-') => {
            times(text, roles, index - 2, index, 2)
        }
        Role::Turn if text.word(index + 1) == "thứ" => vietnamese(text, index),
        Role::Nth(n) => Some(Found { count: n.into(), first: index, last: index }),
        Role::Ordinal(n) => ordinal(text, roles, index, index, n.into()),
        Role::Times(n) => times(text, roles, index, index, n.into()),
        Role::Count(n) if n >= 2 => {
            turns(text, roles, index, n.into()).or_else(|| several(text, roles, index, n.into()))
        }
        Role::Mine => mine(text, roles, index),
        Role::None if text.at(index).is_some_and(Token::is_number) => number(text, roles, index),
        _ => None,
    }
}

/// "lần thứ ba".
fn vietnamese(text: &Text, index: usize) -> Option<Found> {
    let count = match text.word(index + 2) {
        "ba" => 3,
        "tư" => 4,
        "năm" => 5,
        _ => return None,
    };
    Some(Found { count, first: index, last: index + 2 })
}

/// "3. Mail", "3 mal geschrieben", "Mail Nr. 4", "2 Mails".
fn number(text: &Text, roles: &Roles, index: usize) -> Option<Found> {
    let n = text.number(index).filter(|n| (2..=20).contains(n))? as usize;
    if text.is_glued(index) && !text.is_mark(index.wrapping_sub(1), '(') {
        return None;
    }
    let next = index + 1;
    if text.is_mark(next, '.') && text.is_glued(next) {
        if is_item(text, roles, index, n) {
            return None;
        }
        return ordinal(text, roles, index, next, n);
    }
    let suffix = matches!(text.word(next), "rd" | "th" | "te" | "ter" | "ten") && text.is_glued(next);
    if suffix {
        return ordinal(text, roles, index, next, n);
    }
    let reminder = usize::from((1..=3).any(|back| roles.before(index, back) == Role::Reminder));
    if (3..=9).contains(&(n + reminder)) && is_number_of_note(text, index) {
        return Some(Found { count: n + reminder, first: index.saturating_sub(2), last: index });
    }
    turns(text, roles, index, n).or_else(|| several(text, roles, index, n))
}

/// "Meldung Nr. 3", "mail nummer 4".
fn is_number_of_note(text: &Text, index: usize) -> bool {
    let back = if text.word_before(index, 1) == "." { 2 } else { 1 };
    matches!(text.word_before(index, back), "nr" | "nummer" | "no" | "number" | "#")
        && matches!(
            text.word_before(index, back + 1),
            "mail"
                | "email"
                | "nachricht"
                | "nachfrage"
                | "anfrage"
                | "meldung"
                | "erinnerung"
                | "reminder"
                | "moin"
        )
        && text
            .at(index + 1)
            .is_none_or(|next| !next.glued || matches!(next.kind, Kind::Mark(',' | '.' | ':' | '!' | ')')))
}

/// The item of a list: "3." at the start of a line, after an item "2." that is no contact.
fn is_item(text: &Text, roles: &Roles, index: usize, n: usize) -> bool {
    let starts = |at: usize| at == 0 || text.at(at).map(|t| t.line) != text.at(at - 1).map(|t| t.line);
    let before = |at: &usize| text.number(*at).is_some_and(|number| number as usize + 1 == n) && starts(*at);
    let item = (0..index).rev().take(400).find(|at| before(at) && text.is_mark(at + 1, '.'));
    let street = text.at(index.wrapping_sub(1)).is_some_and(|token| token.is_word() && token.len() > 6);
    item.is_some_and(|at| starts(index) && noun_after(text, roles, at + 1).is_none())
        || street && text.word(index + 2) == "bitte"
}

/// An ordinal that spans `first..=last`, before a contact or "Mal".
fn ordinal(text: &Text, roles: &Roles, first: usize, last: usize, n: usize) -> Option<Found> {
    if text.before(first, 6).any(|at| roles.at(at) == Role::Unreal) {
        return None;
    }
    if n >= 3 && [last + 1, first.wrapping_sub(1)].iter().any(|at| roles.at(*at) == Role::Turn) {
        return is_turn_of_contact(text, roles, first, last).then_some(Found {
            count: n,
            first,
            last: last + 1,
        });
    }
    let arabic = text.word(first).starts_with(['ث', 'ا', 'ر']);
    let before = first.checked_sub(1).filter(|at| arabic && roles.at(*at) == Role::Note);
    let Some(noun) = noun_after(text, roles, last).or(before) else {
        return own_ordinal(text, roles, first, last, n);
    };
    let reminder = roles.at(noun) == Role::Reminder;
    let count = n + usize::from(reminder);
    let is_theirs = is_authoritys(text, roles, first, noun) || (reminder && roles.bill);
    let named = (text.word(noun) == "bitte" && !text.at(noun).is_some_and(|token| token.capital))
        || roles.at(noun) == Role::Notes
        || n > 12
        || (n == 2 && text.word(noun) == "mahnung" && roles.before(first, 1) != Role::Mine && !roles.filing)
        || matches!(text.word(noun), "nr" | "nummer" | "hinweis" | "anzeige" | "kontakt" | "besuch");
    (count >= 3 && !is_theirs && !named).then_some(Found {
        count,
        first: first.min(noun),
        last: last.max(noun),
    })
}

/// The contact that a numeral stands before, with adjectives between: "dritte unbeantwortete Mail".
pub(super) fn noun_after(text: &Text, roles: &Roles, last: usize) -> Option<usize> {
    for at in text.after(last, 5) {
        match roles.at(at) {
            Role::Note | Role::Notes | Role::Reminder => return Some(at),
            Role::Mine | Role::Yours | Role::Asked | Role::Me => return None,
            _ => {}
        }
        let token = text.at(at)?;
        let joins = matches!(text.word(at), "e" | "E" | "-" | "und" | "and" | "(" | ")");
        let adjective = token.is_word() && !token.capital && !is_preposition(text.word(at));
        if !joins && !adjective {
            return None;
        }
    }
    None
}

fn is_preposition(word: &str) -> bool {
    matches!(
        word,
        "in" | "im"
            | "zu"
            | "zur"
            | "zum"
            | "von"
            | "vom"
            | "an"
            | "am"
            | "der"
            | "die"
            | "das"
            | "auf"
            | "mit"
            | "nach"
            | "aus"
            | "bei"
            | "per"
            | "ist"
            | "of"
            | "to"
            | "is"
            | "für"
            | "wegen"
            | "als"
    )
}

/// "dies ist nun mein drittes.": the noun was said before.
fn own_ordinal(text: &Text, roles: &Roles, first: usize, last: usize, n: usize) -> Option<Found> {
    let ends = text.at(last + 1).is_none_or(|next| !next.is_word() && !next.is_number());
    let mine = roles.before(first, 1) == Role::Mine;
    let article = matches!(text.word_before(first, 1), "die" | "das" | "the") && text.at(first).is_some();
    let note =
        || text.before(first, 20).any(|at| matches!(roles.at(at), Role::Note | Role::Notes | Role::Asked));
    (n >= 3 && ends && (mine || article) && note()).then_some(Found { count: n, first, last })
}

/// Whether the contact at `noun`, numbered at `first`, is one that the writer got.
pub(super) fn is_authoritys(text: &Text, roles: &Roles, first: usize, noun: usize) -> bool {
    let owner =
        text.before(first, 4).map(|at| roles.at(at)).find(|role| matches!(role, Role::Mine | Role::Yours));
    match owner {
        Some(Role::Mine) => return false,
        Some(_) => return true,
        None => {}
    }
    let from = matches!(text.word(noun + 1), "des" | "der" | "vom" | "von")
        && !matches!(text.word(noun + 2), "mir" | "uns" | "meiner" | "unserer" | "meinem")
        && text.number(noun + 2).is_none();
    let got = text
        .before(first, 8)
        .chain(text.after(noun, 8))
        .find(|at| matches!(roles.at(*at), Role::Got | Role::Unanswered));
    from || got.is_some_and(|at| roles.at(at) == Role::Got)
}

/// "zum dritten Mal": of writing, not of becoming a father.
fn is_turn_of_contact(text: &Text, roles: &Roles, first: usize, last: usize) -> bool {
    let turn = if roles.at(last + 1) == Role::Turn { last + 1 } else { last };
    let ends = text.at(turn + 1).is_none_or(|next| !next.is_word() && !next.is_number())
        || text.at(turn + 1).map(|next| next.sentence) != text.at(turn).map(|here| here.sentence);
    let around = || text.before(first, 10).chain(text.after(turn, 10));
    let contact = around().any(|at| {
        matches!(roles.at(at), Role::Asking | Role::Reminder | Role::Note | Role::Notes)
            || matches!(roles.at(at), Role::Asked | Role::Filed) && roles.by_writer(text, at)
    });
    let others = around().any(|at| Roles::is_yours_acting(text, at) || matches!(roles.at(at), Role::Others));
    let by_me = around().any(|at| roles.at(at) == Role::Me);
    let now = text
        .before(first, 5)
        .any(|at| matches!(text.word(at), "jetzt" | "nun" | "heute" | "hiermit" | "also" | "now"));
    let asking = text.before(first, 6).any(|at| roles.at(at) == Role::Asking);
    let to_me = text.before(first, 6).any(|at| matches!(text.word(at), "mich" | "du"));
    if (to_me && !asking) || text.word(turn + 1) == "um" {
        return false;
    }
    (contact || (ends && (now || text.before(first, 4).count() <= 2))) && (!others || by_me && contact)
}

/// "zweimal geschrieben", "trotz mehrfacher Nachfrage".
fn times(text: &Text, roles: &Roles, first: usize, last: usize, n: usize) -> Option<Found> {
    if text.before(first, 6).any(|at| roles.at(at) == Role::Unreal)
        || matches!(
            text.word(last + 1),
            "pro" | "täglich" | "wöchentlich" | "monatlich" | "jährlich" | "die" | "am"
        )
    {
        return None;
    }
    if let Some(noun) = noun_after(text, roles, last).filter(|noun| *noun <= last + 2) {
        let adjective = text.word(first).ends_with(['e', 'r', 'n', 'm']);
        if adjective {
            let own = !is_authoritys(text, roles, first, noun);
            return own.then_some(Found { count: n + 1, first, last: noun });
        }
    }
    let after = text.after(last, 9).find(|at| is_asked(text, roles, *at));
    let verb = after.or_else(|| text.before(first, 4).find(|at| is_asked(text, roles, *at)))?;
    let span = (first.min(verb), last.max(verb));
    roles.by_writer(text, verb).then_some(Found { count: n + 1, first: span.0, last: span.1 })
}

fn is_asked(text: &Text, roles: &Roles, at: usize) -> bool {
    roles.at(at) == Role::Asked && !matches!(text.word(at), "dort" | "persönlich" | "bat")
}

/// "2 mal geschrieben", "drei Mal angerufen".
fn turns(text: &Text, roles: &Roles, index: usize, n: usize) -> Option<Found> {
    let dash = usize::from(text.is_mark(index + 1, '-'));
    let turn = index + 1 + dash;
    let is_turn = roles.at(turn) == Role::Turn || matches!(text.word(turn), "x" | "times");
    if is_turn { times(text, roles, index, turn, n) } else { None }
}
