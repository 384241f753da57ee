//! Access tokens (OAuth 2, RFC 6749): asked of the token server, kept in memory, renewed in time.
//!
//! ```text
//!   hundreds of connections ─▶ OAuth (one token an account, one request at a time)
//!                                │  too little of its life left, or refused by the mail server
//!                                ▼
//!                            request ─▶ http ─▶ token server
//!                                │
//!                            refresh: a replaced refresh token goes to its file at once
//! ```

mod error;
mod http;
mod refresh;
mod request;
mod url;

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Mutex;
use tokio::time::Instant;
use tracing::Instrument as _;

pub use self::error::TokenError;
use self::refresh::Refresh;
pub use self::url::{TokenUrl, TokenUrlError};
use crate::{Secret, SecretSource};

/// `[mailbox.oauth]` of the configuration.
#[derive(Clone, Debug)]
pub struct OAuthSettings {
    /// Where tokens are asked for.
    pub token_url: TokenUrl,
    /// The authority of an in-house token server; without it those of the operating system.
    pub ca_file: Option<PathBuf>,
    /// Who we are there.
    pub client_id: String,
    /// What proves it; public clients have none.
    pub client_secret: Option<SecretSource>,
    /// What the token shall be good for.
    pub scopes: Vec<String>,
    /// In exchange for what a token is given.
    pub grant: Grant,
    /// How the token is shown to the mail server.
    pub mechanism: Mechanism,
}

/// In exchange for what a token is given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Grant {
    /// The client's own credentials (RFC 6749, 4.4).
    ClientCredentials,
    /// A refresh token (RFC 6749, 6), kept in this file; a new one is written there.
    RefreshToken(PathBuf),
}

/// How a token is shown to the mail server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Mechanism {
    /// `OAUTHBEARER` where it is offered, else `XOAUTH2`.
    #[default]
    Auto,
    /// `XOAUTH2`, as Google and Microsoft have it.
    XOAuth2,
    /// `OAUTHBEARER` (RFC 7628).
    OAuthBearer,
}

/// Where an account's access tokens come from. Clones share the token, so that one is asked for once.
#[derive(Clone)]
pub struct OAuth {
    settings: Arc<OAuthSettings>,
    state: Arc<Mutex<State>>,
}

/// An access token, with how long it is of use.
pub(crate) struct Token {
    secret: Secret,
    since: Instant,
    renew: Instant,
    end: Instant,
}

#[derive(Default)]
struct State {
    token: Option<Arc<Token>>,
    trouble: Option<Trouble>,
    refresh: Refresh,
}

/// A failure holds for a while: hundreds of folders that try again must not all ask the token server.
struct Trouble {
    error: TokenError,
    pause: Duration,
    until: Instant,
}

/// A token is renewed when so much of its life is left, or a fifth if that is less.
const MARGIN: Duration = Duration::from_mins(5);
/// A token younger than this is not renewed for being refused: the next would be refused as well.
const YOUNG: Duration = Duration::from_mins(5);
/// The first pause after a failure; each one more doubles it.
const PAUSE: Duration = Duration::from_secs(5);
const LONGEST_PAUSE: Duration = Duration::from_mins(5);
/// Whatever a server says, it is asked neither all the time nor next year.
const LIFE: (Duration, Duration) = (Duration::from_secs(30), Duration::from_hours(24));
/// Where a server does not say it (RFC 6749, 5.1).
const USUAL_LIFE: Duration = Duration::from_hours(1);

impl OAuth {
    /// Nothing is asked before the first sign-in.
    pub fn new(settings: OAuthSettings) -> Self {
        Self { settings: Arc::new(settings), state: Arc::default() }
    }

    /// How a token is shown to the mail server.
    pub(crate) fn mechanism(&self) -> Mechanism {
        self.settings.mechanism
    }

    /// A token with some life left: the one at hand, or a new one.
    pub(crate) async fn token(&self) -> Result<Arc<Token>, TokenError> {
        let this = self.clone();
        // In a task of its own: a caller who gives up midway must not lose a replaced refresh token.
        let renewing = tokio::spawn(async move { this.current().await }.in_current_span());
        renewing.await.unwrap_or(Err(TokenError::Interrupted))
    }

    /// The mail server refused this token: whether another one is worth a try.
    pub(crate) async fn give_up(&self, token: &Arc<Token>) -> bool {
        let mut state = self.state.lock().await;
        let is_current = state.token.as_ref().is_some_and(|current| Arc::ptr_eq(current, token));
        if is_current && token.since.elapsed() < YOUNG {
            return false;
        }
        if is_current {
            state.token = None;
        }
        true
    }

    async fn current(&self) -> Result<Arc<Token>, TokenError> {
        // Whoever comes second waits here, and finds what the first one got.
        let mut state = self.state.lock().await;
        let now = Instant::now();
        if let Some(token) = state.token.as_ref().filter(|token| now < token.renew) {
            return Ok(token.clone());
        }
        if state.trouble.as_ref().is_none_or(|trouble| trouble.until <= now) {
            self.renew(&mut state).await;
        }
        let now = Instant::now();
        match (&state.token, &state.trouble) {
            // The margin is there for exactly this: a token server that is away for a while.
            (Some(token), _) if now < token.end => Ok(token.clone()),
            (_, Some(trouble)) => Err(trouble.error.clone()),
            _ => Err(TokenError::Interrupted),
        }
    }

    async fn renew(&self, state: &mut State) {
        match request::token(&self.settings, &mut state.refresh).await {
            Ok((secret, life)) => {
                state.token = Some(Arc::new(Token::new(secret, life)));
                state.trouble = None;
                tracing::debug!("oauth.renewed");
            }
            Err(error) => {
                tracing::warn!(%error, "oauth.failed");
                let pause = state.trouble.as_ref().map_or(PAUSE, |trouble| trouble.pause * 2);
                let pause = pause.min(LONGEST_PAUSE);
                state.trouble = Some(Trouble { error, pause, until: Instant::now() + pause });
            }
        }
    }
}

impl fmt::Debug for OAuth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OAuth").field("settings", &self.settings).finish_non_exhaustive()
    }
}

impl Token {
    fn new(secret: Secret, life: Option<Duration>) -> Self {
        let life = life.unwrap_or(USUAL_LIFE).clamp(LIFE.0, LIFE.1);
        let since = Instant::now();
        Self { secret, since, renew: since + life - MARGIN.min(life / 5), end: since + life }
    }

    pub fn secret(&self) -> &Secret {
        &self.secret
    }
}
