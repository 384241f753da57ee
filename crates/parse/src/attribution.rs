//! Lines that say who wrote the quote below them: `Am … schrieb …:`, in a dozen languages.

use crate::history;

/// The number of lines that say who wrote what follows: `Am 2.3.2026 um 9:14 schrieb Max Muster <m@example.org>:`.
///
/// Directly above quoted lines a loose reading will do; else it takes a date and a mailbox or a time, for
/// „Am 3. schrieb mir Frau Vu:“ may well be the sender's own story.
pub(crate) fn attribution(lines: &[&str]) -> Option<usize> {
    const MOST_LINES: usize = 3;
    const LONGEST: usize = 300;
    let mut joined = String::new();
    for (index, line) in lines.iter().take(MOST_LINES).enumerate() {
        if line.is_empty() || joined.len() + line.len() > LONGEST {
            return None;
        }
        joined.push_str(&line.to_lowercase());
        joined.push(' ');
        let text = joined.trim_end();
        if text.ends_with(':') {
            let wrote = WROTE.iter().any(|verb| text.contains(verb));
            let above_quote = history::is_quoted_next(&lines[index + 1..]);
            return (wrote && (above_quote && text.len() < 200 || is_surely_attribution(text)))
                .then_some(index + 1);
        }
        let ends_in_verb =
            WROTE.iter().any(|verb| text.strip_suffix(verb).is_some_and(|before| before.ends_with(' ')));
        if ends_in_verb && has_time(text) && history::is_quoted_next(&lines[index + 1..]) {
            return Some(index + 1);
        }
        if index == 0 && !may_run_on(text) {
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

/// Only a line that begins like an attribution may go on in the next.
fn may_run_on(text: &str) -> bool {
    DATED.iter().any(|start| text.starts_with(start)) && text.contains(|c: char| c.is_ascii_digit())
        || text.contains('@') && text.contains('<')
        || WROTE.iter().any(|verb| text.ends_with(verb))
}

fn is_surely_attribution(text: &str) -> bool {
    let number = text.contains(|c: char| c.is_ascii_digit());
    let mailbox = text.contains('@') || text.contains('<');
    let ends_in_verb = WROTE.iter().any(|verb| text.trim_end_matches([':', ' ']).ends_with(verb));
    let dated = DATED.iter().any(|start| text.starts_with(start));
    number
        && (mailbox
            || dated
                && has_time(text)
                && (ends_in_verb || !text.contains(" mir ") && !text.contains(" uns ")))
}

/// `9:14`, `09.14 Uhr` and the like.
fn has_time(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes
        .windows(4)
        .any(|w| w[0].is_ascii_digit() && w[1] == b':' && w[2].is_ascii_digit() && w[3].is_ascii_digit())
        || text.contains(" uhr")
}
