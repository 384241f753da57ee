//! A real Thunderbird with a profile of its own, driven through Marionette, the door that Mozilla's own tests use.
//!
//! ```text
//!   Thunderbird ── JSON over TCP (marionette) ──▶ thunderbird-bin ──IMAP──▶ Dovecot
//!      ├ policies: beside a copy of the program that is links but for one file; the machine's own stays as it is
//!      └ screen:   none (headless), or Xvfb for pictures
//! ```
//! It reaches nothing but this machine: what it wanted from elsewhere would fail.

mod marionette;
mod screen;

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};
use tempfile::TempDir;

use self::marionette::Marionette;
use self::screen::Screen;
use crate::dovecot::{Dovecot, password, user};
use crate::{install, system};

/// Where Debian's thunderbird puts the program.
const HOME: &str = "/usr/lib/thunderbird";
const PROGRAM: &str = "thunderbird-bin";
/// What its windows show on their first day, and what it would ask the world for, is switched off.
const QUIET: &str = include_str!("thunderbird/quiet.js");
const OPEN_INBOX: &str = include_str!("thunderbird/open_inbox.js");
const SHOW: &str = include_str!("thunderbird/show.js");
/// A cold start beside other tests.
const PATIENCE: Duration = Duration::from_mins(2);

/// How the tags come to it.
#[derive(Clone, Copy, Debug)]
pub enum Rollout<'a> {
    /// The text of `policies.json`.
    Policies(&'a str),
    /// The text of `user.js`.
    UserJs(&'a str),
}

/// Where its windows are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Display {
    /// Nowhere.
    Headless,
    /// On a screen of so many pixels that nobody sees.
    Xvfb(u32, u32),
}

/// A running Thunderbird; ended when dropped.
pub struct Thunderbird {
    wire: Marionette,
    child: Child,
    _screen: Option<Screen>,
    _dir: TempDir,
}

/// A tag as Thunderbird has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownTag {
    /// The keyword on the server.
    pub key: String,
    /// What people read.
    pub title: String,
    /// As `#RRGGBB`.
    pub colour: String,
}

/// Whether Debian's Thunderbird is installed. Tests do not install it: it is as large as all the rest.
///
/// # Errors
/// If it is not; the text says so.
pub fn find() -> Result<()> {
    if !Path::new(HOME).join(PROGRAM).exists() {
        bail!("there is no {HOME}/{PROGRAM}: install Debian's thunderbird");
    }
    Ok(())
}

/// Installs Debian's Thunderbird in German, and Xvfb.
///
/// # Errors
/// If apt-get cannot.
pub fn ensure() -> Result<()> {
    install::ensure(&["thunderbird", "thunderbird-l10n-de"], &Path::new(HOME).join(PROGRAM))?;
    install::ensure(&["xvfb"], Path::new(screen::XVFB))
}

impl Thunderbird {
    /// Starts one and waits until its window is there.
    ///
    /// # Errors
    /// If it is not installed or does not come up.
    pub fn start(rollout: Rollout<'_>, display: Display) -> Result<Self> {
        find()?;
        let dir = tempfile::Builder::new().prefix("langhals-thunderbird-").tempdir()?;
        let [port] = system::free_ports()?;
        lay_out(dir.path(), rollout, port)?;
        let screen = match display {
            Display::Headless => None,
            Display::Xvfb(width, height) => Some(Screen::start(width, height)?),
        };
        let mut command = command(dir.path(), screen.as_ref());
        let mut child = command.spawn().context("cannot run Thunderbird")?;
        let wire = Marionette::connect(port, &mut child, PATIENCE);
        let wire = wire.inspect_err(|_| {
            let _ = system::kill_family(&mut child);
        })?;
        let mut thunderbird = Self { wire, child, _screen: screen, _dir: dir };
        thunderbird.wire.enter_chrome(PATIENCE)?;
        Ok(thunderbird)
    }

    /// Every tag it knows, in the order in which it shows them.
    ///
    /// # Errors
    /// If it is gone.
    pub fn tags(&mut self) -> Result<Vec<KnownTag>> {
        let found = self.wire.run(
            r#"const { MailServices } = ChromeUtils.importESModule("resource:///modules/MailServices.sys.mjs");
               resolve(MailServices.tags.getAllTags().map(tag => [tag.key, tag.tag, tag.color]));"#,
            &[],
        )?;
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let tag = |tag: &Value| KnownTag { key: text(&tag[0]), title: text(&tag[1]), colour: text(&tag[2]) };
        Ok(found.as_array().into_iter().flatten().map(tag).collect())
    }

    /// Sets an account up for user `n` (from 1), opens INBOX, and waits until so many messages are there.
    ///
    /// # Errors
    /// If they do not come.
    pub fn open_inbox(&mut self, server: &Dovecot, n: usize, messages: usize) -> Result<()> {
        let account = json!({ "port": server.imap, "user": user(n), "password": password(n) });
        self.wire.run(OPEN_INBOX, &[account, json!(messages)]).map(drop)
    }

    /// Shows the list as a table with tags, newest first, and opens the topmost message with all of these titles.
    /// What stands in the columns subject and tags, line by line.
    ///
    /// # Errors
    /// If there is no such message, or it is not shown in time.
    pub fn show(&mut self, titles: &[&str]) -> Result<Vec<(String, String)>> {
        let rows = self.wire.run(SHOW, &[json!(titles)])?;
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        Ok(rows.as_array().into_iter().flatten().map(|row| (text(&row[0]), text(&row[1]))).collect())
    }

    /// What its window shows, as PNG.
    ///
    /// # Errors
    /// If it is gone.
    pub fn picture(&mut self) -> Result<Vec<u8>> {
        Ok(BASE64_STANDARD.decode(self.wire.picture()?)?)
    }
}

impl Drop for Thunderbird {
    fn drop(&mut self) {
        let _ = system::kill_family(&mut self.child);
    }
}

/// The program, a profile and a home.
fn lay_out(dir: &Path, rollout: Rollout<'_>, port: u16) -> Result<()> {
    let (app, profile) = (dir.join("app"), dir.join("profile"));
    for folder in [&app, &profile, &app.join("distribution"), &dir.join("home")] {
        fs::create_dir(folder)?;
    }
    for entry in fs::read_dir(HOME)? {
        let entry = entry?;
        if entry.file_name() != PROGRAM && entry.file_name() != "distribution" {
            symlink(entry.path(), app.join(entry.file_name()))?;
        }
    }
    // It looks for its files beside where its own program really lies.
    fs::copy(Path::new(HOME).join(PROGRAM), app.join(PROGRAM))?;
    let mut preferences = format!("{QUIET}user_pref(\"marionette.port\", {port});\n");
    match rollout {
        Rollout::Policies(text) => fs::write(app.join("distribution/policies.json"), text)?,
        Rollout::UserJs(text) => preferences += text,
    }
    Ok(fs::write(profile.join("user.js"), preferences)?)
}

fn command(dir: &Path, screen: Option<&Screen>) -> Command {
    let mut command = Command::new(dir.join("app").join(PROGRAM));
    command.arg("--no-remote").arg("--profile").arg(dir.join("profile"));
    command.args(["--marionette", "-remote-allow-system-access"]);
    match screen {
        Some(screen) => command.env("DISPLAY", screen.name()),
        None => command.arg("--headless"),
    };
    command.env("HOME", dir.join("home")).env("MOZ_CRASHREPORTER_DISABLE", "1").env("LANG", "C.UTF-8");
    command.env_remove("WAYLAND_DISPLAY").env_remove("DBUS_SESSION_BUS_ADDRESS");
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command
}
