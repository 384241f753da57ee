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
    pub periods: Periods,
    pub references: References,
    pub tags: Tags,
    pub flags: BTreeMap<String, Value>,
    pub corrections: Corrections,
    pub learning: Learning,
    pub web: Web,
    pub watch: Watch,
    pub authority: Authority,
    pub mailbox: Vec<Mailbox>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct State {
    pub dir: Option<String>,
    pub keep_days: Option<i64>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Model {
    pub dir: Option<String>,
    pub challengers: Option<Vec<String>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Triage {
    pub confidence: Option<f64>,
    pub most_wrong: Option<f64>,
    pub land: Option<String>,
    pub local_holidays: Option<Vec<String>>,
    pub max_age: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Periods {
    pub naechster_werktag: Option<String>,
    pub widerspruch_form: Option<String>,
    pub einspruch_frist: Option<String>,
    pub bussgeld_form: Option<String>,
    pub ifg: Option<String>,
    pub uig: Option<String>,
    pub vig: Option<String>,
    pub dsgvo: Option<String>,
    pub zwischennachricht: Option<String>,
    pub widerspruch: Option<String>,
    pub einspruch: Option<String>,
    pub antrag: Option<String>,
    pub antrag_sozial: Option<String>,
    pub delivery_days: Option<i64>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct References {
    pub patterns: Option<Vec<String>>,
    pub ignore: Option<Vec<String>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Tags {
    pub prefix: Option<String>,
    pub ox: BTreeMap<String, Value>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Corrections {
    pub stand_seconds: Option<i64>,
    pub keep_days: Option<i64>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Learning {
    pub every: Option<String>,
    pub at: Option<String>,
    pub corpus: Option<Vec<String>>,
    pub least_corrections: Option<i64>,
    pub keep: Option<i64>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Web {
    pub listen: Option<String>,
    pub public_url: Option<String>,
    pub accounts: Option<String>,
    pub session_hours: Option<i64>,
    pub oidc: Option<Oidc>,
    pub group: Vec<Group>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Oidc {
    pub issuer: Option<String>,
    pub client_id: Option<String>,
    pub client_secret_file: Option<String>,
    pub groups_claim: Option<String>,
    pub scopes: Option<Vec<String>>,
    pub ca_file: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Group {
    pub name: Option<String>,
    pub role: Option<String>,
    pub mailboxes: Option<Vec<String>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Watch {
    pub listen: Option<String>,
    pub traces: Option<String>,
    pub traces_ca_file: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[expect(clippy::struct_field_names, reason = "keys of the configuration")]
pub(crate) struct Authority {
    pub name: Option<String>,
    pub address: Option<String>,
    pub unit: Option<String>,
    pub contact: Option<String>,
    pub data_protection_officer: Option<String>,
    pub supervisory_authority: Option<String>,
    pub legal_basis: Option<String>,
    pub website: Option<String>,
    pub stage: Option<String>,
    pub since: Option<String>,
    pub watts_per_core: Option<f64>,
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
    pub oauth: Option<OAuth>,
    pub folders: Option<Vec<String>>,
    pub write: Option<String>,
    pub fallback: Option<String>,
    pub class_folders: Option<ClassFolders>,
    pub connections: Option<i64>,
    pub poll_seconds: Option<i64>,
    pub timeout_seconds: Option<i64>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct ClassFolders {
    pub antrag: Option<String>,
    pub rueckfrage: Option<String>,
    pub sonstiges: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct OAuth {
    pub grant: Option<String>,
    pub token_url: Option<String>,
    pub ca_file: Option<String>,
    pub client_id: Option<String>,
    pub client_secret_file: Option<String>,
    pub client_secret_command: Option<Vec<String>>,
    pub scopes: Option<Vec<String>>,
    pub refresh_token_file: Option<String>,
    pub mechanism: Option<String>,
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
    for (path, variable, value) in overrides(environment) {
        let wrong = |problem: String| ConfigError {
            place: format!("environment variable {variable}"),
            key: path.join("."),
            problem,
        };
        (table, raw) = laid_over(&table, &path, value).map_err(wrong)?;
        locator.overlay(&path, variable);
    }
    Ok(raw)
}

/// Whether any variable is part of the configuration: then there may be no file at all.
pub(crate) fn is_in(environment: &BTreeMap<String, String>) -> bool {
    environment.keys().any(|variable| path_of(variable).is_some())
}

/// Our variables with their paths, list elements in the order of their numbers.
fn overrides(environment: &BTreeMap<String, String>) -> Vec<(Vec<String>, &str, &str)> {
    let ours = |(variable, value)| {
        let (variable, value): (&String, &String) = (variable, value);
        Some((path_of(variable)?, variable.as_str(), value.as_str()))
    };
    let mut ours: Vec<_> = environment.iter().filter_map(ours).collect();
    let numbered = |part: &String| part.parse::<usize>().map_or_else(|_| part.clone(), |n| format!("{n:09}"));
    ours.sort_by_cached_key(|(path, ..)| path.iter().map(numbered).collect::<Vec<_>>());
    ours
}

/// `LANGHALS_MAILBOX__0__HOST` → `mailbox`, `0`, `host`. Without `__` a variable is none of ours.
fn path_of(variable: &str) -> Option<Vec<String>> {
    let rest = variable.strip_prefix(PREFIX)?;
    let path: Vec<String> = rest.split("__").map(str::to_ascii_lowercase).collect();
    (path.len() > 1).then_some(path)
}

/// The configuration with one value more: read as number, list or truth value if the key takes one, else as text.
fn laid_over(table: &Table, path: &[String], value: &str) -> Result<(Table, Raw), String> {
    let attempt = |value: Value| {
        let mut table = table.clone();
        lay_over(&mut table, path, value)?;
        let raw = Raw::deserialize(table.clone()).map_err(|error| sentence(error.message()))?;
        Ok((table, raw))
    };
    let typed = toml::from_str::<Table>(&format!("v = {value}")).ok().and_then(|mut table| table.remove("v"));
    let text = || attempt(Value::String(value.to_owned()));
    match typed.map(attempt) {
        Some(Ok(laid)) => Ok(laid),
        Some(Err(problem)) => text().map_err(|_| problem),
        None => text(),
    }
}

fn lay_over(table: &mut Table, path: &[String], value: Value) -> Result<(), String> {
    let (section, rest) = path.split_first().ok_or("names no key")?;
    let Some((key, deeper)) = rest.split_first() else {
        table.insert(section.clone(), value);
        return Ok(());
    };
    if let (Ok(index), false) = (key.parse::<usize>(), deeper.is_empty()) {
        let list = table.entry(section).or_insert_with(|| Value::Array(Vec::new()));
        let list = list.as_array_mut().ok_or_else(|| format!("{section} is not a list"))?;
        if index == list.len() {
            list.push(Value::Table(Table::new()));
        }
        let element = list.get_mut(index).and_then(Value::as_table_mut);
        let missing =
            || format!("there is no [[{section}]] number {index}, and none before it; they count from 0");
        return lay_over(element.ok_or_else(missing)?, deeper, value);
    }
    let inner = table.entry(section).or_insert_with(|| Value::Table(Table::new()));
    lay_over(inner.as_table_mut().ok_or_else(|| format!("{section} is not a section"))?, rest, value)
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
