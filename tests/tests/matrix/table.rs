//! `docs/faults.md` and the tests are the same table.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use langhals_tests::corpus::repo_root;

/// What stands between backquotes.
fn quoted(text: &str) -> BTreeSet<String> {
    text.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

/// The tests in this binary, by their last names.
fn tests() -> BTreeSet<String> {
    let said = Command::new(std::env::current_exe().unwrap()).arg("--list").output().unwrap();
    let said = String::from_utf8_lossy(&said.stdout).into_owned();
    let name = |line: &str| Some(line.strip_suffix(": test")?.rsplit("::").next()?.to_owned());
    said.lines().filter_map(name).collect()
}

#[test]
fn every_test_is_in_the_table_and_the_table_names_no_other() {
    let named = quoted(&fs::read_to_string(repo_root().join("docs/faults.md")).unwrap());
    let tests = tests();
    for test in tests.iter().filter(|test| !test.starts_with("every_test_")) {
        assert!(named.contains(test), "docs/faults.md does not name {test}");
    }
    let mut elsewhere = 0;
    for name in &named {
        if let Some((file, test)) = name.split_once("::") {
            let text =
                fs::read_to_string(repo_root().join("tests/tests").join(format!("{file}.rs"))).unwrap();
            assert!(text.contains(&format!("fn {test}(")), "there is no {name}");
            elsewhere += 1;
        } else if Path::new(name).extension().is_some_and(|ending| ending == "txt") {
            assert!(
                repo_root().join("crates/mailbox/tests/dialogs").join(name).exists(),
                "there is no {name}"
            );
            elsewhere += 1;
        } else if name.contains('_') && name.chars().all(|c| c.is_ascii_lowercase() || c == '_') {
            assert!(tests.contains(name), "there is no test {name}");
        }
    }
    assert!(elsewhere > 0, "the test looks at the wrong place");
}
