//! A private Dovecot on loopback, in a directory of its own, run by an ordinary user and gone when dropped.

use std::fs;
use std::io::{BufRead, BufReader};
use std::net::{Ipv4Addr, TcpStream};
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use tempfile::TempDir;

use crate::certificates::{self, Certificates};
use crate::client::{Lmtp, Witness};
use crate::install::{self, DOVECOT};
use crate::system;

const TEMPLATE: &str = include_str!("../servers/dovecot.conf");
const PATIENCE: Duration = Duration::from_secs(20);

/// How the server keeps its mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Format {
    /// One file a message; at most 26 keywords survive an index loss.
    #[default]
    Maildir,
    /// Several messages a file; flags live in the index.
    Mdbox,
}

/// What kind of server is wanted.
#[derive(Clone, Debug)]
pub struct Options {
    /// Users `u1` … `uN` with passwords `pw1` … `pwN`.
    pub users: usize,
    /// How mail is kept.
    pub format: Format,
    /// Whether the server's certificate ended years ago.
    pub expired_certificate: bool,
    /// User and folder pairs that can be read but not changed: SELECT answers `[READ-ONLY]`.
    pub read_only: Vec<(String, String)>,
    /// Whether the server shall not get our terminal's Ctrl-C (the demo stops it itself).
    pub own_process_group: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            users: 3,
            format: Format::default(),
            expired_certificate: false,
            read_only: Vec::new(),
            own_process_group: false,
        }
    }
}

/// A running Dovecot; dropping it stops it and removes everything it kept.
pub struct Dovecot {
    /// Plain IMAP.
    pub imap: u16,
    /// IMAP with implicit TLS.
    pub imaps: u16,
    /// LMTP.
    pub lmtp: u16,
    /// The server's certificate in DER, for fingerprints.
    pub certificate_der: Vec<u8>,
    options: Options,
    greeting: String,
    child: Option<Child>,
    dir: TempDir,
}

impl Dovecot {
    /// Starts one and waits until it greets.
    ///
    /// # Errors
    /// If it cannot be installed or started; the text carries the end of its log.
    pub fn start(options: Options) -> Result<Self> {
        install::ensure_dovecot()?;
        // Not TMPDIR: sockets must have short paths, and `nobody` must be able to reach them.
        let dir = tempfile::Builder::new().prefix("langhals-dovecot-").tempdir_in("/tmp")?;
        let certificates = certificates::make(options.expired_certificate)?;
        let greeting = format!("Langhals test bed {:016x}", fastrand::u64(..));
        let certificate_der = certificates.server_der.clone();
        let mut server =
            Self { imap: 0, imaps: 0, lmtp: 0, certificate_der, options, greeting, child: None, dir };
        server.lay_out(&certificates)?;
        for _ in 0..5 {
            [server.imap, server.imaps, server.lmtp] = system::free_ports()?;
            server.configure()?;
            if server.launch()? {
                return Ok(server);
            }
        }
        bail!("cannot start Dovecot: its ports were taken five times. Its log ends:\n{}", server.log_tail());
    }

    /// Stops it; mail, flags and ports stay for [`Dovecot::restart`].
    pub fn stop(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = system::stop(&mut child, Duration::from_secs(5));
        }
    }

    /// Stops it if it runs, and starts it on the same ports with the same mail.
    ///
    /// # Errors
    /// If it does not come up again.
    pub fn restart(&mut self) -> Result<()> {
        self.stop();
        // The kernel may need a moment to give the ports free.
        for _ in 0..5 {
            if self.launch()? {
                return Ok(());
            }
        }
        bail!("cannot restart Dovecot. Its log ends:\n{}", self.log_tail());
    }

    /// A new connection of the independent client, logged in as user `n` (from 1).
    ///
    /// # Errors
    /// If the server refuses it.
    pub fn witness(&self, n: usize) -> Result<Witness> {
        Witness::login(self.imap, &user(n), &password(n))
    }

    /// Delivers a mail to user `n` (from 1) as a mail system would.
    ///
    /// # Errors
    /// If the server does not take it.
    pub fn deliver(&self, n: usize, mail: &[u8]) -> Result<()> {
        Lmtp::connect(self.lmtp)?.deliver("absender@example.org", &user(n), mail)
    }

    /// The authority that clients must trust.
    pub fn ca_file(&self) -> PathBuf {
        self.dir.path().join("tls/ca.pem")
    }

    /// Where everything lies; user `n`'s mail is in `mail/u<n>`.
    pub fn dir(&self) -> &Path {
        self.dir.path()
    }

    /// The end of the server's log.
    pub fn log_tail(&self) -> String {
        let log = fs::read_to_string(self.dir.path().join("dovecot.log")).unwrap_or_default();
        let lines: Vec<&str> = log.lines().rev().take(15).collect();
        lines.into_iter().rev().collect::<Vec<_>>().join("\n")
    }

    /// Directories and files that stay the same over restarts, in the hands of who runs the server.
    fn lay_out(&self, certificates: &Certificates) -> Result<()> {
        let root = self.dir.path();
        for name in ["run", "state", "mail", "tls"] {
            fs::create_dir(root.join(name))?;
        }
        fs::write(root.join("tls/ca.pem"), &certificates.authority)?;
        fs::write(root.join("tls/cert.pem"), format!("{}{}", certificates.server, certificates.authority))?;
        fs::write(root.join("tls/key.pem"), &certificates.server_key)?;
        fs::set_permissions(root.join("tls/key.pem"), fs::Permissions::from_mode(0o600))?;
        fs::write(root.join("acl"), self.access_rules())?;
        if system::is_root()? {
            for name in
                ["", "run", "state", "mail", "tls", "tls/ca.pem", "tls/cert.pem", "tls/key.pem", "acl"]
            {
                chown(root.join(name), Some(system::NOBODY), Some(system::NOBODY))?;
            }
        }
        Ok(())
    }

    /// Look up and read, nothing else: that is what Dovecot calls `[READ-ONLY]`.
    fn access_rules(&self) -> String {
        self.options.read_only.iter().map(|(user, folder)| format!("{folder} user={user} lr\n")).collect()
    }

    fn configure(&self) -> Result<()> {
        let who = Identity::of_the_server()?;
        let root = self.dir.path();
        let users: String = (1..=self.options.users)
            .map(|n| {
                let home = root.join("mail").join(user(n));
                format!(
                    "{}:{{PLAIN}}{}:{}:{}::{}::\n",
                    user(n),
                    password(n),
                    who.uid,
                    who.gid,
                    home.display()
                )
            })
            .collect();
        fs::write(root.join("users"), users)?;
        let location = match self.options.format {
            Format::Maildir => "maildir:~/Maildir",
            Format::Mdbox => "mdbox:~/mdbox",
        };
        let values = [
            ("@DIR@", root.display().to_string()),
            ("@GREETING@", self.greeting.clone()),
            ("@USER@", who.user),
            ("@GROUP@", who.group),
            ("@UID@", who.uid),
            ("@GID@", who.gid),
            ("@IMAP@", self.imap.to_string()),
            ("@IMAPS@", self.imaps.to_string()),
            ("@LMTP@", self.lmtp.to_string()),
            ("@LOCATION@", location.to_owned()),
            // No test pulls the plug: without waiting for the disk everything is several times faster.
            ("@FSYNC@", "never".to_owned()),
        ];
        let text = values.iter().fold(TEMPLATE.to_owned(), |text, (name, value)| text.replace(name, value));
        fs::write(root.join("dovecot.conf"), text)?;
        Ok(())
    }

    /// Starts the process; `false` if it ended at once, as it does when a port is taken.
    fn launch(&mut self) -> Result<bool> {
        let mut command = if system::is_root()? {
            // imap-login refuses to run as root.
            let mut command = Command::new("setpriv");
            command.args(["--reuid=65534", "--regid=65534", "--clear-groups", DOVECOT]);
            command
        } else {
            Command::new(DOVECOT)
        };
        command.arg("-F").arg("-c").arg(self.dir.path().join("dovecot.conf")).current_dir(self.dir.path());
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        if self.options.own_process_group {
            command.process_group(0);
        }
        let mut child = command.spawn().context("cannot run Dovecot")?;
        let end = Instant::now() + PATIENCE;
        while Instant::now() < end {
            if child.try_wait()?.is_some() {
                return Ok(false);
            }
            if self.greets() {
                self.child = Some(child);
                return Ok(true);
            }
            thread::sleep(Duration::from_millis(10));
        }
        system::stop(&mut child, Duration::from_secs(2))?;
        bail!("Dovecot did not greet within {PATIENCE:?}. Its log ends:\n{}", self.log_tail());
    }

    fn greets(&self) -> bool {
        let Ok(stream) = TcpStream::connect((Ipv4Addr::LOCALHOST, self.imap)) else { return false };
        let mut line = String::new();
        stream.set_read_timeout(Some(Duration::from_secs(5))).is_ok()
            && BufReader::new(stream).read_line(&mut line).is_ok()
            && line.contains(&self.greeting)
    }
}

impl Drop for Dovecot {
    fn drop(&mut self) {
        // Stopping in good order takes a second, and its mail is about to be removed anyway.
        if let Some(child) = &mut self.child
            && system::kill_family(child).is_ok()
        {
            return;
        }
        self.stop();
    }
}

/// The name of user `n`, from 1.
pub fn user(n: usize) -> String {
    format!("u{n}")
}

/// The password of user `n`, from 1.
pub fn password(n: usize) -> String {
    format!("pw{n}")
}

/// Whom the server runs as.
struct Identity {
    user: String,
    group: String,
    uid: String,
    gid: String,
}

impl Identity {
    fn of_the_server() -> Result<Self> {
        let whom: &[&str] = if system::is_root()? { &["nobody"] } else { &[] };
        let ask = |what: &'static str| system::output_of("id", &[&[what], whom].concat());
        Ok(Self { user: ask("-un")?, group: ask("-gn")?, uid: ask("-u")?, gid: ask("-g")? })
    }
}
