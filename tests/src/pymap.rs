//! A private pymap: an IMAP server that keeps no keywords and answers OK all the same.

use std::io::{BufRead, BufReader};
use std::net::{Ipv4Addr, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::client::Witness;
use crate::{dovecot, install, langhals, system};

/// A running pymap with user `u1`, password `pw1` and its own demonstration mails (UIDs from 101).
pub struct Pymap {
    /// Plain IMAP.
    pub port: u16,
    child: Child,
}

impl Pymap {
    /// Starts one and waits until it greets.
    ///
    /// # Errors
    /// If it cannot be installed or started; a test that cannot have it says "skipped" and why.
    pub fn start() -> Result<Self> {
        let program = install::ensure_pymap()?;
        let [port] = system::free_ports()?;
        let child = Command::new(program)
            .args(["--host", "127.0.0.1", "--port", &port.to_string(), "--no-tls", "--no-service", "admin"])
            .args([
                "dict",
                "--demo-data",
                "--demo-user",
                &dovecot::user(1),
                "--demo-password",
                &dovecot::password(1),
            ])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .context("cannot run pymap")?;
        let mut server = Self { port, child };
        langhals::wait_for("pymap's greeting", Duration::from_secs(20), || {
            if let Some(status) = server.child.try_wait()? {
                bail!("pymap ended at once ({status})");
            }
            Ok(greets(port).then_some(()))
        })?;
        Ok(server)
    }

    /// A new connection of the independent client, logged in.
    ///
    /// # Errors
    /// If the server refuses it.
    pub fn witness(&self) -> Result<Witness> {
        Witness::login(self.port, &dovecot::user(1), &dovecot::password(1))
    }
}

impl Drop for Pymap {
    fn drop(&mut self) {
        let _ = system::stop(&mut self.child, Duration::from_secs(3));
    }
}

fn greets(port: u16) -> bool {
    let Ok(stream) = TcpStream::connect((Ipv4Addr::LOCALHOST, port)) else { return false };
    let mut line = String::new();
    stream.set_read_timeout(Some(Duration::from_secs(5))).is_ok()
        && BufReader::new(stream).read_line(&mut line).is_ok()
        && line.starts_with("* OK")
}
