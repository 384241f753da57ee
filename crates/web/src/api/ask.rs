//! How the handlers read what was asked, and how they ask the ledger.

use std::sync::Arc;

use axum::extract::Query;
use axum::http::Uri;
use jiff::Timestamp;
use serde::de::DeserializeOwned;
use store::LedgerError;

use super::problem::{Kind, Problem};
use crate::Page;

/// The query of an address.
pub(super) struct Parameters;

impl Parameters {
    /// The parameters that a route knows; another name, or a value that is none, is refused by name.
    pub(super) fn of<T: DeserializeOwned>(uri: &Uri) -> Result<T, Problem> {
        let read = Query::<T>::try_from_uri(uri);
        read.map(|Query(read)| read).map_err(|error| {
            let text = error.body_text();
            let plain = text.strip_prefix("Failed to deserialize query string: ").unwrap_or(&text);
            Problem::new(Kind::WrongParameter, domain::harmless(plain, 300))
        })
    }
}

/// The ledger may read files, so it gets a thread of its own.
pub(super) async fn ledger<T: Send + 'static>(
    page: &Arc<Page>,
    ask: impl FnOnce(&Page, Timestamp) -> Result<T, LedgerError> + Send + 'static,
) -> Result<T, Problem> {
    let page = Arc::clone(page);
    let asked = tokio::task::spawn_blocking(move || ask(&page, (page.clock)())).await;
    match asked {
        Ok(answer) => answer.map_err(|error| Problem::broken(&error)),
        // Why is not said: a panic's text can hold a mail's.
        Err(_) => Err(Problem::broken(&"reading the ledger broke; please report this")),
    }
}
