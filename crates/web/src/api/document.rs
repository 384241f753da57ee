//! The OpenAPI document, made from the handlers: what it says is what they do.

use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{InfoBuilder, LicenseBuilder, OpenApi, Server};

use super::described;

const ABOUT: &str = "What waits in the mailboxes that Langhals sorts, and what happens to it, for e-Akte and ticket \
systems. Every request but the one for this document carries `Authorization: Bearer lh_…`, a token that the operator \
makes with `langhals token add NAME [--mailbox M] [--content] [--write]`.\n\n\
Scopes: `read` (every token; what is kept: never a sender, a subject or a quoted word), `content` (senders, subjects \
and reasons, read from the mailbox), `write` (setting a message's class).\n\n\
Refusals are `application/problem+json` (RFC 9457) with a stable `type`.";

/// The document, as it is served and kept in `docs/openapi.json`.
pub fn openapi() -> String {
    let mut text = document().to_pretty_json().unwrap_or_default();
    text.push('\n');
    text
}

/// It says nothing about this house, so it needs no token.
pub(super) async fn serve() -> Response {
    ([(header::CONTENT_TYPE, "application/json")], openapi()).into_response()
}

fn document() -> OpenApi {
    let (_, mut document) = described().split_for_parts();
    document.info = InfoBuilder::new()
        .title("Langhals")
        .version("1")
        .description(Some(ABOUT))
        .license(Some(LicenseBuilder::new().name("EUPL-1.2").identifier(Some("EUPL-1.2")).build()))
        .build();
    document.servers = Some(vec![Server::new("/api/v1")]);
    let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("lh_…").build();
    let components = document.components.get_or_insert_default();
    components.add_security_scheme("token", SecurityScheme::Http(bearer));
    document.security = Some(vec![SecurityRequirement::new("token", [""; 0])]);
    document
}
