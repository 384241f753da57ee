//! A private Dovecot on loopback, in a directory of its own, run by an ordinary user and gone when dropped.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Child;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use tempfile::TempDir;

use crate::certificates::{self, Certificates};
use crate::client::{Lmtp, Witness};
use crate::install::{self, DOVECOT};
use crate::system::{self, Identity};

const TEMPLATE: &str = include_str!("../servers/dovecot.conf");
const TOKENS: &str = include_str!("../servers/dovecot-oauth2.conf");
const PATIENCE: Duration = Duration::from_secs(20);
/// More users than this, each with a connection that stays, need more than Dovecot's usual limits.
const FEW_USERS: usize = 300;

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
    /// The port of the token server whose tokens it takes (XOAUTH2, OAUTHBEARER), if any.
    pub tokens: Option<u16>,
    /// A Sieve rule that runs when flags change, and the settings that make it run; `@DIR@/rule.sieve` is where it lies.
    pub flag_rule: Option<FlagRule>,
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
            tokens: None,
            flag_rule: None,
            own_process_group: false,
        }
    }
}

/// What Pigeonhole does when flags change.
#[derive(Clone, Debug)]
pub struct FlagRule {
    /// The Sieve script.
    pub script: String,
    /// A part of Dovecot's configuration.
    pub settings: String,
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
        if options.flag_rule.is_some() {
            install::ensure_pigeonhole()?;
        }
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

    /// The master process, whose children do the work; `None` while it is stopped.
    pub fn pid(&self) -> Option<u32> {
        self.child.as_ref().map(Child::id)
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

    /// Loses what it only caches: stops, deletes the index files of INBOX of user `n`, starts. UIDs stay as a maildir
    /// keeps them in `dovecot-uidlist`; HIGHESTMODSEQ falls. An mdbox is then resynchronised, as an operator would do.
    ///
    /// # Errors
    /// If it does not come up again.
    pub fn lose_indexes(&mut self, n: usize) -> Result<()> {
        self.lose(n, &["dovecot.index", "dovecot.list.index"])?;
        if self.options.format == Format::Mdbox {
            let mut command = system::server_command("doveadm")?;
            command.arg("-c").arg(self.dir.path().join("dovecot.conf"));
            if !command.args(["force-resync", "-u", &user(n), "INBOX"]).status()?.success() {
                bail!("doveadm force-resync failed. Dovecot's log ends:\n{}", self.log_tail());
            }
        }
        Ok(())
    }

    /// Gives INBOX of user `n` a new UIDVALIDITY and new UIDs: stops, deletes its `dovecot-uidlist` and index, starts.
    /// Flags and keywords of a maildir stand in its file names and stay. Does nothing to an mdbox.
    ///
    /// # Errors
    /// If it does not come up again.
    pub fn new_uid_validity(&mut self, n: usize) -> Result<()> {
        self.lose(n, &["dovecot-uidlist", "dovecot.index", "dovecot.list.index"])
    }

    /// Deletes the files of INBOX whose names begin like one of these, while the server is down.
    fn lose(&mut self, n: usize, prefixes: &[&str]) -> Result<()> {
        self.stop();
        let home = self.dir.path().join("mail").join(user(n));
        for place in ["Maildir", "mdbox", "mdbox/mailboxes/INBOX/dbox-Mails"] {
            let Ok(entries) = fs::read_dir(home.join(place)) else { continue };
            for entry in entries {
                let path = entry?.path();
                let name = path.file_name().unwrap_or_default().to_string_lossy();
                if prefixes.iter().any(|prefix| name.starts_with(prefix)) {
                    fs::remove_file(&path)?;
                }
            }
        }
        self.restart()
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
        for name in ["", "run", "state", "mail", "tls", "tls/ca.pem", "tls/cert.pem", "tls/key.pem", "acl"] {
            system::give_to_servers(&root.join(name))?;
        }
        Ok(())
    }

    /// Look up and read, nothing else: that is what Dovecot calls `[READ-ONLY]`.
    fn access_rules(&self) -> String {
        self.options.read_only.iter().map(|(user, folder)| format!("{folder} user={user} lr\n")).collect()
    }

    fn configure(&self) -> Result<()> {
        let who = Identity::of_servers()?;
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
            (
                "@MECHANISMS@",
                if self.options.tokens.is_some() { " xoauth2 oauthbearer" } else { "" }.to_owned(),
            ),
            ("@TOKENS@", self.token_database()?),
            ("@LOCATION@", location.to_owned()),
            // No test pulls the plug: without waiting for the disk everything is several times faster.
            ("@FSYNC@", "never".to_owned()),
        ];
        let mut template = TEMPLATE.to_owned() + &room_for(self.options.users);
        if let Some(FlagRule { script, settings }) = &self.options.flag_rule {
            fs::write(root.join("rule.sieve"), script)?;
            template += settings;
        }
        let text = values.iter().fold(template, |text, (name, value)| text.replace(name, value));
        fs::write(root.join("dovecot.conf"), text)?;
        Ok(())
    }

    /// Where it asks whose token it got: nothing, or a section of its configuration.
    fn token_database(&self) -> Result<String> {
        let Some(port) = self.options.tokens else { return Ok(String::new()) };
        let path = self.dir.path().join("dovecot-oauth2.conf");
        fs::write(&path, TOKENS.replace("@TOKENS@", &port.to_string()))?;
        Ok(format!(
            "passdb {{\n  driver = oauth2\n  mechanisms = xoauth2 oauthbearer\n  args = {}\n}}",
            path.display()
        ))
    }

    /// Starts the process; `false` if it ended at once, as it does when a port is taken.
    fn launch(&mut self) -> Result<bool> {
        let mut command = system::server_command(DOVECOT)?;
        command.arg("-F").arg("-c").arg(self.dir.path().join("dovecot.conf")).current_dir(self.dir.path());
        if self.options.own_process_group {
            command.process_group(0);
        }
        let mut child = command.spawn().context("cannot run Dovecot")?;
        let is_up = system::comes_up(&mut child, self.imap, &self.greeting, PATIENCE)
            .with_context(|| format!("cannot start Dovecot. Its log ends:\n{}", self.log_tail()))?;
        if is_up {
            self.child = Some(child);
        }
        Ok(is_up)
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

/// Settings for a crowd: a process a session, each a client of the services around it, twice while it signs in. They
/// come last and so stand over the template's; the few of a test need none.
fn room_for(users: usize) -> String {
    if users <= FEW_USERS {
        return String::new();
    }
    let (processes, clients) = (2 * users + 100, 4 * users + 1_000);
    format!(
        "default_client_limit = {clients}\n\
         service imap {{\n  process_limit = {processes}\n}}\n\
         service imap-login {{\n  process_min_avail = 2\n}}\n"
    )
}

/// The name of user `n`, from 1.
pub fn user(n: usize) -> String {
    format!("u{n}")
}

/// The password of user `n`, from 1.
pub fn password(n: usize) -> String {
    format!("pw{n}")
}
