//! The API's promises: who is answered, with what, page by page, and never with more than the token allows.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod bed;
mod queue;
#[path = "../sample/mod.rs"]
mod sample;
mod stream;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use axum::http::{Method, StatusCode};
use bed::{ALL, BAUAMT, CONTENT, READ, WRITE, bed, request, secret};
use langhals_web::openapi;
use serde_json::Value;
use store::{Scope, Tokens};
use tower::ServiceExt as _;

/// Every route: method, address below `/api/v1` (`ID` is a message's), the scope that it needs.
const ROUTES: [(&str, &str, Scope); 11] = [
    ("GET", "/queue", Scope::Read),
    ("GET", "/queue?letterheads=true", Scope::Content),
    ("GET", "/messages?mailbox=bauamt&folder=INBOX&uid_validity=42&uid=UID", Scope::Read),
    ("GET", "/messages/ID", Scope::Read),
    ("GET", "/messages/ID?letterheads=true", Scope::Content),
    ("GET", "/messages/ID/explanation", Scope::Content),
    ("PUT", "/messages/ID/class", Scope::Write),
    ("GET", "/overview", Scope::Read),
    ("GET", "/health", Scope::Read),
    ("GET", "/models", Scope::Read),
    ("GET", "/events", Scope::Read),
];

#[tokio::test]
async fn every_route_answers_those_alone_whose_token_allows_it() {
    let bed = bed();
    let queue = bed.get(READ, "/api/v1/queue?mailbox=bauamt&limit=1").await;
    let (id, uid) = (queue.messages()[0]["id"].as_str().unwrap(), queue.messages()[0]["uid"].to_string());
    for (method, path, needed) in ROUTES {
        let path = format!("/api/v1{}", path.replace("UID", &uid).replace("ID", id));
        let body = if method == "PUT" { "{\"class\":\"inquiry\"}" } else { "" };
        let ask = async |token: Option<&str>| {
            let response = bed.router.clone().oneshot(request(method.parse().unwrap(), &path, token, body));
            let response = response.await.unwrap();
            // A stream never ends by itself: its body is not read.
            let kind = response.headers().get("content-type").map(|value| value.to_str().unwrap().to_owned());
            (response.status().as_u16(), kind.unwrap_or_default())
        };
        for wrong in [None, Some("lh_nonsense"), Some("")] {
            assert_eq!(ask(wrong).await, (401, "application/problem+json".to_owned()), "{path}");
        }
        for (token, scopes) in [
            (READ, &[Scope::Read][..]),
            (CONTENT, &[Scope::Read, Scope::Content]),
            (WRITE, &[Scope::Read, Scope::Write]),
            (ALL, &[Scope::Read, Scope::Content, Scope::Write]),
            (BAUAMT, &[Scope::Read, Scope::Content, Scope::Write]),
        ] {
            let (status, _) = ask(Some(secret(token).text())).await;
            let allowed = scopes.contains(&needed);
            // Not every message of the sample can be explained.
            let done = status == 200 || status == 404 && path.ends_with("explanation");
            assert!(
                if allowed { done } else { status == 403 },
                "{method} {path} with token {token}: {status}"
            );
        }
    }
}

#[test]
fn every_route_of_the_document_is_tested_and_the_other_way_round() {
    let document: Value = serde_json::from_str(&openapi()).unwrap();
    let described: BTreeSet<(String, String)> = document["paths"]
        .as_object()
        .unwrap()
        .iter()
        .flat_map(|(path, item)| {
            item.as_object()
                .unwrap()
                .keys()
                .map(move |method| (method.to_uppercase(), path.replace("{id}", "ID")))
        })
        .collect();
    let tested =
        ROUTES.map(|(method, path, _)| (method.to_owned(), path.split('?').next().unwrap().to_owned()));
    assert_eq!(described, BTreeSet::from(tested));
}

#[tokio::test]
async fn the_document_is_the_one_that_is_kept_and_needs_no_token() {
    let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/openapi.json");
    assert!(
        std::fs::read_to_string(kept).unwrap() == openapi(),
        "docs/openapi.json is old: cargo run -p langhals-web --example openapi > docs/openapi.json"
    );
    let served = bed().ask(request(Method::GET, "/api/v1/openapi.json", None, "")).await;
    assert_eq!((served.status, served.header("content-type")), (200, "application/json"));
    assert_eq!(served.json["openapi"], "3.1.0");
}

#[tokio::test]
async fn a_token_for_one_mailbox_knows_of_no_other() {
    let bed = bed();
    let rows = bed.all(BAUAMT, "limit=3").await;
    assert!(!rows.is_empty() && rows.iter().all(|row| row["mailbox"] == "bauamt"));
    let queue = bed.get(BAUAMT, "/api/v1/queue").await;
    assert_eq!(queue.json["counts"]["waiting"], rows.len());
    for path in ["/api/v1/queue", "/api/v1/overview", "/api/v1/health"] {
        let text = bed.get(BAUAMT, path).await.json.to_string();
        assert!(
            text.contains("bauamt") && !text.contains("poststelle") && !text.contains("sozialamt"),
            "{path}"
        );
    }
    let other = bed.an_id_of("poststelle").await;
    for path in [
        "/api/v1/queue?mailbox=poststelle".to_owned(),
        "/api/v1/queue?mailbox=nowhere".to_owned(),
        "/api/v1/messages?mailbox=poststelle&folder=INBOX&uid_validity=42&uid=1000".to_owned(),
        format!("/api/v1/messages/{other}"),
        format!("/api/v1/messages/{other}/explanation"),
    ] {
        let refused = bed.get(BAUAMT, &path).await;
        assert_eq!((refused.status, refused.kind()), (403, "mailbox-not-allowed"), "{path}");
    }
    assert_eq!(bed.set(BAUAMT, &other, "{\"class\":\"other\"}").await.kind(), "mailbox-not-allowed");
}

#[tokio::test]
async fn a_right_class_reaches_the_reading_room_and_a_wrong_body_does_not() {
    let bed = bed();
    let id = bed.an_id_of("bauamt").await;
    let large = format!("{{\"class\":\"other\",\"more\":\"{}\"}}", "x".repeat(20_000));
    for (body, status, kind) in [
        ("{\"class\":\"foo\"}", 422, "wrong-body"),
        ("{\"class\":\"other\",\"more\":1}", 422, "wrong-body"),
        ("{}", 422, "wrong-body"),
        ("[", 422, "wrong-body"),
        (&large, 413, "body-too-large"),
    ] {
        let refused = bed.set(WRITE, &id, body).await;
        assert_eq!((refused.status, refused.kind()), (status, kind));
    }
    let path = format!("/api/v1/messages/{id}/class");
    let mut form = request(Method::PUT, &path, Some(secret(WRITE).text()), "class=other");
    form.headers_mut().insert("content-type", "application/x-www-form-urlencoded".parse().unwrap());
    assert_eq!(bed.ask(form).await.kind(), "wrong-media-type");
    let done = bed.set(WRITE, &id, "{\"class\":\"other\"}").await;
    assert_eq!((done.status, done.json["id"].as_str().unwrap()), (200, id.as_str()));
    assert_eq!(bed.set(WRITE, "W10", "{\"class\":\"other\"}").await.status, 404);
}

#[tokio::test]
async fn a_removed_token_and_a_damaged_file_let_nobody_in() {
    let bed = bed();
    assert_eq!(bed.get(READ, "/api/v1/health").await.status, 200);
    Tokens::of(bed.dir.path()).remove("read").unwrap();
    let refused = bed.get(READ, "/api/v1/health").await;
    assert_eq!((refused.status, refused.kind()), (401, "token-unknown"));
    assert!(refused.header("www-authenticate").starts_with("Bearer"));
    std::fs::write(bed.dir.path().join("tokens.json"), "{").unwrap();
    let broken = bed.get(ALL, "/api/v1/health").await;
    assert_eq!((broken.status, broken.kind(), broken.json.get("detail")), (500, "broken", None));
}

#[tokio::test]
async fn guessing_is_told_to_wait_and_right_tokens_are_not() {
    let bed = bed();
    let mut statuses = BTreeMap::new();
    for number in 0..100 {
        let guess = format!("lh_{number}");
        let answer = bed.ask(request(Method::GET, "/api/v1/queue", Some(&guess), "")).await;
        *statuses.entry(answer.status).or_insert(0) += 1;
        assert_eq!(answer.status == 429, answer.header("retry-after") == "60");
    }
    assert_eq!(statuses, BTreeMap::from([(401, 60), (429, 40)]));
    assert_eq!(bed.get(READ, "/api/v1/queue").await.status, 200);
}

#[tokio::test]
async fn nothing_that_a_browser_sends_by_itself_opens_the_door() {
    let bed = bed();
    let mut cookie = request(Method::GET, "/api/v1/queue", None, "");
    cookie.headers_mut().insert("cookie", format!("token={}", secret(ALL).text()).parse().unwrap());
    assert_eq!(bed.ask(cookie).await.kind(), "token-missing");
    let in_address = format!("/api/v1/queue?access_token={}", secret(ALL).text());
    assert_eq!(bed.ask(request(Method::GET, &in_address, None, "")).await.kind(), "token-missing");
    let mut foreign = request(Method::GET, "/api/v1/queue", Some(secret(READ).text()), "");
    foreign.headers_mut().insert("origin", "https://evil.example".parse().unwrap());
    let answered = bed.ask(foreign).await;
    let cors = answered.headers.keys().any(|name| name.as_str().starts_with("access-control"));
    assert_eq!((answered.status, cors, answered.header("cache-control")), (200, false, "no-store"));
    assert!(answered.headers.get("set-cookie").is_none());
    let preflight = request(Method::OPTIONS, "/api/v1/queue", None, "");
    assert_ne!(StatusCode::from_u16(bed.ask(preflight).await.status).unwrap(), StatusCode::OK);
}
