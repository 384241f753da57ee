//! A private identity provider for tests: npm's `oidc-provider` on loopback, with users and groups.

use std::fmt::Write as _;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::process::Child;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::browser::{Answer, Browser};
use crate::langhals::{Langhals, wait_for};
use crate::{install, system};

const SCRIPT: &str = include_str!("../servers/oidc.js");
const PATIENCE: Duration = Duration::from_secs(30);
/// What proves the page to the provider; characters that the encodings on the way must carry.
pub const SECRET: &str = "marke+geheimnis/der seite%";

/// A running provider; gone when dropped.
pub struct Oidc {
    /// Its port on loopback.
    pub port: u16,
    page: u16,
    users: serde_json::Value,
    modules: PathBuf,
    child: Option<Child>,
}

impl Oidc {
    /// Starts one for the page at this port, with these users and their groups, and waits until it answers.
    ///
    /// # Errors
    /// If it cannot be installed or started; a test that cannot have it says "skipped" and why.
    pub fn start(page: u16, users: &[(&str, &[&str])]) -> Result<Self> {
        let [port] = system::free_ports()?;
        let users =
            users.iter().map(|(name, groups)| ((*name).to_owned(), serde_json::json!(groups))).collect();
        let mut provider = Self { port, page, users, modules: install::ensure_oidc_provider()?, child: None };
        provider.launch()?;
        Ok(provider)
    }

    /// What it calls itself.
    pub fn issuer(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// The configuration of a page that signs people in here: `[web]` with everything below it.
    ///
    /// # Errors
    /// If the file of the secret cannot be written.
    pub fn settings(&self, langhals: &Langhals, groups: &[(&str, &str)]) -> Result<String> {
        let secret = langhals.dir().join("client.secret");
        fs::write(&secret, SECRET)?;
        fs::set_permissions(&secret, fs::Permissions::from_mode(0o600))?;
        let page = langhals.page;
        let mut text = format!(
            "[web]\nlisten = \"127.0.0.1:{page}\"\npublic_url = \"http://127.0.0.1:{page}\"\n\
             [web.oidc]\nissuer = \"{}\"\nclient_id = \"langhals\"\nclient_secret_file = \"client.secret\"\n",
            self.issuer()
        );
        for (name, role) in groups {
            writeln!(text, "[[web.group]]\nname = \"{name}\"\nrole = \"{role}\"")?;
        }
        Ok(text)
    }

    /// Signs a user in, from the page's button to its answer, which is not followed.
    ///
    /// # Errors
    /// If somebody on the way does not answer.
    pub fn sign_in(&self, browser: &mut Browser, user: &str) -> Result<Answer> {
        let back = self.come_back(browser, user)?;
        browser.get(&back)
    }

    /// The same up to where the provider sends the browser back to.
    ///
    /// # Errors
    /// If somebody on the way does not answer.
    pub fn come_back(&self, browser: &mut Browser, user: &str) -> Result<String> {
        let begun = browser.get(&format!("http://127.0.0.1:{}/anmelden/oidc", self.page))?;
        if begun.target().is_none_or(|url| !url.starts_with(&self.issuer())) {
            bail!("the page does not lead to the provider: status {}\n{}", begun.status, begun.text);
        }
        let form = browser.follow(begun, |url| url.starts_with(&self.issuer()))?;
        // Who is signed in there already is asked nothing.
        let answer = if form.status == 200 {
            browser.post(&form.url, &[("login".to_owned(), user.to_owned())])?
        } else {
            form
        };
        let last = browser.follow(answer, |url| url.starts_with(&self.issuer()))?;
        last.target()
            .with_context(|| format!("the provider does not lead back: {}\n{}", last.status, last.text))
    }

    /// Stops it and starts it anew on the same port: with other keys, nobody signed in.
    ///
    /// # Errors
    /// If it does not come up again.
    pub fn restart(&mut self) -> Result<()> {
        self.stop();
        self.launch()
    }

    /// Stops it.
    pub fn stop(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = system::stop(&mut child, Duration::from_secs(3));
        }
    }

    fn launch(&mut self) -> Result<()> {
        let mut command = system::quiet_command("node");
        command.env("NODE_PATH", &self.modules).arg("-e").arg(SCRIPT).arg("--");
        let page = format!("http://127.0.0.1:{}", self.page);
        command.args([self.port.to_string(), page, SECRET.to_owned(), self.users.to_string()]);
        let child = self.child.insert(command.spawn().context("cannot run node")?);
        let about = format!("http://127.0.0.1:{}/.well-known/openid-configuration", self.port);
        wait_for("the identity provider", PATIENCE, || {
            if let Some(status) = child.try_wait()? {
                bail!("the identity provider ended at once ({status})");
            }
            Ok(Browser::new().get(&about).ok().filter(|answer| answer.status == 200).map(drop))
        })
    }
}

impl Drop for Oidc {
    fn drop(&mut self) {
        self.stop();
    }
}
