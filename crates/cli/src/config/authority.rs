//! `[authority]`: who runs this, for what `register-entry` writes. Everything in it is optional: what is missing becomes a
//! marked gap there, and nothing else depends on it.

use jiff::civil::Date;
use serde::Serialize;

use super::Problem;
use super::raw::Authority as Raw;

/// Longer texts than these belong into the entry itself.
const LONGEST: usize = 500;

/// Beyond these a figure is no power of one processor core under load.
const WATTS: std::ops::RangeInclusive<f64> = 0.1..=100.0;

/// Who runs it, as far as they said.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[expect(clippy::struct_field_names, reason = "what it is called")]
pub struct Authority {
    /// The controller's name.
    pub name: Option<String>,
    /// Its postal address.
    pub address: Option<String>,
    /// Which part of it is responsible for the system.
    pub unit: Option<String>,
    /// How to reach it.
    pub contact: Option<String>,
    /// How to reach its data protection officer.
    pub data_protection_officer: Option<String>,
    /// Where to complain, if not at the Land's data protection authority.
    pub supervisory_authority: Option<String>,
    /// The legal basis of the processing, if not the one that is suggested.
    pub legal_basis: Option<String>,
    /// Where its privacy notice is published.
    pub website: Option<String>,
    /// How far it is with Langhals.
    pub stage: Option<Stage>,
    /// Since when it is used.
    pub since: Option<Date>,
    /// The power of one busy core, where it is known.
    pub watts_per_core: Option<f64>,
}

/// How far an authority is with Langhals.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Not in use yet.
    Planned,
    /// Tried with real mail.
    Trial,
    /// In everyday use.
    Live,
}

pub(crate) fn authority(raw: Raw) -> Result<Authority, Problem> {
    Ok(Authority {
        name: text("name", raw.name)?,
        address: text("address", raw.address)?,
        unit: text("unit", raw.unit)?,
        contact: text("contact", raw.contact)?,
        data_protection_officer: text("data_protection_officer", raw.data_protection_officer)?,
        supervisory_authority: text("supervisory_authority", raw.supervisory_authority)?,
        legal_basis: text("legal_basis", raw.legal_basis)?,
        website: text("website", raw.website)?,
        stage: raw.stage.as_deref().map(stage).transpose()?,
        since: raw.since.as_deref().map(since).transpose()?,
        watts_per_core: raw.watts_per_core.map(watts).transpose()?,
    })
}

/// It stands in a table of the entry: one line, and no bar.
fn text(key: &str, given: Option<String>) -> Result<Option<String>, Problem> {
    let Some(text) = given else { return Ok(None) };
    let text = text.trim().to_owned();
    if text.is_empty() || text.contains(|c: char| c.is_control() || c == '|') || text.len() > LONGEST {
        let problem =
            format!("give one line of at most {LONGEST} octets without \"|\", or leave the key out");
        return Err(Problem::new(format!("authority.{key}"), problem));
    }
    Ok(Some(text))
}

fn stage(given: &str) -> Result<Stage, Problem> {
    match given {
        "planned" => Ok(Stage::Planned),
        "trial" => Ok(Stage::Trial),
        "live" => Ok(Stage::Live),
        other => {
            let text = format!("\"{other}\" is unknown: use \"planned\", \"trial\" or \"live\"");
            Err(Problem::new("authority.stage", text))
        }
    }
}

fn since(given: &str) -> Result<Date, Problem> {
    given.parse().map_err(|_| {
        Problem::new("authority.since", format!("\"{given}\" is no day: give it as \"2026-11-22\""))
    })
}

fn watts(given: f64) -> Result<f64, Problem> {
    if WATTS.contains(&given) {
        Ok(given)
    } else {
        let text = format!(
            "{given} is no power of one processor core: use {} to {} watts, e.g. 6.0",
            WATTS.start(),
            WATTS.end()
        );
        Err(Problem::new("authority.watts_per_core", text))
    }
}
