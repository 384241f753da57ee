//! Public holidays of a part of a Land: marked, and counted only where the house says that it lies there.

use jiff::civil::Date;

use super::{Land, easter};

/// A public holiday that only some communities of a Land have by law.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LocalHoliday {
    /// Augsburger Friedensfest, 8 August, in the city of Augsburg (Art. 1 II FTG).
    Augsburg,
    /// Mariä Himmelfahrt, 15 August, in Bavaria's mostly Catholic communities (Art. 1 I FTG).
    MariaeHimmelfahrt,
    /// Fronleichnam in some communities of Saxony and Thuringia.
    Fronleichnam,
}

impl LocalHoliday {
    /// Every one.
    pub const ALL: [Self; 3] = [Self::Augsburg, Self::MariaeHimmelfahrt, Self::Fronleichnam];

    /// The stable name that the configuration uses.
    pub fn name(self) -> &'static str {
        match self {
            Self::Augsburg => "augsburg",
            Self::MariaeHimmelfahrt => "mariae-himmelfahrt",
            Self::Fronleichnam => "fronleichnam",
        }
    }

    /// What people read.
    pub fn title(self) -> &'static str {
        match self {
            Self::Augsburg => "Augsburger Friedensfest",
            Self::MariaeHimmelfahrt => "Mariä Himmelfahrt",
            Self::Fronleichnam => "Fronleichnam",
        }
    }

    /// The one of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|local| local.name() == name)
    }

    /// Those that `land` knows; most have none.
    pub fn in_land(land: Land) -> &'static [Self] {
        match land {
            Land::BY => &[Self::Augsburg, Self::MariaeHimmelfahrt],
            Land::SN | Land::TH => &[Self::Fronleichnam],
            _ => &[],
        }
    }

    /// Whether it is kept on `day`.
    pub(super) fn falls_on(self, day: Date) -> bool {
        match self {
            Self::Augsburg => (day.month(), day.day()) == (8, 8),
            Self::MariaeHimmelfahrt => (day.month(), day.day()) == (8, 15),
            Self::Fronleichnam => day.day_of_year() - easter(day.year()).day_of_year() == 60,
        }
    }
}

/// Which of them count, as bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Locals(u8);

impl Locals {
    pub fn with(self, local: LocalHoliday) -> Self {
        Self(self.0 | 1 << local as u8)
    }

    pub fn contain(self, local: LocalHoliday) -> bool {
        self.0 & 1 << local as u8 != 0
    }
}
