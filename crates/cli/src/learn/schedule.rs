//! Learning by schedule, beside the sorting: a new model of corpus and corrections, which nobody uses until
//! somebody promotes it.
//!
//! ```text
//!   due? ─▶ written down as tried ─▶ classroom: learns if there are enough new corrections ─▶ a sentence
//! ```
//!
//! Whatever goes wrong is a sentence in the log, and is tried again at the next time of the timetable.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use daemon::{Due, Timetable};
use store::Learning as Noted;
use tokio::sync::watch;
use tokio::time::Instant;

use super::classroom::{Classroom, Ended, Taught};

/// Learns whenever it is time, until `stop` turns true. A training under way then ends with the process.
pub async fn watch(classroom: Arc<Classroom>, timetable: Timetable, mut stop: watch::Receiver<bool>) {
    let mut pupil = Pupil { classroom, timetable, tried: None };
    loop {
        let wait = pupil.look().await;
        tokio::select! {
            () = tokio::time::sleep(wait) => {}
            _ = stop.wait_for(|stop| *stop) => return,
        }
    }
}

/// Whoever keeps to the timetable.
struct Pupil {
    classroom: Arc<Classroom>,
    timetable: Timetable,
    /// On the clock that never jumps, when this process last tried.
    tried: Option<Instant>,
}

impl Pupil {
    /// Learns if it is time. Returns how long to wait before looking again.
    async fn look(&mut self) -> Duration {
        let room = &self.classroom;
        let now = (room.clock)();
        let noted = Noted::read(&room.state);
        let ago = self.tried.map(|tried| tried.elapsed());
        let due = self.timetable.due(now, noted.map(|noted| noted.tried), ago);
        if let Due::Later(wait) = due {
            return wait;
        }
        let learnt = noted.map_or(0, |noted| noted.corrections);
        // Before the work: should that end the process, the next start does not begin with it again.
        if let Err(error) = (Noted { tried: now, corrections: learnt }).write(&room.state) {
            tracing::warn!(name: "learning.failed", %error, "cannot write {}: nothing is learnt until that is mended", room.state.display());
            return Duration::from_hours(1);
        }
        if due == Due::Now {
            self.tried = Some(Instant::now());
            let place = room.next().await;
            let ended = room.learn(place, now, room.learning.least_corrections).await;
            say(&room.models, ended, ", and it is tried again at its next time");
        }
        Duration::from_secs(1)
    }
}

/// How learning ended, in the log; `again` says what follows where it failed.
pub fn say(models: &Path, ended: anyhow::Result<Ended>, again: &str) {
    match ended {
        Ok(Ended::TooFew(new)) => {
            tracing::info!(name: "learning.waits", new_corrections = new, "too few new corrections to learn again: see [learning] least_corrections");
        }
        Ok(Ended::Taught(Taught { id, figures, lessons, removed, .. })) => {
            tracing::info!(
                name: "learning.done", model = %id, mails = figures.records,
                class_macro_f1 = %format!("{:.3}", figures.class.macro_f1),
                priority_macro_f1 = %format!("{:.3}", figures.priority.macro_f1),
                removed = %removed.join(" "),
                "{lessons}. {id} is there and not in use: compare it on mails that neither model has learnt \
                 (`langhals evaluate --model {} --against {} --corpus …`), then `langhals models promote {id}`",
                models.join(&id).display(), models.display()
            );
        }
        Err(error) => {
            tracing::warn!(name: "learning.failed", "no model was learnt{again}: {error:#}");
        }
    }
}
