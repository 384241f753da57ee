//! `[tags.ox]`: which of OX App Suite's colours stands for which tag.

use std::collections::BTreeMap;

use domain::Tag;
use toml::Value;

use super::Problem;

const COLOURS: &str = "1 red, 2 blue, 3 green, 4 grey, 5 purple, 6 light green, 7 orange, 8 pink, 9 light blue, 10 yellow, or 0 for none";

/// A colour, `$cl_1` to `$cl_10`, for each tag that has one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OxColours(BTreeMap<Tag, u8>);

impl OxColours {
    /// The colour of a tag, if it has one.
    pub fn of(&self, tag: Tag) -> Option<u8> {
        self.0.get(&tag).copied()
    }
}

impl Default for OxColours {
    fn default() -> Self {
        // The low priority has none: as a message has one colour, its class says more.
        Self(BTreeMap::from([
            (Tag::Hoch, 1),
            (Tag::Verschluesselt, 5),
            (Tag::Unsicher, 10),
            (Tag::Frist, 7),
            (Tag::Antrag, 2),
            (Tag::Rueckfrage, 3),
            (Tag::Sonstiges, 4),
        ]))
    }
}

/// What is given lies over the defaults.
pub(crate) fn ox_colours(given: &BTreeMap<String, Value>) -> Result<OxColours, Problem> {
    let OxColours(mut colours) = OxColours::default();
    for (name, value) in given {
        let tag = Tag::from_name(name).ok_or_else(|| {
            let names = Tag::ALL.map(|tag| format!("`{}`", tag.name())).join(", ");
            Problem::new(format!("tags.ox.{name}"), format!("is no tag; the keys here are: {names}"))
        })?;
        match value.as_integer().and_then(|number| u8::try_from(number).ok()) {
            Some(0) => {
                colours.remove(&tag);
            }
            Some(number @ 1..=10) => {
                colours.insert(tag, number);
            }
            _ => {
                let text = format!("is no colour of OX App Suite: use {COLOURS}");
                return Err(Problem::new(format!("tags.ox.{name}"), text));
            }
        }
    }
    if colours.is_empty() {
        return Err(Problem::new(
            "tags.ox",
            "leaves no tag a colour: give at least one, or leave the section out",
        ));
    }
    Ok(OxColours(colours))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(text: &str) -> Result<OxColours, String> {
        let table: BTreeMap<String, Value> = toml::from_str(text).unwrap();
        ox_colours(&table).map_err(|Problem { key, text }| format!("{key}: {text}"))
    }

    #[test]
    fn what_is_given_lies_over_the_defaults_and_nought_takes_a_colour_away() {
        let colours = given("hoch = 8\nfrist = 0\nniedrig = 6").unwrap();
        assert_eq!(colours.of(Tag::Hoch), Some(8));
        assert_eq!(colours.of(Tag::Frist), None);
        assert_eq!(colours.of(Tag::Niedrig), Some(6));
        assert_eq!(colours.of(Tag::Antrag), OxColours::default().of(Tag::Antrag));
    }

    #[test]
    fn what_is_no_tag_or_no_colour_is_refused() {
        assert!(
            given("eilig = 1")
                .unwrap_err()
                .starts_with("tags.ox.eilig: is no tag; the keys here are: `antrag`")
        );
        for wrong in ["hoch = 11", "hoch = -1", "hoch = \"rot\"", "hoch = 1.5"] {
            assert!(given(wrong).unwrap_err().starts_with("tags.ox.hoch: is no colour"), "{wrong}");
        }
    }
}
