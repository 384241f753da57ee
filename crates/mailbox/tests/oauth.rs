//! Access tokens from a real token server on loopback: got, kept, renewed, refused, and never shown.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use langhals_mailbox::*;
use testbed::token_server::{ACCESS, CLIENT, REFRESH, Reply, SECRET, TokenServer};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// A mail server that takes the tokens of a token server, and an account that signs in there.
struct Bed {
    tokens: Arc<TokenServer>,
    account: Account,
    /// Which tokens the mail server has seen.
    seen: Arc<Mutex<Vec<String>>>,
    dir: tempfile::TempDir,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Wish {
    Client,
    Refresh,
}

impl Bed {
    async fn new(wish: Wish) -> Self {
        Self::with(TokenServer::start().unwrap(), wish, true).await
    }

    async fn with(tokens: TokenServer, wish: Wish, trusting: bool) -> Self {
        let tokens = Arc::new(tokens);
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("client"), format!("{SECRET}\n")).unwrap();
        fs::create_dir(dir.path().join("kept")).unwrap();
        let file = dir.path().join("kept/refresh");
        fs::write(&file, tokens.refresh_token()).unwrap();
        let oauth = OAuth::new(OAuthSettings {
            token_url: TokenUrl::parse(&tokens.token_url()).unwrap(),
            ca_file: tokens.ca_file().filter(|_| trusting),
            client_id: CLIENT.to_owned(),
            client_secret: (wish == Wish::Client).then(|| SecretSource::File(dir.path().join("client"))),
            scopes: vec!["imap".to_owned(), "offline".to_owned()],
            grant: if wish == Wish::Client { Grant::ClientCredentials } else { Grant::RefreshToken(file) },
            mechanism: Mechanism::Auto,
        });
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let account = Account {
            name: "post".into(),
            host: "127.0.0.1".into(),
            port: listener.local_addr().unwrap().port(),
            tls: Tls::None,
            user: "u1".into(),
            credential: oauth.into(),
            timeouts: Timeouts::default(),
        };
        let seen = Arc::<Mutex<Vec<String>>>::default();
        tokio::spawn(serve_mail(listener, tokens.clone(), seen.clone()));
        Self { tokens, account, seen, dir }
    }

    /// Signs in; the error as text, after a look whether it shows what it must not.
    async fn sign_in(&self) -> Result<(), (String, bool)> {
        match connect(&self.account).await {
            Ok(connection) => {
                connection.logout().await;
                Ok(())
            }
            Err(error) => {
                let shown = format!("{error} {error:?} {:?}", self.account);
                for secret in ["marke", "Basic", "XOAUTH2 "] {
                    assert!(!shown.contains(secret), "{secret} is in {shown}");
                }
                let text = error.to_string().replace(&self.tokens.port.to_string(), "TOKEN");
                Err((text.replace(&self.account.port.to_string(), "MAIL"), error.is_temporary()))
            }
        }
    }

    fn asked(&self) -> usize {
        self.tokens.state().asked.len()
    }

    fn refresh_file(&self) -> PathBuf {
        self.dir.path().join("kept/refresh")
    }

    fn odd(&self, reply: Reply) {
        self.tokens.state().odd.push_back(reply);
    }
}

/// Time passes at once.
async fn later(by: Duration) {
    tokio::time::pause();
    tokio::time::advance(by).await;
    tokio::time::resume();
}

async fn serve_mail(listener: TcpListener, tokens: Arc<TokenServer>, seen: Arc<Mutex<Vec<String>>>) {
    while let Ok((stream, _)) = listener.accept().await {
        tokio::spawn(serve_one(stream, tokens.clone(), seen.clone()));
    }
}

async fn serve_one(stream: TcpStream, tokens: Arc<TokenServer>, seen: Arc<Mutex<Vec<String>>>) {
    let mut stream = BufReader::new(stream);
    stream.write_all(b"* OK ready\r\n").await.unwrap();
    let mut line = String::new();
    while stream.read_line(&mut line).await.is_ok_and(|count| count > 0) {
        let words: Vec<&str> = line.split_whitespace().collect();
        let tag = words[0];
        let answer = match words[1] {
            "CAPABILITY" => format!("* CAPABILITY IMAP4rev1 SASL-IR AUTH=XOAUTH2\r\n{tag} OK\r\n"),
            "AUTHENTICATE" => {
                let token = token_of(words[3]);
                let good = tokens.state().valid.contains(&token);
                seen.lock().unwrap().push(token.replace(ACCESS, ""));
                if good {
                    format!("{tag} OK\r\n")
                } else {
                    stream.write_all(b"+ eyJzdGF0dXMiOiI0MDAifQ==\r\n").await.unwrap();
                    let mut empty = String::new();
                    stream.read_line(&mut empty).await.unwrap();
                    assert_eq!(empty, "\r\n");
                    format!("{tag} NO [AUTHENTICATIONFAILED] no\r\n")
                }
            }
            _ => format!("{tag} OK\r\n"),
        };
        stream.write_all(answer.as_bytes()).await.unwrap();
        line.clear();
    }
}

fn token_of(response: &str) -> String {
    use base64::Engine as _;
    let plain = base64::prelude::BASE64_STANDARD.decode(response).unwrap();
    let plain = String::from_utf8(plain).unwrap();
    let token = plain.strip_prefix("user=u1\x01auth=Bearer ").unwrap();
    token.strip_suffix("\x01\x01").unwrap().to_owned()
}

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
    bed.sign_in().await.unwrap();
    assert_eq!(fs::read_to_string(bed.refresh_file()).unwrap(), format!("{REFRESH}4\n"));
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
