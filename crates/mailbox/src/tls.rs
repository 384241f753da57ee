//! TLS by rustls with ring: 1.2 and 1.3, trusting the system, an own authority, or one pinned certificate.

use std::fmt;
use std::path::Path;
use std::sync::{Arc, OnceLock};

use jiff::Timestamp;
use rustls::client::Resumption;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, OtherError, RootCertStore, SignatureScheme,
};
use sha2::{Digest as _, Sha256};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use crate::error::{Error, Peer, quotable};
use crate::transport::Target;
use crate::{Transport, Trust};

/// Why a certificate is not trusted, and what to do about it; reads on after "the certificate of HOST".
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Distrust {
    /// Its time is over.
    #[error("expired{}: renew it on the server, or pin it with fingerprint_sha256", on_day(.on.as_deref()))]
    Expired {
        /// The day, where it is known.
        on: Option<String>,
    },
    /// Its time has not begun.
    #[error("is not valid yet: check the clock of this machine, and the server's certificate")]
    NotYetValid,
    /// Nobody we trust has signed it.
    #[error(
        "is signed by nobody this machine trusts: set ca_file to the authority's certificate, or pin it with fingerprint_sha256"
    )]
    UnknownIssuer,
    /// It is another host's.
    #[error("is not for this host name{}: set host to a name in the certificate, or pin it with fingerprint_sha256", for_names(.names))]
    WrongName {
        /// The names it is for.
        names: Vec<String>,
    },
    /// It is not the pinned one.
    #[error(
        "is not the pinned one; its SHA-256 is {}: if the server got a new certificate, set fingerprint_sha256 to that; if not, somebody is between",
        hex(.presented)
    )]
    OtherFingerprint {
        /// The fingerprint of the certificate that the server showed.
        presented: [u8; 32],
    },
    /// It was withdrawn.
    #[error("was revoked: renew it on the server")]
    Revoked,
    /// Anything else, such as a certificate of an authority used for a server.
    #[error("is not usable ({reason}): renew it on the server, or pin it with fingerprint_sha256")]
    Unusable {
        /// What rustls says.
        reason: String,
    },
}

fn on_day(day: Option<&str>) -> String {
    day.map(|day| format!(" on {day}")).unwrap_or_default()
}

fn for_names(names: &[String]) -> String {
    if names.is_empty() { String::new() } else { format!(" (it is for {})", names.join(", ")) }
}

fn hex(bytes: &[u8; 32]) -> String {
    bytes.iter().fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"))
}

/// The TLS handshake, within the time limit for connecting.
pub(crate) async fn handshake<S: Transport>(
    stream: S,
    trust: &Trust,
    target: Target<'_>,
    server: &Peer,
) -> Result<TlsStream<S>, Error> {
    let config = configure(trust, server).await?;
    let name = ServerName::try_from(target.host.to_owned())
        .map_err(|_| Error::Resolve { server: server.clone() })?;
    let connecting = TlsConnector::from(Arc::new(config)).connect(name, stream);
    match timeout(target.limit, connecting).await {
        Ok(Ok(stream)) => Ok(stream),
        Ok(Err(error)) => Err(explain(&error, server)),
        Err(_) => Err(Error::Timeout { server: server.clone(), during: "the TLS handshake" }),
    }
}

/// The common case: TLS straight over TCP.
pub(crate) async fn over_tcp(
    stream: TcpStream,
    trust: &Trust,
    target: Target<'_>,
    server: &Peer,
) -> Result<Box<dyn Transport>, Error> {
    Ok(Box::new(handshake(stream, trust, target, server).await?))
}

async fn configure(trust: &Trust, server: &Peer) -> Result<ClientConfig, Error> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider.clone())
        .with_safe_default_protocol_versions()
        .map_err(|error| Error::Tls { server: server.clone(), reason: quotable(&error.to_string()) })?;
    let distrusted = |reason: String| Error::Trust { server: server.clone(), reason };
    let builder = match trust {
        Trust::System => builder.with_root_certificates(system_roots().await.map_err(distrusted)?),
        Trust::CaFile(path) => builder.with_root_certificates(roots_of(path).await.map_err(distrusted)?),
        Trust::Fingerprint(pinned) => {
            builder.dangerous().with_custom_certificate_verifier(Arc::new(Pin { pinned: *pinned, provider }))
        }
    };
    let mut config = builder.with_no_client_auth();
    // A handshake has a configuration of its own: what it could resume nobody would ever ask for.
    config.resumption = Resumption::disabled();
    Ok(config)
}

/// The system's authorities, read once a process.
async fn system_roots() -> Result<Arc<RootCertStore>, String> {
    static ROOTS: OnceLock<Arc<RootCertStore>> = OnceLock::new();
    let read = || {
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        Arc::new(roots)
    };
    let roots = tokio::task::spawn_blocking(move || ROOTS.get_or_init(read).clone())
        .await
        .map_err(|_| "the system's certificates could not be read".to_owned())?;
    if roots.is_empty() {
        return Err(
            "this machine has no certificate authorities: install ca-certificates, or set ca_file".to_owned()
        );
    }
    Ok(roots)
}

async fn roots_of(path: &Path) -> Result<Arc<RootCertStore>, String> {
    let file = path.to_owned();
    let reading = tokio::task::spawn_blocking(move || std::fs::read(file));
    let pem = match reading.await {
        Ok(Ok(pem)) => pem,
        Ok(Err(error)) => return Err(format!("cannot read ca_file {}: {}", path.display(), error.kind())),
        Err(_) => return Err(format!("cannot read ca_file {}", path.display())),
    };
    let mut roots = RootCertStore::empty();
    let certificates: Vec<CertificateDer<'static>> = CertificateDer::pem_slice_iter(&pem).flatten().collect();
    roots.add_parsable_certificates(certificates);
    if roots.is_empty() {
        return Err(format!("ca_file {} holds no certificate in PEM form", path.display()));
    }
    Ok(Arc::new(roots))
}

fn explain(error: &std::io::Error, server: &Peer) -> Error {
    let server = server.clone();
    match error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()) {
        Some(rustls::Error::InvalidCertificate(error)) => {
            Error::Certificate { server, problem: explain_certificate(error) }
        }
        Some(error) => Error::Tls { server, reason: quotable(&error.to_string()) },
        None => Error::Lost { server, during: "the TLS handshake", farewell: String::new() },
    }
}

fn explain_certificate(error: &CertificateError) -> Distrust {
    match error {
        CertificateError::Expired => Distrust::Expired { on: None },
        CertificateError::ExpiredContext { not_after, .. } => Distrust::Expired { on: day(*not_after) },
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => Distrust::NotYetValid,
        // A signature that does not fit is an authority of the same name, but another key.
        CertificateError::UnknownIssuer | CertificateError::BadSignature => Distrust::UnknownIssuer,
        CertificateError::NotValidForName => Distrust::WrongName { names: Vec::new() },
        CertificateError::NotValidForNameContext { presented, .. } => {
            Distrust::WrongName { names: presented.iter().take(5).map(|name| quotable(name)).collect() }
        }
        CertificateError::Revoked => Distrust::Revoked,
        CertificateError::Other(OtherError(inner)) => match inner.downcast_ref::<Mismatch>() {
            Some(Mismatch(presented)) => Distrust::OtherFingerprint { presented: *presented },
            None => Distrust::Unusable { reason: quotable(&inner.to_string()) },
        },
        other => Distrust::Unusable { reason: quotable(&other.to_string()) },
    }
}

fn day(time: UnixTime) -> Option<String> {
    let timestamp = Timestamp::from_second(i64::try_from(time.as_secs()).ok()?).ok()?;
    Some(timestamp.strftime("%Y-%m-%d").to_string())
}

/// Trusts exactly one certificate. That the server holds its key is still checked by the signature.
#[derive(Debug)]
struct Pin {
    pinned: [u8; 32],
    provider: Arc<CryptoProvider>,
}

/// The server showed another certificate, with this fingerprint.
#[derive(Debug)]
struct Mismatch([u8; 32]);

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not the pinned certificate")
    }
}

impl std::error::Error for Mismatch {}

impl ServerCertVerifier for Pin {
    fn verify_server_cert(
        &self,
        certificate: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _name: &ServerName<'_>,
        _ocsp: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let presented = Sha256::digest(certificate.as_ref());
        if presented[..] == self.pinned[..] {
            return Ok(ServerCertVerified::assertion());
        }
        let presented = presented.into();
        Err(CertificateError::Other(OtherError(Arc::new(Mismatch(presented)))).into())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls12_signature(message, certificate, signed, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls13_signature(message, certificate, signed, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}
