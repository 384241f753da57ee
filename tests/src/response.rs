//! Reads IMAP responses (RFC 9051, section 7) into plain values: enough of the grammar for a witness.
//!
//! ```text
//!   * 3 FETCH (UID 7 BODY[] {5}␍␊hallo FLAGS (\Seen triage-antrag))
//!     └──────────────── one response, literals included ─────────────┘
//! ```

use std::io::{self, BufRead, Error, ErrorKind, Read};

/// One value of a response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// Anything unquoted: a number, a flag, `BODY[HEADER.FIELDS (SUBJECT)]`, `NIL`.
    Atom(String),
    /// A quoted string or a literal.
    Text(Vec<u8>),
    /// What stands in parentheses.
    List(Vec<Value>),
}

impl Value {
    /// The atom, if it is one.
    pub fn atom(&self) -> Option<&str> {
        if let Self::Atom(text) = self { Some(text) } else { None }
    }

    /// The atom or string as text; undecodable bytes are replaced.
    pub fn text(&self) -> Option<String> {
        match self {
            Self::Atom(text) => Some(text.clone()),
            Self::Text(bytes) => Some(String::from_utf8_lossy(bytes).into_owned()),
            Self::List(_) => None,
        }
    }

    /// The number, if it is one.
    pub fn number(&self) -> Option<u64> {
        self.atom()?.parse().ok()
    }

    /// The list's values; none for anything else.
    pub fn items(&self) -> &[Value] {
        if let Self::List(items) = self { items } else { &[] }
    }
}

/// One response as it came: the line, with the bytes of its literals in place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Response {
    /// Everything up to the final line end, which is left out.
    pub raw: Vec<u8>,
}

impl Response {
    /// Reads the next one.
    ///
    /// # Errors
    /// If the connection ends or stays silent for longer than its limit.
    pub fn read(stream: &mut impl BufRead) -> io::Result<Self> {
        let mut raw = Vec::new();
        let mut line_start = 0;
        loop {
            if stream.read_until(b'\n', &mut raw)? == 0 {
                return Err(Error::new(ErrorKind::UnexpectedEof, "the server closed the connection"));
            }
            if !raw.ends_with(b"\r\n") {
                continue;
            }
            let Some(length) = announced_literal(&raw[line_start..]) else {
                raw.truncate(raw.len() - 2);
                return Ok(Self { raw });
            };
            stream.take(length).read_to_end(&mut raw)?;
            line_start = raw.len();
        }
    }

    /// The line as text, for status responses and error messages.
    pub fn line(&self) -> String {
        String::from_utf8_lossy(&self.raw).into_owned()
    }

    /// The response's values in order.
    pub fn values(&self) -> Vec<Value> {
        Scanner { rest: &self.raw }.list()
    }

    /// Sequence number and data items of a `* n FETCH (…)`, as name and value pairs.
    pub fn fetch(&self) -> Option<(u32, Vec<(String, Value)>)> {
        let values = self.values();
        let [star, number, word, data, ..] = values.as_slice() else { return None };
        if star.atom() != Some("*") || !word.atom()?.eq_ignore_ascii_case("FETCH") {
            return None;
        }
        let pairs = data.items().chunks_exact(2);
        let named = pairs.filter_map(|pair| Some((pair[0].atom()?.to_ascii_uppercase(), pair[1].clone())));
        Some((u32::try_from(number.number()?).ok()?, named.collect()))
    }
}

/// `{n}` at the end of a line says that `n` bytes follow it.
fn announced_literal(line: &[u8]) -> Option<u64> {
    let line = line.strip_suffix(b"}\r\n")?;
    let brace = line.iter().rposition(|&byte| byte == b'{')?;
    std::str::from_utf8(&line[brace + 1..]).ok()?.parse().ok()
}

struct Scanner<'a> {
    rest: &'a [u8],
}

impl Scanner<'_> {
    /// Values up to a closing parenthesis or the end.
    fn list(&mut self) -> Vec<Value> {
        let mut values = Vec::new();
        while let Some((&byte, rest)) = self.rest.split_first() {
            match byte {
                b' ' => self.rest = rest,
                b')' => {
                    self.rest = rest;
                    break;
                }
                b'(' => {
                    self.rest = rest;
                    values.push(Value::List(self.list()));
                }
                b'"' => {
                    self.rest = rest;
                    values.push(self.quoted());
                }
                b'{' => values.push(self.literal()),
                _ => values.push(self.atom()),
            }
        }
        values
    }

    fn quoted(&mut self) -> Value {
        let mut text = Vec::new();
        let mut bytes = self.rest.iter().enumerate();
        while let Some((at, &byte)) = bytes.next() {
            match byte {
                b'"' => {
                    self.rest = &self.rest[at + 1..];
                    return Value::Text(text);
                }
                b'\\' => text.extend(bytes.next().map(|(_, &escaped)| escaped)),
                _ => text.push(byte),
            }
        }
        self.rest = &[];
        Value::Text(text)
    }

    fn literal(&mut self) -> Value {
        let head = self.rest.iter().position(|&byte| byte == b'\n').map_or(self.rest.len(), |at| at + 1);
        let length = announced_literal(&self.rest[..head]).and_then(|n| usize::try_from(n).ok());
        let end = self.rest.len().min(head + length.unwrap_or(0));
        let text = self.rest[head..end].to_vec();
        self.rest = &self.rest[end..];
        Value::Text(text)
    }

    /// An atom may hold brackets with blanks and parentheses inside: `BODY[HEADER.FIELDS (SUBJECT)]`.
    fn atom(&mut self) -> Value {
        let mut depth = 0;
        let end = self.rest.iter().position(|&byte| {
            match byte {
                b'[' => depth += 1,
                b']' => depth -= 1,
                _ => {}
            }
            depth == 0 && matches!(byte, b' ' | b'(' | b')')
        });
        let (atom, rest) = self.rest.split_at(end.unwrap_or(self.rest.len()));
        self.rest = rest;
        Value::Atom(String::from_utf8_lossy(atom).into_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_and_brackets_are_taken_whole() {
        let mut wire = &b"* 3 FETCH (UID 7 BODY[HEADER.FIELDS (SUBJECT)] {7}\r\na) \"\r\nb FLAGS (\\Seen x))\r\n* OK\r\n"[..];
        let (number, items) = Response::read(&mut wire).unwrap().fetch().unwrap();
        let names: Vec<&str> = items.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(number, 3);
        assert_eq!(names, ["UID", "BODY[HEADER.FIELDS (SUBJECT)]", "FLAGS"]);
        assert_eq!(items[1].1, Value::Text(b"a) \"\r\nb".to_vec()));
        assert_eq!(items[2].1.items()[1].atom(), Some("x"));
        assert_eq!(Response::read(&mut wire).unwrap().line(), "* OK");
        assert!(Response::read(&mut wire).is_err());
    }

    #[test]
    fn quoted_strings_are_unescaped() {
        let response = Response { raw: br#"* LIST (\HasNoChildren) "/" "a \"b\" \\c""#.to_vec() };
        assert_eq!(response.values().last().unwrap().text().unwrap(), r#"a "b" \c"#);
    }
}
