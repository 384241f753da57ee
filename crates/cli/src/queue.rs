//! `langhals queue`: what waits, most urgent first, as the decision log tells it. Also beside a running daemon.

use std::process::ExitCode;

use daemon::clock;
use domain::{Label as _, waits_since};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;
use store::{Replay, Row, Stage};

use crate::arguments::{Arguments, QueueOptions, TableFormat};
use crate::inspect::chosen;
use crate::output;
use crate::run;
use crate::verdict_json::{rfc3339, titles};

#[derive(Serialize)]
struct Waiting<'r> {
    mailbox: &'r str,
    folder: &'r str,
    uid: u32,
    class: &'static str,
    confidence: f64,
    unsure: bool,
    priority: &'static str,
    deadline: Option<Date>,
    arrived: String,
    tags: String,
    flags: String,
    state: &'static str,
    set_aside: Option<&'r str>,
    model: &'r str,
    /// Why it is urgent although it was not judged so.
    aged: Option<String>,
}

/// Prints the queue.
pub fn queue(arguments: &Arguments, options: &QueueOptions) -> anyhow::Result<ExitCode> {
    let config = run::configuration(arguments)?;
    if let Some(name) = &options.mailbox {
        chosen(&config, Some(name))?;
    }
    let replay = Replay::read(&config.state)?;
    if replay.broken > 0 {
        output::complain(&format!("{} damaged lines in the decision log were passed over", replay.broken));
    }
    let now = clock::system();
    let mut rows = replay.queue(now, config.max_age);
    rows.retain(|row| options.mailbox.as_ref().is_none_or(|name| row.folder.mailbox == *name));
    match options.format {
        TableFormat::Text => text(&rows, now)?,
        TableFormat::Json => {
            for row in &rows {
                output::line(&serde_json::to_string(&waiting(row, now))?)?;
            }
        }
        TableFormat::Csv => csv(&rows, now)?,
    }
    Ok(ExitCode::SUCCESS)
}

fn text(rows: &[Row], now: Timestamp) -> anyhow::Result<()> {
    if rows.is_empty() {
        output::line("Nothing waits.")?;
        return Ok(());
    }
    let mut table =
        output::table(&["priority", "deadline", "arrived", "tags", "sure", "mailbox", "uid", "state"]);
    for row in rows {
        let waiting = waiting(row, now);
        let minute = waiting.arrived.get(..16).unwrap_or_default().replace('T', " ");
        table.add_row([
            waiting.aged.map_or_else(
                || waiting.priority.to_owned(),
                |since| format!("{} ({since})", waiting.priority),
            ),
            waiting.deadline.map(|date| date.to_string()).unwrap_or_default(),
            minute,
            titles(&row.entry.suggestion.tags()),
            format!("{:.0} %", waiting.confidence * 100.0),
            row.folder.to_string(),
            row.uid.to_string(),
            waiting.set_aside.map_or(waiting.state, |_| "set aside").to_owned(),
        ]);
    }
    output::line(&table.to_string())?;
    output::line(&format!("{} wait", rows.len()))?;
    Ok(())
}

fn csv(rows: &[Row], now: Timestamp) -> anyhow::Result<()> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    for row in rows {
        writer.serialize(waiting(row, now))?;
    }
    output::print(&String::from_utf8(writer.into_inner()?)?)?;
    Ok(())
}

fn waiting(row: &Row, now: Timestamp) -> Waiting<'_> {
    let suggestion = &row.entry.suggestion;
    let class = suggestion.class();
    Waiting {
        mailbox: &row.folder.mailbox,
        folder: &row.folder.name,
        uid: row.uid.0,
        class: row.entry.chosen_class().unwrap_or(class.best()).name(),
        confidence: class.confidence(),
        unsure: suggestion.unsure && !row.entry.person,
        priority: row.priority().name(),
        deadline: suggestion.deadline,
        arrived: rfc3339(row.entry.arrived),
        tags: suggestion.tags.join(" "),
        flags: suggestion.flags.join(" "),
        state: state(row),
        set_aside: row.entry.set_aside.as_deref(),
        model: &suggestion.model,
        aged: row.aged.then(|| waits_since(row.entry.arrived, now)),
    }
}

fn state(row: &Row) -> &'static str {
    use store::Outcome::{Applied, Flagged, Gone, Moved, NotKept, Person, QueueOnly};
    match row.entry.stage {
        _ if row.entry.person => "a person's tag",
        Stage::Intended { .. } => "being tagged",
        Stage::Seen => "came tagged",
        Stage::Settled(Applied) => "tagged",
        Stage::Settled(QueueOnly) => "queue only",
        Stage::Settled(Person) => "a person's tag",
        Stage::Settled(Gone) => "gone",
        Stage::Settled(NotKept) => "tag not kept",
        Stage::Settled(Moved) => "in its folder",
        Stage::Settled(Flagged) => "flagged",
    }
}
