//! FETCH, cut down to what is used, and in no other form than the parser knows.
//!
//! ```text
//!   * 1 FETCH (UID 1 X-NEW (a (b)) FLAGS (\Seen))  ─▶  * 1 FETCH (UID 1 FLAGS (\Seen))
//!   * 1 FETCH (UID 1 INTERNALDATE NIL)             ─▶  * 1 FETCH (UID 1 INTERNALDATE "")
//!   * 1 FETCH (X-NEW 5)                            ─▶  * 1 FETCH (UID 0)
//!   * 1 FETCH (UID 1 X-NEW a                       ─▶  no FETCH: a breach
//! ```
//!
//! The parser takes the value of an attribute that it does not know up to the next space or parenthesis, across
//! the end of the line and through literals: into bytes that were never mended, where `INTERNALDATE NIL` makes
//! it panic and a deep BODYSTRUCTURE overflows the stack. So it sees no such attribute.

use super::mend;

/// How far a response has been read; it goes on after each literal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Fetch {
    place: Place,
    /// Whether any attribute was used.
    used: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Place {
    #[default]
    Begin,
    /// Before an attribute's name.
    Name,
    /// In a value that nobody uses, in so many parentheses.
    Unused(usize),
    /// Before the announcement of a literal that is used.
    Literal,
    /// After a value.
    After,
    End,
}

impl Fetch {
    /// Reads a line. Tells whether the literal that `announced` says to follow is used; `None` where this is no FETCH.
    pub fn line(&mut self, line: &[u8], announced: bool, out: &mut Vec<u8>) -> Option<bool> {
        let mut rest = if self.place == Place::Begin { self.begin(line, out)? } else { line };
        while !rest.is_empty() {
            if self.place == Place::Literal {
                self.place = Place::After;
                out.extend(rest);
                out.extend_from_slice(b"\r\n");
                return Some(true);
            }
            rest = self.step(rest, announced, out)?;
        }
        match self.place {
            Place::End if !announced => {
                out.extend_from_slice(if self.used { b")\r\n" } else { b"UID 0)\r\n" });
            }
            Place::After | Place::Unused(_) if announced => {}
            _ => return None,
        }
        Some(false)
    }

    /// `* 1 FETCH (`
    fn begin<'l>(&mut self, line: &'l [u8], out: &mut Vec<u8>) -> Option<&'l [u8]> {
        let open = line.iter().position(|byte| *byte == b'(')?;
        let (head, rest) = line.split_at(open + 1);
        // It was classified by its first two words, and they are digits and letters.
        let is_whole = head.split(|byte| *byte == b' ').filter(|word| !word.is_empty()).count() == 4;
        self.place = Place::Name;
        out.extend_from_slice(head);
        is_whole.then_some(rest)
    }

    fn step<'l>(&mut self, rest: &'l [u8], announced: bool, out: &mut Vec<u8>) -> Option<&'l [u8]> {
        let (first, after) = rest.split_first()?;
        self.place = match (self.place, first) {
            (Place::Name | Place::After, b')') => Place::End,
            (Place::Name | Place::After, b' ') => Place::Name,
            (Place::Name, _) => return self.attribute(rest, announced, out),
            (Place::Unused(depth), _) => return self.skip(rest, depth),
            (Place::Begin | Place::Literal | Place::After | Place::End, _) => return None,
        };
        Some(after)
    }

    /// Hands on an attribute that is used, up to the literal that may be its value.
    fn attribute<'l>(&mut self, rest: &'l [u8], announced: bool, out: &mut Vec<u8>) -> Option<&'l [u8]> {
        let (name, value) = split_name(rest)?;
        let Some((length, mended)) = used(name, value, announced) else {
            self.place = Place::Unused(0);
            return Some(value);
        };
        if self.used {
            out.push(b' ');
        }
        out.extend_from_slice(name);
        out.push(b' ');
        out.extend(mended);
        // A body in a literal is announced by what is left.
        self.place = if length == 0 { Place::Literal } else { Place::After };
        self.used = true;
        Some(&value[length..])
    }

    /// Leaves out a piece of a value: a string, an atom, a parenthesis.
    fn skip<'l>(&mut self, rest: &'l [u8], before: usize) -> Option<&'l [u8]> {
        let (length, depth) = match rest.first()? {
            b'(' => (1, before + 1),
            b' ' | b')' if before == 0 => return None,
            b')' => (1, before - 1),
            b' ' => (1, before),
            b'"' => (mend::closing_quote(rest)? + 1, before),
            _ => (rest.iter().position(|byte| b" ()\"".contains(byte)).unwrap_or(rest.len()), before),
        };
        self.place = if depth == 0 { Place::After } else { Place::Unused(depth) };
        Some(&rest[length..])
    }
}

/// `BODY[HEADER.FIELDS (MESSAGE-ID)]<0>` is one name.
fn split_name(rest: &[u8]) -> Option<(&[u8], &[u8])> {
    let open = rest.iter().position(|byte| b" [".contains(byte))?;
    let bracketed = if rest[open] == b'[' { rest[open..].iter().position(|byte| *byte == b']')? } else { 0 };
    let end = open + bracketed;
    let end = end + rest[end..].iter().position(|byte| *byte == b' ')?;
    Some((&rest[..end], &rest[end + 1..]))
}

/// The length of a value that is used, and what is handed on instead; `None` where it, or its form, is not used.
fn used(name: &[u8], value: &[u8], announced: bool) -> Option<(usize, Vec<u8>)> {
    let length = match name.to_ascii_uppercase().as_slice() {
        b"UID" | b"RFC822.SIZE" => value.iter().take_while(|byte| byte.is_ascii_digit()).count(),
        b"FLAGS" | b"MODSEQ" => list(value)?,
        b"INTERNALDATE" => return string(value, b"\"\""),
        name if is_body(name) && announced && mend::is_literal(value) => return Some((0, Vec::new())),
        name if is_body(name) => return string(value, b"NIL"),
        _ => return None,
    };
    let mended = value[..length].iter().copied().map(mend::plain).collect();
    (length > 0).then_some((length, mended))
}

fn is_body(name: &[u8]) -> bool {
    name.starts_with(b"BODY[")
        && name.iter().all(|byte| matches!(byte, b' '..=b'~') && !b"{}\\".contains(byte))
}

/// The length of a list of atoms.
fn list(value: &[u8]) -> Option<usize> {
    let inner = value.strip_prefix(b"(")?;
    let end = inner.iter().position(|byte| b"()\"".contains(byte))?;
    (inner[end] == b')').then_some(end + 2)
}

/// The length of a quoted string, and its mended form; or that of NIL, and what stands for it.
fn string(value: &[u8], nil: &[u8]) -> Option<(usize, Vec<u8>)> {
    if value.get(..3).is_some_and(|word| word.eq_ignore_ascii_case(b"NIL")) {
        return Some((3, nil.to_vec()));
    }
    let end = value.starts_with(b"\"").then(|| mend::closing_quote(value))?? + 1;
    let mut mended = Vec::with_capacity(end);
    mend::pieces_of(&value[..end], &mut mended);
    Some((end, mended))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(lines: &[&str], expected: Option<&str>) {
        let (mut fetch, mut out) = (Fetch::default(), Vec::new());
        let read = lines
            .iter()
            .enumerate()
            .try_for_each(|(at, line)| fetch.line(line.as_bytes(), at + 1 < lines.len(), &mut out).map(drop));
        let out = read.map(|()| String::from_utf8(out).unwrap());
        assert_eq!(out, expected.map(|text| format!("{text}\r\n")), "{lines:?}");
    }

    #[test]
    fn attributes_that_are_used_are_handed_on() {
        for line in [
            "* 1 FETCH (UID 1 FLAGS (\\Seen a) MODSEQ (41) RFC822.SIZE 9)",
            "* 1 FETCH (UID 1 INTERNALDATE \"17-Jul-1996 02:44:25 -0700\" BODY[]<0> \"a(b\")",
            "* 1 fetch (uid 1 Body[HEADER.FIELDS (MESSAGE-ID)]<0> NIL)",
            "* 1 FETCH (BODY[] \"\" FLAGS ())",
            "* 1 FETCH (BODY[HEADER.FIELDS (\"MESSAGE-ID\")] NIL UID 1)",
        ] {
            let unchanged = line.to_owned();
            check(&[line], Some(&unchanged));
        }
    }

    #[test]
    fn what_nobody_uses_or_the_parser_takes_ill_is_left_out() {
        check(&["* 1 FETCH (X-A (b (c \"d)\")) UID 1 SAVEDATE NIL)"], Some("* 1 FETCH (UID 1)"));
        check(&["* 1 FETCH (ENVELOPE (((((())))) BODY ((\"a\") \"b\"))"], None);
        check(&["* 1 FETCH (BODYSTRUCTURE (((())) \"b\"))"], Some("* 1 FETCH (UID 0)"));
        check(&["* 1 FETCH (UID a FLAGS \"x\" MODSEQ ((1)) RFC822.SIZE -1)"], Some("* 1 FETCH (UID 0)"));
        check(&["* 1 FETCH (UID 1 INTERNALDATE NIL)"], Some("* 1 FETCH (UID 1 INTERNALDATE \"\")"));
        check(&["* 1 FETCH (FLAGS (grün))"], Some("* 1 FETCH (FLAGS (gr??n))"));
        check(&["* 1 FETCH ( UID 1  FLAGS () )"], Some("* 1 FETCH (UID 1 FLAGS ())"));
        check(&[r#"* 1 FETCH (BODY[] "a\"b")"#], Some("* 1 FETCH (BODY[] {3}\r\na\"b)"));
    }

    #[test]
    fn a_literal_is_handed_on_only_as_a_body() {
        check(&["* 1 FETCH (UID 1 BODY[] {3}", ")"], Some("* 1 FETCH (UID 1 BODY[] {3}\r\n)"));
        check(&["* 1 FETCH (X {3}", " UID 1)"], Some("* 1 FETCH (UID 1)"));
        check(&["* 1 FETCH (X a{3}", " UID 1)"], Some("* 1 FETCH (UID 1)"));
        check(&["* 1 FETCH (X (a {3}", " {9}", ") UID 1)"], Some("* 1 FETCH (UID 1)"));
        check(&["* 1 FETCH (FLAGS (a {3}", ") UID 1)"], Some("* 1 FETCH (UID 1)"));
        check(&["* 1 FETCH (BODY[] {3}", "a)"], None);
        check(&["* 1 FETCH (BODY[] \"a\"{3}", ")"], None);
    }

    #[test]
    fn what_does_not_end_on_its_line_is_no_fetch() {
        for line in [
            "* 1 FETCH",
            "* 1 FETCH (",
            "* 1 FETCH UID 1",
            "* 1 FETCH x (UID 1)",
            "* 1 FETCH (UID 1",
            "* 1 FETCH (UID 1 X",
            "* 1 FETCH (UID 1 X a",
            "* 1 FETCH (UID 1 X (a)",
            "* 1 FETCH (UID 1 )X",
            "* 1 FETCH (UID 1))",
            "* 1 FETCH (UID 1x)",
            "* 1 FETCH (BODY[ (a) \"b\")",
        ] {
            check(&[line], None);
        }
    }
}
