//! The writer's own earlier contacts, each with its date, added up over the whole text.
//!
//! "Am 6. Oktober habe ich den Antrag gestellt. Am 15. Dezember habe ich Sie angeschrieben, am 27. Februar
//! noch einmal." is three contacts before this one: every date of a sentence that stands by the writer's
//! own noun ("mein Schreiben vom …") or verb ("am … geschrieben") is one.

use super::lexicon::Role;
use super::{Found, Roles};
use crate::text::Text;

/// More than this many dates say nothing more.
const MOST: usize = 12;

/// A day and month (0: not said), or a period like "last week".
type Day = (u32, u32);

/// What a date belongs to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Filing,
    Contact,
    /// The authority's own, a deadline, or anything else.
    Foreign,
}

/// The dates of the writer's contacts, with this mail as the last.
pub(super) fn counted(text: &Text, roles: &Roles) -> Option<Found> {
    let mut days: Vec<Day> = Vec::new();
    let mut asked = false;
    let mut span: Option<(usize, usize)> = None;
    let mut index = 0;
    let mut before = None;
    while index < text.tokens.len() && days.len() < MOST {
        let Some((day, end)) = day_at(text, roles, index) else {
            index += 1;
            continue;
        };
        let kind = kind_of(text, roles, index, end, before);
        before = text.at(index).filter(|_| kind != Kind::Foreign).map(|token| token.sentence);
        if kind != Kind::Foreign && !days.contains(&day) {
            days.push(day);
            asked |= kind == Kind::Contact;
            span = Some(wider(text, span, index, end));
        }
        index = end + 1;
    }
    let (first, last) = span.filter(|_| asked)?;
    Some(Found { count: days.len() + 1, first, last })
}

/// The words to quote: all dates of one sentence, else the last.
fn wider(text: &Text, span: Option<(usize, usize)>, first: usize, last: usize) -> (usize, usize) {
    let sentence = |index: usize| text.at(index).map(|token| token.sentence);
    match span {
        Some((from, _)) if sentence(from) == sentence(first) => (from, last),
        _ => (first, last),
    }
}

/// The day that begins at `index`, and its last token.
fn day_at(text: &Text, roles: &Roles, index: usize) -> Option<(Day, usize)> {
    match roles.at(index) {
        Role::Month(month) if is_month_alone(text, roles, index) => {
            return Some(((0, u32::from(month)), index));
        }
        Role::Period if roles.before(index, 1) == Role::Last || roles.before(index, 2) == Role::Last => {
            let unit = u32::try_from(text.word(index).len()).ok()?;
            return Some(((100, unit), index));
        }
        _ => {}
    }
    let day = text.number(index).filter(|day| (1..=31).contains(day))?;
    let next = index + 1;
    if let Role::Month(month) = roles.at(next) {
        return Some(((day, u32::from(month)), next));
    }
    if !text.is_mark(next, '.') || !text.is_glued(next) {
        return None;
    }
    match (roles.at(index + 2), text.number(index + 2)) {
        (Role::Month(month), _) => Some(((day, u32::from(month)), index + 2)),
        (_, Some(month)) if month <= 12 => Some(((day, month), end_of_numeric(text, index + 2))),
        _ => is_listed_day(text, index + 2).then_some(((day, 0), next)),
    }
}

/// "10." + "25" of "6.10.25": the year belongs to it.
fn end_of_numeric(text: &Text, month: usize) -> usize {
    let dot = text.is_mark(month + 1, '.') && text.is_glued(month + 1);
    let year = dot && text.is_glued(month + 2) && text.number(month + 2).is_some();
    month + if year { 2 } else { usize::from(dot) }
}

/// "am 1. und 14. Juni": the first day has its month from the next.
fn is_listed_day(text: &Text, after: usize) -> bool {
    matches!(text.word(after), "und" | "," | "sowie" | "u" | "/")
        && (after + 1..after + 5).any(|index| text.number(index).is_some_and(|day| day <= 31))
}

/// "im Oktober": a month without a day.
fn is_month_alone(text: &Text, roles: &Roles, index: usize) -> bool {
    let before = text.word_before(index, 1);
    if matches!(roles.before(index, 1), Role::Asked | Role::Filed) {
        return true;
    }
    text.number(index + 1).is_none_or(|year| year > 1990)
        && text.number(index.wrapping_sub(1)).is_none()
        && matches!(
            before,
            "im" | "in"
                | "anfang"
                | "mitte"
                | "ende"
                | "und"
                | ","
                | "early"
                | "since"
                | "w"
                | "en"
                | "v"
                | "у"
                | "в"
        )
}

/// What the date at `first..=last` belongs to; `before` is the sentence of a contact right before it.
fn kind_of(text: &Text, roles: &Roles, first: usize, last: usize, before: Option<usize>) -> Kind {
    if (1..=2).any(|back| roles.before(first, back) == Role::Until) {
        return Kind::Foreign;
    }
    if let Some(kind) = noun_before(text, roles, first, before) {
        return kind;
    }
    let verb = text.after(last, 14).find(|at| matches!(roles.at(*at), Role::Asked | Role::Filed));
    if let Some(verb) = verb.filter(|verb| roles.by_writer(text, *verb)) {
        return kind_of_verb(roles, verb);
    }
    if let Some(verb) = verb_before(text, roles, first) {
        return kind_of_verb(roles, verb);
    }
    let again = text.after(last, 3).any(|at| {
        roles.at(at) == Role::Again
            || text.word(at) == "noch" && matches!(text.word(at + 1), "einmal" | "mal")
    });
    let here = text.at(first).map(|token| token.sentence);
    let follows = before.zip(here).is_some_and(|(before, here)| here - before <= 1);
    let listed = before == here && text.before(first, 5).any(|at| day_at(text, roles, at).is_some());
    if follows && (again || listed) { Kind::Contact } else { Kind::Foreign }
}

fn kind_of_verb(roles: &Roles, verb: usize) -> Kind {
    if roles.at(verb) == Role::Filed { Kind::Filing } else { Kind::Contact }
}

/// "meine Schreiben vom …": the noun that the date follows, in a list also after its other dates.
fn noun_before(text: &Text, roles: &Roles, first: usize, before: Option<usize>) -> Option<Kind> {
    let links = |at: &usize| {
        text.number(*at).is_some()
            || matches!(roles.at(*at), Role::Month(_))
            || matches!(
                text.word(*at),
                "vom"
                    | "v"
                    | "von"
                    | "dem"
                    | "am"
                    | "im"
                    | "und"
                    | "of"
                    | "on"
                    | "from"
                    | "der"
                    | "den"
                    | "dated"
                    | "dt"
                    | "."
                    | ","
                    | "("
                    | "sowie"
                    | "unter"
                    | "and"
                    | "des"
                    | "du"
                    | "vom:"
                    | "per"
                    | "/"
            )
    };
    let noun = text.before(first, 14).find(|at| !links(at))?;
    let kind = match roles.at(noun) {
        Role::Note | Role::Notes | Role::Reminder => Kind::Contact,
        Role::Filing => Kind::Filing,
        _ => return None,
    };
    let owner =
        text.before(noun, 5).map(|at| roles.at(at)).find(|role| matches!(role, Role::Mine | Role::Yours));
    match owner {
        Some(Role::Mine) => Some(kind),
        Some(_) => Some(Kind::Foreign),
        None if kind == Kind::Filing => Some(kind),
        None => {
            let mut sentence = text.before(noun, 30).chain(text.after(noun, 30));
            let unanswered = sentence.any(|at| matches!(roles.at(at), Role::Unanswered));
            let goes_on = before == text.at(noun).map(|token| token.sentence)
                && matches!(
                    text.word(noun),
                    "nachfrage" | "erinnerung" | "anruf" | "telefonat" | "mail" | "rückfrage"
                );
            Some(if unanswered && text.word(noun) != "hinweis" || goes_on {
                Kind::Contact
            } else {
                Kind::Foreign
            })
        }
    }
}

/// "Geschrieben hab ich Ihnen am 2. März": the writer's verb before the date, with no other clause between.
fn verb_before(text: &Text, roles: &Roles, first: usize) -> Option<usize> {
    let verb = text
        .before(first, 9)
        .take_while(|at| !matches!(text.word(*at), ":" | "dass" | "ob" | "weil"))
        .find(|at| matches!(roles.at(*at), Role::Asked | Role::Filed))?;
    roles.by_writer(text, verb).then_some(verb)
}
