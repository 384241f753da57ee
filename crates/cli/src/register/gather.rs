//! From the running system to facts: configuration, model with manifest, exam and card, threshold, state, tokens.

use std::collections::BTreeMap;

use anyhow::Context as _;
use daemon::{Desk, Every, Fallback, WriteMode};
use domain::{Class, Flag, Label, Priority};
use jiff::Timestamp;
use mailbox::Credential;
use model::{Exam, Manifest, ShortScores, Wish, threshold_for};
use store::{Keeping, Models, Promoted, Replay, Scope, Switch as ModelSwitch, Tokens, is_learnt};
use triage::{PeriodRule, Switch};

use super::card;
use super::energy::Energy;
use super::facts::{
    CardFigures, Expected, Facts, LearningFacts, ModelFacts, Operation, PageFacts, Quality, Retention,
    Scores, ThresholdFacts, TokenFacts, Way,
};
use super::observed;
use super::share::Share;
use crate::config::{Config, Learning};
use crate::learn::CARD;
use crate::models::{self, Wished};
use crate::output;

/// The corpus that the standard model was learnt from: the project's own, of which it is known that all of it is invented.
const PROJECTS_CORPUS: &str = "1eb8e8fc55c433f197618754b000c6ac04e241e64ca5084a5e3dd12908cd3831";

/// Everything that the texts are made of.
///
/// # Errors
/// Where the state or the tokens cannot be read: then nothing may be claimed of them.
pub fn facts(
    config: &Config,
    desk: &Desk,
    promoted: &Promoted,
    energy: Energy,
    now: Timestamp,
) -> anyhow::Result<Facts> {
    let manifest = desk.model.manifest();
    let wished = models::wish(config);
    if let Some(unreadable) = &wished.unreadable {
        output::complain(unreadable);
    }
    let replay = Replay::read(&config.state)?;
    if replay.broken > 0 {
        output::complain(&format!("{} damaged lines in the decision log were passed over", replay.broken));
    }
    Ok(Facts {
        generated: now,
        version: env!("CARGO_PKG_VERSION"),
        authority: config.authority.clone(),
        operation: operation(config)?,
        model: model(config, desk, promoted),
        threshold: threshold(manifest, &wished),
        observed: observed::of(&replay, now),
        retention: retention(config.keeping),
        energy,
    })
}

fn operation(config: &Config) -> anyhow::Result<Operation> {
    let mut write_back: Vec<Way> = config.posts.iter().map(|post| way(post.write)).collect();
    write_back.sort();
    write_back.dedup();
    let raised = |flag: &Flag| config.flags.switches.of(*flag) == Switch::On;
    let suggested = |rule: &PeriodRule| config.periods.of(*rule).is_some();
    Ok(Operation {
        land: config.land.code(),
        mailboxes: config.posts.len(),
        folders: config.posts.iter().map(|post| post.folders.len()).sum(),
        traces: config.watch.traces.is_some(),
        mailboxes_with_oauth: config
            .posts
            .iter()
            .filter(|post| matches!(post.account.credential, Credential::OAuth(_)))
            .count(),
        write_back,
        tag_prefix: config.prefix.as_str().to_owned(),
        max_age_hours: config.max_age.0.map(|age| age.as_hours()),
        flags: Flag::ALL.into_iter().filter(raised).map(Flag::name).collect(),
        periods: PeriodRule::ALL.into_iter().filter(suggested).map(PeriodRule::name).collect(),
        challengers: config.challengers.clone(),
        learning: config.learning.as_ref().map(learning),
        page: page(config),
        tokens: tokens(config).context("cannot say which programs have access")?,
    })
}

fn way(write: WriteMode) -> Way {
    match write {
        WriteMode::Auto(Fallback::None) => Way::KeywordsElseQueue,
        WriteMode::Auto(Fallback::Folders) => Way::KeywordsElseFolders,
        WriteMode::Auto(Fallback::Flagged) => Way::KeywordsElseFlagged,
        WriteMode::Keywords => Way::Keywords,
        WriteMode::Folders => Way::Folders,
        WriteMode::Flagged => Way::Flagged,
        WriteMode::None => Way::Queue,
    }
}

fn learning(learning: &Learning) -> LearningFacts {
    let every = |every: Every| match every {
        Every::Day => "daily",
        Every::Week => "weekly",
    };
    LearningFacts {
        every: learning.timetable.as_ref().map(|timetable| every(timetable.every)),
        at: learning.timetable.as_ref().map(|timetable| timetable.at.strftime("%H:%M").to_string()),
        least_corrections: learning.least_corrections,
        keep: learning.keep,
    }
}

fn page(config: &Config) -> Option<PageFacts> {
    let entrance = &config.page.entrance;
    config.page.listen.map(|_| PageFacts {
        local_accounts: entrance.accounts.is_some(),
        identity_provider: entrance.oidc.is_some(),
        session_hours: entrance.session.as_hours(),
    })
}

fn tokens(config: &Config) -> anyhow::Result<TokenFacts> {
    let tokens = Tokens::of(&config.state).all()?;
    let with = |scope: Scope| tokens.iter().filter(|token| token.scopes.contains(&scope)).count();
    Ok(TokenFacts { all: tokens.len(), with_content: with(Scope::Content), with_write: with(Scope::Write) })
}

fn model(config: &Config, desk: &Desk, promoted: &Promoted) -> ModelFacts {
    let manifest = desk.model.manifest();
    let id = &desk.model.id().0;
    let since = since(promoted, id);
    ModelFacts {
        id: id.clone(),
        in_use_since: since.map(|switch| switch.at),
        forced: since.is_some_and(|switch| switch.forced),
        learnt_here: is_learnt(id),
        ready: desk.shadow.is_none(),
        learner: domain::harmless(&manifest.learner, 80),
        features: manifest.features,
        fewest_mails: manifest.params.fewest_mails,
        weights_sha256: manifest.weights_sha256.clone(),
        corpus_sha256: manifest.corpus.sha256.clone(),
        corpus_is_the_projects: manifest.corpus.sha256 == PROJECTS_CORPUS,
        corrected_mails: extra(config, id, Exam::FILE).and_then(|exam| corrected(manifest, &exam)),
        mails: manifest.corpus.records,
        authors: manifest.corpus.groups,
        classes: manifest.corpus.class.clone(),
        priorities: manifest.corpus.priority.clone(),
        quality: quality(manifest),
        card: card_of(config, id),
    }
}

/// How it came into use last; another threshold is none.
fn since<'p>(promoted: &'p Promoted, id: &str) -> Option<&'p ModelSwitch> {
    let here = |switch: &&ModelSwitch| switch.to == id && switch.from.as_deref() != Some(id);
    promoted.history.iter().rev().find(here)
}

/// Mails that people corrected are learnt from and sit no exam.
fn corrected(manifest: &Manifest, exam: &[u8]) -> Option<usize> {
    let exam = Exam::read(manifest, exam).ok()?;
    Some(manifest.corpus.records.saturating_sub(exam.len()))
}

fn card_of(config: &Config, id: &str) -> CardFigures {
    let card = extra(config, id, CARD);
    card.map_or_else(CardFigures::default, |card| card::figures(&String::from_utf8_lossy(&card)))
}

/// A file beside the model; `[model] dir` may also be the folder of a single one.
fn extra(config: &Config, id: &str, name: &str) -> Option<Vec<u8>> {
    let dir = &config.models;
    let folder = if dir.join("manifest.json").is_file() {
        dir.clone()
    } else {
        Models::open(dir).and_then(|models| models.folder(id)).ok()?
    };
    Models::read_extra(&folder, name).ok()?
}

fn quality(manifest: &Manifest) -> Quality {
    let (figures, corpus) = (&manifest.out_of_fold, &manifest.corpus);
    // How many mails of a label were judged is known only where all that were learnt were.
    let all = figures.records == corpus.records;
    let counts = |counts: &BTreeMap<String, usize>| if all { counts.clone() } else { BTreeMap::new() };
    Quality {
        mails: figures.records,
        class: scores::<Class>(&figures.class, figures.records, &counts(&corpus.class)),
        priority: scores::<Priority>(&figures.priority, figures.records, &counts(&corpus.priority)),
    }
}

fn scores<L: Label>(scores: &ShortScores, mails: usize, counts: &BTreeMap<String, usize>) -> Scores {
    let recall = |label: L| {
        let share = Share::new(*scores.recall.get(label.name())?, *counts.get(label.name())?)?;
        Some((label.name().to_owned(), share))
    };
    Scores {
        macro_f1: scores.macro_f1,
        right: Share::new(scores.accuracy, mails),
        calibration_error: scores.ece,
        recall: L::ALL.into_iter().filter_map(recall).collect(),
    }
}

fn threshold(manifest: &Manifest, wished: &Wished) -> ThresholdFacts {
    let threshold = threshold_for(manifest, wished.wish);
    let expected = threshold.expected.map(|point| Expected {
        sorted: point.coverage,
        wrong: point.error,
        wrong_at_most: point.bound,
    });
    ThresholdFacts {
        most_wrong: match wished.wish {
            Wish::MostWrong(share) => Some(share),
            Wish::Confidence(_) => None,
        },
        chosen_on_page: wished.chosen.map(|chosen| chosen.at),
        confidence: Some(threshold.confidence).filter(|confidence| confidence.is_finite()),
        expected,
    }
}

fn retention(keeping: Keeping) -> Retention {
    Retention {
        log_days: Some(keeping.days),
        corrections_days: Some(keeping.corrections),
        departed_days: daemon::REMEMBERED.as_hours() / 24,
        threads_days: daemon::THREADS_REMEMBERED.as_hours() / 24,
        letterheads_minutes: daemon::LETTERHEADS_STAY.as_secs() / 60,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_standard_models_corpus_is_the_projects() {
        let manifest: Manifest =
            serde_json::from_str(include_str!("../../../../models/standard-1/manifest.json")).unwrap();
        assert_eq!(manifest.corpus.sha256, PROJECTS_CORPUS, "another corpus: is all of it invented, too?");
        let exam = include_bytes!("../../../../models/standard-1/exam.json");
        assert_eq!(corrected(&manifest, exam), Some(0));
        let quality = quality(&manifest);
        assert_eq!(quality.class.recall.len(), 3);
        assert!(quality.class.right.is_some_and(|right| right.low < right.share && right.share < right.high));
    }

    #[test]
    fn a_model_is_in_use_since_it_took_anothers_place() {
        use store::SwitchedBy::{Promote, Rollback, Threshold};
        let switch =
            |at: &str, by, from: &str, to: &str| ModelSwitch::new(at.parse().unwrap(), by, Some(from), to);
        let history = vec![
            switch("2026-01-01T00:00:00Z", Promote, "a", "b"),
            switch("2026-02-01T00:00:00Z", Rollback, "b", "a"),
            switch("2026-03-01T00:00:00Z", Threshold, "a", "a"),
        ];
        let promoted = Promoted { id: Some("a".into()), history };
        let at = |id: &str| since(&promoted, id).map(|switch| switch.at.to_string());
        assert_eq!(at("a").as_deref(), Some("2026-02-01T00:00:00Z"));
        assert_eq!(at("c"), None);
    }
}
