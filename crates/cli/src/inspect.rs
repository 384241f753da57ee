//! Commands that look and change nothing: `check`, `preview`, `explain`.

use std::process::ExitCode;
use std::sync::Arc;

use daemon::{InUse, Judged, Past, Post, Remembered, WriteBack, clock};
use domain::{Folder, History, Label as _, Tag, Uid, harmless};
use model::{Threshold, Wish, threshold_for};
use serde::Serialize;
use store::Replay;
use tokio::runtime::Runtime;

use crate::arguments::{Arguments, ExplainOptions, Format, PreviewOptions};
use crate::config::Config;
use crate::output::{self, Usage};
use crate::verdict_json::{Thread, Verdict, berlin, titles};
use crate::{corpus, models, run};

/// Says of everything that `run` needs whether it is there, and what would happen.
pub fn check(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let config = run::configuration(arguments)?;
    let mut sound = true;
    let mut said = |good: bool, line: String| {
        sound &= good;
        output::line(&format!("{} {line}", if good { "ok  " } else { "FAIL" }))
    };
    said(true, format!("configuration: {} mailboxes, Land {}", config.posts.len(), config.land.code()))?;
    for (good, line) in model_lines(&config) {
        said(good, line)?;
    }
    let (good, line) = state(&config);
    said(good, line)?;
    if let Some(line) = watch_line(&config) {
        said(true, line)?;
    }
    if let Some(learning) = &config.learning {
        let how = if learning.timetable.is_some() { "by schedule" } else { "by order on the page" };
        match corpus::read(&learning.corpus) {
            Ok(examples) => {
                said(true, format!("learning {how}: beside a corpus of {} mails", examples.len()))?;
            }
            Err(error) => said(false, format!("learning {how}: {error:#}"))?,
        }
    }
    let runtime = Runtime::new()?;
    for post in &config.posts {
        for (good, line) in runtime.block_on(mailbox_lines(post, &config)) {
            said(good, line)?;
        }
    }
    Ok(if sound { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// From where on a class is a tag, and what is to be expected of that.
/// `by` says who wished it.
fn threshold_line(wish: Wish, threshold: &Threshold, by: &str) -> (bool, String) {
    let expected = threshold.expected.as_ref().map(|point| {
        let [sorted, wrong, bound] = [point.coverage, point.error, point.bound].map(percent);
        format!("on unseen authors it sorted {sorted} of the mails, {wrong} of those wrong (at most {bound}, 95 % sure)")
    });
    let confidence = (threshold.confidence * 1000.0).round() / 1000.0;
    match (wish, expected) {
        (Wish::Confidence(_), Some(expected)) => (true, format!("threshold {confidence}{by}: {expected}")),
        (Wish::Confidence(_), None) => (
            true,
            format!(
                "threshold {confidence}{by}: the model does not say what to expect; train it anew to know"
            ),
        ),
        (Wish::MostWrong(most), Some(expected)) => {
            (true, format!("threshold {confidence} for at most {} wrong{by}: {expected}", percent(most)))
        }
        (Wish::MostWrong(most), None) => {
            let text = format!(
                "threshold: the model cannot promise at most {} wrong{by}, so every mail is left to people; raise [triage] most_wrong, set confidence instead, or train the model anew",
                percent(most)
            );
            (false, text)
        }
    }
}

fn percent(share: f64) -> String {
    format!("{:.1} %", share * 100.0)
}

/// The model in use, what is wrong with the promoted one, and whether tags are written.
fn model_lines(config: &Config) -> Vec<(bool, String)> {
    let InUse { model, instead, .. } = match models::in_use(models::shelf(config)) {
        Ok(in_use) => in_use,
        Err(error) => return vec![(false, format!("model: {error:#}"))],
    };
    let manifest = model.manifest();
    let (records, f1) = (manifest.corpus.records, manifest.out_of_fold.class.macro_f1);
    let id = model.id().clone();
    let mut lines =
        vec![(true, format!("model {id}: learnt from {records} mails, macro-F1 {f1:.3} on unseen authors"))];
    lines.extend(instead.map(|instead| (false, format!("model: {instead}"))));
    let (challengers, wrong) = daemon::challengers(models::shelf(config), &config.challengers, &model);
    let challenger =
        |model: &model::Model| (true, format!("model {}: judges beside it as a challenger", model.id()));
    lines.extend(challengers.iter().map(challenger));
    lines.extend(wrong.into_iter().map(|sentence| (false, format!("model: {sentence}"))));
    let wished = models::wish(config);
    let by = if wished.chosen.is_some() { " (chosen on the page)" } else { "" };
    lines.push(threshold_line(wished.wish, &threshold_for(manifest, wished.wish), by));
    lines.extend(wished.unreadable.map(|sentence| (false, sentence)));
    if let Some(why) = run::desk(config, model).shadow {
        lines.push((true, format!("model {id}: warning: runs in shadow and writes no tags: {why}")));
    }
    lines
}

fn state(config: &Config) -> (bool, String) {
    let dir = config.state.display();
    if !config.state.exists() {
        return (true, format!("state {dir}: not there yet, `langhals run` makes it"));
    }
    match Replay::read(&config.state) {
        Ok(replay) if replay.broken > 0 => {
            let broken = replay.broken;
            (
                true,
                format!(
                    "state {dir}: {} messages wait; {broken} damaged lines in the log are passed over",
                    replay.waiting()
                ),
            )
        }
        Ok(replay) => (true, format!("state {dir}: {} messages wait", replay.waiting())),
        Err(error) => (false, format!("state: {error}")),
    }
}

/// Where machines may ask; they need no sign-in.
fn watch_line(config: &Config) -> Option<String> {
    let address = config.watch.listen?;
    let line = format!("metrics: http://{address}/metrics, without sign-in and without anything personal");
    let warning = "warning: other machines reach it; let a firewall admit those only that should (names of mailboxes and \
                   figures are on it)";
    Some(if address.ip().is_loopback() { line } else { format!("{line}; {warning}") })
}

async fn mailbox_lines(post: &Post, config: &Config) -> Vec<(bool, String)> {
    let name = &post.account.name;
    let (server, folders) = match daemon::check(post, &config.prefix).await {
        Ok(checked) => checked,
        Err(error) => return vec![(false, format!("{name}: {error}"))],
    };
    let useful = ["IDLE", "CONDSTORE", "QRESYNC", "NOTIFY", "MOVE", "UIDPLUS"];
    let offered: Vec<&str> = useful.into_iter().filter(|capability| server.offers(capability)).collect();
    let called = server.name.as_deref().unwrap_or("unnamed server");
    let mut lines = vec![(true, format!("{name}: signed in to {called}; it offers {}", offered.join(" ")))];
    for folder in folders {
        lines.push(match folder.result {
            Ok((messages, write)) => {
                write_line(&format!("{name}/{}: {messages} messages", folder.folder), write)
            }
            Err(error) => (false, format!("{name}/{}: {error}", folder.folder)),
        });
    }
    lines
}

fn write_line(folder: &str, write: WriteBack) -> (bool, String) {
    match write {
        WriteBack::Keywords => {
            (true, format!("{folder}; suggestions are written as keywords; the server says that they stick"))
        }
        WriteBack::QueueOnly => {
            (true, format!("{folder}; suggestions show in the queue only, as configured"))
        }
        WriteBack::Folders(why) => (true, instead(folder, "moving into the folders of the classes", why)),
        WriteBack::Flagged(why) => (true, instead(folder, "\\Flagged for high priority", why)),
        WriteBack::Fallback(why) => (true, format!("{folder}; warning: {why}")),
        WriteBack::Impossible(why) => (false, format!("{folder}; {why}")),
    }
}

fn instead(folder: &str, how: &str, why: Option<String>) -> String {
    match why {
        None => format!("{folder}; suggestions are written by {how}, as configured"),
        Some(why) => {
            format!("{folder}; warning: {why}; until then suggestions are written by {how}, as configured")
        }
    }
}

#[derive(Serialize)]
struct Previewed<'p> {
    mailbox: &'p str,
    folder: &'p str,
    uid: u32,
    thread: Thread,
    #[serde(flatten)]
    verdict: Verdict,
}

/// Shows what `run` would tag.
pub fn preview(arguments: &Arguments, options: &PreviewOptions) -> anyhow::Result<ExitCode> {
    let config = run::configuration(arguments)?;
    let desk = Arc::new(run::desk(&config, models::load(models::shelf(&config))?));
    if let Some(why) = &desk.shadow {
        output::complain(&format!("the model runs in shadow: `run` writes none of these tags, as {why}"));
    }
    let replay = Arc::new(Replay::read(&config.state)?);
    let runtime = Runtime::new()?;
    let mut table = output::table(&["mailbox", "uid", "from", "subject", "tags", "sure", "deadline"]);
    for post in chosen(&config, options.mailbox.as_deref())? {
        let mut past = Past::new(Remembered::Log(Arc::clone(&replay)), &post.account.name);
        for name in &post.folders {
            let folder = Folder { mailbox: post.account.name.clone(), name: name.clone() };
            let decided = |validity| replay.decided(&folder, validity);
            let looked = daemon::preview(&desk, post, &folder, &decided, past, options.limit, clock::system);
            let (found, so_far) = runtime.block_on(looked)?;
            past = so_far;
            for (uid, judged) in found {
                if options.format == Format::Json {
                    let verdict = Verdict::new(&judged, &desk.reasons(&judged), &desk.prefix);
                    let thread = Thread::from(judged.history);
                    let line =
                        Previewed { mailbox: &folder.mailbox, folder: name, uid: uid.0, thread, verdict };
                    output::line(&serde_json::to_string(&line)?)?;
                } else {
                    table.add_row(preview_row(&folder, uid, &judged));
                }
            }
        }
    }
    if options.format == Format::Text {
        output::line(&table.to_string())?;
    }
    Ok(ExitCode::SUCCESS)
}

fn preview_row(folder: &Folder, uid: Uid, judged: &Judged) -> Vec<String> {
    let decision = &judged.decision;
    let deadline = decision.facts.deadline.as_ref().map(|deadline| deadline.date.to_string());
    vec![
        folder.to_string(),
        uid.to_string(),
        harmless(&sender(judged), 24),
        harmless(&judged.message.subject, 48),
        titles(&decision.tags),
        format!("{:.0} %", decision.class.confidence() * 100.0),
        deadline.unwrap_or_default(),
    ]
}

fn sender(judged: &Judged) -> String {
    let from = judged.message.from.as_ref();
    from.map(|from| if from.name.is_empty() { from.email.clone() } else { from.name.clone() })
        .unwrap_or_default()
}

#[derive(Serialize)]
struct Explained<'e> {
    mailbox: &'e str,
    folder: &'e str,
    uid: u32,
    /// The tags that the message carries now.
    present: Vec<String>,
    thread: Thread,
    #[serde(flatten)]
    verdict: Verdict,
}

/// Says why a message is judged as it is: read from the mailbox anew, kept nowhere.
pub fn explain(arguments: &Arguments, options: &ExplainOptions) -> anyhow::Result<ExitCode> {
    let config = run::configuration(arguments)?;
    let post = chosen(&config, Some(&options.mailbox))?.remove(0);
    let name = options.folder.clone().unwrap_or_else(|| post.folders[0].clone());
    let folder = Folder { mailbox: post.account.name.clone(), name };
    let desk = Arc::new(run::desk(&config, models::load(models::shelf(&config))?));
    let replay = Arc::new(Replay::read(&config.state)?);
    let past = Past::new(Remembered::Log(replay), &post.account.name);
    let looked = daemon::explain(&desk, post, &folder, Uid(options.uid), past, clock::system);
    let (judged, present) = Runtime::new()?.block_on(looked)?;
    let reasons = desk.reasons(&judged);
    if options.format == Format::Json {
        let explained = Explained {
            mailbox: &folder.mailbox,
            folder: &folder.name,
            uid: options.uid,
            present: present.iter().map(|tag| desk.prefix.keyword(*tag)).collect(),
            thread: Thread::from(judged.history),
            verdict: Verdict::new(&judged, &reasons, &desk.prefix),
        };
        output::line(&serde_json::to_string(&explained)?)?;
        return Ok(ExitCode::SUCCESS);
    }
    explain_text(&judged, &present, &reasons)?;
    Ok(ExitCode::SUCCESS)
}

fn explain_text(judged: &Judged, present: &[Tag], reasons: &[domain::Reason]) -> std::io::Result<()> {
    let decision = &judged.decision;
    let percent = |probability: f64| format!("{:.0} %", probability * 100.0);
    let day = judged.received.to_zoned(berlin()).strftime("%d.%m.%Y %H:%M").to_string();
    output::line(&format!("From      {}", harmless(&sender(judged), 100)))?;
    output::line(&format!("Subject   {}", harmless(&judged.message.subject, 200)))?;
    output::line(&format!("Received  {day}"))?;
    output::line(&format!(
        "Tags      {}",
        if present.is_empty() { "none yet".to_owned() } else { titles(present) }
    ))?;
    output::line(&format!("Suggested {}", titles(&decision.tags)))?;
    let class = decision.class.best();
    let unsure = if decision.unsure { ", below the threshold: a person decides" } else { "" };
    output::line(&format!(
        "Class     {} ({}{unsure})",
        Tag::of_class(class).title(),
        percent(decision.class.confidence())
    ))?;
    let priority = decision.priority.best();
    output::line(&format!("Priority  {} ({})", priority.name(), percent(decision.priority.confidence())))?;
    if let Some(deadline) = &decision.facts.deadline {
        output::line(&format!("Deadline  {} ({})", deadline.date.strftime("%d.%m.%Y"), deadline.rule))?;
    }
    if !decision.facts.references.is_empty() {
        output::line(&format!("Refs      {}", harmless(&decision.facts.references.join(", "), 200)))?;
    }
    if let Some(thread) = thread(judged.history) {
        output::line(&format!("Thread    {thread}"))?;
    }
    output::line(&format!("Model     {}", decision.model))?;
    output::line("Why")?;
    for reason in reasons {
        output::line(&format!(
            "  {:+6.2}  {:<9} {}",
            reason.weight,
            reason.subject.name(),
            harmless(&reason.text, 160)
        ))?;
    }
    Ok(())
}

/// What came before in the thread; nothing where nothing did.
fn thread(history: History) -> Option<String> {
    let earlier = (history.earlier > 0).then(|| format!("{} earlier here", history.earlier));
    let applied = history.applied.then(|| "an application among them".to_owned());
    let repeated = history.repeated.then(|| "the same text came before".to_owned());
    let said: Vec<String> = [earlier, applied, repeated].into_iter().flatten().collect();
    (!said.is_empty()).then(|| said.join(", "))
}

/// The mailboxes that a command is about.
///
/// # Errors
/// [`Usage`] where the name is none of them.
pub fn chosen<'c>(config: &'c Config, name: Option<&str>) -> anyhow::Result<Vec<&'c Post>> {
    let posts: Vec<&Post> =
        config.posts.iter().filter(|post| name.is_none_or(|name| post.account.name == name)).collect();
    if posts.is_empty() {
        let names: Vec<&str> = config.posts.iter().map(|post| post.account.name.as_str()).collect();
        let wanted = name.unwrap_or_default();
        let text =
            format!("there is no mailbox \"{wanted}\" in the configuration; there are: {}", names.join(", "));
        return Err(Usage(text).into());
    }
    Ok(posts)
}
