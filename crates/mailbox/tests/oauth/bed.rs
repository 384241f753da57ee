//! A token server, a mail server that asks it, and an account that signs in there.

use std::fs;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use langhals_mailbox::*;
use testbed::token_server::{ACCESS, CLIENT, Reply, SECRET, TokenServer};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// A mail server that takes the tokens of a token server, and an account that signs in there.
pub struct Bed {
    pub tokens: Arc<TokenServer>,
    pub account: Account,
    /// Which tokens the mail server has seen.
    pub seen: Arc<Mutex<Vec<String>>>,
    pub dir: tempfile::TempDir,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Wish {
    Client,
    Refresh,
}

impl Bed {
    pub async fn new(wish: Wish) -> Self {
        Self::with(TokenServer::start().unwrap(), wish, true).await
    }

    pub async fn with(tokens: TokenServer, wish: Wish, trusting: bool) -> Self {
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
    pub async fn sign_in(&self) -> Result<(), (String, bool)> {
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

    pub fn asked(&self) -> usize {
        self.tokens.state().asked.len()
    }

    pub fn refresh_file(&self) -> PathBuf {
        self.dir.path().join("kept/refresh")
    }

    pub fn odd(&self, reply: Reply) {
        self.tokens.state().odd.push_back(reply);
    }
}

/// Time passes at once.
pub async fn later(by: Duration) {
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
