//! The house in pictures, for those who oversee it: what is urgent, what waits too long, how work goes. Counts of
//! messages only, never of persons.

mod facts;
mod mailboxes;
mod pictures;
mod tallied;

use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::extract::State as Shared;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::get;
use store::LedgerError;

use self::facts::{Fact, Mood};
use self::mailboxes::{MailboxLine, State};
use self::tallied::Tallied;
use crate::Page;
use crate::figure::Figure;
use crate::frame::{Frame, Place};
use crate::note::{Note, html};
use crate::visitor::Visitor;

/// The page's routes.
pub(crate) fn routes() -> Router<Arc<Page>> {
    Router::new().route("/ueberblick", get(overview))
}

async fn overview(Shared(page): Shared<Arc<Page>>, visitor: Visitor) -> Response {
    if !visitor.rights.oversees() {
        return Note::Forbidden.page(&page, visitor);
    }
    match tally(&page, &visitor).await {
        Ok(tallied) => {
            let frame = Frame::new(&page, visitor, Place::Overview);
            html(StatusCode::OK, &OverviewView::new(frame, &page, &tallied))
        }
        Err(why) => {
            // The sentence is the operator's: it may name directories.
            tracing::error!(name: "web.overview", error = %why, "the page cannot show the overview");
            Note::Unreadable.page(&page, visitor)
        }
    }
}

#[derive(Debug, thiserror::Error)]
enum Unreadable {
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// Why is not said: a panic's text can hold a mail's.
    #[error("reading it broke; please report this")]
    Task(#[from] tokio::task::JoinError),
}

/// The ledger may read files, so it gets a thread of its own.
async fn tally(page: &Arc<Page>, visitor: &Visitor) -> Result<Tallied, Unreadable> {
    let (page, seen) = (Arc::clone(page), visitor.rights.seen());
    let told = move || Tallied::new(&page.ledger, seen.as_ref(), (page.clock)(), page.max_age);
    Ok(tokio::task::spawn_blocking(told).await??)
}

/// The page "Überblick".
#[derive(Template)]
#[template(path = "overview.html")]
struct OverviewView {
    frame: Frame,
    facts: Vec<Fact>,
    figures: Vec<Figure>,
    mailboxes: Vec<MailboxLine>,
}

impl OverviewView {
    fn new(frame: Frame, page: &Page, tallied: &Tallied) -> Self {
        let health = page.board.all().into_iter();
        let board = health.filter(|(folder, _)| frame.visitor.rights.sees(&folder.mailbox)).collect();
        Self {
            facts: facts::all(&frame, tallied, &board, page.max_age),
            figures: pictures::all(&frame, tallied),
            mailboxes: mailboxes::all(&frame, tallied, &board),
            frame,
        }
    }
}
