//! What people decided otherwise since the program started: counted from the ledger's news, by what was suggested and
//! what they chose. Not who, and not of whom.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use domain::Label as _;
use store::{Bookmark, Ledger, News, NewsError, NewsKind};
use tokio::sync::watch;

/// So many news are read at once.
const AT_ONCE: usize = 500;

/// The counts; each clone is the same.
#[derive(Clone, Debug, Default)]
pub struct Corrected(Arc<Mutex<Counts>>);

/// Decisions by mailbox, by what had been suggested, and by what was chosen instead.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub class: BTreeMap<(String, String, String), u64>,
    pub priority: BTreeMap<(String, String, String), u64>,
}

impl Corrected {
    /// Counts what the ledger tells from now on, until `stop` turns true.
    pub async fn follow(self, ledger: Arc<Ledger>, mut stop: watch::Receiver<bool>) {
        let mut changes = ledger.changes();
        let mut place = ledger.latest();
        loop {
            tokio::select! {
                changed = changes.changed() => if changed.is_err() { return },
                _ = stop.wait_for(|stop| *stop) => return,
            }
            let (counts, ledger) = (self.clone(), Arc::clone(&ledger));
            let reading = tokio::task::spawn_blocking(move || counts.read_on(&ledger, place));
            place = match reading.await {
                Ok(place) => place,
                // Which they were is not known any more: those that come are.
                Err(_) => {
                    return tracing::error!(name: "watch.corrected", "counting corrections broke; please report this");
                }
            };
        }
    }

    /// Counts everything behind a place; returns where one stands then.
    pub(crate) fn read_on(&self, ledger: &Ledger, mut place: Bookmark) -> Bookmark {
        loop {
            match ledger.read_news(&place, AT_ONCE) {
                Ok((news, _)) if news.is_empty() => return place,
                Ok((news, behind)) => {
                    self.count(&news);
                    place = behind;
                }
                Err(error) => {
                    if !matches!(error, NewsError::Forgotten) {
                        tracing::warn!(name: "watch.corrected", %error, "corrections are not counted that came just now");
                    }
                    return ledger.latest();
                }
            }
        }
    }

    pub(crate) fn counts(&self) -> Counts {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn count(&self, news: &[News]) {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for News { mailbox, what, .. } in news {
            // Who was faster than the suggestion has corrected nothing.
            let NewsKind::Corrected { class, priority, suggested: Some(suggested) } = what else { continue };
            if let Some(class) = class {
                let from = if suggested.unsure { "unsure" } else { &suggested.class };
                let kind = (mailbox.clone(), from.to_owned(), class.name().to_owned());
                *counts.class.entry(kind).or_default() += 1;
            }
            if let Some(priority) = priority {
                let kind = (mailbox.clone(), suggested.priority.clone(), priority.name().to_owned());
                *counts.priority.entry(kind).or_default() += 1;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use domain::{Class, Priority};
    use store::Suggested;

    use super::*;

    fn corrected(class: Option<Class>, priority: Option<Priority>, suggested: Option<Suggested>) -> News {
        let what = NewsKind::Corrected { class, priority, suggested };
        let (id, at) = (String::new(), "2026-11-22T08:00:00Z".parse().unwrap());
        News { id, at, mailbox: "post".into(), folder: "INBOX".into(), validity: 1, uid: 1, what }
    }

    #[test]
    fn a_decision_counts_by_what_was_suggested_and_what_was_chosen() {
        let suggested = |unsure| {
            Some(Suggested { class: "other".into(), priority: "low".into(), unsure, model: "m".into() })
        };
        let corrections = Corrected::default();
        corrections.count(&[
            corrected(Some(Class::Inquiry), None, suggested(false)),
            corrected(Some(Class::Inquiry), Some(Priority::High), suggested(true)),
            corrected(Some(Class::Inquiry), Some(Priority::High), None),
        ]);
        let counts = corrections.counts();
        let of = |from: &str, to: &str| ("post".to_owned(), from.to_owned(), to.to_owned());
        assert_eq!(counts.class, BTreeMap::from([(of("other", "inquiry"), 1), (of("unsure", "inquiry"), 1)]));
        assert_eq!(counts.priority, BTreeMap::from([(of("low", "high"), 1)]));
    }
}
