//! `format=flowed` (RFC 3676): lines that a mail program broke are joined again.

/// Joins flowed lines of the same quote depth; with `delsp` the blank before the break was only the mark of it.
pub(crate) fn join(text: &str, delsp: bool) -> String {
    let mut joined = String::with_capacity(text.len());
    // Quote depth of the line that goes on, if one does.
    let mut open: Option<usize> = None;
    for line in text.split('\n').map(|line| line.strip_suffix('\r').unwrap_or(line)) {
        let (depth, content) = unmark(line);
        let is_delimiter = content == "-- ";
        if open.is_some_and(|before| before != depth || is_delimiter) {
            joined.push('\n');
            open = None;
        }
        if open.is_none() && depth > 0 {
            joined.extend(std::iter::repeat_n('>', depth));
            joined.push(' ');
        }
        let flows = content.ends_with(' ') && !is_delimiter;
        joined.push_str(if flows && delsp { content.strip_suffix(' ').unwrap_or(content) } else { content });
        if flows {
            open = Some(depth);
        } else {
            joined.push('\n');
            open = None;
        }
    }
    joined
}

/// Quote depth and content without the space that stuffing put in (RFC 3676, 4.4).
fn unmark(line: &str) -> (usize, &str) {
    let content = line.trim_start_matches('>');
    (line.len() - content.len(), content.strip_prefix(' ').unwrap_or(content))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flowed_lines_are_joined() {
        for (text, delsp, joined) in [
            ("eins \nzwei\ndrei", false, "eins zwei\ndrei\n"),
            ("ei \nns", true, "eins\n"),
            ("> alt \n> auch\nneu", false, "> alt auch\nneu\n"),
            ("> alt \nneu", false, "> alt \nneu\n"),
            ("Text \n-- \nName", false, "Text \n-- \nName\n"),
            (" >kein Zitat", false, ">kein Zitat\n"),
            (" From", false, "From\n"),
        ] {
            assert_eq!(join(text, delsp), joined, "{text:?}");
        }
    }
}
