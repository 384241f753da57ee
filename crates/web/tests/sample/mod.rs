//! A ledger as an authority's morning leaves it, for the tests and for looking at the page.

#![allow(dead_code, reason = "each test uses a part of it")]

pub mod house;
pub mod room;
pub mod school;

use std::path::Path;
use std::sync::Arc;

use argon2::password_hash::PasswordHasher as _;
use argon2::{Argon2, Params, PasswordHash};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, HeaderValue, Request, header};
use axum::middleware::{self, Next};
use domain::{Class, Flag, Folder, MaxAge, Priority, Tag, TagPrefix, Uid, UidValidity};
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp, ToSpan as _};
use langhals_web::{Entrance, Machines, Page, People, routes};
use store::{Board, Connection, Intent, Ledger, ModelHealth, Outcome, Settlement, Suggestion, Tagged};
use tower::ServiceExt as _;

const VALIDITY: UidValidity = UidValidity(42);

/// Classes in the mixture of a real morning.
const KINDS: [Class; 5] =
    [Class::Application, Class::Inquiry, Class::Application, Class::Other, Class::Inquiry];

/// Saturday morning, 09:30 in Berlin.
pub fn now() -> Timestamp {
    Timestamp::from_second(1_795_249_800).unwrap()
}

fn today() -> Date {
    jiff::civil::date(2026, 11, 21)
}

/// An empty page whose mailboxes are all watched or, without `folders`, not known yet.
pub fn page(dir: &Path, folders: &[Folder]) -> Page {
    let board = Board::default();
    board.set_model(ModelHealth { id: "standard-2026-11".to_owned(), ..ModelHealth::default() });
    for folder in folders {
        board.set(folder, Connection::Watching, now() - SignedDuration::from_mins(47));
    }
    Page {
        ledger: Arc::new(Ledger::open(dir, now()).unwrap()),
        board: Arc::new(board),
        reading: Arc::new(room::Room::default()),
        school: Arc::new(school::MadeUp::default()),
        machines: Arc::new(Machines::of(dir)),
        prefix: TagPrefix::default(),
        max_age: MaxAge::default(),
        clock: now,
        people: people(dir),
        version: "0.1.0",
    }
}

/// What everybody here signs in with.
pub const PASSWORD: &str = "Probe-Passwort";

/// Who may sign in: one of each role, one who oversees and runs it, and one of the team in one mailbox only.
const ACCOUNTS: [(&str, &str); 5] = [
    ("team", r#"{"role":"team"}"#),
    ("supervisor", r#"{"role":"supervisor"}"#),
    ("operator", r#"{"role":"operator"}"#),
    ("leitung", r#"{"role":"supervisor"},{"role":"operator"}"#),
    ("bauamt", r#"{"role":"team","mailboxes":["bauamt"]}"#),
];

/// Everybody of the sample, in a file whose passwords cost no time.
pub fn people(dir: &Path) -> Arc<People> {
    let accounts = dir.join("accounts.json");
    write_accounts(&accounts);
    let session = SignedDuration::from_hours(10);
    Arc::new(
        People::new(Entrance { accounts: Some(accounts), public_url: None, session, oidc: None }).unwrap(),
    )
}

pub fn write_accounts(path: &Path) {
    use std::os::unix::fs::PermissionsExt as _;
    let cheap = Argon2::from(Params::new(8, 1, 1, None).unwrap());
    let hash: PasswordHash = cheap.hash_password_with_salt(PASSWORD.as_bytes(), b"for tests only").unwrap();
    let account = |(name, grants)| format!(r#"{{"name":"{name}","password":"{hash}","grants":[{grants}]}}"#);
    let text = format!(r#"{{"version":1,"accounts":[{}]}}"#, ACCOUNTS.map(account).join(","));
    std::fs::write(path, text).unwrap();
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600)).unwrap();
}

/// The routes as somebody finds them who has signed in under this name, one of [`ACCOUNTS`].
pub fn routes_for(page: Page, name: &str) -> Router {
    let router = routes(page);
    let cookie = std::thread::scope(|scope| {
        // A test's own runtime cannot wait for itself.
        let signing_in = scope.spawn(|| {
            let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
            runtime.block_on(sign_in(&router, name))
        });
        signing_in.join().unwrap()
    });
    let cookie = HeaderValue::from_str(&cookie).unwrap();
    router.layer(middleware::from_fn(move |mut request: Request<Body>, next: Next| {
        request.headers_mut().entry(header::COOKIE).or_insert(cookie.clone());
        next.run(request)
    }))
}

/// Signs in by the form; returns the session's cookie.
pub async fn sign_in(router: &Router, name: &str) -> String {
    let page = Request::get("/anmelden").header("host", "localhost").body(Body::empty()).unwrap();
    let (headers, text) = ask(router, page).await;
    let form = format!("token={}&name={name}&password={PASSWORD}&weiter=%2F", token(&text));
    let form = Request::post("/anmelden")
        .header("host", "localhost")
        .header("content-type", "application/x-www-form-urlencoded")
        .header("cookie", cookies(&headers))
        .body(Body::from(form))
        .unwrap();
    let (headers, _) = ask(router, form).await;
    assert_eq!(headers.get("location").unwrap(), "/");
    cookies(&headers)
}

/// The token of the page's first form.
pub fn token(text: &str) -> String {
    let (_, rest) = text.split_once("name=\"token\" value=\"").unwrap();
    rest.split('"').next().unwrap().to_owned()
}

/// What a browser would send back of the cookies it gets.
pub fn cookies(headers: &HeaderMap) -> String {
    let set = headers.get_all(header::SET_COOKIE).iter().map(|line| line.to_str().unwrap());
    let kept = set.filter(|line| !line.contains("Max-Age=0"));
    kept.map(|line| line.split(';').next().unwrap()).collect::<Vec<_>>().join("; ")
}

async fn ask(router: &Router, request: Request<Body>) -> (HeaderMap, String) {
    let (parts, body) = router.clone().oneshot(request).await.unwrap().into_parts();
    let bytes = to_bytes(body, usize::MAX).await.unwrap();
    (parts.headers, String::from_utf8(bytes.to_vec()).unwrap())
}

pub fn folder(mailbox: &str, name: &str) -> Folder {
    Folder { mailbox: mailbox.to_owned(), name: name.to_owned() }
}

/// Four folders in every state, and about sixty messages of every kind.
pub fn sample(dir: &Path) -> Page {
    sampled(dir, false)
}

/// The same after twelve weeks of work.
pub fn sample_with_past(dir: &Path) -> Page {
    sampled(dir, true)
}

fn sampled(dir: &Path, past: bool) -> Page {
    let folders = [
        folder("poststelle", "INBOX"),
        folder("poststelle", "INBOX/Bürgerbüro"),
        folder("bauamt", "INBOX"),
        folder("sozialamt", "INBOX"),
    ];
    let page = page(dir, &folders);
    page.board.set(&folders[2], Connection::Sorting, now() - SignedDuration::from_mins(2));
    page.board.set(
        &folders[3],
        Connection::Down {
            sentence: "cannot connect to imap.amt.example:993: no answer within 30 s; check host and port, \
                       and any firewall between"
                .to_owned(),
            again: now() + SignedDuration::from_mins(4),
        },
        now() - SignedDuration::from_mins(11),
    );
    page.board.warn(
        &folders[1],
        Some(
            "the server keeps no keywords: the queue page alone shows the result; set write = \"folders\""
                .into(),
        ),
    );
    for (folder, sorted) in folders.iter().zip([1_284, 96, 212, 33]) {
        page.board.sorted(folder, sorted);
    }
    house::furnish(&page);
    if past {
        house::weeks_before(&page, &folders);
    }
    for number in 0..62 {
        fill(&page, &folders[[0, 0, 2, 0, 1, 3, 0][number as usize % 7]], number);
    }
    page
}

/// `count` ordinary messages in one folder.
pub fn many(page: &Page, folder: &Folder, count: u32) {
    let intents: Vec<Intent> = (0..count).map(|number| intent(number, Some(Priority::Normal))).collect();
    page.ledger.intend(folder, VALIDITY, &intents, now()).unwrap();
}

fn fill(page: &Page, folder: &Folder, number: u32) {
    let uid = Uid(1_000 + number);
    if number % 23 == 7 {
        let seen = Tagged {
            uid,
            fingerprint: format!("{number:032x}"),
            arrived: now() - SignedDuration::from_hours(9),
            tags: vec![Tag::Antrag],
            thread: None,
        };
        page.ledger.seen(folder, VALIDITY, &[seen], now()).unwrap();
        return;
    }
    page.ledger.intend(folder, VALIDITY, &[intent(number, None)], now()).unwrap();
    let outcome = match number % 19 {
        3 => Outcome::Person,
        8 => Outcome::NotKept,
        11 => Outcome::QueueOnly,
        // Its write is not confirmed yet.
        17 => return,
        _ => Outcome::Applied,
    };
    page.ledger
        .settle(folder, VALIDITY, &[Settlement { uid, outcome, held: vec![], moved: None }], None, now())
        .unwrap();
}

fn intent(number: u32, priority: Option<Priority>) -> Intent {
    let class = KINDS[number as usize % KINDS.len()];
    let priority = priority.unwrap_or(match number % 7 {
        0 | 4 => Priority::High,
        5 => Priority::Low,
        _ => Priority::Normal,
    });
    let sure = 1.0 - f64::from(number * 17 % 61) * f64::from(number * 17 % 61) / 7_500.0;
    let unsure = sure < 0.75;
    let encrypted = number == 29;
    let deadline = number.is_multiple_of(3).then(|| today() + (i64::from(number * 13 % 41) - 3).days());
    let tags = [
        Some(if unsure { Tag::Unsicher } else { Tag::of_class(class) }),
        deadline.map(|_| Tag::Frist),
        encrypted.then_some(Tag::Verschluesselt),
    ];
    Intent {
        uid: Uid(1_000 + number),
        fingerprint: format!("{number:032x}"),
        arrived: now() - SignedDuration::from_mins(i64::from((62 - number % 63).pow(2) * 4 + 3)),
        modseq: None,
        attempt: 1,
        suggestion: Suggestion {
            class: weights(class as usize, sure),
            priority: weights(priority as usize, 0.8),
            unsure,
            deadline,
            deadline_rule: deadline.map(|_| "date".to_owned()),
            flags: flags(number).iter().map(|flag| flag.name().to_owned()).collect(),
            tags: tags.into_iter().flatten().map(|tag| tag.name().to_owned()).collect(),
            model: "standard-2026-11".to_owned(),
            shadow: false,
            others: std::collections::BTreeMap::new(),
        },
        set_aside: (number == 41).then_some("unreadable"),
        thread: None,
        references: vec![],
    }
}

fn flags(number: u32) -> &'static [Flag] {
    match number % 9 {
        2 => &[Flag::FehlendeAnlage],
        5 => &[Flag::Gefahr, Flag::Presse],
        _ => &[],
    }
}

fn weights(best: usize, of_best: f64) -> [f64; 3] {
    let mut weights = [(1.0 - of_best) / 2.0; 3];
    weights[best] = of_best;
    weights
}
