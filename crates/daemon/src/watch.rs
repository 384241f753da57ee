//! Watching one folder for as long as the program runs: connect, attend, wait, and again after every loss.

use std::time::Duration;

use mailbox::Connection;
use store::{Connection as State, Ledger};
use tokio::sync::watch;

use crate::attend::{AttendError, Attendant};
use crate::backoff::Backoff;
use crate::post::Post;

/// IDLE is begun anew after this: servers and firewalls end longer ones.
const IDLE_LIMIT: Duration = Duration::from_mins(5);

/// Watches until `stop` turns true.
pub(crate) async fn watch(mut attendant: Attendant, post: Post, mut stop: watch::Receiver<bool>) {
    let mut backoff = Backoff::default();
    loop {
        let ended = tokio::select! {
            ended = session(&mut attendant, &post, &mut backoff) => ended,
            () = stopped(&mut stop) => return,
        };
        let wait = backoff.after_failure(fastrand::f64());
        report(&attendant, &ended, wait);
        tokio::select! {
            () = tokio::time::sleep(wait) => {}
            () = stopped(&mut stop) => return,
        }
    }
}

/// One connection, from sign-in to its loss. It only ever ends with an error.
async fn session(attendant: &mut Attendant, post: &Post, backoff: &mut Backoff) -> AttendError {
    attendant.note(State::Connecting);
    match mailbox::connect(&post.account).await {
        Ok(mut connection) => match attend_for_ever(attendant, post, &mut connection, backoff).await {
            Ok(never) => match never {},
            Err(error) => error,
        },
        Err(error) => error.into(),
    }
}

async fn attend_for_ever(
    attendant: &mut Attendant,
    post: &Post,
    connection: &mut Connection,
    backoff: &mut Backoff,
) -> Result<std::convert::Infallible, AttendError> {
    loop {
        attendant.note(State::Sorting);
        let sorted = attendant.attend(connection).await?;
        if sorted > 0 {
            tracing::info!(name: "mailbox.sorted", folder = %attendant.folder, messages = sorted);
            attendant.checkpoint();
        }
        attendant.note(State::Watching);
        // Every wake is a hint; what is true is asked in the next round.
        connection.wait(IDLE_LIMIT, post.poll).await?;
        backoff.reset();
    }
}

fn report(attendant: &Attendant, error: &AttendError, wait: Duration) {
    let again = (attendant.clock)() + wait;
    let seconds = wait.as_secs();
    let temporary = error.is_temporary();
    if temporary {
        tracing::warn!(name: "mailbox.down", folder = %attendant.folder, %error, again_in_seconds = seconds);
    } else {
        tracing::error!(name: "mailbox.down", folder = %attendant.folder, %error, again_in_seconds = seconds);
    }
    attendant.note(State::Down { sentence: error.to_string(), again });
}

/// Resolves when the program is to stop; also when nobody can tell any more.
pub(crate) async fn stopped(stop: &mut watch::Receiver<bool>) {
    let _ = stop.wait_for(|stop| *stop).await;
}

impl Attendant {
    fn note(&self, connection: State) {
        self.board.set(&self.folder, connection, (self.clock)());
    }

    /// The log has everything; an index that is not on disk yet only costs time at the next start.
    fn checkpoint(&self) {
        if let Err(error) = self.book(Ledger::checkpoint) {
            tracing::warn!(name: "store.checkpoint", %error);
        }
    }
}
