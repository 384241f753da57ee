//! A letter whose persons have other names: the sender's wherever it stands, and those after „Herr" and „Frau".

mod sender;

use self::sender::{DEGREES, Sender, sender};
use super::Letter;
use super::names::{Drawn, Gender, Names, pick};
use super::words::{Piece, is_capital, pieces};
use crate::example::lot;

/// After these, a capital letter begins a person's name.
const TITLES: [(&str, Gender); 5] = [
    ("Herr", Gender::Male),
    ("Herrn", Gender::Male),
    ("Hr", Gender::Male),
    ("Frau", Gender::Female),
    ("Fr", Gender::Female),
];

/// „Herr Bürgermeister" is nobody's name.
const OFFICES: [&str; 15] = [
    "meister",
    "meisterin",
    "präsident",
    "präsidentin",
    "minister",
    "ministerin",
    "direktor",
    "direktorin",
    "rat",
    "rätin",
    "kollege",
    "kollegin",
    "leiterin",
    "richter",
    "richterin",
];

/// The letter under these names.
pub(super) fn renamed(letter: &Letter, names: &Names, drawn: &Drawn<'_>) -> Letter {
    let names = Renaming { swaps: swaps(sender(&letter.from_name), drawn), names, drawn };
    Letter {
        from_name: names.text(&letter.from_name),
        from_addr: names.file_name(&letter.from_addr),
        subject: names.text(&letter.subject),
        body: names.text(&letter.body),
        attachments: letter.attachments.iter().map(|name| names.file_name(name)).collect(),
        ..letter.clone()
    }
}

struct Renaming<'a> {
    /// The sender's names and what stands for them.
    swaps: Vec<(String, String)>,
    names: &'a Names,
    drawn: &'a Drawn<'a>,
}

/// What the sender's names become: each spelling of its own.
fn swaps(sender: Option<Sender<'_>>, drawn: &Drawn<'_>) -> Vec<(String, String)> {
    let Some(Sender { given, family }) = sender else { return Vec::new() };
    let mut swaps = Vec::new();
    let mut swap = |old: &str, new: &str| {
        swaps.push((old.to_owned(), new.to_owned()));
        swaps.push((format!("{old}s"), format!("{new}s")));
        swaps.push((old.to_uppercase(), new.to_uppercase()));
        swaps.push((old.to_lowercase(), plain(new)));
        swaps.push((plain(old), plain(new)));
    };
    swap(family, drawn.family);
    // „Anna Maria" is one person still: her other given names follow the first.
    for name in given.iter().filter(|name| name.chars().count() > 1) {
        swap(name, drawn.given);
    }
    let initial = |name: &str| name.chars().next().map(String::from).unwrap_or_default();
    for name in given.iter().filter(|name| name.chars().count() == 1) {
        swaps.push(((*name).to_owned(), initial(drawn.given)));
    }
    swaps
}

/// As a name stands in addresses and file names: lower case, no diacritics, no blanks.
fn plain(name: &str) -> String {
    let fold = |c: char| match c {
        'ä' => "ae".to_owned(),
        'ö' => "oe".to_owned(),
        'ü' => "ue".to_owned(),
        'ß' => "ss".to_owned(),
        'á' | 'à' | 'ă' | 'ą' | 'ã' | 'â' => "a".to_owned(),
        'é' | 'è' | 'ę' | 'ê' => "e".to_owned(),
        'ı' | 'í' | 'î' | 'ì' => "i".to_owned(),
        'ó' | 'ò' | 'ô' | 'ø' => "o".to_owned(),
        'ú' | 'ù' | 'û' => "u".to_owned(),
        'ç' | 'ć' | 'č' => "c".to_owned(),
        'ş' | 'ș' | 'š' | 'ś' => "s".to_owned(),
        'ž' | 'ż' | 'ź' => "z".to_owned(),
        'ğ' => "g".to_owned(),
        'ł' => "l".to_owned(),
        'ń' | 'ñ' => "n".to_owned(),
        'ț' => "t".to_owned(),
        'đ' => "d".to_owned(),
        '\u{307}' | ' ' | '\'' | '’' => String::new(),
        other => other.to_string(),
    };
    name.to_lowercase().chars().map(fold).collect()
}

impl Renaming<'_> {
    /// A file's name or an address: small letters count there.
    fn file_name(&self, text: &str) -> String {
        let new = |piece: &Piece<'_>| self.swapped(piece.text, true).unwrap_or_else(|| piece.text.to_owned());
        pieces(text).iter().map(new).collect()
    }

    fn text(&self, text: &str) -> String {
        let pieces = pieces(text);
        let mut new = String::with_capacity(text.len() + 16);
        let mut last_given = false;
        for (at, piece) in pieces.iter().enumerate() {
            let other = if piece.is_word { self.word(&pieces, at) } else { None };
            // The second given name of one person would repeat the first.
            let repeats = other.as_deref() == Some(self.drawn.given);
            if repeats && last_given && pieces[at - 1].text == " " {
                new.pop();
                continue;
            }
            last_given = repeats || last_given && !piece.is_word;
            new.push_str(other.as_deref().unwrap_or(piece.text));
        }
        new
    }

    /// What stands for the word, if it is a name.
    fn word(&self, pieces: &[Piece<'_>], at: usize) -> Option<String> {
        let word = pieces[at].text;
        if word.chars().count() == 1 {
            return self.initial(pieces, at);
        }
        self.swapped(word, is_in_address(pieces, at)).or_else(|| self.addressed(pieces, at))
    }

    fn swapped(&self, word: &str, small: bool) -> Option<String> {
        let usable = |old: &String| small || is_capital(old);
        self.swaps.iter().find(|(old, _)| old == word && usable(old)).map(|(_, new)| new.clone())
    }

    /// „N. Oyelaran": the letter before the family's name.
    fn initial(&self, pieces: &[Piece<'_>], at: usize) -> Option<String> {
        let dot = pieces.get(at + 1).is_some_and(|piece| piece.text == ". " || piece.text == ".");
        let family = pieces.get(at + 2).is_some_and(|piece| self.swapped(piece.text, false).is_some());
        let first = self.drawn.given.chars().next().map(String::from);
        first.filter(|_| dot && family && is_capital(pieces[at].text))
    }

    /// The name after „Herr" or „Frau": a family's, or a given one that lists know and then a family's.
    fn addressed(&self, pieces: &[Piece<'_>], at: usize) -> Option<String> {
        let word = pieces[at].text;
        if !is_capital(word) || is_office(word) {
            return None;
        }
        if let Some(gender) = title_before(pieces, at) {
            let known =
                self.names.is_given(word) && pieces.get(at + 2).is_some_and(|next| is_capital(next.text));
            let origin = self.drawn.origin;
            let list = if known { origin.given(gender) } else { origin.family(gender) };
            return Some(pick(list, self.drawn.lot ^ lot(0, word)).to_owned());
        }
        let given = at.checked_sub(2).filter(|_| pieces[at - 1].text == " ")?;
        let gender = title_before(pieces, given).filter(|_| self.names.is_given(pieces[given].text))?;
        Some(pick(self.drawn.origin.family(gender), self.drawn.lot ^ lot(0, word)).to_owned())
    }
}

/// Whether an @ stands in the same run between white space.
fn is_in_address(pieces: &[Piece<'_>], at: usize) -> bool {
    let within = |piece: &&Piece<'_>| !piece.text.contains(char::is_whitespace);
    let (before, after) = pieces.split_at(at);
    let mut run = before.iter().rev().take_while(within).chain(after.iter().take_while(within));
    run.any(|piece| piece.text.contains('@'))
}

fn is_office(word: &str) -> bool {
    let low = word.to_lowercase();
    TITLES.iter().any(|(title, _)| *title == word)
        || DEGREES.contains(&word)
        || OFFICES.iter().any(|office| low.ends_with(office))
}

/// The gender of the title before a word, degrees between them passed over. „Meine Frau Anna" has none.
fn title_before(pieces: &[Piece<'_>], at: usize) -> Option<Gender> {
    let mut at = at;
    loop {
        let gap = pieces.get(at.checked_sub(1)?)?;
        let word = pieces.get(at.checked_sub(2)?)?;
        if !matches!(gap.text, " " | ". " | "\u{a0}") {
            return None;
        }
        if let Some((_, gender)) = TITLES.iter().find(|(title, _)| *title == word.text) {
            let before = at.checked_sub(4).and_then(|before| pieces.get(before));
            let own = before.is_some_and(|word| {
                ["mein", "dein", "sein", "ihr"].iter().any(|own| word.text.to_lowercase().starts_with(own))
            });
            return Some(*gender).filter(|_| !own);
        }
        if !DEGREES.contains(&word.text) {
            return None;
        }
        at -= 2;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names() -> Names {
        serde_json::from_str(
            r#"{"it": {"first_female": ["Maria Grazia"], "first_male": ["Luca"], "last": ["D'Angelo"]}}"#,
        )
        .unwrap()
    }

    #[track_caller]
    fn check(from: &str, body: &str, expected: &str) {
        let letter = Letter { from_name: from.into(), body: body.into(), ..Letter::default() };
        let names = names();
        let (.., drawn) = names.drawn(1, "x").nth(1).unwrap();
        assert_eq!(renamed(&letter, &names, &drawn).body, expected);
    }

    #[test]
    fn the_sender_is_renamed_wherever_the_name_stands() {
        check("Nadine Oyelaran", "Mit Gruß\nN. Oyelaran", "Mit Gruß\nL. D'Angelo");
        check("Nadine Oyelaran", "Nadine OYELARAN, Oyelarans Akte", "Luca D'ANGELO, D'Angelos Akte");
        check("Anna Maria Kurz", "kurz: Anna Maria Kurz", "kurz: Luca D'Angelo");
        check("Eva Kurz", "an eva.kurz@example.org", "an luca.dangelo@example.org");
        check("Stadtwerke Kassel", "Stadtwerke Kassel", "Stadtwerke Kassel");
    }

    #[test]
    fn who_is_addressed_is_renamed_but_no_office() {
        check(
            "",
            "Sehr geehrte Frau Dr. Kern, lieber Herr Ott,",
            "Sehr geehrte Frau Dr. D'Angelo, lieber Herr D'Angelo,",
        );
        check("", "Sehr geehrter Herr Bürgermeister", "Sehr geehrter Herr Bürgermeister");
        check("", "Damen und Herren, die Frau hat", "Damen und Herren, die Frau hat");
        check("", "für meine Frau Anna", "für meine Frau Anna");
        check("", "an Herrn Luca Ott", "an Herrn Luca D'Angelo");
    }

    #[test]
    fn files_and_addresses_are_renamed() {
        let letter = Letter {
            from_name: "Eva Müller".into(),
            from_addr: "e.mueller@example.org".into(),
            attachments: vec!["Lebenslauf_Müller.pdf".into(), "foto-eva.jpg".into()],
            ..Letter::default()
        };
        let names = names();
        let (.., drawn) = names.drawn(1, "x").next().unwrap();
        let renamed = renamed(&letter, &names, &drawn);
        assert_eq!(renamed.from_addr, "e.dangelo@example.org");
        assert_eq!(renamed.attachments, ["Lebenslauf_D'Angelo.pdf", "foto-eva.jpg"]);
    }
}
