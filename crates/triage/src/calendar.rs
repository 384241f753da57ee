//! Public holidays of the sixteen Länder by rule: which days an authority works.
//!
//! Only 3 October is federal law; the rest is the Land's, each from the year its law began (2000 onwards).
//! Holidays of a part of a Land ([`LocalHoliday`]) are known but count only where the house says so:
//! where in the Land the authority lies is not known.

mod local;

pub use local::LocalHoliday;

use jiff::ToSpan as _;
use jiff::civil::{Date, Weekday, date};

use local::Locals;

/// A Land of the Federal Republic, by its usual two letters (ISO 3166-2:DE).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the two letters are the names")]
pub enum Land {
    BW,
    BY,
    BE,
    BB,
    HB,
    HH,
    HE,
    MV,
    NI,
    NW,
    RP,
    SL,
    SN,
    ST,
    SH,
    TH,
}

impl Land {
    /// Every Land, with its code.
    pub const ALL: [(Self, &'static str); 16] = [
        (Self::BW, "BW"),
        (Self::BY, "BY"),
        (Self::BE, "BE"),
        (Self::BB, "BB"),
        (Self::HB, "HB"),
        (Self::HH, "HH"),
        (Self::HE, "HE"),
        (Self::MV, "MV"),
        (Self::NI, "NI"),
        (Self::NW, "NW"),
        (Self::RP, "RP"),
        (Self::SL, "SL"),
        (Self::SN, "SN"),
        (Self::ST, "ST"),
        (Self::SH, "SH"),
        (Self::TH, "TH"),
    ];

    /// The Land of a two-letter code, in either case.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|(_, known)| known.eq_ignore_ascii_case(code)).map(|(land, _)| land)
    }

    /// Its two letters.
    pub fn code(self) -> &'static str {
        Self::ALL[self as usize].1
    }
}

/// The working days of one Land, with the local holidays that the house has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Calendar {
    land: Land,
    locals: Locals,
}

impl Calendar {
    /// The calendar of `land`, without any local holiday.
    pub fn new(land: Land) -> Self {
        Self { land, locals: Locals::default() }
    }

    /// The same where `local` counts too; one that the Land does not know changes nothing.
    #[must_use]
    pub fn with_local(self, local: LocalHoliday) -> Self {
        let known = LocalHoliday::in_land(self.land).contains(&local);
        Self { locals: if known { self.locals.with(local) } else { self.locals }, ..self }
    }

    /// Whose calendar this is.
    pub fn land(&self) -> Land {
        self.land
    }

    /// Neither Saturday, Sunday nor public holiday (§ 193 BGB, § 31 III VwVfG).
    pub fn is_working_day(&self, day: Date) -> bool {
        !matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday) && self.holiday(day).is_none()
    }

    /// `day` itself where it is a working day, else the next one: where a period ends (§ 193 BGB).
    pub fn next_working_day(&self, day: Date) -> Date {
        let mut next = day;
        while !self.is_working_day(next) {
            let Ok(following) = next.tomorrow() else { break };
            next = following;
        }
        next
    }

    /// The name of the public holiday on `day`, if it is one in the whole Land or counts in this house.
    pub fn holiday(&self, day: Date) -> Option<&'static str> {
        let counted = || self.local_holiday(day).filter(|local| self.locals.contain(*local));
        self.fixed(day).or_else(|| self.moving(day)).or_else(|| counted().map(LocalHoliday::title))
    }

    /// The public holiday that a part of the Land has on `day`, whether it counts in this house or not.
    pub fn local_holiday(&self, day: Date) -> Option<LocalHoliday> {
        LocalHoliday::in_land(self.land).iter().copied().find(|local| local.falls_on(day))
    }

    fn fixed(self, day: Date) -> Option<&'static str> {
        use Land::{BB, BE, BW, BY, HB, HH, MV, NI, NW, RP, SH, SL, SN, ST, TH};
        let year = day.year();
        let (name, applies) = match (day.month(), day.day()) {
            (1, 1) => ("Neujahr", true),
            (1, 6) => ("Heilige Drei Könige", self.is_in(&[BW, BY, ST])),
            (3, 8) => {
                let since = if self.is_in(&[BE]) { 2019 } else { 2023 };
                ("Internationaler Frauentag", year >= since && self.is_in(&[BE, MV]))
            }
            (5, 1) => ("Erster Mai", true),
            // Berlin marked the 75th and the 80th anniversary of the liberation, once each.
            (5, 8) => ("Tag der Befreiung", self.is_in(&[BE]) && (year == 2020 || year == 2025)),
            // And in 2028 the 75th of the uprising.
            (6, 17) => ("Jahrestag des 17. Juni 1953", self.is_in(&[BE]) && year == 2028),
            (8, 15) => ("Mariä Himmelfahrt", self.is_in(&[SL])),
            (9, 20) => ("Weltkindertag", self.is_in(&[TH]) && year >= 2019),
            (10, 3) => ("Tag der Deutschen Einheit", true),
            // The five hundredth was kept everywhere, then four Länder more made it theirs.
            (10, 31) => {
                let north = year >= 2018 && self.is_in(&[HB, HH, NI, SH]);
                ("Reformationstag", north || year == 2017 || self.is_in(&[BB, MV, SN, ST, TH]))
            }
            (11, 1) => ("Allerheiligen", self.is_in(&[BW, BY, NW, RP, SL])),
            (12, 25) => ("Erster Weihnachtstag", true),
            (12, 26) => ("Zweiter Weihnachtstag", true),
            _ => return None,
        };
        applies.then_some(name)
    }

    fn moving(self, day: Date) -> Option<&'static str> {
        use Land::{BB, BW, BY, HE, NW, RP, SL, SN};
        let sunday = easter(day.year());
        let (name, applies) = match day.day_of_year() - sunday.day_of_year() {
            -2 => ("Karfreitag", true),
            0 => ("Ostersonntag", self.is_in(&[BB])),
            1 => ("Ostermontag", true),
            39 => ("Christi Himmelfahrt", true),
            49 => ("Pfingstsonntag", self.is_in(&[BB])),
            50 => ("Pfingstmontag", true),
            60 => ("Fronleichnam", self.is_in(&[BW, BY, HE, NW, RP, SL])),
            _ => ("Buß- und Bettag", self.is_in(&[SN]) && is_repentance_day(day)),
        };
        applies.then_some(name)
    }

    fn is_in(self, lands: &[Land]) -> bool {
        lands.contains(&self.land)
    }
}

/// Easter Sunday of the Gregorian calendar (Meeus/Jones/Butcher), 1583 onwards.
pub fn easter(year: i16) -> Date {
    let year = i32::from(year);
    let (golden, century, rest) = (year % 19, year / 100, year % 100);
    let correction = (century - (century + 8) / 25 + 1) / 3;
    let epact = (19 * golden + century - century / 4 - correction + 15) % 30;
    let weekday = (32 + 2 * (century % 4) + 2 * (rest / 4) - epact - rest % 4) % 7;
    let shift = (golden + 11 * epact + 22 * weekday) / 451;
    let days = epact + weekday - 7 * shift + 114;
    date(year as i16, 3, 1).saturating_add((days % 31 + (days / 31 - 3) * 31).days())
}

/// The Wednesday before 23 November.
fn is_repentance_day(day: Date) -> bool {
    day.month() == 11 && (16..=22).contains(&day.day()) && day.weekday() == Weekday::Wednesday
}
