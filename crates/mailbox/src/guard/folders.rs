//! LIST and STATUS, cut down to what is used: the parser ends the stream at an attribute it does not know.
//!
//! ```text
//!   * LIST (\Noselect) "/" ""                  ─▶  * LIST () "/" ""
//!   * STATUS "A" (MESSAGES 3 SIZE 9 X (1 2))   ─▶  * STATUS "A" (MESSAGES 3)
//!   * STATUS {1}                               ─▶  the same, then the name, then
//!    (MESSAGES 3 SIZE 9)                       ─▶   (MESSAGES 3)
//! ```

use super::mend;

/// Only the delimiter of a LIST is used. `None` where it cannot be told.
pub(super) fn list(line: &[u8]) -> Option<Vec<u8>> {
    let close = line.iter().position(|byte| *byte == b')')?;
    let delimiter = match line.get(close + 1..)?.strip_prefix(b" ")? {
        [b'"', b'\\', one @ (b'\\' | b'"'), b'"', b' ', ..] => format!("\"\\{}\"", char::from(*one)),
        [b'"', one @ b' '..=b'~', b'"', b' ', ..] if !matches!(one, b'"' | b'\\') => {
            format!("\"{}\"", char::from(*one))
        }
        [n, i, l, b' ', ..] if [*n, *i, *l].eq_ignore_ascii_case(b"NIL") => "NIL".to_owned(),
        _ => return None,
    };
    Some(format!("* LIST () {delimiter} \"\"\r\n").into_bytes())
}

/// The first line of a STATUS; `None` where the name is none. `ends` says that no literal follows.
pub(super) fn status(line: &[u8], ends: bool, out: &mut Vec<u8>) -> Option<()> {
    let name = line.get(STATUS.len()..)?;
    if !ends {
        return mend::is_literal(name).then(|| mend::data(line, out));
    }
    let length = match name.first()? {
        b'"' => mend::closing_quote(name)? + 1,
        _ => name.iter().position(|byte| *byte == b' ').filter(|end| is_atom(&name[..*end]))?,
    };
    let (head, rest) = line.split_at(STATUS.len() + length);
    mend::data(&[head, &counts(rest)].concat(), out);
    Some(())
}

/// The line after a name that was a literal.
pub(super) fn rest_of_status(line: &[u8], out: &mut Vec<u8>) {
    mend::data(&counts(line), out);
}

const STATUS: &str = "* STATUS ";
const KNOWN: [&str; 4] = ["MESSAGES", "UIDNEXT", "UIDVALIDITY", "HIGHESTMODSEQ"];

/// The counts that are used, as a list.
fn counts(text: &[u8]) -> Vec<u8> {
    let words: Vec<&[u8]> =
        text.split(|byte| b" ()".contains(byte)).filter(|word| !word.is_empty()).collect();
    let known = words.windows(2).filter_map(|pair| match pair {
        [name, number] => count(name, number),
        _ => None,
    });
    format!(" ({})", known.collect::<Vec<_>>().join(" ")).into_bytes()
}

fn count(name: &[u8], number: &[u8]) -> Option<String> {
    let name = KNOWN.iter().find(|known| known.as_bytes().eq_ignore_ascii_case(name))?;
    let number = std::str::from_utf8(number).ok()?;
    let fits = match *name {
        "HIGHESTMODSEQ" => number.parse::<u64>().is_ok(),
        _ => number.parse::<u32>().is_ok(),
    };
    (fits && number.bytes().all(|byte| byte.is_ascii_digit())).then(|| format!("{name} {number}"))
}

fn is_atom(name: &[u8]) -> bool {
    !name.is_empty() && name.iter().all(|byte| *byte > b' ' && *byte != 0x7f && !b"(){%*\"\\".contains(byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(line: &str, expected: Option<&str>) {
        let mut out = Vec::new();
        let kept = if line.starts_with(STATUS) {
            status(line.as_bytes(), !line.ends_with('}'), &mut out).map(|()| out)
        } else {
            list(line.as_bytes())
        };
        let kept = kept.map(|bytes| String::from_utf8(bytes).unwrap());
        assert_eq!(kept, expected.map(|text| format!("{text}\r\n")), "{line}");
        if let Some(kept) = kept.filter(|_| !line.ends_with('}')) {
            let parsed = async_imap::imap_proto::Response::parse(kept.as_bytes());
            assert!(parsed.is_ok_and(|(rest, _)| rest.is_empty()), "{kept}");
        }
    }

    #[test]
    fn of_a_list_the_delimiter_is_kept() {
        check(r#"* LIST (\Noselect \X) "/" """#, Some(r#"* LIST () "/" """#));
        check(r#"* LIST () "." {5}"#, Some(r#"* LIST () "." """#));
        check(r#"* LIST () "\\" a"#, Some(r#"* LIST () "\\" """#));
        check(r#"* list () nil INBOX ("CHILDINFO" ("SUBSCRIBED"))"#, Some(r#"* LIST () NIL """#));
        for bad in
            [r#"* LIST "/" a"#, r#"* LIST () "//" a"#, "* LIST () / a", "* LIST ()", "* LIST () \"\n\" a"]
        {
            check(bad, None);
        }
    }

    #[test]
    fn of_a_status_the_known_counts_are_kept() {
        check("* STATUS a (MESSAGES 3 UIDNEXT 4)", Some("* STATUS a (MESSAGES 3 UIDNEXT 4)"));
        check("* STATUS \"a b\" (SIZE 9 messages 3 )", Some("* STATUS \"a b\" (MESSAGES 3)"));
        check("* STATUS a (MAILBOXID (F1) UIDVALIDITY 9)", Some("* STATUS a (UIDVALIDITY 9)"));
        check("* STATUS a (MESSAGES -1 UIDNEXT 99999999999 HIGHESTMODSEQ 99999999999)", {
            Some("* STATUS a (HIGHESTMODSEQ 99999999999)")
        });
        check("* STATUS a", None);
        check("* STATUS a ()", Some("* STATUS a ()"));
        check(r#"* STATUS "a\"b" ()"#, Some("* STATUS {3}\r\na\"b ()"));
        check("* STATUS {5}", Some("* STATUS {5}"));
        check("* STATUS a (X {5}", None);
        for bad in ["* STATUS a*b ()", "* STATUS  ()", "* STATUS \"a ()", "* STATUS (a) ()"] {
            check(bad, None);
        }
    }

    #[test]
    fn counts_follow_a_name_that_was_a_literal() {
        let mut out = Vec::new();
        rest_of_status(b" (MESSAGES 3 X 4)", &mut out);
        assert_eq!(out, b" (MESSAGES 3)\r\n");
    }
}
