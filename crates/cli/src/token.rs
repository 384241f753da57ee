//! `langhals token`: who may use the API, and for what. A running daemon takes every change over at once.

use std::collections::BTreeSet;
use std::process::ExitCode;

use anyhow::{Context as _, anyhow};
use daemon::clock;
use serde::Serialize;
use store::{Scope, Secret, Token, Tokens};
use zeroize::Zeroizing;

use crate::arguments::{Arguments, Format, TokenAction, TokenOptions};
use crate::config::Config;
use crate::inspect::chosen;
use crate::output::{self, Failed};
use crate::run;
use crate::verdict_json::rfc3339;

/// Makes, shows or removes tokens.
pub fn token(arguments: &Arguments, options: &TokenOptions) -> anyhow::Result<ExitCode> {
    let config = run::configuration(arguments)?;
    let tokens = Tokens::of(&config.state);
    match &options.action {
        TokenAction::Add { name, mailbox, content, write } => {
            let content = content.then_some(Scope::Content);
            let scopes = content.into_iter().chain(write.then_some(Scope::Write));
            add(&config, &tokens, name, mailbox, scopes)?;
        }
        TokenAction::List { format } => list(&tokens, *format)?,
        TokenAction::Remove { name } => remove(&tokens, name)?,
    }
    Ok(ExitCode::SUCCESS)
}

/// The token alone goes to stdout, so that it can be piped to where it is kept.
fn add(
    config: &Config,
    tokens: &Tokens,
    name: &str,
    mailboxes: &[String],
    scopes: impl Iterator<Item = Scope>,
) -> anyhow::Result<()> {
    for mailbox in mailboxes {
        chosen(config, Some(mailbox))?;
    }
    let mut random = Zeroizing::new([0; 32]);
    getrandom::fill(random.as_mut_slice())
        .map_err(|error| anyhow!("{error}"))
        .context("cannot make a token: the system gives no random bytes")?;
    let secret = Secret::new(*random);
    let only = (!mailboxes.is_empty()).then(|| mailboxes.iter().cloned().collect::<BTreeSet<_>>());
    let token = Token::new(name, &secret, scopes, only, clock::system());
    let allows = allows(&token);
    tokens.add(token)?;
    output::line(secret.text())?;
    output::complain(&format!(
        "token {name} is made: {allows}; it is shown this once, only its hash is kept"
    ));
    Ok(())
}

#[derive(Serialize)]
struct Shown<'t> {
    name: &'t str,
    scopes: Vec<&'static str>,
    /// `null` for every one.
    mailboxes: Option<&'t BTreeSet<String>>,
    created: String,
}

fn list(tokens: &Tokens, format: Format) -> anyhow::Result<()> {
    let tokens = tokens.all()?;
    if format == Format::Json {
        for Token { name, scopes, mailboxes, created, .. } in &tokens {
            let scopes = scopes.iter().map(|scope| scope.name()).collect();
            let shown = Shown { name, scopes, mailboxes: mailboxes.as_ref(), created: rfc3339(*created) };
            output::line(&serde_json::to_string(&shown)?)?;
        }
        return Ok(());
    }
    if tokens.is_empty() {
        output::line("There is no token.")?;
        return Ok(());
    }
    let mut table = output::table(&["name", "allows", "mailboxes", "created"]);
    for token in &tokens {
        let created = rfc3339(token.created);
        let day = created.get(..10).unwrap_or_default().to_owned();
        table.add_row([token.name.clone(), scopes(token), mailboxes(token), day]);
    }
    output::line(&table.to_string())?;
    Ok(())
}

fn remove(tokens: &Tokens, name: &str) -> anyhow::Result<()> {
    if tokens.remove(name)? {
        output::complain(&format!("token {name} is removed: it is refused from now on"));
        return Ok(());
    }
    let sentence = format!("there is no token {name}: `langhals token list` shows those that there are");
    Err(Failed { code: 1, sentence }.into())
}

fn allows(token: &Token) -> String {
    format!("{} in {}", scopes(token), mailboxes(token))
}

fn scopes(token: &Token) -> String {
    token.scopes.iter().map(|scope| scope.name()).collect::<Vec<_>>().join(" ")
}

fn mailboxes(token: &Token) -> String {
    match &token.mailboxes {
        Some(mailboxes) => mailboxes.iter().cloned().collect::<Vec<_>>().join(" "),
        None => "every mailbox".to_owned(),
    }
}
