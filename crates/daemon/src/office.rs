//! The office: every mailbox's folders, each attended to by a task of its own, so that one disturbs no other.

use std::sync::Arc;

use domain::Folder;
use store::{Board, Connection as State, Ledger};
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::attend::{AttendError, Attendant};
use crate::backoff::LONGEST;
use crate::clock::Clock;
use crate::desk::Desk;
use crate::letters::{Broken, Caution};
use crate::post::Post;
use crate::watch::{stopped, watch as watch_folder};

/// Enough to find one mail among a batch that breaks the connection.
const NARROWING_ROUNDS: usize = 8;

/// Everything the daemon works with.
#[derive(Clone, Debug)]
pub struct Office {
    /// What mails are judged with.
    pub desk: Arc<Desk>,
    /// The book.
    pub ledger: Arc<Ledger>,
    /// How each folder is right now.
    pub board: Arc<Board>,
    /// The mailboxes.
    pub posts: Vec<Post>,
    /// Tells the time.
    pub clock: Clock,
}

/// A folder that could not be sorted.
#[derive(Debug)]
pub struct Failure {
    /// Which one.
    pub folder: Folder,
    /// Why, and what to do.
    pub error: AttendError,
}

impl Office {
    /// Watches every folder until `stop` turns true, then lets go of them.
    pub async fn watch(&self, stop: watch::Receiver<bool>) {
        let mut tasks = JoinSet::new();
        for (post, folder) in self.folders() {
            let attendant = self.attendant(&post, folder);
            tasks.spawn(supervised(attendant, post, stop.clone()));
        }
        while tasks.join_next().await.is_some() {}
    }

    /// Sorts everything that waits, once. Returns how many messages were sorted, and what failed.
    pub async fn once(&self) -> (usize, Vec<Failure>) {
        let mut tasks = Vec::new();
        for (post, folder) in self.folders() {
            let attendant = self.attendant(&post, folder.clone());
            tasks.push((folder, tokio::spawn(once(attendant, post))));
        }
        let (mut sorted, mut failures) = (0, Vec::new());
        for (folder, task) in tasks {
            match task.await.unwrap_or(Err(AttendError::Broken(Broken))) {
                Ok(messages) => sorted += messages,
                Err(error) => failures.push(Failure { folder, error }),
            }
        }
        (sorted, failures)
    }

    fn folders(&self) -> Vec<(Post, Folder)> {
        let folder =
            |post: &Post, name: &String| Folder { mailbox: post.account.name.clone(), name: name.clone() };
        let of = |post: &Post| {
            post.folders.iter().map(|name| (post.clone(), folder(post, name))).collect::<Vec<_>>()
        };
        self.posts.iter().flat_map(of).collect()
    }

    fn attendant(&self, post: &Post, folder: Folder) -> Attendant {
        Attendant {
            folder,
            write: post.write,
            desk: Arc::clone(&self.desk),
            ledger: Arc::clone(&self.ledger),
            board: Arc::clone(&self.board),
            clock: self.clock,
            caution: Caution::default(),
            not_kept: None,
            reviewed: None,
        }
    }
}

/// A task that breaks is started again: one folder's fault is never another's, nor its own for good.
async fn supervised(attendant: Attendant, post: Post, mut stop: watch::Receiver<bool>) {
    loop {
        let watching = tokio::spawn(watch_folder(attendant.clone(), post.clone(), stop.clone()));
        let Err(error) = watching.await else { return };
        tracing::error!(
            name: "daemon.task", folder = %attendant.folder, panicked = error.is_panic(),
            "a folder's task broke and is started again; please report this"
        );
        tokio::select! {
            () = tokio::time::sleep(LONGEST) => {}
            () = stopped(&mut stop) => return,
        }
    }
}

/// Once through a folder. What breaks the connection while it is fetched is narrowed down at once.
async fn once(mut attendant: Attendant, post: Post) -> Result<usize, AttendError> {
    for _ in 0..NARROWING_ROUNDS {
        match attend_once(&mut attendant, &post).await {
            Err(_) if attendant.caution.is_narrowing() => {}
            ended => return ended,
        }
    }
    attend_once(&mut attendant, &post).await
}

async fn attend_once(attendant: &mut Attendant, post: &Post) -> Result<usize, AttendError> {
    attendant.board.set(&attendant.folder, State::Connecting, (attendant.clock)());
    let mut connection = mailbox::connect(&post.account).await?;
    attendant.board.set(&attendant.folder, State::Sorting, (attendant.clock)());
    let sorted = attendant.attend(&mut connection).await?;
    connection.logout().await;
    Ok(sorted)
}
