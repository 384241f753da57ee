//! `GET /api/v1/health`: how Langhals is.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use store::Connection;
use utoipa::ToSchema;

use super::door::Machine;
use super::problem::Refusals;
use super::shapes::rfc3339;
use crate::Page;

/// How Langhals is.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct HealthBody {
    /// The program's version.
    version: &'static str,
    /// Whether every folder is connected.
    connected: bool,
    folders: Vec<FolderHealth>,
}

/// How a folder's connection is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Condition {
    /// On its way to the server.
    Connecting,
    /// Working through what waits to be sorted.
    Sorting,
    /// Everything is sorted; waiting for news.
    Watching,
    /// Lost; tried again.
    Down,
}

/// What is known of a folder right now.
#[derive(Debug, Serialize, ToSchema)]
struct FolderHealth {
    mailbox: String,
    folder: String,
    state: Condition,
    #[schema(format = DateTime)]
    since: String,
    /// Why it is down, and what to do.
    sentence: Option<String>,
    /// When it is tried again.
    #[schema(format = DateTime)]
    again: Option<String>,
    /// What an operator should know although it works.
    warning: Option<String>,
    /// Messages sorted since the program started.
    sorted: u64,
    /// About how many wait to be sorted.
    backlog: u64,
}

/// How Langhals is
///
/// Each folder's connection, of the mailboxes that the token is for.
#[utoipa::path(get, path = "/health", tag = "house", responses((status = 200, body = HealthBody), Refusals))]
pub(super) async fn health(State(page): State<Arc<Page>>, machine: Machine) -> Json<HealthBody> {
    let board = page.board.all();
    let folders = board.iter().filter(|(folder, _)| machine.sees(&folder.mailbox));
    let folders: Vec<FolderHealth> = folders.map(|(folder, health)| folder_health(folder, health)).collect();
    let connected = folders.iter().all(|folder| folder.state != Condition::Down);
    Json(HealthBody { version: page.version, connected, folders })
}

fn folder_health(folder: &domain::Folder, health: &store::Health) -> FolderHealth {
    let (state, sentence, again) = match &health.connection {
        Connection::Connecting => (Condition::Connecting, None, None),
        Connection::Sorting => (Condition::Sorting, None, None),
        Connection::Watching => (Condition::Watching, None, None),
        Connection::Down { sentence, again } => {
            (Condition::Down, Some(sentence.clone()), Some(rfc3339(*again)))
        }
    };
    FolderHealth {
        mailbox: folder.mailbox.clone(),
        folder: folder.name.clone(),
        state,
        since: rfc3339(health.since),
        sentence,
        again,
        warning: health.warning.clone(),
        sorted: health.sorted,
        backlog: health.backlog,
    }
}
