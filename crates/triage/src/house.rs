//! What the authority is and what it wants watched: everything about a house that the rules need.

use crate::{Calendar, Judge, Land, Periods, Shapes, Switches};

/// A house's own circumstances and wishes.
#[derive(Clone, Debug)]
pub struct House {
    /// Whose working days count.
    pub calendar: Calendar,
    /// Which mentioned days are deadlines.
    pub judge: Judge,
    /// What its references look like.
    pub shapes: Shapes,
    /// Which statutory periods are shown, and how long they are here.
    pub periods: Periods,
    /// Which flags it wants to see.
    pub switches: Switches,
    /// Its domains, besides those that a mail was sent to: whoever imitates them is suspicious.
    pub own_domains: Vec<String>,
}

impl House {
    /// A house of `land` with every rule as it comes.
    pub fn new(land: Land) -> Self {
        Self {
            calendar: Calendar::new(land),
            judge: Judge::default(),
            shapes: Shapes::default(),
            periods: Periods::default(),
            switches: Switches::default(),
            own_domains: Vec::new(),
        }
    }
}
