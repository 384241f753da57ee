//! What strangers wrote, made fit to be shown: on a terminal, on a page.

/// So many marks stand on one letter at most; no language needs more, and towers of them cover other lines.
const MARKS: usize = 3;

/// A stranger's text for one line of a terminal or a page: no control characters, nothing that turns the direction or
/// that cannot be seen, no line breaks, and at most `longest` characters, the last of them `…` where it was longer.
pub fn harmless(text: &str, longest: usize) -> String {
    let mut shown = String::new();
    let (mut length, mut marks) = (0, 0);
    // Where the text would be cut if one more character came.
    let mut cut = 0;
    for c in text.chars().map(|c| if is_break(c) { ' ' } else { c }).filter(|c| !is_unseen(*c)) {
        marks = if is_mark(c) { marks + 1 } else { 0 };
        if marks > MARKS || c == ' ' && shown.ends_with(' ') {
            continue;
        }
        if length == longest {
            shown.truncate(cut);
            shown.push('…');
            break;
        }
        if length + 1 == longest {
            cut = shown.len();
        }
        shown.push(c);
        length += 1;
    }
    shown
}

fn is_break(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\u{b}' | '\u{c}' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// Control characters, turns of direction, what has no width, and the tags that nothing shows.
fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// Marks that are set on the letter before them.
fn is_mark(c: char) -> bool {
    matches!(c,
        '\u{300}'..='\u{36f}' | '\u{483}'..='\u{489}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}'
        | '\u{20d0}'..='\u{20ff}' | '\u{fe20}'..='\u{fe2f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_strangers_write_cannot_steer_what_shows_it() {
        for (text, shown) in [
            ("Antrag auf Wohngeld", "Antrag auf Wohngeld"),
            ("a\u{1b}[31mb\r\nc\u{202e}d", "a[31mb cd"),
            ("zwei\u{2028}Zeilen\n\n\tdrei", "zwei Zeilen drei"),
            ("an\u{200b}lage\u{feff} \u{2066}gpj.exe\u{2069}", "anlage gpj.exe"),
            ("e\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}!", "e\u{301}\u{301}\u{301}!"),
            ("\0\u{7}\u{9f}", ""),
            ("Привет עולם 你好", "Привет עולם 你好"),
        ] {
            assert_eq!(harmless(text, 80), shown, "{text:?}");
        }
    }

    #[test]
    fn what_is_too_long_is_cut_and_says_so() {
        for (text, longest, shown) in [
            ("abcdef", 4, "abc…"),
            ("abcd", 4, "abcd"),
            ("äöüß€", 3, "äö…"),
            ("abcd\u{202e}", 4, "abcd"),
            ("abc", 0, "…"),
            ("", 0, ""),
        ] {
            assert_eq!(harmless(text, longest), shown, "{text:?}");
        }
        assert_eq!(harmless(&"ä".repeat(10_000), 200).chars().count(), 200);
    }
}
