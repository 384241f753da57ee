//! Which words stand for a kind of thing (a date, an address, an IBAN) rather than for themselves.
//!
//! What a number *is* says something about a message; which number it is would only be learnt by heart.

/// What stands in the normalised text for a masked word: one private-use character each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mask {
    Mail,
    Link,
    Iban,
    Date,
    Time,
    Number,
    Name,
}

impl Mask {
    pub(crate) fn symbol(self) -> char {
        match self {
            Self::Mail => '\u{e001}',
            Self::Link => '\u{e002}',
            Self::Iban => '\u{e003}',
            Self::Date => '\u{e004}',
            Self::Time => '\u{e005}',
            Self::Number => '\u{e006}',
            Self::Name => '\u{e007}',
        }
    }

    /// The mask of a word (no white space, no surrounding punctuation), if it needs one.
    ///
    /// Numbers of one or two digits stay: „14 Tage" and „Art. 15 DSGVO" carry meaning and identify nobody.
    pub(crate) fn of(word: &str) -> Option<Self> {
        // Most words are letters alone, and need no closer look.
        if word.bytes().all(|b| b.is_ascii_alphabetic() || !b.is_ascii()) {
            return None;
        }
        let count = Count::of(word);
        if count.at > 0 && word.contains('.') {
            return Some(Self::Mail);
        }
        if word.contains("://") || starts_with_www(word) {
            return Some(Self::Link);
        }
        if count.digits == 0 {
            return None;
        }
        if is_iban(word, &count) {
            return Some(Self::Iban);
        }
        if count.letters == 0 && is_date(word) {
            return Some(Self::Date);
        }
        if count.letters == 0 && is_time(word) {
            return Some(Self::Time);
        }
        (count.digits >= 3 && count.letters <= 3).then_some(Self::Number)
    }
}

/// How many characters of each kind a word has.
#[derive(Default)]
struct Count {
    letters: usize,
    digits: usize,
    at: usize,
}

impl Count {
    fn of(word: &str) -> Self {
        let mut count = Self::default();
        for c in word.chars() {
            count.letters += usize::from(c.is_alphabetic());
            count.digits += usize::from(c.is_ascii_digit());
            count.at += usize::from(c == '@');
        }
        count
    }
}

fn starts_with_www(word: &str) -> bool {
    word.get(..4).is_some_and(|head| head.eq_ignore_ascii_case("www."))
}

/// Two letters, two check digits, then at least eleven more characters (ISO 13616), written without spaces.
/// Written in groups of four, an IBAN becomes a row of numbers, which is masked as well.
fn is_iban(word: &str, count: &Count) -> bool {
    let bytes = word.as_bytes();
    bytes.len() >= 15
        && bytes.len() == count.letters + count.digits
        && bytes[..2].iter().all(u8::is_ascii_alphabetic)
        && bytes[2..4].iter().all(u8::is_ascii_digit)
}

/// `24.12.`, `24.12.2026`, `24/12/26`, `2026-12-24`.
fn is_date(word: &str) -> bool {
    let mut parts = [0_usize; 3];
    let mut filled = 0;
    for part in word.split(['.', '/', '-']).filter(|part| !part.is_empty()) {
        if filled == 3 || !part.bytes().all(|b| b.is_ascii_digit()) {
            return false;
        }
        parts[filled] = part.len();
        filled += 1;
    }
    let separated = |separator| word.matches(separator).count() >= filled.saturating_sub(1);
    let day_first = filled >= 2 && parts[0] <= 2 && parts[1] <= 2 && [0, 2, 4].contains(&parts[2]);
    let year_first = parts == [4, 2, 2];
    (day_first || year_first) && (separated('.') || filled == 3 && (separated('/') || separated('-')))
}

/// `8:30`, `08:30:00`.
fn is_time(word: &str) -> bool {
    word.contains(':')
        && word
            .split(':')
            .all(|part| (1..=2).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(word: &str, expected: Option<Mask>) {
        assert_eq!(Mask::of(word), expected, "{word}");
    }

    #[test]
    fn things_are_told_from_words() {
        check("erika@example.org", Some(Mask::Mail));
        check("https://example.org/a?b=1", Some(Mask::Link));
        check("WWW.example.org", Some(Mask::Link));
        check("DE02120300000000202051", Some(Mask::Iban));
        check("24.12.2026", Some(Mask::Date));
        check("24.12", Some(Mask::Date));
        check("2026-12-24", Some(Mask::Date));
        check("24/12/26", Some(Mask::Date));
        check("08:30", Some(Mask::Time));
        check("0151-23456789", Some(Mask::Number));
        check("50/123-45", Some(Mask::Number));
        check("1.234,56", Some(Mask::Number));
        check("JC-2024/118", Some(Mask::Number));
    }

    #[test]
    fn words_and_small_numbers_stay() {
        for word in ["Antrag", "15", "§15", "@", "Wohngeld_2024.pdf", "1/2", "Straße", "ÄÄ", "www", ""] {
            check(word, None);
        }
    }
}
