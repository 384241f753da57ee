//! One `[[mailbox]]` of the configuration, as the daemon needs it, and what its folders can do with suggestions.

use std::time::Duration;

use domain::{Class, Folder, Label as _, Tag, TagPrefix};
use mailbox::{Account, Selected, Server};

/// A mailbox to watch.
#[derive(Clone, Debug)]
pub struct Post {
    /// How to reach it.
    pub account: Account,
    /// Which of its folders.
    pub folders: Vec<String>,
    /// How suggestions get into it.
    pub write: WriteMode,
    /// The folders of the classes, in the order of [`Class::ALL`], where the operator named them; else
    /// they lie below each watched folder.
    pub class_folders: Option<[String; 3]>,
    /// How often to ask a server that cannot announce news.
    pub poll: Duration,
    /// At most so many connections at once.
    pub connections: usize,
}

/// What the operator chose: `write` in the configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WriteMode {
    /// Keywords where they stick, else this.
    Auto(Fallback),
    /// Keywords, and nothing else will do.
    Keywords,
    /// Messages are moved into the folder of their class.
    Folders,
    /// `\Flagged` stands for high priority.
    Flagged,
    /// The queue page alone.
    None,
}

/// What `auto` takes where keywords do not stick: `fallback` in the configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fallback {
    /// See [`WriteMode::Folders`].
    Folders,
    /// See [`WriteMode::Flagged`].
    Flagged,
    /// See [`WriteMode::None`].
    None,
}

/// What a folder can do with suggestions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WriteBack {
    /// Keywords stick.
    Keywords,
    /// Messages are moved into the folder of their class. The sentence says why not keywords, where they were wanted.
    Folders(Option<String>),
    /// `\Flagged` stands for high priority; the sentence as above.
    Flagged(Option<String>),
    /// The queue alone, because the operator wants it so.
    QueueOnly,
    /// The queue alone, because the folder keeps no keywords: the sentence says why and what to do.
    Fallback(String),
    /// The operator wants what the folder cannot do.
    Impossible(String),
}

impl WriteMode {
    /// What this mode comes to in a folder as it was selected.
    pub fn in_folder(self, selected: &Selected, server: &Server, prefix: &TagPrefix) -> WriteBack {
        let keywords = no_keywords(selected, prefix);
        match (self, keywords) {
            (Self::None, _) => WriteBack::QueueOnly,
            (Self::Keywords | Self::Auto(_), None) => WriteBack::Keywords,
            (Self::Keywords, Some(why)) => {
                WriteBack::Impossible(format!("{why}, or set write = \"auto\" or \"none\""))
            }
            (Self::Folders, _) => folders(selected, server, None),
            (Self::Flagged, _) => flagged(selected, None),
            (Self::Auto(Fallback::Folders), why) => folders(selected, server, why),
            (Self::Auto(Fallback::Flagged), why) => flagged(selected, why),
            (Self::Auto(Fallback::None), Some(why)) => WriteBack::Fallback(queue_alone(&why)),
        }
    }

    /// Whether messages may be moved.
    pub(crate) fn may_move(self) -> bool {
        matches!(self, Self::Folders | Self::Auto(Fallback::Folders))
    }

    /// What `auto` comes to on a server that said it keeps keywords, and kept none.
    pub(crate) fn without_keywords(self, selected: &Selected, server: &Server, why: &str) -> WriteBack {
        match self {
            Self::Auto(Fallback::Folders) => folders(selected, server, Some(why.to_owned())),
            Self::Auto(Fallback::Flagged) => flagged(selected, Some(why.to_owned())),
            Self::Auto(Fallback::None) => WriteBack::Fallback(queue_alone(why)),
            Self::Keywords | Self::Folders | Self::Flagged | Self::None => WriteBack::Keywords,
        }
    }
}

fn queue_alone(why: &str) -> String {
    format!("{why}; until then the queue alone shows the suggestions")
}

fn folders(selected: &Selected, server: &Server, why: Option<String>) -> WriteBack {
    if let Some(why) = read_only(selected) {
        return WriteBack::Impossible(why);
    }
    if server.offers("MOVE") || server.offers("UIDPLUS") {
        WriteBack::Folders(why)
    } else {
        WriteBack::Impossible(
            "the server offers neither MOVE nor UIDPLUS: without them a message could be doubled or another one \
             lost; set write = \"auto\", \"flagged\" or \"none\""
                .to_owned(),
        )
    }
}

fn flagged(selected: &Selected, why: Option<String>) -> WriteBack {
    match read_only(selected) {
        Some(why) => WriteBack::Impossible(why),
        None if selected.keeps("\\Flagged") => WriteBack::Flagged(why),
        None => WriteBack::Impossible(
            "the server does not keep \\Flagged here: set write = \"auto\" or \"none\"".to_owned(),
        ),
    }
}

fn read_only(selected: &Selected) -> Option<String> {
    selected.read_only.then(|| {
        "the folder is read-only for this user: give it the rights to change flags and messages (IMAP ACL \"wte\")"
            .to_owned()
    })
}

fn no_keywords(selected: &Selected, prefix: &TagPrefix) -> Option<String> {
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

/// The folder of a class.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ClassFolder {
    pub class: Class,
    /// As it is shown and kept in the book.
    pub name: String,
    /// The watched folder below which it lies; none where the operator named it as a whole.
    below: Option<String>,
}

impl ClassFolder {
    /// Its name on a server with this delimiter between the parts of a name (RFC 3501, 5.1.1).
    pub fn on_server(&self, delimiter: Option<char>) -> String {
        match (&self.below, delimiter) {
            (Some(below), Some(delimiter)) => {
                format!("{below}{delimiter}{}", Tag::of_class(self.class).title())
            }
            _ => self.name.clone(),
        }
    }
}

impl Post {
    /// The folders of the classes for a watched folder.
    pub(crate) fn class_folders_of(&self, watched: &str) -> [ClassFolder; 3] {
        Class::ALL.map(|class| match &self.class_folders {
            Some(names) => ClassFolder { class, name: names[class.index()].clone(), below: None },
            None => ClassFolder {
                class,
                name: format!("{watched}/{}", Tag::of_class(class).title()),
                below: Some(watched.to_owned()),
            },
        })
    }

    /// A folder of this mailbox, as the book knows it.
    pub(crate) fn folder(&self, name: &str) -> Folder {
        Folder { mailbox: self.account.name.clone(), name: name.to_owned() }
    }
}
