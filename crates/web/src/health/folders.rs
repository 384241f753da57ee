//! Each folder in a line: its connection, what came, how tags get into it, and what to do.

use domain::Folder;
use store::{Connection, Health, Marking};

use crate::frame::Frame;
use crate::stranger;
use crate::words::Language;

/// Longer names are cut.
const NAME: usize = 60;
/// Longer sentences of the mailbox are cut.
const SENTENCE: usize = 600;

/// One folder.
pub(super) struct FolderLine {
    pub mailbox: String,
    pub folder: String,
    pub link: Link,
    pub since: String,
    /// How often it had to be connected again, where it had to.
    pub reconnects: Option<String>,
    pub newest: Option<String>,
    pub sorted: String,
    /// What waits to be sorted, where anything does.
    pub backlog: Option<String>,
    /// How tags get into it.
    pub marking: Option<String>,
    /// What it means and what to do, in plain words.
    pub todo: Vec<String>,
    /// The mailbox's own sentences, for operators.
    pub sentences: Vec<String>,
}

/// A connection in the page's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Link {
    Connecting,
    Sorting,
    Watching,
    Down,
}

impl FolderLine {
    pub fn new(folder: &Folder, health: &Health, frame: &Frame) -> Self {
        let words = frame.words;
        let again = (health.reconnects > 0).then(|| words.counted("health-reconnects", health.reconnects));
        let sentences = match &health.connection {
            Connection::Down { sentence, .. } => Some(sentence),
            _ => None,
        };
        let sentences = sentences.into_iter().chain(&health.warning);
        Self {
            mailbox: stranger::shown(&folder.mailbox, NAME),
            folder: stranger::shown(&folder.name, NAME),
            link: match health.connection {
                Connection::Connecting => Link::Connecting,
                Connection::Sorting => Link::Sorting,
                Connection::Watching => Link::Watching,
                Connection::Down { .. } => Link::Down,
            },
            since: words.moment(health.since),
            reconnects: again.filter(|_| frame.visitor.rights.operates()),
            newest: health.newest.map(|at| words.moment(at)),
            sorted: words.number(health.sorted),
            backlog: (health.backlog > 0).then(|| words.counted("health-backlog-about", health.backlog)),
            marking: health.marking.map(|marking| marking_of(words, marking)),
            todo: todo(health, frame),
            sentences: sentences
                .filter(|_| frame.visitor.rights.operates())
                .map(|sentence| stranger::shown(sentence, SENTENCE))
                .collect(),
        }
    }
}

fn marking_of(words: Language, marking: Marking) -> String {
    words.say(match marking {
        Marking::Keywords => "marking-keywords",
        Marking::Folders => "marking-folders",
        Marking::Flagged => "marking-flagged",
        Marking::QueueOnly => "marking-queue",
    })
}

/// What it means for the work, and what to do about it; operators are told to act, others whom to ask.
fn todo(health: &Health, frame: &Frame) -> Vec<String> {
    let words = frame.words;
    let operates = frame.visitor.rights.operates();
    let mut todo = Vec::new();
    if let Connection::Down { again, .. } = &health.connection {
        let name = match (health.needs_help, operates) {
            (true, true) => "todo-down-lasting-operator",
            (true, false) => "todo-down-lasting",
            (false, true) => "todo-down-operator",
            (false, false) => "todo-down",
        };
        todo.push(words.fill(name, &[("again", words.time(*again).into())]));
    }
    if health.warning.is_some() {
        todo.push(words.say(if operates { "todo-warning-operator" } else { "todo-warning" }));
    }
    if health.backlog > 0 && !matches!(health.connection, Connection::Down { .. }) {
        todo.push(words.say("todo-backlog"));
    }
    todo
}
