//! A token server on loopback (OAuth 2, RFC 6749): honest by itself, and as odd as a test tells it to be.
//!
//! ```text
//!   langhals ── POST /token ──────▶ TokenServer
//!   Dovecot ─── GET /tokeninfo?… ─▶      │ whose token is that?
//! ```

use std::collections::{BTreeSet, VecDeque};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

use anyhow::{Context, Result};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use serde_json::json;
use tempfile::TempDir;

use crate::certificates;

/// The client that is known here.
pub const CLIENT: &str = "langhals-client";
/// Its secret, which must never be seen anywhere.
pub const SECRET: &str = "marke+geheimnis/40";
/// How every access token begins.
pub const ACCESS: &str = "marke-zugang-";
/// How every refresh token begins.
pub const REFRESH: &str = "marke-erneuerung-";

/// An odd answer to one request for a token.
pub enum Reply {
    /// These bytes, then the end.
    Raw(Vec<u8>),
    /// Nothing, until the client leaves.
    Silence,
    /// A good head, and a body that never ends.
    Endless,
}

impl Reply {
    /// An answer with this status line and body.
    pub fn json(status: &str, body: &str) -> Self {
        Self::Raw(response(status, body))
    }
}

/// What tests look at and turn.
#[derive(Default)]
pub struct State {
    /// Odd answers, used up one by one before the honest ones.
    pub odd: VecDeque<Reply>,
    /// The requests for tokens: method, path, headers and body in one text.
    pub asked: Vec<String>,
    /// How long a token lives, in seconds; not said where there is none.
    pub life: Option<u64>,
    /// Whether each refresh gives a new refresh token and withdraws the old one.
    pub rotates: bool,
    /// The access tokens that are good.
    pub valid: BTreeSet<String>,
    /// The number in the refresh token that is good.
    pub refresh: usize,
    /// The user whose mailbox all tokens are for.
    pub user: String,
}

/// A running token server; gone when dropped.
pub struct TokenServer {
    /// Its port on 127.0.0.1.
    pub port: u16,
    state: Arc<Mutex<State>>,
    dir: Option<TempDir>,
}

impl TokenServer {
    /// One that speaks plain HTTP.
    ///
    /// # Errors
    /// If there is no port.
    pub fn start() -> Result<Self> {
        Self::serve(None, None)
    }

    /// One that speaks TLS, with an authority of its own.
    ///
    /// # Errors
    /// If there is no port, or no certificate can be made.
    pub fn start_tls() -> Result<Self> {
        let certificates = certificates::make(false)?;
        let dir = tempfile::tempdir()?;
        std::fs::write(dir.path().join("ca.pem"), &certificates.authority)?;
        let chain = CertificateDer::pem_slice_iter(certificates.server.as_bytes()).flatten().collect();
        let key = PrivateKeyDer::from_pem_slice(certificates.server_key.as_bytes())?;
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(chain, key)?;
        Self::serve(Some(Arc::new(config)), Some(dir))
    }

    fn serve(tls: Option<Arc<ServerConfig>>, dir: Option<TempDir>) -> Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let port = listener.local_addr()?.port();
        let state = State { life: Some(3600), user: "u1".to_owned(), ..State::default() };
        let state = Arc::new(Mutex::new(state));
        let shared = Arc::downgrade(&state);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                // The state is gone with the server: this connection is the farewell.
                let Some(state) = shared.upgrade() else { return };
                let tls = tls.clone();
                thread::spawn(move || {
                    // A client that leaves in the middle is what some tests are about.
                    let _ = match tls {
                        None => answer(&state, stream),
                        Some(config) => ServerConnection::new(config)
                            .context("TLS")
                            .and_then(|connection| answer(&state, StreamOwned::new(connection, stream))),
                    };
                });
            }
        });
        Ok(Self { port, state, dir })
    }

    /// What it knows and does.
    pub fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The address of the token endpoint.
    pub fn token_url(&self) -> String {
        let scheme = if self.dir.is_some() { "https" } else { "http" };
        format!("{scheme}://127.0.0.1:{}/token", self.port)
    }

    /// The authority that clients must trust, where it speaks TLS.
    pub fn ca_file(&self) -> Option<PathBuf> {
        self.dir.as_ref().map(|dir| dir.path().join("ca.pem"))
    }

    /// The refresh token that is good.
    pub fn refresh_token(&self) -> String {
        format!("{REFRESH}{}", self.state().refresh)
    }
}

impl Drop for TokenServer {
    fn drop(&mut self) {
        self.state = Arc::default();
        let _ = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port));
    }
}

fn answer(state: &Mutex<State>, stream: impl Read + Write) -> Result<()> {
    let mut stream = BufReader::new(stream);
    let request = read_request(&mut stream)?;
    let locked = || state.lock().unwrap_or_else(PoisonError::into_inner);
    let bytes = if request.starts_with("POST /token ") {
        let mut state = locked();
        state.asked.push(request.clone());
        match state.odd.pop_front() {
            None => state.token(&request),
            Some(Reply::Raw(bytes)) => bytes,
            Some(Reply::Silence) => {
                drop(state);
                let _ = stream.read(&mut [0]);
                return Ok(());
            }
            Some(Reply::Endless) => {
                drop(state);
                let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{\"a\":\"";
                stream.get_mut().write_all(head.as_bytes())?;
                loop {
                    stream.get_mut().write_all(&[b'x'; 4096])?;
                }
            }
        }
    } else {
        locked().token_info(&request)
    };
    stream.get_mut().write_all(&bytes)?;
    Ok(stream.get_mut().flush()?)
}

/// The whole request as one text.
fn read_request(stream: &mut impl BufRead) -> Result<String> {
    let mut request = String::new();
    let mut length = 0;
    loop {
        let start = request.len();
        stream.read_line(&mut request)?;
        let line = request.get(start..).unwrap_or_default().trim().to_ascii_lowercase();
        if line.is_empty() {
            break;
        }
        if let Some(value) = line.strip_prefix("content-length:") {
            length = value.trim().parse()?;
        }
    }
    stream.take(length).read_to_string(&mut request)?;
    Ok(request)
}

impl State {
    fn token(&mut self, request: &str) -> Vec<u8> {
        // Base64 of the id and the secret, each in the encoding of forms (RFC 6749, 2.3.1).
        let known = request.contains("Basic bGFuZ2hhbHMtY2xpZW50Om1hcmtlJTJCZ2VoZWltbmlzJTJGNDA=")
            || request.contains(&format!("client_id={CLIENT}"));
        if !known {
            return response("401 Unauthorized", r#"{"error":"invalid_client"}"#);
        }
        let refreshing = request.contains("grant_type=refresh_token");
        if refreshing
            && !request.contains(&format!("refresh_token={REFRESH}{}&", self.refresh))
            && !request.ends_with(&format!("refresh_token={REFRESH}{}", self.refresh))
        {
            return response("400 Bad Request", r#"{"error":"invalid_grant"}"#);
        }
        let token = format!("{ACCESS}{}", self.asked.len());
        self.valid.insert(token.clone());
        let mut fields = json!({ "access_token": token, "token_type": "Bearer" });
        if let Some(life) = self.life {
            fields["expires_in"] = life.into();
        }
        if refreshing && self.rotates {
            self.refresh += 1;
            fields["refresh_token"] = format!("{REFRESH}{}", self.refresh).into();
        }
        response("200 OK", &fields.to_string())
    }

    fn token_info(&self, request: &str) -> Vec<u8> {
        let path = request.split(' ').nth(1).unwrap_or_default();
        let token = path.rsplit('=').next().unwrap_or_default();
        if self.valid.contains(token) {
            response("200 OK", &json!({ "active": true, "username": self.user }).to_string())
        } else {
            response("401 Unauthorized", r#"{"error":"invalid_token"}"#)
        }
    }
}

fn response(status: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!("HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}")
        .into_bytes()
}
