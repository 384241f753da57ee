//! One bounded HTTP request, by hyper over the TLS that mail servers get: no redirects, no proxies, no cookies,
//! no pool. For token servers, and for whoever else on the network gets a secret of ours.

use std::path::PathBuf;
use std::time::Duration;

use http_body_util::{BodyExt as _, Full, LengthLimitError, Limited};
use hyper::body::Bytes;
use hyper::client::conn::http1;
use hyper::header::{CONNECTION, HOST, HeaderValue};
use hyper::{Request, Response, Uri};
use hyper_util::rt::TokioIo;
use oauth2::{HttpRequest, HttpResponse};
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::error::{Error, Peer};
use crate::transport::{Target, dial, names_loopback};
use crate::{Transport, Trust, tls};

/// For everything from the name's resolution to the answer's last byte.
pub(crate) const LIMIT: Duration = Duration::from_secs(20);
/// Tokens, keys and descriptions of servers take some kilobytes.
const LARGEST: usize = 64 * 1024;

/// Why there is no answer, without whatever it said.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum HttpError {
    /// No connection, or no TLS.
    #[error(transparent)]
    Connect(#[from] Error),
    /// It took too long.
    #[error("it gave no whole answer within {} s", LIMIT.as_secs())]
    Slow,
    /// The connection broke.
    #[error("the connection was lost")]
    Lost,
    /// It wants us to go elsewhere, perhaps with a secret.
    #[error("it answers with a redirect, which is never followed")]
    Redirect,
    /// The answer is too long.
    #[error("it answers with more than 64 KiB")]
    TooLong,
    /// The answer is none.
    #[error("it answers with something that is not HTTP")]
    NotHttp,
    /// The request goes to no address that HTTP over TLS can carry.
    #[error("this is no address of the web that a secret may go to: it needs https, or this machine")]
    NoAddress,
}

/// Sends a request and reads the whole answer, whatever its status, but never follows a redirect.
/// Without `ca_file` the authorities of the operating system are trusted.
///
/// # Errors
/// [`HttpError`].
pub async fn exchange(request: HttpRequest, ca_file: Option<PathBuf>) -> Result<HttpResponse, HttpError> {
    timeout(LIMIT, send_and_read(request, ca_file)).await.map_err(|_| HttpError::Slow)?
}

async fn send_and_read(request: HttpRequest, ca_file: Option<PathBuf>) -> Result<HttpResponse, HttpError> {
    let stream = TokioIo::new(connect(request.uri(), ca_file).await?);
    let failed = |error: hyper::Error| explain(&error);
    let (mut sender, connection) =
        http1::Builder::new().max_buf_size(LARGEST).handshake(stream).await.map_err(failed)?;
    // Dropped with us, whatever state it is in.
    let mut driver = JoinSet::new();
    driver.spawn(connection);
    let response = sender.send_request(to_origin(request)?).await.map_err(failed)?;
    if response.status().is_redirection() {
        return Err(HttpError::Redirect);
    }
    let (head, body) = response.into_parts();
    match Limited::new(body, LARGEST).collect().await {
        Ok(body) => Ok(Response::from_parts(head, body.to_bytes().to_vec())),
        Err(error) if error.is::<LengthLimitError>() => Err(HttpError::TooLong),
        Err(error) => Err(error.downcast_ref::<hyper::Error>().map_or(HttpError::NotHttp, explain)),
    }
}

async fn connect(uri: &Uri, ca_file: Option<PathBuf>) -> Result<Box<dyn Transport>, HttpError> {
    let host = uri.host().unwrap_or_default().trim_start_matches('[').trim_end_matches(']');
    let plain = match uri.scheme_str() {
        Some("https") => false,
        Some("http") if names_loopback(host) => true,
        _ => return Err(HttpError::NoAddress),
    };
    let port = uri.port_u16().unwrap_or(if plain { 80 } else { 443 });
    let peer = Peer::new(host, port);
    let target = Target { host, port, plain, limit: LIMIT };
    let tcp = dial(target, &peer).await?;
    if plain {
        return Ok(Box::new(tcp));
    }
    let trust = ca_file.map_or(Trust::System, Trust::CaFile);
    Ok(tls::over_tcp(tcp, &trust, target, &peer).await?)
}

/// From the absolute form to what goes over the wire: the path, and the host in a header.
fn to_origin(request: HttpRequest) -> Result<Request<Full<Bytes>>, HttpError> {
    let (mut head, body) = request.into_parts();
    let authority = head.uri.authority().ok_or(HttpError::NoAddress)?.as_str();
    head.headers.insert(HOST, HeaderValue::from_str(authority).map_err(|_| HttpError::NoAddress)?);
    head.headers.insert(CONNECTION, HeaderValue::from_static("close"));
    head.uri = head.uri.path_and_query().cloned().map_or_else(|| Uri::from_static("/"), Uri::from);
    Ok(Request::from_parts(head, Full::new(Bytes::from(body))))
}

fn explain(error: &hyper::Error) -> HttpError {
    if error.is_parse() { HttpError::NotHttp } else { HttpError::Lost }
}
