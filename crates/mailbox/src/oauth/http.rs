//! One HTTP request to a token server, and what its failure means to the operator.

use oauth2::{HttpRequest, HttpResponse};

use super::{OAuthSettings, TokenError};
use crate::https::{self, HttpError};

/// Sends a request and reads the whole answer, which is a success or an error in JSON.
pub(super) async fn exchange(
    settings: &OAuthSettings,
    request: HttpRequest,
) -> Result<HttpResponse, TokenError> {
    let answer = https::exchange(request, settings.ca_file.clone()).await;
    let answer = answer.map_err(|error| explain(settings, error))?;
    let status = answer.status();
    let broken = status.is_server_error() && status.as_u16() != 503;
    let speaks = status.is_success() || answer.body().trim_ascii_start().starts_with(b"{");
    if broken || !speaks {
        return Err(TokenError::Status { endpoint: settings.token_url.peer(), status: status.as_u16() });
    }
    Ok(answer)
}

/// The mail server's sentences would name the wrong keys.
fn explain(settings: &OAuthSettings, error: HttpError) -> TokenError {
    let endpoint = settings.token_url.peer();
    let nonsense = |what| TokenError::Nonsense { endpoint: endpoint.clone(), what };
    match error {
        HttpError::Connect(error) => TokenError::of_connecting(error, endpoint),
        HttpError::Slow => TokenError::Slow { endpoint, seconds: https::LIMIT.as_secs() },
        HttpError::Lost => TokenError::Unreachable { endpoint, reason: "the connection was lost".to_owned() },
        HttpError::Redirect => TokenError::Redirect { endpoint },
        HttpError::TooLong => nonsense("with more than 64 KiB"),
        HttpError::NotHttp => nonsense("with something that is not HTTP"),
        HttpError::NoAddress => nonsense("to no address that HTTP can carry"),
    }
}
