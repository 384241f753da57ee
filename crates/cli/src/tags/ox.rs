//! OX App Suite shows no keywords, but one of ten colours, which are keywords `$cl_1` to `$cl_10`. Langhals writes none
//! but its own (invariant 4), so the mail server sets the colour: a Sieve rule of the house that runs when flags change.
//!
//! ```text
//!   langhals, or a person ─STORE triage-…─▶ Dovecot ─ imap_sieve: cause FLAG ─▶ this rule ─▶ the one colour
//! ```

use std::collections::BTreeSet;

use domain::TagPrefix;

use super::Snippet;
use super::palette::BY_WEIGHT;
use crate::config::OxColours;

/// The rule.
pub fn sieve(prefix: &TagPrefix, colours: &OxColours) -> Snippet {
    let coloured: Vec<_> = BY_WEIGHT.into_iter().filter_map(|tag| Some((tag, colours.of(tag)?))).collect();
    let mut text = String::from(
        "# Langhals: OX App Suite zeigt keine Schlagwörter, nur eine Farbe je Nachricht ($cl_1 bis $cl_10).\n\
         # Dovecot setzt sie, sobald sich ein Schlagwort von Langhals ändert; andere Änderungen bleiben ohne Folge.\n\
         # Welche Farbe wofür steht, sagt [tags.ox] in der Konfiguration; trifft mehreres zu, gilt das oberste.\n\
         # Nach /etc/dovecot/sieve/langhals-farben.sieve, mit sievec übersetzen; dazu die Einstellungen von\n\
         # langhals tags --client ox --form dovecot\n\
         require [\"imapsieve\", \"environment\", \"imap4flags\"];\n\n",
    );
    text += &format!("if environment :contains \"imap.changedflags\" \"{}\" {{\n", prefix.as_str());
    text += &format!("  removeflag [{}];\n", flags(coloured.iter().map(|(_, colour)| *colour)));
    for (at, (tag, colour)) in coloured.iter().enumerate() {
        let word = if at == 0 { "if" } else { "elsif" };
        text += &format!(
            "  {word} hasflag \"{}\" {{ addflag \"$cl_{colour}\"; }} # {}\n",
            prefix.keyword(*tag),
            tag.title()
        );
    }
    Snippet { name: "langhals-farben.sieve", text: text + "}\n" }
}

/// What makes Dovecot run it.
pub fn dovecot() -> Snippet {
    let text = "\
# Langhals: lässt Dovecot 2.3 die Farben für OX App Suite setzen. Nach /etc/dovecot/conf.d/99-langhals.conf.
# Braucht Pigeonhole (Debian: dovecot-sieve). Die Regel liefert langhals tags --client ox --form sieve.
protocol imap {
  mail_plugins = $mail_plugins imap_sieve
}
plugin {
  sieve_plugins = sieve_imapsieve
  # Ist imapsieve_mailbox1_name schon vergeben, die nächste freie Nummer nehmen.
  imapsieve_mailbox1_name = *
  imapsieve_mailbox1_causes = FLAG
  imapsieve_mailbox1_before = file:/etc/dovecot/sieve/langhals-farben.sieve
}
";
    Snippet { name: "99-langhals.conf", text: text.to_owned() }
}

/// Each colour once, as Sieve lists strings.
fn flags(colours: impl Iterator<Item = u8>) -> String {
    let once: BTreeSet<u8> = colours.collect();
    once.into_iter().map(|colour| format!("\"$cl_{colour}\"")).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_urgent_wins_over_the_class_and_what_has_no_colour_is_left_out() {
        let rule = sieve(&TagPrefix::default(), &OxColours::default()).text;
        let (urgent, class) =
            (rule.find("if hasflag \"triage-hoch\""), rule.find("elsif hasflag \"triage-antrag\""));
        assert!(urgent.unwrap() < class.unwrap(), "{rule}");
        assert!(!rule.contains("triage-niedrig"), "{rule}");
    }

    #[test]
    fn two_tags_may_share_a_colour() {
        assert_eq!(flags([2, 10, 2].into_iter()), "\"$cl_2\", \"$cl_10\"");
    }
}
