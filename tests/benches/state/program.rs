//! The program itself, started on a state that was written before.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use langhals_tests::langhals::{Langhals, Reach, wait_for};
use langhals_tests::{Dovecot, meter, system, watching};

const PATIENCE: Duration = Duration::from_mins(20);

/// What a start takes.
pub struct Restart {
    pub ready: Duration,
    pub resident: u64,
    pub peak: u64,
}

/// Starts the program with one empty mailbox on a copy of this state, and waits until it is ready.
pub fn restart(server: &Dovecot, state: Option<&Path>) -> Result<Restart> {
    let mut langhals = Langhals::new()?;
    let [port] = system::free_ports()?;
    langhals.settings = format!("[watch]\nlisten = \"127.0.0.1:{port}\"\n");
    langhals.mailbox("post", server, 1, Reach::Tls, "")?;
    if let Some(state) = state {
        fs::remove_dir(langhals.state_dir())?;
        let copied = Command::new("cp").arg("-a").arg(state).arg(langhals.state_dir()).status()?;
        if !copied.success() {
            bail!("cannot copy the state");
        }
    }
    let start = Instant::now();
    let mut running = langhals.spawn()?;
    let pid = running.pid();
    let ready = wait_for("the program to be ready", PATIENCE, || {
        if let Some(status) = running.ended()? {
            bail!("langhals ended before it was ready: {status}");
        }
        let is_ready = watching::get(port, "/readyz").is_ok_and(|(status, _)| status == 200);
        Ok(is_ready.then(|| start.elapsed()))
    })?;
    let restart = Restart { ready, resident: meter::resident(pid)?, peak: meter::peak(pid)? };
    running.stop()?;
    Ok(restart)
}
