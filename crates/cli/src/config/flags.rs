//! `[flags]`: which flags the house wants to see, and its own domains.

use std::collections::BTreeMap;

use domain::Flag;
use toml::Value;
use triage::{Switch, Switches};

use super::Problem;

/// What `[flags]` says.
#[derive(Clone, Debug, Default)]
pub struct Flags {
    /// Which flags are raised.
    pub switches: Switches,
    /// Domains of the house, in lower case, that nobody else should look like.
    pub own_domains: Vec<String>,
}

/// Every flag is on until it is switched off.
pub(crate) fn flags(given: &BTreeMap<String, Value>) -> Result<Flags, Problem> {
    let mut flags = Flags::default();
    for (key, value) in given {
        // Variables of the environment cannot have a hyphen in their names.
        let name = key.replace('_', "-");
        if name == "own-domains" {
            flags.own_domains = domains(value)?;
        } else if let Some(flag) = Flag::from_name(&name) {
            flags.switches.set(flag, switch(key, value)?);
        } else {
            let names = Flag::ALL.map(|flag| format!("`{flag}`")).join(", ");
            let text = format!("is no flag; the keys here are: {names}, `own_domains`");
            return Err(Problem::new(format!("flags.{key}"), text));
        }
    }
    Ok(flags)
}

fn switch(key: &str, value: &Value) -> Result<Switch, Problem> {
    match value.as_str() {
        Some("on") => Ok(Switch::On),
        Some("off") => Ok(Switch::Off),
        _ => Err(Problem::new(format!("flags.{key}"), "is neither: use \"on\" or \"off\"")),
    }
}

/// Bare names such as `amt.example`: a sender is compared with them letter by letter.
fn domains(value: &Value) -> Result<Vec<String>, Problem> {
    let wrong = || {
        let text = "give bare domains in a list, e.g. [\"amt.example\", \"stadtwerke.example\"]";
        Problem::new("flags.own_domains", text)
    };
    let plain = |domain: &&str| {
        let letters = domain.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '-'));
        letters && domain.contains('.') && !domain.starts_with('.') && !domain.ends_with('.')
    };
    let domain = |value: &Value| value.as_str().filter(plain).map(str::to_lowercase).ok_or_else(wrong);
    value.as_array().ok_or_else(wrong)?.iter().map(domain).collect()
}
