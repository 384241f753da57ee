//! Which statutory periods a house wants to see, and how long they are there.

use jiff::civil::Date;
use jiff::{Span, ToSpan as _};

/// A rule that lets a period begin with a mail, or that moves one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PeriodRule {
    /// The end of a stated period moves to the next working day (§ 31 III VwVfG).
    NaechsterWerktag,
    /// Until when an objection by plain e-mail can still be made in due form (§ 70 VwGO, § 84 SGG).
    WiderspruchForm,
    /// Until when an objection under the Abgabenordnung can be lodged (§ 355 AO).
    EinspruchFrist,
    /// Until when an objection to a fine can still be made in due form (§ 67 `OWiG`).
    BussgeldForm,
    /// A request for official information (§ 7 V IFG and the Länder's acts).
    Ifg,
    /// A request for environmental information (§ 3 III UIG).
    Uig,
    /// A request for consumer information (§ 5 II VIG).
    Vig,
    /// A data subject's request (Art. 12 III DSGVO).
    Dsgvo,
    /// An answer that takes longer needs a word in between (GGO).
    Zwischennachricht,
    /// An objection must be decided (§ 75 VwGO, § 88 II SGG).
    Widerspruch,
    /// An objection under the Abgabenordnung must be decided (§ 46 I FGO).
    Einspruch,
    /// An application must be decided (§ 75 VwGO).
    Antrag,
    /// An application for social benefits must be decided (§ 88 I SGG).
    AntragSozial,
}

impl PeriodRule {
    /// Every rule.
    pub const ALL: [Self; 13] = [
        Self::NaechsterWerktag,
        Self::WiderspruchForm,
        Self::EinspruchFrist,
        Self::BussgeldForm,
        Self::Ifg,
        Self::Uig,
        Self::Vig,
        Self::Dsgvo,
        Self::Zwischennachricht,
        Self::Widerspruch,
        Self::Einspruch,
        Self::Antrag,
        Self::AntragSozial,
    ];

    /// Stable name, used in JSON; with `_` for `-` the key in the configuration.
    pub fn name(self) -> &'static str {
        match self {
            Self::NaechsterWerktag => "naechster-werktag",
            Self::WiderspruchForm => "widerspruch-form",
            Self::EinspruchFrist => "einspruch-frist",
            Self::BussgeldForm => "bussgeld-form",
            Self::Ifg => "ifg",
            Self::Uig => "uig",
            Self::Vig => "vig",
            Self::Dsgvo => "dsgvo",
            Self::Zwischennachricht => "zwischennachricht",
            Self::Widerspruch => "widerspruch",
            Self::Einspruch => "einspruch",
            Self::Antrag => "antrag",
            Self::AntragSozial => "antrag-sozial",
        }
    }

    /// The length that the law gives; [`PeriodRule::NaechsterWerktag`] has none of its own.
    pub fn usual(self) -> Length {
        match self {
            Self::NaechsterWerktag => Length::ZERO,
            Self::WiderspruchForm
            | Self::EinspruchFrist
            | Self::Ifg
            | Self::Uig
            | Self::Vig
            | Self::Dsgvo => Length::months(1),
            Self::BussgeldForm => Length { count: 2, unit: Unit::Weeks },
            Self::Zwischennachricht => Length { count: 4, unit: Unit::Weeks },
            Self::Widerspruch | Self::Antrag => Length::months(3),
            Self::Einspruch | Self::AntragSozial => Length::months(6),
        }
    }
}

/// A length of time in whole days, weeks or months.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Length {
    count: u8,
    unit: Unit,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Unit {
    Days,
    Weeks,
    Months,
}

impl Length {
    const ZERO: Self = Self { count: 0, unit: Unit::Days };

    const fn months(count: u8) -> Self {
        Self { count, unit: Unit::Months }
    }

    /// "1 month", "4 weeks", "14 days": 1 to 99 of them.
    pub fn parse(written: &str) -> Option<Self> {
        let mut words = written.split_whitespace();
        let count = words.next()?.parse().ok().filter(|count| (1..=99).contains(count))?;
        let unit = match words.next()? {
            "day" | "days" => Unit::Days,
            "week" | "weeks" => Unit::Weeks,
            "month" | "months" => Unit::Months,
            _ => return None,
        };
        words.next().is_none().then_some(Self { count, unit })
    }

    /// The day on which it ends if the event was on `start`: that day does not count (§ 187 I BGB), and a
    /// month ends on the same number or on its last day (§ 188 II, III BGB).
    pub fn after(self, start: Date) -> Date {
        let count = i64::from(self.count);
        let span: Span = match self.unit {
            Unit::Days => count.days(),
            Unit::Weeks => count.weeks(),
            Unit::Months => count.months(),
        };
        start.saturating_add(span)
    }

    /// As a German sentence names it: "1 Monat", "4 Wochen".
    pub(super) fn in_german(self) -> String {
        let (one, many) = match self.unit {
            Unit::Days => ("Tag", "Tage"),
            Unit::Weeks => ("Woche", "Wochen"),
            Unit::Months => ("Monat", "Monate"),
        };
        format!("{} {}", self.count, if self.count == 1 { one } else { many })
    }
}

/// The periods of a house: the law's, except where its Land or the house itself has others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Periods {
    /// In the order of [`PeriodRule::ALL`]; `None` is off.
    lengths: [Option<Length>; PeriodRule::ALL.len()],
    delivery_days: u8,
}

impl Default for Periods {
    /// Every rule as the law has it; a posted Bescheid counts as received on the fourth day.
    fn default() -> Self {
        Self { lengths: PeriodRule::ALL.map(|rule| Some(rule.usual())), delivery_days: 4 }
    }
}

impl Periods {
    /// The same with another length of `rule`, or none.
    #[must_use]
    pub fn with(mut self, rule: PeriodRule, length: Option<Length>) -> Self {
        self.lengths[rule as usize] = length;
        self
    }

    /// The same where the Land's VwVfG still says the third day (`3`) or already the fourth (`4`).
    #[must_use]
    pub fn with_delivery_days(self, delivery_days: u8) -> Self {
        Self { delivery_days, ..self }
    }

    /// How long `rule` is here; `None` if it is off.
    pub fn of(&self, rule: PeriodRule) -> Option<Length> {
        self.lengths[rule as usize]
    }

    /// On which day after posting a Bescheid counts as received under the VwVfG of this house's Land.
    pub(super) fn delivery_days(&self) -> u8 {
        self.delivery_days
    }
}
