//! Broken configurations: each is refused with the sentence beside it, and exit code 2.
#![allow(clippy::unwrap_used, reason = "what a test needs and does not get is a failure")]

use std::fs;
use std::process::Command;

use langhals_tests::corpus::repo_root;
use langhals_tests::langhals::binary;

#[test]
fn every_broken_configuration_gets_its_sentence() {
    let folder = repo_root().join("tests/fixtures/configurations");
    let mut seen = 0;
    for entry in fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|ending| ending != "toml") {
            continue;
        }
        let name = path.file_name().unwrap().to_str().unwrap();
        let said = Command::new(binary().unwrap())
            .args(["check", "--config", name])
            .current_dir(&folder)
            .output()
            .unwrap();
        let expected = fs::read_to_string(path.with_extension("expected")).unwrap();
        assert_eq!(String::from_utf8_lossy(&said.stderr), expected, "{name}");
        assert_eq!(said.status.code(), Some(2), "{name}");
        seen += 1;
    }
    assert!(seen >= 20, "only {seen} broken configurations");
}
