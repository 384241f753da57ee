//! axe-core: what stands in the way of people who do not see, hear or point.

use std::fmt;
use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::Chromium;
use crate::install;

/// WCAG 2.1 at level AA, and what its makers hold good besides.
const TAGS: [&str; 5] = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"];

/// A rule that a page breaks, and where.
#[derive(Clone, Debug, Deserialize)]
pub struct Violation {
    /// The rule, e.g. `color-contrast`.
    pub id: String,
    help: String,
    nodes: Vec<Node>,
}

#[derive(Clone, Debug, Deserialize)]
struct Node {
    html: String,
    #[serde(rename = "failureSummary", default)]
    why: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.id, self.help)?;
        for node in self.nodes.iter().take(5) {
            let html: String = node.html.chars().take(200).collect();
            write!(f, "\n    {html}\n      {}", node.why.replace('\n', " "))?;
        }
        Ok(())
    }
}

/// Its script, installed if need be.
fn script() -> Result<PathBuf> {
    Ok(install::ensure_axe()?.join("axe-core/axe.min.js"))
}

/// What it finds on the page that the browser shows.
///
/// # Errors
/// If it cannot be had, or breaks.
pub fn violations(browser: &Chromium) -> Result<Vec<Violation>> {
    if browser.ask("return typeof axe", &[])? == "undefined" {
        let path = script()?;
        let script = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
        // Its first line declares `axe`, here within a function: hand it out.
        browser.ask(&format!("{script};window.axe = axe;"), &[])?;
    }
    let options = json!({ "runOnly": { "type": "tag", "values": TAGS }, "resultTypes": ["violations"] });
    let run = "const done = arguments[1]; \
               axe.run(document, arguments[0]).then(found => done(found.violations), error => done(String(error)));";
    match browser.ask_later(run, &[options], Duration::from_secs(30))? {
        Value::String(error) => bail!("axe-core broke: {error}"),
        found => Ok(serde_json::from_value(found)?),
    }
}
