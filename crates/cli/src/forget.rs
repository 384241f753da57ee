//! `langhals forget`: erases what is kept about messages, and says what it erased; never what it was about.
//!
//! ```text
//!   --message-id   hash of it                                     ┐
//!   --sender       searched for in the mailboxes: hashes, places  ├─▶ at once, or by the running daemon ─▶ counts
//!   --older-than   days                                           ┘
//! ```

use std::path::Path;
use std::process::ExitCode;

use anyhow::Context as _;
use daemon::{Correspondence, clock};
use store::{Demand, Erased, ForgottenBy, Keeping, Messages, is_learnt};
use tokio::runtime::Runtime;

use crate::arguments::{Arguments, ForgetOptions};
use crate::config::Config;
use crate::output::{self, Usage};
use crate::run;

/// Erases what was asked for, or with `--dry-run` says what it would be.
pub fn forget(arguments: &Arguments, options: &ForgetOptions) -> anyhow::Result<ExitCode> {
    let config = run::configuration(arguments)?;
    let (demand, is_whole) = demand(&config, options)?;
    if !config.state.join("log").is_dir() {
        output::line(&format!("nothing is kept in {}: there is no decision log", config.state.display()))?;
        return Ok(ExitCode::SUCCESS);
    }
    let at = clock::system();
    let erased = if options.dry_run {
        store::would_erase(&config.state, &demand, at)?
    } else {
        store::erase(&config.state, &demand, at)?
    };
    tell(&erased, &demand, options.dry_run)?;
    if erased.corrections > 0 {
        advise(&config.models)?;
    }
    Ok(if is_whole { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// What is to be erased, and whether everything could be looked at that tells.
fn demand(config: &Config, options: &ForgetOptions) -> anyhow::Result<(Demand, bool)> {
    let asked = &options.what;
    if let Some(id) = asked.message_id.as_deref() {
        if id.trim().trim_matches(['<', '>']).is_empty() {
            return Err(Usage("--message-id: name a Message-ID, e.g. abc@mail.example".to_owned()).into());
        }
        return Ok((Demand::Messages(Messages::of_message_id(id)), true));
    }
    if let Some(days) = asked.older_than {
        return Ok((Demand::Older(Keeping::of_days(days), ForgottenBy::Age), true));
    }
    let address = asked.sender.as_deref().unwrap_or_default().trim();
    if !address.contains('@') {
        return Err(Usage("--sender: name an address, e.g. name@mail.example".to_owned()).into());
    }
    let runtime = Runtime::new().context("cannot start: the system gives no threads")?;
    let found = runtime.block_on(daemon::correspondence(&config.posts, address));
    say_found(&found)?;
    Ok((Demand::Messages(found.messages), found.troubles.is_empty()))
}

fn say_found(found: &Correspondence) -> anyhow::Result<()> {
    output::line(&format!("{} mails of this sender lie in {} folders", found.mails, found.folders))?;
    output::line(
        "no sender is kept: what has left these folders cannot be found by its sender; it is forgotten by age",
    )?;
    for trouble in &found.troubles {
        output::complain(&format!("{trouble}; what lies there is not forgotten: mend that, and ask again"));
    }
    Ok(())
}

fn tell(erased: &Erased, demand: &Demand, is_dry: bool) -> anyhow::Result<()> {
    let verb = if is_dry { "would be erased" } else { "erased" };
    if erased.is_nothing() {
        output::line(&format!(
            "nothing is kept of it: nothing {}",
            if is_dry { verb } else { "was erased" }
        ))?;
        return Ok(());
    }
    let Erased { messages, waiting, corrections, lines, days, set_aside } = erased;
    let counts = [
        (*messages, "messages"),
        (*corrections, "corrections (training references)"),
        (*lines, "lines of the decision log"),
        (*days, "whole days of the decision log"),
        (*set_aside, "things that were set aside as damaged"),
    ];
    for (count, what) in counts.into_iter().filter(|(count, _)| *count > 0) {
        output::line(&format!("{verb}: {count} {what}"))?;
    }
    match demand {
        Demand::Messages(_) => {
            if *waiting > 0 {
                output::line(&format!("{waiting} of them waited: the queue does not show them any more"))?;
            }
            output::line(
                "the mails themselves, and their tags, are left in the mailbox as they are; they are not sorted again as \
                 long as the server keeps its numbers. Delete them there first if they are to go, too",
            )?;
        }
        Demand::Older(..) => {
            output::line("what still waits stays, however old it is, until it is answered or moved")?;
        }
    }
    output::line("copies of the state (`state export`, backups) are not touched: delete them yourself")?;
    Ok(())
}

/// A model holds no text, and has learnt all the same.
fn advise(models: &Path) -> anyhow::Result<()> {
    let entries = std::fs::read_dir(models).into_iter().flatten().flatten();
    let mut learnt: Vec<String> = entries
        .filter_map(|entry| entry.file_name().into_string().ok())
        .filter(|name| is_learnt(name))
        .collect();
    learnt.sort();
    let said = if learnt.is_empty() {
        "no model in the models folder was learnt by schedule".to_owned()
    } else {
        format!("these models may have learnt from the corrections: {}", learnt.join(", "))
    };
    output::line(&format!(
        "{said}; so may one that you trained with --corrections. They hold no text. Train anew without them \
         (`langhals train --corrections`, or wait for the schedule), promote that, and delete the older ones"
    ))?;
    Ok(())
}
