//! What the prefixes of a subject say: an answer, a forward, or neither.

/// How a mail relates to an earlier one, by its subject.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Relation {
    /// Nothing is said.
    #[default]
    Own,
    /// `Re:`, `AW:` and their like.
    Reply,
    /// `Fwd:`, `WG:` and their like.
    Forward,
}

/// What mail programs put before an answer's subject, in the languages that authorities get mail in.
const REPLY: &[&str] =
    &["re", "aw", "antw", "antwort", "sv", "rif", "ynt", "yan", "odp", "відп", "отв", "res", "vs", "rép"];
/// The same for a forwarded mail.
const FORWARD: &[&str] = &[
    "wg",
    "fw",
    "fwd",
    "tr",
    "rv",
    "i",
    "doorst",
    "pd",
    "ilt",
    "i̇lt",
    "enc",
    "wtr",
    "weitergeleitet",
    "переслано",
    "пересл",
];

/// The outermost prefix decides: `AW: WG: …` answers, `WG: AW: …` passes on.
pub(crate) fn relation(subject: &str) -> Relation {
    let Some((prefix, _)) = without_tags(subject).split_once(':') else { return Relation::Own };
    // Some programs count: `Re[2]:`, `AW (3):`.
    let prefix = prefix.split(['[', '(']).next().unwrap_or_default().trim().to_lowercase();
    if REPLY.contains(&&*prefix) {
        Relation::Reply
    } else if FORWARD.contains(&&*prefix) {
        Relation::Forward
    } else {
        Relation::Own
    }
}

/// The subject behind what gateways put in front, such as `[EXTERN]`.
fn without_tags(subject: &str) -> &str {
    let mut rest = subject.trim_start();
    while let Some((_, after)) = rest.strip_prefix('[').and_then(|tag| tag.split_once(']')) {
        rest = after.trim_start();
    }
    rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_outermost_prefix_decides() {
        for (subject, expected) in [
            ("Antrag", Relation::Own),
            ("", Relation::Own),
            ("Re: Antrag", Relation::Reply),
            ("AW: WG: Antrag", Relation::Reply),
            ("WG: AW: Antrag", Relation::Forward),
            ("[EXTERN] Fwd: Antrag", Relation::Forward),
            ("Re[2]: Antrag", Relation::Reply),
            ("Rentenantrag: Frage", Relation::Own),
            ("[kaputt", Relation::Own),
        ] {
            assert_eq!(relation(subject), expected, "{subject}");
        }
    }
}
