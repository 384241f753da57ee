//! What stands before every route: only the page's own name is answered, and every answer carries the strict headers.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::Page;
use crate::people::{PublicUrl, is_loopback};

const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; font-src 'self'; img-src 'self'; \
                      connect-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'";

/// Two years, as browsers' own lists want it.
const TLS_ONLY: HeaderValue = HeaderValue::from_static("max-age=63072000");

const STRICT: [(HeaderName, &str); 7] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    // `no-referrer` would make browsers send `Origin: null` with our own forms.
    (header::REFERRER_POLICY, "same-origin"),
    (
        HeaderName::from_static("permissions-policy"),
        "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), microphone=(), midi=(), \
         payment=(), usb=()",
    ),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-embedder-policy"), "require-corp"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
];

/// Refuses other names than the page's own, and sets the headers that every answer carries.
pub(crate) async fn guard(State(page): State<Arc<Page>>, request: Request, next: Next) -> Response {
    let public_url = page.people.public_url();
    // Whoever looks after the service on this machine does so without the proxy.
    let only_health = ["/healthz", "/readyz"].contains(&request.uri().path());
    let ours = |host: &str| match public_url {
        Some(url) => url.is_host(host) || only_health && is_loopback_host(host),
        None => is_loopback_host(host),
    };
    let mut response = if asked_by(ours, request.uri(), request.headers()) {
        next.run(request).await
    } else {
        (StatusCode::MISDIRECTED_REQUEST, "421\n").into_response()
    };
    let headers = response.headers_mut();
    for (name, value) in STRICT {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.insert(header::CONTENT_SECURITY_POLICY, policy(&page));
    if public_url.is_some_and(PublicUrl::is_https) {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, TLS_ONLY);
    }
    // Only assets have said how long they may be kept.
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

/// Signing out here leads to signing out at the identity provider, which is a form's way, too.
fn policy(page: &Page) -> HeaderValue {
    let issuer =
        page.people.issuer().and_then(|issuer| HeaderValue::from_str(&format!("{POLICY} {issuer}")).ok());
    issuer.unwrap_or(HeaderValue::from_static(POLICY))
}

/// Both the request line and `Host` decide where they are there (RFC 9112, 3.2); neither is refused.
fn asked_by(ours: impl Fn(&str) -> bool, uri: &Uri, headers: &HeaderMap) -> bool {
    let mut hosts = headers.get_all(header::HOST).iter();
    let host = hosts.next().and_then(|host| host.to_str().ok());
    let one = hosts.next().is_none();
    let line = uri.authority().is_none_or(|authority| ours(authority.as_str()));
    one && line && host.is_some_and(ours)
}

fn is_loopback_host(host: &str) -> bool {
    let (name, port) = split_port(host);
    port.is_none_or(|port| port.parse::<u16>().is_ok()) && is_loopback(name)
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
            assert_eq!(is_loopback_host(host), answered, "{host}");
        }
    }
}
