//! The program under test: found or built, configured for a private server, and run as operators run it.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::{CommandExt, parent_id};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use tempfile::TempDir;

use crate::browser::Browser;
use crate::corpus::repo_root;
use crate::dovecot::{self, Dovecot};
use crate::{install, system};

/// A configuration with a state directory of its own, and the binary to run with it; all gone when dropped.
pub struct Langhals {
    /// The port of the page.
    pub page: u16,
    /// More lines of the configuration, in front of the mailboxes; e.g. `[triage]\nconfidence = 0.9\n`.
    pub settings: String,
    /// The `[[mailbox]]` sections.
    pub mailboxes: String,
    /// What is set in the program's environment.
    pub environment: BTreeMap<String, String>,
    binary: PathBuf,
    dir: TempDir,
}

/// How a mailbox is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Implicit TLS, trusting the server's own authority.
    Tls,
    /// Plain text on loopback, at this port: the server's or a proxy's.
    Plain(u16),
    /// Implicit TLS through a proxy at this port.
    TlsAt(u16),
}

/// A running `langhals`; killed when dropped.
pub struct Running {
    child: Child,
}

impl Langhals {
    /// A configuration without mailboxes.
    ///
    /// # Errors
    /// If the binary cannot be found or built, or no directory can be made.
    pub fn new() -> Result<Self> {
        Self::with_binary(binary()?)
    }

    /// The same with this binary.
    ///
    /// # Errors
    /// If no directory can be made or no port is free.
    pub fn with_binary(binary: PathBuf) -> Result<Self> {
        let dir = tempfile::Builder::new().prefix("langhals-").tempdir()?;
        fs::create_dir(dir.path().join("state"))?;
        let [page] = system::free_ports()?;
        let environment = BTreeMap::new();
        Ok(Self { page, settings: String::new(), mailboxes: String::new(), environment, binary, dir })
    }

    /// Adds a mailbox: user `n` (from 1) of that server, watched in INBOX; `more` are further lines of its section.
    ///
    /// # Errors
    /// If the password file cannot be written.
    pub fn mailbox(
        &mut self,
        name: &str,
        server: &Dovecot,
        n: usize,
        reach: Reach,
        more: &str,
    ) -> Result<()> {
        let trust = format!("ca_file = {}\n{more}", toml_path(&server.ca_file()));
        let (port, tls, more) = match reach {
            Reach::Tls => (server.imaps, "implicit", trust.as_str()),
            Reach::TlsAt(port) => (port, "implicit", trust.as_str()),
            Reach::Plain(port) => (port, "none", more),
        };
        self.any_mailbox(name, port, tls, (&dovecot::user(n), &dovecot::password(n)), more)
    }

    /// Adds a mailbox of any server on 127.0.0.1; `login` is user and password.
    ///
    /// # Errors
    /// If the password file cannot be written.
    pub fn any_mailbox(
        &mut self,
        name: &str,
        port: u16,
        tls: &str,
        login: (&str, &str),
        more: &str,
    ) -> Result<()> {
        let password_file = self.dir.path().join(format!("{name}.password"));
        fs::write(&password_file, login.1)?;
        fs::set_permissions(&password_file, fs::Permissions::from_mode(0o600))?;
        let section = &mut self.mailboxes;
        write!(
            section,
            "[[mailbox]]\nname = {}\nhost = \"127.0.0.1\"\nport = {port}\ntls = \"{tls}\"\n",
            toml(name)
        )?;
        writeln!(section, "user = {}\npassword_file = {}", toml(login.0), toml_path(&password_file))?;
        let folders = if more.contains("folders =") { "" } else { "folders = [\"INBOX\"]\n" };
        writeln!(section, "{folders}{more}")?;
        Ok(())
    }

    /// Adds user `n` (from 1) of that server, over TLS, who signs in with tokens; `oauth` are the lines of that section.
    pub fn oauth_mailbox(&mut self, name: &str, server: &Dovecot, n: usize, oauth: &str) {
        self.mailboxes += &format!(
            "[[mailbox]]\nname = {}\nhost = \"127.0.0.1\"\nport = {}\nca_file = {}\nuser = {}\n[mailbox.oauth]\n{oauth}\n",
            toml(name),
            server.imaps,
            toml_path(&server.ca_file()),
            toml(&dovecot::user(n)),
        );
    }

    /// Makes a local account, e.g. with the roles `&["supervisor", "operator"]`.
    ///
    /// # Errors
    /// If the program refuses.
    pub fn account(&self, name: &str, password: &str, roles: &[&str]) -> Result<()> {
        let roles = roles.iter().flat_map(|role| ["--role", *role]);
        let args: Vec<&str> = ["user", "add", name, "--password-stdin"].into_iter().chain(roles).collect();
        let mut child = self.command(&args)?.stdin(Stdio::piped()).stdout(Stdio::null()).spawn()?;
        if let Some(mut stdin) = child.stdin.take() {
            stdin.write_all(password.as_bytes())?;
        }
        if !child.wait()?.success() {
            bail!("langhals user add {name} failed (see above)");
        }
        Ok(())
    }

    /// A browser in which somebody who oversees and runs it is signed in; makes the account at its first use.
    ///
    /// # Errors
    /// If the account cannot be made, or the page does not answer.
    pub fn signed_in(&self) -> Result<Browser> {
        const NAME: &str = "leitung";
        const PASSWORD: &str = "Giraffe mit langem Hals";
        if !self.state_dir().join("accounts.json").exists() {
            self.account(NAME, PASSWORD, &["supervisor", "operator"])?;
        }
        Browser::signed_in(self.page, NAME, PASSWORD)
    }

    /// Where state is kept.
    pub fn state_dir(&self) -> PathBuf {
        self.dir.path().join("state")
    }

    /// A directory that goes with it.
    pub fn dir(&self) -> &Path {
        self.dir.path()
    }

    /// Writes the configuration down and returns where.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn configure(&self) -> Result<PathBuf> {
        let path = self.dir.path().join("langhals.toml");
        let mut text = format!(
            "[state]\ndir = {}\n[model]\ndir = {}\n",
            toml_path(&self.state_dir()),
            toml_path(&repo_root().join("models"))
        );
        if !self.settings.contains("[web]") {
            writeln!(text, "[web]\nlisten = \"127.0.0.1:{}\"", self.page)?;
        }
        fs::write(&path, format!("{text}{}\n{}", self.settings, self.mailboxes))?;
        Ok(path)
    }

    /// The program with this configuration and these arguments, not yet started.
    ///
    /// # Errors
    /// If the configuration cannot be written.
    pub fn command(&self, args: &[&str]) -> Result<Command> {
        let mut command = Command::new(&self.binary);
        command
            .arg("--config")
            .arg(self.configure()?)
            .args(args)
            .envs(&self.environment)
            .current_dir(self.dir.path())
            .stdin(Stdio::null());
        Ok(command)
    }

    /// Runs a command to its end, e.g. `&["check"]`.
    ///
    /// # Errors
    /// If it cannot be started; how it ended is for the caller to judge.
    pub fn run(&self, args: &[&str]) -> Result<Output> {
        self.command(args)?.output().with_context(|| format!("cannot run {}", self.binary.display()))
    }

    /// `run --once`, which must succeed.
    ///
    /// # Errors
    /// If it does not; the text carries what it said.
    pub fn run_once(&self) -> Result<Output> {
        let out = self.run(&["run", "--once"])?;
        if !out.status.success() {
            bail!("langhals run --once: {}\n{}", out.status, String::from_utf8_lossy(&out.stderr));
        }
        Ok(out)
    }

    /// Starts `run`; what it says goes to `langhals.log` beside the configuration.
    ///
    /// # Errors
    /// If it cannot be started.
    pub fn spawn(&self) -> Result<Running> {
        let log = File::options().create(true).append(true).open(self.log_file())?;
        let mut command = self.command(&["run"])?;
        // Out of the terminal's group: Ctrl-C is for us, who stop it in good order.
        command.stdout(log.try_clone()?).stderr(log).process_group(0);
        let child = command.spawn().with_context(|| format!("cannot run {}", self.binary.display()))?;
        Ok(Running { child })
    }

    /// Where [`Langhals::spawn`] writes what the program says.
    pub fn log_file(&self) -> PathBuf {
        self.dir.path().join("langhals.log")
    }
}

impl Running {
    /// The process id, e.g. for a proxy's kill.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// How it ended, if it has.
    ///
    /// # Errors
    /// If that cannot be asked.
    pub fn ended(&mut self) -> Result<Option<std::process::ExitStatus>> {
        Ok(self.child.try_wait()?)
    }

    /// SIGTERM, and SIGKILL after ten seconds.
    ///
    /// # Errors
    /// If its end cannot be waited for.
    pub fn stop(mut self) -> Result<std::process::ExitStatus> {
        Ok(system::stop(&mut self.child, Duration::from_secs(10))?)
    }

    /// SIGKILL, and waits for the end.
    ///
    /// # Errors
    /// If its end cannot be waited for.
    pub fn kill(&mut self) -> Result<std::process::ExitStatus> {
        self.child.kill()?;
        Ok(self.child.wait()?)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.kill();
    }
}

/// Kills a process by its id with SIGKILL, from a proxy's thread.
pub fn kill_nine(pid: u32) {
    system::signal(pid, "KILL");
}

/// Asks again and again until there is an answer, at most for `limit`.
///
/// # Errors
/// If there was none in time (`what` says what was waited for), or asking failed.
pub fn wait_for<T>(what: &str, limit: Duration, mut ask: impl FnMut() -> Result<Option<T>>) -> Result<T> {
    let end = Instant::now() + limit;
    loop {
        if let Some(answer) = ask()? {
            return Ok(answer);
        }
        if Instant::now() >= end {
            bail!("waited {limit:?} in vain for {what}");
        }
        thread::sleep(Duration::from_millis(20));
    }
}

/// The `langhals` binary: `LANGHALS_BIN`, or built into the profile directory of the running test.
///
/// # Errors
/// If it cannot be built.
pub fn binary() -> Result<PathBuf> {
    if let Some(path) = std::env::var_os("LANGHALS_BIN") {
        return Ok(path.into());
    }
    let (target, profile) = profile_dir()?;
    let binary = target.join(&profile).join("langhals");
    let _turn = install::lock("build")?;
    // One build a test run is enough: its processes share a parent, cargo or nextest.
    let stamp = target.join(&profile).join("langhals.built-for");
    let run = parent_id().to_string();
    if binary.exists() && fs::read_to_string(&stamp).is_ok_and(|built_for| built_for == run) {
        return Ok(binary);
    }
    build(&target, &profile)?;
    fs::write(&stamp, run)?;
    Ok(binary)
}

/// Builds the binary by cargo, with the lock file as it stands.
///
/// # Errors
/// If cargo fails; what it said stands on stderr.
pub fn build(target: &Path, profile: &OsStr) -> Result<PathBuf> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    // The directory of the profile `dev` is called `debug`.
    let name = if profile == "debug" { OsStr::new("dev") } else { profile };
    let mut command = Command::new(cargo);
    command.args(["build", "--quiet", "--locked", "--package", "langhals-cli", "--profile"]).arg(name);
    command.arg("--target-dir").arg(target).current_dir(repo_root());
    if !command.status().context("cannot run cargo")?.success() {
        bail!("cargo cannot build langhals-cli (see above)");
    }
    Ok(target.join(profile).join("langhals"))
}

/// Cargo's target directory, from where the running executable lies.
///
/// # Errors
/// If it lies nowhere near one.
pub fn target_dir() -> Result<PathBuf> {
    Ok(profile_dir()?.0)
}

/// `target` and the profile's directory in it, from where the running executable lies.
fn profile_dir() -> Result<(PathBuf, std::ffi::OsString)> {
    let executable = std::env::current_exe()?;
    let dir = executable.ancestors().skip(1).find(|dir| !dir.ends_with("deps"));
    let dir = dir.context("cannot tell the target directory")?;
    let target = dir.parent().context("cannot tell the target directory")?;
    Ok((target.to_owned(), dir.file_name().unwrap_or_default().to_owned()))
}

/// A TOML basic string; JSON escapes the same way.
fn toml(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

fn toml_path(path: &Path) -> String {
    toml(&path.to_string_lossy())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_configuration_is_toml_with_every_mailbox() {
        let mut langhals = Langhals::with_binary("/bin/true".into()).unwrap();
        langhals.settings = "[triage]\nconfidence = 0.9\n".to_owned();
        langhals.any_mailbox("a", 1143, "none", ("u\"1", "pw1"), "write = \"none\"\n").unwrap();
        langhals.any_mailbox("b", 1144, "none", ("u2", "pw2"), "folders = [\"X\"]\n").unwrap();
        let text = fs::read_to_string(langhals.configure().unwrap()).unwrap();
        let table: toml::Table = toml::from_str(&text).unwrap();
        let boxes = table["mailbox"].as_array().unwrap();
        assert_eq!(boxes.len(), 2);
        assert_eq!(boxes[0]["user"].as_str(), Some("u\"1"));
        assert_eq!(boxes[1]["folders"][0].as_str(), Some("X"));
        assert!(langhals.run_once().is_ok());
    }
}
