//! The stream: what happens is heard once, by those alone who may, and resumed without loss or repeat.

use axum::body::{Body, BodyDataStream};
use axum::http::{Method, StatusCode};
use axum::response::Response;
use domain::{Uid, UidValidity};
use futures_util::StreamExt as _;
use serde_json::Value;
use store::{Bookmark, Closing, Finding, Tokens};
use tower::ServiceExt as _;

use crate::bed::{BAUAMT, Bed, READ, WRITE, bed, request, secret};
use crate::sample;

/// One open stream, as a client reads it.
struct Client {
    body: BodyDataStream,
    text: String,
    /// The position that the stream gave last.
    position: String,
}

struct Heard {
    id: String,
    kind: String,
    data: Value,
}

async fn open(bed: &Bed, token: u8, query: &str, last: Option<&str>) -> Response<Body> {
    let mut asked = request(Method::GET, &format!("/api/v1/events{query}"), Some(secret(token).text()), "");
    if let Some(last) = last {
        asked.headers_mut().insert("last-event-id", last.parse().unwrap());
    }
    bed.router.clone().oneshot(asked).await.unwrap()
}

async fn follow(bed: &Bed, token: u8, query: &str, last: Option<&str>) -> Client {
    let response = open(bed, token, query, last).await;
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    Client { body: response.into_body().into_data_stream(), text: String::new(), position: String::new() }
}

impl Client {
    /// The next event; `None` where the stream is over.
    async fn next(&mut self) -> Option<Heard> {
        loop {
            if let Some((block, rest)) = self.text.split_once("\n\n") {
                let field = |name: &str| {
                    let value = |line: &str| line.strip_prefix(name)?.strip_prefix(": ").map(str::to_owned);
                    block.lines().find_map(value)
                };
                let (id, kind, data) = (field("id"), field("event"), field("data"));
                self.position = id.clone().unwrap_or_else(|| self.position.clone());
                self.text = String::from(rest);
                if let (Some(id), Some(kind), Some(data)) = (id, kind, data) {
                    return Some(Heard { id, kind, data: serde_json::from_str(&data).unwrap() });
                }
                continue;
            }
            let chunk = self.body.next().await?.unwrap();
            self.text += std::str::from_utf8(&chunk).unwrap();
        }
    }

    async fn hear(&mut self, count: usize) -> Vec<Heard> {
        let mut heard = Vec::new();
        for _ in 0..count {
            heard.push(self.next().await.unwrap());
        }
        heard
    }
}

fn answer(bed: &Bed, mailbox: &str, uid: u32) {
    let closed = [(Uid(uid), Finding::Closed(Closing::Answered))];
    let folder = sample::folder(mailbox, "INBOX");
    bed.page.ledger.record(&folder, UidValidity(42), &closed, None, sample::now()).unwrap();
}

fn all_news(bed: &Bed) -> usize {
    bed.page.ledger.read_news(&Bookmark::default(), usize::MAX).unwrap().0.len()
}

#[tokio::test]
async fn what_happens_is_heard_at_once_in_order() {
    let bed = bed();
    let mut client = follow(&bed, READ, "", None).await;
    for uid in [1_000, 1_001] {
        answer(&bed, "poststelle", uid);
        let heard = client.next().await.unwrap();
        let said = (&heard.data["kind"], &heard.data["mailbox"], &heard.data["uid"], &heard.data["how"]);
        assert_eq!(heard.kind, "closed");
        assert_eq!(
            said,
            (&Value::from("closed"), &Value::from("poststelle"), &Value::from(uid), &Value::from("answered"))
        );
        let message =
            bed.get(READ, &format!("/api/v1/messages/{}", heard.data["id"].as_str().unwrap())).await;
        assert_eq!((message.status, &message.json["closed"]), (200, &Value::from("answered")));
    }
}

#[tokio::test]
async fn whoever_comes_back_hears_the_rest_and_nothing_twice() {
    let bed = bed();
    let count = all_news(&bed);
    assert!(count > 60);
    let whole: Vec<String> = follow(&bed, READ, "?after=0", None)
        .await
        .hear(count)
        .await
        .into_iter()
        .map(|heard| heard.id)
        .collect();
    for heard in [0, 1, 30, count - 2] {
        let last = &whole[heard];
        for (query, header) in
            [(format!("?after={last}"), None), ("?after=0".to_owned(), Some(last.as_str()))]
        {
            let mut again = follow(&bed, READ, &query, header).await;
            let rest: Vec<String> =
                again.hear(count - heard - 1).await.into_iter().map(|heard| heard.id).collect();
            assert_eq!(rest, whole[heard + 1..]);
        }
    }
}

#[tokio::test]
async fn a_queue_page_says_from_where_to_follow() {
    let bed = bed();
    let queue = bed.get(READ, "/api/v1/queue?limit=1").await;
    let after = queue.json["events_after"].as_str().unwrap();
    answer(&bed, "poststelle", 1_000);
    let mut client = follow(&bed, READ, &format!("?after={after}"), None).await;
    assert_eq!(client.next().await.unwrap().data["uid"], 1_000);
}

#[tokio::test]
async fn a_token_for_one_mailbox_hears_of_no_other() {
    let bed = bed();
    let mut client = follow(&bed, BAUAMT, "", None).await;
    answer(&bed, "poststelle", 1_000);
    answer(&bed, "bauamt", 1_002);
    let heard = client.next().await.unwrap();
    assert_eq!((&heard.data["mailbox"], &heard.data["uid"]), (&Value::from("bauamt"), &Value::from(1_002)));
}

#[tokio::test]
async fn no_event_holds_more_than_is_kept() {
    let bed = bed();
    let count = all_news(&bed);
    for heard in follow(&bed, WRITE, "?after=0", None).await.hear(count).await {
        let names = heard.data.as_object().unwrap().keys();
        let known = "kind at id mailbox folder uid_validity uid class confidence priority unsure deadline flags \
                     tags how from model";
        assert!(names.into_iter().all(|name| known.split(' ').any(|known| known == name)), "{}", heard.data);
    }
}

#[tokio::test]
async fn a_position_that_is_not_known_is_said_and_one_that_is_too_old_too() {
    let bed = bed();
    for (position, status) in
        [("nonsense", 400), ("../../x.1.00000000.1", 400), ("2020-01-01.0.00000000.1", 410)]
    {
        let answer = bed.get(READ, &format!("/api/v1/events?after={position}")).await;
        let kind = if status == 410 { "position-too-old" } else { "wrong-parameter" };
        assert_eq!((answer.status, answer.kind()), (status, kind), "{position}");
    }
    assert_eq!(open(&bed, READ, "", Some("nonsense")).await.status(), StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn one_token_holds_fifty_streams_and_gives_them_back() {
    let bed = bed();
    let mut open_ones = Vec::new();
    for _ in 0..50 {
        open_ones.push(follow(&bed, READ, "", None).await);
    }
    let refused = open(&bed, READ, "", None).await;
    assert_eq!(refused.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(refused.headers()["retry-after"], "30");
    assert_eq!(open(&bed, WRITE, "", None).await.status(), StatusCode::OK);
    open_ones.pop();
    assert_eq!(open(&bed, READ, "", None).await.status(), StatusCode::OK);
}

#[tokio::test]
async fn a_stop_and_a_removed_token_end_streams() {
    let bed = bed();
    let (mut removed, mut stopped) =
        (follow(&bed, READ, "", None).await, follow(&bed, WRITE, "", None).await);
    Tokens::of(bed.dir.path()).remove("read").unwrap();
    answer(&bed, "poststelle", 1_000);
    // What came before the next look at the token may still be heard.
    while removed.next().await.is_some() {}
    assert_eq!(stopped.next().await.unwrap().kind, "closed");
    bed.page.machines.close();
    assert!(stopped.next().await.is_none());
}

#[tokio::test(start_paused = true)]
async fn silence_is_filled_and_gives_a_position() {
    let bed = bed();
    let mut client = follow(&bed, READ, "", None).await;
    while !client.text.contains(": keep-alive\nid: ") {
        let chunk = client.body.next().await.unwrap().unwrap();
        client.text += std::str::from_utf8(&chunk).unwrap();
    }
    assert!(client.text.contains(&format!("id: {}\n\n", bed.page.ledger.latest())));
}
