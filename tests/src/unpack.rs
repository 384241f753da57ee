//! Programs from Debian packages that are not installed but unpacked: Cyrus and Courier cannot be installed beside
//! Dovecot, and this needs no root.
//!
//! ```text
//!   apt-get install --simulate ─▶ which libraries are missing ─▶ apt-get download ─▶ dpkg -x ─▶ target/testbed/<name>
//! ```

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::install::{self, lock, run_quietly, testbed_dir};
use crate::system;

/// An unpacked set of packages.
#[derive(Clone, Debug)]
pub struct Unpacked {
    /// What would be `/` if the packages were installed.
    pub root: PathBuf,
}

/// Unpacks these packages, and the libraries they need and the machine lacks, once and for all.
///
/// # Errors
/// If Debian's archive is out of reach: tests then say loudly that they skip.
pub fn unpack(name: &str, packages: &[&str]) -> Result<Unpacked> {
    let root = testbed_dir()?.join(name);
    let _turn = lock("install")?;
    if !root.exists() {
        eprintln!("unpacking {name} from Debian's packages into {}", root.display());
        install::once_a_run(name, || install_in(&root, name, packages))?;
    }
    Ok(Unpacked { root })
}

fn install_in(root: &Path, name: &str, packages: &[&str]) -> Result<()> {
    // Renamed in one step, so that half an installation is never taken for a whole one.
    let workshop = tempfile::Builder::new().prefix(name).tempdir_in(testbed_dir()?)?;
    download(packages, workshop.path())
        .with_context(|| format!("cannot download {name} from Debian's archive: is it in reach?"))?;
    fs::rename(open_up(workshop.path())?, root)?;
    Ok(())
}

impl Unpacked {
    /// A file of the packages, e.g. `usr/bin/imapd`.
    pub fn path(&self, name: &str) -> PathBuf {
        self.root.join(name)
    }

    /// The same packages, or a copy in `dir` where `nobody` cannot come to them, as below `/root`.
    ///
    /// # Errors
    /// If they cannot be copied.
    pub fn within_reach(self, dir: &Path) -> Result<Self> {
        let can_see = system::server_command("test")?.arg("-d").arg(self.path("usr")).status()?.success();
        if can_see {
            return Ok(self);
        }
        let root = dir.join("packages");
        run_quietly("cp", [Path::new("-a"), &self.root, &root])?;
        Ok(Self { root })
    }

    /// Where libraries of this machine's kind lie.
    pub fn libraries(&self) -> PathBuf {
        self.path("usr/lib").join(triplet())
    }

    /// The value of `LD_LIBRARY_PATH` for its programs; `extra` are further folders in it.
    pub fn library_path(&self, extra: &[&str]) -> String {
        let usual = [self.libraries(), self.path("lib").join(triplet())];
        let folders = usual.into_iter().chain(extra.iter().map(|folder| self.path(folder)));
        folders.map(|folder| folder.display().to_string()).collect::<Vec<_>>().join(":")
    }
}

/// What Debian calls this kind of machine.
fn triplet() -> String {
    format!("{}-linux-gnu", std::env::consts::ARCH)
}

fn download(packages: &[&str], dir: &Path) -> Result<()> {
    // Fresh images have empty package lists, old ones name versions that are gone.
    if download_as_listed(packages, dir).is_err() {
        install::apt_update()?;
        download_as_listed(packages, dir)?;
    }
    Ok(())
}

fn download_as_listed(packages: &[&str], dir: &Path) -> Result<()> {
    let libraries = missing_libraries(packages)?;
    let mut command = Command::new("timeout");
    command.args([
        "300",
        "apt-get",
        "-o",
        "Acquire::Retries=3",
        "-o",
        "Acquire::http::Timeout=30",
        "download",
    ]);
    let out = command.args(packages).args(&libraries).current_dir(dir).output()?;
    if !out.status.success() {
        bail!("apt-get download {}: {}", packages.join(" "), String::from_utf8_lossy(&out.stderr).trim());
    }
    Ok(())
}

/// Libraries that an installation would bring along; of its other dependencies (an SMTP server) nothing is needed.
fn missing_libraries(packages: &[&str]) -> Result<Vec<String>> {
    let args = [&["install", "--simulate", "--no-install-recommends"], packages].concat();
    let plan = system::output_of("apt-get", &args)?;
    let new = plan.lines().filter_map(|line| {
        // "Inst libx (1.0 Debian…)" is new, "Inst libx [0.9] (1.0 Debian…)" an update of what is there.
        let (package, version) = line.strip_prefix("Inst ")?.split_once(' ')?;
        (package.starts_with("lib") && version.starts_with('(')).then(|| package.to_owned())
    });
    Ok(new.filter(|package| !packages.contains(&package.as_str())).collect())
}

fn open_up(dir: &Path) -> Result<PathBuf> {
    let root = dir.join("root");
    for entry in fs::read_dir(dir)? {
        let package = entry?.path();
        if package.extension().is_some_and(|ending| ending == "deb") {
            run_quietly("dpkg", [Path::new("-x"), &package, &root])
                .with_context(|| format!("cannot unpack {}", package.display()))?;
        }
    }
    Ok(root)
}
