//! How the report's page says things: German words and numbers.

/// A share, with one decimal.
pub fn percent(share: f64) -> String {
    format!("{:.1}\u{a0}%", share * 100.0).replace('.', ",")
}

/// A share, with two decimals.
pub fn fine_percent(share: f64) -> String {
    format!("{:.2}\u{a0}%", share * 100.0).replace('.', ",")
}

/// A number between 0 and 1.
pub fn number(value: f64) -> String {
    format!("{value:.3}").replace('.', ",")
}

/// A change of a probability, in percentage points, with its sign.
pub fn points(change: f64) -> String {
    let hundredths = (change * 10_000.0).round();
    // Neither plus nor minus.
    if hundredths == 0.0 {
        return "0,00".to_owned();
    }
    format!("{:+.2}", hundredths / 100.0).replace('.', ",").replace('-', "−")
}

/// A whole number, in groups of three.
pub fn count(number: usize) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push('.');
        }
        grouped.push(digit);
    }
    grouped
}

/// What readers call a label, a difficulty, a language, an origin; what is none of these stays as it is.
pub fn word(name: &str) -> String {
    let known = WORDS.iter().find(|(key, _)| *key == name);
    known.map_or(name, |(_, word)| word).to_owned()
}

const WORDS: [(&str, &str); 50] = [
    ("application", "Antrag"),
    ("inquiry", "Rückfrage"),
    ("other", "Sonstiges"),
    ("high", "hoch"),
    ("normal", "normal"),
    ("low", "niedrig"),
    ("easy", "leicht"),
    ("medium", "mittel"),
    ("hard", "schwer"),
    ("umlauts_written_out", "Umlaute ausgeschrieben (ae, ss)"),
    ("umlauts_lost", "Umlaute fehlen (a, s)"),
    ("learner_light", "Lernende: ohne Artikel, klein"),
    ("learner_strong", "Lernende: dazu ohne Beugung"),
    ("german", "deutsch"),
    ("german_umlaut", "deutsch, Umlaute"),
    ("turkish", "türkisch"),
    ("arabic", "arabisch"),
    ("polish", "polnisch"),
    ("russian", "russisch"),
    ("ukrainian", "ukrainisch"),
    ("romanian", "rumänisch"),
    ("italian", "italienisch"),
    ("greek", "griechisch"),
    ("south_slavic", "südslawisch"),
    ("vietnamese", "vietnamesisch"),
    ("west_african", "westafrikanisch"),
    ("persian", "persisch"),
    ("south_asian", "südasiatisch"),
    ("horn_of_africa", "Horn von Afrika"),
    ("ar", "Arabisch"),
    ("bg", "Bulgarisch"),
    ("bs", "Bosnisch"),
    ("cs", "Tschechisch"),
    ("de", "Deutsch"),
    ("el", "Griechisch"),
    ("en", "Englisch"),
    ("es", "Spanisch"),
    ("fa", "Persisch"),
    ("fr", "Französisch"),
    ("hr", "Kroatisch"),
    ("it", "Italienisch"),
    ("nl", "Niederländisch"),
    ("pl", "Polnisch"),
    ("pt", "Portugiesisch"),
    ("ro", "Rumänisch"),
    ("ru", "Russisch"),
    ("sr", "Serbisch"),
    ("tr", "Türkisch"),
    ("uk", "Ukrainisch"),
    ("vi", "Vietnamesisch"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_in_german() {
        assert_eq!(percent(0.9149), "91,5\u{a0}%");
        assert_eq!(fine_percent(0.004), "0,40\u{a0}%");
        assert_eq!(number(0.87), "0,870");
        assert_eq!([points(-0.0123), points(-0.00001), points(0.005)], ["−1,23", "0,00", "+0,50"]);
        assert_eq!([count(7), count(3270), count(1_000_000)], ["7", "3.270", "1.000.000"]);
        assert_eq!([word("inquiry"), word("t06")], ["Rückfrage", "t06"]);
    }
}
