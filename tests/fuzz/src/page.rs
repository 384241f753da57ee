//! Any request to the page and the API, by somebody who has signed in: answered without an inner error, with the strict
//! headers, nothing of it as markup, and no way to another site.
//!
//! ```text
//!   GET /?suche=x            method, address
//!   accept: text/html        headers; where no cookie is among them, the session's
//!                            an empty line
//!   token=@T@&…              the body; `@T@` becomes the token that the session's forms carry
//! ```

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Request, header};
use tempfile::TempDir;
use tokio::runtime::{Builder, Runtime};
use tower::ServiceExt as _;

use crate::sample;

/// What a request may bring as markup, to be found again if it comes back as such.
const MARKUP: &str = "<fuzz";
const LONGEST: usize = 16 * 1024 * 1024;

struct House {
    router: Router,
    token: String,
    runtime: Runtime,
    _dir: TempDir,
}

thread_local! {
    static HOUSE: House = House::new();
}

/// Panics where the page does not keep its promises.
pub fn run(input: &[u8]) {
    let Some(text) = std::str::from_utf8(input).ok() else { return };
    HOUSE.with(|house| house.ask(text));
}

impl House {
    fn new() -> Self {
        let memory = std::path::Path::new("/dev/shm");
        let dir = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() };
        let dir = dir.expect("there is room for a folder");
        let router = sample::routes_for(sample::sample(dir.path()), "leitung");
        let runtime = Builder::new_current_thread().enable_all().build().expect("there are threads");
        let page =
            Request::get("/").header(header::HOST, "localhost").body(Body::empty()).expect("a request");
        let text = runtime.block_on(async {
            let answer = router.clone().oneshot(page).await.expect("the router answers");
            to_bytes(answer.into_body(), LONGEST).await.expect("the page ends")
        });
        let token = sample::token(&String::from_utf8_lossy(&text));
        Self { router, token, runtime, _dir: dir }
    }

    fn ask(&self, text: &str) {
        let Some(request) = self.request(text) else { return };
        let is_head = request.method() == Method::HEAD;
        let (parts, body) = self.runtime.block_on(async {
            let answer = self.router.clone().oneshot(request).await.expect("the router answers");
            let (parts, body) = answer.into_parts();
            // What never ends is not waited for.
            let endless = says(&parts.headers, header::CONTENT_TYPE, "text/event-stream");
            let body = if endless { None } else { to_bytes(body, LONGEST).await.ok() };
            (parts, body.unwrap_or_default())
        });
        assert_ne!(parts.status.as_u16(), 500, "an inner error");
        assert!(says(&parts.headers, header::CONTENT_SECURITY_POLICY, "default-src 'none'"));
        assert!(says(&parts.headers, header::X_CONTENT_TYPE_OPTIONS, "nosniff"));
        if let Some(to) = parts.headers.get(header::LOCATION) {
            let to = to.to_str().unwrap_or("not even text");
            assert!(to.starts_with('/') && !to.starts_with("//") && !to.starts_with("/\\"), "leads to {to}");
        }
        if says(&parts.headers, header::CONTENT_TYPE, "html") && !is_head {
            assert!(
                !String::from_utf8_lossy(&body).contains(MARKUP),
                "what was asked is markup in the answer"
            );
        }
    }

    fn request(&self, text: &str) -> Option<Request<Body>> {
        let (head, body) = text.split_once("\n\n").unwrap_or((text, ""));
        let mut lines = head.lines();
        let (method, address) = lines.next()?.split_once(' ')?;
        // Signing out would end the session that all others need.
        let token = if address.starts_with("/abmelden") { "" } else { self.token.as_str() };
        let method = Method::from_bytes(method.as_bytes()).ok()?;
        let mut request = Request::builder().method(method).uri(address.replace("@T@", token));
        let headers = request.headers_mut()?;
        headers.insert(header::HOST, HeaderValue::from_static("localhost"));
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded"));
        for (name, value) in lines.filter_map(|line| line.split_once(": ")) {
            let (name, value) = (HeaderName::try_from(name).ok()?, HeaderValue::try_from(value).ok()?);
            headers.insert(name, value);
        }
        request.body(Body::from(body.replace("@T@", token))).ok()
    }
}

fn says(headers: &HeaderMap, name: HeaderName, word: &str) -> bool {
    headers.get_all(name).iter().any(|value| value.to_str().is_ok_and(|value| value.contains(word)))
}
