//! How the page asks the identity provider: over the TLS that mail servers get.

use std::path::PathBuf;

use mailbox::{HttpError, SecretSource, exchange};
use oauth2::{HttpRequest, HttpResponse};
use web::{Answer, Password, Refused, Why};

/// What `[web.oidc]` says of it.
pub struct Wire {
    /// What proves who we are there; public clients have none.
    pub secret: Option<SecretSource>,
    /// The provider's own authority; without it those of the operating system.
    pub ca_file: Option<PathBuf>,
}

impl web::Wire for Wire {
    fn send(&self, request: HttpRequest) -> Answer<'_, HttpResponse> {
        let place = request.uri().authority().map(ToString::to_string).unwrap_or_default();
        Box::pin(async move {
            exchange(request, self.ca_file.clone()).await.map_err(|error| unreachable(&place, &error))
        })
    }

    fn client_secret(&self) -> Answer<'_, Option<Password>> {
        Box::pin(async move {
            let Some(source) = &self.secret else { return Ok(None) };
            let refused = |sentence: String| Refused { why: Why::Impossible, sentence };
            let secret = source.read("client_secret").await.map_err(|error| refused(error.to_string()))?;
            let text = std::str::from_utf8(secret.expose());
            let text = text.map_err(|_| refused("the client_secret of [web.oidc] is no text".to_owned()))?;
            Ok(Some(Password::new(text.to_owned())))
        })
    }
}

fn unreachable(place: &str, error: &HttpError) -> Refused {
    let sentence = format!(
        "cannot ask the identity provider at {place}: {error}; check issuer and ca_file of [web.oidc], the DNS of this \
         machine, and any firewall between"
    );
    Refused { why: Why::Unreachable, sentence }
}
