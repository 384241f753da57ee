//! How Langhals is: each folder's connection, what to do about it, the model, the tags and what they mean.

use std::collections::BTreeMap;
use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::extract::State as Shared;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::get;
use domain::{Folder, Tag, TagPrefix};
use store::{Connection, Health};

use crate::Page;
use crate::frame::{Frame, Place};
use crate::note::html;
use crate::visitor::Visitor;
use crate::words::Language;

/// The page's routes.
pub(crate) fn routes() -> Router<Arc<Page>> {
    Router::new().route("/zustand", get(health))
}

async fn health(Shared(page): Shared<Arc<Page>>, visitor: Visitor) -> Response {
    let frame = Frame::new(&page, visitor, Place::Health);
    html(StatusCode::OK, &HealthView::new(frame, &page.board.all(), &page.prefix))
}

/// The page "Zustand".
#[derive(Template)]
#[template(path = "health.html")]
pub(crate) struct HealthView {
    frame: Frame,
    folders: Vec<FolderView>,
    down: usize,
    warned: usize,
    tags: Vec<(String, &'static str, &'static str)>,
}

impl HealthView {
    pub(crate) fn new(frame: Frame, board: &BTreeMap<Folder, Health>, prefix: &TagPrefix) -> Self {
        let down = |health: &&Health| matches!(health.connection, Connection::Down { .. });
        Self {
            down: board.values().filter(down).count(),
            warned: board.values().filter(|health| health.warning.is_some()).count(),
            folders: board.iter().map(|(folder, health)| FolderView::new(folder, health)).collect(),
            tags: Tag::ALL.map(|tag| (prefix.keyword(tag), tag.title(), meaning(tag))).to_vec(),
            frame,
        }
    }
}

struct FolderView {
    mailbox: String,
    folder: String,
    state: State,
    since: String,
    sorted: String,
    backlog: u64,
    /// Written by the mailbox, for the operator.
    warning: Option<String>,
}

/// A connection in the page's words.
enum State {
    Connecting,
    Sorting,
    Watching,
    Down { sentence: String, again: String },
}

impl FolderView {
    fn new(folder: &Folder, health: &Health) -> Self {
        Self {
            mailbox: folder.mailbox.clone(),
            folder: folder.name.clone(),
            state: match &health.connection {
                Connection::Connecting => State::Connecting,
                Connection::Sorting => State::Sorting,
                Connection::Watching => State::Watching,
                Connection::Down { sentence, again } => {
                    State::Down { sentence: sentence.clone(), again: Language::German.time(*again) }
                }
            },
            since: Language::German.moment(health.since),
            sorted: Language::German.number(health.sorted),
            backlog: health.backlog,
            warning: health.warning.clone(),
        }
    }
}

fn meaning(tag: Tag) -> &'static str {
    match tag {
        Tag::Antrag => "beginnt oder betreibt ein Verfahren, über das die Behörde entscheiden muss",
        Tag::Rueckfrage => "möchte eine Antwort, keine Entscheidung",
        Tag::Sonstiges => "verlangt weder das eine noch das andere",
        Tag::Unsicher => "Langhals ist sich nicht sicher genug: Ein Mensch ordnet ein",
        Tag::Hoch => "eine Woche zu warten würde schaden",
        Tag::Niedrig => "niemand muss etwas tun",
        Tag::Frist => "im Text steht ein Termin oder eine Frist",
        Tag::Verschluesselt => "der Text ist nicht lesbar; beurteilt wurden nur die Kopfzeilen",
    }
}
