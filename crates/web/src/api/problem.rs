//! What is said where something is refused: RFC 9457, with types that machines may rely on.

use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::{IntoResponses, ToSchema};

use crate::asks::{Refused, Why};

const MEDIA_TYPE: &str = "application/problem+json";

/// A refusal, as RFC 9457 has it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Problem {
    /// Which kind of problem: a stable name.
    #[schema(example = "urn:langhals:problem:scope-missing")]
    r#type: String,
    /// The kind in words.
    title: &'static str,
    /// The HTTP status.
    status: u16,
    /// What happened here, and what to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
    #[serde(skip)]
    kind: Kind,
}

/// The kinds of problem: their names are promises.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    TokenMissing,
    TokenUnknown,
    TooManyWrongTokens,
    ScopeMissing,
    MailboxNotAllowed,
    NoSuchAddress,
    NoSuchMessage,
    WrongMethod,
    WrongParameter,
    WrongBody,
    WrongMediaType,
    BodyTooLarge,
    PositionTooOld,
    TooManyStreams,
    MailboxUnreachable,
    NotPossible,
    Broken,
}

impl Kind {
    /// All of them, for the handbook and the tests.
    #[cfg(test)]
    pub(super) const ALL: [Self; 17] = [
        Self::TokenMissing,
        Self::TokenUnknown,
        Self::TooManyWrongTokens,
        Self::ScopeMissing,
        Self::MailboxNotAllowed,
        Self::NoSuchAddress,
        Self::NoSuchMessage,
        Self::WrongMethod,
        Self::WrongParameter,
        Self::WrongBody,
        Self::WrongMediaType,
        Self::BodyTooLarge,
        Self::PositionTooOld,
        Self::TooManyStreams,
        Self::MailboxUnreachable,
        Self::NotPossible,
        Self::Broken,
    ];

    /// Status, stable name, title.
    pub(super) fn facts(self) -> (StatusCode, &'static str, &'static str) {
        match self {
            Self::TokenMissing => (StatusCode::UNAUTHORIZED, "token-missing", "A token is needed"),
            Self::TokenUnknown => (StatusCode::UNAUTHORIZED, "token-unknown", "The token is not known"),
            Self::TooManyWrongTokens => {
                (StatusCode::TOO_MANY_REQUESTS, "too-many-wrong-tokens", "Too many wrong tokens")
            }
            Self::ScopeMissing => (StatusCode::FORBIDDEN, "scope-missing", "The token does not allow this"),
            Self::MailboxNotAllowed => {
                (StatusCode::FORBIDDEN, "mailbox-not-allowed", "The token is not for this mailbox")
            }
            Self::NoSuchAddress => (StatusCode::NOT_FOUND, "no-such-address", "Nothing at this address"),
            Self::NoSuchMessage => (StatusCode::NOT_FOUND, "no-such-message", "No such message"),
            Self::WrongMethod => (StatusCode::METHOD_NOT_ALLOWED, "wrong-method", "Not by this method"),
            Self::WrongParameter => {
                (StatusCode::BAD_REQUEST, "wrong-parameter", "A parameter is not understood")
            }
            Self::WrongBody => (StatusCode::UNPROCESSABLE_ENTITY, "wrong-body", "The body is not understood"),
            Self::WrongMediaType => {
                (StatusCode::UNSUPPORTED_MEDIA_TYPE, "wrong-media-type", "The body must be application/json")
            }
            Self::BodyTooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "body-too-large", "The body is too large"),
            Self::PositionTooOld => {
                (StatusCode::GONE, "position-too-old", "What came after this position is not known any more")
            }
            Self::TooManyStreams => {
                (StatusCode::SERVICE_UNAVAILABLE, "too-many-streams", "Too many streams are open")
            }
            Self::MailboxUnreachable => {
                (StatusCode::SERVICE_UNAVAILABLE, "mailbox-unreachable", "The mailbox does not answer now")
            }
            Self::NotPossible => (StatusCode::CONFLICT, "not-possible", "This cannot be done here"),
            Self::Broken => {
                (StatusCode::INTERNAL_SERVER_ERROR, "broken", "Something broke; the operator's log says what")
            }
        }
    }

    /// Seconds after which it may be worth another try.
    fn retry(self) -> Option<&'static str> {
        match self {
            Self::TooManyWrongTokens => Some("60"),
            Self::TooManyStreams | Self::MailboxUnreachable => Some("30"),
            _ => None,
        }
    }
}

impl Problem {
    /// A problem that its kind says all of.
    pub(super) fn of(kind: Kind) -> Self {
        let (status, name, title) = kind.facts();
        let r#type = format!("urn:langhals:problem:{name}");
        Self { r#type, title, status: status.as_u16(), detail: None, kind }
    }

    /// A problem with what happened here.
    pub(super) fn new(kind: Kind, detail: impl Into<String>) -> Self {
        Self { detail: Some(detail.into()), ..Self::of(kind) }
    }

    /// Something broke. Why stands in the log: it may name directories, which a machine need not know.
    pub(super) fn broken(error: &dyn std::fmt::Display) -> Self {
        tracing::error!(name: "web.api", %error, "the API cannot answer");
        Self::of(Kind::Broken)
    }
}

impl From<Refused> for Problem {
    fn from(refused: Refused) -> Self {
        match refused.why {
            Why::Gone => Self::new(Kind::NoSuchMessage, refused.sentence),
            Why::Unreachable | Why::Busy => Self::new(Kind::MailboxUnreachable, refused.sentence),
            Why::Impossible => Self::new(Kind::NotPossible, refused.sentence),
            Why::Broken => Self::broken(&refused.sentence),
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let (status, ..) = self.kind.facts();
        let body = serde_json::to_vec(&self).unwrap_or_default();
        let mut response = (status, [(header::CONTENT_TYPE, MEDIA_TYPE)], body).into_response();
        let mut say = |name: HeaderName, value: &'static str| {
            response.headers_mut().insert(name, HeaderValue::from_static(value));
        };
        if let Some(seconds) = self.kind.retry() {
            say(header::RETRY_AFTER, seconds);
        }
        match self.kind {
            Kind::TokenMissing => say(header::WWW_AUTHENTICATE, "Bearer realm=\"langhals\""),
            Kind::TokenUnknown => {
                say(header::WWW_AUTHENTICATE, "Bearer realm=\"langhals\", error=\"invalid_token\"");
            }
            Kind::ScopeMissing | Kind::MailboxNotAllowed => {
                say(header::WWW_AUTHENTICATE, "Bearer realm=\"langhals\", error=\"insufficient_scope\"");
            }
            _ => {}
        }
        response
    }
}

/// What every route may answer with.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "for the document only")]
pub(super) enum Refusals {
    /// No token, or one that is not known: `token-missing`, `token-unknown`.
    #[response(status = 401, content_type = "application/problem+json")]
    Unknown(#[to_schema] Problem),
    /// The token does not allow this, or not in this mailbox: `scope-missing`, `mailbox-not-allowed`.
    #[response(status = 403, content_type = "application/problem+json")]
    Forbidden(#[to_schema] Problem),
    /// Too many wrong tokens: `too-many-wrong-tokens`.
    #[response(status = 429, content_type = "application/problem+json")]
    Throttled(#[to_schema] Problem),
    /// Something broke: `broken`.
    #[response(status = 500, content_type = "application/problem+json")]
    Broken(#[to_schema] Problem),
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_kind_has_a_name_of_its_own_that_the_guide_explains() {
        let guide = include_str!("../../../../docs/api.md");
        let names: BTreeSet<&str> = Kind::ALL.map(|kind| kind.facts().1).into();
        assert_eq!(names.len(), Kind::ALL.len());
        for name in names {
            assert!(guide.contains(&format!("`{name}`")), "docs/api.md does not explain {name}");
        }
    }
}
