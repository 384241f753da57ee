//! What happened, read once for all who listen, and written as they hear it.

use std::sync::Arc;

use axum::body::Bytes;
use store::{Bookmark, News, NewsError};
use tokio::sync::Mutex;

use super::news::EventBody;
use super::problem::{Kind, Problem};
use crate::Page;

/// Events that are read at once.
const BATCH: usize = 200;

/// What came after one position.
#[derive(Debug)]
pub(super) struct Batch {
    after: Bookmark,
    pub(super) told: Vec<Told>,
    /// Where it ends.
    pub(super) end: Bookmark,
}

/// One event, as it is sent.
#[derive(Debug)]
pub(super) struct Told {
    /// Whose mailbox it concerns; everybody's where there is nothing.
    pub(super) mailbox: Option<String>,
    pub(super) frame: Bytes,
}

/// Reads for everybody: those who have heard the same so far hear the same next, and share it.
#[derive(Debug, Default)]
pub(super) struct Newsroom {
    last: Mutex<Option<Arc<Batch>>>,
}

impl Newsroom {
    /// What came after this position, if anything.
    pub(super) async fn after(&self, page: &Arc<Page>, after: &Bookmark) -> Result<Arc<Batch>, Problem> {
        // One reads, the others wait for what it reads.
        let mut last = self.last.lock().await;
        if let Some(batch) = last.as_ref().filter(|batch| batch.after == *after) {
            return Ok(Arc::clone(batch));
        }
        let batch = Arc::new(read(page, after.clone()).await?);
        if batch.end != batch.after {
            *last = Some(Arc::clone(&batch));
        }
        Ok(batch)
    }
}

/// It may read files, so it gets a thread of its own.
async fn read(page: &Arc<Page>, after: Bookmark) -> Result<Batch, Problem> {
    let page = Arc::clone(page);
    let reading = tokio::task::spawn_blocking(move || {
        let (news, end) = page.ledger.read_news(&after, BATCH)?;
        let told = news.iter().map(|news| Told::new(news, &page)).collect();
        Ok(Batch { after, told, end })
    });
    match reading.await {
        Ok(Ok(batch)) => Ok(batch),
        Ok(Err(NewsError::Forgotten)) => {
            let how = "read the queue anew, and follow the events after its `events_after`";
            Err(Problem::new(Kind::PositionTooOld, how))
        }
        Ok(Err(error)) => Err(Problem::broken(&error)),
        Err(_) => Err(Problem::broken(&"reading the decision log broke; please report this")),
    }
}

/// The position of this text.
pub(super) fn position(text: &str) -> Result<Bookmark, Problem> {
    let wrong = |_| Problem::new(Kind::WrongParameter, "after: use the `id` of an event, as it came");
    text.parse().map_err(wrong)
}

impl Told {
    fn new(news: &News, page: &Page) -> Self {
        let body = EventBody::new(news, &page.prefix);
        // One line: JSON escapes every line end within.
        let data = serde_json::to_string(&body).unwrap_or_default();
        let frame = format!("id: {}\nevent: {}\ndata: {data}\n\n", news.id, body.kind.name());
        let mailbox = (!news.mailbox.is_empty()).then(|| news.mailbox.clone());
        Self { mailbox, frame: Bytes::from(frame) }
    }
}
