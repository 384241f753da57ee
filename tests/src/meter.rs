//! What a process costs, as the kernel counts it (`/proc`, proc(5)).

use std::fs;
use std::process::{Command, ExitStatus};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

/// Ticks of the kernel's accounting a second: 100 on every Linux (`USER_HZ`).
const TICKS: f64 = 100.0;

/// What a process, and all that it started, have cost so far.
#[derive(Clone, Copy, Debug, Default)]
pub struct Cost {
    /// Time on a processor, the kernel's work for it included.
    pub cpu: Duration,
    /// Memory that is resident now, in octets; pages shared by several count in each.
    pub resident: u64,
}

/// CPU time and memory of a process and its descendants; children that have ended count as the kernel adds them to their
/// parent.
///
/// # Errors
/// If there is no such process.
pub fn family(pid: u32) -> Result<Cost> {
    let mut cost = Cost { cpu: cpu_with_ended_children(pid)?, resident: resident(pid)? };
    for child in children(pid) {
        // One that ends meanwhile is its parent's from now on.
        if let Ok(of_child) = family(child) {
            cost.cpu += of_child.cpu;
            cost.resident += of_child.resident;
        }
    }
    Ok(cost)
}

/// Resident memory of one process, in octets.
///
/// # Errors
/// If there is no such process.
pub fn resident(pid: u32) -> Result<u64> {
    of_status(pid, "VmRSS:")
}

/// The most memory that one process ever had resident, in octets.
///
/// # Errors
/// If there is no such process.
pub fn peak(pid: u32) -> Result<u64> {
    of_status(pid, "VmHWM:")
}

/// CPU time of this process so far, and of its children that have ended and were waited for.
///
/// # Errors
/// Without `/proc`.
pub fn ours() -> Result<Duration> {
    cpu_with_ended_children(std::process::id())
}

/// What a program cost from its start to its end.
#[derive(Clone, Copy, Debug)]
pub struct Whole {
    /// How it ended.
    pub status: ExitStatus,
    /// Wall time.
    pub took: Duration,
    /// Its CPU time, as last seen.
    pub cpu: Duration,
    /// The most memory that it had resident, in octets, as last seen.
    pub peak: u64,
}

/// Runs a program to its end and looks at it all the while; what it did in its last two milliseconds is not seen.
///
/// # Errors
/// If it cannot be started.
pub fn whole(command: &mut Command) -> Result<Whole> {
    let start = Instant::now();
    let mut child = command.spawn().context("cannot start what is to be measured")?;
    let (mut cpu, mut most) = (Duration::ZERO, 0);
    loop {
        // Once it has ended there is nothing to read any more.
        cpu = cpu_with_ended_children(child.id()).unwrap_or(cpu).max(cpu);
        most = peak(child.id()).unwrap_or(most).max(most);
        if let Some(status) = child.try_wait()? {
            return Ok(Whole { status, took: start.elapsed(), cpu, peak: most });
        }
        thread::sleep(Duration::from_millis(2));
    }
}

/// CPU time of one process and of its children that have ended.
fn cpu_with_ended_children(pid: u32) -> Result<Duration> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat"))?;
    // The name in brackets may hold anything; what follows is numbers.
    let (_, fields) = stat.rsplit_once(')').context("/proc/PID/stat without a name")?;
    let ticks: f64 =
        fields.split_whitespace().skip(11).take(4).filter_map(|field| field.parse::<f64>().ok()).sum();
    Ok(Duration::from_secs_f64(ticks / TICKS))
}

fn children(pid: u32) -> Vec<u32> {
    let threads = fs::read_dir(format!("/proc/{pid}/task")).into_iter().flatten().flatten();
    let listed = threads.filter_map(|thread| fs::read_to_string(thread.path().join("children")).ok());
    listed
        .flat_map(|line| line.split_whitespace().filter_map(|pid| pid.parse().ok()).collect::<Vec<_>>())
        .collect()
}

fn of_status(pid: u32, name: &str) -> Result<u64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status"))?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix(name))
        .context("no such line in /proc/PID/status")?;
    let kib: u64 = line.split_whitespace().next().context("an empty line in /proc/PID/status")?.parse()?;
    Ok(kib * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_own_process_costs_something() {
        let me = std::process::id();
        let cost = family(me).unwrap();
        assert!(cost.resident >= resident(me).unwrap() / 2, "{cost:?}");
        assert!(peak(me).unwrap() >= 100_000);
    }

    #[test]
    fn a_program_is_seen_to_its_end() {
        let whole = whole(Command::new("sh").args(["-c", "sleep 0.05; exit 3"])).unwrap();
        assert_eq!(whole.status.code(), Some(3));
        assert!(whole.took >= Duration::from_millis(50) && whole.peak > 100_000, "{whole:?}");
    }
}
