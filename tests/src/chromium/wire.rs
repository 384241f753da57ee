//! `WebDriver` on the wire: JSON over HTTP, one session.

use std::fmt;
use std::process::Child;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use ureq::Agent;

/// A page may be waited for longer than for any answer of the driver itself.
const LIMIT: Duration = Duration::from_mins(1);

pub(super) struct Wire {
    agent: Agent,
    base: String,
    session: String,
}

/// What the driver says where something does not work.
#[derive(Debug)]
pub(super) struct Failure {
    error: String,
    message: String,
}

impl Failure {
    /// Whether the page that is there the next moment may answer.
    pub(super) fn is_of_the_moment(&self) -> bool {
        let gone = ["document unloaded", "Inspected target", "execution context", "aborted by navigation"];
        let passing = ["script timeout", "stale element reference"].contains(&self.error.as_str());
        passing || gone.iter().any(|sign| self.message.contains(sign))
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.error, self.message.lines().next().unwrap_or_default())
    }
}

impl std::error::Error for Failure {}

impl Wire {
    pub(super) fn new(port: u16) -> Self {
        let config = Agent::config_builder().http_status_as_error(false).timeout_global(Some(LIMIT)).build();
        Self { agent: config.into(), base: format!("http://127.0.0.1:{port}"), session: String::new() }
    }

    /// Waits until the driver is ready; `false` if it ended before, as where its port is taken.
    pub(super) fn comes_up(&self, driver: &mut Child) -> Result<bool> {
        let end = Instant::now() + Duration::from_secs(20);
        while Instant::now() < end {
            if driver.try_wait()?.is_some() {
                return Ok(false);
            }
            if self.agent.get(format!("{}/status", self.base)).call().is_ok() {
                return Ok(true);
            }
            thread::sleep(Duration::from_millis(10));
        }
        driver.kill()?;
        driver.wait()?;
        bail!("chromedriver did not answer within 20 seconds")
    }

    pub(super) fn open(&mut self, capabilities: &Value) -> Result<()> {
        let body = json!({ "capabilities": { "alwaysMatch": capabilities } });
        let opened = self.send(&format!("{}/session", self.base), &body)?;
        opened["sessionId"].as_str().context("chromedriver gave no session")?.clone_into(&mut self.session);
        Ok(())
    }

    pub(super) fn close(&self) {
        let _ = self.agent.delete(format!("{}/session/{}", self.base, self.session)).call();
    }

    pub(super) fn get(&self, path: &str) -> Result<Value> {
        let answer = self.agent.get(self.address(path)).call();
        read(answer.with_context(|| format!("the browser does not answer ({path})"))?)
    }

    pub(super) fn post(&self, path: &str, body: &Value) -> Result<Value> {
        self.send(&self.address(path), body).with_context(|| format!("the browser refuses {path}"))
    }

    fn address(&self, path: &str) -> String {
        format!("{}/session/{}/{path}", self.base, self.session)
    }

    fn send(&self, address: &str, body: &Value) -> Result<Value> {
        let request = self.agent.post(address).header("Content-Type", "application/json; charset=utf-8");
        read(request.send(body.to_string()).context("the browser does not answer")?)
    }
}

fn read(answer: ureq::http::Response<ureq::Body>) -> Result<Value> {
    let good = answer.status().is_success();
    // A picture of a long page is larger than what is read by default.
    let body = answer.into_body().into_with_config().limit(64 << 20).read_to_string()?;
    let mut answer: Value = serde_json::from_str(&body).context("chromedriver answered with no JSON")?;
    let value = answer["value"].take();
    if good {
        return Ok(value);
    }
    let word = |name: &str| value[name].as_str().unwrap_or_default().to_owned();
    Err(Failure { error: word("error"), message: word("message") }.into())
}
