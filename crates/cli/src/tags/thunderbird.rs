//! Thunderbird shows a keyword only if it has three preferences: name, colour, place in the order.
//!
//! ```text
//!   for a house: policies.json, policy `Preferences` (allowed for `mailnews.`), as defaults that people may change
//!   for one profile: user.js, read at every start
//! ```
//! Of several tags the first in the order gives the line its colour. The key must be in lower case.

use domain::TagPrefix;
use serde_json::{Map, Value, json};

use super::Snippet;
use super::palette::{BY_WEIGHT, colour};

/// For every user of a machine.
pub fn policies(prefix: &TagPrefix) -> Snippet {
    // "default": a person may still rename or recolour a tag; "locked" would take that away.
    let preferences: Map<String, Value> = preferences(prefix)
        .map(|(name, value)| (name, json!({ "Value": value, "Status": "default" })))
        .collect();
    let policies = json!({ "policies": { "Preferences": preferences } });
    Snippet { name: "policies.json", text: format!("{policies:#}\n") }
}

/// For one profile.
pub fn user_js(prefix: &TagPrefix) -> Snippet {
    let mut text = String::from(
        "// Langhals: Schlagwörter in Thunderbird. In die Datei user.js im Profilordner, dann neu starten.\n\
         // Für alle Arbeitsplätze besser als Richtlinie: langhals tags --client thunderbird --form policies\n",
    );
    for (name, value) in preferences(prefix) {
        text += &format!("user_pref({name:?}, {value:?});\n");
    }
    Snippet { name: "user.js", text }
}

/// Every preference, in the order of the tags.
fn preferences(prefix: &TagPrefix) -> impl Iterator<Item = (String, String)> {
    BY_WEIGHT.into_iter().zip('a'..).flat_map(move |(tag, place)| {
        let key = format!("mailnews.tags.{}", prefix.keyword(tag));
        [
            (format!("{key}.tag"), tag.title().to_owned()),
            (format!("{key}.color"), colour(tag).to_owned()),
            // Behind Thunderbird's own tags, which have the number keys 1 to 5.
            (format!("{key}.ordinal"), format!("z{place}")),
        ]
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn policies_are_defaults_of_preferences_that_thunderbird_lets_a_policy_set() {
        let policies: Value = serde_json::from_str(&policies(&TagPrefix::default()).text).unwrap();
        let preferences = policies["policies"]["Preferences"].as_object().unwrap();
        assert_eq!(preferences.len(), 3 * BY_WEIGHT.len());
        assert!(preferences.keys().all(|name| name.starts_with("mailnews.tags.triage-")));
        assert_eq!(preferences["mailnews.tags.triage-hoch.tag"]["Value"], "Eilig");
        assert!(preferences.values().all(|preference| preference["Status"] == "default"));
    }

    #[test]
    fn a_profile_gets_names_colours_and_the_urgent_first() {
        let text = user_js(&TagPrefix::default()).text;
        assert!(text.contains("user_pref(\"mailnews.tags.triage-rueckfrage.tag\", \"Rückfrage\");\n"));
        assert!(text.contains("user_pref(\"mailnews.tags.triage-hoch.color\", \"#DB2A40\");\n"));
        assert!(text.contains("user_pref(\"mailnews.tags.triage-hoch.ordinal\", \"za\");\n"));
    }
}
