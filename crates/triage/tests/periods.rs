//! Statutory periods against dates counted by hand.

mod support;

use domain::{Circumstances, History, Message, Period};
use jiff::ToSpan as _;
use jiff::civil::{Date, date};
use langhals_triage::{Calendar, House, Land, Length, LocalHoliday, PeriodRule, extract};
use proptest::prelude::*;
use support::{mail, noon, verdict};

const APPLICATION: [f64; 3] = [0.9, 0.06, 0.04];
const INQUIRY: [f64; 3] = [0.06, 0.9, 0.04];
const OTHER: [f64; 3] = [0.06, 0.04, 0.9];

fn periods(house: &House, message: &Message, received: Date, class: [f64; 3]) -> Vec<Period> {
    let verdict = verdict(class, [0.1, 0.8, 0.1]);
    extract(message, &verdict, noon(received), house, History::default()).periods
}

fn until(house: &House, received: Date, text: &str, rule: &str) -> (Date, String) {
    let found = periods(house, &mail("", text), received, APPLICATION);
    let period = found.iter().find(|period| period.rule == rule);
    assert!(period.is_some(), "no {rule} for {text}, received {received}: {found:?}");
    period.map(|period| (period.until, period.why.clone())).unwrap_or_default()
}

const IFG: &str = "Ich beantrage nach dem IFG Zugang zum Gutachten.";

/// § 188 II, III BGB for the end of a month, § 31 III VwVfG for the next working day.
#[test]
fn a_month_ends_on_its_number_or_last_day_and_moves_to_a_working_day() {
    #[rustfmt::skip]
    let cases = [
        // The same number of the next month, a working day.
        (Land::NW, date(2026, 3, 2), date(2026, 4, 2)),
        // § 188 III BGB: February has no 31st; the 28th is a Saturday.
        (Land::NW, date(2026, 1, 31), date(2026, 3, 2)),
        // In a leap year it has a 29th, a Tuesday.
        (Land::NW, date(2028, 1, 31), date(2028, 2, 29)),
        // 28.02.2027 is a Sunday.
        (Land::NW, date(2027, 1, 30), date(2027, 3, 1)),
        // 30 September is the last day that 31 August can reach.
        (Land::NW, date(2026, 8, 31), date(2026, 9, 30)),
        // Christmas on a Friday: Saturday and Sunday follow.
        (Land::NW, date(2026, 11, 25), date(2026, 12, 28)),
        (Land::SN, date(2026, 11, 25), date(2026, 12, 28)),
        // New Year on a Friday.
        (Land::NW, date(2026, 12, 1), date(2027, 1, 4)),
        // Good Friday and Easter Sunday both lead to Tuesday.
        (Land::BY, date(2026, 3, 3), date(2026, 4, 7)),
        (Land::BE, date(2026, 3, 5), date(2026, 4, 7)),
        // Epiphany: BW, BY, ST.
        (Land::BW, date(2025, 12, 6), date(2026, 1, 7)),
        (Land::ST, date(2025, 12, 6), date(2026, 1, 7)),
        (Land::NW, date(2025, 12, 6), date(2026, 1, 6)),
        // Women's day on a Monday: BE, MV.
        (Land::BE, date(2027, 2, 8), date(2027, 3, 9)),
        (Land::MV, date(2027, 2, 8), date(2027, 3, 9)),
        (Land::NW, date(2027, 2, 8), date(2027, 3, 8)),
        // 8 May 2025, once, in Berlin only.
        (Land::BE, date(2025, 4, 8), date(2025, 5, 9)),
        (Land::BB, date(2025, 4, 8), date(2025, 5, 8)),
        // Fronleichnam.
        (Land::NW, date(2026, 5, 4), date(2026, 6, 5)),
        (Land::BE, date(2026, 5, 4), date(2026, 6, 4)),
        (Land::TH, date(2026, 5, 4), date(2026, 6, 4)),
        // Mariä Himmelfahrt on a Friday: in the Saarland everywhere.
        (Land::SL, date(2025, 7, 15), date(2025, 8, 18)),
        (Land::BY, date(2025, 7, 15), date(2025, 8, 15)),
        // Children's day on a Monday.
        (Land::TH, date(2027, 8, 20), date(2027, 9, 21)),
        // Buß- und Bettag.
        (Land::SN, date(2026, 10, 18), date(2026, 11, 19)),
        (Land::NW, date(2026, 10, 18), date(2026, 11, 18)),
        // All Saints' on a Saturday, on which nobody works anyway.
        (Land::NW, date(2025, 10, 1), date(2025, 11, 3)),
    ];
    for (land, received, expected) in cases {
        assert_eq!(until(&House::new(land), received, IFG, "ifg").0, expected, "{land:?} {received}");
    }
}

#[test]
fn a_local_holiday_moves_the_end_only_where_the_house_has_it() {
    let with = |land, local| House { calendar: Calendar::new(land).with_local(local), ..House::new(land) };
    let augsburg = with(Land::BY, LocalHoliday::Augsburg);
    assert_eq!(until(&augsburg, date(2025, 7, 8), IFG, "ifg").0, date(2025, 8, 11));
    assert_eq!(until(&augsburg, date(2025, 7, 15), IFG, "ifg").0, date(2025, 8, 15));
    let catholic = with(Land::BY, LocalHoliday::MariaeHimmelfahrt);
    assert_eq!(until(&catholic, date(2025, 7, 15), IFG, "ifg").0, date(2025, 8, 18));
    let eichsfeld = with(Land::TH, LocalHoliday::Fronleichnam);
    assert_eq!(until(&eichsfeld, date(2026, 5, 4), IFG, "ifg").0, date(2026, 6, 5));
    let (day, why) = until(&House::new(Land::BY), date(2025, 7, 15), IFG, "ifg");
    assert_eq!(day, date(2025, 8, 15));
    assert!(
        why.ends_with("Der Tag ist in Teilen des Landes Feiertag (Mariä Himmelfahrt), hier nicht gezählt.")
    );
}

/// § 41 II VwVfG, § 37 II SGB X, § 122 II AO, in both modes and both lengths.
#[test]
fn a_posted_decision_counts_as_received_by_the_law_of_its_matter() {
    #[rustfmt::skip]
    let cases = [
        // § 41 II VwVfG: the 4th day after Tue 07.01.2025 is a Saturday and stays; § 70 VwGO.
        ("Gegen den Bescheid vom 07.01.2025 lege ich Widerspruch ein.", date(2025, 1, 20), 4, "widerspruch-form", date(2025, 2, 11)),
        // The same in a Land that kept the 3rd day.
        ("Gegen den Bescheid vom 07.01.2025 lege ich Widerspruch ein.", date(2025, 1, 20), 3, "widerspruch-form", date(2025, 2, 10)),
        // Posted in 2024: the 3rd day, 02.01.2025; 02.02. is a Sunday.
        ("Gegen den Bescheid vom 30.12.2024 lege ich Widerspruch ein.", date(2025, 1, 20), 4, "widerspruch-form", date(2025, 2, 3)),
        ("Gegen den Bescheid vom 02.01.2025 lege ich Widerspruch ein.", date(2025, 1, 20), 4, "widerspruch-form", date(2025, 2, 6)),
        // Month's end: 4th day 31.01., § 188 III BGB.
        ("Gegen den Bescheid vom 27.01.2025 lege ich Widerspruch ein.", date(2025, 2, 3), 4, "widerspruch-form", date(2025, 2, 28)),
        // § 37 II SGB X is federal: 4 days whatever the Land has; not moved; § 84 I SGG.
        ("Gegen den Bescheid des Jobcenters vom 07.01.2025 lege ich Widerspruch ein.", date(2025, 1, 20), 3, "widerspruch-form", date(2025, 2, 11)),
        // § 122 II, § 108 III AO: Saturday moves to Monday, 13.01.; § 355 I AO.
        ("Gegen den Einkommensteuerbescheid vom 07.01.2025 lege ich Einspruch ein.", date(2025, 1, 20), 4, "einspruch-frist", date(2025, 2, 13)),
        // In 2024 the 3rd day, a Sunday, moved to Mon 16.12.
        ("Gegen den Einkommensteuerbescheid vom 12.12.2024 lege ich Einspruch ein.", date(2024, 12, 20), 4, "einspruch-frist", date(2025, 1, 16)),
        // The 4th day is Christmas, a Friday: Mon 28.12.
        ("Gegen den Einkommensteuerbescheid vom 21.12.2026 lege ich Einspruch ein.", date(2027, 1, 4), 4, "einspruch-frist", date(2027, 1, 28)),
        // § 1 II AO: a municipality's tax is noticed under the AO, and objected to under the VwGO.
        ("Gegen den Grundsteuerbescheid vom 07.01.2025 lege ich Widerspruch ein.", date(2025, 1, 20), 4, "widerspruch-form", date(2025, 2, 13)),
        // § 41 II 3 VwVfG: a later arrival counts, an earlier one does not.
        ("Gegen den Bescheid vom 28.03.2024, erhalten am 03.04.2024, lege ich Widerspruch ein.", date(2024, 4, 15), 4, "widerspruch-form", date(2024, 5, 3)),
        ("Gegen den Bescheid vom 28.03.2025, erhalten am 29.03.2025, lege ich Widerspruch ein.", date(2025, 4, 15), 4, "widerspruch-form", date(2025, 5, 2)),
        // Formal service: that day, whenever it was posted.
        ("Gegen den Bescheid vom 29.01.2025, zugestellt am 31.01.2025, lege ich Widerspruch ein.", date(2025, 2, 3), 4, "widerspruch-form", date(2025, 2, 28)),
        // A year that nobody wrote is the last one.
        ("Gegen den Bescheid vom 28.11. lege ich Widerspruch ein.", date(2025, 12, 5), 4, "widerspruch-form", date(2026, 1, 2)),
        // § 67 I OWiG: two weeks from service; Sat 20.12. moves to Monday (§ 43 II StPO).
        ("Gegen den Bußgeldbescheid, zugestellt am 06.12.2025, lege ich Einspruch ein.", date(2025, 12, 10), 4, "bussgeld-form", date(2025, 12, 22)),
    ];
    for (text, received, days, rule, expected) in cases {
        let house = House::new(Land::NW);
        let house = House { periods: house.periods.clone().with_delivery_days(days), ..house };
        assert_eq!(until(&house, received, text, rule).0, expected, "{text} {days}");
    }
}

#[test]
fn every_rule_has_its_own_length_and_cites_its_law() {
    #[rustfmt::skip]
    let cases = [
        // 30.11. and three months: 28.02.2026, a Saturday (§ 188 III BGB, § 222 II ZPO).
        ("Ich lege Widerspruch gegen die Ablehnung ein.", date(2025, 11, 30), "widerspruch", date(2026, 3, 2), "§ 75 VwGO, 3 Monate ab Eingang; verschoben von Sa, 28.02. (§ 57 Abs. 2 VwGO, § 222 Abs. 2 ZPO)"),
        ("Ich lege Widerspruch gegen die Ablehnung des Bürgergelds ein.", date(2026, 3, 2), "widerspruch", date(2026, 6, 2), "§ 88 Abs. 2 SGG, 3 Monate ab Eingang"),
        ("Ich lege gegen die Umsatzsteuerfestsetzung Einspruch ein.", date(2026, 3, 2), "einspruch", date(2026, 9, 2), "§ 46 Abs. 1 FGO, 6 Monate ab Eingang"),
        ("Hiermit beantrage ich Wohngeld.", date(2026, 3, 2), "antrag", date(2026, 6, 2), "§ 75 VwGO, 3 Monate ab Eingang"),
        // 31.08. and six months: 28.02.2026, a Saturday.
        ("Hiermit beantrage ich Grundsicherung.", date(2025, 8, 31), "antrag-sozial", date(2026, 3, 2), "§ 88 Abs. 1 SGG, 6 Monate ab Eingang; verschoben von Sa, 28.02. (§ 64 Abs. 3 SGG)"),
        // A pass that is only enclosed does not make it a social matter: the shorter period stands.
        ("Ich beantrage einen Parkplatz. Der Schwerbehindertenausweis liegt bei.", date(2026, 3, 2), "antrag", date(2026, 6, 2), "§ 75 VwGO"),
        ("Ich beantrage Hilfe zur Erziehung nach § 27 SGB VIII.", date(2026, 3, 2), "antrag", date(2026, 6, 2), "§ 75 VwGO"),
        (IFG, date(2026, 3, 2), "ifg", date(2026, 4, 2), "§ 7 Abs. 5 IFG oder das Gesetz des Landes, 1 Monat ab Eingang"),
        ("Nach dem Umweltinformationsgesetz bitte ich um die Messwerte.", date(2026, 3, 2), "uig", date(2026, 4, 2), "§ 3 Abs. 3 UIG oder das Gesetz des Landes, 1 Monat ab Eingang"),
        ("Nach dem Verbraucherinformationsgesetz verlange ich die Berichte.", date(2026, 3, 2), "vig", date(2026, 4, 2), "§ 5 Abs. 2 VIG, 1 Monat ab Eingang"),
        // Art. 3 IV VO 1182/71: Good Friday moves to Tuesday.
        ("Ich verlange Auskunft nach Art. 15 DSGVO.", date(2026, 3, 3), "dsgvo", date(2026, 4, 7), "Art. 12 Abs. 3 DSGVO, 1 Monat ab Eingang; verschoben von Fr, 03.04. (Art. 3 Abs. 4 VO (EWG, Euratom) 1182/71)"),
        // New Year's day, four weeks after Thu 04.12.
        ("Hiermit beantrage ich Wohngeld.", date(2025, 12, 4), "zwischennachricht", date(2026, 1, 2), "GGO, 4 Wochen ab Eingang; verschoben von Do, 01.01. (entsprechend § 31 Abs. 3 VwVfG)"),
    ];
    for (text, received, rule, expected, law) in cases {
        let (day, why) = until(&House::new(Land::NW), received, text, rule);
        assert_eq!(day, expected, "{text}");
        assert!(why.starts_with("Vorschlag: ") && why.contains(law), "{why}");
    }
}

#[test]
fn a_house_switches_rules_off_and_sets_other_lengths() {
    let house = House::new(Land::NW);
    let settings = house.periods.clone().with(PeriodRule::Zwischennachricht, None);
    let settings = settings.with(PeriodRule::Ifg, Length::parse("14 days"));
    let house = House { periods: settings, ..house };
    let found = periods(&house, &mail("", IFG), date(2026, 3, 2), APPLICATION);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].until, date(2026, 3, 16));
    assert!(found[0].why.contains("14 Tage (hier so eingestellt) ab Eingang"), "{}", found[0].why);
}

#[test]
fn a_length_is_a_number_of_days_weeks_or_months() {
    for written in ["1 month", "3 months", "2 weeks", "14 days", "1 day"] {
        assert!(Length::parse(written).is_some(), "{written}");
    }
    for written in ["", "month", "0 days", "100 days", "1 year", "1 month 2", "-1 days", "1.5 months"] {
        assert_eq!(Length::parse(written), None, "{written}");
    }
}

#[test]
fn an_application_begins_its_period_and_what_follows_it_does_not() {
    let house = House::new(Land::NW);
    let message = mail("Antrag", "Hiermit beantrage ich Wohngeld.");
    let rules = |message: &Message, class, history| -> Vec<String> {
        let verdict = verdict(class, [0.1, 0.8, 0.1]);
        let facts = extract(message, &verdict, noon(date(2026, 3, 2)), &house, history);
        facts.periods.into_iter().map(|period| period.rule).collect()
    };
    assert_eq!(rules(&message, APPLICATION, History::default()), ["zwischennachricht", "antrag"]);
    assert_eq!(rules(&message, [0.48, 0.42, 0.1], History::default()), ["zwischennachricht"]);
    assert_eq!(rules(&message, INQUIRY, History::default()), ["zwischennachricht"]);
    let applied = History { applied: true, ..History::default() };
    assert_eq!(rules(&message, APPLICATION, applied), ["zwischennachricht"]);
    let reply = Circumstances { reply: true, ..Circumstances::default() };
    let reply = Message { circumstances: reply, ..message };
    assert_eq!(rules(&reply, APPLICATION, History::default()), ["zwischennachricht"]);
}

#[test]
fn machines_lists_and_what_asks_for_nothing_begin_no_period() {
    let house = House::new(Land::NW);
    let text = "Hiermit lege ich Widerspruch ein. Bitte antworten Sie bis zum 14.03.2026.";
    assert_eq!(periods(&house, &mail("", text), date(2026, 3, 2), OTHER), []);
    for circumstances in [
        Circumstances { automatic: true, ..Circumstances::default() },
        Circumstances { bulk: true, ..Circumstances::default() },
    ] {
        let message = Message { circumstances, ..mail("", text) };
        assert_eq!(periods(&house, &message, date(2026, 3, 2), APPLICATION), []);
    }
}

#[test]
fn a_period_that_was_over_before_the_mail_came_is_not_shown() {
    let text = "Gegen den Bescheid vom 07.01.2025 lege ich Widerspruch ein.";
    let found = periods(&House::new(Land::NW), &mail("", text), date(2025, 2, 12), APPLICATION);
    assert!(found.iter().all(|period| period.rule != "widerspruch-form"), "{found:?}");
}

proptest! {
    #[test]
    fn no_text_and_no_date_makes_it_panic_and_every_end_is_a_working_day(
        day in -100_000i32..1_000_000,
        text in "(lege|ich|Widerspruch|Einspruch|ein|Bescheid|vom|zugestellt|am|IFG|Art\\.|15|DSGVO|bis|Finanzamt|Bußgeld|nicht|[0-9]{1,4}|[./,?-]|\\s|\n){0,60}",
        land in 0usize..16, class in [0.0f64..1.0, 0.0f64..1.0, 0.01f64..1.0],
    ) {
        let received = date(2000, 1, 1).saturating_add(day.days());
        let house = House::new(Land::ALL[land].0);
        let found = periods(&house, &mail("", &text), received, class);
        prop_assert!(found.iter().all(|period| house.calendar.is_working_day(period.until)), "{found:?}");
        prop_assert!(found.iter().all(|period| period.until >= received));
        prop_assert!(found.is_sorted_by_key(|period| period.until));
    }

    #[test]
    fn a_later_mail_never_has_an_earlier_end(day in 0i32..20_000, later in 0i32..400, land in 0usize..16) {
        let house = House::new(Land::ALL[land].0);
        let ends = |day: i32| -> Vec<Date> {
            let received = date(2000, 1, 1).saturating_add(day.days());
            let message = mail("", "Ich lege gegen den Bescheid Widerspruch ein. Zugleich verlange ich Auskunft nach Art. 15 DSGVO.");
            let mut found = periods(&house, &message, received, APPLICATION);
            found.sort_by(|a, b| a.rule.cmp(&b.rule));
            found.into_iter().map(|period| period.until).collect()
        };
        let (first, second) = (ends(day), ends(day + later));
        prop_assert_eq!(first.len(), 3);
        prop_assert!(first.iter().zip(&second).all(|(first, second)| first <= second));
    }
}
