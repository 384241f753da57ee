//! The process itself, as Linux tells of it: under the names that every Prometheus exporter gives these figures.

use std::fs;

/// Figures of this process; what the system does not tell is missing.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Process {
    pub cpu_seconds: Option<f64>,
    pub resident_bytes: Option<f64>,
    pub start_seconds: Option<f64>,
    pub open_files: Option<f64>,
}

impl Process {
    /// Looks at it now.
    pub fn look() -> Self {
        let ticks = rustix::param::clock_ticks_per_second() as f64;
        let page = rustix::param::page_size() as f64;
        let stat = fs::read_to_string("/proc/self/stat").ok();
        let fields = stat.as_deref().map(fields).unwrap_or_default();
        let field = |number: usize| fields.get(number).copied();
        let booted = fs::read_to_string("/proc/stat").ok().and_then(|text| booted(&text));
        let files = fs::read_dir("/proc/self/fd").ok();
        Self {
            cpu_seconds: field(UTIME).zip(field(STIME)).map(|(user, system)| (user + system) / ticks),
            resident_bytes: field(RSS).map(|pages| pages * page),
            start_seconds: booted.zip(field(START)).map(|(booted, start)| booted + start / ticks),
            open_files: files.map(|files| files.count() as f64),
        }
    }
}

/// Fields of `/proc/self/stat`, counted from the one behind the program's name (proc(5)).
const UTIME: usize = 11;
const STIME: usize = 12;
const START: usize = 19;
const RSS: usize = 21;

/// The name may hold anything, also blanks and brackets; what is no number becomes one all the same, to keep the count.
fn fields(stat: &str) -> Vec<f64> {
    let behind = stat.rsplit_once(')').map_or("", |(_, behind)| behind);
    behind.split_whitespace().map(|field| field.parse().unwrap_or(0.0)).collect()
}

fn booted(text: &str) -> Option<f64> {
    text.lines().find_map(|line| line.strip_prefix("btime "))?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_with_brackets_does_not_shift_the_fields() {
        let stat = "7 (a) b) S 1 7 7 0 -1 4194560 900 0 0 0 150 50 0 0 20 0 4 0 4200 1000000 512 99";
        let fields = fields(stat);
        assert_eq!([UTIME, STIME, START, RSS].map(|at| fields[at].to_string()), ["150", "50", "4200", "512"]);
        assert_eq!(booted("cpu 1\nbtime 1790000000\n"), Some(1_790_000_000.0));
    }

    #[test]
    fn this_process_has_figures() {
        let process = Process::look();
        assert!(process.resident_bytes > Some(1e5) && process.open_files > Some(2.0), "{process:?}");
        assert!(process.start_seconds > Some(1.7e9) && process.cpu_seconds >= Some(0.0), "{process:?}");
    }
}
