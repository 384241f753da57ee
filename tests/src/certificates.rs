//! A certificate authority of our own for the test servers, and what it signs for localhost.

use anyhow::Result;
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair, KeyUsagePurpose, date_time_ymd,
};

/// Everything a test server and its clients need, in PEM.
pub struct Certificates {
    /// The authority that clients are told to trust (`ca_file`).
    pub authority: String,
    /// The server's certificate: localhost and 127.0.0.1, CA:FALSE as rustls demands.
    pub server: String,
    /// The server's private key (PKCS#8).
    pub server_key: String,
    /// The server's certificate in DER, for fingerprints.
    pub server_der: Vec<u8>,
}

/// Makes new ones; with `expired` the server's ended on 1 January 2021.
///
/// # Errors
/// If no key can be generated.
pub fn make(expired: bool) -> Result<Certificates> {
    let mut authority = CertificateParams::new(Vec::new())?;
    authority.distinguished_name.push(rcgen::DnType::CommonName, "Langhals test authority");
    authority.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    authority.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    let authority = CertifiedIssuer::self_signed(authority, KeyPair::generate()?)?;

    let mut server = CertificateParams::new(["localhost".to_owned(), "127.0.0.1".to_owned()])?;
    server.distinguished_name.push(rcgen::DnType::CommonName, "localhost");
    server.is_ca = IsCa::ExplicitNoCa;
    server.use_authority_key_identifier_extension = true;
    if expired {
        server.not_before = date_time_ymd(2020, 1, 1);
        server.not_after = date_time_ymd(2021, 1, 1);
    }
    let key = KeyPair::generate()?;
    let certificate = server.signed_by(&key, &authority)?;
    Ok(Certificates {
        authority: authority.pem(),
        server: certificate.pem(),
        server_key: key.serialize_pem(),
        server_der: certificate.der().to_vec(),
    })
}
