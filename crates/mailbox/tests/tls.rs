//! Whom we believe: certificates that are expired, for another host, of nobody, pinned; and STARTTLS.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use langhals_mailbox::*;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair, date_time_ymd};
use rustls::ServerConfig;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use sha2::{Digest as _, Sha256};
use tokio::io::{
    AsyncBufReadExt as _, AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, BufReader,
};
use tokio::net::{TcpListener, TcpStream};

/// A certificate authority, a certificate of its, and a directory with the files.
struct Identity {
    certificate: CertificateDer<'static>,
    key: PrivateKeyDer<'static>,
    dir: tempfile::TempDir,
}

impl Identity {
    fn new(host: &str, until: i32) -> Self {
        let mut authority = CertificateParams::new(Vec::new()).unwrap();
        authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let issuer = CertifiedIssuer::self_signed(authority, KeyPair::generate().unwrap()).unwrap();
        let key = KeyPair::generate().unwrap();
        let mut server = CertificateParams::new(vec![host.to_owned()]).unwrap();
        (server.not_before, server.not_after) = (date_time_ymd(2020, 1, 1), date_time_ymd(until, 5, 17));
        let certificate = server.signed_by(&key, &issuer).unwrap();
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("ca.pem"), issuer.pem()).unwrap();
        std::fs::write(dir.path().join("password"), "secret\n").unwrap();
        let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
        Self { certificate: certificate.der().clone(), key, dir }
    }

    fn ca_file(&self) -> Trust {
        Trust::CaFile(self.dir.path().join("ca.pem"))
    }

    fn fingerprint(&self) -> [u8; 32] {
        Sha256::digest(self.certificate.as_ref()).into()
    }

    fn account(&self, port: u16, tls: Tls) -> Account {
        Account {
            name: "post".into(),
            host: "localhost".into(),
            port,
            tls,
            user: "u".into(),
            credential: SecretSource::File(self.dir.path().join("password")).into(),
            timeouts: Timeouts::default(),
        }
    }

    fn acceptor(&self) -> tokio_rustls::TlsAcceptor {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![self.certificate.clone()], self.key.clone_key())
            .unwrap();
        tokio_rustls::TlsAcceptor::from(Arc::new(config))
    }
}

/// Answers whatever a client needs to sign in, until it leaves.
async fn serve(stream: impl AsyncRead + AsyncWrite + Unpin, greeting: &str) {
    let mut stream = BufReader::new(stream);
    stream.write_all(greeting.as_bytes()).await.unwrap();
    let mut line = String::new();
    while stream.read_line(&mut line).await.is_ok_and(|count| count > 0) {
        let tag = line.split(' ').next().unwrap();
        let data = if line.contains("CAPABILITY") { "* CAPABILITY IMAP4rev1 STARTTLS\r\n" } else { "" };
        stream.write_all(format!("{data}{tag} OK done\r\n").as_bytes()).await.unwrap();
        if line.contains("STARTTLS") {
            return;
        }
        line.clear();
    }
}

async fn listen() -> (TcpListener, u16) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    (listener, port)
}

/// What comes of connecting to a server with this certificate.
async fn implicit(identity: &Identity, trust: Trust) -> Result<(), String> {
    let (listener, port) = listen().await;
    let acceptor = identity.acceptor();
    let server = tokio::spawn(async move {
        let (tcp, _) = listener.accept().await.unwrap();
        if let Ok(stream) = acceptor.accept(tcp).await {
            serve(stream, "* OK ready\r\n").await;
        }
    });
    let connected = connect(&identity.account(port, Tls::Implicit(trust))).await;
    let outcome = match connected {
        Ok(connection) => {
            connection.logout().await;
            Ok(())
        }
        Err(error) => {
            assert!(!error.is_temporary(), "{error}");
            Err(error.to_string().replace(&port.to_string(), "PORT"))
        }
    };
    server.await.unwrap();
    outcome
}

#[tokio::test]
async fn an_own_authority_is_believed() {
    let identity = Identity::new("localhost", 2090);
    assert_eq!(implicit(&identity, identity.ca_file()).await, Ok(()));
}

#[tokio::test]
async fn an_expired_certificate_says_when_and_what_to_do() {
    let identity = Identity::new("localhost", 2021);
    assert_eq!(
        implicit(&identity, identity.ca_file()).await.unwrap_err(),
        "the certificate of localhost:PORT expired on 2021-05-17: renew it on the server, or pin it with fingerprint_sha256"
    );
}

#[tokio::test]
async fn a_certificate_for_another_host_says_for_which() {
    let identity = Identity::new("mail.example", 2090);
    let error = implicit(&identity, identity.ca_file()).await.unwrap_err();
    assert!(
        error.contains("is not for this host name (it is for") && error.contains("mail.example"),
        "{error}"
    );
}

#[tokio::test]
async fn nobodys_certificate_is_not_believed() {
    let identity = Identity::new("localhost", 2090);
    let stranger = Identity::new("localhost", 2090);
    let error = implicit(&identity, stranger.ca_file()).await.unwrap_err();
    assert!(error.contains("signed by nobody this machine trusts: set ca_file"), "{error}");
}

#[tokio::test]
async fn a_pinned_certificate_is_believed_whatever_else_it_says() {
    let identity = Identity::new("mail.example", 2021);
    assert_eq!(implicit(&identity, Trust::Fingerprint(identity.fingerprint())).await, Ok(()));
}

#[tokio::test]
async fn another_certificate_than_the_pinned_shows_its_fingerprint() {
    let identity = Identity::new("localhost", 2090);
    let error = implicit(&identity, Trust::Fingerprint([7; 32])).await.unwrap_err();
    let hex = identity.fingerprint().iter().fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"));
    assert!(error.contains("is not the pinned one") && error.contains(&hex), "{error}");
}

#[tokio::test]
async fn unusable_files_are_named() {
    let identity = Identity::new("localhost", 2090);
    let missing = implicit_without_server(&identity, Trust::CaFile(PathBuf::from("/does/not/exist"))).await;
    assert!(missing.contains("cannot read ca_file /does/not/exist"), "{missing}");
    let no_pem =
        implicit_without_server(&identity, Trust::CaFile(identity.dir.path().join("password"))).await;
    assert!(no_pem.contains("holds no certificate"), "{no_pem}");
}

async fn implicit_without_server(identity: &Identity, trust: Trust) -> String {
    let (_listener, port) = listen().await;
    connect(&identity.account(port, Tls::Implicit(trust))).await.unwrap_err().to_string()
}

#[tokio::test]
async fn no_tls_at_all_is_said() {
    let identity = Identity::new("localhost", 2090);
    let (listener, port) = listen().await;
    let server = tokio::spawn(async move {
        let (mut tcp, _) = listener.accept().await.unwrap();
        tcp.write_all(b"* OK ready\r\n").await.unwrap();
        let _ = tcp.read_to_end(&mut Vec::new()).await;
    });
    let error = connect(&identity.account(port, Tls::Implicit(identity.ca_file()))).await.unwrap_err();
    assert!(matches!(error, Error::Tls { .. }), "{error}");
    server.await.unwrap();
}

#[tokio::test]
async fn starttls_leads_to_tls() {
    let identity = Identity::new("localhost", 2090);
    let (listener, port) = listen().await;
    let acceptor = identity.acceptor();
    let server = tokio::spawn(async move {
        let (mut tcp, _) = listener.accept().await.unwrap();
        serve(&mut tcp, "* OK plain\r\n").await;
        // No greeting after STARTTLS.
        serve(acceptor.accept(tcp).await.unwrap(), "").await;
    });
    let connection = connect(&identity.account(port, Tls::StartTls(identity.ca_file()))).await.unwrap();
    connection.logout().await;
    server.await.unwrap();
}

const OFFERS_STARTTLS: &str = "* CAPABILITY IMAP4rev1 STARTTLS\r\nL1 OK done\r\n";

/// A server before TLS: says each reply after reading a line.
async fn starttls_against(replies: &'static [&'static str]) -> String {
    let identity = Identity::new("localhost", 2090);
    let (listener, port) = listen().await;
    let server = tokio::spawn(async move {
        let (tcp, _) = listener.accept().await.unwrap();
        let mut tcp = BufReader::new(tcp);
        for reply in replies {
            tcp.write_all(reply.as_bytes()).await.unwrap();
            let mut line = String::new();
            if !tcp.read_line(&mut line).await.is_ok_and(|count| count > 0) {
                return;
            }
            assert!(!line.contains("LOGIN"), "a password in the clear");
        }
    });
    let error = connect(&identity.account(port, Tls::StartTls(identity.ca_file()))).await.unwrap_err();
    server.await.unwrap();
    error.to_string()
}

#[tokio::test]
async fn what_is_injected_before_tls_is_refused() {
    let whole =
        starttls_against(&["* OK plain\r\n", OFFERS_STARTTLS, "L2 OK go\r\n* CAPABILITY IMAP4rev1 X\r\n"])
            .await;
    assert!(whole.contains("injected"), "{whole}");
    let half = starttls_against(&["* OK plain\r\n", OFFERS_STARTTLS, "L2 OK go\r\nL3 O"]).await;
    assert!(half.contains("injected"), "{half}");
}

#[tokio::test]
async fn without_starttls_no_password_is_sent() {
    let missing = starttls_against(&["* OK plain\r\n", "* CAPABILITY IMAP4rev1\r\nL1 OK done\r\n"]).await;
    assert!(missing.contains("does not offer it"), "{missing}");
    let preauth = starttls_against(&["* PREAUTH root\r\n"]).await;
    assert!(preauth.contains("before TLS"), "{preauth}");
    let refused = starttls_against(&["* OK plain\r\n", OFFERS_STARTTLS, "L2 BAD no\r\n"]).await;
    assert!(refused.contains("refused STARTTLS"), "{refused}");
}

#[tokio::test]
async fn plain_is_for_loopback_only() {
    let identity = Identity::new("localhost", 2090);
    let (listener, port) = listen().await;
    let server = tokio::spawn(async move {
        let (tcp, _): (TcpStream, _) = listener.accept().await.unwrap();
        serve(tcp, "* OK plain\r\n").await;
    });
    let mut account = identity.account(port, Tls::None);
    account.host = "127.0.0.1".into();
    connect(&account).await.unwrap().logout().await;
    server.await.unwrap();
    for host in ["192.0.2.1", "imap.example", "127.0.0.1.example"] {
        account.host = host.into();
        let error = connect(&account).await.unwrap_err();
        assert!(matches!(error, Error::PlainRefused { .. }), "{error}");
    }
}

#[tokio::test]
async fn nobody_at_home_is_temporary() {
    let identity = Identity::new("localhost", 2090);
    let (listener, port) = listen().await;
    drop(listener);
    let mut account = identity.account(port, Tls::None);
    let refused = connect(&account).await.unwrap_err();
    assert!(matches!(refused, Error::Connect { .. }) && refused.is_temporary(), "{refused}");
    account.credential = SecretSource::File("/does/not/exist".into()).into();
    let no_secret = connect(&account).await.unwrap_err();
    assert!(matches!(no_secret, Error::Secret { .. }) && !no_secret.is_temporary(), "{no_secret}");
}

#[tokio::test]
async fn a_silent_server_is_given_up() {
    let identity = Identity::new("localhost", 2090);
    let (_listener, port) = listen().await;
    let mut account = identity.account(port, Tls::Implicit(identity.ca_file()));
    account.timeouts.connect = Duration::from_millis(50);
    let error = connect(&account).await.unwrap_err();
    assert!(matches!(error, Error::Timeout { .. }) && error.is_temporary(), "{error}");
}
