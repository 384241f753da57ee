//! One `[[mailbox]]` of the configuration, as the daemon needs it.

use std::time::Duration;

use domain::{Tag, TagPrefix};
use mailbox::{Account, Selected};

/// A mailbox to watch.
#[derive(Clone, Debug)]
pub struct Post {
    /// How to reach it.
    pub account: Account,
    /// Which of its folders.
    pub folders: Vec<String>,
    /// How suggestions get into it.
    pub write: WriteMode,
    /// How often to ask a server that cannot announce news (no IDLE).
    pub poll: Duration,
}

/// What the operator chose: `write` in the configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WriteMode {
    /// Keywords where they stick, else the queue page alone, with a warning.
    Auto,
    /// Keywords, and nothing else will do.
    Keywords,
    /// The queue page alone.
    None,
}

/// What a folder can do with suggestions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WriteBack {
    /// Keywords stick.
    Keywords,
    /// The queue alone, because the operator wants it so.
    QueueOnly,
    /// The queue alone, because the folder keeps no keywords: the sentence says why and what to do.
    Fallback(String),
    /// The operator wants keywords and the folder keeps none.
    Impossible(String),
}

impl WriteMode {
    /// What this mode comes to in a folder as it was selected.
    pub fn in_folder(self, selected: &Selected, prefix: &TagPrefix) -> WriteBack {
        match (self, obstacle(selected, prefix)) {
            (Self::None, _) => WriteBack::QueueOnly,
            (_, None) => WriteBack::Keywords,
            (Self::Auto, Some(why)) => {
                WriteBack::Fallback(format!("{why}; until then the queue alone shows the suggestions"))
            }
            (Self::Keywords, Some(why)) => {
                WriteBack::Impossible(format!("{why}, or set write = \"auto\" or \"none\""))
            }
        }
    }
}

fn obstacle(selected: &Selected, prefix: &TagPrefix) -> Option<String> {
    if selected.read_only {
        return Some(
            "the folder is read-only for this user: give it the rights to write flags (IMAP ACL \"w\")"
                .to_owned(),
        );
    }
    let refused = Tag::ALL.iter().map(|tag| prefix.keyword(*tag)).find(|word| !selected.keeps(word))?;
    Some(format!(
        "the server keeps no new keywords here (PERMANENTFLAGS names neither \\* nor {refused}): allow keywords on the server"
    ))
}
