//! `screenshots`: every page by day, by night and on a phone, of a made-up office with four weeks behind it.
//!
//! ```text
//!   past: samples, dated anew ─APPEND─▶ Dovecot ◀─ langhals run, whose clock is set week by week
//!         people answer and correct ──STORE──▶ │              │
//!   here: Chromium ── signs in, goes through the pages ───────┘ ─▶ docs/bilder/*.webp
//! ```
//!
//! The clock of the program stands in September 2026, so the pictures change only where the pages do.

mod clients;
mod past;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use testbed::Words;
use testbed::chromium::{Chromium, Look, Role};
use testbed::corpus::repo_root;

pub use self::clients::client;
use self::past::{NAME, Office, PASSWORD};

/// Of 100, for pictures of text.
const QUALITY: u32 = 82;
/// None is larger, in octets.
const LARGEST: usize = 200_000;

/// How a page is shown: the end of the picture's name, how it is looked at, and how many pixels a point has.
const LOOKS: [(&str, Look, f64); 3] = [
    ("hell", Look::DESK, 1.25),
    ("dunkel", Look::NIGHT, 1.25),
    ("handy", Look { width: 390, height: 844, ..Look::DESK }, 2.0),
];

/// Takes all pictures; says where they are.
pub fn run() -> Result<()> {
    let office = Office::with_a_past()?;
    let camera = Camera::new(&office)?;
    camera.take("anmeldung", "/anmelden", 900)?;
    camera.sign_in()?;
    camera.take("posteingang", "/", 1000)?;
    camera.take("posteingang-gefiltert", "/?prioritaet=hoch&sortierung=frist", 900)?;
    camera.take("nachricht", &camera.telling_message()?, 1500)?;
    camera.take("ueberblick", "/ueberblick", 2200)?;
    camera.take("zustand", "/zustand", 1000)?;
    let challenger = camera.train(&office)?;
    camera.take("modell", "/modell", 2000)?;
    camera.take("modell-vergleich", &format!("/modell/vergleich?mit={challenger}"), 1400)?;
    camera.take("modell-freigeben", &format!("/modell/freigeben?id={challenger}"), 1200)?;
    println!("{} holds {} pictures", camera.folder.display(), fs::read_dir(&camera.folder)?.count());
    office.close()
}

struct Camera {
    browser: Chromium,
    words: Words,
    base: String,
    folder: PathBuf,
}

impl Camera {
    fn new(office: &Office) -> Result<Self> {
        let folder = repo_root().join("docs/bilder");
        fs::create_dir_all(&folder)?;
        let base = format!("http://127.0.0.1:{}", office.page());
        Ok(Self { browser: Chromium::start()?, words: Words::read("de")?, base, folder })
    }

    fn goto(&self, path: &str) -> Result<()> {
        self.browser.goto(&format!("{}{path}", self.base))
    }

    fn sign_in(&self) -> Result<()> {
        self.browser.look(Look::DESK)?;
        self.goto("/")?;
        self.browser.fill(&self.words.say("account-name"), NAME)?;
        self.browser.fill(&self.words.say("account-password"), PASSWORD)?;
        self.browser.click(Role::Button, &self.words.say("sign-in-button"))?;
        self.browser.wait_for_text(&self.words.say("queue-list"))
    }

    /// One page in every look, from its top to so many points at most.
    fn take(&self, name: &str, path: &str, height: u32) -> Result<()> {
        for (ending, look, scale) in LOOKS {
            self.browser.look(look)?;
            self.goto(path)?;
            self.snap(&format!("{name}-{ending}"), height, scale)?;
        }
        Ok(())
    }

    fn snap(&self, name: &str, height: u32, scale: f64) -> Result<()> {
        let path = self.folder.join(name).with_extension("webp");
        let picture = self.browser.picture(height, scale, QUALITY)?;
        keep(&path, &picture)
    }

    /// The address of the most urgent message that has both a deadline and a flag.
    fn telling_message(&self) -> Result<String> {
        self.browser.look(Look::DESK)?;
        self.goto("/")?;
        let row = "return (document.querySelector('tbody tr:has(time):has(.flags) a.subject') \
                   ?? document.querySelector('tbody a.subject')).getAttribute('href')";
        Ok(self.browser.ask(row, &[])?.as_str().context("nothing waits")?.to_owned())
    }

    /// Trains a model on the page; says what it is called.
    fn train(&self, office: &Office) -> Result<String> {
        let before = office.models()?;
        self.browser.look(Look::DESK)?;
        self.goto("/modell")?;
        self.browser.click(Role::Button, &self.words.say("school-learn"))?;
        self.browser.wait("the training", "document.querySelector('progress') !== null")?;
        office.until_trained()?;
        self.browser.wait("the end of the training", "document.querySelector('progress') === null")?;
        office.models()?.difference(&before).next().cloned().context("the training made no model")
    }
}

fn keep(path: &Path, picture: &[u8]) -> Result<()> {
    if picture.len() > LARGEST {
        bail!("{} has {} octets: show less of the page", path.display(), picture.len());
    }
    println!("{:7} {}", picture.len(), shown(path));
    fs::write(path, picture).with_context(|| format!("cannot write {}", path.display()))
}

fn shown(path: &Path) -> String {
    path.strip_prefix(repo_root()).unwrap_or(path).display().to_string()
}
