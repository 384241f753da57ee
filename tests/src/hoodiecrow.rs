//! A private Hoodiecrow: an IMAP server for tests, in memory, with CONDSTORE and answers of its own taste.

use std::path::PathBuf;
use std::process::Child;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::client::Witness;
use crate::dovecot::{password, user};
use crate::{install, system};

const SCRIPT: &str = include_str!("../servers/hoodiecrow.js");

/// A running Hoodiecrow with user `u1`, password `pw1` and an empty INBOX.
pub struct Hoodiecrow {
    /// Plain IMAP.
    pub port: u16,
    modules: PathBuf,
    child: Option<Child>,
}

impl Hoodiecrow {
    /// Starts one and waits until it greets.
    ///
    /// # Errors
    /// If it cannot be installed or started; a test that cannot have it says "skipped" and why.
    pub fn start() -> Result<Self> {
        let [port] = system::free_ports()?;
        let mut server = Self { port, modules: install::ensure_hoodiecrow()?, child: None };
        server.launch()?;
        Ok(server)
    }

    /// Stops it and starts it on the same port: empty, with the same UIDVALIDITY and UIDs from 1 again.
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
        let mut command = system::quiet_command("node");
        command.env("NODE_PATH", &self.modules).arg("-e").arg(SCRIPT);
        command.args([self.port.to_string(), user(1), password(1)]);
        let mut child = command.spawn().context("cannot run node")?;
        if !system::comes_up(&mut child, self.port, "Hoodiecrow", Duration::from_secs(20))? {
            bail!("cannot start Hoodiecrow: it ended at once");
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

impl Drop for Hoodiecrow {
    fn drop(&mut self) {
        self.stop();
    }
}
