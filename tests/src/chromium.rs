//! A private Chromium, driven as people use it: by what they see, hear and press.
//!
//! ```text
//!   Chromium ── WebDriver, JSON over HTTP (wire) ──▶ chromedriver ──▶ chromium, a profile of its own
//!      ├ elements: by role and accessible name, as a screen reader has them
//!      ├ keys:     Tab, Enter and letters, and where the focus is
//!      ├ looks:    widths, zoom, colours, with and without script, pictures
//!      └ waits:    until the document says so, told by the document itself
//! ```
//!
//! It reaches nothing but this machine: what a page wanted from elsewhere would fail and stand in the console.

mod elements;
mod keys;
mod looks;
mod wire;

use std::process::Child;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use tempfile::TempDir;

pub use elements::{Element, Role};
pub use keys::{ENTER, ESCAPE, SPACE, TAB};
pub use looks::Look;

use crate::{install, system};
use wire::{Failure, Wire};

/// How long a page may take for whatever it is waited for.
pub const PATIENCE: Duration = Duration::from_secs(20);
/// How long one document is listened to before it is asked whether it still is the one.
const GLANCE: Duration = Duration::from_secs(1);

/// A running browser with one window; ended when dropped.
pub struct Chromium {
    wire: Wire,
    driver: Child,
    _profile: TempDir,
}

/// What a new browser is like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options<'a> {
    /// What its reader likes to read, as `Accept-Language` has it.
    pub languages: &'a str,
    /// Whether it runs scripts.
    pub script: bool,
}

impl Default for Options<'_> {
    fn default() -> Self {
        Self { languages: "de-DE,de", script: true }
    }
}

impl Chromium {
    /// Starts one that reads German and runs scripts.
    ///
    /// # Errors
    /// If Chromium cannot be installed or started.
    pub fn start() -> Result<Self> {
        Self::with(Options::default())
    }

    /// Starts one.
    ///
    /// # Errors
    /// If Chromium cannot be installed or started.
    pub fn with(options: Options<'_>) -> Result<Self> {
        install::ensure_chromium()?;
        let profile = tempfile::Builder::new().prefix("langhals-browser-").tempdir()?;
        for _ in 0..5 {
            let [port] = system::free_ports()?;
            let mut command = system::quiet_command(install::CHROMEDRIVER);
            // What it leaves lying about goes with the profile.
            command.arg(format!("--port={port}")).env("TMPDIR", profile.path());
            let mut driver = command.spawn().context("cannot run chromedriver")?;
            let mut wire = Wire::new(port);
            if !wire.comes_up(&mut driver)? {
                continue;
            }
            let session = wire.open(&capabilities(&profile, options)?);
            let browser = Self { wire, driver, _profile: profile };
            session.context("cannot start Chromium")?;
            if !options.script {
                browser.cdp("Emulation.setScriptExecutionDisabled", &json!({ "value": true }))?;
            }
            return Ok(browser);
        }
        bail!("cannot start chromedriver: its port was taken five times")
    }

    /// Opens an address and waits until it is loaded.
    ///
    /// # Errors
    /// If nothing answers there.
    pub fn goto(&self, address: &str) -> Result<()> {
        self.wire
            .post("url", &json!({ "url": address }))
            .map(drop)
            .with_context(|| format!("cannot open {address}"))
    }

    /// The address in the address bar.
    ///
    /// # Errors
    /// If the browser is gone.
    pub fn address(&self) -> Result<String> {
        text(&self.wire.get("url")?)
    }

    /// The window's title.
    ///
    /// # Errors
    /// If the browser is gone.
    pub fn title(&self) -> Result<String> {
        text(&self.wire.get("title")?)
    }

    /// The button "back".
    ///
    /// # Errors
    /// If the browser is gone.
    pub fn back(&self) -> Result<()> {
        self.wire.post("back", &json!({})).map(drop)
    }

    /// The button "reload".
    ///
    /// # Errors
    /// If the browser is gone.
    pub fn reload(&self) -> Result<()> {
        self.wire.post("refresh", &json!({})).map(drop)
    }

    /// What a script returns; it stands outside the page's policy, as an extension of the browser does.
    ///
    /// # Errors
    /// If it throws.
    pub fn ask(&self, script: &str, arguments: &[Value]) -> Result<Value> {
        self.wire.post("execute/sync", &json!({ "script": script, "args": arguments }))
    }

    /// What a script hands to the function that is its last argument.
    ///
    /// # Errors
    /// If it throws, or does not within `limit`.
    pub fn ask_later(&self, script: &str, arguments: &[Value], limit: Duration) -> Result<Value> {
        self.wire.post("timeouts", &json!({ "script": limit.as_millis() as u64 }))?;
        self.wire.post("execute/async", &json!({ "script": script, "args": arguments }))
    }

    /// The text that a person sees on the page, with plain blanks only.
    ///
    /// # Errors
    /// If the browser is gone.
    pub fn text(&self) -> Result<String> {
        text(&self.ask(r"return document.body.innerText.replaceAll('\u00a0', ' ')", &[])?)
    }

    /// Waits until an expression of JavaScript says something that is not false, over page changes if need be; returns
    /// what it says. The document tells when it changed; it is asked anew only in case another one took its place.
    ///
    /// # Errors
    /// If it does not within [`PATIENCE`]; the text says what was waited for.
    pub fn wait(&self, what: &str, expression: &str) -> Result<Value> {
        let end = Instant::now() + PATIENCE;
        let script = WAIT.replace("CONDITION", expression);
        loop {
            match self.ask_later(&script, &[], GLANCE) {
                Err(error) if may_be_asked_again(&error) && Instant::now() < end => {}
                Err(error) => {
                    let seen = self.text().unwrap_or_default();
                    let vain = format!("waited {PATIENCE:?} in vain for {what}; the page said:\n{seen}");
                    return Err(error).context(vain);
                }
                found => return found,
            }
        }
    }

    /// Waits until the page shows this text somewhere.
    ///
    /// # Errors
    /// If it does not within [`PATIENCE`].
    pub fn wait_for_text(&self, shown: &str) -> Result<()> {
        let said = r"document.body.innerText.replace(/\s+/g, ' ')";
        let expression = format!("{said}.includes({})", Value::from(shown));
        self.wait(&format!("the text {shown:?}"), &expression).map(drop)
    }

    /// Errors in the console since it was last asked for: broken scripts, refused contents, missing files.
    ///
    /// # Errors
    /// If the browser is gone.
    pub fn complaints(&self) -> Result<Vec<String>> {
        let entries = self.wire.post("se/log", &json!({ "type": "browser" }))?;
        let entries = entries.as_array().cloned().unwrap_or_default();
        let is_bad = |entry: &&Value| entry["level"] == "SEVERE" || entry["source"] == "security";
        Ok(entries
            .iter()
            .filter(is_bad)
            .filter_map(|entry| Some(entry["message"].as_str()?.to_owned()))
            .collect())
    }

    /// Every cookie of this page, as the browser keeps it.
    ///
    /// # Errors
    /// If the browser is gone.
    pub fn cookies(&self) -> Result<Vec<Value>> {
        Ok(self.wire.get("cookie")?.as_array().cloned().unwrap_or_default())
    }

    /// A command of Chromium's own protocol.
    ///
    /// # Errors
    /// If Chromium refuses it.
    pub fn cdp(&self, command: &str, parameters: &Value) -> Result<Value> {
        self.wire.post("goog/cdp/execute", &json!({ "cmd": command, "params": parameters }))
    }
}

impl Drop for Chromium {
    fn drop(&mut self) {
        // Chromium ends with its session; should it not, it ends with its driver.
        self.wire.close();
        let _ = system::kill_family(&mut self.driver);
    }
}

const WAIT: &str = r"
const done = arguments[arguments.length - 1];
const holds = () => { try { return CONDITION; } catch { return false; } };
const found = holds();
if (found) { done(found); return; }
const watch = new MutationObserver(() => {
  const found = holds();
  if (found) { watch.disconnect(); done(found); }
});
watch.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
";

/// Whether the document only did not say so yet, or went away meanwhile.
fn may_be_asked_again(error: &anyhow::Error) -> bool {
    error.downcast_ref::<Failure>().is_some_and(Failure::is_of_the_moment)
}

fn text(value: &Value) -> Result<String> {
    value.as_str().map(str::to_owned).with_context(|| format!("the browser gave no text but {value}"))
}

fn capabilities(profile: &TempDir, options: Options<'_>) -> Result<Value> {
    let profile = format!("--user-data-dir={}", profile.path().join("profile").display());
    let mut arguments = vec![
        "--headless=new",
        "--window-size=1280,900",
        "--hide-scrollbars",
        "--force-color-profile=srgb",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--no-first-run",
        "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
        &profile,
    ];
    // Chromium refuses to start in its sandbox as root; the pages are our own.
    if system::is_root()? {
        arguments.push("--no-sandbox");
    }
    let chrome = json!({
        "args": arguments,
        "prefs": { "intl.accept_languages": options.languages, "intl.selected_languages": options.languages },
    });
    Ok(json!({
        "browserName": "chrome",
        // A dialog that opens makes the next command fail, as it should.
        "unhandledPromptBehavior": "ignore",
        "goog:chromeOptions": chrome,
        "goog:loggingPrefs": { "browser": "ALL" },
    }))
}
