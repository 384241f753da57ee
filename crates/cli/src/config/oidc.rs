//! `[web.oidc]` and `[[web.group]]`: which identity provider signs people in, and what its groups may.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use daemon::Post;
use mailbox::SecretSource;
use web::{Grant, Issuer, OidcSettings, PublicUrl, Role};

use super::Problem;
use super::check::{absolute, required};
use super::oauth::scopes;
use super::raw;
use crate::wire::Wire;

const AT: &str = "web.oidc";

/// `None` where local accounts sign people in.
pub(crate) fn oidc(
    raw: Option<raw::Oidc>,
    groups: Vec<raw::Group>,
    public_url: Option<&PublicUrl>,
    base: &Path,
    posts: &[Post],
) -> Result<Option<OidcSettings>, Problem> {
    let groups = self::groups(groups, posts)?;
    let Some(raw) = raw else {
        if groups.is_empty() {
            return Ok(None);
        }
        let text = "means something only beside [web.oidc]: groups are the identity provider's";
        return Err(Problem::new("web.group", text));
    };
    let issuer = required(
        raw.issuer.as_deref(),
        AT,
        "issuer",
        "the identity provider's address, e.g. \"https://login.amt.example/realms/amt\"",
    )?;
    let issuer =
        Issuer::parse(&issuer).map_err(|error| Problem::new("web.oidc.issuer", error.to_string()))?;
    let client_id =
        required(raw.client_id.as_deref(), AT, "client_id", "the page's name at the identity provider")?;
    if public_url.is_none() {
        let text = "needs public_url: the identity provider sends people back there; give e.g. public_url = \"https://langhals.amt.example\" in [web]";
        return Err(Problem::new(AT, text));
    }
    if groups.is_empty() {
        let text = "needs at least one [[web.group]] with name and role: without one nobody may see anything";
        return Err(Problem::new(AT, text));
    }
    let file = |given: Option<&String>, key: &str| {
        given.map(|file| absolute(base, file, &format!("{AT}.{key}"))).transpose()
    };
    let secret = file(raw.client_secret_file.as_ref(), "client_secret_file")?.map(SecretSource::File);
    let ca_file = file(raw.ca_file.as_ref(), "ca_file")?;
    let usual = || ["profile", "groups"].map(str::to_owned).to_vec();
    let groups_claim = raw.groups_claim.unwrap_or_else(|| "groups".to_owned());
    Ok(Some(OidcSettings {
        issuer,
        client_id,
        groups_claim: required(
            Some(&groups_claim),
            AT,
            "groups_claim",
            "the claim that names the groups, e.g. \"groups\"",
        )?,
        scopes: scopes(&raw.scopes.unwrap_or_else(usual), AT)?,
        groups,
        wire: Arc::new(Wire { secret, ca_file }),
    }))
}

fn groups(groups: Vec<raw::Group>, posts: &[Post]) -> Result<BTreeMap<String, Vec<Grant>>, Problem> {
    let mut all: BTreeMap<String, Vec<Grant>> = BTreeMap::new();
    for (number, group) in groups.into_iter().enumerate() {
        let at = format!("web.group[{number}]");
        let name = required(group.name.as_deref(), &at, "name", "the group's name at the identity provider")?;
        let role = required(group.role.as_deref(), &at, "role", "\"team\", \"supervisor\" or \"operator\"")?;
        let role = Role::from_name(&role).ok_or_else(|| {
            let text = format!("\"{role}\" is unknown: use \"team\", \"supervisor\" or \"operator\"");
            Problem::new(format!("{at}.role"), text)
        })?;
        let mailboxes = mailboxes(group.mailboxes, posts, &at)?;
        all.entry(name).or_default().push(Grant { role, mailboxes });
    }
    Ok(all)
}

fn mailboxes(
    given: Option<Vec<String>>,
    posts: &[Post],
    at: &str,
) -> Result<Option<BTreeSet<String>>, Problem> {
    let Some(given) = given else { return Ok(None) };
    let key = format!("{at}.mailboxes");
    if given.is_empty() {
        return Err(Problem::new(key, "is empty: name mailboxes, or leave it out for all"));
    }
    let known = |name: &String| posts.iter().any(|post| post.account.name == *name);
    match given.iter().find(|name| !known(name)) {
        None => Ok(Some(given.into_iter().collect())),
        Some(unknown) => {
            let names: Vec<&str> = posts.iter().map(|post| post.account.name.as_str()).collect();
            Err(Problem::new(key, format!("there is no mailbox \"{unknown}\": use {}", names.join(", "))))
        }
    }
}
