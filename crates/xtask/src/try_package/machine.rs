//! A fresh Debian in a folder of its own, booted with its own systemd; same network, gone when dropped.

use std::fs::{self, File};
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use tempfile::TempDir;
use testbed::{install, system};

use crate::chores::{output_of, succeed};
use crate::tools;

const SUITE: &str = "bookworm";
/// What a server has that people log in to; all else must come with the package's own dependencies.
const BESIDES: &str = "systemd,systemd-sysv,dbus";
const PATIENCE: Duration = Duration::from_mins(1);

/// The machine; it is shut down and its disk removed when dropped.
pub struct Machine {
    folder: TempDir,
    nspawn: Child,
    /// Its first process, as this machine counts.
    leader: u32,
}

impl Machine {
    /// Unpacks a fresh Debian and boots it.
    ///
    /// # Errors
    /// If debootstrap or systemd-nspawn cannot be had, or nothing boots within a minute.
    pub fn boot() -> Result<Self> {
        tools::debian("systemd-container", "/usr/bin/systemd-nspawn")?;
        let folder = tempfile::Builder::new().prefix("langhals-debian-").tempdir_in("/var/tmp")?;
        let root = folder.path().join("root");
        fs::create_dir(&root)?;
        let tar = fresh_debian()?;
        succeed(Command::new("tar").arg("--extract").arg("--file").arg(tar).arg("--directory").arg(&root))?;
        let log = File::create(folder.path().join("console.log"))?;
        let mut nspawn = Command::new("systemd-nspawn");
        // It works without a machined or a systemd around it, too.
        nspawn.args(["--quiet", "--register=no", "--keep-unit", "--console=pipe", "--boot", "--directory"]);
        nspawn.arg(&root).stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log);
        let nspawn = nspawn.spawn().context("cannot run systemd-nspawn")?;
        let mut machine = Self { folder, nspawn, leader: 0 };
        machine.comes_up()?;
        println!("ok   a fresh Debian {SUITE} is up: {}", machine.run("cat /etc/debian_version")?);
        Ok(machine)
    }

    /// Its disk, seen from outside.
    pub fn root(&self) -> PathBuf {
        self.folder.path().join("root")
    }

    /// Runs a shell command in it and returns what it prints, without the last line end.
    ///
    /// # Errors
    /// If it fails; what it said stands in the error.
    pub fn run(&self, command: &str) -> Result<String> {
        Ok(output_of(&mut self.shell(command))?.trim_end().to_owned())
    }

    /// The same for a command that must fail.
    ///
    /// # Errors
    /// If it does not.
    pub fn fails(&self, command: &str) -> Result<String> {
        let said = self.shell(command).output()?;
        ensure!(!said.status.success(), "this should have failed: {command}");
        Ok(String::from_utf8_lossy(&said.stdout).trim_end().to_owned())
    }

    /// Installs a package with all that it needs, and returns what was said.
    ///
    /// # Errors
    /// If apt-get fails.
    pub fn install(&self, package: &Path) -> Result<String> {
        let name = package.file_name().context("a package without a name")?;
        fs::copy(package, self.root().join("root").join(name))?;
        let name = name.to_string_lossy();
        let apt = "DEBIAN_FRONTEND=noninteractive apt-get install --yes --quiet --no-install-recommends -o Acquire::Retries=3";
        let said = self.run(&format!("apt-get update --quiet --quiet && {apt} /root/{name}"))?;
        fs::remove_file(self.root().join("root").join(name.as_ref()))?;
        Ok(said)
    }

    /// Whether a program of this name runs in it.
    pub fn is_running(&self, program: &str) -> bool {
        let find = format!(
            "for p in /proc/[0-9]*/comm; do grep -qx {program} $p 2>/dev/null && exit 0; done; exit 1"
        );
        self.run(&find).is_ok()
    }

    fn shell(&self, command: &str) -> Command {
        let mut nsenter = Command::new("nsenter");
        nsenter.arg("--target").arg(self.leader.to_string());
        nsenter.args(["--mount", "--uts", "--ipc", "--pid", "--cgroup", "--", "/bin/sh", "-c", command]);
        nsenter
            .env_clear()
            .env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin")
            .env("HOME", "/root")
            .env("LC_ALL", "C.UTF-8");
        nsenter.stdin(Stdio::null());
        nsenter
    }

    fn comes_up(&mut self) -> Result<()> {
        let end = Instant::now() + PATIENCE;
        while Instant::now() < end {
            if let Some(status) = self.nspawn.try_wait()? {
                bail!("systemd-nspawn ended ({status}): {}", self.console());
            }
            self.leader = first_child(self.nspawn.id()).unwrap_or_default();
            let state = |machine: &Self| machine.shell("systemctl is-system-running").output();
            if self.leader != 0
                && state(self).is_ok_and(|said| {
                    said.stdout.starts_with(b"running") || said.stdout.starts_with(b"degraded")
                })
            {
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(200));
        }
        bail!("no Debian booted within {PATIENCE:?}: {}", self.console())
    }

    fn console(&self) -> String {
        let mut text = String::new();
        let read = File::open(self.folder.path().join("console.log"))
            .and_then(|mut file| file.read_to_string(&mut text));
        if read.is_ok() { text } else { String::new() }
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        // SIGTERM asks nspawn to shut the system down.
        let _ = system::stop(&mut self.nspawn, Duration::from_secs(20));
    }
}

fn first_child(parent: u32) -> Option<u32> {
    let children = fs::read_to_string(format!("/proc/{parent}/task/{parent}/children")).ok()?;
    children.split_whitespace().next()?.parse().ok()
}

/// A Debian that nobody has touched, as an archive; made once, for as long as `target/testbed` lives.
fn fresh_debian() -> Result<PathBuf> {
    let tar = install::testbed_dir()?.join(format!("debian-{SUITE}.tar"));
    let _turn = install::lock("debian")?;
    if tar.exists() {
        return Ok(tar);
    }
    tools::debian("debootstrap", "/usr/sbin/debootstrap")?;
    eprintln!("debootstrap {SUITE} (some minutes, once)");
    let place = tempfile::Builder::new().prefix("langhals-debootstrap-").tempdir_in("/var/tmp")?;
    let root = place.path().join("root");
    let include = format!("--include={BESIDES}");
    let mut debootstrap = Command::new("/usr/sbin/debootstrap");
    debootstrap.args(["--variant=minbase", &include, SUITE]).arg(&root).stdout(Stdio::null());
    succeed(&mut debootstrap)?;
    let draft = tar.with_extension("draft");
    let mut pack = Command::new("tar");
    pack.args(["--create", "--one-file-system", "--file"]).arg(&draft).arg("--directory").arg(&root).arg(".");
    succeed(&mut pack)?;
    fs::rename(draft, &tar)?;
    Ok(tar)
}
