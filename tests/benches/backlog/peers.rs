//! What others do with the same mailbox, on the same server, in the same run: a script, a spam filter, a plain copy.

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use langhals_tests::bench::say;
use langhals_tests::corpus::{self, Record, Split, repo_root};
use langhals_tests::{dovecot, install, system};
use serde_json::json;
use tempfile::TempDir;

use crate::post::{Inbox, Post};

/// What the script is called.
pub const SCRIPT: &str = "imap_tools + scikit-learn";
/// Where Debian's isync puts the program.
const MBSYNC: &str = "/usr/bin/mbsync";
/// Rules are compiled before the first mail is checked.
const SPAMD_STARTS: Duration = Duration::from_mins(1);

/// How fast somebody else was.
pub struct Peer {
    pub name: &'static str,
    pub does: String,
    pub mails: usize,
    pub seconds: f64,
}

impl Peer {
    /// Mails a second.
    pub fn rate(&self) -> f64 {
        self.mails as f64 / self.seconds
    }
}

/// The script with the pipeline of this name (`words` or `full`), trained before the clock runs.
pub struct Script {
    python: PathBuf,
    dir: TempDir,
}

impl Script {
    /// Installs what it needs, and trains both pipelines on one in `every` of the training records.
    pub fn train(every: usize) -> Result<Self> {
        install::ensure(&["python3-sklearn"], Path::new("/usr/lib/python3/dist-packages/sklearn"))?;
        let python = install::ensure_python_packages("imap_tools", &["imap_tools"])?.join("python");
        let script = Self { python, dir: tempfile::tempdir()? };
        say("backlog: training the script's pipelines (some minutes)");
        let mut child = script.command("fit").stdin(Stdio::piped()).spawn()?;
        let records = corpus::read(&Split::read()?.train)?;
        let pairs: Vec<_> = records.iter().step_by(every).map(pair).collect();
        let mut stdin = child.stdin.take().context("Python takes no input")?;
        stdin.write_all(json!(pairs).to_string().as_bytes())?;
        drop(stdin);
        if !child.wait()?.success() {
            bail!("the script could not be trained (see above)");
        }
        Ok(script)
    }

    /// Sorts a mailbox; the time is the script's own, from its connection on: neither Python nor the model is loaded in it.
    pub fn sort(&self, post: &mut Post, of: Inbox, pipeline: &str, does: &str) -> Result<Peer> {
        let inbox = post.copy(of)?;
        let (user, password) = (dovecot::user(inbox.user), dovecot::password(inbox.user));
        let mut command = self.command("sort");
        command.args([pipeline, &post.server.imaps.to_string()]).arg(post.ca_file()).args([&user, &password]);
        let out = command.stderr(Stdio::inherit()).output()?;
        if !out.status.success() {
            bail!("the script failed (see above)");
        }
        post.tags_a_mail(inbox)?;
        post.remove(inbox)?;
        let seconds = String::from_utf8(out.stdout)?.trim().parse()?;
        Ok(Peer { name: SCRIPT, does: does.to_owned(), mails: inbox.mails, seconds })
    }

    fn command(&self, what: &str) -> Command {
        let mut command = Command::new(&self.python);
        command.arg(repo_root().join("tests/benches/peers/imap_tools_sklearn.py")).arg(what);
        command.arg(self.dir.path()).stdin(Stdio::null());
        command
    }
}

/// Class and text, as the script sees a mail.
fn pair(record: &Record) -> serde_json::Value {
    json!([record.class, format!("{}\n{}\n{}", record.subject, record.body, record.attachments.join(" "))])
}

/// isbg, which has every mail checked by `SpamAssassin`; the newest `mails` of the mailbox.
pub fn isbg(post: &mut Post, of: Inbox, mails: usize) -> Result<Peer> {
    install::ensure_spamd()?;
    let programs = install::ensure_python_packages("isbg", &["isbg"])?;
    let spamd = Spamd::start()?;
    let inbox = post.copy(of)?;
    let mut command = Command::new(programs.join("isbg"));
    command.args(["--imaphost", "localhost", "--imapport", &post.server.imaps.to_string()]);
    command.args(["--imapuser", &dovecot::user(inbox.user), "--imappasswd", &dovecot::password(inbox.user)]);
    command.args(["--spamc", "--flag", "--spaminbox", "Junk", "--noninteractive"]);
    command.args(["--partialrun", &mails.to_string()]);
    command.arg("--trackfile").arg(spamd.dir.path().join("track"));
    command.arg("--lockfilename").arg(spamd.dir.path().join("lock"));
    let path = format!("{}:/usr/bin:/bin", spamd.dir.path().display());
    command.env("PATH", path).env("HOME", spamd.dir.path());
    let start = Instant::now();
    let out = command.stdin(Stdio::null()).output()?;
    let seconds = start.elapsed().as_secs_f64();
    let said = [out.stdout, out.stderr].concat();
    let said = String::from_utf8_lossy(&said);
    if !said.contains(&format!("in {mails} messages")) {
        bail!("isbg: {}: {said}", out.status);
    }
    post.remove(inbox)?;
    Ok(Peer { name: "isbg with spamd", does: "spam or not".to_owned(), mails, seconds })
}

/// A running `SpamAssassin`, without tests that ask the network; and a `spamc` that finds it.
struct Spamd {
    child: Child,
    dir: TempDir,
}

impl Spamd {
    fn start() -> Result<Self> {
        let dir = tempfile::Builder::new().prefix("langhals-spamd-").tempdir_in("/tmp")?;
        let home = dir.path().join("home");
        fs::create_dir(&home)?;
        fs::set_permissions(dir.path(), fs::Permissions::from_mode(0o755))?;
        system::give_to_servers(&home)?;
        let [port] = system::free_ports()?;
        let client = dir.path().join("spamc");
        fs::write(&client, format!("#!/bin/sh\nexec /usr/bin/spamc -d 127.0.0.1 -p {port} \"$@\"\n"))?;
        fs::set_permissions(&client, fs::Permissions::from_mode(0o755))?;
        let mut command = system::server_command(install::SPAMD)?;
        command.args(["--local", "--nouser-config", "--max-children=2", "--min-children=2"]);
        command.args(["--listen=127.0.0.1", &format!("--port={port}"), "--syslog=null"]);
        let child = command.env("HOME", &home).current_dir(&home).spawn().context("cannot run spamd")?;
        let mut spamd = Self { child, dir };
        spamd.comes_up(&client)?;
        Ok(spamd)
    }

    fn comes_up(&mut self, client: &Path) -> Result<()> {
        let end = Instant::now() + SPAMD_STARTS;
        while Instant::now() < end && self.child.try_wait()?.is_none() {
            // -K: asks whether it is there.
            if system::quiet_command(client).arg("-K").status()?.success() {
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(200));
        }
        bail!("spamd does not answer")
    }
}

impl Drop for Spamd {
    fn drop(&mut self) {
        let _ = system::stop(&mut self.child, Duration::from_secs(5));
    }
}

/// mbsync's pull of the whole mailbox into a maildir.
pub fn mbsync(post: &mut Post, of: Inbox) -> Result<Peer> {
    install::ensure(&["isync"], Path::new(MBSYNC))?;
    let inbox = post.copy(of)?;
    let dir = tempfile::tempdir()?;
    let config = dir.path().join("mbsyncrc");
    fs::write(&config, mbsync_config(post, inbox, dir.path()))?;
    let start = Instant::now();
    let out = Command::new(MBSYNC).args(["-q", "-a", "-c"]).arg(&config).stdin(Stdio::null()).output()?;
    let seconds = start.elapsed().as_secs_f64();
    let pulled =
        ["new", "cur"].iter().filter_map(|part| fs::read_dir(dir.path().join("inbox").join(part)).ok());
    let mails = pulled.flatten().count();
    if !out.status.success() || mails != inbox.mails {
        bail!("mbsync: {}, {mails} mails: {}", out.status, String::from_utf8_lossy(&out.stderr));
    }
    post.remove(inbox)?;
    Ok(Peer { name: "mbsync", does: "copies, judges nothing".to_owned(), mails, seconds })
}

/// Without waiting for the disk, as the server does not either.
fn mbsync_config(post: &Post, inbox: Inbox, dir: &Path) -> String {
    format!(
        "FSync no\nSyncState *\n\n\
         IMAPAccount server\nHost localhost\nPort {port}\nUser {user}\nPass {password}\n\
         SSLType IMAPS\nCertificateFile {ca_file}\n\n\
         IMAPStore far\nAccount server\n\n\
         MaildirStore near\nPath {dir}/\nInbox {dir}/inbox\n\n\
         Channel pull\nFar :far:\nNear :near:\nPatterns INBOX\nCreate Near\nSync Pull\n",
        port = post.server.imaps,
        user = dovecot::user(inbox.user),
        password = dovecot::password(inbox.user),
        ca_file = post.ca_file().display(),
        dir = dir.display(),
    )
}
