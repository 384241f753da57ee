//! The page's promises: what it says, what it never says, whom it answers, and the headers on every answer.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod sample;

use std::net::SocketAddr;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use domain::Folder;
use langhals_web::{Page, serve};
use sample::folder;
use store::{Connection, ModelHealth};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tower::ServiceExt as _;

struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    text: String,
}

impl Answer {
    fn header(&self, name: impl header::AsHeaderName) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

async fn ask(router: &Router, request: Request<Body>) -> Answer {
    let response = router.clone().oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let bytes = to_bytes(body, usize::MAX).await.unwrap();
    Answer {
        status: parts.status,
        headers: parts.headers,
        text: String::from_utf8_lossy(&bytes).into_owned(),
    }
}

async fn get(router: &Router, path: &str) -> Answer {
    ask(router, Request::get(path).header("host", "127.0.0.1:8765").body(Body::empty()).unwrap()).await
}

fn sampled() -> (TempDir, Router) {
    let dir = tempfile::tempdir().unwrap();
    let router = sample::routes_for(sample::sample(dir.path()), "leitung");
    (dir, router)
}

fn made(folders: &[Folder], then: impl FnOnce(&Page)) -> (TempDir, Router) {
    let dir = tempfile::tempdir().unwrap();
    let page = sample::page(dir.path(), folders);
    then(&page);
    (dir, sample::routes_for(page, "leitung"))
}

fn rows(text: &str) -> usize {
    text.matches("data-label=\"Nachricht\"").count()
}

#[tokio::test]
async fn the_queue_shows_what_waits_most_urgent_first() {
    let (_dir, router) = sampled();
    let queue = get(&router, "/").await;
    assert_eq!((queue.status, rows(&queue.text)), (StatusCode::OK, 50));
    let both = queue.text.clone() + &get(&router, "/?seite=2").await.text;
    for said in [
        "Bitte sichten",
        "am ehesten Antrag",
        "93\u{a0}% sicher",
        "seit 2\u{a0}Tagen überschritten",
        "noch 10\u{a0}Tage",
        "Mo,\u{a0}23.11.2026",
        "21.11.2026, 09:30\u{a0}Uhr",
        "Von Hand eingeordnet",
        "Vorschlag war Antrag",
        "konnte nicht beurteilt werden",
        "verschlüsselt: nur Kopfzeilen gelesen",
        "trug schon ein Schlagwort",
        "INBOX/Bürgerbüro",
        "1 von 4 Ordnern ist nicht verbunden",
        "liest Langhals für diese Anzeige aus dem Postfach und speichert sie nicht",
        "Fehlende Anlage",
        "Presse",
    ] {
        assert!(both.contains(said), "{said}");
    }
    let last_urgent = both.rfind("row--high").unwrap();
    assert!(last_urgent < both.find("row--normal").unwrap());
    assert!(both.rfind("row--normal").unwrap() < both.find("row--low").unwrap());
}

#[tokio::test]
async fn the_health_page_says_how_each_folder_is_and_what_to_do() {
    let (_dir, router) = sampled();
    let health = get(&router, "/zustand").await;
    assert_eq!(health.status, StatusCode::OK);
    for said in [
        "Getrennt",
        "Sortiert gerade",
        "Verbunden",
        "check host and port",
        "Nächster Versuch um 09:34\u{a0}Uhr",
        "the server keeps no keywords",
        "1.284",
        "standard-2026-11",
        "Langhals 0.1.0",
        "triage-rueckfrage",
    ] {
        assert!(health.text.contains(said), "{said}");
    }
}

#[tokio::test]
async fn a_model_in_shadow_and_a_refused_one_are_said() {
    let (_dir, router) = sampled();
    let calm = [get(&router, "/").await.text, get(&router, "/zustand").await.text].concat();
    assert!(!calm.contains("Schattenbetrieb") && !calm.contains("läuft im Schatten"));
    let model = ModelHealth {
        id: "neu-1".to_owned(),
        shadow: Some("it has learnt from 12 mails of class application".to_owned()),
        refused: Some("neu-2: weights.bin is <damaged>".to_owned()),
    };
    let (_dir, router) = made(&[], |page| page.board.set_model(model));
    assert!(get(&router, "/").await.text.contains("Schattenbetrieb:"));
    let health = get(&router, "/zustand").await.text;
    for said in [
        "neu-1 urteilt",
        "weights.bin is &#60;damaged&#62;",
        "neu-1 läuft im Schatten",
        "12 mails",
        "im Schattenbetrieb",
    ] {
        assert!(health.contains(said), "{said}");
    }
}

#[tokio::test]
async fn an_empty_queue_claims_to_be_done_only_where_every_folder_is_seen() {
    let inbox = folder("poststelle", "INBOX");
    let (_dir, router) = made(std::slice::from_ref(&inbox), |_| ());
    assert!(get(&router, "/").await.text.contains("Nichts wartet."));

    let (_dir, router) = made(&[], |_| ());
    let unknown = get(&router, "/").await.text;
    assert!(!unknown.contains("Nichts wartet.") && unknown.contains("Noch kein Postfach hat sich gemeldet."));

    let down = Connection::Down { sentence: "gone".into(), again: sample::now() };
    let (_dir, router) =
        made(std::slice::from_ref(&inbox), |page| page.board.set(&inbox, down, sample::now()));
    let blind = get(&router, "/").await.text;
    assert!(!blind.contains("Nichts wartet.") && blind.contains("Der Ordner ist nicht verbunden"));
}

#[tokio::test]
async fn long_queues_are_paged_with_plain_links() {
    let inbox = folder("poststelle", "INBOX");
    let (_dir, router) = made(std::slice::from_ref(&inbox), |page| sample::many(page, &inbox, 120));
    for (path, count, said, links) in [
        ("/", 50, "Nachrichten 1 bis 50", vec!["/?seite=2"]),
        ("/?seite=2", 50, "Nachrichten 51 bis 100", vec!["/", "/?seite=3"]),
        ("/?seite=3", 20, "Nachrichten 101 bis 120", vec!["/?seite=2"]),
        ("/?seite=99", 20, "Seite 3 von 3", vec!["/?seite=2"]),
        ("/?seite=nonsense", 50, "Seite 1 von 3", vec!["/?seite=2"]),
        ("/?sortierung=wartezeit&seite=2", 50, "51 bis 100", vec!["/?sortierung=wartezeit&#38;seite=3"]),
    ] {
        let answer = get(&router, path).await;
        assert_eq!((answer.status, rows(&answer.text)), (StatusCode::OK, count), "{path}");
        assert!(answer.text.contains(said), "{path}");
        for link in links {
            assert!(answer.text.contains(&format!("href=\"{link}\" rel=")), "{path}: {link}");
        }
    }
}

#[tokio::test]
async fn names_stay_text() {
    let hostile = folder("<script>alert(1)</script>", "\"><img src=x onerror=alert(2)>&\u{202e}");
    let (_dir, router) = made(std::slice::from_ref(&hostile), |page| {
        sample::many(page, &hostile, 3);
        page.board.warn(&hostile, Some("<b onclick=x>warning".into()));
    });
    for path in ["/", "/zustand"] {
        let text = get(&router, path).await.text;
        for raw in ["<script>", "<img src=x", "<b onclick"] {
            assert!(!text.contains(raw), "{path}: {raw}");
        }
        assert!(text.contains("&#60;script&#62;alert(1)"), "{path}");
    }
    let missing = get(&router, "/%3Cscript%3Ealert(3)").await;
    assert_eq!((missing.status, missing.text.contains("<script>")), (StatusCode::NOT_FOUND, false));
}

#[tokio::test]
async fn no_page_carries_inline_scripts_or_style_or_foreign_addresses() {
    let (_dir, router) = sampled();
    for path in ["/", "/zustand", "/nirgends"] {
        let text = get(&router, path).await.text;
        assert_eq!(text.matches("<script").count(), text.matches("<script src=\"/assets/").count(), "{path}");
        for forbidden in ["style=", "<style", " onclick=", "http://", "https://", "javascript:", "http-equiv"]
        {
            assert!(!text.contains(forbidden), "{path}: {forbidden}");
        }
    }
}

#[tokio::test]
async fn every_answer_carries_the_strict_headers() {
    let (_dir, router) = sampled();
    for (path, status, keep) in [
        ("/", 200, "no-store"),
        ("/zustand", 200, "no-store"),
        ("/healthz", 200, "no-store"),
        ("/readyz", 503, "no-store"),
        ("/nirgends", 404, "no-store"),
        ("/assets/", 404, "no-store"),
        ("/assets/../Cargo.toml", 404, "no-store"),
        ("/assets/style.css", 200, "public, max-age=3600"),
        ("/assets/kern-2.7.2/kern.min.css", 200, "public, max-age=31536000, immutable"),
        ("/assets/kern-2.7.2/FiraSans-Regular.woff2", 200, "public, max-age=31536000, immutable"),
    ] {
        let answer = get(&router, path).await;
        assert_eq!(answer.status.as_u16(), status, "{path}");
        assert_eq!(answer.header("cache-control"), keep, "{path}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(answer.header("referrer-policy"), "same-origin", "{path}");
        assert_eq!(answer.header("cross-origin-opener-policy"), "same-origin", "{path}");
        assert_eq!(answer.header("cross-origin-resource-policy"), "same-origin", "{path}");
        let policy = answer.header("content-security-policy");
        assert!(policy.starts_with("default-src 'none'; style-src 'self'"), "{path}");
        assert!(!policy.contains("unsafe") && policy.contains("frame-ancestors 'none'"), "{path}");
    }
}

#[tokio::test]
async fn everything_the_pages_name_is_there() {
    let (_dir, router) = sampled();
    let mut texts = vec![get(&router, "/assets/style.css").await.text.replace("url(\"", "url(\"/assets/")];
    for path in ["/", "/zustand", "/nirgends"] {
        texts.push(get(&router, path).await.text);
    }
    let mut seen = 0;
    for text in &texts {
        for opening in ["href=\"", "src=\"", "url(\""] {
            for rest in text.split(opening).skip(1) {
                let address = rest.split('"').next().unwrap().replace("&#38;", "&");
                if !address.starts_with('#') {
                    seen += 1;
                    assert_eq!(get(&router, &address).await.status, StatusCode::OK, "{address}");
                }
            }
        }
    }
    assert!(seen > 20, "{seen}");
}

#[tokio::test]
async fn other_names_are_refused_and_so_are_other_methods() {
    let (_dir, router) = sampled();
    let refused = StatusCode::MISDIRECTED_REQUEST;
    for (hosts, status) in [
        (vec!["localhost:8765"], StatusCode::OK),
        (vec!["[::1]:8765"], StatusCode::OK),
        (vec!["evil.example:8765"], refused),
        (vec![], refused),
        (vec!["localhost", "evil.example"], refused),
    ] {
        for path in ["/", "/zustand", "/assets/style.css", "/healthz"] {
            let asked = hosts.iter().fold(Request::get(path), |request, host| request.header("host", *host));
            let answer = ask(&router, asked.body(Body::empty()).unwrap()).await;
            assert_eq!(answer.status, status, "{hosts:?} {path}");
            assert!(!answer.header("content-security-policy").is_empty());
        }
    }
    let line = Request::get("http://evil.example/").header("host", "localhost").body(Body::empty()).unwrap();
    assert_eq!(ask(&router, line).await.status, refused);
    for method in [Method::POST, Method::PUT, Method::DELETE] {
        let asked = Request::builder().method(method).uri("/").header("host", "localhost");
        assert_eq!(
            ask(&router, asked.body(Body::empty()).unwrap()).await.status,
            StatusCode::METHOD_NOT_ALLOWED
        );
    }
}

#[tokio::test]
async fn a_listener_beyond_loopback_is_refused_with_what_to_do() {
    let dir = tempfile::tempdir().unwrap();
    let page = sample::page(dir.path(), &[]);
    let listener = TcpListener::bind(SocketAddr::from(([0, 0, 0, 0], 0))).await.unwrap();
    let error = serve(page, listener, std::future::pending()).await.unwrap_err();
    assert!(error.to_string().contains("set [web] public_url"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn it_stops_when_told_also_where_a_connection_stays_open() {
    let dir = tempfile::tempdir().unwrap();
    let page = sample::page(dir.path(), &[]);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopping) = tokio::sync::oneshot::channel::<()>();
    let server = tokio::spawn(serve(page, listener, async {
        let _ = stopping.await;
    }));
    let mut open = TcpStream::connect(address).await.unwrap();
    open.write_all(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\nGET /heal").await.unwrap();
    let mut answer = [0; 15];
    open.read_exact(&mut answer).await.unwrap();
    assert_eq!(&answer, b"HTTP/1.1 200 OK");
    stop.send(()).unwrap();
    server.await.unwrap().unwrap();
}

#[tokio::test]
async fn there_is_an_end_to_open_streams_and_room_again_where_one_closes() {
    let (_dir, router) = sampled();
    let open = || {
        let request =
            Request::get("/ereignisse").header("host", "127.0.0.1:8765").body(Body::empty()).unwrap();
        router.clone().oneshot(request)
    };
    let mut streams = Vec::new();
    for _ in 0..500 {
        streams.push(open().await.unwrap());
    }
    assert!(streams.iter().all(|stream| stream.status() == StatusCode::OK));
    assert_eq!(open().await.unwrap().status(), StatusCode::SERVICE_UNAVAILABLE);
    streams.pop();
    assert_eq!(open().await.unwrap().status(), StatusCode::OK);
}
