//! Counts instructions: runs a program under Valgrind's callgrind and reads what its `measured` functions took.
//!
//! ```text
//! measured::counted ─▶ measured::parse     each call with all that it calls in turn: the program's own code, its libraries,
//!                   └▶ measured::features  the allocator and the C library; never the kernel
//! ```
//!
//! Counts do not depend on how busy a machine is: the same program gives the same ones again.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::{install, system};

const VALGRIND: &str = "/usr/bin/valgrind";

/// The module whose functions are counted.
const MODULE: &str = "measured::";
/// That one of them outside of which nothing is.
const COUNTED: &str = "counted";

/// Makes sure that Valgrind is there.
///
/// # Errors
/// If apt-get cannot install it.
pub fn ensure() -> Result<()> {
    install::ensure(&["valgrind"], Path::new(VALGRIND))
}

/// What it calls itself, e.g. `valgrind-3.19.0`.
///
/// # Errors
/// If it cannot be run.
pub fn version() -> Result<String> {
    system::output_of(VALGRIND, &["--version"])
}

/// Instructions by function of the module `measured`, as called from within `measured::counted`.
///
/// # Errors
/// If the program fails, or has no such functions.
pub fn count<S: AsRef<OsStr>>(
    program: &Path,
    args: impl IntoIterator<Item = S>,
) -> Result<BTreeMap<String, u64>> {
    let dir = tempfile::tempdir()?;
    let found = dir.path().join("callgrind.out");
    let mut command = Command::new(VALGRIND);
    command.args(["--tool=callgrind", "--quiet"]).arg(format!("--toggle-collect=*{MODULE}{COUNTED}*"));
    command.arg(format!("--callgrind-out-file={}", found.display())).arg(program).args(args);
    let out = command.stdin(Stdio::null()).output().context("cannot run valgrind")?;
    if !out.status.success() {
        bail!(
            "{} under callgrind: {}\n{}",
            program.display(),
            out.status,
            String::from_utf8_lossy(&out.stderr)
        );
    }
    let counts = inclusive(&fs::read_to_string(&found)?);
    if counts.is_empty() {
        bail!("callgrind saw no function {MODULE}… in {}: were its names stripped?", program.display());
    }
    Ok(counts)
}

/// Reads callgrind's file (its manual, "Callgrind Format Specification"): a line `cfn=(ID) NAME`, where the name is left
/// out from the second time on, then `calls=…`, then a line whose last number is what these calls cost.
fn inclusive(file: &str) -> BTreeMap<String, u64> {
    let mut names: BTreeMap<&str, &str> = BTreeMap::new();
    let mut counts = BTreeMap::new();
    let mut callee = "";
    let mut lines = file.lines();
    while let Some(line) = lines.next() {
        if let Some((key, id, name)) = function(line) {
            if !name.is_empty() {
                names.insert(id, name);
            }
            if key == "cfn" {
                callee = names.get(id).copied().unwrap_or_default();
            }
        } else if line.starts_with("calls=")
            && let Some(cost) = lines.next().and_then(|cost| cost.rsplit(' ').next()?.parse::<u64>().ok())
            && let Some(step) = step(callee)
        {
            *counts.entry(step.to_owned()).or_default() += cost;
        }
    }
    counts
}

/// `cfn=(12) name` in its parts.
fn function(line: &str) -> Option<(&str, &str, &str)> {
    let (key, rest) = line.split_once("=(")?;
    let (id, name) = rest.split_once(')')?;
    matches!(key, "fn" | "cfn").then_some((key, id, name.trim()))
}

/// The name within the module, without the compiler's hash; none for what is no function of it itself.
fn step(function: &str) -> Option<&str> {
    let (_, name) = function.split_once(MODULE)?;
    let name = name.split_once("::h").map_or(name, |(name, _)| name);
    let is_whole = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    (is_whole && name != COUNTED).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_of_measured_functions_are_added_up() {
        let file = "events: Ir\n\
            fn=(1) t::measured::counted\n12 40\ncfn=(2) t::measured::parse::h0123456789abcdef\ncalls=500 0 \n* 956271\n\
            cfn=(3) malloc\ncalls=2 7\n+3 100\n\n\
            fn=(2)\n0 11\ncfn=(4) t::measured::parse::{{closure}}\ncalls=9 0\n0 5\n\
            fn=(9) t::other\n1 1\ncfn=(2)\ncalls=1 0\n-2 29\ncfn=(1)\ncalls=1 0\n0 985300\n";
        assert_eq!(inclusive(file), BTreeMap::from([("parse".to_owned(), 956_300)]));
    }
}
