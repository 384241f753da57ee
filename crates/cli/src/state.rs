//! `langhals state`: verify what is kept, carry it to another machine, rebuild its index.

use std::path::Path;
use std::process::ExitCode;

use daemon::clock;
use store::{Ledger, checkup};

use crate::arguments::{Arguments, StateAction, StateOptions};
use crate::{output, run};

/// Does what was asked with the state directory of the configuration.
pub fn state(arguments: &Arguments, options: &StateOptions) -> anyhow::Result<ExitCode> {
    let config = run::configuration(arguments)?;
    let dir = &config.state;
    match &options.action {
        StateAction::Check => check(dir),
        StateAction::Export { file } => export(dir, file),
        StateAction::Import { file } => import(dir, file),
        StateAction::Rebuild => rebuild(dir),
    }
}

fn check(dir: &Path) -> anyhow::Result<ExitCode> {
    if !dir.exists() {
        output::line(&format!("ok   state {}: not there yet, `langhals run` makes it", dir.display()))?;
        return Ok(ExitCode::SUCCESS);
    }
    let mut is_sound = true;
    for statement in checkup(dir, &std::env::temp_dir()) {
        is_sound &= statement.good;
        output::line(&format!("{} {}", if statement.good { "ok  " } else { "FAIL" }, statement.sentence))?;
    }
    Ok(if is_sound { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn export(dir: &Path, file: &Path) -> anyhow::Result<ExitCode> {
    let carried = store::export(dir, file, clock::system())?;
    output::line(&format!("{} lines of {} days written to {}", carried.lines, carried.days, file.display()))?;
    if carried.damaged > 0 {
        let damaged = carried.damaged;
        output::complain(&format!(
            "{damaged} damaged lines are not in it: what they said is looked up in the mailboxes"
        ));
    }
    let beside: Vec<String> =
        store::not_exported(dir).iter().map(|path| path.display().to_string()).collect();
    if !beside.is_empty() {
        output::line(&format!("not in it, as it is secret: copy {} beside it", beside.join(", ")))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn import(dir: &Path, file: &Path) -> anyhow::Result<ExitCode> {
    let carried = store::import(dir, file)?;
    let (lines, days) = (carried.lines, carried.days);
    output::line(&format!(
        "{lines} lines of {days} days are in {}; the next `run` goes on there",
        dir.display()
    ))?;
    Ok(ExitCode::SUCCESS)
}

fn rebuild(dir: &Path) -> anyhow::Result<ExitCode> {
    let rebuilt = Ledger::rebuild(dir, clock::system())?;
    let (lines, days) = (rebuilt.lines, rebuilt.days);
    output::line(&format!("{lines} lines of {days} days read from the decision log"))?;
    output::line(&format!(
        "the index knows {} messages in {} folders; {} wait",
        rebuilt.messages, rebuilt.folders, rebuilt.waiting
    ))?;
    output::line(
        "what the log lacks is looked up in the mailboxes at the next `run`; what carries its tags keeps them",
    )?;
    if let Some(aside) = &rebuilt.aside {
        output::line(&format!("the index before lies in {}; delete it when all is well", aside.display()))?;
    }
    Ok(ExitCode::SUCCESS)
}
