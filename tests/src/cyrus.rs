//! A private Cyrus on loopback, run by an ordinary user from unpacked packages and gone when dropped.

use std::fs;
use std::io::Write;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use tempfile::TempDir;

use crate::client::Witness;
use crate::dovecot::{password, user};
use crate::system::{self, Identity};
use crate::unpack::{self, Unpacked};

const CONFIGURATION: &str = include_str!("../servers/cyrus-imapd.conf");
const PROGRAMS: &str = include_str!("../servers/cyrus.conf");
const BIN: &str = "usr/lib/cyrus/bin";
const ADMIN: &str = "admin";

/// A running Cyrus; dropping it stops it and removes everything it kept.
pub struct Cyrus {
    /// Plain IMAP.
    pub imap: u16,
    users: usize,
    name: String,
    packages: Unpacked,
    child: Option<Child>,
    dir: TempDir,
}

/// Cyrus' programs, unpacked under `target/testbed`.
///
/// # Errors
/// If Debian's archive is out of reach.
pub fn ensure() -> Result<Unpacked> {
    // sasl2-bin makes the file of passwords, libsasl2-modules-db reads it.
    unpack::unpack("cyrus", &["cyrus-imapd", "cyrus-common", "sasl2-bin", "libsasl2-modules-db"])
}

impl Cyrus {
    /// Starts one with users `u1` … `uN`, passwords `pw1` … `pwN` and an empty INBOX each.
    ///
    /// # Errors
    /// If it cannot be had or started; a test that cannot have it says "skipped" and why.
    pub fn start(users: usize) -> Result<Self> {
        let dir = tempfile::Builder::new().prefix("langhals-cyrus-").tempdir_in("/tmp")?;
        let packages = ensure()?.within_reach(dir.path())?;
        let name = format!("langhals-{:016x}", fastrand::u64(..));
        let mut server = Self { imap: 0, users, name, packages, child: None, dir };
        server.lay_out()?;
        for _ in 0..5 {
            [server.imap] = system::free_ports()?;
            server.configure()?;
            if server.launch()? {
                server.make_mailboxes()?;
                return Ok(server);
            }
        }
        bail!("cannot start Cyrus: it ended five times at once")
    }

    /// Stops it if it runs, and starts it on the same port with the same mail.
    ///
    /// # Errors
    /// If it does not come up again.
    pub fn restart(&mut self) -> Result<()> {
        self.stop();
        for _ in 0..5 {
            if self.launch()? {
                return Ok(());
            }
        }
        bail!("cannot restart Cyrus: it ended five times at once")
    }

    /// Loses the index of INBOX of user `n`: stops, deletes `cyrus.index` and its cache, reconstructs them as an
    /// operator would do, starts.
    ///
    /// # Errors
    /// If it does not come up again.
    pub fn lose_indexes(&mut self, n: usize) -> Result<()> {
        self.stop();
        let spool = self.dir.path().join("spool");
        let place = format!("*/{}/*", user(n));
        let mut find = Command::new("find");
        find.arg(&spool).args([
            "-path",
            &place,
            "(",
            "-name",
            "cyrus.index",
            "-o",
            "-name",
            "cyrus.cache",
            ")",
        ]);
        if !find.arg("-delete").status()?.success() {
            bail!("cannot delete Cyrus' indexes in {}", spool.display());
        }
        self.restart()?;
        let mut reconstruct = self.command(&format!("{BIN}/reconstruct"))?;
        reconstruct
            .arg("-C")
            .arg(self.dir.path().join("imapd.conf"))
            .args(["-r", &format!("user/{}", user(n))]);
        if !reconstruct.status()?.success() {
            bail!("Cyrus' reconstruct failed");
        }
        Ok(())
    }

    /// A new connection of the independent client, logged in as user `n` (from 1).
    ///
    /// # Errors
    /// If the server refuses it.
    pub fn witness(&self, n: usize) -> Result<Witness> {
        Witness::login(self.imap, &user(n), &password(n))
    }

    /// Directories and passwords, in the hands of who runs the server.
    fn lay_out(&self) -> Result<()> {
        let root = self.dir.path();
        system::give_to_servers(root)?;
        let kinds = "proc lock socket db log msg quota user sync ptclient backup";
        let places = kinds.split(' ').map(|kind| format!("conf/{kind}"));
        let all: Vec<_> =
            places.chain(["spool".into(), "run".into()]).map(|place| root.join(place)).collect();
        if !system::server_command("mkdir")?.arg("-p").args(all).status()?.success() {
            bail!("cannot make Cyrus' directories in {}", root.display());
        }
        self.set_password(ADMIN, ADMIN)?;
        (1..=self.users).try_for_each(|n| self.set_password(&user(n), &password(n)))
    }

    fn set_password(&self, user: &str, password: &str) -> Result<()> {
        let mut command = self.command("usr/sbin/saslpasswd2")?;
        command.arg("-p").arg("-c").arg("-f").arg(self.dir.path().join("sasldb2"));
        let mut child = command.args(["-u", &self.name, user]).stdin(Stdio::piped()).spawn()?;
        child.stdin.take().context("saslpasswd2 has no stdin")?.write_all(password.as_bytes())?;
        if !child.wait()?.success() {
            bail!("saslpasswd2 cannot set the password of {user}");
        }
        Ok(())
    }

    fn configure(&self) -> Result<()> {
        let who = Identity::of_servers()?;
        let root = self.dir.path();
        let values = [
            ("@DIR@", root.display().to_string()),
            ("@BIN@", self.packages.path(BIN).display().to_string()),
            ("@IMAP@", self.imap.to_string()),
            ("@NAME@", self.name.clone()),
            ("@USER@", who.user),
            ("@GROUP@", who.group),
        ];
        for (file, template) in [("imapd.conf", CONFIGURATION), ("cyrus.conf", PROGRAMS)] {
            let text =
                values.iter().fold(template.to_owned(), |text, (name, value)| text.replace(name, value));
            fs::write(root.join(file), text)?;
        }
        Ok(())
    }

    /// Starts the process; `false` if it ended at once, as it does when a port is taken.
    fn launch(&mut self) -> Result<bool> {
        let root = self.dir.path();
        let mut command = self.command(&format!("{BIN}/master"))?;
        command.arg("-C").arg(root.join("imapd.conf")).arg("-M").arg(root.join("cyrus.conf"));
        command.arg("-p").arg(root.join("run/master.pid")).arg("-D").current_dir(root);
        let mut child = command.spawn().context("cannot run Cyrus")?;
        let is_up = system::comes_up(&mut child, self.imap, &self.name, Duration::from_secs(20))
            .context("cannot start Cyrus (its log is the system's)")?;
        self.child = is_up.then_some(child);
        Ok(is_up)
    }

    /// Users have no mailbox until an administrator makes one.
    fn make_mailboxes(&self) -> Result<()> {
        let mut admin = Witness::login(self.imap, ADMIN, ADMIN)?;
        (1..=self.users).try_for_each(|n| admin.create(&format!("user/{}", user(n))))
    }

    fn command(&self, program: &str) -> Result<Command> {
        let mut command = system::server_command(self.packages.path(program))?;
        command.env("LD_LIBRARY_PATH", self.packages.library_path(&["usr/lib/cyrus"]));
        // Where libsasl2 looks for its plugins.
        command.env("SASL_PATH", self.packages.libraries().join("sasl2"));
        Ok(command)
    }

    /// With SIGKILL: at SIGTERM Cyrus' master signals its whole process group, and that is ours and every other bed's.
    /// It comes up again from that as it does after a crash, by `ctl_cyrusdb -r`.
    fn stop(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = system::kill_family(&mut child);
        }
    }
}

impl Drop for Cyrus {
    fn drop(&mut self) {
        self.stop();
    }
}
