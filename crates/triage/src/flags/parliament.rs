//! `abgeordnete`: a member of a parliament, or a parliament itself, writes (GGO § 14: to the leadership).
//!
//! Councils and their groups are no parliaments. Citizens who mention a member are left alone: only sender,
//! signature and "als Abgeordneter …" in the first person count.

use super::Mail;
use super::scan::{Cue, Pattern, is_any, pattern, quote};
use super::sender::{Sender, shown, words};

/// Members' initials and offices, as words of a name or a signature.
#[rustfmt::skip]
const MEMBER: [&str; 25] = [
    "mdb", "mdl", "mdep", "mep", "mda", "mdhb", "mdbb", "bundestagsabgeordnete", "bundestagsabgeordneter", "landtagsabgeordnete",
    "landtagsabgeordneter", "europaabgeordnete", "europaabgeordneter", "bürgerschaftsabgeordnete", "bürgerschaftsabgeordneter",
    "abgeordnetenbüro", "wahlkreisbüro", "bundestagsbüro", "landtagsfraktion", "bundestagsfraktion", "landtagsbüro",
    "bürgerschaftsfraktion", "bundestagspräsidentin", "landtagspräsidentin", "landtagspräsident",
];

/// Parliaments, as they follow "Mitglied des".
const PARLIAMENT: &str = "bundestag|bundestages|bundestags|landtag|landtags|landtages|abgeordnetenhaus|abgeordnetenhauses|bürgerschaft\
    |europaparlament|europaparlaments|parlaments|bundesrates|bundesrats";

#[rustfmt::skip]
pub(super) const PATTERNS: &[Pattern] = &[
    pattern(Cue::AsMember, "als bundestagsabgeordnete|bundestagsabgeordneter|landtagsabgeordnete|landtagsabgeordneter|mdb|mdl|mdep", &["ich|mir|mich"], "früher|ehemals"),
    pattern(Cue::AsMember, "als abgeordneter|abgeordnete|mitglied", &["ich|mir|mich", PARLIAMENT], "wurde|gewählt|früher"),
];

/// A member of a parliament, or a parliament, as sender.
pub(super) fn rule(mail: &Mail<'_>) -> Option<String> {
    // Reports from parliament to everybody are no letters to the leadership.
    if mail.message.circumstances.bulk || mail.asks_nothing() {
        return None;
    }
    let sender = &mail.sender;
    let found = is_parliament(sender)
        || says_member(&sender.name)
        || sender.lines.iter().any(|line| says_member(line));
    if found {
        return Some(format!(
            "Absender ist ein Parlament oder eine Abgeordnete, ein Abgeordneter: {}.",
            shown(mail.message)
        ));
    }
    let index = mail.scan.all(Cue::AsMember).next()?;
    Some(format!(
        "Die Nachricht schreibt eine Abgeordnete oder ein Abgeordneter: „{}“.",
        quote(mail.text, index)
    ))
}

fn is_parliament(sender: &Sender) -> bool {
    #[rustfmt::skip]
    const LABELS: [&str; 11] = [
        "bundestag", "landtag", "buergerschaft", "bürgerschaft", "europarl", "abgeordnetenhaus", "parlament-berlin", "ltnds", "ltsh", "ltbw",
        "bundesrat",
    ];
    let domain = sender.domain_has(|label| LABELS.contains(&label) || label.starts_with("landtag"));
    // "landtagswahl@…" runs elections.
    domain && !sender.domain.contains("landtagswahl")
}

/// Whether a line names its writer as a member: "Sabine Kurz `MdB`", "Mitglied des Landtags Brandenburg".
fn says_member(line: &str) -> bool {
    let of_parliament = line.starts_with("mitglied de") && words(line).any(|word| is_any(word, PARLIAMENT));
    let office =
        (line.contains("büro der abgeordneten") || line.contains("büro des abgeordneten")) && line.len() < 80;
    of_parliament
        || office
        || words(line).any(|word| MEMBER.contains(&word))
            && !line.contains("unsere")
            && !line.contains("kopie")
}
