//! The plain form that every text takes before anything looks at it, whether it came by mail or from the corpus.

use std::borrow::Cow;

use crate::limits;

/// Lines ending in `\n`, without control characters, blanks at line ends and long runs of empty lines.
///
/// Returns the text and whether it was cut at [`limits::TEXT`].
pub(crate) fn lines(raw: &str) -> (String, bool) {
    let mut text = String::with_capacity(raw.len().min(limits::TEXT));
    let mut empty = 0;
    let raw = if raw.contains('\r') { raw.replace("\r\n", "\n").into() } else { Cow::Borrowed(raw) };
    for line in raw.split(is_line_break).map(clean_line) {
        if text.len() + line.len() >= limits::TEXT {
            let room = limits::TEXT.saturating_sub(text.len() + 1);
            text.push_str(line.get(..line.floor_char_boundary(room)).unwrap_or_default());
            text.push('\n');
            return (text, true);
        }
        empty = if line.is_empty() { empty + 1 } else { 0 };
        if empty <= 1 && !(line.is_empty() && text.is_empty()) {
            text.push_str(&line);
            text.push('\n');
        }
    }
    while text.ends_with("\n\n") {
        text.pop();
    }
    if text == "\n" {
        text.clear();
    }
    (text, false)
}

/// One line for a header field: controls and line breaks become single spaces; bounded.
///
/// Bidirectional overrides stay: whoever shows the text isolates it.
pub(crate) fn field(raw: &str) -> String {
    let mut text = String::new();
    let words = raw.split(|c: char| c.is_whitespace() || is_control(c)).filter(|word| !word.is_empty());
    for word in words {
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(word);
        if text.len() > limits::FIELD * 4 {
            break;
        }
    }
    text.chars().take(limits::FIELD).collect::<String>().trim_end().to_owned()
}

fn is_line_break(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// Invisible characters that only get between words and whoever reads them.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}' | '\u{2060}' | '\u{feff}')
}

fn is_control(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}')
}

fn clean_line(line: &str) -> String {
    let kept = line.chars().filter(|c| !is_invisible(*c) && (*c == '\t' || !c.is_control()));
    let mut clean: String = kept.map(|c| if c == '\t' || c == '\u{a0}' { ' ' } else { c }).collect();
    clean.truncate(clean.trim_end().len());
    clean
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_lines() {
        for (raw, text) in [
            ("", ""),
            ("\r\n \r\n", ""),
            ("a", "a\n"),
            ("a\r\nb \t\n", "a\nb\n"),
            ("a\n\n\n\nb", "a\n\nb\n"),
            ("a\r\n\r\nb", "a\n\nb\n"),
            ("\na\u{0}b\u{200b}c\u{a0}d\u{7f}", "abc d\n"),
            ("a\u{2028}b", "a\nb\n"),
        ] {
            assert_eq!(lines(raw).0, text, "{raw:?}");
        }
    }

    #[test]
    fn a_long_text_is_cut_between_characters() {
        let (text, cut) = lines(&"ü".repeat(limits::TEXT));
        assert!(cut && text.len() <= limits::TEXT);
        let (text, cut) = lines(&"kurz\n".repeat(limits::TEXT));
        assert!(cut && text.len() <= limits::TEXT);
    }

    #[test]
    fn a_field_is_one_line() {
        for (raw, text) in [
            (" a\r\n b ", "a b"),
            ("a\u{0}b", "a b"),
            ("a\u{85}b\u{2028}c", "a b c"),
            ("a\u{202e}b", "a\u{202e}b"),
        ] {
            assert_eq!(field(raw), text, "{raw:?}");
        }
        assert_eq!(field(&"ü".repeat(5_000)).chars().count(), limits::FIELD);
    }
}
