//! One message: what is suggested for it and why, read from the mailbox anew; and a person's word on its class.
//!
//! ```text
//!   GET  /nachricht             ledger ─▶ what is known ─┐
//!                               reading room ─▶ why ─────┴▶ template
//!   POST /nachricht/einordnung  reading room ─▶ the tag in the mailbox, the correction in the book ─▶ GET
//! ```
//!
//! Only of messages that the ledger knows anything is read: the page is no window on the rest of a mailbox.

mod reasons;
mod terms;
mod view;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use axum::Router;
use axum::extract::rejection::{FormRejection, QueryRejection};
use axum::extract::{Form, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::{get, post};
use domain::{Class, Folder, Tag, Uid, UidValidity};
use form_urlencoded::Serializer;
use store::{Entry, Key, LedgerError};

use self::view::MessageView;
use crate::Page;
use crate::asks::{Refused, Why};
use crate::frame::{Frame, Place};
use crate::note::{Note, html};
use crate::people;
use crate::visitor::Visitor;

/// The page's routes.
pub(crate) fn routes() -> Router<Arc<Page>> {
    Router::new().route("/nachricht", get(show)).route("/nachricht/einordnung", post(correct))
}

/// Where the page of a message is.
pub(crate) fn address(folder: &Folder, validity: UidValidity, uid: Uid) -> String {
    let mut query = Serializer::new(String::new());
    query.append_pair("postfach", &folder.mailbox).append_pair("ordner", &folder.name);
    query.append_pair("gen", &validity.0.to_string()).append_pair("uid", &uid.0.to_string());
    format!("/nachricht?{}", query.finish())
}

type Fields = BTreeMap<String, String>;

/// Which message an address or a form means.
fn key(fields: &Fields) -> Option<Key> {
    let field = |name: &str| fields.get(name).map(String::as_str);
    let folder = Folder { mailbox: field("postfach")?.to_owned(), name: field("ordner")?.to_owned() };
    let validity = UidValidity(field("gen")?.parse().ok()?);
    Some(Key { folder, validity, uid: Uid(field("uid")?.parse().ok()?) })
}

/// The class that an address or a form names: `antrag`.
fn class(fields: &Fields, name: &str) -> Option<Class> {
    Tag::from_name(fields.get(name)?)?.class()
}

async fn show(
    State(page): State<Arc<Page>>,
    visitor: Visitor,
    query: Result<Query<Fields>, QueryRejection>,
) -> Response {
    let fields = query.map(|Query(fields)| fields).unwrap_or_default();
    let Some(key) = key(&fields) else { return Note::Missing.page(&page, visitor) };
    if !visitor.rights.reads(&key.folder.mailbox) {
        return Note::Forbidden.page(&page, visitor);
    }
    let set = class(&fields, "gesetzt");
    answer(&page, visitor, key, Asked { set, refused: None }).await
}

async fn correct(
    State(page): State<Arc<Page>>,
    visitor: Visitor,
    form: Result<Form<Fields>, FormRejection>,
) -> Response {
    let fields = form.map(|Form(fields)| fields).unwrap_or_default();
    let (Some(key), Some(class)) = (key(&fields), class(&fields, "klasse")) else {
        return Note::Missing.page(&page, visitor);
    };
    if !visitor.rights.reads(&key.folder.mailbox) {
        return Note::Forbidden.page(&page, visitor);
    }
    if !people::check_form(&visitor, fields.get("token").map_or("", String::as_str)) {
        return Note::Stale.page(&page, visitor);
    }
    match set(&page, &key, class).await {
        Ok(()) => {
            let address = address(&key.folder, key.validity, key.uid);
            Redirect::to(&format!("{address}&gesetzt={}", Tag::of_class(class).name())).into_response()
        }
        Err(refused) => {
            answer(&page, visitor, key, Asked { set: None, refused: Some((class, refused)) }).await
        }
    }
}

/// Only of what the ledger knows anything is written.
async fn set(page: &Arc<Page>, key: &Key, class: Class) -> Result<(), Refused> {
    match entry(Arc::clone(page), key.clone()).await {
        Ok(None) => Err(Refused { why: Why::Gone, sentence: String::new() }),
        // Where the ledger cannot be read, the reading room says so.
        _ => page.reading.correct(key.clone(), class).await,
    }
}

/// What became of a person's word, where they just said one.
struct Asked {
    /// It was set.
    set: Option<Class>,
    /// It could not be set.
    refused: Option<(Class, Refused)>,
}

/// The page of a message that this visitor may read.
async fn answer(page: &Arc<Page>, visitor: Visitor, key: Key, asked: Asked) -> Response {
    let entry = match entry(Arc::clone(page), key.clone()).await {
        Ok(entry) => entry,
        Err(error) => {
            tracing::error!(name: "web.message", %error, "the page cannot show what is known of a message");
            return Note::Unreadable.page(page, visitor);
        }
    };
    let status = match (&entry, &asked.refused) {
        (None, _) => StatusCode::NOT_FOUND,
        (_, Some((_, refused))) => status(refused.why),
        (_, None) => StatusCode::OK,
    };
    let explained = match &entry {
        Some(_) => page.reading.explain(key.clone()).await,
        None => Err(Refused { why: Why::Gone, sentence: String::new() }),
    };
    let frame = Frame::new(page, visitor, Place::Queue);
    html(status, &MessageView::new(frame, &key, entry.as_ref(), explained.as_ref(), &asked))
}

fn status(why: Why) -> StatusCode {
    match why {
        Why::Gone => StatusCode::NOT_FOUND,
        Why::Unreachable | Why::Busy => StatusCode::SERVICE_UNAVAILABLE,
        Why::Impossible => StatusCode::CONFLICT,
        Why::Broken => StatusCode::INTERNAL_SERVER_ERROR,
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

/// The ledger reads files, so it gets a thread of its own.
async fn entry(page: Arc<Page>, key: Key) -> Result<Option<Entry>, Unreadable> {
    let read = move || {
        let uids = BTreeSet::from([key.uid]);
        let entries = page.ledger.entries(&key.folder, key.validity, &uids, (page.clock)());
        entries.map(|mut entries| entries.remove(&key.uid))
    };
    Ok(tokio::task::spawn_blocking(read).await??)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(query: &str) -> Fields {
        let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
    }

    #[test]
    fn an_address_names_one_message_whatever_its_folder_is_called() {
        let folder = Folder { mailbox: "post".to_owned(), name: "INBOX/Bürger & Büro".to_owned() };
        let address = address(&folder, UidValidity(42), Uid(7));
        assert_eq!(address, "/nachricht?postfach=post&ordner=INBOX%2FB%C3%BCrger+%26+B%C3%BCro&gen=42&uid=7");
    }

    #[test]
    fn what_names_no_message_or_class_is_none() {
        let whole = key(&fields("postfach=p&ordner=INBOX&gen=42&uid=7")).unwrap();
        assert_eq!(
            (whole.folder.name.as_str(), whole.validity, whole.uid),
            ("INBOX", UidValidity(42), Uid(7))
        );
        for query in ["", "postfach=p", "postfach=p&ordner=o&gen=x&uid=1", "postfach=p&ordner=o&gen=1&uid=-1"]
        {
            assert_eq!(key(&fields(query)), None, "{query}");
        }
        assert_eq!(class(&fields("klasse=rueckfrage"), "klasse"), Some(Class::Inquiry));
        for query in ["", "klasse=hoch", "klasse=unsicher", "klasse=x"] {
            assert_eq!(class(&fields(query), "klasse"), None, "{query}");
        }
    }
}
