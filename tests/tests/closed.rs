//! Secrets stay inside: no core dump, nobody but root looks into the process, no password on a command line, none left
//! in memory once it was used.
#![allow(clippy::unwrap_used, reason = "what a test needs and does not get is a failure")]

use std::fs::{self, File, Permissions};
use std::io;
use std::os::unix::fs::{FileExt as _, MetadataExt as _, PermissionsExt as _, chown};
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use langhals_tests::corpus::repo_root;
use langhals_tests::langhals::{Langhals, binary, wait_for};
use langhals_tests::{Dovecot, Options};

const NOBODY: u32 = 65_534;
const SOON: Duration = Duration::from_mins(1);

/// Ended with the test.
struct Ended(Child);

impl Drop for Ended {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn is_root() -> bool {
    fs::metadata("/proc/self").unwrap().uid() == 0
}

/// As somebody who has no rights of root: `nobody` where the test is run by root, else whoever runs it.
fn as_nobody(command: &mut Command) -> &mut Command {
    if is_root() { command.uid(NOBODY).gid(NOBODY) } else { command }
}

fn give_away(path: &Path) {
    if is_root() {
        chown(path, Some(NOBODY), Some(NOBODY)).unwrap();
    }
    if path.is_dir() {
        for entry in fs::read_dir(path).unwrap() {
            give_away(&entry.unwrap().path());
        }
    }
}

/// Whether somebody of the same user may read this of a process.
fn same_user_reads(pid: u32, file: &str) -> bool {
    let mut read = Command::new("head");
    read.args(["-c", "1", &format!("/proc/{pid}/{file}")]).stdout(Stdio::null()).stderr(Stdio::null());
    as_nobody(&mut read).status().unwrap().success()
}

#[test]
fn a_running_langhals_leaves_no_core_dump_and_its_own_user_cannot_look_into_it() {
    // Where nobody can reach it.
    let place = tempfile::tempdir().unwrap();
    fs::set_permissions(place.path(), Permissions::from_mode(0o755)).unwrap();
    let copy = place.path().join("langhals");
    fs::copy(binary().unwrap(), &copy).unwrap();
    let models = place.path().join("models");
    fs::create_dir_all(models.join("standard-1")).unwrap();
    for file in ["PROMOTED", "standard-1/manifest.json", "standard-1/weights.bin"] {
        fs::copy(repo_root().join("models").join(file), models.join(file)).unwrap();
    }
    let mut langhals = Langhals::with_binary(copy).unwrap();
    langhals.environment.insert("LANGHALS_MODEL__DIR".to_owned(), models.to_str().unwrap().to_owned());
    langhals.any_mailbox("post", 1, "none", ("u1", "Zwiebelfischkonzert"), "").unwrap();
    let log = File::create(langhals.log_file()).unwrap();
    let mut command = langhals.command(&["run"]).unwrap();
    command.stdout(log.try_clone().unwrap()).stderr(log).process_group(0);
    give_away(langhals.dir());
    let running = Ended(as_nobody(&mut command).spawn().unwrap());
    wait_for("the page", SOON, || {
        Ok(fs::read_to_string(langhals.log_file())?.contains("http://").then_some(()))
    })
    .unwrap();

    let pid = running.0.id();
    let limits = fs::read_to_string(format!("/proc/{pid}/limits")).unwrap();
    let core = limits.lines().find(|line| line.starts_with("Max core file size")).unwrap();
    assert_eq!(core.split_whitespace().skip(4).take(2).collect::<Vec<_>>(), ["0", "0"], "{core}");
    let other = Ended(as_nobody(Command::new("sleep").arg("600")).spawn().unwrap());
    for file in ["environ", "maps", "auxv"] {
        assert!(
            same_user_reads(other.0.id(), file),
            "{file} of an ordinary process: the test proves nothing"
        );
        assert!(!same_user_reads(pid, file), "its user can read {file}");
    }
    assert!(!same_user_reads(pid, "mem"));
    let line = fs::read(format!("/proc/{pid}/cmdline")).unwrap();
    assert!(!String::from_utf8_lossy(&line).contains("Zwiebelfisch"));
}

/// How often the words stand in what a process can write to; `None` where we may not look.
fn in_memory(pid: u32, words: &[u8]) -> Option<usize> {
    let denied = |error: io::Error| assert_eq!(error.kind(), io::ErrorKind::PermissionDenied);
    let maps = fs::read_to_string(format!("/proc/{pid}/maps")).map_err(denied).ok()?;
    let memory = File::open(format!("/proc/{pid}/mem")).map_err(denied).ok()?;
    let mut found = 0;
    for line in maps.lines().filter(|line| line.split(' ').nth(1).is_some_and(|mode| mode.starts_with("rw")))
    {
        let (from, to) = line.split(' ').next().unwrap().split_once('-').unwrap();
        let [from, to] = [from, to].map(|number| u64::from_str_radix(number, 16).unwrap());
        let mut bytes = vec![0; usize::try_from(to - from).unwrap()];
        // What goes meanwhile holds nothing any more.
        if memory.read_exact_at(&mut bytes, from).is_ok() {
            let first = words[0];
            let starts = bytes.iter().enumerate().filter(|(_, byte)| **byte == first).map(|(at, _)| at);
            found += starts.filter(|at| bytes[*at..].starts_with(words)).count();
        }
    }
    Some(found)
}

/// Each way by which a password goes to a server: over TLS and in the clear, as LOGIN and as AUTHENTICATE PLAIN.
#[test]
fn no_password_is_left_in_memory_once_it_was_used() {
    let passwords = ["Zwiebelfischkonzert-1", "Zwiebelfischkonzert-2", "Zwiebelfischkonzert-ü"];
    let server = Dovecot::start(Options { users: 3, ..Options::default() }).unwrap();
    let mut langhals = Langhals::new().unwrap();
    let trust = format!("ca_file = \"{}\"", server.ca_file().display());
    let ways = [
        (server.imaps, "implicit", trust.as_str()),
        (server.imap, "none", ""),
        (server.imaps, "implicit", &trust),
    ];
    for ((number, password), (port, tls, more)) in (1..).zip(passwords).zip(ways) {
        let user = format!("u{number}");
        langhals.any_mailbox(&user, port, tls, (&user, password), more).unwrap();
    }
    let running = langhals.spawn().unwrap();
    wait_for("three refusals", SOON, || {
        let said = fs::read_to_string(langhals.log_file())?;
        Ok((1..=3).all(|number| said.contains(&format!("refused user u{number}"))).then_some(()))
    })
    .unwrap();
    let Some(known) = in_memory(running.pid(), b"password_file") else { return };
    let control = in_memory(running.pid(), langhals.dir().to_str().unwrap().as_bytes()).unwrap();
    assert!(known + control > 0, "the search finds nothing at all");
    for words in passwords.iter().map(|password| password.as_bytes()).chain([&b"AHUzAFp3aWViZWxmaXNj"[..]]) {
        // The next try may be on its way: it must be gone after it.
        wait_for("memory without a password", SOON, || {
            Ok((in_memory(running.pid(), words) == Some(0)).then_some(()))
        })
        .unwrap();
    }
}

/// A secret comes by file, command or standard input; where somebody writes it elsewhere it is refused and not repeated.
#[test]
fn a_secret_in_the_wrong_place_is_refused_and_not_repeated() {
    const SECRET: &str = "Zwiebelfischkonzert";
    let mut langhals = Langhals::new().unwrap();
    langhals.any_mailbox("post", 1, "none", ("u1", "pw1"), &format!("password = \"{SECRET}\"\n")).unwrap();
    let in_file = langhals.run(&["check"]).unwrap();
    langhals.mailboxes.clear();
    langhals.any_mailbox("post", 1, "none", ("u1", "pw1"), "").unwrap();
    langhals.environment.insert("LANGHALS_MAILBOX__0__PASSWORD".to_owned(), SECRET.to_owned());
    let in_environment = langhals.run(&["check"]).unwrap();
    langhals.environment.clear();
    let on_command_line = ["user", "add", "anna", "--role", "team", "--password"].map(str::to_owned);
    let on_command_line: Vec<&str> = on_command_line.iter().map(String::as_str).chain([SECRET]).collect();
    let on_command_line = langhals.run(&on_command_line).unwrap();
    for (what, said) in
        [("file", in_file), ("environment", in_environment), ("command line", on_command_line)]
    {
        let stderr = String::from_utf8_lossy(&said.stderr);
        assert_eq!(said.status.code(), Some(2), "{what}: {stderr}");
        assert!(stderr.contains("password") && !stderr.contains(SECRET), "{what}: {stderr}");
    }
}

/// Every option of every command: none takes a secret.
#[test]
fn no_command_takes_a_secret_as_an_argument() {
    fn help(arguments: &[&str]) -> String {
        let said = Command::new(binary().unwrap()).args(arguments).arg("--help").output().unwrap();
        String::from_utf8(said.stdout).unwrap()
    }
    fn commands(help: &str) -> Vec<String> {
        let listed = help.split_once("Commands:\n").map_or("", |(_, rest)| rest).lines();
        let names = listed
            .take_while(|line| line.starts_with("  "))
            .filter_map(|line| line.split_whitespace().next());
        names
            .filter(|name| *name != "help" && name.starts_with(char::is_alphabetic))
            .map(str::to_owned)
            .collect()
    }
    let mut looked_at = 0;
    let mut ways = vec![vec![]];
    while let Some(way) = ways.pop() {
        let text = help(&way.iter().map(String::as_str).collect::<Vec<_>>());
        for option in text.split_whitespace().filter(|word| word.starts_with("--")) {
            let is_secret = ["password", "secret", "token", "key"].iter().any(|word| option.contains(word));
            assert!(!is_secret || option.starts_with("--password-stdin"), "{way:?} takes {option}");
            looked_at += 1;
        }
        ways.extend(commands(&text).into_iter().map(|name| way.iter().cloned().chain([name]).collect()));
    }
    assert!(looked_at > 100, "only {looked_at} options");
}
