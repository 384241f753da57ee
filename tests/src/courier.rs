//! A private Courier on loopback: its imapd behind a small front of ours that does the LOGIN, gone when dropped.
//!
//! ```text
//!   client ─▶ Front: greeting, CAPABILITY, LOGIN ─ hands the socket over ─▶ imapd, one process a session
//! ```
//! Courier's own front needs an authentication daemon and root.

use std::fs;
use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use tempfile::TempDir;

use crate::client::Witness;
use crate::dovecot::{password, user};
use crate::langhals::wait_for;
use crate::unpack::{self, Unpacked};
use crate::{install, system};

const CAPABILITY: &str =
    "IMAP4rev1 UIDPLUS CHILDREN NAMESPACE THREAD=ORDEREDSUBJECT THREAD=REFERENCES SORT QUOTA IDLE";

/// How Debian's imapd is set up by default, but for IDLE, which asks every two seconds instead of using FAM.
const SETTINGS: [(&str, &str); 9] = [
    ("IMAP_CAPABILITY", CAPABILITY),
    ("IMAP_KEYWORDS", "1"),
    ("IMAP_ACL", "0"),
    ("IMAP_USELOCKS", "1"),
    ("IMAP_IDLE_TIMEOUT", "2"),
    ("IMAP_MAILBOX_SANITY_CHECK", "1"),
    ("IMAP_TRASHFOLDERNAME", "Trash"),
    ("IMAP_ENHANCEDIDLE", "0"),
    ("IMAP_ULIMITD", "0"),
];

/// Tells imapd which files change, over a socket in the kernel's memory that bears a name of its own for every bed.
/// Without it every session waits for seconds in vain, and some end.
const WATCHER: &str = "usr/libexec/gam_server";

/// A running Courier; dropping it stops it and removes everything it kept.
pub struct Courier {
    /// Plain IMAP.
    pub imap: u16,
    desk: Arc<Desk>,
    front: Option<Front>,
    watcher: Child,
}

/// Courier's imapd, unpacked under `target/testbed`.
///
/// # Errors
/// If Debian's archive is out of reach.
pub fn ensure() -> Result<Unpacked> {
    unpack::unpack("courier", &["courier-imap", "courier-base", "courier-authlib", "gamin"])
}

impl Courier {
    /// Starts one with users `u1` … `uN`, passwords `pw1` … `pwN` and an empty INBOX each.
    ///
    /// # Errors
    /// If it cannot be had or started; a test that cannot have it says "skipped" and why.
    pub fn start(users: usize) -> Result<Self> {
        let dir = tempfile::Builder::new().prefix("langhals-courier-").tempdir_in("/tmp")?;
        let packages = ensure()?.within_reach(dir.path())?;
        system::give_to_servers(dir.path())?;
        let name = format!("langhals-{:016x}", fastrand::u64(..));
        let desk = Desk { users, name, packages, sessions: Mutex::default(), dir };
        (1..=users).try_for_each(|n| desk.make_maildir(n))?;
        let watcher = desk.start_watcher()?;
        let [imap] = system::free_ports()?;
        let mut server = Self { imap, desk: Arc::new(desk), front: None, watcher };
        server.restart()?;
        Ok(server)
    }

    /// Ends all sessions and starts on the same port with the same mail.
    ///
    /// # Errors
    /// If the port is taken.
    pub fn restart(&mut self) -> Result<()> {
        self.stop();
        // Another test may just be looking whether the port is free.
        let listener = wait_for("Courier's port", Duration::from_secs(10), || {
            Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, self.imap)).ok())
        })?;
        self.front = Some(Front::open(listener, &self.desk));
        Ok(())
    }

    /// Loses what it knows of INBOX of user `n` beside the mails: UIDs and keywords. The flags in file names stay.
    /// UIDVALIDITY is the second in which it numbers anew: it does so until that is another than before.
    ///
    /// # Errors
    /// If it does not come up again.
    pub fn lose_indexes(&mut self, n: usize) -> Result<()> {
        let before = self.witness(n)?.select("INBOX")?.uid_validity;
        let maildir = self.desk.home(n).join("Maildir");
        wait_for("another UIDVALIDITY", Duration::from_secs(10), || {
            self.stop();
            for name in ["courierimapuiddb", "courierimapkeywords"] {
                install::run_quietly("rm", [Path::new("-rf"), &maildir.join(name)])?;
            }
            self.restart()?;
            Ok((self.witness(n)?.select("INBOX")?.uid_validity != before).then_some(()))
        })
    }

    /// A new connection of the independent client, logged in as user `n` (from 1).
    ///
    /// # Errors
    /// If the server refuses it.
    pub fn witness(&self, n: usize) -> Result<Witness> {
        Witness::login(self.imap, &user(n), &password(n))
    }

    fn stop(&mut self) {
        if let Some(front) = self.front.take() {
            front.close(self.imap);
        }
        self.desk.end_sessions();
    }
}

impl Drop for Courier {
    fn drop(&mut self) {
        self.stop();
        let _ = self.watcher.kill();
        let _ = self.watcher.wait();
    }
}

/// The listening thread.
struct Front {
    is_closing: Arc<AtomicBool>,
    thread: JoinHandle<()>,
}

impl Front {
    fn open(listener: TcpListener, desk: &Arc<Desk>) -> Self {
        let is_closing = Arc::new(AtomicBool::new(false));
        let (flag, desk) = (Arc::clone(&is_closing), Arc::clone(desk));
        let thread = thread::spawn(move || {
            for stream in listener.incoming().filter_map(Result::ok) {
                if flag.load(Ordering::SeqCst) {
                    return;
                }
                let desk = Arc::clone(&desk);
                // A client that goes away in the middle is no concern of ours.
                thread::spawn(move || desk.receive(stream).unwrap_or_default());
            }
        });
        Self { is_closing, thread }
    }

    fn close(self, port: u16) {
        self.is_closing.store(true, Ordering::SeqCst);
        // Wakes the thread up.
        let _ = TcpStream::connect((Ipv4Addr::LOCALHOST, port));
        let _ = self.thread.join();
    }
}

/// Knows the users and starts their sessions.
struct Desk {
    users: usize,
    name: String,
    packages: Unpacked,
    sessions: Mutex<Vec<Child>>,
    dir: TempDir,
}

impl Desk {
    fn make_maildir(&self, n: usize) -> Result<()> {
        let maildir = self.home(n).join("Maildir");
        let folders = ["cur", "new", "tmp"].map(|folder| maildir.join(folder));
        if !system::server_command("mkdir")?.arg("-p").args(folders).status()?.success() {
            bail!("cannot make {}", maildir.display());
        }
        Ok(())
    }

    fn home(&self, n: usize) -> PathBuf {
        self.dir.path().join(user(n))
    }

    /// Talks to a client until it has logged in; from then on imapd has the connection.
    fn receive(&self, mut client: TcpStream) -> Result<()> {
        write!(client, "* OK [CAPABILITY {CAPABILITY}] Courier-IMAP ready.\r\n")?;
        loop {
            let line = read_line(&mut client)?;
            let words: Vec<&str> = line.split_whitespace().collect();
            let [tag, command, arguments @ ..] = words.as_slice() else { bail!("no command") };
            match command.to_ascii_uppercase().as_str() {
                "CAPABILITY" => {
                    write!(client, "* CAPABILITY {CAPABILITY}\r\n{tag} OK CAPABILITY completed\r\n")?;
                }
                "NOOP" => write!(client, "{tag} OK NOOP completed\r\n")?,
                "LOGOUT" => return Ok(write!(client, "* BYE\r\n{tag} OK LOGOUT completed\r\n")?),
                "LOGIN" => match self.user(arguments) {
                    Some(n) => return self.open_session(client, n, tag),
                    None => write!(client, "{tag} NO Login failed.\r\n")?,
                },
                _ => write!(client, "{tag} NO Error in IMAP command received by server.\r\n")?,
            }
        }
    }

    fn user(&self, arguments: &[&str]) -> Option<usize> {
        let [name, secret] = arguments else { return None };
        let (name, secret) = (name.trim_matches('"'), secret.trim_matches('"'));
        (1..=self.users).find(|&n| user(n) == name && password(n) == secret)
    }

    fn open_session(&self, client: TcpStream, n: usize, tag: &str) -> Result<()> {
        let mut command = self.imapd(n)?;
        command.env("IMAPLOGINTAG", tag).arg("Maildir");
        let client = OwnedFd::from(client);
        command.stdin(client.try_clone()?).stdout(client);
        let child = command.spawn().context("cannot run Courier's imapd")?;
        let mut sessions = self.sessions.lock().unwrap_or_else(PoisonError::into_inner);
        sessions.retain_mut(|session| matches!(session.try_wait(), Ok(None)));
        sessions.push(child);
        Ok(())
    }

    /// imapd as it is when Courier's front has let somebody in.
    fn imapd(&self, n: usize) -> Result<Command> {
        let mut command = self.command("usr/bin/imapd")?;
        command.envs(SETTINGS).env("HOME", self.home(n)).env("MAILDIR", "Maildir").current_dir(self.home(n));
        command.env("TCPREMOTEIP", "127.0.0.1").env("TCPREMOTEPORT", "1");
        for name in ["AUTHENTICATED", "AUTHADDR", "AUTHFULLNAME"] {
            command.env(name, user(n));
        }
        Ok(command)
    }

    fn start_watcher(&self) -> Result<Child> {
        let mut child = self.command(WATCHER)?.arg("--notimeout").arg(&self.name).spawn()?;
        wait_for("Courier's file watcher", Duration::from_secs(20), || {
            if let Some(status) = child.try_wait()? {
                bail!("cannot start Courier's file watcher ({status})");
            }
            Ok(fs::read_to_string("/proc/net/unix")?.contains(&self.name).then_some(()))
        })?;
        Ok(child)
    }

    fn command(&self, program: &str) -> Result<Command> {
        let mut command = system::server_command(self.packages.path(program))?;
        let library_path = self.packages.library_path(&["usr/lib", "usr/lib/courier-authlib"]);
        command.env("LD_LIBRARY_PATH", library_path).env("GAM_CLIENT_ID", &self.name);
        Ok(command)
    }

    fn end_sessions(&self) {
        for mut session in self.sessions.lock().unwrap_or_else(PoisonError::into_inner).drain(..) {
            let _ = session.kill();
            let _ = session.wait();
        }
    }
}

/// A line without its end. Read byte by byte: what comes after it is imapd's.
fn read_line(client: &mut TcpStream) -> io::Result<String> {
    let mut line = Vec::new();
    let mut byte = [0];
    while !line.ends_with(b"\r\n") {
        client.read_exact(&mut byte)?;
        line.push(byte[0]);
    }
    Ok(String::from_utf8_lossy(&line).trim_end().to_owned())
}
