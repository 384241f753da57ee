//! Tools that chores need beside cargo itself: as installed on the machine, else built once into `target/testbed`.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use testbed::install;

use crate::chores::succeed;

/// Where known weaknesses of crates are listed.
const ADVISORIES: &str = "https://github.com/rustsec/advisory-db";
const PATIENCE: Duration = Duration::from_secs(20);

/// A cargo tool of this version. Built without much optimisation: it is used for seconds, and built for minutes.
///
/// # Errors
/// If it has to be built and cannot.
pub fn cargo_tool(name: &str, version: &str) -> Result<PathBuf> {
    if says(name.into(), version) {
        return Ok(name.into());
    }
    let root = install::testbed_dir()?.join("cargo-tools");
    let program = root.join("bin").join(name);
    let _turn = install::lock(name)?;
    if says(program.clone().into(), version) {
        return Ok(program);
    }
    eprintln!("building {name} {version} (cargo install, into {})", root.display());
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.args(["install", name, "--version", version, "--locked", "--quiet", "--force"]);
    command.args(["--profile", "dev", "--root"]).arg(&root);
    command.env("CARGO_PROFILE_DEV_OPT_LEVEL", "1").env("CARGO_PROFILE_DEV_DEBUG", "false");
    // Its crates are none of ours.
    command.env_remove("CARGO_TARGET_DIR").env_remove("CARGO_BUILD_BUILD_DIR").env_remove("RUSTFLAGS");
    succeed(&mut command)?;
    if !says(program.clone().into(), version) {
        bail!("cargo installed {name}, but {} --version does not say {version}", program.display());
    }
    Ok(program)
}

fn says(program: OsString, version: &str) -> bool {
    let said = Command::new(program).arg("--version").stdin(Stdio::null()).output();
    said.is_ok_and(|said| {
        String::from_utf8_lossy(&said.stdout).split_whitespace().any(|word| word == version)
    })
}

/// Whether the list of known weaknesses can be asked.
pub fn advisories_in_reach() -> bool {
    let seconds = PATIENCE.as_secs().to_string();
    let mut ask = Command::new("timeout");
    ask.args([&seconds, "git", "ls-remote", "--exit-code", ADVISORIES, "HEAD"])
        .env("GIT_TERMINAL_PROMPT", "0");
    ask.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    ask.status().is_ok_and(|status| status.success())
}

/// A Debian package's program, installed if it is missing.
///
/// # Errors
/// If apt-get cannot install it.
pub fn debian(package: &str, program: &str) -> Result<()> {
    install::ensure(&[package], std::path::Path::new(program)).with_context(|| format!("{program} is needed"))
}
