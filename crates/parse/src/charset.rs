//! Bytes to text where the declared charset may lie: the better of what it says, UTF-8 and windows-1252.

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};
use mail_parser::decoders::charsets::map::charset_decoder;

/// A decoded text, and whether its charset was missing, unknown or wrong.
#[derive(Debug, PartialEq)]
pub(crate) struct Decoded {
    pub(crate) text: String,
    pub(crate) mended: bool,
}

/// Decodes `bytes` by the label of a `charset` parameter (RFC 2045, 5.1; RFC 2047, 2).
pub(crate) fn decode(bytes: &[u8], label: Option<&str>) -> Decoded {
    let label = label.map(|label| label.trim().trim_matches(['"', '\'']).to_ascii_lowercase());
    let decoded = match label.as_deref().and_then(|label| declared(bytes, label)) {
        Some(text) => Decoded { text, mended: false },
        None => Decoded { text: either(bytes), mended: !bytes.is_ascii() },
    };
    match undo_double(&decoded.text) {
        Some(text) => Decoded { text, mended: true },
        None => decoded,
    }
}

/// The charset that a page itself names in its first kilobyte (HTML Living Standard, 13.2.3.2).
pub(crate) fn of_meta(html: &[u8]) -> Option<String> {
    const START: usize = 1_024;
    let start = html.get(..START).unwrap_or(html);
    let start = String::from_utf8_lossy(start).to_ascii_lowercase();
    let (_, meta) = start.split_once("<meta")?;
    let (_, label) = meta.split_once("charset=")?;
    let label = label.trim_start_matches(['"', '\'', ' ']);
    label.split(['"', '\'', ' ', ';', '/', '>']).next().filter(|label| !label.is_empty()).map(str::to_owned)
}

/// Decodes bytes of which nothing is known: what is valid UTF-8 as such, every other byte as windows-1252.
///
/// That is right for texts in either charset, and also for mails glued together from both.
pub(crate) fn either(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        text.extend(chunk.invalid().iter().copied().map(western));
    }
    text
}

/// A byte of windows-1252 from `0x80` on; byte by byte, the decoder would cost a hundred times as much.
fn western(byte: u8) -> char {
    const C1: &[char; 32] = &[
        '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}',
        '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
    ];
    match byte {
        0x80..=0x9f => C1[usize::from(byte - 0x80)],
        _ => char::from(byte),
    }
}

/// The text by its label; `None` where the label is unknown or the bytes speak against it.
fn declared(bytes: &[u8], label: &str) -> Option<String> {
    let Some(encoding) = Encoding::for_label(label.as_bytes()) else {
        let text = charset_decoder(label.as_bytes())?(bytes);
        return (!text.contains('\u{fffd}')).then_some(text);
    };
    if encoding.is_single_byte() && is_utf8_beyond_ascii(bytes) {
        return None;
    }
    let (text, damaged) = encoding.decode_with_bom_removal(bytes);
    (!damaged).then(|| Cow::into_owned(text))
}

/// Latin letters next to one another hardly ever make up valid UTF-8 by chance.
fn is_utf8_beyond_ascii(bytes: &[u8]) -> bool {
    !bytes.is_ascii()
        && match std::str::from_utf8(bytes) {
            Ok(_) => true,
            // Cut within the last character.
            Err(error) => error.error_len().is_none() && error.valid_up_to() > 3,
        }
}

/// Undoes UTF-8 that somebody took for windows-1252 and encoded once more (`Ã¼` for `ü`).
fn undo_double(text: &str) -> Option<String> {
    if !has_pair(text) {
        return None;
    }
    let (bytes, _, unmappable) = WINDOWS_1252.encode(text);
    if unmappable || bytes.is_ascii() {
        return None;
    }
    UTF_8.decode_without_bom_handling_and_without_replacement(&bytes).map(Cow::into_owned)
}

/// Whether the text holds a pair like `Ã¼` or `â€“` that hardly any language has.
fn has_pair(text: &str) -> bool {
    let mut before = ' ';
    text.chars().any(|now| {
        let pair = matches!((before, now), ('Ã', '\u{80}'..='\u{bf}' | 'Ÿ' | 'œ' | '„' | '–') | ('â', '€'));
        before = now;
        pair
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(bytes: &[u8], label: Option<&str>, text: &str, mended: bool) {
        assert_eq!(decode(bytes, label), Decoded { text: text.to_owned(), mended });
    }

    #[test]
    fn an_honest_label_is_followed() {
        check("Grüße".as_bytes(), Some("utf-8"), "Grüße", false);
        check(b"Gr\xfc\xdfe", Some("ISO-8859-1"), "Grüße", false);
        check(b"\"Gr\x81\xe1e", Some("ibm850"), "\"Grüße", false);
        check(b"Hi Mom -+Jjo--!", Some("utf-7"), "Hi Mom -☺-!", false);
        check(b"plain", None, "plain", false);
        check(b"plain", Some("no-such-thing"), "plain", false);
    }

    #[test]
    fn a_lying_label_is_overruled() {
        check("Grüße".as_bytes(), Some("iso-8859-1"), "Grüße", true);
        check("Grüße".as_bytes(), Some("us-ascii"), "Grüße", true);
        check(b"Gr\xfc\xdfe", Some("utf-8"), "Grüße", true);
        check("Grüße".as_bytes(), Some("uft-8"), "Grüße", true);
        check(b"Gr\xfc\xdfe", Some("uft-8"), "Grüße", true);
        check(b"Gr\xfc\xdfe", None, "Grüße", true);
    }

    #[test]
    fn a_page_may_name_its_charset() {
        for (html, label) in [
            ("<meta charset=windows-1251><p>", Some("windows-1251")),
            ("<META http-equiv=x content=\"text/html; charset=KOI8-R\">", Some("koi8-r")),
            ("<meta charset='utf-8'/>", Some("utf-8")),
            ("<p>charset=utf-8", None),
            ("<meta charset=>", None),
        ] {
            assert_eq!(of_meta(html.as_bytes()).as_deref(), label, "{html}");
        }
    }

    #[test]
    fn western_bytes_are_windows_1252() {
        for byte in 0x80..=0xff {
            assert_eq!(western(byte).to_string(), WINDOWS_1252.decode_without_bom_handling(&[byte]).0);
        }
    }

    #[test]
    fn mixed_bytes_are_read_run_by_run() {
        check(b"Gr\xfc\xdfe, Gr\xc3\xbc\xc3\x9fe \x80", Some("utf-8"), "Grüße, Grüße €", true);
    }

    #[test]
    fn text_encoded_twice_is_undone_only_where_all_of_it_is() {
        check("GrÃ¼ÃŸe â€“ jetzt".as_bytes(), Some("utf-8"), "Grüße – jetzt", true);
        check(
            "Sie schreiben „MÃ¼ller“ statt Müller".as_bytes(),
            Some("utf-8"),
            "Sie schreiben „MÃ¼ller“ statt Müller",
            false,
        );
    }
}
