//! The meters of a Linux machine: the processor's energy counters, and how long a core worked for this thread.
//!
//! ```text
//!   /sys/class/powercap/intel-rapl:N/{name,energy_uj,max_energy_range_uj}     root may read it; AMD shows the same
//!   /proc/thread-self/schedstat                                               nanoseconds on a core, first number
//! ```

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Where the meters are.
#[derive(Clone, Debug)]
pub struct Meters {
    powercap: PathBuf,
    schedstat: PathBuf,
}

/// The meters at a moment.
pub struct Stand {
    packages: Vec<Package>,
    cpu: Option<Duration>,
    at: Instant,
}

/// The counter of one processor.
struct Package {
    micro_joules: u64,
    /// It begins anew beyond this.
    range: u64,
}

/// What was spent between two moments.
pub(super) struct Reading {
    /// By all processors of the machine; nothing where there is no counter.
    pub joules: Option<f64>,
    /// Of a core, for this thread.
    pub cpu: Option<Duration>,
    /// On the clock.
    pub elapsed: Duration,
}

impl Meters {
    /// Those of this machine.
    pub fn of_this_machine() -> Self {
        Self::at("/sys/class/powercap".into(), "/proc/thread-self/schedstat".into())
    }

    fn at(powercap: PathBuf, schedstat: PathBuf) -> Self {
        Self { powercap, schedstat }
    }

    /// Reads them all.
    pub fn read(&self) -> Stand {
        Stand { packages: self.packages(), cpu: self.cpu(), at: Instant::now() }
    }

    /// In order of their names. One that cannot be read makes all useless: a part of the energy is no figure.
    fn packages(&self) -> Vec<Package> {
        let Ok(entries) = fs::read_dir(&self.powercap) else { return Vec::new() };
        let mut zones: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
        zones.retain(|zone| is_package(zone));
        zones.sort();
        zones.iter().map(|zone| package(zone)).collect::<Option<_>>().unwrap_or_default()
    }

    fn cpu(&self) -> Option<Duration> {
        let text = fs::read_to_string(&self.schedstat).ok()?;
        text.split_whitespace().next()?.parse().ok().map(Duration::from_nanos)
    }
}

/// Zones below a package (cores, memory) are in its figure already, and `psys` would count it twice.
fn is_package(zone: &Path) -> bool {
    let name = zone.file_name().unwrap_or_default().to_string_lossy();
    let top = name.strip_prefix("intel-rapl:").is_some_and(|number| !number.contains(':'));
    top && fs::read_to_string(zone.join("name")).is_ok_and(|name| name.starts_with("package"))
}

fn package(zone: &Path) -> Option<Package> {
    let number = |file: &str| fs::read_to_string(zone.join(file)).ok()?.trim().parse().ok();
    Some(Package { micro_joules: number("energy_uj")?, range: number("max_energy_range_uj")? })
}

impl Stand {
    /// How long ago.
    pub fn since(&self) -> Duration {
        self.at.elapsed()
    }

    /// What was spent since an earlier moment.
    pub(super) fn minus(&self, before: &Self) -> Reading {
        let same = !self.packages.is_empty() && self.packages.len() == before.packages.len();
        let joules = || -> f64 {
            let pairs = self.packages.iter().zip(&before.packages);
            pairs.map(|(now, then)| now.since(then) as f64 / 1e6).sum()
        };
        Reading {
            joules: same.then(joules),
            cpu: self.cpu.zip(before.cpu).map(|(now, then)| now.saturating_sub(then)),
            elapsed: self.at.duration_since(before.at),
        }
    }
}

impl Package {
    fn since(&self, before: &Self) -> u64 {
        match self.micro_joules.checked_sub(before.micro_joules) {
            Some(spent) => spent,
            None => self.range.saturating_sub(before.micro_joules).saturating_add(self.micro_joules),
        }
    }
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;

    fn zone(dir: &TempDir, name: &str, kind: &str, micro_joules: u64) {
        let zone = dir.path().join(name);
        fs::create_dir_all(&zone).unwrap();
        fs::write(zone.join("name"), format!("{kind}\n")).unwrap();
        fs::write(zone.join("energy_uj"), format!("{micro_joules}\n")).unwrap();
        fs::write(zone.join("max_energy_range_uj"), "1000000\n").unwrap();
    }

    fn meters(dir: &TempDir) -> Meters {
        Meters::at(dir.path().to_owned(), dir.path().join("schedstat"))
    }

    #[test]
    fn the_processors_are_added_up_and_a_counter_that_began_anew_is_understood() {
        let dir = TempDir::new().unwrap();
        let stand = |one, two| {
            zone(&dir, "intel-rapl:0", "package-0", one);
            zone(&dir, "intel-rapl:1", "package-1", two);
            zone(&dir, "intel-rapl:0:0", "core", one * 7);
            zone(&dir, "intel-rapl:2", "psys", one * 9);
            zone(&dir, "intel-rapl-mmio:0", "package-0", one);
            meters(&dir).read()
        };
        let (before, after) = (stand(100_000, 900_000), stand(400_000, 200_000));
        let joules = after.minus(&before).joules.unwrap();
        assert!((joules - 0.6).abs() < 1e-9, "{joules}");
    }

    #[test]
    fn a_machine_without_counters_or_with_one_that_may_not_be_read_has_none() {
        let dir = TempDir::new().unwrap();
        let none = |dir: &TempDir| meters(dir).read().minus(&meters(dir).read()).joules.is_none();
        assert!(none(&dir));
        zone(&dir, "intel-rapl:0", "package-0", 1);
        zone(&dir, "intel-rapl:1", "package-1", 1);
        assert!(!none(&dir));
        fs::remove_file(dir.path().join("intel-rapl:1/energy_uj")).unwrap();
        assert!(none(&dir));
    }

    #[test]
    fn the_time_of_a_core_is_the_first_number() {
        let dir = TempDir::new().unwrap();
        let write = |text: &str| fs::write(dir.path().join("schedstat"), text).unwrap();
        assert_eq!(meters(&dir).read().cpu, None);
        write("1500000000 77 3\n");
        let before = meters(&dir).read();
        write("1700000000 78 4\n");
        let spent = meters(&dir).read().minus(&before).cpu;
        assert_eq!(spent, Some(Duration::from_millis(200)));
    }
}
