//! What a supervisor wants to know in five seconds: a few big numbers, each a link to what it counts.

use std::collections::BTreeMap;

use domain::{Folder, MaxAge};
use store::{Connection, Health};

use super::tallied::Tallied;
use crate::frame::Frame;

/// One of them.
pub(super) struct Fact {
    pub name: String,
    /// What is big.
    pub number: String,
    /// What is small beside it.
    pub word: String,
    pub address: String,
    pub mood: Mood,
}

/// How it looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mood {
    /// Somebody has to act today.
    Danger,
    /// Somebody should look.
    Warning,
    /// Nothing is wrong.
    Well,
}

impl Mood {
    /// The tone's name in the style sheet.
    pub fn tone(self) -> &'static str {
        match self {
            Self::Danger => "danger",
            Self::Warning => "warning",
            Self::Well => "success",
        }
    }
}

pub(super) fn all(
    frame: &Frame,
    tallied: &Tallied,
    board: &BTreeMap<Folder, Health>,
    max_age: MaxAge,
) -> Vec<Fact> {
    let words = frame.words;
    let fact = |name: &str, count: u64, word: String, address: &str, alarm: Mood| Fact {
        name: words.say(name),
        number: words.number(count),
        word,
        address: address.to_owned(),
        mood: if count == 0 { Mood::Well } else { alarm },
    };
    let waiting = words.counted("overview-of-waiting", tallied.waiting);
    let near = words.counted("overview-due-next", tallied.due_next());
    let mut facts = vec![
        fact("overview-urgent", tallied.urgent, waiting, "/?prioritaet=hoch", Mood::Danger),
        fact("overview-overdue", tallied.overdue, near, "/?frist=ueberschritten", Mood::Danger),
    ];
    if let Some(most) = max_age.0 {
        let days = u64::try_from(most.as_hours() / 24).unwrap_or_default();
        let word = words.counted("overview-longer-than", days);
        facts.push(fact("overview-too-long", tallied.too_long, word, "/?sortierung=wartezeit", Mood::Danger));
    }
    let word = words.say("overview-unsure-word");
    facts.push(fact("overview-unsure", tallied.unsure, word, "/?unsicher=1", Mood::Warning));
    facts.push(wellbeing(frame, board));
    facts
}

/// Whether Langhals is well: what it does not see, it does not sort.
fn wellbeing(frame: &Frame, board: &BTreeMap<Folder, Health>) -> Fact {
    let words = frame.words;
    let count = |is: fn(&Health) -> bool| board.values().filter(|health| is(health)).count() as u64;
    let down = count(|health| matches!(health.connection, Connection::Down { .. }));
    let warned = count(|health| health.warning.is_some()) + u64::from(frame.model.refused.is_some());
    let (number, word, mood) = match (board.len(), down, warned) {
        (0, ..) => ("overview-well-unknown", words.say("overview-well-unknown-word"), Mood::Warning),
        (_, 1.., _) => ("overview-well-not", words.counted("overview-well-not-word", down), Mood::Danger),
        (_, 0, 1..) => {
            ("overview-well-hint", words.counted("overview-well-hint-word", warned), Mood::Warning)
        }
        _ => ("overview-well-yes", words.say("overview-well-yes-word"), Mood::Well),
    };
    let (name, number) = (words.say("overview-well"), words.say(number));
    Fact { name, number, word, address: "/zustand".to_owned(), mood }
}
