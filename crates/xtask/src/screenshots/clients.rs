//! `screenshots --client`: a mailbox that Langhals has sorted, in the mail clients that people have.
//!
//! ```text
//!   samples ─APPEND─▶ Dovecot ◀─ langhals run --once        langhals tags --client … ─▶ policy, plugin
//!                        └─IMAP─ Thunderbird on Xvfb, Roundcube in Chromium ◀──┘ ─▶ docs/bilder/*.webp
//! ```

use std::fs;

use anyhow::{Context, Result, bail};
use testbed::chromium::{Chromium, Look};
use testbed::client::Append;
use testbed::corpus::repo_root;
use testbed::langhals::Reach;
use testbed::roundcube::Roundcube;
use testbed::thunderbird::{self, Display, Rollout, Thunderbird};
use testbed::{Dovecot, Langhals, samples};

use super::{QUALITY, keep};
use crate::chores::release_binary;

/// As many sample mails are there.
const MAILS: usize = 40;
/// What the open message carries: something of every kind.
const TELLING: [&str; 3] = ["Eilig", "Frist", "Antrag"];
const WINDOW: Look = Look { width: 1280, height: 800, ..Look::DESK };

/// Takes the picture of one client.
pub fn client(name: &str) -> Result<()> {
    match name {
        "thunderbird" => thunderbird(&Mailroom::sorted()?),
        "roundcube" => roundcube(&Mailroom::sorted()?),
        other => bail!("there is no picture of {other}: use thunderbird or roundcube"),
    }
}

/// A sorted mailbox.
struct Mailroom {
    server: Dovecot,
    langhals: Langhals,
}

impl Mailroom {
    fn sorted() -> Result<Self> {
        let server = Dovecot::start(testbed::Options { users: 1, ..testbed::Options::default() })?;
        let mails = samples::sample_mailbox(MAILS)?;
        let dates =
            mails.iter().map(|(record, _)| samples::internal_date(record)).collect::<Result<Vec<_>>>()?;
        let mails = mails
            .iter()
            .zip(dates)
            .map(|((_, bytes), date)| Append { internal_date: Some(date), ..Append::new(bytes) });
        server.witness(1)?.append_all("INBOX", &mails.collect::<Vec<_>>())?;
        let mut langhals = Langhals::with_binary(release_binary()?)?;
        langhals.mailbox("poststelle", &server, 1, Reach::Tls, "")?;
        langhals.run_once()?;
        Ok(Self { server, langhals })
    }

    /// What `langhals tags --client` prints.
    fn tags(&self, args: &[&str]) -> Result<String> {
        let said = self.langhals.run(&[&["tags", "--client"], args].concat())?;
        if !said.status.success() {
            bail!("langhals tags: {}", String::from_utf8_lossy(&said.stderr));
        }
        Ok(String::from_utf8(said.stdout)?)
    }
}

fn thunderbird(room: &Mailroom) -> Result<()> {
    thunderbird::ensure()?;
    let policies = room.tags(&["thunderbird", "--form", "policies"])?;
    let screen = Display::Xvfb(WINDOW.width, WINDOW.height);
    let mut thunderbird = Thunderbird::start(Rollout::Policies(&policies), screen)?;
    thunderbird.open_inbox(&room.server, 1, MAILS)?;
    thunderbird.show(&TELLING)?;
    let picture = thunderbird.picture()?;
    let folder = tempfile::tempdir()?;
    fs::write(folder.path().join("window.png"), picture)?;
    let page = folder.path().join("window.html");
    fs::write(
        &page,
        "<!doctype html><style>body { margin: 0 } img { display: block }</style><img src=window.png>",
    )?;
    let browser = Chromium::start()?;
    browser.look(WINDOW)?;
    browser.goto(&format!("file://{}", page.display()))?;
    browser.wait("the picture", "document.images[0].complete && document.images[0].naturalWidth > 0")?;
    keep(&repo_root().join("docs/bilder/thunderbird.webp"), &browser.picture(WINDOW.height, 1.0, QUALITY)?)
}

fn roundcube(room: &Mailroom) -> Result<()> {
    let plugins = tempfile::tempdir()?;
    room.tags(&["roundcube", "--out", plugins.path().to_str().context("no UTF-8 path")?])?;
    let roundcube = Roundcube::start(room.server.imap, plugins.path())?;
    let browser = Chromium::start()?;
    browser.look(WINDOW)?;
    roundcube.sign_in(&browser, 1)?;
    let open = "const rows = Object.values(rcmail.message_list.rows); \
                const row = rows.find(row => arguments[0].every(title => row.obj.innerText.includes(title))); \
                rcmail.message_list.select(row.uid);";
    browser.ask(open, &[serde_json::json!(TELLING)])?;
    let preview =
        "document.querySelector('#messagecontframe').contentDocument.querySelector('.langhals-tag') !== null";
    browser.wait("the message", preview)?;
    keep(&repo_root().join("docs/bilder/roundcube.webp"), &browser.window_picture(QUALITY)?)
}
