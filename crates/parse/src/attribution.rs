//! Lines that say who wrote the quote below them: `Am … schrieb …:`, in a dozen languages.

use crate::fields::has_time;
use crate::history;

/// The number of lines that say who wrote what follows: `Am 2.3.2026 um 9:14 schrieb Max Muster <m@example.org>:`.
///
/// Directly above quoted lines a loose reading will do; else it takes a mailbox, or a date, a time and the verb beside
/// a name, for „Am 3. schrieb mir Frau Vu:“ may well be the sender's own story.
pub(crate) fn attribution(lines: &[&str]) -> Option<usize> {
    const MOST_LINES: usize = 3;
    const LONGEST: usize = 300;
    let mut joined = String::new();
    for (index, line) in lines.iter().take(MOST_LINES).enumerate() {
        if line.is_empty() || joined.len() + line.len() > LONGEST {
            return None;
        }
        joined.push_str(line);
        joined.push(' ');
        let text = joined.trim_end().to_lowercase();
        let above_quote = || history::is_quoted_next(&lines[index + 1..]);
        if text.ends_with(':') {
            let is_one = !is_story(&text)
                && (is_surely_attribution(&joined, &text)
                    || text.len() < 200 && verbs(&text).next().is_some() && above_quote());
            return is_one.then_some(index + 1);
        }
        if ends_in_verb(&text) && has_time(&text) && !is_story(&text) && above_quote() {
            return Some(index + 1);
        }
        if index == 0 && !may_run_on(&text) {
            return None;
        }
    }
    None
}

/// How a line ends or goes on that says who wrote the quote below it.
const WROTE: &[&str] = &[
    "schrieb",
    "geschrieben",
    "wrote",
    "a écrit",
    "escribió",
    "escreveu",
    "ha scritto",
    "scrive",
    "schreef",
    "napisał",
    "napisał(a)",
    "napisała",
    "pisze",
    "napsal",
    "yazdı",
    "şunu yazdı",
    "şunları yazdı",
    "пишет",
    "написал",
    "написала",
    "писал",
    "пише",
    "написав",
    "написала",
    "skrev",
];

const DATED: &[&str] = &["am ", "on ", "le ", "el ", "em ", "il ", "op ", "w dniu", "dnia", "dne "];

/// Words by which the sender tells a story of their own; programs only write them beside a mailbox.
const STORY: &[&str] = &[
    "ich",
    "wir",
    "mir",
    "uns",
    "habe",
    "haben",
    "hat",
    "hatte",
    "wurde",
    "wie",
    "so",
    "folgendes",
    "folgende",
];

/// Where the verbs stand as whole words, up to their ends: „beschrieben“ is none.
fn verbs(text: &str) -> impl Iterator<Item = usize> {
    let is_letter = |letter: Option<char>| letter.is_some_and(char::is_alphanumeric);
    WROTE.iter().flat_map(move |verb| text.match_indices(verb)).filter_map(move |(at, verb)| {
        let before = text.get(..at).and_then(|before| before.chars().next_back());
        let after = text.get(at + verb.len()..).and_then(|after| after.chars().next());
        (!is_letter(before) && !is_letter(after)).then_some(at + verb.len())
    })
}

fn ends_in_verb(text: &str) -> bool {
    let text = text.trim_end_matches([':', ' ']);
    let before = |verb: &&str| text.strip_suffix(verb).map(|before| before.chars().next_back());
    WROTE.iter().filter_map(before).any(|letter| !letter.is_some_and(char::is_alphanumeric))
}

/// Only a line that begins like an attribution may go on in the next.
fn may_run_on(text: &str) -> bool {
    is_dated(text) && text.contains(|c: char| c.is_ascii_digit()) || has_mailbox(text) || ends_in_verb(text)
}

fn is_story(text: &str) -> bool {
    let mut words = text.split(|c: char| !c.is_alphanumeric());
    !(has_mailbox(text) && ends_in_verb(text)) && words.any(|word| STORY.contains(&word))
}

/// `text` is `written` in lower case.
fn is_surely_attribution(written: &str, text: &str) -> bool {
    let number = text.contains(|c: char| c.is_ascii_digit());
    let beside_name = || ends_in_verb(text) || names_follow(written);
    number
        && verbs(text).next().is_some()
        && (has_mailbox(text) || is_dated(text) && has_time(text) && beside_name())
}

/// „… schrieb Max Muster:“ with nothing else up to the end.
fn names_follow(written: &str) -> bool {
    const MOST: usize = 6;
    verbs(written).any(|at| {
        let names = written.get(at..).unwrap_or_default().split_whitespace();
        let mut names = names.filter(|name| !matches!(*name, "von" | "van" | "de" | "für" | "der" | "/"));
        let first = names.next();
        first.is_some_and(|name| name.starts_with(char::is_uppercase))
            && names.clone().count() < MOST
            && names.all(|name| !name.starts_with(char::is_lowercase))
    })
}

fn is_dated(text: &str) -> bool {
    DATED.iter().any(|start| text.starts_with(start))
}

/// `<max@example.org>`
fn has_mailbox(text: &str) -> bool {
    text.split_once('<').is_some_and(|(_, after)| after.contains('@'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_story_is_no_attribution() {
        for (text, lines) in [
            (
                "Am 12.11.2026 um 14:30 Uhr habe ich den Vorfall Ihrem Mitarbeiter so beschrieben:\nDas Auto",
                None,
            ),
            ("am 12.11.2026 um 9:30 Uhr hat Frau Meier das Vorgehen wie folgt beschrieben:\nWarten", None),
            ("am 12.11.2026 um 9 Uhr wurde mir von Ihnen vorgeschrieben:\n1. Pass", None),
            ("wie ich am 12.11. an info@example.org geschrieben habe, gilt Folgendes:\n\nIch", None),
            ("Am 3.4.2026 um 9:14 Uhr schrieb mir Frau Vu:\nSie müssen zahlen", None),
            ("Am 3.4.2026 um 9:14 Uhr schrieb das Amt an alle:\nSie müssen zahlen", None),
            ("Max <m@example.org> hat am 02.03.2026 09:14 CET geschrieben:\n\nalt", Some(1)),
            ("Am 2.3.2026 um 9:14 schrieb Amt für Soziales:\n\nalt", Some(1)),
            ("Am 2.3. schrieb das Amt:\n> alt", Some(1)),
            ("Max Muster schrieb:\n\nalt", None),
        ] {
            assert_eq!(attribution(&text.lines().collect::<Vec<_>>()), lines, "{text}");
        }
    }
}
