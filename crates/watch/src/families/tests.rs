//! What is told of a made-up house.

use std::collections::{BTreeMap, BTreeSet};

use domain::Folder;
use jiff::Timestamp;
use store::{Board, Drift, DriftKind, ModelHealth, Premises, Settled, Standing};

use super::*;
use crate::drift::Promise;
use crate::exposition::text;
use crate::process::Process;
use crate::reading::ModelFacts;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn reading() -> Reading {
    let now = at("2026-11-22T08:10:00Z");
    let folder = |mailbox: &str, name: &str| Folder { mailbox: mailbox.into(), name: name.into() };
    let board = Board::default();
    board.begin(
        [folder("amt", "INBOX"), folder("post", "INBOX"), folder("post", "Fax")],
        at("2026-11-22T08:00:00Z"),
    );
    board.set(&folder("post", "INBOX"), Connection::Watching, now);
    board.set(&folder("post", "Fax"), Connection::Down { sentence: "geheim".into(), again: now }, now);
    board.set(&folder("amt", "INBOX"), Connection::Sorting, now);
    board.backlog(&folder("amt", "INBOX"), 7);
    let settled = Settled { class: None, arrived: at("2026-11-22T08:09:58Z"), known: true };
    board.settled(&folder("post", "INBOX"), &[settled], now);
    let mut tray = InTray { set_aside: 2, ..InTray::default() };
    tray.waiting.insert(Priority::High, Standing { messages: 3, oldest: at("2026-11-22T07:10:00Z") });
    let kind = ("post".to_owned(), "unsure".to_owned(), "other".to_owned());
    let promise = Promise { classes: [0.5, 0.25, 0.25], unsure: Some(0.2), wrong: None };
    Reading {
        at: now,
        ready: false,
        version: "1.2.3",
        folders: board.all(),
        sorted: board.all_sorted(),
        corrected: Counts { class: BTreeMap::from([(kind, 4)]), ..Counts::default() },
        trays: Some(BTreeMap::from([("post".to_owned(), tray)])),
        premises: Some(Premises { log: 100, index: 50, free: Some(4096), ..Premises::default() }),
        health: ModelHealth { id: "m".into(), ..ModelHealth::default() },
        model: ModelFacts { id: "m".into(), mails: 9, confidence: f64::INFINITY, promise },
        drift: vec![Drift { kind: DriftKind::Unsure, seen: 0.5, limit: 0.35, messages: 300, alarming: true }],
        process: Process { cpu_seconds: Some(1.5), ..Process::default() },
    }
}

#[test]
fn every_figure_is_told_of_every_mailbox_also_before_anything_happened() {
    let said = text(reading().families()).unwrap();
    for line in [
        "langhals_sorted_total{mailbox=\"post\",class=\"unsure\"} 1.0",
        "langhals_sorted_total{mailbox=\"amt\",class=\"application\"} 0.0",
        "langhals_arrival_to_tag_seconds_bucket{le=\"2.0\",mailbox=\"post\"} 1",
        "langhals_arrival_to_tag_seconds_count{mailbox=\"amt\"} 0",
        "langhals_corrections_total{mailbox=\"post\",from=\"unsure\",to=\"other\"} 4.0",
        "langhals_corrections_total{mailbox=\"amt\",from=\"inquiry\",to=\"other\"} 0.0",
        "langhals_priority_corrections_total{mailbox=\"amt\",from=\"low\",to=\"high\"} 0.0",
        "langhals_waiting{mailbox=\"post\",priority=\"high\"} 3.0",
        "langhals_waiting{mailbox=\"amt\",priority=\"low\"} 0.0",
        "langhals_waiting_oldest_seconds{mailbox=\"post\",priority=\"high\"} 3600.0",
        "langhals_set_aside{mailbox=\"post\"} 2.0",
        "langhals_connection_up{mailbox=\"post\"} 0.0",
        "langhals_connection_up{mailbox=\"amt\"} 1.0",
        "langhals_connection_state{mailbox=\"post\",state=\"down\"} 1.0",
        "langhals_looked_through{mailbox=\"amt\"} 0.0",
        "langhals_backlog{mailbox=\"amt\"} 7.0",
        "langhals_model_info{id=\"m\"} 1",
        "langhals_training_class_share{class=\"application\"} 0.5",
        "langhals_expected_unsure_ratio 0.2",
        "langhals_drift{kind=\"unsure\"} 1.0",
        "langhals_drift{kind=\"classes\"} 0.0",
        "langhals_drift_limit{kind=\"unsure\"} 0.35",
        "langhals_state_bytes{part=\"log\"} 100.0",
        "langhals_disk_free_bytes 4096.0",
        "langhals_build_info{version=\"1.2.3\"} 1",
        "langhals_ready 0.0",
        "process_cpu_seconds_total 1.5",
    ] {
        assert!(said.lines().any(|found| found == line), "{line}\n{said}");
    }
    for absent in ["langhals_model_threshold ", "langhals_expected_wrong_ratio ", "geheim", "Fax", " inf"] {
        assert!(
            !said.lines().any(|line| !line.starts_with('#') && line.contains(absent)),
            "{absent}\n{said}"
        );
    }
}

#[test]
fn a_ledger_that_cannot_be_read_is_told_and_hides_no_other_figure() {
    let said = text(Reading { trays: None, premises: None, ..reading() }.families()).unwrap();
    assert!(said.contains("langhals_ledger_up 0.0\n") && said.contains("langhals_connection_up{"));
    assert!(!said.contains("langhals_waiting{"));
}

#[test]
fn labels_hold_names_of_the_configuration_and_our_own_words_alone() {
    let said = text(reading().families()).unwrap();
    let keys: BTreeSet<&str> = said
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once('{')?.1.split_once('}'))
        .flat_map(|(labels, _)| labels.split(',').filter_map(|label| Some(label.split_once('=')?.0)))
        .collect();
    let known =
        ["class", "from", "id", "kind", "le", "mailbox", "part", "priority", "state", "to", "version"];
    assert_eq!(keys, BTreeSet::from(known));
}
