//! Content-Transfer-Encoding (RFC 2045, 6), read leniently: what is broken is skipped, never refused.

use std::borrow::Cow;

/// How a part's bytes are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Transfer {
    /// 7bit, 8bit, binary, or something unknown.
    #[default]
    Identity,
    Base64,
    QuotedPrintable,
}

impl Transfer {
    /// The encoding a `Content-Transfer-Encoding` names.
    pub(crate) fn of(name: &str) -> Self {
        let name = name.trim();
        if name.eq_ignore_ascii_case("base64") {
            Self::Base64
        } else if name.eq_ignore_ascii_case("quoted-printable") {
            Self::QuotedPrintable
        } else {
            Self::Identity
        }
    }

    /// The decoded bytes.
    pub(crate) fn decode(self, bytes: &[u8]) -> Cow<'_, [u8]> {
        match self {
            Self::Identity => Cow::Borrowed(bytes),
            Self::Base64 => Cow::Owned(base64(bytes)),
            Self::QuotedPrintable => Cow::Owned(quoted_printable(bytes)),
        }
    }

    /// How many bytes decoding gives; for base64, as big files are, without doing it.
    pub(crate) fn decoded_len(self, bytes: &[u8]) -> usize {
        match self {
            Self::Identity => bytes.len(),
            Self::Base64 => bytes.iter().filter(|byte| sextet(**byte).is_some()).count() * 3 / 4,
            Self::QuotedPrintable => quoted_printable(bytes).len(),
        }
    }

    /// About how many bytes decoding so many encoded ones gives: base64 comes in lines of 76 characters.
    pub(crate) fn estimated_len(self, encoded: usize) -> usize {
        match self {
            Self::Identity | Self::QuotedPrintable => encoded,
            Self::Base64 => encoded / 78 * 57 + encoded % 78 * 3 / 4,
        }
    }
}

/// Decodes base64 (RFC 2045, 6.8); characters outside the alphabet are skipped.
pub(crate) fn base64(bytes: &[u8]) -> Vec<u8> {
    let mut decoded = Vec::with_capacity(bytes.len() / 4 * 3 + 3);
    let mut bits = 0_u32;
    let mut held = 0;
    for byte in bytes {
        if *byte == b'=' {
            // Padding ends a group; some mailers glue several encoded pieces together.
            (bits, held) = (0, 0);
            continue;
        }
        let Some(value) = sextet(*byte) else { continue };
        bits = bits << 6 | value;
        held += 6;
        if held >= 8 {
            held -= 8;
            decoded.push((bits >> held) as u8);
        }
    }
    decoded
}

/// Decodes quoted-printable (RFC 2045, 6.7); a `=` without two hex digits stays.
pub(crate) fn quoted_printable(bytes: &[u8]) -> Vec<u8> {
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some((first, tail)) = rest.split_first() {
        rest = tail;
        if *first != b'=' {
            decoded.push(*first);
        } else if let Some(byte) = hex_pair(tail) {
            decoded.push(byte);
            rest = &tail[2..];
        } else if let Some(after) = soft_break(tail) {
            rest = after;
        } else {
            decoded.push(b'=');
        }
    }
    decoded
}

/// Encodes as base64 without line breaks.
pub(crate) fn to_base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut encoded = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for group in bytes.chunks(3) {
        let bits = (0..3).fold(0_u32, |bits, at| bits << 8 | u32::from(group.get(at).copied().unwrap_or(0)));
        for place in 0..4 {
            let index = (bits >> (18 - 6 * place)) & 63;
            encoded.push(if place <= group.len() { ALPHABET[index as usize] as char } else { '=' });
        }
    }
    encoded
}

fn sextet(byte: u8) -> Option<u32> {
    let value = match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'+' | b'-' => 62,
        b'/' | b'_' => 63,
        _ => return None,
    };
    Some(u32::from(value))
}

fn hex_pair(bytes: &[u8]) -> Option<u8> {
    let digit = |at: usize| char::from(*bytes.get(at)?).to_digit(16);
    Some((digit(0)? << 4 | digit(1)?) as u8)
}

/// What follows a `=` at the end of a line, blanks before the break included.
fn soft_break(bytes: &[u8]) -> Option<&[u8]> {
    let blanks = bytes.iter().take(80).take_while(|byte| matches!(byte, b' ' | b'\t' | b'\r')).count();
    match bytes.get(blanks) {
        Some(b'\n') => bytes.get(blanks + 1..),
        None => Some(&[]),
        Some(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_read_leniently() {
        for (encoded, decoded) in [
            ("SGFsbG8=", "Hallo"),
            ("SGFs\r\nbG8", "Hallo"),
            ("SGFs!bG8=SGFsbG8=", "HalloHallo"),
            ("", ""),
            ("=", ""),
        ] {
            assert_eq!(base64(encoded.as_bytes()), decoded.as_bytes(), "{encoded}");
        }
    }

    #[test]
    fn base64_is_written_as_it_is_read() {
        for text in ["", "a", "ab", "abc", "abcd", "Grüße"] {
            assert_eq!(base64(to_base64(text.as_bytes()).as_bytes()), text.as_bytes());
            assert_eq!(to_base64(text.as_bytes()).len() % 4, 0);
        }
    }

    #[test]
    fn quoted_printable_is_read_leniently() {
        for (encoded, decoded) in [
            ("Gr=C3=BC=c3=9fe", "Grüße"),
            ("weich=\r\ner Umbruch= \n", "weicher Umbruch"),
            ("1 = 1, =ZZ, =4", "1 = 1, =ZZ, =4"),
            ("Ende=", "Ende"),
        ] {
            assert_eq!(quoted_printable(encoded.as_bytes()), decoded.as_bytes(), "{encoded}");
        }
    }
}
