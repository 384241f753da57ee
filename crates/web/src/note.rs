//! A page that says one thing: nothing here, not allowed, out of date, broken.

use askama::Template;
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Response};

use crate::Page;
use crate::frame::{Frame, Place};
use crate::visitor::Visitor;

/// What is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Note {
    /// Nothing at this address.
    Missing,
    /// Not with this role.
    Forbidden,
    /// A form without its token.
    Stale,
    /// The identity provider cannot be asked.
    NoProvider,
    /// The sign-in there came to nothing.
    NotSignedIn,
    /// Signed in there, but without a role here.
    NoRole,
    /// The ledger cannot be read.
    Unreadable,
}

#[derive(Template)]
#[template(path = "note.html")]
struct NoteView {
    frame: Frame,
    heading: String,
    text: String,
    /// Whether it leads back to the sign-in.
    outside: bool,
}

impl Note {
    /// The page that says so.
    pub(crate) fn page(self, page: &Page, visitor: Visitor) -> Response {
        let (status, heading, text) = match self {
            Self::Missing => (StatusCode::NOT_FOUND, "note-missing", "note-missing-text"),
            Self::Forbidden => (StatusCode::FORBIDDEN, "note-forbidden", "note-forbidden-text"),
            Self::Stale => (StatusCode::FORBIDDEN, "note-stale", "note-stale-text"),
            Self::NoProvider => (StatusCode::BAD_GATEWAY, "note-no-provider", "note-no-provider-text"),
            Self::NotSignedIn => (StatusCode::FORBIDDEN, "note-not-signed-in", "note-not-signed-in-text"),
            Self::NoRole => (StatusCode::FORBIDDEN, "note-no-role", "note-no-role-text"),
            Self::Unreadable => {
                (StatusCode::INTERNAL_SERVER_ERROR, "note-unreadable", "note-unreadable-text")
            }
        };
        let frame = Frame::new(page, visitor, Place::Elsewhere);
        let (heading, text) = (frame.words.say(heading), frame.words.say(text));
        let outside = matches!(self, Self::NoProvider | Self::NotSignedIn | Self::NoRole);
        html(status, &NoteView { frame, heading, text, outside })
    }
}

/// A rendered template as an answer.
pub(crate) fn html(status: StatusCode, view: &impl Template) -> Response {
    match view.render() {
        Ok(text) => (status, Html(text)).into_response(),
        Err(error) => {
            tracing::error!(name: "web.render", %error, "a page cannot be rendered");
            let plain = [(header::CONTENT_TYPE, "text/plain; charset=utf-8")];
            (StatusCode::INTERNAL_SERVER_ERROR, plain, "Die Seite kann nicht dargestellt werden.")
                .into_response()
        }
    }
}
