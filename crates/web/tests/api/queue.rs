//! What waits, as machines read it: pages, filters, names, and nothing that is not theirs.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use axum::http::Method;
use domain::{Uid, UidValidity};
use langhals_web::Page;
use serde_json::{Value, json};
use store::{Closing, Finding};

use crate::bed::{ALL, CONTENT, READ, WRITE, bed, ids, made, request, secret};
use crate::sample;

#[tokio::test]
async fn pages_give_every_row_once_in_order() {
    let bed = bed();
    for sort in ["urgency", "deadline", "arrived", "class", "mailbox", "confidence"] {
        for order in ["asc", "desc"] {
            let whole = bed.all(READ, &format!("sort={sort}&order={order}&limit=500")).await;
            assert_eq!(ids(&whole).iter().collect::<BTreeSet<_>>().len(), 62);
            for limit in [1, 7, 31, 62] {
                let paged = bed.all(READ, &format!("sort={sort}&order={order}&limit={limit}")).await;
                assert_eq!(ids(&paged), ids(&whole), "{sort} {order} {limit}");
            }
        }
    }
}

/// Closes these rows, as the daemon does when they are answered.
fn close<'r>(page: &Page, rows: impl IntoIterator<Item = &'r Value>) {
    for row in rows {
        let text = |name: &str| row[name].as_str().unwrap().to_owned();
        let folder = sample::folder(&text("mailbox"), &text("folder"));
        let uid = Uid(u32::try_from(row["uid"].as_u64().unwrap()).unwrap());
        let answered = [(uid, Finding::Closed(Closing::Answered))];
        page.ledger.record(&folder, UidValidity(42), &answered, None, sample::now()).unwrap();
    }
}

#[tokio::test]
async fn what_leaves_the_queue_while_it_is_paged_hides_no_other_row() {
    for leaving in [&[0usize][..], &[9], &[0, 3, 9], &[5, 6, 7, 8, 9], &[0, 1, 2, 3, 4, 5, 6, 7, 8]] {
        let bed = bed();
        let whole = bed.all(READ, "limit=500").await;
        let first = bed.get(READ, "/api/v1/queue?limit=10").await;
        close(&bed.page, leaving.iter().map(|at| &whole[*at]));
        let rest = bed.all_from(READ, "limit=10", first.json["next"].as_str()).await;
        assert_eq!(ids(&rest)[..], ids(&whole)[10..], "{leaving:?}");
    }
}

/// Whether a row is one of those that a filter names.
type Fits = fn(&Value) -> bool;

#[tokio::test]
async fn filters_leave_what_they_name_and_nothing_else() {
    let bed = bed();
    let whole = bed.all(READ, "limit=500").await;
    let filters: [(&str, Fits); 9] = [
        ("mailbox=poststelle", |row| row["mailbox"] == "poststelle"),
        ("class=inquiry", |row| row["class"] == "inquiry"),
        ("priority=high", |row| row["priority"] == "high"),
        ("unsure=true", |row| row["unsure"] == true),
        ("flag=presse", |row| row["flags"].as_array().unwrap().contains(&json!("presse"))),
        ("overdue=true", |row| row["days_left"].as_i64().is_some_and(|days| days < 0)),
        ("class=application&priority=low", |row| row["class"] == "application" && row["priority"] == "low"),
        ("unsure=false", |_| true),
        ("mailbox=nowhere", |_| false),
    ];
    for (query, fits) in filters {
        let fitting: Vec<Value> = whole.iter().filter(|row| fits(row)).cloned().collect();
        let queue = bed.get(READ, &format!("/api/v1/queue?{query}&limit=500")).await;
        assert_eq!(ids(queue.messages()), ids(&fitting), "{query}");
        assert_eq!(queue.json["matching"], fitting.len(), "{query}");
        assert_eq!(queue.json["counts"]["waiting"], 62, "{query}");
    }
}

#[tokio::test]
async fn whatever_is_not_understood_is_refused_by_name() {
    let bed = bed();
    for (path, said) in [
        ("/queue?limit=0", "limit"),
        ("/queue?limit=501", "limit"),
        ("/queue?limit=many", "limit"),
        ("/queue?class=foo", "foo"),
        ("/queue?flag=foo", "flag"),
        ("/queue?sort=foo", "foo"),
        ("/queue?cursor=foo", "cursor"),
        ("/queue?unsure=maybe", "unsure"),
        ("/queue?seite=2", "seite"),
        ("/messages?mailbox=a", "folder"),
        ("/messages?mailbox=a&folder=b&uid_validity=1&uid=-1", "uid"),
        ("/events?after=foo", "after"),
        ("/events?since=1", "since"),
    ] {
        let refused = bed.get(READ, &format!("/api/v1{path}")).await;
        assert_eq!((refused.status, refused.kind()), (400, "wrong-parameter"), "{path}");
        assert!(refused.json["detail"].as_str().unwrap().contains(said), "{path}: {}", refused.json);
    }
    for path in
        ["/api/v1", "/api/v1/", "/api/v1/nowhere", "/api/v1/messages/nonsense", "/api/v1/messages/W10"]
    {
        let missing = bed.get(READ, path).await;
        assert_eq!(missing.status, 404, "{path}");
        assert_eq!(missing.header("content-type"), "application/problem+json", "{path}");
    }
    let wrong = bed.ask(request(Method::DELETE, "/api/v1/queue", Some(secret(ALL).text()), "")).await;
    assert_eq!((wrong.status, wrong.kind(), wrong.header("allow")), (405, "wrong-method", "GET,HEAD"));
}

#[tokio::test]
async fn a_message_has_the_names_of_the_contract() {
    let bed = bed();
    let whole = bed.all(READ, "limit=500").await;
    let row = whole.iter().find(|row| row["deadline"].is_string() && row["stage"] == "settled").unwrap();
    let mut names = String::new();
    for (name, value) in row.as_object().unwrap() {
        let kind = match value {
            Value::Null => "null",
            Value::Bool(_) => "bool",
            Value::Number(_) => "number",
            Value::String(_) => "string",
            Value::Array(_) => "array",
            Value::Object(_) => "object",
        };
        let _ = write!(names, "{name}:{kind} ");
    }
    assert_eq!(
        names.trim(),
        "aged:bool arrived:string class:string class_by_person:bool closed:null confidence:number \
         days_left:number deadline:string deadline_rule:string fingerprint:string flags:array folder:string \
         id:string mailbox:string model:string outcome:string priority:string priority_probabilities:object \
         probabilities:object set_aside:null shadow:bool stage:string tags:array uid:number \
         uid_validity:number unsure:bool"
    );
    let one = bed.get(READ, &format!("/api/v1/messages/{}", row["id"].as_str().unwrap())).await;
    assert_eq!(&one.json, row);
    assert!(row["arrived"].as_str().unwrap().ends_with("+01:00"), "{row}");
}

#[tokio::test]
async fn senders_and_subjects_are_for_those_alone_who_may_read_them() {
    let bed = bed();
    let strangers = ["Kröger", "example.org", "Wohngeld", "script", "evil", "subject", "\"from\""];
    for path in ["/queue?limit=500", "/overview", "/health", "/models"] {
        let text = bed.get(WRITE, &format!("/api/v1{path}")).await.json.to_string();
        for stranger in strangers {
            assert!(!text.contains(stranger), "{path}: {stranger}");
        }
    }
    let rows = bed.all(CONTENT, "letterheads=true&limit=500").await;
    let subjects: Vec<&str> = rows.iter().filter_map(|row| row["subject"].as_str()).collect();
    assert!(subjects.len() > 40 && subjects.iter().any(|subject| subject.contains("<script>")));
    // What would steer whatever shows it is gone, and nothing is endless.
    assert!(subjects.iter().all(|subject| !subject.contains(['\u{202e}', '\n', '\r'])));
    assert!(subjects.iter().all(|subject| subject.chars().count() <= 1_000));
    // One mailbox does not answer: its rows are there all the same.
    let silent: Vec<&Value> = rows.iter().filter(|row| row["mailbox"] == "sozialamt").collect();
    assert!(!silent.is_empty() && silent.iter().all(|row| row.get("subject").is_none()));
}

#[tokio::test]
async fn hostile_names_are_text_and_lead_back_to_their_message() {
    let hostile = sample::folder("<script>", "\"}],a/../b%2F?#\u{202e}\u{1F984}");
    let bed = made(|dir| {
        let page = sample::page(dir, std::slice::from_ref(&hostile));
        sample::many(&page, &hostile, 3);
        page
    });
    let rows = bed.all(READ, "limit=1").await;
    assert_eq!(rows.len(), 3);
    for row in &rows {
        assert_eq!(
            (row["mailbox"].as_str(), row["folder"].as_str()),
            (Some("<script>"), Some(hostile.name.as_str()))
        );
        let one = bed.get(READ, &format!("/api/v1/messages/{}", row["id"].as_str().unwrap())).await;
        assert_eq!(&one.json, row);
    }
    let health = bed.get(READ, "/api/v1/health").await;
    assert_eq!(health.json["folders"][0]["folder"], hostile.name.as_str());
}
