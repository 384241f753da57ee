//! The configuration as it is written: every key optional, unknown ones refused by name.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::{Table, Value};

use super::{ConfigError, Locator};

const PREFIX: &str = "LANGHALS_";

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Raw {
    pub state: State,
    pub model: Model,
    pub triage: Triage,
    pub tags: Tags,
    pub web: Web,
    pub mailbox: Vec<Mailbox>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct State {
    pub dir: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Model {
    pub dir: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Triage {
    pub confidence: Option<f64>,
    pub land: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Tags {
    pub prefix: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Web {
    pub listen: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Mailbox {
    pub name: Option<String>,
    pub host: Option<String>,
    pub port: Option<i64>,
    pub tls: Option<String>,
    pub ca_file: Option<String>,
    pub fingerprint_sha256: Option<String>,
    pub user: Option<String>,
    pub password_file: Option<String>,
    pub password_command: Option<Vec<String>>,
    pub folders: Option<Vec<String>>,
    pub write: Option<String>,
    pub poll_seconds: Option<i64>,
}

/// Reads the file, then lays `LANGHALS_SECTION__KEY` variables over it one by one, so that a wrong one is named.
pub(crate) fn read(
    text: &str,
    environment: &BTreeMap<String, String>,
    locator: &mut Locator<'_>,
) -> Result<Raw, ConfigError> {
    let in_file = |error: toml::de::Error| ConfigError {
        place: locator.at(error.span().map(|span| span.start)),
        key: String::new(),
        problem: sentence(error.message()),
    };
    let mut raw: Raw = toml::from_str(text).map_err(in_file)?;
    let mut table: Table = toml::from_str(text).map_err(in_file)?;
    for (variable, value) in environment {
        let Some(path) = path_of(variable) else { continue };
        let wrong = |problem: String| ConfigError {
            place: format!("environment variable {variable}"),
            key: path.join("."),
            problem,
        };
        lay_over(&mut table, &path, value).map_err(wrong)?;
        raw = Raw::deserialize(table.clone()).map_err(|error| wrong(sentence(error.message())))?;
        locator.overlay(&path, variable);
    }
    Ok(raw)
}

/// `LANGHALS_MAILBOX__0__HOST` → `mailbox`, `0`, `host`. Without `__` a variable is none of ours.
fn path_of(variable: &str) -> Option<Vec<String>> {
    let rest = variable.strip_prefix(PREFIX)?;
    let path: Vec<String> = rest.split("__").map(str::to_ascii_lowercase).collect();
    (path.len() > 1).then_some(path)
}

fn lay_over(table: &mut Table, path: &[String], value: &str) -> Result<(), String> {
    let (section, rest) = path.split_first().ok_or("names no key")?;
    let Some((key, deeper)) = rest.split_first() else {
        table.insert(section.clone(), read_value(value));
        return Ok(());
    };
    if let (Ok(index), false) = (key.parse::<usize>(), deeper.is_empty()) {
        let list = table.entry(section).or_insert_with(|| Value::Array(Vec::new()));
        let element = list.as_array_mut().and_then(|list| list.get_mut(index)).and_then(Value::as_table_mut);
        let element =
            element.ok_or_else(|| format!("there is no [[{section}]] number {index}; they count from 0"))?;
        return lay_over(element, deeper, value);
    }
    let inner = table.entry(section).or_insert_with(|| Value::Table(Table::new()));
    let inner = inner.as_table_mut().ok_or_else(|| format!("{section} is not a section"))?;
    lay_over(inner, rest, value)
}

/// A number, a list, a truth value, else a text.
fn read_value(text: &str) -> Value {
    let wrapped = toml::from_str::<Table>(&format!("v = {text}")).ok();
    wrapped.and_then(|mut table| table.remove("v")).unwrap_or_else(|| Value::String(text.to_owned()))
}

/// serde's words in ours. The value itself is left out: it could be a password in the wrong place.
fn sentence(message: &str) -> String {
    let message = message.lines().next().unwrap_or_default();
    let (problem, expected) = message.split_once(", expected ").unwrap_or((message, ""));
    if let Some(unknown) = problem.strip_prefix("unknown field ") {
        return format!(
            "unknown key {unknown}; the keys here are: {}",
            expected.trim_start_matches("one of ")
        );
    }
    if problem.starts_with("invalid type") || problem.starts_with("invalid value") {
        let wanted = match expected {
            "f64" => "a number, e.g. 0.75",
            "i64" => "a whole number",
            "a string" => "a text in quotes",
            "a sequence" => "a list in brackets",
            other => other,
        };
        return format!("wrong kind of value: give {wanted}");
    }
    format!("this is no TOML: {message}")
}
