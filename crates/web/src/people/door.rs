//! The door before every page: a session, or the way to the sign-in. And whose forms are taken at all.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use form_urlencoded::byte_serialize;

use super::{PublicUrl, onward};
use crate::Page;
use crate::note::Note;

/// Addresses longer than this are not come back to.
const LONGEST_ADDRESS: usize = 2000;

/// Lets nobody in without a sign-in, and says who asks.
pub(crate) async fn door(State(page): State<Arc<Page>>, mut request: Request, next: Next) -> Response {
    match page.people.visitor(&page, request.headers()) {
        Some(mut visitor) => {
            visitor.address = address(&request);
            request.extensions_mut().insert(visitor);
            next.run(request).await
        }
        None if wants_a_page(&request) => {
            let address = address(&request);
            let wanted: String = byte_serialize(address.as_bytes()).collect();
            let to =
                if address == "/" { "/anmelden".to_owned() } else { format!("/anmelden?weiter={wanted}") };
            onward(&to, [])
        }
        None => {
            let words = page.people.stranger(request.headers()).language;
            (StatusCode::UNAUTHORIZED, words.say("sign-in-first")).into_response()
        }
    }
}

/// Where a page was asked for: to come back to after the sign-in or a change of settings.
pub(super) fn address(request: &Request) -> String {
    let asked = matches!(*request.method(), Method::GET | Method::HEAD);
    let address = request.uri().path_and_query().map(ToString::to_string).filter(|_| asked);
    local(address.as_deref().unwrap_or("/")).to_owned()
}

/// The address, if it lies here and is a page; else the first page.
pub(super) fn local(address: &str) -> &str {
    let plain = address.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    let here = address.starts_with('/') && !address.starts_with("//") && address.len() <= LONGEST_ADDRESS;
    let path = address.split(['?', '#']).next().unwrap_or_default();
    let page = !["/anmelden", "/abmelden", "/einstellungen"].iter().any(|gone| path.starts_with(gone));
    if plain && here && page { address } else { "/" }
}

/// Whether a person follows a link, and not a script or a machine that cannot use a form to sign in.
fn wants_a_page(request: &Request) -> bool {
    let header = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok());
    let asked = matches!(*request.method(), Method::GET | Method::HEAD);
    let accepted = header("accept").is_none_or(|accept| accept.contains("html") || accept.contains("*/*"));
    asked && header("sec-fetch-mode").map_or(accepted, |mode| mode == "navigate")
}

/// Takes forms of our own pages only: browsers say where a form comes from, and a page elsewhere cannot lie about it.
pub(crate) async fn same_site(State(page): State<Arc<Page>>, request: Request, next: Next) -> Response {
    let harmless = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    if harmless || is_ours(page.people.public_url(), request.headers()) {
        return next.run(request).await;
    }
    let visitor = page.people.stranger(request.headers());
    Note::Stale.page(&page, visitor)
}

/// Where neither header is sent, it is no browser of these years, and the form's token decides alone.
fn is_ours(public_url: Option<&PublicUrl>, headers: &HeaderMap) -> bool {
    let text = |name: header::HeaderName| headers.get(name).map(|value| value.to_str().unwrap_or_default());
    if let Some(site) = text(header::HeaderName::from_static("sec-fetch-site")) {
        return site == "same-origin" || site == "none";
    }
    let Some(origin) = text(header::ORIGIN) else { return true };
    match public_url {
        Some(url) => origin == url.origin(),
        None => text(header::HOST).is_some_and(|host| origin == format!("http://{host}")),
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn nobody_is_sent_elsewhere_after_the_sign_in() {
        for address in ["/", "/?seite=2", "/nachricht?postfach=a&ordner=b%2Fc&uid=1", "/modell/x"] {
            assert_eq!(local(address), address);
        }
        for address in [
            "",
            "https://evil.example/",
            "//evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "evil.example",
            "javascript:alert(1)",
            "/a\r\nSet-Cookie: b",
            "/ä",
            "/\tevil",
            "/anmelden?weiter=/",
            "/abmelden",
            &format!("/{}", "x".repeat(3000)),
        ] {
            assert_eq!(local(address), "/", "{address:.40}");
        }
    }

    #[test]
    fn forms_of_other_pages_are_known_by_what_browsers_say() {
        let url = PublicUrl::parse("https://langhals.amt.example").unwrap();
        for (site, origin, outside, inside) in [
            (None, None, true, true),
            (Some("same-origin"), None, true, true),
            (Some("none"), None, true, true),
            (Some("same-site"), Some("https://langhals.amt.example"), false, false),
            (Some("cross-site"), None, false, false),
            (None, Some("https://langhals.amt.example"), true, false),
            (None, Some("http://localhost:8765"), false, true),
            (None, Some("null"), false, false),
            (None, Some("https://evil.example"), false, false),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::HOST, HeaderValue::from_static("localhost:8765"));
            if let Some(site) = site {
                headers.insert("sec-fetch-site", HeaderValue::from_static(site));
            }
            if let Some(origin) = origin {
                headers.insert(header::ORIGIN, HeaderValue::from_static(origin));
            }
            assert_eq!(
                (is_ours(Some(&url), &headers), is_ours(None, &headers)),
                (outside, inside),
                "{headers:?}"
            );
        }
    }
}
