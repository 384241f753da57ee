//! `langhals tags`: what makes the tags visible in a mail client, in colour, under their German names.

use std::process::ExitCode;

use domain::{Tag, TagPrefix};

use crate::arguments::{Arguments, Client, TagsOptions};
use crate::{output, run};

/// Prints the snippet, for the configuration's prefix if there is one.
pub fn tags(arguments: &Arguments, options: &TagsOptions) -> anyhow::Result<ExitCode> {
    let prefix = run::optional_configuration(arguments)?.map(|config| config.prefix).unwrap_or_default();
    output::print(&match options.client {
        Client::Thunderbird => thunderbird(&prefix),
        Client::Ox => ox(&prefix),
        Client::Roundcube => roundcube(&prefix),
    })?;
    Ok(ExitCode::SUCCESS)
}

/// `user.js`: Thunderbird shows a keyword only if these preferences exist (key in lower case).
fn thunderbird(prefix: &TagPrefix) -> String {
    let mut text = String::from(
        "// Langhals: Schlagwörter in Thunderbird. In die Datei user.js im Profilordner, dann neu starten.\n",
    );
    for (number, tag) in Tag::ALL.into_iter().enumerate() {
        let key = format!("mailnews.tags.{}", prefix.keyword(tag));
        let ordinal = char::from(b'a' + u8::try_from(number).unwrap_or(25));
        text += &format!("user_pref(\"{key}.tag\", \"{}\");\n", tag.title());
        text += &format!("user_pref(\"{key}.color\", \"{}\");\n", colour(tag));
        text += &format!("user_pref(\"{key}.ordinal\", \"z{ordinal}\");\n");
    }
    text
}

/// OX App Suite shows only its ten colour flags: which of them stands for which tag.
fn ox(prefix: &TagPrefix) -> String {
    let mut text = String::from(
        "# Langhals: OX App Suite zeigt keine eigenen Schlagwörter, nur die Farben $cl_1 bis $cl_10.\n\
         # Diese Zuordnung in die Filterregeln des Servers (Sieve, Umgebung imapsieve) übernehmen:\n\
         require [\"imap4flags\"];\n",
    );
    for (tag, flag) in Tag::ALL.into_iter().zip([4, 6, 10, 5, 1, 9, 2, 8]) {
        text += &format!(
            "if hasflag \"{}\" {{ addflag \"$cl_{flag}\"; }} # {}\n",
            prefix.keyword(tag),
            tag.title()
        );
    }
    text
}

/// Configuration of Roundcube's plugin `thunderbird_labels`.
fn roundcube(prefix: &TagPrefix) -> String {
    let mut text = String::from(
        "<?php\n// Langhals: Schlagwörter in Roundcube. In plugins/thunderbird_labels/config.inc.php übernehmen.\n\
         $config['tb_label_enable'] = true;\n$config['tb_label_style'] = 'bullets';\n$config['tb_label_custom_labels'] = [\n",
    );
    for tag in Tag::ALL {
        text += &format!("    '{}' => ['{}', '{}'],\n", prefix.keyword(tag), tag.title(), colour(tag));
    }
    text + "];\n"
}

/// Told apart also by people who do not see red and green as two; dark enough for white paper.
fn colour(tag: Tag) -> &'static str {
    match tag {
        Tag::Antrag => "#004A9F",
        Tag::Rueckfrage => "#00707A",
        Tag::Sonstiges => "#5B5B66",
        Tag::Unsicher => "#8A5A00",
        Tag::Hoch => "#B3001B",
        Tag::Niedrig => "#767680",
        Tag::Frist => "#7A2A90",
        Tag::Verschluesselt => "#1F1F24",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_client_gets_every_tag_under_its_keyword_and_name() {
        let prefix = TagPrefix::new("sort-").unwrap();
        for snippet in [thunderbird(&prefix), ox(&prefix), roundcube(&prefix)] {
            for tag in Tag::ALL {
                assert!(snippet.contains(&prefix.keyword(tag)) && snippet.contains(tag.title()), "{snippet}");
            }
        }
    }
}
