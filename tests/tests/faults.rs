//! What goes wrong is said in a sentence that says what to do, and nothing is lost.
#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "what a test needs and does not get is a failure"
)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::Duration;

use langhals_tests::client::Append;
use langhals_tests::langhals::{Langhals, Reach, wait_for};
use langhals_tests::samples::sample_mailbox;
use langhals_tests::{Act, Count, Dovecot, Options, Proxy, Pymap, Witness, special};

#[track_caller]
fn fails_with(said: &Output, code: i32, words: &[&str]) {
    let stderr = String::from_utf8_lossy(&said.stderr);
    assert_eq!(said.status.code(), Some(code), "{stderr}");
    for word in words {
        assert!(stderr.contains(word), "{word:?} is not in: {stderr}");
    }
    assert!(!stderr.contains("panicked"), "{stderr}");
}

fn one_mail(server: &Dovecot) -> Witness {
    let mut witness = server.witness(1).unwrap();
    witness.append("INBOX", &Append::new(&special::empty())).unwrap();
    witness
}

#[test]
fn a_wrong_host_is_said() {
    let mut langhals = Langhals::new().unwrap();
    langhals.any_mailbox("post", 993, "implicit", ("u1", "pw1"), "").unwrap();
    langhals.mailboxes = langhals.mailboxes.replace("127.0.0.1", "imap.invalid");
    fails_with(
        &langhals.run(&["run", "--once"]).unwrap(),
        1,
        &["imap.invalid:993", "does not resolve", "check host"],
    );
}

#[test]
fn a_closed_port_is_said() {
    let [port] = langhals_tests::system::free_ports().unwrap();
    let mut langhals = Langhals::new().unwrap();
    langhals.any_mailbox("post", port, "implicit", ("u1", "pw1"), "").unwrap();
    fails_with(&langhals.run(&["check"]).unwrap(), 1, &[]);
    fails_with(&langhals.run(&["run", "--once"]).unwrap(), 1, &["cannot connect", "check host and port"]);
}

#[test]
fn an_expired_certificate_is_said_with_what_to_do() {
    let server = Dovecot::start(Options { expired_certificate: true, ..Options::default() }).unwrap();
    let mut langhals = Langhals::new().unwrap();
    langhals.mailbox("post", &server, 1, Reach::Tls, "").unwrap();
    fails_with(&langhals.run(&["run", "--once"]).unwrap(), 1, &["expired", "fingerprint_sha256"]);
}

#[test]
fn an_unknown_authority_is_said_with_what_to_do() {
    let server = Dovecot::start(Options::default()).unwrap();
    let mut langhals = Langhals::new().unwrap();
    langhals.any_mailbox("post", server.imaps, "implicit", ("u1", "pw1"), "").unwrap();
    fails_with(&langhals.run(&["run", "--once"]).unwrap(), 1, &["ca_file"]);
}

#[test]
fn one_broken_mailbox_disturbs_no_other() {
    let server = Dovecot::start(Options { users: 2, ..Options::default() }).unwrap();
    let mut witness = one_mail(&server);
    let mut langhals = Langhals::new().unwrap();
    let trust = format!("ca_file = \"{}\"", server.ca_file().display());
    langhals.any_mailbox("broken", server.imaps, "implicit", ("u2", "wrong"), &trust).unwrap();
    langhals.mailbox("sound", &server, 1, Reach::Tls, "").unwrap();
    fails_with(
        &langhals.run(&["run", "--once"]).unwrap(),
        1,
        &["broken/INBOX", "check user and password_file"],
    );
    assert!(witness.flags("INBOX").unwrap()[&1].iter().any(|flag| flag.starts_with("triage-")));
}

#[test]
fn a_read_only_mailbox_is_shown_in_the_queue_and_said() {
    let read_only = vec![("u1".to_owned(), "INBOX".to_owned())];
    let server = Dovecot::start(Options { read_only, ..Options::default() }).unwrap();
    server.deliver(1, &special::only_an_attachment()).unwrap();
    let mut langhals = Langhals::new().unwrap();
    langhals.mailbox("post", &server, 1, Reach::Tls, "").unwrap();
    let said = langhals.run(&["run", "--once"]).unwrap();
    assert!(said.status.success());
    let stderr = String::from_utf8_lossy(&said.stderr);
    assert!(stderr.contains("read-only") && stderr.contains("rights"), "{stderr}");
    let queue = langhals.run(&["queue"]).unwrap();
    assert!(String::from_utf8_lossy(&queue.stdout).contains("queue only"));

    langhals.mailboxes += "write = \"keywords\"\n";
    fails_with(&langhals.run(&["run", "--once"]).unwrap(), 1, &["read-only", "write = \"auto\""]);
}

#[test]
fn a_server_that_keeps_no_keywords_is_found_out_and_said() {
    let server = match Pymap::start() {
        Ok(server) => server,
        Err(error) => return eprintln!("skipped: pymap cannot be had here: {error:#}"),
    };
    let mut langhals = Langhals::new().unwrap();
    langhals.any_mailbox("post", server.port, "none", ("u1", "pw1"), "").unwrap();
    let before = server.witness().unwrap().flags("INBOX").unwrap();
    let said = langhals.run(&["run", "--once"]).unwrap();
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
    assert!(String::from_utf8_lossy(&said.stderr).contains("keeps no new keywords"));
    assert_eq!(server.witness().unwrap().flags("INBOX").unwrap(), before);
    assert_eq!(String::from_utf8_lossy(&said.stdout), format!("{} messages sorted\n", before.len()));

    let check = langhals.run(&["check"]).unwrap();
    assert!(String::from_utf8_lossy(&check.stdout).contains("keeps no new keywords"));
}

#[test]
fn a_missing_folder_is_said() {
    let server = Dovecot::start(Options::default()).unwrap();
    let mut langhals = Langhals::new().unwrap();
    langhals.mailbox("post", &server, 1, Reach::Tls, "folders = [\"Gibt es nicht\"]").unwrap();
    fails_with(
        &langhals.run(&["run", "--once"]).unwrap(),
        1,
        &["no folder \"Gibt es nicht\"", "check folders"],
    );
}

/// A file system of 4 MiB; unmounted when dropped.
struct SmallDisk(PathBuf);

impl SmallDisk {
    fn mount(at: &Path) -> Option<Self> {
        fs::create_dir_all(at).unwrap();
        let mount =
            Command::new("mount").args(["-t", "tmpfs", "-o", "size=4m", "tmpfs"]).arg(at).output().ok()?;
        mount.status.success().then(|| Self(at.to_owned()))
    }

    fn fill(&self) {
        // Ends with "no space left", which is what is wanted.
        let _ = fs::write(self.0.join("ballast"), vec![0; 8 << 20]);
    }

    fn free(&self) {
        fs::remove_file(self.0.join("ballast")).unwrap();
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).output();
    }
}

#[test]
fn a_full_disk_stops_the_tagging_is_said_and_nothing_is_lost() {
    let server = Dovecot::start(Options::default()).unwrap();
    let mut witness = server.witness(1).unwrap();
    let samples = sample_mailbox(80).unwrap();
    let mut post = |range: std::ops::Range<usize>| {
        let mails: Vec<Append<'_>> = samples[range].iter().map(|(_, bytes)| Append::new(bytes)).collect();
        witness.append_all("INBOX", &mails).unwrap();
    };
    let mut watcher = server.witness(1).unwrap();
    let mut tagged = || {
        let flags = watcher.flags("INBOX").unwrap();
        flags.into_values().filter(|flags| flags.iter().any(|flag| flag.starts_with("triage-"))).count()
    };
    let mut langhals = Langhals::new().unwrap();
    langhals.mailbox("post", &server, 1, Reach::Tls, "").unwrap();
    let Some(disk) = SmallDisk::mount(&langhals.state_dir()) else {
        return eprintln!("skipped: this user may not mount a tmpfs");
    };
    post(0..20);
    langhals.run_once().unwrap();
    assert_eq!(tagged(), 20);

    // While it is down, and then while it watches: what cannot be written down is not tagged.
    disk.fill();
    post(20..40);
    fails_with(&langhals.run(&["run", "--once"]).unwrap(), 1, &["space", "ree space"]);
    assert_eq!(tagged(), 20, "tagged what is not in the book");
    disk.free();
    langhals.run_once().unwrap();
    assert_eq!(tagged(), 40);

    let running = langhals.spawn().unwrap();
    let log = || fs::read_to_string(langhals.log_file()).unwrap_or_default();
    wait_for("the page", Duration::from_mins(1), || Ok(log().contains("page=").then_some(()))).unwrap();
    disk.fill();
    post(40..80);
    wait_for("the sentence", Duration::from_mins(1), || Ok(log().contains("ree space").then_some(())))
        .unwrap();
    assert_eq!(tagged(), 40, "tagged what is not in the book");
    disk.free();
    wait_for("all tags", Duration::from_mins(2), || Ok((tagged() == 80).then_some(()))).unwrap();
    assert!(running.stop().unwrap().success());
}

#[test]
fn a_connection_cut_anywhere_is_an_error_and_the_next_run_ends_the_work() {
    let server = Dovecot::start(Options::default()).unwrap();
    let mut witness = server.witness(1).unwrap();
    let samples = sample_mailbox(30).unwrap();
    witness
        .append_all("INBOX", &samples.iter().map(|(_, bytes)| Append::new(bytes)).collect::<Vec<_>>())
        .unwrap();
    let proxy = Proxy::start(server.imap).unwrap();
    let mut langhals = Langhals::new().unwrap();
    langhals.mailbox("post", &server, 1, Reach::Plain(proxy.port()), "").unwrap();
    for bytes in [100, 600, 2_000, 20_000, 60_000] {
        let (up, down) = proxy.counts();
        proxy.arm(Count::Both, up + down + bytes, if bytes % 3 == 2 { Act::Eof } else { Act::Cut });
        let said = langhals.run(&["run", "--once"]).unwrap();
        proxy.disarm();
        if !said.status.success() {
            fails_with(&said, 1, &["127.0.0.1"]);
        }
    }
    langhals.run_once().unwrap();
    let flags = witness.flags("INBOX").unwrap();
    let classes = |flags: &BTreeSet<String>| {
        ["antrag", "rueckfrage", "sonstiges", "unsicher"]
            .iter()
            .filter(|tag| flags.contains(&format!("triage-{tag}")))
            .count()
    };
    assert!(flags.values().all(|flags| classes(flags) == 1));
}

#[test]
fn a_second_daemon_on_the_same_state_is_refused() {
    let server = Dovecot::start(Options::default()).unwrap();
    let mut langhals = Langhals::new().unwrap();
    langhals.mailbox("post", &server, 1, Reach::Tls, "").unwrap();
    let running = langhals.spawn().unwrap();
    wait_for("the state's lock", Duration::from_mins(1), || {
        Ok(fs::read_to_string(langhals.log_file())?.contains("page=").then_some(()))
    })
    .unwrap();
    fails_with(&langhals.run(&["run", "--once"]).unwrap(), 1, &["another langhals"]);
    assert!(running.stop().unwrap().success());
}

#[test]
fn a_damaged_model_is_refused_with_a_sentence() {
    let server = Dovecot::start(Options::default()).unwrap();
    let mut langhals = Langhals::new().unwrap();
    langhals.mailbox("post", &server, 1, Reach::Tls, "").unwrap();
    let models = langhals.dir().join("models");
    fs::create_dir_all(models.join("m")).unwrap();
    let promoted = langhals_tests::corpus::repo_root().join("models");
    let id = fs::read_to_string(promoted.join("PROMOTED")).unwrap();
    for file in ["manifest.json", "weights.bin"] {
        fs::copy(promoted.join(id.trim()).join(file), models.join("m").join(file)).unwrap();
    }
    fs::write(models.join("PROMOTED"), "m\n").unwrap();
    let weights = models.join("m/weights.bin");
    let mut bytes = fs::read(&weights).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&weights, bytes).unwrap();
    let mut command = langhals.command(&["run", "--once"]).unwrap();
    let said = command.env("LANGHALS_MODEL__DIR", &models).output().unwrap();
    fails_with(&said, 1, &["cannot use the model"]);
}
