//! Learners' German: what people write whose first language has other articles, cases and capitals.
//!
//! A rewriter of few rules, not a model of any language; it asks whether grammar alone changes a verdict.

use super::words::{Piece, is_capital, pieces};
use super::{respelt, words};
use crate::example::lot;

const ARTICLES: [&str; 11] =
    ["der", "die", "das", "den", "dem", "des", "ein", "eine", "einen", "einem", "einer"];

/// Of four, how many are dropped or changed.
const MOST: u64 = 3;

/// Words that learners write otherwise.
const WORDS: [(&str, &str); 58] = [
    ("bin", "sein"),
    ("ist", "sein"),
    ("sind", "sein"),
    ("war", "sein"),
    ("wurde", "werden"),
    ("wird", "werden"),
    ("habe", "haben"),
    ("hat", "haben"),
    ("hatte", "haben"),
    ("kann", "können"),
    ("könnte", "können"),
    ("könnten", "können"),
    ("muss", "müssen"),
    ("möchte", "wollen"),
    ("möchten", "wollen"),
    ("will", "wollen"),
    ("soll", "sollen"),
    ("sollte", "sollen"),
    ("darf", "dürfen"),
    ("weiß", "wissen"),
    ("gibt", "geben"),
    ("braucht", "brauchen"),
    ("bekommt", "bekommen"),
    ("bekam", "bekommen"),
    ("kommt", "kommen"),
    ("geht", "gehen"),
    ("steht", "stehen"),
    ("liegt", "liegen"),
    ("dauert", "dauern"),
    ("fehlt", "fehlen"),
    ("würde", "werden"),
    ("meine", "mein"),
    ("meinen", "mein"),
    ("meinem", "mein"),
    ("meiner", "mein"),
    ("ihre", "ihr"),
    ("ihren", "ihr"),
    ("ihrem", "ihr"),
    ("ihrer", "ihr"),
    ("unsere", "unser"),
    ("unseren", "unser"),
    ("unserem", "unser"),
    ("keine", "kein"),
    ("keinen", "kein"),
    ("keinem", "kein"),
    ("diese", "diese"),
    ("diesen", "diese"),
    ("diesem", "diese"),
    ("dieser", "diese"),
    ("dieses", "diese"),
    ("zum", "zu"),
    ("zur", "zu"),
    ("im", "in"),
    ("am", "an"),
    ("vom", "von"),
    ("beim", "bei"),
    ("dass", "das"),
    ("wegen", "weil"),
];

/// Articles dropped, nouns in lower case: three in four of each.
pub(super) fn light(text: &str, seed: u64) -> String {
    rewritten(text, seed, |word, _| word.to_owned())
}

/// Besides: umlauts lost, verbs in the infinitive, endings and commas dropped.
pub(super) fn strong(text: &str, seed: u64) -> String {
    let rough = rewritten(text, seed, |word, after_i| {
        let low = word.to_lowercase();
        if let Some((_, other)) = WORDS.iter().find(|(known, _)| *known == low) {
            return if is_capital(word) { words::capitalised(other) } else { (*other).to_owned() };
        }
        // „ich beantrage" → „ich beantragen"
        if after_i && low.len() > 3 && low.ends_with('e') { format!("{word}n") } else { word.to_owned() }
    });
    respelt(&rough, ["a", "o", "u", "s"]).replace(',', "")
}

/// The text without most articles and capitals within sentences; `other` says what stands for each word that stays,
/// knowing whether „ich" stands before it.
fn rewritten(text: &str, seed: u64, other: impl Fn(&str, bool) -> String) -> String {
    let pieces = pieces(text);
    let mut new = String::with_capacity(text.len());
    let mut after_i = false;
    for (at, piece) in pieces.iter().enumerate() {
        if !piece.is_word {
            new.push_str(piece.text);
            continue;
        }
        let often = lot(seed, &at.to_string()) % 4 < MOST;
        let first = is_first(&pieces, at);
        if often && is_article(&pieces, at) {
            // The blank before it is there already.
            while new.ends_with(' ') {
                new.pop();
            }
            continue;
        }
        let word = other(piece.text, after_i);
        after_i = piece.text.eq_ignore_ascii_case("ich");
        let noun = often && !first && is_capital(&word) && word.chars().skip(1).all(char::is_lowercase);
        new.push_str(&if noun { word.to_lowercase() } else { word });
    }
    new
}

/// An article with a word after it, not at the beginning of a sentence, where learners know to begin somehow.
fn is_article(pieces: &[Piece<'_>], at: usize) -> bool {
    ARTICLES.contains(&pieces[at].text) && at > 0 && pieces.get(at + 1).is_some_and(|gap| gap.text == " ")
}

/// Whether a word begins the text, a line, or a sentence.
fn is_first(pieces: &[Piece<'_>], at: usize) -> bool {
    let gap = at.checked_sub(1).map(|before| pieces[before].text);
    gap.is_none_or(|gap| gap.contains(['\n', '.', '!', '?', ':', '"', '„']))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "Guten Tag,\nich beantrage einen Ausweis für die Tochter. Der Antrag liegt im Büro, \
                        ich habe das Formular.";

    #[test]
    fn most_articles_and_capitals_go() {
        let light = light(TEXT, 1);
        assert!(light.starts_with("Guten") && light.contains("ich beantrage"), "{light}");
        let articles = |text: &str| text.split(' ').filter(|word| ARTICLES.contains(word)).count();
        let capitals = |text: &str| text.split(' ').filter(|word| is_capital(word)).count();
        assert!(articles(&light) < articles(TEXT) && capitals(&light) < capitals(TEXT), "{light}");
        assert!(!light.contains("  "), "{light}");
    }

    #[test]
    fn strong_is_stronger_and_the_same_every_time() {
        let strong = strong(TEXT, 1);
        assert!(strong.contains("ich beantragen"), "{strong}");
        assert!(
            strong.contains("liegen in ") && strong.contains("haben") && !strong.contains(','),
            "{strong}"
        );
        assert!(!strong.contains(['ä', 'ö', 'ü', 'ß']), "{strong}");
        assert_eq!(strong, super::strong(TEXT, 1));
        assert_eq!(super::strong("", 1), "");
    }
}
