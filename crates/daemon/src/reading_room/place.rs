//! A place in the reading room: the one connection of a mailbox that people at the page share, one after the other.

use std::sync::Arc;
use std::time::Duration;

use mailbox::{Access, Connection, Selected};
use store::Key;
use tokio::sync::{Mutex, MutexGuard};
use tokio::time::{Instant, sleep_until};

use super::{ReadingError, gone};
use crate::doors::Doors;
use crate::post::Post;

/// A connection that nobody used for so long is closed.
const UNUSED: Duration = Duration::from_mins(1);
/// A mailbox that could not be reached is not tried anew for every page that somebody opens.
const REST: Duration = Duration::from_secs(10);

/// A mailbox, and who sits there.
#[derive(Debug)]
pub(super) struct Place {
    pub post: Post,
    doors: Doors,
    kept: Mutex<Kept>,
}

#[derive(Debug)]
struct Kept {
    connection: Option<Connection>,
    used: Instant,
    /// Whether somebody will close it.
    attended: bool,
    /// Since when it cannot be reached.
    failed: Option<Instant>,
}

impl Place {
    pub fn new(post: Post, doors: Doors) -> Self {
        let kept = Kept { connection: None, used: Instant::now(), attended: false, failed: None };
        Self { post, doors, kept: Mutex::new(kept) }
    }

    /// Waits until everybody who came before is done.
    pub async fn sit(self: &Arc<Self>) -> Seat<'_> {
        Seat { kept: self.kept.lock().await, place: self }
    }

    /// Opens the folder of a message, if its UIDs still mean what they did.
    pub async fn open(
        &self,
        connection: &mut Connection,
        key: &Key,
        access: Access,
    ) -> Result<Selected, ReadingError> {
        let name = self.name_on_server(connection, &key.folder.name).await?;
        let selected = match connection.select(&name, access).await {
            Err(mailbox::Error::FolderMissing { .. }) => return Err(gone(key)),
            selected => selected?,
        };
        if selected.uid_validity == key.validity { Ok(selected) } else { Err(gone(key)) }
    }

    async fn name_on_server(
        &self,
        connection: &mut Connection,
        name: &str,
    ) -> Result<String, mailbox::Error> {
        let watched = self.post.folders.iter();
        let of_a_class = watched
            .flat_map(|watched| self.post.class_folders_of(watched))
            .find(|folder| folder.name == name && !self.post.folders.iter().any(|watched| watched == name));
        match of_a_class {
            Some(folder) => Ok(folder.on_server(connection.delimiter().await?)),
            None => Ok(name.to_owned()),
        }
    }
}

/// A place that is taken.
pub(super) struct Seat<'p> {
    place: &'p Arc<Place>,
    kept: MutexGuard<'p, Kept>,
}

impl Seat<'_> {
    /// The connection; a new one where there is none, or it was lost.
    pub async fn connection(&mut self) -> Result<&mut Connection, mailbox::Error> {
        let kept = &mut *self.kept;
        kept.used = Instant::now();
        let connection = if let Some(connection) = kept.connection.take().filter(Connection::is_sound) {
            connection
        } else {
            kept.failed = Some(kept.used);
            self.place.doors.connect(&self.place.post.account).await?
        };
        kept.failed = None;
        if !kept.attended {
            kept.attended = true;
            tokio::spawn(close_when_unused(Arc::clone(self.place)));
        }
        Ok(kept.connection.insert(connection))
    }

    /// Whether the connection was lost while it was used.
    pub fn is_lost(&self) -> bool {
        self.kept.connection.as_ref().is_some_and(|connection| !connection.is_sound())
    }

    /// Whether the mailbox could not be reached a moment ago.
    pub fn rests(&self) -> bool {
        self.kept.failed.is_some_and(|failed| failed.elapsed() < REST)
    }
}

/// One task a connection; it sleeps until the connection has not been used for a while.
async fn close_when_unused(place: Arc<Place>) {
    let mut due = Instant::now() + UNUSED;
    loop {
        sleep_until(due).await;
        let mut kept = place.kept.lock().await;
        due = kept.used + UNUSED;
        if due > Instant::now() {
            continue;
        }
        kept.attended = false;
        let connection = kept.connection.take();
        drop(kept);
        if let Some(connection) = connection.filter(Connection::is_sound) {
            connection.logout().await;
        }
        return;
    }
}
