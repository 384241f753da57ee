//! One HTTP request to a token server, by hyper over our own TLS: bounded in time and size, no redirects,
//! no proxies, no cookies, and the same trust as for mail servers.

use std::time::Duration;

use http_body_util::{BodyExt as _, Full, LengthLimitError, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::http1;
use hyper::header::{CONNECTION, HOST, HeaderValue};
use hyper::{Request, Response, Uri};
use hyper_util::rt::TokioIo;
use oauth2::{HttpRequest, HttpResponse};
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::{OAuthSettings, TokenError};
use crate::transport::{Target, dial};
use crate::{Transport, Trust, tls};

/// For everything from the name's resolution to the answer's last byte.
const LIMIT: Duration = Duration::from_secs(20);
/// Answers hold one or two tokens of some kilobytes.
const LARGEST: usize = 64 * 1024;

/// Sends a request and reads the whole answer, which is a success or an error in JSON.
pub(super) async fn exchange(
    settings: &OAuthSettings,
    request: HttpRequest,
) -> Result<HttpResponse, TokenError> {
    let slow = |_| TokenError::Slow { endpoint: settings.token_url.peer(), seconds: LIMIT.as_secs() };
    timeout(LIMIT, send_and_read(settings, request)).await.map_err(slow)?
}

async fn send_and_read(settings: &OAuthSettings, request: HttpRequest) -> Result<HttpResponse, TokenError> {
    let failed = |error: hyper::Error| explain(settings, &error);
    let stream = TokioIo::new(connect(settings).await?);
    let (mut sender, connection) =
        http1::Builder::new().max_buf_size(LARGEST).handshake(stream).await.map_err(failed)?;
    // Dropped with us, whatever state it is in.
    let mut driver = JoinSet::new();
    driver.spawn(connection);
    let request = to_origin(settings, request)?;
    let (head, body) =
        acceptable(settings, sender.send_request(request).await.map_err(failed)?)?.into_parts();
    let body = match Limited::new(body, LARGEST).collect().await {
        Ok(body) => body.to_bytes().to_vec(),
        Err(error) if error.is::<LengthLimitError>() => {
            return Err(nonsense(settings, "with more than 64 KiB"));
        }
        Err(error) => match error.downcast_ref::<hyper::Error>() {
            Some(error) => return Err(explain(settings, error)),
            None => return Err(nonsense(settings, "with something that is not HTTP")),
        },
    };
    let success = head.status.is_success();
    if !success && !body.trim_ascii_start().starts_with(b"{") {
        return Err(TokenError::Status { endpoint: settings.token_url.peer(), status: head.status.as_u16() });
    }
    Ok(Response::from_parts(head, body))
}

async fn connect(settings: &OAuthSettings) -> Result<Box<dyn Transport>, TokenError> {
    let url = &settings.token_url;
    let peer = url.peer();
    let target = Target { host: &url.host, port: url.port, plain: url.plain, limit: LIMIT };
    let failed = |error| TokenError::of_connecting(error, peer.clone());
    let tcp = dial(target, &peer).await.map_err(failed)?;
    if url.plain {
        return Ok(Box::new(tcp));
    }
    let trust = settings.ca_file.clone().map_or(Trust::System, Trust::CaFile);
    tls::over_tcp(tcp, &trust, target, &peer).await.map_err(failed)
}

/// From the absolute form to what goes over the wire: the path, and the host in a header.
fn to_origin(settings: &OAuthSettings, request: HttpRequest) -> Result<Request<Full<Bytes>>, TokenError> {
    let unfit = || nonsense(settings, "to no address that HTTP can carry");
    let (mut head, body) = request.into_parts();
    let authority = head.uri.authority().ok_or_else(unfit)?.as_str();
    head.headers.insert(HOST, HeaderValue::from_str(authority).map_err(|_| unfit())?);
    head.headers.insert(CONNECTION, HeaderValue::from_static("close"));
    head.uri = head.uri.path_and_query().cloned().map_or_else(|| Uri::from_static("/"), Uri::from);
    Ok(Request::from_parts(head, Full::new(Bytes::from(body))))
}

/// Redirects are not followed: they would carry the secret wherever the answer points.
fn acceptable(
    settings: &OAuthSettings,
    response: Response<Incoming>,
) -> Result<Response<Incoming>, TokenError> {
    let endpoint = settings.token_url.peer();
    let status = response.status();
    if status.is_redirection() {
        Err(TokenError::Redirect { endpoint })
    } else if status.is_server_error() && status.as_u16() != 503 {
        Err(TokenError::Status { endpoint, status: status.as_u16() })
    } else {
        Ok(response)
    }
}

fn explain(settings: &OAuthSettings, error: &hyper::Error) -> TokenError {
    if error.is_parse() {
        return nonsense(settings, "with something that is not HTTP");
    }
    TokenError::Unreachable {
        endpoint: settings.token_url.peer(),
        reason: "the connection was lost".to_owned(),
    }
}

fn nonsense(settings: &OAuthSettings, what: &'static str) -> TokenError {
    TokenError::Nonsense { endpoint: settings.token_url.peer(), what }
}
