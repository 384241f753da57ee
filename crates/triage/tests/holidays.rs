//! Easter and the holidays of the Länder against lists that others computed.

use jiff::civil::{Date, date};
use langhals_triage::{Calendar, Land, easter};

#[test]
fn easter_sundays() {
    let known = [
        (1961, 4, 2),
        (2000, 4, 23),
        (2008, 3, 23),
        (2011, 4, 24),
        (2020, 4, 12),
        (2024, 3, 31),
        (2025, 4, 20),
        (2026, 4, 5),
        (2038, 4, 25),
        (2285, 3, 22),
    ];
    for (year, month, day) in known {
        assert_eq!(easter(year), date(year, month, day));
    }
}

#[test]
fn a_period_ends_on_a_working_day() {
    let cases = [
        (Land::NW, date(2026, 3, 14), date(2026, 3, 16)),
        (Land::NW, date(2026, 4, 3), date(2026, 4, 7)),
        (Land::NW, date(2026, 6, 4), date(2026, 6, 5)),
        (Land::BE, date(2026, 6, 4), date(2026, 6, 4)),
        (Land::SN, date(2026, 11, 18), date(2026, 11, 19)),
        (Land::BY, date(2025, 12, 25), date(2025, 12, 29)),
    ];
    for (land, day, next) in cases {
        assert_eq!(Calendar::new(land).next_working_day(day), next, "{land:?} {day}");
    }
}

#[test]
fn codes_lead_back_to_lands() {
    for (land, code) in Land::ALL {
        assert_eq!((Land::from_code(code), land.code()), (Some(land), code));
    }
    assert_eq!(Land::from_code("nw"), Some(Land::NW));
    assert_eq!(Land::from_code("XX"), None);
}

/// The list is not part of the repository; where it lies beside it, every day of it must agree.
#[test]
fn holidays_agree_with_the_list() {
    let list =
        concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/lists/feiertage/feiertage_2020_2035.tsv");
    let Ok(list) = std::fs::read_to_string(list) else { return };
    let rows: Vec<(Date, Vec<&str>)> = list
        .lines()
        .skip(1)
        .filter_map(|line| {
            let mut cells = line.split('\t');
            let day = cells.next()?.parse().ok()?;
            Some((day, cells.nth(1)?.split(',').filter(|land| !land.ends_with('*')).collect()))
        })
        .collect();
    assert!(rows.len() > 200);
    for (land, code) in Land::ALL {
        let calendar = Calendar::new(land);
        for day in date(2020, 1, 1).series(jiff::Span::new().days(1)).take_while(|day| day.year() < 2036) {
            let listed = rows.iter().any(|(other, lands)| *other == day && lands.contains(&code));
            assert_eq!(calendar.holiday(day).is_some(), listed, "{code} {day}");
        }
    }
}
