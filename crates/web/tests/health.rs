//! The health page's promises: what is wrong is said to each reader in words that help them, and no more.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod sample;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode};
use langhals_web::Page;
use sample::{folder, house, now, routes_for};
use store::{Connection, Drift, DriftKind};
use tempfile::TempDir;
use tower::ServiceExt as _;

async fn get(router: &Router, language: &str) -> String {
    let request = Request::get("/zustand").header("host", "localhost").header("accept-language", language);
    let response = router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    let bytes = to_bytes(response.into_body(), usize::MAX).await.unwrap();
    String::from_utf8(bytes.to_vec()).unwrap()
}

fn seen_by(name: &str, page: impl FnOnce(&std::path::Path) -> Page) -> (TempDir, Router) {
    let dir = tempfile::tempdir().unwrap();
    let router = routes_for(page(dir.path()), name);
    (dir, router)
}

async fn shown(name: &str, language: &str) -> String {
    let (_dir, router) = seen_by(name, sample::sample);
    get(&router, language).await
}

#[tokio::test]
async fn everybody_is_told_what_is_wrong_and_what_to_do() {
    for (language, said) in [
        (
            "de",
            [
                "1 von 4 Ordnern ist nicht verbunden.",
                "Getrennt",
                "um 09:34\u{a0}Uhr von selbst wieder",
                "nicht wie eingerichtet",
                "etwa 1.240 stehen an",
                "nur im Posteingang dieser Seite",
                "Ihr Aufbau ließ sich nicht auswerten.",
                "Im Mailprogramm öffnen",
                "Zuletzt dauerhaft geschrieben",
                "Freier Speicherplatz",
                "möchte eine Antwort, keine Entscheidung",
            ],
        ),
        (
            "en",
            [
                "1 of 4 folders is not connected.",
                "Disconnected",
                "tries again by itself at 09:34",
                "not as configured",
                "about 1,240 to be sorted",
                "only in the inbox of this page",
                "Its structure could not be made out.",
                "Open it in the mail program",
                "Last durable write",
                "Free disk space",
                "wants an answer, not a decision",
            ],
        ),
    ] {
        let text = shown("supervisor", language).await;
        for word in said {
            assert!(text.contains(word), "{language}: {word}");
        }
    }
}

#[tokio::test]
async fn hosts_and_sentences_are_for_operators() {
    let technical = [
        "imap.amt.example",
        "check host and port",
        "the server keeps no keywords",
        "NOTIFY",
        "Index",
        "neu verbunden",
    ];
    for (name, operates) in [("operator", true), ("leitung", true), ("supervisor", false), ("team", false)] {
        let text = shown(name, "de").await;
        for word in technical {
            assert_eq!(text.contains(word), operates, "{name}: {word}");
        }
    }
    let text = shown("operator", "de").await;
    for word in ["<span class=\"sentence\" lang=\"en\">", "Ohne NOTIFY", "Dovecot 2.4", "Protokoll 5, Index"]
    {
        assert!(text.contains(word), "{word}");
    }
}

#[tokio::test]
async fn nobody_sees_a_mailbox_that_is_not_theirs() {
    let text = shown("bauamt", "de").await;
    assert!(text.contains("<bdi>bauamt</bdi>"));
    for other in ["poststelle", "sozialamt", "Getrennt"] {
        assert!(!text.contains(other), "{other}");
    }
}

#[tokio::test]
async fn what_was_set_aside_leads_to_its_message_for_those_who_may_read_it() {
    let link = "href=\"/nachricht?postfach=poststelle&#38;ordner=INBOX";
    for (name, reads) in [("team", true), ("supervisor", true), ("operator", false)] {
        let text = shown(name, "de").await;
        assert!(text.contains("UID 1041"), "{name}");
        assert_eq!(text.contains(link) || text.contains(&link.replace("&#38;", "&amp;")), reads, "{name}");
    }
}

#[tokio::test]
async fn a_lasting_trouble_is_told_from_one_that_passes() {
    let inbox = folder("poststelle", "INBOX");
    let down = Connection::Down { sentence: "the password is refused".to_owned(), again: now() };
    for (lasts, name, said) in [
        (false, "team", "von selbst wieder"),
        (true, "team", "Von selbst bessert sich das nicht: Bitte sagen"),
        (true, "operator", "Was zu ändern ist:"),
    ] {
        let (_dir, router) = seen_by(name, |dir| {
            let page = sample::page(dir, std::slice::from_ref(&inbox));
            page.board.set(&inbox, down.clone(), now());
            page.board.ask_for_help(&inbox, lasts);
            page
        });
        let text = get(&router, "de").await;
        assert!(text.contains(said), "{name} {lasts}");
        assert!(text.contains("Der Ordner ist nicht verbunden."));
    }
}

#[tokio::test]
async fn an_empty_house_and_a_street_of_thirty_are_shown() {
    let (_dir, router) = seen_by("operator", |dir| sample::page(dir, &[]));
    let text = get(&router, "de").await;
    assert!(
        text.contains("Noch kein Postfach hat sich gemeldet.") && text.contains("Keine wartende Nachricht")
    );

    let (_dir, router) = seen_by("operator", |dir| {
        let page = sample::page(dir, &house::street(30));
        house::furnish(&page);
        page
    });
    let text = get(&router, "de").await;
    assert!(text.contains("Keine Störung."));
    assert_eq!(text.matches("badge--success").count(), 30);
    assert_eq!(text.matches("<code>imap.amt.example:993</code>").count(), 1);
}

#[tokio::test]
async fn hostile_names_and_sentences_stay_text() {
    let hostile = folder("<script>alert(1)</script>", "\"><img src=x onerror=alert(2)>\u{202e}");
    let (_dir, router) = seen_by("operator", |dir| {
        let page = sample::page(dir, std::slice::from_ref(&hostile));
        page.board.warn(&hostile, Some("<b onclick=x>warning\u{202e}".into()));
        page.board.reached(&hostile, house::server("<i>host", Some("<u>name\u{202e}"), &[]));
        page
    });
    let text = get(&router, "de").await;
    for harm in ["<script>", "<img src=x", "<b onclick", "<i>host", "<u>name", "\u{202e}", "style="] {
        assert!(!text.contains(harm), "{harm}");
    }
    assert!(text.contains("&#60;script&#62;alert(1)"));
}

#[tokio::test]
async fn drift_is_said_with_its_figures_only_where_it_alarms() {
    let drift = |kind, alarming| Drift { kind, seen: 0.081, limit: 0.03, messages: 1_240, alarming };
    let found = vec![drift(DriftKind::Corrections, true), drift(DriftKind::Unsure, false)];
    for (language, name, said, advice) in [
        ("de", "team", "8,1 % der sortierten Nachrichten von Hand anders", "sagen Sie der Systembetreuung"),
        ("de", "operator", "höchstens 3,0 %", "lassen Sie ein Modell aus ihnen lernen"),
        ("en", "operator", "put 8.1 % of the sorted messages elsewhere", "have a model learn from them"),
    ] {
        let (_dir, router) = seen_by(name, |dir| {
            let page = sample::page(dir, &[folder("post", "INBOX")]);
            page.board.set_drift(found.clone());
            page
        });
        let text = get(&router, language).await;
        assert!(text.contains(said) && text.contains(advice), "{language} {name}");
        assert!(!text.contains("zum Sichten;") && !text.contains("were left to people;"));
    }
}

#[tokio::test]
async fn readiness_is_told_without_a_sign_in_and_without_names() {
    for (connection, status, said) in [
        (Connection::Watching, StatusCode::OK, "ready"),
        (Connection::Connecting, StatusCode::SERVICE_UNAVAILABLE, "not ready"),
    ] {
        let (_dir, router) = seen_by("team", |dir| {
            let post = folder("poststelle", "INBOX");
            let page = sample::page(dir, std::slice::from_ref(&post));
            page.board.set(&post, connection, now());
            page
        });
        let request = Request::get("/readyz").header("host", "localhost").body(Body::empty()).unwrap();
        let response = router.oneshot(request).await.unwrap();
        assert_eq!(response.status(), status);
        assert_eq!(to_bytes(response.into_body(), usize::MAX).await.unwrap(), said.as_bytes());
    }
}
