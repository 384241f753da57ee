//! Which responses are used, and how lines are mended that the parser would panic or choke on.

use super::Breach;

/// What kind of response a line begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A status, a continuation request or a tagged reply: free text, which holds no literals.
    Status,
    /// Data that is used: atoms, strings, lists, literals.
    Data,
    /// FETCH, of which only some attributes are used.
    Fetch,
    /// LIST, of which only the delimiter is used.
    List,
    /// STATUS, of which only some counts are used.
    Counts,
    /// SEARCH, of which the numbers are used.
    Found,
    /// Data that nobody uses; the parser ends the stream at what it does not know, so it never sees it.
    Unused,
}

/// The longest ID response handed on: its parser cannot wait for the rest of a line.
const ID_LINE: usize = 4_000;

/// Classifies a response by the first words of its first line.
pub(super) fn classify(line: &[u8]) -> Kind {
    let Some(rest) = line.strip_prefix(b"* ") else {
        return if line.is_empty() || line.starts_with(b"*") { Kind::Unused } else { Kind::Status };
    };
    let (first, rest) = word(rest);
    match first.to_ascii_uppercase().as_slice() {
        b"OK" | b"NO" | b"BAD" | b"BYE" | b"PREAUTH" => Kind::Status,
        b"CAPABILITY" | b"FLAGS" | b"VANISHED" | b"ENABLED" => Kind::Data,
        b"LIST" => Kind::List,
        b"STATUS" => Kind::Counts,
        b"SEARCH" => Kind::Found,
        b"ID" if line.len() < ID_LINE => Kind::Data,
        number if !number.is_empty() && number.iter().all(u8::is_ascii_digit) => {
            match word(rest).0.to_ascii_uppercase().as_slice() {
                b"EXISTS" | b"EXPUNGE" => Kind::Data,
                b"FETCH" => Kind::Fetch,
                _ => Kind::Unused,
            }
        }
        _ => Kind::Unused,
    }
}

fn word(text: &[u8]) -> (&[u8], &[u8]) {
    let end = text.iter().position(|byte| *byte == b' ').unwrap_or(text.len());
    (&text[..end], text.get(end + 1..).unwrap_or_default())
}

/// The size of the literal that follows this line, where one follows.
/// A size beyond all numbers counts as the largest, and so breaks the cap.
pub(super) fn announced_literal(kind: Kind, line: &[u8]) -> Option<u64> {
    let inner = line.strip_suffix(b"}").filter(|_| kind != Kind::Status)?;
    let open = inner.iter().rposition(|byte| *byte == b'{')?;
    let digits = std::str::from_utf8(&inner[open + 1..]).ok()?;
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| digits.parse().unwrap_or(u64::MAX))
}

/// Whether this is a literal's announcement and nothing else.
pub(super) fn is_literal(text: &[u8]) -> bool {
    text.starts_with(b"{") && announced_literal(Kind::Fetch, text).is_some()
}

/// Follows parentheses outside quoted strings.
pub(super) fn depth(line: &[u8], before: usize, cap: usize) -> Result<usize, Breach> {
    let mut depth = before;
    for piece in pieces(line) {
        match piece {
            Piece::Open => return Err(Breach::Quote),
            Piece::Bare(bytes) => {
                for byte in bytes {
                    match byte {
                        b'(' => depth += 1,
                        b')' => depth = depth.saturating_sub(1),
                        _ => {}
                    }
                    if depth > cap {
                        return Err(Breach::Depth);
                    }
                }
            }
            Piece::Quoted(_) => {}
        }
    }
    Ok(depth)
}

/// Free text becomes ASCII: the parser panics on `[ALERT]ü`, and ends the stream at a NUL. An opening
/// brace goes too, lest it is taken for a literal inside a response code.
pub(super) fn status(line: &[u8], out: &mut Vec<u8>) {
    out.extend(line.iter().map(|byte| match byte {
        b'{' => b'(',
        byte => plain(*byte),
    }));
    out.extend_from_slice(b"\r\n");
}

/// Atoms become ASCII, and a quoted string that the parser would not undo or not accept (escapes, 8 bit,
/// controls) becomes a literal.
pub(super) fn data(line: &[u8], out: &mut Vec<u8>) {
    pieces_of(line, out);
    out.extend_from_slice(b"\r\n");
}

/// The same without the end of the line.
pub(super) fn pieces_of(line: &[u8], out: &mut Vec<u8>) {
    for piece in pieces(line) {
        match piece {
            Piece::Bare(bytes) => out.extend(bytes.iter().copied().map(plain)),
            Piece::Quoted(inner) if inner.iter().all(|b| matches!(b, b' '..=b'~' | b'\t') && *b != b'\\') => {
                out.push(b'"');
                out.extend_from_slice(inner);
                out.push(b'"');
            }
            Piece::Quoted(inner) => literal(inner, out),
            Piece::Open => {}
        }
    }
}

/// The numbers that a SEARCH found, and nothing else: servers end the line with a space, or add `(MODSEQ 7)`, which
/// the parser chokes on.
pub(super) fn search(line: &[u8], out: &mut Vec<u8>) {
    out.extend_from_slice(b"* SEARCH");
    let is_number = |word: &&[u8]| (1..=10).contains(&word.len()) && word.iter().all(u8::is_ascii_digit);
    let words = line.split(|byte| *byte == b' ').skip(2);
    for number in words.take_while(|word| word.is_empty() || is_number(word)).filter(is_number) {
        if std::str::from_utf8(number).is_ok_and(|digits| digits.parse::<u32>().is_ok()) {
            out.push(b' ');
            out.extend_from_slice(number);
        }
    }
    out.extend_from_slice(b"\r\n");
}

fn literal(quoted: &[u8], out: &mut Vec<u8>) {
    let mut text = Vec::with_capacity(quoted.len());
    let mut bytes = quoted.iter();
    while let Some(byte) = bytes.next() {
        text.push(if *byte == b'\\' { bytes.next().copied().unwrap_or(b'\\') } else { *byte });
    }
    out.extend_from_slice(format!("{{{}}}\r\n", text.len()).as_bytes());
    out.extend_from_slice(&text);
}

pub(super) fn plain(byte: u8) -> u8 {
    if byte == b'\t' || matches!(byte, b' '..=b'~') { byte } else { b'?' }
}

/// A stretch of a data line.
enum Piece<'a> {
    Bare(&'a [u8]),
    /// The inside of a quoted string, escapes and all.
    Quoted(&'a [u8]),
    /// A quoted string that does not end on this line.
    Open,
}

fn pieces(line: &[u8]) -> impl Iterator<Item = Piece<'_>> {
    let mut rest = line;
    std::iter::from_fn(move || {
        let first = rest.first()?;
        if *first != b'"' {
            let end = rest.iter().position(|byte| *byte == b'"').unwrap_or(rest.len());
            let (bare, after) = rest.split_at(end);
            rest = after;
            return Some(Piece::Bare(bare));
        }
        let Some(end) = closing_quote(rest) else {
            rest = &[];
            return Some(Piece::Open);
        };
        let inner = &rest[1..end];
        rest = &rest[end + 1..];
        Some(Piece::Quoted(inner))
    })
}

/// Where the string that begins with the first byte ends.
pub(super) fn closing_quote(text: &[u8]) -> Option<usize> {
    let mut escaped = false;
    text.iter().enumerate().skip(1).find_map(|(at, byte)| {
        let closes = *byte == b'"' && !escaped;
        escaped = *byte == b'\\' && !escaped;
        closes.then_some(at)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(line: &str, kind: Kind, mended: &str) {
        assert_eq!(classify(line.as_bytes()), kind);
        let mut out = Vec::new();
        match kind {
            Kind::Status => status(line.as_bytes(), &mut out),
            Kind::Data => data(line.as_bytes(), &mut out),
            _ => return,
        }
        assert_eq!(String::from_utf8(out).unwrap(), format!("{mended}\r\n"));
    }

    #[test]
    fn what_is_used_and_how_it_is_mended() {
        use Kind::{Data, Status, Unused};
        check("* OK [ALERT]ü", Status, "* OK [ALERT]??");
        check("* ok still here", Status, "* ok still here");
        check("A1 OK [BADCHARSET ({99}", Status, "A1 OK [BADCHARSET ((99}");
        check("+ idling", Status, "+ idling");
        check("* FLAGS (\\Seen grün)", Data, "* FLAGS (\\Seen gr??n)");
        check("* ID (\"name\" \"a\")", Data, "* ID (\"name\" \"a\")");
        check(r#"* ID ("name" "a\"\\b" "c" NIL)"#, Data, "* ID (\"name\" {4}\r\na\"\\b \"c\" NIL)");
        check(r#"* ID ("name" "ü")"#, Data, "* ID (\"name\" {2}\r\nü)");
        for dropped in ["* ESEARCH (TAG \"A1\") UID", "* 3 RECENT", "* LSUB () \"/\" a", "*", "", "* ", "* 1"]
        {
            check(dropped, Unused, "");
        }
        check("* ENABLED QRESYNC", Data, "* ENABLED QRESYNC");
        assert_eq!(classify(b"* 1 fetch (UID 1)"), Kind::Fetch);
        assert_eq!(classify(b"* list () NIL a"), Kind::List);
        assert_eq!(classify(b"* STATUS a ()"), Kind::Counts);
        assert_eq!(classify(b"* search 1"), Kind::Found);
        assert_eq!(classify(format!("* ID (\"name\" \"{}\")", "x".repeat(5_000)).as_bytes()), Unused);
    }

    #[test]
    fn of_a_search_the_numbers_are_used() {
        for (line, mended) in [
            ("* SEARCH", "* SEARCH"),
            ("* SEARCH ", "* SEARCH"),
            ("* search 2 84  882 ", "* SEARCH 2 84 882"),
            ("* SEARCH 2 5 (MODSEQ 917162500)", "* SEARCH 2 5"),
            ("* SEARCH 1 4294967295 4294967296 99999999999999999999 7", "* SEARCH 1 4294967295"),
            ("* SEARCH x 1", "* SEARCH"),
        ] {
            let mut out = Vec::new();
            search(line.as_bytes(), &mut out);
            assert_eq!(String::from_utf8(out).unwrap(), format!("{mended}\r\n"), "{line}");
        }
    }

    #[test]
    fn literals_are_announced_only_in_data() {
        assert_eq!(announced_literal(Kind::Data, b"* 1 FETCH (BODY[] {12}"), Some(12));
        assert_eq!(announced_literal(Kind::Unused, b"* X {0}"), Some(0));
        assert_eq!(announced_literal(Kind::Data, b"{99999999999999999999999}"), Some(u64::MAX));
        assert_eq!(announced_literal(Kind::Status, b"* OK {12}"), None);
        for none in ["{}", "{-1}", "{1+}", "1}", "{1} "] {
            assert_eq!(announced_literal(Kind::Data, none.as_bytes()), None, "{none}");
        }
    }

    #[test]
    fn parentheses_in_quotes_do_not_count() {
        assert_eq!(depth(b"((\"(((\" a)", 0, 2), Ok(1));
        assert_eq!(depth(b"((\"\\\"(((\" a)", 0, 2), Ok(1));
        assert_eq!(depth(b"(((", 0, 2), Err(Breach::Depth));
        assert_eq!(depth(b"(", 2, 2), Err(Breach::Depth));
        assert_eq!(depth(b"(\"a", 0, 2), Err(Breach::Quote));
    }
}
