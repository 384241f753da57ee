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

/// A question on stderr, where the answer is typed behind it.
pub fn ask(question: &str) {
    let _ = write!(io::stderr(), "{question}");
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
