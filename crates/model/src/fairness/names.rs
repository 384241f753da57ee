//! Names by origin and gender, and which of them a letter gets.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::example::lot;

/// Of two, as names lists have it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Gender {
    /// Women's names.
    Female,
    /// Men's names.
    Male,
}

/// Names by origin.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Names(BTreeMap<String, Origin>);

/// Names of one origin.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Origin {
    /// Women's given names.
    pub first_female: Vec<String>,
    /// Men's given names.
    pub first_male: Vec<String>,
    /// Family names.
    pub last: Vec<String>,
    /// Family names of women, where they differ.
    pub last_female: Vec<String>,
}

/// Names drawn for one letter.
pub(super) struct Drawn<'n> {
    /// The sender's given name.
    pub(super) given: &'n str,
    /// The sender's family name.
    pub(super) family: &'n str,
    /// For the other persons in the letter.
    pub(super) origin: &'n Origin,
    /// Draws those.
    pub(super) lot: u64,
}

impl Names {
    /// Takes in other names, a list of the same origin instead of the one before; those that cannot be written in
    /// Latin letters are left out, and origins of which nothing is left.
    pub fn add(&mut self, other: Self) {
        for (key, mut origin) in other.0 {
            for list in
                [&mut origin.first_female, &mut origin.first_male, &mut origin.last, &mut origin.last_female]
            {
                list.retain(|name| is_latin(name));
            }
            let is_whole =
                !origin.first_female.is_empty() && !origin.first_male.is_empty() && !origin.last.is_empty();
            if is_whole {
                self.0.insert(key, origin);
            }
        }
    }

    /// Their keys.
    pub fn origins(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// Names of each origin and gender for the letter `id`.
    pub(super) fn drawn(&self, seed: u64, id: &str) -> impl Iterator<Item = (&str, Gender, Drawn<'_>)> {
        let of = move |(key, origin)| {
            let (key, origin): (&String, &Origin) = (key, origin);
            [Gender::Female, Gender::Male].map(|gender| {
                let lot = lot(seed, &format!("{id} {key} {gender:?}"));
                let given = pick(origin.given(gender), lot);
                let family = pick(origin.family(gender), lot >> 20);
                (key.as_str(), gender, Drawn { given, family, origin, lot })
            })
        };
        self.0.iter().flat_map(of)
    }

    /// Whether a word is somebody's given name in these lists.
    pub(super) fn is_given(&self, word: &str) -> bool {
        let has = |origin: &Origin| {
            [&origin.first_female, &origin.first_male].iter().any(|l| l.iter().any(|n| n == word))
        };
        self.0.values().any(has)
    }
}

impl Origin {
    pub(super) fn given(&self, gender: Gender) -> &[String] {
        if gender == Gender::Female { &self.first_female } else { &self.first_male }
    }

    pub(super) fn family(&self, gender: Gender) -> &[String] {
        let declined = gender == Gender::Female && !self.last_female.is_empty();
        if declined { &self.last_female } else { &self.last }
    }
}

/// One of the names; none of none.
pub(super) fn pick(names: &[String], lot: u64) -> &str {
    let at = lot.checked_rem(names.len() as u64).unwrap_or_default();
    names.get(at as usize).map_or("", String::as_str)
}

fn is_latin(name: &str) -> bool {
    name.chars().all(|c| !c.is_alphabetic() || matches!(c, '\0'..='\u{24f}' | '\u{1e00}'..='\u{1eff}'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(json: &str) -> Names {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn names_in_other_scripts_and_half_lists_are_left_out() {
        let mut all = Names::default();
        all.add(names(
            r#"{"ru_RU": {"first_female": ["Ольга"], "first_male": ["Igor"], "last": ["Popow"]},
                "xx": {"last": ["Rossi"]},
                "vi": {"first_female": ["Thị Lan", "Лан"], "first_male": ["Đức"], "last": ["Trần"]}}"#,
        ));
        assert_eq!(all.origins().collect::<Vec<_>>(), ["vi"]);
        assert!(all.is_given("Thị Lan") && !all.is_given("Лан"));
    }

    #[test]
    fn the_same_letter_gets_the_same_names_and_declined_ones_go_by_gender() {
        let all = names(
            r#"{"pl": {"first_female": ["Ewa", "Zofia"], "first_male": ["Piotr"], "last": ["Kowalski"],
                "last_female": ["Kowalska"]}}"#,
        );
        let drawn =
            |id| all.drawn(1, id).map(|(_, _, drawn)| (drawn.given, drawn.family)).collect::<Vec<_>>();
        assert_eq!(drawn("a"), drawn("a"));
        assert_eq!(drawn("a")[0].1, "Kowalska");
        assert_eq!(drawn("a")[1], ("Piotr", "Kowalski"));
    }
}
