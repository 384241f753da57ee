//! The German sentences: what is suggested, by which rule, and how the day was counted. No content of a mail.

use jiff::civil::{Date, Weekday};

use super::Term;
use super::matter::Matter;
use super::notice::Means;
use super::settings::{Length, PeriodRule};
use crate::Calendar;
use crate::priority::in_german;

/// What stands in the law for a rule in one branch of it.
struct Law {
    /// What is due, up to "bis".
    due: &'static str,
    /// Where the period stands.
    source: &'static str,
    /// Where the shift to a working day stands.
    shift: &'static str,
}

const COURTS: &str = "§ 57 Abs. 2 VwGO, § 222 Abs. 2 ZPO";
const VWVFG: &str = "§ 31 Abs. 3 VwVfG";
const SGG: &str = "§ 64 Abs. 3 SGG";
const AO: &str = "§ 108 Abs. 3 AO";

/// The sentence for a counted period.
pub(super) fn why(term: Term, length: Length, end: Date, until: Date, calendar: Calendar) -> String {
    let Law { due, source, shift } = law(term.rule, term.matter);
    let counted = counted(term, length);
    let moved =
        if until == end { String::new() } else { format!("; verschoben von {} ({shift})", short(end)) };
    let local = calendar
        .local_holiday(until)
        .map(|local| {
            format!(" Der Tag ist in Teilen des Landes Feiertag ({}), hier nicht gezählt.", local.title())
        })
        .unwrap_or_default();
    format!("Vorschlag: {due} bis {}; {source}, {counted}{moved}.{local}", long(until))
}

/// The sentence for a stated deadline that ends on a day off.
pub(super) fn stated(date: Date, until: Date) -> String {
    format!(
        "Vorschlag: die genannte Frist erst am nächsten Werktag enden lassen, {}; {VWVFG}; verschoben von {}",
        long(until),
        short(date)
    )
}

/// "1 Monat ab Eingang", and where the house has set another length, that it has.
fn counted(term: Term, length: Length) -> String {
    let own = if length == term.rule.usual() { "" } else { " (hier so eingestellt)" };
    let from = match term.means {
        None => "ab Eingang".to_owned(),
        Some(Means::Arrival) => "ab der angegebenen Bekanntgabe".to_owned(),
        Some(Means::Fiction { days, moved }) => {
            let (source, shift) = match term.matter {
                Matter::Tax | Matter::LocalTax => ("§ 122 Abs. 2 AO", AO),
                Matter::Social => ("§ 37 Abs. 2 SGB X", ""),
                Matter::General | Matter::Fine => ("§ 41 Abs. 2 VwVfG", ""),
            };
            let moved = if moved {
                format!(", verschoben auf den nächsten Werktag, {shift}")
            } else {
                String::new()
            };
            format!("ab dem {days}. Tag nach dem Datum des Bescheids ({source}{moved})")
        }
    };
    format!("{}{own} {from}", length.in_german())
}

fn law(rule: PeriodRule, matter: Matter) -> Law {
    let objection = "Widerspruch per E-Mail formgerecht nachholen lassen";
    let (due, source, shift) = match (rule, matter) {
        (PeriodRule::WiderspruchForm, Matter::Social) => (objection, "§ 84 Abs. 1 SGG", SGG),
        (PeriodRule::WiderspruchForm, _) => (objection, "§ 70 Abs. 1 VwGO", VWVFG),
        (PeriodRule::EinspruchFrist, _) => {
            ("Einspruch einlegen oder nachbessern lassen", "§ 355 Abs. 1 AO", AO)
        }
        (PeriodRule::BussgeldForm, _) => (
            "Einspruch gegen den Bußgeldbescheid formgerecht nachholen lassen",
            "§ 67 Abs. 1 OWiG",
            "§ 46 Abs. 1 OWiG, § 43 Abs. 2 StPO",
        ),
        (PeriodRule::Ifg, _) => (
            "über den Zugang zu Informationen entscheiden",
            "§ 7 Abs. 5 IFG oder das Gesetz des Landes",
            VWVFG,
        ),
        (PeriodRule::Uig, _) => {
            ("Umweltinformationen zugänglich machen", "§ 3 Abs. 3 UIG oder das Gesetz des Landes", VWVFG)
        }
        (PeriodRule::Vig, _) => ("über Verbraucherinformationen entscheiden", "§ 5 Abs. 2 VIG", VWVFG),
        (PeriodRule::Dsgvo, _) => (
            "über die Maßnahmen auf den Antrag der betroffenen Person unterrichten",
            "Art. 12 Abs. 3 DSGVO",
            "Art. 3 Abs. 4 VO (EWG, Euratom) 1182/71",
        ),
        (PeriodRule::Zwischennachricht, _) => {
            ("antworten oder eine Zwischennachricht geben", "GGO", "entsprechend § 31 Abs. 3 VwVfG")
        }
        (PeriodRule::Widerspruch, Matter::Social) => {
            ("über den Widerspruch entscheiden", "§ 88 Abs. 2 SGG", SGG)
        }
        (PeriodRule::Widerspruch, _) => ("über den Widerspruch entscheiden", "§ 75 VwGO", COURTS),
        (PeriodRule::Einspruch, _) => {
            ("über den Einspruch entscheiden", "§ 46 Abs. 1 FGO", "§ 54 Abs. 2 FGO, § 222 Abs. 2 ZPO")
        }
        (PeriodRule::AntragSozial, _) => ("über den Antrag entscheiden", "§ 88 Abs. 1 SGG", SGG),
        (PeriodRule::Antrag, _) => ("über den Antrag entscheiden", "§ 75 VwGO", COURTS),
        (PeriodRule::NaechsterWerktag, _) => ("die genannte Frist einhalten", VWVFG, VWVFG),
    };
    Law { due, source, shift }
}

/// "Mo, 16.03.2026".
fn long(date: Date) -> String {
    format!("{}, {}", weekday(date), in_german(date))
}

/// "Sa, 14.03.".
fn short(date: Date) -> String {
    format!("{}, {:02}.{:02}.", weekday(date), date.day(), date.month())
}

fn weekday(date: Date) -> &'static str {
    match date.weekday() {
        Weekday::Monday => "Mo",
        Weekday::Tuesday => "Di",
        Weekday::Wednesday => "Mi",
        Weekday::Thursday => "Do",
        Weekday::Friday => "Fr",
        Weekday::Saturday => "Sa",
        Weekday::Sunday => "So",
    }
}
