//! Runs a program to its end, and says what it cost.

use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use langhals_tests::{meter, system};

/// How often memory is looked at. The kernel keeps the peak itself; only the last look can miss something.
const LOOK: Duration = Duration::from_millis(50);

/// What a program cost.
#[derive(Clone, Copy, Debug, Default)]
pub struct Cost {
    /// From its start to its end, in seconds.
    pub seconds: f64,
    /// On all processors together.
    pub cpu: f64,
    /// The most memory that it had resident, in octets.
    pub peak: u64,
}

/// How it ended.
pub enum Outcome {
    /// Well.
    Done(Cost),
    /// Not, and why.
    BrokeOff(String),
}

/// Runs it, at most for `patience`.
pub fn metered(command: &mut Command, patience: Duration) -> Result<Outcome> {
    let start = Instant::now();
    let program = command.get_program().to_string_lossy().into_owned();
    let mut child =
        command.stderr(Stdio::inherit()).spawn().with_context(|| format!("cannot run {program}"))?;
    let mut cost = Cost::default();
    loop {
        let ended = child.try_wait()?;
        cost.seconds = start.elapsed().as_secs_f64();
        match ended {
            Some(status) if status.success() => return Ok(Outcome::Done(cost)),
            Some(status) => return Ok(Outcome::BrokeOff(format!("ended with {status}"))),
            None if start.elapsed() > patience => {
                system::kill_family(&mut child)?;
                return Ok(Outcome::BrokeOff(format!("not done after {} minutes", patience.as_secs() / 60)));
            }
            None => {}
        }
        // Between its end and our noticing it there is nothing to read.
        cost.peak = meter::peak(child.id()).unwrap_or_default().max(cost.peak);
        cost.cpu = meter::family(child.id()).map_or(cost.cpu, |family| family.cpu.as_secs_f64());
        thread::sleep(LOOK);
    }
}
