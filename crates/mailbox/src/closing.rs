//! The end of a command: its status, its response code (RFC 3501, 7.1; RFC 5530), and what a refusal means.

use async_imap::imap_proto::{Outcome, ResponseCode, Status};

use crate::error::quotable;

/// The end of a command.
pub(crate) struct Closing {
    pub status: Status,
    /// The response code's name in upper case; empty where none was given.
    pub code: String,
    /// What follows the name inside the brackets.
    pub argument: String,
    /// The text, cut and harmless.
    pub text: String,
}

impl Closing {
    pub fn new(status: &Status, outcome: &Outcome<'_>) -> Self {
        let status = match status {
            Status::Ok | Status::PreAuth => Status::Ok,
            Status::No => Status::No,
            Status::Bad | Status::Bye => Status::Bad,
        };
        let information = outcome.information.as_deref().unwrap_or_default();
        let (code, argument) = match &outcome.code {
            Some(code) => (name_of(code).to_owned(), String::new()),
            None => bracketed(information).unwrap_or_default(),
        };
        Self { status, code, argument, text: quotable(information) }
    }

    /// Whether it was refused because the folder is not there. A missing folder has many names
    /// (RFC 3501, 6.3.11; RFC 5530, 3; and servers older than that).
    pub fn misses_folder(&self) -> bool {
        let text = self.text.to_ascii_lowercase();
        self.status == Status::No
            && match self.code.as_str() {
                "NONEXISTENT" | "TRYCREATE" => true,
                "" | "ALERT" => MISSING.iter().any(|phrase| text.contains(phrase)),
                // "[EXPUNGEISSUED] Some of the requested messages no longer exist" is about messages.
                _ => false,
            }
    }

    /// Whether it was refused because the folder is there already (RFC 5530, 3, and older servers).
    pub fn finds_folder(&self) -> bool {
        let text = self.text.to_ascii_lowercase();
        let said = ["already exists", "mailbox exists", "folder exists"];
        self.status == Status::No
            && (self.code == "ALREADYEXISTS" || said.iter().any(|phrase| text.contains(phrase)))
    }
}

/// How servers without response codes say that a folder is missing.
const MISSING: [&str; 5] = ["exist", "not found", "no such", "unknown mailbox", "unknown folder"];

/// The codes that the parser knows and that mean something to us.
fn name_of(code: &ResponseCode<'_>) -> &'static str {
    match code {
        ResponseCode::ReadOnly => "READ-ONLY",
        ResponseCode::ReadWrite => "READ-WRITE",
        ResponseCode::TryCreate => "TRYCREATE",
        ResponseCode::Alert => "ALERT",
        _ => "",
    }
}

/// A response code that the parser does not know stays in the text: `[MODIFIED 7,9] some failed`.
pub(crate) fn bracketed(text: &str) -> Option<(String, String)> {
    let (inside, _) = text.strip_prefix('[')?.split_once(']')?;
    let (name, argument) = inside.split_once(' ').unwrap_or((inside, ""));
    Some((name.to_ascii_uppercase(), argument.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_codes_are_read_from_the_text() {
        let read = |text| bracketed(text).map(|(name, argument)| format!("{name}={argument}"));
        assert_eq!(read("[modified 7,9] failed").as_deref(), Some("MODIFIED=7,9"));
        assert_eq!(read("[NOMODSEQ]").as_deref(), Some("NOMODSEQ="));
        assert_eq!(read("no [MODIFIED 7]"), None);
        assert_eq!(read("[MODIFIED 7"), None);
    }
}
