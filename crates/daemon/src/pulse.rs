//! Whether the supervision of the mailboxes is alive: it answers by itself, and nobody answers in its place.
//!
//! ```text
//!   Pulse::is_alive ── asks ──▶ Answers, in the task that supervises ── answers ──▶ true
//!                               └ that task broke, or hangs ──────────────────────▶ false
//! ```

use std::time::Duration;

use tokio::sync::{mpsc, oneshot};

/// Asks the supervision.
#[derive(Clone, Debug)]
pub struct Pulse(mpsc::Sender<oneshot::Sender<()>>);

/// The supervision's end.
#[derive(Debug)]
pub struct Answers(mpsc::Receiver<oneshot::Sender<()>>);

/// Both ends.
pub fn pulse() -> (Pulse, Answers) {
    let (asks, answers) = mpsc::channel(1);
    (Pulse(asks), Answers(answers))
}

impl Pulse {
    /// Whether it answers within this time.
    pub async fn is_alive(&self, within: Duration) -> bool {
        let asked = async {
            let (answer, answered) = oneshot::channel();
            self.0.send(answer).await.is_ok() && answered.await.is_ok()
        };
        tokio::time::timeout(within, asked).await.unwrap_or(false)
    }
}

impl Answers {
    /// Answers for as long as it is polled.
    pub(crate) async fn answer(&mut self) {
        while let Some(asked) = self.0.recv().await {
            // Who asked may have given up.
            let _ = asked.send(());
        }
        // Nobody asks any more, and that is no reason to end.
        std::future::pending::<()>().await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOON: Duration = Duration::from_millis(20);

    #[tokio::test(start_paused = true)]
    async fn it_is_alive_as_long_as_it_is_polled() {
        let (pulse, mut answers) = pulse();
        assert!(!pulse.is_alive(SOON).await, "nobody supervises yet");
        let task = tokio::spawn(async move { answers.answer().await });
        assert!(pulse.is_alive(SOON).await && pulse.is_alive(SOON).await);
        task.abort();
        let _ = task.await;
        assert!(!pulse.is_alive(SOON).await, "it broke");
    }
}
