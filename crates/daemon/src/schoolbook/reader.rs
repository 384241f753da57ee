//! Reading the wanted mails of one mailbox: by UID where those still hold, else by arrival and fingerprint.

use std::collections::{BTreeMap, VecDeque};
use std::panic::{AssertUnwindSafe, catch_unwind};

use domain::{Class, Defect, Folder, Message, Priority, Uid, UidValidity};
use jiff::Timestamp;
use mailbox::{Access, Connection, Error, Summary};
use model::Example;
use store::Correction;

use super::Schoolbook;
use crate::known::fingerprints;
use crate::letters::{self, BATCH, Broken, Caution, Fetched, Listing};
use crate::post::Post;

/// Octets of raw mail in memory at once: sorting goes on beside it.
const OCTETS: u64 = 8 * 1024 * 1024;
/// A connection that breaks is made anew so often for a folder: enough to find one mail that breaks it.
const ATTEMPTS: usize = 8;

/// A corrected mail that is to be found.
#[derive(Debug)]
pub(crate) struct Wanted {
    /// Its place among the corrections, which are in the order in which people decided.
    number: usize,
    folder: Folder,
    validity: UidValidity,
    uid: Uid,
    pub fingerprint: String,
    arrived: Option<Timestamp>,
    class: Class,
    priority: Priority,
}

impl Wanted {
    /// `None` where nobody has decided what it is.
    pub fn of(number: usize, correction: &Correction) -> Option<Self> {
        let (class, priority) = correction.answer()?;
        Some(Self {
            number,
            folder: correction.folder.clone(),
            validity: correction.validity,
            uid: correction.uid,
            fingerprint: correction.fingerprint.clone(),
            arrived: correction.arrived,
            class,
            priority,
        })
    }

    fn learnt_as(&self, message: Message) -> Example {
        Example {
            id: format!("{}:{}", self.folder.mailbox, self.fingerprint),
            message,
            class: self.class,
            priority: self.priority,
            group: String::new(),
            difficulty: "corrected".to_owned(),
            language: "unknown".to_owned(),
        }
    }
}

/// One mailbox, and what is looked for in it.
pub(crate) struct Reader<'r> {
    post: &'r Post,
    connection: Option<Connection>,
    /// Whether it could not be reached when it was last tried.
    unreachable: bool,
    /// How many were wanted at first.
    all: usize,
    /// Those that were not found yet, by fingerprint.
    wanted: BTreeMap<String, Wanted>,
    read: Vec<(usize, Example)>,
    unreadable: usize,
    /// Octets of text that there is still room for.
    room: usize,
    left_out: usize,
    troubles: Vec<String>,
    progress: &'r mut (dyn FnMut(usize) + Send),
}

/// How the wanted mails of a folder are found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum How {
    /// By the UIDs under which they were last seen.
    ByUid,
    /// Among all mails of the folder.
    BySearch,
}

/// Why a mailbox was not read to its end.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Lost {
    #[error(transparent)]
    Mailbox(#[from] Error),
    #[error(transparent)]
    Broken(#[from] Broken),
}

/// A folder to look in: as the book calls it, and as the server does.
struct Place {
    folder: Folder,
    on_server: String,
}

impl<'r> Reader<'r> {
    pub fn new(
        post: &'r Post,
        wanted: BTreeMap<String, Wanted>,
        room: usize,
        progress: &'r mut (dyn FnMut(usize) + Send),
    ) -> Self {
        Self {
            post,
            connection: None,
            unreachable: false,
            all: wanted.len(),
            wanted,
            read: Vec::new(),
            unreadable: 0,
            room,
            left_out: 0,
            troubles: Vec::new(),
            progress,
        }
    }

    /// Looks in every folder: first where mails were last seen, then anywhere for those that were not there.
    pub async fn all(&mut self) -> Result<(), Lost> {
        let places = self.places().await?;
        for how in [How::ByUid, How::BySearch] {
            for place in &places {
                self.visit(place, how).await?;
            }
        }
        Ok(())
    }

    /// Books what was read, and what was not; `ended` says whether everything was looked for.
    pub async fn close(self, ended: Result<(), Lost>, book: &mut Schoolbook) -> Vec<(usize, Example)> {
        if let Some(connection) = self.connection {
            connection.logout().await;
        }
        book.unreadable += self.unreadable;
        book.left_out += self.left_out;
        book.troubles.extend(self.troubles);
        match ended {
            Ok(()) => book.gone += self.wanted.len(),
            Err(lost) => {
                book.unreached += self.wanted.len();
                book.troubles.push(format!("{}: {lost}", self.post.account.name));
            }
        }
        self.read
    }

    async fn connection(&mut self) -> Result<&mut Connection, Lost> {
        let sound = self.connection.take().filter(Connection::is_sound);
        let connection = if let Some(connection) = sound {
            connection
        } else {
            let connected = mailbox::connect(&self.post.account).await;
            self.unreachable = connected.is_err();
            connected?
        };
        Ok(self.connection.insert(connection))
    }

    /// The folders that are watched, and those of the classes where messages may be moved.
    async fn places(&mut self) -> Result<Vec<Place>, Lost> {
        let post = self.post;
        let place = |name: &str, on_server: String| Place { folder: post.folder(name), on_server };
        let mut places: Vec<Place> = post.folders.iter().map(|name| place(name, name.clone())).collect();
        if post.write.may_move() {
            let delimiter = self.connection().await?.delimiter().await?;
            for class_folder in post.folders.iter().flat_map(|name| post.class_folders_of(name)) {
                if places.iter().all(|known| known.folder.name != class_folder.name) {
                    places.push(place(&class_folder.name, class_folder.on_server(delimiter)));
                }
            }
        }
        Ok(places)
    }

    /// Reads what is wanted and found in a folder, over a new connection where one is lost. What breaks it again and
    /// again is narrowed down to the one mail that does so; a folder that cannot be opened is said and passed over.
    async fn visit(&mut self, place: &Place, how: How) -> Result<(), Lost> {
        let mut caution = Caution::default();
        for _ in 0..ATTEMPTS {
            if !self.wants_of(place, how) {
                return Ok(());
            }
            caution.resume();
            match self.look(place, how, &mut caution).await {
                Ok(()) | Err(Lost::Mailbox(Error::FolderMissing { .. })) => return Ok(()),
                Err(lost) if self.connection.as_ref().is_some_and(Connection::is_sound) => {
                    self.troubles.push(format!("{}: {lost}", place.folder));
                    return Ok(());
                }
                Err(lost) if self.unreachable => return Err(lost),
                Err(_) => {}
            }
        }
        self.look(place, how, &mut caution).await
    }

    fn wants_of(&self, place: &Place, how: How) -> bool {
        let mut wanted = self.wanted.values();
        if how == How::BySearch {
            !self.wanted.is_empty()
        } else {
            wanted.any(|one| one.folder == place.folder)
        }
    }

    async fn look(&mut self, place: &Place, how: How, caution: &mut Caution) -> Result<(), Lost> {
        let selected = self.connection().await?.select(&place.on_server, Access::ReadOnly).await?;
        match how {
            How::ByUid => {
                let here =
                    |one: &&Wanted| one.folder == place.folder && one.validity == selected.uid_validity;
                let mut uids: Vec<Uid> = self.wanted.values().filter(here).map(|one| one.uid).collect();
                uids.sort_unstable();
                for uids in uids.chunks(BATCH) {
                    let listed = self.connection().await?.summaries_of(uids).await?;
                    self.take(Some(&place.folder), listed, caution).await?;
                }
            }
            How::BySearch => {
                let mut listing = Listing::new(Uid(1), selected.uid_next);
                while !self.wanted.is_empty() {
                    let connection = self.connection().await?;
                    let Some(listed) = listing.next(connection, caution).await? else { break };
                    self.take(None, listed, caution).await?;
                }
            }
        }
        Ok(())
    }

    /// Reads those of the listed mails that are wanted.
    async fn take(
        &mut self,
        known_in: Option<&Folder>,
        mut listed: Vec<Summary>,
        caution: &mut Caution,
    ) -> Result<(), Lost> {
        listed.retain(|summary| self.may_be_wanted(summary));
        let mut rest = VecDeque::from(listed);
        while let Some(first) = rest.front().map(|summary| summary.uid) {
            if caution.is_given_up(first) {
                caution.give_up();
                rest.pop_front();
                self.give_up(known_in, first);
                continue;
            }
            let batch = letters::next_batch(&mut rest, caution.most(first, BATCH), OCTETS);
            let reading = caution.reading(first);
            caution.begin(first, batch.last().map_or(first, |summary| summary.uid), batch.len());
            let prints = fingerprints(self.connection().await?, &batch).await?;
            let batch: Vec<Summary> = batch
                .into_iter()
                .filter(|summary| {
                    prints.get(&summary.uid).is_some_and(|print| self.wanted.contains_key(print))
                })
                .collect();
            let fetched = letters::fetch(self.connection().await?, &batch, reading).await?;
            caution.fetched();
            self.keep(fetched, &prints).await?;
        }
        Ok(())
    }

    /// A mail that breaks the connection each time: it is not looked for again where it is known to lie.
    fn give_up(&mut self, known_in: Option<&Folder>, uid: Uid) {
        let before = self.wanted.len();
        self.wanted.retain(|_, one| one.uid != uid || Some(&one.folder) != known_in);
        self.unreadable += before - self.wanted.len();
    }

    /// Whether a mail arrived when a wanted one did; where that is not known, only its fingerprint tells.
    fn may_be_wanted(&self, summary: &Summary) -> bool {
        let second = |at: Option<Timestamp>| at.map(Timestamp::as_second);
        let at = second(summary.arrived);
        at.is_none() || self.wanted.values().any(|one| one.arrived.is_none() || second(one.arrived) == at)
    }

    /// Parses what was fetched, on a thread for work that does not wait.
    async fn keep(
        &mut self,
        fetched: BTreeMap<Uid, Fetched>,
        prints: &BTreeMap<Uid, String>,
    ) -> Result<(), Lost> {
        let parse = || fetched.into_iter().map(|(uid, fetched)| (uid, message(&fetched))).collect::<Vec<_>>();
        for (uid, message) in letters::at_a_seat(parse).await? {
            let Some(one) = prints.get(&uid).and_then(|print| self.wanted.remove(print)) else { continue };
            match message {
                None => self.unreadable += 1,
                Some(message) if octets_of(&message) > self.room => self.left_out += 1,
                Some(message) => {
                    self.room -= octets_of(&message);
                    self.read.push((one.number, one.learnt_as(message)));
                }
            }
        }
        (self.progress)(self.all - self.wanted.len());
        Ok(())
    }
}

/// A mail as the journey parses it; `None` where nothing of it can be understood, or nobody is to read it.
fn message(fetched: &Fetched) -> Option<Message> {
    let Fetched::Mail(raw) = fetched else { return None };
    let (message, defects) = catch_unwind(AssertUnwindSafe(|| parse::message(&raw.bytes))).ok()?;
    (!defects.contains(&Defect::Unreadable) && !triage::is_personal(&message)).then_some(message)
}

/// How much text of a message is kept.
pub(crate) fn octets_of(message: &Message) -> usize {
    message.text.len() + message.signature.len() + message.subject.len()
}
