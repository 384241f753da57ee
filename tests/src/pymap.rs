//! A private pymap: an IMAP server that keeps no keywords and answers OK all the same.

use std::path::PathBuf;
use std::process::Child;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::client::Witness;
use crate::dovecot::{password, user};
use crate::{install, system};

/// A running pymap with user `u1`, password `pw1` and its own demonstration mails (UIDs from 101), all in memory.
pub struct Pymap {
    /// Plain IMAP.
    pub port: u16,
    program: PathBuf,
    child: Option<Child>,
}

impl Pymap {
    /// Starts one and waits until it greets.
    ///
    /// # Errors
    /// If it cannot be installed or started; a test that cannot have it says "skipped" and why.
    pub fn start() -> Result<Self> {
        let [port] = system::free_ports()?;
        let mut server = Self { port, program: install::ensure_pymap()?, child: None };
        server.launch()?;
        Ok(server)
    }

    /// Stops it and starts it on the same port: with its demonstration mails as they were, and nothing else.
    ///
    /// # Errors
    /// If it does not come up again.
    pub fn restart(&mut self) -> Result<()> {
        self.stop();
        self.launch()
    }

    /// A new connection of the independent client, logged in.
    ///
    /// # Errors
    /// If the server refuses it.
    pub fn witness(&self) -> Result<Witness> {
        Witness::login(self.port, &user(1), &password(1))
    }

    fn launch(&mut self) -> Result<()> {
        let (port, user, password) = (self.port.to_string(), user(1), password(1));
        let mut command = system::quiet_command(&self.program);
        command.args(["--host", "127.0.0.1", "--port", &port, "--no-tls", "--no-service", "admin"]);
        command.args(["dict", "--demo-data", "--demo-user", &user, "--demo-password", &password]);
        let mut child = command.spawn().context("cannot run pymap")?;
        if !system::comes_up(&mut child, self.port, "", Duration::from_secs(20))? {
            bail!("cannot start pymap: it ended at once");
        }
        self.child = Some(child);
        Ok(())
    }

    fn stop(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = system::stop(&mut child, Duration::from_secs(3));
        }
    }
}

impl Drop for Pymap {
    fn drop(&mut self) {
        self.stop();
    }
}
