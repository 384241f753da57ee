//! The page of one message: why it is judged as it is, and a person's word on it.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod sample;

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, header};
use domain::{Class, Tag, Uid, UidValidity};
use langhals_web::Page;
use sample::folder;
use sample::room::Room;
use store::{Finding, Key};
use tempfile::TempDir;
use tower::ServiceExt as _;

/// An application that was tagged as such, in INBOX of the mailbox `poststelle`.
const THERE: &str = "/nachricht?postfach=poststelle&ordner=INBOX&gen=42&uid=1000";
const FORM: &str = "postfach=poststelle&ordner=INBOX&gen=42&uid=1000";

struct House {
    _dir: TempDir,
    page: Page,
    room: Arc<Room>,
}

struct Answer {
    status: StatusCode,
    location: String,
    text: String,
}

impl House {
    fn with(room: Room) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let room = Arc::new(room);
        let page = Page { reading: room.clone(), ..sample::sample(dir.path()) };
        Self { _dir: dir, page, room }
    }

    fn router(&self, who: &str) -> Router {
        sample::routes_for(self.page.clone(), who)
    }

    async fn get(&self, address: &str) -> Answer {
        ask(&self.router("team"), Request::get(address).body(Body::empty()).unwrap()).await
    }

    /// Sends the form as the page showed it, with what is added.
    async fn post(&self, more: &str) -> Answer {
        let router = self.router("team");
        let page = ask(&router, Request::get(THERE).body(Body::empty()).unwrap()).await;
        post(&router, &format!("token={}&{FORM}{more}", sample::token(&page.text))).await
    }

    fn corrected(&self) -> Vec<(Key, Class)> {
        self.room.corrected.lock().unwrap().clone()
    }
}

async fn post(router: &Router, form: &str) -> Answer {
    let request = Request::post("/nachricht/einordnung")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header("origin", "http://127.0.0.1:8765")
        .header("sec-fetch-site", "same-origin");
    ask(router, request.body(Body::from(form.to_owned())).unwrap()).await
}

async fn ask(router: &Router, mut request: Request<Body>) -> Answer {
    request.headers_mut().insert("host", "127.0.0.1:8765".parse().unwrap());
    let (parts, body) = router.clone().oneshot(request).await.unwrap().into_parts();
    let text = String::from_utf8(to_bytes(body, usize::MAX).await.unwrap().to_vec()).unwrap();
    let location = parts.headers.get(header::LOCATION).map(|value| value.to_str().unwrap().to_owned());
    Answer { status: parts.status, location: location.unwrap_or_default(), text }
}

fn key() -> Key {
    Key { folder: folder("poststelle", "INBOX"), validity: UidValidity(42), uid: Uid(1000) }
}

#[track_caller]
fn says(answer: &Answer, words: &[&str]) {
    for said in words {
        assert!(answer.text.contains(said), "{said}\n{}", answer.text);
    }
}

#[tokio::test]
async fn a_message_says_who_wrote_what_is_suggested_and_why() {
    let house = House::with(Room::default());
    let answer = house.get(THERE).await;
    assert_eq!(answer.status, StatusCode::OK);
    says(
        &answer,
        &[
            // Sender and subject, of whoever it is by this UID.
            "Verwaltungsgericht &#60;poststelle@vg.example&#62;",
            "Frist zur Stellungnahme",
            "93\u{a0}%",
            "Für die Klasse",
            "+2,41",
            "\u{2212}0,83",
            "Für das Merkmal „Fehlende Anlage“",
            "Di,\u{a0}24.11.2026",
            "noch 3\u{a0}Tage",
            "genanntes Datum",
            "Ich bitte um Ihre Antwort bis zum 24. November 2026.",
            "§ 75 VwGO",
            "32-12/0417",
            "Lageplan.pdf",
            "2 MB",
            "2 frühere Nachrichten",
            "darunter ein Antrag",
            "Kopfzeilen falsch kodiert",
            "standard-2026-11",
            "Das ist ein Antrag",
            "gilt als Korrektur",
        ],
    );
    assert!(answer.text.contains("<title>Nachricht"), "the title lands in the browser's history");
    let pressed = answer.text.matches("aria-pressed=\"true\" disabled").count();
    assert_eq!(pressed, 1, "what it is already cannot be chosen");
    assert!(!answer.text.contains("style=\"") && !answer.text.contains("onclick"));
}

#[tokio::test]
async fn the_right_class_is_handed_on_once_and_said() {
    let house = House::with(Room::default());
    let answer = house.post("&klasse=rueckfrage").await;
    assert_eq!(
        (answer.status, answer.location.as_str()),
        (StatusCode::SEE_OTHER, &*format!("{THERE}&gesetzt=rueckfrage"))
    );
    assert_eq!(house.corrected(), [(key(), Class::Inquiry)]);
    let after = house.get(&answer.location).await;
    says(&after, &["role=\"status\"", "Eingeordnet als Rückfrage."]);
    let claimed = house.get(&format!("{THERE}&gesetzt=sonstiges")).await;
    assert!(!claimed.text.contains("Eingeordnet als"), "an address cannot claim what is not so");
}

#[tokio::test]
async fn a_form_that_is_stale_or_nonsense_changes_nothing() {
    let house = House::with(Room::default());
    for (more, status) in [
        ("&klasse=antrag&token=falsch", StatusCode::FORBIDDEN),
        ("&klasse=antrag&token=", StatusCode::FORBIDDEN),
        ("", StatusCode::NOT_FOUND),
        ("&klasse=hoch", StatusCode::NOT_FOUND),
        ("&klasse=antrag&gen=x", StatusCode::NOT_FOUND),
        // Another mailbox's message under this one's address.
        ("&klasse=antrag&uid=77", StatusCode::NOT_FOUND),
    ] {
        assert_eq!(house.post(more).await.status, status, "{more}");
    }
    assert_eq!(house.corrected(), []);
    let asked =
        house.get(&format!("{}&klasse=antrag", THERE.replace("nachricht?", "nachricht/einordnung?"))).await;
    assert_eq!(asked.status, StatusCode::METHOD_NOT_ALLOWED);
}

#[tokio::test]
async fn a_mailbox_that_does_not_answer_leaves_what_is_known() {
    let house = House::with(Room { closed: true, ..Room::default() });
    let answer = house.get(THERE).await;
    assert_eq!(answer.status, StatusCode::OK);
    says(
        &answer,
        &["Das Postfach antwortet nicht.", "no answer within 30 s", "Vorschlag beim Eingang", "Wartet seit"],
    );
    let refused = house.post("&klasse=rueckfrage").await;
    assert_eq!(refused.status, StatusCode::SERVICE_UNAVAILABLE);
    says(&refused, &["role=\"alert\"", "Die Einordnung als Rückfrage wurde nicht gespeichert."]);
    assert_eq!(refused.text.matches("no answer within 30 s").count(), 1, "said once");
}

#[tokio::test]
async fn what_cannot_be_written_is_said_with_what_to_do() {
    let house = House::with(Room { read_only: true, ..Room::default() });
    let refused = house.post("&klasse=rueckfrage").await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    says(&refused, &["In diesem Postfach geht das nicht.", "read-only for this user", "Für die Klasse"]);
}

#[tokio::test]
async fn of_a_message_that_nobody_knows_nothing_is_read() {
    let house = House::with(Room::default());
    for address in
        [THERE.replace("1000", "77"), THERE.replace("gen=42", "gen=41"), THERE.replace("INBOX", "Privat")]
    {
        let answer = house.get(&address).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND);
        says(&answer, &["Diese Nachricht liegt nicht mehr hier."]);
        assert!(!answer.text.contains("Aktenzeichen") && !answer.text.contains("<form class=\"choose\""));
    }
    for address in ["/nachricht", "/nachricht?uid=1", "/nachricht?postfach=%FF%FE&ordner=x&gen=1&uid=1"] {
        assert_eq!(house.get(address).await.status, StatusCode::NOT_FOUND, "{address}");
    }
}

#[tokio::test]
async fn what_a_person_changed_stands_beside_what_was_suggested() {
    let house = House::with(Room::default());
    let lesson = domain::Lesson { class: Some(Class::Other), priority: None };
    let finding = Finding::Chosen(vec![Tag::Sonstiges], lesson);
    let Key { folder, validity, uid } = key();
    house.page.ledger.record(&folder, validity, &[(uid, finding)], None, sample::now()).unwrap();
    let answer = house.get(THERE).await;
    says(
        &answer,
        &[
            "Ein Mensch hat sie als Sonstiges eingeordnet.",
            "Vorgeschlagen war Antrag",
            "Das Postfach behält keine Schlagwörter.",
            "Hinzugekommen: Sonstiges",
            "Weggenommen: ",
        ],
    );
}

#[tokio::test]
async fn hostile_mail_stays_text() {
    let house = House::with(Room { hostile: true, ..Room::default() });
    let answer = house.get(THERE).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert!(!answer.text.contains("<script>alert"), "nothing runs");
    assert!(!answer.text.contains("\" onerror"), "no attribute is left");
    assert!(!answer.text.contains('\u{202e}'), "nothing turns around");
    assert!(answer.text.contains("&#60;script&#62;alert(1)"), "it is shown");
    assert!(answer.text.len() < 120_000, "{} bytes: nothing makes the page endless", answer.text.len());
}

#[tokio::test]
async fn german_sentences_are_marked_as_such() {
    let house = House::with(Room::default());
    let german = house.get(THERE).await;
    assert!(german.text.contains("<th role=\"rowheader\" scope=\"row\" lang=\"de\">"));
}

#[tokio::test]
async fn who_may_not_read_the_mailbox_sees_nothing_and_changes_nothing() {
    let house = House::with(Room::default());
    for (who, status) in [
        ("team", StatusCode::OK),
        ("supervisor", StatusCode::OK),
        ("leitung", StatusCode::OK),
        ("operator", StatusCode::FORBIDDEN),
        ("bauamt", StatusCode::FORBIDDEN),
    ] {
        let router = house.router(who);
        let answer = ask(&router, Request::get(THERE).body(Body::empty()).unwrap()).await;
        assert_eq!(answer.status, status, "{who}");
        assert_eq!(answer.text.contains("Frist zur Stellungnahme"), status == StatusCode::OK, "{who}");
        if status == StatusCode::FORBIDDEN {
            let form = format!("token={}&{FORM}&klasse=antrag", sample::token(&answer.text));
            assert_eq!(post(&router, &form).await.status, status, "{who}");
        }
    }
    assert_eq!(house.corrected(), []);
}
