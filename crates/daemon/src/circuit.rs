//! One connection and the folders it looks after, for as long as the program runs.
//!
//! ```text
//!   connect ─▶ attend to every folder ─▶ wait ─▶ attend to those that have news ─▶ wait …
//!                                         │ one folder     IDLE
//!                                         │ several        NOTIFY, else STATUS of each now and then
//!                                         └ lost           once more from the start, after a while
//! ```
//!
//! A folder that fails is left alone for a while; it never keeps the others from being looked after.

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::time::Duration;

use mailbox::{Connection, Error, FolderStatus, Wake};
use store::Connection as State;
use tokio::sync::watch;
use tokio::time::Instant;

use crate::attend::{AttendError, Attendant, Delimiter, Role};
use crate::backoff::Backoff;
use crate::doors::Doors;
use crate::post::Post;

/// IDLE is begun anew after this: servers and firewalls end longer ones.
const IDLE_LIMIT: Duration = Duration::from_mins(5);

/// One connection and its folders.
#[derive(Debug)]
pub(crate) struct Circuit {
    pub post: Post,
    pub doors: Doors,
    pub stations: Vec<Station>,
}

/// A folder on the way.
#[derive(Debug)]
pub(crate) struct Station {
    attendant: Attendant,
    backoff: Backoff,
    /// It failed: not before then.
    rests_until: Option<Instant>,
    /// What STATUS last said.
    status: Option<FolderStatus>,
}

impl Station {
    pub fn new(attendant: Attendant) -> Self {
        Self { attendant, backoff: Backoff::default(), rests_until: None, status: None }
    }

    fn is_resting(&self) -> bool {
        self.rests_until.is_some_and(|until| until > Instant::now())
    }

    /// Leaves the folder alone for a while.
    fn fail(&mut self, error: &AttendError) {
        let wait = self.backoff.after_failure(fastrand::f64());
        self.rests_until = Some(Instant::now() + wait);
        self.attendant.report(error, wait);
    }

    /// Whether its time has come without any news: it rested, or a person's change has stood.
    fn is_due(&self) -> bool {
        (self.rests_until.is_some() && !self.is_resting()) || !self.attendant.reviewed.waiting.is_empty()
    }

    /// When to look again without any news.
    fn next_look(&self) -> Duration {
        let rests = self.rests_until.map(|until| until.saturating_duration_since(Instant::now()));
        let stands = Duration::try_from(self.attendant.stands).unwrap_or_default() + Duration::from_secs(1);
        let waits = (!self.attendant.reviewed.waiting.is_empty()).then_some(stands);
        rests.into_iter().chain(waits).fold(IDLE_LIMIT, Duration::min).max(Duration::from_millis(100))
    }
}

impl Circuit {
    /// Watches until `stop` turns true.
    pub async fn watch(mut self, mut stop: watch::Receiver<bool>) {
        let mut backoff = Backoff::default();
        loop {
            let ended = tokio::select! {
                ended = self.session(&mut backoff) => ended,
                () = stopped(&mut stop) => return,
            };
            let Err(lost) = ended;
            let wait = self.report(&lost, &mut backoff);
            tokio::select! {
                () = tokio::time::sleep(wait) => {}
                () = stopped(&mut stop) => return,
            }
        }
    }

    /// One connection, from sign-in to its loss.
    async fn session(&mut self, backoff: &mut Backoff) -> Result<Infallible, Lost> {
        self.note(&State::Connecting);
        let nobody = |error: Error| Lost { station: None, error: error.into() };
        let mut connection = self.doors.connect(&self.post.account).await.map_err(nobody)?;
        for station in &mut self.stations {
            station.attendant.connected(&self.post.account, connection.server());
            station.status = None;
        }
        self.learn_names(&mut connection).await.map_err(nobody)?;
        let all: BTreeSet<usize> = (0..self.stations.len()).collect();
        let mut round = RoundTrip { open: None, due: all.clone(), listens: false, swept: Instant::now() };
        self.visit_due(&mut round, &mut connection).await?;
        if self.stations.len() > 1 {
            round.listens = self.listen(&mut connection).await.map_err(nobody)?;
            if round.listens {
                // What happened before it listened was not heard.
                round.due.extend(all);
            }
        }
        loop {
            self.visit_due(&mut round, &mut connection).await?;
            if round.due.is_empty() {
                self.news(&mut round, &mut connection).await.map_err(nobody)?;
                // Only a connection that could wait has proved anything.
                backoff.reset();
            }
        }
    }

    /// Attends to the folders that have news. What is heard of a folder before another is opened makes it due again.
    async fn visit_due(&mut self, round: &mut RoundTrip, connection: &mut Connection) -> Result<(), Lost> {
        for index in std::mem::take(&mut round.due) {
            if round.open != Some(index) && connection.take_news() {
                round.due.extend(round.open);
            }
            let Some(sorted) = self.visit(index, connection).await? else { continue };
            round.open = Some(index);
            // What is filed is looked for in other folders: what was announced of those is spent.
            if sorted > 0 && self.post.write.may_move() {
                round.due.extend(self.class_stations());
            }
        }
        Ok(())
    }

    fn class_stations(&self) -> impl Iterator<Item = usize> {
        let filed = |station: &Station| matches!(station.attendant.role, Role::Class(_));
        self.stations.iter().enumerate().filter(move |(_, station)| filed(station)).map(|(index, _)| index)
    }

    /// How class folders are called on this server.
    async fn learn_names(&mut self, connection: &mut Connection) -> Result<(), Error> {
        if self.class_stations().next().is_some() {
            let delimiter = Some(Delimiter(connection.delimiter().await?));
            self.stations.iter_mut().for_each(|station| station.attendant.delimiter = delimiter);
        }
        Ok(())
    }

    /// Attends to one folder and says how many messages were sorted; `None` where it rests. A failure that
    /// leaves the connection sound is that folder's own.
    async fn visit(&mut self, index: usize, connection: &mut Connection) -> Result<Option<usize>, Lost> {
        let Some(station) = self.stations.get_mut(index).filter(|station| !station.is_resting()) else {
            return Ok(None);
        };
        station.attendant.note(State::Sorting);
        match station.attendant.attend(connection).await {
            Ok(sorted) => {
                if sorted > 0 {
                    tracing::info!(name: "mailbox.sorted", folder = %station.attendant.folder, messages = sorted);
                    station.attendant.checkpoint();
                }
                station.attendant.note(State::Watching);
                station.backoff.reset();
                station.rests_until = None;
                Ok(Some(sorted))
            }
            Err(error) if connection.is_sound() => {
                station.fail(&error);
                Ok(Some(0))
            }
            Err(error) => Err(Lost { station: Some(index), error }),
        }
    }

    /// Has the server report what happens in all folders, where it can.
    async fn listen(&self, connection: &mut Connection) -> Result<bool, Error> {
        let names: Vec<String> =
            self.stations.iter().map(|station| station.attendant.known_name_on_server()).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        match connection.notify(&names).await {
            Ok(()) => Ok(true),
            Err(Error::Unsupported { .. } | Error::Refused { .. }) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Waits for news and notes which folders have any. Every wake is a hint; what is true is asked then.
    async fn news(&mut self, round: &mut RoundTrip, connection: &mut Connection) -> Result<(), Error> {
        let (open, listens) = (round.open, round.listens);
        let limit = self.stations.iter().map(Station::next_look).fold(IDLE_LIMIT, Duration::min);
        let alone = self.stations.len() == 1;
        let patience = if alone || listens { limit } else { limit.min(self.post.poll) };
        let wake = connection.wait(patience, self.post.poll.min(limit)).await?;
        round.due.extend((0..self.stations.len()).filter(|index| self.stations[*index].is_due()));
        let quiet = wake == Wake::Quiet;
        match wake {
            Wake::Elsewhere(names) => round.due.extend(
                (0..self.stations.len())
                    .filter(|index| names.contains(&self.stations[*index].attendant.known_name_on_server())),
            ),
            Wake::News | Wake::Quiet => round.due.extend(open),
        }
        // Without NOTIFY the others must be asked; with it, silence is worth a look now and then.
        if !alone && (quiet || !listens || round.swept.elapsed() >= IDLE_LIMIT) {
            round.due.extend(self.moved(connection, open).await?);
            round.swept = Instant::now();
        }
        Ok(())
    }

    /// Which folders, other than the open one, are not as they were (RFC 3501, 6.3.10, STATUS).
    async fn moved(
        &mut self,
        connection: &mut Connection,
        open: Option<usize>,
    ) -> Result<BTreeSet<usize>, Error> {
        let mut moved = BTreeSet::new();
        for (index, station) in self.stations.iter_mut().enumerate() {
            if Some(index) == open || station.is_resting() {
                continue;
            }
            let status = match connection.status(&station.attendant.known_name_on_server()).await {
                Ok(status) => Some(status),
                Err(error) if connection.is_sound() => {
                    tracing::debug!(name: "mailbox.status", folder = %station.attendant.folder, %error);
                    None
                }
                Err(error) => return Err(error),
            };
            // Without modification sequences, a change of flags does not show.
            let shows = status.as_ref().is_some_and(|status| status.highest_modseq.is_some());
            if !shows || station.status != status {
                moved.insert(index);
            }
            station.status = status;
        }
        Ok(moved)
    }

    /// Says what happened to whom, and how long to wait. The folder that broke the connection comes last from then on.
    fn report(&mut self, lost: &Lost, backoff: &mut Backoff) -> Duration {
        let Some(station) = lost.station.filter(|index| *index < self.stations.len()) else {
            let wait = backoff.after_failure(fastrand::f64());
            self.stations.iter().for_each(|station| station.attendant.report(&lost.error, wait));
            return wait;
        };
        let mut blamed = self.stations.remove(station);
        // What breaks the connection while it is narrowed down is tried again at once.
        if blamed.attendant.caution.is_narrowing_many() {
            blamed.backoff.reset();
        }
        blamed.fail(&lost.error);
        let alone = self.stations.is_empty();
        let rests = blamed.rests_until.map(|until| until.saturating_duration_since(Instant::now()));
        self.stations.push(blamed);
        if alone { rests.unwrap_or_default() } else { backoff.after_failure(fastrand::f64()) }
    }

    fn note(&self, state: &State) {
        self.stations.iter().filter(|station| !station.is_resting()).for_each(|station| {
            station.attendant.note(state.clone());
        });
    }
}

/// Where a session is.
#[derive(Debug)]
struct RoundTrip {
    /// The folder that is open.
    open: Option<usize>,
    /// Folders to attend to.
    due: BTreeSet<usize>,
    /// Whether the server reports what happens in folders that are not open.
    listens: bool,
    /// When all folders were last asked for.
    swept: Instant,
}

/// A connection that is no more.
#[derive(Debug)]
struct Lost {
    /// The folder at which it was lost.
    station: Option<usize>,
    error: AttendError,
}

/// Resolves when the program is to stop; also when nobody can tell any more.
pub(crate) async fn stopped(stop: &mut watch::Receiver<bool>) {
    let _ = stop.wait_for(|stop| *stop).await;
}
