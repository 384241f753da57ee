//! Somebody with a browser, and a page whose clock goes when it is told.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::http::{HeaderMap, Method, Request, header};
use jiff::{SignedDuration, Timestamp};
use langhals_web::{Entrance, Page, People};
use tempfile::TempDir;
use tower::ServiceExt as _;

use crate::sample;

thread_local! {
    // Each test has its own thread, and with it its own time.
    static MINUTES: Cell<i64> = const { Cell::new(0) };
}

pub fn later() -> Timestamp {
    sample::now() + SignedDuration::from_mins(MINUTES.get())
}

pub fn wait(minutes: i64) {
    MINUTES.set(MINUTES.get() + minutes);
}

/// The sample's page with the sample's people, let in as `entrance` says.
pub fn page(entrance: impl FnOnce(&mut Entrance)) -> (TempDir, Page) {
    let dir = tempfile::tempdir().unwrap();
    let mut page = sample::page(dir.path(), &[sample::folder("poststelle", "INBOX")]);
    let accounts = Some(dir.path().join("accounts.json"));
    let mut wanted =
        Entrance { accounts, public_url: None, session: SignedDuration::from_hours(10), oidc: None };
    entrance(&mut wanted);
    page.people = Arc::new(People::new(wanted).unwrap());
    page.clock = later;
    (dir, page)
}

/// A browser.
#[derive(Clone)]
pub struct Visit {
    router: Router,
    pub host: String,
    pub cookies: BTreeMap<String, String>,
    /// One header more.
    pub extra: Option<(&'static str, &'static str)>,
}

pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub text: String,
}

impl Visit {
    pub fn new(router: &Router) -> Self {
        let host = "127.0.0.1:8765".to_owned();
        Self { router: router.clone(), host, cookies: BTreeMap::new(), extra: None }
    }

    pub async fn get(&mut self, path: &str) -> Answer {
        self.ask(Method::GET, path, "").await
    }

    pub async fn post(&mut self, path: &str, fields: &[(impl AsRef<str>, impl AsRef<str>)]) -> Answer {
        let pairs =
            fields.iter().map(|(name, value)| format!("{}={}", name.as_ref(), encoded(value.as_ref())));
        self.ask(Method::POST, path, &pairs.collect::<Vec<_>>().join("&")).await
    }

    pub async fn sign_in(&mut self, name: &str, password: &str) -> Answer {
        let token = sample::token(&self.get("/anmelden").await.text);
        self.post("/anmelden", &[("token", token.as_str()), ("name", name), ("password", password)]).await
    }

    pub async fn ask(&mut self, method: Method, path: &str, body: &str) -> Answer {
        let mut request = Request::builder().method(method).uri(path).header(header::HOST, &self.host);
        let cookies = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>();
        if !cookies.is_empty() {
            request = request.header(header::COOKIE, cookies.join("; "));
        }
        if let Some((name, value)) = self.extra {
            request = request.header(name, value);
        }
        let request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        let response =
            self.router.clone().oneshot(request.body(Body::from(body.to_owned())).unwrap()).await.unwrap();
        let (parts, body) = response.into_parts();
        for line in parts.headers.get_all(header::SET_COOKIE) {
            let line = line.to_str().unwrap();
            let (name, value) = line.split(';').next().unwrap().split_once('=').unwrap();
            if line.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        let endless = parts.headers.get("content-type").is_some_and(|value| value == "text/event-stream");
        let bytes = if endless { Bytes::default() } else { to_bytes(body, usize::MAX).await.unwrap() };
        let text = String::from_utf8_lossy(&bytes).into_owned();
        Answer { status: parts.status.as_u16(), headers: parts.headers, text }
    }
}

impl Answer {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub fn set_cookie(&self) -> &str {
        self.header("set-cookie")
    }
}

fn encoded(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    let one = |byte: u8| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    text.bytes().map(one).collect()
}
