//! Ways of stating a day, in sentences that set a deadline and in sentences that set none: so that a notation which is rare
//! in the corpus, or a language that is, counts by the sentence around it and not by its rarity.
//!
//! The phrases are those of `crates/triage/tests/phrases.tsv`; the sentences are other than those that test them.

use std::fs;

use anyhow::{Context as _, Result};
use domain::{Class, Distribution, Message, ModelId, Priority, Verdict};
use jiff::Timestamp;
use jiff::civil::DateTime;
use langhals_tests::corpus::repo_root;

use crate::fit::Dated;

/// What one of these sentences weighs, against a mail of the corpus.
const WEIGHT: f64 = 0.3;

/// Every phrase in every sentence of its language.
pub fn read() -> Result<Vec<Dated>> {
    let phrases = fs::read_to_string(repo_root().join("crates/triage/tests/phrases.tsv"))?;
    let mut dated = Vec::new();
    for line in phrases.lines() {
        let [language, received, day, phrase] = line
            .split('\t')
            .collect::<Vec<_>>()
            .try_into()
            .ok()
            .context("phrases.tsv: four columns a line")?;
        for frame in include_str!("frames.tsv").lines().filter_map(|frame| frame.strip_prefix(language)) {
            let (sets, sentence) =
                frame.trim_start().split_once('\t').context("frames.tsv: three columns a line")?;
            let sets = sets == "+";
            if day == "null" {
                continue;
            }
            let message = Message { text: sentence.replace("{}", phrase), ..Message::default() };
            let candidates = triage::candidates(&message, &verdict(sets), moment(received)?);
            dated.push(Dated { deadline: sets.then(|| day.to_owned()), candidates, weight: WEIGHT });
        }
    }
    Ok(dated)
}

/// What a model would say of such a mail: who states no deadline asks for little.
fn verdict(sets: bool) -> Verdict {
    let (class, priority) =
        if sets { ([0.3, 0.6, 0.1], [0.15, 0.75, 0.1]) } else { ([0.1, 0.4, 0.5], [0.05, 0.55, 0.4]) };
    Verdict {
        class: Distribution::<Class>::from_weights(class),
        priority: Distribution::<Priority>::from_weights(priority),
        model: ModelId::default(),
    }
}

fn moment(received: &str) -> Result<Timestamp> {
    Ok(received.parse::<DateTime>()?.in_tz("Europe/Berlin")?.timestamp())
}
