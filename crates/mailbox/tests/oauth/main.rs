//! Access tokens from a real token server on loopback: got, kept, renewed, refused, and never shown.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod answers;
mod bed;

use std::fs;
use std::sync::Arc;
use std::time::Duration;

use testbed::token_server::{CLIENT, REFRESH, Reply};

use crate::bed::{Bed, Wish, later};

#[tokio::test]
async fn client_credentials_get_a_token_that_is_kept() {
    let bed = Bed::new(Wish::Client).await;
    bed.sign_in().await.unwrap();
    bed.sign_in().await.unwrap();
    assert_eq!(bed.asked(), 1);
    assert_eq!(*bed.seen.lock().unwrap(), ["1", "1"]);
    let request = bed.tokens.state().asked[0].clone();
    assert!(request.contains("grant_type=client_credentials&scope=imap+offline"), "{request}");
    assert!(request.contains(&format!("host: 127.0.0.1:{}\r\n", bed.tokens.port)), "{request}");
}

#[tokio::test]
async fn a_hundred_sign_ins_at_once_ask_once() {
    let bed = Arc::new(Bed::new(Wish::Client).await);
    let all: Vec<_> = (0..100)
        .map(|_| {
            let bed = bed.clone();
            tokio::spawn(async move { bed.sign_in().await.unwrap() })
        })
        .collect();
    for one in all {
        one.await.unwrap();
    }
    assert_eq!(bed.asked(), 1);
}

#[tokio::test]
async fn a_token_is_renewed_before_it_ends() {
    let bed = Bed::new(Wish::Client).await;
    for (life, kept, renewed) in [(Some(3600), 3290, 20), (Some(100), 70, 20), (None, 3290, 20)] {
        bed.tokens.state().life = life;
        later(Duration::from_hours(25)).await;
        bed.sign_in().await.unwrap();
        let asked = bed.asked();
        later(Duration::from_secs(kept)).await;
        bed.sign_in().await.unwrap();
        assert_eq!(bed.asked(), asked, "{life:?}");
        later(Duration::from_secs(renewed)).await;
        bed.sign_in().await.unwrap();
        assert_eq!(bed.asked(), asked + 1, "{life:?}");
    }
}

#[tokio::test]
async fn a_token_server_that_is_away_for_a_while_disturbs_nobody() {
    let bed = Bed::new(Wish::Client).await;
    bed.sign_in().await.unwrap();
    later(Duration::from_secs(3400)).await;
    bed.odd(Reply::Raw(Vec::new()));
    bed.sign_in().await.unwrap();
    bed.sign_in().await.unwrap();
    assert_eq!((bed.asked(), bed.seen.lock().unwrap().concat()), (2, "111".to_owned()));
    later(Duration::from_secs(6)).await;
    bed.sign_in().await.unwrap();
    assert_eq!((bed.asked(), bed.seen.lock().unwrap().concat()), (3, "1113".to_owned()));
}

#[tokio::test]
async fn a_withdrawn_token_is_renewed_once_and_nobody_is_hammered() {
    let bed = Bed::new(Wish::Client).await;
    bed.sign_in().await.unwrap();
    later(Duration::from_mins(10)).await;
    bed.tokens.state().valid.clear();
    bed.sign_in().await.unwrap();
    assert_eq!(bed.seen.lock().unwrap().concat(), "112");

    // The mail server takes none at all: the token at hand is young, and another would fare no better.
    bed.tokens.state().valid.clear();
    for _ in 0..5 {
        let (text, temporary) = bed.sign_in().await.unwrap_err();
        assert_eq!(
            text,
            "127.0.0.1:MAIL refused user u1 with an access token (status 400) (it said: \
             [AUTHENTICATIONFAILED] no); check user, scopes, and that the client may use this mailbox"
        );
        assert!(!temporary);
    }
    assert_eq!(bed.asked(), 2);
    later(Duration::from_mins(6)).await;
    bed.sign_in().await.unwrap();
    assert_eq!(bed.asked(), 3);
}

#[tokio::test]
async fn a_replaced_refresh_token_is_written_down() {
    use std::os::unix::fs::PermissionsExt as _;
    let bed = Bed::new(Wish::Refresh).await;
    bed.tokens.state().rotates = true;
    for number in 1..=3 {
        bed.sign_in().await.unwrap();
        let written = fs::read_to_string(bed.refresh_file()).unwrap();
        assert_eq!(written, format!("{REFRESH}{number}\n"));
        let mode = fs::metadata(bed.refresh_file()).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        later(Duration::from_hours(1)).await;
    }
    assert_eq!(fs::read_dir(bed.dir.path().join("kept")).unwrap().count(), 1);
    let request = bed.tokens.state().asked[0].clone();
    assert!(request.contains(&format!("client_id={CLIENT}")) && !request.contains("Basic"), "{request}");
}

#[tokio::test]
async fn a_refresh_token_that_cannot_be_written_is_kept_in_memory() {
    let bed = Bed::new(Wish::Refresh).await;
    bed.tokens.state().rotates = true;
    bed.sign_in().await.unwrap();
    later(Duration::from_hours(1)).await;
    // Even root cannot put a file where a folder is.
    let in_the_way = bed.dir.path().join(format!("kept/refresh.{}.new", std::process::id()));
    fs::create_dir(&in_the_way).unwrap();
    for _ in 0..2 {
        bed.sign_in().await.unwrap();
        assert_eq!(fs::read_to_string(bed.refresh_file()).unwrap(), format!("{REFRESH}1\n"));
        later(Duration::from_hours(1)).await;
    }
    fs::remove_dir(in_the_way).unwrap();
    // Also where the server leaves it at that.
    bed.tokens.state().rotates = false;
    bed.sign_in().await.unwrap();
    assert_eq!(fs::read_to_string(bed.refresh_file()).unwrap(), format!("{REFRESH}3\n"));
}

#[tokio::test]
async fn an_ended_refresh_token_says_what_to_do_and_a_new_one_is_found() {
    let bed = Bed::new(Wish::Refresh).await;
    bed.tokens.state().refresh = 7;
    let (text, temporary) = bed.sign_in().await.unwrap_err();
    let file = bed.refresh_file();
    assert_eq!(
        text,
        format!(
            "no access token for 127.0.0.1:MAIL: the token server 127.0.0.1:TOKEN refused (invalid_grant): the \
             refresh token has expired or was withdrawn; sign in anew and write the new refresh token to {}",
            file.display()
        )
    );
    assert!(!temporary);
    fs::write(file, bed.tokens.refresh_token()).unwrap();
    later(Duration::from_secs(6)).await;
    bed.sign_in().await.unwrap();
}
