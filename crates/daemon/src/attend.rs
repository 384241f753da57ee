//! Attending to one folder, once: take up what was left open, sort what is new, see what people did.
//!
//! ```text
//!   select ─▶ generation ─▶ recover ─▶ catch up: list ─▶ known? ─▶ fetch ─▶ judge ─▶ travel ─▶ … ─▶ review
//! ```
//!
//! Everything here may be repeated at any time with the same outcome (invariant 6).

use std::sync::Arc;
use std::time::Duration;

use domain::{Folder, MaxAge, TagPrefix, Uid, UidValidity};
use jiff::{SignedDuration, Timestamp};
use mailbox::{Access, Account, Connection, Selected, Server};
use store::{Board, CAPABILITIES, Connection as State, Cursor, Ledger, LedgerError, ServerHealth};

use tokio::time::Instant;

use crate::clock::Clock;
use crate::filing::Filing;
use crate::known;
use crate::letters::{Broken, Caution};
use crate::post::{ClassFolder, WriteBack, WriteMode};
use crate::review::Reviewed;
use crate::round::{Round, Writing};
use crate::tags::TravelError;
use crate::takeover::Desks;

/// A server that kept nothing is believed to keep nothing for so long, then tried again.
const BELIEVED: Duration = Duration::from_hours(1);
/// A warning of many changes stays in sight for so long.
const SHOWN: Duration = Duration::from_hours(24);
/// So many known messages are compared when a connection begins.
const SAMPLE: usize = 20;
/// Folders for rubbish, as mail clients name them: nothing is learnt there.
const TRASH: [&str; 5] = ["trash", "papierkorb", "gelösch", "deleted", "junk"];

/// Why a folder could not be attended to.
#[derive(Debug, thiserror::Error)]
pub enum AttendError {
    /// The mailbox failed.
    #[error(transparent)]
    Mailbox(#[from] mailbox::Error),
    /// The book could not be written or read.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// The operator wants suggestions written in a way that the folder does not allow.
    #[error("{0}")]
    CannotWrite(String),
    /// The server does not keep to its own numbers.
    #[error(
        "the server numbers this folder anew again and again, so that no message can be found again: it is left alone until that has not happened for an hour; mend the server's index"
    )]
    Unsteady,
    /// An earlier folder of the mailbox could not be reached.
    #[error("not tried, as the mailbox cannot be reached")]
    NotTried,
    /// A task of our own broke.
    #[error(transparent)]
    Broken(#[from] Broken),
}

impl From<TravelError> for AttendError {
    fn from(error: TravelError) -> Self {
        match error {
            TravelError::Ledger(error) => Self::Ledger(error),
            TravelError::Mailbox(error) => Self::Mailbox(error),
        }
    }
}

impl AttendError {
    /// Whether trying again may help without anybody doing something.
    pub fn is_temporary(&self) -> bool {
        match self {
            Self::Mailbox(error) => error.is_temporary(),
            Self::Ledger(_) | Self::Broken(_) | Self::NotTried | Self::Unsteady => true,
            Self::CannotWrite(_) => false,
        }
    }
}

/// What a folder is to us.
#[derive(Clone, Debug)]
pub(crate) enum Role {
    /// Its messages are sorted; where they may be moved, these are the folders of the classes.
    Watched([ClassFolder; 3]),
    /// Messages of this class lie here, moved by us or by people.
    Class(ClassFolder),
}

/// What is needed to attend to a folder.
#[derive(Clone, Debug)]
pub(crate) struct Attendant {
    pub folder: Folder,
    pub role: Role,
    pub write: WriteMode,
    pub desks: Desks,
    /// Whose keywords are ours.
    pub prefix: TagPrefix,
    pub ledger: Arc<Ledger>,
    pub board: Arc<Board>,
    pub clock: Clock,
    /// How long a person's change must stand before it counts.
    pub stands: SignedDuration,
    /// How long a message may wait before it counts as urgent.
    pub max_age: MaxAge,
    /// Octets of mail in memory at once.
    pub octets: u64,
    /// What broke the connection while it was fetched.
    pub caution: Caution,
    /// What the server did not keep, as long as nobody mended it.
    pub not_kept: Option<NotKept>,
    /// That many tags changed at once, and when.
    pub mass: Option<(String, Instant)>,
    /// How the folder was when people's doings were last looked at.
    pub reviewed: Reviewed,
    /// The delimiter of folder names, once the server was asked on this connection.
    pub delimiter: Option<Delimiter>,
}

/// What stands between the parts of a folder's name; `None` where the server has no hierarchy.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Delimiter(pub Option<char>);

/// What the server did not keep although it said so.
#[derive(Clone, Debug)]
pub(crate) struct NotKept {
    pub why: String,
    /// Since when not one keyword of several was kept, where that is so.
    pub nothing: Option<Instant>,
}

impl Attendant {
    /// Once through the folder. Returns how many messages were sorted.
    #[tracing::instrument(
        level = "debug", name = "mailbox.attend", skip_all,
        fields(mailbox = %self.folder.mailbox, folder = %self.folder.name)
    )]
    pub async fn attend(&mut self, connection: &mut Connection) -> Result<usize, AttendError> {
        let Some(selected) = self.select(connection).await? else { return Ok(0) };
        let cursor = self.generation(connection, &selected).await?;
        let write = self.write_back(connection, &selected).await?;
        if let Some(marking) = write.marking() {
            self.board.mark(&self.folder, marking);
        }
        self.caution.resume();

        let mut round = Round { attendant: self, connection, write, validity: selected.uid_validity };
        let mut sorted = round.recover().await?;
        let (mut first, mut next) = (cursor.next, selected.uid_next);
        loop {
            sorted += round.catch_up(first, next).await?;
            // Filing opens other folders: what came here meanwhile was announced to nobody.
            let again = round.next_after_filing().await?;
            if again <= next {
                break;
            }
            (first, next) = (next, again);
        }
        if cursor.next == Uid(1) {
            // What was on its way when the folder was numbered anew has been found again.
            sorted += round.recover().await?;
        }
        if round.review(&selected, sorted > 0).await? > 0 {
            sorted += round.recover().await?;
        }
        Ok(sorted)
    }

    /// Opens the folder; that of a class is made where it is missing and will be needed.
    async fn select(&mut self, connection: &mut Connection) -> Result<Option<Selected>, AttendError> {
        let Role::Class(folder) = self.role.clone() else {
            return Ok(Some(connection.select(&self.folder.name, Access::ReadWrite).await?));
        };
        let name = folder.on_server(self.delimiter(connection).await?);
        match connection.select(&name, Access::ReadWrite).await {
            Err(mailbox::Error::FolderMissing { .. }) if self.write == WriteMode::Folders => {
                connection.create(&name).await?;
                Ok(Some(connection.select(&name, Access::ReadWrite).await?))
            }
            // Where keywords may yet stick, it is made when the first message is moved.
            Err(mailbox::Error::FolderMissing { .. }) => Ok(None),
            selected => Ok(Some(selected?)),
        }
    }

    /// The folder's name on the server, as far as it is known on this connection.
    pub fn known_name_on_server(&self) -> String {
        match &self.role {
            Role::Watched(_) => self.folder.name.clone(),
            Role::Class(folder) => folder.on_server(self.delimiter.and_then(|Delimiter(known)| known)),
        }
    }

    async fn delimiter(&mut self, connection: &mut Connection) -> Result<Option<char>, AttendError> {
        if let Some(Delimiter(known)) = self.delimiter {
            return Ok(known);
        }
        let delimiter = connection.delimiter().await?;
        self.delimiter = Some(Delimiter(delimiter));
        Ok(delimiter)
    }

    /// A new connection: what was known of the folder may hold no more.
    pub fn connected(&mut self, account: &Account, server: &Server) {
        let offers = CAPABILITIES.into_iter().filter(|capability| server.offers(capability)).collect();
        let host = format!("{}:{}", account.host, account.port);
        self.board.reached(&self.folder, ServerHealth { host, name: server.name.clone(), offers });
        self.reviewed.begin();
        self.delimiter = None;
    }

    /// The folder's cursor in its present generation; a new generation starts at the beginning, where
    /// messages are known again by their fingerprints and nothing is tagged twice.
    async fn generation(
        &mut self,
        connection: &mut Connection,
        selected: &Selected,
    ) -> Result<Cursor, AttendError> {
        let validity = selected.uid_validity;
        let known = self.book(|ledger, now| ledger.cursor(&self.folder, now))?;
        let Some(cursor) = known else {
            self.book(|ledger, now| ledger.rebase(&self.folder, validity, now))?;
            return Ok(Cursor { validity, next: Uid(1), modseq: None });
        };
        let doubt = match self.reviewed.doubt(&cursor, selected) {
            None if self.reviewed.is_new() => self.identities(connection, validity).await?,
            doubt => doubt,
        };
        let Some(why) = doubt else {
            if self.reviewed.is_new() {
                self.reviewed.written(&cursor);
            }
            return Ok(cursor);
        };
        if !self.reviewed.rebase() {
            return Err(AttendError::Unsteady);
        }
        tracing::warn!(
            name: "mailbox.rebased", folder = %self.folder, why,
            validity_before = cursor.validity.0, validity_now = validity.0,
            next_before = cursor.next.0, next_now = selected.uid_next.0,
            "the server numbers this folder anew: it is looked through again; nothing is tagged twice, nothing learnt"
        );
        self.book(|ledger, now| ledger.rebase(&self.folder, validity, now))?;
        Ok(Cursor { validity, next: Uid(1), modseq: None })
    }

    /// Whether the newest known UIDs still mean the same messages.
    async fn identities(
        &self,
        connection: &mut Connection,
        validity: UidValidity,
    ) -> Result<Option<&'static str>, AttendError> {
        let known = self.book(|ledger, now| ledger.newest(&self.folder, validity, SAMPLE, now))?;
        let uids: Vec<Uid> = known.iter().map(|(uid, _)| *uid).collect();
        let listed = connection.summaries_of(&uids).await?;
        self.board.arrived(&self.folder, listed.iter().filter_map(|summary| summary.arrived).max());
        let prints = known::fingerprints(connection, &listed).await?;
        let others = known.iter().filter(|(uid, print)| prints.get(uid).is_some_and(|now| now != print));
        // Some servers estimate a size anew each time: only where most are others, the UIDs are.
        Ok((others.count() * 2 > prints.len()).then_some("known UIDs mean other messages"))
    }

    async fn write_back(
        &mut self,
        connection: &mut Connection,
        selected: &Selected,
    ) -> Result<Writing, AttendError> {
        let Role::Watched(folders) = self.role.clone() else { return Ok(Writing::Nothing) };
        let server = connection.server();
        let mut write = self.write.in_folder(selected, server, &self.prefix);
        if let (WriteBack::Keywords, Some(NotKept { why, nothing: Some(since) })) = (&write, &self.not_kept)
            && since.elapsed() < BELIEVED
        {
            write = self.write.without_keywords(selected, server, why);
        }
        match write {
            WriteBack::Impossible(why) => Err(AttendError::CannotWrite(format!("{}: {why}", self.folder))),
            WriteBack::Fallback(why) => {
                self.warn(&why);
                Ok(Writing::QueueOnly)
            }
            WriteBack::QueueOnly => {
                self.board.warn(&self.folder, None);
                Ok(Writing::QueueOnly)
            }
            WriteBack::Keywords => {
                self.board.warn(&self.folder, self.standing_warning());
                Ok(Writing::Keywords)
            }
            WriteBack::Flagged(why) => {
                self.instead_of_keywords(why, "\\Flagged stands for high priority");
                Ok(Writing::Flagged)
            }
            WriteBack::Folders(why) => {
                self.instead_of_keywords(why, "messages are moved into the folders of their classes");
                let delimiter = self.delimiter(connection).await?;
                Ok(Writing::Folders(Filing { folders, delimiter }))
            }
        }
    }

    fn instead_of_keywords(&self, why: Option<String>, instead: &str) {
        match why {
            Some(why) => self.warn(&format!("{why}; until then {instead}, as configured")),
            None => self.board.warn(&self.folder, self.standing_warning()),
        }
    }

    /// What was said and still holds.
    fn standing_warning(&self) -> Option<String> {
        let mass = self.mass.as_ref().filter(|(_, at)| at.elapsed() < SHOWN).map(|(why, _)| why.clone());
        self.not_kept.as_ref().map(|not_kept| not_kept.why.clone()).or(mass)
    }

    /// Says that many tags changed at once, and keeps it in sight for a day.
    pub fn warn_of_mass(&mut self, why: String) {
        self.warn(&why);
        self.mass = Some((why, Instant::now()));
    }

    /// Notes how the folder's connection is now.
    pub fn note(&self, connection: State) {
        self.board.set(&self.folder, connection, (self.clock)());
    }

    /// Says that the folder failed, and when it is tried again.
    pub fn report(&self, error: &AttendError, wait: Duration) {
        let again = (self.clock)() + wait;
        let seconds = wait.as_secs();
        if error.is_temporary() {
            tracing::warn!(name: "mailbox.down", folder = %self.folder, %error, again_in_seconds = seconds);
        } else {
            tracing::error!(name: "mailbox.down", folder = %self.folder, %error, again_in_seconds = seconds);
        }
        self.note(State::Down { sentence: error.to_string(), again });
        self.board.ask_for_help(&self.folder, !error.is_temporary());
    }

    /// The log has everything; an index that is not on disk yet only costs time at the next start.
    pub fn checkpoint(&self) {
        if let Err(error) = self.book(Ledger::checkpoint) {
            tracing::warn!(name: "store.checkpoint", %error);
        }
    }

    /// Says something once, until it changes.
    pub fn warn(&self, why: &str) {
        let said = self.board.all().get(&self.folder).and_then(|health| health.warning.clone());
        if said.as_deref() != Some(why) {
            tracing::warn!(name: "mailbox.write_back", folder = %self.folder, why);
            self.board.warn(&self.folder, Some(why.to_owned()));
        }
    }

    /// Whether changes in this folder are decisions, or happen to rubbish.
    pub fn teaches(&self) -> bool {
        let name = self.folder.name.rsplit(['/', '.']).next().unwrap_or_default().to_lowercase();
        !TRASH.iter().any(|trash| name.starts_with(trash))
    }

    /// Work with the ledger waits for the disk: other folders' tasks go on meanwhile.
    pub fn book<T>(&self, work: impl FnOnce(&Ledger, Timestamp) -> T) -> T {
        let now = (self.clock)();
        tokio::task::block_in_place(|| work(&self.ledger, now))
    }
}
