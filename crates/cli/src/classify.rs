//! `langhals classify`: sorts mail files, without mailbox, state or configuration.

use std::path::PathBuf;
use std::process::ExitCode;

use daemon::{Desk, Judged, Mail, Outfit, Past, clock};
use domain::{Reason, TagPrefix, harmless};
use model::Wish;
use serde::Serialize;
use triage::{House, Land};

use crate::arguments::{Arguments, ClassifyOptions, Format};
use crate::letters::{self, Letter};
use crate::output;
use crate::verdict_json::{Verdict, flag_titles, titles};
use crate::{models, progress, run};

#[derive(Serialize)]
struct Line<'l> {
    path: &'l str,
    index: usize,
    #[serde(flatten)]
    verdict: Verdict,
}

/// Judges every mail that the paths name; a file that cannot be read is said and passed over.
pub fn classify(arguments: &Arguments, options: &ClassifyOptions) -> anyhow::Result<ExitCode> {
    let desk = desk(arguments, options.model.as_ref())?;
    let files = letters::files(&options.paths)?;
    let bar = progress::bar(files.len() as u64, "sorting");
    let mut table = output::table(&["mail", "from", "subject", "tags", "sure", "deadline", "flags", "why"]);
    let (mut unread, mut past) = (0, Past::of_files());
    for file in files {
        let read = letters::read(&file, clock::system(), &mut |letter| {
            let judged = judged(&desk, &mut past, &letter);
            let reasons = desk.reasons(&judged);
            match options.format {
                Format::Json => json_line(&letter, &judged, &reasons, &desk.prefix)?,
                Format::Text => drop(table.add_row(row(&letter, &judged, &reasons))),
            }
            Ok(())
        });
        if let Err(error) = read {
            if output::is_closed_pipe(&error) {
                return Err(error);
            }
            output::complain(&format!("{error:#}"));
            unread += 1;
        }
        bar.inc(1);
    }
    bar.finish_and_clear();
    if options.format == Format::Text {
        output::line(&table.to_string())?;
    }
    Ok(if unread == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The desk without a daemon: the configuration's if there is one, else the defaults.
fn desk(arguments: &Arguments, model: Option<&PathBuf>) -> anyhow::Result<Desk> {
    let config = run::optional_configuration(arguments)?;
    let folder = model.cloned().or_else(|| config.as_ref().map(|config| config.models.clone()));
    let model = models::load(&folder.unwrap_or_else(models::usual_folder))?;
    let usual =
        || Outfit { house: House::new(Land::NW), wish: Wish::default(), prefix: TagPrefix::default() };
    Ok(Desk::new(model, &config.as_ref().map_or_else(usual, run::outfit)))
}

/// A mail of a file, after those that were read before it.
fn judged(desk: &Desk, past: &mut Past, letter: &Letter) -> Judged {
    let place = format!("{} {}", letter.path, letter.index);
    let (bytes, time) = (&letter.bytes, letter.time);
    let mail = Mail { bytes, partial: false, arrived: time, fingerprint: &place, now: time };
    past.judge(desk, &mail)
}

fn json_line(letter: &Letter, judged: &Judged, reasons: &[Reason], prefix: &TagPrefix) -> anyhow::Result<()> {
    let verdict = Verdict::new(judged, reasons, prefix);
    let line = Line { path: &letter.path, index: letter.index, verdict };
    Ok(output::line(&serde_json::to_string(&line)?)?)
}

fn row(letter: &Letter, judged: &Judged, reasons: &[Reason]) -> Vec<String> {
    let decision = &judged.decision;
    let mail =
        if letter.index == 0 { letter.path.clone() } else { format!("{} #{}", letter.path, letter.index) };
    let from =
        judged.message.from.as_ref().map(|from| if from.name.is_empty() { &from.email } else { &from.name });
    vec![
        mail,
        harmless(from.map_or("", String::as_str), 24),
        harmless(&judged.message.subject, 48),
        titles(&decision.tags),
        format!("{:.0} %", decision.class.confidence() * 100.0),
        decision.facts.deadline.as_ref().map(|deadline| deadline.date.to_string()).unwrap_or_default(),
        flag_titles(&decision.facts.flags),
        harmless(reasons.first().map_or("", |reason| &reason.text), 60),
    ]
}
