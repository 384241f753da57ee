//! `[periods]` and the local holidays: where law or habit of the house differ from what comes with the program.

use triage::{Land, Length, LocalHoliday, PeriodRule, Periods};

use super::Problem;
use super::raw::Periods as Raw;

/// The house's periods; what is not written is as the law has it.
pub(super) fn periods(raw: Raw) -> Result<Periods, Problem> {
    let naechster_werktag = switch(raw.naechster_werktag.as_deref())?;
    let delivery = delivery_days(raw.delivery_days)?;
    let given = [
        (PeriodRule::WiderspruchForm, raw.widerspruch_form),
        (PeriodRule::EinspruchFrist, raw.einspruch_frist),
        (PeriodRule::BussgeldForm, raw.bussgeld_form),
        (PeriodRule::Ifg, raw.ifg),
        (PeriodRule::Uig, raw.uig),
        (PeriodRule::Vig, raw.vig),
        (PeriodRule::Dsgvo, raw.dsgvo),
        (PeriodRule::Zwischennachricht, raw.zwischennachricht),
        (PeriodRule::Widerspruch, raw.widerspruch),
        (PeriodRule::Einspruch, raw.einspruch),
        (PeriodRule::Antrag, raw.antrag),
        (PeriodRule::AntragSozial, raw.antrag_sozial),
    ];
    let mut periods = Periods::default().with_delivery_days(delivery);
    if !naechster_werktag {
        periods = periods.with(PeriodRule::NaechsterWerktag, None);
    }
    for (rule, written) in given {
        if let Some(written) = written {
            periods = periods.with(rule, length(rule, &written)?);
        }
    }
    Ok(periods)
}

/// "off", or a length.
fn length(rule: PeriodRule, written: &str) -> Result<Option<Length>, Problem> {
    if written == "off" {
        return Ok(None);
    }
    Length::parse(written).map(Some).ok_or_else(|| {
        let text = format!(
            "\"{written}\" is no length: use 1 to 99 days, weeks or months, e.g. \"1 month\", or \"off\" for none"
        );
        Problem::new(key(rule), text)
    })
}

fn switch(written: Option<&str>) -> Result<bool, Problem> {
    match written.unwrap_or("on") {
        "on" => Ok(true),
        "off" => Ok(false),
        other => {
            let text = format!("\"{other}\" is unknown: use \"on\" or \"off\"");
            Err(Problem::new(key(PeriodRule::NaechsterWerktag), text))
        }
    }
}

fn delivery_days(given: Option<i64>) -> Result<u8, Problem> {
    match given.unwrap_or(4) {
        3 => Ok(3),
        4 => Ok(4),
        other => {
            let text = format!(
                "{other} is no law: use 4, or 3 where the Land's VwVfG has kept the third day after posting"
            );
            Err(Problem::new("periods.delivery_days", text))
        }
    }
}

fn key(rule: PeriodRule) -> String {
    format!("periods.{}", rule.name().replace('-', "_"))
}

/// The local holidays that count in this house; each must be one of its Land.
pub(super) fn local_holidays(land: Land, given: Option<Vec<String>>) -> Result<Vec<LocalHoliday>, Problem> {
    let known = LocalHoliday::in_land(land);
    let find = |name: &String| {
        let local = LocalHoliday::from_name(name).filter(|local| known.contains(local));
        local.ok_or_else(|| Problem::new("triage.local_holidays", no_such(land, name, known)))
    };
    given.unwrap_or_default().iter().map(find).collect()
}

fn no_such(land: Land, name: &str, known: &[LocalHoliday]) -> String {
    let code = land.code();
    let names: Vec<String> = known.iter().map(|local| format!("\"{}\"", local.name())).collect();
    if names.is_empty() {
        format!("\"{name}\" is no local holiday of {code}: it has none, so leave this out")
    } else {
        format!("\"{name}\" is no local holiday of {code}: use {}", names.join(" or "))
    }
}
