//! Whether every crate may be in the program, by `deny.toml`: what `cargo deny` asks as well (`cargo xtask licences`), in seconds
//! and without building it, so that every test run asks.

use std::fs;

use testbed::corpus::repo_root;
use toml::{Table, Value};

use super::crates::Crates;

/// Whether an SPDX expression can be met by these licences: one of those joined by OR, all of those joined by AND. The older
/// form `MIT/Apache-2.0` says OR.
fn is_met(expression: &str, allowed: &[&str]) -> bool {
    let spaced = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let mut words = spaced.split_whitespace().peekable();
    any(&mut words, allowed) && words.peek().is_none()
}

type Words<'e, 'w> = &'e mut std::iter::Peekable<std::str::SplitWhitespace<'w>>;

fn any(words: Words<'_, '_>, allowed: &[&str]) -> bool {
    let mut met = all(words, allowed);
    while words.next_if_eq(&"OR").is_some() {
        met |= all(words, allowed);
    }
    met
}

fn all(words: Words<'_, '_>, allowed: &[&str]) -> bool {
    let mut met = one(words, allowed);
    while words.next_if_eq(&"AND").is_some() {
        met &= one(words, allowed);
    }
    met
}

fn one(words: Words<'_, '_>, allowed: &[&str]) -> bool {
    if words.next_if_eq(&"(").is_some() {
        return any(words, allowed) & words.next_if_eq(&")").is_some();
    }
    let mut licence = words.next().unwrap_or_default().to_owned();
    if words.next_if_eq(&"WITH").is_some() {
        licence = format!("{licence} WITH {}", words.next().unwrap_or_default());
    }
    allowed.contains(&licence.as_str())
}

fn deny() -> Table {
    toml::from_str(&fs::read_to_string(repo_root().join("deny.toml")).unwrap()).unwrap()
}

#[test]
fn expressions_are_read_as_spdx_means_them() {
    let met = |expression| is_met(expression, &["MIT", "Unicode-3.0", "Apache-2.0 WITH LLVM-exception"]);
    for expression in [
        "MIT",
        "GPL-3.0 OR MIT",
        "MIT/Apache-2.0",
        "(MIT OR GPL-3.0) AND Unicode-3.0",
        "Apache-2.0 WITH LLVM-exception OR Apache-2.0",
    ] {
        assert!(met(expression), "{expression}");
    }
    for expression in [
        "",
        "GPL-3.0",
        "MIT AND GPL-3.0",
        "(MIT OR Unicode-3.0",
        "Apache-2.0",
        "GPL-3.0 OR Apache-2.0 AND MIT",
    ] {
        assert!(!met(expression), "{expression}");
    }
}

#[test]
fn every_crate_has_a_licence_that_may_come_in() {
    let deny = deny();
    let allowed: Vec<&str> =
        deny["licenses"]["allow"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
    let crates = Crates::of("langhals-cli").unwrap();
    for krate in crates.all.values() {
        let licence = krate.licence.as_deref().unwrap_or_default();
        assert!(is_met(licence, &allowed), "{} {}: {licence}", krate.name, krate.version);
    }
}

#[test]
fn nothing_comes_from_elsewhere_than_the_registry_and_nothing_that_is_banned() {
    let deny = deny();
    let banned = deny["bans"]["deny"].as_array().unwrap();
    let banned: Vec<&str> = banned.iter().filter_map(|ban| ban["crate"].as_str()).collect();
    assert!(banned.contains(&"openssl"));
    let crates = Crates::of("langhals-cli").unwrap();
    for krate in crates.all.values() {
        assert!(!banned.contains(&krate.name.as_str()), "{}", krate.name);
        // Only what the registry gives has a checksum in the lock file.
        assert!(krate.sha256.is_some() || krate.name.starts_with("langhals-"), "{}", krate.name);
    }
}

#[test]
fn every_exception_says_why() {
    for exception in deny()["advisories"]["ignore"].as_array().unwrap() {
        assert!(exception["reason"].as_str().is_some_and(|reason| reason.len() > 40), "{exception:?}");
    }
}
