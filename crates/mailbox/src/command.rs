//! Commands as bytes: quoting and literals (RFC 3501, 4.3).

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use zeroize::{Zeroize as _, ZeroizeOnDrop, Zeroizing};

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
        let plain = Zeroizing::new([b"\0", user.as_bytes(), b"\0", password].concat());
        let parts = vec![b"AUTHENTICATE PLAIN\r\n".to_vec(), coded_line(&plain)];
        Self { verb: "AUTHENTICATE", parts, literals: SMALL }
    }

    /// `AUTHENTICATE` with a token; `at_once` with an initial response (RFC 4959) unless that makes too long a line.
    /// A server that refuses asks once more, and is told `acknowledgement` (RFC 7628, 3.2.3).
    pub fn authenticate_bearer(name: &str, response: &[u8], at_once: bool, acknowledgement: &str) -> Self {
        let answer = Zeroizing::new(coded_line(response));
        let mut parts = if at_once && answer.len() <= LONGEST_INITIAL {
            vec![[b"AUTHENTICATE ", name.as_bytes(), b" ", &answer].concat()]
        } else {
            vec![format!("AUTHENTICATE {name}\r\n").into_bytes(), answer.to_vec()]
        };
        parts.push(format!("{acknowledgement}\r\n").into_bytes());
        Self { verb: "AUTHENTICATE", parts, literals: SMALL }
    }
}

impl Drop for Command {
    /// Passwords pass through here.
    fn drop(&mut self) {
        self.parts.zeroize();
    }
}

impl ZeroizeOnDrop for Command {}

/// What may follow a string in the same part: a vector that grew then would leave a copy of the string behind.
const ROOM_AFTER: usize = 16;

/// A line in base64, in the one place that it ever has.
fn coded_line(bytes: &[u8]) -> Vec<u8> {
    let length = bytes.len().div_ceil(3) * 4;
    let mut line = Vec::with_capacity(length + ROOM_AFTER);
    line.resize(length, 0);
    // It fits: the length is that of the padded form.
    let written = BASE64_STANDARD.encode_slice(bytes, &mut line).unwrap_or_default();
    line.truncate(written);
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
        if let Some(last) = parts.last_mut() {
            push_quoted(last, text);
        }
    } else {
        push(parts, format!("{{{}}}\r\n", text.len()).as_bytes());
        let mut part = Vec::with_capacity(text.len() + ROOM_AFTER);
        part.extend_from_slice(text);
        parts.push(part);
    }
}

fn push_quoted(to: &mut Vec<u8>, ascii: &[u8]) {
    to.reserve(2 * ascii.len() + 2 + ROOM_AFTER);
    to.push(b'"');
    for byte in ascii {
        if matches!(byte, b'"' | b'\\') {
            to.push(b'\\');
        }
        to.push(*byte);
    }
    to.push(b'"');
}

pub(crate) fn quoted(ascii: &[u8]) -> String {
    let mut quoted = Vec::new();
    push_quoted(&mut quoted, ascii);
    quoted.into_iter().map(char::from).collect()
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

    #[test]
    fn what_holds_a_password_is_overwritten_and_was_never_moved() {
        fn is_overwritten<T: ZeroizeOnDrop>() {}
        is_overwritten::<Command>();
        for length in 0..200 {
            let password = vec![b'"'; length];
            let mut part = vec![Vec::new()];
            push_string(&mut part, &password);
            let place = part[0].as_ptr();
            push(&mut part, b"\r\n");
            assert_eq!(part[0].as_ptr(), place, "quoted, {length}");
            let line = coded_line(&password);
            assert!(line.ends_with(b"\r\n") && line.capacity() >= line.len(), "{length}");
            assert_eq!(BASE64_STANDARD.decode(line.trim_ascii_end()).unwrap(), password);
        }
    }
}
