//! The address of a token server: https, or this machine.

use oauth2::url::Url;

use crate::error::Peer;
use crate::transport::names_loopback;

/// `token_url` of the configuration.
#[derive(Clone, Debug)]
pub struct TokenUrl {
    pub(super) url: oauth2::TokenUrl,
    pub(super) host: String,
    pub(super) port: u16,
}

/// Why an address is refused; reads on after the key's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenUrlError {
    /// It is no address of the web.
    #[error("is no web address: give e.g. \"https://login.amt.example/oauth2/token\"")]
    NoAddress,
    /// It would send the client's secret in the clear.
    #[error("would send a secret in the clear: use https (http is for loopback only)")]
    InTheClear,
    /// It holds what could be a password, or what is never sent.
    #[error("must hold no user, password or \"#\": a secret never stands in here")]
    Unfit,
}

impl TokenUrl {
    /// Checks an address.
    ///
    /// # Errors
    /// [`TokenUrlError`], whose text says what would be right.
    pub fn parse(text: &str) -> Result<Self, TokenUrlError> {
        let url = oauth2::TokenUrl::new(text.to_owned()).map_err(|_| TokenUrlError::NoAddress)?;
        let parts: &Url = url.url();
        let plain = match parts.scheme() {
            "https" => false,
            "http" => true,
            _ => return Err(TokenUrlError::NoAddress),
        };
        let host = parts.host_str().unwrap_or_default();
        let host = host.trim_start_matches('[').trim_end_matches(']').to_owned();
        let port = parts.port_or_known_default().unwrap_or_default();
        if host.is_empty() || port == 0 {
            return Err(TokenUrlError::NoAddress);
        }
        if plain && !names_loopback(&host) {
            return Err(TokenUrlError::InTheClear);
        }
        if !parts.username().is_empty() || parts.password().is_some() || parts.fragment().is_some() {
            return Err(TokenUrlError::Unfit);
        }
        Ok(Self { url, host, port })
    }

    pub(super) fn peer(&self) -> Peer {
        Peer::new(&self.host, self.port)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_https_and_this_machine_get_secrets() {
        let parse = |text: &str| TokenUrl::parse(text).map(|url| (url.host, url.port));
        assert_eq!(parse("https://login.example/a?b=c"), Ok(("login.example".into(), 443)));
        assert_eq!(parse("https://[::1]:8443/token"), Ok(("::1".into(), 8443)));
        assert_eq!(parse("http://127.0.0.1:80/token"), Ok(("127.0.0.1".into(), 80)));
        assert_eq!(parse("http://localhost/"), Ok(("localhost".into(), 80)));
        assert_eq!(parse("http://login.example/"), Err(TokenUrlError::InTheClear));
        assert_eq!(parse("http://127.0.0.1.example/"), Err(TokenUrlError::InTheClear));
        for unfit in ["https://a:b@login.example/", "https://a@login.example/", "https://login.example/#x"] {
            assert_eq!(parse(unfit), Err(TokenUrlError::Unfit), "{unfit}");
        }
        for no in ["", "login.example", "/token", "ftp://login.example/", "https://"] {
            assert_eq!(parse(no), Err(TokenUrlError::NoAddress), "{no}");
        }
    }
}
