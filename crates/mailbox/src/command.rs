//! Commands as bytes: quoting, literals (RFC 3501, 4.3) and folder names in modified UTF-7 (5.1.3).

/// A command in the parts that are sent one at a time: each but the first waits for the server's `+`.
pub(crate) struct Command {
    /// The command's name, for errors.
    pub verb: &'static str,
    /// Bytes without the tag, each part with its line end.
    pub parts: Vec<Vec<u8>>,
    /// The largest literal that an honest reply can hold.
    pub literal: u64,
}

/// What a reply may hold where no mail was asked for: an ID or an odd flag, never more.
const SMALL_LITERAL: u64 = 4 * 1024;

impl Command {
    /// A command that holds no strings from outside.
    pub fn new(verb: &'static str, text: &str) -> Self {
        Self { verb, parts: vec![format!("{text}\r\n").into_bytes()], literal: SMALL_LITERAL }
    }

    /// The same, with replies that may hold a literal of this size.
    pub fn with_literal(mut self, literal: u64) -> Self {
        self.literal = self.literal.max(literal);
        self
    }

    /// `LOGIN`, quoted where possible, with literals where a byte cannot be quoted.
    pub fn login(user: &str, password: &[u8]) -> Self {
        let mut parts = vec![b"LOGIN ".to_vec()];
        push_string(&mut parts, user.as_bytes());
        push(&mut parts, b" ");
        push_string(&mut parts, password);
        push(&mut parts, b"\r\n");
        Self { verb: "LOGIN", parts, literal: SMALL_LITERAL }
    }

    /// `AUTHENTICATE PLAIN` (RFC 4616), without initial response: every server takes that.
    pub fn authenticate_plain(user: &str, password: &[u8]) -> Self {
        let mut plain = [b"\0", user.as_bytes(), b"\0", password].concat();
        let mut answer = base64(&plain, *b"+/", true);
        plain.fill(0);
        answer.extend_from_slice(b"\r\n");
        let parts = vec![b"AUTHENTICATE PLAIN\r\n".to_vec(), answer];
        Self { verb: "AUTHENTICATE", parts, literal: SMALL_LITERAL }
    }
}

impl Drop for Command {
    /// Passwords pass through here.
    fn drop(&mut self) {
        self.parts.iter_mut().for_each(|part| part.fill(0));
        std::hint::black_box(&self.parts);
    }
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

fn quoted(ascii: &[u8]) -> String {
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

/// A folder's name as a quoted string in modified UTF-7; no byte of it can break a command.
pub(crate) fn folder(name: &str) -> String {
    let mut ascii = String::with_capacity(name.len());
    let mut wide: Vec<u8> = Vec::new();
    for c in name.chars() {
        if matches!(c, ' '..='~') {
            shift(&mut ascii, &mut wide);
            ascii.push(c);
            if c == '&' {
                ascii.push('-');
            }
        } else {
            let mut units = [0; 2];
            c.encode_utf16(&mut units).iter().for_each(|unit| wide.extend(unit.to_be_bytes()));
        }
    }
    shift(&mut ascii, &mut wide);
    quoted(ascii.as_bytes())
}

/// Writes what is waiting in UTF-16 as `&…-`.
fn shift(ascii: &mut String, wide: &mut Vec<u8>) {
    if !wide.is_empty() {
        ascii.push('&');
        ascii.extend(base64(wide, *b"+,", false).into_iter().map(char::from));
        ascii.push('-');
        wide.clear();
    }
}

/// Base64 (RFC 4648) with the last two letters and the padding that the use demands.
fn base64(bytes: &[u8], last_two: [u8; 2], padded: bool) -> Vec<u8> {
    let letter = |six: u32| match (six & 63) as u8 {
        n @ 0..26 => b'A' + n,
        n @ 26..52 => b'a' + n - 26,
        n @ 52..62 => b'0' + n - 52,
        n => last_two[usize::from(n - 62)],
    };
    let mut text = Vec::with_capacity(bytes.len().div_ceil(3) * 4);
    for three in bytes.chunks(3) {
        let byte = |i: usize| three.get(i).copied().map_or(0, u32::from);
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        let letters = [bits >> 18, bits >> 12, bits >> 6, bits].map(letter);
        text.extend_from_slice(&letters[..=three.len()]);
        if padded {
            text.extend(std::iter::repeat_n(b'=', 3 - three.len()));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_folder(name: &str, expected: &str) {
        assert_eq!(folder(name), expected);
    }

    #[test]
    fn folder_names_are_modified_utf7_and_quoted() {
        check_folder("INBOX", r#""INBOX""#);
        check_folder("Entwürfe", r#""Entw&APw-rfe""#);
        check_folder("A&B", r#""A&-B""#);
        check_folder("~peter/mail/台北/日本語", r#""~peter/mail/&U,BTFw-/&ZeVnLIqe-""#);
        check_folder(r#"a"b\c"#, r#""a\"b\\c""#);
        check_folder("x\r\ny", r#""x&AA0ACg-y""#);
        check_folder("😀", r#""&2D3eAA-""#);
        check_folder("", r#""""#);
    }

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
    fn base64_matches_the_rfc() {
        for (plain, coded) in
            [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")]
        {
            assert_eq!(base64(plain.as_bytes(), *b"+/", true), coded.as_bytes());
        }
    }
}
