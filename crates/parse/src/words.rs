//! Encoded words (RFC 2047): runs of them are joined before decoding, for many a mailer splits a character.

use crate::transfer::{base64, quoted_printable, to_base64};
use crate::{charset, text};

/// Replaces every run of encoded words of one charset by a single one in UTF-8, which any parser reads alike.
///
/// Returns the block and whether a charset lied.
pub(crate) fn join(block: &str) -> (String, bool) {
    let mut joined = String::with_capacity(block.len());
    let mut mended = false;
    let mut rest = block;
    while let Some((before, found)) = next_word(rest) {
        joined.push_str(before);
        let (run, after) = run_from(found);
        let decoded = charset::decode(&run.bytes, Some(run.charset));
        mended |= decoded.mended;
        joined.push_str("=?utf-8?B?");
        joined.push_str(&to_base64(single_line(&decoded.text).as_bytes()));
        joined.push_str("?=");
        rest = after;
    }
    joined.push_str(rest);
    (joined, mended)
}

/// Neighbouring encoded words in the same charset, decoded to bytes.
struct Run<'a> {
    charset: &'a str,
    bytes: Vec<u8>,
}

/// One encoded word: `=?charset?encoding?data?=`.
struct Word<'a> {
    charset: &'a str,
    bytes: Vec<u8>,
    after: &'a str,
}

/// What stands before the first encoded word, and from that word on.
fn next_word(block: &str) -> Option<(&str, &str)> {
    let mut from = 0;
    loop {
        let at = from + block.get(from..)?.find("=?")?;
        let found = block.get(at..)?;
        if word(found).is_some() {
            return Some((block.get(..at)?, found));
        }
        from = at + 2;
    }
}

fn run_from(found: &str) -> (Run<'_>, &str) {
    let mut run: Option<Run<'_>> = None;
    let mut rest = found;
    while let Some(next) = word(if run.is_some() { rest.trim_start() } else { rest }) {
        match &mut run {
            None => run = Some(Run { charset: next.charset, bytes: next.bytes }),
            Some(run) if run.charset.eq_ignore_ascii_case(next.charset) => run.bytes.extend(next.bytes),
            Some(_) => break,
        }
        rest = next.after;
    }
    (run.unwrap_or(Run { charset: "", bytes: Vec::new() }), rest)
}

/// Reads an encoded word at the start; blanks within are tolerated, a language tag is dropped (RFC 2231, 5).
fn word(source: &str) -> Option<Word<'_>> {
    const LONGEST_CHARSET: usize = 40;
    let (charset, rest) = source.strip_prefix("=?")?.split_once('?')?;
    if charset.len() < 2 || charset.len() > LONGEST_CHARSET || charset.contains(char::is_whitespace) {
        return None;
    }
    let (encoding, rest) = rest.split_once('?')?;
    let (data, rest) = rest.split_once('?')?;
    let after = rest.strip_prefix('=')?;
    if data.contains('\n') {
        return None;
    }
    let bytes = match encoding {
        "b" | "B" => base64(data.as_bytes()),
        "q" | "Q" => quoted_printable(data.replace('_', " ").as_bytes()),
        _ => return None,
    };
    Some(Word { charset: charset.split('*').next().unwrap_or(charset), bytes, after })
}

/// Inside a header nothing may pass for a line end.
fn single_line(decoded: &str) -> String {
    let blank = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}');
    let line: String = decoded.chars().map(|c| if blank(c) { ' ' } else { c }).collect();
    debug_assert_eq!(text::field(&line).lines().count().max(1), 1);
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(source: &str, expected: &[&str]) {
        let (joined, _) = join(source);
        let decode =
            |word: &str| match word.strip_prefix("=?utf-8?B?").and_then(|word| word.strip_suffix("?=")) {
                Some(data) => String::from_utf8(base64(data.as_bytes())).unwrap(),
                None => word.to_owned(),
            };
        assert_eq!(joined.split(' ').map(decode).collect::<Vec<_>>(), expected, "{source}");
    }

    #[test]
    fn a_character_split_across_words_is_whole_again() {
        check("=?utf-8?Q?M=C3?= =?UTF-8?Q?=BCller?=", &["Müller"]);
        check("=?utf-8?B?TcM=?=\n =?utf-8?B?vGxsZXI=?= x", &["Müller", "x"]);
    }

    #[test]
    fn words_of_different_charsets_stay_apart() {
        check("=?utf-8?Q?=C3=BC?= =?iso-8859-1?Q?=FC?=", &["ü", "ü"]);
    }

    #[test]
    fn what_is_no_encoded_word_stays() {
        for source in ["a=?b", "=?utf-8?X?abc?=", "=?u?Q?a?=", "=?utf-8?Q?abc", "=?=?=?=?=?", ""] {
            assert_eq!(join(source).0, source);
        }
    }

    #[test]
    fn wrong_charsets_are_mended() {
        assert_eq!(join("=?uft-8?Q?=C3=BC?=").0, join("=?utf-8?Q?=C3=BC?=").0);
        assert!(join("=?iso-8859-1?Q?=C3=BC?=").1);
        check("=?utf-8*de?q?a_b?=", &["a b"]);
        check("=?utf-7?Q?+AOQ-?=", &["ä"]);
    }
}
