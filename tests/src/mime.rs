//! Writes MIME by hand (RFC 2045, 2047, 2231, 3676), in the many ways in which real senders do.
//!
//! The program parses with a library; writing with the same one would hide its mistakes.

use std::fmt::Write as _;

/// Character set of a text or encoded word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Charset {
    /// UTF-8.
    Utf8,
    /// ISO-8859-1.
    Latin1,
    /// windows-1252.
    Windows1252,
}

/// How a body part travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transfer {
    /// As it is, and only ASCII.
    SevenBit,
    /// As it is.
    EightBit,
    /// `=C3=BC`.
    QuotedPrintable,
    /// `w7w=`.
    Base64,
}

/// How a subject or name with umlauts travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Word {
    /// `=?utf-8?B?…?=`
    B(Charset),
    /// `=?utf-8?Q?…?=`
    Q(Charset),
    /// Raw UTF-8, as one mail in eight has it.
    Raw,
}

impl Charset {
    /// Its registered name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "utf-8",
            Self::Latin1 => "iso-8859-1",
            Self::Windows1252 => "windows-1252",
        }
    }

    /// The text in it, if it can say all of it.
    pub fn encode(self, text: &str) -> Option<Vec<u8>> {
        match self {
            Self::Utf8 => Some(text.as_bytes().to_vec()),
            Self::Latin1 => text.chars().map(|c| u8::try_from(u32::from(c)).ok()).collect(),
            Self::Windows1252 => {
                let (bytes, _, had_errors) = encoding_rs::WINDOWS_1252.encode(text);
                (!had_errors).then(|| bytes.into_owned())
            }
        }
    }
}

impl Transfer {
    /// Its registered name.
    pub fn name(self) -> &'static str {
        match self {
            Self::SevenBit => "7bit",
            Self::EightBit => "8bit",
            Self::QuotedPrintable => "quoted-printable",
            Self::Base64 => "base64",
        }
    }

    /// The bytes (with CRLF line ends) as they travel.
    pub fn encode(self, bytes: &[u8]) -> Vec<u8> {
        match self {
            Self::SevenBit | Self::EightBit => bytes.to_vec(),
            Self::QuotedPrintable => quoted_printable(bytes),
            Self::Base64 => base64_lines(bytes),
        }
    }
}

/// A header value in 7 bits: folded, with encoded words where it needs them.
pub fn unstructured(text: &str, word: Word) -> String {
    if word == Word::Raw || text.is_ascii() { fold(text) } else { encoded_words(text, word) }
}

/// `Name <address>`, quoted or encoded where needed.
pub fn mailbox(name: &str, address: &str, word: Word) -> String {
    if name.is_empty() {
        return address.to_owned();
    }
    let is_plain = name.chars().all(|c| c.is_ascii_alphanumeric() || " -'".contains(c));
    let shown = match (is_plain, name.is_ascii() || word == Word::Raw) {
        (true, _) => name.to_owned(),
        (false, true) => format!("\"{}\"", name.replace('\\', r"\\").replace('"', "\\\"")),
        (false, false) => encoded_words(name, word),
    };
    format!("{shown}\r\n <{address}>")
}

/// `; name="value"` in one of the three ways that are about: plain, RFC 2231, encoded word in quotes.
pub fn parameter(name: &str, value: &str, encoded_word: bool) -> String {
    if value.is_ascii() {
        return format!(";\r\n {name}=\"{}\"", value.replace('\\', r"\\").replace('"', "\\\""));
    }
    if encoded_word {
        return format!(";\r\n {name}=\"{}\"", encoded_words(value, Word::Q(Charset::Utf8)));
    }
    rfc2231(name, value)
}

/// Base64 in lines of 76 characters.
pub fn base64_lines(bytes: &[u8]) -> Vec<u8> {
    let lines: Vec<String> = bytes.chunks(57).map(base64).collect();
    lines.join("\r\n").into_bytes()
}

/// Base64 without line breaks.
pub fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let padded = [chunk[0], *chunk.get(1).unwrap_or(&0), *chunk.get(2).unwrap_or(&0)];
        let bits = u32::from_be_bytes([0, padded[0], padded[1], padded[2]]);
        for i in 0..4 {
            let sextet = (bits >> (18 - 6 * i)) & 63;
            out.push(if i <= chunk.len() { char::from(ALPHABET[sextet as usize]) } else { '=' });
        }
    }
    out
}

/// The text as `format=flowed` (RFC 3676): long lines broken softly, blanks stuffed.
pub fn flowed(text: &str) -> String {
    let lines: Vec<String> = text.split('\n').map(flow_line).collect();
    lines.join("\n")
}

fn flow_line(line: &str) -> String {
    // Quoted lines and the signature mark mean something at the line's start: they stay as they are.
    if line.starts_with('>') || line == "-- " {
        return line.to_owned();
    }
    let mut out = String::new();
    let mut width = 0;
    for word in line.split_inclusive(' ') {
        if width > 0 && width + word.len() > 72 && out.ends_with(' ') {
            out.push('\n');
            width = 0;
        }
        if width == 0 && (word.starts_with([' ', '>']) || word.starts_with("From ")) {
            out.push(' ');
        }
        out.push_str(word);
        width += word.len();
    }
    out
}

fn quoted_printable(bytes: &[u8]) -> Vec<u8> {
    let lines: Vec<String> = split_crlf(bytes).map(quoted_printable_line).collect();
    lines.join("\r\n").into_bytes()
}

fn quoted_printable_line(line: &[u8]) -> String {
    let mut out = String::new();
    let mut width = 0;
    for (i, &byte) in line.iter().enumerate() {
        let is_last = i + 1 == line.len();
        let is_plain =
            (byte.is_ascii_graphic() && byte != b'=') || (matches!(byte, b' ' | b'\t') && !is_last);
        let needs = if is_plain { 1 } else { 3 };
        if width + needs > 75 {
            out.push_str("=\r\n");
            width = 0;
        }
        if is_plain {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "={byte:02X}");
        }
        width += needs;
    }
    out
}

fn split_crlf(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    bytes.split(|&byte| byte == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line))
}

/// Encoded words of at most 75 characters; never breaks inside a character (RFC 2047, section 5).
fn encoded_words(text: &str, word: Word) -> String {
    let (charset, is_b) = match word {
        Word::B(charset) => (charset, true),
        Word::Q(charset) => (charset, false),
        Word::Raw => (Charset::Utf8, true),
    };
    let charset = if charset.encode(text).is_some() { charset } else { Charset::Utf8 };
    let most = 75 - "=??B??=".len() - charset.name().len();
    let cost = |bytes: &[u8]| if is_b { bytes.len().div_ceil(3) * 4 } else { q(bytes).len() };
    let mut words = Vec::new();
    let mut open = Vec::new();
    for c in text.chars() {
        let bytes = charset.encode(&c.to_string()).unwrap_or_default();
        if cost(&[open.as_slice(), &bytes].concat()) > most {
            words.push(std::mem::take(&mut open));
        }
        open.extend(bytes);
    }
    words.push(open);
    let shown = words.iter().map(|bytes| {
        let (letter, text) = if is_b { ('B', base64(bytes)) } else { ('Q', q(bytes)) };
        format!("=?{}?{letter}?{text}?=", charset.name())
    });
    shown.collect::<Vec<_>>().join("\r\n ")
}

fn q(bytes: &[u8]) -> String {
    let mut out = String::new();
    for &byte in bytes {
        match byte {
            b' ' => out.push('_'),
            byte if byte.is_ascii_alphanumeric() => out.push(char::from(byte)),
            byte => {
                let _ = write!(out, "={byte:02X}");
            }
        }
    }
    out
}

/// Folds at blanks, so that lines stay near 76 characters; unfolding gives the same text.
fn fold(text: &str) -> String {
    let mut out = String::new();
    let mut width = 10;
    for (i, word) in text.split(' ').enumerate() {
        let breaks = i > 0 && width + word.len() > 76 && !word.is_empty() && !out.ends_with(' ');
        match (i, breaks) {
            (0, _) => {}
            (_, true) => out.push_str("\r\n "),
            (_, false) => out.push(' '),
        }
        width = if breaks { word.len() } else { width + word.len() + 1 };
        out.push_str(word);
    }
    out
}

/// `name*0*=utf-8''…; name*1*=…`, or `name*=utf-8''…` where one piece is enough.
fn rfc2231(name: &str, value: &str) -> String {
    let mut pieces = vec![String::from("utf-8''")];
    for c in value.chars() {
        let escaped = percent(c);
        match pieces.last_mut() {
            Some(piece) if piece.len() + escaped.len() <= 60 => piece.push_str(&escaped),
            _ => pieces.push(escaped),
        }
    }
    if let [only] = pieces.as_slice() {
        return format!(";\r\n {name}*={only}");
    }
    pieces.iter().enumerate().fold(String::new(), |mut out, (i, piece)| {
        let _ = write!(out, ";\r\n {name}*{i}*={piece}");
        out
    })
}

fn percent(c: char) -> String {
    if c.is_ascii_alphanumeric() || "-._".contains(c) {
        return c.to_string();
    }
    let mut buffer = [0; 4];
    c.encode_utf8(&mut buffer).bytes().map(|byte| format!("%{byte:02X}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_pads() {
        for (bytes, text) in [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg==")]
        {
            assert_eq!(base64(bytes.as_bytes()), text);
        }
    }

    #[test]
    fn encoded_words_stay_short_and_whole() {
        for word in [Word::B(Charset::Utf8), Word::Q(Charset::Utf8), Word::Q(Charset::Latin1)] {
            let text = encoded_words(&"Überprüfung ".repeat(20), word);
            assert!(text.split("\r\n ").all(|word| word.len() <= 75), "{text}");
        }
    }

    #[test]
    fn flowed_text_flows_back() {
        let text = format!("{}\n> zitiert\n eingerückt\n-- \nich", "lang und länger ".repeat(12).trim_end());
        let back =
            flowed(&text).replace(" \n", " ").replace("-- ich", "-- \nich").replace("\n  ein", "\n ein");
        assert_eq!(back, text);
    }

    #[test]
    fn quoted_printable_breaks_lines_and_protects_their_ends() {
        let encoded = String::from_utf8(quoted_printable("ü = \r\nx".as_bytes())).unwrap();
        assert_eq!(encoded, "=C3=BC =3D=20\r\nx");
    }
}
