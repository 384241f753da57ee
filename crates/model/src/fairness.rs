//! Whether a mail is judged alike whoever wrote it, and in whatever German.
//!
//! ```text
//! letter ─▶ variants: names of every origin and gender · umlauts written out, lost · learners' German
//!    │          │
//!  verdict   verdict ─▶ tally: share of changed classes and priorities, mean change of confidence
//! ```
//!
//! The letter is changed before it is parsed, so that what parsing makes of a name counts too.

mod learner;
mod names;
mod rename;
mod tally;
mod words;

use std::borrow::Cow;

use crate::example::lot;

pub use self::names::{Gender, Names, Origin};
pub use self::tally::{Change, Fairness, KindChange, Tally, Unsteady};

/// A mail in its parts, before parsing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Letter {
    /// Unique in its corpus; draws the names.
    pub id: String,
    /// Name shown beside the sender's address.
    pub from_name: String,
    /// The sender's `local@domain`.
    pub from_addr: String,
    /// Subject.
    pub subject: String,
    /// Text, with greeting, closing and signature.
    pub body: String,
    /// Names of the attached files.
    pub attachments: Vec<String>,
    /// ISO 639-1 code; only German is rewritten.
    pub language: String,
}

/// What was changed about a letter.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Every person has a name of this origin, the sender one of this gender.
    Name {
        /// Key of [`Names`].
        origin: String,
        /// The sender's.
        gender: Gender,
    },
    /// „ä" is written „ae", „ß" is „ss".
    UmlautsWrittenOut,
    /// „ä" is written „a", „ß" is „s".
    UmlautsLost,
    /// Learners' German: articles dropped, nouns in lower case.
    LearnerLight,
    /// Besides: umlauts lost, verbs in the infinitive, endings and commas dropped.
    LearnerStrong,
}

impl Kind {
    /// Its name in JSON; names have origin and gender beside it.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Name { .. } => "name",
            Self::UmlautsWrittenOut => "umlauts_written_out",
            Self::UmlautsLost => "umlauts_lost",
            Self::LearnerLight => "learner_light",
            Self::LearnerStrong => "learner_strong",
        }
    }
}

/// All variants of a letter; the same seed gives the same. A letter in which nothing would change has no such variant:
/// one that no person has signed keeps its names, one in another language its German.
pub fn variants(letter: &Letter, names: &Names, seed: u64) -> Vec<(Kind, Letter)> {
    let mut variants = Vec::new();
    for (origin, gender, drawn) in names.drawn(seed, &letter.id) {
        let kind = Kind::Name { origin: origin.to_owned(), gender };
        variants.push((kind, rename::renamed(letter, names, &drawn)));
    }
    if letter.language == "de" {
        let german = [
            (Kind::UmlautsWrittenOut, with_texts(letter, |text| respelt(text, ["ae", "oe", "ue", "ss"]))),
            (Kind::UmlautsLost, with_texts(letter, |text| respelt(text, ["a", "o", "u", "s"]))),
            (Kind::LearnerLight, with_text(letter, |text| learner::light(text, lot(seed, &letter.id)))),
            (Kind::LearnerStrong, with_text(letter, |text| learner::strong(text, lot(seed, &letter.id)))),
        ];
        variants.extend(german);
    }
    variants.retain(|(_, variant)| variant != letter);
    variants
}

/// The letter with all its texts changed, names too.
fn with_texts(letter: &Letter, change: impl Fn(&str) -> String) -> Letter {
    Letter {
        from_name: change(&letter.from_name),
        subject: change(&letter.subject),
        body: change(&letter.body),
        attachments: letter.attachments.iter().map(|name| change(name)).collect(),
        ..letter.clone()
    }
}

/// The letter with what its writer phrased changed.
fn with_text(letter: &Letter, change: impl Fn(&str) -> String) -> Letter {
    Letter { subject: change(&letter.subject), body: change(&letter.body), ..letter.clone() }
}

/// The text with other letters for ä, ö, ü and ß.
fn respelt(text: &str, [a, o, u, s]: [&'static str; 4]) -> String {
    let letter = |c: char| match c {
        'ä' => Some(Cow::Borrowed(a)),
        'ö' => Some(Cow::Borrowed(o)),
        'ü' => Some(Cow::Borrowed(u)),
        'ß' => Some(Cow::Borrowed(s)),
        'Ä' => Some(Cow::Owned(words::capitalised(a))),
        'Ö' => Some(Cow::Owned(words::capitalised(o))),
        'Ü' => Some(Cow::Owned(words::capitalised(u))),
        _ => None,
    };
    let mut respelt = String::with_capacity(text.len());
    for c in text.chars() {
        match letter(c) {
            Some(other) => respelt.push_str(&other),
            None => respelt.push(c),
        }
    }
    respelt
}

#[cfg(test)]
mod tests {
    use super::*;

    fn letter() -> Letter {
        Letter {
            id: "t01-001".into(),
            from_name: "Erika Groß".into(),
            body: "Guten Tag Frau Kern,\n\nich beantrage Wohngeld für die Übergangszeit.\n\nErika Groß"
                .into(),
            language: "de".into(),
            ..Letter::default()
        }
    }

    fn names() -> Names {
        serde_json::from_str(
            r#"{"turkish": {"first_female": ["Elif"], "first_male": ["Emre"], "last": ["Kaya"]}}"#,
        )
        .unwrap()
    }

    #[test]
    fn a_letter_has_a_variant_of_each_kind_and_the_same_ones_again() {
        let all = variants(&letter(), &names(), 1);
        let kinds: Vec<&str> = all.iter().map(|(kind, _)| kind.name()).collect();
        assert_eq!(
            kinds,
            ["name", "name", "umlauts_written_out", "umlauts_lost", "learner_light", "learner_strong"]
        );
        assert_eq!(all, variants(&letter(), &names(), 1));
        assert!(all[0].1.body.ends_with("Elif Kaya") && all[1].1.body.ends_with("Emre Kaya"));
        assert!(all[2].1.body.contains("fuer die Uebergangszeit") && all[2].1.from_name == "Erika Gross");
        assert!(all[3].1.body.contains("fur die Ubergangszeit"));
    }

    #[test]
    fn where_nothing_would_change_there_is_no_variant() {
        let unsigned = Letter {
            from_name: "Servicestelle Nord".into(),
            body: "Your invoice".into(),
            language: "en".into(),
            ..Letter::default()
        };
        assert_eq!(variants(&unsigned, &names(), 1), []);
    }
}
