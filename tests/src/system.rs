//! What the test bed must know of the machine: who we are, which ports are free, how to stop a process.

use std::ffi::OsStr;
use std::fs;
use std::io::{self, BufRead, BufReader};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::os::unix::fs::{MetadataExt, chown};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

/// `nobody` and `nogroup`, who run the servers where we are root.
pub const NOBODY: u32 = 65534;

/// Whether this process runs as root.
///
/// # Errors
/// Without `/proc`.
pub fn is_root() -> Result<bool> {
    let owner = fs::metadata("/proc/self").context("cannot read /proc/self: this test bed needs Linux")?;
    Ok(owner.uid() == 0)
}

/// Whom servers run as: `nobody` where we are root, as mail servers refuse root; else ourselves.
pub struct Identity {
    /// User name.
    pub user: String,
    /// Group name.
    pub group: String,
    /// User id.
    pub uid: String,
    /// Group id.
    pub gid: String,
}

impl Identity {
    /// Asks the system.
    ///
    /// # Errors
    /// If it does not know.
    pub fn of_servers() -> Result<Self> {
        let whom: &[&str] = if is_root()? { &["nobody"] } else { &[] };
        let ask = |what: &'static str| output_of("id", &[&[what], whom].concat());
        Ok(Self { user: ask("-un")?, group: ask("-gn")?, uid: ask("-u")?, gid: ask("-g")? })
    }
}

/// A command without a terminal, silent.
pub fn quiet_command(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command
}

/// A silent command that runs as servers do.
///
/// # Errors
/// Without `/proc`.
pub fn server_command(program: impl AsRef<OsStr>) -> Result<Command> {
    if !is_root()? {
        return Ok(quiet_command(program));
    }
    let mut command = quiet_command("setpriv");
    command.args(["--reuid=65534", "--regid=65534", "--clear-groups"]).arg(program);
    Ok(command)
}

/// Hands a file or directory to whom servers run as.
///
/// # Errors
/// If that is not allowed.
pub fn give_to_servers(path: &Path) -> Result<()> {
    if is_root()? {
        chown(path, Some(NOBODY), Some(NOBODY))
            .with_context(|| format!("cannot give {} away", path.display()))?;
    }
    Ok(())
}

/// Waits until `child` says a greeting with `word` in it on that port; `false` if it ended before, as servers do
/// when their port is taken.
///
/// # Errors
/// If it does not greet within `patience`; it is stopped then.
pub fn comes_up(child: &mut Child, port: u16, word: &str, patience: Duration) -> Result<bool> {
    let end = Instant::now() + patience;
    while Instant::now() < end {
        if child.try_wait()?.is_some() {
            return Ok(false);
        }
        if greeting(port).is_some_and(|line| line.starts_with("* OK") && line.contains(word)) {
            return Ok(child.try_wait()?.is_none());
        }
        thread::sleep(Duration::from_millis(10));
    }
    stop(child, Duration::from_secs(2))?;
    bail!("the server did not greet within {patience:?}")
}

fn greeting(port: u16) -> Option<String> {
    let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).ok()?;
    stream.set_read_timeout(Some(Duration::from_secs(5))).ok()?;
    let mut line = String::new();
    BufReader::new(stream).read_line(&mut line).ok()?;
    Some(line)
}

/// Ports on 127.0.0.1 that nobody listens on right now.
///
/// They lie below Linux' range for outgoing connections (32768 and up), so that only another
/// server can take them before we do; whoever uses them must still expect that and try again.
///
/// # Errors
/// If a thousand tries found too few.
pub fn free_ports<const N: usize>() -> Result<[u16; N]> {
    let mut found = Vec::new();
    for _ in 0..1000 {
        let port = fastrand::u16(20_000..32_000);
        let is_new = found.iter().all(|&(taken, _)| taken != port);
        if is_new && let Ok(listener) = TcpListener::bind((Ipv4Addr::LOCALHOST, port)) {
            found.push((port, listener));
        }
        if found.len() == N {
            return Ok(std::array::from_fn(|i| found[i].0));
        }
    }
    bail!("cannot find {N} free ports on 127.0.0.1")
}

/// Whether nobody listens on this port of 127.0.0.1 right now.
pub fn is_free(port: u16) -> bool {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok()
}

/// What a command prints on stdout, without the final newline.
///
/// # Errors
/// If it cannot be run or fails.
pub fn output_of(program: &str, args: &[&str]) -> Result<String> {
    let out = Command::new(program)
        .args(args)
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("cannot run {program}"))?;
    if !out.status.success() {
        bail!("{program} {}: {}", args.join(" "), String::from_utf8_lossy(&out.stderr).trim());
    }
    Ok(String::from_utf8_lossy(&out.stdout).trim_end().to_owned())
}

/// Ends a child politely (SIGTERM), and with SIGKILL if it is still there after `patience`.
///
/// # Errors
/// If its end cannot be waited for.
pub fn stop(child: &mut Child, patience: Duration) -> io::Result<ExitStatus> {
    signal(child.id(), "TERM");
    if let Some(status) = exit_within(child, patience)? {
        return Ok(status);
    }
    child.kill()?;
    child.wait()
}

/// Ends a child and its own children at once with SIGKILL, and waits until they are gone.
///
/// # Errors
/// If its children cannot be told or its end cannot be waited for.
pub fn kill_family(child: &mut Child) -> io::Result<()> {
    let pid = child.id();
    let children = fs::read_to_string(format!("/proc/{pid}/task/{pid}/children"))?;
    let _ = shell(&format!("kill -KILL {pid} {children}"));
    child.wait()?;
    let end = Instant::now() + Duration::from_secs(2);
    // What nobody has reaped yet still has an entry there, but no command line.
    let is_alive = |pid: &str| fs::read(format!("/proc/{pid}/cmdline")).is_ok_and(|line| !line.is_empty());
    while children.split_whitespace().any(is_alive) && Instant::now() < end {
        thread::sleep(Duration::from_millis(2));
    }
    Ok(())
}

/// Runs this program anew, with the same arguments, if it may open fewer files than `wanted`; what it starts then may
/// open as many.
///
/// # Errors
/// If the system does not allow so many.
pub fn with_open_files(wanted: u64) -> Result<()> {
    const AGAIN: &str = "LANGHALS_TESTS_OPEN_FILES";
    let limits = fs::read_to_string("/proc/self/limits").context("cannot read /proc/self/limits")?;
    let line = limits.lines().find_map(|line| line.strip_prefix("Max open files"));
    let soft = line.and_then(|line| line.split_whitespace().next()).unwrap_or_default();
    if soft == "unlimited" || soft.parse::<u64>().is_ok_and(|soft| soft >= wanted) {
        return Ok(());
    }
    if std::env::var_os(AGAIN).is_some() {
        bail!("this needs {wanted} open files, and the system allows {soft}");
    }
    let mut shell = Command::new("sh");
    shell.args(["-c", &format!("ulimit -n {wanted} && exec \"$@\""), "sh"]);
    shell.arg(std::env::current_exe()?).args(std::env::args_os().skip(1)).env(AGAIN, "1");
    Err(shell.exec()).context("cannot start anew with more open files")
}

/// Where more cores may be used, keeps this process and what it starts to so many of them. Says whether that was needed.
///
/// # Errors
/// If the system does not say, or does not allow it.
pub fn keep_to_cores(most: usize) -> Result<bool> {
    let status = fs::read_to_string("/proc/self/status").context("cannot read /proc/self/status")?;
    let list = status.lines().find_map(|line| line.strip_prefix("Cpus_allowed_list:"));
    let cores = cores(list.unwrap_or_default().trim());
    if cores.len() <= most {
        return Ok(false);
    }
    let chosen: Vec<String> = cores.iter().take(most).map(ToString::to_string).collect();
    output_of("taskset", &["-p", "-c", &chosen.join(","), &std::process::id().to_string()])?;
    Ok(true)
}

/// The numbers of a list as the kernel writes it, e.g. `0-3,7`.
fn cores(list: &str) -> Vec<u32> {
    let range = |range: &str| {
        let (first, last) = range.split_once('-').unwrap_or((range, range));
        Some(first.parse().ok()?..=last.parse().ok()?)
    };
    list.split(',').filter_map(range).flatten().collect()
}

/// Sends a signal to a process.
pub fn signal(pid: u32, name: &str) {
    let _ = shell(&format!("kill -{name} {pid}"));
}

/// Without unsafe code the standard library can only send SIGKILL, and only to its own children;
/// the shell's own `kill` is there even where the program is not.
fn shell(line: &str) -> io::Result<ExitStatus> {
    Command::new("sh").args(["-c", line]).stderr(Stdio::null()).status()
}

/// How a child ended, if it does within `limit`.
///
/// # Errors
/// If its end cannot be waited for.
pub fn exit_within(child: &mut Child, limit: Duration) -> io::Result<Option<ExitStatus>> {
    let end = Instant::now() + limit;
    loop {
        let status = child.try_wait()?;
        if status.is_some() || Instant::now() >= end {
            return Ok(status);
        }
        thread::sleep(Duration::from_millis(5));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_of_cores_are_read() {
        assert_eq!(cores("0-3,7"), [0, 1, 2, 3, 7]);
        assert_eq!((cores("5"), cores("")), (vec![5], vec![]));
    }
}
