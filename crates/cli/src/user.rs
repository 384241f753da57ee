//! `langhals user`: the local accounts of the page. Also beside a running daemon, which reads them anew.

mod terminal;

use std::collections::BTreeSet;
use std::process::ExitCode;

use web::{Accounts, AccountsError, Grant, Rights, Role};

use crate::arguments::{Arguments, UserAction, UserOptions};
use crate::config::Config;
use crate::output::{self, Usage};
use crate::run;

/// Does what was asked with the accounts.
pub fn user(arguments: &Arguments, options: &UserOptions) -> anyhow::Result<ExitCode> {
    let config = run::configuration(arguments)?;
    let Some(path) = &config.page.entrance.accounts else {
        let text = "there are no local accounts here: [web.oidc] decides who signs in; set [web] accounts to have both";
        return Err(Usage(text.to_owned()).into());
    };
    match &options.action {
        UserAction::List => list(&Accounts::read(path)?)?,
        UserAction::Add { name, role, mailbox, password_stdin } => {
            let rights = rights(&config, role, mailbox)?;
            if Accounts::read(path)?.find(name).is_some() {
                return Err(AccountsError::Taken.into());
            }
            let password = terminal::new_password(*password_stdin)?;
            Accounts::change(path, |accounts| accounts.add(name, rights, &password))?;
            output::line(&format!("{name} can sign in now"))?;
        }
        UserAction::Remove { name } => {
            Accounts::change(path, |accounts| accounts.remove(name))?;
            output::line(&format!("{name} cannot sign in any more, and is signed out"))?;
        }
        UserAction::Password { name, password_stdin } => {
            if Accounts::read(path)?.find(name).is_none() {
                return Err(AccountsError::Unknown.into());
            }
            let password = terminal::new_password(*password_stdin)?;
            Accounts::change(path, |accounts| accounts.set_password(name, &password))?;
            output::line(&format!("{name} has a new password, and is signed out"))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn rights(config: &Config, roles: &[Role], mailboxes: &[String]) -> Result<Rights, Usage> {
    let known = |name: &String| config.posts.iter().any(|post| post.account.name == *name);
    if let Some(unknown) = mailboxes.iter().find(|name| !known(name)) {
        let all: Vec<&str> = config.posts.iter().map(|post| post.account.name.as_str()).collect();
        let text = format!("there is no mailbox \"{unknown}\": use {}", all.join(", "));
        return Err(Usage(text));
    }
    let named: BTreeSet<String> = mailboxes.iter().cloned().collect();
    let named = (!named.is_empty()).then_some(named);
    let roles: BTreeSet<Role> = roles.iter().copied().collect();
    let grant = |role| Grant { role, mailboxes: named.clone() };
    Ok(Rights { grants: roles.into_iter().map(grant).collect() })
}

fn list(accounts: &Accounts) -> anyhow::Result<()> {
    if accounts.all().is_empty() {
        output::line("There is no account yet: `langhals user add` makes one.")?;
        return Ok(());
    }
    let mut table = output::table(&["name", "role", "mailboxes"]);
    for account in accounts.all() {
        for grant in &account.rights.grants {
            let mailboxes = grant.mailboxes.as_ref().map_or_else(
                || "all".to_owned(),
                |mailboxes| mailboxes.iter().cloned().collect::<Vec<_>>().join(", "),
            );
            table.add_row([account.name.as_str(), grant.role.name(), mailboxes.as_str()]);
        }
    }
    output::line(&table.to_string())?;
    Ok(())
}
