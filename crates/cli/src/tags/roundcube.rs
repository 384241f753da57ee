//! Roundcube shows keywords only by a plugin. The usual one, `thunderbird_labels`, has colours for Thunderbird's five
//! labels alone, and its menu sets `$Label…`, never ours; so this is one of our own, of four files.

use domain::{Tag, TagPrefix};

use super::Snippet;
use super::palette::{BY_WEIGHT, colour};
use crate::output::Usage;

const PLUGIN: &str = include_str!("../../templates/roundcube/langhals.php");
const SCRIPT: &str = include_str!("../../templates/roundcube/langhals.js");
const STYLE: &str = include_str!("../../templates/roundcube/langhals.css");

/// The plugin `langhals`, for Roundcube's folder `plugins`.
pub fn plugin(prefix: &TagPrefix) -> anyhow::Result<Vec<Snippet>> {
    // Roundcube takes away the flag UN… where it is told to: "UNSEEN" is no "SEEN".
    if prefix.as_str().starts_with("un") {
        let text = "Roundcube takes a flag that begins with \"un\" for the end of another: choose another [tags] prefix";
        return Err(Usage(text.to_owned()).into());
    }
    let file = |name, text: &str| Snippet { name, text: text.to_owned() };
    Ok(vec![
        file("langhals/langhals.php", PLUGIN),
        file("langhals/langhals.js", SCRIPT),
        file("langhals/langhals.css", STYLE),
        Snippet { name: "langhals/config.inc.php", text: configuration(prefix) },
    ])
}

fn configuration(prefix: &TagPrefix) -> String {
    let mut text = String::from(
        "<?php\n\n\
         // Langhals: die Schlagwörter, in der Reihenfolge, in der sie erscheinen. Den Ordner langhals nach plugins/ kopieren\n\
         // und in config/config.inc.php eintragen: $config['plugins'][] = 'langhals';\n\
         // class: von diesen trägt eine Nachricht höchstens eines; menu: lässt sich unter „Markieren“ setzen.\n\
         $config['langhals_tags'] = [\n",
    );
    for tag in BY_WEIGHT {
        let (class, menu) = (tag.class().is_some(), is_for_people(tag));
        text += &format!(
            "    '{}' => ['title' => '{}', 'color' => '{}', 'class' => {class}, 'menu' => {menu}],\n",
            // As Roundcube keeps flags.
            prefix.keyword(tag).to_uppercase(),
            tag.title(),
            colour(tag)
        );
    }
    text + "];\n"
}

/// Whether a person would set it: what the class and the priority are.
fn is_for_people(tag: Tag) -> bool {
    tag.class().is_some() || matches!(tag, Tag::Hoch | Tag::Niedrig)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_may_set_classes_and_priorities_and_nothing_else() {
        let text = configuration(&TagPrefix::default());
        let offered: Vec<&str> = text.lines().filter(|line| line.contains("'menu' => true")).collect();
        assert_eq!(offered.len(), 5, "{text}");
        assert!(text.contains(
            "'TRIAGE-RUECKFRAGE' => ['title' => 'Rückfrage', 'color' => '#00838E', 'class' => true, 'menu' => true],"
        ));
    }

    #[test]
    fn a_prefix_that_roundcube_would_misread_is_refused() {
        assert!(plugin(&TagPrefix::new("un-").unwrap()).is_err());
        assert!(plugin(&TagPrefix::new("post-un-").unwrap()).is_ok());
    }
}
