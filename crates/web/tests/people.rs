//! Who gets in and who does not: every address by every role, forms of other pages, stolen and old cookies, patience.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "people/issuer.rs"]
mod issuer;
#[path = "people/visit.rs"]
mod visit;

mod sample;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use axum::http::Method;
use jiff::SignedDuration;
use langhals_web::{Page, PublicUrl, routes};
use tempfile::TempDir;
use visit::{Visit, later, page, wait};

const ROLES: [&str; 4] = ["", "team", "supervisor", "operator"];

/// Every address: how it is asked, and what somebody gets who is not signed in, of the team, a supervisor, an operator.
/// What follows a form's question mark is its fields; each is sent without its token, so that nobody gets through.
/// The machines' addresses have a door of their own, and tests of it.
const ADDRESSES: [(&str, &str, [u16; 4]); 25] = [
    ("GET /", "/", [303, 200, 200, 200]),
    ("GET /zustand", "/zustand", [303, 200, 200, 200]),
    ("GET /ereignisse", "/ereignisse", [303, 200, 200, 200]),
    ("GET /nachricht", "/nachricht?postfach=poststelle&ordner=INBOX&gen=42&uid=9", [303, 404, 404, 403]),
    (
        "POST /nachricht/einordnung",
        "/nachricht/einordnung?postfach=poststelle&ordner=INBOX&gen=42&uid=9&klasse=antrag",
        [401, 403, 403, 403],
    ),
    ("GET /ueberblick", "/ueberblick", [303, 403, 200, 200]),
    ("GET /modell", "/modell", [303, 403, 200, 200]),
    ("GET /modell/karte", "/modell/karte?id=nirgends", [303, 403, 404, 404]),
    ("GET /modell/vergleich", "/modell/vergleich?mit=nirgends", [303, 403, 404, 404]),
    ("GET /modell/freigeben", "/modell/freigeben?id=nirgends", [303, 403, 403, 404]),
    ("POST /modell/freigeben", "/modell/freigeben?id=nirgends", [401, 403, 403, 403]),
    ("GET /modell/zurueck", "/modell/zurueck", [303, 403, 403, 200]),
    ("POST /modell/zurueck", "/modell/zurueck", [401, 403, 403, 403]),
    ("GET /modell/schwelle", "/modell/schwelle?falsch=nirgends", [303, 403, 403, 404]),
    ("POST /modell/schwelle", "/modell/schwelle?konfiguration=1", [401, 403, 403, 403]),
    ("POST /modell/lernen", "/modell/lernen", [401, 403, 403, 403]),
    ("GET /anmelden", "/anmelden", [200, 303, 303, 303]),
    ("POST /anmelden", "/anmelden", [403, 403, 403, 403]),
    ("GET /anmelden/oidc", "/anmelden/oidc", [404, 404, 404, 404]),
    ("GET /anmelden/oidc/antwort", "/anmelden/oidc/antwort", [404, 404, 404, 404]),
    ("POST /abmelden", "/abmelden", [401, 403, 403, 403]),
    ("POST /einstellungen", "/einstellungen", [403, 403, 403, 403]),
    ("GET /assets/{*name}", "/assets/style.css", [200, 200, 200, 200]),
    ("GET /healthz", "/healthz", [200, 200, 200, 200]),
    ("GET /readyz", "/readyz", [200, 200, 200, 200]),
];

#[tokio::test]
async fn every_address_answers_each_role_as_the_table_says() {
    let (_dir, page) = page(|_| ());
    let router = routes(page);
    let mut visits = Vec::new();
    for role in ROLES {
        let mut visit = Visit::new(&router);
        if !role.is_empty() {
            visit.sign_in(role, sample::PASSWORD).await;
        }
        visits.push(visit);
    }
    for (route, address, expected) in ADDRESSES {
        let method = route.split(' ').next().unwrap();
        for ((visit, role), status) in visits.iter().zip(ROLES).zip(expected) {
            let form = address.split_once('?').filter(|_| method == "POST");
            let (address, body) = form.unwrap_or((address, ""));
            let answer = visit.clone().ask(method.parse().unwrap(), address, body).await;
            assert_eq!(answer.status, status, "{route} as {role:?}");
        }
    }
    let unknown = visits[0].clone().get("/nirgends").await;
    assert_eq!((unknown.status, unknown.header("location")), (303, "/anmelden?weiter=%2Fnirgends"));
    assert_eq!(visits[1].clone().get("/nirgends").await.status, 404);
}

#[test]
fn every_route_of_the_sources_is_in_the_table() {
    let known: BTreeSet<&str> = ADDRESSES.map(|(route, ..)| route.split(' ').nth(1).unwrap()).into();
    let mut text = String::new();
    gather(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut text);
    let written = text.replace(char::is_whitespace, "");
    let mut seen = BTreeSet::new();
    for rest in written.split(".route(\"").skip(1) {
        seen.insert(rest.split('"').next().unwrap());
    }
    assert!(seen.len() >= 9, "{seen:?}");
    for route in &seen {
        assert!(known.contains(route), "{route} is not in ADDRESSES of tests/people.rs: say there who may");
    }
}

fn gather(folder: &Path, text: &mut String) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap();
        if name == "api" {
            continue;
        }
        if path.is_dir() {
            gather(&path, text);
        } else {
            text.push_str(&fs::read_to_string(path).unwrap());
        }
    }
}

#[tokio::test]
async fn cookies_are_for_this_host_and_no_script_and_headers_say_what_browsers_may_do() {
    for (public_url, prefix, hsts) in
        [(None, "", ""), (Some("https://langhals.amt.example"), "__Host-", "max-age=63072000")]
    {
        let (_dir, page) = page(|entrance| {
            entrance.public_url = public_url.map(|url| PublicUrl::parse(url).unwrap());
        });
        let mut visit = Visit::new(&routes(page));
        if public_url.is_some() {
            "langhals.amt.example".clone_into(&mut visit.host);
        }
        let form = visit.get("/anmelden").await;
        assert_eq!(form.header("strict-transport-security"), hsts);
        assert!(form.header("content-security-policy").ends_with("form-action 'self'"));
        assert!(form.header("permissions-policy").contains("camera=()"));
        let before = form.set_cookie();
        assert!(before.starts_with(&format!("{prefix}langhals-before=")), "{before}");
        assert!(before.ends_with("; Path=/; Secure; HttpOnly; SameSite=Strict"), "{before}");
        let answer = visit.sign_in("team", sample::PASSWORD).await;
        let session = answer.set_cookie();
        assert!(session.starts_with(&format!("{prefix}langhals=")), "{session}");
        assert!(session.ends_with("; Path=/; Secure; HttpOnly; SameSite=Lax"), "{session}");
        assert_eq!(visit.get("/").await.status, 200);
    }
}

#[tokio::test]
async fn with_a_public_address_only_that_name_is_answered() {
    let url = PublicUrl::parse("https://langhals.amt.example").unwrap();
    let (_dir, page) = page(|entrance| entrance.public_url = Some(url));
    let mut visit = Visit::new(&routes(page));
    for (host, path, status) in [
        ("langhals.amt.example", "/anmelden", 200),
        ("langhals.amt.example:443", "/anmelden", 200),
        ("localhost", "/anmelden", 421),
        ("evil.example", "/anmelden", 421),
        ("localhost", "/healthz", 200),
        ("localhost", "/readyz", 200),
        ("evil.example", "/healthz", 421),
    ] {
        host.clone_into(&mut visit.host);
        assert_eq!(visit.get(path).await.status, status, "{host}{path}");
    }
}

#[tokio::test]
async fn a_form_without_its_token_or_from_elsewhere_changes_nothing() {
    let (_dir, page) = page(|_| ());
    let router = routes(page);
    let mut visit = Visit::new(&router);
    visit.sign_in("team", sample::PASSWORD).await;
    let token = sample::token(&visit.get("/").await.text);
    let mut other = Visit::new(&router);
    other.sign_in("team", sample::PASSWORD).await;
    let others = sample::token(&other.get("/").await.text);
    for wrong in ["", "x", &others, token.get(1..).unwrap()] {
        assert_eq!(visit.post("/abmelden", &[("token", wrong)]).await.status, 403, "{wrong}");
    }
    for (name, value) in
        [("sec-fetch-site", "cross-site"), ("origin", "https://evil.example"), ("origin", "null")]
    {
        let mut elsewhere = visit.clone();
        elsewhere.extra = Some((name, value));
        assert_eq!(elsewhere.post("/abmelden", &[("token", &token)]).await.status, 403, "{name}: {value}");
    }
    assert_eq!(visit.get("/").await.status, 200);
    visit.extra = Some(("sec-fetch-site", "same-origin"));
    assert_eq!(visit.post("/abmelden", &[("token", &token)]).await.status, 303);
}

#[tokio::test]
async fn the_sign_in_form_is_bound_to_the_browser_that_asked_for_it() {
    let (_dir, page) = page(|_| ());
    let router = routes(page);
    let token = sample::token(&Visit::new(&router).get("/anmelden").await.text);
    let mut other = Visit::new(&router);
    let fields = [("token", token.as_str()), ("name", "team"), ("password", sample::PASSWORD)];
    let refused = other.post("/anmelden", &fields).await;
    assert!(refused.status == 403 && refused.text.contains("Formular war veraltet"), "{}", refused.text);
    assert!(refused.text.contains("value=\"team\"") && !refused.text.contains(sample::PASSWORD));
    assert_eq!(other.get("/").await.status, 303);
}

#[tokio::test]
async fn signing_in_makes_a_new_session_and_signing_out_ends_it() {
    let (_dir, page) = page(|_| ());
    let router = routes(page);
    let mut visit = Visit::new(&router);
    visit.cookies.insert("langhals".to_owned(), "chosen-by-somebody-else".to_owned());
    visit.sign_in("team", sample::PASSWORD).await;
    let first = visit.cookies["langhals"].clone();
    assert_ne!(first, "chosen-by-somebody-else");
    let stolen = visit.clone();
    visit.cookies.remove("langhals-before");
    // Who is signed in is not asked again; the form of another window still works, and ends the first session.
    let mut window = Visit::new(&router);
    let token = sample::token(&window.get("/anmelden").await.text);
    window.cookies.insert("langhals".to_owned(), first.clone());
    let fields = [("token", token.as_str()), ("name", "supervisor"), ("password", sample::PASSWORD)];
    assert_eq!(window.post("/anmelden", &fields).await.status, 303);
    assert_ne!(window.cookies["langhals"], first);
    assert_eq!((stolen.clone().get("/").await.status, window.get("/").await.status), (303, 200));
    let kept = window.clone();
    let token = sample::token(&window.get("/").await.text);
    let out = window.post("/abmelden", &[("token", &token)]).await;
    assert_eq!((out.status, out.header("location")), (303, "/anmelden?abgemeldet=1"));
    assert!(!window.cookies.contains_key("langhals"));
    assert!(window.get("/anmelden?abgemeldet=1").await.text.contains("Sie sind abgemeldet."));
    assert_eq!(kept.clone().get("/").await.status, 303);
}

#[tokio::test]
async fn a_session_ends_by_itself() {
    let (_dir, page) = page(|entrance| entrance.session = SignedDuration::from_hours(2));
    let router = routes(page);
    let mut visit = Visit::new(&router);
    visit.sign_in("team", sample::PASSWORD).await;
    for minutes in [59, 59] {
        wait(minutes);
        assert_eq!(visit.get("/").await.status, 200);
    }
    wait(2);
    assert_eq!(visit.get("/").await.status, 303, "two hours are over");
    visit.sign_in("team", sample::PASSWORD).await;
    wait(40);
    visit.extra = Some(("sec-fetch-mode", "cors"));
    assert_eq!(visit.get("/ereignisse").await.status, 200);
    visit.extra = None;
    wait(20);
    assert_eq!(
        visit.get("/").await.status,
        303,
        "nobody did anything for an hour; an open page does not count"
    );
}

#[tokio::test]
async fn wrong_passwords_wait_longer_and_longer_and_names_are_not_told() {
    let (_dir, page) = page(|_| ());
    let mut visit = Visit::new(&routes(page));
    let mut answers = Vec::new();
    for name in ["team", "niemand"] {
        let mut said = String::new();
        for _ in 0..5 {
            let answer = visit.sign_in(name, "falsches Passwort").await;
            assert_eq!(answer.status, 403);
            said = answer.text.replace(name, "").replace(&sample::token(&answer.text), "");
        }
        answers.push(said);
        let late = visit.sign_in(name, sample::PASSWORD).await;
        assert_eq!((late.status, late.header("retry-after")), (429, "1"), "{name}");
        assert!(late.text.contains("Zu viele Fehlversuche"));
    }
    assert_eq!(answers[0], answers[1], "an unknown name gets the same answer as a known one");
    wait(1);
    assert_eq!(visit.sign_in("team", sample::PASSWORD).await.status, 303);
}

#[tokio::test]
async fn nobody_is_sent_elsewhere() {
    let (_dir, page) = page(|_| ());
    let router = routes(page);
    for wanted in ["https://evil.example/", "//evil.example", "/\\evil.example", "/anmelden", "/\r\nx: y"] {
        let mut visit = Visit::new(&router);
        let token = sample::token(&visit.get("/anmelden").await.text);
        let fields =
            [("token", token.as_str()), ("name", "team"), ("password", sample::PASSWORD), ("weiter", wanted)];
        assert_eq!(visit.post("/anmelden", &fields).await.header("location"), "/", "{wanted:?}");
        let again = visit.get("/anmelden?weiter=https%3A%2F%2Fevil.example").await;
        assert_eq!((again.status, again.header("location")), (303, "/"));
    }
}

#[tokio::test]
async fn pages_lead_to_the_sign_in_and_scripts_are_told() {
    let (_dir, page) = page(|_| ());
    let mut visit = Visit::new(&routes(page));
    let away = visit.get("/zustand?a=b%20c").await;
    assert_eq!(away.header("location"), "/anmelden?weiter=%2Fzustand%3Fa%3Db%2520c");
    assert_eq!(visit.get("/").await.header("location"), "/anmelden");
    visit.extra = Some(("accept", "text/event-stream"));
    assert_eq!(visit.get("/").await.status, 401);
    visit.extra = Some(("sec-fetch-mode", "cors"));
    assert_eq!(visit.get("/").await.status, 401);
    visit.extra = Some(("sec-fetch-mode", "navigate"));
    assert_eq!(visit.get("/").await.status, 303);
    visit.extra = None;
    assert_eq!(visit.ask(Method::DELETE, "/", "").await.status, 401);
}

#[tokio::test]
async fn an_account_that_changes_or_goes_signs_out() {
    let (dir, page) = page(|_| ());
    let mut visit = Visit::new(&routes(page));
    visit.sign_in("operator", sample::PASSWORD).await;
    let accounts = dir.path().join("accounts.json");
    let text = fs::read_to_string(&accounts).unwrap();
    fs::write(&accounts, text.replace(r#"[{"role":"operator"}]"#, r#"[{"role":"team"}]"#)).unwrap();
    assert_eq!(visit.get("/zustand").await.status, 303);
    fs::write(&accounts, text).unwrap();
    assert_eq!(visit.get("/zustand").await.status, 303, "a session that ended never comes back");
}

#[tokio::test]
async fn language_and_theme_are_chosen_before_and_after_the_sign_in() {
    let (_dir, page) = page(|_| ());
    let mut visit = Visit::new(&routes(page));
    visit.extra = Some(("accept-language", "fr, en;q=0.5, de;q=0.2"));
    assert!(visit.get("/anmelden").await.text.contains("<html lang=\"en\">"));
    let token = sample::token(&visit.get("/anmelden").await.text);
    let fields = |token: &str, language: &str, theme: &str, back: &str| {
        [("token", token), ("language", language), ("theme", theme), ("weiter", back)]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
    };
    let chosen = visit.post("/einstellungen", &fields(&token, "de", "dark", "/")).await;
    assert_eq!(chosen.status, 303);
    let page = visit.get("/anmelden").await.text;
    assert!(page.contains("<html lang=\"de\" data-kern-theme=\"dark\">"), "{page:.200}");
    visit.sign_in("team", sample::PASSWORD).await;
    let page = visit.get("/zustand?x=1").await.text;
    assert!(page.contains("data-kern-theme=\"dark\"") && page.contains("value=\"/zustand?x=1\""));
    let token = sample::token(&page);
    let chosen = visit.post("/einstellungen", &fields(&token, "en", "auto", "/zustand?x=1")).await;
    assert_eq!(chosen.header("location"), "/zustand?x=1");
    assert!(visit.get("/zustand").await.text.contains("<html lang=\"en\">"));
    visit.post("/einstellungen", &fields(&token, "xx", "\"><script>", "/")).await;
    assert!(visit.get("/zustand").await.text.contains("<html lang=\"en\">"), "nonsense changes nothing");
}

#[tokio::test]
async fn accounts_that_others_may_read_sign_nobody_in() {
    use std::os::unix::fs::PermissionsExt as _;
    let (dir, page): (TempDir, Page) = page(|_| ());
    let mut visit = Visit::new(&routes(page));
    let accounts = dir.path().join("accounts.json");
    fs::set_permissions(&accounts, fs::Permissions::from_mode(0o644)).unwrap();
    let form = visit.get("/anmelden").await.text;
    assert!(!form.contains("type=\"password\""));
    assert_eq!(visit.sign_in("team", sample::PASSWORD).await.status, 403);
    fs::set_permissions(&accounts, fs::Permissions::from_mode(0o600)).unwrap();
    assert_eq!(visit.sign_in("team", sample::PASSWORD).await.status, 303);
}

#[test]
fn the_clock_of_these_tests_goes_when_told() {
    let before = later();
    wait(3);
    assert_eq!(later().duration_since(before), SignedDuration::from_mins(3));
}
