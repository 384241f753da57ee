//! Whether a mail lodges an objection, and against what.

use super::signs::{Signs, around};
use super::{is_article, is_dated, is_reply};
use crate::text::Text;

/// What is objected to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Against {
    /// A decision of an authority.
    Decision,
    /// The use of data, a price, an election: what no Bescheid decided.
    Other,
}

/// What is known of the mail beside its words.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reading<'a> {
    /// The verdict is an application in all likelihood: weaker words are enough.
    pub sure: bool,
    /// ISO 639-1 code of the text's language.
    pub language: &'a str,
    /// The text speaks of data protection.
    pub data: bool,
}

/// German brackets its verbs: "legen wir gegen die Bescheide vom …, vom … und vom … Widerspruch ein".
const BRACKET: usize = 60;

/// A word this near to another belongs to it.
const NEAR: usize = 8;

/// A line so short holds nothing but its statement: "ok dann doch widerspruch".
const STATEMENT: usize = 6;

/// Whether an objection is lodged at one of these words, and against what.
pub(super) fn find(text: &Text, words: &[usize], reading: Reading<'_>) -> Option<Against> {
    let acts: Vec<Act> = words.iter().map(|index| act(text, *index, reading)).collect();
    let is_there = |act: Act| acts.contains(&act);
    let titled = words.iter().any(|index| is_title(text, *index));
    let lodged = is_there(Act::Lodges) && !is_there(Act::TakesBack);
    let named = titled && reading.sure && !is_there(Act::Denies) && !is_there(Act::TakesBack);
    (lodged || named).then(|| against(text, words, reading))
}

/// What a sentence does with the objection that it names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Act {
    Lodges,
    /// Speaks of it, neither way.
    Names,
    /// Says that it was lodged before, or is not meant.
    Denies,
    TakesBack,
}

fn act(text: &Text, index: usize, reading: Reading<'_>) -> Act {
    let (wide, near) = (around(text, index, BRACKET), around(text, index, NEAR));
    if takes_back(text, index) {
        return Act::TakesBack;
    }
    if is_to_be_taken_so(text, index) {
        return Act::Lodges;
    }
    if near.negated || is_dated(text, index, 2) || is_earlier(text, index) {
        return Act::Denies;
    }
    if is_question(text, index) {
        return Act::Names;
    }
    if says_so(text, index) || wide.has(Signs::LODGE_MANY) && wide.has(Signs::WE) {
        return Act::Lodges;
    }
    if near.has(Signs::HAVE) && near.has(Signs::DONE) && !near.has(Signs::HEREBY) || near.has(Signs::ANSWERED)
    {
        return Act::Denies;
    }
    if near.has(Signs::MODAL | Signs::SPARED) && !near.has(Signs::HEREBY) {
        return Act::Names;
    }
    let foreign = !matches!(reading.language, "de" | "en");
    let weak = wide.has(Signs::HEREBY)
        || wide.has(Signs::WISH) && near.has(Signs::INFINITIVE)
        || wide.has(Signs::PASSIVE) && near.has(Signs::DONE)
        || is_statement(text, index)
        || foreign;
    if reading.sure && weak { Act::Lodges } else { Act::Names }
}

/// A verb in the first person, unless a question word or a condition stands before it.
fn says_so(text: &Text, index: usize) -> bool {
    let open = |at: usize| {
        let word = |back| text.word_before(at, back);
        !(1..=3).any(|back| is_condition(word(back))) && !(1..=3).any(|on| is_condition(text.word(at + on)))
    };
    let verbs = text.before(index, BRACKET).chain(text.after(index, NEAR));
    is_verb(text, index) && open(index) || verbs.filter(|at| is_lodging(text.word(*at))).any(open)
}

/// The word itself says who objects: "widerspreche ich", "widersprechen wir", "wird widersprochen".
fn is_verb(text: &Text, index: usize) -> bool {
    let near =
        |wanted: &str| text.before(index, NEAR).chain(text.after(index, 2)).any(|at| text.word(at) == wanted);
    match text.word(index) {
        "widerspreche" => true,
        "widersprechen" => near("wir"),
        "widersprochen" => near("wird"),
        _ => false,
    }
}

#[rustfmt::skip]
fn is_lodging(word: &str) -> bool {
    matches!(
        word,
        "lege" | "leg" | "erhebe" | "erheb" | "mache" | "mach" | "reiche" | "einlege" | "hole" | "formuliere"
            | "object" | "lodge" | "file" | "raise" | "submit"
    )
}

fn is_condition(word: &str) -> bool {
    #[rustfmt::skip]
    const CONDITIONS: [&str; 14] = [
        "wie", "ob", "wo", "wohin", "wann", "warum", "falls", "wenn", "sofern", "sonst", "ansonsten",
        "andernfalls", "notfalls", "how",
    ];
    CONDITIONS.contains(&word)
}

/// "ziehe ich meinen Widerspruch zurück", "die Rücknahme meines Widerspruchs".
fn takes_back(text: &Text, index: usize) -> bool {
    let near = || text.before(index, NEAR + 4).chain(text.after(index, NEAR + 4)).map(|at| text.word(at));
    let verb = near().any(|word| matches!(word, "ziehe" | "ziehen" | "nehme" | "nehmen" | "lasse"));
    let away = near().any(|word| matches!(word, "zurück" | "fallen"));
    let done = near().any(|word| matches!(word, "zurückziehen" | "zurücknehmen" | "rücknahme" | "withdraw"));
    verb && away || done
}

/// "bitte als Widerspruch behandeln", "please regard this as my objection".
fn is_to_be_taken_so(text: &Text, index: usize) -> bool {
    #[rustfmt::skip]
    const VERBS: [&str; 12] = [
        "behandel", "wert", "versteh", "verstanden", "betracht", "auffass", "gilt", "gelten", "auszuleg",
        "regard", "treat", "take",
    ];
    let verb = |at| VERBS.iter().any(|verb| text.word(at).starts_with(verb));
    text.before(index, 4).any(|at| matches!(text.word(at), "als" | "as"))
        && text.before(index, NEAR).chain(text.after(index, NEAR)).any(verb)
        && !around(text, index, 3).negated
}

/// "zu meinem Widerspruch", "wegen des Widerspruchs": one that is there already.
#[rustfmt::skip]
fn is_earlier(text: &Text, index: usize) -> bool {
    const REFERRING: [&str; 12] = [
        "zu", "zum", "wegen", "bezüglich", "betreffend", "über", "im", "beim", "nach", "trotz", "begründung", "auf",
    ];
    const OWNED: [&str; 6] = ["meinem", "unserem", "dem", "ihrem", "seinem", "meines"];
    let refers = |word: &str| REFERRING.contains(&word);
    let owned = OWNED.contains(&text.word_before(index, 1));
    refers(text.word_before(index, 1)) || owned && refers(text.word_before(index, 2))
}

fn is_question(text: &Text, index: usize) -> bool {
    text.after(index, 40).any(|at| text.is_mark(at, '?'))
}

/// "ok dann doch widerspruch", "… also einspruch."
fn is_statement(text: &Text, index: usize) -> bool {
    let before = text.before(index, STATEMENT + 1).count();
    let short = before + text.after(index, STATEMENT + 1).count() <= STATEMENT;
    let ends = text.at(index + 1).is_none_or(|next| !next.is_word());
    let concludes = matches!(text.word_before(index, 1), "also" | "deshalb" | "daher" | "darum" | "doch");
    text.tokens[index].sentence > 0 && (short || concludes && ends)
}

/// The subject names what follows; an answer's subject names what was before.
fn is_title(text: &Text, index: usize) -> bool {
    text.tokens[index].sentence == 0 && !is_reply(text) && !is_question(text, index)
}

/// A decision where one is named beside any of the words; else what is named instead of one.
fn against(text: &Text, words: &[usize], reading: Reading<'_>) -> Against {
    let near = |index: usize| text.before(index, 24).chain(text.after(index, 16));
    let any = |holds: &dyn Fn(usize) -> bool| words.iter().any(|index| near(*index).any(holds));
    let english = words.iter().all(|index| text.word(*index) == "objection");
    let other = reading.data || english || any(&|at| is_no_decision(text, at));
    if other && !any(&|at| is_decision(text.word(at))) { Against::Other } else { Against::Decision }
}

fn is_decision(word: &str) -> bool {
    #[rustfmt::skip]
    const DECISIONS: [&str; 13] = [
        "bescheid", "genehmigung", "verfügung", "ablehnung", "festsetzung", "anordnung", "ordnungsmaßnahme",
        "untersagung", "entziehung", "kürzung", "sperrzeit", "bewertung", "rückforderung",
    ];
    DECISIONS.iter().any(|decision| word.contains(decision))
        || matches!(word, "decision" | "notice" | "order" | "refusal" | "rejection" | "fine" | "assessment")
}

fn is_no_decision(text: &Text, at: usize) -> bool {
    #[rustfmt::skip]
    const OTHERS: [&str; 23] = [
        "preis", "erhöhung", "mieterhöhung", "entgelterhöhung", "beitragserhöhung", "datenübermittlung",
        "übermittlung", "weitergabe", "verarbeitung", "datenverarbeitung", "werbung", "werbe", "newsletter",
        "umfrage", "nutzung", "adressbuch", "bundeswehr", "organspende", "profil", "wahl", "ergebnis",
        "lastschrift", "rechnung",
    ];
    let article = text.number(at) == Some(21) && (1..=2).any(|back| is_article(text.word_before(at, back)));
    article || OTHERS.iter().any(|other| text.word(at).starts_with(other))
}
