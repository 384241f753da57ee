//! `package`: the Debian package, from a build that gives the same bytes wherever and whenever it is made.
//!
//! ```text
//!   commit ─▶ cargo build --release ─▶ target/dist/release/langhals ─┐
//!        └▶ papers (configuration, man page, licences, SBOM) ────────┴▶ cargo deb ─▶ target/package/langhals_…_amd64.deb
//! ```
//!
//! What could differ is fixed: the paths in panics and in C code (remapped), the time (the commit's), symbols (stripped), the
//! language of tools. `--check` builds a clone of the commit in two folders and compares.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};
use sha2::{Digest as _, Sha256};
use testbed::corpus::repo_root;

use crate::chores::{output_of, succeed};
use crate::{papers, tools};

/// What builds the package from the metadata in crates/cli/Cargo.toml.
const CARGO_DEB: &str = "3.8.0";

/// What the command line chose.
#[derive(Default)]
pub struct Options {
    /// Build twice and compare instead.
    pub check: bool,
    /// A program that is built already: packaged as it is, stripped.
    pub binary: Option<PathBuf>,
    /// Another version of the package than the program's.
    pub version: Option<String>,
}

/// Builds the package, or checks that it can be reproduced.
pub fn run(options: &Options) -> Result<()> {
    if options.check {
        return check();
    }
    let package = build(repo_root(), options)?;
    println!("{}  {}", sha256(&package)?, package.display());
    Ok(())
}

/// The package of a source tree.
///
/// # Errors
/// If a tool fails or cannot be installed.
pub fn build(root: &Path, options: &Options) -> Result<PathBuf> {
    let epoch = epoch(root)?;
    let dist = root.join("target/dist");
    let release = dist.join("release");
    match &options.binary {
        Some(binary) => take(binary, &release)?,
        None => compile(root, &dist, epoch)?,
    }
    papers::write_all(&release.join("papers"), &release.join("langhals"), epoch)?;
    let folder = root.join("target/package");
    fs::create_dir_all(&folder)?;
    let mut deb = Command::new(tools::cargo_tool("cargo-deb", CARGO_DEB)?);
    deb.args(["--package", "langhals-cli", "--no-build", "--no-strip", "--locked", "--quiet", "--output"]);
    deb.arg(&folder).current_dir(root);
    if let Some(version) = &options.version {
        deb.args(["--deb-version", version]);
    }
    deb.env("CARGO_TARGET_DIR", &dist).env("SOURCE_DATE_EPOCH", epoch.to_string());
    // The one that was just made has the newest time; its name holds version and architecture.
    let before = packages(&folder)?;
    for old in &before {
        fs::remove_file(old)?;
    }
    succeed(&mut deb)?;
    packages(&folder)?.pop().context("cargo deb wrote no package")
}

/// Time of the last commit: the only time that anything in a package has.
pub fn epoch(root: &Path) -> Result<i64> {
    let said = output_of(Command::new("git").args(["log", "-1", "--format=%ct"]).current_dir(root))?;
    said.trim().parse().context("git says no time of the last commit")
}

fn packages(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|ending| ending == "deb") {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

fn take(binary: &Path, release: &Path) -> Result<()> {
    fs::create_dir_all(release)?;
    let place = release.join("langhals");
    // What is copied onto itself would be empty.
    if place.exists() && fs::canonicalize(binary)? == fs::canonicalize(&place)? {
        return Ok(());
    }
    fs::copy(binary, &place).with_context(|| format!("cannot copy {}", binary.display()))?;
    succeed(Command::new("strip").arg(&place))
}

fn compile(root: &Path, dist: &Path, epoch: i64) -> Result<()> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.args(["build", "--release", "--locked", "--package", "langhals-cli", "--target-dir"]).arg(dist);
    command.current_dir(root);
    // A build directory shared with other builds would hold what was built with other flags.
    command.env_remove("CARGO_BUILD_BUILD_DIR").env_remove("RUSTFLAGS");
    for (name, value) in same_everywhere(root, &cargo_home()?, epoch) {
        command.env(name, value);
    }
    succeed(&mut command)
}

/// The environment of a build that gives the same bytes from any folder.
fn same_everywhere(root: &Path, home: &Path, epoch: i64) -> Vec<(&'static str, OsString)> {
    let (root, home) = (root.to_string_lossy(), home.to_string_lossy());
    let rust = [
        format!("--remap-path-prefix={root}=/usr/src/langhals"),
        format!("--remap-path-prefix={home}=/usr/src/cargo"),
    ];
    let c = format!("-ffile-prefix-map={root}=/usr/src/langhals -ffile-prefix-map={home}=/usr/src/cargo");
    vec![
        // Cargo's own separator, as folders may have spaces in their names.
        ("CARGO_ENCODED_RUSTFLAGS", rust.join("\u{1f}").into()),
        ("CFLAGS", c.into()),
        ("CARGO_PROFILE_RELEASE_STRIP", "symbols".into()),
        ("CARGO_INCREMENTAL", "0".into()),
        ("SOURCE_DATE_EPOCH", epoch.to_string().into()),
        ("LC_ALL", "C".into()),
        ("TZ", "UTC".into()),
    ]
}

fn cargo_home() -> Result<PathBuf> {
    if let Some(home) = std::env::var_os("CARGO_HOME") {
        return Ok(home.into());
    }
    let home = std::env::var_os("HOME").context("neither CARGO_HOME nor HOME is set")?;
    Ok(PathBuf::from(home).join(".cargo"))
}

/// Two clones in folders with names of different length, each built from nothing: half an hour on two cores.
fn check() -> Result<()> {
    let place = tempfile::tempdir()?;
    let mut sums = Vec::new();
    for name in ["a", "another-place/further-down"] {
        let root = place.path().join(name);
        let clone = ["clone", "--quiet", "--shared"];
        succeed(Command::new("git").args(clone).arg(repo_root()).arg(&root))?;
        let package = build(&root, &Options::default())?;
        sums.push((sha256(&root.join("target/dist/release/langhals"))?, sha256(&package)?));
        // Nothing of the first build shall help the second.
        fs::remove_dir_all(&root)?;
    }
    let [first, second] = &sums[..] else { bail!("two builds were wanted") };
    println!("program  {}\n         {}\npackage  {}\n         {}", first.0, second.0, first.1, second.1);
    ensure!(first == second, "the two builds differ: compare them with diffoscope");
    println!("both builds gave the same bytes");
    Ok(())
}

fn sha256(file: &Path) -> Result<String> {
    let bytes = fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
    Ok(papers::hex(&Sha256::digest(bytes)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_path_of_the_builder_is_in_what_is_built() {
        let set = same_everywhere(Path::new("/home/anna/l"), Path::new("/home/anna/.cargo"), 7);
        let value = |wanted: &str| {
            let found = set.iter().find(|(name, _)| *name == wanted);
            found.map(|(_, value)| value.to_string_lossy().into_owned()).unwrap_or_default()
        };
        let rust = value("CARGO_ENCODED_RUSTFLAGS");
        let flags: Vec<&str> = rust.split('\u{1f}').collect();
        assert_eq!(flags[0], "--remap-path-prefix=/home/anna/l=/usr/src/langhals");
        assert_eq!(flags[1], "--remap-path-prefix=/home/anna/.cargo=/usr/src/cargo");
        assert!(value("CFLAGS").contains("-ffile-prefix-map=/home/anna/l="));
        assert_eq!(value("SOURCE_DATE_EPOCH"), "7");
    }
}
