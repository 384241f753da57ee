//! What stands before every route: only loopback names are answered, and every answer carries the strict headers.

use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; \
                      font-src 'self'; img-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

const STRICT: [(HeaderName, &str); 7] = [
    (header::CONTENT_SECURITY_POLICY, POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::REFERRER_POLICY, "no-referrer"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-embedder-policy"), "require-corp"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
];

/// Refuses other names than loopback's, and sets the headers that every answer carries.
pub(crate) async fn guard(request: Request, next: Next) -> Response {
    let mut response = if asked_by_loopback_name(request.uri(), request.headers()) {
        next.run(request).await
    } else {
        let sentence = "Diese Seite antwortet nur unter localhost oder 127.0.0.1.\n";
        (StatusCode::MISDIRECTED_REQUEST, sentence).into_response()
    };
    let headers = response.headers_mut();
    for (name, value) in STRICT {
        headers.insert(name, HeaderValue::from_static(value));
    }
    // Only assets have said how long they may be kept.
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

/// Both the request line and `Host` decide where they are there (RFC 9112, 3.2); neither is refused.
fn asked_by_loopback_name(uri: &Uri, headers: &HeaderMap) -> bool {
    let mut hosts = headers.get_all(header::HOST).iter();
    let host = hosts.next().and_then(|host| host.to_str().ok());
    let one = hosts.next().is_none();
    let line = uri.authority().is_none_or(|authority| is_loopback(authority.as_str()));
    one && line && host.is_some_and(is_loopback)
}

fn is_loopback(host: &str) -> bool {
    let (name, port) = split_port(host);
    let port_fits = port.is_none_or(|port| port.parse::<u16>().is_ok());
    let address = name.parse::<std::net::Ipv4Addr>().is_ok_and(|address| address.is_loopback());
    port_fits && (address || name == "[::1]" || name.eq_ignore_ascii_case("localhost"))
}

fn split_port(host: &str) -> (&str, Option<&str>) {
    match host.rsplit_once(':') {
        // The colons of a bare IPv6 address stand before its bracket.
        Some((name, port)) if !port.ends_with(']') => (name, Some(port)),
        _ => (host, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_loopback_names_are_answered() {
        for (host, answered) in [
            ("localhost", true),
            ("LOCALHOST:8765", true),
            ("127.0.0.1:8765", true),
            ("127.0.0.2", true),
            ("[::1]", true),
            ("[::1]:8765", true),
            ("", false),
            ("evil.example", false),
            ("localhost.evil.example", false),
            ("127.0.0.1.evil.example:8765", false),
            ("localhost@evil.example", false),
            ("evil.example@localhost", false),
            ("localhost:", false),
            ("localhost:80:80", false),
            ("192.168.0.1", false),
            ("0.0.0.0:8765", false),
            ("::1", false),
            ("[::2]:80", false),
        ] {
            assert_eq!(is_loopback(host), answered, "{host}");
        }
    }
}
