//! Word to the service manager (`sd_notify(3)`): that the daemon has started, how it is in a sentence, that it lives,
//! and that it stops. Without `NOTIFY_SOCKET` nobody is told anything.
//!
//! `WATCHDOG=1` is sent at half the time that the unit's `WatchdogSec=` allows, from the runtime itself, and only after
//! the supervision of the mailboxes has answered: a daemon that hangs, or that looks after a mailbox no more, is killed
//! and started anew.

use std::collections::BTreeMap;
use std::future::pending;
use std::time::Duration;

use daemon::Pulse;
use sd_notify::NotifyState;
use tokio::sync::watch;
use tokio::time::{MissedTickBehavior, interval};

use crate::Watch;

/// How often the sentence is looked at.
const STATUS_EVERY: Duration = Duration::from_secs(10);

/// Tells the service manager.
#[derive(Clone, Debug)]
pub struct Herald {
    watch: Watch,
    pulse: Pulse,
    /// Half of what `WatchdogSec=` allows, where it is set.
    beat: Option<Duration>,
}

impl Herald {
    /// One that looks at this, and asks that pulse.
    pub fn new(watch: Watch, pulse: Pulse) -> Self {
        let beat = sd_notify::watchdog_enabled().map(|allowed| (allowed / 2).max(Duration::from_millis(1)));
        Self { watch, pulse, beat }
    }

    /// Tells that the daemon has started, and then how it is, until `stop` turns true.
    pub async fn tell(self, mut stop: watch::Receiver<bool>) {
        let mut said = self.status().await;
        notify(&[NotifyState::Ready, NotifyState::Status(&said)]);
        tokio::select! {
            () = self.keep_alive() => {}
            () = self.keep_informed(&mut said) => {}
            _ = stop.wait_for(|stop| *stop) => {}
        }
        notify(&[NotifyState::Stopping, NotifyState::Status("letting go of the mailboxes")]);
    }

    async fn keep_alive(&self) {
        let Some(beat) = self.beat else { return pending().await };
        let mut ticks = interval(beat);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut was_alive = true;
        loop {
            ticks.tick().await;
            let is_alive = self.pulse.is_alive(beat / 2).await;
            if is_alive {
                notify(&[NotifyState::Watchdog]);
            } else if was_alive {
                tracing::error!(
                    name: "watch.watchdog",
                    "the supervision of the mailboxes does not answer: systemd is told nothing more, and will start langhals anew"
                );
            }
            was_alive = is_alive;
        }
    }

    async fn keep_informed(&self, said: &mut String) {
        let mut ticks = interval(STATUS_EVERY);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            let status = self.status().await;
            if status != *said {
                notify(&[NotifyState::Status(&status)]);
                *said = status;
            }
        }
    }

    async fn status(&self) -> String {
        let watch = self.watch.clone();
        let looking = tokio::task::spawn_blocking(move || {
            let mut mailboxes: BTreeMap<String, bool> = BTreeMap::new();
            for (folder, health) in watch.board.all() {
                *mailboxes.entry(folder.mailbox).or_insert(true) &= health.connection.is_up();
            }
            let trays = watch.ledger.trays((watch.clock)(), watch.max_age).ok();
            let standing = |tray: store::InTray| {
                tray.waiting.into_values().map(|standing| standing.messages).sum::<u64>()
            };
            let waiting = trays.map(|trays| trays.into_values().map(standing).sum());
            sentence(mailboxes.values().filter(|up| **up).count(), mailboxes.len(), waiting)
        });
        looking.await.unwrap_or_else(|_| "how it is cannot be told".to_owned())
    }
}

fn sentence(connected: usize, mailboxes: usize, waiting: Option<u64>) -> String {
    let mailbox = if mailboxes == 1 { "mailbox" } else { "mailboxes" };
    let waits = match waiting {
        Some(1) => "1 message waits".to_owned(),
        Some(count) => format!("{count} messages wait"),
        None => "the state cannot be read".to_owned(),
    };
    format!("{connected} of {mailboxes} {mailbox} connected, {waits}")
}

/// A service manager that does not listen is no reason to stop.
fn notify(states: &[NotifyState<'_>]) {
    if let Err(error) = sd_notify::notify(states) {
        tracing::debug!(name: "watch.notify", %error);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_status_is_one_short_sentence() {
        assert_eq!(sentence(3, 4, Some(12)), "3 of 4 mailboxes connected, 12 messages wait");
        assert_eq!(sentence(1, 1, Some(1)), "1 of 1 mailbox connected, 1 message waits");
        assert_eq!(sentence(0, 2, None), "0 of 2 mailboxes connected, the state cannot be read");
    }
}
