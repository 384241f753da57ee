//! What a house wants to hear of each flag.

use domain::Flag;

/// What becomes of a flag.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Switch {
    /// It is never raised.
    Off,
    /// It shows on the page and in `classify`.
    #[default]
    On,
}

/// A switch for every flag; all are on until said otherwise.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Switches([Switch; Flag::ALL.len()]);

impl Switches {
    /// What becomes of this flag.
    pub fn of(&self, flag: Flag) -> Switch {
        self.0.get(flag as usize).copied().unwrap_or_default()
    }

    /// Sets what becomes of this flag.
    pub fn set(&mut self, flag: Flag, switch: Switch) {
        if let Some(place) = self.0.get_mut(flag as usize) {
            *place = switch;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_flag_has_a_switch_of_its_own() {
        for (place, flag) in Flag::ALL.into_iter().enumerate() {
            assert_eq!(flag as usize, place);
            let mut switches = Switches::default();
            switches.set(flag, Switch::Off);
            let off = Flag::ALL.into_iter().filter(|other| switches.of(*other) == Switch::Off);
            assert_eq!(off.collect::<Vec<_>>(), [flag]);
        }
    }
}
