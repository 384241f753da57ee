//! Who may come in: sign-in by password or identity provider, sessions, the door before every page, preferences.
//!
//! ```text
//!   request ─▶ guard (host, headers) ─▶ same_site ─▶ door ── session ─▶ Visitor ─▶ a room
//!                                                     └── none ─▶ /anmelden ─▶ account file │ identity provider
//! ```
//!
//! Nobody's name is logged or written down: a session lives in memory, under the mark of its cookie.

pub(crate) mod accounts;
mod book;
mod cookies;
mod door;
mod oidc;
mod password;
mod public_url;
mod secret;
mod sessions;
mod settings;
mod sign_in;
mod throttle;

use std::fmt;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use jiff::SignedDuration;
use tokio::sync::Semaphore;

use self::book::Book;
use self::cookies::Jar;
pub(crate) use self::door::{door, same_site};
use self::oidc::Oidc;
use self::secret::Seal;
use self::sessions::Sessions;
use self::throttle::Throttle;
use crate::Page;
use crate::visitor::{Theme, Visitor};
use crate::words::Language;

pub use self::accounts::{Account, Accounts, AccountsError};
pub use self::oidc::{Issuer, IssuerError, OidcSettings, Wire};
pub use self::password::{Password, UnfitPassword};
pub(crate) use self::public_url::is_loopback;
pub use self::public_url::{PublicUrl, PublicUrlError};

/// Argon2 takes 19 MiB a password: so many at once.
const HASHES_AT_ONCE: usize = 2;
/// Forms of these pages are short.
const LONGEST_FORM: usize = 16 * 1024;

/// Who may come in, as the configuration has it.
#[derive(Clone, Debug)]
pub struct Entrance {
    /// The file of local accounts; none where the identity provider alone decides.
    pub accounts: Option<PathBuf>,
    /// The page's address behind a reverse proxy.
    pub public_url: Option<PublicUrl>,
    /// How long a session lasts at most.
    pub session: SignedDuration,
    /// The identity provider; needs the public address.
    pub oidc: Option<OidcSettings>,
}

/// Everything that is known about who is in, and who may.
pub struct People {
    accounts: Option<Book>,
    oidc: Option<Oidc>,
    public_url: Option<PublicUrl>,
    sessions: Sessions,
    throttle: Throttle,
    seal: Seal,
    jar: Jar,
    hashing: Arc<Semaphore>,
}

impl People {
    /// Nobody is in yet.
    ///
    /// # Errors
    /// Where the system gives no random numbers.
    pub fn new(entrance: Entrance) -> io::Result<Self> {
        let Entrance { accounts, public_url, session, oidc } = entrance;
        let origin = public_url.as_ref().map(PublicUrl::origin);
        let oidc = oidc.zip(origin).map(|(settings, origin)| Oidc::new(settings, origin));
        let https = public_url.as_ref().is_some_and(PublicUrl::is_https);
        Ok(Self {
            accounts: accounts.map(Book::new),
            oidc,
            public_url,
            sessions: Sessions::new(session),
            throttle: Throttle::default(),
            seal: Seal::new()?,
            jar: Jar { https },
            hashing: Arc::new(Semaphore::new(HASHES_AT_ONCE)),
        })
    }

    /// The page's address behind a reverse proxy.
    pub(crate) fn public_url(&self) -> Option<&PublicUrl> {
        self.public_url.as_ref()
    }

    /// Where else the page's forms may lead: signing out here leads to signing out there.
    pub(crate) fn issuer(&self) -> Option<String> {
        self.oidc.as_ref().map(Oidc::origin)
    }

    /// Who asks, where somebody is signed in.
    pub(crate) fn visitor(&self, page: &Page, headers: &HeaderMap) -> Option<Visitor> {
        let cookie = self.jar.find(headers, cookies::SESSION)?;
        // Browsers say so of what a script asks for: an open page keeps nobody signed in.
        let by_hand = headers.get("sec-fetch-mode").is_none_or(|mode| mode == "navigate");
        let who = self.sessions.find(cookie, by_hand, (page.clock)())?;
        if let sessions::By::Account(mark) = who.by {
            let accounts = self.accounts.as_ref()?.accounts();
            if accounts.find(&who.name).is_none_or(|account| account.mark() != mark) {
                self.sessions.close(cookie);
                return None;
            }
        }
        let form_token = self.seal.of("form", cookie);
        Some(Visitor { name: who.name, rights: who.rights, form_token, ..self.stranger(headers) })
    }

    /// Somebody who is not signed in: what is known is how they like the page.
    pub(crate) fn stranger(&self, headers: &HeaderMap) -> Visitor {
        let accepted = || Language::accepted(headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok()?);
        let chosen = self.jar.find(headers, cookies::LANGUAGE).and_then(Language::from_code);
        let theme = self.jar.find(headers, cookies::THEME).and_then(Theme::from_code);
        let before = self.jar.find(headers, cookies::BEFORE);
        Visitor {
            language: chosen.or_else(accepted).unwrap_or_default(),
            theme: theme.unwrap_or_default(),
            form_token: before.map(|cookie| self.seal.of("before", cookie)).unwrap_or_default(),
            ..Visitor::default()
        }
    }
}

impl fmt::Debug for People {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("People").field("public_url", &self.public_url).finish_non_exhaustive()
    }
}

/// Whether a form is one that this visitor's page showed them; every handler of a form asks.
#[must_use]
pub(crate) fn check_form(visitor: &Visitor, token: &str) -> bool {
    secret::same(&visitor.form_token, token)
}

/// What is answered without a sign-in.
pub(crate) fn routes() -> Router<Arc<Page>> {
    Router::new()
        .route("/anmelden", get(sign_in::show).post(sign_in::sign_in))
        .route("/anmelden/oidc", get(oidc::begin))
        .route("/anmelden/oidc/antwort", get(oidc::finish))
        .route("/einstellungen", post(settings::set))
        .layer(DefaultBodyLimit::max(LONGEST_FORM))
}

/// What is behind the door.
pub(crate) fn inner_routes() -> Router<Arc<Page>> {
    Router::new().route("/abmelden", post(sign_in::sign_out)).layer(DefaultBodyLimit::max(LONGEST_FORM))
}

/// On to another address, with these cookies.
fn onward(address: &str, cookies: impl IntoIterator<Item = Option<HeaderValue>>) -> Response {
    let mut response = axum::response::Redirect::to(address).into_response();
    with_cookies(&mut response, cookies);
    response
}

fn with_cookies(response: &mut Response, cookies: impl IntoIterator<Item = Option<HeaderValue>>) {
    for cookie in cookies.into_iter().flatten() {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
}
