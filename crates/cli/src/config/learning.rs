//! `[learning]`: what `run` learns when an operator asks for it on the page, and whether and when it does so by itself.

use std::path::{Path, PathBuf};

use daemon::{Every, Timetable};
use jiff::Timestamp;
use jiff::civil::{Date, Time};

use super::Problem;
use super::check::absolute;
use super::raw::Learning as Raw;
use crate::verdict_json::berlin;

/// What `run` learns from, and when.
#[derive(Clone, Debug)]
pub struct Learning {
    /// When it learns by itself; `None` if only by order.
    pub timetable: Option<Timetable>,
    /// The labelled corpus that the corrections are added to.
    pub corpus: Vec<PathBuf>,
    /// Fewer new corrections than these are not worth a training.
    pub least_corrections: usize,
    /// So many learnt models are kept.
    pub keep: usize,
}

impl Learning {
    /// The day of an instant, for the name of what is learnt then.
    pub fn day(&self, now: Timestamp) -> Date {
        let zone = self.timetable.as_ref().map_or_else(berlin, |timetable| timetable.zone.clone());
        now.to_zoned(zone).date()
    }
}

/// `None` where there is nothing to learn from; what is written must be right all the same.
pub(crate) fn learning(raw: Raw, base: &Path) -> Result<Option<Learning>, Problem> {
    let every = every(raw.every.as_deref())?;
    let at = time(raw.at.as_deref())?;
    let least_corrections = number("least_corrections", raw.least_corrections, 20, 1..=100_000)?;
    let keep = number("keep", raw.keep, 5, 1..=100)?;
    let corpus: Vec<PathBuf> = raw
        .corpus
        .unwrap_or_default()
        .iter()
        .map(|path| absolute(base, path, "learning.corpus"))
        .collect::<Result<_, _>>()?;
    if corpus.is_empty() {
        if every.is_none() {
            return Ok(None);
        }
        let text = "is missing: corrections are learnt beside a labelled corpus; give its files or folders, e.g. [\"corpus\"]";
        return Err(Problem::new("learning.corpus", text));
    }
    let timetable = every.map(|every| Timetable { every, at, zone: berlin() });
    Ok(Some(Learning { timetable, corpus, least_corrections, keep }))
}

fn every(given: Option<&str>) -> Result<Option<Every>, Problem> {
    match given.unwrap_or("off") {
        "off" => Ok(None),
        "daily" => Ok(Some(Every::Day)),
        "weekly" => Ok(Some(Every::Week)),
        other => {
            let text = format!("\"{other}\" is unknown: use \"off\", \"daily\" or \"weekly\"");
            Err(Problem::new("learning.every", text))
        }
    }
}

fn time(given: Option<&str>) -> Result<Time, Problem> {
    let given = given.unwrap_or("03:00");
    Time::strptime("%H:%M", given).map_err(|_| {
        Problem::new("learning.at", format!("\"{given}\" is no time of day: use e.g. \"03:00\""))
    })
}

fn number(
    key: &str,
    given: Option<i64>,
    usual: usize,
    range: std::ops::RangeInclusive<usize>,
) -> Result<usize, Problem> {
    let Some(given) = given else { return Ok(usual) };
    usize::try_from(given).ok().filter(|number| range.contains(number)).ok_or_else(|| {
        let text = format!("{given} is out of range: use {} to {}", range.start(), range.end());
        Problem::new(format!("learning.{key}"), text)
    })
}
