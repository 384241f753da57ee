//! The page's address as browsers know it, where a reverse proxy ends TLS in front of it.

use axum::http::Uri;

/// `public_url` of the configuration: scheme and authority.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicUrl {
    origin: String,
    authority: String,
    https: bool,
}

/// Why an address is refused; reads on after the key's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PublicUrlError {
    /// It is no address, or more than one.
    #[error("is no address of a page: give scheme and host only, e.g. \"https://langhals.amt.example\"")]
    NoAddress,
    /// Passwords and cookies would go in the clear.
    #[error("would send passwords in the clear: use https (http is for 127.0.0.1 and localhost only)")]
    InTheClear,
}

impl PublicUrl {
    /// Checks an address.
    ///
    /// # Errors
    /// [`PublicUrlError`], whose text says what would be right.
    pub fn parse(text: &str) -> Result<Self, PublicUrlError> {
        let uri: Uri = text.parse().map_err(|_| PublicUrlError::NoAddress)?;
        let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
            return Err(PublicUrlError::NoAddress);
        };
        let plain = !authority.as_str().contains('@') && authority.host().is_ascii();
        if !plain || uri.path() != "/" || uri.query().is_some() || text.contains('#') {
            return Err(PublicUrlError::NoAddress);
        }
        let https = match scheme {
            "https" => true,
            "http" if is_loopback(authority.host()) => false,
            "http" => return Err(PublicUrlError::InTheClear),
            _ => return Err(PublicUrlError::NoAddress),
        };
        let authority = authority.as_str().to_ascii_lowercase();
        // As browsers write it: without the scheme's own port.
        let usual = if https { ":443" } else { ":80" };
        let authority = authority.strip_suffix(usual).unwrap_or(&authority).to_owned();
        Ok(Self { origin: format!("{scheme}://{authority}"), authority, https })
    }

    /// Whether TLS ends in front of the page.
    pub fn is_https(&self) -> bool {
        self.https
    }

    /// `https://langhals.amt.example`.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// Whether a `Host` header asks for it.
    pub(crate) fn is_host(&self, host: &str) -> bool {
        let host = host.to_ascii_lowercase();
        let usual = if self.https { ":443" } else { ":80" };
        host.strip_suffix(usual).unwrap_or(&host) == self.authority
    }
}

/// Whether a name or address without port is this machine's.
pub(crate) fn is_loopback(name: &str) -> bool {
    let address = name.parse::<std::net::Ipv4Addr>().is_ok_and(|address| address.is_loopback());
    address || name == "[::1]" || name.eq_ignore_ascii_case("localhost")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_hosts_behind_tls_or_on_this_machine_are_taken() {
        for (text, origin) in [
            ("https://Langhals.Amt.example", Ok("https://langhals.amt.example")),
            ("https://langhals.amt.example:443/", Ok("https://langhals.amt.example")),
            ("https://langhals.amt.example:8443", Ok("https://langhals.amt.example:8443")),
            ("http://127.0.0.1:8765", Ok("http://127.0.0.1:8765")),
            ("http://[::1]:8765/", Ok("http://[::1]:8765")),
            ("http://localhost", Ok("http://localhost")),
            ("http://langhals.amt.example", Err(PublicUrlError::InTheClear)),
            ("https://amt.example/langhals", Err(PublicUrlError::NoAddress)),
            ("https://amt.example/?a", Err(PublicUrlError::NoAddress)),
            ("https://amt.example/#a", Err(PublicUrlError::NoAddress)),
            ("https://a@amt.example", Err(PublicUrlError::NoAddress)),
            ("langhals.amt.example", Err(PublicUrlError::NoAddress)),
            ("/", Err(PublicUrlError::NoAddress)),
            ("", Err(PublicUrlError::NoAddress)),
            ("ftp://amt.example", Err(PublicUrlError::NoAddress)),
        ] {
            let url = PublicUrl::parse(text);
            assert_eq!(url.as_ref().map(PublicUrl::origin), origin.as_ref().copied(), "{text}");
        }
    }

    #[test]
    fn the_host_is_the_same_with_and_without_the_usual_port() {
        let url = PublicUrl::parse("https://amt.example").unwrap();
        for (host, same) in [
            ("amt.example", true),
            ("AMT.example:443", true),
            ("amt.example:8443", false),
            ("example", false),
        ] {
            assert_eq!(url.is_host(host), same, "{host}");
        }
    }
}
