//! A page with tokens of every kind, and how it is asked.

use std::collections::BTreeSet;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Method, Request, header};
use jiff::Timestamp;
use langhals_web::{Page, routes};
use serde_json::Value;
use store::{Scope, Secret, Token, Tokens};
use tempfile::TempDir;
use tower::ServiceExt as _;

use crate::sample;

/// A page with tokens of every kind.
pub struct Bed {
    pub dir: TempDir,
    pub page: Page,
    pub router: Router,
}

pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub json: Value,
}

impl Answer {
    pub fn header(&self, name: impl header::AsHeaderName) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub fn kind(&self) -> &str {
        self.json["type"].as_str().unwrap_or_default().trim_start_matches("urn:langhals:problem:")
    }

    pub fn messages(&self) -> &Vec<Value> {
        self.json["messages"].as_array().unwrap()
    }
}

pub const READ: u8 = 1;
pub const CONTENT: u8 = 2;
pub const WRITE: u8 = 3;
pub const BAUAMT: u8 = 4;
pub const ALL: u8 = 5;

pub fn secret(token: u8) -> Secret {
    Secret::new([token; 32])
}

pub fn bed() -> Bed {
    made(sample::sample)
}

pub fn made(page: impl FnOnce(&std::path::Path) -> Page) -> Bed {
    let dir = tempfile::tempdir().unwrap();
    let tokens = Tokens::of(dir.path());
    let bauamt = Some(BTreeSet::from(["bauamt".to_owned()]));
    for (number, name, scopes, mailboxes) in [
        (READ, "read", &[][..], None),
        (CONTENT, "content", &[Scope::Content], None),
        (WRITE, "write", &[Scope::Write], None),
        (BAUAMT, "bauamt", &[Scope::Content, Scope::Write], bauamt),
        (ALL, "all", &[Scope::Content, Scope::Write], None),
    ] {
        let scopes = scopes.iter().copied();
        tokens.add(Token::new(name, &secret(number), scopes, mailboxes, Timestamp::UNIX_EPOCH)).unwrap();
    }
    let page = page(dir.path());
    Bed { router: routes(page.clone()), page, dir }
}

impl Bed {
    pub async fn ask(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, usize::MAX).await.unwrap();
        let json = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
        Answer { status: parts.status.as_u16(), headers: parts.headers, json }
    }

    pub async fn get(&self, token: u8, path: &str) -> Answer {
        self.ask(request(Method::GET, path, Some(secret(token).text()), "")).await
    }

    pub async fn set(&self, token: u8, id: &str, body: &str) -> Answer {
        let path = format!("/api/v1/messages/{id}/class");
        self.ask(request(Method::PUT, &path, Some(secret(token).text()), body)).await
    }

    /// Every row of this queue, page by page.
    pub async fn all(&self, token: u8, query: &str) -> Vec<Value> {
        self.all_from(token, query, None).await
    }

    /// The same from a cursor on.
    pub async fn all_from(&self, token: u8, query: &str, cursor: Option<&str>) -> Vec<Value> {
        let after = |cursor: &str| format!("&cursor={cursor}");
        let (mut rows, mut cursor) = (Vec::new(), cursor.map(after).unwrap_or_default());
        loop {
            let page = self.get(token, &format!("/api/v1/queue?{query}{cursor}")).await;
            assert_eq!(page.status, 200, "{query}: {}", page.json);
            rows.extend(page.messages().clone());
            match page.json["next"].as_str() {
                Some(next) => cursor = after(next),
                None => return rows,
            }
        }
    }

    pub async fn an_id_of(&self, mailbox: &str) -> String {
        let queue = self.get(READ, &format!("/api/v1/queue?mailbox={mailbox}&limit=1")).await;
        queue.messages()[0]["id"].as_str().unwrap().to_owned()
    }
}

pub fn request(method: Method, path: &str, token: Option<&str>, body: &str) -> Request<Body> {
    let mut request = Request::builder().method(method).uri(path).header("host", "127.0.0.1:8765");
    if let Some(token) = token {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    if !body.is_empty() {
        request = request.header("content-type", "application/json");
    }
    request.body(Body::from(body.to_owned())).unwrap()
}

pub fn ids(rows: &[Value]) -> Vec<&str> {
    rows.iter().map(|row| row["id"].as_str().unwrap()).collect()
}
