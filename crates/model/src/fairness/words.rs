//! A text as words and what stands between them; put together again it is the same text.

/// A piece of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Piece<'t> {
    /// As it stands there.
    pub(super) text: &'t str,
    /// Letters, with hyphens and apostrophes between them; else it is what stands between words.
    pub(super) is_word: bool,
}

/// The pieces of a text, in order.
pub(super) fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let word = word_length(rest);
        let gap = || rest.find(char::is_alphabetic).unwrap_or(rest.len());
        let (piece, after) = rest.split_at(if word > 0 { word } else { gap() });
        pieces.push(Piece { text: piece, is_word: word > 0 });
        rest = after;
    }
    pieces
}

/// Length in bytes of the word that a text begins with.
fn word_length(text: &str) -> usize {
    let mut end = 0;
    let mut joint = None;
    for (at, c) in text.char_indices() {
        if c.is_alphabetic() || is_mark(c) && end > 0 {
            end = at + c.len_utf8();
            joint = None;
        } else if end > 0 && joint.is_none() && matches!(c, '-' | '\'' | '’') {
            joint = Some(at);
        } else {
            break;
        }
    }
    end
}

/// Combining marks belong to the letter before them.
fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}')
}

/// Begins with a capital letter.
pub(super) fn is_capital(word: &str) -> bool {
    word.chars().next().is_some_and(char::is_uppercase)
}

/// The word with its first letter in upper case.
pub(super) fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_put_together_are_the_text() {
        for text in ["", "a", " a- b'", "Jean-Luc D'Angelo, 3. Mai\n— ß", "-x-", "E\u{301}lise kam"] {
            let pieces = pieces(text);
            assert_eq!(pieces.iter().map(|piece| piece.text).collect::<String>(), text);
            assert!(pieces.windows(2).all(|pair| !(pair[0].is_word && pair[1].is_word)), "{text}");
        }
        let words: Vec<&str> =
            pieces("Jean-Luc D'Angelo, 3. Mai").iter().filter(|p| p.is_word).map(|p| p.text).collect();
        assert_eq!(words, ["Jean-Luc", "D'Angelo", "Mai"]);
    }
}
