//! The way to the identity provider, and back.

use std::sync::Arc;

use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use serde::Deserialize;

use super::Oidc;
use super::flow::{Flow, LIFE_SECONDS};
use super::provider::Failed;
use crate::Page;
use crate::note::Note;
use crate::people::sessions::{By, Who};
use crate::people::{cookies, door, onward, secret, sign_in};

#[derive(Deserialize)]
pub(in crate::people) struct Wanted {
    #[serde(default)]
    weiter: String,
}

#[derive(Deserialize)]
pub(in crate::people) struct Back {
    code: Option<String>,
    state: Option<String>,
    error: Option<String>,
    /// Who answers (RFC 9207).
    iss: Option<String>,
}

/// Sends the browser to the identity provider.
pub(in crate::people) async fn begin(
    State(page): State<Arc<Page>>,
    headers: HeaderMap,
    Query(wanted): Query<Wanted>,
) -> Response {
    let (people, now) = (&page.people, (page.clock)());
    let Some(oidc) = &people.oidc else { return Note::Missing.page(&page, people.stranger(&headers)) };
    let Ok(flow) = Flow::begin(door::local(&wanted.weiter), now) else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let seal = &people.seal;
    let derived = (flow.state(seal), flow.nonce(seal), flow.verifier(seal));
    match oidc.authorize(derived, now).await {
        Ok(url) => {
            onward(url.as_str(), [people.jar.set_for(cookies::FLOW, &flow.cookie(seal), LIFE_SECONDS)])
        }
        Err(why) => failed(&page, &headers, &why),
    }
}

/// Takes the browser back, and in.
pub(in crate::people) async fn finish(
    State(page): State<Arc<Page>>,
    headers: HeaderMap,
    Query(back): Query<Back>,
) -> Response {
    let (people, now) = (&page.people, (page.clock)());
    let Some(oidc) = &people.oidc else { return Note::Missing.page(&page, people.stranger(&headers)) };
    let flow =
        people.jar.find(&headers, cookies::FLOW).and_then(|cookie| Flow::of(cookie, &people.seal, now));
    let state = back.state.as_deref().unwrap_or_default();
    let Some(flow) = flow.filter(|flow| secret::same(&flow.state(&people.seal), state)) else {
        tracing::warn!(name: "web.sign_in_failed", reason = "another browser, or too late", "a sign-in was refused");
        return Note::NotSignedIn.page(&page, people.stranger(&headers));
    };
    let mut response = match came_back(oidc, back, &flow, &page).await {
        Ok(who) if who.rights.grants.is_empty() => {
            tracing::warn!(name: "web.sign_in_failed", reason = "no group with a role", "a sign-in was refused");
            Note::NoRole.page(&page, people.stranger(&headers))
        }
        Ok(who) => sign_in::enter(&page, &headers, who, &flow.wanted),
        Err(why) => failed(&page, &headers, &why),
    };
    super::super::with_cookies(&mut response, [people.jar.clear(cookies::FLOW)]);
    response
}

async fn came_back(oidc: &Oidc, back: Back, flow: &Flow, page: &Page) -> Result<Who, Failed> {
    if back.iss.is_some_and(|issuer| issuer != oidc.settings.issuer.0.as_str()) {
        return Err(Failed::Refused("the answer is of another issuer: check [web.oidc] issuer".to_owned()));
    }
    if let Some(code) = back.error {
        let plain = code.len() <= 40 && code.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
        let code = if plain { code.as_str() } else { "no code of the standard" };
        return Err(Failed::Refused(format!("the identity provider refused ({code})")));
    }
    let Some(code) = back.code else {
        return Err(Failed::Refused("the identity provider sent no code".to_owned()));
    };
    let seal = &page.people.seal;
    let derived = (flow.nonce(seal), flow.verifier(seal));
    let identity = oidc.identity(code, derived, (page.clock)()).await?;
    let rights = oidc.rights(&identity.claims);
    Ok(Who { name: identity.name, rights, by: By::Issuer(identity.id_token.into()) })
}

/// The reason goes to the log, where the operator reads it; the page says what to do.
fn failed(page: &Page, headers: &HeaderMap, why: &Failed) -> Response {
    let note = match why {
        Failed::Unreachable(_) => Note::NoProvider,
        Failed::Unfit(_) | Failed::Refused(_) => Note::NotSignedIn,
    };
    if let Failed::Refused(_) = why {
        tracing::warn!(name: "web.sign_in_failed", reason = %why, "a sign-in was refused");
    } else {
        tracing::error!(name: "web.oidc", error = %why, "nobody can sign in at the identity provider");
    }
    note.page(page, page.people.stranger(headers))
}

/// Where a browser goes after it was signed out here: to the provider, to sign out there too, if that can be.
pub(in crate::people) async fn signed_out_at(page: &Page, who: Option<Who>) -> String {
    let here = || "/anmelden?abgemeldet=1".to_owned();
    let (Some(Who { by: By::Issuer(id_token), .. }), Some(oidc)) = (who, &page.people.oidc) else {
        return here();
    };
    let Some(url) = page.people.public_url() else { return here() };
    let back = format!("{}/anmelden", url.origin());
    oidc.end_session(&id_token, &back, (page.clock)()).await.map_or_else(here, Into::into)
}
