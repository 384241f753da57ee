//! Easter and the holidays of the Länder against lists that others computed.

use jiff::civil::{Date, date};
use langhals_triage::{Calendar, Land, LocalHoliday, easter};

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

/// As the churches announce them.
#[test]
fn easter_sundays_of_two_decades() {
    #[rustfmt::skip]
    let known = [
        (4, 12), (4, 4), (4, 17), (4, 9), (3, 31), (4, 20), (4, 5), (3, 28), (4, 16), (4, 1), (4, 21),
        (4, 13), (3, 28), (4, 17), (4, 9), (3, 25), (4, 13), (4, 5), (4, 25), (4, 10), (4, 1),
    ];
    for (year, (month, day)) in (2020..=2040).zip(known) {
        assert_eq!(easter(year), date(year, month, day));
    }
}

/// Holidays of the whole Land by its law, in 2020; Ostersonntag and Pfingstsonntag are Brandenburg's.
#[test]
fn every_land_has_as_many_holidays_as_its_law() {
    #[rustfmt::skip]
    let known = [
        (Land::BW, 12), (Land::BY, 12), (Land::BE, 10), (Land::BB, 12), (Land::HB, 10), (Land::HH, 10),
        (Land::HE, 10), (Land::MV, 10), (Land::NI, 10), (Land::NW, 11), (Land::RP, 11), (Land::SL, 12),
        (Land::SN, 11), (Land::ST, 11), (Land::SH, 10), (Land::TH, 11),
    ];
    for (land, count) in known {
        for year in 2020..=2040 {
            let once = land == Land::BE && matches!(year, 2020 | 2025 | 2028);
            let since = land == Land::MV && year >= 2023;
            let days =
                date(year, 1, 1).series(jiff::Span::new().days(1)).take_while(|day| day.year() == year);
            let found = days.filter(|day| Calendar::new(land).holiday(*day).is_some()).count();
            assert_eq!(found, count + usize::from(once) + usize::from(since), "{land:?} {year}");
        }
    }
}

#[test]
fn a_holiday_begins_with_its_law_and_an_anniversary_is_kept_once() {
    #[rustfmt::skip]
    let cases = [
        (Land::BE, date(2018, 3, 8), false), (Land::BE, date(2019, 3, 8), true),
        (Land::MV, date(2022, 3, 8), false), (Land::MV, date(2023, 3, 8), true),
        (Land::BE, date(2020, 5, 8), true), (Land::BE, date(2021, 5, 8), false),
        (Land::BE, date(2025, 5, 8), true), (Land::BE, date(2026, 5, 8), false),
        (Land::BB, date(2025, 5, 8), false),
        (Land::BE, date(2028, 6, 17), true), (Land::BE, date(2027, 6, 17), false),
        (Land::TH, date(2018, 9, 20), false), (Land::TH, date(2019, 9, 20), true),
        (Land::SH, date(2016, 10, 31), false), (Land::SH, date(2017, 10, 31), true),
        (Land::SH, date(2018, 10, 31), true), (Land::SN, date(2016, 10, 31), true),
        (Land::NW, date(2017, 10, 31), true), (Land::NW, date(2018, 10, 31), false),
        (Land::SN, date(2023, 11, 22), true), (Land::SN, date(2028, 11, 22), true),
        (Land::SN, date(2026, 11, 18), true), (Land::SN, date(2033, 11, 16), true),
        (Land::SN, date(2026, 11, 25), false), (Land::BB, date(2026, 11, 18), false),
        (Land::SL, date(2040, 8, 15), true), (Land::RP, date(2040, 8, 15), false),
        (Land::HE, date(2038, 6, 24), true), (Land::HE, date(2040, 11, 1), false),
        (Land::BW, date(2040, 1, 6), true), (Land::HE, date(2040, 1, 6), false),
    ];
    for (land, day, kept) in cases {
        assert_eq!(Calendar::new(land).holiday(day).is_some(), kept, "{land:?} {day}");
    }
}

#[test]
fn a_local_holiday_is_marked_everywhere_and_counts_where_the_house_says_so() {
    let cases = [
        (Land::BY, LocalHoliday::Augsburg, date(2026, 8, 8)),
        (Land::BY, LocalHoliday::MariaeHimmelfahrt, date(2025, 8, 15)),
        (Land::SN, LocalHoliday::Fronleichnam, date(2026, 6, 4)),
        (Land::TH, LocalHoliday::Fronleichnam, date(2027, 5, 27)),
    ];
    for (land, local, day) in cases {
        let plain = Calendar::new(land);
        assert_eq!((plain.local_holiday(day), plain.holiday(day)), (Some(local), None), "{land:?} {day}");
        let counted = plain.with_local(local);
        assert_eq!(counted.holiday(day), Some(local.title()), "{land:?} {day}");
        assert_eq!(LocalHoliday::from_name(local.name()), Some(local));
        assert!(LocalHoliday::in_land(land).contains(&local));
    }
    let elsewhere = Calendar::new(Land::NW).with_local(LocalHoliday::Augsburg);
    assert_eq!(elsewhere, Calendar::new(Land::NW));
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
            Some((day, cells.nth(1)?.split(',').collect()))
        })
        .collect();
    assert!(rows.len() > 200);
    for (land, code) in Land::ALL {
        let calendar = Calendar::new(land);
        for day in date(2020, 1, 1).series(jiff::Span::new().days(1)).take_while(|day| day.year() < 2036) {
            let listed = rows.iter().any(|(other, lands)| *other == day && lands.contains(&code));
            assert_eq!(calendar.holiday(day).is_some(), listed, "{code} {day}");
            // A star stands for a part of the Land.
            let starred = rows.iter().any(|(other, lands)| {
                *other == day && lands.iter().any(|l| l.strip_suffix('*') == Some(code))
            });
            assert_eq!(calendar.local_holiday(day).is_some(), starred, "{code}* {day}");
        }
    }
}
