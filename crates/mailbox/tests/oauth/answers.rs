//! What token servers answer when they do not give a token, and what is said then.

use std::fs;
use std::time::Duration;

use langhals_mailbox::*;
use testbed::token_server::{ACCESS, CLIENT, Reply, TokenServer};
use tokio::net::TcpListener;

use crate::bed::{Bed, Wish, later};

#[tokio::test]
async fn failures_make_pauses_that_grow() {
    let bed = Bed::new(Wish::Client).await;
    let mut asked = Vec::new();
    for _ in 0..60 {
        bed.odd(Reply::json("400 Bad Request", r#"{"error":"temporarily_unavailable"}"#));
    }
    for _ in 0..600 {
        let (text, temporary) = bed.sign_in().await.unwrap_err();
        assert!(temporary && text.contains("temporarily_unavailable"), "{text}");
        asked.push(bed.asked());
        later(Duration::from_secs(1)).await;
    }
    // At 0, 5, 15, 35, 75, 155 and 315 s.
    assert_eq!((asked[0], asked[4], asked[6], asked[599]), (1, 1, 2, 7));
}

#[tokio::test]
async fn every_wrong_answer_has_its_sentence() {
    let bed = Bed::new(Wish::Client).await;
    let json = |status, body| Reply::json(status, body);
    let raw = |text: &str| Reply::Raw(text.as_bytes().to_vec());
    let marked = format!(r#"{{"access_token":"{ACCESS}9","token_type":"mac"}}"#);
    let broken = format!(r#"{{"access_token":"{ACCESS}9" oops"#);
    let control = format!(r#"{{"access_token":"{ACCESS}\u0001auth=x","token_type":"bearer"}}"#);
    let cases = [
        (
            json("401 Unauthorized", r#"{"error":"invalid_client"}"#),
            "refused (invalid_client): check client_id and client_secret_file or client_secret_command",
            false,
        ),
        (
            json("400 Bad Request", r#"{"error":"unauthorized_client","error_description":"marke"}"#),
            "refused (unauthorized_client): this client may not get tokens this way; check grant, and permit it on the token server",
            false,
        ),
        (
            json("400 Bad Request", r#"{"error":"invalid_grant"}"#),
            "refused (invalid_grant): this client may not get tokens this way; check grant, and permit it on the token server",
            false,
        ),
        (
            json("503 Service Unavailable", r#"{"error":"temporarily_unavailable"}"#),
            "refused (temporarily_unavailable): it will be asked again; nothing needs to be done",
            true,
        ),
        (
            json("400 Bad Request", r#"{"error":"Marke! marke-zugang-1"}"#),
            "refused (no code of the standard): ask who runs it",
            false,
        ),
        (
            json("500 Internal Server Error", "<html>"),
            "answers with HTTP status 500; check token_url, or ask who runs it",
            true,
        ),
        (
            json("404 Not Found", "<html>marke"),
            "answers with HTTP status 404; check token_url, or ask who runs it",
            false,
        ),
        (
            json("200 OK", "<html>marke"),
            "answers without a token or an error in JSON; check token_url, or ask who runs it",
            false,
        ),
        (
            json("200 OK", &broken),
            "answers without a token or an error in JSON; check token_url, or ask who runs it",
            false,
        ),
        (
            json("200 OK", &marked),
            "answers with a token of another type than bearer, which mail servers do not take; check token_url, or ask who runs it",
            false,
        ),
        (
            json("200 OK", &control),
            "answers with an access token that is none; check token_url, or ask who runs it",
            false,
        ),
        (
            raw(
                "HTTP/1.1 307 Temporary Redirect\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n",
            ),
            "answers with a redirect, which is never followed: set token_url to the final address",
            false,
        ),
        (
            raw("* OK IMAP marke\r\n"),
            "answers with something that is not HTTP; check token_url, or ask who runs it",
            false,
        ),
        (Reply::Endless, "answers with more than 64 KiB; check token_url, or ask who runs it", false),
    ];
    for (reply, sentence, temporary) in cases {
        bed.odd(reply);
        let expected =
            format!("no access token for 127.0.0.1:MAIL: the token server 127.0.0.1:TOKEN {sentence}");
        assert_eq!(bed.sign_in().await, Err((expected, temporary)));
        later(Duration::from_mins(6)).await;
    }
    bed.odd(Reply::Raw(Vec::new()));
    let (text, temporary) = bed.sign_in().await.unwrap_err();
    assert!(
        text.contains("cannot reach the token server 127.0.0.1:TOKEN: the connection was lost"),
        "{text}"
    );
    assert!(temporary);
    assert_eq!(bed.asked(), 15, "no answer made it ask twice");
}

#[tokio::test(start_paused = true)]
async fn a_silent_token_server_is_given_up() {
    let bed = Bed::new(Wish::Client).await;
    bed.odd(Reply::Silence);
    let (text, temporary) = bed.sign_in().await.unwrap_err();
    assert!(text.contains("within 20 s"), "{text}");
    assert!(temporary);
}

#[tokio::test]
async fn over_tls_the_own_authority_counts() {
    let bed = Bed::with(TokenServer::start_tls().unwrap(), Wish::Client, true).await;
    bed.sign_in().await.unwrap();
    let stranger = Bed::with(TokenServer::start_tls().unwrap(), Wish::Client, false).await;
    let (text, temporary) = stranger.sign_in().await.unwrap_err();
    // A machine without any authorities says so instead.
    assert!(text.contains("ca_file of [mailbox.oauth]"), "{text}");
    assert!(!temporary);
    assert_eq!(stranger.asked(), 0);
}

#[tokio::test]
async fn what_cannot_be_read_or_reached_is_said() {
    let bed = Bed::new(Wish::Client).await;
    fs::remove_file(bed.dir.path().join("client")).unwrap();
    let (text, temporary) = bed.sign_in().await.unwrap_err();
    assert!(text.contains("cannot read client_secret_file"), "{text}");
    assert!(!temporary);

    let mut bed = Bed::new(Wish::Client).await;
    let free = TcpListener::bind(("127.0.0.1", 0)).await.unwrap().local_addr().unwrap().port();
    let Credential::OAuth(_) = &bed.account.credential else { return };
    bed.account.credential = OAuth::new(OAuthSettings {
        token_url: TokenUrl::parse(&format!("http://127.0.0.1:{free}/")).unwrap(),
        ca_file: None,
        client_id: CLIENT.to_owned(),
        client_secret: None,
        scopes: Vec::new(),
        grant: Grant::ClientCredentials,
        mechanism: Mechanism::Auto,
    })
    .into();
    let (text, temporary) = bed.sign_in().await.unwrap_err();
    assert!(text.contains("cannot reach the token server") && text.contains("refused"), "{text}");
    assert!(temporary);
}
