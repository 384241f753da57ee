//! A screen that nobody sees: Debian's Xvfb.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::system;

/// Where Debian puts it.
pub(super) const XVFB: &str = "/usr/bin/Xvfb";

pub(super) struct Screen {
    child: Child,
    name: String,
}

impl Screen {
    /// Starts one with a number that is free.
    pub(super) fn start(width: u32, height: u32) -> Result<Self> {
        let mut command = Command::new(XVFB);
        let size = format!("{width}x{height}x24");
        command.args(["-displayfd", "1", "-nolisten", "tcp", "-screen", "0", &size]);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().context("cannot run Xvfb: install Debian's xvfb")?;
        let mut number = String::new();
        if let Some(stdout) = child.stdout.take() {
            BufReader::new(stdout).read_line(&mut number)?;
        }
        if number.trim().is_empty() {
            let _ = system::kill_family(&mut child);
            bail!("Xvfb did not start");
        }
        Ok(Self { child, name: format!(":{}", number.trim()) })
    }

    /// For the environment variable `DISPLAY`.
    pub(super) fn name(&self) -> &str {
        &self.name
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        let _ = system::kill_family(&mut self.child);
    }
}
