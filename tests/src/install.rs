//! Installs what the tests and the demo need and the machine lacks: Debian packages, and pymap in a venv.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::corpus::repo_root;
use crate::system;

/// Where Debian's dovecot-core puts the server.
pub const DOVECOT: &str = "/usr/sbin/dovecot";

/// Makes sure that Dovecot with IMAP and LMTP is there, and that no system-wide one runs because of us.
///
/// # Errors
/// If apt-get cannot install it.
pub fn ensure_dovecot() -> Result<()> {
    let was_there = Path::new(DOVECOT).exists();
    ensure(&["dovecot-imapd", "dovecot-lmtpd"], Path::new("/usr/lib/dovecot/lmtp"))?;
    if !was_there {
        stop_service("dovecot");
    }
    Ok(())
}

/// Installs Debian packages if the file `probe` is missing; one process at a time.
///
/// # Errors
/// If the probe is still missing afterwards; the text says what was tried.
pub fn ensure(packages: &[&str], probe: &Path) -> Result<()> {
    if probe.exists() {
        return Ok(());
    }
    let _turn = lock("install")?;
    if probe.exists() {
        return Ok(());
    }
    eprintln!("installing {} (apt-get)", packages.join(", "));
    // Fresh images have empty package lists: an update is only made where the install fails.
    if !apt_get(["install", "--yes", "--no-install-recommends"], packages)? {
        apt_get(["update", "--quiet", "--quiet"], &[])?;
        apt_get(["install", "--yes", "--no-install-recommends"], packages)?;
    }
    if !probe.exists() {
        bail!("cannot install {0}: apt-get failed (see above); install {0} by hand", packages.join(" "));
    }
    Ok(())
}

/// The `pymap` program (an IMAP server without keywords) in a venv of its own under `target/testbed`.
///
/// # Errors
/// If Python, its venv module or the package index is out of reach: tests then say loudly that they skip.
pub fn ensure_pymap() -> Result<PathBuf> {
    let venv = testbed_dir()?.join("pymap-venv");
    let program = venv.join("bin/pymap");
    let _turn = lock("pymap")?;
    if runs(&program) {
        return Ok(program);
    }
    eprintln!("installing pymap (pip, into {})", venv.display());
    run_quietly("python3", [OsStr::new("-m"), OsStr::new("venv"), OsStr::new("--clear"), venv.as_os_str()])
        .context("cannot make a Python venv for pymap: install python3-venv")?;
    let pip_install =
        ["install", "--quiet", "--disable-pip-version-check", "--retries", "2", "--timeout", "20", "pymap"];
    run_quietly(venv.join("bin/pip"), pip_install)
        .context("cannot install pymap from PyPI: is it in reach?")?;
    if !runs(&program) {
        bail!("pymap was installed but {} --help fails", program.display());
    }
    Ok(program)
}

/// `<repository>/target/testbed`, made if need be.
///
/// # Errors
/// If it cannot be made.
pub fn testbed_dir() -> Result<PathBuf> {
    let dir = repo_root().join("target/testbed");
    fs::create_dir_all(&dir).with_context(|| format!("cannot make {}", dir.display()))?;
    Ok(dir)
}

/// Waits for our turn among all test processes; it lasts until the file is dropped.
///
/// # Errors
/// If the lock file cannot be made or locked.
pub fn lock(name: &str) -> Result<File> {
    let path = testbed_dir()?.join(format!("{name}.lock"));
    let file = File::create(&path).with_context(|| format!("cannot make {}", path.display()))?;
    file.lock().with_context(|| format!("cannot lock {}", path.display()))?;
    Ok(file)
}

fn apt_get<const N: usize>(args: [&str; N], packages: &[&str]) -> Result<bool> {
    let mut command = Command::new(if system::is_root()? { "env" } else { "sudo" });
    // sudo drops the environment, so the variable is set behind it.
    if !system::is_root()? {
        command.arg("env");
    }
    command.args(["DEBIAN_FRONTEND=noninteractive", "apt-get"]);
    command.args(["-o", "Acquire::Retries=3", "-o", "Acquire::http::Timeout=30", "-o", "Dpkg::Use-Pty=0"]);
    command.args(args).args(packages).stdout(Stdio::null());
    Ok(command.status().context("cannot run apt-get (this needs Debian, and root or sudo)")?.success())
}

/// Debian starts a service when it installs one; the tests want none beside their own.
fn stop_service(name: &str) {
    let booted_by_systemd = Path::new("/run/systemd/system").exists();
    let args: &[&str] = if booted_by_systemd {
        &["systemctl", "disable", "--now", "--quiet", name]
    } else {
        &["service", name, "stop"]
    };
    let prefix: &[&str] = if system::is_root().unwrap_or(false) { &["env"] } else { &["sudo"] };
    let all: Vec<&str> = prefix.iter().chain(args).copied().collect();
    let _ = Command::new(all[0]).args(&all[1..]).stdout(Stdio::null()).stderr(Stdio::null()).status();
}

fn runs(program: &Path) -> bool {
    let status = Command::new(program).arg("--help").stdout(Stdio::null()).stderr(Stdio::null()).status();
    status.is_ok_and(|status| status.success())
}

fn run_quietly<S: AsRef<OsStr>>(program: impl AsRef<OsStr>, args: impl IntoIterator<Item = S>) -> Result<()> {
    let out = Command::new(program).args(args).stdin(Stdio::null()).output()?;
    if !out.status.success() {
        bail!("{}", String::from_utf8_lossy(&out.stderr).trim());
    }
    Ok(())
}
