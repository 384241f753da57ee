//! The model page: what it says, to whom, in which language; and that nothing changes but by a form of its own.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod sample;

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, header};
use langhals_web::{Forecast, Learnt, Objection, Page, Step, Training};
use sample::school::MadeUp;
use store::{Switch, SwitchedBy, Wanted};
use tempfile::TempDir;
use tower::ServiceExt as _;

/// Every address that shows something, and who may see it.
const SEEN_BY_OVERSEERS: [&str; 3] =
    ["/modell", "/modell/karte?id=standard-1", "/modell/vergleich?mit=learnt-2026-11-15"];
const SEEN_BY_OPERATORS: [&str; 4] = [
    "/modell/freigeben?id=learnt-2026-11-15",
    "/modell/zurueck",
    "/modell/schwelle?stufe=4",
    "/modell/schwelle?konfiguration=1",
];
/// Every order, as its form gives it but for the token.
const ORDERS: [(&str, &str, &str); 5] = [
    (
        "/modell/freigeben",
        "id=standard-1&statt=standard-2026-11&trotzdem=1",
        "promote standard-1 instead of standard-2026-11 by force true",
    ),
    ("/modell/zurueck", "von=standard-2026-11&zu=standard-1", "back from standard-2026-11 to standard-1"),
    (
        "/modell/schwelle",
        "falsch=0.0216&modell=standard-2026-11",
        "threshold Some(MostWrong(0.0216)) for standard-2026-11",
    ),
    ("/modell/schwelle", "konfiguration=1&modell=standard-2026-11", "threshold None for standard-2026-11"),
    ("/modell/lernen", "", "learn"),
];

struct House {
    _dir: TempDir,
    page: Page,
    school: Arc<MadeUp>,
}

struct Answer {
    status: u16,
    location: String,
    text: String,
}

impl House {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let school = Arc::new(MadeUp::default());
        let folder = sample::folder("poststelle", "INBOX");
        let page = Page { school: school.clone(), ..sample::page(dir.path(), &[folder]) };
        Self { _dir: dir, page, school }
    }

    fn seen_by(&self, name: &str) -> Visit {
        Visit { router: sample::routes_for(self.page.clone(), name), language: "de" }
    }
}

struct Visit {
    router: Router,
    language: &'static str,
}

impl Visit {
    async fn get(&self, address: &str) -> Answer {
        self.ask(Request::get(address).body(Body::empty()).unwrap()).await
    }

    async fn post(&self, address: &str, form: String) -> Answer {
        let request =
            Request::post(address).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.ask(request.body(Body::from(form)).unwrap()).await
    }

    async fn order(&self, address: &str, form: &str) -> Answer {
        let token = sample::token(&self.get("/modell").await.text);
        self.post(address, format!("token={token}&{form}")).await
    }

    async fn ask(&self, mut request: Request<Body>) -> Answer {
        let headers = request.headers_mut();
        headers.insert(header::HOST, "127.0.0.1:8765".parse().unwrap());
        headers.insert(header::ACCEPT_LANGUAGE, self.language.parse().unwrap());
        let (parts, body) = self.router.clone().oneshot(request).await.unwrap().into_parts();
        let text = String::from_utf8(to_bytes(body, usize::MAX).await.unwrap().to_vec()).unwrap();
        let location = parts.headers.get(header::LOCATION).map(|value| value.to_str().unwrap().to_owned());
        Answer { status: parts.status.as_u16(), location: location.unwrap_or_default(), text }
    }
}

#[track_caller]
fn says(text: &str, words: &[&str]) {
    let plain = text.replace('\u{a0}', " ");
    for word in words {
        assert!(plain.contains(word), "{word} is not in\n{plain}");
    }
}

#[track_caller]
fn never_says(text: &str, words: &[&str]) {
    let plain = text.replace('\u{a0}', " ");
    for word in words {
        assert!(!plain.contains(word), "{word} is in\n{plain}");
    }
}

#[tokio::test]
async fn the_page_says_what_judges_how_well_and_what_there_is() {
    let house = House::new();
    let page = house.seen_by("supervisor").get("/modell").await;
    assert_eq!(page.status, 200);
    says(
        &page.text,
        &[
            "standard-2026-11",
            "13.131 Mails von 33 Verfassern",
            "88,1 % (Makro-F1 0,881)",
            "Anträge erkannt",
            "höchstens 3,0 % falsch",
            "1.480 der bekannten Nachrichten",
            "Unsicheres eingeordnet",
            "learnt-2026-11-15",
            "Kein Unterschied, den nicht auch der Zufall brächte",
            "Davor in Gebrauch",
            "Aus der Klasse Antrag hat es 12 Mails gelernt; es braucht 30.",
            "weights.bin is damaged",
            "<svg class=\"chart\" role=\"img\"",
            "type=\"range\"",
            "mit 126 Korrekturen",
            "freigegeben:",
        ],
    );
    never_says(
        &page.text,
        &["school-", "style=", "<script>", "/modell/freigeben", "Jetzt lernen", "formaction"]
            .map(|word| if word == "school-" { ">school-" } else { word }),
    );
}

#[tokio::test]
async fn it_says_the_same_in_english() {
    let house = House::new();
    let english = Visit { language: "en", ..house.seen_by("operator") };
    for address in SEEN_BY_OVERSEERS.iter().chain(&SEEN_BY_OPERATORS) {
        let text = english.get(address).await.text;
        assert!(text.contains("<html lang=\"en\""), "{address}");
        never_says(&text, &["Modell ", "Gebrauch", "Schwelle", "Herausforderer", "Freigeben", ">school-"]);
    }
    says(&english.get("/modell").await.text, &["88.1% (macro-F1 0.881)", "at most 3.0% wrong", "Learn now"]);
}

#[tokio::test]
async fn only_overseers_see_it_and_only_operators_may_change_something() {
    let house = House::new();
    for (name, sees, changes) in [
        ("team", false, false),
        ("bauamt", false, false),
        ("supervisor", true, false),
        ("operator", true, true),
        ("leitung", true, true),
    ] {
        let visit = house.seen_by(name);
        let status = |allowed| if allowed { 200 } else { 403 };
        for address in SEEN_BY_OVERSEERS {
            assert_eq!(visit.get(address).await.status, status(sees), "{name} {address}");
        }
        for address in SEEN_BY_OPERATORS {
            assert_eq!(visit.get(address).await.status, status(changes), "{name} {address}");
        }
        let before = house.school.orders().len();
        let token = sample::token(&visit.get("/").await.text);
        for (address, form, _) in ORDERS {
            house.school.is_at(Training::Idle);
            let answer = visit.post(address, format!("token={token}&{form}")).await;
            assert_eq!(answer.status, if changes { 303 } else { 403 }, "{name} {address}");
        }
        assert_eq!(house.school.orders().len() - before, if changes { ORDERS.len() } else { 0 }, "{name}");
    }
}

#[tokio::test]
async fn without_a_sign_in_there_is_no_model_page() {
    let house = House::new();
    let visit = Visit { router: langhals_web::routes(house.page.clone()), language: "de" };
    for address in SEEN_BY_OVERSEERS.iter().chain(&SEEN_BY_OPERATORS) {
        let answer = visit.get(address).await;
        assert!(answer.status != 200 && !answer.text.contains("standard-2026-11"), "{address}");
    }
}

#[tokio::test]
async fn each_order_is_given_as_its_form_says() {
    let house = House::new();
    let visit = house.seen_by("operator");
    for (address, form, order) in ORDERS {
        let answer = visit.order(address, form).await;
        assert_eq!(answer.status, 303, "{address}: {}", answer.text);
        assert!(answer.location.starts_with("/modell#"), "{}", answer.location);
        assert_eq!(house.school.orders().last().unwrap(), order);
    }
}

#[tokio::test]
async fn a_stale_form_changes_nothing() {
    let house = House::new();
    let visit = house.seen_by("operator");
    for (address, form, _) in ORDERS {
        for stale in [form.to_owned(), format!("token=&{form}"), format!("token=other&{form}")] {
            let answer = visit.post(address, stale).await;
            assert_eq!(answer.status, 403, "{address}");
            says(&answer.text, &["Das Formular war veraltet"]);
        }
    }
    assert!(house.school.orders().is_empty());
}

#[tokio::test]
async fn a_threshold_that_makes_no_sense_is_not_taken() {
    let house = House::new();
    let visit = house.seen_by("operator");
    for falsch in ["0", "1", "-0.1", "NaN", "inf", "x", ""] {
        let answer = visit.order("/modell/schwelle", &format!("falsch={falsch}&modell=x")).await;
        assert_eq!(answer.status, 404, "{falsch}");
    }
    assert!(house.school.orders().is_empty());
    assert_eq!(visit.get("/modell/schwelle?stufe=999").await.status, 404);
}

#[tokio::test]
async fn a_promotion_says_what_will_change_and_what_speaks_against_it() {
    let house = House::new();
    let visit = house.seen_by("operator");
    let harmless = visit.get("/modell/freigeben?id=standard-1").await.text;
    says(
        &harmless,
        &[
            "standard-1 freigeben?",
            "urteilt standard-1 statt standard-2026-11",
            "Schlagwörter, die schon da sind, bleiben",
            "Der Weg zurück zu standard-2026-11 bleibt jederzeit offen.",
            "Wird sortiert",
            "65,0 %",
            "name=\"statt\" value=\"standard-2026-11\"",
        ],
    );
    never_says(&harmless, &["trotzdem"]);
    let worse = visit.get("/modell/freigeben?id=learnt-2026-11-15").await.text;
    says(&worse, &["Es ist schlechter als das Modell in Gebrauch", "name=\"trotzdem\" value=\"1\" required"]);
    assert_eq!(visit.get("/modell/freigeben?id=nowhere").await.status, 404);
    assert_eq!(visit.get("/modell/freigeben?id=standard-2026-11").await.location, "/modell");
}

#[tokio::test]
async fn a_rollback_says_where_it_leads_and_is_offered_only_where_it_does() {
    let house = House::new();
    let visit = house.seen_by("operator");
    let asked = visit.get("/modell/zurueck").await.text;
    says(&asked, &["Zurück zu standard-1?", "standard-2026-11 bleibt erhalten"]);
    house.school.library_now().back_to = None;
    assert_eq!(visit.get("/modell/zurueck").await.status, 404);
    never_says(&visit.get("/modell").await.text, &["/modell/zurueck"]);
}

#[tokio::test]
async fn the_slider_predicts_and_asks_before_anything_counts() {
    let house = House::new();
    let visit = house.seen_by("operator");
    let page = visit.get("/modell?stufe=3").await.text;
    says(&page, &["value=\"3\" data-rows=\"risiko\"", "data-shown=\"vorhersage-sortiert\">20,0 %"]);
    let asked = visit.get("/modell/schwelle?stufe=3").await.text;
    says(
        &asked,
        &[
            "Andere Schwelle?",
            "Die Vorgabe ist dann: höchstens",
            "Danach setzt Langhals keine Schlagwörter mehr",
            "required",
        ],
    );
    let asked = visit.get("/modell/schwelle?stufe=12").await.text;
    says(&asked, &["65,0 %", "Schlagwörter werden weiter gesetzt", "bis hier „Zurück zur Konfiguration“"]);
    never_says(&asked, &["required"]);
    {
        let threshold = &mut house.school.library_now().threshold;
        threshold.chosen = Some(sample::now());
        threshold.wanted = Wanted::MostWrong(0.05);
    }
    let page = visit.get("/modell").await.text;
    says(
        &page,
        &["höchstens 5,0 % falsch", "Hier gewählt am 21.11.2026", "/modell/schwelle?konfiguration=1"],
    );
}

#[tokio::test]
async fn a_training_is_begun_once_and_seen_until_it_ends() {
    let house = House::new();
    let visit = house.seen_by("operator");
    says(&visit.get("/modell").await.text, &["Jetzt lernen"]);
    assert_eq!(visit.order("/modell/lernen", "").await.location, "/modell#lernen");
    let running = visit.get("/modell").await.text;
    says(
        &running,
        &["data-live=\"1\"", "<progress", "value=\"48\"", "Teil 3 von 5", "Das Sortieren geht weiter"],
    );
    never_says(&running, &["Jetzt lernen"]);
    let again = visit.order("/modell/lernen", "").await;
    assert_eq!(again.status, 409);
    says(&again.text, &["Das ging nicht", "a model is being learnt already"]);
    house.school.is_at(Training::Running {
        since: sample::now(),
        step: Step::Corrections { done: 4, total: 20 },
        share: 0.01,
    });
    says(&visit.get("/modell").await.text, &["4 von 20"]);
    let learnt = Learnt {
        id: "learnt-2026-11-21".to_owned(),
        mails: 13_200,
        corrections: 126,
        left_out: 2,
        macro_f1: 0.885,
        removed: vec!["learnt-2026-10-11".to_owned()],
    };
    house.school.is_at(Training::Ended { at: sample::now(), outcome: Ok(learnt) });
    let ended = visit.get("/modell").await.text;
    says(
        &ended,
        &[
            "learnt-2026-11-21 ist gelernt",
            "2 Korrekturen waren nicht zu lernen",
            "Dafür gelöscht: learnt-2026-10-11",
            "Jetzt lernen",
        ],
    );
    never_says(&ended, &["data-live=\"1\""]);
    let outcome = Err("cannot read the corpus <b>".to_owned());
    house.school.is_at(Training::Ended { at: sample::now(), outcome });
    says(&visit.get("/modell").await.text, &["<span lang=\"en\">cannot read the corpus &#60;b&#62;"]);
}

#[tokio::test]
async fn without_a_corpus_the_page_says_what_to_configure() {
    let house = House::new();
    house.school.library_now().lessons.corpus = false;
    let page = house.seen_by("operator").get("/modell").await.text;
    says(&page, &["Kein Korpus eingestellt.", "[learning] corpus"]);
    never_says(&page, &["Jetzt lernen"]);
}

#[tokio::test]
async fn a_model_in_shadow_and_one_that_is_being_taken_over_are_said() {
    let house = House::new();
    {
        let mut library = house.school.library_now();
        library.promoted = Some("standard-1".to_owned());
        library.models[0].lacks = vec![Objection::NoPromise];
        library.threshold.now = Forecast { lacks: vec![Objection::NoPromise], ..Forecast::default() };
        let forced = Switch::new(sample::now(), SwitchedBy::Promote, None, "standard-1");
        let overruled = vec!["it is <worse>".to_owned()];
        library.switches.insert(0, Switch { forced: true, overruled, ..forced });
    }
    let page = house.seen_by("supervisor").get("/modell").await.text;
    says(
        &page,
        &[
            "standard-1 ist freigegeben und wird gerade übernommen",
            "Schattenbetrieb: Das Modell schlägt vor",
            "Keine Schwelle verspricht so wenige falsche",
            "freigegeben, obwohl etwas dagegen sprach:",
            "it is &#60;worse&#62;",
        ],
    );
}

#[tokio::test]
async fn a_comparison_says_what_the_difference_proves() {
    let house = House::new();
    let visit = house.seen_by("supervisor");
    let worse = visit.get("/modell/vergleich?mit=learnt-2026-11-15").await.text;
    says(
        &worse,
        &[
            "Schlechter, und das ist kein Zufall",
            "unter 0,001",
            "nur dieses: 130",
            "Es ist schlechter",
            "Makro-F1 0,874",
        ],
    );
    never_says(&worse, &["/modell/freigeben"]);
    let better = visit.get("/modell/vergleich?mit=standard-1").await.text;
    says(&better, &["Besser, und das ist kein Zufall", "0,034", "Nichts: Es ist reif"]);
    assert_eq!(visit.get("/modell/vergleich?mit=..%2F..").await.status, 404);
}

#[tokio::test]
async fn a_card_is_shown_and_never_obeyed() {
    let house = House::new();
    let card = house.seen_by("supervisor").get("/modell/karte?id=standard-1").await.text;
    says(
        &card,
        &["<h3>Model card</h3>", "&lt;script&gt;alert(1)", "<th scope=\"row\">Class</th>", "Gelernt aus"],
    );
    never_says(&card, &["<script>alert"]);
}
