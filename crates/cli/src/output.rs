//! The one place that prints: results to stdout, sentences to stderr.

use std::fmt;
use std::io::{self, Write as _};

/// A result on stdout, as it stands.
pub fn print(text: &str) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    stdout.write_all(text.as_bytes())?;
    stdout.flush()
}

/// A result and the end of its line.
pub fn line(text: &str) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    writeln!(stdout, "{text}")
}

/// A sentence for the operator on stderr. If even that fails there is nobody left to tell.
pub fn complain(text: &str) {
    let _ = writeln!(io::stderr(), "langhals: {text}");
}

/// Whether the reader of our output went away, as `head` does: no failure.
pub fn is_closed_pipe(error: &anyhow::Error) -> bool {
    let io = error.chain().find_map(|cause| cause.downcast_ref::<io::Error>());
    io.is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}

/// A failure with an exit code of its own.
#[derive(Debug)]
pub struct Failed {
    pub code: u8,
    pub sentence: String,
}

impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sentence)
    }
}

impl std::error::Error for Failed {}

/// Wrong usage: exit code 2.
#[derive(Debug)]
pub struct Usage(pub String);

impl fmt::Display for Usage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Usage {}

/// A plain table without borders that a terminal, `less` and a screen reader can all read.
pub fn table(head: &[&str]) -> comfy_table::Table {
    let mut table = comfy_table::Table::new();
    table.load_style(comfy_table::presets::NOTHING).set_header(head.iter().map(|title| title.to_uppercase()));
    table.set_content_arrangement(comfy_table::ContentArrangement::Dynamic);
    table
}

/// Text from a mail, made harmless for a terminal: no control characters, no change of direction, not too long.
pub fn harmless(text: &str, longest: usize) -> String {
    let turns =
        |c: char| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}');
    let mut shown: String =
        text.chars().filter(|c| !c.is_control() && !turns(*c)).take(longest + 1).collect();
    if shown.chars().count() > longest {
        shown = shown.chars().take(longest.saturating_sub(1)).chain(['…']).collect();
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_of_mails_cannot_steer_a_terminal() {
        assert_eq!(harmless("a\u{1b}[31mb\r\nc\u{202e}d", 80), "a[31mbcd");
        assert_eq!(harmless("abcdef", 4), "abc…");
        assert_eq!(harmless("abcd", 4), "abcd");
    }
}
