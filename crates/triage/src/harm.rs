//! Which harm threatens now according to the text: home, supply, food, treatment, a child, freedom, life, data.
//!
//! ```text
//! word ─▶ its families, as bits ─▶ bits of two neighbouring sentences ─▶ rules that hold ─▶ log-odds
//! ```
//!
//! A harm is told by two kinds of words near each other ("Heizung" and "seit Tagen kalt"), seldom by one.
//! What takes it back (past, supposed, practised, sold) weighs against it, sentence by sentence for some
//! and for the whole mail for the rest. Understood: German, and the plain words of English, Ukrainian,
//! Russian, Polish, Turkish, French, Arabic and some neighbours.

mod context;
mod rules;
mod threat;
mod words;

use std::sync::LazyLock;

use crate::flags::{self, Scan, Threat};
use crate::text::Text;
use crate::words::Words;
use rules::{RULES, Rule};
use words::Families;

/// What is threatened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    /// The home.
    Home,
    /// Heating, power, gas, water.
    Supply,
    /// Money for food.
    Food,
    /// Medical treatment.
    Treatment,
    /// A child, or custody.
    Child,
    /// Freedom or residence.
    Freedom,
    /// Life or limb.
    Danger,
    /// Violence by somebody.
    Violence,
    /// By their own hand.
    SelfHarm,
    /// Personal data.
    Leak,
}

/// A harm that a text tells of.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Harm {
    pub kind: Kind,
    /// Log-odds that such a mail has high priority.
    pub strength: f64,
    /// First token of the words that tell it.
    pub first: usize,
    /// Last token of them.
    pub last: usize,
}

/// From here on a harm is told plainly enough to be named: of unseen mails 8 in 10 have high priority then.
const PLAIN: f64 = 0.9;

/// Tokens that are quoted at most.
const LONGEST_QUOTE: usize = 40;

static WORDS: LazyLock<Words<Families>> = LazyLock::new(words::table);

/// The harm that threatens most plainly, if one does.
pub(crate) fn find(text: &Text, scan: &Scan) -> Option<Harm> {
    let told = Told::of(text);
    let threat = flags::threat(text, scan);
    let strength = told.strength(text.tokens.len()) + threat.map_or(0.0, Threat::weight);
    if strength < PLAIN {
        return None;
    }
    let (kind, first, last) = match (threat, told.plainest) {
        (Some(threat), _) => threat.place(text),
        (None, Some(stretch)) => (stretch.kind(), stretch.first, stretch.last),
        (None, None) => return None,
    };
    Some(Harm { kind, strength, first, last: last.min(first + LONGEST_QUOTE) })
}

impl Harm {
    /// Says to a person which harm threatens, with the words that tell it.
    pub(crate) fn why(&self, text: &Text) -> String {
        let quoted = match (text.at(self.first), text.at(self.last)) {
            (Some(first), Some(last)) => text.written(first.start, last.end),
            _ => "",
        };
        let words: Vec<&str> = quoted.split_whitespace().collect();
        format!("{}: „{}“.", self.kind.threatens(), words.join(" "))
    }
}

impl Kind {
    /// The harm in German, as the beginning of a sentence.
    fn threatens(self) -> &'static str {
        match self {
            Self::Home => "Hinweis auf drohenden Verlust der Wohnung oder fehlende Unterkunft",
            Self::Supply => "Hinweis auf fehlende Heizung, Energie oder fehlendes Wasser",
            Self::Food => "Hinweis auf fehlendes Geld für Lebensmittel",
            Self::Treatment => "Hinweis auf gefährdete medizinische Versorgung",
            Self::Child => "Hinweis auf Gefahr für ein Kind oder Streit um seinen Aufenthalt",
            Self::Freedom => "Hinweis auf Haft oder Abschiebung",
            Self::Danger => "Hinweis auf Gefahr für Leib und Leben",
            Self::Violence => "Hinweis auf Gewalt oder Bedrohung",
            Self::SelfHarm => "Hinweis auf Selbstgefährdung",
            Self::Leak => "Hinweis auf eine Datenpanne oder einen Sicherheitsvorfall",
        }
    }
}

/// The rules that hold in a stretch of two sentences.
#[derive(Clone, Copy, Default)]
struct Stretch {
    families: Families,
    rules: u128,
    weight: f64,
    first: usize,
    last: usize,
}

/// What the whole text tells.
#[derive(Default)]
struct Told {
    /// Rules that hold somewhere.
    rules: u128,
    families: Families,
    /// Families of the subject, which every sentence speaks of.
    subject: Families,
    plainest: Option<Stretch>,
}

impl Told {
    fn of(text: &Text) -> Self {
        let mut told = Self::default();
        let (mut before, mut here) = (Stretch::default(), Stretch::default());
        let mut sentence = 0;
        for (index, token) in text.tokens.iter().enumerate() {
            if token.sentence != sentence {
                told.add(before, here);
                if sentence == 0 {
                    told.subject = here.families;
                }
                (before, here) = (here, Stretch { first: index, ..Stretch::default() });
                sentence = token.sentence;
            }
            here.families |= WORDS.of(text.known(index)).fold(0, |all, families| all | families);
            here.last = index;
        }
        told.add(before, here);
        told
    }

    /// Weighs a sentence together with the one before it.
    fn add(&mut self, before: Stretch, here: Stretch) {
        self.families |= here.families;
        if here.families == 0 {
            return;
        }
        let both =
            Stretch { families: before.families | here.families | self.subject, first: before.first, ..here };
        let mut stretch = if before.families == 0 {
            Stretch { families: here.families | self.subject, ..here }
        } else {
            both
        };
        for (rule, place) in RULES.iter().zip(0u32..) {
            if rule.holds(stretch.families) {
                stretch.rules |= 1 << place;
                stretch.weight += rule.weight;
            }
        }
        self.rules |= stretch.rules;
        if stretch.rules != 0 && self.plainest.is_none_or(|plainest| stretch.weight > plainest.weight) {
            self.plainest = Some(stretch);
        }
    }
}

impl Rule {
    fn holds(&self, families: Families) -> bool {
        self.all.iter().all(|any| families & any != 0)
    }
}

#[cfg(test)]
mod tests;
