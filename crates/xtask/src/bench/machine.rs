//! What was measured on: machine, versions, commit, and how busy it was.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::Result;
use testbed::corpus::repo_root;
use testbed::install;

use crate::chores::output_of;

/// Name and value, as the document lists them.
pub fn facts() -> Result<Vec<(&'static str, String)>> {
    let unknown = || "unknown".to_owned();
    let mut facts = vec![
        ("processor", short()?),
        ("memory", line_of("/proc/meminfo", "MemTotal").map_or_else(unknown, |size| gibibytes(&size))),
        ("system", system().unwrap_or_else(unknown)),
        ("kernel", fs::read_to_string("/proc/sys/kernel/osrelease")?.trim().to_owned()),
        ("compiler", output_of(Command::new("rustc").arg("--version"))?.trim().to_owned()),
        ("Langhals", commit()?),
    ];
    if Path::new(install::DOVECOT).exists() {
        let said = output_of(Command::new(install::DOVECOT).arg("--version"))?;
        facts.push(("Dovecot", said.trim().to_owned()));
    }
    Ok(facts)
}

/// Processor and number of cores.
pub fn short() -> Result<String> {
    let name = line_of("/proc/cpuinfo", "model name").unwrap_or_else(|| std::env::consts::ARCH.to_owned());
    let cores = std::thread::available_parallelism()?;
    Ok(format!("{name}, {cores} cores"))
}

/// The commit that is checked out; with a `+` where there is more than that.
pub fn commit() -> Result<String> {
    let mut git = Command::new("git");
    git.args(["describe", "--always", "--exclude=*", "--dirty=+"]).current_dir(repo_root());
    Ok(output_of(&mut git)?.trim().to_owned())
}

/// Now, to the minute, in UTC.
pub fn date() -> Result<String> {
    Ok(output_of(Command::new("date").args(["-u", "+%F %H:%M"]))?.trim().to_owned())
}

/// The mean number of processes that ran or waited in the last minute.
pub fn load() -> Result<String> {
    Ok(fs::read_to_string("/proc/loadavg")?.split(' ').next().unwrap_or_default().to_owned())
}

fn system() -> Option<String> {
    let release = fs::read_to_string("/etc/os-release").ok()?;
    let name = release.lines().find_map(|line| line.strip_prefix("PRETTY_NAME="))?;
    Some(name.trim_matches('"').to_owned())
}

fn line_of(file: &str, key: &str) -> Option<String> {
    let text = fs::read_to_string(file).ok()?;
    let value = text.lines().find_map(|line| line.strip_prefix(key)?.trim_start().strip_prefix(':'))?;
    Some(value.trim().to_owned())
}

/// `24683468 kB` in round numbers.
fn gibibytes(size: &str) -> String {
    let kib: f64 = size.split(' ').next().and_then(|number| number.parse().ok()).unwrap_or_default();
    format!("{:.0} GiB", kib / 1024.0 / 1024.0)
}
