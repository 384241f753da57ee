//! Signing in by a password, and out.

use std::sync::Arc;

use askama::Template;
use axum::Form;
use axum::extract::rejection::FormRejection;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use form_urlencoded::byte_serialize;
use serde::Deserialize;

use super::accounts::Account;
use super::password::Password;
use super::sessions::{By, Who};
use super::{People, check_form, cookies, door, oidc, onward, secret, with_cookies};
use crate::Page;
use crate::frame::{Frame, Place};
use crate::note::{Note, html};
use crate::visitor::{Role, Visitor};

#[derive(Deserialize)]
pub(super) struct Wanted {
    #[serde(default)]
    weiter: String,
    /// Just signed out.
    abgemeldet: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct SignIn {
    token: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    password: Password,
    #[serde(default)]
    weiter: String,
}

#[derive(Deserialize)]
pub(super) struct SignOut {
    token: String,
}

/// What the sign-in page says above its form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Said {
    Nothing,
    SignedOut,
    /// The form came from elsewhere, or from before a restart.
    Stale,
    /// Name or password are missing.
    Empty,
    Wrong,
    /// Too often; so many seconds.
    Wait(i64),
}

#[derive(Template)]
#[template(path = "sign-in.html")]
struct SignInView {
    frame: Frame,
    said: Said,
    wanted: String,
    /// What was typed as name, to be mended.
    name: String,
    /// Whether there are accounts to sign in to.
    accounts: bool,
    /// Whether there is an identity provider to sign in at: where to go for that.
    provider: Option<String>,
}

impl SignInView {
    /// What is wrong, in words; the fields point to it.
    fn error(&self) -> Option<String> {
        let words = self.frame.words;
        match self.said {
            Said::Stale => Some(words.say("sign-in-stale")),
            Said::Empty => Some(words.say("sign-in-empty")),
            Said::Wrong => Some(words.say("sign-in-wrong")),
            Said::Wait(seconds) => Some(words.counted("sign-in-wait", seconds.unsigned_abs())),
            Said::Nothing | Said::SignedOut => None,
        }
    }

    fn signed_out(&self) -> bool {
        self.said == Said::SignedOut
    }
}

/// The sign-in page.
pub(super) async fn show(
    State(page): State<Arc<Page>>,
    headers: HeaderMap,
    Query(wanted): Query<Wanted>,
) -> Response {
    if page.people.visitor(&page, &headers).is_some() {
        return onward(door::local(&wanted.weiter), []);
    }
    let said = if wanted.abgemeldet.is_some() { Said::SignedOut } else { Said::Nothing };
    form(&page, &headers, said, &wanted.weiter, "")
}

/// Signs in by name and password.
pub(super) async fn sign_in(
    State(page): State<Arc<Page>>,
    headers: HeaderMap,
    typed: Result<Form<SignIn>, FormRejection>,
) -> Response {
    let Ok(Form(SignIn { token, name, password, weiter })) = typed else {
        return Note::Stale.page(&page, page.people.stranger(&headers));
    };
    let name = name.trim().to_owned();
    if !check_form(&page.people.stranger(&headers), &token) {
        return form(&page, &headers, Said::Stale, &weiter, &name);
    }
    if name.is_empty() || password.is_empty() {
        return form(&page, &headers, Said::Empty, &weiter, &name);
    }
    if let Err(seconds) = page.people.throttle.attempt(&name, page.people.knows(&name), (page.clock)()) {
        tracing::warn!(name: "web.sign_in_failed", reason = "too many tries", "a sign-in was put off");
        return form(&page, &headers, Said::Wait(seconds), &weiter, &name);
    }
    if let Some(account) = page.people.known(&name, password).await {
        page.people.throttle.succeeded(&name);
        let by = By::Account(account.mark());
        enter(&page, &headers, Who { name: account.name, rights: account.rights, by }, &weiter)
    } else {
        tracing::warn!(name: "web.sign_in_failed", reason = "wrong name or password", "a sign-in was refused");
        form(&page, &headers, Said::Wrong, &weiter, &name)
    }
}

/// Opens a session, always a new one: a cookie from before the sign-in is worth nothing after it.
pub(super) fn enter(page: &Page, headers: &HeaderMap, who: Who, wanted: &str) -> Response {
    let people = &page.people;
    if let Some(before) = people.jar.find(headers, cookies::SESSION) {
        people.sessions.close(before);
    }
    let roles: Vec<&str> = who.rights.grants.iter().map(|grant| Role::name(grant.role)).collect();
    let Ok(session) = people.sessions.open(who, (page.clock)()) else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    tracing::info!(name: "web.signed_in", roles = %roles.join(" "), "somebody signed in");
    let jar = people.jar;
    onward(door::local(wanted), [jar.set(cookies::SESSION, &session), jar.clear(cookies::BEFORE)])
}

/// Ends the session.
pub(super) async fn sign_out(
    State(page): State<Arc<Page>>,
    visitor: Visitor,
    headers: HeaderMap,
    form: Result<Form<SignOut>, FormRejection>,
) -> Response {
    match form {
        Ok(Form(form)) if check_form(&visitor, &form.token) => {
            let people = &page.people;
            let who =
                people.jar.find(&headers, cookies::SESSION).and_then(|cookie| people.sessions.close(cookie));
            onward(&oidc::signed_out_at(&page, who).await, [people.jar.clear(cookies::SESSION)])
        }
        _ => Note::Stale.page(&page, visitor),
    }
}

/// The sign-in page with a form that is bound to this browser.
fn form(page: &Page, headers: &HeaderMap, said: Said, wanted: &str, name: &str) -> Response {
    let people = &page.people;
    let mut visitor = people.stranger(headers);
    let mut cookie = None;
    if visitor.form_token.is_empty() {
        let Ok(before) = secret::random() else { return StatusCode::INTERNAL_SERVER_ERROR.into_response() };
        visitor.form_token = people.seal.of("before", &before);
        cookie = people.jar.set_strict(cookies::BEFORE, &before);
    }
    let wanted = door::local(wanted).to_owned();
    visitor.address.clone_from(&wanted);
    let back: String = byte_serialize(wanted.as_bytes()).collect();
    let view = SignInView {
        provider: people.oidc.as_ref().map(|_| format!("/anmelden/oidc?weiter={back}")),
        accounts: people.accounts.as_ref().is_some_and(|book| !book.accounts().all().is_empty()),
        frame: Frame::new(page, visitor, Place::Elsewhere),
        said,
        wanted,
        name: name.to_owned(),
    };
    let status = match said {
        Said::Nothing | Said::SignedOut => StatusCode::OK,
        Said::Stale | Said::Wrong => StatusCode::FORBIDDEN,
        Said::Empty => StatusCode::UNPROCESSABLE_ENTITY,
        Said::Wait(_) => StatusCode::TOO_MANY_REQUESTS,
    };
    let mut response = html(status, &view);
    if let Said::Wait(seconds) = said {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    with_cookies(&mut response, [cookie]);
    response
}

impl People {
    /// Whether there is an account of that name.
    fn knows(&self, name: &str) -> bool {
        self.accounts.as_ref().is_some_and(|book| book.accounts().find(name).is_some())
    }

    /// The account with that name and password. Unknown names take as long as known ones.
    async fn known(&self, name: &str, password: Password) -> Option<Account> {
        let account = self.accounts.as_ref()?.accounts().find(name).cloned();
        let turn = Arc::clone(&self.hashing).acquire_owned().await.ok()?;
        let judged = tokio::task::spawn_blocking(move || {
            // The work goes on where the browser goes away, so the turn is the work's.
            let _turn = turn;
            password.fits(account.as_ref().map(Account::hash)).then_some(account).flatten()
        });
        judged.await.ok().flatten()
    }
}
