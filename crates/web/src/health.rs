//! How Langhals is: connections, servers, what was set aside, the state on disk, and what to do about each.
//!
//! Team and supervisors are told in plain words what it means for their work; operators see hosts, capabilities
//! and the mailbox's own sentence as well. Nobody sees a mailbox that their role does not cover.

mod aside;
mod drift;
mod folders;
mod servers;
mod state;

use std::collections::BTreeMap;
use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::extract::State as Shared;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::get;
use domain::{Folder, Tag};
use store::{Connection, Health, LedgerError};

use self::aside::Aside;
use self::folders::{FolderLine, Link};
use self::servers::ServerLine;
use self::state::StateView;
use crate::frame::{Frame, Place};
use crate::note::{Note, html};
use crate::visitor::Visitor;
use crate::words::Language;
use crate::{Page, names};

/// The page's routes.
pub(crate) fn routes() -> Router<Arc<Page>> {
    Router::new().route("/zustand", get(health))
}

async fn health(Shared(page): Shared<Arc<Page>>, visitor: Visitor) -> Response {
    match looked(&page, &visitor).await {
        Ok((aside, state)) => {
            let frame = Frame::new(&page, visitor, Place::Health);
            html(StatusCode::OK, &HealthView::new(frame, &page, aside, state))
        }
        Err(why) => {
            // The sentence is the operator's: it may name directories.
            tracing::error!(name: "web.health", error = %why, "the page cannot show how the state is");
            Note::Unreadable.page(&page, visitor)
        }
    }
}

#[derive(Debug, thiserror::Error)]
enum Unreadable {
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    #[error("cannot look at the state directory: {0}")]
    State(#[from] std::io::Error),
    /// Why is not said: a panic's text can hold a mail's.
    #[error("reading it broke; please report this")]
    Task(#[from] tokio::task::JoinError),
}

/// Ledger and directory are read from disk, so they get a thread of their own.
async fn looked(page: &Arc<Page>, visitor: &Visitor) -> Result<(Vec<Aside>, StateView), Unreadable> {
    let (page, visitor) = (Arc::clone(page), visitor.clone());
    let look = move || {
        let aside = aside::all(&page, &visitor)?;
        let state = StateView::new(&page.ledger.premises()?, (page.clock)(), visitor.language);
        Ok::<_, Unreadable>((aside, state))
    };
    tokio::task::spawn_blocking(look).await?
}

/// The page "Zustand".
#[derive(Template)]
#[template(path = "health.html")]
struct HealthView {
    frame: Frame,
    operates: bool,
    folders: Vec<FolderLine>,
    down: u64,
    warned: u64,
    servers: Vec<ServerLine>,
    aside: Vec<Aside>,
    state: StateView,
    /// What is no longer like what the model was measured on, in sentences.
    drift: Vec<String>,
    tags: Vec<(String, String, String)>,
}

impl HealthView {
    fn new(frame: Frame, page: &Page, aside: Vec<Aside>, state: StateView) -> Self {
        let rights = &frame.visitor.rights;
        let board: BTreeMap<Folder, Health> =
            page.board.all().into_iter().filter(|(folder, _)| rights.sees(&folder.mailbox)).collect();
        let count = |is: fn(&Health) -> bool| board.values().filter(|health| is(health)).count() as u64;
        let words = frame.words;
        let tag = |tag| (page.prefix.keyword(tag), names::tag(words, tag), meaning(words, tag));
        Self {
            operates: rights.operates(),
            down: count(|health| matches!(health.connection, Connection::Down { .. })),
            warned: count(|health| health.warning.is_some()),
            folders: board.iter().map(|(folder, health)| FolderLine::new(folder, health, &frame)).collect(),
            servers: servers::all(&board, words),
            aside,
            state,
            drift: drift::alarms(&page.board.drift(), words),
            tags: Tag::ALL.map(tag).to_vec(),
            frame,
        }
    }

    /// How many of how many folders are down.
    fn down_of(&self) -> String {
        let all = self.folders.len() as u64;
        let words = self.frame.words;
        let shown = words.number(self.down);
        let values = [("shown", shown.into()), ("count", self.down.into()), ("all", all.into())];
        words.fill("health-down", &values)
    }
}

fn meaning(words: Language, tag: Tag) -> String {
    words.say(match tag {
        Tag::Antrag => "meaning-application",
        Tag::Rueckfrage => "meaning-inquiry",
        Tag::Sonstiges => "meaning-other",
        Tag::Unsicher => "meaning-unsure",
        Tag::Hoch => "meaning-high",
        Tag::Niedrig => "meaning-low",
        Tag::Frist => "meaning-deadline",
        Tag::Verschluesselt => "meaning-encrypted",
    })
}
