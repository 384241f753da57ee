//! Installs what the tests and the demo need and the machine lacks: Debian packages, pymap in a venv, an npm package.
//!
//! Everything but the Debian packages lies under `target/testbed`; a lock file there lets one process install while the
//! others wait. No download takes longer than five minutes.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::os::unix::process::parent_id;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::corpus::repo_root;
use crate::{courier, cyrus, faketime, helm, roundcube, system, watching};

/// Where Debian's dovecot-core puts the server.
pub const DOVECOT: &str = "/usr/sbin/dovecot";

/// Where Debian's spamd puts the daemon.
pub const SPAMD: &str = "/usr/sbin/spamd";

/// In seconds. A registry that does not answer must not hang the tests.
const DOWNLOAD_LIMIT: &str = "300";

const HOODIECROW: &str = "hoodiecrow-imap@2.1.0";
/// Where Debian's chromium-driver puts the driver.
pub const CHROMEDRIVER: &str = "/usr/bin/chromedriver";

const AXE: &str = "axe-core@4.14.1";

const OIDC_PROVIDER: &str = "oidc-provider@9.13.3";

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

/// `SpamAssassin` with its daemon and client; no system-wide daemon runs because of us.
///
/// # Errors
/// If apt-get cannot install it.
pub fn ensure_spamd() -> Result<()> {
    let was_there = Path::new(SPAMD).exists();
    ensure(&["spamassassin", "spamd", "spamc"], Path::new(SPAMD))?;
    if !was_there {
        stop_service("spamd");
    }
    Ok(())
}

/// Pigeonhole, which is Sieve for Dovecot.
///
/// # Errors
/// If apt-get cannot install it.
pub fn ensure_pigeonhole() -> Result<()> {
    ensure(&["dovecot-sieve"], Path::new("/usr/lib/dovecot/modules/lib95_imap_sieve_plugin.so"))
}

/// Everything the tests want. Without Dovecot there is nothing to test; of the others it only says what is missing.
///
/// # Errors
/// If Dovecot cannot be installed.
pub fn ensure_all() -> Result<()> {
    ensure_dovecot()?;
    for (name, got) in [
        ("Cyrus", cyrus::ensure().map(drop)),
        ("Courier", courier::ensure().map(drop)),
        ("Pigeonhole", ensure_pigeonhole()),
        ("Roundcube", roundcube::ensure().map(drop)),
        ("libfaketime", faketime::ensure().map(drop)),
        ("pymap", ensure_pymap().map(drop)),
        ("Helm", helm::Helm::ensure().map(drop)),
        ("Hoodiecrow", ensure_hoodiecrow().map(drop)),
        ("oidc-provider", ensure_oidc_provider().map(drop)),
        ("Chromium", ensure_chromium()),
        ("axe-core", ensure_axe().map(drop)),
        ("promtool", watching::ensure_promtool().map(drop)),
    ] {
        if let Err(error) = got {
            eprintln!("{name} cannot be had, so the tests with it will be skipped: {error:#}");
        }
    }
    Ok(())
}

/// Debian's Chromium and the driver that goes with it.
///
/// # Errors
/// If apt-get cannot install them.
pub fn ensure_chromium() -> Result<()> {
    ensure(&["chromium", "chromium-driver"], Path::new(CHROMEDRIVER))
}

/// Installs Debian packages if the file `probe` is missing; one process at a time.
///
/// # Errors
/// If the probe is still missing afterwards; the text says what was tried.
pub fn ensure(packages: &[&str], probe: &Path) -> Result<()> {
    ensure_unless(packages, || probe.exists())
}

fn ensure_unless(packages: &[&str], is_there: impl Fn() -> bool) -> Result<()> {
    if is_there() {
        return Ok(());
    }
    let _turn = lock("install")?;
    if is_there() {
        return Ok(());
    }
    eprintln!("installing {} (apt-get)", packages.join(", "));
    // Fresh images have empty package lists: an update is only made where the install fails.
    if !apt_install(packages)? {
        apt_update()?;
        apt_install(packages)?;
    }
    if !is_there() {
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
    if runs(&program, "--help") {
        return Ok(program);
    }
    once_a_run("pymap", || install_pymap(&venv))?;
    if !runs(&program, "--help") {
        bail!("pymap was installed but {} --help fails", program.display());
    }
    Ok(program)
}

/// Debian's Python, which alone sees Debian's packages.
pub const PYTHON: &str = "/usr/bin/python3";

/// The programs (`bin`) of a venv under `target/testbed` with these packages from its index, in which Debian's packages are seen
/// too.
///
/// # Errors
/// If Python, its venv module or the package index is out of reach.
pub fn ensure_python_packages(name: &str, packages: &[&str]) -> Result<PathBuf> {
    let venv = testbed_dir()?.join(format!("{name}-venv"));
    let (bin, stamp) = (venv.join("bin"), venv.join("installed"));
    let _turn = lock(name)?;
    let wanted = packages.join(" ");
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(bin);
    }
    ensure_venv()?;
    eprintln!("installing {wanted} (pip, into {})", venv.display());
    let make = ["-m", "venv", "--clear", "--system-site-packages"];
    run_quietly(PYTHON, make.iter().map(OsStr::new).chain([venv.as_os_str()]))
        .context("cannot make a Python venv: install python3-venv")?;
    let flags = ["install", "--quiet", "--disable-pip-version-check", "--retries", "2", "--timeout", "20"];
    run_quietly(bin.join("pip"), flags.iter().chain(packages))
        .with_context(|| format!("cannot install {wanted} from PyPI: is it in reach?"))?;
    fs::write(&stamp, wanted)?;
    Ok(bin)
}

/// Python and its venv module.
pub(crate) fn ensure_venv() -> Result<()> {
    let has_venv = || run_quietly("python3", ["-c", "import venv, ensurepip"]).is_ok();
    ensure_unless(&["python3", "python3-venv"], has_venv)
}

fn install_pymap(venv: &Path) -> Result<()> {
    ensure_venv()?;
    eprintln!("installing pymap (pip, into {})", venv.display());
    run_quietly("python3", [OsStr::new("-m"), OsStr::new("venv"), OsStr::new("--clear"), venv.as_os_str()])
        .context("cannot make a Python venv for pymap: install python3-venv")?;
    let pip_install =
        ["install", "--quiet", "--disable-pip-version-check", "--retries", "2", "--timeout", "20", "pymap"];
    run_quietly(venv.join("bin/pip"), pip_install).context("cannot install pymap from PyPI: is it in reach?")
}

/// The folder `node_modules` with hoodiecrow-imap in it, under `target/testbed`.
///
/// # Errors
/// If Node or the package registry is out of reach: tests then say loudly that they skip.
pub fn ensure_hoodiecrow() -> Result<PathBuf> {
    ensure_npm("hoodiecrow", HOODIECROW)
}

/// The folder `node_modules` with oidc-provider in it, under `target/testbed`.
///
/// # Errors
/// If Node or the package registry is out of reach: tests then say loudly that they skip.
pub fn ensure_oidc_provider() -> Result<PathBuf> {
    ensure_npm("oidc-provider", OIDC_PROVIDER)
}

/// The folder `node_modules` with axe-core in it, under `target/testbed`.
///
/// # Errors
/// If Node or the package registry is out of reach.
pub fn ensure_axe() -> Result<PathBuf> {
    ensure_npm("axe-core", AXE)
}

/// The folder `node_modules` with this package in it.
fn ensure_npm(name: &str, package: &str) -> Result<PathBuf> {
    let prefix = testbed_dir()?.join(package);
    let modules = prefix.join("node_modules");
    // npm writes this file last.
    let is_there = || modules.join(".package-lock.json").exists();
    let _turn = lock(name)?;
    once_a_run(name, || {
        ensure_unless(&["nodejs"], || runs(Path::new("node"), "--version"))?;
        if is_there() { Ok(()) } else { install_npm(package, &prefix) }
    })?;
    if !is_there() {
        bail!("npm installed {package}, but {} is not there", modules.display());
    }
    Ok(modules)
}

fn install_npm(package: &str, prefix: &Path) -> Result<()> {
    ensure_unless(&["npm"], || runs(Path::new("npm"), "--version"))?;
    eprintln!("installing {package} (npm, into {})", prefix.display());
    let flags = ["--omit=optional", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
    let limits = [
        "--fetch-retries=2",
        "--fetch-retry-mintimeout=1000",
        "--fetch-retry-maxtimeout=2000",
        "--fetch-timeout=20000",
    ];
    let mut args: Vec<&OsStr> = vec![OsStr::new("install"), OsStr::new("--prefix"), prefix.as_os_str()];
    args.extend(flags.iter().chain(&limits).map(OsStr::new));
    args.push(OsStr::new(package));
    run_quietly("npm", args)
        .with_context(|| format!("cannot install {package} from the npm registry: is it in reach?"))
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

/// Downloads under a time limit, then installs without one: killing dpkg would leave half a package.
fn apt_install(packages: &[&str]) -> Result<bool> {
    let install = ["install", "--yes", "--no-install-recommends"];
    Ok(apt_get(&[&install[..], &["--download-only"], packages].concat(), DOWNLOAD_LIMIT)?
        && apt_get(&[&install[..], packages].concat(), "infinity")?)
}

/// Fetches Debian's package lists anew.
///
/// # Errors
/// If apt-get cannot be run.
pub(crate) fn apt_update() -> Result<bool> {
    apt_get(&["update", "--quiet", "--quiet"], DOWNLOAD_LIMIT)
}

fn apt_get(args: &[&str], limit: &str) -> Result<bool> {
    let mut command = Command::new(if system::is_root()? { "env" } else { "sudo" });
    // sudo drops the environment, so the variable is set behind it.
    if !system::is_root()? {
        command.arg("env");
    }
    command.args(["DEBIAN_FRONTEND=noninteractive", "timeout", limit, "apt-get"]);
    command.args(["-o", "Acquire::Retries=3", "-o", "Acquire::http::Timeout=30"]);
    // Another checkout's tests may be installing at this moment.
    command.args(["-o", "DPkg::Lock::Timeout=300", "-o", "Dpkg::Use-Pty=0"]);
    let status = command.args(args).stdout(Stdio::null()).status();
    Ok(status.context("cannot run apt-get (this needs Debian, and root or sudo)")?.success())
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

fn runs(program: &Path, argument: &str) -> bool {
    system::quiet_command(program).arg(argument).status().is_ok_and(|status| status.success())
}

/// Runs a program to its end, at most [`DOWNLOAD_LIMIT`] long.
pub(crate) fn run_quietly<S: AsRef<OsStr>>(
    program: impl AsRef<OsStr>,
    args: impl IntoIterator<Item = S>,
) -> Result<()> {
    let mut command = Command::new("timeout");
    let out = command
        .args(["--kill-after=5", DOWNLOAD_LIMIT])
        .arg(program)
        .args(args)
        .stdin(Stdio::null())
        .output()?;
    if out.status.code() == Some(124) {
        bail!("it took longer than {DOWNLOAD_LIMIT} seconds");
    }
    if !out.status.success() {
        // pip and npm go on for pages.
        let said = String::from_utf8_lossy(&out.stderr).into_owned();
        bail!("{}", said.lines().filter(|line| !line.is_empty()).take(3).collect::<Vec<_>>().join("; "));
    }
    Ok(())
}

/// Tries an installation, but where it failed not again in the same test run: every test would wait for it anew.
pub(crate) fn once_a_run<T>(name: &str, install: impl FnOnce() -> Result<T>) -> Result<T> {
    let stamp = testbed_dir()?.join(format!("{name}.failed-for"));
    // The test processes of a run share a parent, cargo or nextest.
    let run = parent_id().to_string();
    if fs::read_to_string(&stamp).is_ok_and(|failed_for| failed_for == run) {
        bail!("it failed before in this test run (see above)");
    }
    let installed = install();
    if installed.is_err() {
        fs::write(&stamp, run)?;
    }
    installed
}
