//! A multipart's body to its parts (RFC 2046, 5.1), without copying and in one pass.

/// The parts between the boundary lines; what stands before the first and behind the last is dropped.
///
/// A part that no boundary ends goes on to the end: mails get cut off. At most `most` parts are given,
/// the second value says whether there are more.
pub(crate) fn parts<'a>(body: &'a [u8], boundary: &[u8], most: usize) -> (Vec<&'a [u8]>, bool) {
    let mut parts = Vec::new();
    let mut start = None;
    for line in (Lines { body, at: 0 }) {
        let Some(last) = delimiter(&body[line.clone()], boundary) else { continue };
        if let Some(from) = start {
            if parts.len() == most {
                return (parts, true);
            }
            parts.push(without_line_end(&body[from..line.start.max(from)]));
        }
        start = Some(line.end);
        if last {
            return (parts, false);
        }
    }
    if let Some(from) = start.filter(|from| *from < body.len()) {
        parts.push(&body[from..]);
    }
    (parts, false)
}

/// The ranges of lines that begin with `--`, line ends included.
struct Lines<'a> {
    body: &'a [u8],
    at: usize,
}

impl Iterator for Lines<'_> {
    type Item = std::ops::Range<usize>;

    fn next(&mut self) -> Option<Self::Item> {
        while self.at < self.body.len() {
            let start = self.at;
            let rest = &self.body[start..];
            let end = rest
                .iter()
                .position(|byte| *byte == b'\n')
                .map_or(self.body.len(), |offset| start + offset + 1);
            self.at = end;
            if rest.starts_with(b"--") {
                return Some(start..end);
            }
        }
        None
    }
}

/// Whether the line is a delimiter of this boundary, and if so, whether it is the closing one.
fn delimiter(line: &[u8], boundary: &[u8]) -> Option<bool> {
    let rest = line.strip_prefix(b"--")?.strip_prefix(boundary)?.trim_ascii_end();
    match rest {
        b"" => Some(false),
        [b'-', b'-', ..] => Some(true),
        _ => None,
    }
}

fn without_line_end(part: &[u8]) -> &[u8] {
    let part = part.strip_suffix(b"\n").unwrap_or(part);
    part.strip_suffix(b"\r").unwrap_or(part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(body: &str, expected: &[&str]) {
        let (found, _) = parts(body.as_bytes(), b"b", 100);
        let found: Vec<_> = found.into_iter().map(|part| std::str::from_utf8(part).unwrap()).collect();
        assert_eq!(found, expected, "{body:?}");
    }

    #[test]
    fn boundaries_divide() {
        check("vor\r\n--b\r\neins\r\n--b\r\nzwei\r\n--b--\r\nnach", &["eins", "zwei"]);
        check("--b\neins\n--b  \n\n--b--", &["eins", ""]);
        check("--b\neins\n--bb\n--c", &["eins\n--bb\n--c"]);
        check("--b\neins", &["eins"]);
        check("--b", &[]);
        check("--b\n--b\nx\n--b--", &["", "x"]);
        check("", &[]);
    }

    #[test]
    fn parts_are_counted() {
        assert_eq!(parts("--b\nx\n".repeat(50).as_bytes(), b"b", 10).0.len(), 10);
        assert!(parts("--b\nx\n".repeat(50).as_bytes(), b"b", 10).1);
    }
}
