//! The texts as they are printed, for a system about which everything is known and one about which nothing is.
//!
//! Kept in `tests/fixtures/register`; where a text differs, what it is now lies in the system's temporary directory.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use super::energy::{Energy, Method};
use super::facts::{
    CardFigures, Expected, LearningFacts, ModelFacts, Observed, Operation, PageFacts, Quality, Retention,
    Scores, ThresholdFacts, TokenFacts, Way,
};
use super::share::Share;
use super::*;
use crate::config::{Authority, Stage};

#[track_caller]
fn check(facts: &Facts, format: DocumentFormat, file: &str) {
    let text = written(facts, &gaps::gaps(&facts.authority), format).unwrap();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/register").join(file);
    if fs::read_to_string(&path).unwrap_or_default() != text {
        let made = std::env::temp_dir().join(file);
        fs::write(&made, &text).unwrap();
        panic!("{file} is another text now: look at {}", made.display());
    }
    if format == DocumentFormat::Md {
        well_formed(&text);
    }
}

/// Every row of a table has as many cells as its head, and nothing is left of a template.
#[track_caller]
fn well_formed(text: &str) {
    let mut width = None;
    for line in text.lines() {
        let cells = line.starts_with('|').then(|| line.matches('|').count());
        assert!(cells.is_none() || width.is_none() || cells == width, "{line}");
        width = cells;
        assert!(!line.contains("{{") && !line.contains("{%") && !line.ends_with(' '), "{line:?}");
    }
}

fn counts(counts: &[(&str, usize)]) -> BTreeMap<String, usize> {
    counts.iter().map(|(name, count)| ((*name).to_owned(), *count)).collect()
}

fn scores(right: f64, recall: &[(&str, f64, usize)]) -> Scores {
    let recall =
        recall.iter().map(|(name, share, of)| ((*name).to_owned(), Share::new(*share, *of).unwrap()));
    Scores {
        macro_f1: right - 0.01,
        right: Share::new(right, 13_131),
        calibration_error: 0.0092,
        recall: recall.collect(),
    }
}

fn model() -> ModelFacts {
    ModelFacts {
        id: "standard-1".to_owned(),
        in_use_since: None,
        forced: false,
        learnt_here: false,
        ready: true,
        learner: "linfa-logistic 0.8.1".to_owned(),
        features: 150_000,
        fewest_mails: 3,
        weights_sha256: "ab45".repeat(16),
        corpus_sha256: "1eb8".repeat(16),
        corpus_is_the_projects: true,
        corrected_mails: Some(0),
        mails: 13_131,
        authors: 33,
        classes: counts(&[("application", 4_371), ("inquiry", 4_041), ("other", 4_719)]),
        priorities: counts(&[("high", 2_721), ("normal", 7_311), ("low", 3_099)]),
        quality: Quality {
            mails: 13_131,
            class: scores(
                0.881,
                &[("application", 0.888, 4_371), ("inquiry", 0.878, 4_041), ("other", 0.877, 4_719)],
            ),
            priority: scores(
                0.815,
                &[("high", 0.698, 2_721), ("normal", 0.891, 7_311), ("low", 0.739, 3_099)],
            ),
        },
        card: CardFigures { held_out_class: Some((580, 0.925)), names_exchanged: Some((12_576, 0.0039)) },
    }
}

/// A configuration without `[authority]`, before the first mail.
fn nothing_said() -> Facts {
    Facts {
        generated: "2026-11-22T11:30:00Z".parse().unwrap(),
        version: "0.1.0",
        authority: Authority::default(),
        operation: Operation {
            land: "NW",
            mailboxes: 1,
            folders: 1,
            mailboxes_with_oauth: 0,
            traces: false,
            write_back: vec![Way::KeywordsElseQueue],
            tag_prefix: "triage-".to_owned(),
            max_age_hours: Some(14 * 24),
            flags: domain::Flag::ALL.map(domain::Flag::name).to_vec(),
            periods: triage::PeriodRule::ALL.map(triage::PeriodRule::name).to_vec(),
            challengers: Vec::new(),
            learning: None,
            page: Some(PageFacts { local_accounts: true, identity_provider: false, session_hours: 10 }),
            tokens: TokenFacts::default(),
        },
        model: model(),
        threshold: ThresholdFacts {
            most_wrong: Some(0.03),
            chosen_on_page: None,
            confidence: Some(0.9137),
            expected: Some(Expected { sorted: 0.624, wrong: 0.026, wrong_at_most: 0.029 }),
        },
        observed: None,
        retention: Retention {
            log_days: None,
            corrections_days: None,
            departed_days: 30,
            threads_days: 183,
            letterheads_minutes: 15,
        },
        energy: Energy {
            method: Method::CpuTime,
            mails: 24,
            octets_per_mail: 2_345,
            judged: 1_200,
            seconds_per_1000: 0.412,
            watts_per_core: Some(6.0),
            joules_per_1000: 2.472,
        },
    }
}

/// A house that said everything, moves mail, learns, and has worked for months with a model of its own in shadow.
fn everything_said() -> Facts {
    let usual = nothing_said();
    let text = |text: &str| Some(text.to_owned());
    Facts {
        authority: Authority {
            name: text("Stadt Musterstadt"),
            address: text("Rathausplatz 1, 12345 Musterstadt"),
            unit: text("Poststelle"),
            contact: text("poststelle@musterstadt.example"),
            data_protection_officer: text("datenschutz@musterstadt.example"),
            supervisory_authority: text("BayLfD, München"),
            legal_basis: text("Art. 6 Abs. 1 Buchst. e DSGVO, Art. 4 BayDSG"),
            website: text("https://musterstadt.example/datenschutz"),
            stage: Some(Stage::Live),
            since: "2026-03-01".parse().ok(),
            watts_per_core: None,
        },
        operation: Operation {
            land: "BY",
            mailboxes: 3,
            folders: 4,
            mailboxes_with_oauth: 1,
            traces: true,
            write_back: vec![Way::Keywords, Way::Folders],
            max_age_hours: None,
            flags: vec!["gefahr", "gericht"],
            periods: vec!["ifg"],
            challengers: vec!["standard-1".to_owned(), "other".to_owned()],
            learning: Some(LearningFacts {
                every: Some("weekly"),
                at: text("03:00"),
                least_corrections: 20,
                keep: 5,
            }),
            page: Some(PageFacts { local_accounts: false, identity_provider: true, session_hours: 8 }),
            tokens: TokenFacts { all: 2, with_content: 1, with_write: 0 },
            ..usual.operation
        },
        model: ModelFacts {
            id: "learnt-2026-11-15".to_owned(),
            in_use_since: "2026-11-16T08:00:00Z".parse().ok(),
            forced: true,
            learnt_here: true,
            ready: false,
            corpus_is_the_projects: false,
            corrected_mails: Some(1_042),
            card: CardFigures::default(),
            ..model()
        },
        threshold: ThresholdFacts {
            most_wrong: Some(0.01),
            chosen_on_page: "2026-11-16T09:00:00Z".parse().ok(),
            confidence: None,
            expected: None,
        },
        observed: Some(Observed {
            from: "2026-08-31".parse().unwrap(),
            to: "2026-11-22".parse().unwrap(),
            arrived: 12_345,
            sorted: 9_000,
            unsure: 3_345,
            corrected: 180,
            corrected_share: Share::of_counts(180, 9_000),
            decided: 2_100,
            corrected_priority: 77,
        }),
        retention: Retention { log_days: Some(90), corrections_days: Some(365), ..usual.retention },
        energy: Energy { method: Method::Rapl, watts_per_core: None, joules_per_1000: 11.4, ..usual.energy },
        ..usual
    }
}

#[test]
fn a_house_that_said_nothing_gets_gaps() {
    let facts = nothing_said();
    assert_eq!(gaps::gaps(&facts.authority).len(), 10);
    check(&facts, DocumentFormat::Md, "nothing-said.md");
}

#[test]
fn a_house_that_said_everything_gets_whole_sentences() {
    let facts = everything_said();
    assert_eq!(gaps::gaps(&facts.authority), []);
    check(&facts, DocumentFormat::Md, "everything-said.md");
}

#[test]
fn programs_get_every_figure_under_the_same_keys() {
    check(&nothing_said(), DocumentFormat::Json, "nothing-said.json");
}
