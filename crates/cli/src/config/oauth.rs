//! `[mailbox.oauth]`: from what is written to what can be used.

use std::path::Path;

use mailbox::{Grant, Mechanism, OAuth, OAuthSettings, SecretSource, TokenUrl};

use super::Problem;
use super::check::{absolute, required};
use super::raw;

/// Checks the section; `at` is the key it stands under.
pub(crate) fn oauth(raw: &raw::OAuth, base: &Path, at: &str) -> Result<OAuth, Problem> {
    let token_url = required(raw.token_url.as_deref(), at, "token_url", "where tokens are asked for")?;
    let token_url = TokenUrl::parse(&token_url)
        .map_err(|error| Problem::new(format!("{at}.token_url"), error.to_string()))?;
    let grant = grant(raw, base, at)?;
    let client_id =
        required(raw.client_id.as_deref(), at, "client_id", "the client's name on the token server")?;
    let client_secret = client_secret(raw, base, at)?;
    if client_secret.is_none() && grant == Grant::ClientCredentials {
        let text = "is missing: grant = \"client_credentials\" needs it, or client_secret_command; a secret never stands in here";
        return Err(Problem::new(format!("{at}.client_secret_file"), text));
    }
    let ca_file = match &raw.ca_file {
        Some(file) => Some(absolute(base, file, &format!("{at}.ca_file"))?),
        None => None,
    };
    let scopes = scopes(raw.scopes.as_deref().unwrap_or_default(), at)?;
    let mechanism = mechanism(raw.mechanism.as_deref(), at)?;
    Ok(OAuth::new(OAuthSettings { token_url, ca_file, client_id, client_secret, scopes, grant, mechanism }))
}

fn grant(raw: &raw::OAuth, base: &Path, at: &str) -> Result<Grant, Problem> {
    let file_key = format!("{at}.refresh_token_file");
    match (raw.grant.as_deref(), &raw.refresh_token_file) {
        (Some("client_credentials"), None) => Ok(Grant::ClientCredentials),
        (Some("client_credentials"), Some(_)) => Err(Problem::new(
            file_key,
            "belongs to grant = \"refresh_token\": leave it out, or use that grant",
        )),
        (Some("refresh_token"), Some(file)) => Ok(Grant::RefreshToken(absolute(base, file, &file_key)?)),
        (Some("refresh_token"), None) => Err(Problem::new(
            file_key,
            "is missing: give a file that holds the refresh token, in a folder that langhals may write to",
        )),
        (None, _) => Err(Problem::new(
            format!("{at}.grant"),
            "is missing: give \"client_credentials\" or \"refresh_token\"",
        )),
        (Some(other), _) => Err(Problem::new(
            format!("{at}.grant"),
            format!("\"{other}\" is unknown: use \"client_credentials\" or \"refresh_token\""),
        )),
    }
}

fn client_secret(raw: &raw::OAuth, base: &Path, at: &str) -> Result<Option<SecretSource>, Problem> {
    let command_key = format!("{at}.client_secret_command");
    match (&raw.client_secret_file, &raw.client_secret_command) {
        (None, None) => Ok(None),
        (Some(file), None) => {
            Ok(Some(SecretSource::File(absolute(base, file, &format!("{at}.client_secret_file"))?)))
        }
        (None, Some(command)) if command.first().is_some_and(|program| !program.is_empty()) => {
            Ok(Some(SecretSource::Command(command.clone())))
        }
        (None, Some(_)) => Err(Problem::new(command_key, "is empty: give the program and its arguments")),
        (Some(_), Some(_)) => {
            Err(Problem::new(command_key, "stands beside client_secret_file: give one of the two"))
        }
    }
}

/// Scopes go to the server with a blank between them (RFC 6749, 3.3).
pub(super) fn scopes(given: &[String], at: &str) -> Result<Vec<String>, Problem> {
    let fits = |scope: &String| !scope.is_empty() && scope.bytes().all(|byte| byte.is_ascii_graphic());
    if given.iter().all(fits) {
        return Ok(given.to_vec());
    }
    Err(Problem::new(
        format!("{at}.scopes"),
        "give each scope as a text of its own, without blanks, e.g. [\"https://outlook.office365.com/.default\"]",
    ))
}

fn mechanism(given: Option<&str>, at: &str) -> Result<Mechanism, Problem> {
    match given.unwrap_or("auto") {
        "auto" => Ok(Mechanism::Auto),
        "xoauth2" => Ok(Mechanism::XOAuth2),
        "oauthbearer" => Ok(Mechanism::OAuthBearer),
        other => Err(Problem::new(
            format!("{at}.mechanism"),
            format!("\"{other}\" is unknown: use \"auto\", \"xoauth2\" or \"oauthbearer\""),
        )),
    }
}
