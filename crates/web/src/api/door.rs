//! Which machine asks: `Authorization: Bearer` and nothing else, so there is nothing that a browser sends by itself.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::{FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use jiff::{SignedDuration, Timestamp};
use store::{Scope, Token};

use super::problem::{Kind, Problem};
use crate::Page;

/// Wrong tokens in a minute, from everybody together, after which they are told to wait. Right ones never are.
const WRONG_A_MINUTE: u32 = 60;

/// Lets nobody in without a token, and says whose it is.
pub(super) async fn door(State(page): State<Arc<Page>>, mut request: Request, next: Next) -> Response {
    match machine(&page, request.headers()) {
        Ok(machine) => {
            request.extensions_mut().insert(machine);
            next.run(request).await
        }
        Err(problem) => problem.into_response(),
    }
}

fn machine(page: &Page, headers: &HeaderMap) -> Result<Machine, Problem> {
    let Some(presented) = bearer(headers) else {
        let how = "send `Authorization: Bearer lh_…` with a token of `langhals token add`";
        return Err(Problem::new(Kind::TokenMissing, how));
    };
    match page.machines.tokens.find(presented) {
        Ok(Some(token)) => Ok(Machine(token)),
        Ok(None) if page.machines.wrong.too_many((page.clock)()) => {
            Err(Problem::of(Kind::TooManyWrongTokens))
        }
        Ok(None) => Err(Problem::of(Kind::TokenUnknown)),
        Err(error) => Err(Problem::broken(&error)),
    }
}

/// The one token of the one header.
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let mut all = headers.get_all(header::AUTHORIZATION).iter();
    let (first, second) = (all.next()?, all.next());
    let (scheme, token) = first.to_str().ok()?.split_once(' ')?;
    (second.is_none() && scheme.eq_ignore_ascii_case("bearer")).then_some(token.trim())
}

/// Whoever asks, by its token.
#[derive(Clone, Debug)]
pub(super) struct Machine(pub(super) Arc<Token>);

impl Machine {
    /// Refuses what the token does not allow.
    pub(super) fn needs(&self, scope: Scope) -> Result<(), Problem> {
        if self.0.scopes.contains(&scope) {
            return Ok(());
        }
        let name = scope.name();
        let how = format!("this needs a token with the scope `{name}`: `langhals token add NAME --{name}`");
        Err(Problem::new(Kind::ScopeMissing, how))
    }

    /// Refuses a mailbox that the token is not for, whether or not there is one of that name.
    pub(super) fn enters(&self, mailbox: &str) -> Result<(), Problem> {
        if self.0.covers(mailbox) { Ok(()) } else { Err(Problem::of(Kind::MailboxNotAllowed)) }
    }

    /// Whether it may know of this mailbox.
    pub(super) fn sees(&self, mailbox: &str) -> bool {
        self.0.covers(mailbox)
    }

    /// The mailboxes that it may know of; every one where there is nothing.
    pub(super) fn seen(&self) -> Option<BTreeSet<String>> {
        self.0.mailboxes.clone()
    }
}

/// Put into the request by the door; a route that is reached without it is a defect of ours.
impl<S: Send + Sync> FromRequestParts<S> for Machine {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        parts.extensions.get::<Self>().cloned().ok_or_else(|| Problem::broken(&"a route without its door"))
    }
}

/// Counts wrong tokens of the running minute.
#[derive(Debug, Default)]
pub(super) struct Wrong(Mutex<(Timestamp, u32)>);

impl Wrong {
    /// Counts one more; says whether there were too many.
    fn too_many(&self, now: Timestamp) -> bool {
        let mut counted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (begun, count) = &mut *counted;
        if now.duration_since(*begun).abs() >= SignedDuration::from_mins(1) {
            (*begun, *count) = (now, 0);
        }
        *count = count.saturating_add(1);
        *count > WRONG_A_MINUTE
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn one_header_of_one_scheme_counts() {
        for (values, found) in [
            (&["Bearer lh_x"][..], Some("lh_x")),
            (&["bearer  lh_x "], Some("lh_x")),
            (&["Basic bGg6eA=="], None),
            (&["lh_x"], None),
            (&["Bearer"], None),
            (&["Bearer lh_x", "Bearer lh_y"], None),
            (&[], None),
        ] {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append(header::AUTHORIZATION, HeaderValue::from_static(value));
            }
            assert_eq!(bearer(&headers), found, "{values:?}");
        }
    }

    #[test]
    fn wrong_tokens_are_told_to_wait_until_the_minute_is_over() {
        let wrong = Wrong::default();
        let start: Timestamp = "2026-11-21T08:30:00Z".parse().unwrap();
        assert!((0..WRONG_A_MINUTE).all(|_| !wrong.too_many(start)));
        assert!(wrong.too_many(start + SignedDuration::from_secs(59)));
        assert!(!wrong.too_many(start + SignedDuration::from_secs(60)));
    }
}
