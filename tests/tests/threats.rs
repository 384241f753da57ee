//! The threat model names a test for each threat: each is there. And what it says of all code is so.
#![allow(clippy::unwrap_used, reason = "what a test needs and does not get is a failure")]

use std::fs;

use langhals_tests::corpus::repo_root;

/// What stands between backticks in a text.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

#[test]
fn every_test_that_the_threat_model_names_is_there() {
    let text = fs::read_to_string(repo_root().join("docs/bedrohungsmodell.md")).unwrap();
    let mut named = 0;
    for (path, name) in quoted(&text).filter_map(|words| words.split_once(".rs: ")) {
        let source = fs::read_to_string(repo_root().join(format!("{path}.rs"))).unwrap_or_default();
        let test = format!("fn {name}(");
        let (before, _) = source.split_once(&test).unwrap_or_else(|| panic!("{path}.rs has no {name}"));
        let head = before.rsplit_once("\n\n").map_or(before, |(_, head)| head);
        assert!(head.contains("test]") || head.contains("test("), "{path}.rs: {name} is no test");
        named += 1;
    }
    assert!(named > 60, "only {named} tests are named");
}

/// A threat without a test would be a promise.
#[test]
fn every_threat_has_a_defence_and_a_test() {
    let text = fs::read_to_string(repo_root().join("docs/bedrohungsmodell.md")).unwrap();
    let is_threat = |line: &&str| {
        let mut start = line.trim_start_matches("| ").chars();
        line.starts_with("| ")
            && start.next().is_some_and(|letter| ('A'..='G').contains(&letter))
            && start.next().is_some_and(|digit| digit.is_ascii_digit())
    };
    let threats: Vec<&str> = text.lines().filter(is_threat).collect();
    for threat in &threats {
        let cells: Vec<&str> = threat.trim_matches('|').split(" | ").map(str::trim).collect();
        assert!(cells.len() == 4 && cells.iter().all(|cell| !cell.is_empty()), "{threat}");
        assert!(cells[3].contains(".rs: "), "no test: {threat}");
    }
    assert!(threats.len() > 35, "only {} threats", threats.len());
}

#[test]
fn unsafe_code_is_forbidden_everywhere() {
    let read = |path: &str| fs::read_to_string(repo_root().join(path)).unwrap();
    let root: toml::Table = toml::from_str(&read("Cargo.toml")).unwrap();
    assert_eq!(root["workspace"]["lints"]["rust"]["unsafe_code"].as_str(), Some("forbid"));
    let crates = fs::read_dir(repo_root().join("crates")).unwrap().map(|entry| entry.unwrap().path());
    for krate in crates.chain([repo_root().join("tests")]).filter(|path| path.join("Cargo.toml").is_file()) {
        let text = fs::read_to_string(krate.join("Cargo.toml")).unwrap();
        let manifest: toml::Table = toml::from_str(&text).unwrap();
        let inherits = manifest.get("lints").and_then(|lints| lints.get("workspace"));
        assert_eq!(inherits.and_then(toml::Value::as_bool), Some(true), "{}", krate.display());
    }
}
