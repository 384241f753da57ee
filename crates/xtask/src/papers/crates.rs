//! The crates that the program is made of, as Cargo resolves them for the platform that is packaged.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use serde::Deserialize;
use testbed::corpus::repo_root;

const PLATFORM: &str = "x86_64-unknown-linux-gnu";

/// One crate.
pub struct Crate {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// Its licence as an SPDX expression; none if the crate only brings a file.
    pub licence: Option<String>,
    /// Where its sources are developed.
    pub repository: Option<String>,
    /// Where its sources lie here.
    pub folder: PathBuf,
    /// What the registry's archive hashes to; none for ours.
    pub sha256: Option<String>,
    /// Whether it only helps to build: nothing of it is in the program.
    pub only_builds: bool,
    /// The ids of the crates that it uses.
    pub uses: BTreeSet<String>,
}

/// All of them by Cargo's id, sorted; `root` is the program's own.
pub struct Crates {
    /// The program's own crate.
    pub root: String,
    /// Every crate, the root as well.
    pub all: BTreeMap<String, Crate>,
}

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
    resolve: Resolve,
}

#[derive(Deserialize)]
struct Package {
    id: String,
    name: String,
    version: String,
    license: Option<String>,
    repository: Option<String>,
    manifest_path: PathBuf,
    targets: Vec<Target>,
}

#[derive(Deserialize)]
struct Target {
    kind: Vec<String>,
}

#[derive(Deserialize)]
struct Resolve {
    nodes: Vec<Node>,
}

#[derive(Deserialize)]
struct Node {
    id: String,
    deps: Vec<Dependency>,
}

#[derive(Deserialize)]
struct Dependency {
    pkg: String,
    dep_kinds: Vec<Kind>,
}

/// `None` is an ordinary dependency, else `build` or `dev`.
#[derive(Deserialize)]
struct Kind {
    kind: Option<String>,
}

#[derive(Deserialize)]
struct Lock {
    package: Vec<Locked>,
}

#[derive(Deserialize)]
struct Locked {
    name: String,
    version: String,
    checksum: Option<String>,
}

impl Crates {
    /// Asks Cargo, by the lock file as it stands.
    pub fn of(root: &str) -> Result<Self> {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let args = ["metadata", "--format-version", "1", "--locked", "--filter-platform", PLATFORM];
        let said = Command::new(cargo).args(args).current_dir(repo_root()).output()?;
        ensure!(said.status.success(), "cargo metadata: {}", String::from_utf8_lossy(&said.stderr));
        let lock = fs::read_to_string(repo_root().join("Cargo.lock"))?;
        Self::from_answers(root, serde_json::from_slice(&said.stdout)?, toml::from_str(&lock)?)
    }

    fn from_answers(root: &str, metadata: Metadata, lock: Lock) -> Result<Self> {
        let own = metadata.packages.iter().find(|package| package.name == root);
        let root = own.with_context(|| format!("Cargo knows no {root}"))?.id.clone();
        let nodes: BTreeMap<&str, &Node> =
            metadata.resolve.nodes.iter().map(|node| (node.id.as_str(), node)).collect();
        let macros: BTreeSet<&str> =
            metadata.packages.iter().filter(|p| p.is_macro()).map(|p| p.id.as_str()).collect();
        let inside = reach(&root, &nodes, |kind| kind.is_none(), &macros);
        let reached = reach(&root, &nodes, |kind| kind != Some("dev"), &BTreeSet::new());
        let sums: BTreeMap<_, _> =
            lock.package.into_iter().map(|p| ((p.name, p.version), p.checksum)).collect();
        let mut all = BTreeMap::new();
        for package in metadata.packages.into_iter().filter(|p| reached.contains(p.id.as_str())) {
            let uses = nodes.get(package.id.as_str()).map(|node| node.uses()).unwrap_or_default();
            let sum = sums.get(&(package.name.clone(), package.version.clone())).cloned().flatten();
            let only_builds = !inside.contains(package.id.as_str());
            all.insert(package.id.clone(), package.into_crate(sum, only_builds, uses));
        }
        Ok(Self { root, all })
    }

    /// The crates that are not ours, by name and version.
    pub fn foreign(&self) -> impl Iterator<Item = &Crate> {
        self.all.values().filter(|krate| krate.sha256.is_some())
    }
}

impl Package {
    fn is_macro(&self) -> bool {
        self.targets.iter().any(|target| target.kind.iter().any(|kind| kind == "proc-macro"))
    }

    fn into_crate(self, sha256: Option<String>, only_builds: bool, uses: BTreeSet<String>) -> Crate {
        Crate {
            name: self.name,
            version: self.version,
            // The old way to write "or".
            licence: self.license.map(|licence| licence.replace('/', " OR ")),
            repository: self.repository,
            folder: self.manifest_path.parent().map(PathBuf::from).unwrap_or_default(),
            sha256,
            only_builds,
            uses,
        }
    }
}

impl Node {
    fn uses(&self) -> BTreeSet<String> {
        let counts = |dep: &&Dependency| dep.is(|kind| kind != Some("dev"));
        self.deps.iter().filter(counts).map(|dep| dep.pkg.clone()).collect()
    }
}

impl Dependency {
    fn is(&self, wanted: impl Fn(Option<&str>) -> bool) -> bool {
        self.dep_kinds.iter().any(|kind| wanted(kind.kind.as_deref()))
    }
}

/// What `root` leads to over dependencies of the wanted kinds; never into the `shut` ones.
fn reach<'a>(
    root: &'a str,
    nodes: &BTreeMap<&'a str, &'a Node>,
    wanted: impl Fn(Option<&str>) -> bool,
    shut: &BTreeSet<&str>,
) -> BTreeSet<&'a str> {
    let (mut reached, mut waiting) = (BTreeSet::new(), vec![root]);
    while let Some(id) = waiting.pop() {
        if shut.contains(id) || !reached.insert(id) {
            continue;
        }
        let deps = nodes.get(id).map(|node| node.deps.as_slice()).unwrap_or_default();
        waiting.extend(deps.iter().filter(|dep| dep.is(&wanted)).map(|dep| dep.pkg.as_str()));
    }
    reached
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tests_tools_stay_out_and_what_only_builds_is_told_apart() {
        let crates = Crates::of("langhals-cli").unwrap();
        let named = |name: &str| crates.all.values().find(|krate| krate.name == name);
        assert!(named("proptest").is_none());
        assert!(!named("sled").unwrap().only_builds);
        assert!(named("serde_derive").unwrap().only_builds);
        assert!(crates.foreign().all(|krate| krate.licence.is_some()));
        assert!(named("langhals-store").unwrap().sha256.is_none());
    }
}
