//! `langhals train`: a model from a labelled corpus, and from what people corrected if that is wanted.

use std::collections::BTreeSet;
use std::process::ExitCode;

use anyhow::Context as _;
use daemon::{Schoolbook, Turn, schoolbook};
use model::{Example, Progress, TrainParams};
use store::{Correction, Models, Replay};
use tokio::runtime::Runtime;

use crate::arguments::{Arguments, TrainOptions};
use crate::learn::card::{self, HeldOut, card};
use crate::learn::{lessons, report};
use crate::output;
use crate::{corpus, progress, run};

/// Trains a model, writes it, and prints how good it is on authors that it had not seen.
pub fn train(arguments: &Arguments, options: &TrainOptions) -> anyhow::Result<ExitCode> {
    if options.out.exists() {
        // Said before the work, not after it.
        return Err(store::ModelsError::Exists { path: options.out.clone() }.into());
    }
    let mut examples = corpus::read(&options.corpus)?;
    let mut params = TrainParams::default();
    params.seed = options.seed.unwrap_or(params.seed);
    if !options.teach_only.is_empty() {
        let mut teaching = corpus::read(&options.teach_only)?;
        let groups: BTreeSet<String> = teaching.iter().map(|example| example.group.clone()).collect();
        params.teach_only = groups.into_iter().collect();
        examples.append(&mut teaching);
    }
    if options.corrections {
        examples.append(&mut corrected(arguments)?);
    }
    let held_out = HeldOut::read(&options.held_out, &examples)?;
    let bar = progress::bar(0, "training");
    let trained = model::train(&examples, &params, &mut |Progress { step, done, total }| {
        bar.set_message(step);
        bar.set_length(total as u64);
        bar.set_position(done as u64);
    });
    bar.finish_and_clear();
    let mut trained = trained?;
    drop(examples);
    let card = card(&options.out, &trained, held_out.as_ref())?;
    let extras = [(card::FILE, card.as_bytes()), (model::Exam::FILE, trained.exam.as_slice())];
    Models::write(&options.out, &trained.artifact.manifest, &trained.artifact.weights, &extras)?;
    lessons::without_senders(&mut trained.out_of_fold);
    let heading = "each judged by a model that had not seen its author";
    output::print(&report::text::figures(heading, &trained.out_of_fold))?;
    output::line(&format!("written to {}", options.out.display()))?;
    Ok(ExitCode::SUCCESS)
}

/// Corrected mails, read anew from the mailboxes; also beside a running daemon.
fn corrected(arguments: &Arguments) -> anyhow::Result<Vec<Example>> {
    let config = run::configuration(arguments)?;
    let replay = Replay::read(&config.state)?;
    if replay.broken > 0 {
        output::complain(&format!("{} damaged lines in the decision log were passed over", replay.broken));
    }
    let corrections: Vec<Correction> = replay.corrections().into_iter().cloned().collect();
    drop(replay);
    let bar = progress::bar(corrections.len() as u64, "reading");
    let mut turn = |turn: Turn<'_>| match turn {
        Turn::Connecting(mailbox) => bar.set_message(format!("connecting to {mailbox}")),
        Turn::Reading { done, total } => {
            bar.set_message("reading corrected mails");
            bar.set_length(total as u64);
            bar.set_position(done as u64);
        }
    };
    let runtime = Runtime::new().context("cannot start: the system gives no threads")?;
    let book = runtime.block_on(schoolbook(&config.posts, &corrections, &mut turn));
    bar.finish_and_clear();
    for trouble in &book.troubles {
        output::complain(trouble);
    }
    output::line(&lessons::sentence(&book))?;
    let Schoolbook { examples, .. } = book;
    Ok(examples)
}
