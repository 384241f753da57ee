//! Commands as bytes: quoting and literals (RFC 3501, 4.3).

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;

use crate::guard::Literals;
use crate::names;

/// A command in the parts that are sent one at a time: each but the first waits for the server's `+`.
pub(crate) struct Command {
    /// The command's name, for errors.
    pub verb: &'static str,
    /// Bytes without the tag, each part with its line end.
    pub parts: Vec<Vec<u8>>,
    /// What literals an honest reply can hold.
    pub literals: Literals,
}

/// What a reply may hold where no mail was asked for: an ID, a folder's name or an odd flag, never more.
const SMALL: Literals = Literals { response: 4 * 1024, command: 1 << 20 };

/// Servers read command lines of 8192 octets (RFC 7162, 4); this leaves room for the command.
const LONGEST_INITIAL: usize = 8000;

impl Command {
    /// A command that holds no strings from outside.
    pub fn new(verb: &'static str, text: &str) -> Self {
        Self { verb, parts: vec![format!("{text}\r\n").into_bytes()], literals: SMALL }
    }

    /// A command that is put together piece by piece; its line end comes last.
    pub fn open(verb: &'static str) -> Self {
        Self { verb, parts: vec![Vec::new()], literals: SMALL }
    }

    /// Adds text that holds no strings from outside.
    pub fn push(&mut self, text: &str) {
        push(&mut self.parts, text.as_bytes());
    }

    /// Adds a string, quoted where possible, else as a literal.
    pub fn push_string(&mut self, text: &str) {
        push_string(&mut self.parts, text.as_bytes());
    }

    /// A command about a folder, given by its name in UTF-8; `rest` follows the name.
    pub fn about(verb: &'static str, folder: &str, rest: &str) -> Self {
        Self::new(verb, &format!("{verb} {}{rest}", names::quoted(folder)))
    }

    /// The same, with responses that may hold so many octets of mail, and so many in all.
    pub fn with_literals(mut self, each: u32, total: u64) -> Self {
        let response = SMALL.response + u64::from(each);
        self.literals = Literals { response, command: SMALL.command.saturating_add(total) };
        self
    }

    /// Whether its first part holds this word.
    pub fn mentions(&self, word: &str) -> bool {
        self.parts.first().is_some_and(|part| part.windows(word.len()).any(|at| at == word.as_bytes()))
    }

    /// `LOGIN`, quoted where possible, with literals where a byte cannot be quoted.
    pub fn login(user: &str, password: &[u8]) -> Self {
        let mut command = Self::open("LOGIN");
        command.push("LOGIN ");
        push_string(&mut command.parts, user.as_bytes());
        command.push(" ");
        push_string(&mut command.parts, password);
        command.push("\r\n");
        command
    }

    /// `AUTHENTICATE PLAIN` (RFC 4616), without initial response: every server takes that.
    pub fn authenticate_plain(user: &str, password: &[u8]) -> Self {
        let mut plain = [b"\0", user.as_bytes(), b"\0", password].concat();
        let parts = vec![b"AUTHENTICATE PLAIN\r\n".to_vec(), coded_line(&plain)];
        plain.fill(0);
        Self { verb: "AUTHENTICATE", parts, literals: SMALL }
    }

    /// `AUTHENTICATE` with a token; `at_once` with an initial response (RFC 4959) unless that makes too long a line.
    /// A server that refuses asks once more, and is told `acknowledgement` (RFC 7628, 3.2.3).
    pub fn authenticate_bearer(name: &str, response: &[u8], at_once: bool, acknowledgement: &str) -> Self {
        let mut answer = coded_line(response);
        let mut parts = if at_once && answer.len() <= LONGEST_INITIAL {
            vec![[b"AUTHENTICATE ", name.as_bytes(), b" ", &answer].concat()]
        } else {
            vec![format!("AUTHENTICATE {name}\r\n").into_bytes(), answer.clone()]
        };
        answer.fill(0);
        std::hint::black_box(&answer);
        parts.push(format!("{acknowledgement}\r\n").into_bytes());
        Self { verb: "AUTHENTICATE", parts, literals: SMALL }
    }
}

impl Drop for Command {
    /// Passwords pass through here.
    fn drop(&mut self) {
        self.parts.iter_mut().for_each(|part| part.fill(0));
        std::hint::black_box(&self.parts);
    }
}

/// A line in base64.
fn coded_line(bytes: &[u8]) -> Vec<u8> {
    let mut line = BASE64_STANDARD.encode(bytes).into_bytes();
    line.extend_from_slice(b"\r\n");
    line
}

fn push(parts: &mut [Vec<u8>], bytes: &[u8]) {
    if let Some(last) = parts.last_mut() {
        last.extend_from_slice(bytes);
    }
}

fn push_string(parts: &mut Vec<Vec<u8>>, text: &[u8]) {
    if text.iter().all(|b| matches!(b, b' '..=b'~')) {
        push(parts, quoted(text).as_bytes());
    } else {
        push(parts, format!("{{{}}}\r\n", text.len()).as_bytes());
        parts.push(text.to_vec());
    }
}

pub(crate) fn quoted(ascii: &[u8]) -> String {
    let mut quoted = String::with_capacity(ascii.len() + 2);
    quoted.push('"');
    for byte in ascii {
        if matches!(byte, b'"' | b'\\') {
            quoted.push('\\');
        }
        quoted.push(char::from(*byte));
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_are_quoted_or_sent_as_literals() {
        let parts = |command: &Command| -> Vec<String> {
            command.parts.iter().map(|part| String::from_utf8_lossy(part).into_owned()).collect()
        };
        assert_eq!(parts(&Command::login("u", br#"a"b\"#)), ["LOGIN \"u\" \"a\\\"b\\\\\"\r\n"]);
        assert_eq!(parts(&Command::login("u", "ü\n".as_bytes())), ["LOGIN \"u\" {3}\r\n", "ü\n\r\n"]);
        let plain = Command::authenticate_plain("tim", b"tanstaaftanstaaf");
        assert_eq!(parts(&plain), ["AUTHENTICATE PLAIN\r\n", "AHRpbQB0YW5zdGFhZnRhbnN0YWFm\r\n"]);
    }
}
