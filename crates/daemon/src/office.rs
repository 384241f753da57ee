//! The office: every mailbox's folders, looked after by a connection each or by one for all, so that one
//! mailbox disturbs no other.

use std::sync::Arc;

use domain::{Class, Folder, Label as _, MaxAge, TagPrefix};
use jiff::SignedDuration;
use mailbox::Connection;
use store::{Board, Connection as State, Ledger};
use tokio::sync::{Notify, watch};
use tokio::task::JoinSet;

use crate::attend::{AttendError, Attendant, Role};
use crate::backoff::{Backoff, LONGEST};
use crate::circuit::{Circuit, Station, stopped};
use crate::clock::Clock;
use crate::doors::Doors;
use crate::letters::{BATCH_OCTETS, Broken, Caution};
use crate::post::Post;
use crate::pulse::Answers;
use crate::review::Reviewed;
use crate::takeover::Desks;

/// Octets of mail in memory at once, over all connections.
const ALL_OCTETS: u64 = 8 * BATCH_OCTETS;
/// A connection needs at least so much to get anywhere.
const LEAST_OCTETS: u64 = 2 * 1024 * 1024;
/// Enough to find one mail among a batch that breaks the connection.
const NARROWING_ROUNDS: usize = 8;

/// Everything the daemon works with.
#[derive(Clone, Debug)]
pub struct Office {
    /// What mails are judged with.
    pub desks: Desks,
    /// Whose keywords are ours.
    pub prefix: TagPrefix,
    /// The book.
    pub ledger: Arc<Ledger>,
    /// How each folder is right now.
    pub board: Arc<Board>,
    /// The mailboxes; every task has an office, and all share them.
    pub posts: Arc<[Post]>,
    /// The doors of their servers.
    pub doors: Doors,
    /// Tells the time.
    pub clock: Clock,
    /// How long a person's change must stand before it counts as their decision.
    pub stands: SignedDuration,
    /// How long a message may wait before it counts as urgent.
    pub max_age: MaxAge,
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
    /// Watches every folder until `stop` turns true, then lets go of them. Meanwhile it answers to its
    /// [`Pulse`](crate::Pulse), but not once a mailbox has lost its supervision.
    pub async fn watch(&self, stop: watch::Receiver<bool>, mut answers: Answers) {
        let broken = Arc::new(Notify::new());
        let mut tasks = JoinSet::new();
        for post in self.posts.iter() {
            let (office, doors, broken) = (self.clone(), self.doors.clone(), Arc::clone(&broken));
            tasks.spawn(office.watch_post(post.clone(), doors, stop.clone(), broken));
        }
        let all = all_end(&mut tasks, &broken);
        tokio::pin!(all);
        tokio::select! {
            () = &mut all => return,
            () = broken.notified() => {}
            () = answers.answer() => {}
        }
        drop(answers);
        all.await;
    }

    /// Sorts everything that waits, once. Returns how many messages were sorted, and what failed.
    pub async fn once(&self) -> (usize, Vec<Failure>) {
        let mut tasks = Vec::new();
        for post in self.posts.iter() {
            let attendants = self.attendants(post);
            let folders: Vec<Folder> = attendants.iter().map(|attendant| attendant.folder.clone()).collect();
            tasks.push((folders, tokio::spawn(once(attendants, post.clone(), self.doors.clone()))));
        }
        let (mut sorted, mut failures) = (0, Vec::new());
        for (folders, task) in tasks {
            match task.await {
                Ok((messages, failed)) => {
                    sorted += messages;
                    failures.extend(failed);
                }
                Err(_) => failures.extend(
                    folders.into_iter().map(|folder| Failure { folder, error: AttendError::Broken(Broken) }),
                ),
            }
        }
        (sorted, failures)
    }

    /// All folders of a mailbox, on as many connections as they need.
    async fn watch_post(
        self,
        post: Post,
        doors: Doors,
        mut stop: watch::Receiver<bool>,
        broken: Arc<Notify>,
    ) {
        let folders = self.attendants(&post).len();
        let circuits = if folders < 2 {
            1
        } else {
            let Some(shares) = self.shares_connection(&post, &doors, &mut stop).await else { return };
            if shares { 1 } else { folders.min(post.connections) }
        };
        let mut tasks = JoinSet::new();
        for circuit in 0..circuits {
            let office = self.clone();
            let (post, doors, stop) = (post.clone(), doors.clone(), stop.clone());
            tasks.spawn(async move {
                let stations = || {
                    let attendants = office.attendants(&post).into_iter().enumerate();
                    attendants
                        .filter(|(at, _)| at % circuits == circuit)
                        .map(|(_, one)| Station::new(one))
                        .collect()
                };
                let circuit = || Circuit { post: post.clone(), doors: doors.clone(), stations: stations() };
                supervised(circuit, stop).await;
            });
        }
        all_end(&mut tasks, &broken).await;
    }

    /// Whether one connection will do for all folders of a mailbox: the server reports what happens in
    /// folders that are not open. `None` where the program stops before that is known.
    async fn shares_connection(
        &self,
        post: &Post,
        doors: &Doors,
        stop: &mut watch::Receiver<bool>,
    ) -> Option<bool> {
        let attendants = self.attendants(post);
        let mut backoff = Backoff::default();
        loop {
            for attendant in &attendants {
                attendant.note(State::Connecting);
            }
            let connected = tokio::select! {
                connected = doors.connect(&post.account) => connected,
                () = stopped(stop) => return None,
            };
            let error = match connected {
                Ok(connection) => {
                    let shares = connection.server().offers("NOTIFY");
                    connection.logout().await;
                    return Some(shares);
                }
                Err(error) => AttendError::from(error),
            };
            let wait = backoff.after_failure(fastrand::f64());
            for attendant in &attendants {
                attendant.report(&error, wait);
            }
            tokio::select! {
                () = tokio::time::sleep(wait) => {}
                () = stopped(stop) => return None,
            }
        }
    }

    /// One for every folder: those that are watched, and those of the classes where messages may be moved.
    fn attendants(&self, post: &Post) -> Vec<Attendant> {
        let mut attendants: Vec<Attendant> = Vec::new();
        for name in &post.folders {
            let role = Role::Watched(post.class_folders_of(name));
            attendants.push(self.attendant(post, post.folder(name), role));
        }
        if post.write.may_move() {
            for class_folder in post.folders.iter().flat_map(|name| post.class_folders_of(name)) {
                let folder = post.folder(&class_folder.name);
                if attendants.iter().all(|attendant| attendant.folder != folder) {
                    attendants.push(self.attendant(post, folder, Role::Class(class_folder)));
                }
            }
        }
        attendants
    }

    fn attendant(&self, post: &Post, folder: Folder, role: Role) -> Attendant {
        Attendant {
            folder,
            role,
            write: post.write,
            desks: self.desks.clone(),
            prefix: self.prefix.clone(),
            ledger: Arc::clone(&self.ledger),
            board: Arc::clone(&self.board),
            clock: self.clock,
            stands: self.stands,
            max_age: self.max_age,
            octets: self.octets(),
            caution: Caution::default(),
            not_kept: None,
            mass: None,
            reviewed: Reviewed::default(),
            delimiter: None,
        }
    }

    /// Each connection's share of the memory for mail.
    fn octets(&self) -> u64 {
        let connections: usize = self.posts.iter().map(most_connections).sum();
        (ALL_OCTETS / connections.max(1) as u64).clamp(LEAST_OCTETS, BATCH_OCTETS)
    }
}

/// Waits for the end of all of them. One that breaks disturbs no other, and is told: whoever watches over the
/// program may start it anew.
async fn all_end(tasks: &mut JoinSet<()>, broken: &Notify) {
    while let Some(ended) = tasks.join_next().await {
        if ended.is_err() {
            tracing::error!(
                name: "daemon.supervision",
                "the supervision of a mailbox broke, and nobody looks after it until langhals is started anew; please report this"
            );
            broken.notify_one();
        }
    }
}

fn most_connections(post: &Post) -> usize {
    let classes = if post.write.may_move() { Class::ALL.len() } else { 0 };
    (post.folders.len() * (1 + classes)).min(post.connections)
}

/// A task that breaks is started again: one circuit's fault is never another's, nor its own for good.
async fn supervised(circuit: impl Fn() -> Circuit, mut stop: watch::Receiver<bool>) {
    loop {
        let watching = tokio::spawn(circuit().watch(stop.clone()));
        let Err(error) = watching.await else { return };
        tracing::error!(
            name: "daemon.task", panicked = error.is_panic(),
            "the task of a mailbox broke and is started again; please report this"
        );
        tokio::select! {
            () = tokio::time::sleep(LONGEST) => {}
            () = stopped(&mut stop) => return,
        }
    }
}

/// Once through the folders of a mailbox, on one connection as long as it lasts.
async fn once(attendants: Vec<Attendant>, post: Post, doors: Doors) -> (usize, Vec<Failure>) {
    let (mut sorted, mut failures) = (0, Vec::new());
    let mut line = Line { post, doors, connection: None, unreachable: false };
    for mut attendant in attendants {
        match line.through(&mut attendant).await {
            Ok(messages) => sorted += messages,
            Err(error) => failures.push(Failure { folder: attendant.folder.clone(), error }),
        }
    }
    if let Some(connection) = line.connection {
        connection.logout().await;
    }
    (sorted, failures)
}

/// A mailbox's connection, opened when it is needed.
struct Line {
    post: Post,
    doors: Doors,
    connection: Option<Connection>,
    unreachable: bool,
}

impl Line {
    /// What breaks the connection while it is fetched is narrowed down at once.
    async fn through(&mut self, attendant: &mut Attendant) -> Result<usize, AttendError> {
        for _ in 0..NARROWING_ROUNDS {
            match self.attend(attendant).await {
                Err(_) if attendant.caution.is_narrowing() => {}
                ended => return ended,
            }
        }
        self.attend(attendant).await
    }

    async fn attend(&mut self, attendant: &mut Attendant) -> Result<usize, AttendError> {
        attendant.note(State::Connecting);
        let mut connection = match self.connection.take() {
            Some(connection) => connection,
            None if self.unreachable => return Err(AttendError::NotTried),
            None => {
                let connected = self.doors.connect(&self.post.account).await;
                self.unreachable = connected.is_err();
                connected?
            }
        };
        attendant.connected(&self.post.account, connection.server());
        attendant.note(State::Sorting);
        let sorted = attendant.attend(&mut connection).await;
        self.connection = Some(connection).filter(Connection::is_sound);
        sorted
    }
}
