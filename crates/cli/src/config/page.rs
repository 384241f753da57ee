//! `[web]`: where the page is served, under which address, and who may come in.

use std::net::SocketAddr;
use std::path::Path;

use daemon::Post;
use jiff::SignedDuration;
use web::{Entrance, PublicUrl};

use super::Problem;
use super::check::absolute;
use super::oidc::oidc;
use super::raw;

/// The page, as the configuration has it.
#[derive(Clone, Debug)]
pub struct Page {
    /// Where it is served; none if `listen = ""`.
    pub listen: Option<SocketAddr>,
    /// Who may come in.
    pub entrance: Entrance,
}

/// `state` is where the accounts lie unless the configuration says otherwise.
pub(crate) fn page(raw: raw::Web, state: &Path, base: &Path, posts: &[Post]) -> Result<Page, Problem> {
    let public_url = match raw.public_url.as_deref() {
        Some(text) => {
            Some(PublicUrl::parse(text).map_err(|error| Problem::new("web.public_url", error.to_string()))?)
        }
        None => None,
    };
    let listen = listen(raw.listen.as_deref().unwrap_or("127.0.0.1:8765"), public_url.as_ref())?;
    let accounts = match raw.accounts.as_deref() {
        Some(file) => Some(absolute(base, file, "web.accounts")?),
        // Beside an identity provider, passwords are only where somebody wants them.
        None if raw.oidc.is_some() => None,
        None => Some(state.join("accounts.json")),
    };
    let session = session(raw.session_hours)?;
    let oidc = oidc(raw.oidc, raw.group, public_url.as_ref(), base, posts)?;
    Ok(Page { listen, entrance: Entrance { accounts, public_url, session, oidc } })
}

fn listen(given: &str, public_url: Option<&PublicUrl>) -> Result<Option<SocketAddr>, Problem> {
    let wrong = |text: String| Problem::new("web.listen", text);
    if given.is_empty() {
        return Ok(None);
    }
    let address: SocketAddr = given.parse().map_err(|_| {
        wrong(format!(
            "\"{given}\" is no address with a port: use e.g. \"127.0.0.1:8765\", or \"\" for no page"
        ))
    })?;
    if address.ip().is_loopback() || public_url.is_some_and(PublicUrl::is_https) {
        Ok(Some(address))
    } else {
        Err(wrong(format!(
            "passwords would go over the network in the clear: put a reverse proxy with TLS in front of it and set \
             public_url to its https address, or use \"127.0.0.1:{}\"",
            address.port()
        )))
    }
}

fn session(given: Option<i64>) -> Result<SignedDuration, Problem> {
    let hours = given.unwrap_or(10);
    if (1..=24).contains(&hours) {
        Ok(SignedDuration::from_hours(hours))
    } else {
        Err(Problem::new("web.session_hours", format!("{hours} is out of range: use 1 to 24; 10 is usual")))
    }
}
